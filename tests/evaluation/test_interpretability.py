"""Maps agree with pixels changed one by one, and gradients with linear algebra by hand."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation import interpretability


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("sample", train_size=1000)


@pytest.fixture(scope="module")
def model(digits):
    network = lab.models.mlp([40, 30], activation="tanh")
    lab.train(network, digits, epochs=3)
    return network


def probability(model, image, digit):
    return float(model(image[None], training=False)[0, digit])


def test_occlusion_is_the_probability_lost_under_each_square(model, digits):
    image, label = digits.train.images[3], int(digits.train.labels[3])
    values = interpretability.occlusion_map(model, image, label, side=5)
    for row, column in ((0, 0), (14, 14), (27, 5), (10, 20)):
        covered = image.copy()
        for r in range(row - 2, row + 3):
            for c in range(column - 2, column + 3):
                if 0 <= r < 28 and 0 <= c < 28:
                    covered[r, c] = 0
        expected = probability(model, image, label) - probability(model, covered, label)
        assert values[row, column] == pytest.approx(expected, abs=1e-5)


def test_covering_paper_changes_nothing(model):
    assert interpretability.occlusion_map(model, np.zeros((28, 28)), 3) == pytest.approx(
        np.zeros((28, 28))
    )


def test_saliency_is_the_slope_by_finite_differences(model, digits):
    image, label = digits.train.images[3], int(digits.train.labels[3])
    values = interpretability.saliency_map(model, image, label)
    for row, column in ((14, 14), (8, 20), (20, 9)):
        more, less = image.copy(), image.copy()
        more[row, column] += 0.02
        less[row, column] -= 0.02
        slope = (
            np.log(probability(model, more, label)) - np.log(probability(model, less, label))
        ) / 0.04
        assert values[row, column] == pytest.approx(slope, rel=0.05, abs=2e-3)


def test_penultimate_features_are_the_last_layers_input(model, digits):
    features = interpretability.penultimate_features(model, digits.train.images[:1200])
    assert features.shape == (1000, 30)
    kernel, bias = model.layers[-1].get_weights()
    logits = features @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model(digits.train.images).numpy(), expected, atol=1e-5)


def test_values_out_of_range_are_refused(model):
    with pytest.raises(
        ValueError, match=r"image.shape=\(28,\) cannot be used: expected \(28, 28\)"
    ):
        interpretability.occlusion_map(model, np.zeros(28), 3)
    with pytest.raises(ValueError, match="digit=10 cannot be used"):
        interpretability.saliency_map(model, np.zeros((28, 28)), 10)


BYTES = np.full((28, 28), 255.0)


@pytest.mark.parametrize(
    "explain",
    [
        lambda model: interpretability.occlusion_map(model, BYTES, 3),
        lambda model: interpretability.saliency_map(model, BYTES, 3),
        lambda model: interpretability.penultimate_features(model, BYTES[None]),
    ],
)
def test_images_that_are_bytes_are_refused(model, explain):
    with pytest.raises(ValueError, match="from 255 to 255 cannot be used.*divide by 255"):
        explain(model)


def test_no_images_are_refused(model):
    with pytest.raises(ValueError, match="n of at least 1"):
        interpretability.penultimate_features(model, np.zeros((0, 28, 28)))


def test_the_gradient_rms_is_that_of_the_softmax_layer_by_hand(digits):
    network = lab.models.mlp([20], seed=3)
    dataset = Dataset(digits.train.images[:50], digits.train.labels[:50])
    kernel, bias = network.get_layer("hidden_1").get_weights()
    hidden = np.maximum(dataset.images.reshape(50, 784) @ kernel + bias, 0)
    outputs = np.asarray(network(dataset.images, training=False))
    by_hand = hidden.T @ (outputs - np.eye(10)[dataset.labels]) / 50
    rms = interpretability.gradient_rms(network, dataset)
    assert list(rms) == ["hidden_1", "output"]
    assert rms["output"] == pytest.approx(np.sqrt((by_hand**2).mean()), rel=1e-4)


def test_gradients_vanish_through_sigmoids_and_not_through_relus(digits):
    dataset = Dataset(digits.train.images[:200], digits.train.labels[:200])
    sigmoid, relu = (
        list(interpretability.gradient_rms(lab.models.mlp([50] * 6, name), dataset).values())
        for name in ("sigmoid", "relu")
    )
    assert len(sigmoid) == 7
    assert sigmoid[0] < sigmoid[-1] / 100
    assert relu[0] > relu[-1] / 100
