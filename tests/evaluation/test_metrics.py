"""Predictions and their metrics agree with counting by hand, closed formulas and Keras."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.metrics import (
    Evaluation,
    Prediction,
    evaluate,
    independent_outputs,
    predict,
    probabilities_from,
    wilson_interval,
)
from tests.helpers.evaluations import evaluation_of, wilson_by_hand


def blank_dataset(labels):
    return Dataset(np.zeros((len(labels), 28, 28), np.float32), np.asarray(labels, np.int64))


def network(*last, kernel=None):
    """A model with the given last layers behind a dense one of ten units without bias."""
    dense = keras.layers.Dense(10, use_bias=False)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), dense, *last])
    if kernel is not None:
        dense.set_weights([kernel])
    return model


def indexed(logits, activation):
    """A dataset of n images, and a model whose last activation gets these logits (n, 10)."""
    kernel = np.zeros((784, 10), np.float32)
    kernel[: len(logits)] = logits
    images = np.eye(784, dtype=np.float32)[: len(logits)].reshape(-1, 28, 28)
    dataset = Dataset(images, np.arange(len(logits)) % 10)
    return dataset, network(keras.layers.Activation(activation), kernel=kernel)


@pytest.fixture(scope="module")
def random_result():
    """300 labels and predictions, three quarters of them equal, and no label 9."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 9, 300)
    predictions = np.where(random.random(300) < 0.75, labels, random.integers(0, 10, 300))
    return evaluation_of(labels, predictions), labels.tolist(), predictions.tolist()


# Newcombe 1998 (Statistics in Medicine 17, table I), method 3.
@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_agrees_with_published_ones(correct, total, low, high):
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 100_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
)
def test_wilson_interval_is_the_closed_formula_within_0_and_1_around_the_share(counts):
    correct, total = counts
    low, high = wilson_interval(correct, total)
    assert (low, high) == pytest.approx(wilson_by_hand(correct, total), abs=1e-9)
    assert 0 <= low <= correct / total <= high <= 1
    assert low < high


@pytest.mark.parametrize("total", [1, 10, 10_000])
def test_wilson_interval_has_a_width_at_none_and_at_all_correct(total):
    z2 = 1.959963984540054**2
    assert wilson_interval(0, total) == pytest.approx((0, z2 / (total + z2)), abs=1e-12)
    assert wilson_interval(total, total) == pytest.approx((total / (total + z2), 1), abs=1e-12)


@pytest.mark.parametrize(
    ("correct", "total", "named"),
    [(5, 4, "correct=5"), (-1, 4, "correct=-1"), (0, 0, "total=0"), (0.5, 4, "correct=0.5")],
)
def test_wilson_interval_refuses_impossible_counts(correct, total, named):
    with pytest.raises(ValueError, match=named):
        wilson_interval(correct, total)


@pytest.mark.parametrize("confidence", [0, 1, 1.5, -0.1])
def test_wilson_interval_refuses_a_confidence_without_a_finite_interval(confidence):
    with pytest.raises(ValueError, match="confidence=.*a number above 0 and below 1"):
        wilson_interval(3, 5, confidence)


def test_confusion_matrix_is_a_count_by_hand(random_result):
    result, labels, predictions = random_result
    counts = [[0] * 10 for _ in range(10)]
    for label, prediction in zip(labels, predictions, strict=True):
        counts[label][prediction] += 1
    assert result.confusion.tolist() == counts


def test_accuracy_and_interval_come_from_the_counts(random_result):
    result, labels, predictions = random_result
    right = sum(label == prediction for label, prediction in zip(labels, predictions, strict=True))
    assert result.predictions.tolist() == predictions
    assert result.accuracy == pytest.approx(right / 300)
    assert result.interval == pytest.approx(wilson_by_hand(right, 300), abs=1e-9)


def test_loss_is_minus_the_mean_logarithm_of_the_labels_probability():
    result = evaluation_of([3, 4], [3, 5], sure=0.91)
    assert result.loss == pytest.approx(-(math.log(0.91) + math.log(0.01)) / 2)


def test_confidence_is_the_probability_of_the_prediction():
    np.testing.assert_allclose(
        evaluation_of([1, 2, 3], [1, 0, 3], sure=[0.5, 0.7, 0.9]).confidence, [0.5, 0.7, 0.9]
    )


def test_metrics_are_those_a_record_needs(random_result):
    result = random_result[0]
    assert result.metrics == {
        "test_accuracy": result.accuracy,
        "test_accuracy_interval": list(result.interval),
        "test_loss": result.loss,
        "test_misclassified": [
            index for index, correct in enumerate(result.correct) if not correct
        ],
    }
    assert {type(value) for value in [result.accuracy, result.loss, *result.interval]} == {float}


def test_text_of_a_result_tells_accuracy_interval_and_loss():
    text = str(evaluation_of([1] * 1000, [1] * 970 + [7] * 30))
    low, high = wilson_by_hand(970, 1000)
    assert text.startswith(
        f"97.00% of 1,000 digits correct (95 % interval {low:.2%} to {high:.2%}), loss "
    )


def test_a_prediction_knows_no_labels_and_so_no_accuracy():
    prediction = predict(lab.models.single_layer(seed=1), np.zeros((3, 28, 28)))
    assert type(prediction) is Prediction
    assert (len(prediction), prediction.probabilities.shape) == (3, (3, 10))
    for name in ("accuracy", "correct", "interval", "loss", "confusion", "metrics", "dataset"):
        assert not hasattr(prediction, name)


def test_an_evaluation_is_a_prediction_for_the_images_of_its_dataset():
    result = evaluation_of([1, 2, 3], [1, 0, 3])
    assert isinstance(result, Prediction)
    assert result.images is result.dataset.images
    assert len(result) == 3


def test_probabilities_of_other_digits_than_the_datasets_are_refused():
    with pytest.raises(
        ValueError,
        match=r"probabilities.shape=\(2, 10\) cannot be used: expected \(3, 10\)",
    ):
        Evaluation(blank_dataset([1, 2, 3]), np.full((2, 10), 0.1))


def test_a_model_predicts_the_same_with_labels_and_without():
    model = lab.models.one_hidden_layer(10, seed=2)
    images = np.random.default_rng(4).random((5, 28, 28), dtype=np.float32)
    result = evaluate(model, Dataset(images, np.arange(5)))
    np.testing.assert_array_equal(predict(model, images).probabilities, result.probabilities)


def test_softmax_outputs_are_kept_as_they_are():
    outputs = np.random.default_rng(1).dirichlet(np.ones(10), 50)
    result = evaluate(*reversed(indexed(np.log(outputs), "softmax")))
    np.testing.assert_allclose(result.probabilities, outputs, atol=1e-6)


def test_sigmoids_become_the_softmax_of_their_logits():
    logits = np.random.default_rng(2).normal(0, 3, (20, 10))
    result = evaluate(*reversed(indexed(logits, "sigmoid")))
    by_hand = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(result.probabilities, by_hand, atol=1e-5)


@pytest.mark.parametrize("last", [0.9095, 0.91, 0.9105])
def test_sigmoids_of_one_image_that_happen_to_sum_to_one_are_read_as_sigmoids(last):
    outputs = np.array([[0.01] * 9 + [last]])
    assert abs(outputs.sum() - 1) < 1e-3
    logits = np.log(outputs / (1 - outputs))
    prediction = predict(indexed(logits, "sigmoid")[1], indexed(logits, "sigmoid")[0].images)
    by_hand = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(prediction.probabilities, by_hand, atol=1e-6)


@pytest.mark.parametrize(
    ("model", "independent"),
    [
        (lab.models.mlp([5]), False),
        (lab.models.single_layer(), True),
        (network(keras.layers.Activation("softmax")), False),
        (network(keras.layers.Activation("sigmoid")), True),
        (network(keras.layers.Softmax()), False),
        (
            keras.Sequential([keras.Input((28, 28)), network(keras.layers.Activation("sigmoid"))]),
            True,
        ),
    ],
)
def test_the_last_layer_tells_whether_outputs_are_independent(model, independent):
    assert independent_outputs(model) is independent


def test_a_saved_and_loaded_model_is_read_the_same(tmp_path):
    for activation in ("softmax", "sigmoid"):
        model = indexed(np.zeros((1, 10)), activation)[1]
        model.save(tmp_path / "model.keras")
        assert independent_outputs(lab.models.load(tmp_path / "model.keras")) is (
            activation == "sigmoid"
        )


@pytest.mark.parametrize("last", [(), (keras.layers.Activation("linear"),)])
def test_a_model_that_ends_in_logits_is_refused_with_what_to_do(last):
    kernel = np.zeros((784, 10), np.float32)
    with pytest.raises(ValueError, match='returns logits.*end the model in activation="softmax"'):
        evaluate(network(*last, kernel=kernel), blank_dataset([1]))


def test_a_mean_of_softmaxes_is_accepted():
    models = [network(keras.layers.Softmax()) for _ in range(2)]
    image = keras.Input((28, 28))
    mean = keras.Model(image, keras.layers.Average()([model(image) for model in models]))
    dataset = Dataset(np.random.default_rng(5).random((4, 28, 28)), np.arange(4))
    expected = np.mean([evaluate(model, dataset).probabilities for model in models], axis=0)
    np.testing.assert_allclose(evaluate(mean, dataset).probabilities, expected, atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_rows_of_probabilities_sum_to_one(seed, independent):
    random = np.random.default_rng(seed)
    outputs = random.random((20, 10)) if independent else random.dirichlet(np.full(10, 0.05), 20)
    probabilities = probabilities_from(outputs.astype(np.float32), independent)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-12)
    assert probabilities.min() > 0
    result = Evaluation(blank_dataset([0] * 20), probabilities)
    assert (result.confidence >= 0.1).all()
    assert math.isfinite(result.loss)


def test_digits_are_predicted_in_batches_that_cover_all_of_them():
    dataset, model = indexed(20 * np.eye(10)[np.arange(25) % 10], "softmax")
    sizes = []

    class Counted:
        layers = model.layers

        def __call__(self, images, training):
            assert training is False
            sizes.append(len(images))
            return model(images, training=training)

    result = evaluate(Counted(), dataset, batch_size=10)
    assert sizes == [10, 10, 5]
    assert result.accuracy == 1


@pytest.mark.parametrize("build", [lab.models.single_layer, lab.models.one_hidden_layer])
def test_loss_and_accuracy_are_those_of_keras(build):
    random = np.random.default_rng(3)
    dataset = Dataset(random.random((200, 28, 28), dtype=np.float32), random.integers(0, 10, 200))
    model = build(seed=1)
    result = evaluate(model, dataset)
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(dataset.images, dataset.labels, verbose=0)
    assert result.loss == pytest.approx(loss, rel=1e-5)
    assert result.accuracy == pytest.approx(accuracy, abs=1e-6)


def test_the_loss_of_a_vanishing_probability_is_exact():
    probabilities = np.full((1, 10), 1e-30)
    probabilities[0, 0] = 1
    assert Evaluation(blank_dataset([1]), probabilities).loss == pytest.approx(30 * math.log(10))


def test_evaluating_leaves_the_model_as_it_was():
    model = lab.models.one_hidden_layer(10, dropout=0.5)
    before = [variable.numpy() for variable in model.variables]
    evaluate(model, blank_dataset([1, 2, 3]))
    assert not model.compiled
    for old, variable in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (np.full((4, 9), 0.1), r"shape=\(4, 9\) cannot be used: expected \(n, 10\)"),
        (np.full((4, 10, 1), 0.1), r"shape=\(4, 10, 1\) cannot be used: expected \(n, 10\)"),
        (np.full((4, 10), np.nan), "NaN or infinity.*smaller learning_rate"),
        (np.full((4, 10), np.inf), "NaN or infinity.*smaller learning_rate"),
        (np.linspace(-3, 0.9, 40).reshape(4, 10), r"run from -3 to 0\.9; .*softmax or sigmoid"),
        (np.linspace(0, 8, 40).reshape(4, 10), "run from 0 to 8; .*softmax or sigmoid"),
        (np.full((4, 10), 0.2), "sum to 2; expected 1: end the model in softmax or sigmoid"),
    ],
)
def test_outputs_that_are_no_probabilities_are_refused_with_what_to_do(outputs, words):
    with pytest.raises(ValueError, match=words):
        probabilities_from(outputs, independent=False)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((28, 28), r"images\[None\]"),
        ((2, 784), r"images.reshape\(-1, 28, 28\)"),
        ((0, 28, 28), "n of at least 1"),
        ((2, 28, 28, 1), r"images.reshape\(-1, 28, 28\)"),
    ],
)
def test_images_of_another_shape_are_refused_with_what_to_do(shape, words):
    with pytest.raises(ValueError, match=rf"images.shape=.*expected \(n, 28, 28\).*{words}"):
        predict(lab.models.single_layer(), np.zeros(shape))


@pytest.mark.parametrize("images", [np.full((2, 28, 28), 255.0), np.full((2, 28, 28), 255)])
def test_images_that_are_bytes_are_refused(images):
    with pytest.raises(ValueError, match="images.*cannot be used.*divide by 255"):
        predict(lab.models.single_layer(), images)


def test_an_empty_dataset_is_refused():
    with pytest.raises(ValueError, match="dataset is empty"):
        evaluate(lab.models.single_layer(), blank_dataset([]))


def test_neither_an_evaluation_nor_its_text_makes_a_dataset_floats():
    dataset = lab.load_digits("sample", train_size=100).validation
    result = lab.evaluate(lab.models.single_layer(), dataset)
    assert f"{result}" == repr(result)
    assert dataset.as_uint8() is dataset.as_uint8()  # floats would be made bytes anew
    assert result.images is dataset.images
