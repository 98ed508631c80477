"""Mistakes agree with counting by hand, and their intervals with Wilson's formula."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from mnist_lab.evaluation.error_analysis import confused_pairs, misclassified, per_digit
from tests.helpers.evaluations import evaluation_of, wilson_by_hand


@pytest.fixture(scope="module")
def random_result():
    """300 labels and predictions, three quarters of them equal, and no label 9."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 9, 300)
    predictions = np.where(random.random(300) < 0.75, labels, random.integers(0, 10, 300))
    return evaluation_of(labels, predictions), labels.tolist(), predictions.tolist()


def test_precision_and_recall_are_those_of_scikit_learn(random_result):
    result, labels, predictions = random_result
    table = per_digit(result)
    precision, recall, _, digits = precision_recall_fscore_support(
        labels, predictions, labels=range(10), zero_division=0
    )
    assert table.index.tolist() == list(range(10))
    np.testing.assert_allclose(table["precision"], precision)
    np.testing.assert_allclose(table["recall"], recall)
    np.testing.assert_array_equal(table["digits"], digits)
    assert table.loc[9, "digits"] == 0  # the table keeps a digit that never occurs


def test_intervals_of_each_digit_are_wilsons_and_hold_the_share(random_result):
    result, labels, predictions = random_result
    table = per_digit(result)
    pairs = list(zip(labels, predictions, strict=True))
    for digit in range(9):
        hits = sum(pair == (digit, digit) for pair in pairs)
        totals = {"recall": labels.count(digit), "precision": predictions.count(digit)}
        for name, total in totals.items():
            limits = table.loc[digit, [f"{name} low", f"{name} high"]]
            assert limits.tolist() == pytest.approx(wilson_by_hand(hits, total))
            assert limits.iloc[0] < table.loc[digit, name] < limits.iloc[1]
    assert table.loc[9, ["recall low", "recall high"]].isna().all()


def test_confused_pairs_are_the_most_frequent_mistakes_by_hand():
    labels = [4] * 10 + [9] * 20 + [5] * 5
    predictions = [9] * 3 + [4] * 7 + [4] * 5 + [9] * 15 + [3] + [5] * 4
    table = confused_pairs(evaluation_of(labels, predictions))
    assert table.columns.tolist() == ["label", "prediction", "count", "fraction"]
    assert table.values.tolist() == [[9, 4, 5, 0.25], [4, 9, 3, 0.3], [5, 3, 1, 0.2]]
    assert confused_pairs(evaluation_of(labels, predictions), top=1).values.tolist() == [
        [9, 4, 5, 0.25]
    ]


def test_tied_pairs_come_in_the_order_of_the_digits():
    table = confused_pairs(evaluation_of([8, 2, 2, 5], [3, 7, 1, 6]))
    assert table[["label", "prediction"]].values.tolist() == [[2, 1], [2, 7], [5, 6], [8, 3]]


def test_without_mistakes_there_are_no_pairs_and_no_mistakes():
    result = evaluation_of([1, 2, 3], [1, 2, 3])
    assert len(confused_pairs(result)) == 0
    assert len(misclassified(result)) == 0
    assert result.accuracy == 1


def test_mistakes_come_surest_first_and_ties_in_order():
    result = evaluation_of(
        [0, 1, 2, 3, 4, 5], [0, 7, 7, 7, 7, 7], sure=[0.99, 0.5, 0.9, 0.6, 0.9, 0.3]
    )
    assert misclassified(result).tolist() == [2, 4, 3, 1, 5]
