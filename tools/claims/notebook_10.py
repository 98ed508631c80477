"""The claims of notebook 10."""

import json
from pathlib import Path

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


def _with_bits(name: str, bits: int) -> float:
    """Return the test accuracy of one of the course's networks with so many bits per weight."""
    file = Path(__file__).parents[2] / "benchmarks" / "bits.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["networks"][name]["accuracies"]
    [accuracy] = [row["test_accuracy"] for row in rows if row["bits"] == bits]
    return accuracy


CLAIMS = [
    general(
        "With four epochs or more on all of MNIST, the network with fewer than a thousand weights"
        " reads more digits than the single layer of notebook 1 (92.6 % of the test digits), which"
        " has eight times as many.",
        lambda run: run.reached["small"] > SINGLE_LAYER and run.tested["small"] > SINGLE_LAYER,
        applies=lambda run: default_networks(run) and trained_enough(run),
    ),
    our_run(
        "In our run, fewer than a thousand read more digits than the 7,850 of notebook 1, and the"
        " stored network of 999 weights reads 98.7 % of the test digits.",
        lambda run: run.tested["small"] > SINGLE_LAYER and round(100 * _misread(999), 1) == 1.3,
    ),
    general(
        "Here the teacher's answers are the labels of nearly all digits (see the line above its"
        " figure), since it has learned from these digits.",
        lambda run: run.agreement > 0.9,
    ),
    general(
        "So this had to work: the answers of a network can stand in for labels.",
        lambda run: run.gain > -5,
    ),
    general(
        "On all of MNIST, each of the two networks reads as many validation digits with 8 bits as"
        " before, to within half a point.",
        lambda run: all(changed_by(run, name, 8) < 0.5 for name in run.accuracies),
        applies=lambda run: run.source == "mnist" and run.train == 54_000,
    ),
    our_run(
        "In our run, five were enough for both networks, and with three both failed.",
        lambda run: all(
            changed_by(run, name, 5) < 0.5 and changed_by(run, name, 3) > 30
            for name in run.accuracies
        ),
    ),
    general(
        "With 2 bits, each reads fewer digits than with 8.",
        lambda run: all(read["2"] < read["8"] for read in run.accuracies.values()),
    ),
    general(
        "By default, the networks are the smaller part of it: most of the page is the pad, the"
        " preparation of drawings, and text.",
        lambda run: 2 * run.in_page < run.written / 2,  # the wide network is the larger of two
        applies=default_networks,
    ),
    our_run(
        "In our run the student of the teacher read 0.8 points more digits than the student of the"
        " labels.",
        lambda run: round(run.gain, 1) == 0.8,
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
    general(
        "Other networks may lose less: that of notebook 6 reads no fewer test digits with 4 bits"
        " than with 32 (the course's `benchmarks/README.md`).",
        lambda run: _with_bits("cnn", 4) >= _with_bits("cnn", 32),
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
        "On average over their seeds, each stored network with more weights reads more test digits"
        " than the one before.",
        lambda run: bool((np.diff(stored_frontier()["test_accuracy"]) > 0).all()),
    ),
    general(
        "From 4,966 to 9,902 weights, and again to 19,832, the weights double, and each time the"
        " misread digits fall by about a quarter.",
        lambda run: all(
            abs(_misread(more) / _misread(fewer) - 3 / 4) < 0.01
            for fewer, more in ((4_966, 9_902), (9_902, 19_832))
        ),
    ),
    general(
        "(The third of these learned for 40 epochs, the two others for 24.)",
        lambda run: stored_frontier()["epochs"].iloc[1:4].tolist() == [24, 24, 40],
    ),
    general(
        "The last two networks of the table are nearly level: of the validation digits, the one"
        " with fewer weights reads more.",
        lambda run: 0 > stored_frontier()["validation_accuracy"].diff().iloc[-1] > -0.001,
    ),
    general(
        "With 4,966 weights, ours read 12 more of the 10,000 test digits, in the mean of five"
        " trainings, than Keras's example with 34,826 in one run.",
        lambda run: round(10_000 * (1 - _misread(4_966) - 0.9922)) == 12,
    ),
    general(
        "The published network with 697 weights reads more digits than our stored one with 999 does"
        " on average.",
        lambda run: 1 - _misread(999) < 0.99,
    ),
    general(
        "The spread of our own five trainings of 999 weights is more than a tenth of a point, so"
        " the best of hundreds can lie far above their mean.",
        lambda run: stored_frontier()["test_spread"].iloc[0] > 0.001,
    ),
]
_RESTING_ON = {
    "code": [
        "Both learn from 10,000 digits at most, so they may read fewer than the network above.",
        "The same digits as before, in the same three parts.",
        "Keras's layer gets the same random weights (`build` makes its own first, so that they"
        " can be replaced; `None` adds an axis of length 1, as it wants four axes for each half):",
        "`lab.models.separable_cnn` builds the same network from lists of filters, one list for"
        " each block.",
        "Then both networks get the same weights and read the same hundred digits:",
        "Both learn for `epochs` epochs, with a schedule that rises and falls (`one_cycle`,"
        " notebook 2).",
        "(The training accuracy is a mean over the whole epoch, in which the network still"
        " learns, so it may lie below the other.)",
        "What the network computes with are these numbers, times the step.",
        "How many of the validation digits each student reads, in per cent:",
        "Two students with the same first weights learn in the same number of steps.",
        "The second *never sees a label*: its targets are the teacher's ten probabilities.",
        "Both use Keras's `fit`, since `lab.train` takes labels only.",
        "`lab.export.quantize` does the same for any layer, and `lab.export.with_rounded_weights`"
        " for a whole network.",
        "What it needs is the weights, and fewer than two hundred lines of JavaScript that"
        " compute what Keras computes.",
        "The section *A teacher* uses only the first 10,000 training digits, or fewer if there"
        " are fewer.",
        "The normalization keeps its offset and has no scale (`scale=False`): multiplying by a"
        " number above 0 gives the same before the ReLU and after it, and after it the next"
        " layer's weights can do it.",
        "Networks with batch normalization can use large learning rates (notebook 6): here it is"
        " 0.03, thirty times Adam's usual one.",
        "The learning rate is largest after three tenths of the steps, and around it the curves"
        " may jump.",
        "Here is what the convolutional network of notebook 6 says about one of the 10,000"
        " digits, the one of which it is least sure (the orange bar is the label).",
        "Their learning rate falls in a straight line to 0; `math.ceil` rounds up.",
        "With `set_random_seed`, both see the digits in the same order.",
        "The upper row shows up to eight filters as they are, the row in the middle with 4 bits,"
        " the lower row with 2 bits, where a weight can only be -1, 0 or 1 times its step.",
        "The same in numbers, in per cent of the validation digits, with the bytes of each"
        " network.",
        "Each filter and each output has a step (in a separable convolution, each half has"
        " filters of its own); each map that comes out of a block, and each output, has a bias.",
        "The page fetches nothing and sends nothing: it works from a disk, in a train, and on a"
        " phone.",
        'To keep a page, run `lab.export.web_page(networks, "my_page.html")` in a new cell: the'
        " file then lies beside this notebook. (`page` in the parameters does the same when the"
        " whole notebook runs.)",
    ],
    "printed": [
        "Then each weight gets along with fewer bits.",
        "By default, the second network has as many filters in each block as the network of"
        " notebook 6, and less than a seventh of its weights.",
        "The first has fewer than a thousand weights, which is about an eighth of the single"
        " layer of notebook 1.",
        "Half the bits do not halve the bytes: steps and biases keep theirs.",
        "By default, the two networks that you train here get along with less than a seventh of"
        " them.",
        "Of these, 92 are running means and variances, which training does not choose but only"
        " records.",
        "But fewer weights are not less work: by default, it multiplies thirteen times as often"
        " as that layer.",
    ],
    "definition": [
        "A **separable convolution** splits this in two (Howard et al., 2017, for phones): first"
        " it looks at the neighbors, then it mixes the maps.",
        "`window * depthwise` multiplies each map of the window by its own filter, and the sum"
        " runs over rows and columns only, so that the maps stay apart.",
        "The pointwise half is one product of matrices.",
        "To **quantize** weights is to round them to a few values that are evenly spaced.",
        "Of these, 15 are used, so that there are as many below 0 as above: the whole numbers"
        " from -7 to 7, times a **step**.",
        "Each filter has a step of its own, so that the weight furthest from 0 becomes 7 or -7.",
        "A trained network knows more than labels say.",
        "The accuracies are in per cent; `test_spread` is the standard deviation over the seeds.",
        "Both axes are logarithmic; a marker further down misreads fewer digits.",
    ],
    "mathematics": [
        "It can do less than an ordinary one, since all new maps are mixed from the same filtered"
        " maps.",
        "On a laptop none of this matters for 29,402 weights.",
        "That they are better than labels, one run cannot show.",
        "A weight has 32 bits, which is enough for seven decimal digits.",
        "With 4 bits, no weight of a filter is off by more than a fourteenth of its largest one.",
        "What it finds has to be enough.",
        "Of new pictures it may misread more, and a student learns its mistakes.",
        "But one run of each cannot show a difference of less than a point: another seed"
        " could reverse it (notebook 3).",
        "Chance could bring so few, and the example learned without distortion.",
        "It is the best of many trainings, chosen on the test digits.",
        "Separable convolutions and the mean at the end save weights; whether ordinary layers of"
        " the same size read as many digits was not measured here.",
    ],
    "instruction": [
        "Where to go from here: other data"
        " ([Fashion-MNIST](https://github.com/zalandoresearch/fashion-mnist) has the same format,"
        " and `data_source` takes its folder); other libraries than Keras; or a network of your"
        " own that beats a stored *validation* accuracy with fewer weights.",
    ],
    "Müller, Kornblith and Hinton (2019), When does label smoothing help?, abstract": [
        "It learned from smoothed labels (notebook 3), which ask for the same small probability"
        " on each wrong digit, and Müller, Kornblith and Hinton (2019) found that such teachers"
        " pass on less.",
    ],
    "Jacob et al. (2018), Quantization and training of neural networks, section 3": [
        "One can do better than to round after training: to go on training with rounded weights,"
        " so that they learn to work after rounding (*quantization-aware training*, Jacob et al.,"
        " 2018).",
    ],
    "the two repositories' README; LeCun et al. (1998), section III; keras.io, mnist_convnet": [
        "697 weights, 99.0 %:",
        "[JoshWarn,"
        " Parameter-Efficient-MNIST](https://github.com/JoshWarn/Parameter-Efficient-MNIST), the"
        " best of about 700 trainings, chosen on the test digits",
        "1,936 weights, 99.1 %: [ruslangrimov,"
        " mnist-minimal-model](https://github.com/ruslangrimov/mnist-minimal-model)",
        "34,826 weights, 99.22 %:",
        "60,000 weights, 99.05 %:",
    ],
}
OTHERS = {sentence: why for why, sentences in _RESTING_ON.items() for sentence in sentences}
