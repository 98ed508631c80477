"""Networks that others trained are read for what they expect, or refused with the way out."""

import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.backend import keras
from mnist_lab.mnist_reference import reference

layers = keras.layers
DIGITS = lab.load_digits("sample")
INK = np.ones((28, 28))


def templates(end: str | None, *front: keras.layers.Layer, scale: float = 1.0) -> keras.Sequential:
    """Return a network without training: it compares a digit with MNIST's mean digits.

    Args:
        end: The activation of its outputs.
        *front: Its first layers, an Input first, the last one flat.
        scale: What the pixels that it expects are divided by.
    """
    means = reference().means.reshape(10, 784).astype(np.float64) / 255
    kernel = (means - means.mean(axis=0)).T
    bias = -(means**2).sum(axis=1) / 2
    model = keras.Sequential([*front, layers.Dense(10, end, name="output")])
    model.layers[-1].set_weights([kernel / scale, bias])
    return model


PLAIN = templates("softmax", keras.Input((28, 28)), layers.Flatten())
EXPECTED = lab.evaluate(PLAIN, DIGITS.test).accuracy


def loaded(tmp_path: Path, model: keras.Model, name: str = "m.keras") -> keras.Model:
    model.save(tmp_path / name)
    return lab.models.load(tmp_path / name)


def test_the_network_of_these_tests_reads_digits(tmp_path, capsys):
    assert EXPECTED > 0.75
    assert lab.evaluate(loaded(tmp_path, PLAIN), DIGITS.test).accuracy == EXPECTED
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (templates("softmax", keras.Input((784,)), layers.Reshape((784,))), "takes 784 numbers"),
        (templates("softmax", keras.Input((28, 28, 1)), layers.Flatten()), ""),
        (
            templates(
                "softmax",
                keras.Input((28, 28, 3)),
                layers.Conv2D(
                    1, 1, use_bias=False, kernel_initializer=keras.initializers.Constant(1 / 3)
                ),
                layers.Flatten(),
            ),
            "takes color (the gray is repeated)",
        ),
        (templates(None, keras.Input((28, 28)), layers.Flatten()), "ends in logits"),
        (
            templates(
                "softmax", keras.Input((28, 28, 1)), layers.Rescaling(1 / 255), layers.Flatten()
            ),
            "expects pixels from 0 to 255 (they are multiplied)",
        ),
        (
            templates("softmax", keras.Input((28, 28)), layers.Rescaling(-1, 1), layers.Flatten()),
            "they are inverted",
        ),
        (
            templates("softmax", keras.Input((28, 28)), layers.Permute((2, 1)), layers.Flatten()),
            "expects transposed digits",
        ),
        (templates(None, keras.Input((784,)), layers.Rescaling(1 / 255)), "784.*0 to 255.*log"),
    ],
    ids=["flat", "channel", "color", "logits", "rescaling", "inverted", "transposed", "all"],
)  # fmt: skip
def test_a_network_of_another_kind_reads_as_well_and_a_line_says_what_was_done(
    tmp_path, capsys, model, words
):
    """Each is the plain network behind another entrance or end, so that it must read the same."""
    found = loaded(tmp_path, model)
    printed = capsys.readouterr().out
    assert lab.evaluate(found, DIGITS.test).accuracy == pytest.approx(EXPECTED, abs=0.003)
    assert printed.count("\n") == bool(words)
    for part in words.split(".*"):
        assert part in printed
    # The figures of the course look at the layers one by one.
    assert [layer.name for layer in lab.evaluation.weighted_layers(found)][-1] == "output"


def test_a_network_that_is_no_sequence_becomes_one_layer(tmp_path):
    image = keras.Input((784,))
    sides = [layers.Dense(4)(image), layers.Dense(6)(image)]
    model = keras.Model(image, layers.Concatenate()(sides))
    result = lab.evaluation.predict(loaded(tmp_path, model), DIGITS.test.images[:5])
    logits = np.asarray(model(DIGITS.test.images[:5].reshape(5, 784)), np.float64)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(result.probabilities, expected, atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "outputs", "words"),
    [
        ((32, 32, 1), 10, r"takes \(32, 32, 1\) and returns \(10,\)"),
        ((28, 28), 26, r"takes \(28, 28\) and returns \(26,\)"),
    ],
)
def test_a_network_for_other_images_or_classes_is_refused(tmp_path, shape, outputs, words):
    model = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(outputs)])
    with pytest.raises(ValueError, match=rf"m\.keras: {words}; expected images of 28 x 28"):
        loaded(tmp_path, model)


def test_a_network_whose_training_failed_is_refused(tmp_path):
    model = keras.models.clone_model(PLAIN)
    model.set_weights([np.full_like(weight, np.nan) for weight in PLAIN.get_weights()])
    with pytest.raises(ValueError, match=r"m\.keras: returns NaN or infinity.*training failed"):
        loaded(tmp_path, model)


def test_an_untrained_network_is_called_so(tmp_path, capsys):
    loaded(tmp_path, lab.models.mlp([5]))
    assert "of 10 typical digits of MNIST, so it may be untrained" in capsys.readouterr().out


# Files of Keras 2


def as_keras_2(path: Path, change=lambda config: config) -> None:
    """Rewrite a .h5 file's description as Keras 2.4 wrote it."""
    config = {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 28, 28],
                 "dtype": "float32", "sparse": False, "ragged": False, "name": "flatten_input"}},
                {"class_name": "Flatten", "config": {"name": "flatten", "trainable": True,
                 "batch_input_shape": [None, 28, 28], "dtype": "float32"}},
                {"class_name": "Dense", "config": {"name": "output", "trainable": True,
                 "dtype": "float32", "units": 10, "activation": "linear", "use_bias": True,
                 "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
                 "bias_initializer": {"class_name": "Zeros", "config": {}}}},
            ],
        },
    }  # fmt: skip
    with h5py.File(path, "a") as file:
        file.attrs["model_config"] = json.dumps(change(config))
        file.attrs["keras_version"] = "2.4.0"


@pytest.fixture
def old(tmp_path):
    """Return the path of a .h5 file with logits, to be rewritten."""
    templates(None, keras.Input((28, 28)), layers.Flatten(name="flatten")).save(tmp_path / "m.h5")
    return tmp_path / "m.h5"


def test_a_file_of_keras_2_is_read_and_its_version_said(old, capsys, recwarn):
    as_keras_2(old)
    found = lab.models.load(old)
    assert lab.evaluate(found, DIGITS.test).accuracy == pytest.approx(EXPECTED, abs=0.003)
    assert "Notice: m.h5: saved by Keras 2.4.0 (model.save('name.keras')" in capsys.readouterr().out
    old.rename(old.with_suffix(".model"))
    assert lab.evaluate(lab.models.load(old.with_suffix(".model")), DIGITS.test)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda c: {**c, "config": {**c["config"], "layers": [*c["config"]["layers"],
             {"class_name": "Lambda", "config": {"name": "x", "function": ["abc", None, None]}}]}},
            "holds a Lambda layer, which may run its author's code",
        ),
        (
            lambda c: json.loads(json.dumps(c).replace('"units": 10', '"units": 1000000000')),
            "its description promises 785,000,000,000 weights, its file holds 7,850",
        ),
        (
            lambda c: json.loads(json.dumps(c).replace("Flatten", "Attention2000")),
            "a .h5 model of Keras 2.4.0 that cannot be read here",
        ),
        (lambda c: [], "describes no network"),
    ],
)  # fmt: skip
def test_a_file_of_keras_2_that_would_do_harm_or_is_unknown_is_refused(old, change, words):
    as_keras_2(old, change)
    with pytest.raises(ValueError) as error:
        lab.models.load(old)
    assert str(error.value).startswith("m.h5: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_weights_alone_say_how_to_use_them(tmp_path):
    PLAIN.save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(ValueError, match=r"holds weights without their network.*load_weights"):
        lab.models.load(tmp_path / "m.weights.h5")


def test_a_damaged_h5_file_is_refused(old):
    old.write_bytes(old.read_bytes()[:2000])
    with pytest.raises(ValueError, match=r"m\.h5: a \.h5 model of Keras of an unknown version"):
        lab.models.load(old)


def test_a_keras_archive_of_keras_2_is_named_with_the_way_to_convert_it(tmp_path):
    PLAIN.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(contents["config.json"])
    config["config"]["layers"][1]["config"]["batch_input_shape"] = [None, 28, 28]
    contents |= {
        "config.json": json.dumps(config).encode(),
        "metadata.json": b'{"keras_version": "2.15.0"}',
    }
    with zipfile.ZipFile(tmp_path / "old.keras", "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match=r"old\.keras: was saved by Keras 2\.15\.0.*tf_keras"):
        lab.models.load(tmp_path / "old.keras")


def test_a_saved_model_folder_is_named_with_its_version(tmp_path):
    from tensorflow.core.protobuf import saved_model_pb2

    description = saved_model_pb2.SavedModel()
    description.meta_graphs.add().meta_info_def.tensorflow_version = "2.4.1"
    (tmp_path / "my_model").mkdir()
    (tmp_path / "my_model" / "saved_model.pb").write_bytes(description.SerializeToString())
    with pytest.raises(ValueError, match=r"my_model: is a SavedModel folder of TensorFlow 2\.4\.1"):
        lab.models.load(tmp_path / "my_model")
    (tmp_path / "my_model" / "saved_model.pb").write_bytes(b"\xff\xff")
    with pytest.raises(ValueError, match="my_model: is a SavedModel folder, as Keras 2"):
        lab.models.load(tmp_path / "my_model")


def test_networks_of_other_libraries_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.pt", "w") as archive:
        archive.writestr("m/data.pkl", b"x")
    (tmp_path / "m.tflite").write_bytes(b"\x1c\0\0\0TFL3")
    (tmp_path / "m.pkl").write_bytes(b"\x80\x04K\x01.")
    for name, words in (("m.pt", "PyTorch"), ("m.tflite", "TensorFlow Lite"), ("m.pkl", "pickle")):
        with pytest.raises(ValueError, match=rf"{name}: is a .*{words}.*only networks of Keras"):
            lab.models.load(tmp_path / name)
