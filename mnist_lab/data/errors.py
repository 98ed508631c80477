"""How reading digits fails: one error, and what stands behind a file that cannot be read."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnist_lab import checks


class DataError(ValueError):
    """Digits cannot be read or fetched; the message says what to do."""


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Raise a DataError that names the file where it cannot be read, or its gzip is damaged."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path.name}: the gzip file is cut short or damaged ({error}). Fetch it again."
        ) from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}).") from error


@contextmanager
def reading_arrays(path: Path) -> Iterator[None]:
    """Raise a DataError that names the file where it holds no arrays of numbers."""
    try:
        yield
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error}).") from error
    except Exception as error:  # a damaged archive raises errors of zipfile, tokenize and others
        raise DataError(
            f"{path.name}: not a readable {path.suffix or '.npz'} of plain arrays"
            f" ({checks.one_line(error)}). Pickled arrays are never loaded; in the program that"
            " made them, save the arrays as numbers with numpy.savez: images ="
            " numpy.stack(list(images)).astype('uint8'), labels = numpy.array(list(labels),"
            " 'uint8')."
        ) from error
