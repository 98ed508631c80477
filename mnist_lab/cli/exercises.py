"""`mnist-lab exercises`: the exercises with the numbers of another term."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mnist_lab.cli.console import fail, refuse_file, unwritable
from mnist_lab.wording import counted


def exercises(
    folder: Annotated[Path, typer.Argument(help="The folder to write into, such as new-term.")],
    seed: Annotated[
        int, typer.Option(min=1, max=999_999, help="The term's number; it decides the others.")
    ],
) -> None:
    """Write the exercises and their solutions with other numbers, for another term."""
    from mnist_lab import ipynb
    from mnist_lab.exercises.handout import exercises_from, renumbered
    from mnist_lab.files import atomic_write, course_folder

    console, folder = Console(), folder.resolve()
    refuse_file(folder)
    sources = sorted((course_folder() / "solutions").glob("*.ipynb"))
    if not sources:
        raise fail("The solutions of the course are not installed here.")
    try:
        for path in sources:
            solutions, lesson = ipynb.read(path), path.stem[:2]
            books = {
                "exercises": exercises_from(solutions, lesson, seed),
                "solutions": renumbered(solutions, lesson, seed),
            }
            for part, book in books.items():
                with atomic_write(folder / part / path.name) as stream:
                    json.dump(book, stream, indent=1, ensure_ascii=False)
    except OSError as error:
        raise unwritable(folder, error) from error
    console.print(
        f"{counted(len(sources), 'notebook')} of exercises in {folder / 'exercises'},"
        f" their solutions in {folder / 'solutions'}. Hand out the first, keep the second.",
        markup=False,
        soft_wrap=True,
    )
