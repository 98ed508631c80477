"""Many settings, run with the same seeds, each compared with one fixed setting."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from mnist_lab import checks
from mnist_lab.checks import FloatLike

if TYPE_CHECKING:
    import pandas as pd


def compare_with_control(
    scores: Mapping[str, Sequence[float]], control: str, failed_below: FloatLike = 0.5
) -> "pd.DataFrame":
    """Compare each of many settings with one that was fixed beforehand, seed by seed.

    The best of many settings is partly the luckiest, so it must not be what others are compared
    with. The intervals are those of Student's paired t (1908), made longer so that they hold
    together: where no setting differs from the control, one of them or more excludes zero in at
    most 5 % of experiments (Bonferroni's correction, Dunn 1961). Settings may be luckier or less
    lucky than others; nothing but roughly normal differences is assumed.

    Args:
        scores: setting -> accuracies in [0, 1] of its runs, of the same seeds in the same order for
            all.
        control: The fixed setting, one of them.
        failed_below: A run below this accuracy failed. A setting with such a run has no interval.

    Returns:
        One row per setting other than the control, in their order, with the columns difference (of
        the mean to the control's), low and high (its interval, 95 % for all together; NaN where
        there is none), failed (how many runs) and verdict: "better", "worse", "not told apart",
        "failed", or "no control" where the control itself failed.

    Raises:
        ValueError: The control is not among the settings, or their runs are not equally many, at
            least two.

    Example:
        >>> scores = {"relu": [0.93, 0.94], "tanh": [0.91, 0.92], "sigmoid": [0.1, 0.88]}
        >>> table = lab.evaluation.compare_with_control(scores, control="relu")
        >>> table["verdict"].to_dict()
        {'tanh': 'worse', 'sigmoid': 'failed'}
    """
    import pandas as pd  # slow to import, and few figures need it

    checks.choice("control", control, list(scores))
    limit = checks.real("failed_below", failed_below, 0.0, 1.0)
    counts = {len(values) for values in scores.values()}
    if len(counts) != 1 or min(counts) < 2:
        raise checks.invalid("scores", dict(scores), "equally many runs of all, two or more")
    runs = {name: np.asarray(values, dtype=float) for name, values in scores.items()}
    sound = (runs[control] >= limit).all()
    rows = {}
    for name in runs:
        if name == control:
            continue
        failed = int((runs[name] < limit).sum())
        differences = runs[name] - runs[control]
        half = _half_interval(differences, len(runs) - 1) if sound and not failed else np.nan
        mean = float(differences.mean())
        rows[name] = (mean, mean - half, mean + half, failed, _verdict(mean, half, failed))
    columns = ["difference", "low", "high", "failed", "verdict"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _half_interval(differences: np.ndarray, comparisons: int) -> float:
    """Return half the length of the interval of a mean difference, one of several intervals."""
    count = len(differences)
    # SciPy's stats has the same quantile, and takes a second to import.
    quantile = float(stdtrit(count - 1, 1 - 0.025 / comparisons))
    return quantile * float(np.std(differences, ddof=1)) / count**0.5


def _verdict(difference: float, half: float, failed: int) -> str:
    """Say whether an interval lies above zero or below it."""
    if failed:
        return "failed"
    if np.isnan(half):
        return "no control"
    if abs(difference) <= half:
        return "not told apart"
    return "better" if difference > 0 else "worse"
