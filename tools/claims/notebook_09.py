"""The claims of notebook 9."""

from tools.claims.claim import Run, general, our_run

NETWORKS = ("single", "mlp", "cnn")


def medians_differ_by(run: Run, name: str) -> float:
    """Return by what share the drawings' median of a property misses MNIST's, at most."""
    of_mnist, of_drawings = run.shapes[f"{name}, MNIST"], run.shapes[f"{name}, drawings"]
    return max(abs(of_drawings[digit] / of_mnist[digit] - 1) for digit in of_mnist)


def lost(run: Run, kind: str, name: str) -> float:
    """Return the points that a network loses on digits that come from a pad."""
    return run.accuracies["as they are"][name] - run.accuracies[kind][name]


def drawings_read(run: Run, moment: str, name: str) -> int:
    """Return how many of the 50 drawings in the other half a network reads."""
    return round(run.tuning[f"drawings, {moment}"][name] / 2)


def forgets(run: Run, name: str) -> bool:
    """Return whether a network reads fewer of MNIST's validation digits after the fine-tuning."""
    return run.tuning["MNIST, after"][name] < run.tuning["MNIST, before"][name]


def forgotten(run: Run, name: str) -> float:
    """Return the points that a network loses on the test digits with the fine-tuning."""
    return run.tested[name][0] - run.tested[f"{name}, tuned"][0]


def _others_gained(run: Run) -> bool:
    """Return whether the single layer gains two to six drawings with five other splits."""
    return len(run.gained) == 5 and (min(run.gained), max(run.gained)) == (2, 6)


CLAIMS = [
    general(
        "For each digit, the two medians of the thickness differ by less than a fifth, and those"
        " of the width by less than a third.",
        lambda run: (
            medians_differ_by(run, "thickness") < 1 / 5 and medians_differ_by(run, "width") < 1 / 3
        ),
    ),
    general(
        "Each network reads more of the prepared drawings than of the squeezed ones.",
        lambda run: all(
            run.right["prepared"][name] > run.right["squeezed"][name] for name in NETWORKS
        ),
    ),
    general(
        "So the size and the place at the end are MNIST's.",
        lambda run: run.unchanged >= 0.99,
    ),
    general(
        "Without the preparation, each network loses more than ten points.",
        lambda run: all(lost(run, "large, squeezed", name) > 10 for name in NETWORKS),
    ),
    general(
        "With it, each network loses less than half of what it loses without.",
        lambda run: all(
            lost(run, "large, prepared", name) < lost(run, "large, squeezed", name) / 2
            for name in NETWORKS
        ),
    ),
    our_run(
        "In our run, none loses more than one point.",
        lambda run: all(lost(run, "large, prepared", name) <= 1 for name in NETWORKS),
    ),
    our_run(
        "But this is not the whole answer: the multi-layer perceptron has no convolution, and in"
        " our run it reads more of them than the single layer, too.",
        lambda run: (
            run.accuracies["large, squeezed"]["mlp"] > run.accuracies["large, squeezed"]["single"]
        ),
    ),
    general(
        "The convolutional network reads more of the squeezed digits than the single layer does.",
        lambda run: (
            run.accuracies["large, squeezed"]["cnn"] > run.accuracies["large, squeezed"]["single"]
        ),
    ),
    general(
        "After twenty passes or more over the drawings by the program, the single layer and the"
        " multi-layer perceptron read fewer of MNIST's validation digits than before.",
        lambda run: forgets(run, "single") and forgets(run, "mlp"),
        applies=lambda run: run.parameters["epochs"] >= 20 and not run.parameters["drawings"],
    ),
    our_run(
        "In our run, so does the convolutional network.",
        lambda run: forgets(run, "cnn"),
    ),
    our_run(
        "In our run, all three networks forgot a part of what they knew of MNIST.",
        lambda run: all(forgets(run, name) and forgotten(run, name) > 0 for name in NETWORKS),
    ),
    our_run(
        "In our run, the single layer learned to read six more of fifty drawings, and two to six"
        " more with five other splits.",
        lambda run: (
            drawings_read(run, "after", "single") == drawings_read(run, "before", "single") + 6
            and _others_gained(run)
        ),
    ),
    our_run(
        "But this is one way to split the drawings: with five others, it read two to six more"
        " in our run.",
        lambda run: _others_gained(run),
    ),
    our_run(
        "In our run, the accuracy on them falls by more than three points from the first pass to"
        " the twentieth, and by less than one point in the forty passes after that.",
        lambda run: (
            len(run.curve) == 60
            and run.curve[0] - run.curve[19] > 0.03
            and 0 < run.curve[19] - run.curve[59] < 0.01
        ),
    ),
    our_run(
        "In our run, each fine-tuned copy reads fewer test digits than its network, by 2.6 points"
        " for the single layer and about 0.6 for the other two.",
        lambda run: [round(forgotten(run, name), 1) for name in NETWORKS] == [2.6, 0.6, 0.6],
    ),
    our_run(
        "In our run, the loss of the convolutional network fell all the same: a lower loss is not"
        " always a higher accuracy.",
        lambda run: (
            run.tested["cnn, tuned"][1] < run.tested["cnn"][1] and forgotten(run, "cnn") > 0
        ),
    ),
    our_run(
        "In our run, the single layer read 43 of the 50 drawings in the other half before, and 49"
        " after.",
        lambda run: (
            [drawings_read(run, when, "single") for when in ("before", "after")] == [43, 49]
        ),
    ),
    our_run(
        "The other two networks had little to gain in our run: they misread none and one of the"
        " 50.",
        lambda run: [drawings_read(run, "before", name) for name in ("mlp", "cnn")] == [50, 49],
    ),
    our_run(
        "In our run, the convolutional network read 99 of the 100 drawings by the program when"
        " they were prepared, and 75 when they were squeezed.",
        lambda run: [run.right[way]["cnn"] for way in ("prepared", "squeezed")] == [99, 75],
    ),
    our_run(
        "Fifty drawings took the accuracy of the single layer on MNIST's validation digits from"
        " 92.1 to 88.8 % in our run.",
        lambda run: (
            [round(run.tuning[f"MNIST, {when}"]["single"], 1) for when in ("before", "after")]
            == [92.1, 88.8]
        ),
    ),
]
# Sentences that compare or count and are no results, by what they rest on.
_RESTING_ON = {
    "definition": [
        "A stroke is what the pen leaves from touching the paper to leaving it: a list of points,"
        " and a width.",
        "The points are pixels of the pad, which has 280 x 280.",
        "Joining the points with a round pen gives a picture, with 0 for paper and 1 for ink, as"
        " in MNIST.",
        "**Center:** put it on 28 x 28 pixels so that its **center of mass** is at row 14 and"
        " column 14.",
        "(Counted from 0, row 14 is the first row below the middle.)",
        "A convolution does the same at every place of the picture.",
        "To go on training a trained network on a few digits of a new kind is called"
        " **fine-tuning**.",
        "The table has four accuracies of each network, in per cent: on the other half of the"
        " drawings and on MNIST's validation digits, before and after.",
        "If they are yours, you know what they were meant to be; the network only sees the ink.",
        "The score is an estimate, and its interval says how far luck with the drawings can move"
        " it.",
        "It counts only if you wrote before you saw the answers, and it speaks of digits written as"
        " you wrote these.",
        "Your score says nothing about a friend's hand.",
    ],
    "code": [
        "With `blind = 50`, the pad shows no answer until you have collected fifty drawings; more"
        " on that below.",
        "With `quick`, both are trained here.",
        "The second prepares digits of MNIST once more.",
        "(A digit that is enlarged and prepared does not come back exactly: enlarging blurs its"
        " grays.)",
        "The networks of the course have not learned from any of these drawings, so all of them can"
        " be used for the score.",
        "All six are splits of the same drawings (in our run a hundred by the program, from about"
        " thirty outlines), so they say nothing about other drawings.",
        "A photo of a digit on paper needs more steps: its paper is gray and its ink is dark, so"
        " paper must first become 0 and ink 1.",
        "Both networks of the course have learned from digits that were shifted and scaled a"
        " little, and the single layer has not.",
        "Squeezed digits can be shifted further than that, and about three quarters of them are"
        " smaller than MNIST's: those enlarged less than ten times.",
        "The course comes with a hundred drawings, ten of each digit.",
        "*A program drew them*, and no person: somebody typed in a few outlines of each digit, and"
        " the program bends, turns and shakes them at random.",
        "The digit is moved by whole pixels, and never over the edge.",
        "That was arranged in part: the program takes the thicknesses from MNIST, and also the"
        " widths, but those with the slant.",
        "The weights are the same, and so are the drawings.",
        "The first 400 validation digits are enlarged to between 4 and 12 times their size and put"
        " somewhere on a pad.",
        "You also see five of the first 10,000 training digits: those whose last hidden layer in"
        " the convolutional network looks most like that of your drawing.",
        "After the last of them, the pad begins to answer.",
        "Where this page is read without a running Python, the pad is only a line of text.",
        "The letter A, drawn with two strokes, goes to the same networks.",
        "With fewer than twenty of yours, the next cells use the drawings by the program.",
        "Of each digit, the first two drawings are a pair, then the next two, and so on; a random"
        " choice decides which drawing of a pair goes into which half.",
        "So both halves hold drawings from the whole time, and, where the program drew, of the"
        " same outlines.",
        "A copy of each network now learns from the first half.",
        "There are few drawings, so they are distorted anew in every pass, as in notebook 3.",
        "Nothing is chosen on the other half; the learning rate is the usual 0.001.",
        "After each pass, each copy reads MNIST's validation digits, up to a thousand of them.",
        "So the single layer also learns from the halves of five other splits; the last line says"
        " how many drawings more it reads in the other half of each.",
        "Here are the ten drawings of which the convolutional network is least sure, the least sure"
        " first.",
    ],
    "printed": [
        "Here is one of them, its first stroke, and the first three points of that:",
        "On the right is an MNIST digit of the same kind:",
        "The dashed lines are the drawings that it learns from, distorted anew in each pass; they"
        " jump, since there are only few.",
        "The points in the figure are accuracies, with their 95 % intervals.",
    ],
    "mathematics": [
        "If these are MNIST's steps, the digits must come out as they went in.",
        "This test says nothing about the shrinking, since these digits already have the right"
        " size.",
        'The ten probabilities add up to 1, and "none of these" is not among them (notebook 5).',
        "Few drawings make wide intervals.",
        "Suppose that a network reads 90 % of somebody's drawings.",
        "To halve an interval takes about four times as many drawings.",
        "And five digits that are read without a mistake say little, as the last line shows.",
        "An interval covers one kind of luck: which drawings happened to be taken.",
    ],
    "instruction": [
        "Answers can change how you write: if a 4 is misread, you may write the next one in another"
        " way.",
        "The same digit in a corner and in the middle, large and small.",
        "A 6 that turns slowly into a 0.",
        "Collect at least twenty, better fifty or more, of all ten digits.",
        "Write as you always write.",
        "Run the cells from *Collect* on before you draw more: what you collect with answers in"
        " sight would be counted, too.",
        "Set `blind` in the parameters to the number of digits that you want to collect, at least"
        " 20, and run the page up to here.",
    ],
    "LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning, section III A": [
        "The makers of MNIST prepared every digit in the same way (LeCun, Bottou, Bengio and"
        " Haffner, 1998).",
    ],
    "Yadav and Bottou (2019), Cold Case: the Lost MNIST Digits, sections 1 and 2": [
        "Yadav and Bottou (*Cold Case: the Lost MNIST Digits*, NeurIPS 2019) went back to the"
        " original scans and reconstructed the missing steps.",
    ],
    "McCloskey and Cohen (1989), Catastrophic interference in connectionist networks": [
        "This is called **forgetting** (McCloskey and Cohen, 1989): nothing in these passes asks a"
        " network to keep what it knew.",
    ],
}
OTHERS = {sentence: why for why, sentences in _RESTING_ON.items() for sentence in sentences}
