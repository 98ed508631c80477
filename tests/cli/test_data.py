"""`mnist-lab data` says which digits there are and where, or what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mnist_lab.cli.app import app
from mnist_lab.data import download


def run(*words: str | Path):
    return CliRunner().invoke(app, ["data", *map(str, words)])


def test_it_says_which_digits_there_are():
    done = run("--source", "sample")
    assert done.exit_code == 0
    assert "SAMPLE" in done.output


def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path):
    done = run("--source", tmp_path / "missing")
    assert done.exit_code == 2
    assert "no such file" in done.output


def test_a_misspelled_word_is_refused_with_the_words_there_are():
    done = run("--source", "sampel")
    assert done.exit_code == 2
    assert "auto, mnist, sample" in " ".join(done.output.split())


def test_a_path_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    done = run("--source", "digits")
    assert done.exit_code == 2
    assert "digits: has no digits in it" in done.output


@pytest.mark.needs_mnist
def test_it_says_where_a_download_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnist):
    monkeypatch.delenv("MNIST_LAB_DATA", raising=False)
    monkeypatch.setattr(download, "cached", lambda: (mnist, tmp_path / "mnist.npz"))
    done = run()
    assert done.exit_code == 0, done.output
    assert "MNIST (content verified)" in done.output
    assert f"Kept at {tmp_path / 'mnist.npz'}" in done.output.replace("\n", "")
