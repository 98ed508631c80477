"""The claims of notebook 7."""

import numpy as np
from scipy.stats import t

from tools.claims.claim import Run, general, our_run

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
        "With sigmoids, less than a thousandth of the output layer's gradient arrives at the first"
        " layer.",
        lambda run: run.shrinking["sigmoid"] > 1000,
    ),
    general(
        "With the other three, more than a tenth does.",
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
        "In our run sigmoid/momentum is more than ten points behind relu/adam, and still not told"
        " apart from it: its interval is the longest in the table, since its differences vary the"
        " most, and fifteen comparisons make it about twice as long as one comparison would.",
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
        "(RMSprop divides too, but the 1e-7 under its root is more than ten times the square of the"
        " size printed for this layer.",
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

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "So here its first steps would be smaller than Adam's at the same rate, unlike in the"
    " valley.)": (
        "mathematics: Keras's first steps, g / root(0.1 g^2 + 1e-7) against"
        " g / (g + 1e-7 / root(0.001)), for g below 0.0001"
    ),
    "The hard part is the comparison: it must be set up so that its answer means something.": (
        "instruction"
    ),
    "The long one runs this notebook several times on all digits, each time with another activation"
    " beside ReLU; one of them is SELU, a relative of ReLU.": "code: the grid",
    "Compare their *lowest points*.": "instruction",
    "The table gives each difference and the ends of its interval, in points.": "printed",
    "The experiment trains many networks, so each of them learns from fewer digits.": "code",
    "A long training takes thousands of steps (notebook 3).": (
        "code: the recipe plain of notebook 3, 20 epochs of 422 steps"
    ),
    "With the default values, the experiment takes far fewer, so it is about **who starts"
    " fastest**.": "printed",
    "The sigmoid's slope is nowhere above a quarter.": "mathematics",
    "So the slopes of six sigmoids in a row, taken alone, make a gradient at least $4^6$ = 4,096"
    " times smaller.": "mathematics",
    "The same for all layers, each gradient divided by that of the output layer:": "code",
    "Plain gradient descent takes steps in proportion to the gradient, so it hardly moves such"
    " layers.": "mathematics",
    "To see how they differ, we take a toy: two weights, and a loss of half of $x^2 + 20y^2$.": (
        "definition"
    ),
    "It is a long valley, twenty times as steep across as along.": "definition",
    "The gradient is the steepness times the place.": "mathematics",
    "To each step it adds nine tenths of the step before:": "code",
    "Both averages start at zero, so they are too small at first: after one step, the first is a"
    " tenth of the gradient.": "mathematics",
    "So Adam divides it by $1 - 0.9^{move}$, which is a tenth after one step and close to 1 later;"
    " the other average likewise.": "mathematics",
    "Keras goes as many steps from the same start, and we compare the ends:": "code",
    "Each path starts at the left; the cross marks the lowest point.": "definition",
    "RMSprop and Adam begin at the same pace across the valley and along it, since they divide each"
    " gradient by its size.": "mathematics",
    "So the ends of the paths do not say which rule is better.": "says what was not measured",
    "At the first step in this valley, Adam moves each weight by its learning rate, and RMSprop"
    " by 3.16 times its rate (by 1/√0.1, since its average starts at zero and nothing corrects"
    " it).": ("mathematics: with gradients of 8 and 30, the 1e-7 does not count"),
    "SGD moves the first weight by 8 times its rate, and the second by 30 times, since these are"
    " the gradients.": "mathematics",
    "So **the same learning rate means something else to each rule**.": "mathematics",
    "In each training the rate falls from this value to zero in a straight line.": "code",
    "**Guess first:** take the best rate of each rule.": "instruction",
    "`tune_learning_rate` tries the rate where it begins, one about three times smaller and one"
    " about three times larger (the factor is √10; 0.3 is taken to 0.316).": "code",
    "While the best one stands at an end, it adds another rate at this end, up to ten rates.": (
        "code"
    ),
    "Two seeds judge a rate, by their mean, so that a rate at which one of them fails has little"
    " chance.": "mathematics",
    "The best rate may depend on the activation too, so each pair is tuned for itself, by the same"
    " procedure, with the same two seeds.": "code",
    "Then the same fresh seeds judge all pairs.": "code",
    "All means more than ten points below the highest have the same dark color.": "code",
    "A gray pair has *failed*: at least one of its runs read fewer than 50 %.": "definition",
    "Three things make the comparison fairer:": "instruction",
    "All intervals speak of other seeds: the digits and the tuned rates stay the same, and the"
    " validation digits that judge here have also chosen the rates.": "code",
    "All pairs have the same seeds, so we compare seed by seed.": "code",
    "So each interval is made longer, until all of them *together* hold with at least 95 %"
    " (Bonferroni's correction), if the differences are roughly normal.": "mathematics",
    '"Not told apart" does not mean "equal".': "definition",
    "The other is the *challenger*, the best of all other pairs in the experiment, told apart or"
    " not.": "definition",
    "Its rate is the recipe's, times the ratio of the two tuned rates.": "code",
    "(Write a negative number if you think that it is worse.)": "instruction",
    "Some test digits that only one of the two networks misreads, with their labels.": "code",
    "Two networks with nearly the same accuracy need not make the same mistakes.": (
        "the sentence before it is claimed; the accuracies are printed"
    ),
    "that a pair which starts fast is better in the end,": "says what was not measured",
    "that the order is the same in deeper networks, or for other data,": (
        "says what was not measured"
    ),
    "that pairs which we could not tell apart are equal.": "says what was not measured",
    "With more seeds, the intervals would be shorter.": "mathematics",
    "Wilson and others (2017) found that networks trained by SGD or momentum generalize better than"
    " those trained by Adam or RMSprop.": (
        "Wilson, Roelofs, Stern, Srebro and Recht (2017), The Marginal Value of Adaptive Gradient"
        " Methods in Machine Learning, NIPS, abstract and section 4"
    ),
    "In their experiments, with enough tuning, Adam was never worse than momentum.": (
        "Choi, Shallue, Nado, Lee, Maddison and Dahl (2019), On Empirical Comparisons of Optimizers"
        " for Deep Learning, arXiv 1910.05446, abstract"
    ),
    "Schmidt, Schneider and Hennig (2021) compared fifteen optimizers in more than 50,000"
    " trainings, and found none that clearly led on all tasks.": (
        "Schmidt, Schneider and Hennig (2021), Descending through a Crowded Valley, ICML, abstract"
    ),
    "Momentum adds nine tenths of the step before to each step.": "code",
    "Fresh seeds judge, the same for all.": "code",
}
