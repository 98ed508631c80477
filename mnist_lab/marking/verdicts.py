"""The verdict on each exercise of a hand-in, from what its functions did with new inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_lab import checks
from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.exercises.exercise import Exercise, Question
from mnist_lab.exercises.judge import (
    UNTOUCHED,
    Verdict,
    cases_for,
    judge_answer,
    judge_outcomes,
)
from mnist_lab.exercises.outcomes import Outcome
from mnist_lab.marking.hand_in import HandIn
from mnist_lab.marking.run import Ran
from mnist_lab.marking.transport import from_json

OPEN_SEED = 0  # that of lab.check, which learners can try as often as they like
_ENDED = {
    "endless": ("endless loop", "It did not end in the time that it had."),
    "disk": ("fills the disk", "It writes more files than a hand-in may."),
    "crowded": ("too many processes", "It starts processes without end."),
    "ended": ("ends the process", "It ends the whole process, so nothing after it can run."),
}


@dataclass(frozen=True)
class Mark:
    """The verdict on one exercise of one learner."""

    exercise: str
    verdict: Verdict
    notes: tuple[str, ...] = ()


def wanted_of(hand_in: HandIn, seed: int) -> dict[str, Any]:
    """Return what `collect` needs: the names of the answers, and their inputs.

    The inputs of lab.check come first, and then new ones: so a function that is right for the first
    alone is told from one that is wrong.
    """
    wanted: dict[str, Any] = {}
    for name, exercise in exercises_of(hand_in.notebook).items():
        if isinstance(exercise, Question):
            wanted[name] = (exercise.answer, None)
        else:
            cases = [*cases_for(exercise, OPEN_SEED), *cases_for(exercise, seed)]
            wanted[name] = (exercise.function, cases)
    return wanted


def marks_of(hand_in: HandIn, ran: Ran, seed: int) -> list[Mark]:
    """Return a mark for each exercise of the hand-in's lesson."""
    notes = _notes(hand_in, ran)
    marks = []
    for name, exercise in exercises_of(hand_in.notebook).items():
        verdict = _verdict(exercise, hand_in, ran, seed)
        own = list(notes)
        if name in hand_in.said_right and not verdict.right:
            own.append("its saved output says that it is right")
        marks.append(Mark(name, verdict, tuple(own)))
    return marks


def _notes(hand_in: HandIn, ran: Ran) -> list[str]:
    notes = [
        f"cell {cell + 1} was left out: {_ENDED[how][0]}" for cell, how in sorted(ran.cells.items())
    ]
    if hand_in.replaces_check:
        notes.append("its code replaces lab.check")
    return notes


def _verdict(exercise: Exercise | Question, hand_in: HandIn, ran: Ran, seed: int) -> Verdict:
    name = exercise.name
    if name in ran.ended_by:
        return Verdict(*_ENDED[ran.ended_by[name]])
    found = ran.found.get(name)
    if not isinstance(found, dict) and ran.late:
        return Verdict("out of time", "The notebook's time was over before this could be tried.")
    if not isinstance(found, dict):
        return Verdict("not run", "The notebook ended before this could be tried.")
    if found.get("missing"):
        variable = exercise.answer if isinstance(exercise, Question) else exercise.function
        text = f"There is no {variable}: the cell is missing, fails, or uses another name."
        return Verdict("missing", text)
    if found.get("untouched"):
        return Verdict(UNTOUCHED, "Nothing was written.")
    if found.get("slow"):
        return Verdict(*_ENDED["endless"])
    if "ended" in found:
        return Verdict(_ENDED["ended"][0], f"It raises {str(found['ended'])[:40]}.")
    try:
        if isinstance(exercise, Question):
            return judge_answer(exercise, from_json(found.get("value")), hand_in.term)
        return _of_function(exercise, found, seed)
    except Exception as error:  # whatever a stranger's process wrote
        return Verdict("unreadable", f"What it returns cannot be read: {checks.one_line(error)}.")


def _of_function(exercise: Exercise, found: Mapping[str, Any], seed: int) -> Verdict:
    if not isinstance(found.get("outcomes"), list):
        return Verdict("no function", f"{exercise.function} is no function.")
    outcomes = [
        Outcome(
            from_json(one.get("value")),
            checks.one_line(one.get("error", ""), 500),
            one.get("changed") is True,
        )
        for one in found["outcomes"]
        if isinstance(one, dict)
    ]
    known, new = cases_for(exercise, OPEN_SEED), cases_for(exercise, seed)
    if len(outcomes) != len(known) + len(new):
        return Verdict("unreadable", "Its answers are not those to the inputs.")
    on_new = judge_outcomes(exercise, new, outcomes[len(known) :])
    if on_new.right or not judge_outcomes(exercise, known, outcomes[: len(known)]).right:
        return on_new
    text = f"It is right for the inputs of lab.check alone. {on_new.text}"
    return Verdict("right for known inputs only", text)
