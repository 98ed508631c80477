"""Notebook 9 makes the pad that its parameters ask for, and leaves it as the learner left it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import ipynb
from tests.helpers.machine import ROOT

NOTEBOOK = ROOT / "notebooks" / "09_your_own_digits.ipynb"


@pytest.fixture
def names(tmp_path: Path) -> dict[str, Any]:
    """What the cell finds: a pad, the recorded drawings, and which of them the networks divide."""
    digits = lab.load_digits("sample", train_size=100)
    pad = lab.handwriting.Pad({"single_layer": lab.models.single_layer()}, digits, tmp_path)
    recorded = lab.handwriting.load_recorded()
    made = {"digits": digits, "pad": pad, "recorded": recorded, "divided": np.array([43])}
    return made | {"lab": lab}


def run_the_cell(names: dict[str, Any], words: str = "pad.prediction") -> None:
    """Run the one cell of the notebook that has these words."""
    code = [cell["source"] for cell in ipynb.code_cells(ipynb.read(NOTEBOOK))]
    (cell,) = [source for source in code if words in source]
    exec(cell, names)


def test_an_empty_pad_is_empty_again_after_the_picture_of_a_recorded_drawing(
    names: dict[str, Any],
):
    run_the_cell(names)
    assert names["reading"].model_input.any()
    assert names["pad"].strokes == []
    assert names["pad"].prediction is None


def test_a_drawing_of_the_learner_is_the_one_in_the_picture_and_stays(names: dict[str, Any]):
    drawn = names["pad"].draw(names["recorded"][0].strokes)
    strokes = names["pad"].strokes
    run_the_cell(names)
    assert names["reading"] is drawn
    assert names["pad"].strokes == strokes != []


def test_a_drawing_on_a_pad_that_is_blind_stays_and_its_answers_are_not_shown(
    names: dict[str, Any],
):
    pad = names["pad"]
    pad.blind = 3
    drawn = pad.draw(names["recorded"][0].strokes)
    strokes = pad.strokes
    run_the_cell(names)
    assert not np.array_equal(names["reading"].model_input, drawn.model_input)
    assert pad.strokes == strokes != []


@pytest.mark.parametrize(("blind", "missing"), [(3, 3), (None, 0)])
def test_the_pad_answers_after_as_many_drawings_as_the_parameter_says(
    names: dict[str, Any], tmp_path: Path, blind: int | None, missing: int
):
    networks = {"single_layer": lab.models.single_layer()}
    names |= {"networks": networks, "drawings": str(tmp_path / "mine"), "blind": blind}
    run_the_cell(names, "lab.handwriting.Pad(")
    assert names["pad"].blind == missing
    assert names["pad"].collection == tmp_path / "mine" / "drawings.npz"
    run_the_cell(names)
    assert names["reading"].model_input.any()
