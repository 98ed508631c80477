"""The exercises to notebook 5: promises, temperatures, and when to refuse."""

from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.calibration import CALIBRATION
from mnist_lab.exercises.lessons.temperature import SEARCH, TEMPERATURE


def _counted(answered: np.ndarray, correct: Any) -> tuple[float, float]:
    """Return coverage and risk; without answers, a risk of 0."""
    mistakes = np.count_nonzero(answered & ~np.asarray(correct))
    return float(answered.mean()), mistakes / max(np.count_nonzero(answered), 1)


def _refusing(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    return _counted(np.asarray(confidence) >= threshold, correct)


def _answers(rng: np.random.Generator) -> list[Case]:
    confidence = rng.uniform(0.2, 1, 200)
    correct = rng.random(200) < confidence
    five = np.array([0.9, 0.8, 0.75, 0.6, 0.4]), np.array([True, True, False, False, True])
    return [
        Case("five answers", (*five, 0.7)),
        Case("a confidence that is equal to the threshold", (*five, 0.75)),
        Case("a threshold that all reach", (*five, 0.25)),
        Case("200 answers", (confidence, correct, 0.8)),
        Case("200 answers, another threshold", (confidence, correct, 0.5)),
        Case("a threshold that none reaches", (*five, 0.99)),
        Case("right answers only", (five[0], np.ones(5, bool), 0.5)),
    ]


def _of_all(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    coverage, risk = _refusing(confidence, correct, threshold)
    return coverage, coverage * risk


def _counts(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    coverage, risk = _of_all(confidence, correct, threshold)
    return coverage * len(confidence), risk * len(confidence)


def _of_refused(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    answered = confidence >= threshold
    return float(answered.mean()), _counted(~answered, correct)[1]


def _caught(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    answered, mistakes = confidence >= threshold, ~correct
    caught = np.count_nonzero(mistakes & ~answered)
    return float(answered.mean()), caught / max(np.count_nonzero(mistakes), 1)


def _undecided(confidence: Any, correct: Any, threshold: float) -> Any:
    return (confidence >= threshold) and not correct


_COUNTS = (
    "counts in place of shares",
    "A number of digits stands where a share is asked for: both lie between 0 and 1.",
)


def _nan_risk(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    coverage, risk = _refusing(confidence, correct, threshold)
    return coverage, risk if coverage else float("nan")


def _kept(confidence: Any, correct: Any, threshold: float) -> tuple[float, float]:
    coverage, risk = _refusing(confidence, correct, threshold)
    return coverage, 1 - risk


REFUSING = Exercise(
    name="05.4",
    title="Coverage and risk",
    function="coverage_and_risk",
    right=_refusing,
    cases=_answers,
    misconceptions=(
        Misconception(
            "risk as a share of all digits",
            "The coverage is right. The risk is the share of mistakes among the answers, not among"
            " all digits. Here it would fall even if the refused digits were drawn at random.",
            _of_all,
        ),
        Misconception(
            "accuracy in place of risk",
            "The coverage is right. The second number is the share of right answers; the risk is"
            " the share of mistakes.",
            _kept,
        ),
        Misconception(
            "the refused digits in place of the answered",
            "This looks at the digits below the threshold. They are refused, so they are not"
            " answers.",
            lambda confidence, correct, threshold: _counted(confidence < threshold, correct),
        ),
        Misconception(
            "refuses at the threshold too",
            "An answer with less confidence than the threshold is refused. What becomes of one"
            " that is just as sure?",
            lambda confidence, correct, threshold: _counted(confidence > threshold, correct),
        ),
        Misconception(
            "the two swapped",
            "The coverage comes first, the risk second.",
            lambda confidence, correct, threshold: _refusing(confidence, correct, threshold)[::-1],
        ),
        Misconception(*_COUNTS, _counts),
        Misconception(
            *_COUNTS,
            lambda confidence, correct, threshold: (
                _counts(confidence, correct, threshold)[0],
                _refusing(confidence, correct, threshold)[1],
            ),
        ),
        Misconception(
            "the share of the refused as coverage",
            "The risk is right. The first number is the share of the digits that are refused; the"
            " coverage is the share that is answered.",
            lambda confidence, correct, threshold: (
                float((confidence < threshold).mean()),
                _refusing(confidence, correct, threshold)[1],
            ),
        ),
        Misconception(
            "mistakes among the refused",
            "The coverage is right. The second number looks at the refused digits; the risk is the"
            " share of mistakes among the answers that are given.",
            _of_refused,
        ),
        Misconception(
            "the share of mistakes that are refused",
            "The coverage is right. The second number says which share of the mistakes is refused."
            " The risk is about the answers that are given: how many of them are mistakes?",
            _caught,
        ),
        Misconception(
            "decides for a whole array at once",
            "If a truth value is called ambiguous: `if`, `and` and `not` decide once, and not for"
            " each digit of an array. Between arrays of truths stand `&` and `~`.",
            _undecided,
        ),
        Misconception(
            "divides by no answers",
            "Where nothing is answered, there is nothing to divide by. The text says what the risk"
            " is then.",
            _nan_risk,
        ),
    ),
    why="These two numbers say what a threshold costs, and what it gains.",
    parts=("the coverage", "the risk"),
)


def _costs(term: int) -> dict[str, int]:
    return {"cost_of_mistake": 20 if term == 0 else (25, 10, 50, 40, 8)[term % 5]}


COSTS = Question(
    name="05.5",
    title="Where refusing pays",
    answer="best_threshold",
    numbers=_costs,
    right=lambda cost_of_mistake: 1 - 1 / cost_of_mistake,
    within=1e-4,
    misconceptions=(
        Misconception(
            "the chance of a mistake, not the confidence",
            "This is how often an answer may be wrong. What is the confidence then?",
            lambda cost_of_mistake: 1 / cost_of_mistake,
        ),
        Misconception(
            "odds in place of a share",
            "Refusing costs the same whether the answer would have been right or wrong. Answering"
            " costs something only if it is wrong.",
            lambda cost_of_mistake: cost_of_mistake / (cost_of_mistake + 1),
        ),
        Misconception(
            "in per cent",
            "A threshold is compared with confidences, which lie between 0 and 1.",
            lambda cost_of_mistake: 100 * (1 - 1 / cost_of_mistake),
        ),
        Misconception(
            "an even chance",
            "At a confidence of one half, every second answer is wrong. What do two such answers"
            " cost, and what does it cost to refuse both?",
            lambda cost_of_mistake: 0.5,
        ),
        Misconception(
            "never answers",
            "A program that answers only what is certain pays for all the other digits.",
            lambda cost_of_mistake: 1,
        ),
    ),
    why="With calibrated confidences, costs give the threshold. Without, this sum is wrong.",
)

EXERCISES = (CALIBRATION, TEMPERATURE, SEARCH, REFUSING, COSTS)
