"""The exercises to notebook 1: probabilities, loss, gradient, and a rate that is too large."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.descent import GRADIENT_STEP, RATE


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
        Case("large sums", (np.array([0.0, 1000.0, 999.0]),)),
        Case("sums far below zero", (np.array([-1001.0, -1000.0]),)),
    ]


def _plain_softmax(sums: Any) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.exp(sums) / np.exp(sums).sum()


def _sigmoid(sums: Any) -> np.ndarray:
    return 1 / (1 + np.exp(-sums))


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
            _sigmoid,
        ),
        Misconception(
            "divides by the largest, not by the sum",
            "The largest of your probabilities is always 1. Divide by the sum of the odds.",
            lambda sums: np.exp(sums - sums.max()) / np.exp(sums - sums.max()).max(),
        ),
        Misconception(
            "shares of the sigmoids",
            "These are shares of the outputs. Notebook 1 makes odds of the outputs first: e to the"
            " power of each sum.",
            lambda sums: _sigmoid(sums) / _sigmoid(sums).sum(),
        ),
        Misconception(
            "adds along an axis that is not there",
            "Is the error about an axis? Here is one row of sums, not a table with one row per"
            " digit. Which numbers are to be added?",
            lambda sums: np.exp(sums) / np.exp(sums).sum(axis=1, keepdims=True),
        ),
        Misconception(
            "overflow",
            "e to the power of 1000 is more than a computer can hold, and e to the power of -1000"
            " is 0 to it. Shares do not change if the same number is subtracted from all sums."
            " Which number makes the largest power 1?",
            _plain_softmax,
        ),
        *(
            Misconception(
                "subtracts a sum that is not the largest",
                "Subtracting is right. But another sum may be far larger than the one that you"
                " subtract, and its power overflows.",
                subtracted,
            )
            for subtracted in (
                lambda sums: _plain_softmax(sums - sums[0]),
                lambda sums: _plain_softmax(sums - sums.min()),
            )
        ),
        *(
            Misconception(
                "cuts off large sums",
                "Sums that are cut off at the same number become equal, and they were not. What can"
                " be done to *all* sums without changing the shares?",
                lambda sums, lowest=lowest: _plain_softmax(np.clip(sums, lowest, 700)),
            )
            for lowest in (None, -700)
        ),
    ),
    why="Every network of this course gets its probabilities in this way; language models do too.",
)


def _loss(probabilities: Any, labels: Any) -> float:
    right = np.asarray(probabilities)[np.arange(len(labels)), labels]
    return float(-np.log(right).mean()) + 0.0  # not -0


def _rows(rng: np.random.Generator, digits: int) -> tuple[np.ndarray, np.ndarray]:
    probabilities = rng.dirichlet(np.ones(10), digits)
    return probabilities, rng.integers(0, 10, digits)


def _batches(rng: np.random.Generator) -> list[Case]:
    even = np.full((1, 10), 0.1)
    half = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])
    return [
        Case("one digit, ten equal probabilities", (even, np.array([3]))),
        Case("two digits, three neurons", (half, np.array([0, 1]))),
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
            "mean over all neurons too",
            "Only one probability of each digit counts, that of its label. Divide by the number of"
            " digits, not by the number of all probabilities.",
            lambda probabilities, labels: _loss(probabilities, labels) / probabilities.shape[1],
        ),
        Misconception(
            "always ten columns",
            "Does the error speak of shapes, or of an index? There need not be ten columns here:"
            " how many has `probabilities`?",
            lambda probabilities, labels: float(
                -np.log((probabilities * np.eye(10)[labels]).sum(axis=1)).mean()
            ),
        ),
        Misconception(
            "every label with every digit",
            "Right for one digit. For more, this picks the columns of *all* labels in each row."
            " Each row needs one number, in the column of its own label.",
            lambda probabilities, labels: float(-np.log(probabilities[:, labels]).mean()),
        ),
        Misconception(
            "takes all probabilities, not the label's",
            "This uses every probability. Only that of a digit's label counts.",
            lambda probabilities, labels: float(-np.log(probabilities).mean()),
        ),
        Misconception(
            "a loss for each digit",
            "These are the losses of the single digits. The loss of the batch is one number, their"
            " mean.",
            lambda probabilities, labels: -np.log(probabilities[np.arange(len(labels)), labels]),
        ),
        Misconception(
            "multiplies the logarithms by the targets",
            "A probability of 0 has no logarithm, and 0 times that is not a number either. Pick the"
            " probability of the label first, then take the logarithm.",
            lambda probabilities, labels: float(
                -(np.eye(probabilities.shape[1])[labels] * np.log(probabilities)).sum(axis=1).mean()
            ),
        ),
    ),
    why="It is the one number that training lowers; ten equal probabilities have 2.303.",
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
            "counts the biases twice",
            "Each neuron has one bias. You have counted two.",
            lambda side: 26 * (side * side + 2),
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

EXERCISES = (SOFTMAX, LOSS, GRADIENT_STEP, WEIGHTS, RATE)
