"""One form for images and labels, however a file or a program keeps them."""

import math
from dataclasses import dataclass

import numpy as np

from mnist_lab import checks
from mnist_lab.data.arrays import ArrayHeader
from mnist_lab.data.errors import DataError

_SIDE = 28
_CHUNK = 2000  # images converted at a time: whole copies as floats would take much memory
_ROUNDING = 1e-6
_PALE = 128  # where the darkest pixel of all digits is paler, they were scaled twice or the like


@dataclass(frozen=True, eq=False)
class Part:
    """Images and their labels, such as the training digits of a file.

    Attributes:
        images: As they are kept, or uint8 (n, 28, 28) once tidied.
        labels: As they are kept, or uint8 (n,) once tidied; None where there are none.
        notices: What was done to them, a sentence each.
    """

    images: np.ndarray
    labels: np.ndarray | None
    notices: tuple[str, ...] = ()


def _last(shape: tuple[int, ...]) -> bool:
    """Return whether the last axis counts the images, as in MATLAB, for a shape that fits."""
    first = math.prod(shape[1:]) in (_SIDE**2, 3 * _SIDE**2) and len(shape) > 1
    return not first and shape[:-1] in ((_SIDE**2,), (_SIDE, _SIDE), (_SIDE, _SIDE, 1))


def image_count(where: str, shape: tuple[int, ...]) -> int:
    """Return how many images of 28 x 28 an array of this shape holds; DataError for none."""
    sizes = (_SIDE**2,), (_SIDE, _SIDE), (_SIDE, _SIDE, 1), (1, _SIDE, _SIDE), (_SIDE, _SIDE, 3)
    if _last(shape):
        count = shape[-1]
    elif shape[1:] in sizes:
        count = shape[0]
    else:
        hint = "; images[None] makes one image a stack of one" if shape == (28, 28) else ""
        if len(shape) in (2, 3, 4) and not hint:
            hint = "; lab.handwriting.preprocess(image) makes one image of another size 28 x 28"
        expected = f"(n, 28, 28), (n, 28, 28, 1) or (n, 784){hint}"
        raise DataError(f"{where}: {checks.invalid('images.shape', shape, expected)}")
    if count == 0:
        raise DataError(f"{where}: holds no images.")
    return count


def _label_form(shape: tuple[int, ...], count: int) -> str:
    """Return how labels of this shape belong to `count` images; "" where they do not."""
    if shape in ((count,), (count, 1), (1, count)):
        return "plain"
    if shape == (count, 10):
        return "one-hot"
    return "one-hot, MATLAB" if shape == (10, count) else ""


def check_form(
    where: str, images: ArrayHeader | np.ndarray, labels: ArrayHeader | np.ndarray | None
) -> None:
    """Refuse with a DataError what cannot be 28 x 28 digits, whatever its values are."""
    count = image_count(where, images.shape)
    if images.dtype.kind not in "biuf":
        raise DataError(f"{where}: pixels are stored as {images.dtype}; expected numbers.")
    if labels is None:
        return
    if not _label_form(labels.shape, count):
        raise DataError(
            f"{where}: {count:,} images but labels of shape {labels.shape};"
            " expected one label per image."
        )
    if labels.dtype.kind not in "iufSU":
        raise DataError(f"{where}: labels are stored as {labels.dtype}; expected 0 to 9.")


def _stacked(where: str, images: np.ndarray) -> np.ndarray:
    """Return images as a view (n, 28, 28)."""
    count = image_count(where, images.shape)
    if images.shape[1:] == (_SIDE, _SIDE, 3):
        if not (images == images[..., :1]).all():
            raise DataError(
                f"{where}: images.shape={images.shape} is in color."
                " Turn it to gray: images.mean(axis=3)."
            )
        images = images[..., 0]
    if _last(images.shape):
        images = np.moveaxis(images, -1, 0)
    return images.reshape(count, _SIDE, _SIDE)


def _range(where: str, images: np.ndarray) -> tuple[float, float]:
    """Return the lowest and the highest pixel; DataError where one is no finite number."""
    low, high = images.min(), images.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        broken = ~np.isfinite(images.reshape(len(images), -1)).all(axis=1)
        raise DataError(
            f"{where}: {broken.sum():,} of {len(images):,} images have NaN or infinite pixels (the"
            f" first is image {broken.argmax()}). Leave them out, or put numbers there."
        )
    return float(low), float(high)


def _advice(low: float, high: float) -> str:
    """Return what brings pixels of this range into one that is read."""
    if abs(low + 1) < 0.01 and abs(high - 1) < 0.01:
        return " For values from -1 to 1: (images + 1) / 2."
    if -0.5 < low < 0 and high < 3:
        return " For MNIST's standardized pixels: images * 0.3081 + 0.1307."
    return " For 16 bits: images / 65535." if low >= 0 and 255 < high <= 65535 else ""


def _bytes(where: str, images: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return images (n, 28, 28) of any scale as uint8, and what was done to them."""
    low, high = _range(where, images)
    if low < -_ROUNDING or high > 255 + _ROUNDING:
        raise DataError(
            f"{where}: pixels run from {low:g} to {high:g}; expected 0 to 255, or 0 to 1."
            + _advice(low, high)
        )
    factor = 255 if high <= 1 + _ROUNDING else 1
    if factor == 1 and images.dtype.kind in "iu":
        stored, off = images.astype(np.uint8, copy=False), 0.0
    else:
        stored, off = np.empty(images.shape, np.uint8), 0.0
        for start in range(0, len(images), _CHUNK):
            part = images[start : start + _CHUNK].astype(np.float64) * factor
            rounded = np.rint(part)
            off = max(off, float(np.abs(part - rounded).max()))
            stored[start : start + _CHUNK] = rounded.clip(0, 255)
    notices = []
    if off > 0.01:
        notices.append(f"{where}: the pixels were rounded to the 256 gray levels of MNIST.")
    darkest = int(stored.max())
    if darkest == 255 and not np.any((stored > 0) & (stored < 255)):
        notices.append(
            f"{where}: each pixel is paper or ink, without the gray edges of MNIST's digits;"
            " a network trained on those reads them a little worse."
        )
    elif 0 < darkest < _PALE:
        notices.append(
            f"{where}: the darkest pixel of all digits is {darkest} of 255. If they were scaled"
            f" twice, multiply them by {255 / darkest:.3g}."
        )
    return np.ascontiguousarray(stored), notices


def _numbers(where: str, labels: np.ndarray) -> np.ndarray:
    """Return labels as whole numbers of any size; texts such as "7" and 7.0 are read."""
    if labels.dtype.kind in "SU":
        try:
            labels = labels.astype(np.float64)
        except ValueError:
            wrong = next(text for text in labels.ravel().tolist() if not _is_number(text))
            shown = checks.one_line(repr(wrong), 40)
            raise DataError(f"{where}: the label {shown} is no digit; expected 0 to 9.") from None
    if labels.dtype.kind == "f":
        odd = labels[~(labels == np.rint(labels))]
        if odd.size:
            raise DataError(
                f"{where}: a label is {odd.flat[0]:g}; expected whole numbers from 0 to 9."
            )
    return labels


def _is_number(text: str | bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _digits(where: str, labels: np.ndarray, count: int) -> np.ndarray:
    """Return the labels of `count` images as uint8 (n,)."""
    form, labels = _label_form(labels.shape, count), _numbers(where, labels)
    if form.startswith("one-hot"):
        labels = labels.T if "MATLAB" in form else labels
        if not (np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all()):
            raise DataError(
                f"{where}: labels of shape {labels.shape} are not one-hot: expected a single 1 per"
                " row, and zeros. For probabilities, labels.argmax(axis=1)."
            )
        return labels.argmax(axis=1).astype(np.uint8)
    labels = labels.ravel()
    low, high = labels.min(), labels.max()
    if low < 0 or high > 9:
        hint = ""
        if (low, high) == (1, 10):
            hint = " Where 10 stands for a zero, take labels % 10."
        elif 9 < high <= 61:
            hint = " Others may be letters: this course reads digits."
        raise DataError(f"{where}: labels run from {low:g} to {high:g}; expected 0 to 9.{hint}")
    return labels.astype(np.uint8)


def tidied(where: str, part: Part) -> Part:
    """Return images and labels in the one form that the course uses.

    Args:
        where: What errors and notices call them, such as a file's name.
        part: Images (n, 28, 28), (n, 28, 28, 1), (n, 784), or with n last as in MATLAB; whole
            numbers or floats from 0 to 255 or from 0 to 1. Labels as numbers or texts (n,), or
            one-hot (n, 10).

    Returns:
        Images uint8 (n, 28, 28) from 0 (paper) to 255 (ink); labels uint8 (n,), or None.

    Raises:
        DataError: They are not digits of 28 x 28 pixels, or not labels from 0 to 9.
    """
    check_form(where, part.images, part.labels)
    images, notices = _bytes(where, _stacked(where, part.images))
    labels = None if part.labels is None else _digits(where, part.labels, len(images))
    return Part(images, labels, (*part.notices, *notices))
