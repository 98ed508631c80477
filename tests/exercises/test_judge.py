"""The verdict on an answer names the first thing that is wrong with it, whatever it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_lab.exercises.exercise import Case, Exercise, Misconception, Question
from mnist_lab.exercises.judge import judge

MEAN = Exercise(
    name="99.1",
    title="The mean",
    function="mean",
    right=lambda numbers: float(np.mean(numbers)) if len(numbers) else 0.0,
    cases=lambda rng: [
        Case("two numbers", (np.array([1.0, 2.0]),)),
        Case("no number", (np.array([]),)),
        Case("many", (rng.normal(size=9),)),
    ],
    misconceptions=(
        Misconception("sum", "Divide by their number.", lambda numbers: float(np.sum(numbers))),
        Misconception("median", "Not the one in the middle.", np.median),
        Misconception(
            "n - 1", "Divide by all of them.", lambda numbers: np.sum(numbers) / (len(numbers) - 1)
        ),
    ),
    why="It is the middle of everything.",
)
HALF = Question(
    name="99.2",
    title="Half",
    answer="half",
    numbers=lambda term: {"whole": 10 + term},
    right=lambda whole: whole / 2,
    misconceptions=(Misconception("double", "The other way.", lambda whole: 2 * whole),),
    why="It is fair.",
    within=0.01,
)
BEST = Question(
    name="99.3",
    title="Best",
    answer="best",
    right=lambda: "adam",
    misconceptions=(Misconception("sgd", "Look again.", lambda: "sgd"),),
    why="It adapts.",
)


def mean(numbers):
    return sum(numbers) / len(numbers) if len(numbers) else 0


def without_the_empty_one(numbers):
    if len(numbers):
        return sum(numbers) / len(numbers)


def changing(numbers):
    value = mean(numbers)
    numbers += 1
    return value


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (mean, "right", "on all 3 inputs that were tried. It is the middle of everything."),
        (
            np.sum,
            "sum",
            "`mean(np.array([1., 2.]))`: it returns 3; expected 1.5. Divide by their number.",
        ),
        (..., "untouched", "write the function mean"),
        (None, "untouched", "write the function mean"),
        (lambda numbers: None, "untouched", "a `return`"),
        (lambda numbers: ..., "untouched", "is not written yet: it returns the three dots"),
        (lambda numbers: 1.5 if len(numbers) == 2 else ..., "returns nothing", "not written yet"),
        (1.5, "no function", "the function itself"),
        (lambda: 1, "error", "TypeError"),
        (lambda numbers: 1 / 0, "error", "ZeroDivisionError: division by zero"),
        (without_the_empty_one, "returns nothing", "without a `return`"),
        (
            lambda numbers: numbers,
            "another shape",
            "It is an array of 2 numbers; expected a plain number",
        ),
        (lambda numbers: "1.5", "another type", "It is a text; expected a plain number"),
        (np.mean, "not a number", "divided by zero"),
        (lambda numbers: 100 * mean(numbers), "per cent", "100 times too large"),
        (lambda numbers: 7, "another value", "it returns 7; expected 1.5"),
        (changing, "changes its input", "work on a copy"),
        (lambda numbers: np.float32(mean(numbers)), "right", ""),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(answer, kind, words):
    verdict = judge(MEAN, answer)
    assert verdict.kind == kind, verdict.text
    assert words in verdict.text
    assert verdict.right == (kind == "right")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda numbers: (0.0, 2), ": for the mean, it returns 0; expected 1.5."),
        (lambda numbers: [1.5, 7.0], ": for their number, it returns 7; expected 2."),
        (lambda numbers: 1.5, ": it returns 1.5; expected (1.5, 2)."),
    ],
)
def test_the_parts_of_a_tuple_are_called_by_their_names(answer, words):
    both = Exercise(
        name="99.4",
        title="Two numbers",
        function="both",
        right=lambda numbers: (float(np.mean(numbers)), len(numbers)),
        cases=lambda rng: [Case("two numbers", (np.array([1.0, 2.0]),))],
        misconceptions=(),
        why="Both are of use.",
        parts=("the mean", "their number"),
    )
    assert words in judge(both, answer).text


def test_an_error_names_the_line_that_raised_it():
    def answer(numbers):
        return numbers[100]

    assert "in the line `return numbers[100]`" in judge(MEAN, answer).text


def test_a_mistake_beside_another_slip_is_still_named():
    def answer(numbers):
        return float(np.sum(numbers)) if len(numbers) else -1.0

    assert judge(MEAN, answer).kind == "sum"


@pytest.mark.parametrize(
    ("answer", "term", "kind"),
    [
        (5, 0, "right"),
        ("5.0", 0, "right"),
        (np.float32(5.005), 0, "right"),
        (5, 2, "another value"),
        (6, 2, "right"),
        (24, 2, "double"),
        (600, 2, "per cent"),
        ("half of it", 0, "another type"),
        ([5], 0, "another type"),
        (float("nan"), 0, "another value"),
        (..., 0, "untouched"),
    ],
)
def test_numbers_are_read_and_compared_with_those_of_the_term(answer, term, kind):
    assert judge(HALF, answer, term=term).kind == kind


def test_words_are_compared_without_their_case():
    assert judge(BEST, " Adam ").right
    assert judge(BEST, "sgd").text == "Not 'sgd'. Look again."
    assert judge(BEST, 3).kind == "another type"


answers = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


@given(answers)
def test_any_answer_gets_a_verdict_in_one_line(answer):
    for exercise in (MEAN, HALF, BEST):
        verdict = judge(exercise, answer)
        assert verdict.kind
        assert "\n" not in verdict.text
    assert "\n" not in judge(MEAN, lambda numbers: answer).text
