"""Trials of a search: their space, one training each, and the table of what was tried."""

import json

import numpy as np
import optuna
import pytest

import mnist_lab as lab
from mnist_lab.training import tuning
from tests.helpers.machine import ROOT


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("sample", train_size=300)


def test_the_notebook_searches_the_space_of_the_stored_searches():
    page = json.loads(
        (ROOT / "notebooks" / "08_hyperparameter_tuning.ipynb").read_text(encoding="utf-8")
    )
    sources = ["".join(cell["source"]) for cell in page["cells"] if cell["cell_type"] == "code"]
    [code] = [source for source in sources if source.startswith("space = {")]
    names = dict(vars(optuna.distributions))
    exec(code, names)
    assert names["space"] == tuning.search_space()


def test_the_plain_settings_are_those_of_notebook_3_and_lie_in_the_space():
    plain, recipe = tuning.plain_settings(), lab.recipe("mlp", "plain")
    assert plain["learning_rate"] == recipe.training["learning_rate"]
    assert plain["schedule"] == recipe.training["schedule"]
    assert plain["dropout"] == plain["distortion"] == 0
    assert recipe.training.get("batch_size", 128) == 128
    for name, distribution in tuning.search_space().items():
        assert distribution._contains(distribution.to_internal_repr(plain[name])), name


@pytest.mark.parametrize("sampler", [optuna.samplers.RandomSampler, optuna.samplers.TPESampler])
def test_every_suggestion_is_a_network_of_notebook_3_and_its_training(sampler):
    study = optuna.create_study(sampler=sampler(seed=0))
    for _ in range(15):
        trial = study.ask(tuning.search_space())
        plan = tuning.recipe_from_settings(trial.params)
        assert plan.network["hidden_layers"] == [200, 200]
        assert 0 <= plan.network["dropout"] <= 0.4
        assert "dropout" not in plan.training
        assert {**plan.training, "dropout": plan.network["dropout"]} == trial.params
        study.tell(trial, 0.5)


def test_a_trial_trains_as_train_does(digits):
    settings = tuning.plain_settings() | {"dropout": 0.2, "distortion": 0.5}
    [accuracy, other] = tuning.try_settings(settings, digits, epochs=3, seeds=[4, 5])
    plan = tuning.recipe_from_settings(settings)
    network = plan.model(4)
    lab.train(network, digits, 3, seed=4, verbose=False, **plan.training)
    assert accuracy == pytest.approx(lab.evaluate(network, digits.validation).accuracy, abs=0.01)
    assert accuracy > 0.3 and other > 0.3


def test_a_trial_whose_loss_overflows_has_the_accuracy_0(digits):
    overflowing = {"learning_rate": 1000.0, "optimizer": "sgd"}
    assert tuning.try_settings(overflowing, digits, 3, [0]).tolist() == [0.0]


def test_the_table_holds_ended_trials_alone_in_order():
    study = optuna.create_study(direction="maximize")
    space = {"x": optuna.distributions.FloatDistribution(0, 1)}
    study.enqueue_trial({"x": 0.25})
    for value in (0.9, 0.8, None):
        trial = study.ask(space)
        if value is not None:
            study.tell(trial, value)
    table = tuning.trials_table(study)
    assert list(table.index) == [0, 1]
    assert table["x"][0] == 0.25
    assert table["accuracy"].tolist() == [0.9, 0.8]
    assert len(tuning.trials_table(optuna.create_study())) == 0


@pytest.mark.parametrize(
    ("name", "value", "at_end"),
    [
        ("learning_rate", 0.0003, True),
        ("learning_rate", 0.00035, True),
        ("learning_rate", 0.001, False),
        ("learning_rate", 0.029, True),
        ("learning_rate", 0.02, False),
        ("dropout", 0.0, False),  # nothing lies below
        ("dropout", 0.4, True),
        ("distortion", 1.25, False),
        ("distortion", 1.5, True),
        ("schedule", "constant", False),
    ],
)
def test_a_setting_at_an_end_of_its_range_is_named_unless_nothing_lies_beyond(name, value, at_end):
    found = tuning.ends_of_range({name: value}, tuning.search_space())
    assert found == ([name] if at_end else [])


def test_a_rate_counts_on_the_scale_that_it_is_drawn_on():
    # A twentieth of two decades is a tenth of a decade; on a linear scale it would end at 0.0018.
    place = 0.0003 * 10 ** np.array([0.11, 0.09])
    found = [tuning.ends_of_range({"learning_rate": p}, tuning.search_space()) for p in place]
    assert found == [[], ["learning_rate"]]
