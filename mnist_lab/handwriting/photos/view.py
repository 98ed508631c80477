"""A picture as it is worked on: of a handy size, straightened, and where its pixels come from."""

from typing import NamedTuple

import numpy as np
from PIL import Image
from skimage.transform import ProjectiveTransform


class View(NamedTuple):
    """A picture, or a part of it, in another size or from another side.

    Attributes:
        pixels: RGB, uint8 (height, width, 3).
        to_picture: The homography from x, y in its pixels to those of the picture, (3, 3).
    """

    pixels: np.ndarray
    to_picture: np.ndarray


def whole(picture: np.ndarray, side: float) -> View:
    """Return a picture with a longer side of about `side` pixels.

    Args:
        picture: uint8 (height, width, 3).
        side: Pixels.
    """
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # A mean of what each pixel covers makes noise less; splines enlarge without squares.
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    pixels = np.asarray(Image.fromarray(picture).resize(size, method))
    return View(pixels, np.diag([width / size[0], height / size[1], 1.0]))


def straightened(picture: np.ndarray, corners: np.ndarray, side: float) -> View:
    """Return a quadrilateral of a picture as a rectangle, as if seen from straight above.

    Args:
        picture: uint8 (height, width, 3).
        corners: Its corners, float (4, 2): x and y, clockwise from the top left.
        side: Pixels of the rectangle's longer side.
    """
    lengths = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    across, down = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
    # The picture is made smaller before, since the warp takes single pixels.
    scale = min(1.0, side / max(across, down))
    small = whole(picture, scale * max(picture.shape))
    size = (
        max(1, round(side * across / max(across, down))),
        max(1, round(side * down / max(across, down))),
    )
    rectangle = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], float)
    to_picture = ProjectiveTransform.from_estimate(rectangle, corners).params
    to_small = np.linalg.inv(small.to_picture) @ to_picture
    pixels = Image.fromarray(small.pixels).transform(
        size,
        Image.Transform.PERSPECTIVE,
        (to_small / to_small[2, 2]).ravel()[:8].tolist(),
        Image.Resampling.BICUBIC,
    )
    return View(np.asarray(pixels), to_picture)


def turned(view: View, quarters: int) -> View:
    """Return a view turned counter-clockwise by quarter turns.

    Args:
        view: Any view.
        quarters: 0 to 3.
    """
    height, width = view.pixels.shape[:2]
    back = {
        0: np.eye(3),
        1: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1.0]]),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1.0]]),
        3: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1.0]]),
    }[quarters]
    return View(np.rot90(view.pixels, quarters), view.to_picture @ back)


def in_picture(view: View, points: np.ndarray) -> np.ndarray:
    """Return where points (n, 2) of a view are in the picture, x and y, float64 (n, 2)."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ view.to_picture.T
    return homogeneous[:, :2] / homogeneous[:, 2:]
