"""Random distortion of digits (rotation, scale, shear, translate, elastic_std), compiled along with the training that uses it."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras, tf

_SIDE = 28
_CENTRE = (_SIDE - 1) / 2


@dataclass(frozen=True)
class DistortionLimits:
    """How far digits are distorted: limits within which each digit draws its own values evenly.

    rotation: degrees, either way. scale: share by which height and width each grow or shrink. shear: share of the
    height by which the top leans against the bottom, either way. translate: pixels along each axis, either way.
    elastic_std: standard deviation of the pixels' own displacements along each axis, in pixels. elastic_sigma: pixels over
    which neighbouring displacements agree, the sigma of Simard's Gaussian.

    The defaults keep what a digit says. An elastic_std of 0.7 at elastic_sigma 4 is Simard's field with alpha = 17. Numbers
    may come as text; ValueError for a negative one, or one beyond all use.
    """

    rotation: float = 15.0
    scale: float = 0.15
    shear: float = 0.15
    translate: float = 2.0
    elastic_std: float = 0.7
    elastic_sigma: float = 4.0

    def __post_init__(self) -> None:
        limits = {
            "rotation": 180.0,
            "scale": 0.9,
            "shear": 2.0,
            "translate": 28.0,
            "elastic_std": 10.0,
            "elastic_sigma": 28.0,
        }
        for field in fields(self):
            read = checks.real(
                field.name,
                getattr(self, field.name),
                0.5 * (field.name == "elastic_sigma"),
                limits[field.name],
            )
            object.__setattr__(self, field.name, read)


_DEFAULT_LIMITS = DistortionLimits()
_MAX_MAGNITUDE = 6.0  # six times its strength, the scale is at its limit of 0.9; beyond 1 it would turn digits inside out


def read_limits(distortion: Any) -> tuple[DistortionLimits, float]:
    """Return limits and the share of them to apply, from what train() is given: a share of the defaults, or DistortionLimits."""
    if isinstance(distortion, DistortionLimits):
        return distortion, 1.0
    return _DEFAULT_LIMITS, checks.real("distortion", distortion, 0.0, _MAX_MAGNITUDE)


def _waves(elastic_sigma: float) -> np.ndarray:
    """Return waves (28, k) whose random sums vary smoothly along 28 pixels, with variance 1 at each of them.

    White noise under a Gaussian of sigma s has the covariance exp(-d^2 / 4 s^2). A few of its principal components
    make up nearly all of it, so that k x k random numbers do the work of 28 x 28 and of the smoothing.
    """
    distance = np.subtract.outer(np.arange(_SIDE), np.arange(_SIDE))
    variances, components = np.linalg.eigh(np.exp(-(distance**2) / (4 * elastic_sigma**2)))
    kept = variances > 0.002 * variances.sum()
    waves = components[:, kept] * np.sqrt(variances[kept])
    return (waves / np.linalg.norm(waves, axis=1, keepdims=True)).astype(np.float32)


def sampling_coordinates(
    count: int, seed: Any, limits: DistortionLimits = _DEFAULT_LIMITS, magnitude: Any = 1.0
) -> Any:
    """Return where each pixel of `count` distorted digits is taken from: float32 (2, count, 28, 28), rows and columns.

    seed: two whole numbers, int32 (2,); the same two give the same sampling_coordinates. magnitude: share of the limits to apply, a
    number or a scalar tensor; 0 gives every pixel its own place, exactly.
    """
    waves = _waves(limits.elastic_sigma)
    k = waves.shape[1]
    # Philox by name: the algorithm that TensorFlow chooses by itself depends on the device.
    even = tf.random.stateless_uniform([count, 6 + 2 * k * k], seed, -1.0, 1.0, alg="philox")
    magnitude = tf.cast(magnitude, tf.float32)
    angle = even[:, 0] * (magnitude * float(np.radians(limits.rotation)))
    height, width = (1 + even[:, i] * (magnitude * limits.scale) for i in (1, 2))
    lean = even[:, 3] * (magnitude * limits.shear)
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Rotation after shear after scale; each row says how a row or column of the picture moves along with both.
    maps = [[(cos - sin * lean) * height, -sin * width], [(sin + cos * lean) * height, cos * width]]
    # Even numbers of variance 1/3 become sums of variance 1, nearly normal, in two products of whole matrices.
    noise = tf.reshape(even[:, 6:], [count * 2 * k, k]) * (3**0.5)
    across = tf.reshape(tf.matmul(noise, waves.T), [count * 2, k, _SIDE])
    along = tf.matmul(tf.reshape(tf.transpose(across, [0, 2, 1]), [count * 2 * _SIDE, k]), waves.T)
    elastic_std = tf.reshape(along, [count, 2, _SIDE, _SIDE]) * (magnitude * limits.elastic_std)
    steps = tf.range(_SIDE, dtype=tf.float32) - _CENTRE
    rows, columns = tf.reshape(steps, [1, _SIDE, 1]), tf.reshape(steps, [1, 1, _SIDE])
    found = []
    for axis, (by_row, by_column) in enumerate(maps):
        translate = even[:, 4 + axis] * (magnitude * limits.translate) + _CENTRE
        straight = (
            by_row[:, None, None] * rows
            + by_column[:, None, None] * columns
            + translate[:, None, None]
        )
        found.append(straight + elastic_std[:, axis])
    return tf.stack(found)


def bilinear_sample(images: Any, sampling_coordinates: Any) -> Any:
    """Return images (n, 28, 28) read at sampling_coordinates (2, n, 28, 28), between pixels by bilinear interpolation, outside as 0."""
    side = _SIDE + 2  # a frame of paper, so that every place has four neighbours
    paper = tf.reshape(tf.pad(images, [[0, 0], [1, 1], [1, 1]]), [-1])
    row, column = (
        tf.clip_by_value(place + 1.0, 0.0, side - 1.0)
        for place in (sampling_coordinates[0], sampling_coordinates[1])
    )
    top, left = (tf.minimum(tf.floor(place), side - 2.0) for place in (row, column))
    down, right = row - top, column - left
    number = tf.reshape(tf.range(tf.shape(images)[0]), [-1, 1, 1])
    corner = number * side**2 + tf.cast(top, tf.int32) * side + tf.cast(left, tf.int32)
    upper = tf.gather(paper, corner) * (1 - right) + tf.gather(paper, corner + 1) * right
    lower = (
        tf.gather(paper, corner + side) * (1 - right) + tf.gather(paper, corner + side + 1) * right
    )
    return upper * (1 - down) + lower * down


def distort(
    images: Any, seed: Any, limits: DistortionLimits = _DEFAULT_LIMITS, magnitude: Any = 1.0
) -> Any:
    """Return images (n, 28, 28), each distorted in its own way: a random affine map and an elastic_std field.

    After Simard, Steinkraus and Platt (2003). images: float32, paper 0. seed: two whole numbers, which alone decide
    what is drawn. magnitude: share of the limits to apply; 0 returns the images, bit for bit. Runs eagerly, in a
    tf.function, and under XLA.
    """
    images = tf.convert_to_tensor(images, tf.float32)
    count = images.shape[0] if images.shape[0] is not None else tf.shape(images)[0]
    return bilinear_sample(images, sampling_coordinates(count, seed, limits, magnitude))


@keras.saving.register_keras_serializable("mnist_lab")
class RandomDistortion(keras.layers.Layer):
    """Distorts images (n, 28, 28) while a model trains, and passes them on unchanged when it predicts.

    A Keras layer for any model and plain fit: put it first. The arguments are those of DistortionLimits; seed: of what is
    drawn, None for another each time.
    """

    def __init__(self, seed: int | None = None, **settings: Any) -> None:
        limits = {
            field.name: settings.pop(field.name)
            for field in fields(DistortionLimits)
            if field.name in settings
        }
        super().__init__(**settings)
        self.seed = seed
        self.limits = DistortionLimits(**limits)
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """Return the images, distorted if training."""
        if not training:
            return images
        return distort(images, tf.cast(self.generator.next(), tf.int32), self.limits)

    def get_config(self) -> dict[str, Any]:
        """Return what the layer is rebuilt from."""
        return {**super().get_config(), "seed": self.seed, **asdict(self.limits)}
