"""Every file of text is opened as UTF-8, and not as the machine's locale says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.machine import ROOT

FOLDERS = ("mnist_lab", "benchmarks", "fuzz", "tools")
# The place of the encoding among the arguments, where it is given without its name.
READERS = {"read_text": 0, "write_text": 1}
STARTERS = {"run", "Popen", "check_output"}


def calls_without_encoding(text: str) -> Iterator[int]:
    """Yield the lines that read, write or capture text without an encoding.

    What ruff's PLW1514 does not see: it does not know which objects are paths.
    """
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        keywords = {word.arg: word.value for word in node.keywords}
        name = node.func.attr
        if "encoding" in keywords or None in keywords:
            continue
        reads = name in READERS and len(node.args) <= READERS[name]
        if reads or (name in STARTERS and ("text" in keywords or "universal_newlines" in keywords)):
            yield node.lineno


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("path.read_text()", True),
        ('path.read_text("utf-8")', False),
        ("path.read_text(encoding='utf-8')", False),
        ("path.write_text(text)", True),
        ("path.write_text(text, encoding='utf-8')", False),
        ("subprocess.run(words, text=True)", True),
        ("subprocess.run(words, encoding='utf-8')", False),
        ("subprocess.run(words)", False),
    ],
)
def test_a_call_without_an_encoding_is_found(line: str, found: bool):
    assert bool(list(calls_without_encoding(line))) is found


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_call_names_its_encoding(folder: str):
    files: list[Path] = list((ROOT / folder).rglob("*.py"))
    assert files
    problems = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in files
        for line in calls_without_encoding(file.read_text(encoding="utf-8"))
    ]
    assert problems == []
