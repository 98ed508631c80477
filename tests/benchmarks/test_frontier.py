"""The frontier: rows keep their limits, weights are counted, and results make table and figure."""

from math import prod

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks import frontier, frontier_tables, results
from benchmarks.frontier_rows import FRONTIER, Frontier
from mnist_lab import models, training
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.training.recipes import Recipe


def made_up_digits() -> Digits:
    random = np.random.default_rng(0)
    parts = [
        Dataset(random.random((count, 28, 28), np.float32), random.integers(0, 10, count))
        for count in (100, 30, 20)
    ]
    return Digits(*parts, "sample")


def made_up_row(name: str, seed: int, test: float) -> dict:
    return {
        "row": name,
        "seed": seed,
        "weights": 900,
        "shipped_weights": 890,
        "seconds": 12.0,
        "cpu_seconds": 12.0,
        "cores": 2,
        "machine": "a machine",
        "validation_accuracy": test + 0.001,
        "test_accuracy": test,
    }


@pytest.mark.parametrize("name", FRONTIER)
def test_each_row_keeps_its_limit(name):
    row = FRONTIER[name]
    weights = frontier.trained_weights(row.recipe.model(0))
    assert row.limit is None or 0.8 * row.limit <= weights <= row.limit


def test_dense_rows_are_as_wide_as_their_names_say():
    assert max(FRONTIER["mlp-200"].recipe.network["hidden_layers"]) == 200
    hundred = FRONTIER["relu-100"].recipe.model(0)
    assert frontier.shipped_weights(hundred) == models.one_hidden_layer(units=100).count_params()


def test_folded_weights_are_those_of_the_same_network_without_normalization():
    normalized = models.mlp([20, 15], batch_normalization=True)
    plain = models.mlp([20, 15])
    assert frontier.shipped_weights(normalized) == plain.count_params()
    # Each hidden neuron is trained with a factor more.
    assert frontier.trained_weights(normalized) == plain.count_params() + 35
    separable = models.separable_cnn([[3], [4]])
    by_hand = 9 * 3 + 3 + 9 * 3 + 3 * 4 + 4 + 10 * 5
    assert frontier.shipped_weights(separable) == frontier.trained_weights(separable) == by_hand
    assert prod(separable.get_layer("convolution_1").kernel.shape) == 27


def test_a_row_is_trained_with_each_seed_once_and_tested(tmp_path, monkeypatch):
    digits = made_up_digits()
    monkeypatch.setattr(results.lab, "load_digits", lambda source: digits)
    tiny = Recipe("separable_cnn", {"blocks": [[2], [3]]}, {"epochs": 1, "batch_size": 50})
    monkeypatch.setitem(FRONTIER, "1000", Frontier("at most 1,000 weights", 1_000, tiny))
    file = tmp_path / "frontier.json"
    for _ in range(2):
        run = CliRunner().invoke(frontier.app, ["1000", "--seeds", "2", "--output", str(file)])
        assert run.exit_code == 0, run.output
    rows = results.read(file)["frontier"]
    assert [row["seed"] for row in rows] == [0, 1]
    assert all(0 <= row["test_accuracy"] <= 1 for row in rows)
    assert all(row["cpu_seconds"] > 0 for row in rows)
    assert rows[0]["weights"] == frontier.trained_weights(tiny.model(0))
    assert "| at most 1,000 weights |" in run.output
    assert file.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


def test_a_row_that_does_not_exist_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "500")  # the message in one line
    output = str(tmp_path / "frontier.json")
    run = CliRunner().invoke(frontier.app, ["999", "--output", output])
    assert run.exit_code == 2
    assert "'999' is no row; expected one of 1000, 5000" in run.output


def test_the_table_has_mean_and_spread_and_what_others_published():
    rows = [made_up_row("1000", 0, 0.986), made_up_row("1000", 1, 0.988)]
    measured = {
        "frontier": [*rows, made_up_row("relu-100", 0, 0.9905)],
        "digits": {"train": 54_000, "source": "mnist"},
        "date": "2026-11-01",
    }
    lines = frontier_tables.tables(measured).splitlines()
    assert lines[2].startswith(
        "| at most 1,000 weights | 900 | 890 | 2 | 98.80% ± 0.14% | 98.70% ± 0.14% | 12 s | 99.00%"
    )
    assert lines[3].endswith("| 1 | 99.15% | 99.05% | 12 s | - |")
    assert lines[-1] == "54,000 training digits (mnist); a machine; 2026-11-01."


def test_the_package_holds_the_means_of_the_committed_results():
    results_here = results.read(frontier.FILE)
    stored = training.stored_frontier()
    assert len(stored) > 1 and stored["weights"].is_monotonic_increasing
    for name, row in FRONTIER.items():
        rows = [other for other in results_here["frontier"] if other["row"] == name]
        if row.limit is None or not rows:
            assert row.title not in stored.index
            continue
        assert stored.loc[row.title, "seeds"] == len({other["seed"] for other in rows}) == 5
        assert {other["weights"] for other in rows} == {stored.loc[row.title, "weights"]}
        assert {other["settings"]["training"]["epochs"] for other in rows} == {
            stored.loc[row.title, "epochs"]
        }
        for column in ("validation_accuracy", "test_accuracy"):
            mean = np.mean([other[column] for other in rows])
            assert stored.loc[row.title, column] == pytest.approx(mean, abs=1e-6)
        model = eval(f"models.{stored.loc[row.title, 'network']}", {"models": models})
        assert frontier.trained_weights(model) == stored.loc[row.title, "weights"]
        settings = eval(f"dict({stored.loc[row.title, 'training']})")
        assert settings == row.recipe.training
        spread = np.std([other["test_accuracy"] for other in rows], ddof=1)
        assert stored.loc[row.title, "test_spread"] == pytest.approx(spread, abs=1e-6)


def test_the_committed_rows_were_trained_as_the_rows_say():
    for other in results.read(frontier.FILE)["frontier"]:
        assert other["settings"] == results.settings_of(FRONTIER[other["row"]].recipe)


def test_the_figure_shows_rows_with_a_limit_and_all_that_others_published():
    rows = [made_up_row("1000", 0, 0.986), made_up_row("relu-100", 0, 0.9905)]
    axis = frontier_tables.figure({"frontier": rows}).axes[0]
    own, *published = [line.get_xydata().tolist() for line in axis.lines if len(line.get_xydata())]
    assert own == [[900, pytest.approx(98.6)]]
    assert sum(len(points) for points in published) == len(frontier_tables.PUBLISHED)
