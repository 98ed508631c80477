"""Clusters: a scheduler that goes away, certificates, and who can reach a sweep's processes."""

import gc
import os
import signal
import socket
import subprocess
import warnings
from pathlib import Path

import psutil
import pytest
from dask import config
from distributed import Security

from mnist_lab.runs.cluster import cluster
from mnist_lab.runs.grid import expand_grid
from mnist_lab.runs.slots import environment_of
from mnist_lab.runs.sweep import run_all
from tests.helpers.runs import wait_until
from tests.helpers.sweeps import (
    command,
    dask_process,
    good,
    of_this_sweep,
    start_sweep,
    write_toy,
)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("notebook"))


@pytest.fixture
def port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def listens(port: int) -> bool:
    """Return whether somebody answers at a port of this machine."""
    with socket.socket() as own:
        return own.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
def test_a_scheduler_that_goes_away_is_told_and_the_same_command_goes_on_when_it_is_back(
    notebook: Path, tmp_path: Path, port: int
):
    gate, output = tmp_path / "gate", tmp_path / "runs"
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    worker = ("worker", address, "--nworkers", "3", "--nthreads", "1", "--no-dashboard")
    options = ("--set", f"what=fine,{gate}", "--set", "seed=1", "--scheduler", address)
    with dask_process(*scheduler) as pid, dask_process(*worker):
        wait_until(lambda: listens(port))
        driver = start_sweep(notebook, output, *options)
        wait_until(lambda: len(list(output.glob("toy-*.ipynb"))) == 1 and of_this_sweep(gate))
        os.kill(pid, signal.SIGKILL)
        said, errors = driver.communicate(timeout=60)
    assert driver.returncode == 1, said + errors
    assert "Traceback" not in errors
    sentence = f"The scheduler {address} does not answer any more. Completed runs are kept in"
    assert sentence in " ".join(errors.split())
    assert good(output) == 1
    wait_until(lambda: not of_this_sweep(gate))
    gate.touch()
    with dask_process(*scheduler), dask_process(*worker):
        wait_until(lambda: listens(port))
        again = subprocess.run(
            command(notebook, output, *options), capture_output=True, text=True, timeout=120
        )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "1 found" in again.stdout
    assert good(output) == 2


def test_no_hook_of_the_garbage_collector_is_there_to_swallow_ctrl_c():
    """Python drops a KeyboardInterrupt that is raised in such a hook, and the sweep would go on."""
    before = list(gc.callbacks)
    with cluster(None, 1):
        assert gc.callbacks == before


@pytest.mark.parametrize("dashboard", [False, True])
def test_a_cluster_of_this_machine_listens_on_loopback_alone(dashboard: bool):
    with cluster(None, 1, dashboard):
        driver = psutil.Process()
        addresses = {
            connection.laddr.ip
            for process in (driver, *driver.children(recursive=True))
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        }
    assert addresses == {"127.0.0.1"}


def test_two_sweeps_at_a_time_do_not_warn_about_each_others_port():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with cluster(None, 1), cluster(None, 1):
            pass
    assert [str(one.message) for one in said if "already in use" in str(one.message)] == []


@pytest.mark.slow
def test_each_worker_gives_its_runs_one_of_two_simulated_gpus(tmp_path: Path):
    ledger = tmp_path / "ledger"
    work = "import os, time\nfrom pathlib import Path\n"
    work += "Path(os.environ['LEDGER'], os.environ['CUDA_VISIBLE_DEVICES']).touch()\n"
    work += "while len(os.listdir(os.environ['LEDGER'])) < 2: time.sleep(0.05)"
    notebook = write_toy(tmp_path, work)
    ledger.mkdir()
    (tmp_path / "runs").mkdir()
    specs = expand_grid(notebook, {"seed": [1, 2]})
    environment = {"LEDGER": str(ledger), **environment_of(1)}
    with cluster(None, 2) as client:
        done = run_all(client, notebook, specs, tmp_path / "runs", 60, environment, ["0", "GPU-3"])
    assert [result.problem for result in done] == ["", ""]
    assert sorted(os.listdir(ledger)) == ["0", "GPU-3"]


def test_a_worker_that_takes_long_to_come_back_is_not_given_up():
    # Dask gives up a worker that is away for 15 s; a slow machine is simulated by 1 ms.
    with (
        config.set({"distributed.deploy.lost-worker-timeout": "1ms"}),
        cluster(None, 1) as client,
    ):
        (first,) = client.run(os.getpid).values()
        os.kill(first, signal.SIGKILL)
        assert client.submit(os.getpid, pure=False).result(timeout=60) != first


def certificates(folder: Path, name: str) -> dict[str, str]:
    """Make a key and a certificate that signs itself; return Dask's variables for it."""
    made = Security.temporary()
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    cert.write_text(made.tls_ca_file)
    key.write_text(made.tls_client_key)
    roles = {
        f"DASK_DISTRIBUTED__COMM__TLS__{role}__{kind}": str(path)
        for role in ("CLIENT", "SCHEDULER", "WORKER")
        for kind, path in (("CERT", cert), ("KEY", key))
    }
    return {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(cert), **roles}


@pytest.mark.slow
def test_a_cluster_with_certificates_does_runs_and_refuses_whoever_has_no_or_other_ones(
    notebook: Path, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("cryptography", reason="makes the certificates")
    own, other = certificates(tmp_path, "own"), certificates(tmp_path, "other")
    settings = {
        name.removeprefix("DASK_").lower().replace("__", "."): path for name, path in other.items()
    }
    address = f"tls://127.0.0.1:{port}"
    scheduler = ("scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", str(port))
    worker = ("worker", address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard")
    output = tmp_path / "runs"
    with (
        dask_process(*scheduler, "--no-dashboard", environment=own),
        dask_process(*worker, environment=own),
    ):
        done = subprocess.run(
            command(notebook, output, "--scheduler", address, "--set", "seed=1"),
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert good(output) == 1
        monkeypatch.setattr("mnist_lab.runs.cluster._PATIENCE", 1)
        for stranger, reached in ((settings, address), ({}, address.replace("tls", "tcp"))):
            with (
                config.set(stranger),
                pytest.raises(ConnectionError, match="no Dask scheduler can be reached there"),
                cluster(reached, 1),
            ):
                pass
        with pytest.raises(ConnectionError, match="needs certificates"), cluster(address, 1):
            pass
