"""The claims of notebook 8."""

from functools import cache

import numpy as np
import pandas as pd

from mnist_lab.training.search_store import stored_searches
from tools.claims.claim import Run, general, our_run

_OTHERS = ("schedule", "label_smoothing", "weight_decay", "dropout", "distortion")


@cache
def _random_trials() -> pd.DataFrame:
    """Return the stored trials that were drawn at random, without the baselines."""
    stored = stored_searches()
    return stored[(stored["kind"] == "random") & (stored["trial"] > 0)]


def _hill(run: Run) -> bool:
    """Return whether rates in the middle of the range read best, on average."""
    trials = _random_trials()
    thirds = pd.cut(np.log10(trials["learning_rate"]), np.log10(0.0003) + np.arange(4) * 2 / 3)
    left, middle, right = trials.groupby(thirds, observed=True)["choosing"].mean()
    return middle > left and middle > right


def _good_everywhere(run: Run) -> bool:
    """Return whether each value of each other setting has trials of the better half."""
    trials = _random_trials()
    better = trials["choosing"] > trials["choosing"].median()
    return all(better.groupby(trials[name]).any().all() for name in _OTHERS)


def _lost(run: Run) -> list[float]:
    """Return what the best of ever more trials loses, in points."""
    return [run.curse["lost"][count] for count in sorted(run.curse["lost"], key=int)]


def _ahead_with_every_seed(run: Run) -> bool:
    """Return whether the winner reads more test digits than the baseline with each seed."""
    return all(np.subtract(run.accuracies["winner"], run.accuracies["baseline"]) > 0)


CLAIMS = [
    general(
        "The panel of the learning rate has a hill: in the middle third of the axis, the mean"
        " accuracy is higher than to its left and to its right.",
        _hill,
    ),
    general(
        "In the other five panels, every value has trials of the better half.",
        _good_everywhere,
    ),
    general(
        "The more trials are drawn, the more the best of them promises too much.",
        lambda run: _lost(run) == sorted(_lost(run)) and _lost(run)[-1] > _lost(run)[0] + 0.1,
    ),
    general(
        "On average it is, as the stored searches show.",
        lambda run: _lost(run)[-1] > 0,
    ),
    general(
        "On average it reads fewer digits than it promised, since it was chosen for its luck, too.",
        lambda run: _lost(run)[-1] > 0,
    ),
    our_run(
        "In our run the random search over two settings found a better trial than TPE over six,"
        " with as many trials.",
        lambda run: run.by_two > run.by_six,
    ),
    our_run(
        "In our run the winner reads more test digits than the baseline with every seed, and the"
        " interval of the gain lies above zero.",
        lambda run: _ahead_with_every_seed(run) and run.worth["low"]["winner"] > 0,
    ),
    our_run(
        "Among the six settings, the learning rate and the distortion gained most in our run.",
        lambda run: (
            set(sorted(run.alone, key=run.alone.get)[-2:]) == {"learning_rate", "distortion"}
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
    "The course's plain settings of notebook 3 are the **baseline** that a search has to beat:": (
        "definition"
    ),
    "All trials have one seed, so they start from the same weights.": "code",
    "The simplest search draws settings at random, tries them, and keeps the best.": "definition",
    "The learning rate is drawn evenly on a logarithmic scale: a rate from 0.001 to 0.01 is as"
    " likely as one from 0.01 to 0.1.": "mathematics",
    "A ring marks the best.": "code",
    "So it beats a grid where only a few of the settings matter (Bergstra and Bengio, 2012).": (
        "Bergstra and Bengio (2012), section 1 and figure 1"
    ),
    "Half of the searches are random.": "definition",
    "The other half are of a kind named `tpe`, which comes next.": "definition",
    "A pair has the same digits and the same baseline, so the baseline counts twice as a trial and"
    " once as a network.": "code",
    "A large space is not better as such: it holds more good settings, and more bad ones too.": (
        "definition"
    ),
    "This does not mean that these settings do nothing: all six change from dot to dot, so each"
    " panel also shows what the other five do.": "code",
    "It sorts the trials into two groups: the best tenth, and all others.": (
        "Optuna's documentation of TPESampler, gamma; Bergstra et al. (2011), section 4"
    ),
    "These are the five best trials of our search, with the number of each at the top.": "printed",
    "If one of its settings stood at an end of its range, a better value might lie beyond, and the"
    " range should be wider.": "instruction",
    "(Zero is no such end, since nothing lies below it.)": "mathematics",
    "Write 0 for no difference, and a negative number if random search is better.": "instruction",
    "`gain` is the mean lead of TPE in points, over the pairs of searches; `low` and `high` are its"
    " 95 % interval.": "code",
    "On other problems, methods that learn from their trials beat random search (Turner and others,"
    " 2021).": "Turner et al. (2021), Proceedings of Machine Learning Research 133",
    "A line is the median of the searches of one kind, and its band holds the middle half of"
    " them.": "code",
    "Both kinds start at the baseline.": "code",
    "Forty settings are all equally good: each reads 95 % of all digits.": "definition",
    "We take the one that looks best.": "definition",
    "All of this is luck, and luck does not last: on new digits, each of the forty reads 95 %"
    " again.": "definition",
    "The highest of many numbers is likely to be a lucky one.": "mathematics",
    "Real settings are not equal, so a winner may be good and lucky at once.": "mathematics",
    "Each of their trials was trained a second time, with another seed, and judged on the half that"
    " checks.": "code",
    "We draw some of a search's random trials, take the best of them, and look up its accuracy on"
    " the half that checks.": "code",
    "Each point is the mean over all possible draws of so many trials.": "code",
    "(Each half of the digits chooses once and checks once, so it does not matter which half is"
    " easier to read.)": "code",
    "It is trained again with five fresh seeds, and judged on the digits that check; and so is the"
    " baseline, since one half of the digits may be easier than the other.": "code",
    "A single winner can be lucky or unlucky, so the promise of one search is not always too"
    " high.": "mathematics",
    "None of them took part in the search.": "code",
    "(If the winner is the baseline itself, all gains are zero.)": "code",
    "A gray dot is one seed; the bars are 95 % intervals.": "code",
    "The gains of the six rows need not add up to the last one, because settings depend on each"
    " other.": "mathematics",
    "So we train the baseline and the winner on all training digits, each with the same fresh"
    " seeds.": "code",
    "A negative number says that it reads fewer.": "instruction",
    "`gain` is the answer to the question of what this tuning was worth, in points of test"
    " accuracy.": "definition",
    "Its interval speaks of other seeds: the digits are the same.": "definition",
    "It draws settings, makes a short training with each, and keeps the best; TPE draws more often"
    " where trials were good.": "definition",
    "The table of the stored searches says by how many points that beats chance.": "printed",
    "The last table says it in points.": "printed",
}
