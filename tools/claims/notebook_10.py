"""The claims of notebook 10."""

import numpy as np

from mnist_lab.training import stored_frontier
from tools.claims.claim import Run, general, our_run

SINGLE_LAYER = 0.9262  # of notebook 1 on the test digits, and no more on the validation digits


def default_networks(run: Run) -> bool:
    """Return whether both networks have the filters that they have by default."""
    return run.parameters["filters"] == [8, 12, 12, 14] and run.parameters["wide"] == [16, 32, 64]


def trained_enough(run: Run) -> bool:
    """Return whether the default networks learned from all of MNIST for four epochs or more."""
    return run.source == "mnist" and run.train == 54_000 and run.parameters["epochs"] >= 4


def changed_by(run: Run, name: str, bits: int) -> float:
    """Return by how many points the validation accuracy moves with so many bits."""
    read = run.accuracies[name]
    return 100 * abs(read[str(bits)] - read["32"])


def _misread(weights: int) -> float:
    """Return the share of test digits that the stored network with so many weights misreads."""
    stored = stored_frontier()
    [accuracy] = stored.loc[stored["weights"] == weights, "test_accuracy"]
    return 1 - accuracy


CLAIMS = [
    general(
        "With four epochs or more on all of MNIST, the network with fewer than a thousand weights"
        " reads more digits than the single layer of notebook 1, which has eight times as many.",
        lambda run: run.reached["small"] > SINGLE_LAYER and run.tested["small"] > SINGLE_LAYER,
        applies=lambda run: default_networks(run) and trained_enough(run),
    ),
    our_run(
        "In our run, fewer than a thousand read more digits than the 7,850 of notebook 1.",
        lambda run: run.tested["small"] > SINGLE_LAYER,
    ),
    general(
        "So the answers of a network can stand in for labels.",
        lambda run: run.gain > -5,
    ),
    general(
        "On all of MNIST, each of the two networks reads as many validation digits with 8 bits as"
        " before, to within half a point.",
        lambda run: all(changed_by(run, name, 8) < 0.5 for name in run.accuracies),
        applies=lambda run: run.source == "mnist" and run.train == 54_000,
    ),
    our_run(
        "In our run, eight moved no accuracy by a tenth of a point.",
        lambda run: all(changed_by(run, name, 8) < 0.1 for name in run.accuracies),
    ),
    general(
        "With 2 bits, each reads fewer digits than with 8.",
        lambda run: all(read["2"] < read["8"] for read in run.accuracies.values()),
    ),
    general(
        "By default, the networks are still the smaller part of it: most of the page is the pad,"
        " the preparation of drawings, and text.",
        lambda run: run.in_page < run.written / 5,  # as text, up to three times as long
        applies=default_networks,
    ),
    our_run(
        "In our run the student of the teacher read 0.4 points fewer digits than the student of the"
        " labels.",
        lambda run: round(run.gain, 1) == -0.4,
    ),
    our_run(
        "In our run, 5 bits cost less than half a point in both networks, 4 bits between"
        " one and four points, and 3 bits more than thirty points in both.",
        lambda run: (
            all(changed_by(run, name, 5) < 0.5 for name in run.accuracies)
            and all(changed_by(run, name, 3) > 30 for name in run.accuracies)
            and all(1 < changed_by(run, name, 4) < 4 for name in run.accuracies)
        ),
    ),
    our_run(
        "In our run both break between 4 bits and 3.",
        lambda run: all(
            changed_by(run, name, 4) < 4 and changed_by(run, name, 3) > 30
            for name in run.accuracies
        ),
    ),
    our_run(
        "In our run, the wide network with 4 bits takes more bytes than the small one with 8, and"
        " reads fewer digits.",
        lambda run: (
            run.size["wide"]["4"] > run.size["small"]["8"]
            and run.accuracies["wide"]["4"] < run.accuracies["small"]["8"]
        ),
    ),
    our_run(
        "In our run, the published small networks stand lower than ours, which by default learned"
        " for four epochs.",
        lambda run: run.tested["small"] < 0.99 and run.tested["wide"] < 0.991,
    ),
    general(
        "Of these, each network with more weights reads more test digits.",
        lambda run: bool((np.diff(stored_frontier()["test_accuracy"]) > 0).all()),
    ),
    general(
        "But the gain becomes smaller: from 999 to 4,966 weights the misread digits fall to less"
        " than a half, and from 9,902 to 19,832 by less than a fifth.",
        lambda run: (
            _misread(4_966) < 0.5 * _misread(999)
            and 0.8 * _misread(9_902) < _misread(19_832) < _misread(9_902)
        ),
    ),
    general(
        "With 4,966 weights, a network reads more test digits than the published one with 34,826.",
        lambda run: 1 - _misread(4_966) > 0.9922,
    ),
    general(
        "With 999 it stays behind the published one with 697, which is the best of many trainings,"
        " chosen on the test digits: so its accuracy is probably too good.",
        lambda run: 1 - _misread(999) < 0.99,
    ),
]
_RESTING_ON = {
    "code": [
        "The normalization keeps its offset and has no scale (`scale=False`): a scale above 0"
        " would go through the ReLU unchanged, and the offset and the weights of the next layer"
        " can do its work.",
        "Both learn from 10,000 digits at most, so they may read fewer than the network above.",
        "Their learning rate falls in a straight line to 0; `-(-a // b)` is a / b, rounded up.",
        "As text in the page, the weights take more than that.",
        "The same digits as before, in the same three parts.",
        "The part about a teacher uses at most 10,000 of the training digits.",
        "Keras's layer gets the same random weights (`build` makes its own first, so that they"
        " can be replaced; `None` adds an axis of length 1, as it wants four axes for each"
        " half):",
        "`lab.models.separable_cnn` builds the same network from lists of filters, one list for"
        " each block.",
        "Then both networks get the same weights and read the same hundred digits:",
        "Both learn for `epochs` epochs, with a schedule that rises and falls (`one_cycle`,"
        " notebook 2).",
        "Networks with batch normalization bear large learning rates (notebook 6): here it is"
        " 0.03, thirty times Adam's usual one.",
        "(The training accuracy is a mean over the whole epoch, in which the network still"
        " learns, so it may lie below the other.)",
        "Here is what the convolutional network of notebook 6 says about one of the digits in"
        " `few`, the one of which it is least sure (the orange bar is the label):",
        "What the network computes with are these numbers, times the step.",
        "How many of the validation digits each student reads, in per cent:",
        "Two students with the same first weights learn in the same number of steps.",
        "The second *never sees a label*: its targets are the teacher's ten probabilities.",
        "Both use Keras's `fit`, since `lab.train` takes labels only.",
        "`lab.export.quantize` does the same for any layer, and"
        " `lab.export.with_rounded_weights` for a whole network.",
        "The upper row shows up to eight filters as they are, the row in the middle with 4 bits,"
        " the lower row with 2 bits, where a weight can only be -1, 0 or 1 times its step:",
        "What it needs is the weights, and fewer than two hundred lines of JavaScript that"
        " compute what Keras computes.",
        "The same in numbers, with the bytes that are left: those of the whole numbers, of a"
        " step for each filter (in a separable convolution, each half has filters of its own)"
        " and each output, and of a bias for each map that comes out and each output.",
        "`set_random_seed` shows both the digits in the same order.",
    ],
    "printed": [
        "In this notebook, networks get along with less than a seventh of them.",
        "Then each weight gets along with fewer bits.",
        "By default, the second network has as many filters in each block as the network of"
        " notebook 6, and less than a seventh of its weights.",
        "The first has fewer than a thousand weights, which is about an eighth of the single"
        " layer of notebook 1.",
        "Half the bits do not halve the bytes: steps and biases keep theirs.",
        "But fewer weights are not less work: it multiplies thirteen times as often.",
    ],
    "definition": [
        "A **separable convolution** splits this in two (Howard et al., 2017, for phones): first"
        " it looks at the neighbors, then it mixes the maps.",
        "`window * depthwise` multiplies each map of the window by its own filter, and the sum"
        " runs over rows and columns only, so that the maps stay apart.",
        "The pointwise half is one product of matrices.",
        "A normalization without a scale keeps three per map: its offset, which training"
        " chooses, and the running mean and variance, which it only records.",
        "To **quantize** weights is to round them to a few values that are evenly spaced.",
        "Of these, 15 are used, so that there are as many below 0 as above: the whole numbers"
        " from -7 to 7, times a **step**.",
        "Each filter has a step of its own, so that the weight furthest from 0 becomes 7 or -7.",
        "A trained network knows more than labels say.",
        "The accuracies are in per cent; `test_spread` is the standard deviation over the seeds.",
        "Both axes are logarithmic; a marker further down misreads fewer digits.",
    ],
    "mathematics": [
        "It can do less than an ordinary one, since all new maps are mixed from the same"
        " filtered maps.",
        "What it finds has to be enough; but a filter of the last block sees most of the picture.",
        "Of new pictures it may misread more, and a student learns its mistakes.)",
        "On a laptop none of this matters for 29,402 weights.",
        "It is no proof that its answers are *better* than labels.",
        "One run of each cannot show a difference of a few tenths of a point: another seed could"
        " turn it round (notebook 3).",
        "That they are better than labels, one run cannot show.",
        "A weight has 32 bits, which is enough for seven decimal digits.",
        "With 4 bits, no weight of a filter is off by more than a fourteenth of its largest one.",
        "Filters that share their weights over all places make it possible (notebook 6), and"
        " separable convolutions and the mean at the end save more.",
    ],
    "instruction": [
        "With fewer, look and measure.",
        "Where to go from here: other data"
        " ([Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist) has the same"
        " format, and `data_source` takes its folder); other libraries than Keras; or a network"
        " of your own that beats a stored accuracy with fewer weights.",
    ],
    "the recipe of notebook 6's network; smoothed labels: Szegedy et al. (2016)": [
        "And this teacher learned from smoothed labels (notebook 3), which ask for the same"
        " small probability on each wrong digit.",
    ],
    "Müller, Kornblith and Hinton (2019), When does label smoothing help?, abstract": [
        "Müller, Kornblith and Hinton (2019) found that such teachers pass on less.",
    ],
    "Jacob et al. (2018), Quantization and training of neural networks, section 3": [
        "One can do better than to round after training: to train on while the network computes"
        " with rounded weights, so that the weights learn to work after rounding"
        " (*quantization-aware training*, Jacob et al., 2018).",
    ],
    "the two repositories' README; LeCun et al. (1998), section III; keras.io, mnist_convnet": [
        "697 weights, 99.0 %, the best of about 700 trainings, chosen on the test digits"
        " (JoshWarn, Parameter-Efficient-MNIST); 1,936 weights, 99.1 % (ruslangrimov,"
        " mnist-minimal-model); LeNet-5, 60,000 weights, 99.05 % (LeCun, Bottou, Bengio and"
        " Haffner, 1998); 34,826 weights, 99.22 % (Keras's example mnist_convnet).",
    ],
}
OTHERS = {sentence: why for why, sentences in _RESTING_ON.items() for sentence in sentences}
