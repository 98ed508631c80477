"""Exercises on confidence: what it promises, and the temperature that mends it."""

from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _binned(confidence: Any, correct: Any, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many answers each bin holds, and its mean gap; of an empty bin it is nan."""
    places = np.ceil(np.asarray(confidence) * bins).astype(int) - 1
    counts = np.bincount(places, minlength=bins)
    gaps = np.bincount(places, weights=confidence - np.asarray(correct, float), minlength=bins)
    with np.errstate(all="ignore"):
        return counts, gaps / counts


def _calibration_error(confidence: Any, correct: Any, bins: int) -> float:
    counts, gaps = _binned(confidence, correct, bins)
    return float(np.nansum(counts * np.abs(gaps)) / counts.sum())


def _with_empty_bins(confidence: Any, correct: Any, bins: int) -> float:
    counts, gaps = _binned(confidence, correct, bins)
    return float((counts * np.abs(gaps)).sum() / counts.sum())


def _without_certain(confidence: Any, correct: Any, bins: int) -> float:
    below = confidence < 1
    counts, gaps = _binned(confidence[below], correct[below], bins)
    return float(np.nansum(counts * np.abs(gaps)) / len(confidence))


def _promises(rng: np.random.Generator) -> list[Case]:
    def case(what: str, answers: int, bins: int) -> Case:
        confidence = rng.uniform(0.25, 1, answers)
        correct = rng.random(answers) < confidence**2
        confidence[: answers // 5] = 1.0
        return Case(what, (confidence, correct, bins))

    four = np.array([0.9, 0.7, 0.4, 0.3]), np.array([True, False, True, True])
    return [
        Case("four answers, two bins", (*four, 2)),
        Case("four answers, one bin", (*four, 1)),
        Case("four answers, 100 bins", (np.array([0.915, 0.913, 0.424, 0.335]), four[1], 100)),
        case("300 answers, ten bins", 300, 10),
        case("60 answers, 15 bins", 60, 15),
        Case("certain and right", (np.ones(3), np.array([True, True, True]), 10)),
    ]


CALIBRATION = Exercise(
    name="05.1",
    title="What is promised and not kept",
    function="calibration_error",
    right=_calibration_error,
    cases=_promises,
    misconceptions=(
        Misconception(
            "with the signs",
            "Here gaps above and below zero cancel. Take the size of each bin's gap before you"
            " take the mean.",
            lambda confidence, correct, bins: float(np.mean(confidence) - np.mean(correct)),
        ),
        Misconception(
            "the signs dropped too late",
            "Here gaps above and below zero cancel before their sign is dropped. Take the size of"
            " each bin's gap first, the mean after that.",
            lambda confidence, correct, bins: abs(float(np.mean(confidence) - np.mean(correct))),
        ),
        Misconception(
            "each bin counts the same",
            "The mean is over the digits, not over the bins. A bin with many digits counts more.",
            lambda confidence, correct, bins: float(
                np.nanmean(np.abs(_binned(confidence, correct, bins)[1]))
            ),
        ),
        Misconception(
            "adds up the gaps",
            "A sum of gaps grows with the number of bins. Weigh each gap by its bin's share of"
            " the digits.",
            lambda confidence, correct, bins: float(
                np.nansum(np.abs(_binned(confidence, correct, bins)[1]))
            ),
        ),
        Misconception(
            "a gap for each digit",
            "A single answer is right or wrong, so it cannot keep a promise of 80 %. Take the mean"
            " confidence and the share of right answers in a bin, then their difference.",
            lambda confidence, correct, bins: float(np.abs(confidence - correct).mean()),
        ),
        Misconception(
            "loses the certain answers",
            "An answer with confidence 1 is in none of your bins. The last bin includes its end.",
            _without_certain,
        ),
        Misconception(
            "the mean of an empty bin",
            "A bin without answers has no mean. Leave it out.",
            _with_empty_bins,
        ),
    ),
    why="A confidence that is used for decisions has to be checked like this first.",
)


def _tempered(probabilities: Any, temperature: float) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return softmax(np.log(probabilities) / temperature, axis=1)


def _probabilities(rng: np.random.Generator) -> list[Case]:
    return [
        Case("one digit, temperature 2", (np.array([[0.9, 0.1]]), 2.0)),
        Case("three digits, temperature 0.5", (rng.dirichlet(np.ones(4), 3), 0.5)),
        Case("temperature 1", (rng.dirichlet(np.ones(10), 2), 1.0)),
        Case("a probability of 0", (np.array([[0.64, 0.36, 0.0], [0.0, 0.2, 0.8]]), 2.0)),
        Case("a certain answer", (np.array([[0.0, 1.0, 0.0]]), 4.0)),
        Case("50 digits, temperature 3.2", (rng.dirichlet(np.ones(10), 50), 3.2)),
    ]


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


def _best(logits: Any, labels: Any, temperatures: Any) -> float:
    return float(temperatures[np.argmin(_losses(logits, labels, temperatures))])


def _drawn(rng: np.random.Generator, digits: int, heat: float) -> tuple[np.ndarray, np.ndarray]:
    """Return logits, and labels that are as frequent as probabilities of a temperature say."""
    logits = rng.normal(0, 4, (digits, 10))
    odds = softmax(logits / heat, axis=1).cumsum(axis=1)
    return logits, (odds < rng.random((digits, 1))).sum(axis=1).clip(0, 9)


def _searches(rng: np.random.Generator) -> list[Case]:
    three = np.array([[4.0, 0, 0], [0, 4, 0], [4, 0, 0]])
    temperatures = np.arange(0.25, 6, 0.25)
    return [
        Case("three digits, one misread", (three, np.array([0, 1, 2]), np.array([0.5, 1, 4]))),
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
            "multiplies by the temperature",
            "Logits are divided by the temperature, not multiplied by it.",
            lambda logits, labels, t: float(t[np.argmin(_losses(logits, labels, 1 / t))]),
        ),
    ),
    why="In our run such a number took the calibration error of `plain` from 1.40 to 0.14 points.",
)
