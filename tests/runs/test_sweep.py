"""A sweep keeps what is completed, whatever happens, and a later start does the rest."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from mnist_lab import ipynb
from mnist_lab.runs import results, sweep
from mnist_lab.runs.cluster import cluster
from mnist_lab.runs.grid import expand_grid
from mnist_lab.runs.slots import environment_of
from tests.helpers.runs import wait_until
from tests.helpers.sweeps import (
    command,
    good,
    of_this_sweep,
    start_sweep,
    write_toy,
)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("notebook"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_runs_are_kept_listed_and_not_done_twice_and_failures_have_their_log(
    notebook: Path, tmp_path: Path
):
    arguments = ("--set", "what=fine,raise,die", "--set", "seed=1,2", "--slots", "2")
    done = subprocess.run(command(notebook, tmp_path, *arguments), capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "6 runs of toy.ipynb: 0 found" in done.stdout
    assert "2 runs succeeded, 4 failed." in done.stdout
    assert "RuntimeError: as it was told to" in done.stdout
    assert good(tmp_path) == 2
    logs = list(tmp_path.glob("*.log"))
    assert len(logs) == 4
    rows = pd.read_csv(tmp_path / "runs.csv")
    assert len(rows) == 2
    columns = {"name", "what", "seed", "validation_accuracy", "run_seconds", "version_keras"}
    assert columns <= set(rows.columns)
    page = (tmp_path / "report.html").read_text()
    assert page.count("as it was told to") == 2
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    before = {
        path: path.stat().st_mtime_ns
        for path in tmp_path.glob("*.ipynb")
        if "failed" not in path.name
    }
    again = subprocess.run(
        command(notebook, tmp_path, "--set", "what=fine", "--set", "seed=1,2"),
        capture_output=True,
        text=True,
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "2 found" in again.stdout
    assert "0 to do" in again.stdout
    assert before == {path: path.stat().st_mtime_ns for path in before}


@pytest.mark.slow
def test_a_run_over_its_limit_is_stopped_and_told(notebook: Path, tmp_path: Path):
    (spec,) = expand_grid(notebook, {"what": ["forever"]})
    source = json.dumps(ipynb.read(notebook))
    result = sweep.run_spec(source, spec.name, spec.parameters, 8.0, {})
    assert result.problem == "stopped after its limit of 8 s"
    results.save_result(result, tmp_path)
    assert f"{spec.name}.log" in names(tmp_path)
    assert results.read_runs(tmp_path)[1][0].problem == result.problem


@pytest.mark.slow
def test_a_killed_worker_costs_only_its_run_which_is_done_again(notebook: Path, tmp_path: Path):
    gate = tmp_path / "gate"
    output = tmp_path / "runs"
    output.mkdir()
    folders = set(Path(tempfile.gettempdir()).glob("mnist_lab_run_*"))
    specs = expand_grid(notebook, {"what": [str(gate)], "seed": [1, 2, 3]})
    killed = []

    def kill_one(client) -> None:
        wait_until(lambda: len(of_this_sweep(gate)) >= 2)
        killed.append(client.run(os.getpid))
        os.kill(next(iter(killed[0].values())), signal.SIGKILL)
        time.sleep(1)
        gate.touch()

    with cluster(None, 2) as client:
        thread = threading.Thread(target=kill_one, args=(client,))
        thread.start()
        kept = sweep.run_all(client, notebook, specs, output, 600.0, environment_of(1))
        thread.join()
    assert killed
    assert [result.problem for result in kept] == [""] * 3
    assert good(output) == 3
    assert set(Path(tempfile.gettempdir()).glob("mnist_lab_run_*")) == folders


def waiting_sweep(notebook: Path, output: Path, gate: Path) -> subprocess.Popen:
    """Start a sweep of two runs that end and two that wait; return when all are so far."""
    arguments = ("--set", f"what=fine,{gate}", "--set", "seed=1,2", "--slots", "4")
    process = start_sweep(notebook, output, *arguments)
    wait_until(
        lambda: (
            output.exists()
            and len(list(output.glob("toy-*.ipynb"))) == 2
            and len(of_this_sweep(gate)) >= 2
        )
    )
    return process


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_or_interrupted_driver_leaves_what_is_done_and_nothing_running(
    notebook: Path, tmp_path: Path, how: int
):
    gate, output = tmp_path / "gate", tmp_path / "runs"
    process = waiting_sweep(notebook, output, gate)
    if how == signal.SIGKILL:
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all processes of the terminal
    said, errors = process.communicate(timeout=60)
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL), said + errors
    if how == signal.SIGINT:
        assert "completed runs are kept" in said
        assert "Traceback" not in errors
    wait_until(lambda: not of_this_sweep(gate))
    assert good(output) == 2
    gate.touch()
    arguments = ("--set", f"what=fine,{gate}", "--set", "seed=1,2", "--slots", "2")
    done = subprocess.run(command(notebook, output, *arguments), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 found" in done.stdout
    assert "2 to do" in done.stdout
    assert good(output) == 4


@pytest.mark.needs_root
def test_a_full_disk_is_told_and_leaves_no_half_file(tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    assert mounted.returncode == 0, mounted.stderr
    try:
        result = results.RunResult("toy-1", "", 1.0, "here", "x" * 200_000, None, None)
        with pytest.raises(OSError, match="No space left"):
            results.save_result(result, small)
        assert [name for name in names(small) if name != "toy-1.json"] == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


@pytest.mark.slow
def test_a_dry_run_starts_nothing(notebook: Path, tmp_path: Path):
    done = subprocess.run(
        command(notebook, tmp_path / "runs", "--set", "seed=1,2", "--dry-run"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "2 to do" in done.stdout
    assert "{'seed': 2}" in done.stdout
    assert names(tmp_path) == []


@pytest.mark.slow
def test_a_wrong_grid_ends_with_its_reason_before_anything_starts(notebook: Path, tmp_path: Path):
    done = subprocess.run(
        command(notebook, tmp_path, "--set", "sed=1"), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "did you mean 'seed'?" in done.stderr
    assert names(tmp_path) == []
