"""Where everything stands on a sheet, in millimeters from its top left corner, y downwards."""

import numpy as np

# As wide as A4 and as high as Letter: it fits on either without being scaled.
WIDTH, HEIGHT = 210.0, 279.0

# A mark is a square ring around a square, as in QR codes: nothing that one writes looks like it.
MODULE = 1.5  # the ring is one module thick, the square inside three
MARK_SIDE = 7 * MODULE
# The corners clockwise from the top left, then a fifth mark on the upper edge. It tells which way
# the sheet was held.
MARKS = np.array([(15, 15), (195, 15), (195, 264), (15, 264), (60, 15)], dtype=np.float64)

ROWS, COLUMNS = 10, 10
BOX_WIDTH, BOX_HEIGHT = 16.0, 19.0
_LEFT, _TOP = 27.0, 28.0
_STEP_X, _STEP_Y = 17.2, 22.4


def boxes() -> np.ndarray:
    """Return left, top, right and bottom of each box, float64 (10 rows, 10 columns, 4).

    The row is the digit that is written there.
    """
    row, column = np.mgrid[:ROWS, :COLUMNS].astype(np.float64)
    left, top = _LEFT + column * _STEP_X, _TOP + row * _STEP_Y
    return np.stack([left, top, left + BOX_WIDTH, top + BOX_HEIGHT], axis=2)
