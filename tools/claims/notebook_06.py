"""The claims of notebook 6."""

from tools.claims.claim import general, our_run


def default_filters(run):
    """Whether the network has the filters that it has by default."""
    return run.parameters["filters"] == [16, 32, 64] and run.parameters["kernel_size"] == 3


def labels_of_row(run, filter):
    """Return the labels in the row of a filter of the last block; the first filter is 1."""
    return {row[filter - 1] for row in run.eight_labels}


CLAIMS = [
    general(
        "With the default filters, the convolutional network makes fewer mistakes than the dense"
        " one.",
        lambda run: run.mistakes["convolutional"] < run.mistakes["dense"],
        applies=default_filters,
    ),
    our_run(
        "In our run it makes about a fifth of them.",
        lambda run: 17 < run.ratio < 23,
    ),
    general(
        "With the default filters, the convolutional network reads more digits than the dense one"
        " at every shift.",
        lambda run: all(
            second > first
            for first, second in zip(
                run.shifted["dense"], run.shifted["convolutional"], strict=True
            )
        ),
        applies=default_filters,
    ),
    our_run(
        "In our run, the dense network reads fewer than half of the digits after three pixels, and"
        " the convolutional network 95 %.",
        lambda run: run.shifted["dense"][3] < 50 and round(run.shifted["convolutional"][3]) == 95,
    ),
    general(
        "The convolutional network is not immune either.",
        lambda run: run.shifted["convolutional"][5] < run.shifted["convolutional"][0],
    ),
    our_run(
        "In our run the mean confidence, 94.5 %, lies below the accuracy.",
        lambda run: (
            round(100 * run.mean_confidence, 1) == 94.5 and run.mean_confidence < run.accuracy
        ),
    ),
    our_run(
        "In our run, more than half of the filters kept the pattern of their random start, so"
        " training did not make these patterns.",
        lambda run: sum(run.similar) > len(run.similar) / 2,
    ),
    our_run(
        "In our run, most of these patterns come from the random start.",
        lambda run: sum(run.similar) > len(run.similar) / 2,
    ),
    our_run(
        "In our run, the rows of filters 1 and 3 hold eights only, that of filter 2 nines, and that"
        " of filter 8 ones.",
        lambda run: [labels_of_row(run, number) for number in (1, 2, 3, 8)] == [{8}, {9}, {8}, {1}],
    ),
    our_run(
        "The row of filter 4 mixes sevens and nines.",
        lambda run: labels_of_row(run, 4) == {7, 9},
    ),
    our_run(
        "The rows of most filters, 53 of 64, mix labels.",
        lambda run: (len(run.alike) - sum(run.alike), len(run.alike)) == (53, 64),
    ),
    our_run(
        "In our run an eighth of the mistakes are digits that people did not read as labelled"
        " either.",
        lambda run: 0.115 < run.among / run.wrong < 0.135,
    ),
    our_run(
        "In our run the nine digits that excite a filter most have the same label for 11 of these"
        " 64 filters; the others mix labels.",
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
    our_run(
        "That does not make the labels of the other 49 right: only 100 test digits were shown to"
        " people.",
        lambda run: run.wrong - run.among == 49,
    ),
    general(
        "Those of the last block see 22 x 22 pixels with the default filters.",
        lambda run: run.widths[-1] == 22,
        applies=default_filters,
    ),
]
# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "A **convolutional network** looks through a small window, and uses the same few weights "
    "wherever the window stands.": "definition",
    "The same digits as before, in the same three parts.": "code",
    "The comparison uses at most 10,000 of the training digits.": "code",
    "In code a filter is often called a *kernel*.": "definition",
    "`np.pad` puts a margin of paper around the picture, one pixel wide, so that the places "
    "at the edge have neighbors too.": "code",
    "We take the first training digit whose last seven columns are empty, because we shall "
    "move it later.": "code",
    "The left edges, in a quarter of the numbers.": "definition",
    "(Of four numbers the largest is kept, so a negative answer stays only where all four are"
    " negative.)": "mathematics",
    "Here are the picture and its map, and below them the same after a move by six pixels to "
    "the right.": "code",
    "The pooling halves height and width and drops an odd last row and column:": "definition",
    "`lab.models.cnn` builds the same network.": "printed",
    "Then both get the same weights and read the same hundred digits:": "code",
    "Ioffe and Szegedy reported that networks with this layer bear larger learning rates and "
    "need fewer steps.": "Ioffe and Szegedy (2015), abstract",
    "When the trained network answers, they take the place of the batch's; `momentum` says "
    "how slowly they follow.": "Keras, documentation of BatchNormalization",
    "`keras.Model(a, b)` is the part of a network from `a` to `b`, with the same weights; "
    "here it ends after the first pooling.": "code",
    "Without it, a map that is the same everywhere would be divided by zero.": "mathematics",
    "A number in a map of the first block depends on a few pixels: on what the filter sees "
    "from the four places that the pooling joins.": "definition",
    "A number in the second block depends on some numbers of the first, and so on more "
    "pixels.": "definition",
    "With the default filters, the first block sees 3 pixels, and 1 more for the pooling:": (
        "mathematics"
    ),
    "The last field is not in the middle, since the third pooling drops the last row and "
    "column.": "mathematics",
    "The function below finds it by trial: it gives all filters positive weights, so that no two"
    " parts cancel and no ReLU cuts the answer off.": "mathematics",
    "For comparison, a network with one hidden layer gets as many neurons as bring it closest"
    " to the same number of weights.": "code",
    "Both kinds learn from the same digits, with the same settings and in the same number of "
    "steps.": "code",
    "It also takes longer, since each weight of a filter is used in many places: by default in"
    " 784 in the first block, in 196 in the second, in 49 in the third.": (
        "printed, and mathematics: each use of a weight is a multiplication"
    ),
    "Some things weaken the comparison: by default the convolutional network is also deeper, it has"
    " batch normalization, and both had the same learning rate, which need not suit both.": "code",
    "So the comparison cannot say how much of the gain is the sharing.": "code",
    "So a later map moves along unchanged only if the digit moves by whole squares, which are"
    " 2, 4 and 8 pixels wide after one, two and three poolings.": "mathematics",
    "(A `distortion` of 0.7, for example, takes seven tenths of the limits of notebook 3.)": "code",
    "After $n$ steps, the average then holds less than 1 % of the weights of the first step.)": (
        "mathematics"
    ),
    "(In the first epochs, the average still holds earlier weights, which were worse.": "code",
    "The training curve (dashed) is measured on distorted digits, whose distortion fades over"
    " the last 30 % of the steps with the default recipe; the validation curve (solid) on "
    "digits as they are.": "code",
    "Both losses are measured against the smoothed labels, and so they cannot fall to zero: "
    "with the default recipe not below 0.28.": "mathematics",
    "Its training asked for 95.5 % on the label, and never for 100 %.": "code",
    "LeNet-5, the convolutional network that read cheques in the 1990s, 99.05 %, and 99.2 % "
    "with distorted digits (LeCun, Bottou, Bengio and Haffner, 1998); Keras's own example of "
    "a small convolutional network, with 34,826 weights and 15 epochs, about 99.2 %.": (
        "LeCun et al. (1998), figure 9; keras.io, examples/vision/mnist_convnet"
    ),
    "(The upper row comes from `twin`: it has the same seed as our network, so the same first"
    " weights, and it was not trained.": "code",
    "The first maps belong to the filters of the picture above, in the same order.": "code",
    "The upper row shows up to eight of them before training, as random numbers, and the "
    "lower row shows the same filters after it.": "code",
    "(A filter counts as kept if red and blue stand nearly where they stood before: if its"
    " cosine is above 0.8.)": "definition",
    "1 for the same pattern, near 0 for patterns that have nothing in common.)": "mathematics",
    "Where the upper row has the same sides, chance drew the edge.": "code",
    "Where the labels in a row differ, look for a stroke that the digits share.": "instruction",
    "For fifteen of them, at most two of the five saw what the label says.": (
        "Northcutt, Athalye and Mueller (2021), table 1, and the votes in cleanlab/label-errors"
    ),
    "In the picture below, *people* says what at least three of the five voted for: the digit"
    " that the doubting network proposed, or *neither* this digit nor the label.": (
        "the votes in cleanlab/label-errors, as published_label_errors reads them"
    ),
    "Where a network reads such a digit otherwise than its label, this counts as a mistake.": (
        "definition"
    ),
    "Where the network reads one of the fifteen as its label says, this counts as right, though"
    " at least three of five people did not say so.": "definition",
    "So 0.15 points of a test accuracy on MNIST, fifteen of 10,000 digits, depend on labels "
    "that most of these people did not give.": (
        "Northcutt, Athalye and Mueller (2021), table 1: 15 of 10,000"
    ),
    "In the table, `improvement` is the gain over the row above, and whether it is more than "
    "chance.": "code",
    "Their mean test accuracies, with the standard deviation, are 99.24 % ± 0.08 % in notebook 3"
    " and 99.50 % ± 0.03 % here.": (
        "benchmarks/README.md, table of accuracies, mlp default and cnn default"
    ),
    "The means differ by 0.26 points, about three times the larger standard deviation: the recipe"
    " of this notebook is better on these test digits, not only this run of it.": (
        "the same table; five seeds each, so the standard error of the difference is 0.04 points"
    ),
    "A small filter moves over the picture and answers everywhere with the same weights.": (
        "definition"
    ),
    "It also makes the standard deviation of a map of small numbers somewhat less than 1:": (
        "mathematics"
    ),
}
