"""A page's networks answer as Keras does, but for what rounding to 8 bits changes."""

import base64
from functools import cache

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras
from mnist_lab.evaluation import predict
from mnist_lab.evaluation.interpretability import penultimate_features
from mnist_lab.export import with_rounded_weights
from mnist_lab.export.network import ACTIVATIONS, hidden_place, network_layers
from mnist_lab.pretrained import WITH_RECIPES
from tests.helpers import node

RUN = """
const network = unpack(given.network);
const pixels = Float64Array.from(Buffer.from(given.images, "base64"), (byte) => byte / 255);
const results = [];
for (let at = 0; at < pixels.length; at += 784) {
  const { probabilities, hidden } = forward(network, pixels.subarray(at, at + 784));
  results.push([Array.from(probabilities), Array.from(hidden)]);
}
answer(results);
"""


def in_node(model: keras.Model, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what forward.js gives for images: probabilities, and the last hidden layer."""
    layers = network_layers(model)
    network = {"name": "any", "hidden": hidden_place(layers), "layers": layers}
    pixels = base64.b64encode(np.round(images * 255).astype(np.uint8).tobytes()).decode()
    found = node.run_json(["forward.js"], RUN, {"network": network, "images": pixels})
    probabilities, hidden = zip(*found, strict=True)
    return np.array(probabilities), np.array(hidden)


@cache
def sample() -> np.ndarray:
    return lab.load_digits("sample").test.images


def shuffled(model: keras.Model) -> keras.Model:
    """Return a network whose weights, biases and normalizations all are other than at the start."""
    rng = np.random.default_rng(5)
    for layer in model.layers:
        for variable in layer.weights:
            positive = "variance" in variable.path
            values = rng.normal(0, 0.4, variable.shape)
            variable.assign(np.abs(values) + 0.2 if positive else values)
    return model


def built(*layers: keras.layers.Layer) -> keras.Model:
    """Return a network of these layers after a convolution, with ten outputs."""
    return shuffled(
        keras.Sequential(
            [
                keras.Input((28, 28)),
                keras.layers.Reshape((28, 28, 1)),
                *layers,
                keras.layers.Flatten(),
                keras.layers.Dense(10, "softmax"),
            ]
        )
    )


@pytest.mark.needs_node
@pytest.mark.parametrize("name", WITH_RECIPES)
def test_the_courses_networks_give_what_keras_gives_with_the_same_weights(name: str):
    model, images = lab.models.pretrained(name), sample()[:40]
    probabilities, hidden = in_node(model, images)
    rounded = with_rounded_weights(model)
    expected = predict(rounded, images).probabilities
    # Keras computes with 32 bits; ten sigmoids near 1 lose most of them.
    tolerance = 1e-4 if name == "single_layer" else 1e-5
    np.testing.assert_allclose(probabilities, expected, atol=tolerance)
    if name == "single_layer":
        assert hidden.shape == (40, 0)
    else:
        features = penultimate_features(rounded, images)
        np.testing.assert_allclose(hidden, features, rtol=1e-4, atol=1e-4)


@pytest.mark.needs_node
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_is_that_of_keras(name: str):
    model = shuffled(lab.models.mlp([9, 7], activation=name))
    expected = predict(with_rounded_weights(model), sample()[:5]).probabilities
    np.testing.assert_allclose(in_node(model, sample()[:5])[0], expected, atol=1e-5)


@pytest.mark.needs_node
@pytest.mark.parametrize(
    "layers",
    [
        [("Conv2D", {"filters": 3, "kernel_size": (5, 7), "strides": 2, "padding": "same"})],
        [("Conv2D", {"filters": 3, "kernel_size": 4, "strides": (2, 3), "activation": "relu"})],
        [("MaxPooling2D", {"pool_size": (3, 2), "strides": 2, "padding": "same"})],
        [("MaxPooling2D", {"pool_size": 5, "strides": 3})],
        [
            ("Conv2D", {"filters": 4, "kernel_size": 3, "use_bias": False}),
            ("BatchNormalization", {}),
            ("ReLU", {}),
            ("Dropout", {"rate": 0.5}),
        ],
        [("SeparableConv2D", {"filters": 4, "kernel_size": 3, "padding": "same"})],
        [
            ("Conv2D", {"filters": 3, "kernel_size": 3}),
            ("SeparableConv2D", {"filters": 4, "kernel_size": (3, 5), "strides": 2}),
            ("DepthwiseConv2D", {"kernel_size": 4, "padding": "same", "activation": "relu"}),
            ("GlobalAveragePooling2D", {}),
        ],
        [
            ("Rescaling", {"scale": -2.0, "offset": 1.0}),
            ("BatchNormalization", {"center": False, "scale": False}),
        ],
    ],
)
def test_each_kind_of_layer_computes_what_keras_computes(layers: list):
    model = built(*(getattr(keras.layers, kind)(**settings) for kind, settings in layers))
    expected = predict(with_rounded_weights(model), sample()[:3]).probabilities
    np.testing.assert_allclose(in_node(model, sample()[:3])[0], expected, atol=1e-5)


@pytest.mark.needs_node
def test_a_small_network_and_its_last_hidden_layer_are_those_of_keras():
    model, images = shuffled(lab.models.separable_cnn([[4], [5, 6]])), sample()[:5]
    probabilities, hidden = in_node(model, images)
    rounded = with_rounded_weights(model)
    np.testing.assert_allclose(probabilities, predict(rounded, images).probabilities, atol=1e-5)
    np.testing.assert_allclose(hidden, penultimate_features(rounded, images), rtol=1e-4, atol=1e-4)


@pytest.mark.needs_mnist
@pytest.mark.parametrize("name", WITH_RECIPES)
def test_8_bits_keep_the_answer_of_999_in_1000_test_digits(name: str):
    model, images = lab.models.pretrained(name), lab.load_digits("auto").test.images
    before = predict(model, images).probabilities
    after = predict(with_rounded_weights(model), images).probabilities
    assert (before.argmax(axis=1) == after.argmax(axis=1)).mean() >= 0.999
    moved = np.abs(before - after).max(axis=1)
    assert moved.max() < 0.1
    assert np.quantile(moved, 0.99) < 0.02


def test_what_a_page_cannot_compute_is_refused_by_name():
    for layers, message in (
        ([keras.layers.AveragePooling2D(2, name="mean")], "'mean' is of the kind AveragePooling2D"),
        (
            [keras.layers.Conv2D(2, 3, dilation_rate=2, name="far")],
            "'far' has groups or a dilation",
        ),
        (
            [keras.layers.DepthwiseConv2D(3, depth_multiplier=2, name="twice")],
            "'twice' has a dilation or several filters per channel",
        ),
        (
            [keras.layers.Activation("softplus", name="soft")],
            "'soft' has the activation 'softplus'",
        ),
    ):
        with pytest.raises(ValueError, match=f"The layer {message}.*which a page cannot run.*onnx"):
            network_layers(built(*layers))
    image = keras.Input((28, 28))
    functional = keras.Model(image, keras.layers.Dense(10)(keras.layers.Flatten()(image)))
    with pytest.raises(
        ValueError, match=r"model='Functional' cannot be used: expected a keras\.Seq"
    ):
        network_layers(functional)
    with pytest.raises(ValueError, match="does not end in probabilities"):
        network_layers(keras.Sequential([image, keras.layers.Flatten(), keras.layers.Dense(10)]))


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([("ReLU", {"max_value": 6})], "is a ReLU with a limit, a slope or a threshold"),
        ([("ReLU", {"negative_slope": 0.1})], "is a ReLU with a limit, a slope or a threshold"),
        ([("BatchNormalization", {"axis": 1})], "normalizes the axis 1 and not the channels"),
        ([("Softmax", {"axis": 1})], "is a softmax over the axis 1"),
        ([("Dense", {"units": 4})], r"is dense over rows of pixels \(no Flatten before it\)"),
        ([("Flatten", {"data_format": "channels_first"})], "has its channels first"),
    ],
)
def test_a_layer_that_would_compute_something_else_is_refused(layers: list, message: str):
    model = built(*(getattr(keras.layers, kind)(**settings) for kind, settings in layers))
    with pytest.raises(ValueError, match=f"The layer '.*' {message}, which a page cannot run"):
        network_layers(model)


def test_a_network_that_does_not_read_digits_is_refused():
    layers = keras.layers
    for shape, outputs in (((28, 28), 5), ((32, 32), 10), ((28, 28, 3), 10)):
        model = keras.Sequential(
            [keras.Input(shape), layers.Flatten(), layers.Dense(outputs, "softmax")]
        )
        with pytest.raises(ValueError, match=r"takes \(.*expected images of 28 x 28 and ten out"):
            network_layers(model)
    unbuilt = keras.Sequential([layers.Flatten(), layers.Dense(10, "softmax")])
    for refuse in (network_layers, with_rounded_weights):
        with pytest.raises(ValueError, match="has no weights yet: let it begin with keras.Input"):
            refuse(unbuilt)
    with pytest.raises(ValueError, match="model='str' cannot be used: expected a keras.Sequential"):
        with_rounded_weights("cnn")  # type: ignore[arg-type]
    model = lab.models.single_layer()
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    with pytest.raises(ValueError, match="has weights that are NaN or infinite"):
        network_layers(model)


def test_a_network_of_784_numbers_is_taken_as_it_is():
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, "softmax")])
    assert [layer["kind"] for layer in network_layers(model)] == ["dense", "softmax"]
