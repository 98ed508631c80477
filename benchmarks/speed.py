"""How fast mnist_lab.train is beside other libraries: all measured in turn, in one run."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.implementations import (
    IMPLEMENTATIONS,
    NETWORK,
    SHARED_SCHEDULE,
    documented_settings,
)
from benchmarks.machine import processor
from benchmarks.markdown import Row
from mnist_lab.files import atomic_write

PARTS = ("epochs", "documented_defaults", "shared_schedule", "scaling")
# One network, batch size and number of training digits (None: all of them).
Setting = tuple[list[int], int, int | None]
NETWORKS = ([], [100], [200, 200], [200, 200, 200])
BATCH_SIZES = (32, 128, 512)
SCALING: dict[str, list[Setting]] = {
    "training digits": [(NETWORK, 128, size) for size in (5_000, 20_000, 60_000, 600_000)],
    "width": [([width, width], 128, None) for width in (50, 100, 200, 400, 800, 1600)],
    "depth": [([200] * depth, 128, None) for depth in (1, 2, 4, 8)],
    "batch size": [(NETWORK, size, None) for size in (16, 64, 256, 1024, 4096)],
}


class Worker:
    """A process that measures one implementation, one job after the other.

    Args:
        implementation: Its name.
        source: Which digits.
        peers: The Python that has the peers' packages. TensorFlow's own import loads JAX wherever
            it is installed, so a Python with both would start mnist_lab and Keras later.
        cores: How many it may use.
    """

    def __init__(self, implementation: str, source: str, peers: str, cores: int = 2) -> None:
        self.implementation = implementation
        self.started = time.time()
        # Threads that wait must not spin beside the implementation that is measured.
        python = peers if IMPLEMENTATIONS[implementation].peer else sys.executable
        environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "TF_CPP_MIN_LOG_LEVEL": "2"}
        self.process = subprocess.Popen(
            [python, "-m", "benchmarks.worker", implementation, source, str(cores)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
        )
        first = self._answer()
        self.missing: str = first.get("missing", "")
        self.import_seconds: float = first.get("imported", self.started) - self.started

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError(f"{self.implementation} ended without an answer")
        return json.loads(line)

    def do(self, **job: Any) -> dict[str, Any]:
        """Return the answer to a job."""
        print(json.dumps(job), file=self.process.stdin, flush=True)
        return self._answer()

    def close(self) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()


# Starts the worker of an implementation.
Start = Callable[..., Worker]


def close_all(workers: dict[str, Worker]) -> None:
    """End the processes."""
    for worker in workers.values():
        worker.close()


def measure_epochs(workers: dict[str, Worker], settings: list[Setting], repeats: int) -> list[Row]:
    """Return one row per implementation and setting: the seconds of each repeat, all in turn."""
    rows = []
    for layers, batch_size, train_size in settings:
        job = {"layers": layers, "batch_size": batch_size, "train_size": train_size}
        seconds: dict[str, list[float]] = {name: [] for name in workers}
        for _ in range(repeats):
            for name, worker in workers.items():
                seconds[name].append(worker.do(**job)["seconds"])
        medians = {name: statistics.median(values) for name, values in seconds.items()}
        print(layers, batch_size, train_size or "", {k: round(v, 3) for k, v in medians.items()})
        for name, values in seconds.items():
            row = {**job, "implementation": name, "seconds": values}
            if "mnist_lab" in medians:
                row["times_mnist_lab"] = medians[name] / medians["mnist_lab"]
            if "matmul_lower_bound" in medians:
                row["times_lower_bound"] = medians[name] / medians["matmul_lower_bound"]
            rows.append(row)
    return rows


def measure_time_to_accuracy(
    names: list[str], start: Start, plans: dict[str, dict[str, float]], repeats: int
) -> list[Row]:
    """Return one row per implementation and repeat: seconds from process start to 97 % and 98 %."""
    rows = []
    for _ in range(repeats):
        for name in names:
            worker = start(name)
            job = {"layers": NETWORK, "started": worker.started, "target_accuracy": 0.98}
            answer = worker.do(**job, **plans[name])
            worker.close()
            if "missing" not in answer:
                rows.append(_row(name, plans[name], worker.import_seconds, answer))
                print(rows[-1])
    return rows


def _row(name: str, plan: dict[str, float], import_seconds: float, answer: dict[str, Any]) -> Row:
    history = answer["history"]

    def seconds_to(target: float) -> float | None:
        return next((seconds for seconds, accuracy in history if accuracy >= target), None)

    return {
        "implementation": name,
        **plan,
        "seconds_to_97": seconds_to(0.97),
        "seconds_to_98": seconds_to(0.98),
        "epochs_run": len(history),
        "validation_accuracy": history[-1][1],
        "test_accuracy": answer["test_accuracy"],
        "import_seconds": import_seconds,
        "peak_memory_mb": answer["peak_memory_mb"],
    }


def measure_scaling(names: list[str], start: Start) -> dict[str, list[Row]]:
    """Return how an epoch grows with digits, width, depth, batch size and threads."""
    workers = {name: start(name) for name in names}
    result = {what: measure_epochs(workers, settings, 1) for what, settings in SCALING.items()}
    two_threads = measure_epochs(workers, [(NETWORK, 128, None)], 2)
    close_all(workers)
    workers = {name: start(name, cores=1) for name in names}
    one_thread = measure_epochs(workers, [(NETWORK, 128, None)], 2)
    close_all(workers)
    result["threads"] = [
        {**row, "threads": threads}
        for threads, rows in ((1, one_thread), (2, two_threads))
        for row in rows
    ]
    return result


def measure(part: str, start: Start, repeats: int, quick: bool) -> list[Row] | dict[str, list[Row]]:
    """Return the numbers of one part; print which implementations are not installed."""
    workers = {name: start(name) for name in IMPLEMENTATIONS}
    for name in [name for name, worker in workers.items() if worker.missing]:
        print(f"{name}: not measured ({workers.pop(name).missing})")
    try:
        if part == "epochs":
            networks, sizes = ([NETWORK], [128]) if quick else (NETWORKS, BATCH_SIZES)
            settings: list[Setting] = [(units, size, None) for units in networks for size in sizes]
            return measure_epochs(workers, settings, repeats)
    finally:
        close_all(workers)
    names = [name for name in workers if IMPLEMENTATIONS[name].batch_size is not None]
    if part == "documented_defaults":
        defaults = {name: documented_settings(name) for name in names}
        return measure_time_to_accuracy(names, start, defaults, repeats)
    if part == "shared_schedule":
        return measure_time_to_accuracy(
            names, start, dict.fromkeys(names, SHARED_SCHEDULE), repeats
        )
    return measure_scaling([name for name in names if IMPLEMENTATIONS[name].scaled], start)


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help=f"Which of {', '.join(PARTS)}; all without a name.")
    ] = None,
    source: Annotated[
        str, typer.Option(help="Which digits: auto, mnist, sample or a path.")
    ] = "auto",
    repeats: Annotated[int, typer.Option(help="How often each is measured, in turn.", min=1)] = 3,
    quick: Annotated[
        bool, typer.Option("--quick", help="One network and batch size, no scaling, each once.")
    ] = False,
    peers: Annotated[
        Path | None,
        typer.Option(help="The Python that has PyTorch and JAX, if not this one.", exists=True),
    ] = None,
    output: Annotated[
        Path, typer.Option(help="Folder for speed.json, the tables and the figures.")
    ] = Path("runs/bench"),
) -> None:
    """Measure epochs, the time from process start to an accuracy, and scaling.

    Each part is written when it is done, beside what the folder holds of the others.
    """
    from benchmarks.speed_tables import write_pages
    from mnist_lab.data.digits import load_digits

    chosen = parts or (PARTS[:2] if quick else PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        raise typer.BadParameter(f"{', '.join(unknown)}: there are {', '.join(PARTS)}.")
    digits = load_digits(source)
    print(digits.provenance)
    file = output / "speed.json"
    result = json.loads(file.read_text(encoding="utf-8")) if parts and file.exists() else {}
    repeats = 1 if quick else repeats
    # Not resolved: the Python of an environment is a link to the one that it was made with.
    start = partial(Worker, source=source, peers=os.path.abspath(peers or sys.executable))
    for part in chosen:
        result |= {
            "machine": processor(),
            "python": platform.python_version(),
            "date": time.strftime("%Y-%m-%d"),
            "digits": {"source": digits.source, **digits.sizes},
            "repeats": repeats,
            part: measure(part, start, repeats, quick),
        }
        with atomic_write(file) as stream:
            json.dump(result, stream, indent=1)
        write_pages(result, output)
    print(f"Written to {output}")


if __name__ == "__main__":
    typer.run(main)
