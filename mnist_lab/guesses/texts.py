"""What a course says to usual guesses: one TOML file per notebook, a table per question."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from mnist_lab import checks


class Usual(BaseModel):
    """A usual wrong guess, and why people make it.

    Attributes:
        why: One or two sentences to the reader.
        near: The guess itself, a number (within 5 %) or a word.
        above: Guesses larger than this number.
        below: Guesses smaller than this number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: Annotated[str, Field(min_length=10)]
    near: float | str | None = None
    above: float | None = None
    below: float | None = None

    def fits(self, guess: float | str) -> bool:
        """Return whether a guess is this one."""
        if isinstance(guess, str) or isinstance(self.near, str):
            return isinstance(self.near, str) and guess == self.near.lower()
        if self.near is not None:
            return abs(guess - self.near) <= max(0.05 * abs(self.near), 1e-12)
        over = self.above is None or guess > self.above
        under = self.below is None or guess < self.below
        return over and under


class Question(BaseModel):
    """What belongs to one question.

    Attributes:
        unit: What the value is measured in, such as "%"; "" for a bare number or a word.
        within: How far a guess may lie from the value, as a share of it, to count as close.
        right: A sentence for a guess that is close; "" says only that it is.
        usual: The usual wrong guesses; the first that fits counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str = ""
    within: Annotated[float, Field(ge=0, le=1)] = 0.1
    right: str = ""
    usual: tuple[Usual, ...] = ()


@cache
def questions(notebook: str) -> dict[str, Question]:
    """Return a notebook's questions by name.

    Args:
        notebook: Its number, such as "01".

    Raises:
        ValueError: There is no file for it, or the file cannot be used.
    """
    folder = files("mnist_lab.guesses")
    known = sorted(path.name[:-5] for path in folder.iterdir() if path.name.endswith(".toml"))
    checks.choice("notebook", notebook, known)
    content = tomllib.loads((folder / f"{notebook}.toml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Question]).validate_python(content)
