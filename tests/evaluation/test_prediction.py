"""A model's predictions are Keras's, in parts, with and without labels."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab.backend import keras
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.metrics import Evaluation, Prediction
from mnist_lab.evaluation.prediction import (
    evaluate,
    independent_outputs,
    predict,
    probabilities_from,
)
from tests.helpers.evaluations import blank_dataset


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


def test_a_prediction_knows_no_labels_and_so_no_accuracy():
    prediction = predict(lab.models.single_layer(seed=1), np.zeros((3, 28, 28)))
    assert type(prediction) is Prediction
    assert (len(prediction), prediction.probabilities.shape) == (3, (3, 10))
    for name in ("accuracy", "correct", "interval", "loss", "confusion", "metrics", "dataset"):
        assert not hasattr(prediction, name)


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


class Sizes(keras.layers.Layer):
    """Gives what it gets, and notes how many images each call has."""

    def __init__(self):
        super().__init__()
        self.noted = []

    def call(self, images):
        self.noted.append(images.shape[0])
        return images


def noting(*layers):
    """A model that ends in ten outputs, and the list in which it notes the sizes of its calls."""
    sizes = Sizes()
    last = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((28, 28)), sizes, *layers, *last])
    sizes.noted.clear()
    return model, sizes.noted


def wide_layers():
    return [
        keras.layers.Reshape((28, 28, 1)),
        keras.layers.Conv2D(32, 3, padding="same"),
        keras.layers.GlobalMaxPooling2D(),
    ]


@pytest.mark.parametrize(
    ("layers", "count", "expected"),
    [
        ([], 4001, [4000, 1]),
        (wide_layers(), 300, [250, 50]),
        ([keras.Sequential([keras.Input((28, 28)), *wide_layers()])], 300, [250, 50]),
    ],
)
def test_a_call_gets_more_images_where_layers_are_narrow(layers, count, expected):
    model, sizes = noting(*layers)
    evaluate(model, blank_dataset([0] * count))
    assert sizes == expected


def test_many_calls_become_one_program_that_gives_what_keras_gives():
    images = np.random.default_rng(6).random((85, 28, 28), dtype=np.float32)
    model, sizes = noting(keras.layers.BatchNormalization(), keras.layers.Dropout(0.5))
    mean = np.full(28, 0.5, np.float32)
    model.layers[1].set_weights([mean + 0.5, mean, mean, mean])
    expected = model.predict(images, verbose=0)
    sizes.clear()
    result = evaluate(model, Dataset(images, np.arange(85) % 10), batch_size=10)
    assert sizes == [None]  # traced once, for parts of any size
    np.testing.assert_allclose(result.probabilities, expected, atol=1e-6)


def test_a_program_is_that_of_the_model_as_it_is_now():
    dataset, model = indexed(np.eye(10)[np.arange(20) % 10], "softmax")
    assert evaluate(model, dataset, batch_size=2).accuracy == 1
    model.layers[1].set_weights([np.roll(model.layers[1].get_weights()[0], 1, axis=1)])
    assert evaluate(model, dataset, batch_size=2).accuracy == 0
    model.layers[2].activation = keras.activations.sigmoid
    odds = np.exp(np.roll(np.eye(10), 1, axis=1))
    np.testing.assert_allclose(
        evaluate(model, dataset, batch_size=2).probabilities[:10],
        odds / odds.sum(axis=1, keepdims=True),
        atol=1e-6,
    )


def test_a_model_that_cannot_be_traced_is_called_part_by_part():
    class ByNumPy(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = keras.layers.Softmax()

        def call(self, images, training=False):
            return self.last(images.numpy().reshape(-1, 784)[:, :10])

    dataset, _ = indexed(np.eye(10)[np.arange(10)], "softmax")
    images = np.tile(dataset.images, (3, 1, 1))
    result = evaluate(ByNumPy(), Dataset(images, np.tile(dataset.labels, 3)), batch_size=2)
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


@pytest.mark.parametrize("model", ["network.keras", None, keras.Sequential])
def test_what_is_no_network_is_refused(model):
    refused = pytest.raises(ValueError, match=r"model=.* cannot be used: expected a Keras model")
    with refused:
        predict(model, np.zeros((3, 28, 28), np.float32))
    with refused:
        evaluate(model, blank_dataset([1, 2, 3]))
    if model is not None:  # None stands for the course's own reader
        with refused:
            lab.handwriting.read_page(lab.handwriting.load_photo(), model)


def test_an_empty_dataset_is_refused():
    with pytest.raises(ValueError, match="dataset is empty"):
        evaluate(lab.models.single_layer(), blank_dataset([]))


def test_neither_an_evaluation_nor_its_text_makes_a_dataset_floats():
    dataset = lab.load_digits("sample", train_size=100).validation
    result = lab.evaluate(lab.models.single_layer(), dataset)
    assert f"{result}" == repr(result)
    assert dataset.as_uint8() is dataset.as_uint8()  # floats would be made bytes anew
    assert result.images is dataset.images
