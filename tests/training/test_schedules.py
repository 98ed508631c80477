"""Learning rates follow the course's schedules, Keras's, and what a callback sets."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training.epoch_program import epoch_program
from tests.helpers.training import assert_close_weights, network, plain_fit


@pytest.mark.slow
def test_linear_schedule_is_the_polynomial_decay_of_keras(digits):
    steps = 2 * 8  # 1,000 digits are seven batches of 128 and one of 104
    model, plain, constant = network(), network(), network()
    history = lab.train(
        model, digits, epochs=2, optimizer="sgd", learning_rate=0.3, schedule="linear"
    ).history
    decay = keras.optimizers.schedules.PolynomialDecay(0.3, steps, end_learning_rate=0.0)
    theirs = plain_fit(plain, digits, keras.optimizers.SGD(decay), epochs=2)
    assert_close_weights(model, plain)
    assert history["loss"] == pytest.approx(theirs["loss"], abs=1e-5)
    # The last step is one sixteenth of the first; after it nothing is left.
    assert float(model.optimizer.learning_rate) <= 0.3 / steps * 1.0001
    lab.train(constant, digits, epochs=2, optimizer="sgd", learning_rate=0.3)
    assert np.abs(model.get_weights()[0] - constant.get_weights()[0]).max() > 1e-3


@pytest.mark.slow
def test_one_cycle_rises_for_three_tenths_and_falls_to_zero(digits):
    class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            done = keras.ops.cast(step, "float32") / 16
            rising = 0.3 * (0.04 + 0.96 * done / 0.3)
            return keras.ops.where(done < 0.3, rising, 0.3 * (1 - done) / 0.7)

    model, plain = network(), network()
    lab.train(model, digits, epochs=2, optimizer="sgd", learning_rate=0.3, schedule="one_cycle")
    plain_fit(plain, digits, keras.optimizers.SGD(OneCycle()), epochs=2)
    assert_close_weights(model, plain)


@pytest.mark.slow
def test_a_keras_schedule_takes_the_place_of_the_rate(digits):
    decay = keras.optimizers.schedules.PolynomialDecay(0.3, 16, end_learning_rate=0.0)
    model, plain = network(), network()
    lab.train(model, digits, epochs=2, optimizer="sgd", learning_rate=decay)
    plain_fit(plain, digits, keras.optimizers.SGD(decay), epochs=2)
    assert_close_weights(model, plain)


@pytest.mark.slow
def test_a_callback_that_sets_the_learning_rate_is_heeded(digits):
    stopped, once = network(), network()
    # A rate too small to move a float32 weight from the second epoch on.
    scheduler = keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate if epoch == 0 else 1e-30
    )
    lab.train(stopped, digits, epochs=3, callbacks=[scheduler])
    lab.train(once, digits, epochs=1)
    assert_close_weights(stopped, once, atol=1e-12)


class HalfWay(keras.optimizers.schedules.LearningRateSchedule):
    """Plain Python, which no compiler sees: 0.2 for 8 steps, then 0.05."""

    def __call__(self, step):
        return 0.2 if int(step) < 8 else 0.05


def test_any_keras_schedule_is_evaluated_step_by_step(digits):
    model, first, second = network(), network(), network()
    lab.train(model, digits, epochs=2, optimizer="sgd", learning_rate=HalfWay())
    orders = np.random.default_rng(0)
    for plain, rate in ((first, 0.2), (second, 0.05)):
        if plain is second:
            second.set_weights(first.get_weights())
        plain.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy")
        order = orders.permutation(1000)
        images, labels = digits.train.images[order], digits.train.labels[order]
        plain.fit(images, labels, batch_size=128, shuffle=False, verbose=0)
    assert_close_weights(model, second)


def test_an_optimizer_object_with_a_schedule_follows_it_and_goes_on_from_its_own_steps(digits):
    decay = keras.optimizers.schedules.CosineDecay(0.3, 24)
    model, plain = network(), network()
    optimizer = keras.optimizers.SGD(decay)
    for epochs, seed in ((2, 0), (1, 5)):
        lab.train(model, digits, epochs=epochs, optimizer=optimizer, seed=seed)
    assert int(optimizer.iterations) == 24
    own = keras.optimizers.SGD(decay)
    plain.compile(own, "sparse_categorical_crossentropy")
    for epochs, seed in ((2, 0), (1, 5)):
        orders = np.random.default_rng(seed)
        for _ in range(epochs):
            order = orders.permutation(1000)
            images, labels = digits.train.images[order], digits.train.labels[order]
            plain.fit(images, labels, batch_size=128, shuffle=False, verbose=0)
    assert_close_weights(model, plain)


def test_programs_with_schedules_and_without_are_one(digits):
    before = epoch_program.cache_info().misses
    decay = keras.optimizers.schedules.PolynomialDecay(0.3, 16)
    for settings in ({"learning_rate": 0.1}, {"learning_rate": decay}):
        lab.train(network(), digits, epochs=1, optimizer="sgd", momentum=0.31, **settings)
    assert epoch_program.cache_info().misses == before + 1
