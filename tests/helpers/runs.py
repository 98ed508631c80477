"""Made-up runs of a sweep, and how its folder keeps them."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil

from mnist_lab.ipynb import KERNELSPEC
from mnist_lab.record_schema import MIME, SCHEMA


def record_content(
    parameters: dict[str, Any],
    validation: float | None = 0.9,
    test: float = 0.89,
    seconds: float | None = 1.0,
) -> dict[str, Any]:
    """Return a record as a notebook keeps it; without a validation accuracy if it is None."""
    metrics = {"test_accuracy": test, "test_accuracy_interval": [test - 0.04, test + 0.03]}
    return {
        "schema": SCHEMA,
        "notebook": "toy",
        "model": "mlp",
        "weights": 10,
        "parameters": parameters,
        "data": {"source": "sample", "train": 1000, "validation": 100, "test": 200},
        "metrics": metrics if validation is None else metrics | {"validation_accuracy": validation},
        "seconds": seconds,
        "versions": {"python": "3.12"},
    }


def write_notebook(path: Path, content: dict[str, Any]) -> None:
    """Write an executed notebook of one cell that displays this record."""
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {MIME: content}}]
    cell = {
        "cell_type": "code",
        "source": "run",
        "metadata": {},
        "execution_count": 1,
        "outputs": outputs,
    }
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")


def code_notebook(path: Path, *sources: str) -> Path:
    """Write a notebook of code cells that nobody has run, and return its path."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    book.metadata["kernelspec"] = KERNELSPEC
    nbformat.write(book, path)
    return path


def recording(notebook: str = "x", accuracy: float = 0.9) -> str:
    """Return the source of a cell that displays a record."""
    return (
        "import types\nimport mnist_lab as lab\n"
        "model = types.SimpleNamespace(name='mlp', count_params=lambda: 1)\n"
        "sizes = dict(train=1, validation=1, test=1)\n"
        "digits = types.SimpleNamespace(source='sample', sizes=sizes)\n"
        f"metrics = {{'test_accuracy': {accuracy}, 'test_accuracy_interval': [0.8, 0.95]}}\n"
        "result = types.SimpleNamespace(metrics=metrics)\n"
        f"run = lab.record({notebook!r}, model, digits, {accuracy}, result, 1, {{}})\n"
        "run"
    )


def write_about(folder: Path, name: str, **about: Any) -> None:
    """Write what a sweep keeps beside a run's notebook."""
    text = json.dumps({"name": name, **about})
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def write_run(folder: Path, name: str, content: dict[str, Any], seconds: float = 20.0) -> None:
    """Write a good run into a sweep's folder."""
    write_notebook(folder / f"{name}.ipynb", content)
    write_about(folder, name, problem="", seconds=seconds, host="here")


def wait_until(holds: Callable[[], object]) -> None:
    """Wait until something holds; fail after ten minutes, which no busy machine needs."""
    end = time.monotonic() + 600
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def has_ended(pid: int) -> bool:
    """Return whether a process runs no more, even if nobody has asked for its exit code yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
