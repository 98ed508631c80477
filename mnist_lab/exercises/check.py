"""check(): the answer to a reader's answer."""

import re
from html import escape
from typing import Any

from mnist_lab import checks
from mnist_lab.exercises.catalogue import find
from mnist_lab.exercises.exercise import Question
from mnist_lab.exercises.judge import UNTOUCHED, Verdict, judge
from mnist_lab.exercises.progress import note

# Text, its edge and a mark, in colors that are told apart on white and on black pages.
_LOOKS = {
    "right": ("#1a7f37", "\u2714"),
    "wrong": ("#bc4c00", "\u2716"),
    UNTOUCHED: ("#6e7781", "…"),
}


_STARS = re.compile(r"\*([^*]+)\*")


class Reply:
    """A verdict that a notebook shows: a colored line where pages are drawn, else plain text."""

    def __init__(self, name: str, verdict: Verdict) -> None:
        self.name, self.verdict = name, verdict

    def __repr__(self) -> str:
        return f"{self.name} {self._look()[1]} {self.verdict.text}"

    def _repr_html_(self) -> str:
        color, mark = self._look()
        # Backquotes mark code in the texts.
        parts = escape(self.verdict.text).split("`")
        text = "".join(
            f"<code>{part}</code>" if index % 2 else _STARS.sub(r"<em>\1</em>", part)
            for index, part in enumerate(parts)
        )
        return (
            f'<div style="border-left: 0.3em solid {color}; padding: 0.3em 0.8em; max-width: 50em">'
            f"<b>{self.name} {mark}</b> {text}</div>"
        )

    def _look(self) -> tuple[str, str]:
        kind = self.verdict.kind
        return _LOOKS.get(kind, _LOOKS["wrong"])


def check(name: str, answer: Any, term: checks.IntLike = 0) -> None:
    """Show whether an answer to an exercise is right, and if not, the first thing that is wrong.

    A function is tried on inputs that are made here, with corner cases among them.

    Args:
        name: Notebook and number of the exercise, such as "02.3".
        answer: The reader's function, or the answer to a question; ... if there is none yet.
        term: Of exercises that were handed out with other numbers, the number of their term.

    Raises:
        ValueError: There is no such exercise.

    Example:
        >>> lab.check("01.1", lambda logits: logits)
        01.1 ✖ Tried ...
    """
    from IPython.display import display

    exercise, term = find(name), checks.integer("term", term, 0)
    verdict = judge(exercise, answer, term=term)
    note(exercise.name, verdict)
    display(Reply(exercise.name, verdict))
    if isinstance(exercise, Question) or exercise.figure is None or verdict.kind == UNTOUCHED:
        return
    if verdict.right:
        display(exercise.figure(answer))
