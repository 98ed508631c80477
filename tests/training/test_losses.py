"""Cross-entropy against smoothed labels is what NumPy and SciPy compute by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.training.losses import SmoothedCrossentropy

EXAMPLES = settings(max_examples=40, deadline=None)
RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 10, 50)
PROBABILITIES = special.softmax(RANDOM.normal(0, 2, (50, 10)), axis=1).astype(np.float32)


def smoothed(labels, smoothing):
    """Return the targets after Szegedy et al. (2016), equation 8: (1 - s) one-hot + s / 10."""
    targets = np.full((len(labels), 10), smoothing / 10)
    targets[np.arange(len(labels)), labels] += 1 - smoothing
    return targets


@EXAMPLES
@given(st.floats(0, 0.99), st.integers(0, 2**32 - 1))
def test_the_loss_is_the_mean_cross_entropy_against_smoothed_labels(smoothing, seed):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 10, 20)
    probabilities = special.softmax(random.normal(0, 2, (20, 10)), axis=1).astype(np.float32)
    by_hand = -(smoothed(labels, smoothing) * np.log(probabilities)).sum(axis=1).mean()
    assert float(SmoothedCrossentropy(smoothing)(labels, probabilities)) == pytest.approx(
        by_hand, rel=1e-5
    )


def test_without_smoothing_it_is_the_sparse_loss_of_keras():
    keras_loss = keras.losses.SparseCategoricalCrossentropy()(LABELS, PROBABILITIES)
    assert float(SmoothedCrossentropy(0.0)(LABELS, PROBABILITIES)) == pytest.approx(
        float(keras_loss), rel=1e-6
    )


@pytest.mark.parametrize("smoothing", [0.05, 0.1, 0.5])
def test_no_answer_has_a_lower_loss_than_the_smoothed_labels_whose_entropy_it_is(smoothing):
    targets = smoothed(LABELS, smoothing).astype(np.float32)
    loss = SmoothedCrossentropy(smoothing)
    lowest = float(loss(LABELS, targets))
    assert lowest == pytest.approx(stats.entropy(targets, axis=1).mean(), rel=1e-5)
    certain = np.clip(smoothed(LABELS, 0.0), 1e-6, 1).astype(np.float32)
    assert lowest < float(loss(LABELS, certain))
    assert lowest < float(loss(LABELS, PROBABILITIES))


def test_weights_of_digits_count():
    weights = RANDOM.random(50).astype(np.float32)
    per_digit = -(smoothed(LABELS, 0.1) * np.log(PROBABILITIES)).sum(axis=1)
    loss = SmoothedCrossentropy(0.1)(LABELS, PROBABILITIES, sample_weight=weights)
    assert float(loss) == pytest.approx((per_digit * weights).sum() / 50, rel=1e-5)


@pytest.mark.parametrize("build", [lab.models.single_layer, lab.models.one_hidden_layer])
def test_of_a_network_it_takes_the_softmax_of_its_sums_sigmoids_or_not(build):
    model = build(seed=1)
    images = RANDOM.random((50, 28, 28), dtype=np.float32)
    inputs = model.layers[-1].input
    before = keras.Model(model.inputs, inputs)(images)
    kernel, bias = model.layers[-1].get_weights()
    log_probabilities = special.log_softmax(np.asarray(before) @ kernel + bias, axis=1)
    by_hand = -(smoothed(LABELS, 0.1) * log_probabilities).sum(axis=1).mean()
    assert float(SmoothedCrossentropy(0.1)(LABELS, model(images))) == pytest.approx(
        by_hand, rel=1e-4
    )


def test_it_is_saved_with_a_compiled_model(tmp_path):
    model = lab.models.single_layer()
    model.compile("adam", SmoothedCrossentropy(0.15))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded.loss, SmoothedCrossentropy)
    assert loaded.loss.label_smoothing == 0.15
    assert loaded.loss.name == "smoothed_crossentropy"


@pytest.mark.parametrize("smoothing", [-0.1, 1, 1.5, "much", None, float("nan")])
def test_a_smoothing_that_makes_no_sense_is_refused_by_name(smoothing):
    with pytest.raises(ValueError, match="label_smoothing=.*cannot be used: expected a number"):
        SmoothedCrossentropy(smoothing)


def test_a_smoothing_may_come_as_text():
    assert SmoothedCrossentropy("0.1").label_smoothing == 0.1
