"""Optimizers by name are Keras's own; an optimizer object is taken as it is."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training.optimizers import build_optimizer
from tests.helpers.training import assert_close_weights, network, same_weights


@pytest.mark.slow
def test_weight_decay_takes_its_share_of_the_weights_beside_the_gradient(digits):
    # One step: both lose the same gradient, the second also rate x decay of what the weights were.
    first, plain, decayed = (network() for _ in range(3))
    step = {"epochs": 1, "batch_size": 1000, "optimizer": "sgd", "learning_rate": 0.1}
    lab.train(plain, digits, **step)
    lab.train(decayed, digits, **step, weight_decay=0.5)
    for before, without, having in zip(
        first.get_weights(), plain.get_weights(), decayed.get_weights(), strict=True
    ):
        np.testing.assert_allclose(without - having, 0.1 * 0.5 * before, atol=1e-6)


@pytest.mark.slow
def test_adam_with_weight_decay_is_adamw(digits):
    named, given = network(), network()
    lab.train(named, digits, epochs=1, learning_rate=0.01, weight_decay=0.3)
    lab.train(given, digits, epochs=1, optimizer=keras.optimizers.AdamW(0.01, weight_decay=0.3))
    assert_close_weights(named, given)


@pytest.mark.slow
def test_a_short_training_averages_over_fewer_steps(digits):
    model, plain = network(), network()
    sizes = {"epochs": 2, "batch_size": 50}  # 40 steps
    lab.train(model, digits, **sizes, optimizer="sgd", learning_rate=0.1, ema_momentum=0.999)
    lab.train(
        plain,
        digits,
        **sizes,
        optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=1 - 5 / 40),
    )
    assert_close_weights(model, plain)
    few = {"epochs": 1, "batch_size": 500}
    lab.train(model := network(), digits, **few, ema_momentum=0.999)
    lab.train(plain := network(), digits, **few)
    assert_close_weights(model, plain)


@pytest.mark.slow
def test_an_optimizer_object_brings_its_own_learning_rate(digits):
    model, named = network(), network()
    optimizer = keras.optimizers.Adam(2e-3)
    lab.train(model, digits, epochs=1, optimizer=optimizer)
    lab.train(named, digits, epochs=1, optimizer="adam", learning_rate=2e-3)
    assert model.optimizer is optimizer
    assert int(optimizer.iterations) == 8
    assert same_weights(model, named)


@pytest.mark.parametrize(
    ("name", "settings", "theirs"),
    [
        ("sgd", {"momentum": 0.9}, {"momentum": 0.9}),
        ("rmsprop", {"momentum": 0.5}, {"momentum": 0.5}),
        ("adam", {"ema_momentum": 0.9}, {"use_ema": True, "ema_momentum": 0.9}),
        ("adamw", {"weight_decay": 0.1}, {"weight_decay": 0.1}),
        ("adamw", {}, {"weight_decay": 0.004}),
    ],
)
def test_settings_arrive_in_the_optimizer_of_keras(name, settings, theirs):
    config = build_optimizer(name, 0.01, **settings).get_config()
    assert {key: config[key] for key in theirs} == theirs
    assert config["learning_rate"] == pytest.approx(0.01)
