"""`mnist-lab mark`: a class's notebooks of exercises."""

import json
import secrets
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from mnist_lab.cli.console import claimed, command_line, fail, progress_line, refuse_file
from mnist_lab.files import atomic_write
from mnist_lab.wording import counted

if TYPE_CHECKING:
    from mnist_lab.marking.marked import Marked
    from mnist_lab.marking.run import Limits
    from mnist_lab.marking.submissions import Submission

_ABOUT = "about.json"


class Platform(StrEnum):
    """A learning platform that imports marks."""

    MOODLE = "moodle"
    CANVAS = "canvas"


def mark(
    submissions: Annotated[
        Path, typer.Argument(exists=True, help="A folder or zip file of learners' notebooks.")
    ],
    output: Annotated[Path, typer.Option(help="Folder for marks and feedback.")] = Path("marks"),
    seed: Annotated[
        int | None,
        typer.Option(
            min=1, help="Draws the inputs of the checks; by default new ones for a new folder."
        ),
    ] = None,
    term: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="The --seed of `mnist-lab exercises` that was handed out; by default what each"
            " notebook names.",
        ),
    ] = None,
    rubric: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help='YAML file: lines such as "01.1": 2.'),
    ] = None,
    platform: Annotated[
        Platform | None, typer.Option(help="Also write the columns that this platform imports.")
    ] = None,
    slots: Annotated[
        int | None, typer.Option(min=1, help="Notebooks at a time; one per core by default.")
    ] = None,
    cell_seconds: Annotated[int, typer.Option(min=1, help="Seconds one cell may take.")] = 30,
    seconds: Annotated[
        float, typer.Option(min=1, help="Seconds one notebook may take in all.")
    ] = 120.0,
    memory: Annotated[float, typer.Option(min=1, help="GB one process may take.")] = 6.0,
    open_room: Annotated[
        bool,
        typer.Option(
            "--open-room", help="Mark though this system closes no room; see docs/teaching.md."
        ),
    ] = False,
) -> None:
    """Mark learners' notebooks by trying their functions on new inputs; run again to resume.

    The exit code is 1 if a submission could not be marked: marks.html says which, and why.
    """
    from mnist_lab.marking.run import Limits
    from mnist_lab.marking.submissions import read_submissions
    from mnist_lab.marking.table import read_rubric

    console, output = Console(), output.resolve()
    refuse_file(output)
    try:
        handed_in, points = read_submissions(submissions, output), read_rubric(rubric)
    except ValueError as error:
        raise fail(str(error)) from error
    hidden = (str(submissions.resolve()), str(output))
    closed = _decide(hidden, open_room)
    limits = Limits(cell_seconds, seconds, int(memory * 1e9), hidden=hidden, closed=closed)
    with claimed(output, console):
        seed = _settled_seed(output, seed)
        marked = _mark_missing(handed_in, seed, limits, term, slots, output / "results", console)
        _write(handed_in, marked, points, platform, output)
    problems = sum(bool(one.problem) for one in marked)
    console.print(
        f"{counted(len(marked), 'submission')} marked (seed {seed}), {problems} could not be."
        f" Open {output / 'marks.html'}",
        markup=False,
        soft_wrap=True,
    )
    if problems:
        raise typer.Exit(1)


def _decide(hidden: Sequence[str], open_room: bool) -> bool:
    """Return whether rooms are closed; refuse to mark in open ones unless that was asked for."""
    if sys.platform == "win32":
        raise fail("Hand-ins cannot be marked on Windows: there are no limits. Use WSL or Linux.")
    from mnist_lab.marking.sandbox import why_open

    reason = why_open(hidden)
    if reason and not open_room:
        raise fail(
            f"No closed room for strangers' code here ({reason}). Mark in a container or a virtual"
            " machine that holds nothing else, with --open-room; see docs/teaching.md."
        )
    return not reason


def _settled_seed(output: Path, seed: int | None) -> int:
    """Return the seed of a folder of marks: all in it are marked with the same inputs."""
    file = output / _ABOUT
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))["seed"]
    except (OSError, ValueError, KeyError, TypeError):
        kept = None
    settled = (
        seed if seed is not None else kept if isinstance(kept, int) else secrets.randbelow(10**9)
    )
    with atomic_write(file) as stream:
        json.dump({"seed": settled}, stream)
    return settled


def _mark_missing(
    handed_in: "Sequence[Submission]",
    seed: int,
    limits: "Limits",
    term: int | None,
    slots: int | None,
    folder: Path,
    console: Console,
) -> "list[Marked]":
    from mnist_lab.machine import usable_cores
    from mnist_lab.marking.many import found, mark_all
    from mnist_lab.runs.cluster import cluster

    done = found(handed_in, seed, limits, folder, term)
    missing = len(handed_in) - len(done)
    console.print(f"{counted(len(handed_in), 'submission')}: {len(done)} found, {missing} to do")
    if not missing:
        return [done[index] for index in sorted(done)]
    with (
        progress_line(console, "submissions", remaining=True) as line,
        cluster(None, slots or usable_cores()) as client,
    ):
        task = line.add_task("Marking", total=missing)
        return mark_all(client, handed_in, seed, limits, folder, term, lambda _: line.advance(task))


def _write(
    handed_in: "Sequence[Submission]",
    marked: "Sequence[Marked]",
    points: dict[str, float],
    platform: Platform | None,
    output: Path,
) -> None:
    """Write tables, page, and a notebook of feedback for each learner."""
    from mnist_lab.marking.feedback import write_feedback
    from mnist_lab.marking.page import write_marks_page
    from mnist_lab.marking.table import for_canvas, for_moodle, rows
    from mnist_lab.runs.sweep_report import harmless

    table = rows(marked, points)
    tables = {"marks.csv": table}
    if platform is Platform.MOODLE:
        tables["marks-moodle.csv"] = for_moodle(table)
    if platform is Platform.CANVAS:
        lessons = ", ".join(sorted({one.notebook for one in marked if one.notebook}))
        tables["marks-canvas.csv"] = for_canvas(table, f"Exercises {lessons}")
    for name, frame in tables.items():
        with atomic_write(output / name) as stream:
            frame.map(harmless).to_csv(stream, index=False)
    write_marks_page(output / "marks.html", marked, table, "Marks", command_line())
    write_feedback(output, handed_in, marked)
