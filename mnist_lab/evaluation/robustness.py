"""What the world does to digits: corruptions of a set severity, and how accuracy falls under them.

Each corruption is a function of images (n, 28, 28) in [0, 1], a severity, and a NumPy random generator; it returns
images of the same shape and range. Strength 0 changes nothing (contrast: 1).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import ndimage

from mnist_lab import checks
from mnist_lab.data.digits import Dataset
from mnist_lab.evaluation.metrics import evaluate

if TYPE_CHECKING:
    import keras

Images = np.ndarray


def _mapped(images: Images, matrices: np.ndarray, shifts: np.ndarray) -> Images:
    """Return each image read, bilinearly, at matrix (n, 2, 2) x place from the centre, plus shift (n, 2) in pixels."""
    centre = 13.5
    offsets = centre + shifts - matrices.sum(axis=2) * centre
    pairs = zip(images, matrices, offsets, strict=True)
    return np.stack(
        [
            ndimage.affine_transform(image, matrix, offset, order=1)
            for image, matrix, offset in pairs
        ]
    )


def _signs(count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], count)


def rotation(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Turn each digit by `severity` degrees about the centre, to the left or to the right."""
    angles = np.radians(severity) * _signs(len(images), rng)
    cos, sin = np.cos(angles), np.sin(angles)
    return _mapped(
        images,
        np.stack([cos, -sin, sin, cos], axis=1).reshape(-1, 2, 2),
        np.zeros((len(images), 2)),
    )


def translation(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Move each digit by `severity` pixels, in a direction of its own."""
    angles = rng.uniform(0, 2 * np.pi, len(images))
    return _mapped(
        images,
        np.tile(np.eye(2), (len(images), 1, 1)),
        severity * np.stack([np.sin(angles), np.cos(angles)], axis=1),
    )


def scale(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Make each digit larger or smaller by the factor 1 + `severity`."""
    factors = (1 + severity) ** _signs(len(images), rng)
    return _mapped(images, factors[:, None, None] * np.eye(2), np.zeros((len(images), 2)))


def blur(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Blur with a Gaussian of sigma = `severity` pixels."""
    return (
        ndimage.gaussian_filter(images, (0, severity, severity), mode="constant")
        if severity
        else images.copy()
    )


def noise(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Add normal noise of standard deviation `severity` to each pixel, and cut off below 0 and above 1."""
    return np.clip(images + severity * rng.standard_normal(images.shape, np.float32), 0, 1)


def contrast(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Take `severity` of the contrast away: ink becomes that share paler, on the same paper."""
    return images * (1 - severity)


def inversion(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Mix each pixel with its opposite: at 0.5 all is grey, at 1 paper and ink have changed places."""
    return images * (1 - severity) + (1 - images) * severity


def _spread(images: Images, severity: float, grow: Callable[..., Images]) -> Images:
    """Grow or shrink the strokes pixel by pixel, the last time by the rest: a mixture of before and after."""
    cross = ndimage.generate_binary_structure(2, 1)[None]
    while severity > 0:
        share = min(severity, 1.0)
        images = images * (1 - share) + grow(images, footprint=cross) * share
        severity -= share
    return images


def dilation(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Make the strokes thicker by `severity` pixels on either side (grey dilation with a cross)."""
    return _spread(images, severity, ndimage.grey_dilation)


def erosion(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Make the strokes thinner by `severity` pixels on either side (grey erosion with a cross)."""
    return _spread(images, severity, ndimage.grey_erosion)


def occlusion(images: Images, severity: float, rng: np.random.Generator) -> Images:
    """Cover a square of `severity` x `severity` whole pixels with paper, somewhere on the middle 20 x 20."""
    side, covered = int(severity), images.copy()
    corners = rng.integers(4, 24 - side + 1, (len(images), 2))
    for image, (row, column) in zip(covered, corners, strict=True):
        image[row : row + side, column : column + side] = 0
    return covered


class Corruption(NamedTuple):
    """A corruption, the unit of its severity, and the severities that the course looks at, from none upwards."""

    apply: Callable[[Images, float, np.random.Generator], Images]
    unit: str
    severities: tuple[float, ...]


CORRUPTIONS: Mapping[str, Corruption] = {
    "rotation": Corruption(rotation, "degrees", (0, 10, 20, 30, 45, 60)),
    "translation": Corruption(translation, "pixels", (0, 1, 2, 3, 4, 6)),
    "scale": Corruption(scale, "factor beyond 1", (0, 0.1, 0.2, 0.3, 0.45, 0.6)),
    "blur": Corruption(blur, "sigma in pixels", (0, 0.5, 1, 1.5, 2, 3)),
    "noise": Corruption(noise, "standard deviation", (0, 0.1, 0.2, 0.3, 0.5, 0.7)),
    "contrast": Corruption(contrast, "share of contrast lost", (0, 0.2, 0.4, 0.6, 0.8, 0.9)),
    "inversion": Corruption(inversion, "share", (0, 0.1, 0.2, 0.3, 0.45, 1.0)),
    "dilation": Corruption(dilation, "pixels a side", (0, 0.5, 1, 1.5, 2, 3)),
    "erosion": Corruption(erosion, "pixels a side", (0, 0.25, 0.5, 0.75, 1, 1.5)),
    "occlusion": Corruption(occlusion, "pixels square", (0, 4, 6, 8, 10, 12)),
}


def corrupt(dataset: Dataset, name: str, severity: float, seed: int = 0) -> Dataset:
    """Return a dataset's digits under one of CORRUPTIONS; the same seed draws the same. ValueError for other names."""
    checks.choice("name", name, CORRUPTIONS)
    severity = checks.real("severity", severity, 0.0, 180.0)
    images = CORRUPTIONS[name].apply(dataset.images, severity, np.random.default_rng(seed))
    return Dataset(images.astype(np.float32).clip(0, 1), dataset.labels)


def accuracy_under_corruption(
    models: Mapping[str, "keras.Model"],
    dataset: Dataset,
    names: Sequence[str] = tuple(CORRUPTIONS),
    seed: Any = 0,
) -> pd.DataFrame:
    """Return each model's accuracy on a split under each corruption at each of its severities, one row each.

    Columns: corruption, severity, model, accuracy. All models see the same corrupted digits.
    """
    seed = checks.seed(seed)
    rows = []
    for name in names:
        for severity in CORRUPTIONS[checks.choice("names", name, CORRUPTIONS)].severities:
            corrupted = corrupt(dataset, name, severity, seed)
            rows += [
                (name, severity, title, evaluate(model, corrupted).accuracy)
                for title, model in models.items()
            ]
    return pd.DataFrame(rows, columns=["corruption", "severity", "model", "accuracy"])
