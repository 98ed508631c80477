"""The claims of notebook 2."""

from itertools import pairwise
from statistics import mean

from tools.claims.claim import Run, general, our_run


def full(run: Run) -> bool:
    """Return whether a run has learned from the digits of full MNIST."""
    return run.source == "mnist" and run.train > 50_000


def usual(run: Run) -> bool:
    """Return whether a run has also kept the size of the network and the length of its training."""
    return full(run) and run.parameters["units"] == 100 and run.parameters["epochs"] == 20


def means(run: Run) -> dict[str, float]:
    """Return the mean accuracy of each number of hidden neurons."""
    return {width: mean(values) for width, values in run.by_width.items()}


def gains(run: Run) -> list[float]:
    """Return what each step to more hidden neurons adds to the mean accuracy."""
    values = [means(run)[str(width)] for width in sorted(map(int, run.by_width))]
    return [after - before for before, after in pairwise(values)]


def shrinking_gains(run: Run) -> bool:
    """Return whether each step to more hidden neurons gains less than the step before."""
    return all(after < before for before, after in pairwise(gains(run)))


def gains_with_each_seed(run: Run) -> bool:
    """Return whether 1,000 hidden neurons read more digits than 300 with each seed."""
    pairs = zip(run.by_width["300"], run.by_width["1000"], strict=True)
    return all(more > fewer for fewer, more in pairs)


def serve_several(run: Run) -> bool:
    """Return whether more than half of the hidden neurons serve several kinds of digit."""
    return run.serving["two to nine"] + run.serving["all ten"] > 0.5


def joined(pixels: list[int]) -> bool:
    """Return whether pixels form one piece, with gaps of one pixel at most."""
    reached, waiting = set(), [pixels[0]]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        waiting += [pixel for pixel in pixels if pixel not in reached and _near(here, pixel)]
    return reached == set(pixels)


def _near(one: int, other: int) -> bool:
    """Return whether two pixels are at most two rows and two columns apart."""
    return abs(one // 28 - other // 28) <= 2 and abs(one % 28 - other % 28) <= 2


CLAIMS = [
    general(
        "So a layer of 1,568 ReLU neurons, with weights that one can write down, undoes the"
        " inversion.",
        lambda run: run.restored_share > 0.99,
    ),
    general(
        "The two agree up to rounding: the largest difference is less than a hundred-thousandth"
        " of the largest slope.",
        lambda run: run.largest_difference < run.largest_slope / 100_000,
    ),
    our_run(
        "In our run, `lab.train` was the quicker one.",
        lambda run: run.twin_seconds < run.keras_seconds,
    ),
    general(
        "With 100 hidden neurons, the network does better at the end on the digits that it learned"
        " from (dashed) than on new ones (solid).",
        lambda run: run.on_training > run.validation_accuracy,
        applies=lambda run: run.parameters["units"] == 100,
    ),
    general(
        "With the default values on full MNIST, the single layer makes more than three times as"
        " many mistakes.",
        lambda run: 1 - run.single_score > 3 * (1 - (run.validation_accuracy or 0)),
        applies=usual,
    ),
    general(
        "With the default values on full MNIST, the network reads more than nine in ten of them.",
        lambda run: run.mixed_accuracy > 0.9,
        applies=usual,
    ),
    our_run(
        "Its ten darkest blue pixels form a stroke in the left half of the picture: ink there makes"
        " its sum smaller.",
        lambda run: joined(run.darkest) and all(pixel % 28 < 14 for pixel in run.darkest),
    ),
    our_run(
        "When it is active, it speaks most strongly for 3 and 2, and against 0, 9 and 8.",
        lambda run: (
            sorted(range(10), key=lambda digit: -run.to_digits[digit])[:2] == [3, 2]
            and sorted(range(10), key=lambda digit: run.to_digits[digit])[:3] == [0, 9, 8]
        ),
    ),
    our_run(
        "In our run, most neurons serve more than one kind of digit, and at least 19 of the 100"
        " neurons serve each kind (`kinds_served.min()`).",
        lambda run: serve_several(run) and min(run.kinds_served) == 19,
    ),
    our_run(
        "In our run, a stroke at one place counts against the neuron that we looked at; most"
        " neurons serve several kinds of digit, and many neurons serve each kind.",
        lambda run: joined(run.darkest) and serve_several(run) and min(run.kinds_served) == 19,
    ),
    our_run(
        "In our run each step gains less than the step before, and even the last one, from 300 to"
        " 1,000, gains with each of the three seeds.",
        lambda run: shrinking_gains(run) and gains_with_each_seed(run),
    ),
    our_run(
        "But the worst of the three runs of 1,000 neurons reads no more digits than the best of the"
        " three of 300.",
        lambda run: min(run.by_width["1000"]) <= max(run.by_width["300"]),
    ),
    our_run(
        "So up to 1,000 neurons, we found no number at which the gain ends.",
        lambda run: min(gains(run)) > 0 and gains_with_each_seed(run),
    ),
    our_run(
        "More neurons read more digits: in our run each step up to 1,000 gained, but less than the"
        " step before, and cost more arithmetic.",
        lambda run: min(gains(run)) > 0 and shrinking_gains(run),
    ),
    general(
        "The network is sure of its mistakes less often than of its right answers.",
        lambda run: run.sure_share < run.right_share,
    ),
]

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "Most parameters are those of notebook 1, some with other values.": "code",
    "The two differ in the hidden layer.": "code",
    "(They also end differently, in sigmoids and in a softmax, but here that gives the same loss:"
    " notebook 1.)": "code, and Keras 3: src/backend/tensorflow/nn.py",
    "It is called **hidden** because nobody tells it what to look for.": "definition",
    "Each of the ten output neurons does the same with what the hidden neurons hand on.": "code",
    "(Biases change nothing: they add up to one bias for each answer.)": "mathematics",
    "A weighted sum of weighted sums is a weighted sum, so two such layers can do no more than"
    " one.": "mathematics",
    "The slope of the sigmoid is never more than ¼.": "mathematics",
    "Notebook 1 ended with digits of which every second one was inverted, so that a pixel $x$"
    " became $1 - x$.": "definition",
    "As a pixel goes from 0 to 1, its weighted sum only rises, or only falls, or stays"
    " level.": "mathematics",
    "So it cannot give the same answer at 0 and at 1, and another at ½.": "mathematics",
    "Both added give the distance of the pixel from ½, which is the same for $x$ and for $1 -"
    " x$.": "mathematics",
    "Inverting the picture changes nothing.": "mathematics",
    "The same trick reads whole pictures.": "printed",
    "In notebook 1 each weight led straight to one of the ten answers, and its slope was"
    " (probability − target) times the pixel.": "mathematics",
    "A weight in front of the hidden layer reaches the loss only through the weights behind"
    " it.": "definition",
    "A softmax goes with it in every library, the sigmoids of notebook 1 only through a detail of"
    " Keras.": (
        "notebook 1, from Keras's source: its TensorFlow backend remembers the logits of an"
        " activation"
    ),
    "The error of a hidden neuron is the sum of the ten errors, each times the weight that leads"
    " there.": "mathematics",
    "Elsewhere the slope is 0, and nothing passes.": "mathematics",
    "The slope of the weight is this number, times the error at the weight's other end.": (
        "mathematics"
    ),
    "A bias is like a weight with the input 1, so its slope is the error alone, added up over the"
    " digits of the batch:": "mathematics",
    "Then we ask Keras for the same slopes.": "code",
    "We move all weights against their slopes, half of each slope per step, in a single pass over"
    " the training digits.": "code",
    "Three passes over the training digits are enough for a comparison.": "instruction",
    "(The dashed line is a mean over each epoch, in which the network changes, so at first it can"
    " be the worse of the two.)": "code",
    "The two networks began with other first weights and saw the digits in another order, so their"
    " accuracies differ by chance.": "code",
    "The cell after it does the same in the short form:": "code",
    "The rate rises over the first three tenths of the training to the value above, then falls in a"
    " straight line to zero.": "code",
    "We train the single layer of notebook 1 on the same digits, with as many passes and the same"
    " rates.": "code",
    "But a network that is better on the whole need not be better on every digit: the gallery shows"
    " digits that only the single layer reads right.": "code",
    "When every second digit is inverted, a single layer can read about 56 % of the digits at most,"
    " and training did not even get there (notebook 1).": "notebook 1, the proof",
    "Look at the first one, neuron 19 in our"
    " run.": "printed: the title of the figure's first picture",
    "We say that a neuron **serves** a kind of digit if it is active for more than half of the"
    " digits of this kind.": "definition",
    "A neuron that serves none may still be active, for up to half of the digits of each"
    " kind.": "definition",
    "A field from green to yellow is above one half: the neuron serves this"
    " kind.": "printed: the color bar of the figure",
    "Yellow means that the neuron is active for nearly all digits of this kind, dark violet for"
    " nearly none.": "definition",
    "To keep it short, each network learns from at most 10,000 digits.": "code",
    "`lab.train_many` does for several networks what `lab.train` does for one, in less time, and"
    " returns a table with a row for each.": "benchmarks: less than half of the time",
    "`rates` is a list, because `train_many` can also try several rates.": "code",
    "The same in numbers.": "printed",
    "*Gain* is what the step from the row above adds to the mean, and *spread* the distance from"
    " the worst to the best of the three seeds.": "definition",
    "With these two runs alone, we would not have seen the gain.": "the claim before it",
    "For all of them it may differ; we did not measure it.": "definition",
    "The arithmetic grows in proportion: ten times the neurons, ten times the"
    " multiplications.": "mathematics",
    "LeCun and colleagues (1998) report 95.3 % for 300 hidden neurons trained with squared"
    " error.": "LeCun et al. (1998), table on the MNIST page",
    "Nielsen (*Neural Networks and Deep Learning*, 2015, chapter 6) reports 97.80 % for 100 hidden"
    " neurons, sigmoids, after at most 60 epochs.": "Nielsen (2015), chapter 6",
    "Simard and colleagues (2003) report 98.4 % for 800 hidden neurons.": "Simard et al. (2003)",
    "(They learned from up to 60,000 digits, ours from 54,000 at most.)": (
        "MNIST has 60,000 training digits; load_digits takes 6,000 of them for validation"
    ),
    "In the table, `improvement` is the gain over the row above, and whether it is more than the"
    " chance of the test digits.": "definition",
    "*More than chance* means: if both networks were equally good, a result as uneven as this"
    " would be rare.": "definition",
    "So that comparison may be a little unkind to the single layer.": "definition",
    "Two hidden neurons together can answer to what no single sum can, such as a pixel that differs"
    " from paper, and the output layer combines many such answers.": "mathematics",
    "The slope of a weight is what goes into it times the error behind it; that of a bias is the"
    " error alone.": "mathematics",
    "Write the way back yourself, find out what happens when some neurons start alike, and"
    " more:": "instruction",
    "All have the learning rate that was chosen for 100 neurons; with rates of their own, the"
    " others might read more digits.": (
        "mnist_lab/training/recipes.py: the recipe of one_hidden_layer; and nothing is claimed"
    ),
}
