"""Collections of labelled drawings: read, and appended to."""

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.data import formats
from mnist_lab.data.digits import Dataset
from mnist_lab.handwriting.preprocessing import check_image


def load_collection(path: str | os.PathLike) -> Dataset:
    """Return all drawings of a collection as a Dataset, in the order they were saved.

    Raises DataError (a ValueError) where the file is not a collection. For parts to train and test on: load_digits(path).
    """
    images, labels = formats.read_collection(Path(path).expanduser())
    return Dataset(images.astype(np.float32) / np.float32(255), labels.astype(np.int64))


def append_to_collection(path: str | os.PathLike, images: np.ndarray, labels: Any) -> int:
    """Append drawings to a collection, and return how many it holds now; the file and its folder are made where missing.

    path: a .npz file with images, uint8 (n, 28, 28), and labels, uint8 (n,). images: (n, 28, 28) in [0, 1], as preprocess()
    returns them. labels: n whole numbers from 0 to 9. The file is replaced in one step, so that it is whole; one process
    at a time may append to it.
    Raises ValueError for other images or labels, and DataError for a file that is not a collection; it is left as it is.
    """
    path = Path(path).expanduser().resolve()
    if path.suffix != ".npz":
        raise checks.invalid("path", str(path), "the name of a .npz file")
    images = np.asarray(images)
    if images.ndim != 3 or images.shape[1:] != (28, 28) or len(images) == 0:
        raise ValueError(
            f"images have the shape {images.shape}; expected (n, 28, 28), as preprocess() returns them."
        )
    new = np.stack([np.round(check_image(image) * 255) for image in images]).astype(np.uint8)
    marks = [
        checks.integer("label", label, 0, 9) for label in np.asarray(labels).reshape(-1).tolist()
    ]
    if len(marks) != len(new):
        raise ValueError(f"{len(new)} images but {len(marks)} labels; expected one label an image.")
    marks = np.array(marks, np.uint8)
    if path.exists():
        images_before, marks_before = formats.read_collection(path)
        new, marks = np.concatenate([images_before, new]), np.concatenate([marks_before, marks])
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        try:
            np.savez_compressed(part, images=new, labels=marks)
            part.close()
            # A temporary file is for its owner only.
            os.chmod(part.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(part.name, path)
        finally:
            Path(part.name).unlink(missing_ok=True)
    return len(marks)
