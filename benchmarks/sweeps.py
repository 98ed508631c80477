"""What a sweep gains from several notebooks at a time, and what it costs beside papermill alone."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.machine import processor
from mnist_lab.files import atomic_write, course_folder
from mnist_lab.runs.cluster import cluster
from mnist_lab.runs.grid import RunSpec, expand_grid
from mnist_lab.runs.notebook import quick_values
from mnist_lab.runs.slots import environment_of, threads_of
from mnist_lab.runs.sweep import run_all

FILE = Path(__file__).with_name("sweeps.json")
NOTEBOOK = course_folder() / "01_single_layer.ipynb"


def run_specs(count: int) -> list[RunSpec]:
    """Return quick runs of the first notebook, each with a seed of its own."""
    base = quick_values(NOTEBOOK) | {"data_source": "sample"}
    return expand_grid(NOTEBOOK, {"seed": list(range(count))}, base=base)


def seconds_of_sweep(count: int, slots: int) -> float:
    """Return the seconds that a sweep of `count` runs takes, the start of its cluster included."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, cluster(None, slots) as client:
        threads = environment_of(threads_of(slots))
        results = run_all(client, NOTEBOOK, run_specs(count), Path(folder), 600.0, threads)
    assert not any(result.problem for result in results), results
    return time.perf_counter() - start


def seconds_of_papermill(count: int) -> float:
    """Return the seconds that the same runs take with papermill alone, one after the other."""
    start = time.perf_counter()
    environment = {**os.environ, **environment_of(threads_of(1))}
    with tempfile.TemporaryDirectory() as folder:
        for spec in run_specs(count):
            output = f"{folder}/{spec.name}.ipynb"
            command = [sys.executable, "-m", "papermill", str(NOTEBOOK), output]
            command += ["--no-report-mode", "--parameters_yaml", json.dumps(dict(spec.parameters))]
            subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def driver_seconds_per_run(runs: int, slots: int) -> float:
    """Return the seconds per run that the driver costs, measured with runs that do nothing."""
    with cluster(None, slots) as client:
        client.gather(client.map(str, range(slots)))
        start = time.perf_counter()
        futures = [
            client.submit(str, index, key=f"tiny-{index}", pure=False) for index in range(runs)
        ]
        client.gather(futures)
        return (time.perf_counter() - start) / runs


def sentence(result: dict[str, Any]) -> str:
    """Return the paragraph of README.md here."""
    return (
        "{runs} quick runs of notebook 1 took {seconds_one_slot:.0f} s one at a time and"
        " {seconds_two_slots:.0f} s two at a time: {throughput:.2f} times the throughput. Compared"
        " with papermill alone, {overhead_runs} runs took {times:.2f} times as long, the start of"
        " the cluster included. The driver takes {driver_milliseconds_per_run:.1f} ms per run"
        " ({driver_runs:,} runs that do nothing). {machine}, {date}.\n"
    ).format(**result, times=1 + result["overhead"])


def main(
    runs: Annotated[int, typer.Option(help="How many quick runs.", min=1)] = 16,
    driver_runs: Annotated[int, typer.Option(help="How many runs that do nothing.", min=1)] = 2000,
    output: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
) -> None:
    """Measure throughput with one and two slots, overhead beside papermill, and the driver."""
    one, two = seconds_of_sweep(runs, 1), seconds_of_sweep(runs, 2)
    overhead_runs = max(1, runs // 4)
    alone, swept = seconds_of_papermill(overhead_runs), seconds_of_sweep(overhead_runs, 1)
    result = {
        "machine": processor(),
        "date": time.strftime("%Y-%m-%d"),
        "runs": runs,
        "seconds_one_slot": one,
        "seconds_two_slots": two,
        "throughput": one / two,
        "papermill_seconds": alone,
        "sweep_seconds": swept,
        "overhead": swept / alone - 1,
        "overhead_runs": overhead_runs,
        "driver_milliseconds_per_run": 1000 * driver_seconds_per_run(driver_runs, 2),
        "driver_runs": driver_runs,
    }
    with atomic_write(output) as stream:
        json.dump(result, stream, indent=1)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    typer.run(main)
