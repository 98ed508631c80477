"""Collections of labeled drawings, kept in one .npz file each: loaded and appended to."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mnist_lab import checks
from mnist_lab.data import formats
from mnist_lab.data.dataset import Dataset, check_images
from mnist_lab.files import atomic_write


def load_collection(path: str | os.PathLike) -> Dataset:
    """Load all drawings of a collection. To divide them for training and testing, `load_digits`.

    Args:
        path: The .npz file of the collection.

    Returns:
        The drawings and their labels, in the order they were saved.

    Raises:
        DataError: The file cannot be read or is not a collection (a ValueError).

    Example:
        >>> import tempfile
        >>> path = tempfile.mkdtemp() + "/drawings.npz"
        >>> lab.handwriting.append_to_collection(path, np.zeros((2, 28, 28)), [4, 7])
        2
        >>> lab.handwriting.load_collection(path).labels
        array([4, 7])
    """
    return Dataset.from_bytes(*formats.read_collection(Path(path).expanduser()))


def append_to_collection(
    path: str | os.PathLike, images: np.ndarray, labels: Sequence[checks.IntLike] | np.ndarray
) -> int:
    """Append drawings to a collection; the file and its folder are created where missing.

    The file is replaced in one step, so it is always whole. Only one process at a time may append.

    Args:
        path: The .npz file: images as uint8 (n, 28, 28) and labels as uint8 (n,).
        images: (n, 28, 28) in [0, 1], at least one, as `preprocess` returns them.
        labels: One digit per image, 0 to 9.

    Returns:
        How many drawings the collection now has.

    Raises:
        ValueError: `path`, `images` or `labels` cannot be used.
        DataError: The file exists and is not a collection; it stays as it is (a ValueError).

    Example:
        >>> import tempfile
        >>> path = tempfile.mkdtemp() + "/drawings.npz"
        >>> recorded = lab.handwriting.load_recorded()[43]
        >>> image = lab.handwriting.preprocess(lab.handwriting.rasterize(recorded.strokes))
        >>> lab.handwriting.append_to_collection(path, image[None], [recorded.label])
        1
    """
    path = Path(path).expanduser().resolve()
    if path.suffix != ".npz":
        raise checks.invalid("path", str(path), "the name of a .npz file")
    new_images, new_labels = _as_bytes(images, labels)
    if path.exists():
        old_images, old_labels = formats.read_collection(path)
        new_images = np.concatenate([old_images, new_images])
        new_labels = np.concatenate([old_labels, new_labels])
    with atomic_write(path, "wb") as file:
        arrays = zip(formats.COLLECTION_KEYS, (new_images, new_labels), strict=True)
        np.savez_compressed(file, **dict(arrays))
    return len(new_labels)


def _as_bytes(
    images: np.ndarray, labels: Sequence[checks.IntLike] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return images (n, 28, 28) in [0, 1] and labels, checked, as uint8."""
    images = np.round(check_images(images, minimum=1) * 255)
    labels = [
        checks.integer("label", label, 0, 9) for label in np.asarray(labels).reshape(-1).tolist()
    ]
    if len(labels) != len(images):
        raise ValueError(f"{len(images)} images but {len(labels)} labels; expected one per image.")
    return images.astype(np.uint8), np.array(labels, np.uint8)
