"""Digits in text: Kaggle's train.csv, mnist_train.csv, OpenML's .arff, and tables like them."""

import gzip
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.errors import DataError, unpacking
from mnist_lab.data.formats.keyed import INDEX_NAMES, LABEL_NAMES
from mnist_lab.data.formats.tidy import Part

_PIXELS = 28 * 28
_LONGEST = 200_000  # letters in a line; 785 numbers take far fewer
_ROWS = 1000  # parsed at a time

Lines = list[tuple[int, str]]


def _encoding(start: bytes) -> str:
    """Return the encoding of a text: Excel and PowerShell write UTF-16."""
    return "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _lines(path: Path, stream: IO[bytes]) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers from 1."""
    encoding = _encoding(stream.read(2))
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, errors="replace")
    number = 0
    while line := text.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST:
            raise DataError(
                f"{path.name}: line {number} has more than {_LONGEST:,} letters, too many for one"
                " digit. Expected a line per digit."
            )
        if line.strip():
            yield number, line.strip()


def _delimiter(line: str) -> str:
    """Return what separates the values of a line."""
    return max((",", ";", "\t", " "), key=line.count)


def _fields(line: str, delimiter: str) -> list[str]:
    parts = line.split() if delimiter == " " else line.split(delimiter)
    return [part.strip().strip("\"'").strip() for part in parts]


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _parsed(text: Sequence[str], delimiter: str) -> np.ndarray | None:
    """Return lines as float32 (rows, columns); None where one is not such a row."""
    import pandas

    try:
        values = pandas.read_csv(
            io.StringIO("\n".join(text)),
            sep=r"\s+" if delimiter == " " else delimiter,
            header=None,
            quotechar="'" if "'" in text[0] else '"',
            skipinitialspace=True,
            dtype=np.float32,
        ).to_numpy()
    except (ValueError, OverflowError, MemoryError):  # pandas's ParserError is a ValueError
        return None
    return values if len(values) == len(text) and np.isfinite(values).all() else None


def _complaint(path: Path, rows: Lines, columns: int, delimiter: str) -> DataError:
    """Return the error for the first of some lines that is no row of the table."""
    for number, line in rows:
        fields = _fields(line, delimiter)
        if len(fields) != columns:
            return DataError(
                f"{path.name}: line {number} has {len(fields):,} values; the lines before have"
                f" {columns:,}. Mend or delete this line."
            )
        for place, field in enumerate(fields, start=1):
            if not _is_number(field):
                shown = checks.one_line(repr(field[:40]), 60)
                return DataError(
                    f"{path.name}: line {number} has {shown} in column {place}; expected a number."
                    " Mend or delete this line."
                )
    first, last = rows[0][0], rows[-1][0]
    return DataError(f"{path.name}: lines {first} to {last} are no table of numbers.")


def _values(path: Path, lines: Iterator[tuple[int, str]], delimiter: str) -> np.ndarray:
    """Return all rows of numbers: uint8 where they are such numbers, else float32."""
    pieces: list[np.ndarray] = []
    size, most, columns = 0, machine.memory_limit() // 8, 0
    while rows := [row for _, row in zip(range(_ROWS), lines, strict=False)]:
        columns = columns or len(_fields(rows[0][1], delimiter))
        values = _parsed([line for _, line in rows], delimiter)
        if values is None or values.shape[1] != columns:
            raise _complaint(path, rows, columns, delimiter)
        whole = (values >= 0).all() and (values <= 255).all() and (values == np.rint(values)).all()
        pieces.append(values.astype(np.uint8) if whole else values)
        size += pieces[-1].nbytes
        if size > most:
            raise DataError(
                f"{path.name}: its first {sum(map(len, pieces)):,} rows take {size:,} bytes, too"
                f" many for this machine (at most {most:,}). Store fewer digits."
            )
    if not pieces:
        raise DataError(
            f"{path.name}: holds no rows of numbers. Expected a row per digit: 784 pixels, with or"
            " without a label."
        )
    return np.concatenate(pieces)


def _label_column(path: Path, names: Sequence[str], values: np.ndarray) -> tuple[int | None, list]:
    """Return the column of the labels, or None, and the columns of the pixels.

    Without names it is the first column or the last: that of whole numbers from 0 to 9 with more of
    them, since the pixels in the corners of MNIST's digits are all 0.
    """
    columns = [at for at, name in enumerate(names) if name not in INDEX_NAMES]
    columns = columns or list(range(values.shape[1]))
    named = [at for at in columns if names and names[at] in LABEL_NAMES]
    if len(columns) == _PIXELS and not named:
        return None, columns
    if len(columns) != _PIXELS + 1:
        hint = ""
        if [*names] == ["imageid", "label"]:
            hint = " This is a submission to Kaggle, not digits."
        elif len(columns) < _PIXELS:
            hint = " Digits of another size: lab.handwriting.preprocess makes one 28 x 28."
        raise DataError(
            f"{path.name}: has {values.shape[1]:,} columns; expected the 784 pixels of a digit,"
            f" with or without a label.{hint}"
        )
    if not named:
        ends = {at: values[:, at] for at in (columns[0], columns[-1])}
        kinds = {
            at: len(np.unique(column))
            for at, column in ends.items()
            if column.max() <= 9 and column.min() >= 0 and (column == np.rint(column)).all()
        }
        if not kinds:
            raise DataError(
                f"{path.name}: has 785 columns, and neither the first nor the last holds labels"
                " from 0 to 9. Expected 784 pixels, with or without a label."
            )
        named = [max(kinds, key=lambda at: (kinds[at], -at))]
    return named[0], [at for at in columns if at != named[0]]


def _header(lines: Iterator[tuple[int, str]]) -> tuple[list[str], str, list[tuple[int, str]]]:
    """Return the names of the columns, if there are any, the delimiter, and lines to read again."""
    names: list[str] = []
    for number, line in lines:
        if line.startswith(("%", "#")):
            continue
        if line.startswith("@"):  # the head of an .arff
            words = re.split(r"[\s]+", line, maxsplit=2)
            if words[0].lower() == "@attribute" and len(words) > 1:
                names.append(words[1].strip("\"'").lower())
            continue
        delimiter = _delimiter(line)
        fields = _fields(line, delimiter)
        if names or all(_is_number(field) for field in fields):
            return names, delimiter, [(number, line)]
        return [field.lower() for field in fields], delimiter, []
    return [], ",", []


def read_table(path: Path, gzipped: bool) -> Part:
    """Read digits from a table in text, a row per digit.

    The columns are 784 pixels, row by row, and a label before or after them, or none; names of the
    columns and an index may be there. Values are separated by commas, semicolons, tabs or blanks.

    Args:
        path: The file.
        gzipped: Whether it is packed with gzip.

    Returns:
        The digits, not tidied.

    Raises:
        DataError: A row is no such row, named by its line; or the file is damaged or too large.
    """
    with unpacking(path), gzip.open(path) if gzipped else path.open("rb") as stream:
        lines = _lines(path, stream)  # type: ignore[arg-type]
        names, delimiter, again = _header(lines)
        values = _values(path, _chained(again, lines), delimiter)
    if names and len(names) != values.shape[1]:
        raise DataError(
            f"{path.name}: has {len(names):,} names of columns and {values.shape[1]:,} values in a"
            " row; expected as many."
        )
    label, pixels = _label_column(path, names, values)
    images = values[:, pixels[0] : pixels[-1] + 1]
    if len(pixels) != images.shape[1]:  # the labels stand in the middle
        images = values[:, pixels]
    return Part(images, None if label is None else values[:, label])


def _chained(first: Lines, rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield from first
    yield from rest
