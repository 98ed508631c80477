"""The test labels of MNIST that people judged wrong (Northcutt, Athalye and Mueller 2021)."""

import pandas as pd

from mnist_lab.data.dataset import Digits

# From mturk/mnist_mturk.json of https://github.com/cleanlab/label-errors (commit 6d5d6b3): of its
# 100 test digits, those that at most two of five raters saw as their label says. Index, label,
# suggestion of a network, and how many of five raters saw the label, the suggestion, and neither.
_JUDGED = (
    (947, 8, 9, 0, 5, 0),
    (1621, 0, 6, 2, 3, 0),
    (1901, 9, 4, 2, 3, 0),
    (2130, 4, 9, 2, 2, 1),
    (2462, 2, 0, 0, 4, 1),
    (2597, 5, 3, 0, 4, 1),
    (2654, 6, 1, 0, 2, 3),
    (3520, 6, 4, 2, 0, 3),
    (3558, 5, 0, 1, 4, 0),
    (5937, 5, 3, 1, 3, 1),
    (6651, 0, 6, 0, 5, 0),
    (6783, 1, 6, 2, 3, 0),
    (8527, 4, 9, 2, 2, 1),
    (9679, 6, 3, 2, 0, 3),
    (9729, 5, 6, 2, 3, 0),
)
_COLUMNS = ["index", "label", "suggestion", "for label", "for suggestion", "for neither"]


def published_label_errors(digits: Digits) -> pd.DataFrame:
    """Return the fifteen test digits of MNIST whose labels were judged wrong by people.

    Northcutt, Athalye and Mueller (2021, table 1) had a network propose 100 of the 10,000 labels
    as wrong, and showed each digit to five raters. A label counts as wrong where fewer than three
    of them saw what it says. Votes: mturk/mnist_mturk.json in
    https://github.com/cleanlab/label-errors.

    Args:
        digits: From load_digits.

    Returns:
        One row per digit, in the order of the indices. Columns index (of the test digit), label,
        suggestion (of their network), three columns with votes of the five raters, and people:
        the suggestion or "neither", where at least three of five saw it, else "undecided". No
        rows where the test digits are not MNIST's.

    Example:
        >>> len(lab.evaluation.published_label_errors(lab.load_digits("sample")))
        0
    """
    table = pd.DataFrame(_JUDGED if digits.source == "mnist" else [], columns=_COLUMNS, dtype=int)
    people = [
        str(row[2]) if row[4] >= 3 else "neither" if row[5] >= 3 else "undecided"
        for row in table.itertuples(index=False, name=None)
    ]
    return table.assign(people=people)
