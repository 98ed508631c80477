"""The claims of notebook 5."""

import pandas as pd

from tools.claims.claim import Run, general, our_run
from tools.claims.resting_05 import RESTING_ON
from tools.claims.sentences import split

MET = ("translation", "rotation", "scale")  # the corruptions of a kind that training has, too


def mistakes_per_answer(run: Run, low: float, high: float) -> float:
    """Return the share of mistakes of `plain` in the bins from one confidence to another."""
    inside = pd.DataFrame(run.table).query("bin_lower > @low - 0.01 and bin_upper < @high + 0.01")
    return 1 - (inside["digits"] * inside["accuracy"]).sum() / inside["digits"].sum()


def shifted(run: Run, corruption: str, model: str = "distorted") -> pd.DataFrame:
    """Return how a network does under a corruption, by growing severity, and its overconfidence."""
    chosen = pd.DataFrame(run.shifts).query("corruption == @corruption and model == @model")
    chosen = chosen.sort_values("severity", ignore_index=True)
    return chosen.assign(gap=chosen["confidence"] - chosen["accuracy"])


def last_gap(run: Run, corruption: str) -> float:
    """Return the confidence minus the accuracy of `distorted` at the greatest severity."""
    return shifted(run, corruption)["gap"].iloc[-1]


def falls_less(run: Run, corruption: str) -> bool:
    """Return whether the confidence of `distorted` falls to the end, but less than its accuracy."""
    first, last = shifted(run, corruption).iloc[[0, -1]].to_dict("records")
    return last["confidence"] < first["confidence"] and last["gap"] > first["gap"]


def surer_of_negatives_and_wrong(run: Run) -> bool:
    """Return whether `distorted` is surer of negatives than of half-negatives, and wrong."""
    before, negatives = shifted(run, "inversion").tail(2).to_dict("records")
    return before["confidence"] < negatives["confidence"] and negatives["accuracy"] < 0.1


def reads_fewer(run: Run, *corruptions: str) -> bool:
    """Return whether `distorted` reads fewer digits than `plain` under each of them, surely."""
    return all(run.gains[name][4] < 0 for name in corruptions)


def risk_kept(run: Run, name: str) -> float:
    """Return which share of its risk a network keeps if a tenth of the digits is refused."""
    return run.risk_at_90[name] / (1 - run.calibration["accuracy"][name])


def times_chance(run: Run, name: str) -> float:
    """Return the calibration error with a temperature, as a multiple of what chance would leave."""
    return run.calibration["new_error"][name] / run.calibration["by_chance"][name]


def smaller_error(run: Run, name: str) -> bool:
    """Return whether its temperature makes the calibration error of a network smaller."""
    return run.calibration["new_error"][name] < run.calibration["error"][name]


def reads_more_of_the_trained_changes(run: Run) -> bool:
    """Return whether `distorted` beats `plain` on moved, turned and scaled digits, surely."""
    return all(run.gains[name][3] > 0 for name in MET)


def default_recipe(run: Run) -> bool:
    """Return whether `distorted` is the network of notebook 3, by the default recipe."""
    return run.parameters["recipe"] == "default" and not run.parameters["model_file"]


CLAIMS = [
    general(
        "On average, `plain` is less sure where it is wrong than where it is right.",
        lambda run: run.sure_when_wrong < run.sure_when_right,
    ),
    general(
        "So a low confidence is a warning: below 70 %, more than a quarter of the answers are"
        " mistakes, above 90 % fewer than one in ten.",
        lambda run: (
            mistakes_per_answer(run, 0, 0.7) > 0.25 and mistakes_per_answer(run, 0.9, 1) < 0.1
        ),
    ),
    general("`plain` is overconfident.", lambda run: run.overconfidence > 0),
    general(
        "Most digits lie in the last bin, so the gap of that bin counts most.",
        lambda run: list(run.table["digits"].values())[-1] > run.test / 2,
    ),
    general(  # the loss is convex in 1 / temperature, so a lowest value inside is the only turn
        "The loss falls up to the best temperature, which lies above 1, and rises after it.",
        lambda run: 1 < run.temperature < 5.9,
    ),
    general(
        "With its temperature, which was found on other digits, `plain` has a smaller"
        " calibration error than without: compare `error` and `new_error` in the next table.",
        lambda run: smaller_error(run, "plain"),
    ),
    general("`smoothed` is underconfident.", lambda run: run.gap < 0),
    general(
        "Smoothed labels do not by themselves make this network calibrated; they move it from one"
        " side to the other.",
        lambda run: run.overconfidence > 0 > run.gap,
    ),
    general(
        "Refusing a tenth of the digits lowers the risk of every network.",
        lambda run: all(risk_kept(run, name) < 1 for name in run.risk_at_90),
    ),
    our_run(
        "In our run `single` keeps about half of its risk, and each network with hidden layers a"
        " tenth or less; the 0.02 % of `distorted` are two mistakes.",
        lambda run: (
            0.4 < risk_kept(run, "single") < 0.6
            and all(risk_kept(run, name) <= 0.1 for name in ("plain", "smoothed", "distorted"))
            and round(run.risk_at_90["distorted"] * 0.9 * run.test) == 2
        ),
    ),
    general("Fewer mistakes among its answers.", lambda run: run.risk < run.mistakes / run.test),
    our_run(
        "In our run, 59 % of the mistakes are refused; of the refused digits, 39 % are mistakes.",
        lambda run: [round(100 * run.caught / n) for n in (run.mistakes, run.refused)] == [59, 39],
    ),
    our_run(
        "In our run, the risk falls from 0.79 % to 0.32 %.",
        lambda run: [round(100 * x, 2) for x in (1 - run.accuracy, run.risk)] == [0.79, 0.32],
    ),
    our_run(
        "The price is a person's time, here for 119 of 10,000 digits; the network had read 72 of"
        " these rightly.",
        lambda run: (run.refused, run.test, run.refused - run.caught) == (119, 10_000, 72),
    ),
    our_run(
        "In our run this holds for `plain` and `distorted`.",
        lambda run: (
            [x for x in run.risk_at_90 if times_chance(run, x) <= 1] == ["distorted", "plain"]
        ),
    ),
    our_run(
        "`smoothed` keeps about three times as much as chance would leave in our run, and so does"
        " `single`, which is no better with its temperature than without: one number does not mend"
        " every network.",
        lambda run: (
            all(2.5 < times_chance(run, name) < 3.5 for name in ("single", "smoothed"))
            and not smaller_error(run, "single")
        ),
    ),
    our_run(
        "In our run, the answers that `plain` gave with a confidence between 70 and 90 %, 81 % on"
        " average, were right in 44 % of cases.",
        lambda run: [round(100 * share) for share in (run.promised, run.kept)] == [81, 44],
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
        "So small a shift costs `plain` more than a quarter of its accuracy on these digits.",
        lambda run: (
            run.gains["translation"][0] < 75 * shifted(run, "translation", "plain")["accuracy"][0]
        ),
    ),
    general(
        "With the default recipe, `distorted` reads more of the digits that are moved, turned or"
        " scaled, and fewer of those with noise; the intervals exclude zero.",
        lambda run: reads_more_of_the_trained_changes(run) and reads_fewer(run, "noise"),
        applies=default_recipe,
    ),
    our_run(
        "In our run, at these severities, it also reads fewer with blur, lower contrast, a"
        " covered square and partial inversion, and more with thicker strokes.",
        lambda run: (
            reads_fewer(run, "blur", "contrast", "occlusion", "inversion")
            and run.gains["dilation"][3] > 0
        ),
    ),
    general(
        "Training with some changes does not help against all others.",
        lambda run: any(reads_fewer(run, name) for name in run.gains if name not in MET),
    ),
    general(
        "At the right end of the panels of translation, rotation and inversion, the mean"
        " confidence lies more than 20 points above the accuracy.",
        lambda run: min(last_gap(run, x) for x in ("translation", "rotation", "inversion")) > 0.2,
    ),
    our_run(
        "In our run that is so in all panels but that of scale.",
        lambda run: [name for name in run.gains if last_gap(run, name) <= 0.2] == ["scale"],
    ),
    our_run(
        "Look at inversion: in our run the network is surer of the full negatives, at the right"
        " end, than of pictures that are nearly half inverted, and it reads fewer than one in ten"
        " of the negatives.",
        surer_of_negatives_and_wrong,
    ),
    our_run(
        "The threshold does not stop all of this: in our run, `distorted` still answers a fifth of"
        " the pictures, none of which holds a digit.",
        lambda run: round(100 * run.answered_noise) == 20,
    ),
    our_run(
        "It does not help against every other change: in our run, the network reads fewer of"
        " the strongly blurred digits.",
        lambda run: reads_fewer(run, "blur"),
    ),
    general(
        "`plain` is more than half sure of what it sees in pure noise; `smoothed` is less sure than"
        " `plain`.",
        lambda run: run.sure_of_noise["plain"] > max(0.5, run.sure_of_noise["smoothed"]),
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
        "Where digits are moved or turned far, the confidence of `distorted` falls less than its"
        " accuracy, so it notices too little by itself.",
        lambda run: all(falls_less(run, name) for name in ("translation", "rotation")),
    ),
    our_run(
        "In our run, a temperature took the calibration error of `plain` from 1.40 to 0.14 points.",
        lambda run: (
            [round(100 * run.calibration[name]["plain"], 2) for name in ("error", "new_error")]
            == [1.40, 0.14]
        ),
    ),
]

OTHERS = {sentence: why for why, text in RESTING_ON.items() for sentence in split(text)}
