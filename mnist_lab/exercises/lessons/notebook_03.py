"""The exercises to notebook 3: weights counted, early stopping, dropout, and gains over seeds."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Exercise, Misconception, Question
from mnist_lab.exercises.lessons import trained_longer as runs

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
    ),
    why="It tells you before you build a network where its weights sit, and how many a layer adds.",
)

STOPPING = Exercise(
    name="03.2",
    title="Stop early",
    function="stop_early",
    right=runs.stopped,
    cases=runs.trainings,
    tolerance=1e-9,
    misconceptions=(
        Misconception(
            "knows the future",
            "Your best epoch comes after the training has ended. Whoever stops never sees the later"
            " losses.",
            lambda losses, patience: (
                int(np.argmin(losses)) + 1,
                runs.stopped(losses, patience)[1],
            ),
        ),
        Misconception(
            "never stops",
            "The training runs to the last loss here. It should end as soon as the patience is"
            " used up.",
            lambda losses, patience: (int(np.argmin(losses)) + 1, len(losses)),
        ),
        Misconception(
            "keeps the weights of the last epoch",
            "The end is right. But you go back to the epoch with the lowest loss.",
            lambda losses, patience: (runs.stopped(losses, patience)[1],) * 2,
        ),
        Misconception(
            "counts the epochs from 0",
            "Python counts from 0, but the first epoch has the number 1.",
            lambda losses, patience: tuple(epoch - 1 for epoch in runs.stopped(losses, patience)),
        ),
        Misconception(
            "counts the best epoch from 0",
            "The end is right. The best epoch is counted from 1, too.",
            lambda losses, patience: (
                runs.stopped(losses, patience)[0] - 1,
                runs.stopped(losses, patience)[1],
            ),
        ),
        Misconception(
            "an equal loss counts as lower",
            "A loss that is equal to the lowest one is not lower: it uses up patience, and the"
            " earlier epoch stays the best.",
            lambda *training: runs.stopped_otherwise(*training, ties=True),
        ),
        Misconception(
            "compares with the epoch before",
            "A loss has to be lower than the *lowest* so far. Lower than the one before is not"
            " enough.",
            lambda *training: runs.stopped_otherwise(*training, previous=True),
        ),
        Misconception(
            "does not begin to count again",
            "The patience is for epochs in a row. What happens to your count when a new lowest loss"
            " comes?",
            lambda *training: runs.stopped_otherwise(*training, in_all=True),
        ),
        Misconception(
            "one epoch too many",
            "With a patience of 3, the third epoch in a row without a lower loss is the last one.",
            lambda losses, patience: runs.stopped(losses, patience + 1),
        ),
        Misconception(
            "one epoch too few",
            "With a patience of 3, the third epoch in a row without a lower loss is the last one."
            " Yours ends one earlier.",
            lambda losses, patience: (
                runs.stopped(losses, patience - 1) if patience > 1 else runs.stopped(losses, 1)
            ),
        ),
    ),
    why="It is what `keras.callbacks.EarlyStopping` does with `restore_best_weights=True`.",
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
    ),
    why="So nothing has to be changed when the trained network answers, and nothing is dropped.",
)


def _in_fractions(baseline: Any, setting: Any, t: float) -> np.ndarray:
    return runs.interval(baseline, setting, t) / 100


def _extremes(baseline: Any, setting: Any, t: float) -> np.ndarray:
    differences = 100 * np.subtract(setting, baseline)
    return np.array([differences.min(), differences.mean(), differences.max()])


INTERVAL = Exercise(
    name="03.4",
    title="A gain with its interval",
    function="gain_interval",
    right=runs.interval,
    cases=runs.comparisons,
    misconceptions=(
        Misconception(
            "forgets the pairs",
            "The gain is right, the interval is not: you mix the spreads of the two settings. First"
            " take the difference for each seed. Then look at these differences alone.",
            runs.unpaired,
        ),
        Misconception(
            "divides by n, not by n - 1",
            "Nearly. The standard deviation of a few differences divides by their number minus 1;"
            " `np.std` does so with `ddof=1`.",
            lambda a, b, t: runs.interval_with(a, b, t * runs.spread(a, b, 0) / len(a) ** 0.5),
        ),
        Misconception(
            "the spread of single seeds",
            "This is for one seed more, not for the mean. A mean of many seeds is surer: divide by"
            " the root of their number.",
            lambda a, b, t: runs.interval_with(a, b, t * runs.spread(a, b)),
        ),
        Misconception(
            "divides by n, not by its root",
            "This interval is too narrow. By what is the standard deviation divided?",
            lambda a, b, t: runs.interval_with(a, b, t * runs.spread(a, b) / len(a)),
        ),
        Misconception(
            "forgets Student's number",
            "The standard deviation of the mean is right. The interval reaches `t` times as far.",
            lambda a, b, t: runs.interval(a, b, 1.0),
        ),
        Misconception(
            "from the worst seed to the best",
            "The gain is right. The smallest and the largest difference are not the interval of the"
            " mean.",
            _extremes,
        ),
        Misconception(
            "in fractions, not in points",
            "The numbers are right as fractions. From 0.95 to 0.96 is one point.",
            _in_fractions,
        ),
        Misconception(
            "the wrong way round",
            "A setting that reads more digits than the baseline has a gain above 0.",
            lambda a, b, t: runs.interval(b, a, t),
        ),
        Misconception(
            "subtracts lists",
            "Is the error about lists? Python cannot subtract whole lists. Make arrays of them"
            " first, with `np.array`.",
            lambda a, b, t: b - a,
        ),
    ),
    why="`lab.evaluation.paired_gains` computes it, for each setting of this notebook.",
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
    ),
    why="Whoever tries many settings finds a gain by luck: try the best again, with new seeds.",
)

EXERCISES = (WEIGHTS, STOPPING, DROPOUT, INTERVAL, LUCK)
