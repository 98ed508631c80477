"""Where a learner's waiting goes: this checkout beside another one, measured in turn."""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from benchmarks import waiting_jobs
from benchmarks.machine import processor
from benchmarks.markdown import Row
from benchmarks.waiting_tables import PARTS, part_table
from mnist_lab.files import atomic_write

HERE = Path(__file__).resolve().parent.parent


class Step(NamedTuple):
    """One process to measure.

    Attributes:
        job: The name of a function in waiting_jobs.py.
        label: Of its rows in the tables; "" if the names that the job gives are enough.
        digits: "full" or "sample".
        options: The function's arguments.
        again: Whether it finds the cache that the step before left, not an empty one.
    """

    job: str
    label: str = ""
    digits: str = "full"
    options: tuple[str, ...] = ()
    again: bool = False


STEPS: dict[str, tuple[Step, ...]] = {
    "import": (
        Step("import_tensorflow"),
        Step("import_course", options=("full MNIST",)),
        Step("import_course", "", "sample", ("sample for the first time",)),
        Step("import_course", "", "sample", ("sample",), again=True),
    ),
    "first_figure": (
        Step("first_figure", "full MNIST"),
        Step("first_figure", "sample for the first time", "sample"),
        Step("first_figure", "sample", "sample", again=True),
    ),
    "compile": (
        Step("compile_network", "first process"),
        Step("compile_network", "a process after it", again=True),
    ),
    "thirty": (Step("thirty"),),
    "course": (
        Step("course", "full MNIST"),
        Step("course", "sample", "sample"),
        Step("course", "sample, `--quick`", "sample", ("--quick",)),
    ),
}


def run_step(step: Step, checkout: Path, cache: Path, full: str) -> dict[str, float]:
    """Return what one process measured with the mnist_lab of a checkout.

    Args:
        step: What to run.
        checkout: The folder that holds mnist_lab and notebooks.
        cache: The user's folder for caches.
        full: The path of full MNIST.

    Raises:
        RuntimeError: The process failed, with the last line that it wrote.
    """
    import matplotlib

    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout),
        "XDG_CACHE_HOME": str(cache),
        # Matplotlib lists the fonts of a machine once, which is not what is measured here.
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
        "MNIST_LAB_DATA": full if step.digits == "full" else "sample",
        "COLUMNS": "500",  # what the course says of a notebook stands on one line
    }
    # -P: modules of this folder must not stand in the way of others of the same name.
    command = [sys.executable, "-P", waiting_jobs.__file__, step.job, *step.options]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            command, capture_output=True, encoding="utf-8", env=environment, cwd=folder
        )
    if run.returncode:
        raise RuntimeError((run.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return json.loads(run.stdout.splitlines()[-1])


def measure(part: str, sides: dict[str, Path], full: str, repeats: int) -> list[Row]:
    """Return one row per step and quantity, with the values of every repeat by side.

    Args:
        part: One of STEPS.
        sides: The checkouts, "before" and "after"; they take turns at each step.
        full: The path of full MNIST.
        repeats: How often each step is measured.
    """
    rows: dict[tuple[str, str], Row] = {}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            for index, step in enumerate(STEPS[part]):
                for side, checkout in sides.items():
                    cache = Path(folder, f"{side}-{index - 1 if step.again else index}")
                    cache.mkdir(exist_ok=True)
                    try:
                        answer = run_step(step, checkout, cache, full)
                    except RuntimeError as error:
                        print(f"{step.job}, {step.label}, {side}: not measured ({error})")
                        continue
                    print(step.label, side, {what: round(v, 3) for what, v in answer.items()})
                    for what, value in answer.items():
                        row = {"what": what, "with": step.label, **{name: [] for name in sides}}
                        rows.setdefault((step.label, what), row)[side].append(value)
    return list(rows.values())


def check_checkout(folder: Path) -> None:
    """Refuse a folder whose mnist_lab would not be the one that is measured."""
    command = [sys.executable, "-P", "-c", "import mnist_lab; print(mnist_lab.__file__)"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    run = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment)
    if run.stdout.strip() != str(folder / "mnist_lab" / "__init__.py"):
        raise typer.BadParameter(
            f"{folder} is no checkout of this project: it has no mnist_lab that can be imported.",
            param_hint="--against",
        )


def commit_of(folder: Path) -> str:
    """Return the commit of a checkout, "-dirty" after it if files changed; "" without Git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, encoding="utf-8").stdout.strip()
    except OSError:
        return ""


def full_mnist(source: str) -> str:
    """Return the path of full MNIST, since an empty cache would make it be downloaded again."""
    from mnist_lab.data.digits import load_digits, resolve_source
    from mnist_lab.data.download import cached

    resolved = resolve_source(source)
    if load_digits(resolved).source != "mnist":
        raise typer.BadParameter(
            f"{source} is not full MNIST, which is measured here beside the sample.",
            param_hint="--source",
        )
    kept = None if os.path.exists(resolved) else cached()
    return os.path.abspath(kept[1] if kept else resolved)


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Which of {', '.join(PARTS)}; all without a name.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another checkout, to compare with.", file_okay=False)
    ] = None,
    source: Annotated[str, typer.Option(help="Full MNIST: auto, mnist or a path.")] = "auto",
    repeats: Annotated[int, typer.Option(help="How often each is measured, in turn.", min=1)] = 3,
    output: Annotated[Path, typer.Option(help="Folder for waiting.json.")] = Path("runs/bench"),
) -> None:
    """Measure imports, the first figure, compiling, thirty trainings, and the course.

    Each part is printed and written when it is done, beside what the folder holds of the others.
    """
    chosen = parts or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)}: there are {', '.join(PARTS)}.")
    sides = {"before": against.resolve()} if against else {}
    sides["after"] = HERE
    for folder in sides.values():
        check_checkout(folder)
    full = full_mnist(source)
    file = output / "waiting.json"
    result: dict[str, Any] = (
        json.loads(file.read_text(encoding="utf-8")) if parts and file.exists() else {}
    )
    for part in chosen:
        rows = measure(part, sides, full, repeats)
        result |= {
            "machine": processor(),
            "python": platform.python_version(),
            "date": time.strftime("%Y-%m-%d"),
            "before": commit_of(against) if against else "",
            "repeats": repeats,
            part: rows,
        }
        with atomic_write(file) as stream:
            json.dump(result, stream, indent=1)
        print("\n".join(part_table(part, rows)))
    print(f"Written to {file}")


if __name__ == "__main__":
    typer.run(main)
