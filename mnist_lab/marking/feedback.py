"""A learner's notebook with the verdicts in it, to hand back."""

import copy
from typing import Any

from mnist_lab import ipynb
from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.exercises.exercise import Question
from mnist_lab.marking.marked import Marked


def feedback(content: dict[str, Any], marked: Marked) -> dict[str, Any]:
    """Return a copy of a learner's notebook without outputs, with a verdict after each answer.

    Args:
        content: The notebook, as `ipynb.read` returns it.
        marked: Its marks.
    """
    book = ipynb.without_outputs(copy.deepcopy(content))
    verdicts = {mark.exercise: mark for mark in marked.marks}
    right = sum(mark.verdict.right for mark in marked.marks)
    cells = [_note(f"**{right} of {len(verdicts)} exercises are right.**")]
    names = {
        name: own.answer if isinstance(own, Question) else own.function
        for name, own in exercises_of(marked.notebook).items()
    }
    waiting = dict(verdicts)
    for cell in book["cells"]:
        cells.append(cell)
        if cell["cell_type"] != "code":
            continue
        for name in list(waiting):
            if f'"{name}"' in cell["source"] or f"'{name}'" in cell["source"]:
                cells.append(_verdict(waiting.pop(name), names[name]))
    # What no cell checks comes at the end.
    cells += [_verdict(mark, names[name]) for name, mark in waiting.items()]
    book["cells"] = cells
    return book


def _verdict(mark: Any, answer: str) -> dict[str, Any]:
    sign = "✔" if mark.verdict.right else "✖"
    notes = "".join(f"\n\n*Note: {note}.*" for note in mark.notes)
    return _note(
        f"**{mark.exercise}, `{answer}` {sign} {mark.verdict.kind}.** {mark.verdict.text}{notes}"
    )


def _note(text: str) -> dict[str, Any]:
    # Verdicts quote what a stranger's function returned: no markup of theirs is drawn.
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("![", "!\\[")
    return {"cell_type": "markdown", "metadata": {}, "source": f"> {safe}"}
