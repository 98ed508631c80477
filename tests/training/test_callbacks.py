"""Keras's callbacks work in train(), and hear of its beginning and end, however it ends."""

import csv
import importlib.util

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from tests.helpers.training import network


@pytest.mark.slow
def test_early_stopping_stops_and_restores_the_best_weights(digits):
    seen = []
    model = network()
    # A floor no loss falls under: nothing after the first epoch counts as better.
    stop = keras.callbacks.EarlyStopping(
        "val_loss", patience=2, min_delta=100, restore_best_weights=True
    )
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.get_weights())
    )
    history = lab.train(model, digits, epochs=20, callbacks=[keep, stop])
    assert len(history.history["loss"]) == len(seen) == 3
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), seen[0], strict=True))
    assert not np.array_equal(seen[0][0], seen[-1][0])


def test_a_stopped_model_trains_again(digits):
    model = network()
    model.stop_training = True
    assert len(lab.train(model, digits, epochs=2).history["loss"]) == 2


@pytest.mark.slow
def test_checkpoints_and_csv_log_are_written(digits, tmp_path):
    model = network()
    save = keras.callbacks.ModelCheckpoint(
        tmp_path / "best.keras", monitor="val_accuracy", save_best_only=True
    )
    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    history = lab.train(model, digits, epochs=3, callbacks=[save, log]).history
    with open(tmp_path / "log.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2]
    assert [float(row["val_accuracy"]) for row in rows] == history["val_accuracy"]
    _, accuracy = keras.saving.load_model(tmp_path / "best.keras").evaluate(
        digits.validation.images, digits.validation.labels, verbose=0
    )
    assert accuracy == pytest.approx(max(history["val_accuracy"]), abs=1e-6)


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("tensorboard") is None, reason="tensorboard is not installed"
)
def test_tensorboard_writes_its_events(few, tmp_path):
    lab.train(
        network(),
        few,
        epochs=1,
        callbacks=[keras.callbacks.TensorBoard(tmp_path, write_graph=False)],
    )
    assert list(tmp_path.rglob("events.out.tfevents.*"))


def test_callbacks_are_called_around_training_and_each_epoch(digits):
    calls = []
    watcher = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: calls.append("begin"),
        on_epoch_begin=lambda epoch, logs: calls.append(epoch),
        on_epoch_end=lambda epoch, logs: calls.append((epoch, sorted(logs))),
        on_train_end=lambda logs: calls.append("end"),
    )
    lab.train(network(), digits, epochs=2, callbacks=[watcher])
    names = ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert calls == ["begin", 0, (0, names), 1, (1, names), "end"]


@pytest.mark.slow
def test_callbacks_hear_of_each_validation_as_in_fit(few):
    class Listener(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.calls = []

        def on_test_begin(self, logs=None):
            self.calls.append("begin")

        def on_test_end(self, logs=None):
            self.calls.append(sorted(logs))

    ours, theirs = Listener(), Listener()
    lab.train(network(), few, epochs=2, callbacks=[ours])
    plain = network()
    plain.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    held_out = few.validation.images, few.validation.labels
    plain.fit(
        few.train.images, few.train.labels, epochs=2, verbose=0, callbacks=[theirs],
        validation_data=held_out,
    )  # fmt: skip
    assert ours.calls == theirs.calls


def test_whatever_a_callback_raises_the_others_hear_of_the_end(few, tmp_path):
    class Pruned(Exception):
        pass

    def prune(epoch, logs):
        raise Pruned

    log = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    ended = []
    callbacks = [
        log,
        keras.callbacks.LambdaCallback(on_epoch_end=prune),
        keras.callbacks.LambdaCallback(on_train_end=lambda logs: ended.append(logs)),
    ]
    with pytest.raises(Pruned):
        lab.train(network(), few, epochs=3, callbacks=callbacks)
    assert len(ended) == 1
    assert "val_loss" in ended[0]
    assert log.csv_file is None or log.csv_file.closed
