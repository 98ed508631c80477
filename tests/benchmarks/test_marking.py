"""The benchmark of marking knows the right verdicts, and sees one that is lost or wrong."""

import json
from pathlib import Path

from benchmarks import marking
from benchmarks.marking_class import NOT_MARKED, Learner, the_class, write_class
from mnist_lab.exercises.catalogue import exercises_of
from mnist_lab.marking.submissions import read_submissions
from tests.helpers.hand_ins import ALL_RIGHT, HOSTILE


def test_a_class_has_every_planted_mistake_and_every_hostile_hand_in():
    learners = the_class(200, seed=0)
    assert len(learners) == 200
    planted = [
        f"{name} {mistake.name}"
        for name, own in exercises_of("01").items()
        for mistake in own.misconceptions
    ]
    assert sorted(one.what for one in learners if one.kind == "one mistake") == sorted(planted)
    assert {one.what for one in learners if one.kind == "hostile"} == set(HOSTILE)
    assert {len(one.expected) for one in learners} == {1, 5}


def test_the_hand_ins_lie_as_moodle_exports_them(tmp_path: Path):
    named = write_class(the_class(30, seed=0), tmp_path)
    found = read_submissions(tmp_path)
    assert {one.learner for one in found} == set(named)
    assert {one.number for one in found} == {str(1000 + number) for number in range(30)}


def test_who_is_lost_and_what_is_wrong_is_told():
    learner = Learner("right", "plain", b"", ALL_RIGHT)
    nothing = Learner("no notebook", "a PDF", b"", NOT_MARKED)
    named = {"Ada": learner, "Bo": learner, "Cy": learner, "Di": nothing, "Ed": nothing}
    found = {
        "Ada": ALL_RIGHT | {"01.2": "overflow"},
        "Bo": NOT_MARKED,
        "Di": NOT_MARKED,
        "Ed": ALL_RIGHT,
    }
    lost, wrong = marking.differences(named, found)
    assert lost == ["right, plain", "right, plain"]
    assert wrong == [
        "right, plain: 01.2 overflow, expected right",
        "no notebook, a PDF:  nothing, expected not marked",
    ]


def test_verdicts_are_read_from_the_table(tmp_path: Path):
    table = tmp_path / "marks.csv"
    table.write_text(
        "learner,number,exercise,verdict\nAda,1,01.1,right\nAda,1,01.2,overflow\nBo,2,,not marked",
        encoding="utf-8",
    )
    assert marking.verdicts_of(table) == {
        "Ada": {"01.1": "right", "01.2": "overflow"},
        "Bo": {"": "not marked"},
    }


def test_the_sentence_has_the_measured_numbers():
    result = json.loads(marking.FILE.read_text(encoding="utf-8"))
    sentence = marking.sentence(
        result | {"learners": 60, "seconds": 90.0, "wrong": 2, "lost": 1, "verdicts": 1234}
    )
    for words in ("60 hand-ins", "took 1.5 minutes", "Of 1,234 verdicts 2 were", "1 hand-ins were"):
        assert words in sentence
