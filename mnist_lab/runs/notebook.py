"""Runs one notebook with papermill in a process of its own, and checks that the run is good."""

import json
import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from mnist_lab import checks, ipynb
from mnist_lab.records import Record, read_record, record_in
from mnist_lab.runs.process import execute
from mnist_lab.runs.yaml_values import read_yaml

# How a parameter's help comment names the value for a quick run, at its end: "... (quick: 2)".
_QUICK = re.compile(r"\(quick: (?P<value>.+)\)\s*$")


class Parameter(TypedDict):
    """A parameter of a notebook as papermill reads it: strings, some of which may be empty."""

    name: str
    inferred_type_name: str
    default: str
    help: str


@dataclass(frozen=True)
class NotebookRun:
    """The result of one run of a notebook.

    Attributes:
        notebook: The notebook's file name without .ipynb.
        path: The executed notebook, if the run is good.
        record: The record of the run; None if the run is not good.
        problem: What went wrong; "" if the run is good.
        seconds: The time of the whole run, in seconds, without waiting for other notebooks.
    """

    notebook: str
    path: Path
    record: Record | None
    problem: str
    seconds: float


def notebook_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters of a notebook by name, in their order.

    Args:
        notebook: A notebook with a cell that is tagged "parameters".

    Returns:
        What papermill reads in that cell; {} if there is no such cell.

    Raises:
        NotebookError: The file is no notebook.
    """
    from papermill import inspect_notebook

    ipynb.read(notebook)
    try:
        return inspect_notebook(str(notebook))
    except Exception as error:  # nbformat and papermill raise errors of many types
        reason = f"{type(error).__name__}: {error}"
        raise ipynb.NotebookError(
            f"{notebook.name}: papermill cannot read its parameters ({reason})."
        ) from error


def quick_values(notebook: Path) -> dict[str, Any]:
    """Return the values for a quick run, which the help comments of a notebook's parameters name.

    Args:
        notebook: A notebook whose parameters have comments such as "# passes (quick: 2)".

    Returns:
        Values by the parameters' names; parameters without a quick value are left out.

    Raises:
        NotebookError: The file is no notebook.
        ValueError: A quick value cannot be read.

    Example:
        >>> notebook = lab.files.course_folder() / "01_single_layer.ipynb"
        >>> quick_values(notebook)
        {'train_size': 3000, ...}
    """
    matches = {
        name: _QUICK.search(parameter["help"])
        for name, parameter in notebook_parameters(notebook).items()
    }
    values = {}
    for name, match in matches.items():
        if match:
            try:
                values[name] = read_yaml(match["value"])
            except ValueError as error:
                raise ValueError(
                    f"{notebook.name}: the quick value of {name}: {error}. Change it in the"
                    " notebook's parameters, as in (quick: 2)."
                ) from error
    return values


def validate_run(path: Path) -> list[str]:
    """Return what is wrong with an executed notebook.

    papermill reports "completed" after a dead kernel, a timed-out cell and an interrupt, so this
    function checks the notebook itself.

    Args:
        path: The executed notebook.

    Returns:
        One sentence per problem: errors, cells that were not run, no record; [] for a good run.
    """
    try:
        content = ipynb.read(path)
    except ipynb.NotebookError as error:
        return [str(error)]
    problems = []
    for index, cell in enumerate(content["cells"], start=1):
        if cell["cell_type"] != "code" or not cell["source"].strip():
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                error = checks.one_line(f"{output['ename']}: {output['evalue']}")
                problems.append(f"cell {index}: {error}")
        if cell["execution_count"] is None:
            problems.append(f"cell {index} was not run")
    try:
        record_in(content)
    except ValueError as error:
        problems.append(f"{path.name}: {error}")
    return problems


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    timeout: float = 3600.0,
    environment: Mapping[str, str] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    before_records: Callable[[], object] = lambda: None,
    interrupt: threading.Event | None = None,
) -> NotebookRun:
    """Run a notebook with papermill, and keep it if the run is good.

    A failed run leaves `output` as it was. The notebook is then saved beside it as
    NAME.failed.ipynb, executed up to the error, and the output of papermill as NAME.log.

    Args:
        notebook: The notebook to run.
        output: The file for the executed notebook.
        parameters: Values for the notebook's parameters, as JSON holds them.
        timeout: The limit for the whole run, in seconds.
        environment: Variables to add for the run.
        on_progress: A function to call at the start and after each code cell, with the number of
            cells that are done and the number of all cells.
        before_records: A function to call before the first cell that reads the records of other
            notebooks. The run goes on when it returns; its time does not count.
        interrupt: An event that stops the run, where a thread other than the main one calls this.

    Returns:
        The result of the run.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed, or `interrupt` was set.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    part, failed, log = (
        output.with_name(output.stem + end) for end in (".part.ipynb", ".failed.ipynb", ".log")
    )
    for leftover in (part, failed):
        leftover.unlink(missing_ok=True)
    try:
        ended = execute(
            [str(notebook), str(part), json.dumps(dict(parameters))],
            log,
            timeout,
            environment or {},
            on_progress,
            before_records,
            interrupt or threading.Event(),
        )
    except BaseException:
        for leftover in (part, log):
            leftover.unlink(missing_ok=True)
        raise
    if ended.stopped:
        problems = [f"stopped after its limit of {timeout:.0f} s"]
    else:
        problems = validate_run(part) if part.exists() else [_last_line(log)]
    if ended.code and not problems:
        problems = [f"papermill ended with exit code {ended.code}"]
    if problems:
        if part.exists():
            os.replace(part, failed)
        return NotebookRun(output.stem, output, None, problems[0], ended.seconds)
    record = read_record(part)
    os.replace(part, output)
    log.unlink()
    return NotebookRun(output.stem, output, record, "", ended.seconds)


def _last_line(log: Path) -> str:
    """Return the last line that papermill printed."""
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    return checks.one_line(lines[-1]) if lines else "papermill wrote nothing"
