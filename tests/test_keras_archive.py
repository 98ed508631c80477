"""A .keras file of anybody is loaded only if it holds a network for digits and nothing else."""

import io
import json
import re
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab import machine
from mnist_lab.backend import keras, tf


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "small.keras"
    lab.models.mlp([4]).save(path)
    return path


@pytest.fixture
def repack(saved, tmp_path):
    """Return a function that writes the saved model again, some of its files replaced."""

    def write(replacements, compression=zipfile.ZIP_STORED):
        with zipfile.ZipFile(saved) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
        path = tmp_path / "other.keras"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, content in (contents | replacements).items():
                if content is not None:
                    archive.writestr(name, content)
        return path

    return write


@pytest.fixture
def config(saved):
    with zipfile.ZipFile(saved) as archive:
        return json.loads(archive.read("config.json"))


def weights(make):
    """Return an HDF5 file that a function fills."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        make(file)
    return buffer.getvalue()


def refusal(path):
    with pytest.raises(ValueError) as error:
        lab.models.load(path)
    message = str(error.value)
    assert message.startswith(f"{Path(path).name}: ")
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_a_network_packed_again_is_loaded(repack):
    model = lab.models.load(repack({}, zipfile.ZIP_DEFLATED))
    assert model.count_params() == 785 * 4 + 50


def test_a_trained_network_with_its_optimizer_is_loaded_without_it(tmp_path):
    model = lab.models.cnn((2, 3), convolutions=2)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(np.zeros((8, 28, 28), np.float32), np.arange(8), verbose=0)
    model.save(tmp_path / "trained.keras")
    loaded = lab.models.load(tmp_path / "trained.keras")
    for a, b in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_lambda_layer_is_named_and_its_code_never_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(keras.saving, "load_model", pytest.fail)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Lambda(lambda x: x),
            keras.layers.Dense(10),
        ]
    )
    model.save(tmp_path / "code.keras")
    assert "holds a Lambda layer, which may run its author's code" in refusal(
        tmp_path / "code.keras"
    )


@pytest.mark.parametrize(
    ("module", "name"), [("os", "system"), ("kerasnot.layers", "Dense"), ("subprocess", "run")]
)
def test_a_part_from_another_package_is_named(repack, config, module, name):
    config["config"]["layers"][1] |= {"module": module, "class_name": name}
    message = refusal(repack({"config.json": json.dumps(config)}))
    assert f"needs {name} from {module}, and only layers of Keras are loaded" in message


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "assets/../../x", "C:\\x", "..\\x"])
def test_a_file_that_leads_out_of_the_archive_is_named(repack, name):
    assert "leads out of the archive" in refusal(repack({name: b"x"}))


def test_a_bomb_is_refused_by_its_ratio_before_it_is_unpacked(repack, monkeypatch):
    path = repack({"model.weights.h5": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(zipfile.ZipFile, "open", pytest.fail)
    assert "times smaller than it is, as in a file made to fill memory" in refusal(path)


def test_a_long_description_is_refused_before_it_is_read(repack):
    path = repack({"config.json": b" " * 10_000_001})
    assert "its config.json has 10,000,001 bytes" in refusal(path)


def test_weights_larger_than_memory_are_refused_before_they_are_read(saved, monkeypatch):
    monkeypatch.setattr(machine, "memory_limit", lambda: 10_000)
    assert "its weights take 0.0 GB, and this process may use 0.0 GB" in refusal(saved)


def test_an_array_that_is_larger_than_its_file_is_refused(repack):
    """HDF5 stores nothing for an array that was never filled: two terabytes in 3 kB."""
    content = weights(
        lambda file: file.create_dataset("w", (500_000, 1_000_000), "f4", chunks=True)
    )
    assert "its weights take 2,000.0 GB" in refusal(repack({"model.weights.h5": content}))


def elsewhere(shape):
    layout = h5py.VirtualLayout(shape, "u1")
    layout[:] = h5py.VirtualSource("/etc/passwd", "w", shape)
    return layout


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: f.__setitem__("w", h5py.ExternalLink("/etc/passwd", "/")), "links"),
        (lambda f: f.__setitem__("w", h5py.SoftLink("/elsewhere")), "links"),
        (
            lambda f: f.create_dataset("w", (4,), "u1", external=[("/etc/passwd", 0, 4)]),
            "kept in other files",
        ),
        (
            lambda f: f.create_virtual_dataset("w", elsewhere((4,))),
            "kept in other files",
        ),
    ],
)
def test_weights_from_other_files_are_not_read(repack, make, words):
    assert words in refusal(repack({"model.weights.h5": weights(make)}))


def test_groups_that_hold_each_other_are_looked_at_once(repack):
    """Sixty floors with two doors each are 2**60 paths to the last."""

    def maze(file):
        group = file
        for _ in range(60):
            group["a"] = group["b"] = group.create_group("next")
            group = group["next"]
        group["back"] = file

    assert "promises 3,190 weights, its file holds 0" in refusal(
        repack({"model.weights.h5": weights(maze)})
    )


@pytest.mark.parametrize(
    ("layer", "key", "value"),
    [
        (2, "units", 10**9),
        (2, "units", 5),
        (0, "batch_shape", [None, 28, 10**9]),
    ],
)
def test_a_description_of_more_weights_than_the_file_holds_is_refused_before_they_are_made(
    repack, config, layer, key, value
):
    """The description alone would make Keras ask for terabytes."""
    config["config"]["layers"][layer]["config"][key] = value
    for part in (config, *config["config"]["layers"]):
        part.pop("build_config", None)
    message = refusal(repack({"config.json": json.dumps(config)}))
    assert re.search(r"its description promises [\d,]+ weights, its file holds 3,190\.$", message)


@pytest.mark.parametrize("content", ["[]", "{}", "null", "3", '{"config": 3}'])
def test_a_description_of_no_network_says_so(repack, content):
    assert "describes no network" in refusal(repack({"config.json": content}))


@pytest.mark.parametrize(
    "replacements",
    [
        {"config.json": None},
        {"model.weights.h5": None},
        {"config.json": "{"},
        {"config.json": "[" * 100_000},
        {"config.json": b"\xff\xfe"},
        {"model.weights.h5": b"no HDF5"},
        {"model.weights.h5": b""},
    ],
)
def test_a_damaged_part_says_that_it_is_no_model(repack, replacements):
    assert "not a model saved by Keras (" in refusal(repack(replacements))


@pytest.mark.parametrize("end", [0, 1, 100, -1, -100])
def test_a_file_cut_short_says_that_it_is_no_model(saved, tmp_path, end):
    path = tmp_path / "cut.keras"
    path.write_bytes(saved.read_bytes()[:end])
    assert "not a model saved by Keras (" in refusal(path)


def test_a_layer_in_the_place_of_a_model_says_that_it_is_no_model(repack, config):
    layer = config["config"]["layers"][2]
    assert "not a model saved by Keras (" in refusal(repack({"config.json": json.dumps(layer)}))


def test_a_network_of_two_inputs_says_what_is_expected(tmp_path):
    inputs = [keras.Input((28, 28)), keras.Input((28, 28))]
    hidden = keras.layers.Flatten()(keras.layers.Add()(inputs))
    model = keras.Model(inputs, keras.layers.Dense(10)(hidden))
    model.save(tmp_path / "two.keras")
    assert "has several inputs or outputs; expected one of each" in refusal(tmp_path / "two.keras")


def test_memory_that_runs_out_while_keras_builds_is_a_sentence(saved, monkeypatch):
    def exhausted(*args, **kwargs):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating\nmore lines")

    monkeypatch.setattr(keras.saving, "load_model", exhausted)
    assert "not a model saved by Keras (OOM when allocating)" in refusal(saved)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=20))
def test_bytes_changed_anywhere_end_in_a_network_or_in_a_sentence(saved, tmp_path, changes):
    from mnist_lab.keras_archive import check

    content = bytearray(saved.read_bytes())
    for place, byte in changes:
        content[place % len(content)] = byte
    path = tmp_path / "changed.keras"
    path.write_bytes(content)
    try:
        check(path)
    except ValueError as error:
        assert str(error).startswith("changed.keras: ")
