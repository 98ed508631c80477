"""The exercises of another term have other numbers, and their solutions are right."""

import json
from pathlib import Path

from typer.testing import CliRunner

from mnist_lab.cli.app import app
from mnist_lab.exercises.catalogue import exercises_of, notebooks
from mnist_lab.exercises.exercise import Question
from mnist_lab.exercises.judge import judge


def code_of(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_a_term_has_its_own_numbers(tmp_path: Path):
    done = CliRunner().invoke(app, ["exercises", str(tmp_path / "term"), "--seed", "5"])
    assert done.exit_code == 0, done.output
    for part in ("exercises", "solutions"):
        assert len(list((tmp_path / "term" / part).glob("*.ipynb"))) == len(notebooks())
    for lesson in notebooks():
        [path] = (tmp_path / "term" / "solutions").glob(f"{lesson}_*.ipynb")
        questions = [
            own
            for own in exercises_of(lesson).values()
            if isinstance(own, Question) and own.numbers(5)
        ]
        for question in questions:
            assert f'lab.check("{question.name}", {question.answer}, term=5)' in code_of(path)
            numbers = question.numbers(5)
            assert all(f"{name} = {value!r}" in code_of(path) for name, value in numbers.items())
            assert judge(question, question.right(**numbers), term=5).right


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "term").touch()
    done = CliRunner().invoke(app, ["exercises", str(tmp_path / "term"), "--seed", "5"])
    assert done.exit_code == 2
    assert "is a file" in done.output
