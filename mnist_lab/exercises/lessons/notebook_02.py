"""The exercises to notebook 2: a hidden layer forward and back, weights by hand, and the rate."""

import numpy as np

from mnist_lab.exercises.exercise import Exercise, Misconception, Question
from mnist_lab.exercises.lessons import hidden_layers as layers
from mnist_lab.exercises.lessons.one_cycle import RATES
from mnist_lab.exercises.lessons.pairs import PAIRS

FORWARD = Exercise(
    name="02.1",
    title="From pixels to scores",
    function="scores_of",
    right=layers.scores,
    cases=layers.networks,
    misconceptions=(
        Misconception(
            "no bend in between",
            "These are weighted sums of weighted sums: without a bend, two layers are one. What"
            " does a hidden neuron hand on when its sum is negative?",
            lambda x, w1, b1, w2, b2: (x @ w1 + b1) @ w2 + b2,
        ),
        Misconception(
            "ReLU on the scores too",
            "The hidden layer is right. A score may be negative: ReLU stands behind the hidden"
            " sums only.",
            lambda *network: np.maximum(layers.scores(*network), 0),
        ),
        Misconception(
            "forgets the hidden biases",
            "Each hidden neuron adds its bias to its sum. Where does `b1` go in?",
            lambda x, w1, b1, w2, b2: layers.scores(x, w1, 0 * b1, w2, b2),
        ),
        Misconception(
            "forgets the output biases",
            "The hidden layer is right. The output neurons have biases as well, `b2`.",
            lambda x, w1, b1, w2, b2: layers.scores(x, w1, b1, w2, 0 * b2),
        ),
        Misconception(
            "adds the hidden biases after the bend",
            "The bias belongs to the sum, and ReLU looks at the whole sum. So what comes first?",
            lambda x, w1, b1, w2, b2: (np.maximum(x @ w1, 0) + b1) @ w2 + b2,
        ),
        Misconception(
            "sigmoid instead of ReLU",
            "This squeezes the hidden sums into 0 to 1. ReLU leaves a positive sum as it is.",
            lambda x, w1, b1, w2, b2: (1 / (1 + np.exp(-(x @ w1 + b1)))) @ w2 + b2,
        ),
        Misconception(
            "takes away the sign",
            "A negative sum becomes 0, not a positive number.",
            lambda x, w1, b1, w2, b2: np.abs(x @ w1 + b1) @ w2 + b2,
        ),
        Misconception(
            "keeps the negative sums",
            "This keeps what ReLU makes 0, and makes 0 what ReLU keeps.",
            lambda x, w1, b1, w2, b2: np.minimum(x @ w1 + b1, 0) @ w2 + b2,
        ),
        Misconception(
            "goes on to the probabilities",
            "You have gone one step too far. The scores are the sums before the softmax.",
            lambda *network: layers.softmax(layers.scores(*network)),
        ),
        Misconception(
            "hands on whether a neuron is active",
            "This hands on 1 where a neuron is active. That is the slope of ReLU. ReLU itself"
            " leaves a positive sum as it is.",
            lambda x, w1, b1, w2, b2: (x @ w1 + b1 > 0) @ w2 + b2,
        ),
        Misconception(
            "Python's max",
            "Does the error speak of a truth value? Python's `max` compares single numbers;"
            " `np.maximum` compares each number of a table with 0.",
            lambda x, w1, b1, w2, b2: max(x @ w1 + b1, 0) @ w2 + b2,
        ),
        Misconception(
            "np.max in place of np.maximum",
            "`np.max` looks for the largest number of each column. `np.maximum` compares each"
            " number with another one, here with 0.",
            lambda x, w1, b1, w2, b2: np.max(x @ w1 + b1, 0) @ w2 + b2,
        ),
    ),
    why="Every dense network is this, repeated: a sum, a bend, a sum.",
)

BACKWARD = Exercise(
    name="02.2",
    title="The way back through ReLU",
    function="hidden_slopes",
    right=layers.hidden_slopes,
    cases=layers.ways_back,
    misconceptions=(
        Misconception(
            "everything passes back",
            "An inactive neuron hands on 0, and a small change of its weights changes nothing. So"
            " nothing may pass back through it. Look at `sums`.",
            lambda x, sums, error, w2: layers.slopes_of(x, error @ w2.T),
        ),
        Misconception(
            "cuts negative errors, not inactive neurons",
            "This is ReLU of the error. An error may have any sign: whether it passes depends on"
            " the *sum* of the neuron on the way forward.",
            lambda x, sums, error, w2: layers.slopes_of(x, np.maximum(error @ w2.T, 0)),
        ),
        Misconception(
            "multiplies by ReLU, not by its slope",
            "The error is multiplied by the slope of ReLU, which is 1 or 0, not by what the neuron"
            " hands on.",
            lambda x, sums, error, w2: layers.slopes_of(x, error @ w2.T * np.maximum(sums, 0)),
        ),
        Misconception(
            "a sum of 0 counts as active",
            "Nearly. A neuron is active where its sum is *above* 0; at exactly 0 nothing passes.",
            lambda x, sums, error, w2: layers.slopes_of(x, error @ w2.T * (sums >= 0)),
        ),
        Misconception(
            "divides by the number of digits again",
            "Right for one digit. `error` has been divided by the number of digits already.",
            lambda x, sums, error, w2: layers.hidden_slopes(x, sums, error / len(x), w2),
        ),
        Misconception(
            "takes the mean for the biases",
            "The slopes of the weights are right. Those of the biases are sums over the digits:"
            " `error` has been divided by their number already.",
            lambda *given: (
                layers.hidden_slopes(*given)[0],
                layers.hidden_slopes(*given)[1] / len(given[0]),
            ),
        ),
        Misconception(
            "the table of slopes lies on its side",
            "The numbers are right, but the table must look like `w1`: a row for each pixel, a"
            " column for each hidden neuron.",
            lambda *given: (layers.hidden_slopes(*given)[0].T, layers.hidden_slopes(*given)[1]),
        ),
        Misconception(
            "a table the wrong way round",
            "In `a @ b`, the columns of `a` are as many as the rows of `b`. Write the shapes beside"
            " your line: which table has to be turned?",
            lambda x, sums, error, w2: layers.slopes_of(x, error @ w2 * (sums > 0)),
        ),
        Misconception(
            "the biases first",
            "Both are right, but in the other order: the slopes of `w1` come first.",
            lambda *given: layers.hidden_slopes(*given)[::-1],
        ),
        Misconception(
            "adds up the biases' slopes of each digit",
            "The slopes of the weights are right. Those of the biases are added up over the digits,"
            " so that one number is left for each hidden neuron. Look at `axis`.",
            lambda x, sums, error, w2: (
                layers.hidden_slopes(x, sums, error, w2)[0],
                (error @ w2.T * (sums > 0)).sum(axis=1),
            ),
        ),
        Misconception(
            "one slope for all biases",
            "The slopes of the weights are right. But each hidden neuron has a bias of its own, so"
            " there are as many slopes as hidden neurons. Look at `axis`.",
            lambda *given: (layers.hidden_slopes(*given)[0], layers.hidden_slopes(*given)[1].sum()),
        ),
    ),
    why="A network with more layers repeats this step, once for each layer, from back to front.",
    parts=("the slopes of `w1`", "the slopes of `b1`"),
)


def _groups(term: int) -> dict[str, int]:
    if term == 0:
        return {"neurons": 100, "alike": 30}
    return {"neurons": 110 + 10 * (term % 8), "alike": 31 + term % 8}


ALIKE = Question(
    name="02.5",
    title="Neurons that start alike",
    answer="different",
    numbers=_groups,
    right=lambda neurons, alike: neurons - alike + 1,
    misconceptions=(
        Misconception(
            "training makes them differ",
            "What would make two neurons differ that have the same weights in front and behind?"
            " Follow the way back: which error does each of them get, and which slopes?",
            lambda neurons, alike: neurons,
        ),
        Misconception(
            "the equal ones do not learn",
            "They learn: their slopes need not be 0. How many different pictures do they make?",
            lambda neurons, alike: neurons - alike,
        ),
        Misconception(
            "all become alike",
            "Only neurons with the same weights have the same slopes. The others start at random.",
            lambda neurons, alike: 1,
        ),
        Misconception(
            "counts the equal ones only",
            "Those are the ones that started alike. How many different pictures are there in all?",
            lambda neurons, alike: alike,
        ),
        Misconception(
            "one picture for all the others",
            "Which neurons make one picture together: those that started alike, or those that"
            " started at random?",
            lambda neurons, alike: alike + 1,
        ),
        Misconception(
            "takes one away in place of adding it",
            "Nearly. Do the equal neurons leave no picture at all?",
            lambda neurons, alike: neurons - alike - 1,
        ),
        Misconception(
            "one less",
            "If so many neurons share one picture, more than one picture is missing.",
            lambda neurons, alike: neurons - 1,
        ),
    ),
    why="This is why the weights start as random numbers: equal neurons would be one neuron.",
)

EXERCISES = (FORWARD, BACKWARD, PAIRS, RATES, ALIKE)
