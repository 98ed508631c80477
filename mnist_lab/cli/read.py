"""`mnist-lab read`: print the digits on photos, line by line."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_lab.cli.console import command_line, fail, refuse_file, unwritable

if TYPE_CHECKING:
    from mnist_lab.handwriting.photos.page import Reading
    from mnist_lab.runs.reading_page import PhotoOnPage

_MADE = "-read.jpg"  # how the names of annotated photos end
_PAGE = "read.html"


def read(
    photos: Annotated[
        list[Path],
        typer.Argument(metavar="PHOTO FOLDER", help="Photos, and folders of photos."),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, with boxes and probabilities.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            help="A folder for the photos with boxes drawn over them, and read.html over all."
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            help="The .keras or .h5 file of a network; by default the course's own, for photos."
        ),
    ] = None,
) -> None:
    """Read the digits on photos of paper, line by line; ? is a mark that may be no digit.

    What cannot be read is named, and the others are read all the same; the exit code is then 1.
    After Ctrl+C, what was read until then is written.
    """
    if output:
        refuse_file(output)
        try:
            output.mkdir(parents=True, exist_ok=True)  # now, since reading takes long
        except OSError as error:
            raise unwritable(output, error) from error
    from mnist_lab.handwriting.photos.reading import read_page
    from mnist_lab.models import load

    try:
        network = load(model) if model else None
    except ValueError as error:
        raise fail(str(error)) from error
    files, missing = _files(photos)
    # Of a photo that was read, only these stay in memory: a class hands in many large ones.
    entries: list[dict[str, Any]] = []
    on_page: list[PhotoOnPage] = []
    problems: list[str] = []
    code = 0
    try:
        for path in files:
            try:
                if path in missing:
                    raise ValueError(missing[path])
                reading = read_page(path, network)
            except ValueError as error:
                code, problem = 1, str(error).removeprefix(f"{path.name}: ")
                problems.append(f"{path}: {problem}")
                entries.append({"file": str(path), "error": problem})
                typer.echo(problems[-1], err=True)
                continue
            entries.append(_entry(path, reading))
            if not as_json:
                _show(path, reading, named=len(files) > 1)
            if output:
                on_page.append(_write_photo(path, reading, output, on_page))
    except KeyboardInterrupt:
        code = 130
        typer.echo(f"Interrupted: {len(entries):,} of {len(files):,} files were read.", err=True)
    finally:
        if as_json:
            typer.echo(json.dumps({"files": entries}))
    if output:
        _write_page(on_page, problems, output)
    if code:
        raise typer.Exit(code)


def _files(paths: Iterable[Path]) -> tuple[list[Path], dict[Path, str]]:
    """Return the files that are named or lie in folders, each once, and what is wrong with some."""
    from mnist_lab.handwriting.picture_files import pictures_in

    files: list[Path] = []
    missing: dict[Path, str] = {}
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        try:
            found = [one for one in pictures_in(path) if not one.name.endswith(_MADE)]
        except OSError as error:
            found, missing[path] = [], f"the folder cannot be read ({error.strerror})."
        if not found:
            missing.setdefault(path, "the folder holds no pictures.")
        files += found or [path]
    return list(dict.fromkeys(files)), missing


def _show(path: Path, reading: "Reading", named: bool) -> None:
    """Print the lines of a photo, below its name if there are several photos."""
    if named:
        typer.echo(f"{path}:")
    if reading.digits:
        typer.echo(reading.text)
    else:
        typer.echo(f"{path}: no digits were found.", err=True)


def _entry(path: Path, reading: "Reading") -> dict[str, Any]:
    """Return a photo as the JSON document has it; boxes are left, top, right, bottom in pixels."""
    rows = zip(
        reading.page.digits, reading.digits, reading.probabilities, reading.confidences, strict=True
    )
    digits = iter(
        {
            "digit": digit,
            "confidence": round(float(confidence), 6),
            "box": [round(side, 1) for side in found.box],
            "corners": found.corners.round(1).tolist(),
            "probabilities": probabilities.round(6).tolist(),
        }
        for found, digit, probabilities, confidence in rows
    )
    height, width = reading.page.picture.shape[:2]
    return {
        "file": str(path),
        "width": width,
        "height": height,
        "turn": reading.page.turn,
        "threshold": reading.threshold,
        "text": reading.text,
        "lines": [[next(digits) for _ in line] for line in reading.lines],
    }


def _write_photo(
    path: Path, reading: "Reading", output: Path, earlier: "Sequence[PhotoOnPage]"
) -> "PhotoOnPage":
    """Write a photo with its boxes into a folder, and return what the page shows of it."""
    from mnist_lab.files import atomic_write
    from mnist_lab.runs.reading_page import annotated, jpeg, photo_on_page

    picture = annotated(reading)
    file = _free_name(path, [one.file for one in earlier])
    try:
        with atomic_write(output / file, "wb") as stream:
            stream.write(jpeg(picture))
    except OSError as error:
        raise unwritable(output, error) from error
    return photo_on_page(str(path), file, reading, picture)


def _write_page(photos: "Sequence[PhotoOnPage]", failed: Sequence[str], output: Path) -> None:
    """Write the page over all photos into a folder."""
    from mnist_lab.runs.reading_page import write_reading_page

    try:
        write_reading_page(output / _PAGE, photos, failed, command_line())
    except OSError as error:
        raise unwritable(output, error) from error
    typer.echo(f"Open {output / _PAGE}", err=True)


def _free_name(path: Path, taken: Iterable[str]) -> str:
    """Return a name for the annotated photo of a path that no other has in any letter case."""
    lower = {name.lower() for name in taken}
    number, name = 1, f"{path.stem}{_MADE}"
    while name.lower() in lower:
        number += 1
        name = f"{path.stem} {number}{_MADE}"
    return name
