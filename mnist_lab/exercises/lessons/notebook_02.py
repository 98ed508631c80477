"""The exercises to notebook 2: a hidden layer forward and back, weights by hand, and the rate."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons import hidden_layers as layers

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
    ),
    why="Every dense network is this line, repeated: a sum, a bend, a sum.",
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
    ),
    why="A network with more layers repeats this step, once for each layer, from back to front.",
)

PAIRS = Exercise(
    name="02.3",
    title="Weights that undo an inversion",
    function="pair_weights",
    right=layers.pair_weights,
    cases=lambda rng: [
        Case("the corner and one other pixel", (2,)),
        Case("the corner and two other pixels", (3,)),
        Case("the corner alone", (1,)),
        Case("more pixels", (int(rng.integers(8, 16)),)),
        Case("a hundred pixels", (100,)),
    ],
    misconceptions=(
        Misconception(
            "leaves out the corner",
            "These neurons look at their pixel alone. Each needs a second weight, for the corner.",
            lambda inputs: layers.pairs(np.eye(inputs)),
        ),
        Misconception(
            "both neurons of a pair are alike",
            "The second neuron of a pair should be active where the first is not. Both of yours"
            " have the same weights.",
            lambda inputs: layers.beside(layers.from_corner(inputs), 1),
        ),
        Misconception(
            "the corner's weights in a column",
            "A row of `w1` belongs to a pixel, a column to a neuron. The corner is a pixel.",
            lambda inputs: layers.pairs(layers.from_corner(inputs).T),
        ),
        Misconception(
            "the corner's own pair",
            "All columns are right but those of pixel 0. There, two weights meet at one place:"
            " its own, and the corner's. They add up.",
            lambda inputs: layers.pairs(layers.with_row(inputs, -1)),
        ),
        Misconception(
            "the corner is the last pixel",
            "The corner is pixel 0, the upper left one.",
            lambda inputs: layers.pairs(np.eye(inputs) - np.eye(inputs)[-1:].repeat(inputs, 0).T),
        ),
        Misconception(
            "subtracts in the output layer",
            "`w1` is right. In `w2`, the outputs of a pair are *added*: one of them is always 0.",
            lambda inputs: (
                layers.pair_weights(inputs)[0],
                np.vstack([np.eye(inputs), -np.eye(inputs)]),
            ),
        ),
        Misconception(
            "pair by pair",
            "Your layer does what it should, but its neurons stand in another order. First come"
            " all the neurons of the first kind, then all those of the second.",
            layers.pair_by_pair,
        ),
        Misconception(
            "the second half below, not beside",
            "`w1` has a row for each pixel and a column for each neuron, and there are twice as"
            " many neurons as pixels. Look at `axis`.",
            lambda inputs: (
                np.vstack([layers.from_corner(inputs), -layers.from_corner(inputs)]),
                layers.pair_weights(inputs)[1],
            ),
        ),
    ),
    why="A layer of 1,568 such neurons undoes what no single layer can: you have written it down.",
)


def _draw_rates(function: Any) -> Any:
    from mnist_lab.plots import line_plot

    rates = np.asarray(function(200, 0.008), float).tolist()
    return line_plot({"one cycle": (range(200), rates)}, xlabel="step", ylabel="learning rate")


RATES = Exercise(
    name="02.4",
    title="A learning rate that rises and falls",
    function="one_cycle",
    right=layers.one_cycle,
    cases=layers.trainings,
    misconceptions=(
        Misconception(
            "begins at 0",
            "The first rate is a 25th of the highest, not 0: with a rate of 0, the first step"
            " would change nothing.",
            lambda steps, highest: layers.one_cycle(steps, highest, first=0),
        ),
        Misconception(
            "never falls",
            "The way up is right. After three tenths of the steps, the rate falls to 0.",
            lambda steps, highest: layers.one_cycle(steps, highest, last=1),
        ),
        Misconception(
            "turns in the middle",
            "The highest rate comes after three tenths of the steps, not after half of them.",
            lambda steps, highest: layers.one_cycle(steps, highest, turn=0.5),
        ),
        Misconception(
            "jumps at the top",
            "The way up is right. Where it ends, the rate drops at once: three tenths of the way"
            " down seem to have been walked already. The fall begins at the highest rate.",
            layers.jumping,
        ),
        Misconception(
            "falls to a 25th",
            "The way up is right. Look at the last rates: the fall ends at 0, not where the rise"
            " began.",
            lambda steps, highest: layers.one_cycle(steps, highest, last=1 / 25),
        ),
        Misconception(
            "counts the steps from 1",
            "Your rates are one step ahead: before the first step, nothing is done yet.",
            lambda steps, highest: layers.one_cycle(steps, highest, done=1),
        ),
        Misconception(
            "the last step has the rate 0",
            "Before the last step, not all is done yet. What is `step / steps` there?",
            layers.down_to_zero,
        ),
        Misconception(
            "forgets the highest rate",
            "These are shares of the highest rate. Multiply.",
            lambda steps, highest: layers.one_cycle(steps, 1.0),
        ),
    ),
    why="`lab.train` does it with `schedule='one_cycle'`, in the training of this rung.",
    figure=_draw_rates,
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
    ),
    why="This is why the weights start as random numbers: equal neurons would be one neuron.",
)

EXERCISES = (FORWARD, BACKWARD, PAIRS, RATES, ALIKE)
