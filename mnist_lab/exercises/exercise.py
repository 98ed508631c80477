"""What an exercise is made of: the right answer, what it is tried on, and the usual mistakes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """Arguments that a reader's function is tried on.

    Attributes:
        what: What is special about them, such as "an empty list".
        arguments: What the function is called with.
    """

    what: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Misconception:
    """A usual mistake.

    Attributes:
        name: In a few words, for a table over a class, such as "forgets the minus sign".
        hint: A sentence or two for the reader. It helps to find the mistake, and does not mend it.
        wrong: A function that makes the mistake; of a question, of its numbers.
    """

    name: str
    hint: str
    wrong: Callable[..., Any]


@dataclass(frozen=True)
class Exercise:
    """A function to write.

    Attributes:
        name: Notebook and number, such as "02.3".
        title: A few words.
        function: The name that the function has in the exercise's notebook.
        right: A function that does what is asked.
        cases: Makes the inputs, the simplest first, from a generator of random numbers.
        misconceptions: The usual mistakes, the likeliest first.
        why: One sentence on why it matters, for readers whose answer is right.
        tolerance: How far a number may be off, as a fraction of the largest number expected.
        figure: Draws what the function computes where looking helps, from the reader's function.
        parts: Names for the parts of the tuple that the function returns, such as "the weights".
    """

    name: str
    title: str
    function: str
    right: Callable[..., Any]
    cases: Callable[[np.random.Generator], Sequence[Case]]
    misconceptions: tuple[Misconception, ...]
    why: str
    tolerance: float = 1e-4
    figure: Callable[[Callable[..., Any]], Any] | None = None
    parts: tuple[str, ...] = ()


def _no_numbers(term: int) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Question:
    """A number or a word to find, by thinking, by computing, or by a run.

    Attributes:
        name: Notebook and number, such as "06.2".
        title: A few words.
        answer: The name of the variable in the exercise's notebook.
        right: Returns the answer, from the question's numbers.
        misconceptions: The usual wrong answers, each a function of the question's numbers.
        why: One sentence on why it matters, for readers whose answer is right.
        numbers: The numbers in the question's text, by name, for a term: 0 is the course as it
            comes, other terms have other numbers.
        within: How far the answer may be off.
        unit: What the number counts, such as "%".
    """

    name: str
    title: str
    answer: str
    right: Callable[..., Any]
    misconceptions: tuple[Misconception, ...]
    why: str
    numbers: Callable[[int], Mapping[str, Any]] = field(default=_no_numbers)
    within: float = 1e-6
    unit: str = ""
