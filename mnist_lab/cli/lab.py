"""`mnist-lab lab`: JupyterLab over a learner's folder, with the course's settings."""

import os
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from mnist_lab.cli import workspace
from mnist_lab.cli.console import fail
from mnist_lab.cli.start import copy_course, find_folder
from mnist_lab.files import JUPYTER_SETTINGS


def lab(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER OPTION",
            help="Your folder, created if it is new (by default the current one, or work);"
            " then JupyterLab's options, such as --no-browser.",
        ),
    ] = None,
    with_outputs: Annotated[
        bool,
        typer.Option("--with-outputs", help="Fill a new folder with notebooks that have results."),
    ] = False,
) -> None:
    """Open your folder of the course in JupyterLab."""
    options = arguments or []
    named = bool(options) and not options[0].startswith("-")
    folder = Path(options.pop(0)) if named else find_folder()
    if folder is None:
        raise fail("There is no course in this folder. Name one to make: mnist-lab lab my-course")
    if folder.exists() and not folder.is_dir():
        raise fail(f"{folder}: is a file, not a folder.")
    if not folder.exists() or not any(folder.iterdir()):
        copy_course(folder, with_outputs)
    elif workspace.read_manifest(folder) is not None and workspace.plan(folder):
        typer.echo(f"{folder} lacks pages of this version: mnist-lab start {folder} adds them")
    if _is_root() and "--allow-root" not in options:
        typer.echo("You are root, so JupyterLab is started with --allow-root")
        options = ["--allow-root", *options]
    os.environ.update(jupyter_environment(os.environ))
    from jupyterlab.labapp import main

    main(jupyter_arguments(folder, options))


def _is_root() -> bool:
    return getattr(os, "geteuid", lambda: 1)() == 0


def jupyter_arguments(folder: Path, options: list[str]) -> list[str]:
    """Return JupyterLab's command line: the folder, the page to open on if it is there, options."""
    opens = f"--LabApp.default_url=/lab/tree/{workspace.START_PAGE}"
    chosen = any("default_url" in option for option in options)
    start = [opens] if (folder / workspace.START_PAGE).is_file() and not chosen else []
    return [str(folder.resolve()), *start, *options]


def jupyter_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to set: the course's settings, and its commands for terminals."""
    own = {"JUPYTER_CONFIG_PATH": str(JUPYTER_SETTINGS), "PATH": sysconfig.get_path("scripts")}
    return {
        name: os.pathsep.join(filter(None, (value, environment.get(name, ""))))
        for name, value in own.items()
    }
