"""compare_guess(): how far a guess is from the value, and why people make the usual ones."""

import math
from types import EllipsisType
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.guesses.texts import Question, questions


def compare_guess(guess: Any, value: Any, about: str = "") -> None:
    """Print how far a guess is from a value; print nothing where nothing was guessed.

    Args:
        guess: A number, or a word such as "adam"; ... if the reader did not guess. Text such as
            "50 %" is read as the number in it.
        value: The number or word that it is compared with.
        about: Which question it answers, such as "01.baseline": the course then knows the unit,
            and what to say to a usual wrong guess.

    Raises:
        ValueError: There is no such question.

    Example:
        >>> lab.compare_guess(..., 11.2, "01.baseline")
        >>> lab.compare_guess(50, 11.2, "01.baseline")
        Your guess: 50 %. It is 11.2 %, so your guess is 38.8 points too high.
        ...
    """
    if isinstance(guess, EllipsisType):
        return
    question = _question(about)
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, str):
        print(_of_word(guess, value, question))
    else:
        print(_of_number(guess, float(value), question))


def _question(about: str) -> Question:
    """Return the question of a name such as "01.baseline"; one without texts for ""."""
    if not about:
        return Question()
    notebook, _, name = about.partition(".")
    known = questions(notebook)
    return known[checks.choice("about", name, list(known))]


def _of_word(guess: Any, value: str, question: Question) -> str:
    """Return the sentences about a guessed word."""
    word = str(guess).strip().lower()
    if word == value.lower():
        return f"Your guess: {value}. So it is. {question.right}".rstrip()
    return " ".join([f"Your guess: {word}. It is {value}.", *_why(word, question)])


def _of_number(guess: Any, value: float, question: Question) -> str:
    """Return the sentences about a guessed number."""
    number = _number(guess, question.unit)
    if number is None:
        return f"{guess!r} cannot be compared: write a number, without words around it."
    unit = f" {question.unit}" if question.unit else ""
    both = f"Your guess: {_shown(number)}{unit}. It is {_shown(value)}{unit}"
    if abs(number - value) <= max(question.within * abs(value), 1e-12):
        return f"{both}: close. {question.right}".rstrip()
    return " ".join(
        [f"{both}, {_distance(number, value, question.unit)}.", *_why(number, question)]
    )


def _number(guess: Any, unit: str) -> float | None:
    """Return the number that a guess means; None if it means none."""
    if isinstance(guess, str):
        guess = guess.replace(",", "").strip().removesuffix(unit).strip()
    try:
        number = float(guess)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _shown(value: float) -> str:
    """Return a number with three digits, and larger whole numbers in full."""
    if abs(value) >= 1e15:  # or infinite: the difference of two huge numbers
        return f"{value:.3g}"
    if value == round(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _distance(number: float, value: float, unit: str) -> str:
    """Return how far a guess is off, in words: as a factor where it is more than three."""
    side = "high" if number > value else "low"
    if unit != "%" and value > 0 < number and not 1 / 3 <= number / value <= 3:
        factor = max(number / value, value / number)
        return f"so your guess is {_shown(factor)} times too {side}"
    points = " points" if unit == "%" else (f" {unit}" if unit else "")
    return f"so your guess is {_shown(abs(number - value))}{points} too {side}"


def _why(guess: float | str, question: Question) -> list[str]:
    """Return why people make this guess, if the course knows it."""
    return [usual.why for usual in question.usual if usual.fits(guess)][:1]
