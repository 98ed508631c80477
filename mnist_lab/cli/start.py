"""`mnist-lab start` and `reset`: a learner's copy of the course, and one of its pages restored."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_lab.cli import workspace
from mnist_lab.cli.console import fail
from mnist_lab.wording import counted


def copy_course(folder: Path, outputs: bool) -> None:
    """Copy the course's pages into a folder, and print what was written and what was kept."""
    try:
        copies = workspace.plan(folder)
        workspace.hand_out(folder, copies, outputs)
    except OSError as error:
        raise fail(f"{folder}: cannot be written ({error.strerror or error}).") from error
    for kind, description in (("new", "new"), ("updated", "brought up to date")):
        count = sum(copy.kind == kind for copy in copies)
        if count:
            typer.echo(f"{folder}: {counted(count, 'page')} {description}")
    for copy in copies:
        if copy.kind == "beside":
            typer.echo(f"{copy.page}: yours is kept; the new version is {copy.target.name}")
    if not copies:
        typer.echo(f"{folder}: has every page of this version already")


def start(
    folder: Annotated[Path, typer.Argument(help="The folder to create, such as my-course.")],
    with_outputs: Annotated[
        bool, typer.Option("--with-outputs", help="Keep the results of the course's own run.")
    ] = False,
) -> None:
    """Copy the course into a folder of your own; a later call adds the pages of a new version.

    Notebooks come without results, so that you can guess before you see. A page that you have
    changed stays as it is: a new version of it is written beside it, such as
    "01_single_layer (0.2.0).ipynb".
    """
    refuse_course(folder)
    copy_course(folder, with_outputs)
    typer.echo(f"Next: mnist-lab lab {folder}")


def refuse_course(folder: Path) -> None:
    """Raise the exit for a folder that is a file, or the course itself."""
    if folder.exists() and not folder.is_dir():
        raise fail(f"{folder}: is a file. Name a new folder, or one created by `mnist-lab start`.")
    try:
        course = workspace.course_folder()
    except FileNotFoundError as error:
        raise fail(str(error)) from error
    if folder.resolve() == course.resolve():
        raise fail(f"{folder}: is the course itself. Name another folder, such as my-course.")


def reset(
    page: Annotated[str, typer.Argument(help="Its number or name, such as 01.")],
    folder: Annotated[
        Path | None, typer.Argument(help="Your folder; by default the current one, or work.")
    ] = None,
) -> None:
    """Restore one page of the course; your own version is kept beside it."""
    folder = folder or find_folder()
    if folder is None or workspace.read_manifest(folder) is None:
        raise fail(
            f"{folder or Path.cwd()}: was not created by `mnist-lab start`."
            " Name yours: mnist-lab reset 01 my-course"
        )
    try:
        name = workspace.find_page(page)
        kept = workspace.reset(folder, name)
    except ValueError as error:
        raise fail(str(error)) from error
    except OSError as error:
        raise fail(f"{folder}: cannot be written ({error.strerror or error}).") from error
    typer.echo(f"{folder / name}: is restored")
    if kept:
        typer.echo(f"{kept}: is your own version")
    typer.echo("If it is open in JupyterLab: File > Reload Notebook from Disk")


def find_folder() -> Path | None:
    """Return the learner's folder: the current one, or work in it; None if neither is one."""
    for folder in (Path(), Path("work")):
        if workspace.read_manifest(folder) is not None:
            return folder
    return None
