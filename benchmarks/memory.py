"""The peak memory of each notebook's kernel, at its defaults and with its quick values."""

import json
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from benchmarks.machine import processor
from benchmarks.markdown import Row, table
from mnist_lab.data.digits import load_digits
from mnist_lab.files import atomic_write, course_folder
from mnist_lab.runs.notebook import quick_values

FILE = Path(__file__).with_name("memory.json")
_INTERVAL = 0.1  # seconds; the system keeps the peak itself, only the private share is sampled


def _status(process: int) -> dict[str, int]:
    """Return the sizes in /proc/PID/status, in bytes; empty when the process has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    fields = (line.split() for line in lines if line.endswith(" kB"))
    return {name.rstrip(":"): 1024 * int(size) for name, size, _ in fields}


def peak_of(notebook: Path, parameters: dict[str, Any]) -> tuple[int, int]:
    """Run a notebook with papermill, and watch its kernel.

    Args:
        notebook: The notebook; the executed copy is thrown away.
        parameters: Values for its cell of parameters.

    Returns:
        The most bytes resident at once in one process of the run, and the most of them that are its
        own (RssAnon), as opposed to files in memory such as program code.

    Raises:
        subprocess.CalledProcessError: The notebook failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "papermill", str(notebook.resolve()), "executed.ipynb"]
        command += ["--no-progress-bar", "--parameters_yaml", json.dumps(parameters)]
        log = Path(folder, "log")
        with log.open("wb") as output:
            run = psutil.Popen(command, cwd=folder, stdout=output, stderr=output)
            resident = private = 0
            while run.poll() is None:
                with suppress(psutil.Error):  # it ends at this moment
                    for process in run.children(recursive=True):
                        sizes = _status(process.pid)
                        resident = max(resident, sizes.get("VmHWM", 0))
                        private = max(private, sizes.get("RssAnon", 0))
                time.sleep(_INTERVAL)
        if run.returncode:
            text = log.read_text(encoding="utf-8", errors="replace")
            raise subprocess.CalledProcessError(run.returncode, command, text)
    return resident, private


def measured(notebook: Path) -> Row:
    """Return one row: both peaks of a notebook at its defaults, and with its quick values."""
    row: Row = {"notebook": notebook.stem}
    for name, parameters in (("default", {}), ("quick", quick_values(notebook))):
        row[name], row[f"{name}_private"] = peak_of(notebook, parameters)
    return row


def tables(result: dict[str, Any]) -> str:
    """Return the table for instructors."""
    rows = result["notebooks"]
    body = [
        [row["notebook"], *(f"{row[name] / 1e9:.2f} GB" for name in ("default", "quick"))]
        for row in rows
    ]
    shared = sorted(row["default"] - row["default_private"] for row in rows)[len(rows) // 2]
    lines = table(["notebook", "at its defaults", "with its quick values"], body)
    caption = (
        f"Peak resident memory of the kernel; about {shared / 1e9:.1f} GB of each is program code,"
        f" which the kernels of one installation share. {result['digits']}; {result['machine']},"
        f" {result['date']}."
    )
    return "\n".join([*lines, "", caption]) + "\n"


def main(
    notebooks: Annotated[Path | None, typer.Option(help="Folder of the notebooks.")] = None,
    output: Annotated[Path, typer.Option(help="JSON file to write.")] = FILE,
) -> None:
    """Measure all notebooks, print the table, and put it into docs/instructors.md."""
    if not sys.platform.startswith("linux"):
        raise typer.BadParameter("memory is measured on Linux only, where /proc tells the peak")
    paths = sorted((notebooks or course_folder()).glob("*.ipynb"))
    if not paths:
        raise typer.BadParameter(f"{notebooks} holds no notebooks", param_hint="--notebooks")
    result = {
        "notebooks": [measured(path) for path in paths],
        "digits": {"mnist": "Full MNIST", "sample": "The sample of 5,000 digits"}.get(
            load_digits().source, "Digits from files"
        ),
        "machine": processor(),
        "date": time.strftime("%Y-%m-%d"),
    }
    with atomic_write(output) as stream:
        json.dump(result, stream, indent=1)
    print(tables(result))
    if output == FILE:
        from benchmarks import update_readme

        update_readme.main()


if __name__ == "__main__":
    typer.run(main)
