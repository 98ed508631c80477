"""`mnist-lab predict` writes what Kaggle takes, and overwrites nothing unasked."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import mnist_lab as lab
from mnist_lab.cli.app import app
from mnist_lab.data import formats

SAMPLE = formats.load_sample()
IMAGES, LABELS = SAMPLE.test_images[:200], SAMPLE.test_labels[:200]


def run(*words: str | Path):
    return CliRunner().invoke(app, ["predict", *map(str, words)])


def write(path: Path, *columns: np.ndarray) -> Path:
    names = [f"pixel{at}" for at in range(784)]
    names = ["label", *names] if len(columns) == 2 else names
    rows = np.column_stack([column.reshape(200, -1) for column in columns])
    np.savetxt(path, rows, "%d", ",", header=",".join(names), comments="")
    return path


@pytest.fixture
def unlabeled(tmp_path: Path) -> Path:
    return write(tmp_path / "test.csv", IMAGES)


def test_the_courses_network_labels_kaggles_file(tmp_path: Path, unlabeled: Path):
    done = run(unlabeled, "--output", tmp_path / "out" / "s.csv")
    assert done.exit_code == 0, done.output
    assert "200 digits predicted by the course's own network" in done.output
    lines = (tmp_path / "out" / "s.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "ImageId,Label"
    numbers, predictions = np.array([line.split(",") for line in lines[1:]], int).T
    assert numbers.tolist() == list(range(1, 201))
    assert np.mean(predictions == LABELS) > 0.98
    model = lab.models.pretrained("cnn")
    outputs = np.asarray(model(IMAGES.astype(np.float32) / np.float32(255)))
    np.testing.assert_array_equal(predictions, outputs.argmax(axis=1))


def test_a_network_of_ones_own_labels_the_digits(tmp_path: Path, unlabeled: Path):
    model = lab.models.mlp([5], seed=3)
    model.save(tmp_path / "mine.keras")
    done = run(unlabeled, "--model", tmp_path / "mine.keras", "--output", tmp_path / "s.csv")
    assert done.exit_code == 0, done.output
    assert "predicted by mine.keras" in done.output
    predictions = np.loadtxt(tmp_path / "s.csv", int, delimiter=",", skiprows=1)[:, 1]
    outputs = np.asarray(model(IMAGES.astype(np.float32) / np.float32(255)))
    np.testing.assert_array_equal(predictions, outputs.argmax(axis=1))


def test_labels_in_the_file_are_compared_with(tmp_path: Path):
    path = write(tmp_path / "train.csv", LABELS, IMAGES)
    done = run(path, "--output", tmp_path / "s.csv")
    predictions = np.loadtxt(tmp_path / "s.csv", int, delimiter=",", skiprows=1)[:, 1]
    assert f"{np.mean(predictions == LABELS):.2%} of them as they are labeled in train.csv" in (
        done.output
    )


def test_nothing_is_overwritten_unless_it_is_asked_for(tmp_path: Path, unlabeled: Path):
    output = tmp_path / "s.csv"
    output.write_text("mine", encoding="utf-8")
    done = run(unlabeled, "--output", output)
    assert done.exit_code == 2
    assert "--overwrite" in done.output
    assert output.read_text(encoding="utf-8") == "mine"
    assert run(unlabeled, "--output", output, "--overwrite").exit_code == 0
    assert output.read_text(encoding="utf-8").startswith("ImageId,Label\n1,")


def test_a_file_or_network_that_cannot_be_used_is_refused_and_nothing_written(tmp_path: Path):
    (tmp_path / "test.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    output = tmp_path / "s.csv"
    for words, message in (
        ((tmp_path / "test.csv",), "expected the 784 pixels"),
        ((tmp_path / "absent.csv",), "no such file"),
        ((tmp_path / "test.csv", "--model", tmp_path / "absent.keras"), "absent.keras"),
    ):
        done = run(*words, "--output", output)
        assert done.exit_code == 2
        assert message in " ".join(done.output.split())
        assert not output.exists()
    assert "is a folder" in run(tmp_path / "test.csv", "--output", tmp_path).output
