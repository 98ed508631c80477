"""The cheapest way down through an array of costs, by dynamic programming."""

import numpy as np

_ASIDE = 1e-3  # what a step aside costs: of ways that cost the same, the straight one is taken


def cheapest_way(costs: np.ndarray) -> np.ndarray:
    """Return the way from the first row to the last that costs least.

    Each step leads one row down, to the same column or to one beside it.

    Args:
        costs: What each place costs, float (height, width).

    Returns:
        The column in each row, int (height,).
    """
    total = costs.astype(float)
    beside = np.full(costs.shape[1] + 2, np.inf)
    for row in range(1, len(total)):
        beside[1:-1] = total[row - 1]
        aside = np.minimum(beside[:-2], beside[2:]) + _ASIDE
        total[row] += np.minimum(aside, total[row - 1])
    way = np.empty(len(total), int)
    way[-1] = total[-1].argmin()
    for row in range(len(total) - 2, -1, -1):
        below = way[row + 1]
        start = max(0, below - 1)
        steps = total[row, start : below + 2] + _ASIDE * (
            np.arange(start, start + len(total[row, start : below + 2])) != below
        )
        way[row] = start + steps.argmin()
    return way
