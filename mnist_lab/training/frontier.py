"""Small networks that were trained once for long, and how well each reads the test digits."""

from pathlib import Path

import pandas as pd

PATH = Path(__file__).resolve().parent / "frontier.csv"


def stored_frontier() -> pd.DataFrame:
    """Return how accurate networks of few weights become when they are trained for long.

    Each was chosen on validation digits and trained with several seeds on distorted digits; the
    test digits were used once per seed. `python -m benchmarks.frontier` trains them again.

    Returns:
        One row per network, fewest weights first. The index is its name, such as "at most 1,000
        weights". Columns: weights (as training chooses them), epochs, seeds, and over these seeds
        the means validation_accuracy and test_accuracy, fractions, and test_spread, the standard
        deviation of the latter. Last, in words as one writes them in Python: network, the call of
        `lab.models` that builds it, and training, the arguments that `lab.train` got.

    Example:
        >>> lab.training.stored_frontier()["weights"].iloc[0]
        np.int64(999)
    """
    return pd.read_csv(PATH, index_col="name")
