"""One step of gradient descent on a single layer, and how long a step may be."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question


def _probabilities(weights: Any, biases: Any, pixels: Any) -> np.ndarray:
    sums = pixels @ weights + biases
    odds = np.exp(sums - sums.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _step(weights: Any, biases: Any, pixels: Any, labels: Any, rate: float) -> tuple[Any, Any]:
    return _moved(weights, biases, pixels, labels, rate / len(pixels), rate / len(pixels))


def _moved(
    weights: Any, biases: Any, pixels: Any, labels: Any, by: float, biases_by: float
) -> tuple[Any, Any]:
    errors = _probabilities(weights, biases, pixels) - np.eye(len(biases))[labels]
    return weights - by * pixels.T @ errors, biases - biases_by * errors.sum(axis=0)


def _with_errors(
    weights: Any, biases: Any, pixels: Any, errors: Any, rate: float
) -> tuple[Any, Any]:
    return weights - rate * pixels.T @ errors / len(pixels), biases - rate * errors.mean(axis=0)


def _with_ten_neurons(
    weights: Any, biases: Any, pixels: Any, labels: Any, rate: float
) -> tuple[Any, Any]:
    errors = _probabilities(weights, biases, pixels) - np.eye(10)[labels]
    return _with_errors(weights, biases, pixels, errors, rate)


def _with_sigmoids(
    weights: Any, biases: Any, pixels: Any, labels: Any, rate: float
) -> tuple[Any, Any]:
    outputs = 1 / (1 + np.exp(-(pixels @ weights + biases)))
    return _with_errors(weights, biases, pixels, outputs - np.eye(len(biases))[labels], rate)


def _networks(rng: np.random.Generator) -> list[Case]:
    def case(what: str, digits: int, inputs: int, classes: int, rate: float) -> Case:
        weights, biases = rng.normal(0, 0.5, (inputs, classes)), rng.normal(0, 0.5, classes)
        pixels, labels = rng.random((digits, inputs)), rng.integers(0, classes, digits)
        return Case(what, (weights, biases, pixels, labels, rate))

    two = np.zeros((2, 2)), np.zeros(2), np.array([[1.0, 0.5]]), np.array([1])
    return [
        Case("one digit of two pixels, weights of 0", (*two, 1.0)),
        case("one digit, rate 1", 1, 4, 3, 1.0),
        case("six digits, rate 0.5", 6, 5, 10, 0.5),
        case("a rate of 0", 3, 4, 3, 0.0),
        case("32 digits of 784 pixels", 32, 784, 10, 0.2),
    ]


GRADIENT_STEP = Exercise(
    name="01.3",
    title="One step of gradient descent",
    function="gradient_step",
    right=_step,
    cases=_networks,
    misconceptions=(
        Misconception(
            "forgets to divide by the batch size",
            "Right for one digit. For a batch, the slope is the mean over its digits: divide by"
            " their number, or the step grows with the batch.",
            lambda w, b, x, y, rate: _moved(w, b, x, y, rate, rate),
        ),
        Misconception(
            "goes uphill",
            "This step raises the loss. A positive slope means that a smaller weight is better.",
            lambda w, b, x, y, rate: _step(w, b, x, y, -rate),
        ),
        Misconception(
            "leaves the biases as they are",
            "The weights are right. The biases learn too: their slope is the mean of the errors.",
            lambda w, b, x, y, rate: (_step(w, b, x, y, rate)[0], b),
        ),
        Misconception(
            "adds up the biases' slopes",
            "The weights are right. A bias takes the *mean* of the errors as its slope.",
            lambda w, b, x, y, rate: _moved(w, b, x, y, rate / len(x), rate),
        ),
        Misconception(
            "forgets the targets",
            "An error is the probability minus the target: 1 for the label, 0 for the others. Is"
            " the 1 subtracted?",
            lambda w, b, x, y, rate: _with_errors(w, b, x, _probabilities(w, b, x), rate),
        ),
        Misconception(
            "ignores the rate",
            "The step is the slope times the rate.",
            lambda w, b, x, y, rate: _step(w, b, x, y, 1.0),
        ),
        Misconception(
            "adds up the weights' slopes",
            "The biases are right. The weights' slopes are means as well: divide by the number of"
            " digits.",
            lambda w, b, x, y, rate: _moved(w, b, x, y, rate, rate / len(x)),
        ),
        Misconception(
            "the rate of the notebook",
            "Notebook 1 took a rate of 0.2. Here the rate is handed over.",
            lambda w, b, x, y, rate: _step(w, b, x, y, 0.2),
        ),
        Misconception(
            "the batch of the notebook",
            "The biases are right. In notebook 1 the batch had 256 digits. How many are here?",
            lambda w, b, x, y, rate: _moved(w, b, x, y, rate / 256, rate / len(x)),
        ),
        Misconception(
            "always ten neurons",
            "Does the error speak of shapes? There need not be ten neurons here: how many biases"
            " are there?",
            _with_ten_neurons,
        ),
        Misconception(
            "sigmoids in place of probabilities",
            "These errors come from the sigmoids, and those are not yet probabilities. A"
            " probability is the share of all odds.",
            _with_sigmoids,
        ),
        Misconception(
            "the biases first",
            "Both are right, but in the other order: the weights come first.",
            lambda w, b, x, y, rate: _step(w, b, x, y, rate)[::-1],
        ),
        Misconception(
            "returns the weights alone",
            "Only the weights come back, and they are right. The biases have moved too: return"
            " both.",
            lambda w, b, x, y, rate: _step(w, b, x, y, rate)[0],
        ),
    ),
    why="`fit` and `lab.train` do this once per batch; only their rule for the step is cleverer.",
    parts=("the weights", "the biases"),
)

# The largest rate with which each of twenty steps lowers the loss, on so many digits of the sample.
# The tests compute them again.
_LARGEST_RATES = {100: 0.63, 40: 0.66, 110: 0.67, 120: 0.68, 150: 0.72}


def _sizes(term: int) -> dict[str, int]:
    own, *others = _LARGEST_RATES
    return {"size": own if term == 0 else others[term % len(others)]}


RATE = Question(
    name="01.5",
    title="A rate that is too large",
    answer="largest_rate",
    numbers=_sizes,
    right=lambda size: _LARGEST_RATES[size],
    misconceptions=(
        Misconception(
            "looks at the end alone",
            "With this rate the loss ends lower than it began, but it rises on the way. Look at"
            " `np.diff` of all 21 losses: is each difference below 0?",
            lambda size: 1,
        ),
        Misconception(
            "the first rate that is too large",
            "Nearly. With this rate the loss rises once. Which is the last with which it does not?",
            lambda size: round(_LARGEST_RATES[size] + 0.01, 2),
        ),
        Misconception(
            "steps of a tenth",
            "With this rate the loss falls at every step. So it does with a larger one: the rates"
            " are only 0.01 apart.",
            lambda size: int(10 * _LARGEST_RATES[size]) / 10,
        ),
        Misconception(
            "the smallest rate",
            "With this rate the loss falls at every step. So it does with larger ones.",
            lambda size: 0.5,
        ),
    ),
    why="The rate is the first thing to look at when a loss jumps: try a smaller one.",
)
