"""Whether a model's confidence matches its accuracy, and how to choose a threshold on it."""

import math

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from mnist_lab import checks
from mnist_lab.evaluation.metrics import Evaluation, wilson_interval


def reliability(result: Evaluation, bins: checks.IntLike = 15) -> pd.DataFrame:
    """Return the reliability table: mean confidence and accuracy per confidence bin.

    Args:
        result: The evaluation.
        bins: Number of bins of equal width over (0, 1]; 15 as in Guo et al. (2017).

    Returns:
        One row per bin that holds digits, with columns bin_lower (excluded) and bin_upper
        (included), digits (how many), confidence (their mean), accuracy, and low and high (the
        95 % Wilson interval of the accuracy).

    Raises:
        ValueError: Where `bins` is not a whole number of at least 1.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.evaluation.reliability(result)[["digits", "confidence", "accuracy"]]
           digits  confidence  accuracy
        0      10        0.91       1.0
    """
    edges = np.linspace(0, 1, checks.integer("bins", bins, 1) + 1)
    bin_of_digit = _bins_of(result, bins)
    rows = []
    for index in np.unique(bin_of_digit):
        inside = bin_of_digit == index
        correct, digits = int(result.correct[inside].sum()), int(inside.sum())
        low, high = wilson_interval(correct, digits)
        confidence = float(result.confidence[inside].mean())
        rows.append(
            (edges[index], edges[index + 1], digits, confidence, correct / digits, low, high)
        )
    return pd.DataFrame(
        rows, columns=["bin_lower", "bin_upper", "digits", "confidence", "accuracy", "low", "high"]
    )


def _bins_of(result: Evaluation, bins: checks.IntLike) -> np.ndarray:
    """Return the bin of each digit's confidence, int (n,), from 0."""
    edges = np.linspace(0, 1, checks.integer("bins", bins, 1) + 1)
    return np.searchsorted(edges[1:-1], result.confidence, side="left")


def expected_calibration_error(result: Evaluation, bins: checks.IntLike = 15) -> float:
    """Return the expected calibration error (Naeini et al. 2015).

    It is the gap between mean confidence and accuracy per bin, averaged over the digits. It
    depends on the number of bins, so name them together.

    Args:
        result: The evaluation.
        bins: Number of bins of equal width over (0, 1]; 15 as in Guo et al. (2017).

    Returns:
        From 0 (calibrated) to 1.

    Raises:
        ValueError: Where `bins` is not a whole number of at least 1.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.evaluation.expected_calibration_error(result)
        0.0...
    """
    table = reliability(result, bins)
    gaps = (table["accuracy"] - table["confidence"]).abs()
    return float((gaps * table["digits"]).sum() / table["digits"].sum())


def calibration_error_by_chance(
    result: Evaluation,
    bins: checks.IntLike = 15,
    draws: checks.IntLike = 200,
    seed: checks.IntLike = 0,
) -> float:
    """Return the calibration error that a perfectly calibrated model shows on so few digits.

    The confidences stay as they are; which answers are right is drawn anew, each with the
    probability that its confidence states (as Vaicenavicius et al. 2019 test for calibration).

    Args:
        result: The evaluation.
        bins: As for expected_calibration_error.
        draws: How often to draw, at least 1; the mean is returned.
        seed: Of the drawing.

    Returns:
        From 0 to 1; a calibration error near it is no sign of a fault.

    Raises:
        ValueError: Where a number is out of its range.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> 0.05 < lab.evaluation.calibration_error_by_chance(result) < 0.1
        True
    """
    bin_of_digit, rng = _bins_of(result, bins), np.random.default_rng(checks.seed(seed))
    errors = []
    for _ in range(checks.integer("draws", draws, 1)):
        right = rng.random(len(result)) < result.confidence
        gaps = np.bincount(bin_of_digit, weights=right - result.confidence)
        errors.append(np.abs(gaps).sum() / len(result))
    return float(np.mean(errors))


def apply_temperature(result: Evaluation, temperature: checks.FloatLike) -> Evaluation:
    """Return the evaluation with the logits divided by a temperature (Guo et al. 2017).

    A temperature above 1 lowers the confidence, one below 1 raises it. The order of the ten
    probabilities stays the same, so no prediction changes.

    Args:
        result: The evaluation.
        temperature: Above 0; see fit_temperature.

    Returns:
        A new Evaluation of the same dataset.

    Raises:
        ValueError: Where the temperature is not a number above 0.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.evaluation.apply_temperature(result, 2).confidence.round(3)
        array([0.515, 0.515, ...])
    """
    temperature = checks.real("temperature", temperature, 0.0, 1e6, closed="right")
    # The logarithm of a probability is its logit less a constant per row; softmax ignores it.
    logits = np.log(result.probabilities)
    return Evaluation(result.dataset, softmax(logits / temperature, axis=1))


def fit_temperature(result: Evaluation) -> float:
    """Return the temperature with the lowest cross-entropy (Guo et al. 2017).

    Args:
        result: The evaluation on the validation set; the test set must not choose it.

    Returns:
        From 0.05 to 20; above 1 where the model is overconfident.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.evaluation.fit_temperature(result) < 1  # all correct, so it may be more confident
        True
    """
    # By hand: scikit-learn's temperature scaling calibrates an estimator, not its probabilities.
    minimum = minimize_scalar(
        lambda log_temperature: apply_temperature(result, np.exp(log_temperature)).loss,
        bounds=np.log([0.05, 20]),
        method="bounded",
    )
    return float(np.exp(minimum.x))


def risk_coverage(result: Evaluation) -> pd.DataFrame:
    """Return the accuracy on the most confident digits (El-Yaniv and Wiener 2010).

    A model may answer only where its confidence reaches a threshold. A high threshold gives few
    answers and few mistakes.

    Args:
        result: The evaluation.

    Returns:
        One row per distinct confidence, the highest first, with columns threshold (the least
        confidence that is answered), coverage (the share of digits answered) and accuracy (of
        those answered).
    """
    order = np.argsort(-result.confidence, kind="stable")
    confidence, correct = result.confidence[order], result.correct[order].cumsum()
    answered = np.arange(1, len(order) + 1)
    # Digits of equal confidence are answered or refused together.
    last = np.append(confidence[1:] != confidence[:-1], True)
    return pd.DataFrame(
        {
            "threshold": confidence[last],
            "coverage": answered[last] / len(order),
            "accuracy": correct[last] / answered[last],
        }
    )


def threshold_at_accuracy(result: Evaluation, accuracy: checks.FloatLike) -> float:
    """Return the lowest confidence threshold at which the answered digits reach an accuracy.

    Args:
        result: The evaluation on the validation set; the test set must not choose the threshold.
        accuracy: The accuracy to reach, above 0 and up to 1.

    Returns:
        The threshold from 0.1 to 1; infinity where even the most confident digits do not reach
        the accuracy, so that none is answered.

    Raises:
        ValueError: Where the accuracy is out of its range.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.evaluation.threshold_at_accuracy(result, 0.999)
        0.91
    """
    accuracy = checks.real("accuracy", accuracy, 0.0, 1.0, closed="right")
    table = risk_coverage(result)
    enough = table[table["accuracy"] >= accuracy]
    return math.inf if enough.empty else float(enough["threshold"].iloc[-1])
