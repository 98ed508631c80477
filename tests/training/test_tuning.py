"""A search keeps to its budget, continues, is shared by processes, prunes, survives bad trials."""

import subprocess
import sys

import numpy as np
import optuna
import pandas as pd
import pytest

import mnist_lab as lab
from mnist_lab.training import tuning
from mnist_lab.training.recipes import Recipe


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("sample", train_size=300)


def tiny(trial):
    """A space of one kind of network, so that nothing is compiled twice."""
    return Recipe(
        "single_layer",
        {},
        {"learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)},
    )


def made(values, states=None, epochs=3):
    """A study with trials of these values, of settings x and y; y does nothing."""
    study = optuna.create_study(direction="maximize")
    space = {
        "x": optuna.distributions.FloatDistribution(0, 1),
        "y": optuna.distributions.FloatDistribution(0, 1),
    }
    for number, value in enumerate(values):
        state = getattr(optuna.trial.TrialState, (states or {}).get(number, "COMPLETE"))
        params = {"x": value, "y": (number * 0.37) % 1}
        steps = dict.fromkeys(range(epochs), value)
        study.add_trial(
            optuna.trial.create_trial(
                state=state,
                params=params,
                distributions=space,
                value=None if state.name == "FAIL" else value,
                intermediate_values=steps,
            )
        )
    return study


@pytest.mark.slow
def test_a_search_tries_as_many_settings_as_asked_and_finds_a_good_one(digits):
    study = tuning.open_study("a", sampler="random", pruning=False)
    tuning.search(study, digits, trials=6, epochs=3, settings=tiny)
    found = tuning.trials_table(study)
    assert list(found["state"]) == ["complete"] * 6
    assert list(found["epochs"]) == [3] * 6
    assert found["accuracy"].max() > 0.6
    assert found["learning_rate"].between(1e-4, 1e-1).all()
    assert found["learning_rate"].nunique() == 6
    # What the best trial reached, its settings reach again.
    plan = tuning.recipe_from_trial(study.best_trial, tiny)
    history = lab.train(plan.model(0), digits, 3, seed=0, **plan.training)
    assert history.history["val_accuracy"][-1] == pytest.approx(study.best_value, abs=1e-6)


@pytest.mark.slow
def test_a_search_goes_on_in_its_file_and_draws_new_settings(digits, tmp_path):
    file = tmp_path / "studies.db"
    for kind in ("random", "tpe"):
        tuning.search(tuning.open_study(kind, file, kind, seed=4), digits, 2, 1, settings=tiny)
        again = tuning.open_study(kind, file, kind, seed=4)
        assert len(again.trials) == 2
        tuning.search(again, digits, 5, 1, settings=tiny)
        tuning.search(again, digits, 5, 1, settings=tiny)
        found = tuning.trials_table(tuning.open_study(kind, file, kind))
        assert len(found) == 5
        assert found["learning_rate"].nunique() == 5


@pytest.mark.slow
def test_two_processes_share_one_search(tmp_path, root):
    code = (
        "import mnist_lab as lab\n"
        "from tests.training.test_tuning import tiny\n"
        "study = lab.training.open_study('shared', {file!r}, 'random', seed={seed})\n"
        "digits = lab.load_digits('sample', train_size=300)\n"
        "lab.training.search(study, digits, trials=12, epochs=2, settings=tiny)\n"
    )
    file = str(tmp_path / "studies.db")
    tuning.open_study("shared", file)
    started = [
        subprocess.Popen([sys.executable, "-c", code.format(file=file, seed=seed)], cwd=root)
        for seed in (1, 2)
    ]
    assert [process.wait(300) for process in started] == [0, 0]
    found = tuning.trials_table(tuning.open_study("shared", file))
    # The one that is busy when the last is counted finishes what it has begun.
    assert 12 <= len(found) <= 13
    assert found["learning_rate"].nunique() == len(found)


def test_a_hopeless_trial_is_pruned_after_an_epoch(digits):
    rates = iter([0.01] * 5 + [1e-9])

    def settings(trial):
        trial.suggest_int("number", 0, 100)
        return Recipe("single_layer", {}, {"learning_rate": next(rates)})

    study = tuning.open_study("pruned")
    tuning.search(study, digits, trials=6, epochs=3, settings=settings)
    found = tuning.trials_table(study)
    assert found["state"].iloc[-1] == "pruned"
    assert found["epochs"].iloc[-1] == 1
    assert (found["state"].iloc[:4] == "complete").all()


def test_a_trial_whose_loss_overflows_fails_alone(digits):
    rates = iter([1e30, 0.01, 0.01])

    def settings(trial):
        trial.suggest_int("number", 0, 100)
        model = {"optimizer": "sgd", "learning_rate": min(next(rates), 1000.0)}
        return Recipe("one_hidden_layer", {"units": 5, "activation": "linear"}, model)

    study = tuning.open_study("overflow", pruning=False)
    tuning.search(study, digits, trials=3, epochs=4, settings=settings)
    found = tuning.trials_table(study)
    assert list(found["state"]) == ["failed", "complete", "complete"]
    assert np.isnan(found["accuracy"].iloc[0])


def test_best_so_far_counts_complete_trials_alone():
    study = made([0.5, 0.7, 0.9, 0.6, 0.8], {0: "FAIL", 2: "PRUNED"})
    found = tuning.best_so_far(tuning.trials_table(study))
    np.testing.assert_allclose(found, [np.nan, 0.7, 0.7, 0.7, 0.8])
    assert len(tuning.best_so_far(tuning.trials_table(made([])))) == 0


def test_an_interrupt_ends_the_search_and_no_half_training_counts(digits, monkeypatch):
    class Stop(lab.keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise KeyboardInterrupt

    def interrupted(*arguments, callbacks, **settings):
        return lab.train(*arguments, callbacks=[*callbacks, Stop()], **settings)

    study = tuning.open_study("a", sampler="random", pruning=False)
    monkeypatch.setattr(tuning, "train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tuning.search(study, digits, trials=3, epochs=1, settings=tiny)
    assert list(tuning.trials_table(study)["state"]) == ["failed"]


def test_importance_goes_to_the_setting_that_the_value_follows():
    shares = tuning.param_importances(made([number / 20 for number in range(20)]))
    assert isinstance(shares, pd.Series)
    assert shares.sum() == pytest.approx(1)
    assert shares["x"] > 0.8
    with pytest.raises(ValueError, match="3 complete trials.*four or more"):
        tuning.param_importances(made([0.1, 0.2, 0.3]))


def test_importance_takes_a_setting_on_the_scale_it_was_drawn_on():
    # Over the searched space, on their own scales, both explain the same share of the variance.
    study, random = optuna.create_study(direction="maximize"), np.random.default_rng(0)
    space = {
        "rate": optuna.distributions.FloatDistribution(1e-4, 1.0, log=True),
        "other": optuna.distributions.FloatDistribution(0, 1),
    }
    for place, other in random.uniform(size=(200, 2)):
        params = {"rate": 10 ** (4 * place - 4), "other": other}
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions=space, value=place + other)
        )
    assert tuning.param_importances(study)["rate"] == pytest.approx(0.5, abs=0.1)


def test_every_suggestion_is_a_network_of_the_course():
    study = tuning.open_study("space", sampler="random")
    for _ in range(30):
        plan = tuning.suggest_mlp(study.ask())
        layers = plan.network["hidden_layers"]
        assert 1 <= len(layers) <= 3
        assert set(layers) <= {50, 100, 150, 200}
        assert 3e-4 <= plan.training["learning_rate"] <= 3e-2


def test_what_is_no_study_is_refused(tmp_path):
    with pytest.raises(ValueError, match="did you mean 'tpe'"):
        tuning.open_study("a", sampler="tpee")
    (tmp_path / "text.db").write_text("not a database, although it is long enough to be one" * 100)
    with pytest.raises(ValueError, match="SQLite file of Optuna"):
        tuning.open_study("a", tmp_path / "text.db")
    with pytest.raises(ValueError, match="SQLite file of Optuna"):
        tuning.open_study("a", tmp_path / "no" / "folder.db")
    with pytest.raises(ValueError, match="trials"):
        tuning.search(tuning.open_study("a"), None, trials=0)
