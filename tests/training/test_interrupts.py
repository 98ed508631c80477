"""An interrupt leaves a usable model and the history so far, and ends the experiment around it."""

import signal

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training import engine
from mnist_lab.training.epoch_program import EpochInputs
from mnist_lab.training.history import TrainingInterrupted
from tests.helpers.training import network, same_weights


@pytest.mark.slow
def test_an_interrupt_between_two_weights_leaves_those_of_one_epoch(digits, monkeypatch):
    model, reference = network(), network()
    lab.train(reference, digits, epochs=1)
    assign, calls = keras.Variable.assign, []

    def interrupted(variable, value):
        calls.append(variable)
        if variable is model.variables[1] and not any(seen is variable for seen in calls[:-1]):
            signal.raise_signal(signal.SIGINT)
        return assign(variable, value)

    monkeypatch.setattr(engine.Epochs, "compile", lambda self: None)
    monkeypatch.setattr(keras.Variable, "assign", interrupted)
    with pytest.raises(TrainingInterrupted):
        lab.train(model, digits, epochs=3)
    assert same_weights(model, reference)


def test_an_interrupt_leaves_a_usable_model_and_the_history_so_far(digits, trained, capsys):
    def interrupt(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    ended = []
    callbacks = [
        keras.callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(True)),
        keras.callbacks.LambdaCallback(on_epoch_end=interrupt),
    ]
    model = network()
    history = lab.train(
        model, digits, epochs=6, learning_rate=3e-3, callbacks=callbacks, on_interrupt="keep"
    )
    losses = history.history["loss"]
    assert len(losses) in (1, 2)
    assert losses == trained[1].history["loss"][: len(losses)]
    assert ended == [True]
    assert history.seconds > 0
    assert "Interrupted" in capsys.readouterr().out
    assert lab.evaluate(model, digits.validation).accuracy > 0.4
    lab.train(model, digits, epochs=1)


@pytest.mark.slow
def test_an_interrupt_before_the_first_average_leaves_the_weights_as_they_were(digits):
    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    model, before = network(), network().get_weights()
    history = lab.train(
        model,
        digits,
        ema_momentum=0.9,
        on_interrupt="keep",
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=interrupt)],
    )
    assert history.interrupted
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))


def interrupting(epoch, logs=None):
    raise KeyboardInterrupt


@pytest.mark.slow
def test_by_default_an_interrupt_ends_the_loop_around_the_training_too(few):
    models = [network(seed=seed) for seed in range(3)]
    callback = keras.callbacks.LambdaCallback(on_epoch_end=interrupting)
    with pytest.raises(TrainingInterrupted, match="after 0 epochs: the model keeps"):
        for model in models:
            lab.train(model, few, epochs=2, callbacks=[callback])
    assert not hasattr(models[1], "history")
    assert models[0].history.interrupted
    assert models[0].history.seconds > 0


def test_a_notebook_shows_an_interrupt_in_one_line():
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    lines = []
    shell._showtraceback = lambda kind, value, traceback: lines.extend(traceback)
    shell.run_cell("from mnist_lab.training.history import TrainingInterrupted")
    shell.run_cell("raise TrainingInterrupted(2)")
    assert lines == ["Interrupted after 2 epochs: the model keeps the weights it has."]


def test_an_unknown_wish_for_interrupts_is_refused(few):
    with pytest.raises(ValueError, match="on_interrupt='stop'.*raise, keep"):
        lab.train(network(), few, epochs=1, on_interrupt="stop")


@pytest.mark.slow
def test_an_interrupt_inside_a_later_epoch_leaves_the_averages_of_the_epoch_before(
    few, monkeypatch
):
    def averaging():
        return keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)

    reference, model = network(), network()
    lab.train(reference, few, epochs=1, optimizer=averaging())
    from_arrays, epochs = EpochInputs.from_arrays, []

    def interrupted(permutation, rates, magnitudes, seed, steps):
        if steps:  # 0 only compiles
            epochs.append(steps)
        if len(epochs) == 2:
            raise KeyboardInterrupt
        return from_arrays(permutation, rates, magnitudes, seed, steps)

    monkeypatch.setattr(EpochInputs, "from_arrays", interrupted)
    with pytest.raises(TrainingInterrupted):
        lab.train(model, few, epochs=3, optimizer=averaging())
    assert same_weights(model, reference)
