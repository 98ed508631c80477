"""Collections of labeled drawings, kept in one .npz file each: loaded and appended to."""

import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from mnist_lab import checks
from mnist_lab.data import formats
from mnist_lab.data.dataset import Dataset, check_images
from mnist_lab.files import atomic_write
from mnist_lab.locks import LockedError, file_lock

_PATIENCE = 10.0  # seconds to wait for another kernel, which needs milliseconds


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

    The file is replaced in one step, so it is always whole. Several kernels may append to it: each
    waits for the others. On a network folder without file locks, a warning says that it could not.

    Args:
        path: The .npz file: images as uint8 (n, 28, 28) and labels as uint8 (n,).
        images: (n, 28, 28) in [0, 1], at least one, as `preprocess` returns them.
        labels: One digit per image, 0 to 9.

    Returns:
        How many drawings the collection now has.

    Raises:
        ValueError: `path`, `images` or `labels` cannot be used.
        DataError: The file exists and is not a collection; it stays as it is (a ValueError).
        OSError: The folder cannot be written, or another program keeps the collection locked.

    Example:
        >>> import tempfile
        >>> path = tempfile.mkdtemp() + "/drawings.npz"
        >>> recorded = lab.handwriting.load_recorded()[43]
        >>> image = lab.handwriting.preprocess(lab.handwriting.rasterize(recorded.strokes))
        >>> lab.handwriting.append_to_collection(path, image[None], [recorded.label])
        1
    """
    path = collection_path(path)
    new_images, new_labels = _as_bytes(images, labels)
    with _locked(path):
        if path.exists():
            old_images, old_labels = formats.read_collection(path)
            new_images = np.concatenate([old_images, new_images])
            new_labels = np.concatenate([old_labels, new_labels])
        _write(path, new_images, new_labels)
    return len(new_labels)


def save_collection(
    path: str | os.PathLike, images: np.ndarray, labels: Sequence[checks.IntLike] | np.ndarray
) -> None:
    """Write a collection anew; one that is there is replaced, whatever it holds.

    Args:
        path: The .npz file.
        images: As in `append_to_collection`.
        labels: As in `append_to_collection`.

    Raises:
        ValueError: As in `append_to_collection`.
        OSError: As in `append_to_collection`.
    """
    path = collection_path(path)
    arrays = _as_bytes(images, labels)
    with _locked(path):
        _write(path, *arrays)


def remove_from_collection(
    path: str | os.PathLike, image: np.ndarray, label: checks.IntLike
) -> int:
    """Take the latest drawing with this image and label out of a collection.

    Args:
        path: The .npz file of the collection.
        image: (28, 28) in [0, 1], as it was appended.
        label: Its digit, 0 to 9.

    Returns:
        How many drawings are left.

    Raises:
        ValueError: The collection has no such drawing.
        OSError: As in `append_to_collection`.
    """
    path = Path(path).expanduser().resolve()
    wanted, [digit] = _as_bytes(image[None], [label])
    with _locked(path):
        images, labels = formats.read_collection(path)
        same = np.flatnonzero((images == wanted).all(axis=(1, 2)) & (labels == digit))
        if not same.size:
            raise ValueError(f"{path.name}: this drawing, labeled {digit}, is not in it any more.")
        if len(labels) == 1:
            path.unlink()  # an empty collection is one that nobody has begun
        else:
            _write(path, np.delete(images, same[-1], axis=0), np.delete(labels, same[-1]))
    return len(labels) - 1


def collection_path(path: str | os.PathLike) -> Path:
    """Return where a collection is to be written; ValueError where it is no .npz."""
    path = Path(path).expanduser().resolve()
    if path.suffix != ".npz":
        raise checks.invalid("path", str(path), "the name of a .npz file")
    return path


def _write(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    with atomic_write(path, "wb") as file:
        arrays = zip(formats.COLLECTION_KEYS, (images, labels), strict=True)
        np.savez_compressed(file, **dict(arrays))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep a collection from other kernels and threads while it is read and written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file_lock(path.with_name(f".{path.name}.lock"), _PATIENCE) as held:
            if not held:
                warnings.warn(
                    f"{path.parent} has no file locks, as some network folders: let only one"
                    " notebook at a time collect drawings in it, or some may be lost.",
                    stacklevel=4,
                )
            yield
    except LockedError as error:
        raise TimeoutError(f"{path} is kept locked by {error}. Try again later.") from None


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
