"""Confident learning finds labels that were planted wrong."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.evaluation.label_issues import cross_val_predict_proba, find_label_issues
from mnist_lab.evaluation.metrics import Evaluation


def planted(digits, share, seed=0):
    """The digits with a share of the training labels changed to another digit, and which."""
    rng = np.random.default_rng(seed)
    labels = digits.train.labels.copy()
    wrong = rng.choice(len(labels), round(share * len(labels)), replace=False)
    labels[wrong] = (labels[wrong] + rng.integers(1, 10, len(wrong))) % 10
    return Digits(
        Dataset(digits.train.images, labels), digits.validation, digits.test, digits.source
    ), wrong


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
    digits, wrong = planted(lab.load_digits("auto", train_size=20_000), 0.01)
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
