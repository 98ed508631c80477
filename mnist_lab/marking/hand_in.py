"""A learner's notebook as it came: which exercises it answers, and what is run of it."""

import ast
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import nbformat

from mnist_lab import ipynb
from mnist_lab.exercises.catalogue import exercises_of, notebooks

_CHECK = re.compile(r"""check\(\s*["'](\d\d)\.(\d+)["']""")
_TERM = re.compile(r"""check\(\s*["'][\d.]+["'][^()]*,\s*term\s*=\s*(\d{1,6})\s*\)""")
_SAID = re.compile(r"(\d\d\.\d+) ✔")
PRELUDE = "from mnist_lab.marking.prelude import prepare\nprepare()"


@dataclass(frozen=True)
class HandIn:
    """What a learner handed in.

    Attributes:
        notebook: The number of the lesson, such as "01".
        term: The number of the term that its numbers belong to.
        cells: The code of its cells, in their order.
        said_right: Exercises whose saved output says that they are right.
        replaces_check: Whether its code gives lab.check another meaning.
    """

    notebook: str
    term: int
    cells: tuple[str, ...]
    said_right: frozenset[str]
    replaces_check: bool


def read_hand_in(content: dict[str, Any], file: str = "", term: int | None = None) -> HandIn:
    """Return what a notebook hands in.

    Args:
        content: The notebook, as `ipynb.read` returns it.
        file: Its file name, which names the lesson where the cells do not.
        term: The term whose numbers were handed out; None takes what the checks name.

    Raises:
        ValueError: It belongs to no lesson with exercises.
    """
    cells = tuple(cell["source"] for cell in ipynb.code_cells(content))
    code = "\n".join(cells)
    terms = [int(term) for term in _TERM.findall(code)]
    said = {
        name
        for cell in ipynb.code_cells(content)
        for output in cell["outputs"]
        for name in _SAID.findall(str(output))
    }
    return HandIn(
        notebook=_lesson(code, file),
        term=term if term is not None else Counter([*terms, 0]).most_common(1)[0][0],
        cells=cells,
        said_right=frozenset(said),
        replaces_check=any(map(_replaces_check, cells)),
    )


def _lesson(code: str, file: str) -> str:
    known = notebooks()
    found = [lesson for lesson, _ in _CHECK.findall(code) if lesson in known]
    named = re.search(r"(?<!\d)(\d\d)_[a-z]", file)
    if named and named[1] in known:
        found.append(named[1])
    if not found:
        # Every check may have been deleted; the names of the functions still tell.
        for lesson in known:
            names = [getattr(own, "function", "") for own in exercises_of(lesson).values()]
            found += [lesson for name in names if name and f"def {name}(" in code]
    if not found:
        raise ValueError(
            "it belongs to no lesson: no cell calls lab.check or defines its functions"
        )
    # Of several as frequent, the first.
    return Counter(found).most_common(1)[0][0]


def _replaces_check(source: str) -> bool:
    """Return whether a cell assigns to something.check, or replaces attributes of the course."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return False
    targets = [
        target
        for node in nodes
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    assigned = any(isinstance(one, ast.Attribute) and one.attr == "check" for one in targets)
    called = any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "setattr"
        and any(isinstance(one, ast.Constant) and one.value == "check" for one in node.args)
        for node in nodes
    )
    return assigned or called


def to_run(
    hand_in: HandIn, inputs: str, answers: str, skip: Collection[int] = ()
) -> nbformat.NotebookNode:
    """Return the notebook that is run: a prelude, the learner's code, and the cell that collects.

    Args:
        hand_in: What was handed in.
        inputs: The file of inputs, for `collect`.
        answers: The file that `collect` writes.
        skip: Numbers of cells of this notebook that are left empty.
    """
    last = (
        "from mnist_lab.marking.collect import collect\n"
        f"collect({inputs!r}, {answers!r}, globals())"
    )
    sources = [PRELUDE, *hand_in.cells, last]
    cells = [
        nbformat.v4.new_code_cell("" if index in skip else source)
        for index, source in enumerate(sources)
    ]
    cells[-1].metadata["seconds"] = 0  # functions have limits of their own there
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = ipynb.KERNELSPEC
    return book
