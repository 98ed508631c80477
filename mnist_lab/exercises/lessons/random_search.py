"""Exercises to notebook 8 about chance: a logarithmic draw, and a random search."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _log_uniform(share: Any, low: float, high: float) -> Any:
    return np.exp((1 - np.asarray(share)) * np.log(low) + np.asarray(share) * np.log(high))


def _shares(rng: np.random.Generator) -> list[Case]:
    return [
        Case("half of the way from 0.001 to 0.1", (0.5, 0.001, 0.1)),
        Case("the lower limit", (0.0, 0.0003, 0.03)),
        Case("the upper limit", (1.0, 0.0003, 0.03)),
        Case("limits above 1", (0.25, 10.0, 1000.0)),
        Case("two equal limits", (0.3, 0.02, 0.02)),
        Case("a share drawn at random", (float(rng.random()), 0.002, 0.9)),
        Case("another share", (float(rng.random()), 0.0001, 10.0)),
        Case("five shares", (rng.random(5), 0.0003, 0.03)),
    ]


LOG_UNIFORM = Exercise(
    name="08.2",
    title="A draw on a logarithmic scale",
    function="log_uniform",
    right=_log_uniform,
    cases=_shares,
    misconceptions=(
        Misconception(
            "draws evenly",
            "Half of these draws would lie in the upper half of the range, and hardly any among"
            " the small values. Even steps on a logarithmic scale are factors, not differences.",
            lambda share, low, high: low + share * (high - low),
        ),
        Misconception(
            "returns the logarithm",
            "This is the logarithm of the value. Raise to a power to get back, with the base of"
            " the logarithm.",
            lambda share, low, high: np.log(low) + share * (np.log(high) - np.log(low)),
        ),
        Misconception(
            "returns the logarithm",
            "This is the logarithm of the value. Raise to a power to get back, with the base of"
            " the logarithm.",
            lambda share, low, high: np.log10(low) + share * (np.log10(high) - np.log10(low)),
        ),
        Misconception(
            "mixes two bases",
            "`np.log` belongs to `np.exp`, and `np.log10` to a power of 10. Which pair did you"
            " use?",
            lambda share, low, high: 10 ** _natural(share, low, high),
        ),
        Misconception(
            "mixes two bases",
            "`np.log` belongs to `np.exp`, and `np.log10` to a power of 10. Which pair did you"
            " use?",
            lambda share, low, high: np.exp(_natural(share, low, high) / np.log(10)),
        ),
        Misconception(
            "from the upper limit down",
            "A share of 0 has to give the lower limit, and a share of 1 the upper one.",
            lambda share, low, high: high * (low / high) ** share,
        ),
        Misconception(
            "the power of the difference",
            "The limits differ by a factor. Which one leads from the lower limit to the upper?",
            lambda share, low, high: low * (high - low) ** share,
        ),
        Misconception(
            "takes one number only",
            "The share can be an array. The functions of `math` take one number only, and so does"
            " `float`; NumPy's take arrays as well.",
            lambda share, low, high: low * (high / low) ** float(share),
        ),
    ),
    why="Without the logarithm, about nine in ten rates drawn from 0.0003 to 0.03 would be above"
    " 0.003.",
)


def _natural(share: Any, low: float, high: float) -> Any:
    return np.log(low) + share * (np.log(high) - np.log(low))


TryOut = Callable[[float, float], float]


def _random_search(try_out: TryOut, trials: int, seed: int) -> tuple[float, float, float]:
    # A number between two limits takes one number of the generator, in the order of the draws.
    shares = np.random.default_rng(seed).random((trials, 2))
    rates, distortions = 10 ** (2 * shares[:, 0] - 3.5), 1.5 * shares[:, 1]
    scores = [try_out(*pair) for pair in zip(rates.tolist(), distortions.tolist(), strict=True)]
    best = int(np.argmax(scores))
    return float(rates[best]), float(distortions[best]), float(scores[best])


def _search(
    better: Callable[[float, float], bool] = lambda score, best: score > best,
    rate_of: Callable[[np.random.Generator], float] = lambda dice: 10 ** dice.uniform(-3.5, -1.5),
    new_dice: bool = False,
    distortion_first: bool = False,
) -> Callable[..., tuple[float, float, float]]:
    """Return a random_search() with mistakes.

    Args:
        better: Whether a score replaces the best so far.
        rate_of: Draws a learning rate.
        new_dice: Whether each trial begins with the seed again.
        distortion_first: Whether the distortion is drawn before the rate.
    """

    def random_search(try_out: TryOut, trials: int, seed: int) -> tuple[float, float, float]:
        dice, found = np.random.default_rng(seed), (0.0, 0.0, 0.0)
        for trial in range(trials):
            dice = np.random.default_rng(seed) if new_dice else dice
            distortion = dice.uniform(0, 1.5) if distortion_first else 0.0
            rate = rate_of(dice)
            distortion = distortion if distortion_first else dice.uniform(0, 1.5)
            score = try_out(rate, distortion)
            if trial == 0 or better(score, found[2]):
                found = (rate, distortion, score)
        return found

    return random_search


def _rates_first(try_out: TryOut, trials: int, seed: int) -> tuple[float, float, float]:
    dice = np.random.default_rng(seed)
    rates = 10 ** dice.uniform(-3.5, -1.5, trials)
    tried = [(rate, dice.uniform(0, 1.5)) for rate in rates.tolist()]
    found = [(*pair, try_out(*pair)) for pair in tried]
    return max(found, key=lambda trial: trial[2])


def _from_zero(nothing: Callable[[], Any]) -> Callable[..., Any]:
    """Return a random_search() that ends with something else if no accuracy is above 0."""

    def random_search(try_out: TryOut, trials: int, seed: int) -> Any:
        found = _random_search(try_out, trials, seed)
        return found if found[2] > 0 else nothing()

    return random_search


def _not_set() -> None:
    raise UnboundLocalError("a name has no value yet")


def _tries_again(try_out: TryOut, trials: int, seed: int) -> tuple[float, float, float]:
    rate, distortion, _ = _random_search(try_out, trials, seed)
    return rate, distortion, try_out(rate, distortion)


def _in_order(*places: int) -> Callable[..., Any]:
    """Return a random_search() that returns its three numbers in another order."""

    def random_search(try_out: TryOut, trials: int, seed: int) -> tuple[float, ...]:
        found = _random_search(try_out, trials, seed)
        return tuple(found[place] for place in places)

    return random_search


def _hill(rate: float, distortion: float) -> float:
    """Return a made-up accuracy that is highest at rate 0.005 and distortion 0.6."""
    return 0.95 - 0.1 * (np.log10(rate) + 2.3) ** 2 - 0.05 * (distortion - 0.6) ** 2


def _in_tenths(rate: float, distortion: float) -> float:
    return round(_hill(rate, distortion), 1)


class _Counted:
    """A made-up accuracy that may be asked for only so many times."""

    def __init__(self, most: int) -> None:
        self.left = most

    def __call__(self, rate: float, distortion: float) -> float:
        self.left -= 1
        if self.left < 0:
            raise RuntimeError("try_out was called more often than there are trials")
        return _hill(rate, distortion)


def _trials(rng: np.random.Generator) -> list[Case]:
    def seed() -> int:
        return int(rng.integers(1000))

    return [
        Case("one trial", (_hill, 1, seed())),
        Case("twenty trials", (_hill, 20, seed())),
        Case("thirty trials", (_Counted(30), 30, seed())),
        Case("fifty trials", (_hill, 50, seed())),
        Case("scores below zero", (lambda rate, distortion: -rate - distortion, 25, seed())),
        Case("forty trials, many equally good", (_in_tenths, 40, seed())),
    ]


RANDOM_SEARCH = Exercise(
    name="08.3",
    title="A random search",
    function="random_search",
    right=_random_search,
    cases=_trials,
    misconceptions=(
        Misconception(
            "draws the rate evenly",
            "The rate is drawn on a logarithmic scale. What is drawn evenly is its exponent.",
            _search(rate_of=lambda dice: dice.uniform(10**-3.5, 10**-1.5)),
        ),
        Misconception(
            "the exponent for the rate",
            "A learning rate below zero is the exponent. Raise 10 to its power.",
            _search(rate_of=lambda dice: dice.uniform(-3.5, -1.5)),
        ),
        Misconception(
            "e to the power in place of 10",
            "`np.exp` is a power of e, about 2.718. The rate is a power of *10*.",
            _search(rate_of=lambda dice: np.exp(dice.uniform(-3.5, -1.5))),
        ),
        Misconception(
            "draws the distortion first",
            "In each trial the rate is drawn first, then the distortion. The order matters to the"
            " dice, which hand out their numbers one after the other.",
            _search(distortion_first=True),
        ),
        Misconception(
            "draws all rates first",
            "Here all rates are drawn before the first distortion. The dice hand out their numbers"
            " one after the other: both of a trial come before those of the next trial.",
            _rates_first,
        ),
        Misconception(
            "new dice in each trial",
            "Dice made anew from the same seed show the same numbers: all trials are the same"
            " one. Where are they made?",
            _search(new_dice=True),
        ),
        Misconception(
            "keeps the last trial",
            "This is the last trial. Has it been compared with the best so far?",
            _search(better=lambda score, best: True),
        ),
        Misconception(
            "keeps the worst trial",
            "Higher is better here. Which way does the comparison go?",
            _search(better=lambda score, best: score < best),
        ),
        Misconception(
            "takes the last of equals",
            "Where several are equally good, the first of them counts. So only a trial that is"
            " truly better replaces it.",
            _search(better=lambda score, best: score >= best),
        ),
        *(
            Misconception(
                "begins at zero",
                "Zero is better than all accuracies below it, but no trial had it. Begin with the"
                " first trial.",
                _from_zero(nothing),
            )
            for nothing in (lambda: (0, 0, 0), lambda: None, lambda: (None, None, 0), _not_set)
        ),
        Misconception(
            "tries a setting again",
            "Each call of `try_out` stands for a training. Keep what it returned.",
            _tries_again,
        ),
        *(
            Misconception(
                "another order",
                "The numbers are right, their order is not: rate, distortion, accuracy.",
                _in_order(*places),
            )
            for places in ((2, 0, 1), (1, 0, 2), (0, 2, 1), (2, 1, 0))
        ),
    ),
    tolerance=1e-6,
    why="These lines are a whole search, and a cleverer one has to beat them first.",
    parts=("the rate", "the distortion", "the accuracy"),
)
