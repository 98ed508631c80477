"""`python -m tools.claims check` tests the committed notebooks' claims, `... run` many runs'."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from mnist_lab.files import atomic_write
from mnist_lab.records import read_record
from tools.claims.claim import failures
from tools.claims.course import NOTEBOOKS, check, claims_of
from tools.claims.report import Outcome, page, summary

app = typer.Typer(add_completion=False, help=__doc__)
Numbers = Annotated[list[str] | None, typer.Argument(help="Notebooks, such as 01; default: all.")]


def _chosen(numbers: list[str] | None) -> list[Path]:
    chosen = [path for path in NOTEBOOKS if not numbers or path.stem[:2] in numbers]
    if not chosen:
        raise typer.BadParameter(f"no notebook with the number {', '.join(numbers or [])}")
    return chosen


@app.command("check")
def check_committed(numbers: Numbers = None) -> None:
    """Compare the sentences of committed notebooks with their claims and records."""
    count = 0
    for notebook in _chosen(numbers):
        found = check(notebook)
        print(f"{notebook.stem}: {len(claims_of(notebook))} claims, {len(found)} problems")
        for line in found:
            print(f"  {line}")
        count += len(found)
    raise typer.Exit(int(count > 0))


@app.command()
def run(
    numbers: Numbers = None,
    output: Annotated[Path, typer.Option(help="Folder for the runs and the report.")] = Path(
        "runs/claims"
    ),
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds: 0, 1, 2 and so on.")] = 3,
) -> None:
    """Run notebooks with other seeds, digits and values, and test their general claims on each."""
    outcomes: list[Outcome] = []
    for notebook in _chosen(numbers):
        for source in ("mnist", "sample"):
            for values in ("default", "quick"):
                folder = output / f"{notebook.stem[:2]}_{source}_{values}"
                command = [sys.executable, "-m", "mnist_lab", "sweep", str(notebook)]
                command += ["--seeds", str(seeds), "--source", _source(source)]
                command += ["--output", str(folder), "--keep-going"]
                command += ["--quick"] if values == "quick" else []
                done = subprocess.run(command, check=False)
                outcomes += _outcomes(notebook, folder, source, values, seeds, done.returncode)
    with atomic_write(output / "report.html") as file:
        file.write(page(outcomes))
    print(summary(outcomes))
    print(f"The report: {output / 'report.html'}")
    raise typer.Exit(int(any(outcome.failed or outcome.problem for outcome in outcomes)))


def _source(name: str) -> str:
    """Return what sweep calls these digits: "auto" finds full MNIST where it is."""
    return "auto" if name == "mnist" else name


def _outcomes(
    notebook: Path, folder: Path, source: str, values: str, seeds: int, code: int
) -> list[Outcome]:
    """Return what each run of a sweep says about the general claims of its notebook."""
    claims = [claim for claim in claims_of(notebook) if claim.kind == "general"]
    found = []
    for path in sorted(folder.glob("*.ipynb")):
        if path.name.endswith(".failed.ipynb"):
            continue
        record = read_record(path)
        where = f"{record.data.source}, {values} values, seed {record.parameters.get('seed')}"
        failed = [(claim.sentence, reason) for claim, reason in failures(claims, record)]
        found.append(Outcome(notebook.stem, where, len(claims), failed, ""))
        if record.data.source != source:
            found[-1].problem = f"the digits are {record.data.source}, not {source}"
    if len(found) != seeds or code:
        where, problem = f"{source}, {values} values", f"{len(found)} of {seeds} runs are good"
        found.append(Outcome(notebook.stem, where, 0, [], problem))
    return found


if __name__ == "__main__":
    app()
