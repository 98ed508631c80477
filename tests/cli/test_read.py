"""`mnist-lab read` prints the digits on photos; what cannot be read stops nothing."""

import json
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import mnist_lab as lab
from mnist_lab.cli.app import app
from mnist_lab.handwriting.photos.image import read_image
from mnist_lab.handwriting.photos.page import Reading
from tests.helpers.readings import page_of, reading_of


def run(*words: str | Path):
    return CliRunner().invoke(app, ["read", *map(str, words)])


def photo(path: Path, color: str = "white") -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    Image.new("RGB", (300, 240), color).save(path)
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The networks that were asked to read; a black photo has no digits, others have two lines."""
    models: list[Any] = []

    def read_page(path: Path, model: Any = None) -> Reading:
        picture = read_image(path)
        models.append(model)
        return reading_of(picture, (7, None), (4,)) if picture.any() else reading_of(picture)

    monkeypatch.setattr("mnist_lab.handwriting.photos.reading.read_page", read_page)
    return models


def test_a_photo_of_digits_is_read_line_by_line(tmp_path: Path):
    Image.fromarray(page_of("3071", "24")).save(tmp_path / "page.png")
    done = run(tmp_path / "page.png")
    assert done.exit_code == 0, done.output
    assert done.stdout == "3071\n24\n"


def test_what_is_no_digit_is_a_question_mark_and_several_photos_have_their_names(
    tmp_path: Path, read: list
):
    one, other = photo(tmp_path / "b.png"), photo(tmp_path / "a.png")
    assert run(one).stdout == "7?\n4\n"
    done = run(one, other)
    assert done.exit_code == 0
    assert done.stdout == f"{one}:\n7?\n4\n{other}:\n7?\n4\n"


def test_a_photo_without_digits_is_said_to_have_none(tmp_path: Path, read: list):
    done = run(photo(tmp_path / "a.png", "black"))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{tmp_path / 'a.png'}: no digits were found.\n"


def test_what_cannot_be_read_is_a_line_each_and_stops_nothing(tmp_path: Path, read: list):
    (tmp_path / "letter.png").write_text("Dear program", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    good = photo(tmp_path / "good.png")
    words = (tmp_path / "absent.jpg", tmp_path / "letter.png", tmp_path / "empty", good)
    done = run(*words)
    assert done.exit_code == 1
    assert done.stdout == f"{good}:\n7?\n4\n"
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [str(path) for path in words[:3]]
    assert "no such file" in lines[0]
    assert "no picture" in lines[1]
    assert "holds no pictures" in lines[2]


def test_a_folder_is_read_in_the_order_of_names_without_what_is_hidden_or_no_picture(
    tmp_path: Path, read: list
):
    for name in ("b.JPG", "a.png", ".hidden.png", "a-read.jpg", "below/c.png"):
        photo(tmp_path / name)
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    done = run(tmp_path, tmp_path / "a.png")
    assert [line for line in done.stdout.splitlines() if line.endswith(":")] == [
        f"{tmp_path / name}:" for name in ("a.png", "b.JPG")
    ]


def test_json_has_boxes_probabilities_and_errors(tmp_path: Path, read: list):
    done = run(photo(tmp_path / "a.png"), tmp_path / "absent.jpg", "--json")
    assert done.exit_code == 1
    first, second = json.loads(done.stdout)["files"]
    assert second == {"file": str(tmp_path / "absent.jpg"), "error": "there is no such file."}
    assert (first["width"], first["height"], first["turn"]) == (300, 240, 0)
    assert first["text"] == "7?\n4"
    assert [[entry["digit"] for entry in line] for line in first["lines"]] == [[7, None], [4]]
    entry = first["lines"][0][1]
    assert entry["box"] == [110, 20, 150, 90]
    assert entry["corners"] == [[110, 20], [150, 20], [150, 90], [110, 90]]
    assert entry["probabilities"] == [0.1] * 10
    assert entry["confidence"] == 0.1 < first["threshold"]


def test_annotated_photos_of_one_name_from_two_folders_are_both_kept(tmp_path: Path, read: list):
    for folder in ("one", "two"):
        photo(tmp_path / folder / "a.png")
    output = tmp_path / "out"
    for _ in range(2):  # the second time, nothing more is there
        done = run(tmp_path / "one", tmp_path / "two", "--output", output)
        assert done.exit_code == 0, done.output
        assert sorted(path.name for path in output.iterdir()) == [
            "a 2-read.jpg",
            "a-read.jpg",
            "read.html",
        ]
    picture = np.asarray(Image.open(output / "a-read.jpg")).astype(int)
    assert picture.shape == (240, 300, 3)
    blue, orange = picture[55, 30], picture[55, 110]  # the left sides of the first two boxes
    assert blue[2] > blue[0] + 50
    assert orange[0] > orange[2] + 50
    assert picture[55, 50].min() > 240


def test_the_page_over_all_names_every_photo_and_every_failure(tmp_path: Path, read: list):
    photo(tmp_path / "<b>.png")
    photo(tmp_path / "dark.png", "black")
    done = run(tmp_path, tmp_path / "absent.jpg", "--output", tmp_path / "out")
    assert done.exit_code == 1
    page = (tmp_path / "out" / "read.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;.png" in page
    assert "<p>2 digits; 1 file could not be read.</p>" in page
    assert "<pre>7?\n4</pre>" in page
    assert "No digits were found." in page
    assert "absent.jpg: there is no such file." in page
    assert page.count("data:image/jpeg;base64,") == 2
    assert "http://" not in page


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_after_an_interrupt_what_was_read_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
):
    def read_page(path: Path, model: Any = None) -> Reading:
        if path.name == "b.png":
            raise KeyboardInterrupt
        return reading_of(read_image(path), (7,))

    monkeypatch.setattr("mnist_lab.handwriting.photos.reading.read_page", read_page)
    for name in "abc":
        photo(tmp_path / f"{name}.png")
    done = run(tmp_path, "--output", tmp_path / "out", *options)
    assert done.exit_code == 130
    assert "Interrupted: 1 of 3 files were read." in done.stderr
    if options:
        [entry] = json.loads(done.stdout)["files"]
        assert entry["text"] == "7"
    else:
        assert done.stdout == f"{tmp_path / 'a.png'}:\n7\n"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a-read.jpg", "read.html"}
    assert "1 photo read" in (tmp_path / "out" / "read.html").read_text(encoding="utf-8")


def test_large_photos_do_not_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pictures: list[weakref.ref] = []

    def read_page(path: Path, model: Any = None) -> Reading:
        picture = read_image(path)
        pictures.append(weakref.ref(picture))
        assert sum(one() is not None for one in pictures) <= 2  # this one and the one before
        return reading_of(picture, (7,))

    monkeypatch.setattr("mnist_lab.handwriting.photos.reading.read_page", read_page)
    for name in "abcd":
        photo(tmp_path / f"{name}.png")
    done = run(tmp_path, "--output", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert len(pictures) == 4


def test_photos_in_the_output_folder_stay_as_they_are(tmp_path: Path, read: list):
    before = photo(tmp_path / "a.jpg").read_bytes()
    assert run(tmp_path, "--output", tmp_path).exit_code == 0
    assert (tmp_path / "a.jpg").read_bytes() == before
    done = run(tmp_path, "--output", tmp_path)
    assert done.stdout == "7?\n4\n"  # of one photo: what was written is not read


def test_an_output_that_is_a_file_is_refused_before_anything_is_read(tmp_path: Path, read: list):
    done = run(photo(tmp_path / "a.png"), "--output", tmp_path / "a.png")
    assert done.exit_code == 2
    assert "is a file" in done.stderr
    assert read == []


def test_an_output_that_cannot_be_made_is_refused_before_anything_is_read(
    tmp_path: Path, read: list
):
    done = run(photo(tmp_path / "a.png"), "--output", Path(os.devnull) / "out")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert read == []


def test_a_network_of_ones_own_reads(tmp_path: Path, read: list):
    lab.models.mlp([5]).save(tmp_path / "mine.keras")
    done = run(photo(tmp_path / "a.png"), "--model", tmp_path / "mine.keras")
    assert done.exit_code == 0, done.output
    assert [layer.units for layer in read[0].layers if hasattr(layer, "units")] == [5, 10]
    done = run(tmp_path / "a.png", "--model", tmp_path / "absent.keras")
    assert done.exit_code == 2
    assert "absent.keras" in done.stderr
