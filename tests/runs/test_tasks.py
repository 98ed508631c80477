"""Results of tasks come as they end; a task without one says why, and an error ends all."""

from types import SimpleNamespace

import pytest
from distributed.scheduler import KilledWorker

from mnist_lab.runs import tasks
from mnist_lab.runs.cluster import cluster


@pytest.fixture(scope="module")
def client():
    with cluster(None, 1) as client:
        yield client


def test_a_task_whose_workers_died_is_told_without_the_words_of_dask():
    error = KilledWorker("toy-1", SimpleNamespace(address="tcp://127.0.0.1:1"), 3)
    problem = tasks._problem(error)
    assert problem.startswith("its worker died four times")
    assert "--slots" in problem
    assert tasks._problem(OSError("full")) == "its worker ended: full"


def test_each_task_gives_its_result_or_the_reason(client):
    found = {}
    futures = {client.submit(int, text, pure=False): text for text in ("1", "2", "x")}

    def use(name, result, problem):
        found[name] = (result, problem.partition(":")[0])

    tasks.for_each_result(client, futures, use)
    assert found == {"1": (1, ""), "2": (2, ""), "x": (None, "its worker ended")}


def test_what_the_use_of_a_result_raises_cancels_the_others(client):
    futures = {client.submit(pow, 2, number, pure=False): number for number in range(20)}

    def use(name, result, problem):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        tasks.for_each_result(client, futures, use)
    assert all(future.cancelled() for future in futures)


def test_a_task_finds_its_worker_and_other_code_finds_none(client):
    assert tasks.this_worker() is None
    assert client.submit(lambda: tasks.this_worker() is not None, pure=False).result()
