"""Whether an answer is right, and if not, the first thing that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.outcomes import Outcome, outcomes_of
from mnist_lab.exercises.values import as_array, first_difference, kind_of, same, shown
from mnist_lab.seeds import derive_seeds

RIGHT, UNTOUCHED = "right", "untouched"
# A mistake is named where it explains so many of the cases that went wrong, and where the answer is
# right in no more of all cases than these, in which the mistake would not be.
_EXPLAINS, _CONTRADICTS = 0.6, 0.25
# A result that is a factor off is a share in place of per cent, or the other way round.
_PER_CENT = {
    100: "This is 100 times too large: a share from 0 to 1 is asked for, not per cent.",
    0.01: "This is 100 times too small: it is asked for in per cent.",
}
_LONG = 100  # letters of arguments that a sentence leaves out


@dataclass(frozen=True)
class Verdict:
    """What is to be said about an answer.

    Attributes:
        kind: "right", "untouched", the name of a misconception, or what went wrong in a few words.
        text: A sentence or two for the reader.
    """

    kind: str
    text: str

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.kind == RIGHT


def cases_for(exercise: Exercise, seed: int) -> list[Case]:
    """Return the inputs that an exercise is tried on; another seed draws other ones."""
    number = int(exercise.name.replace(".", ""))
    [own] = derive_seeds(seed, number)
    return list(exercise.cases(np.random.default_rng(own)))


def judge_function(exercise: Exercise, answer: Any, seed: int = 0) -> Verdict:
    """Return the verdict on a reader's function."""
    if isinstance(answer, EllipsisType) or answer is None:
        return Verdict(UNTOUCHED, f"Nothing to check yet: write the function {exercise.function}.")
    if not callable(answer):
        name = exercise.function
        text = f"Hand over the function itself, {name}, not what it returns: {name} without (...)."
        return Verdict("no function", text)
    cases = cases_for(exercise, seed)
    return judge_outcomes(exercise, cases, outcomes_of(answer, cases))


def judge_outcomes(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome]
) -> Verdict:
    """Return the verdict on what a function did with the cases."""
    expected = [outcome.value for outcome in outcomes_of(exercise.right, cases)]
    if all(outcome.value is None and not outcome.error for outcome in outcomes):
        text = f"{exercise.function} returns nothing yet. It needs a `return`."
        return Verdict(UNTOUCHED, text)
    if all(outcome.value is ... for outcome in outcomes):
        text = f"{exercise.function} is not written yet: it returns the three dots."
        return Verdict(UNTOUCHED, text)
    pairs = zip(outcomes, expected, strict=True)
    wrong = [
        index
        for index, (outcome, right) in enumerate(pairs)
        if outcome.error or not same(outcome.value, right, exercise.tolerance)
    ]
    if not wrong:
        return _right(exercise, cases, outcomes)
    first = wrong[0]
    tried = _tried(exercise, cases[first])
    mistake = _mistake(exercise, cases, outcomes, wrong)
    outcome, right = outcomes[first], expected[first]
    if outcome.error:
        hint = f" {mistake.hint}" if mistake else ""
        return Verdict(mistake.name if mistake else "error", f"{tried}: {outcome.error}.{hint}")
    place, got, wanted = first_difference(outcome.value, right, exercise.tolerance, exercise.parts)
    where = f" {place}," if place else ""
    came = f"{tried}:{where} it returns {shown(got)}; expected {shown(wanted)}."
    if mistake:
        return Verdict(mistake.name, f"{came} {mistake.hint}")
    kind, more = _difference(got, wanted)
    return Verdict(kind, f"{came}{more}")


def _right(exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Verdict:
    """Return the verdict on right values: only an input that was changed is a mistake."""
    for case, outcome in zip(cases, outcomes, strict=True):
        if outcome.changed:
            text = (
                f"{_tried(exercise, case)}: the result is right, but the function changes what it"
                " was given. The caller's numbers are different afterwards: work on a copy."
            )
            return Verdict("changes its input", text)
    return Verdict(RIGHT, f"Right, on all {len(cases)} inputs that were tried. {exercise.why}")


def _tried(exercise: Exercise, case: Case) -> str:
    arguments = ", ".join(map(shown, case.arguments))
    if len(arguments) > _LONG:
        arguments = "..."
    return f"Tried {case.what}, `{exercise.function}({arguments})`"


def _mistake(
    exercise: Exercise, cases: Sequence[Case], outcomes: Sequence[Outcome], wrong: Sequence[int]
) -> Misconception | None:
    """Return the usual mistake that explains most of what went wrong, the first case with it."""
    best, most = None, 0.0
    for mistake in exercise.misconceptions:
        theirs = outcomes_of(mistake.wrong, cases)
        agree = [
            _alike(outcomes[index], theirs[index], exercise.tolerance)
            for index in range(len(cases))
        ]
        explained = float(np.mean([agree[index] for index in wrong]))
        contradictions = sum(not alike for alike in agree) - sum(
            not agree[index] for index in wrong
        )
        # Between two that explain what went wrong, take the one that gets the rest right as well.
        score = explained + 0.1 * float(np.mean(agree))
        fits = explained >= _EXPLAINS and contradictions <= _CONTRADICTS * len(cases)
        if agree[wrong[0]] and fits and score > most + 1e-9:
            best, most = mistake, score
    return best


def _alike(outcome: Outcome, other: Outcome, tolerance: float) -> bool:
    if outcome.error or other.error:
        return outcome.error.partition(":")[0] == other.error.partition(":")[0]
    return same(outcome.value, other.value, tolerance)


def _difference(got: Any, expected: Any) -> tuple[str, str]:
    """Return what is wrong with a value in a few words, and a sentence where that helps."""
    if got is None:
        return "returns nothing", " For this input the function ends without a `return`."
    if got is ...:
        return "returns nothing", " The three dots stand for what is not written yet."
    found, right = as_array(got), as_array(expected)
    if kind_of(got) != kind_of(expected) and (found is None or right is None):
        return "another type", f" It is {kind_of(got)}; expected {kind_of(expected)}."
    if found is not None and right is not None:
        for factor, hint in _PER_CENT.items():
            if same(found, factor * right, 1e-3) and right.any():
                return "per cent" if factor > 1 else "a share", f" {hint}"
        if found.shape != right.shape:
            return "another shape", f" It is {kind_of(got)}; expected {kind_of(expected)}."
        if np.isnan(found).any() and not np.isnan(right).any():
            return "not a number", " Something was divided by zero, or a logarithm was taken of it."
    return "another value", ""


def judge_answer(question: Question, answer: Any, term: int = 0) -> Verdict:
    """Return the verdict on the answer to a question."""
    if isinstance(answer, EllipsisType) or answer is None:
        return Verdict(UNTOUCHED, f"Nothing to check yet: set {question.answer}.")
    numbers = question.numbers(term)
    right = question.right(**numbers)
    answer = _as_asked(answer, right)
    if answer is None:
        wanted = (
            "a word in quotes" if isinstance(right, str) else "a number, without words around it"
        )
        return Verdict("another type", f"{question.answer} cannot be compared: write {wanted}.")
    if _near(answer, right, question.within):
        return Verdict(RIGHT, f"Right. {question.why}")
    for mistake in question.misconceptions:
        if _near(answer, mistake.wrong(**numbers), question.within):
            return Verdict(mistake.name, f"Not {_written(answer, question)}. {mistake.hint}")
    for factor, hint in _PER_CENT.items():
        if not isinstance(answer, str) and _near(answer, factor * right, factor * question.within):
            return Verdict("per cent", f"Not {_written(answer, question)}. {hint}")
    return Verdict("another value", f"Not {_written(answer, question)}.")


def _as_asked(answer: Any, right: Any) -> Any:
    """Return an answer as a number or a word, as the right one is; None if it cannot be read."""
    if isinstance(right, str):
        return answer.strip().lower() if isinstance(answer, str) else None
    if isinstance(answer, str):
        answer = answer.replace(",", "").strip().removesuffix("%").strip()
    try:
        return float(answer)
    except (TypeError, ValueError, OverflowError):
        return None


def _near(answer: Any, value: Any, within: float) -> bool:
    if isinstance(answer, str) or isinstance(value, str):
        return bool(answer == value)
    return abs(answer - float(value)) <= within


def _written(answer: Any, question: Question) -> str:
    unit = f" {question.unit}" if question.unit else ""
    return f"{shown(answer)}{unit}"


def judge(exercise: "Exercise | Question", answer: Any, seed: int = 0, term: int = 0) -> Verdict:
    """Return the verdict on an answer to an exercise of either kind."""
    if isinstance(exercise, Question):
        return judge_answer(exercise, answer, term)
    return judge_function(exercise, answer, seed)
