"""Calibration agrees with scikit-learn and counting by hand, and finds a planted temperature."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax
from sklearn.metrics import log_loss

from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation import calibration
from mnist_lab.evaluation.metrics import Evaluation


def overconfident_evaluation(count=5000, temperature=1.0, seed=0):
    """Predictions of a model that knows the chances, its logits multiplied by `temperature`."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2.5, (count, 10))
    chances = softmax(logits, axis=1)
    labels = np.array([rng.choice(10, p=row) for row in chances])
    return Evaluation(
        Dataset(np.zeros((count, 28, 28), np.float32), labels),
        softmax(logits * temperature, axis=1),
    )


def two_digit_evaluation(confidences, correct):
    """Predictions of two digits with these confidences for the 0, labeled 0 where correct."""
    probabilities = np.zeros((len(confidences), 10))
    probabilities[:, 0], probabilities[:, 1] = confidences, 1 - np.array(confidences)
    labels = np.where(correct, 0, 1)
    return Evaluation(Dataset(np.zeros((len(labels), 28, 28), np.float32), labels), probabilities)


def test_the_loss_is_that_of_scikit_learn():
    result = overconfident_evaluation(500)
    expected = log_loss(result.dataset.labels, result.probabilities, labels=range(10))
    assert result.loss == pytest.approx(expected, abs=1e-9)


def test_reliability_counts_by_hand():
    result = two_digit_evaluation([0.95, 0.92, 0.91, 0.65, 0.61], [True, True, False, True, False])
    table = calibration.reliability(result, bins=10)
    assert table["digits"].tolist() == [2, 3]
    np.testing.assert_allclose(table["bin_lower"], [0.6, 0.9])
    np.testing.assert_allclose(table["bin_upper"], [0.7, 1.0])
    np.testing.assert_allclose(table["confidence"], [0.63, (0.95 + 0.92 + 0.91) / 3])
    np.testing.assert_allclose(table["accuracy"], [1 / 2, 2 / 3])
    error = 2 / 5 * (0.63 - 0.5) + 3 / 5 * ((0.95 + 0.92 + 0.91) / 3 - 2 / 3)
    assert calibration.expected_calibration_error(result, bins=10) == pytest.approx(error)


@given(bins=st.integers(1, 40), seed=st.integers(0, 1000))
def test_calibration_error_is_the_textbook_sum(bins, seed):
    result = overconfident_evaluation(200, seed=seed)
    total = 0.0
    for index in range(bins):
        inside = (result.confidence > index / bins) & (result.confidence <= (index + 1) / bins)
        if inside.any():
            total += inside.mean() * abs(
                result.correct[inside].mean() - result.confidence[inside].mean()
            )
    # A confidence within rounding of an edge may fall on either side of it.
    if np.abs(np.subtract.outer(result.confidence, np.arange(bins + 1) / bins)).min() > 1e-12:
        assert calibration.expected_calibration_error(result, bins) == pytest.approx(
            total, abs=1e-12
        )


def test_the_calibration_error_by_chance_is_that_of_answers_drawn_one_by_one():
    result = overconfident_evaluation(300)
    rng = np.random.default_rng(1)
    errors = []
    for _ in range(300):
        # The digit is the answer with the answer's own probability, and else another one.
        right = np.array([rng.random() < confidence for confidence in result.confidence])
        labels = np.where(right, result.predictions, (result.predictions + 1) % 10)
        drawn = Evaluation(Dataset(result.images, labels), result.probabilities)
        errors.append(calibration.expected_calibration_error(drawn, bins=10))
    by_chance = calibration.calibration_error_by_chance(result, bins=10, draws=300)
    assert by_chance == pytest.approx(np.mean(errors), abs=4 * np.std(errors) / np.sqrt(300))


def test_with_more_digits_chance_makes_less_of_a_calibration_error():
    few, many = overconfident_evaluation(200), overconfident_evaluation(5000)
    assert calibration.calibration_error_by_chance(few) > 2 * (
        calibration.calibration_error_by_chance(many)
    )
    sure = two_digit_evaluation([1.0, 1.0], [True, False])
    assert calibration.calibration_error_by_chance(sure) == 0


def test_a_temperature_divides_the_logits_and_changes_no_prediction():
    result = overconfident_evaluation(300)
    softer = calibration.apply_temperature(result, 2.0)
    np.testing.assert_allclose(
        softer.probabilities, softmax(np.log(result.probabilities) / 2, axis=1)
    )
    np.testing.assert_array_equal(softer.predictions, result.predictions)
    np.testing.assert_allclose(
        calibration.apply_temperature(result, 1).probabilities, result.probabilities
    )


@pytest.mark.parametrize("planted", [0.5, 1.0, 3.0])
def test_the_planted_temperature_is_found_and_calibrates_the_model(planted):
    result = overconfident_evaluation(20_000, planted)
    temperature = calibration.fit_temperature(result)
    assert temperature == pytest.approx(planted, rel=0.05)
    calibrated = calibration.apply_temperature(result, temperature)
    assert calibration.expected_calibration_error(calibrated) < 0.015
    assert calibrated.loss <= result.loss + 1e-9
    losses = [
        -log_softmax(np.log(result.probabilities) / t, axis=1)[
            np.arange(20_000), result.dataset.labels
        ].mean()
        for t in (temperature * 0.98, temperature, temperature * 1.02)
    ]
    assert losses[1] == min(losses)


def test_refusing_the_least_sure_by_hand():
    result = two_digit_evaluation([0.99, 0.9, 0.9, 0.7, 0.6], [True, True, False, True, False])
    table = calibration.risk_coverage(result)
    assert table["threshold"].tolist() == [0.99, 0.9, 0.7, 0.6]
    np.testing.assert_allclose(table["coverage"], [0.2, 0.6, 0.8, 1.0])
    np.testing.assert_allclose(table["accuracy"], [1, 2 / 3, 3 / 4, 3 / 5])
    assert calibration.threshold_at_accuracy(result, 0.75) == 0.7
    assert calibration.threshold_at_accuracy(result, 1.0) == 0.99


def test_a_threshold_reaches_its_accuracy_on_the_digits_it_was_chosen_on():
    result = overconfident_evaluation(3000)
    threshold = calibration.threshold_at_accuracy(result, 0.95)
    answered = result.confidence >= threshold
    assert result.correct[answered].mean() >= 0.95
    assert 0 < answered.mean() < 1


def test_where_no_threshold_reaches_the_accuracy_all_digits_are_refused():
    result = two_digit_evaluation([0.9, 0.8], [False, True])
    assert not (result.confidence >= calibration.threshold_at_accuracy(result, 0.99)).any()
    assert calibration.threshold_at_accuracy(result, 0.5) == 0.8


def test_values_out_of_range_are_refused():
    result = two_digit_evaluation([0.9, 0.8], [False, True])
    with pytest.raises(ValueError, match="temperature=0 cannot be used"):
        calibration.apply_temperature(result, 0)
    with pytest.raises(ValueError, match="bins=0 cannot be used"):
        calibration.reliability(result, 0)
    with pytest.raises(ValueError, match="draws=0 cannot be used"):
        calibration.calibration_error_by_chance(result, draws=0)
