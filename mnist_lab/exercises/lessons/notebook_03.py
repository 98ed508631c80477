"""The exercises to notebook 3: weights counted, early stopping, dropout, and gains over seeds."""

import numpy as np

from mnist_lab.exercises.exercise import Exercise, Misconception, Question
from mnist_lab.exercises.lessons import trained_longer as runs
from mnist_lab.exercises.lessons.gains import INTERVAL
from mnist_lab.exercises.lessons.stopping import STOPPING

WEIGHTS = Exercise(
    name="03.1",
    title="How many weights",
    function="number_of_weights",
    right=runs.weights_of,
    cases=runs.networks,
    tolerance=1e-9,
    misconceptions=(
        Misconception(
            "forgets the biases",
            "These are the weights between the layers. Each neuron has one more, its bias.",
            lambda sizes: runs.weights_of(sizes, []),
        ),
        Misconception(
            "gives the inputs biases",
            "The pixels are inputs, not neurons: they have no biases.",
            lambda sizes: runs.weights_of(sizes, sizes),
        ),
        Misconception(
            "one bias for each layer",
            "Each neuron of a layer has a bias of its own.",
            lambda sizes: runs.weights_of(sizes, [1] * (len(sizes) - 1)),
        ),
        Misconception(
            "stops before the last layer",
            "A layer is missing: the output layer has weights too. How far does your loop go?",
            lambda sizes: runs.weights_of(sizes[:-1]),
        ),
        Misconception(
            "begins after the first layer",
            "The weights in front of the first layer of neurons are missing. Where does your loop"
            " begin?",
            lambda sizes: runs.weights_of(sizes[1:]),
        ),
        Misconception(
            "every layer sees the pixels",
            "Only the first hidden layer sees the pixels. The next one sees the outputs of the"
            " layer before it.",
            lambda sizes: sum(size * (sizes[0] + 1) for size in sizes[1:]),
        ),
        Misconception(
            "multiplies the layers",
            "The weights of one layer are a product. Those of several layers are added.",
            lambda sizes: int(np.prod(sizes)),
        ),
        Misconception(
            "biases of the hidden layers alone",
            "Right but for the output layer: its neurons have biases too.",
            lambda sizes: runs.weights_of(sizes, sizes[1:-1]),
        ),
        Misconception(
            "zip of two lists of different length",
            "Does the error speak of `zip`? `sizes[1:]` is one shorter than `sizes`, and with"
            " `strict=True` both must be equally long. Which size has no layer behind it?",
            lambda sizes: sum(b * (a + 1) for a, b in zip(sizes, sizes[1:], strict=True)),
        ),
        Misconception(
            "goes on after the last layer",
            "Does the error speak of an index? The last size of the list has none after it. How far"
            " should your loop go?",
            lambda sizes: sum((sizes[place] + 1) * sizes[place + 1] for place in range(len(sizes))),
        ),
        Misconception(
            "written for two hidden layers",
            "This is for two hidden layers. The list may be shorter or longer: go through it in a"
            " loop.",
            lambda sizes: runs.weights_of([sizes[0], sizes[1], sizes[2], sizes[3]]),
        ),
    ),
    why="It tells you before you build a network where its weights sit, and how many a layer adds.",
)

DROPOUT = Exercise(
    name="03.3",
    title="Dropout",
    function="dropout",
    right=runs.dropped,
    cases=runs.layers,
    misconceptions=(
        Misconception(
            "does not make up for what is dropped",
            "The right outputs are dropped. Those that stay have to be larger, so that the sums"
            " behind them stay as large on average.",
            lambda hidden, numbers, rate: hidden * (numbers >= rate),
        ),
        Misconception(
            "makes the outputs smaller",
            "The right outputs are dropped. But those that stay have to become larger, and yours"
            " become smaller.",
            lambda hidden, numbers, rate: hidden * (numbers >= rate) * (1 - rate),
        ),
        Misconception(
            "divides by the rate",
            "The right outputs are dropped. With a rate of 0.2, eight tenths of them stay. By which"
            " of the two shares should you divide?",
            lambda hidden, numbers, rate: hidden * (numbers >= rate) / rate,
        ),
        Misconception(
            "drops what should stay",
            "The rate is the share that is *dropped*. With a rate of 0.2, most outputs stay.",
            lambda hidden, numbers, rate: hidden * (numbers < rate) / (1 - rate),
        ),
        Misconception(
            "drops what should stay",
            "The rate is the share that is *dropped*. With a rate of 0.2, most outputs stay.",
            lambda hidden, numbers, rate: hidden * (numbers < rate) / max(rate, 1e-12),
        ),
        Misconception(
            "divides by the share that happened to stay",
            "You divide by the share that stayed this time, which chance decides. Divide by the"
            " share that is to be expected, from the rate alone.",
            lambda hidden, numbers, rate: hidden * (numbers >= rate) / np.mean(numbers >= rate),
        ),
        Misconception(
            "drops a number equal to the rate",
            "Nearly. An output is dropped where its number is *below* the rate.",
            lambda hidden, numbers, rate: hidden * (numbers > rate) / (1 - rate),
        ),
        Misconception(
            "compares the outputs with the rate",
            "The random numbers say which outputs are dropped. Yours are dropped because they are"
            " small.",
            lambda hidden, numbers, rate: hidden * (hidden >= rate) / (1 - rate),
        ),
        Misconception(
            "always divides by 0.8",
            "The right outputs are dropped. But 0.8 belongs to a rate of 0.2, and `rate` may be"
            " another number.",
            lambda hidden, numbers, rate: hidden * (numbers >= rate) / 0.8,
        ),
        Misconception(
            "drops the same neurons for each digit",
            "The first digit is right. Each digit has random numbers of its own: a row of `numbers`"
            " for each row of `hidden`.",
            lambda hidden, numbers, rate: hidden * (numbers[0] >= rate) / (1 - rate),
        ),
    ),
    why="So nothing has to be changed when the trained network answers, and nothing is dropped.",
)


def _remedies(term: int) -> dict[str, int]:
    return {"remedies": 40 if term == 0 else 80 + 40 * (term % 5)}


LUCK = Question(
    name="03.5",
    title="Gains by luck",
    answer="by_luck",
    numbers=_remedies,
    right=lambda remedies: remedies * 0.05 / 2,
    within=0.01,
    unit="remedies",
    misconceptions=(
        Misconception(
            "counts both sides",
            "So many intervals miss zero. But some of them lie below it: those look like a loss.",
            lambda remedies: remedies * 0.05,
        ),
        Misconception(
            "without an effect, nothing is seen",
            "None of them has an effect. But a 95 % interval misses the truth now and then.",
            lambda remedies: 0,
        ),
        Misconception(
            "counts the intervals that hold zero",
            "So many intervals hold zero. Those do not look like a gain.",
            lambda remedies: remedies * 0.95,
        ),
        Misconception(
            "half of them",
            "About half of the means lie above zero. Here the whole interval has to.",
            lambda remedies: remedies / 2,
        ),
        *(
            Misconception(
                "a share, not a number",
                "This is a share, or per cent. How many of the remedies are meant?",
                lambda remedies, share=share: share,
            )
            for share in (0.05, 0.025, 0.5, 2.5)
        ),
    ),
    why="Whoever tries many settings finds a gain by luck: try the best again, with new seeds.",
)

EXERCISES = (WEIGHTS, STOPPING, DROPOUT, INTERVAL, LUCK)
