"""The networks that come with the package are those that were tested, and read what was said."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab import pretrained as shipped
from mnist_lab.pretrained import NAMES, WITH_RECIPES, pretrained, record_of
from mnist_lab.training import course_networks
from mnist_lab.training.course_networks import is_pretrained_on, trained_network


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("name", WITH_RECIPES)
def test_it_has_the_layers_of_its_recipe(name: str):
    record = record_of(name)
    model, plan = pretrained(name), lab.recipe(name, record["recipe"])
    assert [layer.name for layer in model.layers] == [layer.name for layer in plan.model().layers]
    assert model.count_params() == record["weights"] == plan.model().count_params()
    assert record["training"] == plan.training
    assert record["network"] == plan.network


def test_the_reader_has_the_layers_of_the_cnn_and_a_threshold():
    model, record = pretrained("reader"), record_of("reader")
    twin = lab.models.cnn(**record["network"])
    assert [layer.name for layer in model.layers] == [layer.name for layer in twin.layers]
    assert model.count_params() == record["weights"] <= 30_000
    assert 0.1 < record["threshold"] < 1
    assert record["test_accuracy"] >= 0.994
    assert record["no_digits_refused"] > 0.8
    assert record["photo_digits_refused"] < 0.03


def test_its_weights_are_those_that_16_bits_hold(name: str):
    for weight in pretrained(name).get_weights():
        assert (weight == weight.astype(np.float16).astype(np.float32)).all()


def test_its_file_is_small(name: str):
    assert (shipped.FOLDER / f"{name}.keras").stat().st_size < 600_000


@pytest.mark.needs_mnist
def test_it_misreads_the_test_digits_of_its_record(name: str):
    digits, record = lab.load_digits("auto"), record_of(name)
    result = lab.evaluate(pretrained(name), digits.test)
    wrong = set(np.flatnonzero(result.predictions != digits.test.labels).tolist())
    # On another processor, a digit or two between two answers may fall to the other side.
    assert len(wrong ^ set(record["test_misclassified"])) <= 4
    assert result.accuracy == pytest.approx(record["test_accuracy"], abs=5e-4)
    validation = lab.evaluate(pretrained(name), digits.validation)
    assert validation.accuracy == pytest.approx(record["validation_accuracy"], abs=5e-4)


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for file in (*shipped.FOLDER.glob("*.keras"), *shipped.FOLDER.glob("*.json")):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    content = bytearray((tmp_path / "mlp.keras").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "mlp.keras").write_bytes(content)
    with pytest.raises(ValueError, match=r"mlp\.keras: is not the file that was tested"):
        pretrained("mlp")


def test_another_name_is_refused():
    expected = "expected one of single_layer, one_hidden_layer, mlp, cnn, reader"
    with pytest.raises(ValueError, match=f"name='resnet' cannot be used: {expected}"):
        pretrained("resnet")


def test_digits_that_it_has_learned_from_do_not_judge_it(name: str):
    record = record_of(name)
    sample = lab.load_digits("sample")
    assert not is_pretrained_on(name, sample, record["seed"])


@pytest.mark.needs_mnist
@pytest.mark.parametrize("name", WITH_RECIPES)
def test_it_is_taken_only_where_the_digits_are_divided_as_they_were(name: str):
    full = lab.load_digits("auto")
    assert is_pretrained_on(name, full, 0)
    assert not is_pretrained_on(name, full, 1)  # another seed draws other validation digits
    assert not is_pretrained_on(name, lab.load_digits("auto", train_size=3000), 0)


def test_a_file_comes_first(tmp_path: Path, capsys: pytest.CaptureFixture):
    model = lab.models.mlp([10], seed=3)
    model.save(tmp_path / "mine.keras")
    digits = lab.load_digits("sample", train_size=500)
    loaded = trained_network("mlp", digits, file=tmp_path / "mine.keras")
    assert capsys.readouterr().out.endswith("untrained.\nThe network in mine.keras.\n")
    for ours, theirs in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_other_digits_train_a_network_by_the_recipe(
    capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    asked = []
    monkeypatch.setattr(course_networks, "train", lambda *given, **named: asked.append(named))
    digits = lab.load_digits("sample", train_size=500)
    trained_network("mlp", digits, seed=2, recipe="quick")
    assert asked[0]["epochs"] == lab.recipe("mlp", "quick").training["epochs"]
    assert asked[0]["seed"] == 2
    assert "trained now on 500 digits, by the recipe quick" in capsys.readouterr().out
