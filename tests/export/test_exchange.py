"""Files for other programs answer as Keras does; what cannot be written or run is refused."""

from pathlib import Path

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import keras, needs
from mnist_lab.evaluation.prediction import outputs_in_batches
from mnist_lab.export import exchange_file, run_exchange_file

SUFFIXES = (".onnx", ".tflite")


@pytest.mark.needs_export
@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["single_layer", "cnn"])
def test_a_written_file_gives_all_test_digits_the_answers_of_keras(
    name: str, suffix: str, tmp_path: Path
):
    model, images = lab.models.pretrained(name), lab.load_digits("auto").test.images
    path = tmp_path / f"network{suffix}"
    assert exchange_file(model, path) == path.stat().st_size
    found, expected = run_exchange_file(path, images), outputs_in_batches(model, images)
    assert found.shape == (len(images), 10)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    np.testing.assert_array_equal(found.argmax(axis=1), expected.argmax(axis=1))


@pytest.mark.needs_export
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_is_no_network_is_named(suffix: str, tmp_path: Path):
    path = tmp_path / f"network{suffix}"
    images = np.zeros((1, 28, 28))
    with pytest.raises(ValueError, match="cannot be used: expected an existing file"):
        run_exchange_file(path, images)
    path.write_bytes(b"not a network")
    with pytest.raises(ValueError, match=rf"^network\{suffix}: cannot be run \("):
        run_exchange_file(path, images)


@pytest.mark.needs_export
def test_a_file_that_takes_other_images_is_named(tmp_path: Path):
    layers = [keras.Input((8, 8)), keras.layers.Flatten(), keras.layers.Dense(10)]
    model, path = keras.Sequential(layers), tmp_path / "small.onnx"
    model(np.zeros((1, 8, 8), np.float32))
    model.export(str(path), format="onnx", verbose=False)
    with pytest.raises(ValueError, match=r"^small\.onnx: cannot be run \(.*Write it anew"):
        run_exchange_file(path, np.zeros((1, 28, 28)))


def test_another_suffix_is_refused_before_anything_is_written(tmp_path: Path):
    model = lab.models.single_layer()
    for name in ("network.pb", "network"):
        with pytest.raises(ValueError, match=r"expected the name of a \.onnx or \.tflite file"):
            exchange_file(model, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.needs_export
def test_a_network_that_does_not_read_digits_is_refused_before_anything_is_written(tmp_path: Path):
    layers = keras.layers
    small = keras.Sequential([keras.Input((8, 8)), layers.Flatten(), layers.Dense(10)])
    letters = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(26)])
    for model, message in (
        (small, "does not take images of 28 x 28"),
        (letters, r"returns the shape \(1, 26\) for one image; expected ten"),
        ("mine.keras", "model='str' cannot be used: expected a network of Keras"),
    ):
        with pytest.raises(ValueError, match=message):
            exchange_file(model, tmp_path / "network.onnx")
    assert list(tmp_path.iterdir()) == []


def test_missing_packages_are_named_with_the_command_that_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    needs.require.cache_clear()
    monkeypatch.setattr(needs, "missing", lambda modules: list(modules))
    model = lab.models.single_layer()
    for suffix, packages in ((".onnx", "tf2onnx onnxruntime"), (".tflite", "ai-edge-litert")):
        with pytest.raises(ModuleNotFoundError, match=f"missing here .*: {packages}.*pip install"):
            exchange_file(model, tmp_path / f"network{suffix}")
    assert list(tmp_path.iterdir()) == []
