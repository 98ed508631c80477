"""The claims of notebook 6."""

from tools.claims.claim import general, our_run


def reads_more_at_every_shift(run):
    """Whether the convolutional network reads more, and at the end more than twice as many."""
    dense, convolutional = run.shifted["dense"], run.shifted["convolutional"]
    more = all(second > first for first, second in zip(dense[1:], convolutional[1:], strict=True))
    return more and convolutional[5] > 2 * dense[5]


CLAIMS = [
    general(
        "The convolutional network makes fewer mistakes than the dense one.",
        lambda run: run.mistakes["convolutional"] < run.mistakes["dense"],
    ),
    our_run(
        "In our run it makes about a fifth of them.",
        lambda run: 17 < run.ratio < 23,
    ),
    general(
        "At every shift the convolutional network reads more digits than the dense one, and after"
        " five pixels more than twice as many.",
        reads_more_at_every_shift,
    ),
    our_run(
        "In our run an eighth of the mistakes are digits that people did not read as labelled"
        " either.",
        lambda run: 0.115 < run.among / run.wrong < 0.135,
    ),
    our_run(
        "In our run the nine digits that excite a filter most have the same label for 11 of these"
        " 64 filters.",
        lambda run: (sum(run.alike), len(run.alike)) == (11, 64),
    ),
    our_run(
        "In our run 56 of 10,000.",
        lambda run: (run.wrong, run.test) == (56, 10_000),
    ),
    our_run(
        "Seven of them are among the fifteen whose labels people judged wrong.",
        lambda run: run.among == 7,
    ),
    general(
        "Those of the last block see 22 x 22 pixels with the default filters.",
        lambda run: run.widths[-1] == 22,
        applies=lambda run: (
            run.parameters["filters"] == [16, 32, 64] and run.parameters["kernel_size"] == 3
        ),
    ),
]
# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "A **convolutional network** looks through a small window, and uses the same few weights"
    " wherever the window stands.": "definition",
    "The same digits as before, in the same three parts.": "code",
    "The comparison uses at most 10,000 of the training digits.": "code",
    "`np.pad` puts a margin of paper around the picture, one pixel wide, so that the places at the"
    " edge have neighbours too.": "code",
    "We take the first training digit whose last seven columns are empty, because we shall move it"
    " later.": "code",
    "Here are the picture and its map, and below them the same after a move by six pixels to the"
    " right.": "code",
    "The pooling halves height and width and drops an odd last row and column:": "definition",
    "`lab.models.cnn` builds the same network.": "printed",
    "Ioffe and Szegedy reported that networks with this layer bear larger learning rates and need"
    " fewer steps.": "Ioffe and Szegedy (2015), abstract",
    "Then both get the same weights and read the same hundred digits:": "code",
    "While the network learns, Keras keeps a running mean and variance of each map, which take the"
    " place of the batch's when the trained network answers; `momentum` says how slowly they"
    " follow.)": "Keras, documentation of BatchNormalization",
    "The 0.001 is Keras's; it keeps the division from failing for a map that is the same"
    " everywhere:": "Keras, documentation of BatchNormalization",
    "A number in a map of the first block depends on a few pixels: on what the filter sees from the"
    " four places that the pooling joins.": "definition",
    "A number in the second block depends on some numbers of the first, and so on more pixels.": (
        "definition"
    ),
    "For comparison, a network with one hidden layer gets as many neurons as the same number of"
    " weights allows.": "code",
    "Both kinds learn from the same digits, with the same settings and in the same number of"
    " steps.": "code",
    "It also takes longer.": "printed",
    "Each weight of a filter is used in many places: in 784 in the first block, in 196 in the"
    " second, in 49 in the third.": "mathematics",
    "So the comparison cannot say how much of the gain is the sharing.": "code",
    "With the schedule `one_cycle`, which the default recipe has, the learning rate rises during"
    " the first 30 % of the steps, and then falls in a straight line to zero (after Smith,"
    " 2018).": "code",
    "LeNet-5, the convolutional network that read cheques in the 1990s, 99.05 %, and 99.2 % with"
    " distorted digits (LeCun, Bottou, Bengio and Haffner, 1998); Keras's own example of a small"
    " convolutional network, with 34,826 weights and 15 epochs, about 99.2 %.": (
        "LeCun et al. (1998), figure 9; keras.io, examples/vision/mnist_convnet"
    ),
    "The upper row shows up to eight of them before training, as random numbers, and the lower row"
    " shows the same filters after it.": "code",
    "(We count a pattern as kept if the cosine of the angle between the weights before and after is"
    " above 0.8; for the same pattern it is 1.)": "definition",
    "Where the labels in a row differ, look for a stroke that the digits share.": "instruction",
    "For fifteen of them, at most two of the five saw what the label says.": (
        "Northcutt, Athalye and Mueller (2021), table 1, and the votes in cleanlab/label-errors"
    ),
    "Where a network reads such a digit otherwise than its label, this counts as a mistake.": (
        "definition"
    ),
    "Where the network reads one of the fifteen as its label says, it even gets a point for an"
    " answer that at least three of five people did not give.": "definition",
    "So the last 0.15 points of a test accuracy on MNIST mean little.": (
        "Northcutt, Athalye and Mueller (2021), table 1: 15 of 10,000"
    ),
    "In the table, `improvement` is the gain over the row above, and whether it is more than"
    " chance.": "code",
    "Both runs answered the same test digits, if both used full MNIST:": "code",
    "99.28 % on average for the recipe of notebook 3, with a standard deviation of 0.04 points, and"
    " 99.50 % for this one, with 0.03 points.": "benchmarks/README.md, five seeds of each recipe",
    "The difference of 0.22 points is more than five times either standard deviation, so the seeds"
    " do not explain it.": "benchmarks/README.md, five seeds of each recipe",
    "A small filter moves over the picture and answers everywhere with the same weights.": (
        "definition"
    ),
}
