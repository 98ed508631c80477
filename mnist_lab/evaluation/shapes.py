"""How a digit is drawn: measured properties, and the digits that are unusual by them."""

import numpy as np
import pandas as pd
from scipy import ndimage

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset, check_images
from mnist_lab.evaluation.metrics import Evaluation, wilson_interval

_CHUNK = 2000
_CENTERS = np.arange(28) - 13.5
# The two names of a property's ends, lower and upper.
_ENDS = {
    "thickness": ("thin strokes", "thick strokes"),
    "slant": ("leaning left", "leaning right"),
    "width": ("narrow", "wide"),
}


def shape_properties(images: np.ndarray) -> pd.DataFrame:
    """Measure how digits are drawn.

    Args:
        images: float (n, 28, 28) in [0, 1].

    Returns:
        One row per image, with the columns

        - thickness: of the strokes, in pixels: twice the ink, divided by the length of its outline
          (the sum of the gradient's lengths);
        - slant: in degrees, above 0 where the digit leans to the right, from the second moments;
        - width: how far the ink spreads sideways without the slant, as a share of its height
          (a ratio of standard deviations);
        - loops: how many patches of paper (pixels up to 0.5) the ink encloses.

        An image without ink has 0 in all columns.

    Example:
        >>> stroke = np.zeros((1, 28, 28))
        >>> stroke[0, 4:24, 12:15] = 1
        >>> lab.evaluation.shape_properties(stroke).round(1)
           thickness  slant  width  loops
        0        2.7   -0.0    0.1      0
    """
    images = check_images(images)
    chunks = [images[start : start + _CHUNK] for start in range(0, len(images), _CHUNK)]
    return pd.concat([_measure(chunk) for chunk in chunks or [images]], ignore_index=True)


def _measure(images: np.ndarray) -> pd.DataFrame:
    ink = np.maximum(images.sum(axis=(1, 2)), 1e-9)
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    # The gradient at the corners of pixels, from the four pixels that meet there.
    across, down = np.diff(padded, axis=2), np.diff(padded, axis=1)
    across, down = across[:, :-1] + across[:, 1:], down[:, :, :-1] + down[:, :, 1:]
    outline = np.hypot(across, down).sum(axis=(1, 2)) / 2
    columns, rows = images.sum(axis=1), images.sum(axis=2)
    x = _CENTERS - ((columns @ _CENTERS) / ink)[:, None]
    y = _CENTERS - ((rows @ _CENTERS) / ink)[:, None]
    x_squared, y_squared = (columns * x**2).sum(axis=1), (rows * y**2).sum(axis=1)
    product = np.einsum("nij,ni,nj->n", images, y, x)
    height = np.maximum(y_squared, 1e-9)
    without_slant = np.maximum(x_squared - product**2 / height, 0)
    return pd.DataFrame(
        {
            "thickness": 2 * images.sum(axis=(1, 2)) / np.maximum(outline, 1e-9),
            "slant": np.degrees(np.arctan(-product / height)),  # y points down
            "width": np.sqrt(without_slant / height),
            "loops": _loops(padded),
        }
    )


def _loops(padded: np.ndarray) -> np.ndarray:
    """Return how many patches of paper the ink of each image encloses, int64 (n,).

    Args:
        padded: float (n, height, width), with paper at the edges.
    """
    # Pixels are neighbors in their own image alone.
    structure = np.zeros((3, 3, 3), bool)
    structure[1] = ndimage.generate_binary_structure(2, 1)
    patches, count = ndimage.label(padded <= 0.5, structure)
    # The image of each patch is that of its first pixel.
    _, first = np.unique(patches, return_index=True)
    first = first[1:] if len(first) > count else first  # without the ink, patch 0
    image = first // padded[0].size if count else first
    return np.bincount(image, minlength=len(padded)) - 1


def unusual_shapes(
    dataset: Dataset, reference: Dataset, share: checks.FloatLike = 0.05
) -> pd.DataFrame:
    """Say which digits are drawn as few digits of their kind are.

    A digit has thin strokes if they are thinner than those of all but `share` of the reference's
    digits with its label; and so on. Its loops are unusual if fewer than `share` of those digits
    have as many.

    Args:
        dataset: The digits to sort.
        reference: Other digits, such as the training digits, which say what is usual.
        share: Above 0 and below 0.5.

    Returns:
        bool, one row per digit of `dataset`, with the columns thin strokes, thick strokes, leaning
        left, leaning right, narrow, wide and unusual loops. A digit of a kind that the reference
        does not have is usual.

    Example:
        >>> digits = lab.load_digits("sample")
        >>> lab.evaluation.unusual_shapes(digits.test, digits.train)["wide"].mean()
        np.float64(0.0...)
    """
    share = checks.real("share", share, 0, 0.5, closed="neither")
    usual, shapes = shape_properties(reference.images), shape_properties(dataset.images)
    names = [name for ends in _ENDS.values() for name in ends]
    unusual = pd.DataFrame(False, index=shapes.index, columns=[*names, "unusual loops"])
    for label in np.unique(reference.labels):
        known, asked = usual[reference.labels == label], dataset.labels == label
        for name, (lower, upper) in _ENDS.items():
            low, high = known[name].quantile([share, 1 - share])
            unusual.loc[asked, lower] = shapes[name] < low
            unusual.loc[asked, upper] = shapes[name] > high
        shares = known["loops"].value_counts(normalize=True)
        frequency = shapes["loops"].map(shares).fillna(0)
        unusual.loc[asked, "unusual loops"] = frequency < share
    return unusual


def group_errors(groups: pd.DataFrame, result: Evaluation) -> pd.DataFrame:
    """Count the mistakes in groups of digits.

    Args:
        groups: bool, one row per digit of the evaluation, one column per group. A digit may be in
            several groups or in none.
        result: The evaluation.

    Returns:
        One row per group, with the columns digits and mistakes (counts), error (their ratio), and
        low and high (its 95 % Wilson interval); the last three are NaN for a group without digits.

    Raises:
        ValueError: `groups` has another number of rows.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((4, 28, 28)), np.array([4, 4, 9, 9]))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10)[[9, 4, 9, 9]])
        >>> groups = pd.DataFrame({"fours": dataset.labels == 4})
        >>> lab.evaluation.group_errors(groups, result)[["digits", "mistakes", "error"]]
               digits  mistakes  error
        group
        fours       2         1    0.5
    """
    if len(groups) != len(result):
        raise checks.invalid("len(groups)", len(groups), f"{len(result):,}, one row per digit")
    rows = []
    for name in groups.columns:
        chosen = groups[name].to_numpy(dtype=bool)
        digits, mistakes = int(chosen.sum()), int((chosen & ~result.correct).sum())
        low, high = wilson_interval(mistakes, digits) if digits else (np.nan, np.nan)
        error = mistakes / digits if digits else np.nan
        rows.append([name, digits, mistakes, error, low, high])
    columns = ["group", "digits", "mistakes", "error", "low", "high"]
    return pd.DataFrame(rows, columns=columns).set_index("group")
