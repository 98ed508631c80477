"""Whether a model's confidence can be believed, how to mend it, and what refusing the least sure digits buys."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import softmax

from mnist_lab import checks
from mnist_lab.evaluation.metrics import Evaluation, wilson_interval


def reliability(result: Evaluation, bins: int = 15) -> pd.DataFrame:
    """Return what the answers promise and what they keep, one row a bin of confidence that holds any digits.

    bins: of equal width over (0, 1]; 15 as in Guo et al. (2017). Columns: above and up_to (the bin's limits), digits,
    confidence (their mean), accuracy, and its 95 % Wilson interval as low and high.
    """
    bins = checks.integer("bins", bins, 1)
    edges = np.linspace(0, 1, bins + 1)
    place = np.searchsorted(edges[1:-1], result.confidence, side="left")
    rows = []
    for number in np.unique(place):
        chosen = place == number
        right, digits = int(result.correct[chosen].sum()), int(chosen.sum())
        low, high = wilson_interval(right, digits)
        promised = float(result.confidence[chosen].mean())
        rows.append((edges[number], edges[number + 1], digits, promised, right / digits, low, high))
    return pd.DataFrame(
        rows, columns=["above", "up_to", "digits", "confidence", "accuracy", "low", "high"]
    )


def expected_calibration_error(result: Evaluation, bins: int = 15) -> float:
    """Return the expected calibration error, from 0 to 1: the mean gap between promise and accuracy over the digits.

    Naeini et al. (2015), with the equal-width bins of Guo et al. (2017). It depends on the bins: always name them.
    """
    table = reliability(result, bins)
    gaps = (table["accuracy"] - table["confidence"]).abs()
    return float((gaps * table["digits"]).sum() / table["digits"].sum())


def brier_score(result: Evaluation) -> float:
    """Return the mean squared distance between the ten probabilities and the label's 1 and 0s (Brier 1950), 0 to 2."""
    return float(
        np.mean(np.sum((result.probabilities - np.eye(10)[result.dataset.labels]) ** 2, axis=1))
    )


def apply_temperature(result: Evaluation, temperature: float) -> Evaluation:
    """Return the same answers with the logits divided by a temperature: above 1 less sure, below 1 surer.

    The order of the ten probabilities stays, so no prediction changes. Raises ValueError unless temperature > 0.
    """
    temperature = checks.real("temperature", temperature, 0.0, 1e6, closed="right")
    # Logarithms of probabilities are logits up to a constant of each row, which softmax takes away.
    return replace(
        result, probabilities=softmax(np.log(result.probabilities) / temperature, axis=1)
    )


def fit_temperature(result: Evaluation) -> float:
    """Return the temperature with the lowest cross-entropy on these answers; fit it on validation (Guo et al. 2017)."""
    found = minimize_scalar(
        lambda logarithm: apply_temperature(result, np.exp(logarithm)).loss,
        bounds=np.log([0.05, 20]),
        method="bounded",
    )
    return float(np.exp(found.x))


def risk_coverage(result: Evaluation) -> pd.DataFrame:
    """Return accuracy against the share of digits answered, the surest first (El-Yaniv and Wiener 2010).

    One row a distinct confidence: threshold (answer from this confidence on), coverage (share answered) and accuracy
    (of those answered).
    """
    order = np.argsort(-result.confidence, kind="stable")
    confidence, right = result.confidence[order], result.correct[order].cumsum()
    answered = np.arange(1, len(order) + 1)
    last = np.append(
        confidence[1:] != confidence[:-1], True
    )  # equally sure answers are given or refused together
    return pd.DataFrame(
        {
            "threshold": confidence[last],
            "coverage": answered[last] / len(order),
            "accuracy": right[last] / answered[last],
        }
    )


def threshold_at_accuracy(result: Evaluation, accuracy: float) -> float:
    """Return the lowest confidence to ask for so that the answers given reach an accuracy; choose it on validation.

    accuracy: in (0, 1]. Where even the surest answers do not reach it, the threshold is infinite: all digits are refused.
    """
    accuracy = checks.real("accuracy", accuracy, 0.0, 1.0, closed="right")
    table = risk_coverage(result)
    reached = table[table["accuracy"] >= accuracy]
    return math.inf if reached.empty else float(reached["threshold"].iloc[-1])
