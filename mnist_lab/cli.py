"""The command line: `mnist-lab course`, `sweep`, `report`, `data` and `doctor`."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

app = typer.Typer(
    help="A progressive course on handwritten-digit recognition.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
_ROOT = Path(__file__).resolve().parent.parent

Source = Annotated[
    str,
    typer.Option(help="auto, mnist, sample, or the path of a folder of IDX files or of a .npz. auto reads MNIST_LAB_DATA first."),
]


def _fail(words: str) -> typer.Exit:
    """Print what is wrong on stderr and return the exit for it."""
    typer.echo(words, err=True)
    return typer.Exit(2)


def _source(source: str) -> str:
    """Return a path made absolute, since notebooks run elsewhere; the words auto, mnist and sample as they are."""
    return source if source in ("auto", "mnist", "sample") else str(Path(source).expanduser().resolve())


def _notebooks(folder: Path | None) -> list[Path]:
    """Return the notebooks of a folder in order; the course's own without one."""
    folder = folder or _ROOT / "notebooks"
    found = sorted(path for path in folder.glob("*.ipynb"))
    if not found:
        raise _fail(f"{folder}: holds no notebooks. Name the folder of the course's notebooks with --notebooks.")
    return found


def _parameters(names: list[str], texts: list[str], notebooks: list[Path]) -> dict[str, Any]:
    """Return name -> value, read as YAML; refuse a name that no notebook has."""
    import yaml

    from mnist_lab.runs.notebook import notebook_parameters

    if len(names) != len(texts):
        raise _fail(f"-p takes a name and a value each time: {len(names)} names ({' '.join(names)}), values: {' '.join(texts)}.")
    known = sorted({name for notebook in notebooks for name in notebook_parameters(notebook)})
    values = {}
    for name, text in zip(names, texts, strict=True):
        if name not in known:
            raise _fail(f"-p {name} {text}: no notebook has a parameter {name!r}; there are {', '.join(known)}.")
        try:
            values[name] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            words = "write a number, a word or a list such as '[100, 50]'"
            raise _fail(f"-p {name} {text}: cannot be read ({error}); {words}.") from error
    return values


@app.command()
def course(
    source: Source = "auto",
    quick: Annotated[bool, typer.Option("--quick", help="Small settings: minutes become seconds, accuracies drop.")] = False,
    output: Annotated[Path, typer.Option(help="Folder for the executed notebooks and report.html.")] = Path("runs/course"),
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME VALUE", help="A parameter for the notebooks that have it; repeatable.")
    ] = None,
    # typer has no repeatable option of two words: the second words arrive here, in order.
    value: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    notebooks: Annotated[Path | None, typer.Option(help="Folder of the notebooks; the course's own by default.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds one notebook may take.")] = 3600.0,
) -> None:
    """Run all notebooks in order, keep the good ones, and show the ladder."""
    from mnist_lab.runs.notebook import notebook_parameters, quick_values, run_notebook
    from mnist_lab.runs.report import write_report

    console = Console()
    files = _notebooks(notebooks)
    given = _parameters(parameter or [], value or [], files)
    output = output.resolve()
    # One look for the data, so that a network that does not answer costs its seconds once.
    environment = {"MNIST_LAB_DATA": _settled(_source(source), console)}
    runs = []
    for number, file in enumerate(files, start=1):
        names = notebook_parameters(file)
        values = (quick_values(file) if quick else {}) | {"records": str(output)} | given
        values = {name: value for name, value in values.items() if name in names}
        with _progress(console) as progress:
            task = progress.add_task(f"[{number}/{len(files)}] {file.stem}", total=None)
            run = run_notebook(
                file, output / file.name, values, timeout, environment,
                lambda done, total, task=task, progress=progress: progress.update(task, completed=done, total=total),
            )  # fmt: skip
        said = f"test accuracy {run.record.fields['metrics']['test_accuracy']:.2%}" if run.record else f"FAILED: {run.problem}"
        console.print(f"[{number}/{len(files)}] {file.stem}: {said} ({run.seconds:.0f} s)", markup=False, highlight=False)
        runs.append(run)
    write_report(runs, output / "report.html", "The course, run")
    _show(runs, output, console)
    if not all(run.record for run in runs):
        raise typer.Exit(1)


def _settled(source: str, console: Console) -> str:
    """Return the source that the notebooks shall use, after looking for the digits and saying which they are."""
    from mnist_lab.data.digits import load_digits

    try:
        digits = load_digits(source)
    except ValueError as error:
        raise _fail(str(error)) from error
    console.print(digits.provenance, markup=False)
    if source == "auto":
        source = os.environ.get("MNIST_LAB_DATA") or "auto"
    return "sample" if digits.source == "sample" else _source(source)


def _progress(console: Console) -> Progress:
    """Return the live line under a running notebook; it leaves nothing behind."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells,"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _show(runs: list, output: Path, console: Console) -> None:
    """Print the ladder of the good runs, what failed, and where everything lies."""
    from mnist_lab.records import ladder

    good = [run.record for run in runs if run.record]
    if good:
        # What fits into 80 columns; the report has the rest.
        rows = (
            ladder(good)
            .reset_index()
            .drop(columns=["model", "weights", "step"])
            .rename(columns={"test accuracy": "accuracy", "seconds": "s"})
        )
        style = {"box": box.SIMPLE, "show_edge": False, "pad_edge": False, "padding": (0, 1, 0, 0)}
        table = Table(*rows.columns, title="The ladder: accuracy on the test digits", **style)
        for row in rows.itertuples(index=False):
            table.add_row(*map(str, row))
        console.print(table)
    for run in runs:
        if not run.record:
            console.print(f"FAILED {run.notebook}: {run.problem}", markup=False)
            console.print(f"  see {run.path.with_suffix('.failed.ipynb')} and {run.path.with_suffix('.log')}", markup=False)
    console.print(f"Open {output} (start with {output / 'report.html'})", markup=False)


@app.command()
def sweep(
    notebook: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The notebook to run.")],
    grid: Annotated[Path | None, typer.Option(exists=True, help="YAML file: grid (lists to cross), points, seeds.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE,VALUE", help="To cross; repeatable.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="Each run with the seeds 0 to this number - 1.")] = None,
    output: Annotated[Path, typer.Option(help="Folder for the executed notebooks, runs.csv and report.html.")] = Path(
        "runs/sweep"
    ),
    quick: Annotated[bool, typer.Option("--quick", help="The notebook's quick values, where nothing else is set.")] = False,
    source: Source = "auto",
    slots: Annotated[int | None, typer.Option(min=1, help="Runs at a time on this machine; one a core by default.")] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of a run; the cores divided by the slots by default.")
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="An existing Dask cluster, such as tcp://host:8786.")] = None,
    timeout: Annotated[float, typer.Option(min=1.0, help="Seconds one run may take.")] = 3600.0,
    dashboard: Annotated[bool, typer.Option("--dashboard", help="Print the address of Dask's dashboard.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the runs and an estimate of the time.")] = False,
) -> None:
    """Run one notebook with many parameters, several at a time; a later start does only what is missing."""
    from mnist_lab import grid as grids
    from mnist_lab.runs.notebook import quick_values
    from mnist_lab.runs.sweep import completed, threads_of

    console = Console()
    try:
        crossed, points, more = grids.read_file(grid) if grid else ({}, [], None)
        crossed |= grids.read_settings(settings or [])
        base = quick_values(notebook) if quick else {}
        planned = grids.expand_grid(notebook, crossed, points, seeds or more, base)
    except ValueError as error:
        raise _fail(str(error)) from error
    slots = slots or os.cpu_count() or 1
    threads = threads or threads_of(slots)
    output = output.resolve()
    done = {point.name for point in completed(planned, output)}
    missing = [point for point in planned if point.name not in done]
    console.print(
        f"{len(planned)} runs of {notebook.name}: {len(done)} found in {output}, {len(missing)} to do",
        markup=False,
        soft_wrap=True,
    )
    if dry_run:
        _forecast(missing, notebook, output, slots, console)
        return
    output.mkdir(parents=True, exist_ok=True)
    environment = {} if scheduler else {"MNIST_LAB_DATA": _settled(_source(source), console)}
    failed = _sweep(missing, notebook, output, timeout, environment, (scheduler, slots, threads, dashboard), console)
    _sum_up([output], output, console)
    if failed:
        raise typer.Exit(1)


def _forecast(points: list, notebook: Path, output: Path, slots: int, console: Console) -> None:
    """Print the runs to do, and how long they may take."""
    from mnist_lab.records import read_record
    from mnist_lab.runs.sweep import typical_seconds

    for point in points:
        console.print(f"  {point.name} {dict(point.parameters)}", markup=False, soft_wrap=True)
    seconds, based = typical_seconds(output), "the median of the runs found"
    if seconds is None:
        try:
            # A kernel takes about 15 s to start, to import TensorFlow and to load the digits.
            seconds, based = read_record(notebook).fields["seconds"] + 15, "a guess from the notebook's own record"
        except ValueError:
            return
    total = seconds * -(-len(points) // slots)
    console.print(f"About {total / 60:.0f} minutes, {slots} at a time, {seconds:.0f} s a run ({based}).", markup=False)


def _sweep(points: list, notebook: Path, output: Path, timeout: float, environment: dict, where: tuple, console: Console) -> bool:
    """Run the points with a progress line; return whether any failed."""
    from mnist_lab.runs.sweep import cluster, environment_of, run_all

    if not points:
        return False
    scheduler, slots, threads, dashboard = where
    failures = []

    def tell(outcome: Any) -> None:
        progress.advance(task)
        if outcome.problem:
            failures.append(outcome.name)
            progress.console.print(f"FAILED {outcome.name}: {outcome.problem}", markup=False, highlight=False)

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    try:
        with cluster(scheduler, slots, dashboard) as client, Progress(*columns, console=console, transient=True) as progress:
            if dashboard:
                console.print(f"Dask's dashboard: {client.dashboard_link}", markup=False)
            task = progress.add_task("runs", total=len(points))
            run_all(client, notebook, points, output, timeout, environment | environment_of(threads), tell)
    except KeyboardInterrupt:
        console.print("Interrupted: completed runs are kept, the same command does the rest.")
        raise typer.Exit(130) from None
    except OSError as error:
        raise _fail(f"{error}. What is completed is kept in {output}; the same command does the rest.") from error
    return bool(failures)


def _sum_up(folders: list[Path], output: Path, console: Console) -> None:
    """Write runs.csv and report.html about some folders, and say so."""
    from mnist_lab.runs.sweep_report import write_results

    good, bad = write_results(folders, output, "Sweep: " + ", ".join(folder.name for folder in folders))
    console.print(f"{good} runs good, {bad} failed. Open {output / 'report.html'}", markup=False, soft_wrap=True)


@app.command()
def report(
    folders: Annotated[list[Path], typer.Argument(exists=True, file_okay=False, help="Output folders of sweeps.")],
    output: Annotated[Path | None, typer.Option(help="Where to write; the first folder by default.")] = None,
) -> None:
    """Write runs.csv and report.html anew, over one sweep or several."""
    target = (output or folders[0]).resolve()
    target.mkdir(parents=True, exist_ok=True)
    _sum_up([folder.resolve() for folder in folders], target, Console())


@app.command()
def data(source: Source = "auto") -> None:
    """Find or fetch the digits, check them, and say which they are and where they lie."""
    from mnist_lab.data.digits import load_digits
    from mnist_lab.data.download import cached

    try:
        digits = load_digits(_source(source))
    except ValueError as error:
        raise _fail(str(error)) from error
    typer.echo(digits.provenance)
    place = cached() if source in ("auto", "mnist") and not os.environ.get("MNIST_LAB_DATA") else None
    if place:
        typer.echo(f"Kept at {place[1]}")


@app.command()
def doctor(source: Source = "auto") -> None:
    """Look at Python, packages, TensorFlow, processor, memory, data and kernel; say OK or what to do."""
    from mnist_lab.doctor import examine

    findings = examine(_ROOT / "requirements.txt", source)
    for finding in findings:
        typer.echo(f"{'OK   ' if finding.fine else 'FAIL '} {finding.subject}: {finding.words}")
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)
