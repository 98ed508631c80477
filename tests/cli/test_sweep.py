"""`mnist-lab sweep` and `report` refuse what they cannot use, in a sentence, and write nothing."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from typer.testing import CliRunner

from mnist_lab.cli.app import app
from mnist_lab.ipynb import KERNELSPEC
from mnist_lab.runs.grid import expand_grid
from mnist_lab.runs.results import RunResult
from tests.helpers.runs import record_content, write_notebook, write_run


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def said(done) -> str:
    """Return what a command printed, with every run of spaces and line ends as one space."""
    return " ".join(done.output.split())


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A notebook with two parameters, which no test here runs."""
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell("epochs: int = 5  # passes (quick: 2)\nseed: int = 0")]
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata["kernelspec"] = KERNELSPEC
    nbformat.write(book, tmp_path / "toy.ipynb")
    return tmp_path / "toy.ipynb"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--set", "sed=1"], "the notebook has no parameter 'sed' (did you mean 'seed'?)"),
        (["--set", "seed=!!timestamp 0"], "--set seed=!!timestamp 0: cannot be read"),
        (["--set", "seed=2024-01-01"], "--set seed=2024-01-01: cannot be read"),
        (["--set", "seed=one"], "seed='one' cannot be used: expected a whole number"),
        (["--set", "seed=1", "--seeds", "2"], "seeds: 2 cannot be crossed"),
        (["--source", "nowhere/at/all"], "no such file or folder"),
        (["--source", "sampel"], "sample"),
    ],
)
def test_a_sweep_that_cannot_run_is_refused_in_a_sentence(
    notebook: Path, tmp_path: Path, words: list[str], sentence: str
):
    done = run("sweep", notebook, "--output", tmp_path / "out", *words)
    assert done.exit_code == 2
    assert sentence in said(done)
    assert "Traceback" not in done.output
    assert not (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize("text", ["grid: {seed: [2024-01-01]}", "grid: &a {seed: [*a]}"])
def test_a_grid_file_with_dates_or_circles_is_refused_in_a_sentence(
    notebook: Path, tmp_path: Path, text: str
):
    (tmp_path / "grid.yml").write_text(text)
    done = run("sweep", notebook, "--grid", tmp_path / "grid.yml", "--output", tmp_path / "out")
    assert done.exit_code == 2
    assert "grid.yml: cannot be read" in said(done)


def test_a_file_that_is_no_notebook_is_refused_in_a_sentence(tmp_path: Path):
    (tmp_path / "x.ipynb").write_text("{")
    done = run("sweep", tmp_path / "x.ipynb", "--output", tmp_path / "out")
    assert done.exit_code == 2
    assert "x.ipynb: not a readable notebook" in said(done)


def test_a_dry_run_lists_the_runs_and_guesses_the_time_from_the_runs_found(
    notebook: Path, tmp_path: Path
):
    output = tmp_path / "out"
    output.mkdir()
    first, *_ = expand_grid(notebook, {"seed": [1, 2, 3]})
    write_run(output, first.name, record_content({"seed": 1}), seconds=90.0)
    before = sorted(output.iterdir())
    options = ["--set", "seed=1,2,3", "--dry-run", "--slots", "1"]
    done = run("sweep", notebook, "--output", output, *options)
    assert done.exit_code == 0, done.output
    assert "3 runs of toy.ipynb: 1 found" in said(done)
    assert "{'seed': 2}" in said(done)
    assert "About 3 minutes, 1 at a time, 90 s per run (the median of the runs found)." in said(
        done
    )
    assert sorted(output.iterdir()) == before


@pytest.mark.parametrize(
    ("seconds", "estimate"),
    [(10.0, "About 20 seconds,"), (44.6, "About 89 seconds,"), (45.0, "About 2 minutes,")],
)
def test_a_short_estimate_is_in_seconds(
    notebook: Path, tmp_path: Path, seconds: float, estimate: str
):
    first, *_ = expand_grid(notebook, {"seed": [1, 2, 3]})
    write_run(tmp_path, first.name, record_content({"seed": 1}), seconds=seconds)
    options = ["--set", "seed=1,2,3", "--dry-run", "--slots", "1"]
    assert estimate in said(run("sweep", notebook, "--output", tmp_path, *options))


def test_the_first_estimate_is_the_time_that_the_start_page_states(notebook: Path, tmp_path: Path):
    page = "1. [Toy](toy.ipynb), 3 minutes: a toy."
    notebook.with_name("00_start_here.md").write_text(page, encoding="utf-8")
    options = ["--set", "seed=1,2", "--dry-run", "--slots", "1"]
    done = said(run("sweep", notebook, "--output", tmp_path / "out", *options))
    assert "About 6 minutes, 1 at a time, 180 s per run (a guess from a run at the" in done


def test_one_run_is_counted_in_the_singular(notebook: Path, tmp_path: Path):
    done = run("sweep", notebook, "--output", tmp_path, "--dry-run")
    assert "1 run of toy.ipynb: 0 found" in said(done)


def test_quick_takes_the_notebooks_quick_values_where_nothing_else_is_set(
    notebook: Path, tmp_path: Path
):
    done = run("sweep", notebook, "--output", tmp_path / "out", "--quick", "--dry-run")
    assert "{'epochs': 2}" in said(done)


def test_a_report_over_a_sweep_is_written(tmp_path: Path):
    write_run(tmp_path, "toy-1", record_content({"seed": 1}))
    done = run("report", tmp_path)
    assert done.exit_code == 0, done.output
    assert "1 run succeeded, 0 failed." in said(done)
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "runs.csv").exists()


def test_a_report_over_a_course_is_refused_and_its_page_stays(tmp_path: Path):
    write_notebook(tmp_path / "01_single_layer.ipynb", record_content({}))
    (tmp_path / "report.html").write_text("the course's page")
    done = run("report", tmp_path, "--output", tmp_path / "new")
    assert done.exit_code == 2
    assert "holds no run of a sweep" in said(done)
    assert run("report", tmp_path).exit_code == 2
    assert (tmp_path / "report.html").read_text() == "the course's page"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "01_single_layer.ipynb",
        "report.html",
    ]


def failing_cluster(monkeypatch: pytest.MonkeyPatch, problems: list[str]) -> list[Path]:
    """Simulate a cluster whose runs end with these problems, in order; "" is a good run.

    Returns:
        A list that gets the folders about which a report is written.
    """

    def run_all(client, notebook, specs, output, *_: object, on_result) -> None:
        for spec, problem in zip(specs, problems, strict=True):
            problem = problem.replace("NAME", spec.name)
            on_result(RunResult(spec.name, problem, 1.0, "here", None, None, None))

    client = SimpleNamespace(scheduler_info=lambda: {"workers": {"tcp://127.0.0.1:1": {}}})
    monkeypatch.setattr("mnist_lab.runs.cluster.cluster", lambda *_: nullcontext(client))
    monkeypatch.setattr("mnist_lab.runs.sweep.run_all", run_all)
    monkeypatch.setattr("mnist_lab.cli.sweep.settle_source", lambda *_: "sample")
    reported: list[Path] = []
    monkeypatch.setattr(
        "mnist_lab.cli.sweep.write_sweep_report", lambda folders, *_: reported.extend(folders)
    )
    return reported


@pytest.mark.parametrize(
    ("problems", "options", "done"),
    [
        (["bad"] * 5, [], 3),
        (["NAME.part.ipynb: expected one record"] * 5, [], 3),
        (["other", "bad", "bad", "bad", "bad"], [], 4),
        (["bad"] * 5, ["--keep-going"], 5),
        (["bad", "", "bad", "bad", "bad"], [], 5),
        (["bad 1", "bad 2", "bad 1", "bad 2", "bad 1"], [], 5),
    ],
)
def test_a_sweep_whose_runs_all_fail_alike_stops_after_three(
    notebook: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    problems: list[str],
    options: list[str],
    done: int,
):
    reported = failing_cluster(monkeypatch, problems)
    words = ["--set", "seed=1,2,3,4,5", "--output", tmp_path / "out"]
    ended = run("sweep", notebook, *words, *options)
    assert ended.exit_code == 1
    assert ended.output.count("FAILED") == done - problems[:done].count("")
    sentence = f"3 runs failed alike and none succeeded, so the other {5 - done} are left out"
    assert (sentence in said(ended)) == (done < 5)
    assert reported == [tmp_path / "out"]


def test_a_resumed_sweep_that_has_good_runs_does_not_stop_early(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    specs = expand_grid(notebook, {"seed": [1, 2, 3, 4, 5]})
    write_run(tmp_path, specs[0].name, record_content({"seed": 1}))
    failing_cluster(monkeypatch, ["bad"] * 4)
    words = ["--set", "seed=1,2,3,4,5", "--output", tmp_path]
    assert run("sweep", notebook, *words).output.count("FAILED") == 4


def test_a_scheduler_that_is_not_there_is_told_in_a_sentence(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mnist_lab.runs.cluster._PATIENCE", 0.5)
    done = run("sweep", notebook, "--scheduler", "tcp://127.0.0.1:9", "--output", tmp_path / "out")
    assert done.exit_code == 1
    assert "tcp://127.0.0.1:9: no Dask scheduler can be reached there" in said(done)


def test_a_source_of_this_machine_is_refused_for_a_cluster_whose_workers_have_their_own(
    notebook: Path, tmp_path: Path
):
    address = ("--scheduler", "tcp://127.0.0.1:9", "--output", tmp_path / "out")
    done = run("sweep", notebook, "--source", "sample", *address)
    assert done.exit_code == 2
    assert "--source sample: with --scheduler, each worker finds its own digits." in said(done)
    assert "MNIST_LAB_DATA" in said(done)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tls://127.0.0.1:9", "tls://127.0.0.1:9: needs certificates."),
        ("ftp://127.0.0.1:9", "ftp://127.0.0.1:9: no Dask scheduler can be reached there"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_a_sentence(
    notebook: Path, tmp_path: Path, address: str, sentence: str
):
    done = run("sweep", notebook, "--scheduler", address, "--output", tmp_path / "out")
    assert done.exit_code == 1
    assert sentence in said(done)


def test_a_simulated_small_machine_with_gpus_says_how_many_runs_it_does_and_why(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setattr("mnist_lab.runs.slots.available_memory", lambda: 9 * 10**9)
    done = run("sweep", notebook, "--output", tmp_path, "--dry-run")
    assert "2 runs at a time (one per GPU)" in said(done)
    monkeypatch.setattr("mnist_lab.runs.slots.available_memory", lambda: 14 * 10**8)
    done = run("sweep", notebook, "--output", tmp_path, "--dry-run")
    assert "1 run at a time (1.4 GB of memory are free, and a run may take 2.1 GB)" in said(done)
