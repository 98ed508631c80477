"""Exercises made from their solutions: bodies of functions are left out, numbers are changed."""

import ast
import copy
import re
from typing import Any

from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.exercises.exercise import Question

SOLUTION = "solution"  # tag of a code cell that the reader writes
TEACHER = "teacher"  # tag of a cell that only the solutions have
_SAYS = "**What a teacher would say.**"
_BOLD = re.compile(r"\*\*[^*\n]+\*\*")
_CHECK = re.compile(r'lab\.check\("(\d\d\.\d)", (\w+)\)')


def exercises_from(solutions: dict[str, Any], notebook: str, term: int = 0) -> dict[str, Any]:
    """Return a notebook of exercises without solutions and outputs.

    Args:
        solutions: The content of a notebook of solutions.
        notebook: The number of the lesson, such as "01".
        term: The number of the term: 0 has the course's own numbers, others have others.
    """
    book = renumbered(solutions, notebook, term)
    kept = []
    for cell in book["cells"]:
        tags = cell["metadata"].get("tags", [])
        if TEACHER in tags:
            continue
        text = "".join(cell["source"])
        if SOLUTION in tags:
            text = stub(text, _numbers(notebook, term))
        cell["source"] = text.replace("# Solutions to", "# Exercises to", 1).splitlines(True)
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        kept.append(cell)
    book["cells"] = kept
    return book


def renumbered(solutions: dict[str, Any], notebook: str, term: int) -> dict[str, Any]:
    """Return a notebook of solutions with the numbers of another term.

    In the text of a question its numbers are bold; in the solution they are variables. The outputs
    are those of the course's own numbers, so they are left out. What a teacher would say speaks of
    these as well, and then says so.
    """
    book = copy.deepcopy(solutions)
    if term == 0:
        return book
    own, other = _numbers(notebook, 0), _numbers(notebook, term)
    bold = {f"**{value}**": f"**{other[name]}**" for name, value in own.items()}
    changed = False  # whether the exercise has other numbers
    for cell in book["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            for name, value in own.items():
                line = rf"(?m)^{name} = {re.escape(repr(value))}$"
                text = re.sub(line, f"{name} = {other[name]!r}", text)
            checked = _CHECK.sub(lambda found: _check_of_term(found, notebook, term), text)
            changed, text = checked != text, checked
            cell["outputs"], cell["execution_count"] = [], None
        else:
            # All at once: a new number may be the old one of another name.
            text = _BOLD.sub(lambda found: bold.get(found[0], found[0]), text)
            if changed and TEACHER in cell["metadata"].get("tags", []):
                text = text.replace(_SAYS, f"{_SAYS[:-3]} (of the course's own numbers).**", 1)
        cell["source"] = text.splitlines(True)
    return book


def _check_of_term(found: re.Match[str], notebook: str, term: int) -> str:
    exercise = exercises_of(notebook).get(found[1])
    if isinstance(exercise, Question) and exercise.numbers(term):
        return f'lab.check("{found[1]}", {found[2]}, term={term})'
    return found[0]


def _numbers(notebook: str, term: int) -> dict[str, Any]:
    """Return the numbers of all questions to a notebook."""
    found: dict[str, Any] = {}
    for exercise in exercises_of(notebook).values():
        if isinstance(exercise, Question):
            found |= exercise.numbers(term)
    return found


def stub(source: str, kept: Any = ()) -> str:
    """Return what a reader begins with: a function's head and docstring, and the names to set.

    Args:
        source: The code of a solution.
        kept: Names whose values stay.
    """
    lines = source.splitlines()
    parts = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            last = node.body[0].end_lineno if ast.get_docstring(node) else None
            # Without a docstring, the head ends where the body begins.
            end = last if last is not None else node.body[0].lineno - 1
            parts.append("\n".join([*lines[node.lineno - 1 : end], "    ..."]))
        elif isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            parts.append(ast.unparse(node) if name in kept else f"{name} = ...")
        elif isinstance(node, ast.Import | ast.ImportFrom):
            parts.append(ast.unparse(node))
    return "\n".join(_spaced(parts))


def _spaced(parts: list[str]) -> list[str]:
    """Return parts of code with two empty lines around functions."""
    spaced: list[str] = []
    for part in parts:
        if spaced and (part.startswith("def ") or spaced[-1].startswith("def ")):
            spaced += ["", ""]
        spaced.append(part)
    return spaced
