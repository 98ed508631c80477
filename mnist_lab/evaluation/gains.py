"""What settings gain over a baseline, compared seed by seed."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from mnist_lab import checks


def paired_gains(accuracies: Mapping[str, Sequence[float]], baseline: str) -> pd.DataFrame:
    """Return what each setting gains over a baseline, each with its 95 % interval.

    The accuracy of a setting with one seed is compared with that of the baseline with the same
    seed. The interval is that of Student's paired t (1908): mean and standard deviation of these
    differences, and no assumption but that they are roughly normal.

    Args:
        accuracies: setting -> the accuracies of its runs in [0, 1], for the same seeds in the same
            order.
        baseline: The setting that the others are compared with.

    Returns:
        One row per setting without the baseline, in the order of `accuracies`. The columns:
        accuracy, the mean in per cent; gain, the mean difference in points; low and high, its
        interval in points (NaN with one seed); better, with how many seeds the setting is ahead.

    Raises:
        ValueError: There is no such baseline, or the settings have different numbers of runs.

    Example:
        >>> lab.evaluation.paired_gains({"plain": [0.95, 0.96], "wide": [0.97, 0.97]}, "plain")
              accuracy  gain    low   high  better
        wide      97.0   1.5  -4.85   7.85       2
    """
    checks.choice("baseline", baseline, accuracies)
    before = 100 * np.asarray(accuracies[baseline], dtype=float)
    rows = {}
    for name, values in accuracies.items():
        if len(values) != len(before):
            expected = f"{len(before)} accuracies, one per seed, as {baseline!r} has"
            raise checks.invalid(f"accuracies[{name!r}]", values, expected)
        if name == baseline:
            continue
        after = 100 * np.asarray(values, dtype=float)
        gain, half = float(np.mean(after - before)), _half_interval(after - before)
        rows[name] = (after.mean(), gain, gain - half, gain + half, int((after > before).sum()))
    columns = ["accuracy", "gain", "low", "high", "better"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).round(
        dict.fromkeys(columns[:4], 2)
    )


def _half_interval(differences: np.ndarray) -> float:
    """Return half the length of the 95 % interval of the mean difference; NaN if there is one."""
    count = len(differences)
    if count < 2:
        return float("nan")
    # SciPy's stats has the same quantile, and takes a second to import.
    quantile = float(stdtrit(count - 1, 0.975))
    return quantile * float(np.std(differences, ddof=1)) / count**0.5
