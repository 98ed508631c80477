"""Accuracies: what is run, what is kept, and what the tables say of it."""

import inspect

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from benchmarks import accuracy, accuracy_tables, results
from benchmarks.ablation import ABLATION
from benchmarks.distillation import Distilled
from mnist_lab import models
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.training.loop import train
from mnist_lab.training.recipes import recipe

RANDOM = np.random.default_rng(0)


def made_up_dataset(count: int) -> Dataset:
    return Dataset(RANDOM.random((count, 28, 28), np.float32), RANDOM.integers(0, 10, count))


DIGITS = Digits(made_up_dataset(200), made_up_dataset(50), made_up_dataset(40), "sample")


@pytest.fixture
def made_up_digits(monkeypatch: pytest.MonkeyPatch) -> Digits:
    """Digits that the scripts load instead of any source."""
    monkeypatch.setattr(results.lab, "load_digits", lambda source: DIGITS)
    return DIGITS


def made_up_row(network="mlp", name="default", seed=0, validation=0.99, settings=None):
    return {
        "network": network,
        "recipe": name,
        "settings": settings or results.settings_of(recipe(network, name)),
        "seed": seed,
        "weights": 100,
        "seconds": 9.6,
        "machine": "a machine",
        "cores": 2,
        "validation_accuracy": validation,
        "test_accuracy": validation - 0.001,
    }


def test_accuracies_are_summed_up_over_seeds_with_validation_and_test():
    rows = [made_up_row(seed=0, validation=0.99), made_up_row(seed=1, validation=0.992)]
    rows[0]["ensemble_accuracy"] = 0.995
    rows[1] |= {"ensemble_accuracy": 0.995, "cores": 1, "seconds": 20.0, "machine": "another"}
    rows.append({**made_up_row("cnn", "quick", validation=0.98), "cores": 1})
    lines = accuracy_tables.recipes_table(rows)
    assert lines[2:] == [
        "| mlp | default | 100 | 2 | 99.10% ± 0.14% | 99.00% ± 0.14% | 99.50% | 10 s (one run) |",
        "| cnn | quick | 100 | 1 | 98.00% | 97.90% | - | 10 s on one core |",
    ]


def test_the_ablation_table_is_ordered_by_recipe_and_pools_the_variances():
    rows = [
        {**made_up_row("cnn", seed=seed, validation=0.98 + seed / 1000), "change": "no distortion"}
        for seed in (0, 2)
    ]
    rows += [
        {**made_up_row(seed=seed, validation=0.97 + seed / 1000), "change": "one layer"}
        for seed in (0, 4)
    ]
    rows.append({**made_up_row(validation=0.98), "change": "no distortion"})
    lines = accuracy_tables.ablation_table(rows)
    assert lines[2:5] == [
        "| mlp, default | one layer | 2 | 97.20% ± 0.28% |",
        "| mlp, default | no distortion | 1 | 98.00% |",
        "| cnn, default | no distortion | 2 | 98.10% ± 0.14% |",
    ]
    # The variances are 8 and 2 in millionths.
    pooled = f"{np.sqrt(5e-6):.2%}"
    assert lines[-1] == f"Standard deviation between seeds, pooled over all rows: {pooled}."


@pytest.mark.parametrize(("repeats", "seeds"), [((3, 3), "over 3 seeds"), ((2, 4), "over 2 to 4")])
def test_the_short_table_counts_the_seeds(repeats, seeds):
    shown = [("single_layer", "plain"), ("one_hidden_layer", "default"), ("mlp", "default")]
    shown += [("cnn", "default"), ("cnn", "long")]
    counts = [repeats[0], *[repeats[1]] * 4]
    rows = [
        made_up_row(*key, seed=seed)
        for key, count in zip(shown, counts, strict=True)
        for seed in range(count)
    ]
    body = accuracy_tables.summary({"recipes": rows}).splitlines()[2]
    assert seeds in body


def test_the_last_line_names_digits_and_machines():
    rows = [made_up_row(), {**made_up_row(), "machine": "another"}]
    digits = {"train": 54_000, "source": "mnist"}
    line = accuracy_tables.setup(rows, {"digits": digits, "date": "2026-11-01"})
    assert line == "54,000 training digits (mnist); a machine; another; 2026-11-01."


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("recipes mlp", "'mlp' is not network:recipe, such as mlp:default"),
        ("recipes mlp:quick mlp:longer", "expected one of plain, quick, default, long"),
        ("recipes mlp:quick --seeds 0", "Invalid value for '--seeds'"),
        ("ablation --source nowhere", "nowhere"),
        ("distill mlp:longer", "expected one of plain, quick, default, long"),
        ("distill cnn:quick", "first run `recipes cnn:quick --seeds 1`"),
    ],
)
def test_the_script_refuses_before_it_trains(arguments, message, tmp_path, monkeypatch):
    monkeypatch.setattr(accuracy, "train_once", lambda *given: pytest.fail("trained"))
    monkeypatch.setenv("COLUMNS", "500")  # the message in one line
    source = [] if "--source" in arguments else ["--source", "sample"]
    output = ["--output", str(tmp_path / "results.json")]
    run = CliRunner().invoke(accuracy.app, [*arguments.split(), *source, *output])
    assert run.exit_code == 2
    assert message in run.output
    assert not list(tmp_path.iterdir())


def test_a_recipe_is_trained_tested_kept_and_not_run_again(tmp_path, monkeypatch, made_up_digits):
    digits = made_up_digits
    small = results.changed(recipe("mlp", "plain"), {"epochs": 1, "hidden_layers": [20]})
    monkeypatch.setattr(accuracy, "recipe", lambda *key: small)
    file = tmp_path / "new" / "results.json"
    command = ["recipes", "mlp:plain", "--seeds", "2", "--source", "sample", "--output", str(file)]
    for _ in range(2):
        run = CliRunner().invoke(accuracy.app, command)
        assert run.exit_code == 0, run.output
    rows = results.read(file)["recipes"]
    assert [row["seed"] for row in rows] == [0, 1]
    assert all(row["settings"] == results.settings_of(small) for row in rows)
    model = models.load(file.parent / "networks" / "mlp_plain_1.keras")
    predictions = np.asarray(model(digits.test.images)).argmax(axis=1)
    correct = float((predictions == digits.test.labels).mean())
    assert rows[1]["test_accuracy"] == pytest.approx(correct, abs=1e-3)
    probabilities = [np.load(file.parent / "networks" / f"mlp_plain_{seed}.npy") for seed in (0, 1)]
    ensemble = float((np.mean(probabilities, axis=0).argmax(axis=1) == digits.test.labels).mean())
    assert rows[0]["ensemble_accuracy"] == pytest.approx(ensemble, abs=1e-3)


def test_half_a_training_leaves_no_row(tmp_path):
    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    callbacks = [keras.callbacks.LambdaCallback(on_epoch_end=interrupt)]
    plan = results.changed(recipe("mlp", "plain"), {"callbacks": callbacks, "hidden_layers": [20]})
    file = tmp_path / "results.json"
    with pytest.raises(KeyboardInterrupt):
        results.complete(
            "recipes", {}, plan, 1, DIGITS, file, lambda *run: accuracy.train_once(*run)[1]
        )
    assert not file.exists()


def test_results_of_other_digits_are_not_mixed(tmp_path, made_up_digits):
    file = tmp_path / "new" / "results.json"
    digits = results.load_digits("sample", file)
    results.write({"recipes": [], "ablation": []}, digits, file)
    assert results.load_digits("sample", file).sizes == digits.sizes
    file.write_text(file.read_text(encoding="utf-8").replace("sample", "mnist"), encoding="utf-8")
    with pytest.raises(typer.BadParameter, match="give another --output"):
        results.load_digits("sample", file)


def test_only_what_is_missing_is_run_and_rows_of_other_settings_are_dropped():
    outdated = {"network": {}, "training": {"epochs": 1}}
    rows = [
        made_up_row(seed=0),
        made_up_row(seed=1, settings=outdated),
        made_up_row("cnn", seed=2),
    ]
    key, plan = {"network": "mlp", "recipe": "default"}, recipe("mlp", "default")
    assert results.missing_seeds(rows, key, plan, 3) == [1, 2]
    assert [row["seed"] for row in results.without_outdated(rows, key, plan)] == [0, 2]


def test_the_committed_accuracies_are_those_of_the_recipes_as_they_are():
    committed = results.read(results.FILE)
    for row in committed["recipes"]:
        assert row["settings"] == results.settings_of(recipe(row["network"], row["recipe"]))
    for row in committed["ablation"]:
        key = row["network"], row["recipe"]
        plan = recipe(*key)
        if not row["change"].startswith("distilled"):
            plan = results.changed(plan, ABLATION[key][row["change"]])
        assert row["settings"] == results.settings_of(plan)


def test_changes_go_where_they_belong():
    plan = results.changed(recipe("mlp", "default"), {"hidden_layers": [50], "epochs": 1})
    assert (plan.network["hidden_layers"], plan.training["epochs"]) == ([50], 1)
    training = set(inspect.signature(train).parameters) - {"model", "digits", "seed"}
    for (network, _), changes in ABLATION.items():
        builder = set(inspect.signature(getattr(models, network)).parameters)
        for change in changes.values():
            assert set(change) <= builder | training


def test_a_student_learns_from_labels_and_teacher_and_the_teacher_from_neither():
    digits = DIGITS
    student, teacher = models.one_hidden_layer(20, seed=1), models.one_hidden_layer(20, seed=2)
    images, labels = digits.train.images, digits.train.labels
    predicted, target = (np.asarray(model(images), np.float64) for model in (student, teacher))
    of_labels = -np.log(predicted[range(len(labels)), labels]).mean()
    of_teacher = -(target * np.log(predicted)).sum(axis=1).mean()
    before = student.get_weights(), teacher.get_weights()
    # A learning rate so low that the loss of all batches is that of the first weights.
    settings = {"epochs": 1, "batch_size": 100, "optimizer": "sgd", "learning_rate": 1e-6}
    history = train(Distilled(student, teacher), digits, **settings)
    assert history.history["loss"][0] == pytest.approx((of_labels + of_teacher) / 2, rel=1e-4)
    assert not np.array_equal(student.get_weights()[0], before[0][0])
    assert all(np.array_equal(a, b) for a, b in zip(teacher.get_weights(), before[1], strict=True))
    validation = digits.validation
    predicted = np.asarray(student(validation.images))
    of_labels = -np.log(predicted[range(len(validation.labels)), validation.labels]).mean()
    assert history.history["val_loss"][0] == pytest.approx(of_labels, rel=1e-4)
