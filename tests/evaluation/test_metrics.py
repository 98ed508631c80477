"""The metrics of an evaluation agree with counting by hand and closed formulas."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from mnist_lab.evaluation.metrics import Evaluation, Prediction, wilson_interval
from tests.helpers.evaluations import blank_dataset, evaluation_of, wilson_by_hand


@pytest.fixture(scope="module")
def random_result():
    """300 labels and predictions, three quarters of them equal, and no label 9."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 9, 300)
    predictions = np.where(random.random(300) < 0.75, labels, random.integers(0, 10, 300))
    return evaluation_of(labels, predictions), labels.tolist(), predictions.tolist()


# Newcombe 1998 (Statistics in Medicine 17, table I), method 3.
@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_agrees_with_published_ones(correct, total, low, high):
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 100_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
)
def test_wilson_interval_is_the_closed_formula_within_0_and_1_around_the_share(counts):
    correct, total = counts
    low, high = wilson_interval(correct, total)
    assert (low, high) == pytest.approx(wilson_by_hand(correct, total), abs=1e-9)
    assert 0 <= low <= correct / total <= high <= 1
    assert low < high


@pytest.mark.parametrize("confidence", [1e-9, 0.5, 0.8, 0.999])
def test_wilson_interval_of_another_confidence_is_scipys(confidence):
    by_scipy = binomtest(97, 100).proportion_ci(confidence, method="wilson")
    assert wilson_interval(97, 100, confidence) == pytest.approx(tuple(by_scipy), abs=1e-9)


def test_wilson_interval_of_the_greatest_confidence_is_finite():
    low, high = wilson_interval(97, 100, 1 - 2**-53)
    assert 0.5 < low < 0.9 < high < 1


@pytest.mark.parametrize("total", [1, 10, 10_000])
def test_wilson_interval_has_a_width_at_none_and_at_all_correct(total):
    z2 = 1.959963984540054**2
    assert wilson_interval(0, total) == pytest.approx((0, z2 / (total + z2)), abs=1e-12)
    assert wilson_interval(total, total) == pytest.approx((total / (total + z2), 1), abs=1e-12)


@pytest.mark.parametrize(
    ("correct", "total", "named"),
    [(5, 4, "correct=5"), (-1, 4, "correct=-1"), (0, 0, "total=0"), (0.5, 4, "correct=0.5")],
)
def test_wilson_interval_refuses_impossible_counts(correct, total, named):
    with pytest.raises(ValueError, match=named):
        wilson_interval(correct, total)


@pytest.mark.parametrize("confidence", [0, 1, 1.5, -0.1])
def test_wilson_interval_refuses_a_confidence_without_a_finite_interval(confidence):
    with pytest.raises(ValueError, match="confidence=.*a number above 0 and below 1"):
        wilson_interval(3, 5, confidence)


def test_confusion_matrix_is_a_count_by_hand(random_result):
    result, labels, predictions = random_result
    counts = [[0] * 10 for _ in range(10)]
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label][prediction] += 1
    assert result.confusion.tolist() == counts


def test_accuracy_and_interval_come_from_the_counts(random_result):
    result, labels, predictions = random_result
    right = sum(label == prediction for label, prediction in zip(labels, predictions, strict=True))
    assert result.predictions.tolist() == predictions
    assert result.accuracy == pytest.approx(right / 300)
    assert result.interval == pytest.approx(wilson_by_hand(right, 300), abs=1e-9)


def test_loss_is_minus_the_mean_logarithm_of_the_labels_probability():
    result = evaluation_of([3, 4], [3, 5], sure=0.91)
    assert result.loss == pytest.approx(-(math.log(0.91) + math.log(0.01)) / 2)


def test_confidence_is_the_probability_of_the_prediction():
    np.testing.assert_allclose(
        evaluation_of([1, 2, 3], [1, 0, 3], sure=[0.5, 0.7, 0.9]).confidence, [0.5, 0.7, 0.9]
    )


def test_metrics_are_those_a_record_needs(random_result):
    result = random_result[0]
    assert result.metrics == {
        "test_accuracy": result.accuracy,
        "test_accuracy_interval": list(result.interval),
        "test_loss": result.loss,
        "test_misclassified": [
            index for index, correct in enumerate(result.correct) if not correct
        ],
    }
    assert {type(value) for value in [result.accuracy, result.loss, *result.interval]} == {float}


def test_text_of_a_result_tells_accuracy_interval_and_loss():
    text = str(evaluation_of([1] * 1000, [1] * 970 + [7] * 30))
    low, high = wilson_by_hand(970, 1000)
    assert text.startswith(
        f"97.00% of 1,000 digits correct (95 % interval {low:.2%} to {high:.2%}), loss "
    )


def test_an_evaluation_is_a_prediction_for_the_images_of_its_dataset():
    result = evaluation_of([1, 2, 3], [1, 0, 3])
    assert isinstance(result, Prediction)
    assert result.images is result.dataset.images
    assert len(result) == 3


def test_probabilities_of_other_digits_than_the_datasets_are_refused():
    with pytest.raises(
        ValueError,
        match=r"probabilities.shape=\(2, 10\) cannot be used: expected \(3, 10\)",
    ):
        Evaluation(blank_dataset([1, 2, 3]), np.full((2, 10), 0.1))


def test_the_loss_of_a_vanishing_probability_is_exact():
    probabilities = np.full((1, 10), 1e-30)
    probabilities[0, 0] = 1
    assert Evaluation(blank_dataset([1]), probabilities).loss == pytest.approx(30 * math.log(10))


def test_a_first_evaluation_waits_for_no_large_library():
    program = """if True:
        import sys
        import mnist_lab.evaluation.comparison
        import mnist_lab.evaluation.prediction
        print({"pandas", "scipy.stats", "sklearn", "tensorflow"} & set(sys.modules))
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
