"""A learning rate is sought until it is no end of the grid."""

import numpy as np
import pandas as pd
import pytest

import mnist_lab as lab
from mnist_lab.training import rate_search
from mnist_lab.training.rate_search import tune_learning_rate
from tests.helpers.training import network


def valley_around(best, calls):
    """Return a train_many whose accuracy falls with the distance of the rate from the best."""

    def train_many(build, digits, seeds, rates, **settings):
        calls.append((list(rates), settings))
        rows = [
            (rate, seed, 0.9 - 0.1 * abs(np.log10(rate / best)) + 0.001 * seed, 1.0)
            for rate in rates
            for seed in seeds
        ]
        return pd.DataFrame(rows, columns=["learning_rate", "seed", "val_accuracy", "val_loss"])

    return train_many


@pytest.mark.parametrize("best", [1e-5, 0.001, 0.01, 10.0])
def test_the_best_rate_has_a_worse_one_on_each_side(monkeypatch, best):
    calls = []
    monkeypatch.setattr(rate_search, "train_many", valley_around(best, calls))
    valley = tune_learning_rate(None, None, [0, 2], 0.01, epochs=3)
    assert valley.idxmax() == pytest.approx(best)
    assert valley.max() == pytest.approx(0.901)  # the mean of both seeds
    assert valley.index[0] < valley.idxmax() < valley.index[-1]
    np.testing.assert_allclose(np.diff(np.log10(valley.index)), 0.5)
    assert all(settings == {"epochs": 3, "verbose": False} for _, settings in calls)
    assert sum(len(rates) for rates, _ in calls) == len(valley)  # no rate twice


@pytest.mark.parametrize(("best", "end"), [(1e-12, 0), (1e9, -1)])
def test_the_search_ends_after_ten_rates(monkeypatch, best, end):
    calls = []
    monkeypatch.setattr(rate_search, "train_many", valley_around(best, calls))
    valley = tune_learning_rate(None, None, [0], 0.01)
    assert len(valley) == 10
    assert valley.idxmax() == valley.index[end]


def test_no_rate_above_the_highest_that_train_takes_is_tried(monkeypatch):
    monkeypatch.setattr(rate_search, "train_many", valley_around(1e9, []))
    assert tune_learning_rate(None, None, [0], 300).index.max() <= 1000


def test_the_accuracies_are_those_of_train_many(few):
    valley = tune_learning_rate(lambda seed: network(seed=seed), few, [1, 2], 0.01, epochs=1)
    rates = valley.index.tolist()
    table = lab.train_many(
        lambda seed: network(seed=seed), few, [1, 2], rates, epochs=1, verbose=False
    )
    expected = table.groupby("learning_rate")["val_accuracy"].mean()
    np.testing.assert_allclose(valley, expected, atol=0.01)


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(ValueError, match="start=0"):
        tune_learning_rate(None, None, [0], 0)
