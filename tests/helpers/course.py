"""The course's notebooks with other parameters, and what each run of them must have reached."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mnist_lab.records import read_record
from mnist_lab.runs.notebook import validate_run
from tests.helpers.machine import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAD = "09_your_own_digits"  # the notebook with the drawing pad
# Below these a quick run (3,000 digits or the sample, a few epochs) is broken; a guesser has 0.11.
LEAST_ACCURACY = {
    "single_layer": 0.70,
    "one_hidden_layer": 0.85,
    "mlp": 0.86,
    "cnn": 0.80,
    "separable_cnn": 0.70,
}
# Other parameters for those that tests run one by one, partly as the text that papermill and
# YAML hand over.
VARIATIONS: dict[str, dict[str, Any]] = {
    "01_single_layer": {"batch_size": 32, "learning_rate": "1e-3", "seed": 7},
    "09_your_own_digits": {"pages": "5", "epochs": "10"},
}


def _as_python_reads_it(value: object) -> object:
    """Return the number or list that a text means; anything else as it is."""
    try:
        return ast.literal_eval(value) if isinstance(value, str) else value
    except (ValueError, SyntaxError):
        return value


def assert_quick_run_reads_digits(notebook: Path, changes: Mapping[str, Any]) -> None:
    """Check an executed notebook: a clean run of quick values and these, which learned to read."""
    assert validate_run(notebook) == []
    record = read_record(notebook)
    assert record.notebook == notebook.stem
    assert record.data.train == 3000
    assert record.data.source in {"mnist", "sample"}
    read = {name: _as_python_reads_it(value) for name, value in changes.items()}
    assert {name: record.parameters[name] for name in changes} == read
    assert record.test_accuracy > LEAST_ACCURACY[record.model]
    assert record.validation_accuracy is not None
    assert record.validation_accuracy > LEAST_ACCURACY[record.model]
    assert record.interval[0] < record.test_accuracy < 1
