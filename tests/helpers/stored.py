"""Made-up digits and how they are stored: for the tests of reading, fetching and loading."""

import hashlib
import io
import struct

import numpy as np

from mnist_lab.data.formats import RawDigits

IDX_NAMES = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
]
NPZ_KEYS = ["x_train", "y_train", "x_test", "y_test"]


def made_up_digits(seed=1, train=30, test=20):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (train + test, 28, 28), dtype=np.uint8)
    labels = np.arange(train + test, dtype=np.uint8) % 10
    return RawDigits(images[:train], labels[:train], images[train:], labels[train:])


def digest_of(digits):
    return hashlib.sha256(b"".join(array.tobytes() for array in digits.arrays)).hexdigest()


def idx_bytes(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def npz_bytes(digits):
    buffer = io.BytesIO()
    np.savez(buffer, **dict(zip(NPZ_KEYS, digits.arrays, strict=True)))
    return buffer.getvalue()


def write_folder(folder, digits, pack=lambda content: content, spell=lambda name: name):
    folder.mkdir(exist_ok=True)
    for name, array in zip(IDX_NAMES, digits.arrays, strict=True):
        (folder / spell(name)).write_bytes(pack(idx_bytes(array)))
    return folder


def write_npz(path, digits, **changed):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **{**dict(zip(NPZ_KEYS, digits.arrays, strict=True)), **changed})
    return path


def assert_same(digits, expected):
    for array, right in zip(digits.arrays, expected.arrays, strict=True):
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, right)
