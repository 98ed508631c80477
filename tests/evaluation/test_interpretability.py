"""Maps agree with pixels changed one by one, and projections with linear algebra by hand."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation import interpretability
from mnist_lab.evaluation.metrics import Evaluation


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


def test_pca_is_the_singular_value_decomposition(digits):
    pixels = digits.train.images.reshape(1000, 784)[:300]
    projected = interpretability.project_2d(pixels, "pca")
    left, values, _ = np.linalg.svd(pixels - pixels.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(projected), np.abs(left[:, :2] * values[:2]), atol=1e-2)


def test_tsne_keeps_groups_apart():
    groups = np.repeat([0, 1, 2], 40)
    features = np.random.default_rng(0).normal(groups[:, None] * 10, 1, (120, 8))
    points = interpretability.project_2d(features, "tsne")
    centers = np.stack([points[groups == group].mean(axis=0) for group in range(3)])
    nearest = np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)
    assert (nearest == groups).mean() > 0.95
    assert trustworthiness(features, points, n_neighbors=15) > 0.95


def test_the_nearest_correct_digit_by_hand():
    labels = np.array([4, 4, 4, 9, 4])
    predictions = np.array([9, 4, 4, 9, 9])
    result = Evaluation(Dataset(np.zeros((5, 28, 28), np.float32), labels), np.eye(10)[predictions])
    features = np.array([[0.0, 0], [5, 0], [3, 0], [0, 1], [0.5, 0]])
    assert interpretability.nearest_correct(features, result, 0) == 2
    with pytest.raises(ValueError, match="No other digit labeled 9 was predicted correctly"):
        interpretability.nearest_correct(features, result, 3)


def test_values_out_of_range_are_refused(model):
    with pytest.raises(
        ValueError, match=r"image.shape=\(28,\) cannot be used: expected \(28, 28\)"
    ):
        interpretability.occlusion_map(model, np.zeros(28), 3)
    with pytest.raises(ValueError, match="digit=10 cannot be used"):
        interpretability.saliency_map(model, np.zeros((28, 28)), 10)
    with pytest.raises(ValueError, match="did you mean 'tsne'"):
        interpretability.project_2d(np.zeros((5, 2)), "tnse")


BYTES = np.full((28, 28), 255.0)


@pytest.mark.parametrize(
    "explain",
    [
        lambda model: interpretability.occlusion_map(model, BYTES, 3),
        lambda model: interpretability.saliency_map(model, BYTES, 3),
        lambda model: interpretability.penultimate_features(model, BYTES[None]),
        lambda model: interpretability.dead_unit_fractions(model, BYTES[None]),
    ],
)
def test_images_that_are_bytes_are_refused(model, explain):
    with pytest.raises(ValueError, match="from 255 to 255 cannot be used.*divide by 255"):
        explain(model)


@pytest.mark.parametrize(
    "explain", [interpretability.penultimate_features, interpretability.dead_unit_fractions]
)
def test_no_images_are_refused(model, explain):
    with pytest.raises(ValueError, match="n of at least 1"):
        explain(model, np.zeros((0, 28, 28)))


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


def test_dead_units_are_those_silent_for_every_digit(digits):
    network = lab.models.mlp([8, 4], seed=0)
    kernel, bias = network.get_layer("hidden_1").get_weights()
    kernel, bias = np.abs(kernel), np.full(8, 0.1, np.float32)
    bias[:2], kernel[:, :2] = -1, 0  # two units that no input activates
    network.get_layer("hidden_1").set_weights([kernel, bias])
    second = network.get_layer("hidden_2").get_weights()
    network.get_layer("hidden_2").set_weights([np.abs(second[0]), np.ones(4, np.float32)])
    assert interpretability.dead_unit_fractions(network, digits.train.images) == {
        "hidden_1": 0.25,
        "hidden_2": 0.0,
    }
    assert interpretability.dead_unit_fractions(
        lab.models.mlp([8]), digits.train.images[:5]
    ).keys() == {"hidden_1"}
    assert (
        interpretability.dead_unit_fractions(lab.models.single_layer(), digits.train.images[:5])
        == {}
    )


def test_units_behind_a_normalization_are_dead_by_what_the_next_layer_gets(digits):
    network = lab.models.mlp([8, 4], batch_normalization=True)
    gamma, _, mean, variance = network.get_layer("batch_normalization_1").get_weights()
    # Without its scale a unit gives its offset alone: two of eight are silent.
    network.get_layer("batch_normalization_1").set_weights(
        [gamma * 0, np.repeat([-1, 1], [2, 6]), mean, variance]
    )
    fractions = interpretability.dead_unit_fractions(network, digits.train.images)
    assert fractions.keys() == {"hidden_1", "hidden_2"}
    assert fractions["hidden_1"] == 0.25


def test_filters_are_no_dense_units(digits):
    assert (
        interpretability.dead_unit_fractions(lab.models.cnn([4, 6]), digits.train.images[:5]) == {}
    )
