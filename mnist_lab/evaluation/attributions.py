"""Maps of which pixels decide an answer, for many digits, and a test of such maps by wiping ink."""

import numpy as np

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.data.dataset import check_images
from mnist_lab.evaluation.interpretability import occlusion_map, saliency_map

METHODS = {"occlusion": occlusion_map, "gradient": saliency_map}
_DARK = 0.5  # from this value on, a pixel is one of a stroke and not of its soft edge


def attributions(
    model: keras.Model, images: np.ndarray, digits: np.ndarray, method: str
) -> np.ndarray:
    """Return one map per image: how much each pixel speaks for a digit.

    Args:
        model: Takes float32 (n, 28, 28) and returns ten probabilities.
        images: float (n, 28, 28) in [0, 1], at least one.
        digits: int (n,): for which digit the pixels of each image speak, such as the answers.
        method: "occlusion" for occlusion_map, "gradient" for saliency_map.

    Returns:
        float (n, 28, 28): positive for a pixel that speaks for the digit.

    Raises:
        ValueError: For another method, for images that are not digits, and where the numbers of
            images and digits differ.

    Example:
        >>> images = np.zeros((2, 28, 28))
        >>> lab.evaluation.attributions(lab.models.mlp([20]), images, [3, 5], "gradient").shape
        (2, 28, 28)
    """
    images = check_images(images, minimum=1)
    if np.shape(digits) != (len(images),):
        raise checks.invalid("digits.shape", np.shape(digits), f"({len(images)},), one per image")
    find = METHODS[checks.choice("method", method, METHODS)]
    maps = [find(model, image, digit) for image, digit in zip(images, digits, strict=True)]
    return np.stack(maps)


def wipe(images: np.ndarray, maps: np.ndarray, pixels: checks.IntLike) -> np.ndarray:
    """Turn the most important dark pixels of each digit into paper.

    What a model says of the wiped digits tests the maps (Samek et al. 2017): where a map marks
    what the model looks at, few pixels change its answer.

    Args:
        images: float (n, 28, 28) in [0, 1]; pixels of at least 0.5 are dark.
        maps: float (n, 28, 28): the importance of each pixel, such as from attributions.
        pixels: How many dark pixels to wipe per digit, at least 0; where a digit has fewer, all.

    Returns:
        float32 (n, 28, 28), new images.

    Raises:
        ValueError: For images that are not such digits, and for maps of another shape.

    Example:
        >>> image = np.zeros((1, 28, 28))
        >>> image[0, 14, 10:20] = 1
        >>> float(lab.evaluation.wipe(image, np.ones((1, 28, 28)), pixels=4).sum())
        6.0
    """
    wiped = check_images(images, minimum=1).copy()
    if np.shape(maps) != wiped.shape:
        raise checks.invalid("maps.shape", np.shape(maps), f"{wiped.shape}, one map per image")
    pixels = checks.integer("pixels", pixels, 0)
    for image, importance in zip(wiped, np.asarray(maps), strict=True):
        dark = np.flatnonzero(image >= _DARK)
        first = np.argsort(-importance.flat[dark], kind="stable")[:pixels]
        image.flat[dark[first]] = 0
    return wiped
