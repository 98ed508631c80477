"""Feedback lies where a notebook was handed in, and no name of a stranger's leads elsewhere."""

import json
import zipfile

import pytest

from mnist_lab.exercises.judge import Verdict
from mnist_lab.marking.feedback import write_feedback
from mnist_lab.marking.marked import Marked
from mnist_lab.marking.submissions import Submission
from mnist_lab.marking.verdicts import Mark
from tests.helpers.hand_ins import hand_in_of


def handed_in(file, kind="right", key="k"):
    """Return a submission of one notebook, and its marks."""
    content = json.dumps(hand_in_of('lab.check("01.1", softmax)')).encode()
    marks = (Mark("01.1", Verdict(kind, "Some words.")),)
    marked = Marked("Ada", "1", file, key, "01", marks, "", 1.0, True)
    return Submission("Ada", "1", file, content), marked


def files_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_each_notebook_has_its_place_in_the_folder_and_in_the_zip_file(tmp_path):
    names = ["Ada_1_assignsubmission_file/x.ipynb", "bo_1_2_x.ipynb"]
    write_feedback(tmp_path, *zip(*map(handed_in, names), strict=True))
    found = files_of(tmp_path / "feedback")
    assert sorted(found) == names
    with zipfile.ZipFile(tmp_path / "feedback.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == found
    write_feedback(tmp_path, *zip(handed_in(names[0]), strict=True))
    assert sorted(files_of(tmp_path / "feedback")) == names[:1]


def test_two_members_of_one_name_have_each_their_own_verdicts(tmp_path):
    both = [handed_in("x.ipynb", "right", "a"), handed_in("x.ipynb", "overflow", "b")]
    write_feedback(tmp_path, *zip(*both, strict=True))
    found = files_of(tmp_path / "feedback")
    assert sorted(found) == ["x-b.ipynb", "x.ipynb"]
    assert "overflow" in found["x-b.ipynb"]
    assert "overflow" not in found["x.ipynb"]


def test_what_could_not_be_marked_has_no_feedback(tmp_path):
    submission, marked = handed_in("x.ipynb")
    unmarked = Marked("Bo", "", "y.pdf", "b", "", (), "no notebook", 0.0, True)
    write_feedback(tmp_path, [submission, Submission("Bo", "", "y.pdf", None)], [marked, unmarked])
    assert sorted(files_of(tmp_path / "feedback")) == ["x.ipynb"]


@pytest.mark.parametrize(
    "file",
    ["../../x.ipynb", "/etc/x.ipynb", "a/../../../x.ipynb", "C:\\x.ipynb", "a\x01b?.ipynb",
     "é" * 200 + ".ipynb"],
)  # fmt: skip
def test_no_name_leads_out_of_the_folder(tmp_path, file):
    write_feedback(tmp_path / "marks", *zip(handed_in(file), strict=True))
    [found] = files_of(tmp_path / "marks" / "feedback")
    assert found.endswith(".ipynb")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["marks"]
