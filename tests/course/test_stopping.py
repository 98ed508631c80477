"""A learner who stops the first trainings of the course can go on with the next cells."""

from pathlib import Path
from typing import Any

import pytest

from mnist_lab import ipynb, keras
from mnist_lab.training.engine import Epochs
from tests.helpers.machine import ROOT

FIRST = ROOT / "notebooks" / "01_single_layer.ipynb"
QUICK = {"data_source": "sample", "train_size": 300, "epochs": 2, "batch_size": 100}


def run_to_the_comparison(notebook: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Run a notebook's cells up to that which compares Keras's training with the course's."""
    code = ipynb.code_cells(ipynb.read(notebook))
    last = next(i for i, cell in enumerate(code) if "Keras fit:" in cell["source"])
    names: dict[str, Any] = {}
    for cell in code[: last + 1]:
        exec(cell["source"], names)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= given
    return names


@pytest.mark.parametrize("ended", [0, 1])
def test_a_stop_in_the_first_training_leaves_cells_that_run(
    ended: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The stop button is a KeyboardInterrupt, here when no epoch or one has ended."""

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == ended:
                raise KeyboardInterrupt

    fit = keras.Sequential.fit

    def stopped_fit(model: keras.Sequential, *args: Any, **settings: Any) -> Any:
        return fit(model, *args, callbacks=[Stop()], **settings)

    monkeypatch.setattr(keras.Sequential, "fit", stopped_fit)
    names = run_to_the_comparison(FIRST, QUICK)
    assert len(names["model"].history.epoch) == ended
    assert 0 <= names["fit_accuracy"] <= 1
    assert names["fast_history"].epoch == [0, 1]
    printed = capsys.readouterr().out
    assert "Interrupted: the model keeps the weights it has." in printed
    assert "Keras fit:" in printed


def test_a_stop_before_the_first_epoch_of_the_courses_own_training_leaves_cells_that_run(
    monkeypatch: pytest.MonkeyPatch,
):
    def stop(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Epochs, "train", stop)
    names = run_to_the_comparison(FIRST, QUICK)
    assert names["fast_history"].epoch == []
    assert 0 <= names["fast_accuracy"] <= 1
