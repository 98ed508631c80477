"""Runs one notebook with papermill in a process of its own, and judges whether the run is good."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mnist_lab.records import Record, read_record

# How a notebook names the value of a parameter for a quick run, at the end of its help comment: "... (quick: 2)".
_QUICK = re.compile(r"\(quick: (?P<value>.+)\)\s*$")
_PROGRESS = re.compile(r"(\d+)/(\d+)")


# papermill, watching its stdin: that closes when whoever started it dies, however it dies, and then papermill is
# interrupted, which makes it end its kernel. Nothing goes on computing for nobody.
_PAPERMILL = """
import os, signal, threading
def watch():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started it may ignore interrupts
threading.Thread(target=watch, daemon=True).start()
from papermill.__main__ import papermill
papermill()
"""


@dataclass(frozen=True)
class Run:
    """How one run of a notebook ended: its file and record where it is good, else what was wrong; seconds it took."""

    notebook: str
    path: Path
    record: Record | None
    problem: str
    seconds: float


def notebook_parameters(notebook: Path) -> dict[str, Any]:
    """Return papermill's reading of a notebook's parameters: name -> Parameter (inferred_type_name, default, help)."""
    from papermill import inspect_notebook

    return inspect_notebook(str(notebook))


def quick_values(notebook: Path) -> dict[str, Any]:
    """Return the values for a quick run that a notebook's parameters name in their help texts."""
    found = {name: _QUICK.search(parameter["help"]) for name, parameter in notebook_parameters(notebook).items()}
    return {name: yaml.safe_load(match["value"]) for name, match in found.items() if match}


def validate_run(path: Path) -> list[str]:
    """Return what is wrong with an executed notebook: cells not run, error outputs, no record; [] for a good run.

    papermill's own word is not asked: it says "completed" after a dead kernel, a timed-out cell and an interrupt.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        return [f"the executed notebook cannot be read ({error})"]
    found = []
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                found.append(f"cell {number}: {output['ename']}: {output['evalue']}".strip())
        if cell["execution_count"] is None:
            found.append(f"cell {number} was not run")
    try:
        read_record(path)
    except ValueError as error:
        found.append(str(error))
    return found


def _stop(process: subprocess.Popen) -> None:
    """End papermill together with the kernel it started."""
    if os.name == "posix":
        # The kernel leads a group of its own; papermill ends it when it is interrupted.
        process.send_signal(signal.SIGINT)
    else:
        process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, Any],
    timeout: float = 3600.0,
    environment: Mapping[str, str] | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Run:
    """Run a notebook with papermill and keep it at `output` if the run is good.

    parameters: handed over as YAML, so numbers, text, lists and null keep their types. timeout: seconds the whole run
    may take. environment: variables added for the run. on_progress: called with the cells done and in all.

    A bad run leaves `output` as it was; the notebook as far as it came is kept beside it as NAME.failed.ipynb, and
    what papermill printed as NAME.log.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    part, failed, log = (output.with_name(output.stem + end) for end in (".part.ipynb", ".failed.ipynb", ".log"))
    for leftover in (part, failed):
        leftover.unlink(missing_ok=True)
    command = [sys.executable, "-c", _PAPERMILL, str(notebook), str(part), "--no-report-mode", "--progress-bar"]
    command += ["--parameters_yaml", yaml.safe_dump(dict(parameters))] if parameters else []
    start = time.monotonic()
    problem = ""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=stream, stderr=stream, env={**os.environ, **(environment or {})}
        )
        try:
            while process.poll() is None:
                time.sleep(0.1)
                _report(log, on_progress)
                if time.monotonic() > start + timeout:
                    problem = f"stopped after its limit of {timeout:.0f} s"
                    _stop(process)
        except BaseException:
            _stop(process)
            part.unlink(missing_ok=True)
            raise
    seconds = time.monotonic() - start
    found = validate_run(part) if part.exists() else [_last_line(log)]
    if not problem and (found or process.returncode != 0):
        problem = found[0] if found else f"papermill ended with exit code {process.returncode}"
    if problem:
        if part.exists():
            os.replace(part, failed)
        return Run(output.stem, output, None, problem, seconds)
    record = read_record(part)
    os.replace(part, output)
    log.unlink()
    return Run(output.stem, output, record, "", seconds)


def _report(log: Path, on_progress: Callable[[int, int], None]) -> None:
    """Pass on how many cells papermill's progress bar last counted."""
    counts = _PROGRESS.findall(log.read_text(encoding="utf-8", errors="replace")[-400:])
    if counts:
        on_progress(*map(int, counts[-1]))


def _last_line(log: Path) -> str:
    """Return the last thing papermill said."""
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "papermill wrote nothing"
