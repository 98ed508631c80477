"""Digits in .parquet files: a column per pixel, or Hugging Face's column of pictures."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_lab import checks, machine
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats.keyed import INDEX_NAMES, LABEL_NAMES
from mnist_lab.data.formats.pictures import gray
from mnist_lab.data.formats.tidy import Part

if TYPE_CHECKING:
    import pandas

_IMAGES = ("image", "images", "pixels", "x", "data", "features")


def _images(where: str, column: "pandas.Series") -> np.ndarray:
    """Return a column of pictures, or of lists of pixels, as an array."""
    first = column.iloc[0]
    if isinstance(first, (bytes, dict)):
        contents = [value.get("bytes") if isinstance(value, dict) else value for value in column]
        pictures = [content for content in contents if isinstance(content, bytes)]
        if len(pictures) < len(contents):
            raise DataError(
                f"{where}: a row holds the path of a picture and not the picture. Save it with the"
                " pictures inside: dataset.to_parquet(name)."
            )
        rows = enumerate(pictures, start=1)
        return np.stack([gray(f"{where}: row {row}", content) for row, content in rows])
    try:
        return np.stack([np.array(_plain(value), np.float32) for value in column])
    except (TypeError, ValueError) as error:
        reason = checks.one_line(error, 120)
        raise DataError(f"{where}: its column {column.name} holds no digits ({reason}).") from error


def _plain(value: Any) -> Any:
    """Return an array of arrays, as pandas makes of a list of lists, as lists."""
    return [_plain(part) for part in value] if isinstance(value, (list, np.ndarray)) else value


def digits_of_frame(where: str, frame: "pandas.DataFrame") -> Part:
    """Return the digits in a table of pandas.

    Args:
        where: What errors call its file.
        frame: A row per digit: 784 columns of pixels, or one column "image" with pictures (bytes,
            as Hugging Face has them) or lists of pixels; and a column "label" or none.

    Raises:
        DataError: It holds no digits.
    """
    names = {str(name).lower(): name for name in frame.columns}
    label = next((names[name] for name in LABEL_NAMES if name in names), None)
    labels = None if label is None else frame[label].to_numpy()
    if labels is not None and labels.dtype == object:
        labels = labels.astype(str)
    image = next((names[name] for name in _IMAGES if name in names), None)
    if frame.empty:
        raise DataError(f"{where}: holds no rows.")
    if image is not None:
        return Part(_images(where, frame[image]), labels)
    skipped = {label, *(names.get(name) for name in INDEX_NAMES)}
    pixels = [name for name in frame.columns if name not in skipped]
    if len(pixels) != 28 * 28:
        shown = checks.one_line(", ".join(map(str, frame.columns[:8])), 120)
        raise DataError(
            f"{where}: has {len(frame.columns):,} columns ({shown}); expected image and label, or"
            " 784 pixels and label."
        )
    try:
        return Part(frame[pixels].to_numpy(np.float32), labels)
    except (TypeError, ValueError) as error:
        reason = checks.one_line(error, 120)
        raise DataError(f"{where}: its pixels are no numbers ({reason}).") from error


def read_parquet(paths: Sequence[Path]) -> Part:
    """Read the digits of one .parquet file, or of one set that is kept in several.

    Raises:
        DataError: pyarrow is missing, or a file is damaged, too large, or holds no digits.
    """
    name = paths[0].name
    if find_spec("pyarrow") is None:
        raise DataError(
            f"{name}: a .parquet file needs a package that is not here. Run: pip install pyarrow"
        )
    # Not a package that the course needs.
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    try:
        footers = [parquet.read_metadata(path) for path in paths]
        size = sum(
            max(footer.row_group(group).total_byte_size, 28 * 28 * footer.row_group(group).num_rows)
            for footer in footers
            for group in range(footer.num_row_groups)
        )
        if size > machine.memory_limit() // 8:
            raise DataError(f"{name}: holds {size:,} bytes, too many for this machine.")
        tables = [parquet.read_table(path, memory_map=False) for path in paths]
        frame = pyarrow.concat_tables(tables).to_pandas()
    except DataError:
        raise
    except Exception as error:  # pyarrow has many errors of its own
        reason = checks.one_line(error, 200)
        raise DataError(
            f"{name}: the .parquet file is damaged or of another kind ({reason}). Fetch it again."
        ) from error
    return digits_of_frame(name, frame)
