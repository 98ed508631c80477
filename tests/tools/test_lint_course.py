"""The linter finds what breaks a rule of the course, says where and why, and nothing else."""

from pathlib import Path

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import lint_course

SECTION = "Ten words of plain text stand here for the reader to read. " * 3
GOOD_HEADINGS = (
    *lint_course.HEADINGS,
    "What it learned",
    "The ladder",
    *lint_course.HEADINGS_AT_THE_END,
)
GUESSES = "\n".join(f"guess_{name} = ..." for name in "abc")
COMPARED = "\n".join(f'lab.compare_guess(guess_{name}, 1, "01.{name}")' for name in "abc")
QUESTIONS = "# A title\n\n**New here**\n\n- What is it?\n- What for?\n"
ANSWERS = "- **It** is this.\n- **For** that.\n"


def page(
    tmp_path: Path,
    text: str = "",
    code: tuple[str, ...] = (),
    headings: tuple[str, ...] = GOOD_HEADINGS,
) -> lint_course.Page:
    """Return a notebook that keeps all rules, with further text and code at its end."""
    cells = [new_markdown_cell(QUESTIONS)]
    for heading in headings:
        answers = ANSWERS if heading == "What was new, answered" else ""
        cells.append(new_markdown_cell(f"## {heading}\n\n{answers}{SECTION}"))
        for _ in range(2):
            cells += [new_code_cell("value = 1\nprint(value)"), new_markdown_cell(SECTION)]
    cells[2].source, cells[4].source = GUESSES, COMPARED
    cells.append(new_markdown_cell(text))
    cells += [new_code_cell(source) for source in code]
    path = tmp_path / "notebooks" / "01_made_up.ipynb"
    path.parent.mkdir(exist_ok=True)
    language = dict.fromkeys(lint_course.LANGUAGE_INFO, "python")
    nbformat.write(new_notebook(cells=cells, metadata={"language_info": language}), path)
    return lint_course.Page(path)


def found(page: lint_course.Page) -> dict[str, list[str]]:
    problems = {rule.__name__: list(rule(page)) for rule in lint_course.PAGE_RULES}
    return {name: words for name, words in problems.items() if words}


def test_a_page_that_keeps_all_rules_passes(tmp_path: Path):
    assert found(page(tmp_path, "One sentence with `a != b`, and ![an image](a.png).")) == {}


@pytest.mark.parametrize(
    ("rule", "text", "code", "words"),
    [
        ("calm_prose", "This works!", (), "an exclamation mark: This works!"),
        ("more_text_than_code", "", ("x = 1 + 1\n" * 200,), "of the words are text"),
        ("text_between_code", "", ("a = 1", "a = 2", "a = 3"), "3 code cells in a row"),
        ("few_functions", "", ("def f(): ...\ndef g(): ...\ndef h(): ...",), "3 functions"),
        ("plain_code", "", ("%matplotlib inline",), "a magic or shell command: %matplotlib"),
        ("plain_code", "", ("from math import *",), "an import of everything"),
        ("plain_code", "", ('open("/home/me/file")',), "a path of one machine"),
        ("no_asserts", "", ("x = 1\nassert x == 1",), "an assert: assert x == 1"),
        ("no_asserts", "", ("if True:\n    assert False",), "an assert: assert False"),
        ("plain_wording_of_a_page", "It takes two seconds an epoch.", (), '"seconds an epoch"'),
        ("plain_wording_of_a_page", "", ("# one row a run",), '"row a run"'),
        ("plain_wording_of_a_page", "Write one file a command.", (), '"file a command"'),
        ("plain_wording_of_a_page", "", ("# neurons a layer",), '"neurons a layer"'),
        ("plain_wording_of_a_page", "Four numbers\na filter.", (), '"numbers a filter"'),
        ("plain_wording_of_a_page", "It needs 0.3 ms an image.", (), '"ms an image"'),
        ("guesses_before_results", "", ("guess_d = ...",), "but compared are guess_a, guess_b"),
        ("short_record", "", ("run = lab.record(\n" + "\n" * 6 + ")",), "has 8 lines"),
        ("questions_are_answered", "- **One** answer too many.", (), "2 questions, 3 answers"),
    ],
)
def test_what_breaks_a_rule_is_found_by_that_rule_alone(tmp_path, rule, text, code, words):
    problems = found(page(tmp_path, text, code))
    assert set(problems) == {rule}
    assert words in problems[rule][0]


@pytest.mark.parametrize(
    "text",
    [
        "It shows a digit and gives an image a label.",
        "In the second run a digit is lost, and in some images a label is wrong.",
        "For each of its weights a layer keeps a second number.",
        "A file is a command. The first file: a notebook.",
        "One line per run, two neurons per layer.",
    ],
)
def test_an_article_that_is_not_distributive_is_left_alone(tmp_path: Path, text: str):
    assert found(page(tmp_path, text)) == {}


def test_a_page_without_its_headings_and_questions_is_found(tmp_path: Path):
    path = tmp_path / "02_bare.ipynb"
    cells = [new_markdown_cell("# A title"), new_code_cell("line = 1\n" * 13)]
    nbformat.write(new_notebook(cells=cells), path)
    problems = found(lint_course.Page(path))
    assert "no heading Prepare the data" in problems["common_headings"][0]
    assert "0 questions" in problems["questions_are_answered"][0]
    assert problems["length_of_a_lesson"] == ["2 cells"]
    assert "language_info has no codemirror_mode, file_" in problems["language_of_the_kernel"][0]
    assert problems["short_cells"][0] == "the median code cell has 13 lines"


def test_headings_in_another_order_are_found(tmp_path: Path):
    first, second, *others = GOOD_HEADINGS
    problems = found(page(tmp_path, headings=(second, first, *others)))
    assert set(problems) == {"common_headings"}
    assert "are not in this order" in problems["common_headings"][0]


def project(tmp_path: Path, dependency: str, conda: str) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        "dependencies = [\n    # Each of these for one reason.\n"
        f"    {dependency}\n    # Imported by the package too; they come with the others.\n]\n",
        encoding="utf-8",
    )
    (tmp_path / "environment.yml").write_text(
        f"dependencies:\n  - pip:\n  {conda}\n", encoding="utf-8"
    )
    return tmp_path


def test_a_dependency_without_a_reason_is_found_and_one_with_a_reason_is_not(tmp_path: Path):
    good = project(tmp_path, '"typer>=0.15", # the command line', "- typer>=0.15  # commands")
    assert list(lint_course.reasons_of_dependencies(good)) == []
    bad = project(tmp_path, '"typer>=0.15",', "- typer>=0.15")
    assert list(lint_course.reasons_of_dependencies(bad)) == [
        ("pyproject.toml", '"typer>=0.15",'),
        ("environment.yml", "- typer>=0.15"),
    ]


def test_the_rule_on_dependencies_sees_those_of_the_project(root: Path, tmp_path: Path):
    """The comments that it looks for are there, so that it does not pass for want of lines."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace(", # ", ", "), encoding="utf-8")
    (tmp_path / "environment.yml").write_text("dependencies:\n", encoding="utf-8")
    assert len(list(lint_course.reasons_of_dependencies(tmp_path))) >= 10


def test_long_files_and_hard_wording_are_found_with_their_line(tmp_path: Path):
    (tmp_path / "mnist_lab").mkdir()
    (tmp_path / "mnist_lab" / "long.py").write_text("x = 1\n" * 301, encoding="utf-8")
    (tmp_path / "README.md").write_text("Fine.\nOne dot\na run.\n", encoding="utf-8")
    assert list(lint_course.short_files(tmp_path)) == [("mnist_lab/long.py", "301 lines")]
    assert list(lint_course.plain_wording(tmp_path)) == [("README.md:2", '"dot a run"')]


def test_the_exit_code_and_the_printed_lines_say_what_breaks_and_why(tmp_path: Path, capsys):
    root = project(tmp_path, '"typer>=0.15", # the command line', "- typer>=0.15  # commands")
    page(root)
    assert lint_course.main(root) == 0
    assert "keeps its rules" in capsys.readouterr().out
    page(root, "Well done!")
    assert lint_course.main(root) == 1
    printed = capsys.readouterr().out
    assert "notebooks/01_made_up.ipynb: an exclamation mark: Well done!" in printed
    assert "needs no exclamation marks" in printed
    assert "\n1 problem.\n" in printed


def test_the_language_info_asked_for_is_what_the_kernel_reports():
    assert set(lint_course.LANGUAGE_INFO) == set(IPythonKernel.language_info)
