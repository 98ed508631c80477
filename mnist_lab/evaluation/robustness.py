"""Corruptions of images at a chosen severity, and how right and how sure a model is on them.

Each corruption is a function of images, float32 (n, 28, 28) in [0, 1], a severity and a NumPy
random generator. It returns new images of the same shape; severity 0 changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import ndimage

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.prediction import evaluate

if TYPE_CHECKING:
    import keras


def _affine(images: np.ndarray, matrices: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return each image read bilinearly at matrix (n, 2, 2) x position + offset (n, 2), in pixels.

    Positions count from the center of the image.
    """
    center = 13.5
    from_corner = center + offsets - matrices.sum(axis=2) * center
    return np.stack(
        [
            ndimage.affine_transform(image, matrix, offset, order=1)
            for image, matrix, offset in zip(images, matrices, from_corner, strict=True)
        ]
    )


def _signs(count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], count)


def rotation(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Rotate each digit by `severity` degrees about the center, to the left or to the right."""
    angles = np.radians(severity) * _signs(len(images), rng)
    cos, sin = np.cos(angles), np.sin(angles)
    matrices = np.stack([cos, -sin, sin, cos], axis=1).reshape(-1, 2, 2)
    return _affine(images, matrices, np.zeros((len(images), 2)))


def translation(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Move each digit by `severity` pixels, each in a random direction."""
    angles = rng.uniform(0, 2 * np.pi, len(images))
    offsets = severity * np.stack([np.sin(angles), np.cos(angles)], axis=1)
    return _affine(images, np.tile(np.eye(2), (len(images), 1, 1)), offsets)


def scale(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Enlarge or shrink each digit by the factor 1 + `severity`."""
    factors = (1 + severity) ** _signs(len(images), rng)
    return _affine(images, factors[:, None, None] * np.eye(2), np.zeros((len(images), 2)))


def blur(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Blur with a Gaussian filter whose sigma is `severity` pixels."""
    if severity == 0:
        return images.copy()
    return ndimage.gaussian_filter(images, (0, severity, severity), mode="constant")


def noise(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Add normal noise of standard deviation `severity` to each pixel, then clip to [0, 1]."""
    return np.clip(images + severity * rng.standard_normal(images.shape, np.float32), 0, 1)


def contrast(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Lower the contrast: multiply the ink by 1 - `severity`; the paper stays as it is."""
    return images * (1 - severity)


def inversion(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Mix each image with its negative: all gray at 0.5, the negative itself at 1."""
    return images * (1 - severity) + (1 - images) * severity


def _morph(images: np.ndarray, severity: float, step: Callable[..., np.ndarray]) -> np.ndarray:
    """Apply a step of one pixel `severity` times; a fraction mixes the images before and after."""
    cross = ndimage.generate_binary_structure(2, 1)[None]
    while severity > 0:
        share = min(severity, 1.0)
        images = images * (1 - share) + step(images, footprint=cross) * share
        severity -= share
    return images


def dilation(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Thicken the strokes by `severity` pixels per side (gray dilation with a cross)."""
    return _morph(images, severity, ndimage.grey_dilation)


def erosion(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Thin the strokes by `severity` pixels per side (gray erosion with a cross)."""
    return _morph(images, severity, ndimage.grey_erosion)


def occlusion(images: np.ndarray, severity: float, rng: np.random.Generator) -> np.ndarray:
    """Cover a random square of `severity` x `severity` whole pixels in the middle 20 x 20."""
    side, covered = int(severity), images.copy()
    corners = rng.integers(4, 24 - side + 1, (len(images), 2))
    for image, (row, column) in zip(covered, corners, strict=True):
        image[row : row + side, column : column + side] = 0
    return covered


class Corruption(NamedTuple):
    """A corruption and the severities used in the course.

    Attributes:
        apply: The function.
        unit: Of the severity.
        severities: From 0 upward.
        maximum: The greatest severity that the function takes.
    """

    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
    unit: str
    severities: tuple[float, ...]
    maximum: float


CORRUPTIONS: Mapping[str, Corruption] = {
    "rotation": Corruption(rotation, "degrees", (0, 10, 20, 30, 45, 60), 180),
    "translation": Corruption(translation, "pixels", (0, 1, 2, 3, 4, 6), 28),
    "scale": Corruption(scale, "factor beyond 1", (0, 0.1, 0.2, 0.3, 0.45, 0.6), 9),
    "blur": Corruption(blur, "sigma in pixels", (0, 0.5, 1, 1.5, 2, 3), 28),
    "noise": Corruption(noise, "standard deviation", (0, 0.1, 0.2, 0.3, 0.5, 0.7), 10),
    "contrast": Corruption(contrast, "share of contrast lost", (0, 0.2, 0.4, 0.6, 0.8, 0.9), 1),
    "inversion": Corruption(inversion, "share of the negative", (0, 0.1, 0.2, 0.3, 0.45, 1.0), 1),
    "dilation": Corruption(dilation, "pixels per side", (0, 0.5, 1, 1.5, 2, 3), 28),
    "erosion": Corruption(erosion, "pixels per side", (0, 0.25, 0.5, 0.75, 1, 1.5), 28),
    "occlusion": Corruption(occlusion, "side in pixels", (0, 4, 6, 8, 10, 12), 20),
}


def corrupt(
    dataset: Dataset, name: str, severity: checks.FloatLike, seed: checks.IntLike = 0
) -> Dataset:
    """Return a corrupted dataset.

    Args:
        dataset: The digits.
        name: Of the corruption, one of CORRUPTIONS.
        severity: From 0, which changes nothing, to the maximum of this corruption. CORRUPTIONS
            has the maximum and the unit, such as 180 degrees for "rotation".
        seed: Of the random choices, such as the direction of a rotation.

    Returns:
        The same number of digits with the same labels.

    Raises:
        ValueError: For another name, and for a severity out of its range.

    Example:
        >>> dataset = lab.data.Dataset(np.ones((1, 28, 28)), np.array([4]))
        >>> float(lab.evaluation.corrupt(dataset, "contrast", 0.75).images.max())
        0.25
    """
    corruption = CORRUPTIONS[checks.choice("name", name, CORRUPTIONS)]
    severity = checks.real("severity", severity, 0.0, corruption.maximum)
    rng = np.random.default_rng(checks.seed(seed))
    images = corruption.apply(dataset.images, severity, rng)
    return Dataset(images.astype(np.float32).clip(0, 1), dataset.labels)


def accuracy_under_corruption(
    models: Mapping[str, "keras.Model"],
    dataset: Dataset,
    names: Sequence[str] = tuple(CORRUPTIONS),
    seed: checks.IntLike = 0,
) -> pd.DataFrame:
    """Return the accuracy of models on corrupted digits (after Hendrycks and Dietterich 2019).

    All models see the same corrupted digits.

    Args:
        models: name -> model.
        dataset: The digits.
        names: Of the corruptions, from CORRUPTIONS.
        seed: Of the random choices of the corruptions.

    Returns:
        One row per corruption, severity and model, with columns corruption, severity, model,
        accuracy and confidence (the mean).

    Raises:
        ValueError: For the name of a corruption that does not exist.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> models = {"small": lab.models.mlp([20]), "large": lab.models.mlp([200])}
        >>> len(lab.evaluation.accuracy_under_corruption(models, dataset, ["noise"]))
        12
    """
    seed = checks.seed(seed)
    names = [checks.choice("names", name, CORRUPTIONS) for name in names]
    rows = []
    for name in names:
        for severity in CORRUPTIONS[name].severities:
            corrupted = corrupt(dataset, name, severity, seed) if severity else dataset
            for title, model in models.items():
                result = evaluate(model, corrupted)
                confidence = float(result.confidence.mean())
                rows.append((name, severity, title, result.accuracy, confidence))
    columns = ["corruption", "severity", "model", "accuracy", "confidence"]
    return pd.DataFrame(rows, columns=columns)
