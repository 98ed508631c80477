"""The claims of notebook 5."""

from tools.claims.claim import Run, general, our_run


def mistakes_per_answer(run: Run, low: float, high: float) -> float:
    """Return the share of mistakes of `plain` in the bins from one confidence to another."""
    table = run.table
    lower, upper = table["bin_lower"], table["bin_upper"]
    chosen = [row for row in lower if lower[row] > low - 0.01 and upper[row] < high + 0.01]
    digits = sum(table["digits"][row] for row in chosen)
    right = sum(table["digits"][row] * table["accuracy"][row] for row in chosen)
    return 1 - right / digits


def gaps(run: Run, corruption: str) -> list[float]:
    """Return the confidence of `distorted` minus its accuracy, by growing severity."""
    shifts, found = run.shifts, []
    for row, name in shifts["corruption"].items():
        if name == corruption and shifts["model"][row] == "distorted":
            gap = shifts["confidence"][row] - shifts["accuracy"][row]
            found.append((shifts["severity"][row], gap))
    return [gap for _, gap in sorted(found)]


def overconfident(run: Run, name: str) -> bool:
    """Return whether a network promises more than it keeps."""
    return run.calibration["confidence"][name] > run.calibration["accuracy"][name]


def smaller_error(run: Run, name: str) -> bool:
    """Return whether its temperature makes the calibration error of a network smaller."""
    return run.calibration["new_error"][name] < run.calibration["error"][name]


def reads_more_of_the_trained_changes(run: Run) -> bool:
    """Return whether `distorted` beats `plain` on moved, turned and scaled digits, surely."""
    return all(run.gains[name][3] > 0 for name in ("translation", "rotation", "scale"))


def default_recipe(run: Run) -> bool:
    """Return whether the network of notebook 3 had the default recipe."""
    return run.parameters["recipe"] == "default"


CLAIMS = [
    general(
        "Where `plain` is wrong it is less sure than where it is right, and still more than half"
        " sure.",
        lambda run: 0.5 < run.sure_when_wrong < run.sure_when_right,
    ),
    general(
        "So a low confidence is a warning: below 70 %, the share of mistakes is more than five"
        " times as large as above 90 %.",
        lambda run: mistakes_per_answer(run, 0, 0.7) > 5 * mistakes_per_answer(run, 0.9, 1),
    ),
    general(
        "`plain` is overconfident.",
        lambda run: run.overconfidence > 0 and overconfident(run, "plain"),
    ),
    general(
        "Most digits lie in the last bin, so the gap of that bin counts most.",
        lambda run: list(run.table["digits"].values())[-1] > run.test / 2,
    ),
    general(
        "The best temperature lies above 1: the search, too, finds that `plain` should be less"
        " sure.",
        lambda run: run.temperature > 1,
    ),
    general(
        "With its temperature, which was found on other digits, `plain` has a smaller calibration"
        " error than without.",
        lambda run: smaller_error(run, "plain"),
    ),
    general(
        "`smoothed` is underconfident.",
        lambda run: run.gap < 0 and not overconfident(run, "smoothed"),
    ),
    general(
        "Smoothed labels do not by themselves make this network calibrated; they move it from one"
        " side to the other.",
        lambda run: overconfident(run, "plain") and not overconfident(run, "smoothed"),
    ),
    general(
        "`plain` has a temperature above 1, `smoothed` one below 1, and for both the error is"
        " smaller with it.",
        lambda run: (
            run.calibration["temperature"]["plain"] > 1 > run.calibration["temperature"]["smoothed"]
            and smaller_error(run, "plain")
            and smaller_error(run, "smoothed")
        ),
    ),
    general(
        "The share of mistakes among the refused digits is more than five times that among all"
        " digits.",
        lambda run: run.caught / run.refused > 5 * run.mistakes / run.test,
    ),
    general(
        "For each of the three networks with hidden layers, refusing a tenth of the digits lowers"
        " the risk by more than a third.",
        lambda run: all(
            run.risk_at_90[name] < 2 / 3 * (1 - run.calibration["accuracy"][name])
            for name in ("plain", "smoothed", "distorted")
        ),
    ),
    general(
        "Both maps pass the test: each changes more than three times as many answers as wiping at"
        " random.",
        lambda run: (
            min(run.changed_by["occlusion"], run.changed_by["gradient"])
            > 3 * run.changed_by["at random"]
        ),
    ),
    general(
        "Three pixels cost `plain` more than a quarter of the digits that it could read.",
        lambda run: run.gains["translation"][0] < 75 * run.calibration["accuracy"]["plain"],
    ),
    general(
        "With the default recipe, `distorted` reads more of the digits that are moved, turned or"
        " scaled, and the intervals exclude zero.",
        reads_more_of_the_trained_changes,
        applies=default_recipe,
    ),
    general(
        "With the default recipe and all of MNIST, it reads fewer of the digits with noise and of"
        " those that are partly inverted.",
        lambda run: all(run.gains[name][4] < 0 for name in ("noise", "inversion")),
        applies=lambda run: default_recipe(run) and run.train == 54_000,
    ),
    general(
        "At the right end of three panels, translation, rotation and inversion, the mean confidence"
        " lies more than 20 points above the accuracy.",
        lambda run: all(
            gaps(run, name)[-1] > 0.2 for name in ("translation", "rotation", "inversion")
        ),
    ),
    general(
        "`plain` is more than half sure of what it sees in pure noise; `smoothed` is less sure than"
        " `plain`.",
        lambda run: (
            run.sure_of_noise["plain"] > 0.5
            and run.sure_of_noise["smoothed"] < run.sure_of_noise["plain"]
        ),
    ),
    general(
        "One number, a temperature found on validation digits, makes the calibration error of both"
        " smaller.",
        lambda run: smaller_error(run, "plain") and smaller_error(run, "smoothed"),
    ),
    general(
        "Training with digits that are moved, turned and scaled, with the default recipe, makes a"
        " network read more of such digits.",
        reads_more_of_the_trained_changes,
        applies=default_recipe,
    ),
    general(
        "Where digits are moved or turned far, its confidence falls less than its accuracy, so it"
        " does not notice by itself.",
        lambda run: all(
            gaps(run, name)[-1] > gaps(run, name)[0] for name in ("translation", "rotation")
        ),
    ),
    our_run(
        "In our run, a temperature took the calibration error of `plain` from 1.40 to 0.14 points.",
        lambda run: (
            round(100 * run.calibration["error"]["plain"], 2) == 1.40
            and round(100 * run.calibration["new_error"]["plain"], 2) == 0.14
        ),
    ),
    our_run(
        "Refusing 119 of 10,000 test digits took the risk of `distorted` from 0.79 to 0.32 % in our"
        " run.",
        lambda run: (
            (run.refused, run.test, run.mistakes) == (119, 10_000, 79)
            and round(100 * run.risk, 2) == 0.32
        ),
    ),
    our_run(
        "Of the digits moved by three pixels, `plain` read 59 % in our run, and `distorted` 97 %.",
        lambda run: [round(share) for share in run.gains["translation"][:2]] == [59, 97],
    ),
]

# Sentences that compare or count and are no results, by what they rest on.
_RESTING_ON = {
    "definition": [
        "A temperature knows nothing of this, since it is found on digits as they are.",
        "Fewer mistakes among its answers.",
        "**Label smoothing** (Szegedy et al., 2016; notebook 3) takes a tenth of each label and "
        "spreads it evenly over the ten digits.",
        "The vertical axis is logarithmic: from one line of the grid to the next, the number of "
        "digits grows tenfold.",
        'A weather service says "80 % chance of rain" on a hundred days.',
        "The **expected calibration error** (Naeini et al., 2015) is the mean size of the gaps, "
        "in which each bin counts as many times as it has digits.",
        "Above zero, the network promises more than it keeps: it is **overconfident**.",
        "Below zero it promises less: it is **underconfident**.",
        "In this **reliability diagram** each point is a bin.",
        "So it needs a **threshold**: an answer with less confidence is refused.",
        "It says, for each pixel, how much a little more ink *there* would raise the logarithm of"
        " the probability, a variant of what Simonyan, Vedaldi and Zisserman (2014) do with the "
        "logit.",
        "The difference is in points, with its 95 % interval (notebook 4): the luck of the test "
        "digits is in it, that of the seed is not.",
        "A network that errs more often should also be less sure.",
        'The softmax divides 100 % among ten digits, and has no place for "this is no digit".',
    ],
    "code": [
        "It has the same layers, and has learned from digits that were moved, turned, stretched "
        "and bent anew in each epoch.",
        "At the defaults, that is the only difference between `plain` and `distorted`: they have "
        "the same layers, the same first weights and equally long training.",
        "The next cell cuts all answers into ten bins of equal width; bins without an answer are "
        "left out.",
        "The bars below count the digits of each bin, and the panel on the right enlarges the "
        "last bin.",
        "In it, `error` is the calibration error in ten bins, and `new_error` the same with the "
        "`temperature` that suits the validation digits of that network.",
        "A threshold is a choice, and is made on the validation digits: we take the confidence "
        "that one in a hundred of them does not reach.",
        "The lines end where fewer than five mistakes are left, since a share of so few says "
        "little.",
        "The next cell does that 784 times, with a square of five by five pixels around each "
        "pixel.",
        "`attributions` does the same for several digits, and knows a second method: the "
        "**gradient**.",
        "Red pixels speak for the answer, blue ones against it, and the bars say how much: in the"
        " occlusion map the fall of the probability, in the gradient the change of the logarithm "
        "per unit of ink.",
        "We take a hundred digits and turn 20 dark pixels of each into paper: the first 20 by "
        "each map, or 20 at random.",
        "A translation is in pixels, a rotation in degrees, and scale 0.3 makes the digit 1.3 "
        "times as large or as small.",
        "Now all nine at growing severity, for three networks that read the same digits.",
        "The table compares `plain` and `distorted` at the severities of the pictures above, in "
        "per cent.",
        "Where the dashed line lies above the solid one, the space between them is filled: there "
        "the network promises more than it keeps.",
        "A thousand pictures hold no digit at all: each pixel has a value drawn at random between"
        " paper and ink.",
    ],
    "mathematics": [
        "So the training asks for 91 % for the digit on the label, and for 1 % for each of the "
        "other nine.",
        "The same mean with the signs of the gaps is the mean confidence minus the accuracy.",
        "A temperature above 1 makes the ten probabilities more alike, one below 1 makes them "
        "less alike.",
        "Their order stays the same, so every answer stays the same, and so does the accuracy.",
        "The vertical lines are 95 % intervals; they are long where a bin has few digits.",
        "`smoothed` was asked for 91 %, never for 100 %.",
        "The occlusion map is white where there is no ink nearby: paper on paper changes nothing.",
        "Look at `translation 3`: the digit has moved by three pixels, about a ninth of the width"
        " of the picture, and nothing else has changed.",
    ],
    "instruction": [
        "Take all answers of `plain` with a confidence between 70 and 90 %.",
    ],
    "Müller, Kornblith and Hinton (2019), When does label smoothing help?, table 3": [
        "Müller, Kornblith and Hinton (2019) report image networks that smoothed labels calibrate"
        " about as well as a temperature does.",
    ],
    "LeCun, Cortes and Burges, the MNIST database": [
        "All test digits come from the same collection as the training digits.",
    ],
}
OTHERS = {sentence: why for why, sentences in _RESTING_ON.items() for sentence in sentences}
