"""A loss that is no number ends the training in words, and leaves the last good weights."""

import pytest

import mnist_lab as lab
from mnist_lab import keras
from tests.helpers.training import finite, linear_network, same_weights


@pytest.mark.slow
def test_a_diverging_loss_is_an_error_that_names_rate_and_epoch(digits):
    model, ended = linear_network(), []
    callbacks = [
        keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: ended.append(epoch))
    ]
    with pytest.raises(FloatingPointError, match="learning_rate=1000.*smaller") as error:
        lab.train(
            model,
            digits,
            epochs=9,
            batch_size=1000,
            optimizer="sgd",
            learning_rate=1000,
            callbacks=callbacks,
        )
    assert f"epoch {len(ended) + 1} " in str(error.value)
    assert finite(model, digits)


@pytest.mark.slow
def test_a_diverging_loss_names_the_highest_rate_of_its_epoch_and_ends_the_callbacks(
    digits, capsys
):
    ended = []
    callbacks = [keras.callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(True))]
    settings = {
        "batch_size": 100,
        "optimizer": "sgd",
        "schedule": "one_cycle",
        "learning_rate": 1000,
    }
    with pytest.raises(FloatingPointError, match="epoch 1 with learning_rate=1000\\."):
        lab.train(linear_network(), digits, epochs=1, callbacks=callbacks, **settings)
    assert ended == [True]
    assert capsys.readouterr().out.startswith("Trained 0 epochs in ")


def test_a_step_that_ruins_the_weights_after_the_last_loss_is_an_error_too(digits):
    model = linear_network()
    # One step an epoch: its loss is taken before the step, so only validation sees what the step
    # did.
    with pytest.raises(FloatingPointError, match="epoch 1 "):
        lab.train(model, digits, epochs=1, batch_size=1000, optimizer=keras.optimizers.SGD(1e38))
    assert finite(model, digits)
    assert same_weights(model, linear_network())


def test_a_diverging_loss_names_the_rate_of_an_optimizer_object(digits):
    with pytest.raises(FloatingPointError) as error:
        lab.train(
            linear_network(),
            digits,
            epochs=9,
            batch_size=1000,
            optimizer=keras.optimizers.SGD(500.0),
        )
    assert "500" in str(error.value)
    assert "0.001" not in str(error.value)
