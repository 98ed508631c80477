"""The record a run leaves in its notebook, and reading records back."""

import importlib.metadata
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mnist_lab.data.digits import Digits
from mnist_lab.files import course_folder

if TYPE_CHECKING:
    import keras

    from mnist_lab.evaluation.comparison import Comparison

MIME = "application/vnd.mnist-lab.result+json"
_SCHEMA = 1
_SHAPE = {
    "schema": int,
    "notebook": str,
    "model": str,
    "weights": int,
    "parameters": dict,
    "data": dict,
    "metrics": dict,
    "seconds": (int, float),
    "versions": dict,
}


@dataclass(frozen=True)
class Record:
    """What one run of one notebook found; displayed as a notebook's last output, it is kept there.

    content: schema, notebook, model, weights, parameters, data (source and sizes), metrics, seconds, versions.
    """

    content: dict[str, Any]

    @property
    def notebook(self) -> str:
        """The file name of the notebook without .ipynb."""
        return self.fields["notebook"]

    def __str__(self) -> str:
        metrics, low, high = (
            self.fields["metrics"],
            *self.fields["metrics"]["test_accuracy_interval"],
        )
        return (
            f"Record of {self.notebook}: {self.fields['model']} ({self.fields['weights']:,} weights) on"
            f" {self.fields['data']['source']}, test accuracy {metrics['test_accuracy']:.2%}"
            f" ({low:.2%} to {high:.2%}), {self.fields['seconds']:.1f} s of training"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {MIME: self.fields, "text/plain": str(self)}


def _plain(value: Any) -> Any:
    """Return NumPy's and Python's containers and numbers as what JSON holds; other things as their text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _checked(content: Any) -> Record:
    """Return a Record, or raise ValueError where the content is not one."""
    if not isinstance(content, dict) or content.get("schema") != _SCHEMA:
        raise ValueError(f"not a record of schema {_SCHEMA}")
    for key, kind in _SHAPE.items():
        if not isinstance(content.get(key), kind):
            raise ValueError(f"its record has no usable {key!r}: {content.get(key)!r}")
    metrics = content["metrics"]
    interval = metrics.get("test_accuracy_interval")
    accuracies = [
        metrics.get("test_accuracy"),
        *(interval if isinstance(interval, list) else [None]),
    ]
    if len(accuracies) != 3 or not all(
        type(value) in (int, float) and 0 <= value <= 1 for value in accuracies
    ):
        raise ValueError(f"its record has no test accuracy with an interval: {accuracies!r}")
    accuracy, low, high = accuracies
    if not low - 1e-9 <= accuracy <= high + 1e-9:
        raise ValueError(
            f"its record has a test accuracy of {accuracy} outside its interval {low} to {high}"
        )
    wrong = metrics.get("test_misclassified")
    if wrong is not None:
        total = content["data"].get("test")
        if (
            not isinstance(wrong, list)
            or not isinstance(total, int)
            or not all(type(n) is int and 0 <= n < total for n in wrong)
        ):
            raise ValueError(f"its record names mistakes that are no test digits, of {total!r}")
        if len(set(wrong)) != len(wrong) or abs(1 - len(wrong) / max(total, 1) - accuracy) > 1e-6:
            raise ValueError(
                f"its record names {len(wrong)} mistakes, which contradicts its test accuracy of {accuracy}"
            )
    try:
        json.dumps(content, allow_nan=False)
    except ValueError as error:
        raise ValueError(
            f"its record holds NaN or infinity, which JSON cannot keep ({error})"
        ) from error
    return Record(content)


def record(
    notebook: str,
    model: "keras.Model",
    digits: Digits,
    parameters: Mapping[str, Any],
    metrics: Mapping[str, Any],
    seconds: float,
) -> Record:
    """Return the record of a run; a notebook displays it in its last cell.

    notebook: the notebook's file name without .ipynb. model: the one that was tested. digits: what it was trained
    and tested on. parameters: those of the notebook's `parameters` cell. metrics: shares in [0, 1], with at least
    test_accuracy and its test_accuracy_interval; test_misclassified, the indices of the test digits read wrongly, lets the
    ladder compare runs digit by digit (Evaluation.metrics has all three). seconds: of training.
    Raises ValueError where a metric is missing or not a share.
    """
    packages = ("mnist_lab", "tensorflow", "keras", "numpy")
    content = {
        "schema": _SCHEMA,
        "notebook": notebook,
        "model": model.name,
        "weights": int(model.count_params()),
        "parameters": _plain(parameters),
        "data": {"source": digits.source, **digits.sizes},
        "metrics": _plain(metrics),
        "seconds": round(float(seconds), 2),
        "versions": {
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in packages},
        },
    }
    return _checked(content)


def read_record(path: Path) -> Record:
    """Return the record in an executed notebook; ValueError where the file is no notebook or has not exactly one."""
    try:
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        found = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{Path(path).name}: not a readable notebook ({error})") from error
    if len(found) != 1:
        raise ValueError(f"{Path(path).name}: expected one record, found {len(found)}")
    try:
        return _checked(found[0])
    except ValueError as error:
        raise ValueError(f"{Path(path).name}: {error}") from error


def read_records(folder: str | Path = "") -> list[Record]:
    """Return the records of the notebooks in a folder, in the order of their names; those without one are passed over.

    folder: "" takes the course's own notebooks.
    """
    records = []
    for path in sorted(
        Path(folder).expanduser().glob("*.ipynb") if folder else course_folder().glob("*.ipynb")
    ):
        try:
            records.append(read_record(path))
        except ValueError:
            continue
    return records


def records_up_to(run: Record, folder: str | Path = "") -> list[Record]:
    """Return the records of the notebooks before this run's in a folder ("" takes the course's own), then this run's."""
    return [record for record in read_records(folder) if record.notebook < run.notebook] + [run]


def compare_records(before: Record, after: Record) -> "Comparison | None":
    """Return how two runs differ on the same test digits; None where they were not asked the same ones, or it is not known."""
    from mnist_lab.evaluation.comparison import compare_counts

    tests = [
        (record.fields["data"].get("source"), record.fields["data"].get("test"))
        for record in (before, after)
    ]
    wrong = [record.fields["metrics"].get("test_misclassified") for record in (before, after)]
    if tests[0] != tests[1] or tests[0][0] == "files" or None in wrong:
        return None
    first, second = (set(mistakes) for mistakes in wrong)
    return compare_counts(len(second - first), len(first - second), tests[0][1])


def _improvement(before: Record | None, after: Record) -> str:
    """Return by how much a run beats the one before, and whether chance alone does as much (McNemar's test)."""
    comparison = compare_records(before, after) if before else None
    if comparison is None:
        return ""
    return f"{comparison.difference:+.2%}, {'more than chance' if comparison.significant else 'could be chance'}"


def ladder(records: list[Record]) -> pd.DataFrame:
    """Return one row a record: notebook, model, weights, data, test accuracy, its interval, the step, and seconds.

    The step is the difference to the record before, and whether it is more than chance (p below 0.05 in McNemar's
    test on the same test digits); empty where that cannot be said.
    """
    rows = [
        {
            "notebook": record.notebook,
            "model": record.fields["model"],
            "weights": f"{record.fields['weights']:,}",
            "data": f"{record.fields['data']['source']}, {record.fields['data']['train']:,}",
            "test accuracy": f"{record.fields['metrics']['test_accuracy']:.2%}",
            "95 % interval": "{:.2%} to {:.2%}".format(
                *record.fields["metrics"]["test_accuracy_interval"]
            ),
            "step": _improvement(before, record),
            "seconds": f"{record.fields['seconds']:.1f}",
        }
        for before, record in zip([None, *records], records, strict=False)
    ]
    return pd.DataFrame(rows).set_index("notebook") if rows else pd.DataFrame()
