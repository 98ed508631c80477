"""Photos named by what is on them become a collection; those that disagree are left out."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import mnist_lab as lab
from mnist_lab.handwriting import collect
from mnist_lab.handwriting.collecting import lines_in_name
from mnist_lab.handwriting.photos.image import read_image
from tests.helpers.readings import page_of, reading_of
from tests.helpers.sheets import filled_sheet

AGAIN = " Correct the name, or take the photo again."


def photo(folder: Path, name: str, *lines: str) -> Path:
    Image.fromarray(page_of(*lines)).save(folder / name)
    return folder / name


@pytest.fixture
def finding(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, ...]]:
    """How many digits each line of a photo has, by its name; nothing is looked for."""
    counts: dict[str, tuple[int, ...]] = {}

    def find_digits(path: Path):
        lines = [tuple(range(count)) for count in counts[path.name]]
        return reading_of(read_image(path), *lines).page

    monkeypatch.setattr("mnist_lab.handwriting.collecting.find_digits", find_digits)
    return counts


def test_photos_are_labeled_by_their_names(tmp_path: Path, capsys: pytest.CaptureFixture):
    photo(tmp_path, "0123 (2).png", "0123")
    photo(tmp_path, "456_78.png", "456", "78")
    photo(tmp_path, "99.png", "9")
    photo(tmp_path, "IMG_1234.png", "1")
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    collected = collect(tmp_path)
    assert collected.path == tmp_path / "digits.npz"
    assert collected.digits.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert collected.counts == (1,) * 9 + (0,)
    assert collected.left_out == {
        "99.png": "its name says 2 digits; 1 found." + AGAIN,
        "IMG_1234.png": "its name says no digits. Call it by what is on it, as 0123456789.jpg, or"
        " sheet.jpg.",
    }
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "Left out: 99.png: its name says 2 digits; 1 found." + AGAIN
    assert second.startswith("Left out: IMG_1234.png: its name says no digits.")
    kinds = ", ".join(f"{int(digit < 9)} of {digit}" for digit in range(10))
    assert third == f"{tmp_path / 'digits.npz'}: 9 digits of 2 photos; {kinds}"
    predicted = lab.evaluate(lab.models.pretrained("cnn"), collected.digits)
    assert predicted.accuracy == 1


def test_a_collection_of_photos_is_a_source_of_digits(tmp_path: Path, finding: dict):
    for copy in range(8):
        finding[f"0123456789 ({copy}).png"] = (10,)
        photo(tmp_path, f"0123456789 ({copy}).png", "0")
    path = collect(tmp_path).path
    for source in (path, tmp_path):
        digits = lab.load_digits(source, validation_fraction=0.2)
        assert sum(digits.sizes.values()) == 80
        assert digits.source == "files"


def test_a_sheet_and_a_photo_go_into_one_collection(tmp_path: Path, capsys, finding: dict):
    images = lab.load_digits("sample").test.images[:3]
    filled_sheet(images, [(2, 0), (2, 7), (8, 4)]).save(tmp_path / "Sheet 2.png")
    Image.new("RGB", (90, 90), "white").save(tmp_path / "sheet.png")
    photo(tmp_path, "41.png", "41")
    finding["41.png"] = (2,)
    collected = collect(tmp_path)
    assert collected.digits.labels.tolist() == [4, 1, 2, 2, 8]
    assert list(collected.left_out) == ["sheet.png"]
    assert "Left out: sheet.png: 0 of the 5 marks of a sheet were found." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "counts", "reason"),
    [
        ("012.png", (2, 1), None),  # a line that its name does not speak of
        ("01_2.png", (2, 1), None),
        ("01_2.png", (1, 2), "its name says lines of 2, 1 digits; lines of 1, 2 found."),
        ("01 2.png", (3,), "its name says lines of 2, 1 digits; lines of 3 found."),
        ("012.png", (4,), "its name says 3 digits; 4 found."),
        ("012.png", (), "its name says 3 digits; 0 found."),
    ],
)
def test_a_photo_counts_if_its_name_says_what_was_found(
    tmp_path: Path, finding: dict, name: str, counts: tuple[int, ...], reason: str | None
):
    for each, found in (("5.png", (1,)), (name, counts)):
        photo(tmp_path, each, "5")
        finding[each] = found
    collected = collect(tmp_path)
    assert collected.left_out == ({name: reason + AGAIN} if reason else {})
    assert collected.digits.labels.tolist() == ([5] if reason else [0, 1, 2, 5])


def test_a_damaged_photo_is_left_out_and_the_others_stay(tmp_path: Path, finding: dict):
    (tmp_path / "123.jpg").write_bytes(b"\xff\xd8\xff damaged")
    photo(tmp_path, "7.png", "7")
    finding.update({"7.png": (1,), "123.jpg": (3,)})
    collected = collect(tmp_path)
    assert collected.digits.labels.tolist() == [7]
    [(name, reason)] = collected.left_out.items()
    assert name == "123.jpg"
    assert not reason.startswith("123.jpg")


def test_nothing_is_overwritten_unless_it_is_asked_for(tmp_path: Path, finding: dict):
    photo(tmp_path, "7.png", "7")
    finding["7.png"] = (1,)
    path = tmp_path / "digits.npz"
    path.write_bytes(b"mine")
    with pytest.raises(ValueError, match=r"digits\.npz: is there already\. Name another output"):
        collect(tmp_path)
    assert path.read_bytes() == b"mine"
    assert collect(tmp_path, tmp_path / "other.npz").counts[7] == 1
    assert path.read_bytes() == b"mine"
    collect(tmp_path, overwrite=True)
    assert lab.handwriting.load_collection(path).labels.tolist() == [7]


def test_a_folder_without_photos_or_digits_is_refused_and_nothing_written(
    tmp_path: Path, finding: dict
):
    with pytest.raises(ValueError, match="holds no photos. Put some there"):
        collect(tmp_path)
    with pytest.raises(ValueError, match="folder=.*expected the path of a folder with photos"):
        collect(tmp_path / "absent")
    photo(tmp_path, "photo.png", "7")
    with pytest.raises(ValueError, match="no digits were found in 1 photo"):
        collect(tmp_path)
    with pytest.raises(ValueError, match="the name of a .npz file"):
        photo(tmp_path, "7.png", "7")
        # Not in `finding`: it is refused before anything is read.
        collect(tmp_path, tmp_path / "digits.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7.png", "photo.png"]


@given(
    st.lists(st.text("0123456789", min_size=1), min_size=1, max_size=4),
    st.sampled_from(["_", " ", "__"]),
    st.sampled_from(["", " (1)", "(23)"]),
)
def test_lines_are_read_back_from_the_names_that_they_make(lines: list[str], mark: str, copy: str):
    assert lines_in_name(mark.join(lines) + copy) == lines


@pytest.mark.parametrize("name", ["", "a1", "1a", "_1", "1_", "-1", "1.5", "²", "١٢", "(1)"])
def test_other_names_say_no_digits(name: str):
    with pytest.raises(ValueError, match="says no digits"):
        lines_in_name(name)


def test_bytes_in_a_collection_are_those_that_a_network_was_given(tmp_path: Path):
    photo(tmp_path, "27.png", "27")
    page = lab.handwriting.find_digits(tmp_path / "27.png")
    collected = collect(tmp_path)
    np.testing.assert_allclose(collected.digits.images, page.images, atol=0.5 / 255 + 1e-6)
