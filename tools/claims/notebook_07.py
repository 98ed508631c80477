"""The claims of notebook 7."""

import numpy as np
from scipy.stats import t

from tools.claims.claim import Run, general, our_run
from tools.claims.resting_07 import RESTING_ON

# Four pairs that start as fast as relu/adam.
_GOOD_FOUR = ("relu/rmsprop", "gelu/adam", "gelu/rmsprop", "gelu/momentum")


def _kinds(run: Run) -> list[str]:
    """Return the activations of the experiment."""
    return str(run.parameters["activations"]).split()


def _has_sgd(run: Run) -> bool:
    return "sgd" in str(run.parameters["optimizers"]).split()


def _is_short(run: Run) -> bool:
    """Return whether the experiment takes as few steps as with the default values, or fewer."""
    return run.parameters["epochs"] <= 5 and run.parameters["experiment_size"] <= 3000


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _sgd_is_behind(run: Run) -> bool:
    return all(run.means[f"{kind}/sgd"] < run.means[f"{kind}/adam"] for kind in _kinds(run))


def _is_short_with_sgd(run: Run) -> bool:
    return _is_short(run) and _has_sgd(run)


def _spread(values: list[float]) -> float:
    return max(values) - min(values)


def _most_varied(run: Run) -> str:
    """Return the pair whose differences to relu/adam vary the most, of those that did not fail."""
    runs = {pair: values for pair, values in run.named_scores.items() if min(values) >= 0.5}
    return max(runs, key=lambda pair: np.std(np.subtract(runs[pair], runs["relu/adam"])))


def _longer(comparisons: int, runs: int) -> float:
    """Return how many times longer Bonferroni's correction makes a paired t interval."""
    return float(t.ppf(1 - 0.025 / comparisons, runs - 1) / t.ppf(1 - 0.025, runs - 1))


def _rate(run: Run, kind: str, rule: str) -> float:
    return run.best_rates[str((kind, rule))]


CLAIMS = [
    general(
        "With sigmoids, the gradient of the first layer is less than a thousandth of the output"
        " layer's.",
        lambda run: run.shrinking["sigmoid"] > 1000,
    ),
    general(
        "With the other three, it is more than a tenth.",
        lambda run: all(run.shrinking[kind] < 10 for kind in ("relu", "gelu", "tanh")),
    ),
    general(
        "In an experiment as short as this, SGD at this rate is more than fifty points behind"
        " Adam.",
        lambda run: _mean(run.untuned["adam"]) - _mean(run.untuned["sgd"]) > 0.5,
        applies=_is_short_with_sgd,
    ),
    general(
        "The gradients of the networks with six layers, printed above, are all less than 0.1.)",
        lambda run: all(max(run.sizes[kind][0], run.sizes[kind][-1]) < 0.1 for kind in run.sizes),
    ),
    general(
        "Each line is a valley.",
        lambda run: not any("relu" in pair for pair in run.at_an_end),
    ),
    general(
        "The best rate of SGD is at least ten times that of Adam, so no one rate is fair to all.",
        lambda run: _rate(run, "relu", "sgd") / _rate(run, "relu", "adam") > 9.99,
        applies=_has_sgd,
    ),
    our_run(
        "In our run, 0.001 is too low for all four rules: for Adam by a factor of ten, for SGD by"
        " a factor of a thousand.",
        lambda run: (
            len(run.untuned) == 4
            and all(_mean(run.untuned[rule]) < run.means[f"relu/{rule}"] for rule in run.untuned)
            and all(_rate(run, "relu", rule) > 0.0011 for rule in run.untuned)
            and 9.9 < _rate(run, "relu", "adam") / 0.001 < 10.1
            and 990 < _rate(run, "relu", "sgd") / 0.001 < 1010
        ),
    ),
    our_run(
        "At rates of their own, SGD is less than three points behind Adam in our run.",
        lambda run: 0 < run.means["relu/adam"] - run.means["relu/sgd"] < 0.03,
    ),
    general(
        "With each activation, Adam's best rate is smaller than SGD's.",
        lambda run: all(_rate(run, kind, "adam") < _rate(run, kind, "sgd") for kind in _kinds(run)),
        applies=_has_sgd,
    ),
    general(
        "In so short a training, the mean of plain SGD is behind that of Adam with each"
        " activation.",
        _sgd_is_behind,
        applies=_is_short_with_sgd,
    ),
    general(
        "Plain SGD started slower, or failed, with each activation.",
        _sgd_is_behind,
        applies=_is_short_with_sgd,
    ),
    our_run(
        "In our run no pair can be called better than relu/adam, though two have a higher mean.",
        lambda run: (
            "better" not in run.verdicts
            and sum(value > 0 for value in run.compared["difference"].values()) == 2
        ),
    ),
    our_run(
        "In our run gelu/sgd failed with two of six seeds, at a rate that both tuning seeds had"
        " survived.",
        lambda run: (
            sum(value < 0.5 for value in run.named_scores["gelu/sgd"]) == 2
            and len(run.named_scores["gelu/sgd"]) == 6
            # The mean of two seeds: above 0.75, none of them is below 0.5.
            and run.tuned["gelu/sgd"] > 0.75
        ),
    ),
    our_run(
        "In our run sigmoid/momentum is more than ten points behind relu/adam, and still not"
        " told apart from it: its interval is the longest in the table, since its differences"
        " vary the most.",
        lambda run: (
            run.compared["verdict"]["sigmoid/momentum"] == "not told apart"
            and run.compared["difference"]["sigmoid/momentum"] < -0.1
            and _most_varied(run) == "sigmoid/momentum"
            and len(run.compared["verdict"]) == 15
            and 1.8 < _longer(15, len(run.named_scores["sigmoid/momentum"])) < 2.2
        ),
    ),
    general(
        "In so short a training, SGD left the first layer where it was: its weights moved by less"
        " than a hundredth of their size.",
        lambda run: run.moved["sgd"] < 0.01,
        applies=_is_short,
    ),
    general(
        "Adam moved them at least a hundred times as far.",
        lambda run: run.moved["adam"] >= 100 * run.moved["sgd"],
        applies=_is_short,
    ),
    general(
        "So a small gradient stopped plain SGD here, and Adam much less, since it divides by the"
        " size.",
        lambda run: run.moved["sgd"] < 0.01 and run.moved["adam"] > 0.1,
        applies=_is_short,
    ),
    general(
        "But under its root stands 1e-7, and that is far more than the square of this layer's"
        " gradient: more than ten times.",
        lambda run: 10 * run.sizes["sigmoid"][0] ** 2 < 1e-7,
    ),
    our_run(
        "Yet moving is not learning: in our run, Adam's network still misreads more than half of"
        " the validation digits.",
        lambda run: run.reached["adam"] < 0.5,
    ),
    our_run(
        "In our run the difference could be chance, as it could be in the experiment.",
        lambda run: (
            run.p_value >= 0.05 and run.compared["verdict"][run.challenger] == "not told apart"
        ),
    ),
    our_run(
        "In our run, each of the two networks misreads digits that the other one reads.",
        lambda run: min(run.alone) > 0,
    ),
    our_run(
        "In our run, the four other than relu/adam cannot be told apart from it, and the means of"
        " the five lie less than one point apart.",
        lambda run: (
            all(run.compared["verdict"][pair] == "not told apart" for pair in _GOOD_FOUR)
            and _spread([run.means[pair] for pair in ("relu/adam", *_GOOD_FOUR)]) < 0.01
        ),
    ),
    our_run(
        "A bad choice costs far more: in our run, sigmoid with plain SGD was more than 25 points"
        " behind relu/adam.",
        lambda run: run.compared["difference"]["sigmoid/sgd"] < -0.25,
    ),
    our_run(
        "In our run, fifteen pairs were compared with relu/adam, and none could be shown to be"
        " better.",
        lambda run: len(run.compared["verdict"]) == 15 and "better" not in run.verdicts,
    ),
]

OTHERS = {sentence: why for why, sentences in RESTING_ON.items() for sentence in sentences}
