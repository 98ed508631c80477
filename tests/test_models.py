"""The builders return Keras models of the promised size; the seed alone decides their weights."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab import keras, machine

IMAGES = np.random.default_rng(0).random((32, 28, 28), dtype=np.float32)
LABELS = np.arange(32) % 10
BUILDERS = [lab.models.single_layer, lab.models.one_hidden_layer, lab.models.mlp]


def kernels(model):
    return [
        np.asarray(layer.kernel) for layer in model.layers if isinstance(layer, keras.layers.Dense)
    ]


@pytest.mark.parametrize(
    ("build", "weights"), list(zip(BUILDERS, (7_850, 79_510, 199_210), strict=True))
)
def test_default_sizes_are_those_the_course_names(build, weights):
    assert build().count_params() == weights


@settings(max_examples=8, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 40), min_size=1, max_size=4), dropout=st.sampled_from([0.0, 0.3])
)
def test_size_is_the_count_by_hand(hidden, dropout):
    widths = [784, *hidden, 10]
    by_hand = sum((before + 1) * after for before, after in zip(widths, widths[1:], strict=False))
    assert lab.models.mlp(hidden, dropout=dropout).count_params() == by_hand


@pytest.mark.parametrize("build", BUILDERS)
def test_models_are_uncompiled_sequentials_from_images_to_ten_outputs(build):
    model = build()
    assert type(model) is keras.Sequential
    assert not model.compiled
    assert model.input_shape == (None, 28, 28)
    assert model.output_shape == (None, 10)


def test_single_layer_answers_with_ten_sigmoids_of_their_own():
    model = lab.models.single_layer()
    kernel, bias = (np.asarray(weights, np.float64) for weights in model.get_weights())
    outputs = np.asarray(model(IMAGES))
    assert ((outputs > 0) & (outputs < 1)).all()
    np.testing.assert_allclose(
        outputs, 1 / (1 + np.exp(-(IMAGES.reshape(32, 784) @ kernel + bias))), atol=1e-6
    )
    assert np.abs(outputs.sum(axis=1) - 1).min() > 0.1


@pytest.mark.parametrize("build", BUILDERS[1:])
def test_networks_with_hidden_layers_answer_with_probabilities(build):
    outputs = np.asarray(build()(IMAGES))
    assert outputs.min() > 0
    np.testing.assert_allclose(outputs.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("build", BUILDERS)
def test_plain_compile_and_fit_train_the_model(build):
    model = build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(IMAGES, LABELS, epochs=3, batch_size=16, shuffle=False, verbose=0)
    losses = history.history["loss"]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("build", BUILDERS)
def test_weights_follow_from_the_seed(build):
    first, again, other = build(seed=7), build(seed=7), build(seed=8)
    for one, same, different in zip(kernels(first), kernels(again), kernels(other), strict=True):
        np.testing.assert_array_equal(one, same)
        assert not np.isclose(one, different).all()


def test_the_global_seed_of_keras_changes_nothing():
    keras.utils.set_random_seed(1)
    first = lab.models.one_hidden_layer(20)
    keras.utils.set_random_seed(2)
    for one, other in zip(
        first.get_weights(), lab.models.one_hidden_layer(20).get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_layers_of_equal_shape_start_differently(dropout):
    _, second, third, _ = kernels(lab.models.mlp((200, 200, 200), dropout=dropout))
    assert second.shape == third.shape
    assert (second == third).mean() < 0.01


def test_hidden_layers_have_the_width_and_activation_asked_for():
    model = lab.models.mlp([30, 20], activation="tanh")
    hidden = [layer for layer in model.layers if layer.name.startswith("hidden")]
    assert [(layer.units, layer.activation.__name__) for layer in hidden] == [
        (30, "tanh"),
        (20, "tanh"),
    ]


def test_initializer_is_the_one_asked_for():
    spread = np.std(kernels(lab.models.one_hidden_layer(100, kernel_initializer="he_normal"))[0])
    assert spread == pytest.approx(np.sqrt(2 / 784), rel=0.02)


def test_each_hidden_layer_is_followed_by_its_dropout():
    names = [layer.name for layer in lab.models.mlp((30, 20), dropout=0.25).layers]
    assert names == ["flatten", "hidden_1", "dropout_1", "hidden_2", "dropout_2", "output"]
    assert not [
        name
        for name in [layer.name for layer in lab.models.mlp((30, 20)).layers]
        if "dropout" in name
    ]


def test_dropout_acts_in_training_only():
    model = lab.models.one_hidden_layer(400, dropout=0.25)
    hidden = np.ones((1, 400), np.float32)
    dropout = model.get_layer("dropout_1")
    np.testing.assert_array_equal(dropout(hidden, training=False), hidden)
    dropped = np.asarray(dropout(hidden, training=True))
    assert np.mean(dropped == 0) == pytest.approx(0.25, abs=0.1)
    np.testing.assert_allclose(dropped[dropped != 0], 1 / 0.75, rtol=1e-6)
    np.testing.assert_array_equal(model(IMAGES, training=False), model(IMAGES, training=False))
    assert not np.allclose(model(IMAGES, training=True), model(IMAGES, training=False))


def test_dropout_layers_do_not_share_their_seed():
    model = lab.models.mlp((50, 50), dropout=0.5)
    masks = [
        np.asarray(model.get_layer(f"dropout_{n}")(np.ones((1, 50), np.float32), training=True))
        for n in (1, 2)
    ]
    assert not np.array_equal(*masks)


def test_normalized_layers_are_those_of_a_network_without_once_multiplied_into_the_weights():
    model = lab.models.mlp((30, 20), dropout=0.2, batch_normalization=True, seed=1)
    each = [
        f"{part}_{number}"
        for number in (1, 2)
        for part in ("hidden", "batch_normalization", "activation", "dropout")
    ]
    assert [layer.name for layer in model.layers] == ["flatten", *each, "output"]
    assert model.count_params() == 784 * 30 + 30 * 20 + 4 * 50 + 21 * 10
    random = np.random.default_rng(2)
    folded = []
    for number in (1, 2):
        normalization = model.get_layer(f"batch_normalization_{number}")
        values = [
            random.uniform(0.5, 1.5, weights.shape) for weights in normalization.get_weights()
        ]
        normalization.set_weights(values)
        gamma, beta, mean, variance = values
        factor = gamma / np.sqrt(variance + normalization.epsilon)
        folded += [
            model.get_layer(f"hidden_{number}").get_weights()[0] * factor,
            beta - mean * factor,
        ]
    without = lab.models.mlp((30, 20))
    without.set_weights([*folded, *model.get_layer("output").get_weights()])
    np.testing.assert_allclose(model(IMAGES, training=False), without(IMAGES), atol=1e-5)


def test_a_normalized_network_answers_by_the_means_and_variances_of_its_training_digits():
    digits = lab.load_digits("sample", train_size=1000)
    model = lab.models.mlp([30], batch_normalization=True)
    lab.train(model, digits, epochs=30, batch_size=64, schedule="linear", verbose=False)
    sums = digits.train.images.reshape(-1, 784) @ model.get_layer("hidden_1").get_weights()[0]
    _, _, mean, variance = model.get_layer("batch_normalization_1").get_weights()
    np.testing.assert_allclose(mean, sums.mean(axis=0), atol=0.1 * sums.std())
    np.testing.assert_allclose(variance, sums.var(axis=0), rtol=0.2)
    assert lab.evaluate(model, digits.validation).accuracy > 0.8


def test_values_may_come_as_text():
    model = lab.models.mlp("[100, 50]", dropout="0.2", seed="3")
    assert [kernel.shape for kernel in kernels(model)] == [(784, 100), (100, 50), (50, 10)]
    assert model.get_layer("dropout_2").rate == 0.2
    np.testing.assert_array_equal(
        kernels(model)[0], kernels(lab.models.mlp((100, 50), dropout=0.2, seed=3))[0]
    )
    assert kernels(lab.models.one_hidden_layer("64"))[0].shape == (784, 64)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"activation": "rellu"}, ["activation", "'rellu'", "did you mean 'relu'"]),
        ({"activation": 3}, ["activation", "3", "relu", "tanh"]),
        (
            {"kernel_initializer": "he_norml"},
            ["kernel_initializer", "'he_norml'", "did you mean 'he_normal'"],
        ),
        ({"kernel_initializer": "zeros"}, ["kernel_initializer", "'zeros'", "glorot_uniform"]),
        ({"kernel_initializer": None}, ["kernel_initializer", "None", "glorot_uniform"]),
        ({"dropout": 1}, ["dropout", "1", "a number from 0 up to, but not including, 1"]),
        ({"dropout": -0.1}, ["dropout", "-0.1", "a number from 0 up to, but not including, 1"]),
        (
            {"dropout": "a lot"},
            ["dropout", "'a lot'", "a number from 0 up to, but not including, 1"],
        ),
        ({"hidden_layers": []}, ["hidden_layers", "[]", "[200, 200]"]),
        ({"hidden_layers": [100, 0]}, ["hidden_layers", "[100, 0]", "at least 1"]),
        ({"hidden_layers": "wide"}, ["hidden_layers", "'wide'", "[200, 200]"]),
        ({"hidden_layers": [10.5]}, ["hidden_layers", "[10.5]", "whole numbers"]),
        ({"batch_normalization": "maybe"}, ["batch_normalization", "'maybe'", "True or False"]),
        ({"seed": -1}, ["seed", "-1", "whole number"]),
    ],
)
def test_nonsense_is_refused_by_name_and_value_with_what_would_be_right(arguments, named):
    with pytest.raises(ValueError) as error:
        lab.models.mlp(**arguments)
    assert [part for part in named if part not in str(error.value)] == []


@pytest.mark.parametrize("units", [0, -5, 2.5, "many", None])
def test_a_nonsense_number_of_units_is_refused(units):
    with pytest.raises(ValueError, match="units=.*whole number of at least 1"):
        lab.models.one_hidden_layer(units)


def test_a_saved_model_comes_back_with_the_same_answers(tmp_path):
    model = lab.models.one_hidden_layer(20, seed=5)
    model.save(tmp_path / "model.keras")
    loaded = lab.models.load(tmp_path / "model.keras")
    assert not loaded.compiled
    np.testing.assert_array_equal(loaded(IMAGES), model(IMAGES))


def test_loading_a_file_that_is_not_there_names_the_path_and_nothing_else(tmp_path):
    path = tmp_path / "absent.keras"
    for given_as in (path, str(path)):
        with pytest.raises(ValueError) as error:
            lab.models.load(given_as)
        assert str(error.value).startswith("path=")
        assert str(error.value).endswith(
            "cannot be used: expected an existing .keras or .h5 file, as model.save() writes it."
        )
        assert [name for name in ("mlp", "single_layer", "cnn") if name in str(error.value)] == []


def test_loading_a_file_that_is_no_model_says_so(tmp_path):
    (tmp_path / "text.keras").write_text("no model")
    with pytest.raises(ValueError, match=r"text\.keras: not a model saved by Keras"):
        lab.models.load(tmp_path / "text.keras")


def test_loading_a_model_for_other_images_names_both_shapes(tmp_path):
    keras.Sequential([keras.Input((8, 8)), keras.layers.Flatten(), keras.layers.Dense(10)]).save(
        tmp_path / "small.keras"
    )
    with pytest.raises(ValueError, match=r"\(8, 8\).*expected images of 28 x 28 and ten outputs"):
        lab.models.load(tmp_path / "small.keras")


def test_cnn_counts_its_weights_by_hand_and_gives_probabilities():
    model = lab.models.cnn(filters=(16, 32, 48))
    blocks = [(1, 16), (16, 32), (32, 48)]
    assert model.count_params() == sum(9 * a * b + 4 * b for a, b in blocks) + 10 * (3 * 3 * 48 + 1)
    assert model.count_params() <= 35_000
    answers = model(np.random.default_rng(0).random((5, 28, 28), np.float32)).numpy()
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_a_block_of_two_convolutions_pools_after_the_second():
    model = lab.models.cnn((8, 24, 40), convolutions="2")
    layers = [layer.name for layer in model.layers]
    first = ["convolution_1", "batch_normalization_1", "activation_1"]
    assert layers[:8] == [
        "reshape",
        *first,
        "convolution_2",
        "pooling_1",
        "batch_normalization_2",
        "activation_2",
    ]
    assert [name for name in layers if name.startswith("pooling")] == [
        "pooling_1",
        "pooling_2",
        "pooling_3",
    ]
    convolutions = [(1, 8), (8, 8), (8, 24), (24, 24), (24, 40), (40, 40)]
    assert model.count_params() == sum(9 * a * b + 4 * b for a, b in convolutions) + 10 * (
        3 * 3 * 40 + 1
    )
    assert model.get_layer("activation_1").output.shape == (None, 28, 28, 8)
    assert model.get_layer("activation_6").output.shape == (None, 3, 3, 40)


def test_cnn_filters_come_as_text_and_seeds_decide_the_weights():
    one, same, other = (lab.models.cnn("[4, 6]", kernel_size="5", seed=seed) for seed in (1, 1, 2))
    assert [layer.kernel.shape for layer in one.layers if "convolution" in layer.name] == [
        (5, 5, 1, 4),
        (5, 5, 4, 6),
    ]
    for a, b in zip(one.get_weights(), same.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.get_weights()[0], other.get_weights()[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"filters": [8] * 5}, "at most four blocks"),
        ({"filters": []}, "filters="),
        ({"kernel_size": 0}, "kernel_size=0 cannot be used"),
        (
            {"convolutions": 0},
            "convolutions=0 cannot be used: expected a whole number from 1 to 10",
        ),
        ({"activation": "rleu"}, "did you mean 'relu'"),
    ],
)
def test_cnn_refuses_what_cannot_be_built(arguments, words):
    with pytest.raises(ValueError, match=words):
        lab.models.cnn(**arguments)


# Networks too large for the machine


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: lab.models.one_hidden_layer(units=10**12), "units=1000000000000"),
        (lambda: lab.models.one_hidden_layer(units="1e300"), "units=1"),
        (lambda: lab.models.mlp([10**9]), r"hidden_layers=\[1000000000\]"),
        (lambda: lab.models.mlp("[200, 1000000000]"), r"hidden_layers='\[200, 1000000000\]'"),
        (lambda: lab.models.mlp([10**150, 10**150]), r"hidden_layers=\["),
        (lambda: lab.models.cnn(filters=[10**9]), r"filters=\[1000000000\]"),
        (lambda: lab.models.cnn([10**6, 10**6], kernel_size=28), r"filters=\[1000000, 1000000\]"),
    ],
)
def test_a_network_that_no_machine_can_hold_is_refused_by_name_before_it_is_built(build, name):
    with pytest.raises(ValueError, match=name) as error:
        build()
    message = str(error.value)
    assert "cannot be used: expected a network that fits into memory: this one has" in message
    assert re.search(r"need (about 10\^\d+|[\d,]+) GB, and this process may use [\d.]+ GB", message)
    assert len(message) < 300


@pytest.mark.parametrize(
    "build",
    [
        lambda: lab.models.one_hidden_layer(units=7),
        lambda: lab.models.mlp([5, 9, 3]),
        lambda: lab.models.mlp([5, 9, 3], batch_normalization=True),
        lambda: lab.models.cnn([3]),
        lambda: lab.models.cnn([3, 5], kernel_size=5, convolutions=2),
        lambda: lab.models.cnn([2, 3, 4, 5]),
    ],
)
def test_a_network_fits_exactly_if_four_bytes_per_weight_fit(monkeypatch, build):
    """Keras counts the weights; the memory of the machine is set to them, and to one byte less."""
    need = 4 * build().count_params()
    monkeypatch.setattr(machine, "memory_limit", lambda: need)
    build()
    monkeypatch.setattr(machine, "memory_limit", lambda: need - 1)
    with pytest.raises(ValueError, match=f"this one has {need // 4:,} weights"):
        build()
