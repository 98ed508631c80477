"""Drawings collected on the pad: saved once, taken back, and what the pad says of it."""

import errno
import tempfile
from pathlib import Path

import numpy as np
import pytest

from mnist_lab import handwriting
from mnist_lab.handwriting import Pad, collection
from tests.helpers.pad import SENT, SEVEN, asked, sent


@pytest.fixture(autouse=True)
def lasting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Let the folders of these tests count as ones that the system does not empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def replies(pad: Pad, monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What the pad sends to the browser as messages of its own."""
    messages: list[dict] = []
    monkeypatch.setattr(pad, "send", lambda content, buffers=None: messages.append(content))
    return messages


def test_collecting_appends_what_the_networks_saw_and_clears_the_pad(pad, tmp_path):
    assert not (tmp_path / "mine").exists()
    model_input = pad.draw(SEVEN.strokes).model_input
    assert pad.collect(7) == 1
    assert pad.strokes == []
    assert pad.status == f"Saved drawing 1, labeled 7, in {tmp_path / 'mine' / 'drawings.npz'}."
    other = pad.draw(handwriting.load_recorded()[0].strokes).model_input
    assert pad.collect("0") == 2
    collection = handwriting.load_collection(pad.collection)
    np.testing.assert_array_equal(collection.images, [model_input, other])
    assert collection.labels.tolist() == [7, 0]


def test_a_browser_collects_with_a_message(pad):
    sent(pad, strokes=SENT)
    # The message may overtake the trait's last change, and counts.
    sent(pad, strokes=[{"width": 20, "points": [[5, 5], [270, 5]]}])
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    collection = handwriting.load_collection(pad.collection)
    assert collection.labels.tolist() == [7]
    np.testing.assert_array_equal(
        collection.images[0], handwriting.preprocess(handwriting.rasterize(SENT))
    )
    sent(pad, strokes=[])
    assert pad.status.startswith("Saved drawing 1, labeled 7, ")


@pytest.mark.parametrize("label", [None, "", "seven", 10, -1, [7], {}])
def test_a_label_that_is_no_digit_is_shown_on_the_pad(pad, label):
    sent(pad, strokes=SENT)
    asked(pad, {"kind": "collect", "label": label, "strokes": SENT})
    assert "label=" in pad.status
    assert "expected a whole number from 0 to 9" in pad.status
    assert not pad.collection.exists()


def test_an_empty_pad_is_not_collected(pad):
    asked(pad, {"kind": "collect", "label": 7, "strokes": []})
    assert pad.status == "The pad is empty: draw a digit, then collect it."
    asked(pad, {"kind": "collect", "label": 7})
    assert "strokes=None cannot be used" in pad.status
    with pytest.raises(ValueError, match="The pad is empty"):
        pad.collect(7)


def test_a_folder_that_cannot_be_written_is_shown_on_the_pad(networks, digits, tmp_path):
    (tmp_path / "file").write_text("in the way")
    pad = Pad(networks, digits, tmp_path / "file")
    pad.draw(SEVEN.strokes)
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    assert "file" in pad.status
    assert pad.strokes == SENT
    pad.close()


def test_a_browser_is_told_whether_its_drawing_was_saved(pad: Pad, replies: list):
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    asked(pad, {"kind": "collect", "label": 17, "strokes": SENT})
    pad.collection.write_bytes(b"not an archive")
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    assert replies == [{"kind": "reply", "done": done} for done in (True, False, False)]


def test_a_drawing_that_is_taken_back_is_no_longer_in_the_file(pad: Pad, replies: list):
    one = [{"width": 20, "points": [[140, 40], [140, 240]]}]
    for strokes, label in ((SENT, 7), (one, 1), (SENT, 7)):
        asked(pad, {"kind": "collect", "label": label, "strokes": strokes})
    asked(pad, {"kind": "take back", "label": 7, "strokes": SENT})
    assert handwriting.load_collection(pad.collection).labels.tolist() == [7, 1]
    assert pad.status == f"Took the 7 back. 2 drawings are left in {pad.collection}."
    asked(pad, {"kind": "take back", "label": 1, "strokes": one})
    assert pad.status == f"Took the 1 back. 1 drawing is left in {pad.collection}."
    asked(pad, {"kind": "take back", "label": 7, "strokes": SENT})
    assert not pad.collection.exists()
    assert [reply["done"] for reply in replies] == [True] * 6


def test_a_drawing_that_is_not_in_the_file_cannot_be_taken_back(pad: Pad, replies: list):
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    asked(pad, {"kind": "take back", "label": 8, "strokes": SENT})
    assert "this drawing, labeled 8, is not in it any more" in pad.status
    assert replies[-1] == {"kind": "reply", "done": False}
    assert handwriting.load_collection(pad.collection).labels.tolist() == [7]


def test_taking_back_before_anything_was_saved_is_refused(pad: Pad, replies: list):
    asked(pad, {"kind": "take back", "label": 7, "strokes": SENT})
    assert "drawings.npz" in pad.status
    assert replies == [{"kind": "reply", "done": False}]


def test_a_temporary_folder_is_named_as_one_that_loses_drawings(networks, digits, tmp_path: Path):
    pad = Pad(networks, digits, tmp_path / "temporary" / "a")
    pad.draw(SEVEN.strokes)
    pad.collect(7)
    assert "That folder is temporary, so they will be lost" in pad.status
    pad.close()


def test_drawings_go_to_a_folder_beside_the_notebook_by_default(
    networks, digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    pad = Pad(networks, digits)
    assert list(tmp_path.iterdir()) == []
    pad.draw(SEVEN.strokes)
    pad.collect(7)
    assert (tmp_path / "my_digits" / "drawings.npz").is_file()
    assert "temporary" not in pad.status
    pad.close()


def test_a_full_disk_is_shown_on_the_pad_as_not_saved(
    pad: Pad, replies: list, monkeypatch: pytest.MonkeyPatch
):
    """Simulated: saving raises what a full disk does."""

    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(collection.np, "savez_compressed", fail)
    asked(pad, {"kind": "collect", "label": 7, "strokes": SENT})
    assert pad.status.startswith("Not saved: ")
    assert "No space left" in pad.status
    assert replies == [{"kind": "reply", "done": False}]
