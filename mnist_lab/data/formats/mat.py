"""Digits in MATLAB's files: mldata's layout (784 x n), and EMNIST's."""

import struct
import zlib
from pathlib import Path

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.arrays import ArrayHeader
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats.keyed import parts_of, roles_of
from mnist_lab.data.formats.tidy import Part

_HEAD = 128  # bytes of text and version before the first variable
_COMPRESSED = 15
_PIECE = 2**20


def _check_room(path: Path) -> None:
    """Refuse a file that unpacks into more than this machine can hold, before it is read."""
    size, most = 0, machine.memory_limit() // 8
    with path.open("rb") as file:
        file.seek(_HEAD)
        while len(tag := file.read(8)) == 8 and size <= most:
            kind, length = struct.unpack("<II", tag)
            if kind != _COMPRESSED:
                size += length
                file.seek(length, 1)
                continue
            unpack, left = zlib.decompressobj(), length
            while left > 0 and size <= most and (packed := file.read(min(_PIECE, left))):
                left -= len(packed)
                while packed and size <= most:
                    size += len(unpack.decompress(packed, _PIECE))
                    packed = unpack.unconsumed_tail
    if size > most:
        raise DataError(
            f"{path.name}: unpacks into more than {most:,} bytes, too many for this machine."
            " Store fewer digits."
        )


def _fields(path: Path, name: str, value: np.ndarray) -> dict[str, np.ndarray]:
    """Return the arrays inside a structure of MATLAB by their names, such as "train images"."""
    found: dict[str, np.ndarray] = {}
    waiting = [(name, value, 0)]
    while waiting:
        name, value, depth = waiting.pop()
        if value.dtype.names and value.size == 1 and depth < 4:
            record = value.reshape(-1)[0]
            waiting += [
                (f"{name} {field}".removeprefix("dataset "), np.asarray(record[field]), depth + 1)
                for field in value.dtype.names
            ]
        elif value.dtype.kind in "biuf":
            found[name] = value
    return found


def read_mat(path: Path) -> dict[str, Part]:
    """Read digits from a .mat file of MATLAB 5 to 7.

    Returns:
        The parts of the file by name, "" where it does not name any.

    Raises:
        DataError: The file is damaged, too large, or holds no digits.
    """
    from scipy.io import loadmat

    try:
        _check_room(path)
        loaded = loadmat(path, struct_as_record=True)
    except DataError:
        raise
    except Exception as error:  # a damaged file raises errors of scipy, struct, zlib and others
        raise DataError(
            f"{path.name}: not a readable .mat file ({checks.one_line(error, 200)})."
            " Save it again in MATLAB with save('digits.mat', 'images', 'labels', '-v7')."
        ) from error
    arrays: dict[str, np.ndarray] = {}
    for name, value in loaded.items():
        if isinstance(value, np.ndarray) and not name.startswith("__"):
            arrays |= _fields(path, name, value)
    arrays = {name: value for name, value in arrays.items() if value.ndim >= 2 and value.size}
    headers = {name: ArrayHeader(value.shape, value.dtype) for name, value in arrays.items()}
    roles = roles_of(path.name, arrays, {})
    return parts_of(path.name, roles, headers, lambda names: {name: arrays[name] for name in names})
