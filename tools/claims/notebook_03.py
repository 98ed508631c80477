"""The claims of notebook 3."""

import numpy as np

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


def slope(values: list[float]) -> float:
    """Return the slope of the straight line that fits values at equal distances best."""
    return float(np.polyfit(range(len(values)), values, 1)[0])


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
        "More neurons are a gain, too: the interval of two layers of 50 lies below zero, and that"
        " of two layers of 400 above it.",
        lambda run: below_zero(run.sizes, "2 x 50") and run.sizes["low"]["2 x 400"] > 0,
    ),
    our_run(
        "The interval of a third layer holds zero: our five seeds cannot tell whether it helps.",
        lambda run: holds_zero(run.sizes, "3 x 200") and len(run.plain) == 5,
    ),
    our_run(
        "In our run, this network overfits from the dotted line to the end: the dashed loss falls,"
        " and the solid one rises slowly.",
        lambda run: (
            run.best_epoch < len(run.curves["loss"])
            and slope(run.curves["loss"][run.best_epoch - 1 :]) < 0
            and slope(run.curves["val_loss"][run.best_epoch - 1 :]) > 0
            and run.curves["val_loss"][-1] == max(run.curves["val_loss"][run.best_epoch - 1 :])
        ),
    ),
    our_run(
        "In our run it reads all of its training digits rightly at the end, but only 94.5 % of the"
        " validation digits.",
        lambda run: (
            run.curves["accuracy"][-1] == 1
            and round(100 * run.curves["val_accuracy"][-1], 1) == 94.5
        ),
    ),
    our_run(
        "Accuracy and loss need not go together, as the first remedy shows in our run.",
        lambda run: (
            (run.split["accuracy"]["not"] - run.split["accuracy"]["stopped"])
            * (run.split["loss"]["not"] - run.split["loss"]["stopped"])
            > 0
        ),
    ),
    our_run(
        "In our run, with this seed, the network reads more digits rightly at the end than when it"
        " is stopped, and yet its loss is higher.",
        lambda run: (
            run.split["accuracy"]["not"] > run.split["accuracy"]["stopped"]
            and run.split["loss"]["not"] > run.split["loss"]["stopped"]
        ),
    ),
    our_run(
        "The digits read rightly cost less at the end, and the mistakes cost more.",
        lambda run: (
            run.split["of the rest"]["not"] < run.split["of the rest"]["stopped"]
            and run.split["of mistakes"]["not"] > run.split["of mistakes"]["stopped"]
        ),
    ),
    our_run(
        "There are fewer mistakes, but the network is surer of them, and a sure mistake costs much"
        " loss.",
        lambda run: (
            run.split["accuracy"]["not"] > run.split["accuracy"]["stopped"]
            and run.split["confidence in mistakes"]["not"]
            > run.split["confidence in mistakes"]["stopped"]
        ),
    ),
    general(
        "Three times as many digits, with three times as many steps, gain more than each of the"
        " four remedies that keep to the same digits.",
        lambda run: gain(run, "more digits") > best_of_the_same(run),
    ),
    our_run(
        "In our run, distortion gains still more: with each of the five seeds, the network with"
        " distorted digits reads more validation digits than the one with three times as many"
        " digits.",
        lambda run: (
            len(run.plain) == 5
            and all(
                distorted > more
                for distorted, more in zip(
                    run.by_remedy["distortion"], run.by_remedy["more digits"], strict=True
                )
            )
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
        "The intervals of dropout and of weight decay, at these strengths, hold zero: on these"
        " 5,000 digits our seeds show no gain.",
        lambda run: holds_zero(run.remedies, "dropout") and holds_zero(run.remedies, "decay"),
    ),
    our_run(
        "In our run, up to the dotted line, the network reads its own distorted digits less"
        " well than the validation digits, which are as they were written (in the right panel,"
        " the dashed line is then below the picture).",
        lambda run: all(
            run.model_curves["accuracy"][epoch] < run.model_curves["val_accuracy"][epoch]
            for epoch in range(int(run.fade))
        ),
    ),
    general(
        "With the recipe's own layers, the network reads nearly all of its training digits at the"
        " end, and more of them than of the validation digits.",
        lambda run: (
            run.model_curves["accuracy"][-1] > 0.95
            and run.model_curves["accuracy"][-1] > run.model_curves["val_accuracy"][-1]
        ),
        applies=lambda run: run.parameters["hidden_layers"] is None,
    ),
    our_run(
        "In our run, over the last ten epochs its validation loss rises a little, with ups and"
        " downs, while its training loss still falls.",
        lambda run: (
            slope(run.model_curves["val_loss"][-10:]) > 0
            and slope(run.model_curves["loss"][-10:]) < 0
        ),
    ),
    our_run(
        "In our run, a second layer helped, and so did more neurons in both; a third layer could"
        " not be told from luck.",
        lambda run: (
            below_zero(run.sizes, "1 x 200")
            and below_zero(run.sizes, "2 x 50")
            and run.sizes["low"]["2 x 400"] > 0
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
]

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "`repeats` says how often each of them is run, each time with another seed.": "code",
    "To keep that short, they learn from `few` of the training digits, at most 5,000.": "code",
    "The validation digits are the same for all networks.": "code",
    "Most of the weights sit in the first hidden layer, because each of its neurons has one "
    "weight for each pixel.": "printed",
    "Two networks can have the same layers and the same digits, and still differ in their "
    "seed: in the random weights that they begin with, and in the order in which they see the"
    " digits.": "code",
    "The learning rate begins at 0.002 and falls in a straight line to zero, so the steps "
    "become smaller and smaller.": "code",
    "`repeats` networks with two layers of 200 neurons learn from the same digits, in the "
    "same way.": "code",
    "Only the seed differs.": "code",
    "(From 96 % to 97 % is one point.)": "definition",
    "With one seed each, a difference between two settings means little if the seed alone does as"
    " much.": "mathematics",
    "So each comparison below uses `repeats` seeds, the same for both settings.": "code",
    "The mean of these differences is the **gain**.": "definition",
    "Around it stands a **95 % interval** (Student, 1908).": "definition",
    "If we repeated the comparison many times with new seeds, about 95 of 100 such intervals "
    "would hold the gain that very many seeds would show.": "mathematics",
    "The interval is narrow if all seeds agree, and wide if they do not.": "mathematics",
    "If it holds zero, these seeds cannot tell which setting is better.": "definition",
    "And chance misleads, too: if a gain is really zero, about one interval of twenty misses"
    " zero all the same.": "mathematics",
    "All these networks answer the same validation digits, and those of one setting learn from the"
    " same training digits.": "code",
    "With other digits, the gains would be others.": "mathematics",
    "All sizes, in points against the plain network.": "definition",
    "A setting to the right of the grey line is better than the plain network, one to the "
    "left is worse.": "definition",
    "We stay at two layers of 200, since two of 400 have more than twice as many weights "
    "(478,410).": "mathematics",
    "Here is the one of the first seed once more, with its curves.": "code",
    "(It is trained alone this time, and rounding may change a few answers.)": "code",
    "One definition, for the rest of this notebook: a network **overfits** while its loss on "
    "the training digits falls and its loss on the validation digits rises.": "definition",
    "That remedy is the simplest: stop when the validation loss has not been lower for three"
    " epochs, and go back to the weights of the best epoch.": "code",
    "The first of these networks and the one of the curves above have the same seed, and "
    "learn in the same way until one of them is stopped.": "code",
    "So a network that overfits, as defined above, need not read worse.": "the claim before it",
    "When the trained network answers, nothing is dropped.": "Srivastava et al. (2014), section 1",
    "**Label smoothing** (Szegedy et al., 2016) asks for less than certainty.": "definition",
    "With 0.1, nine tenths of the target stay with the label, and one tenth is shared by all "
    "ten digits:": "definition",
    "Loshchilov and Hutter, 2019) makes all weights smaller at each step, here by the share "
    "0.3 times the learning rate.": "code",
    "A weight stays large only if training keeps pushing it away from 0.": "mathematics",
    "Give the network three times as many of the training digits, for as many epochs.": "code",
    "So it also takes three times as many steps; all else stays.": "code",
    "Each point of the picture gets a small random shift, and points near each other get "
    "nearly the same one, so the strokes stay whole.": "code",
    "It is turned by up to 15 degrees.": "code",
    "Its height and its width each grow by up to 18 % or shrink by up to 13 %.": "code",
    "It is slanted by about 15 % of its height at most, and shifted by about 2 pixels at most along"
    " each axis.": "code",
    "The bending shifts its points by 0.7 pixels along each axis (their standard"
    " deviation).": "code",
    "For this figure only, the digits and the paper of a column share their random numbers, "
    "so the bent lines show what was done to the digits.": "code",
    "With `distortion_cooldown=0.5`, the distortion fades over the second half of the "
    "training, so that the last digits are nearly as they were written.": "code",
    "(Here, stopping also cuts off the last epochs, in which the learning rate falls to"
    " zero.": "code",
    "With a constant rate it may do better.)": "instruction",
    "Whether they would help it, on all digits and beside distortion, we did not try; and other"
    " strengths may do better.": "instruction",
    "Its settings were chosen on validation digits.": "benchmarks/README.md",
    "The recipe `default` takes 40 epochs, where the experiments take 20 by default: distorted"
    " digits are new in every epoch, so more epochs can still bring something.": "code",
    "Together with distortion, on all the digits, it has shown no clear gain: two seeds read"
    " 99.33 % of the validation digits on average without it, and 99.41 % with 0.05 of"
    " it.": "benchmarks/README.md",
    "The two seeds without it lie farther apart than these two means (`benchmarks/README.md`).": (
        "benchmarks/README.md: 99.33 % ± 0.11 %, so the two seeds are 0.15 points apart or more"
    ),
    "(With the recipe `quick`, that is before the picture begins.)": "code",
    "(The fading makes its digits easier, so a part of that fall may come from it.)": "code",
    "Where the dashed accuracy lies lower than the picture reaches, it is cut off.": "code",
    "(With 40 epochs and without distortion, two seeds of `default` read 98.60 % of the"
    " validation digits on average:": ("benchmarks/accuracy.json: mlp, default, no distortion"),
    "The brackets of the comparison hold the 95 % interval of the gain in points.": "definition",
    "*Only the second right* counts the mistakes that are gone, *only the first right* those "
    "that are new.": "definition",
    "If the networks were equally good, each digit that only one of them reads rightly would "
    "be a toss of a coin, and the two counts would be about the same.": "mathematics",
    "`p` is the probability of counts at least as uneven as these, by chance alone (McNemar, "
    "1947).": "definition",
    "If `save_as` is empty, the file stands in a temporary folder, only for this check:": "code",
    "To let it read yours, set `save_as` here to a name such as mlp.keras, and `model_file` "
    "there to the same name.": "instruction",
    "Train each setting with several seeds, and look at the interval of the gain: if it holds"
    " zero, it may be luck.": "instruction",
    "A network overfits while its loss on the training digits falls and its loss on the "
    "validation digits rises.": "definition",
    "Turn, scale, slant, shift and bend the ones you have, anew in every epoch, but never so "
    "far that one turns into another.": "instruction",
    "Only one experiment takes three times as many digits.": "code",
    "The recipes `quick` and `long` differ from `plain` in more.)": "code",
    "All sizes have the same learning rate; with rates of their own, these gains may differ.": (
        "code"
    ),
    "The outputs that stay are divided by 0.8, so that the sums stay as large on average.": (
        "Keras: keras.layers.Dropout"
    ),
    "There are fewer of them, so do not compare how sure the two networks are.": "printed",
    "It takes 20 epochs, so the two differ in that, too, and this is one seed of each.": "code",
    "What others report on MNIST's 10,000 test digits with dense layers (they learned from up"
    " to 60,000 digits, ours from 54,000 at most):": "the sources in the table",
}
