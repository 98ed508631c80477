"""Exercises on temperatures: what one does to probabilities, and which is the best."""

from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _tempered(probabilities: Any, temperature: float) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return softmax(np.log(probabilities) / temperature, axis=1)


def _probabilities(rng: np.random.Generator) -> list[Case]:
    return [
        Case("one digit, temperature 2", (np.array([[0.9, 0.1]]), 2.0)),
        Case("two digits, temperature 2", (np.array([[0.9, 0.1], [0.64, 0.36]]), 2.0)),
        Case("three digits, temperature 0.5", (rng.dirichlet(np.ones(4), 3), 0.5)),
        Case("temperature 1", (rng.dirichlet(np.ones(10), 2), 1.0)),
        Case("a probability of 0", (np.array([[0.64, 0.36, 0.0], [0.0, 0.2, 0.8]]), 2.0)),
        Case("a certain answer", (np.array([[0.0, 1.0, 0.0]]), 4.0)),
        Case("50 digits, temperature 3.2", (rng.dirichlet(np.ones(10), 50), 3.2)),
    ]


def _without_keepdims(p: Any, temperature: float) -> np.ndarray:
    powers = p ** (1 / temperature)
    return powers / powers.sum(axis=1)


TEMPERATURE = Exercise(
    name="05.2",
    title="The same answers, less sure",
    function="with_temperature",
    right=_tempered,
    cases=_probabilities,
    misconceptions=(
        Misconception(
            "multiplies by the temperature",
            "A temperature above 1 has to make the probabilities more alike. Yours makes them less"
            " alike.",
            lambda p, temperature: _tempered(p, 1 / temperature),
        ),
        Misconception(
            "divides the probabilities",
            "If all probabilities are divided by the same number and made to add up to 1 again,"
            " nothing has changed. The temperature divides the logits.",
            lambda p, temperature: p,
        ),
        Misconception(
            "takes probabilities for logits",
            "This divides the probabilities, and then takes the softmax. Go back to logits first:"
            " the logarithm undoes the softmax.",
            lambda p, temperature: softmax(p / temperature, axis=1),
        ),
        Misconception(
            "does not add up to 1",
            "The probabilities of a digit have to add up to 1. Divide each row by its sum.",
            lambda p, temperature: p ** (1 / temperature),
        ),
        Misconception(
            "divides by one sum for all",
            "All rows together add up to 1 here. Each row is a digit, and has to add up to 1.",
            lambda p, temperature: p ** (1 / temperature) / (p ** (1 / temperature)).sum(),
        ),
        Misconception(
            "the sums of rows in a row",
            "If two shapes do not fit, or numbers are divided by the sum of another row: with"
            " `keepdims=True`, as in notebook 1, the sums of the rows stand in a column, each"
            " beside its own row.",
            _without_keepdims,
        ),
        Misconception(
            "adds a little before the logarithm",
            "A probability of 0 has to stay 0. With a small number added before the logarithm, a"
            " high temperature makes it grow.",
            lambda p, temperature: softmax(np.log(p + 1e-7) / temperature, axis=1),
        ),
        Misconception(
            "divides by the sums of columns",
            "A row is a digit. Its probabilities have to add up to 1, not those of a column.",
            lambda p, temperature: p ** (1 / temperature) / (p ** (1 / temperature)).sum(axis=0),
        ),
    ),
    why="Every answer stays the same; only its confidence changes.",
)


def _losses(logits: Any, labels: Any, temperatures: Any) -> np.ndarray:
    rows = np.arange(len(labels))
    return np.array([-log_softmax(logits / t, axis=1)[rows, labels].mean() for t in temperatures])


def _chances(logits: Any, labels: Any, temperatures: Any) -> np.ndarray:
    """Return the mean probability of the label at each temperature."""
    rows = np.arange(len(labels))
    return np.array([softmax(logits / t, axis=1)[rows, labels].mean() for t in temperatures])


def _all_pairs(logits: Any, labels: Any, temperatures: Any) -> float:
    losses = [-log_softmax(logits / t, axis=1)[:, labels].mean() for t in temperatures]
    return float(temperatures[np.argmin(losses)])


def _best(logits: Any, labels: Any, temperatures: Any) -> float:
    return float(temperatures[np.argmin(_losses(logits, labels, temperatures))])


def _drawn(rng: np.random.Generator, digits: int, heat: float) -> tuple[np.ndarray, np.ndarray]:
    """Return logits, and labels that are as frequent as probabilities of a temperature say."""
    logits = rng.normal(0, 4, (digits, 10))
    odds = softmax(logits / heat, axis=1).cumsum(axis=1)
    return logits, (odds < rng.random((digits, 1))).sum(axis=1).clip(0, 9)


def _searches(rng: np.random.Generator) -> list[Case]:
    three = np.array([[4.0, 0, 0], [0, 4, 0], [4, 0, 0]])
    narrow = np.array([[8.0, 0, 0], [4, 3, 0]])
    temperatures = np.arange(0.25, 6, 0.25)
    return [
        Case("three digits, one misread", (three, np.array([0, 1, 2]), np.array([0.5, 1, 4]))),
        Case("one digit misread narrowly", (narrow, np.array([0, 1]), np.array([0.5, 1, 4]))),
        Case("three digits, all read", (three, np.array([0, 1, 0]), np.array([3, 1, 0.5]))),
        Case("an overconfident network", (*_drawn(rng, 400, 3.0), temperatures)),
        Case("an underconfident network", (*_drawn(rng, 400, 0.6), temperatures[::-1].copy())),
        Case("shuffled temperatures", (*_drawn(rng, 400, 2.0), rng.permutation(temperatures))),
        Case("a single temperature", (*_drawn(rng, 5, 1.0), np.array([1.5]))),
    ]


SEARCH = Exercise(
    name="05.3",
    title="The temperature with the lowest loss",
    function="best_temperature",
    right=_best,
    cases=_searches,
    misconceptions=(
        Misconception(
            "the place, not the temperature",
            "This is the place of the best temperature in the list. Return what stands there.",
            lambda logits, labels, t: int(np.argmin(_losses(logits, labels, t))),
        ),
        Misconception(
            "the loss, not the temperature",
            "This is the lowest loss. Return the temperature that gives it.",
            lambda logits, labels, t: float(_losses(logits, labels, t).min()),
        ),
        Misconception(
            "the highest loss",
            "This temperature has the highest loss, and the lowest is asked for.",
            lambda logits, labels, t: float(t[np.argmax(_losses(logits, labels, t))]),
        ),
        Misconception(
            "chooses by accuracy",
            "You return the first temperature. Accuracy cannot choose: it is the same at every"
            " temperature. Choose by the loss.",
            lambda logits, labels, t: float(t[0]),
        ),
        Misconception(
            "the loss of the answer, not of the label",
            "You return the lowest temperature. It makes answers surer, also the wrong ones. The"
            " loss looks at the probability of the label.",
            lambda logits, labels, t: float(np.min(t)),
        ),
        Misconception(
            "the logarithm of the mean",
            "The loss is a mean of logarithms, not the logarithm of a mean: take the logarithm of"
            " each digit's probability first, then the mean.",
            lambda logits, labels, t: float(t[np.argmax(_chances(logits, labels, t))]),
        ),
        Misconception(
            "all labels for each digit",
            "Row i needs only the probability in column `labels[i]`. `probabilities[:, labels]`"
            " takes the columns of all labels from every row.",
            _all_pairs,
        ),
        Misconception(
            "multiplies by the temperature",
            "Logits are divided by the temperature, not multiplied by it.",
            lambda logits, labels, t: float(t[np.argmin(_losses(logits, labels, 1 / t))]),
        ),
    ),
    why="In our run such a number took the calibration error of `plain` from 1.40 to 0.14 points.",
)
