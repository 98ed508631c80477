"""The claims of notebook 7."""

from tools.claims.claim import Run, general, our_run

_GOOD_FOUR = ("relu/adam", "relu/rmsprop", "gelu/adam", "gelu/rmsprop")


def _kinds(run: Run) -> list[str]:
    """Return the activations of the experiment."""
    return str(run.parameters["activations"]).split()


def _has_sgd(run: Run) -> bool:
    return "sgd" in str(run.parameters["optimizers"]).split()


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _sgd_is_behind(run: Run) -> bool:
    return all(run.means[f"{kind}/sgd"] < run.means[f"{kind}/adam"] for kind in _kinds(run))


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
        "At this rate, SGD is more than fifty points behind Adam.",
        lambda run: _mean(run.untuned["adam"]) - _mean(run.untuned["sgd"]) > 0.5,
        applies=_has_sgd,
    ),
    general(
        "The lines are valleys, and their lowest points lie at rates that differ by a factor of ten"
        " or more.",
        lambda run: run.ratio > 9.99,
        applies=_has_sgd,
    ),
    general(
        "With each activation, Adam's best rate is smaller than SGD's.",
        lambda run: all(_rate(run, kind, "adam") < _rate(run, kind, "sgd") for kind in _kinds(run)),
        applies=_has_sgd,
    ),
    general("Plain SGD is behind Adam with each activation.", _sgd_is_behind, applies=_has_sgd),
    general("Plain SGD started slower with each activation.", _sgd_is_behind, applies=_has_sgd),
    our_run(
        "In our run no pair is better than relu/adam.",
        lambda run: "better" not in run.verdicts,
    ),
    our_run(
        "In our run gelu/sgd failed with two of six seeds, at a rate that both tuning seeds had"
        " survived.",
        lambda run: (
            sum(value < 0.5 for value in run.named_scores["gelu/sgd"]) == 2
            and len(run.named_scores["gelu/sgd"]) == 6
        ),
    ),
    our_run(
        "In our run sigmoid/momentum is more than ten points behind relu/adam, and still not told"
        " apart from it: its own runs lie further apart than that.",
        lambda run: (
            run.compared["verdict"]["sigmoid/momentum"] == "not told apart"
            and run.compared["difference"]["sigmoid/momentum"] < -0.1
            and max(run.named_scores["sigmoid/momentum"])
            - min(run.named_scores["sigmoid/momentum"])
            > -run.compared["difference"]["sigmoid/momentum"]
        ),
    ),
    general(
        "SGD left the first layer where it was: its weights moved by less than a hundredth of their"
        " size.",
        lambda run: run.moved["sgd"] < 0.01,
    ),
    general(
        "Adam moved them at least a hundred times as far.",
        lambda run: run.moved["adam"] >= 100 * run.moved["sgd"],
    ),
    our_run(
        "Yet moving is not learning: in our run, Adam's network still misreads more than half of"
        " the digits.",
        lambda run: run.reached["adam"] < 0.5,
    ),
    our_run(
        "In our run the difference could be chance, as it could be in the experiment.",
        lambda run: (
            run.p_value >= 0.05 and run.compared["verdict"][run.challenger] == "not told apart"
        ),
    ),
    general(
        "Each of the two networks misreads digits that the other one reads.",
        lambda run: min(run.alone) > 0,
    ),
    our_run(
        "ReLU or GELU with Adam or RMSprop: in our run, the means of these four pairs lie less than"
        " one point apart.",
        lambda run: (
            max(run.means[pair] for pair in _GOOD_FOUR)
            - min(run.means[pair] for pair in _GOOD_FOUR)
            < 0.01
        ),
    ),
    our_run(
        "A bad choice costs far more: in our run, sigmoid with plain SGD was more than 25 points"
        " behind relu/adam.",
        lambda run: run.compared["difference"]["sigmoid/sgd"] < -0.25,
    ),
    our_run(
        "In our run, fifteen pairs were compared with relu/adam, and none was better.",
        lambda run: len(run.compared["verdict"]) == 15 and "better" not in run.verdicts,
    ),
]

# Sentences that compare or count and are no results, with what they rest on.
OTHERS = {
    "The hard part is the comparison: it must be set up so that its answer means something.": (
        "instruction"
    ),
    "The experiment trains many networks, so each of them learns from fewer digits.": "code",
    "A long training takes thousands of steps (notebook 3).": (
        "code: the recipe plain of notebook 3, 20 epochs of 422 steps"
    ),
    "The experiment takes far fewer, so it is about **who starts fastest**.": "printed",
    "The sigmoid's slope is nowhere above a quarter.": "mathematics",
    "So six sigmoids in a row shrink a gradient at least $4^6$ = 4,096 times, and it is multiplied"
    " with the weights too.": "mathematics",
    "The same for all layers, each gradient divided by that of the output layer:": "code",
    "Plain gradient descent takes steps in proportion to the gradient, so it hardly moves such"
    " layers.": "mathematics",
    "To see how they differ, we take a toy: two weights, and a loss of half of $x^2 + 20y^2$.": (
        "definition"
    ),
    "It is a long valley, twenty times as steep across as along.": "definition",
    "The gradient is the steepness times the place.": "mathematics",
    "To each step it adds nine tenths of the step before:": "code",
    "Keras goes as many steps from the same start, and we compare the ends:": "code",
    "Each path starts at the left; the cross marks the lowest point.": "definition",
    "RMSprop and Adam begin at the same pace across the valley and along it, since they divide each"
    " gradient by its size.": "mathematics",
    "At its first step, Adam moves each weight by the learning rate, and RMSprop by 3.16 times the"
    " rate (its average starts at zero, uncorrected), however large the gradient is.": (
        "mathematics"
    ),
    "SGD's step grows with the gradient.": "mathematics",
    "So **the same learning rate means something else to each rule**.": "mathematics",
    "In each training the rate falls from this value to zero in a straight line.": "code",
    "While the best one stands at an end, it adds another rate at this end, up to ten rates.": (
        "code"
    ),
    "Two seeds judge a rate, by their mean, so that a rate at which one of them fails has little"
    " chance.": "mathematics",
    "Compare the *lowest points* instead.": "instruction",
    "The best rate may depend on the activation too, so each pair is tuned for itself, by the same"
    " procedure, with the same two seeds.": "code",
    "Then the same fresh seeds judge all pairs.": "code",
    "The means of all pairs; the colors end ten points below the highest:": "code",
    "All pairs have the same seeds, so we compare seed by seed.": "code",
    "So each interval is made longer, until all of them *together* hold with 95 % (Bonferroni's"
    " correction).": "mathematics",
    "A pair with a run below 50 % has failed, and gets no interval.": "definition",
    '"Not told apart" does not mean "equal".': "definition",
    "The other is the *challenger*, the best of all other pairs in the experiment, told apart or"
    " not.": "definition",
    "Its rate is the recipe's, times the ratio of the two tuned rates.": "code",
    "(Write a negative number if you think that it is worse.)": "instruction",
    "Some test digits that only one of the two networks misreads:": "code",
    "Equal accuracy does not mean equal mistakes.": "definition",
    "that a pair which starts fast is better in the end,": "says what was not measured",
    "that the order is the same in deeper networks, or for other data,": (
        "says what was not measured"
    ),
    "that pairs which we could not tell apart are equal.": "says what was not measured",
    "With more seeds, the intervals would be shorter.": "mathematics",
    "Wilson and others (2017) found that networks trained by SGD or momentum generalize better than"
    " those trained by Adam, RMSprop or AdaGrad.": (
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
