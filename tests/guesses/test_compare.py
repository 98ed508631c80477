"""A guess is compared with the value in words; what was not guessed costs a reader nothing."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mnist_lab.guesses import compare, texts
from mnist_lab.guesses.compare import compare_guess
from mnist_lab.guesses.texts import Question
from tests.helpers.machine import ROOT

FILES = sorted((ROOT / "mnist_lab" / "guesses").glob("*.toml"))
QUESTIONS = {
    "share": Question(
        unit="%",
        right="Well seen.",
        usual=(
            {"near": 50, "why": "One half is for two answers."},
            {"above": 60, "why": "That is too hopeful by far."},
            {"below": 5, "why": "That is too modest by far."},
        ),
    ),
    "winner": Question(usual=({"near": "SGD", "why": "It has one rate for all."},)),
}


@pytest.fixture(autouse=True)
def known_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "questions", lambda notebook: QUESTIONS)


def said(capsys: pytest.CaptureFixture, guess: object, value: object, about: str = "") -> str:
    compare_guess(guess, value, about)
    return capsys.readouterr().out.strip()


def test_nothing_is_said_where_nothing_was_guessed(capsys: pytest.CaptureFixture):
    assert said(capsys, ..., 11.2, "01.share") == ""
    assert said(capsys, ..., "adam") == ""


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        (11, "Your guess: 11 %. It is 11.2 %: close. Well seen."),
        ("11 %", "Your guess: 11 %. It is 11.2 %: close. Well seen."),
        (np.float32(11), "Your guess: 11 %. It is 11.2 %: close. Well seen."),
        (20, "Your guess: 20 %. It is 11.2 %, so your guess is 8.8 points too high."),
        (50, "38.8 points too high. One half is for two answers."),
        (80, "68.8 points too high. That is too hopeful by far."),
        (1, "10.2 points too low. That is too modest by far."),
        ("many", "'many' cannot be compared: write a number, without words around it."),
        (None, "None cannot be compared"),
        (float("nan"), "nan cannot be compared"),
    ],
)
def test_a_number_is_close_or_so_far_off_and_a_usual_guess_is_explained(capsys, guess, words):
    assert words in said(capsys, guess, 11.2, "01.share")


def test_a_number_that_is_many_times_off_is_compared_as_a_factor(capsys):
    assert said(capsys, 784, 7850).endswith("so your guess is 10 times too low.")
    assert said(capsys, "78,500", 7850).endswith("so your guess is 10 times too high.")


@pytest.mark.parametrize("guess", ["adam", " Adam "])
def test_a_word_is_right_in_any_case_of_its_letters(capsys, guess):
    assert said(capsys, guess, "adam") == "Your guess: adam. So it is."


def test_a_wrong_word_is_explained_where_the_course_knows_it(capsys):
    assert said(capsys, "sgd", "adam", "07.winner") == (
        "Your guess: sgd. It is adam. It has one rate for all."
    )
    assert said(capsys, "rmsprop", "adam", "07.winner") == "Your guess: rmsprop. It is adam."


def test_a_question_that_is_not_there_is_refused_by_name():
    with pytest.raises(ValueError, match="^about='shares' cannot be used: expected one of share"):
        compare_guess(1, 2, "01.shares")


@example(1.7e308, -1.7e308)
@given(
    st.one_of(st.floats(), st.integers(), st.text(), st.none(), st.lists(st.integers())),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_guess_is_answered_in_one_line(guess, value):
    with pytest.MonkeyPatch.context() as patch:
        lines = []
        patch.setattr("builtins.print", lines.append)
        compare_guess(guess, value, "01.share")
    assert len(lines) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_texts_of_every_notebook_can_be_used(path):
    found = texts.questions(path.stem)
    assert found
    for question in found.values():
        for usual in question.usual:
            assert usual.near is not None or usual.above is not None or usual.below is not None
