"""The two densities of a tree-structured Parzen estimator, for one setting."""

import math

import numpy as np
from numpy.typing import ArrayLike

from mnist_lab import checks


def log_densities(
    values: ArrayLike, scores: ArrayLike, share: float = 0.1
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the density of the good trials over a setting, and that of the others.

    Each density is a sum of bells of one width on the logarithmic scale, by Scott's rule (1992),
    and a tenth of an even density over the range, so that no value is impossible. Optuna's own
    estimator differs in the widths, one per trial.

    Args:
        values: The setting in each trial, positive, at least two different ones.
        scores: The score of each trial; the highest are good.
        share: Which share of the trials is good, in (0, 1).

    Returns:
        The places, 200 values from the lowest to the highest; the density of the good trials and
        that of the others there, per decade; and which trials are good, bool (n,).

    Raises:
        ValueError: Values that are not positive or all equal, fewer than two, or another share.
    """
    logs, ranks = np.log10(np.asarray(values, float)), np.asarray(scores, float)
    checks.real("share", share, 0.0, 1.0, closed="neither")
    if len(logs) < 2 or not np.isfinite(logs).all() or np.ptp(logs) == 0:
        raise checks.invalid("values", values, "two or more positive numbers that differ")
    count = min(max(math.ceil(share * len(logs)), 1), len(logs) - 1)
    good = np.zeros(len(logs), bool)
    good[np.argsort(-ranks, kind="stable")[:count]] = True
    place = np.linspace(logs.min(), logs.max(), 200)
    return 10**place, _density(place, logs[good]), _density(place, logs[~good]), good


def _density(place: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Return the mean of bells around `logs`, mixed with an even density, at each place."""
    reach = place[-1] - place[0]
    spread = logs.std(ddof=1) if len(logs) > 1 else 0.0
    width = max(spread * len(logs) ** -0.2, reach / 20)
    bells = np.exp(-0.5 * ((place[:, None] - logs) / width) ** 2) / (width * math.sqrt(2 * math.pi))
    return 0.9 * bells.mean(axis=1) + 0.1 / reach
