"""A solution passes its check, a stub does not, and each usual mistake gets its own hint."""

import inspect
import json
import re
import warnings
from contextlib import suppress
from functools import cache

import numpy as np
import pytest
from scipy.special import softmax
from skimage.filters import threshold_otsu

from mnist_lab.data.digits import load_digits
from mnist_lab.exercises.catalogue import exercises_of, find, notebooks
from mnist_lab.exercises.exercise import Exercise, Question
from mnist_lab.exercises.handout import exercises_from, renumbered
from mnist_lab.exercises.judge import cases_for, judge
from tests.helpers.machine import ROOT

ALL = [own for notebook in notebooks() for own in exercises_of(notebook).values()]
FUNCTIONS = [own for own in ALL if isinstance(own, Exercise)]
QUESTIONS = [own for own in ALL if isinstance(own, Question)]
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))
SEEDS = range(4)
TERMS = range(1, 13)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def names_in(book):
    """Run a notebook's cells but for the checks, as a learner would, and return its names."""
    names = {}
    sources = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for source in sources:
            if source.startswith(("lab.check(", "lab.progress(")):
                continue
            with suppress(TypeError, NameError, ValueError):  # a cell may use what is not written
                exec(source, names)
    return names


@cache
def solved(notebook):
    return names_in(read(solutions_to(notebook)))


@cache
def begun(notebook):
    return names_in(exercises_from(read(solutions_to(notebook)), notebook))


def solutions_to(notebook):
    [path] = [path for path in SOLUTIONS if path.stem.startswith(notebook)]
    return path


def solution_cells(notebook):
    return [
        "".join(cell["source"])
        for cell in read(solutions_to(notebook))["cells"]
        if "solution" in cell["metadata"].get("tags", [])
    ]


def wanted(exercise):
    """Return the name that the answer has in the notebook."""
    return exercise.answer if isinstance(exercise, Question) else exercise.function


@pytest.mark.parametrize("exercise", ALL, ids=lambda own: own.name)
def test_the_solution_passes_and_what_a_reader_begins_with_does_not(exercise):
    notebook = exercise.name[:2]
    answer = solved(notebook)[wanted(exercise)]
    for seed in SEEDS:
        verdict = judge(exercise, answer, seed)
        assert verdict.right, verdict.text
    assert exercise.why in judge(exercise, answer).text
    assert judge(exercise, begun(notebook)[wanted(exercise)]).kind == "untouched"


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda own: own.name)
def test_each_usual_mistake_gets_its_own_hint_whatever_is_drawn(exercise):
    assert len({mistake.name for mistake in exercise.misconceptions}) >= 3
    for seed in SEEDS:
        for mistake in exercise.misconceptions:
            verdict = judge(exercise, mistake.wrong, seed)
            assert (verdict.kind, mistake.hint in verdict.text) == (mistake.name, True), seed


@pytest.mark.parametrize("exercise", QUESTIONS, ids=lambda own: own.name)
@pytest.mark.parametrize("term", [0, *TERMS])
def test_each_usual_wrong_answer_gets_its_own_hint_in_each_term(exercise, term):
    numbers = exercise.numbers(term)
    assert len(exercise.misconceptions) >= 3
    assert judge(exercise, exercise.right(**numbers), term=term).right
    for mistake in exercise.misconceptions:
        verdict = judge(exercise, mistake.wrong(**numbers), term=term)
        assert (verdict.kind, mistake.hint in verdict.text) == (mistake.name, True), term


@pytest.mark.parametrize("exercise", QUESTIONS, ids=lambda own: own.name)
def test_last_years_answer_does_not_serve(exercise):
    own = exercise.numbers(0)
    if not own:
        return
    for term in TERMS:
        other = exercise.numbers(term)
        assert set(other) == set(own)
        assert not judge(exercise, exercise.right(**own), term=term).right


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda own: own.name)
def test_other_seeds_draw_other_inputs_and_the_same_seed_the_same(exercise):
    first, again, other = (
        [str(case.arguments) for case in cases_for(exercise, seed)] for seed in (0, 0, 1)
    )
    if not any("function" in text for text in first):
        assert first == again
    assert first != other
    assert len(first) >= 3


@pytest.mark.parametrize("exercise", ALL, ids=lambda own: own.name)
def test_hints_say_where_to_look_and_no_code_of_the_solution(exercise):
    hints = [mistake.hint for mistake in exercise.misconceptions]
    assert all(20 <= len(hint) <= 400 and hint.endswith((".", "?")) for hint in hints)
    assert exercise.why.endswith(".")
    assert find(exercise.name) is exercise
    body = "\n".join(solution_cells(exercise.name[:2]))
    returned = [line.strip() for line in body.splitlines() if line.strip().startswith("return")]
    assert not any(line in hint for line in returned if len(line) > 12 for hint in hints)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda own: own.name)
def test_each_part_of_a_tuple_has_a_name(exercise):
    first = exercise.right(*cases_for(exercise, 0)[0].arguments)
    assert len(exercise.parts) == (len(first) if isinstance(first, tuple) else 0)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda own: own.name)
def test_the_function_takes_as_many_arguments_as_it_is_tried_with(exercise):
    function = solved(exercise.name[:2])[exercise.function]
    for case in cases_for(exercise, 0):
        inspect.signature(function).bind(*case.arguments)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_the_exercises_are_made_from_the_solutions(path):
    made = exercises_from(read(path), path.stem[:2])
    assert read(ROOT / "notebooks" / "exercises" / path.name) == made
    text = "".join("".join(cell["source"]) for cell in made["cells"])
    for exercise in exercises_of(path.stem[:2]).values():
        assert f'lab.check("{exercise.name}", {wanted(exercise)})' in text
        assert f"## {exercise.name} {exercise.title} " in text
    assert f"](../{path.name})" in text
    assert all(not cell.get("outputs") for cell in made["cells"])


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_another_term_has_its_numbers_in_text_code_and_checks(path):
    notebook, term = path.stem[:2], 3
    text = "\n".join(
        "".join(cell["source"]) for cell in exercises_from(read(path), notebook, term)["cells"]
    )
    for exercise in exercises_of(notebook).values():
        numbers = exercise.numbers(term) if isinstance(exercise, Question) else {}
        for name, value in numbers.items():
            assert f"**{value}**" in text
            assert f"{name} = {value!r}" in text
            assert f'lab.check("{exercise.name}", {exercise.answer}, term={term})' in text


def test_a_number_that_was_another_ones_before_is_replaced_once(monkeypatch):
    numbers = {0: {"a": 10, "b": 20}, 1: {"a": 20, "b": 30}}
    monkeypatch.setattr("mnist_lab.exercises.handout._numbers", lambda _, term: numbers[term])
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["**10** or **20**, **bold**"]}
    assert renumbered({"cells": [cell]}, "01", 1)["cells"][0]["source"] == [
        "**20** or **30**, **bold**"
    ]


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_teachers_text_says_that_its_numbers_are_those_of_the_course(path):
    lesson, words = path.stem[:2], "would say (of the course's own numbers).**"
    said = {}
    for cell in renumbered(read(path), lesson, 3)["cells"]:
        text = "".join(cell["source"])
        if found := re.match(r'lab\.check\("(\d\d\.\d)"', text):
            name = found[1]
        elif "teacher" in cell["metadata"].get("tags", []):
            said[name] = words in text
    expected = {
        name: isinstance(own, Question) and bool(own.numbers(3))
        for name, own in exercises_of(lesson).items()
    }
    assert said == expected
    assert not any(
        words in "".join(cell["source"]) for cell in renumbered(read(path), lesson, 0)["cells"]
    )


@pytest.mark.parametrize("term", range(5))
def test_the_largest_rate_is_that_of_the_sample(term):
    exercise = find("01.5")
    size = exercise.numbers(term)["size"]
    batch = load_digits("sample", seed=0).train.subset(slice(size))
    pixels, targets = batch.images.reshape(size, -1).astype(float), np.eye(10)[batch.labels]

    def rises(rate):
        weights, biases, losses = np.zeros((784, 10)), np.zeros(10), []
        for _ in range(21):
            shares = softmax(pixels @ weights + biases, axis=1)
            losses.append(-np.log((shares * targets).sum(axis=1)).mean())
            weights -= rate * pixels.T @ (shares - targets) / size
            biases -= rate * (shares - targets).mean(axis=0)
        return (np.diff(losses) >= 0).any()

    largest = exercise.right(size)
    assert not any(rises(rate) for rate in (0.5, largest - 0.05, largest - 0.01, largest))
    assert all(rises(rate) for rate in (largest + 0.01, 1))


def test_every_lesson_has_its_exercises():
    lessons = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert [path.name for path in SOLUTIONS] == lessons
    assert [name[:2] for name in lessons] == list(notebooks())
    assert all(3 <= len(exercises_of(notebook)) <= 6 for notebook in notebooks())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_threshold_of_exercise_9_4_is_scikit_images(seed):
    rng = np.random.default_rng(seed)
    picture = rng.choice([0.3, 0.7], (40, 40), p=[0.2, 0.8]) + rng.normal(0, 0.1, (40, 40))
    picture = np.rint(picture.clip(0, 1) * 255).astype(np.uint8)
    # scikit-image's groups are "up to" its threshold and above; with bytes, those below the next.
    expected = threshold_otsu(picture) + 1
    best = solved("09")["best_threshold"]
    assert best(picture / 255, np.arange(1, 256) / 255) == pytest.approx(expected / 255)
