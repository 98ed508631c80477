"""Each program that waiting.py starts measures what it says, in a made-up checkout."""

import sys
from types import SimpleNamespace

import nbformat
import numpy as np
import pandas as pd
import pytest

from benchmarks import waiting, waiting_jobs
from benchmarks.waiting import Step


def test_a_job_runs_in_a_process_with_the_checkout_s_modules_and_the_digits_of_its_step(
    checkout, tmp_path
):
    (checkout / "tensorflow.py").write_text(
        "import os, time\n"
        "time.sleep(0.2)\n"
        "assert os.environ['MNIST_LAB_DATA'] == 'sample'\n"
        "assert os.environ['XDG_CACHE_HOME'].endswith('cache')\n",
        encoding="utf-8",
    )
    step = Step("import_tensorflow", digits="sample")
    answer = waiting.run_step(step, checkout, tmp_path / "cache", "full")
    wall, cpu = answer["`import tensorflow`"], answer["`import tensorflow`, CPU"]
    assert cpu < wall
    assert 0.2 <= wall < 60


def test_importing_counts_keras_where_it_is_first_used(checkout, tmp_path):
    (checkout / "mnist_lab" / "__init__.py").write_text(
        """
import time
from types import SimpleNamespace as Made
class Late:
    def __getattr__(self, name):
        time.sleep(0.3)
keras = Late()
def load_digits():
    time.sleep(0.2)
    return Made(train=Made(images=[], labels=[]))
plots = Made(digit_grid=lambda images, titles: Made(savefig=lambda file, format: time.sleep(0.1)))
""",
        encoding="utf-8",
    )
    step = Step("import_course", options=("made up",))
    answer = waiting.run_step(step, checkout, tmp_path, "full")
    wall = {name: seconds for name, seconds in answer.items() if not name.endswith(", CPU")}
    total = wall.pop("all four, made up")
    assert total >= sum(wall.values())
    _, loading, figure, keras = wall.values()
    assert loading >= 0.2
    assert figure >= 0.1
    assert keras >= 0.3
    assert list(wall)[-1] == "then `lab.keras.layers`, made up"


@pytest.mark.slow
def test_the_first_figure_ends_the_measurement_and_later_cells_do_not_run(checkout, monkeypatch):
    """Two kernels without TensorFlow, five seconds together."""
    notebook = nbformat.v4.new_notebook()
    png = "from IPython.display import Image, display; display(Image(b'\\x89PNG', format='png'))"
    notebook.cells = [
        nbformat.v4.new_markdown_cell("no code"),
        nbformat.v4.new_code_cell("import time; time.sleep(0.3)"),
        nbformat.v4.new_code_cell(png),
        nbformat.v4.new_code_cell("raise OSError('not reached')"),
    ]
    (checkout / "notebooks").mkdir()
    path = checkout / "notebooks" / "01_single_layer.ipynb"
    nbformat.write(notebook, path)
    monkeypatch.setenv("PYTHONPATH", str(checkout))
    assert 0.3 < waiting_jobs.first_figure()["kernel start to first figure"] < 120
    notebook.cells = notebook.cells[3:]
    nbformat.write(notebook, path)
    with pytest.raises(RuntimeError, match="not reached, in the cell"):
        waiting_jobs.first_figure()


def test_the_course_s_time_is_that_of_its_notebooks_and_of_what_comes_before_their_digits(
    checkout, tmp_path
):
    program = """
import json, sys
from pathlib import Path
assert sys.argv[1:3] == ["course", "--output"] and sys.argv[4:] == ["--quick"], sys.argv
for name in ("01_one", "02_two"):
    code = {"cell_type": "code", "source": ["digits = lab.load_digits()"]}
    code["metadata"] = {"papermill": {"end_time": "2026-11-01T10:00:07.5+00:00"}}
    text = {"cell_type": "markdown", "source": ["load_digits"], "metadata": {}}
    about = {"start_time": "2026-11-01T10:00:05+00:00", "duration": 20.5}
    notebook = {"cells": [text, code], "metadata": {"papermill": about}}
    Path(sys.argv[3], name + ".ipynb").write_text(json.dumps(notebook), encoding="utf-8")
print("[1/2] 01_one: test accuracy 91.03% (7 s)")
print("[2/2] 02_two: test accuracy 97.20% (12 s)")
print("The course took (99 s)")
"""
    (checkout / "mnist_lab" / "__main__.py").write_text(program, encoding="utf-8")
    step = Step("course", digits="sample", options=("--quick",))
    answer = waiting.run_step(step, checkout, tmp_path, "full")
    assert answer.pop("all notebooks") > 0
    assert answer.pop("all notebooks, user") + answer.pop("all notebooks, system") > 0
    assert answer == {"01_one": 7.0, "02_two": 12.0, "until the digits are loaded, summed": 5.0}
    failed = "print('[1/1] 01_one: FAILED: no digits (7 s)\\nWritten'); raise SystemExit(1)"
    (checkout / "mnist_lab" / "__main__.py").write_text(failed, encoding="utf-8")
    with pytest.raises(RuntimeError, match="01_one: FAILED: no digits"):
        waiting.run_step(step, checkout, tmp_path, "full")


@pytest.mark.parametrize("at_once", [True, False])
def test_thirty_trainings_run_at_once_where_the_checkout_can_and_else_rate_by_rate(
    monkeypatch, at_once
):
    calls = []

    def train_many(build, digits, seeds, learning_rates, **settings):
        calls.append((list(seeds), list(learning_rates), settings))
        assert build(3) == ([200, 200], 3)
        return pd.DataFrame({"val_accuracy": np.full(30, 0.25)})

    def validation_accuracies(build, digits, seeds, learning_rate, verbose, **settings):
        train_many(build, digits, seeds, [learning_rate], **settings)
        return [0.5] * 10

    lab = SimpleNamespace(
        load_digits=lambda train_size: train_size,
        models=SimpleNamespace(mlp=lambda layers, seed: (layers, seed)),
        training=SimpleNamespace(validation_accuracies=validation_accuracies),
        **({"train_many": train_many} if at_once else {}),
    )
    monkeypatch.setitem(sys.modules, "mnist_lab", lab)
    answer = waiting_jobs.thirty()
    settings = {"epochs": 5, "schedule": "linear"}
    rates = [[1e-3, 3e-3, 1e-2]] if at_once else [[1e-3], [3e-3], [1e-2]]
    assert calls == [(list(range(10)), some, settings) for some in rates * 2]
    assert answer["their mean validation accuracy"] == (0.25 if at_once else 0.5)
