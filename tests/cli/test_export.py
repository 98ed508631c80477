"""`mnist-lab export` writes pages and files of networks, and overwrites nothing unasked."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import mnist_lab as lab
from mnist_lab import needs
from mnist_lab.cli.app import app


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MNIST_LAB_DATA", "sample")


@pytest.fixture
def network(tmp_path: Path) -> Path:
    lab.models.mlp([5], seed=3).save(tmp_path / "mine.keras")
    return tmp_path / "mine.keras"


def run(*words: str | Path):
    return CliRunner().invoke(app, ["export", *map(str, words)])


def test_without_a_network_it_writes_the_courses_page(tmp_path: Path):
    done = run("--to", tmp_path / "out" / "read.html")
    assert done.exit_code == 0, done.output
    assert "CNN" in (tmp_path / "out" / "read.html").read_text(encoding="utf-8")


def test_networks_of_ones_own_are_compared_with_their_page(tmp_path: Path, network: Path):
    done = run(network, "--to", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    assert "mine: " in done.output and "of 1,000 test digits are read as before" in done.output
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "mine" in page and "CNN" not in page


def test_without_digits_to_compare_the_file_is_written_all_the_same(
    tmp_path: Path, network: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path / "absent"))
    done = run(network, "--to", tmp_path / "page.html")
    assert done.exit_code == 0, done.output
    assert "Not compared with Keras" in done.stderr and "no such file or folder" in done.stderr
    assert (tmp_path / "page.html").exists()


@pytest.mark.needs_export
def test_a_file_is_run_and_compared(tmp_path: Path, network: Path):
    done = run(network, "--to", tmp_path / "mine.onnx")
    assert done.exit_code == 0, done.output
    assert "mine: 1,000 of 1,000 test digits are read as before" in done.output


def test_nothing_is_overwritten_unless_it_is_asked_for(tmp_path: Path, network: Path):
    output = tmp_path / "page.html"
    output.write_text("mine", encoding="utf-8")
    done = run(network, "--to", output)
    assert done.exit_code == 2 and "--overwrite" in done.output
    assert output.read_text(encoding="utf-8") == "mine"
    assert run(network, "--to", output, "--overwrite").exit_code == 0
    assert "canvas" in output.read_text(encoding="utf-8")


def test_what_cannot_be_exported_is_refused_in_a_sentence(
    tmp_path: Path, network: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "other").mkdir()
    same = tmp_path / "other" / "mine.keras"
    for words, message in (
        ((network, "--to", tmp_path / "mine.pb"), "ends in .html, .onnx or .tflite"),
        (("--to", tmp_path / "mine.onnx"), "holds one network, not 0"),
        ((network, network, "--to", tmp_path / "mine.tflite"), "holds one network, not 2"),
        ((network, same, "--to", tmp_path / "page.html"), "have the same name"),
        ((tmp_path / "absent.keras", "--to", tmp_path / "page.html"), "absent.keras"),
        ((network, "--to", tmp_path / "mine.keras" / "page.html"), "cannot be written"),
    ):
        done = run(*words)
        assert done.exit_code == 2, done.output
        assert message in " ".join(done.output.split())
    needs.require.cache_clear()
    monkeypatch.setattr(needs, "missing", lambda modules: list(modules))
    done = run(network, "--to", tmp_path / "mine.onnx")
    assert done.exit_code == 2
    assert "pip install tf2onnx onnxruntime" in " ".join(done.output.split())
    assert {path.name for path in tmp_path.iterdir()} == {"mine.keras", "other"}
