"""The claims of notebook 2."""

from itertools import pairwise
from statistics import mean

from tools.claims.claim import Run, general, our_run


def full(run: Run) -> bool:
    """Return whether a run has learned from the digits of full MNIST."""
    return run.source == "mnist" and run.train > 50_000


def means(run: Run) -> dict[str, float]:
    """Return the mean accuracy of each number of hidden neurons."""
    return {width: mean(values) for width, values in run.by_width.items()}


def gains(run: Run) -> list[float]:
    """Return what each step to more hidden neurons adds to the mean accuracy."""
    values = [means(run)[str(width)] for width in sorted(map(int, run.by_width))]
    return [after - before for before, after in pairwise(values)]


def spread(values: list[float]) -> float:
    """Return the distance from the lowest to the highest value."""
    return max(values) - min(values)


CLAIMS = [
    general(
        "So a layer of 1,568 ReLU neurons, with weights that one can write down, undoes the"
        " inversion.",
        lambda run: run.restored_share > 0.99,
    ),
    general(
        "The two agree up to rounding: the largest difference is less than a thousandth of the"
        " largest slope.",
        lambda run: run.largest_difference < run.largest_slope / 1000,
    ),
    general(
        "On full MNIST, `lab.train` is the quicker one.",
        lambda run: run.twin_seconds < run.keras_seconds,
        applies=full,
    ),
    general(
        "The network does better on the digits it learns from (dashed) than on new ones (solid).",
        lambda run: run.on_training > run.validation_accuracy,
    ),
    general(
        "The single layer makes more mistakes.",
        lambda run: run.single_score < run.validation_accuracy,
    ),
    general(
        "On full MNIST it makes more than three times as many.",
        lambda run: 1 - run.single_score > 3 * (1 - (run.validation_accuracy or 0)),
        applies=full,
    ),
    general(
        # Half of the digits, and of the other half the most frequent kind, at most 12 %.
        "The network reads more of them than any single layer can.",
        lambda run: run.mixed_accuracy > 0.56,
    ),
    general(
        "On full MNIST it reads more than nine in ten.",
        lambda run: run.mixed_accuracy > 0.9,
        applies=full,
    ),
    general(
        "Most neurons serve more than one kind of digit.",
        lambda run: run.serving["two to nine"] + run.serving["all ten"] > 0.5,
    ),
    general(
        "Most respond to several kinds of digit, and a digit is a pattern over many neurons.",
        lambda run: run.serving["two to nine"] + run.serving["all ten"] > 0.5,
    ),
    general(
        "On average, thirty hidden neurons read more digits than ten, and a hundred more than"
        " thirty.",
        lambda run: means(run)["10"] < means(run)["30"] < means(run)["100"],
    ),
    our_run(
        "In our run each step gains less than the step before.",
        lambda run: gains(run) == sorted(gains(run), reverse=True),
    ),
    our_run(
        "The last step, from 300 to 1,000, gains about a third of a point, and the three seeds of"
        " 1,000 neurons lie nearly as far apart.",
        lambda run: (
            0.28 < 100 * gains(run)[-1] < 0.39
            and 0.8 * gains(run)[-1] < spread(run.by_width["1000"]) <= gains(run)[-1]
        ),
    ),
    our_run(
        "There, another seed matters about as much as the next step.",
        lambda run: 0.8 * gains(run)[-1] < spread(run.by_width["1000"]) < 1.25 * gains(run)[-1],
    ),
    our_run(
        "In our run, 100 neurons took less than twice as long as 10, and 1,000 more than four times"
        " as long as 100.",
        lambda run: (
            run.width_seconds["100"] < 2 * run.width_seconds["10"]
            and run.width_seconds["1000"] > 4 * run.width_seconds["100"]
        ),
    ),
    general(
        "It is less sure where it is wrong than where it is right.",
        lambda run: run.sure_when_wrong < run.sure_when_right,
    ),
    general(
        "Even so, it gives its wrong answers more than half of the probability, on average.",
        lambda run: run.sure_when_wrong > 0.5,
    ),
]

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "The parameters are those of notebook 1, and two more.": "code",
    "The two differ in the hidden layer alone.": "code",
    "It is called **hidden** because nobody tells it what to look for.": "definition",
    "Each of the ten output neurons does the same with what the hidden neurons hand on.": "code",
    "`first @ second` is a single table of weights, and it gives the same answers for every"
    " picture.": "mathematics",
    "A weighted sum of weighted sums is a weighted sum, so two such layers can do no more than"
    " one.": "mathematics",
    "The slope of the sigmoid is never more than ¼.": "mathematics",
    "Notebook 1 ended with digits of which every second one was inverted, so that a pixel $x$"
    " became $1 - x$.": "definition",
    "Paper has become 1, ink 0, and only the grey ½ stays as it was.": "mathematics",
    "A weighted sum of one pixel rises from 0 to 1, or falls, or stays level.": "mathematics",
    "It cannot give paper and ink the same answer, and grey another.": "mathematics",
    "Both added give the distance of the pixel from ½, which is the same for $x$ and for"
    " $1 - x$.": "mathematics",
    "Inverting the picture changes nothing.": "mathematics",
    "The same trick reads whole pictures.": "printed",
    "In notebook 1 each weight led straight to one of the ten answers, and its slope was"
    " (probability − label) times the pixel.": "mathematics",
    "A weight in front of the hidden layer reaches the loss only through the weights behind"
    " it.": "definition",
    "The sigmoids of notebook 1 go with it only through a detail of Keras.": "notebook 1, from"
    " Keras's source: its TensorFlow backend remembers the logits of an activation",
    "The error of a hidden neuron is the sum of the ten errors, each times the weight that leads"
    " there.": "mathematics",
    "Elsewhere the slope is 0, and nothing passes.": "mathematics",
    "The slope of a weight is what goes into the weight on the way forward, times the error at"
    " its other end.": "mathematics",
    "Then we ask Keras for the same slopes.": "code",
    "We move all weights against their slopes, half of each slope per step, in a single pass over"
    " the training digits.": "code",
    "Three passes over the training digits are enough for a comparison.": "instruction",
    "The cell after it does the same in the short form:": "code",
    "The rate rises over the first three tenths of the training to the value above, then falls in"
    " a straight line to zero.": "code",
    "We train the single layer of notebook 1 on the same digits, with as many passes and the same"
    " rates.": "code",
    "But a network that is better on the whole need not be better on every digit:"
    " the gallery shows digits that only the single layer reads right.": "code",
    "When every second digit is inverted, a single layer can read about 55 % of the digits at"
    " most, and training did not even get there (notebook 1).": "notebook 1, the proof",
    "We say that a neuron **serves** a kind of digit if it is active for more than half of the"
    " digits of this kind.": "definition",
    "To keep it short, each network learns from at most 10,000 digits.": "code",
    "`lab.train_many` does for several networks what `lab.train` does for one, in less time, and"
    " returns a table with a row for each.": "benchmarks: less than half of the time",
    "The same in numbers.": "printed",
    "*Gain* is what the step from the row above adds to the mean, and *spread* the distance from"
    " the worst to the best of the three seeds.": "definition",
    "The arithmetic grows in proportion: ten times the neurons, ten times the"
    " multiplications.": "mathematics",
    "LeCun and colleagues (1998) report 95.3 % for 300 hidden neurons trained with squared"
    " error.": "LeCun et al. (1998), table on the MNIST page",
    "Nielsen (*Neural Networks and Deep Learning*, 2015, chapter 6) reports 97.80 % for 100 hidden"
    " neurons, sigmoids, after at most 60 epochs.": "Nielsen (2015), chapter 6",
    "Simard and colleagues (2003) report 98.4 % for 800 hidden neurons.": "Simard et al. (2003)",
    "In the table, `improvement` is the gain over the row above, and whether it is more than"
    " chance.": "definition",
    "The comparison above is the fair one: there the training was the same, and the two differed"
    " in the hidden layer alone.": "code",
    "A hidden neuron can answer to what no single sum can, such as a pixel that differs from"
    " paper, and the output layer combines many such answers.": "mathematics",
    "The slope of a weight is what goes into it times the error behind it.": "mathematics",
    "They are enough where a step to more neurons gains less than another seed"
    " changes.": "definition",
    "Write the way back yourself, find out what happens when all neurons start alike, and"
    " more:": "instruction",
}
