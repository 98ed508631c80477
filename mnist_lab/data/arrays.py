"""Arrays in IDX and .npz files: the header is read first, then at most what it promises."""

import gzip
import math
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.errors import DataError, reading_arrays, unpacking

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 2**20  # bytes read at a time
# The IDX files of digits: images, labels, and the labels of QMNIST, which have eight columns.
_IDX_TYPES = {b"\0\0\x08\x03": "u1", b"\0\0\x08\x01": "u1", b"\0\0\x0c\x02": ">i4"}


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class ArrayHeader:
    """What a file says about an array before its values.

    Attributes:
        shape: The length of each axis.
        dtype: The type of the values.
        fortran_order: Whether the first axis varies fastest.
    """

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran_order: bool = False

    @property
    def size(self) -> int:
        """The number of bytes that the values take."""
        return math.prod(self.shape) * self.dtype.itemsize


def check_room(path: Path, header: ArrayHeader) -> None:
    """Refuse with a DataError an array that is too large for this machine, before it is read.

    An eighth of the memory is allowed: digits are stored as bytes, and as float32 they take four
    times as much, next to which a network must find room.
    """
    most = machine.memory_limit() // 8
    if header.size > most:
        raise DataError(
            f"{path.name}: its header promises {header.size:,} bytes, too many for this machine"
            f" (at most {most:,}). Store fewer digits."
        )


def _read_at_most(stream: _Readable, count: int) -> bytearray:
    """Return what a stream still holds, or its first `count` bytes if it holds more.

    Memory is taken piece by piece, so that a header that promises much does not take it alone.
    """
    content = bytearray()
    while len(content) < count and (piece := stream.read(min(_PIECE, count - len(content)))):
        content += piece
    return content


def _read_idx_header(path: Path, stream: _Readable) -> ArrayHeader:
    start = stream.read(4)
    dtype = _IDX_TYPES.get(start)
    dimensions = start[3] if dtype else 0
    sizes = stream.read(4 * dimensions)
    if dtype is None or len(sizes) < 4 * dimensions:
        raise DataError(
            f"{path.name}: starts with the bytes {start.hex(' ') or '(none)'};"
            " expected the IDX magic number 00 00 08 03 (images) or 00 00 08 01 (labels)."
        )
    return ArrayHeader(struct.unpack(f">{dimensions}I", sizes), np.dtype(dtype))


def _read_idx(path: Path, with_values: bool) -> tuple[ArrayHeader, bytearray]:
    """Return the header of an IDX file and its values, which are empty if not asked for."""
    with unpacking(path), path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
        file.seek(0)
        with gzip.open(file) if packed else file as stream:
            header = _read_idx_header(path, stream)
            start = 4 + 4 * len(header.shape)
            if not packed:
                _check_length(path, start + header.size, path.stat().st_size)
            if not with_values:
                return header, bytearray()
            check_room(path, header)
            values = _read_at_most(stream, header.size + 1)
    if len(values) > header.size:
        raise DataError(
            f"{path.name}: its header promises {start + header.size:,} bytes, the file has more."
        )
    _check_length(path, start + header.size, start + len(values))
    return header, values


def _check_length(path: Path, promised: int, found: int) -> None:
    if promised != found:
        raise DataError(
            f"{path.name}: its header promises {promised:,} bytes, the file has {found:,}."
        )


def idx_header(path: Path) -> ArrayHeader:
    """Read the header of an IDX file, gzipped or not; DataError as `read_idx` raises it."""
    return _read_idx(path, with_values=False)[0]


def read_idx(path: Path) -> np.ndarray:
    """Read one IDX file of digits or labels, gzipped or not (LeCun, Cortes and Burges 1998).

    By hand, since `mlxtend.data.loadlocal_mnist` does not notice a damaged file.

    Returns:
        A uint8 array of the shape in the file's header; for QMNIST's labels int32 (n, 8).

    Raises:
        DataError: The file is damaged, larger than this machine can hold, or there is no such file.
    """
    header, values = _read_idx(path, with_values=True)
    if 0 in header.shape:
        raise DataError(f"{path.name}: holds nothing; its header gives the shape {header.shape}.")
    return np.frombuffer(values, header.dtype).reshape(header.shape)


def _read_npy_header(key: str, stream: IO[bytes]) -> ArrayHeader:
    """Return the header of a .npy file of numbers; ValueError for anything else."""
    version = np.lib.format.read_magic(stream)
    # Version 1.0 holds every array of numbers, and its header has at most 64 kB.
    if version != (1, 0):
        raise ValueError(f"{key} has the version {version} of NumPy's format, not (1, 0)")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.hasobject:
        raise ValueError(f"{key} holds pickled objects, which may run code of their author")
    if any(length < 0 for length in shape):
        raise ValueError(f"{key} has the shape {shape}")
    return ArrayHeader(shape, dtype, fortran_order)


def _open_member(archive: zipfile.ZipFile, key: str) -> IO[bytes]:
    """Open an array in a .npz; ValueError where it is packed in another way than NumPy's."""
    names = archive.namelist()
    member = archive.getinfo(f"{key}.npy" if f"{key}.npy" in names else key)
    # Others unpack into gigabytes at one go, however few bytes are asked for.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{key} is packed in another way than NumPy's")
    return archive.open(member)


def _read_values(key: str, stream: IO[bytes], header: ArrayHeader) -> np.ndarray:
    values = _read_at_most(stream, header.size + 1)
    if len(values) != header.size:
        found = "more" if len(values) > header.size else f"{len(values):,}"
        raise ValueError(f"{key} promises {header.size:,} bytes and has {found}")
    order = "F" if header.fortran_order else "C"
    return np.frombuffer(values, header.dtype).reshape(header.shape, order=order)


def npz_keys(path: Path) -> list[str]:
    """Return the names of the arrays in a .npz; DataError where it cannot be opened."""
    with reading_arrays(path), zipfile.ZipFile(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist()]


def read_npy(path: Path) -> np.ndarray:
    """Read a .npy file of numbers; DataError where it is damaged, too large, or holds objects."""
    with reading_arrays(path), path.open("rb") as stream:
        header = _read_npy_header(path.name, stream)
        check_room(path, header)
        return _read_values(path.name, stream, header)


def npz_headers(path: Path, *layouts: Sequence[str]) -> dict[str, ArrayHeader]:
    """Return the headers of the arrays of the first layout whose keys a .npz has.

    Args:
        path: The .npz file.
        *layouts: The keys to look for, in the order of preference.

    Returns:
        The headers by key, in the order of the layout.

    Raises:
        DataError: The file is damaged, or has none of the layouts.
    """
    headers = {}
    with reading_arrays(path), zipfile.ZipFile(path) as archive:
        found = [name.removesuffix(".npy") for name in archive.namelist()]
        keys = next((layout for layout in layouts if set(layout) <= set(found)), None)
        for key in keys or ():
            with _open_member(archive, key) as stream:
                headers[key] = _read_npy_header(key, stream)
    if keys is None:
        missing = [key for key in layouts[0] if key not in found]
        others = "".join(f", or {' and '.join(layout)}" for layout in layouts[1:])
        shown = checks.one_line(", ".join(found))
        raise DataError(
            f"{path.name}: has the keys {shown or '(none)'}; expected"
            f" {', '.join(layouts[0])}{others} (missing: {', '.join(missing)})."
        )
    return headers


def read_npz(path: Path, keys: Sequence[str]) -> dict[str, np.ndarray]:
    """Read arrays of numbers from a .npz; pickles are never loaded.

    Args:
        path: The .npz file.
        keys: The arrays to read, as `npz_headers` finds them.

    Returns:
        The arrays by key.

    Raises:
        DataError: The file is damaged, or an array is too large for this machine.
    """
    npz_headers(path, keys)  # names the keys that are missing
    arrays = {}
    # A notebook may replace its collection at any time: all is read from one open file.
    with reading_arrays(path), zipfile.ZipFile(path) as archive:
        for key in keys:
            with _open_member(archive, key) as stream:
                header = _read_npy_header(key, stream)
                check_room(path, header)
                arrays[key] = _read_values(key, stream, header)
    return arrays
