"""Random distortion of digits (rotation, scale, shear, shift, elastic), compiled along with the training that uses it."""

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras, tf

_SIDE = 28
_CENTRE = (_SIDE - 1) / 2


@dataclass(frozen=True)
class Strengths:
    """How far digits are distorted: limits within which each digit draws its own values evenly.

    rotation: degrees, either way. scale: share by which height and width each grow or shrink. shear: share of the
    height by which the top leans against the bottom, either way. shift: pixels along each axis, either way.
    elastic: standard deviation of the pixels' own displacements along each axis, in pixels. smoothness: pixels over
    which neighbouring displacements agree, the sigma of Simard's Gaussian.

    The defaults keep what a digit says. An elastic of 0.7 at smoothness 4 is Simard's field with alpha = 17. Numbers
    may come as text; ValueError for a negative one, or one beyond all use.
    """

    rotation: float = 15.0
    scale: float = 0.15
    shear: float = 0.15
    shift: float = 2.0
    elastic: float = 0.7
    smoothness: float = 4.0

    def __post_init__(self) -> None:
        limits = {"rotation": 180.0, "scale": 0.9, "shear": 2.0, "shift": 28.0, "elastic": 10.0, "smoothness": 28.0}
        for field in fields(self):
            read = checks.between(field.name, getattr(self, field.name), 0.5 * (field.name == "smoothness"), limits[field.name])
            object.__setattr__(self, field.name, read)


_DEFAULTS = Strengths()
_MOST = 6.0  # six times its strength, the scale is at its limit of 0.9; beyond 1 it would turn digits inside out


def read_strengths(distortion: Any) -> tuple[Strengths, float]:
    """Return strengths and the share of them to apply, from what train() is given: a share of the defaults, or Strengths."""
    if isinstance(distortion, Strengths):
        return distortion, 1.0
    return _DEFAULTS, checks.between("distortion", distortion, 0.0, _MOST)


def _waves(smoothness: float) -> np.ndarray:
    """Return waves (28, k) whose random sums vary smoothly along 28 pixels, with variance 1 at each of them.

    White noise under a Gaussian of sigma s has the covariance exp(-d^2 / 4 s^2). A few of its principal components
    make up nearly all of it, so that k x k random numbers do the work of 28 x 28 and of the smoothing.
    """
    distance = np.subtract.outer(np.arange(_SIDE), np.arange(_SIDE))
    variances, components = np.linalg.eigh(np.exp(-(distance**2) / (4 * smoothness**2)))
    kept = variances > 0.002 * variances.sum()
    waves = components[:, kept] * np.sqrt(variances[kept])
    return (waves / np.linalg.norm(waves, axis=1, keepdims=True)).astype(np.float32)


def places(count: int, seed: Any, strengths: Strengths = _DEFAULTS, amount: Any = 1.0) -> Any:
    """Return where each pixel of `count` distorted digits is taken from: float32 (2, count, 28, 28), rows and columns.

    seed: two whole numbers, int32 (2,); the same two give the same places. amount: share of the strengths to apply, a
    number or a scalar tensor; 0 gives every pixel its own place, exactly.
    """
    waves = _waves(strengths.smoothness)
    k = waves.shape[1]
    # Philox by name: the algorithm that TensorFlow chooses by itself depends on the device.
    even = tf.random.stateless_uniform([count, 6 + 2 * k * k], seed, -1.0, 1.0, alg="philox")
    amount = tf.cast(amount, tf.float32)
    angle = even[:, 0] * (amount * float(np.radians(strengths.rotation)))
    height, width = (1 + even[:, i] * (amount * strengths.scale) for i in (1, 2))
    lean = even[:, 3] * (amount * strengths.shear)
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Rotation after shear after scale; each row says how a row or column of the picture moves along with both.
    maps = [[(cos - sin * lean) * height, -sin * width], [(sin + cos * lean) * height, cos * width]]
    # Even numbers of variance 1/3 become sums of variance 1, nearly normal, in two products of whole matrices.
    noise = tf.reshape(even[:, 6:], [count * 2 * k, k]) * (3**0.5)
    across = tf.reshape(tf.matmul(noise, waves.T), [count * 2, k, _SIDE])
    along = tf.matmul(tf.reshape(tf.transpose(across, [0, 2, 1]), [count * 2 * _SIDE, k]), waves.T)
    elastic = tf.reshape(along, [count, 2, _SIDE, _SIDE]) * (amount * strengths.elastic)
    steps = tf.range(_SIDE, dtype=tf.float32) - _CENTRE
    rows, columns = tf.reshape(steps, [1, _SIDE, 1]), tf.reshape(steps, [1, 1, _SIDE])
    found = []
    for axis, (by_row, by_column) in enumerate(maps):
        shift = even[:, 4 + axis] * (amount * strengths.shift) + _CENTRE
        straight = by_row[:, None, None] * rows + by_column[:, None, None] * columns + shift[:, None, None]
        found.append(straight + elastic[:, axis])
    return tf.stack(found)


def sample(images: Any, places: Any) -> Any:
    """Return images (n, 28, 28) read at places (2, n, 28, 28), between pixels by bilinear interpolation, outside as 0."""
    side = _SIDE + 2  # a frame of paper, so that every place has four neighbours
    paper = tf.reshape(tf.pad(images, [[0, 0], [1, 1], [1, 1]]), [-1])
    row, column = (tf.clip_by_value(place + 1.0, 0.0, side - 1.0) for place in (places[0], places[1]))
    top, left = (tf.minimum(tf.floor(place), side - 2.0) for place in (row, column))
    down, right = row - top, column - left
    number = tf.reshape(tf.range(tf.shape(images)[0]), [-1, 1, 1])
    corner = number * side**2 + tf.cast(top, tf.int32) * side + tf.cast(left, tf.int32)
    upper = tf.gather(paper, corner) * (1 - right) + tf.gather(paper, corner + 1) * right
    lower = tf.gather(paper, corner + side) * (1 - right) + tf.gather(paper, corner + side + 1) * right
    return upper * (1 - down) + lower * down


def distort(images: Any, seed: Any, strengths: Strengths = _DEFAULTS, amount: Any = 1.0) -> Any:
    """Return images (n, 28, 28), each distorted in its own way: a random affine map and an elastic field.

    After Simard, Steinkraus and Platt (2003). images: float32, paper 0. seed: two whole numbers, which alone decide
    what is drawn. amount: share of the strengths to apply; 0 returns the images, bit for bit. Runs eagerly, in a
    tf.function, and under XLA.
    """
    images = tf.convert_to_tensor(images, tf.float32)
    count = images.shape[0] if images.shape[0] is not None else tf.shape(images)[0]
    return sample(images, places(count, seed, strengths, amount))


@keras.saving.register_keras_serializable("mnist_lab")
class RandomDistortion(keras.layers.Layer):
    """Distorts images (n, 28, 28) while a model trains, and passes them on unchanged when it predicts.

    A Keras layer for any model and plain fit: put it first. The arguments are those of Strengths; seed: of what is
    drawn, None for another each time.
    """

    def __init__(self, seed: int | None = None, **settings: Any) -> None:
        limits = {field.name: settings.pop(field.name) for field in fields(Strengths) if field.name in settings}
        super().__init__(**settings)
        self.seed = seed
        self.strengths = Strengths(**limits)
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """Return the images, distorted if training."""
        if not training:
            return images
        return distort(images, tf.cast(self.generator.next(), tf.int32), self.strengths)

    def get_config(self) -> dict[str, Any]:
        """Return what the layer is rebuilt from."""
        return {**super().get_config(), "seed": self.seed, **asdict(self.strengths)}
