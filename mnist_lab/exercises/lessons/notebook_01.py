"""The exercises to notebook 1: probabilities, loss, gradient, and a rate that is too large."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question


def _softmax(sums: Any) -> np.ndarray:
    sums = np.asarray(sums, float)
    odds = np.exp(sums - sums.max())
    return odds / odds.sum()


def _sums(rng: np.random.Generator) -> list[Case]:
    return [
        Case("three sums", (np.array([2.0, 1.0, 0.0]),)),
        Case("ten sums", (rng.normal(0, 2, 10),)),
        Case("sums below zero", (np.array([-3.0, -1.0, -2.0, -1.0]),)),
        Case("two equal sums", (np.array([0.5, 0.5]),)),
        Case("one sum", (np.array([4.0]),)),
        Case("large sums", (np.array([1000.0, 999.0, 0.0]),)),
    ]


def _plain_softmax(sums: Any) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.exp(sums) / np.exp(sums).sum()


SOFTMAX = Exercise(
    name="01.1",
    title="Probabilities from ten sums",
    function="softmax",
    right=_softmax,
    cases=_sums,
    misconceptions=(
        Misconception(
            "shares of the sums, without exp",
            "Sums can be negative, probabilities cannot. First make the odds, e to the power of"
            " each sum; then divide.",
            lambda sums: sums / sums.sum(),
        ),
        Misconception(
            "odds, not divided by their sum",
            "These are the odds. A probability is the share of all odds.",
            lambda sums: np.exp(sums),
        ),
        Misconception(
            "ten separate sigmoids",
            "Each of these is a neuron's own yes or no. They do not add up to 1.",
            lambda sums: 1 / (1 + np.exp(-sums)),
        ),
        Misconception(
            "divides by the largest, not by the sum",
            "The largest of your probabilities is always 1. Divide by the sum of the odds.",
            lambda sums: np.exp(sums - sums.max()) / np.exp(sums - sums.max()).max(),
        ),
        Misconception(
            "overflow",
            "e to the power of 1000 is more than a computer can hold. Shares do not change if the"
            " same number is subtracted from all sums. Which number makes the largest power 1?",
            _plain_softmax,
        ),
    ),
    why="Every network of this course gets its probabilities in this way; language models do too.",
)


def _loss(probabilities: Any, labels: Any) -> float:
    right = np.asarray(probabilities)[np.arange(len(labels)), labels]
    return float(-np.log(right).mean())


def _rows(rng: np.random.Generator, digits: int) -> tuple[np.ndarray, np.ndarray]:
    probabilities = rng.dirichlet(np.ones(10), digits)
    return probabilities, rng.integers(0, 10, digits)


def _batches(rng: np.random.Generator) -> list[Case]:
    even = np.full((1, 10), 0.1)
    half = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
    return [
        Case("one digit, ten equal probabilities", (even, np.array([3]))),
        Case("two digits, three classes", (half, np.array([0, 1]))),
        Case("five digits", _rows(rng, 5)),
        Case("a digit that is certain and right", (np.eye(10)[[7]], np.array([7]))),
        Case("64 digits", _rows(rng, 64)),
    ]


LOSS = Exercise(
    name="01.2",
    title="The loss of a batch",
    function="mean_loss",
    right=_loss,
    cases=_batches,
    misconceptions=(
        Misconception(
            "forgets the minus sign",
            "The logarithm of a number below 1 is negative, and a loss is not.",
            lambda probabilities, labels: -_loss(probabilities, labels),
        ),
        Misconception(
            "adds up instead of taking the mean",
            "Right for one digit. For more, the loss is the mean over the digits, so that large and"
            " small batches can be compared.",
            lambda probabilities, labels: _loss(probabilities, labels) * len(labels),
        ),
        Misconception(
            "logarithm to another base",
            "The loss uses the natural logarithm, `np.log`.",
            lambda probabilities, labels: _loss(probabilities, labels) / np.log(10),
        ),
        Misconception(
            "logarithm to another base",
            "The loss uses the natural logarithm, `np.log`.",
            lambda probabilities, labels: _loss(probabilities, labels) / np.log(2),
        ),
        Misconception(
            "logarithm of the mean",
            "Take the logarithm of each digit's probability first, then the mean.",
            lambda probabilities, labels: float(
                -np.log(probabilities[np.arange(len(labels)), labels].mean())
            ),
        ),
        Misconception(
            "takes the largest probability, not the label's",
            "The loss asks for the probability of the *label*, also where another one is larger.",
            lambda probabilities, labels: float(-np.log(probabilities.max(axis=1)).mean()),
        ),
        Misconception(
            "mean over the ten classes too",
            "Only one probability of each digit counts, that of its label. Divide by the number of"
            " digits, not by the number of all probabilities.",
            lambda probabilities, labels: _loss(probabilities, labels) / probabilities.shape[1],
        ),
    ),
    why="It is the one number that training lowers; ten equal probabilities have 2.303.",
)


def _step(weights: Any, biases: Any, pixels: Any, labels: Any, rate: float) -> tuple[Any, Any]:
    return _moved(weights, biases, pixels, labels, rate / len(pixels), rate / len(pixels))


def _moved(
    weights: Any, biases: Any, pixels: Any, labels: Any, by: float, biases_by: float
) -> tuple[Any, Any]:
    sums = pixels @ weights + biases
    odds = np.exp(sums - sums.max(axis=1, keepdims=True))
    errors = odds / odds.sum(axis=1, keepdims=True) - np.eye(len(biases))[labels]
    return weights - by * pixels.T @ errors, biases - biases_by * errors.sum(axis=0)


def _without_targets(
    weights: Any, biases: Any, pixels: Any, labels: Any, rate: float
) -> tuple[Any, Any]:
    sums = pixels @ weights + biases
    odds = np.exp(sums - sums.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    by = rate / len(pixels)
    return weights - by * pixels.T @ probabilities, biases - by * probabilities.sum(axis=0)


def _networks(rng: np.random.Generator) -> list[Case]:
    def case(what: str, digits: int, inputs: int, classes: int, rate: float) -> Case:
        weights, biases = rng.normal(0, 0.5, (inputs, classes)), rng.normal(0, 0.5, classes)
        pixels, labels = rng.random((digits, inputs)), rng.integers(0, classes, digits)
        return Case(what, (weights, biases, pixels, labels, rate))

    return [
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
            _without_targets,
        ),
        Misconception(
            "ignores the rate",
            "The step is the slope times the rate.",
            lambda w, b, x, y, rate: _step(w, b, x, y, 1.0),
        ),
    ),
    why="`fit` and `lab.train` do this once per batch; only their rule for the step is cleverer.",
)


def _sides(term: int) -> dict[str, int]:
    return {"side": 28 if term == 0 else 16 + term * 5 % 12}


WEIGHTS = Question(
    name="01.4",
    title="How many numbers to learn",
    answer="numbers_to_learn",
    numbers=_sides,
    right=lambda side: 26 * (side * side + 1),
    misconceptions=(
        Misconception(
            "forgets the biases",
            "These are the weights. Each neuron has one more number to learn.",
            lambda side: 26 * side * side,
        ),
        Misconception(
            "one bias for all",
            "Each neuron has a bias of its own.",
            lambda side: 26 * side * side + 1,
        ),
        Misconception(
            "ten neurons",
            "There are 26 letters, so 26 neurons.",
            lambda side: 10 * (side * side + 1),
        ),
        Misconception(
            "counts a side, not the pixels",
            "A picture has as many pixels as rows times columns.",
            lambda side: 26 * (side + 1),
        ),
    ),
    why="`model.summary()` prints this number. If yours is another, find out why before you train.",
)

RATE = Question(
    name="01.5",
    title="A rate that is too large",
    answer="largest_rate",
    right=lambda: 0.5,
    misconceptions=(
        Misconception(
            "a few rises do not count",
            "With this rate the loss ends lower, but it rises on the way. Look at `np.diff` of all"
            " 21 losses: is each difference below 0?",
            lambda: 1,
        ),
        Misconception(
            "looks at the end alone",
            "With this rate the loss ends low, but on the way it rises far above the loss of the"
            " start. Look at the largest of the 21 losses.",
            lambda: 10,
        ),
        *(
            Misconception(
                "rises on the way",
                "With this rate the loss rises on the way. Look at each of the 21 losses.",
                lambda rate=rate: rate,
            )
            for rate in (2, 5)
        ),
        *(
            Misconception(
                "the rate of the notebook, or a smaller one",
                "With this rate the loss falls at every step. So it does with a larger one.",
                lambda rate=rate: rate,
            )
            for rate in (0.1, 0.2)
        ),
    ),
    why="The rate is the first thing to look at when a loss jumps: try a smaller one.",
)

EXERCISES = (SOFTMAX, LOSS, GRADIENT_STEP, WEIGHTS, RATE)
