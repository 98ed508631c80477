"""The exercises to notebook 8: searches by chance, and what their winners are worth."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.lessons.random_search import LOG_UNIFORM, RANDOM_SEARCH


def _score_lists(rng: np.random.Generator) -> list[Case]:
    return [
        Case("four accuracies", ([0.9, 0.8, 0.95, 0.91],)),
        Case("one accuracy", ([0.7],)),
        Case("scores that fall", ([0.5, 0.4, 0.3],)),
        Case("scores below zero", ([-0.9, -1.2, -0.4, -0.7],)),
        Case("the same score twice", ([0.2, 0.6, 0.6, 0.1],)),
        Case("no trial", ([],)),
        Case("forty accuracies", (rng.uniform(0.8, 0.95, 40).tolist(),)),
    ]


def _best_before(scores: list[float]) -> list[float]:
    return [max(scores[: index or 1]) for index in range(len(scores))]


def _best_from_zero(scores: list[float]) -> list[float]:
    return [max(0.0, *scores[: index + 1]) for index in range(len(scores))]


def _needs_a_trial(scores: list[float]) -> list[float]:
    if not scores:
        raise IndexError("list index out of range")
    return np.maximum.accumulate(scores).tolist()


BEST_SO_FAR = Exercise(
    name="08.1",
    title="The best so far",
    function="best_so_far",
    right=lambda scores: np.maximum.accumulate(np.asarray(scores, float)),
    cases=_score_lists,
    misconceptions=(
        Misconception(
            "the best of all, each time",
            "After the first trial, the later ones are not known yet. Look at the trials up to"
            " here only.",
            lambda scores: [max(scores) for _ in scores],
        ),
        Misconception(
            "the best of all, once",
            "This is the end of the curve. Return one number per trial.",
            lambda scores: max(scores),
        ),
        Misconception(
            "the worst so far",
            "Higher is better here.",
            lambda scores: np.minimum.accumulate(np.asarray(scores, float)),
        ),
        Misconception(
            "sorts the scores",
            "Sorted scores rise, too, but the worst comes first, whenever it was found.",
            lambda scores: sorted(scores),
        ),
        Misconception(
            "compares with the trial before only",
            "The best may lie further back than one trial. Compare with the best, not with the"
            " last score.",
            lambda scores: [
                max(scores[max(index - 1, 0) : index + 1]) for index in range(len(scores))
            ],
        ),
        Misconception(
            "one trial late",
            "The best so far includes the trial that has just ended.",
            _best_before,
        ),
        Misconception(
            "begins at zero",
            "Zero is better than all of these scores, but no trial had it. Begin with the first.",
            _best_from_zero,
        ),
        Misconception(
            "fails without a trial",
            "Without any trial there is no first score. Then the list is empty.",
            _needs_a_trial,
        ),
    ),
    why="Two searches are compared by these curves, at the same number of trials.",
)


def _leads(choosing: Any, checking: Any) -> tuple[float, float]:
    table = 100 * np.column_stack([choosing, checking])
    leads = table[int(np.argmax(table[:, 0]))] - table[0]
    return float(leads[0]), float(leads[1])


def _others(
    held: Callable[[list[float], list[float]], float], per_cent: float = 100.0
) -> Callable[..., tuple[float, float]]:
    """Return a promised_and_held() with another second number, or in another unit."""

    def promised_and_held(choosing: list[float], checking: list[float]) -> tuple[float, float]:
        promised = max(choosing) - choosing[0]
        return per_cent * promised, per_cent * held(choosing, checking)

    return promised_and_held


def _of_winner(choosing: list[float], checking: list[float]) -> float:
    return checking[int(np.argmax(choosing))]


def _last_of_equals(choosing: list[float], checking: list[float]) -> tuple[float, float]:
    last = len(choosing) - 1 - int(np.argmax(choosing[::-1]))
    return 100 * (choosing[last] - choosing[0]), 100 * (checking[last] - checking[0])


def _without_baseline(alone: float | None) -> Callable[..., tuple[float, float]]:
    """Return a promised_and_held() whose winner is never trial 0.

    Args:
        alone: Both numbers if there is no other trial; None for an error.
    """

    def promised_and_held(choosing: list[float], checking: list[float]) -> tuple[float, float]:
        if len(choosing) == 1 and alone is not None:
            return alone, alone
        winner = 1 + int(np.argmax(choosing[1:]))
        return 100 * (choosing[winner] - choosing[0]), 100 * (checking[winner] - checking[0])

    return promised_and_held


def _then(change: Callable[[float, float], Any]) -> Callable[..., Any]:
    """Return a promised_and_held() that changes its two numbers at the end."""
    return lambda choosing, checking: change(*_leads(choosing, checking))


def _searches(rng: np.random.Generator) -> list[Case]:
    def search(what: str, trials: int) -> Case:
        quality = rng.uniform(0.9, 0.95, trials)
        halves = quality + rng.normal(0, 0.01, (2, trials))
        return Case(what, (halves[0].tolist(), halves[1].tolist()))

    return [
        Case("three trials", ([0.90, 0.96, 0.92], [0.91, 0.93, 0.96])),
        Case("a winner that loses its lead", ([0.90, 0.91, 0.93], [0.92, 0.95, 0.91])),
        Case("the baseline itself wins", ([0.95, 0.90, 0.91], [0.93, 0.94, 0.90])),
        Case("one trial, the baseline", ([0.9], [0.8])),
        Case("two that look equally good", ([0.90, 0.94, 0.94], [0.90, 0.92, 0.95])),
        search("twenty trials", 20),
        search("forty trials", 40),
        search("a hundred trials", 100),
    ]


PROMISED_AND_HELD = Exercise(
    name="08.4",
    title="Promised and held",
    function="promised_and_held",
    right=_leads,
    cases=_searches,
    misconceptions=(
        Misconception(
            "chooses again by the digits that check",
            "The first number is right. For the second, no new winner is chosen: look up how the"
            " same trial did on the digits that check.",
            _others(lambda choosing, checking: max(checking) - checking[0]),
        ),
        Misconception(
            "compares with the baseline on the digits that chose",
            "The first number is right. One half of the digits may be easier than the other, so"
            " the lead on the half that checks is over the baseline on the same half.",
            _others(lambda choosing, checking: _of_winner(choosing, checking) - choosing[0]),
        ),
        Misconception(
            "what was lost instead of what held",
            "The first number is right. The second is the lead that is left, not the difference"
            " of the two.",
            _others(
                lambda choosing, checking: (
                    max(choosing) - choosing[0] - _of_winner(choosing, checking) + checking[0]
                )
            ),
        ),
        Misconception(
            "accuracies instead of leads",
            "These are the winner's accuracies. A lead is the difference to the baseline, trial 0.",
            lambda choosing, checking: (100 * max(choosing), 100 * _of_winner(choosing, checking)),
        ),
        Misconception(
            "shares instead of points",
            "Nearly: a point is one per cent. These are shares of 1.",
            _others(
                lambda choosing, checking: _of_winner(choosing, checking) - checking[0],
                per_cent=1.0,
            ),
        ),
        Misconception(
            "looks for the winner on the digits that check",
            "The digits that check take no part in the choice. Which list says who has won?",
            lambda choosing, checking: _leads(checking, choosing)[::-1],
        ),
        Misconception(
            "takes the last of equals",
            "Where two trials look equally good, the earlier one is the winner.",
            _last_of_equals,
        ),
        *(
            Misconception(
                "leaves out the baseline",
                "The baseline is a trial like all others. If none reads more, it is the winner.",
                _without_baseline(alone),
            )
            for alone in (0.0, None)
        ),
        Misconception(
            "the two numbers exchanged",
            "The numbers are right, their order is not: first what was promised, then what held.",
            _then(lambda promised, held: (held, promised)),
        ),
        Misconception(
            "no lead below zero",
            "A winner can read fewer digits than the baseline. Then its lead is below zero.",
            _then(lambda promised, held: (promised, abs(held))),
        ),
        Misconception(
            "no lead below zero",
            "A winner can read fewer digits than the baseline. Then its lead is below zero.",
            _then(lambda promised, held: (promised, max(held, 0.0))),
        ),
        *(
            Misconception(
                "rounds",
                "These numbers are rounded. Round when you print, not before.",
                _then(lambda *leads, digits=digits: tuple(round(lead, digits) for lead in leads)),
            )
            for digits in (2, 1)
        ),
    ),
    why="Report what held: digits that have chosen a winner cannot also say how good it is.",
    parts=("the promised lead", "the lead that held"),
)


def _judging(term: int) -> dict[str, int]:
    return {"judging": 3000 if term == 0 else (2000, 2500, 3500, 4000, 5000)[term % 5]}


HALF_THE_LUCK = Question(
    name="08.5",
    title="Half the luck",
    answer="digits_needed",
    numbers=_judging,
    right=lambda judging: 4 * judging,
    misconceptions=(
        Misconception(
            "twice the digits",
            "Luck shrinks more slowly than that. The spread of an accuracy has the *root* of the"
            " number of digits below the line.",
            lambda judging: 2 * judging,
        ),
        Misconception(
            "the root of two",
            "Less luck takes more digits than this. Which factor has 2 as its root?",
            lambda judging: judging * 2**0.5,
        ),
        Misconception(
            "fewer digits",
            "With fewer digits, chance moves an accuracy further, and the luckiest looks better"
            " still.",
            lambda judging: judging / 4,
        ),
        Misconception(
            "fewer digits",
            "With fewer digits, chance moves an accuracy further, and the luckiest looks better"
            " still.",
            lambda judging: judging / 2,
        ),
        Misconception(
            "the additional digits only",
            "Nearly: so many have to be added. Asked is the number of all of them.",
            lambda judging: 3 * judging,
        ),
    ),
    why="More digits tame the winner's curse, but slowly; digits that took no part end it.",
    within=450,
    unit="digits",
)

EXERCISES = (BEST_SO_FAR, LOG_UNIFORM, RANDOM_SEARCH, PROMISED_AND_HELD, HALF_THE_LUCK)
