"""The baselines train, a worker answers, and the tables show the medians they were given."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks import baselines, speed, speed_tables, worker
from benchmarks.implementations import IMPLEMENTATIONS, documented_settings

ROW = {"layers": [200, 200], "batch_size": 128, "train_size": None}
RACE = {
    "seconds_to_97": 7.0,
    "seconds_to_98": 9.0,
    "import_seconds": 4.0,
    "peak_memory_mb": 1000.0,
    "test_accuracy": 0.9791,
}
RESULT = {
    "epochs": [
        {
            **ROW,
            "implementation": "mnist_lab",
            "seconds": [1.0, 3.0, 1.2],
            "times_lower_bound": 2.0,
        },
        {
            **ROW,
            "implementation": "keras_fit",
            "seconds": [4.0, 4.4, 4.2],
            "times_lower_bound": 7.0,
        },
        {**ROW, "layers": [], "implementation": "mnist_lab", "seconds": [0.1]},
    ],
    "documented_defaults": [
        {**RACE, "implementation": "mnist_lab"},
        {**RACE, "implementation": "keras_fit", "seconds_to_98": None},
    ],
    "shared_schedule": [{**RACE, "implementation": "mnist_lab", "seconds_to_98": 8.0}],
    "digits": {"source": "mnist", "train": 54_000},
    "repeats": 3,
    "machine": "a machine",
    "python": "3.12",
    "date": "2026-11-01",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mnist_lab", "keras_fit", "keras_fit_tuned", "scikit_learn"])
def test_a_baseline_learns_to_read_digits(name: str):
    data = worker.load_data("sample", 2000)
    trainer = baselines.BASELINES[name]([50], 64, data, None)
    trainer.compile()
    assert all(trainer.run_epoch() > 0 for _ in range(6))
    images, labels = data.validation
    assert (trainer.predict(images) == labels).mean() > 0.85


def test_the_baselines_that_are_measured_are_those_that_exist_and_have_a_name():
    assert list(IMPLEMENTATIONS) == list(baselines.BASELINES)
    for name, implementation in IMPLEMENTATIONS.items():
        assert implementation.title
        if name == "matmul_lower_bound":
            with pytest.raises(ValueError, match="does not train"):
                documented_settings(name)
        else:
            assert documented_settings(name)["batch_size"] == implementation.batch_size


def test_the_lower_bound_multiplies_the_matrices_of_an_epoch_and_no_others(monkeypatch):
    digits = baselines.Data(
        np.zeros((250, 784), np.float32), np.zeros(250, np.int64), ([], []), ([], [])
    )
    operations = []
    multiply = np.matmul

    def counted(left: np.ndarray, right: np.ndarray, out: np.ndarray) -> np.ndarray:
        operations.append(left.shape[0] * left.shape[1] * right.shape[1])
        return multiply(left, right, out=out)

    monkeypatch.setattr(np, "matmul", counted)
    assert baselines.matmul_lower_bound([20], 100, digits, None).run_epoch() > 0
    # Per batch: forward and gradient of the weights in both layers, gradient of the inputs in one.
    per_batch = 100 * (2 * 784 * 20 + 3 * 20 * 10)
    assert sum(operations) == 3 * per_batch


def test_a_train_size_repeats_or_cuts_the_training_digits():
    few, many = worker.load_data("sample", 10), worker.load_data("sample", 10_000)
    assert (len(few.labels), len(many.labels)) == (10, 10_000)
    available = len(worker.load_data("sample", None).labels)
    np.testing.assert_array_equal(many.images[available:], many.images[: 10_000 - available])


def test_the_time_to_an_accuracy_ends_when_it_is_reached():
    labels = np.zeros(10, np.int64)
    data = baselines.Data(
        np.zeros((10, 784), np.float32), labels, (labels, labels), (labels, labels)
    )
    given: list[np.ndarray | None] = []

    def baseline(layers, batch_size, data, rates):
        given.append(rates)
        predictions = iter([labels + 1, labels, labels])  # two epochs, then the test digits
        return baselines.Trainer(lambda: None, lambda: 1.0, lambda images: next(predictions))

    job = {"layers": [], "batch_size": 5, "epochs": 4, "started": 0.0, "target_accuracy": 0.98}
    result = worker.time_to_accuracy(baseline, {**job, "peak_learning_rate": 0.8}, data)
    assert [accuracy for _, accuracy in result["history"]] == [0.0, 1.0]
    assert result["test_accuracy"] == 1.0
    # Four epochs of two steps: from the peak in a straight line to zero.
    np.testing.assert_allclose(given[0], [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    row = speed._row("mnist_lab", {"batch_size": 5}, 1.5, {**result, "peak_memory_mb": 9.0})
    assert row["seconds_to_97"] == row["seconds_to_98"] == result["history"][1][0]
    assert row["epochs_run"] == 2


@pytest.mark.slow
def test_a_worker_answers_jobs_and_says_that_nothing_is_missing():
    process = speed.Worker("matmul_lower_bound", "sample", peers="not started")
    answer = process.do(layers=[20], batch_size=100, train_size=500)
    process.close()
    assert process.missing == ""
    assert 0 < answer["seconds"] < 60
    assert answer["peak_memory_mb"] > 10


@pytest.mark.skipif(os.name == "nt", reason="a shell script takes the place of a Python")
def test_the_peers_alone_are_started_by_the_python_that_has_their_packages(tmp_path):
    peers = tmp_path / "python"
    # A shell script in place of the other Python; it answers as a worker does.
    peers.write_text("""#!/bin/sh\necho '{"missing": "the other Python"}'\n""", encoding="utf-8")
    peers.chmod(0o755)
    for name, implementation in IMPLEMENTATIONS.items():
        if implementation.module in ("torch", "jax", "numpy"):
            process = speed.Worker(name, "sample", peers=str(peers))
            process.close()
            started_by_it = process.missing == "the other Python"
            assert started_by_it == (implementation.module != "numpy")


def test_rows_hold_every_repeat_and_the_ratios_of_the_medians():
    class Made:
        def __init__(self, *seconds: float) -> None:
            self.seconds = iter(seconds)

        def do(self, **job):
            return {"seconds": next(self.seconds)}

    workers = {"mnist_lab": Made(2.0, 9.0, 4.0), "matmul_lower_bound": Made(1.0, 2.0, 3.0)}
    ours, bound = speed.measure_epochs(workers, [([20], 128, None)], 3)
    assert ours["seconds"] == [2.0, 9.0, 4.0]
    assert (ours["times_mnist_lab"], ours["times_lower_bound"]) == (1.0, 2.0)
    assert (bound["times_mnist_lab"], bound["times_lower_bound"]) == (0.5, 1.0)


def test_the_tables_show_medians_and_leave_out_what_was_not_measured():
    lines = speed_tables.tables(RESULT).splitlines()
    assert lines[2:4] == [
        "| `mnist_lab.train` | 1.20 s (2.0) |",
        "| Keras `fit`, defaults | 4.20 s (7.0) |",
    ]
    assert lines[4] == ""
    assert lines[7] == "| `mnist_lab.train` | 4.0 s | 7.0 s | 9.0 s | 8.0 s | 97.91% | 1,000 MB |"
    assert lines[8] == "| Keras `fit`, defaults | 4.0 s | 7.0 s | - | - | 97.91% | 1,000 MB |"
    assert "54,000 training digits (mnist); medians of 3" in lines[-1]


def test_the_short_table_shows_one_epoch_of_what_was_measured():
    head, _, body = speed_tables.summary(RESULT).splitlines()
    assert head.endswith("| `lab.train` | Keras `fit` |")
    assert body == "| a machine | 1.20 s | 4.20 s |"


def test_a_scaling_figure_has_one_line_per_implementation():
    rows = [
        {"implementation": name, "layers": [width, width], "seconds": [seconds]}
        for name in ("mnist_lab", "keras_fit")
        for width, seconds in ((50, 0.1), (100, 0.2))
    ]
    lines = speed_tables.scaling_figure("width", rows).axes[0].lines
    assert [list(line.get_xdata()) for line in lines] == [[50, 100], [50, 100]]


def test_the_committed_numbers_are_of_the_implementations_and_settings_of_the_script():
    file = Path(speed.__file__).with_name("speed.json")
    result = json.loads(file.read_text(encoding="utf-8"))
    assert set(speed.PARTS) <= set(result)
    assert {row["implementation"] for row in result["epochs"]} == set(IMPLEMENTATIONS)
    for row in result["documented_defaults"]:
        assert documented_settings(row["implementation"]).items() <= row.items()
    assert set(result["scaling"]) == {*speed.SCALING, "threads"}
