"""Submissions are found in folders and zip files, with names as platforms export them."""

import io
import zipfile
from pathlib import Path

import pytest

from mnist_lab.marking.submissions import read_submissions

NAMES = {
    "Ada Lovelace_123456_assignsubmission_file/01_single_layer.ipynb": ("Ada Lovelace", "123456"),
    "Ada Lovelace_123456_assignsubmission_file_/deep/x.ipynb": ("Ada Lovelace", "123456"),
    "lovelaceada_12345_678901_01_single_layer-1.ipynb": ("lovelaceada", "12345"),
    "lovelaceada_LATE_12345_678901_01_single_layer.ipynb": ("lovelaceada", "12345"),
    "Zoë Müller/01_single_layer.ipynb": ("Zoë Müller", ""),
    "zoë_01_single_layer.ipynb": ("zoë", ""),
    "Ed_8_assignsubmission_file_01_single_layer.IPYNB": ("Ed", "8"),
    "अदा.ipynb": ("अदा", ""),
    "01_single_layer.ipynb": ("01_single_layer", ""),
}
OTHERS = {
    "Bo_7_assignsubmission_file/homework.pdf": ("Bo", "7"),
    "cyd_99_100_homework.py": ("cyd", "99"),
    "Di/a/b.zip": ("Di", ""),
}
# Beside a notebook of the same learner, or of no learner.
ASIDE = [
    "Zoë Müller/data.csv",
    "Zoë Müller/.ipynb_checkpoints/x.ipynb",
    "__MACOSX/._x.ipynb",
    ".DS_Store",
    "Thumbs.db",
]


@pytest.fixture(params=["folder", "zip"])
def handed_in(request, tmp_path: Path) -> Path:
    """The same files in a folder, and in a zip file."""
    files = {name: name.encode() for name in [*NAMES, *OTHERS, *ASIDE]}
    if request.param == "zip":
        path = tmp_path / "all.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path
    for name, content in files.items():
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "all"


def test_each_notebook_has_its_learner(handed_in: Path):
    found = {one.file: one for one in read_submissions(handed_in)}
    who = {file: (one.learner, one.number) for file, one in found.items()}
    assert who == NAMES | OTHERS
    assert all(found[file].content == file.encode() for file in NAMES)


def test_who_handed_in_no_notebook_is_listed_with_what_there_is(handed_in: Path):
    found = {one.file: one for one in read_submissions(handed_in)}
    assert {file: found[file].problem for file in OTHERS} == {
        "Bo_7_assignsubmission_file/homework.pdf": "no notebook: homework.pdf",
        "cyd_99_100_homework.py": "no notebook: cyd_99_100_homework.py",
        "Di/a/b.zip": "no notebook: b.zip",
    }
    assert all(found[file].content is None for file in OTHERS)


def test_a_place_without_notebooks_is_refused(tmp_path: Path):
    (tmp_path / "x.txt").write_text("x", encoding="utf-8")
    for path, words in ((tmp_path, "holds no notebook"), (tmp_path / "x.txt", "cannot be marked")):
        with pytest.raises(ValueError, match=words):
            read_submissions(path)


def test_a_link_is_not_followed(tmp_path: Path):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "secret").write_text("{}", encoding="utf-8")
    (tmp_path / "class" / "ada" / "x.ipynb").symlink_to(tmp_path / "secret")
    [one] = read_submissions(tmp_path / "class")
    assert (one.content, one.problem) == (None, "it is a link, not a file")


def test_a_zip_bomb_and_a_damaged_member_cost_no_other_submission(tmp_path: Path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb/x.ipynb", bytes(40_000_000))
        archive.writestr("bad/x.ipynb", b"damaged content that is long enough")
        archive.writestr("good/x.ipynb", b"{}")
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo("bad/x.ipynb").header_offset + 50
    path.write_bytes(content[:place] + b"\xff\xff" + content[place + 2 :])
    found = {one.learner: one for one in read_submissions(path)}
    assert found["good"].content == b"{}"
    assert "more than 20,000,000 bytes" in found["bomb"].problem
    assert "cannot be unpacked" in found["bad"].problem


@pytest.mark.parametrize(
    ("files", "learners"),
    [
        (["a/hw/x.ipynb", "b/hw/x.ipynb"], ["a", "b"]),
        (["class/a/x.ipynb", "class/b/x.ipynb"], ["a", "b"]),
        (["Zoe/mnist_01_02_final.ipynb", "Bo/x.ipynb"], ["Bo", "Zoe"]),
        (["Ada_1_assignsubmission_file/Bo_2_assignsubmission_file/x.ipynb", "c.ipynb"],
         ["Ada", "c"]),
        (["ada/x.ipynb", "ada/y.ipynb"], ["ada", "ada"]),
        (["class/a/x.ipynb", "class/b/x.ipynb", "rubric.yaml"], ["a", "b"]),
        (["class/a/x.ipynb", "class/b/x.pdf"], ["a", "b"]),
    ],
)  # fmt: skip
def test_what_lies_in_a_learners_folder_makes_nobody_of_them_another(tmp_path, files, learners):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"{}")
    assert [one.learner for one in read_submissions(tmp_path)] == learners


def test_the_folder_of_the_marks_is_left_out(tmp_path):
    for file in ("ada.ipynb", "marks/feedback/ada.ipynb"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"{}")
    assert [one.file for one in read_submissions(tmp_path, tmp_path / "marks")] == ["ada.ipynb"]
