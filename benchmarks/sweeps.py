"""What a sweep gains from running several notebooks at a time, and what it costs beside papermill alone."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.speed import processor
from mnist_lab.files import course_folder
from mnist_lab.runs import sweep
from mnist_lab.runs.grid import RunSpec, expand_grid
from mnist_lab.runs.notebook import quick_values

FILE = Path(__file__).with_name("sweeps.json")
NOTEBOOK = course_folder() / "01_single_layer.ipynb"


def points(count: int) -> list[RunSpec]:
    """Return quick runs of the first notebook, each with a seed of its own."""
    return expand_grid(
        NOTEBOOK,
        {"seed": list(range(count))},
        base=quick_values(NOTEBOOK) | {"data_source": "sample"},
    )


def by_sweep(count: int, slots: int) -> float:
    """Return the seconds that a sweep of `count` runs takes, its cluster's start included."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, sweep.cluster(None, slots) as client:
        threads = sweep.environment_of(sweep.threads_of(slots))
        outcomes = sweep.run_all(client, NOTEBOOK, points(count), Path(folder), 600.0, threads)
    assert not any(outcome.problem for outcome in outcomes), outcomes
    return time.perf_counter() - start


def by_papermill(count: int) -> float:
    """Return the seconds that the same runs take with papermill, one after the other, and nothing else."""
    start = time.perf_counter()
    environment = {**os.environ, **sweep.environment_of(sweep.threads_of(1))}
    with tempfile.TemporaryDirectory() as folder:
        for point in points(count):
            command = [
                sys.executable,
                "-m",
                "papermill",
                str(NOTEBOOK),
                f"{folder}/{point.name}.ipynb",
                "--no-report-mode",
            ]
            command += ["--parameters_yaml", json.dumps(dict(point.parameters))]
            subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def driver(tasks: int, slots: int) -> float:
    """Return the seconds a task that the driver costs, measured with tasks that do nothing."""
    with sweep.cluster(None, slots) as client:
        client.gather(client.map(str, range(slots)))
        start = time.perf_counter()
        futures = [
            client.submit(str, number, key=f"tiny-{number}", pure=False) for number in range(tasks)
        ]
        client.gather(futures)
        return (time.perf_counter() - start) / tasks


def table(result: dict) -> str:
    """Return the README's sentence about sweeps."""
    return (
        f"{result['runs']} quick runs of notebook 1 took {result['seconds_one_slot']:.0f} s one at a time and"
        f" {result['seconds_two_slots']:.0f} s two at a time: {result['throughput']:.2f} times the throughput. Beside papermill"
        f" alone, {result['overhead_runs']} runs cost {result['overhead']:+.0%}, the start of the cluster included; the driver"
        f" takes {result['driver_milliseconds_a_task']:.1f} ms a run ({result['tasks']:,} runs that do nothing)."
        f" {result['machine']}, {result['date']}.\n"
    )


def main(
    runs: Annotated[int, typer.Option(help="How many quick runs.")] = 16,
    tasks: Annotated[int, typer.Option(help="How many tasks that do nothing.")] = 2000,
    output: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
) -> None:
    """Measure throughput with one and two slots, overhead beside papermill, and the driver."""
    one, two = by_sweep(runs, 1), by_sweep(runs, 2)
    part = max(1, runs // 4)
    alone, swept = by_papermill(part), by_sweep(part, 1)
    result = {
        "machine": processor(), "date": time.strftime("%Y-%m-%d"), "runs": runs,
        "seconds_one_slot": one, "seconds_two_slots": two, "throughput": one / two,
        "papermill_seconds": alone, "sweep_seconds": swept, "overhead": swept / alone - 1, "overhead_runs": part,
        "driver_milliseconds_a_task": 1000 * driver(tasks, 2), "tasks": tasks,
    }  # fmt: skip
    output.write_text(json.dumps(result, indent=1), encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    typer.run(main)
