"""The claims of notebook 3."""

from tools.claims.claim import Run, general, our_run


def gain(run: Run, setting: str) -> float:
    """Return the mean gain of a remedy over the plain network, in points."""
    return run.remedies["gain"][setting]


def below_zero(table: dict, setting: str) -> bool:
    """Return whether the interval of a setting lies wholly below zero."""
    return table["high"][setting] < 0


def holds_zero(table: dict, setting: str) -> bool:
    """Return whether the interval of a setting holds zero."""
    return table["low"][setting] <= 0 <= table["high"][setting]


SAME_DIGITS = ["stop early", "dropout", "smoothing", "decay"]
OTHER_DIGITS = ["more digits", "distortion"]


def best_of_the_same(run: Run) -> float:
    """Return the largest mean gain of the remedies that keep to the same digits, in points."""
    return max(gain(run, name) for name in SAME_DIGITS)


CLAIMS = [
    our_run(
        "In our run, the second layer is a gain: one layer of 200 is worse than two, and its"
        " interval lies wholly below zero.",
        lambda run: run.second_layer > 0 and below_zero(run.sizes, "1 x 200"),
    ),
    our_run(
        "So is the width: the interval of two layers of 50 lies below zero too.",
        lambda run: below_zero(run.sizes, "2 x 50"),
    ),
    our_run(
        "The interval of a third layer holds zero: our five seeds cannot tell whether it helps.",
        lambda run: holds_zero(run.sizes, "3 x 200") and len(run.plain) == 5,
    ),
    general(
        "This one does so after the epoch with the lowest validation loss.",
        lambda run: (
            run.best_epoch < len(run.curves["loss"])
            and run.curves["val_loss"][-1] > min(run.curves["val_loss"])
            and run.curves["loss"][-1] < run.curves["loss"][run.best_epoch - 1]
        ),
    ),
    general(
        "At the end it reads nearly all of its training digits rightly.",
        lambda run: run.curves["accuracy"][-1] > 0.95,
    ),
    our_run(
        "In our run, the network reads more digits rightly at the end than when it is stopped,"
        " and yet its loss is higher.",
        lambda run: run.plain[0] > run.by_remedy["stop early"][0] and run.end_loss > run.stop_loss,
    ),
    general(
        "The last line says why: at the end it is surer of its mistakes, and a sure mistake costs"
        " much loss.",
        lambda run: run.sure_at_end > run.sure_at_stop,
    ),
    general(
        "Three times as many digits gain more than each of the four remedies that keep to the same"
        " digits.",
        lambda run: gain(run, "more digits") > best_of_the_same(run),
    ),
    our_run(
        "In our run, distorted digits gain still more, and they are better than the digits as they"
        " are with every seed.",
        lambda run: (
            gain(run, "distortion") > gain(run, "more digits")
            and run.remedies["better"]["distortion"] == len(run.plain)
        ),
    ),
    our_run(
        "In our run, label smoothing gains too, the most of the four.",
        lambda run: (
            run.remedies["low"]["smoothing"] > 0
            and max(SAME_DIGITS, key=lambda name: gain(run, name)) == "smoothing"
        ),
    ),
    our_run(
        "Stopping early loses: its interval lies below zero.",
        lambda run: below_zero(run.remedies, "stop early"),
    ),
    our_run(
        "The intervals of dropout and of weight decay, at these strengths, hold zero: our seeds"
        " show no gain, and we drop both.",
        lambda run: holds_zero(run.remedies, "dropout") and holds_zero(run.remedies, "decay"),
    ),
    our_run(
        "In our run, up to the dotted line, the network reads its own distorted digits less well"
        " than the validation digits, which are as they were written.",
        lambda run: all(
            run.model_curves["accuracy"][epoch] < run.model_curves["val_accuracy"][epoch]
            for epoch in range(int(run.fade))
        ),
    ),
    general(
        "At the end the network reads nearly all of its training digits, and more of them than of"
        " the validation digits.",
        lambda run: (
            run.model_curves["accuracy"][-1] > 0.95
            and run.model_curves["accuracy"][-1] > run.model_curves["val_accuracy"][-1]
        ),
    ),
    our_run(
        "In our run, a second layer and more width helped, and a third layer could not be told"
        " from luck.",
        lambda run: (
            below_zero(run.sizes, "1 x 200")
            and below_zero(run.sizes, "2 x 50")
            and holds_zero(run.sizes, "3 x 200")
        ),
    ),
    our_run(
        "In our run, other digits helped most, real or distorted.",
        lambda run: min(gain(run, name) for name in OTHER_DIGITS) > best_of_the_same(run),
    ),
    our_run(
        "Among the remedies that keep to the same digits, label smoothing helped most in our run.",
        lambda run: max(SAME_DIGITS, key=lambda name: gain(run, name)) == "smoothing",
    ),
    general(
        "Some mistakes are new: a better network is not the old one with corrections.",
        lambda run: run.new > 0,
    ),
]

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "`repeats` says how often each of them is run, each time with another seed.": "code",
    "To keep that short, they learn from `few` of the training digits, at most 5,000.": "code",
    "Most of the weights sit in the first hidden layer, because each of its neurons has "
    "one weight for each pixel.": "printed",
    "Two networks can have the same layers and the same digits, and still differ in their"
    " seed: in the random weights that they begin with, and in the order in which they "
    "see the digits.": "code",
    "The learning rate begins at 0.002 and falls in a straight line to zero, so the steps"
    " become smaller and smaller.": "code",
    "`repeats` networks with two layers of 200 neurons learn from the same digits, in the"
    " same way.": "code",
    "Only the seed differs.": "code",
    "(From 96 % to 97 % is one point.)": "definition",
    "A difference between two settings means something only if the seed alone does not do"
    " as much.": "definition",
    "So each comparison below uses the same seeds for both settings.": "code",
    "The mean of these differences is the **gain**.": "definition",
    "The **95 % interval** around it (Student, 1908) is narrow if all seeds agree, and "
    "wide if they do not.": "mathematics",
    "If the interval holds zero, these seeds cannot tell which setting is better.": "definition",
    "All sizes, in points against the plain network.": "definition",
    "A setting to the right of the gray line is better than the plain network, one to the"
    " left is worse.": "definition",
    "Here is the first of them once more, with its curves.": "code",
    "One definition, for the rest of this notebook: a network **overfits** while its loss"
    " on the training digits falls and its loss on the validation digits rises.": "definition",
    "The first is the simplest: stop when the validation loss has not been lower for "
    "three epochs, and go back to the weights of the best epoch.": "code",
    "The first of these networks and the one of the curves above have the same seed.": "code",
    "So a network that overfits, as defined above, need not read worse.": "the claim before it",
    "When the trained network answers, nothing is dropped.": "Srivastava et al. (2014), section 1",
    "**Label smoothing** (Szegedy et al., 2016) asks for less than certainty.": "definition",
    "**Weight decay** (Krogh and Hertz, 1991; beside Adam as by Loshchilov and Hutter, "
    "2019) shrinks all weights a little at each step, here by 0.3 times the learning "
    "rate.": "code",
    "A weight stays large only if training keeps pushing it up.": "mathematics",
    "It is turned by up to 15 degrees, made larger or smaller by up to 15 %, slanted by up to "
    "15 % of its height, and shifted by up to 2 pixels; the field moves each point by about 0.7 "
    "pixels along each axis.": "code",
    "If `save_as` is empty, the file stands in a temporary folder, only for this check:": "code",
    "With `distortion_cooldown=0.5`, the distortion fades over the second half of the "
    "training, so that the last digits are as they were written.": "code",
    "Other strengths may do better; the exercises try some.": "instruction",
    "Its settings were chosen on validation digits.": "benchmarks/README.md",
    "The recipe `default` takes twice the `epochs` of the experiments, since distorted "
    "digits do not run out.": "code",
    "Label smoothing is not among the settings: added to the distortion, it brought "
    "nothing that two seeds could show (`benchmarks/README.md`, "
    "ablation study).": "benchmarks/README.md",
    "Where the dashed accuracy lies lower than the picture reaches, it is cut off.": "code",
    "Give the network three times as many digits, and leave all else as it is.": "code",
    "*Only the second right* counts the mistakes that are gone, *only the first right* "
    "those that are new.": "definition",
    "If the networks were equally good, each digit that only one of them reads rightly "
    "would be a toss of a coin, and the two counts would be about the same.": "mathematics",
    "`p` is the probability of counts at least as uneven as these, by chance alone "
    "(McNemar, 1947).": "definition",
    "The design that this course started from reported 96.82 %.": "the report of that design",
    "Train each setting with several seeds, and look at the interval of the gain: if it "
    "holds zero, it may be luck.": "instruction",
    "A network overfits while its loss on the training digits falls and its loss on the "
    "validation digits rises.": "definition",
    "Turn, scale, slant, shift and bend the ones you have, anew in every epoch, but never"
    " so far that one turns into another.": "instruction",
}
