"""An exercise on confidence: what it promises and does not keep."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _binned(confidence: Any, correct: Any, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many answers each bin holds, and its mean gap; of an empty bin it is nan."""
    places = np.ceil(np.asarray(confidence) * bins).astype(int) - 1
    counts = np.bincount(places, minlength=bins)
    gaps = np.bincount(places, weights=confidence - np.asarray(correct, float), minlength=bins)
    with np.errstate(all="ignore"):
        return counts, gaps / counts


def _calibration_error(confidence: Any, correct: Any, bins: int) -> float:
    counts, gaps = _binned(confidence, correct, bins)
    return float(np.nansum(counts * np.abs(gaps)) / counts.sum())


def _with_empty_bins(confidence: Any, correct: Any, bins: int) -> float:
    counts, gaps = _binned(confidence, correct, bins)
    return float((counts * np.abs(gaps)).sum() / counts.sum())


def _without_certain(confidence: Any, correct: Any, bins: int) -> float:
    below = confidence < 1
    counts, gaps = _binned(confidence[below], correct[below], bins)
    return float(np.nansum(counts * np.abs(gaps)) / len(confidence))


def _from_middles(confidence: Any, correct: Any, bins: int) -> float:
    places = np.ceil(np.asarray(confidence) * bins).astype(int) - 1
    return _calibration_error((places + 0.5) / bins, correct, bins)


_EACH_BIN = (
    "each bin counts the same",
    "The mean is over the digits, not over the bins. A bin with many digits counts more.",
)


def _promises(rng: np.random.Generator) -> list[Case]:
    def case(what: str, answers: int, bins: int) -> Case:
        confidence = rng.uniform(0.25, 1, answers)
        correct = rng.random(answers) < confidence**2
        confidence[: answers // 5] = 1.0
        return Case(what, (confidence, correct, bins))

    four = np.array([0.9, 0.7, 0.4, 0.3]), np.array([True, False, True, True])
    return [
        Case("four answers, two bins", (*four, 2)),
        Case("four answers, one bin", (*four, 1)),
        Case("four answers, 100 bins", (np.array([0.915, 0.913, 0.424, 0.335]), four[1], 100)),
        case("300 answers, ten bins", 300, 10),
        case("60 answers, 15 bins", 60, 15),
        Case("certain and right", (np.ones(3), np.array([True, True, True]), 10)),
    ]


CALIBRATION = Exercise(
    name="05.1",
    title="What is promised and not kept",
    function="calibration_error",
    right=_calibration_error,
    cases=_promises,
    misconceptions=(
        Misconception(
            "with the signs",
            "Here gaps above and below zero cancel. Take the size of each bin's gap before you"
            " take the mean.",
            lambda confidence, correct, bins: float(np.mean(confidence) - np.mean(correct)),
        ),
        Misconception(
            "the signs dropped too late",
            "Here gaps above and below zero cancel before their sign is dropped. Take the size of"
            " each bin's gap first, the mean after that.",
            lambda confidence, correct, bins: abs(float(np.mean(confidence) - np.mean(correct))),
        ),
        Misconception(
            *_EACH_BIN,
            lambda confidence, correct, bins: float(
                np.nansum(np.abs(_binned(confidence, correct, bins)[1])) / bins
            ),
        ),
        Misconception(
            *_EACH_BIN,
            lambda confidence, correct, bins: float(
                np.nanmean(np.abs(_binned(confidence, correct, bins)[1]))
            ),
        ),
        Misconception(
            "adds up the gaps",
            "A sum of gaps grows with the number of bins. Weigh each gap by its bin's share of"
            " the digits.",
            lambda confidence, correct, bins: float(
                np.nansum(np.abs(_binned(confidence, correct, bins)[1]))
            ),
        ),
        Misconception(
            "a gap for each digit",
            "A single answer is right or wrong, so it cannot keep a promise of 80 %. Take the mean"
            " confidence and the share of right answers in a bin, then their difference.",
            lambda confidence, correct, bins: float(np.abs(confidence - correct).mean()),
        ),
        Misconception(
            "the middle of a bin",
            "The confidence of a bin is the mean of the confidences in it, not the bin's middle.",
            _from_middles,
        ),
        Misconception(
            "the share of mistakes",
            "A confidence promises a share of right answers. Your gap compares it with the share"
            " of mistakes.",
            lambda confidence, correct, bins: _calibration_error(confidence, ~correct, bins),
        ),
        Misconception(
            "the largest gap",
            "This is the gap of the worst bin. All bins count, each with its share of the digits.",
            lambda confidence, correct, bins: float(
                np.nanmax(np.abs(_binned(confidence, correct, bins)[1]))
            ),
        ),
        Misconception(
            "always ten bins",
            "`bins` says how many bins there are. Yours are always ten.",
            lambda confidence, correct, bins: _calibration_error(confidence, correct, 10),
        ),
        Misconception(
            "loses the certain answers",
            "An answer with confidence 1 is in none of your bins. The last bin includes its end.",
            _without_certain,
        ),
        Misconception(
            "the mean of an empty bin",
            "A bin without answers has no mean. Leave it out.",
            _with_empty_bins,
        ),
    ),
    why="A confidence that is used for decisions has to be checked like this first.",
)
