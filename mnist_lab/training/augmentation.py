"""Random distortion of digits, by hand, since Keras's random layers do not compile under XLA."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import tf
from mnist_lab.checks import FloatLike

_SIDE = 28
_CENTER = (_SIDE - 1) / 2

# Upper bounds of the limits; larger values make digits unreadable.
_MAX_LIMITS = {
    "rotation": 180.0,
    "scale": 0.9,
    "shear": 2.0,
    "translate": 28.0,
    "elastic_std": 10.0,
    "elastic_sigma": 28.0,
}
# At six times the default the scale reaches its limit of 0.9; from 1 on, images would be mirrored.
_MAX_MAGNITUDE = 6.0


@dataclass(frozen=True)
class DistortionLimits:
    """How far digits are distorted: each digit draws its own values evenly within these limits.

    Numbers may come as text. The defaults keep digits readable. An elastic_std of 0.7 at an
    elastic_sigma of 4 is the field of Simard, Steinkraus and Platt (2003) with alpha = 17.

    Args:
        rotation: Degrees about the center, either way, at most 180.
        scale: Share by which height and width of the picture that is read each grow or shrink, at
            most 0.9. At 0.15 a digit grows by up to 18 % and shrinks by up to 13 %.
        shear: Share of the height by which the top leans against the bottom, either way, at most 2.
        translate: Pixels along each axis, either way, at most 28.
        elastic_std: Standard deviation in pixels of each pixel's own displacement along each axis,
            at most 10.
        elastic_sigma: Standard deviation in pixels of the Gaussian that smooths the displacements,
            from 0.5 to 28; Simard's sigma.

    Raises:
        ValueError: A limit is negative, too large, or no number.

    Example:
        >>> lab.training.DistortionLimits(rotation=30).rotation
        30.0
    """

    rotation: float = 15.0
    scale: float = 0.15
    shear: float = 0.15
    translate: float = 2.0
    elastic_std: float = 0.7
    elastic_sigma: float = 4.0

    def __post_init__(self) -> None:
        for field in fields(self):
            low = 0.5 if field.name == "elastic_sigma" else 0.0
            value = getattr(self, field.name)
            limit = checks.real(field.name, value, low, _MAX_LIMITS[field.name])
            object.__setattr__(self, field.name, limit)


_DEFAULT_LIMITS = DistortionLimits()


def read_limits(distortion: FloatLike | DistortionLimits) -> tuple[DistortionLimits, float]:
    """Return limits and the magnitude to apply them with, from the `distortion` given to train().

    Args:
        distortion: A share of the default limits, from 0 to 6, or limits of one's own.

    Raises:
        ValueError: `distortion` is neither.
    """
    if isinstance(distortion, DistortionLimits):
        return distortion, 1.0
    return _DEFAULT_LIMITS, checks.real("distortion", distortion, 0.0, _MAX_MAGNITUDE)


def _principal_components(elastic_sigma: float) -> np.ndarray:
    """Return the principal components of smoothed noise along 28 pixels, scaled by their spread.

    White noise under a Gaussian of sigma s has the covariance exp(-d^2 / 4 s^2). A few components
    hold nearly all of its variance, so k x k random numbers do the work of 28 x 28 smoothed ones.

    Returns:
        float32 (28, k). Its product with k random numbers of variance 1 has variance 1 per pixel.
    """
    distance = np.subtract.outer(np.arange(_SIDE), np.arange(_SIDE))
    variances, components = np.linalg.eigh(np.exp(-(distance**2) / (4 * elastic_sigma**2)))
    kept = variances > 0.002 * variances.sum()
    scaled = components[:, kept] * np.sqrt(variances[kept])
    return (scaled / np.linalg.norm(scaled, axis=1, keepdims=True)).astype(np.float32)


def _affine_coordinates(
    uniform: tf.Tensor, limits: DistortionLimits, magnitude: tf.Tensor
) -> list[tf.Tensor]:
    """Return where an affine map takes each pixel from: rows and columns, float32 (n, 28, 28).

    Args:
        uniform: (n, 6 or more) numbers in [-1, 1): angle, height, width, shear, translations.
        limits: The limits of each.
        magnitude: Share of the limits to apply.
    """
    angle = uniform[:, 0] * (magnitude * float(np.radians(limits.rotation)))
    height, width = (1 + uniform[:, i] * (magnitude * limits.scale) for i in (1, 2))
    shear = uniform[:, 3] * (magnitude * limits.shear)
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Rotation after shear after scale: the first pair is what one row and one column further add to
    # the row coordinate, the second pair what they add to the column coordinate.
    per_step = [
        [(cos - sin * shear) * height, -sin * width],
        [(sin + cos * shear) * height, cos * width],
    ]
    steps = tf.range(_SIDE, dtype=tf.float32) - _CENTER
    rows, columns = tf.reshape(steps, [1, _SIDE, 1]), tf.reshape(steps, [1, 1, _SIDE])
    coordinates = []
    for axis, (per_row, per_column) in enumerate(per_step):
        center = uniform[:, 4 + axis] * (magnitude * limits.translate) + _CENTER
        coordinates.append(
            per_row[:, None, None] * rows
            + per_column[:, None, None] * columns
            + center[:, None, None]
        )
    return coordinates


def _elastic_field(uniform: tf.Tensor, components: np.ndarray) -> tf.Tensor:
    """Return smooth random displacements of variance 1 per pixel, float32 (n, 2, 28, 28).

    Args:
        uniform: (n, 2 k k) numbers in [-1, 1).
        components: (28, k), of _principal_components.
    """
    k = components.shape[1]
    # Uniform numbers have variance 1/3. Their sums are nearly normal. The two products, down the
    # rows and along the columns, are of whole matrices.
    noise = tf.reshape(uniform, [-1, k]) * (3**0.5)
    across = tf.reshape(tf.matmul(noise, components.T), [-1, k, _SIDE])
    transposed = tf.reshape(tf.transpose(across, [0, 2, 1]), [-1, k])
    return tf.reshape(tf.matmul(transposed, components.T), [-1, 2, _SIDE, _SIDE])


def sampling_coordinates(
    count: int | tf.Tensor,
    seed: Sequence[int] | tf.Tensor,
    limits: DistortionLimits = _DEFAULT_LIMITS,
    magnitude: float | tf.Tensor = 1.0,
) -> tf.Tensor:
    """Return where each pixel of distorted digits is taken from.

    Args:
        count: Number of digits.
        seed: Two whole numbers, int32 (2,); the same two give the same coordinates.
        limits: How far digits are distorted.
        magnitude: Share of the limits to apply; at 0 every pixel is taken from its own place.

    Returns:
        Row and column coordinates in pixels, float32 (2, count, 28, 28).
    """
    components = _principal_components(limits.elastic_sigma)
    # Philox by name: the algorithm that TensorFlow chooses by itself depends on the device. Whole
    # numbers, since XLA and TensorFlow make other floats of the same bits; these 24 are exact.
    shape: Any = [count, 6 + 2 * components.shape[1] ** 2]
    seed = tf.convert_to_tensor(seed)
    whole = tf.random.stateless_uniform(shape, seed, -(2**23), 2**23, tf.int32, alg="philox")
    uniform = tf.cast(whole, tf.float32) * 2.0**-23
    magnitude = tf.cast(magnitude, tf.float32)
    elastic = _elastic_field(uniform[:, 6:], components) * (magnitude * limits.elastic_std)
    affine = _affine_coordinates(uniform, limits, magnitude)
    return tf.stack([affine[axis] + elastic[:, axis] for axis in (0, 1)])


def bilinear_sample(
    images: np.ndarray | tf.Tensor, coordinates: np.ndarray | tf.Tensor
) -> tf.Tensor:
    """Return images read at the given coordinates, by bilinear interpolation between pixels.

    Args:
        images: float32 (n, 28, 28).
        coordinates: Rows and columns in pixels, float32 (2, n, 28, 28); outside the image is 0.

    Returns:
        float32 (n, 28, 28).
    """
    side = _SIDE + 2  # a frame of zeros, so that every point has four neighbors
    framed = tf.reshape(tf.pad(images, [[0, 0], [1, 1], [1, 1]]), [-1, side * side])
    row, column = (
        tf.clip_by_value(coordinate + 1.0, 0.0, side - 1.0)
        for coordinate in (coordinates[0], coordinates[1])
    )
    top, left = (tf.minimum(tf.floor(coordinate), side - 2.0) for coordinate in (row, column))
    down, right = row - top, column - left
    corner = tf.cast(top * side + left, tf.int32)

    def pixel(offset: int) -> tf.Tensor:
        # From each image by itself: XLA does that faster than from all of them in a row.
        return tf.gather(framed, corner + offset, batch_dims=1)

    upper = pixel(0) * (1 - right) + pixel(1) * right
    lower = pixel(side) * (1 - right) + pixel(side + 1) * right
    return upper * (1 - down) + lower * down


def distort(
    images: np.ndarray | tf.Tensor,
    seed: Sequence[int] | tf.Tensor,
    limits: DistortionLimits = _DEFAULT_LIMITS,
    magnitude: float | tf.Tensor = 1.0,
) -> tf.Tensor:
    """Distort each image in its own way, by a random affine map and an elastic field.

    After Simard, Steinkraus and Platt (2003). Runs eagerly, in a tf.function, and under XLA.

    Args:
        images: Floats (n, 28, 28), background 0.
        seed: Two whole numbers, which alone decide what is drawn.
        limits: How far images are distorted.
        magnitude: Share of the limits to apply; 0 returns the images, bit for bit.

    Returns:
        float32 (n, 28, 28).

    Example:
        >>> images = lab.load_digits("sample").test.images[:5]
        >>> lab.training.distort(images, seed=[0, 1]).shape
        TensorShape([5, 28, 28])
    """
    images = tf.convert_to_tensor(images, tf.float32)
    count = images.shape[0]
    if count is None:  # in a program for any number of images
        count = tf.shape(images)[0]
    return bilinear_sample(images, sampling_coordinates(count, seed, limits, magnitude))
