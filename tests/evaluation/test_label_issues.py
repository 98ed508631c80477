"""Confident learning finds labels that were planted wrong."""

from dataclasses import replace

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.label_issues import (
    cross_val_predict_proba,
    find_label_issues,
    plant_label_errors,
)
from mnist_lab.evaluation.metrics import Evaluation


def test_planted_errors_change_the_labels_that_are_named_and_no_others():
    digits = lab.load_digits("sample", train_size=1000)
    planted, places = plant_label_errors(digits, 90, seed=3)
    before, after = digits.train.labels.tolist(), planted.train.labels.tolist()
    changed = {index for index in range(1000) if before[index] != after[index]}
    assert changed == set(places.tolist())
    assert len(places) == 90
    shifts = [(after[index] - before[index]) % 10 for index in places]
    assert set(shifts) == set(range(1, 10))
    np.testing.assert_array_equal(planted.train.images, digits.train.images)
    assert planted.test is digits.test
    assert planted.validation is digits.validation


def test_planted_errors_depend_on_the_seed_alone():
    digits = lab.load_digits("sample", train_size=200)
    labels = [plant_label_errors(digits, 20, seed)[0].train.labels.tolist() for seed in (0, 0, 1)]
    assert labels[0] == labels[1] != labels[2]
    assert plant_label_errors(digits, 0)[0].train.labels.tolist() == digits.train.labels.tolist()


def test_more_planted_errors_than_digits_are_refused():
    with pytest.raises(ValueError, match="count=201 cannot be used"):
        plant_label_errors(lab.load_digits("sample", train_size=200), 201)


def test_digits_that_are_no_bytes_can_have_planted_errors():
    digits = lab.load_digits("sample", train_size=100)
    darker = replace(digits, train=Dataset(digits.train.images * 0.9, digits.train.labels))
    planted, places = plant_label_errors(darker, 5)
    np.testing.assert_array_equal(planted.train.images, darker.train.images)
    assert (planted.train.labels != darker.train.labels).sum() == len(places) == 5


def test_a_plainly_wrong_label_comes_first_and_right_ones_are_no_issue():
    labels = np.arange(200) % 10
    probabilities = np.full((200, 10), 0.01)
    probabilities[np.arange(200), labels] = 0.91
    labels[7] = 3  # looks like a 7, without doubt
    table = find_label_issues(
        Evaluation(Dataset(np.zeros((200, 28, 28), np.float32), labels), probabilities)
    )
    first = table.iloc[0]
    assert (first["index"], first["label"], first["suggestion"], first["is_label_issue"]) == (
        7,
        3,
        7,
        True,
    )
    assert first["self_confidence"] == pytest.approx(0.01)
    assert first["confidence"] == pytest.approx(0.91)
    assert table["is_label_issue"].sum() == 1
    assert sorted(table["index"]) == list(range(200))


def test_each_digit_is_answered_by_a_network_that_never_saw_it():
    digits = lab.load_digits("sample", train_size=300)
    seen = []

    def build(seed):
        model = lab.models.mlp([20], seed=seed)
        seen.append(model)
        return model

    result = cross_val_predict_proba(build, digits, folds=3, epochs=1)
    assert len(seen) == 3
    assert result.dataset is digits.train
    np.testing.assert_allclose(result.probabilities.sum(axis=1), 1, atol=1e-6)
    # Each row is the prediction of exactly one of the three networks.
    predictions = [lab.evaluate(model, digits.train).probabilities for model in seen]
    came_from = np.stack(
        [np.abs(prediction - result.probabilities).max(axis=1) < 1e-6 for prediction in predictions]
    )
    assert (came_from.sum(axis=0) == 1).all()
    np.testing.assert_array_equal(came_from.sum(axis=1), 100)


@pytest.mark.slow
@pytest.mark.needs_mnist
def test_nine_in_ten_planted_errors_are_among_the_first_two_in_a_hundred(mnist):
    digits, wrong = plant_label_errors(lab.load_digits("auto", train_size=20_000), 200)
    settings = {"epochs": 6, "learning_rate": 2e-3, "schedule": "linear", "label_smoothing": 0.1}
    result = cross_val_predict_proba(
        lambda seed: lab.models.mlp(seed=seed), digits, folds=4, **settings
    )
    first = find_label_issues(result)["index"][: len(digits.train) // 50]
    assert np.isin(wrong, first).mean() >= 0.9


def test_an_interrupt_ends_the_search_and_no_half_trained_network_predicts():
    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    stopping = [keras.callbacks.LambdaCallback(on_epoch_end=interrupt)]
    with pytest.raises(KeyboardInterrupt):
        cross_val_predict_proba(
            lambda seed: lab.models.mlp([20], seed=seed),
            lab.load_digits("sample", train_size=100),
            folds=2,
            callbacks=stopping,
        )


def test_folds_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="folds=1 cannot be used"):
        cross_val_predict_proba(
            lambda seed: lab.models.mlp(seed=seed),
            lab.load_digits("sample", train_size=100),
            folds=1,
        )
