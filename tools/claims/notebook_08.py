"""The claims of notebook 8."""

import numpy as np
import pandas as pd

from mnist_lab.evaluation import paired_gains
from mnist_lab.training.search_store import best_so_far, stored_searches
from mnist_lab.training.tuning import plain_settings
from tools.claims.claim import Run, general, our_run


def _rates_decide(run: Run) -> bool:
    """Return whether low rates read less than 90 %, and those from 0.003 to 0.01 over 92 %."""
    trials = pd.DataFrame(run.random_search)
    rates, accuracies = trials["learning_rate"], trials["accuracy"]
    low, middle = accuracies[rates < 0.001], accuracies[rates.between(0.003, 0.01)]
    return low.max() < 0.9 and middle.min() > 0.92 and min(len(low), len(middle)) >= 2


def _lead_of_tpe(score: str) -> tuple[float, float]:
    """Return the interval of TPE's lead in the stored searches, by one half of the digits."""
    table, ended = stored_searches(), pd.DataFrame()
    for kind in ("random", "tpe"):
        ended[kind] = best_so_far(table[table["kind"] == kind], score).iloc[:, -1]
    lead = paired_gains(ended.dropna(), "random")
    return lead["low"]["tpe"], lead["high"]["tpe"]


def _bands_overlap() -> bool:
    """Return whether the middle halves of both kinds' winners overlap, on the digits that chose."""
    table = stored_searches()
    bands = []
    for kind in ("random", "tpe"):
        winners = best_so_far(table[table["kind"] == kind]).iloc[:, -1]
        bands.append(np.quantile(winners, [0.25, 0.75]))
    return max(low for low, _ in bands) < min(high for _, high in bands)


def _lost(run: Run) -> list[float]:
    """Return what the best of ever more trials loses, in points."""
    return [run.curse["lost"][count] for count in sorted(run.curse["lost"], key=int)]


def _ahead_with_every_seed(run: Run) -> bool:
    """Return whether the winner reads more test digits than the baseline with each seed."""
    return all(np.subtract(run.accuracies["winner"], run.accuracies["baseline"]) > 0)


def _changed(run: Run) -> set[str]:
    """Return the settings that the winner has and the baseline has not."""
    plain = plain_settings()
    return {name for name, value in run.winner.items() if value != plain[name]}


CLAIMS = [
    our_run(
        "In our run, all trials with rates below 0.001 read less than 90 %, and all trials with"
        " rates from 0.003 to 0.01 more than 92 %, whatever their distortion. (`random_search`"
        " has the numbers.)",
        _rates_decide,
    ),
    general(
        "The panel of the learning rate has a hill: in the middle third of the axis, the mean"
        " accuracy is higher than to its left and to its right.",
        lambda run: run.hill["middle"] > max(run.hill["left"], run.hill["right"]),
    ),
    general(
        "With more trials, the gap between what the best of them promises and what it keeps grows.",
        lambda run: _lost(run) == sorted(_lost(run)) and _lost(run)[-1] > _lost(run)[0] + 0.1,
    ),
    our_run(
        "In our run, the best of the random search over two settings reads more of these digits"
        " than the best of the search over six.",
        lambda run: run.by_two > run.by_six,
    ),
    our_run(
        "In our run, 0.57 points of test accuracy (0.42 to 0.72): the winner reads more test digits"
        " than the baseline with every seed.",
        lambda run: (
            _ahead_with_every_seed(run)
            and [run.worth[name]["winner"] for name in ("gain", "low", "high")]
            == [0.57, 0.42, 0.72]
        ),
    ),
    general(
        "The table compares pair by pair: on these digits, the interval of TPE's lead lies above"
        " zero.",
        lambda run: _lead_of_tpe("choosing")[0] > 0,
    ),
    general(
        "The bands show how much the searches of one kind differ, and at the right end they"
        " overlap.",
        lambda run: _bands_overlap(),
    ),
    general(
        "In the stored searches, the interval of TPE's lead lies above zero on the digits that"
        " chose, and contains zero on the digits that check: they do not show that its winners are"
        " better than those of chance on other digits.",
        lambda run: (
            _lead_of_tpe("choosing")[0] > 0 and run.lead["low"]["tpe"] < 0 < run.lead["high"]["tpe"]
        ),
    ),
    our_run("Our winner changes three settings.", lambda run: len(_changed(run)) == 3),
    our_run(
        "In our run, the learning rate alone gained, and so did the distortion alone; the"
        " schedule alone made no difference that can be seen.",
        lambda run: (
            _changed(run) == {"learning_rate", "distortion", "schedule"}
            and run.alone["low"]["learning_rate"] > 0
            and run.alone["low"]["distortion"] > 0
            and run.alone["low"]["schedule"] < 0 < run.alone["high"]["schedule"]
        ),
    ),
    our_run(
        "In our run, a search of 20 trials found settings that read more test digits than the"
        " course's plain ones, with every seed.",
        lambda run: run.parameters["trials"] == 20 and _ahead_with_every_seed(run),
    ),
]
# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "The trials learn from a few of them, so that many settings can be tried.": "code",
    "One half **chooses**: it says which setting reads best.": "code",
    "The other half **checks** what was chosen.": "code",
    "You will see below what the second half is good for.": "instruction",
    "It stays the same, and so do the batches of 128 digits.": "code",
    "The plain settings with which notebook 3 began are the **baseline** that a search has to"
    " beat:": "definition",
    "All trials have one seed, so they read the digits in the same order, and networks without"
    " dropout start from the same weights.": "code",
    "The simplest search draws settings at random, tries them, and keeps the best.": "definition",
    "The learning rate is drawn evenly on a logarithmic scale, as ten to the power of a number from"
    " -3.5 to -1.5: a rate from 0.001 to 0.003 is as likely as one from 0.01 to 0.03.": (
        "mathematics"
    ),
    "A ring marks the best.": "code",
    "So where only a few of the settings matter, random drawing beats a grid (Bergstra and Bengio,"
    " 2012).": "Bergstra and Bengio (2012), section 1 and figure 1",
    "Half of the searches are random.": "definition",
    "The other half are of a kind named `tpe`, which comes next.": "definition",
    "A pair has the same digits and the same baseline: one network, which is trial 0 of both"
    " searches.": "code",
    "One search of each does not show which space is better: a large one holds more good settings,"
    " and more bad ones too.": "definition",
    "We go on with the winner over six settings, since the stored searches have the same six.": (
        "code"
    ),
    "A panel without a hill does not mean that its setting does nothing: all six change from dot to"
    " dot, so each panel also shows what the other five do.": "code",
    "Below are the mean accuracies in the left, the middle and the right third of the axis of the"
    " learning rate:": "printed",
    "(With ten trials or fewer, TPE draws none.)": "Optuna's documentation of TPESampler",
    "It sorts the trials into two groups: the good ones (in Optuna the best tenth, at most 25), and"
    " all others.": "Optuna's documentation of TPESampler, gamma",
    "Here the good ones are a full tenth, 43 of 429, where Optuna would take 25.": (
        "printed in the figure; Optuna's documentation of TPESampler, gamma"
    ),
    "The last row is the accuracy as a fraction, so 0.95 is 95 %.": "mathematics",
    "How the searches got there, on the digits that chose, with the same table for these digits:": (
        "printed"
    ),
    "Where the color bar ends in an arrow, all lower accuracies have this color, too.": "code",
    "But a winner is chosen for its luck on them, too, as you will see now.": "mathematics",
    "Both kinds start with the same baselines; the dotted line is their median.": "code",
    "These are the five best trials of our search, with the number of each at the top.": "printed",
    "If one of its settings stood at an end of its range, a better value might lie beyond, and the"
    " range should be wider.": "instruction",
    "(Zero is no such end, since nothing lies below it.)": "mathematics",
    "Write 0 for no difference, and a negative number if random search is better.": "instruction",
    "`accuracy` is the mean of TPE's winners in per cent, and `better` the number of pairs in which"
    " TPE is ahead.": "code",
    "`gain` is the mean lead of TPE in points, over the pairs of searches; `low` and `high` are its"
    " 95 % interval.": "code",
    "On other problems, methods that learn from their trials beat random search (Turner and others,"
    " 2021).": "Turner et al. (2021), Proceedings of Machine Learning Research 133",
    "Its band holds the middle half of them.": "code",
    "Forty settings are all equally good: each reads 95 % of all digits.": "definition",
    "We take the one that looks best.": "definition",
    "All of this is luck, and luck does not last: on new digits, each of the forty reads 95 % on"
    " average.": "definition",
    "Each is judged on 3,000 digits, as many as in the stored searches.": "code",
    "Real settings read the same digits, so they share a part of it, and the best of them gains"
    " less by luck.)": "mathematics",
    "The highest of many numbers is likely to be a lucky one.": "mathematics",
    "Real settings are not equal, so a winner may be good and lucky at once.": "mathematics",
    "Each of their trials was trained a second time, with another seed, and judged on the half that"
    " checks.": "code",
    "We draw some of a search's random trials, take the best of them by one half of the digits, and"
    " look up its accuracy on the other half.": "code",
    "Then the halves change places, since one of them may be easier to read, and we take the"
    " mean.": "code",
    "Each point is the mean over all possible draws of that number of trials.": "code",
    "It is trained again with five fresh seeds, and judged on the digits that check; and so is the"
    " baseline, since one half of the digits may be easier than the other.": "code",
    "A single winner can be lucky or unlucky, so the promise of one search is not always too"
    " high.": "mathematics",
    "And no place has the height 0, so that TPE can try every value.)": (
        "code: mnist_lab/training/parzen.py"
    ),
    "On average, it reads fewer new digits than it promised, since it was chosen for its luck,"
    " too.": "mathematics: the mean of the highest is at least the highest mean",
    "(This holds where the new digits are as hard as those that chose.)": "mathematics",
    "The search was asked one question: which settings are good for a short training on few"
    " digits?": "code",
    "It names the best of those that it tried.": "code",
    "(If the winner is the baseline itself, all gains are zero.)": "code",
    "A gray dot is one seed; the bars are 95 % intervals, each for itself (notebook 7).": "code",
    "The gains of the six rows need not add up to the last one, because settings depend on each"
    " other, and each row has its own luck.": "mathematics",
    "So we train the baseline and the winner on all training digits, each with the same fresh"
    " seeds.": "code",
    "A negative number says that it reads fewer.": "instruction",
    "`gain` is what this tuning was worth, in points of test accuracy, after `final_epochs` passes;"
    " `better` counts the seeds with which the winner is ahead.": "definition",
    "The interval speaks of other seeds for these settings: the digits and the winner are the"
    " same.": "definition",
    "The gain is over the plain settings.": "code",
    "The last network of notebook 3 was tuned by a person: with distortion and 40 passes, it reads"
    " 99.24 % of MNIST's test digits, on average over five seeds (`benchmarks/README.md`).": (
        "benchmarks/README.md, table of accuracies, mlp default"
    ),
    "It draws settings, makes a short training with each, and keeps the best; TPE draws more often"
    " where trials were good.": "definition",
    "(The curves are smooth, so they fall toward the ends of the axis though trials lie there.": (
        "printed: the figure"
    ),
    "On average over many searches, the winner promises more than it keeps.": (
        "mathematics: the mean of the highest is at least the highest mean"
    ),
}
