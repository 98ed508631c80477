"""The peers of the benchmark train, and its table shows the medians it was given."""

import inspect
import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import accuracy, accuracy_tables, baselines, speed, speed_tables, sweeps
from benchmarks.distillation import Distilled
from mnist_lab import load_digits, models
from mnist_lab.backend import keras
from mnist_lab.training.loop import train
from mnist_lab.training.recipes import recipe


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mnist_lab", "keras_fit", "keras_fit_tuned", "scikit_learn"])
def test_a_peer_learns_to_read(name: str):
    data = baselines._data("sample", 2000)
    ready, epoch, answers = baselines.PEERS[name]([50], 64, data, None)
    ready()
    assert all(epoch() > 0 for _ in range(6))
    images, labels = data.held_out
    assert (answers(images) == labels).mean() > 0.85


def test_the_products_of_the_floor_are_those_of_an_epoch():
    ready, epoch, _ = baselines.floor([200, 200], 100, baselines._data("sample", 1000), None)
    ready()
    assert epoch() > 0


@pytest.mark.slow
def test_a_worker_answers_jobs_and_says_what_is_missing():
    worker = speed.Worker("floor", "sample")
    answer = worker.do(kind="epoch", layers=[20], batch_size=100, train_size=500)
    worker.close()
    assert worker.missing == ""
    assert 0 < answer["seconds"] < 60
    assert answer["megabytes"] > 10


def test_the_tables_show_medians_and_leave_out_what_was_not_measured():
    epoch = {"layers": [200, 200], "batch_size": 128, "train_size": None}
    race = {
        "to_97": 7.0,
        "to_98": 9.0,
        "import_seconds": 4.0,
        "megabytes": 1000.0,
        "test_accuracy": 0.9791,
    }
    result = {
        "epochs": [
            {**epoch, "peer": "mnist_lab", "seconds": [1.0, 3.0, 1.2], "times_floor": 2.0},
            {**epoch, "peer": "keras_fit", "seconds": [4.0, 4.4, 4.2], "times_floor": 7.0},
            {**epoch, "layers": [], "peer": "mnist_lab", "seconds": [0.1]},
        ],
        "by_the_book": [{**race, "peer": "mnist_lab"}, {**race, "peer": "keras_fit", "to_98": None}],
        "our_schedule": [{**race, "peer": "mnist_lab", "to_98": 8.0}],
        "digits": {"source": "mnist", "train": 54_000},
        "repeats": 3, "machine": "a machine", "python": "3.12", "date": "2026-11-01",
    }  # fmt: skip
    lines = speed_tables.table(result).splitlines()
    assert lines[2:4] == [
        "| `mnist_lab.train` | 1.20 s (2.0) |",
        "| Keras `fit`, defaults | 4.20 s (7.0) |",
    ]
    assert lines[4] == ""
    assert lines[7] == "| `mnist_lab.train` | 4.0 s | 7.0 s | 9.0 s | 8.0 s | 97.91% | 1,000 MB |"
    assert lines[8] == "| Keras `fit`, defaults | 4.0 s | 7.0 s | - | - | 97.91% | 1,000 MB |"
    assert "54,000 training digits (mnist); medians of 3" in lines[-1]


def test_a_growth_figure_has_a_line_a_peer():
    rows = [
        {"peer": peer, "layers": [width, width], "seconds": [seconds]}
        for peer in ("mnist_lab", "keras_fit")
        for width, seconds in ((50, 0.1), (100, 0.2))
    ]
    lines = speed_tables.growth_figure("width", rows).axes[0].lines
    assert [list(line.get_xdata()) for line in lines] == [[50, 100], [50, 100]]


def a_row(network="mlp", name="default", seed=0, validation=0.99, settings=None):
    plan = recipe(network, name)
    settings = settings or json.loads(json.dumps([plan.network, plan.training]))
    row = {
        "network": network,
        "recipe": name,
        "settings": settings,
        "seed": seed,
        "weights": 100,
        "seconds": 9.6,
    }
    row |= {"machine": "a machine", "cores": 2}
    return {**row, "validation": validation, "test": validation - 0.001}


def test_accuracies_are_summed_up_over_seeds_with_validation_and_test():
    rows = [a_row(seed=0, validation=0.99), a_row(seed=1, validation=0.992)]
    rows[0]["together"] = 0.995
    rows[1] |= {"together": 0.995, "cores": 1, "seconds": 20.0, "machine": "another"}
    rows.append({**a_row("cnn", "quick", validation=0.98), "cores": 1})
    tried = [
        {**a_row("cnn", seed=seed, validation=0.98 + seed / 1000), "change": "no distortion"}
        for seed in (0, 2)
    ]
    tried += [
        {**a_row(seed=seed, validation=0.97 + seed / 1000), "change": "one layer"}
        for seed in (0, 4)
    ]
    tried.append({**a_row(validation=0.98), "change": "no distortion"})
    result = {
        "recipes": rows,
        "tried": tried,
        "digits": {"train": 54_000, "source": "mnist"},
        "date": "d",
    }
    lines = accuracy_tables.tables(result).splitlines()
    assert (
        lines[2]
        == "| mlp | default | 100 | 2 | 99.10% ± 0.14% | 99.00% ± 0.14% | 10 s (one run) | a machine |"
    )
    assert lines[3] == "| mlp | default, 2 networks' probabilities averaged | | | | 99.50% | | |"
    assert lines[4] == "| cnn | quick | 100 | 1 | 98.00% | 97.90% | 10 s on one core | a machine |"
    assert lines[8:11] == [
        "| mlp, default | one layer | 2 | 97.20% ± 0.28% |",
        "| mlp, default | no distortion | 1 | 98.00% |",
        "| cnn, default | no distortion | 2 | 98.10% ± 0.14% |",
    ]
    # The variances are 8 and 2 in millionths.
    assert (
        lines[12]
        == f"Standard deviation between the seeds of a row, pooled over all rows: {np.sqrt(5e-6):.2%}."
    )
    assert lines[-1] == "54,000 training digits (mnist); a machine; another; d."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("recipes mlp", "'mlp' is not network:recipe, such as mlp:default"),
        ("recipes mlp:quick mlp:longer", "expected one of plain, quick, default, long"),
        ("recipes mlp:quick --seeds 0", "Invalid value for '--seeds'"),
        ("study --source nowhere", "nowhere"),
        ("distil mlp:longer", "expected one of plain, quick, default, long"),
        ("distil cnn:quick", "first run `recipes cnn:quick --seeds 1`"),
    ],
)
def test_the_accuracy_script_refuses_before_it_trains(arguments, said, tmp_path, monkeypatch):
    monkeypatch.setattr(accuracy, "trained", lambda *given: pytest.fail("trained"))
    monkeypatch.setenv("COLUMNS", "500")  # the message in one line
    source = [] if "--source" in arguments else ["--source", "sample"]
    run = CliRunner().invoke(
        accuracy.app, [*arguments.split(), *source, "--output", str(tmp_path / "results.json")]
    )
    assert run.exit_code == 2
    assert said in run.output
    assert not list(tmp_path.iterdir())


def test_half_a_training_leaves_no_row():
    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    plan = accuracy.changed(
        recipe("mlp", "quick"),
        {"callbacks": [keras.callbacks.LambdaCallback(on_epoch_end=interrupt)]},
    )
    with pytest.raises(KeyboardInterrupt):
        accuracy.trained(plan, load_digits("sample", train_size=200), 0)


def test_results_of_other_digits_are_not_mixed(tmp_path):
    file = tmp_path / "new" / "results.json"
    digits = accuracy.load("sample", file)
    accuracy.save({"recipes": [], "tried": []}, digits, file)
    assert accuracy.load("sample", file).sizes == digits.sizes
    file.write_text(file.read_text(encoding="utf-8").replace("sample", "mnist"), encoding="utf-8")
    with pytest.raises(typer.BadParameter, match="give another --output"):
        accuracy.load("sample", file)


def test_only_what_is_missing_is_run_and_other_settings_are_dropped():
    rows = [a_row(seed=0), a_row(seed=1, settings=[{}, {"epochs": 1}]), a_row("cnn", seed=2)]
    key = {"network": "mlp", "recipe": "default"}
    assert accuracy.missing(rows, key, recipe("mlp", "default"), 3) == [1, 2]
    assert [row["seed"] for row in rows] == [0, 2]


def test_the_sentence_about_sweeps_has_the_measured_numbers():
    result = {
        "runs": 16, "seconds_one_slot": 200.0, "seconds_two_slots": 110.0, "throughput": 200 / 110, "overhead": 0.056,
        "overhead_runs": 4, "driver_milliseconds_a_task": 1.26, "tasks": 2000, "machine": "a machine", "date": "d",
    }  # fmt: skip
    said = sweeps.table(result)
    for part in (
        "took 200 s",
        "and 110 s two",
        "1.82 times",
        "4 runs cost +6%",
        "1.3 ms a run (2,000",
        "a machine, d.",
    ):
        assert part in said


def test_the_committed_accuracies_are_those_of_the_recipes_as_they_are():
    result = accuracy.read(accuracy.FILE)
    for row in result["recipes"]:
        assert row["settings"] == accuracy.settings_of(recipe(row["network"], row["recipe"]))
    for row in result["tried"]:
        plan = recipe(row["network"], row["recipe"])
        if not row["change"].startswith("distilled"):
            plan = accuracy.changed(
                plan, accuracy.TRIED[row["network"], row["recipe"]][row["change"]]
            )
        assert row["settings"] == accuracy.settings_of(plan)


def test_changes_go_where_they_belong():
    plan = accuracy.changed(recipe("mlp", "default"), {"hidden_layers": [50], "epochs": 1})
    assert (plan.network["hidden_layers"], plan.training["epochs"]) == ([50], 1)
    for (network, _), changes in accuracy.TRIED.items():
        for change in changes.values():
            known = {
                *inspect.signature(getattr(models, network)).parameters,
                *inspect.signature(train).parameters,
            }
            assert set(change) <= known - {"model", "digits", "seed"}


def test_a_student_learns_from_labels_and_teacher_alike_and_the_teacher_from_neither():
    digits = load_digits("sample", train_size=200)
    student, teacher = models.one_hidden_layer(20, seed=1), models.one_hidden_layer(20, seed=2)
    images, labels = digits.train.images, digits.train.labels
    said, taught = (np.asarray(model(images), np.float64) for model in (student, teacher))
    by_hand = (
        -(
            np.log(said[range(len(said)), labels]).mean()
            + (taught * np.log(said)).sum(axis=1).mean()
        )
        / 2
    )
    before = student.get_weights(), teacher.get_weights()
    # A rate at which the loss of all batches is that of the weights before.
    history = train(
        Distilled(student, teacher),
        digits,
        epochs=1,
        batch_size=100,
        optimizer="sgd",
        learning_rate=1e-6,
    )
    assert history.history["loss"][0] == pytest.approx(by_hand, rel=1e-4)
    assert not np.array_equal(student.get_weights()[0], before[0][0])
    assert all(np.array_equal(a, b) for a, b in zip(teacher.get_weights(), before[1], strict=True))
    labels_alone = -np.log(
        np.asarray(student(digits.validation.images))[
            range(len(digits.validation.labels)), digits.validation.labels
        ]
    )
    assert history.history["val_loss"][0] == pytest.approx(labels_alone.mean(), rel=1e-4)
