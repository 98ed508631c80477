"""The records of runs: making, reading and comparing them, and the ladder, a table of them."""

import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_lab import checks, ipynb, requirements
from mnist_lab.data.dataset import Digits
from mnist_lab.files import course_folder
from mnist_lab.quantities import parameters, plain, quantities
from mnist_lab.record_schema import MIME, SCHEMA, Record, parse_record

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from mnist_lab.evaluation.comparison import Comparison
    from mnist_lab.evaluation.metrics import Evaluation


def record(
    notebook: str,
    model: "keras.Model",
    digits: Digits,
    validation_accuracy: float,
    result: "Evaluation",
    seconds: float | None,
    variables: Mapping[str, object],
    keep: str = "",
    rung: bool = True,
) -> Record:
    """Return the record of a run; a notebook displays it in its last cell.

    Args:
        notebook: The notebook's file name without .ipynb.
        model: The model that was tested.
        digits: The digits that it was trained and tested on.
        validation_accuracy: Of the model, a fraction.
        result: What `evaluate` returned for the test digits.
        seconds: The time of training the model, in seconds; None if it came trained.
        variables: The notebook's variables, `globals()`. Those with a type, such as
            `epochs: int = 5`, are its parameters.
        keep: Names of variables, with blanks between them: the numbers, words, lists, dicts,
            arrays and tables behind the sentences of the notebook. The record keeps their values.
        rung: Whether the run is a rung of the ladder.

    Returns:
        The record, with the versions of Python and of the packages added.

    Raises:
        ValueError: A value cannot be used, a name is unknown, or the variables hold too much.

    Example:
        >>> digits, model = lab.load_digits("sample"), lab.models.single_layer()
        >>> result = lab.evaluate(model, digits.test)
        >>> print(lab.record("my_notebook", model, digits, 0.1, result, 1.2, {}))
        Record of my_notebook: single_layer (7,850 weights) on sample, test accuracy ...
    """
    packages = ("mnist_lab", "tensorflow", "keras", "numpy")
    return parse_record(
        {
            "schema": SCHEMA,
            "notebook": notebook,
            "model": model.name,
            "weights": int(model.count_params()),
            "parameters": plain(parameters(variables)),
            "data": {"source": digits.source, **digits.sizes},
            "metrics": {"validation_accuracy": float(validation_accuracy), **plain(result.metrics)},
            "seconds": None if seconds is None else round(float(seconds), 2),
            "versions": {
                "python": platform.python_version(),
                **{name: requirements.installed(name) or "unknown" for name in packages},
            },
            "quantities": quantities(keep, variables),
            "rung": rung,
        }
    )


def record_in(content: dict[str, Any]) -> Record:
    """Return the record in the content of an executed notebook, as `ipynb.read` returns it.

    Raises:
        ValueError: It does not hold exactly one usable record.
    """
    records = ipynb.outputs(content, MIME)
    if len(records) != 1:
        raise ValueError(f"expected one record, but it holds {len(records)}.")
    return parse_record(records[0])


def read_record(path: str | Path) -> Record:
    """Return the record in an executed notebook.

    Args:
        path: The .ipynb file.

    Returns:
        The record that one of its cells displays.

    Raises:
        ValueError: The file is no notebook, or does not hold exactly one usable record.
    """
    content = ipynb.read(path)
    try:
        return record_in(content)
    except ValueError as error:
        raise ValueError(f"{Path(path).name}: {error}") from error


def _scan(folder: str | Path) -> tuple[Path, list[Record], list[str]]:
    """Return a folder, its records ordered by notebook, and why other notebooks have none."""
    path = Path(folder).expanduser() if folder else course_folder()
    if not path.is_dir():
        raise checks.invalid("folder", str(path), "an existing folder of executed notebooks")
    records, reasons = [], []
    for notebook in sorted(path.glob("*.ipynb")):
        try:
            records.append(read_record(notebook))
        except ValueError as error:
            reasons.append(str(error))
    return path, records, reasons


def read_records(folder: str | Path = "") -> list[Record]:
    """Return the records of the notebooks in a folder; notebooks without a record are skipped.

    Args:
        folder: A folder of executed notebooks; "" means the course's own.

    Returns:
        The records in the order of the notebooks' names, at least one.

    Raises:
        ValueError: The folder does not exist, or none of its notebooks holds a record.

    Example:
        >>> [record.notebook for record in lab.records.read_records()]
        ['01_single_layer', '02_one_hidden_layer', ...]
    """
    path, records, reasons = _scan(folder)
    if not records:
        first = f" ({reasons[0].rstrip('.')})" if reasons else ""
        expected = f"a folder of executed notebooks; none in it holds a record{first}"
        raise checks.invalid("folder", str(path), expected)
    return records


def records_up_to(run: Record, folder: str | Path = "") -> list[Record]:
    """Return the rungs of the notebooks before this run's notebook, then this run's record.

    Args:
        run: The record of this run.
        folder: A folder of executed notebooks, which may be empty; "" means the course's own.

    Returns:
        The records of rungs in the order of the notebooks' names; `run` is the last.

    Raises:
        ValueError: The folder does not exist.

    Example:
        >>> run = lab.records.read_records()[2]
        >>> [record.notebook[:2] for record in lab.records.records_up_to(run)]
        ['01', '02', '03']
    """
    _, records, _ = _scan(folder)
    before = [record for record in records if record.rung and record.notebook < run.notebook]
    return [*before, run]


def compare_records(before: Record, after: Record) -> "Comparison | None":
    """Return how two runs differ on the same test digits.

    The counts of digits that only one of the runs misclassified go into McNemar's test (1947).

    Args:
        before: The record of one run.
        after: The record of the other run.

    Returns:
        The comparison; None if the runs used different test digits, or if a record does not hold
        the indices of the misclassified digits.

    Example:
        >>> first, second, *_ = lab.records.read_records()
        >>> comparison = lab.records.compare_records(first, second)
        >>> bool(comparison.difference > 0.05), bool(comparison.significant)
        (True, True)
    """
    from mnist_lab.evaluation.comparison import compare_counts

    same_digits = (before.data.source, before.data.test) == (after.data.source, after.data.test)
    if not same_digits or before.data.source == "files":
        return None
    if before.misclassified is None or after.misclassified is None:
        return None
    first, second = set(before.misclassified), set(after.misclassified)
    return compare_counts(len(second - first), len(first - second), before.data.test)


def _improvement(before: Record | None, after: Record) -> str:
    """Return the gain over the previous run, and whether it is more than chance."""
    comparison = compare_records(before, after) if before else None
    if comparison is None:
        return ""
    return f"{100 * comparison.difference:+.2f} points, {comparison.verdict}"


def ladder(records: Sequence[Record]) -> "pd.DataFrame":
    """Return the ladder, the table of several runs in the order of the course.

    Args:
        records: The records of the runs.

    Returns:
        One row per record, by notebook: model, weights, data, test accuracy, 95 % interval,
        improvement and seconds, as text. The improvement is the difference to the row before, and
        whether it is more than chance (p below 0.05 in McNemar's test, 1947, on the same test
        digits); it is empty where `compare_records` returns None.

    Example:
        >>> lab.records.ladder(lab.records.read_records())["test accuracy"].head(2)
        notebook
        01_single_layer        92...%
        02_one_hidden_layer    98...%
        Name: test accuracy, dtype: ...
    """
    import pandas as pd  # slow to import, and nothing else here needs it

    columns = [
        "notebook",
        "model",
        "weights",
        "data",
        "test accuracy",
        "95 % interval",
        "improvement",
        "seconds",
    ]
    rows = [
        (
            record.notebook,
            record.model,
            f"{record.weights:,}",
            f"{record.data.source}, {record.data.train:,}",
            f"{record.test_accuracy:.2%}",
            "{:.2%} to {:.2%}".format(*record.interval),
            _improvement(before, record),
            record.seconds_text,
        )
        for before, record in zip([None, *records], records, strict=False)
    ]
    return pd.DataFrame(rows, columns=columns).set_index("notebook")
