"""How a camera looks at a sheet: tilt, perspective, the table around it, a turned picture."""

import numpy as np
from PIL import Image

from mnist_lab.handwriting.generated.conditions import Conditions
from mnist_lab.handwriting.generated.layout import bleed
from mnist_lab.handwriting.generated.textures import field


def seen_corners(page: Conditions, rng: np.random.Generator) -> np.ndarray:
    """Return which points of the sheet are in the corners of the photograph.

    Args:
        page: Tilt, perspective and table.
        rng: Draws in which direction the view is off.

    Returns:
        x, y in pixels of the sheet; float64 (4, 2), clockwise from the top left.
    """
    height, width = page.size
    sheet = np.array([width, height]) + 2 * bleed(page)
    half = np.array([width, height]) / 2
    if page.table:
        half = sheet / 2 * (1 + page.table)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners += rng.uniform(-1, 1, (4, 2)) * page.perspective * half * 2
    angle = np.radians(page.tilt)
    turned = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return turned + sheet / 2


def homography(sources: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the projective map that takes four points to four others.

    Args:
        sources: x, y; float (4, 2), no three of them on one line.
        targets: x, y; float (4, 2).

    Returns:
        float64 (3, 3), the last entry 1, for columns (x, y, 1).
    """
    rows, values = [], []
    for (x, y), (u, v) in zip(sources, targets, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(values)), 1).reshape(3, 3)


def _table_top(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Return a dark table top with the grain of wood, float32 (height, width, 3)."""
    woods = np.array([(0.16, 0.15, 0.15), (0.30, 0.20, 0.13), (0.22, 0.22, 0.25)], np.float32)
    color = rng.choice(woods)
    along = field((shape[0], max(2, shape[1] // 40)), 3, rng)
    wood = np.asarray(Image.fromarray(along).resize((shape[1], shape[0]), Image.Resampling.BICUBIC))
    return np.clip((1 + 0.12 * wood + 0.05 * field(shape, 2, rng))[..., None] * color, 0, 1)


def photograph(
    sheet: np.ndarray, boxes: np.ndarray, page: Conditions, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the camera sees of a sheet, still without light, blur or noise.

    Args:
        sheet: What it reflects, float32 (height, width, 3) in [0, 1].
        boxes: Left, top, right, bottom in pixels of the sheet; float64 (n, 4).
        page: Its camera.
        rng: Draws the direction of the perspective, and the table.

    Returns:
        The picture, float32 (height, width, 3) in [0, 1], and the boxes in its pixels.
    """
    height, width = page.size
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=float)
    to_sheet = homography(frame, seen_corners(page, rng))
    opaque = np.full(sheet.shape[:2], 255, np.uint8)
    layers = np.dstack([np.round(sheet * 255).astype(np.uint8), opaque])
    seen = np.asarray(
        Image.fromarray(layers).transform(
            (width, height),
            Image.Transform.PERSPECTIVE,
            to_sheet.ravel()[:8].tolist(),
            Image.Resampling.BICUBIC,
        ),
        dtype=np.float32,
    ) / np.float32(255)
    cover = seen[..., 3:]
    picture = seen[..., :3]
    if page.table:
        picture = picture * cover + _table_top(page.size, rng) * (1 - cover)
    return picture, _moved(boxes, np.linalg.inv(to_sheet))


def _moved(boxes: np.ndarray, transform: np.ndarray) -> np.ndarray:
    """Return the upright rectangles around boxes that a projective map has moved."""
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)
    points = np.concatenate([corners, np.ones((len(boxes), 4, 1))], axis=2) @ transform.T
    points = points[..., :2] / points[..., 2:]
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def turned(picture: np.ndarray, boxes: np.ndarray, turn: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture turned so that it takes `turn` degrees counterclockwise to be upright.

    Args:
        picture: (height, width, 3).
        boxes: Left, top, right, bottom; float64 (n, 4).
        turn: 0, 90, 180 or 270.

    Returns:
        The turned picture, and the boxes in it.
    """
    for _ in range(turn // 90):
        # Clockwise by 90 degrees: what was at the bottom is at the left.
        left, top, right, bottom = boxes.T
        boxes = np.stack([len(picture) - bottom, left, len(picture) - top, right], axis=1)
        picture = np.rot90(picture, -1)
    return np.ascontiguousarray(picture), boxes
