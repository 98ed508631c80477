"""Marks become points by a rubric, tables for platforms, and notebooks of feedback."""

import pytest

from mnist_lab.exercises.judge import Verdict
from mnist_lab.marking.feedback import feedback
from mnist_lab.marking.marked import Marked
from mnist_lab.marking.page import write_marks_page
from mnist_lab.marking.table import (
    by_exercise,
    for_canvas,
    for_moodle,
    read_rubric,
    rows,
    totals,
)
from mnist_lab.marking.verdicts import Mark
from tests.helpers.hand_ins import SOLVED, hand_in_of

RIGHT, WRONG = Verdict("right", "Right."), Verdict("overflow", "Too <large>.")


def marked(learner, number, verdicts, file="x.ipynb", notes=()):
    marks = tuple(Mark(name, verdict, notes) for name, verdict in verdicts.items())
    return Marked(learner, number, file, "key", "01", marks, "", 2.0, True)


CLASS = [
    marked("Ada", "1", {"01.1": RIGHT, "01.2": RIGHT}),
    marked("Bo", "2", {"01.1": WRONG, "01.2": RIGHT}),
    marked("Bo", "2", {"01.1": RIGHT, "01.2": WRONG}, file="second.ipynb"),
    Marked("=1+1", "3", "y.ipynb", "key", "", (), "it is no notebook", 0.0, True),
]


def test_the_best_of_several_files_counts_and_who_has_no_marks_has_none():
    table = rows(CLASS, {})
    points = totals(table)["points"]
    assert points.to_dict() == {("=1+1", "3"): 0.0, ("Ada", "1"): 2.0, ("Bo", "2"): 2.0}
    assert len(table) == 7


def test_a_rubric_gives_other_points_and_none_to_what_it_does_not_name(tmp_path):
    path = tmp_path / "rubric.yml"
    path.write_text('"01.2": 2.5', encoding="utf-8")
    assert totals(rows(CLASS, read_rubric(path)))["points"].loc[("Ada", "1")] == 2.5
    assert read_rubric(None) == {}


@pytest.mark.parametrize(
    "text", ["", "[1]", '"01.9": 1', "01.1: 1", '"01.1": many', '"01.1": -1', "{", '"01.1": .nan']
)
def test_a_rubric_that_cannot_be_used_is_refused_by_name(tmp_path, text):
    path = tmp_path / "rubric.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"rubric\.yml: cannot be used"):
        read_rubric(path)


def test_exercises_are_counted_with_their_common_mistakes():
    everybody = [*CLASS, marked("Cy", "4", {"01.1": WRONG})]
    table = by_exercise(rows(everybody, {})).set_index("exercise")
    assert table.loc["01.1", ["right", "share", "common mistakes"]].tolist() == [
        2,
        "67%",
        "overflow (1)",
    ]


def test_platforms_get_their_columns():
    moodle = for_moodle(rows(CLASS, {})).set_index("Full name")
    assert moodle.loc["Ada", ["Identifier", "Grade"]].tolist() == ["Participant 1", 2.0]
    assert "01.1: overflow." in moodle.loc["Bo", "Feedback comments"]
    canvas = for_canvas(rows(CLASS, {}), "Exercises 01")
    assert canvas.columns.to_list() == [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Exercises 01",
    ]


def test_the_page_shows_verdicts_as_text(tmp_path):
    path = tmp_path / "marks.html"
    write_marks_page(path, CLASS, rows(CLASS, {}), "Marks", "mnist-lab mark <x>")
    page = path.read_text(encoding="utf-8")
    assert "Too &lt;large&gt;." in page
    assert "<b>=1+1</b>, y.ipynb: it is no notebook" in page
    assert "mnist-lab mark &lt;x&gt;" in page
    assert "closed room" not in page


def test_feedback_stands_after_the_answer_and_draws_no_markup():
    content = hand_in_of(SOLVED, "x = 1", outputs="old")
    mark = marked("Ada", "1", {"01.1": Verdict("overflow", "<script> ![x](y)"), "01.2": RIGHT})
    cells = feedback(content, mark)["cells"]
    assert [cell["cell_type"] for cell in cells] == [
        "markdown",
        "code",
        "markdown",
        "code",
        "markdown",
    ]
    assert "1 of 2 exercises are right" in cells[0]["source"]
    assert "&lt;script> !\\[x]" in cells[2]["source"]
    assert "01.2" in cells[4]["source"]
    assert not any(cell.get("outputs") for cell in cells)
