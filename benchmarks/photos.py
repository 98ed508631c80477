"""How well `read_page` reads pages made by program, kind by kind, and photos in a folder of yours.

    python -m benchmarks.photos --pages 2000
    python -m benchmarks.photos --photos FOLDER

The digits are MNIST's test digits. Pages that are in the file of results are not read again. FOLDER
holds pictures and a file labels.csv with the columns file, digits and kind; "/" divides the lines.
"""

import csv
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks.digits import full_mnist
from benchmarks.machine import processor
from benchmarks.markdown import Row
from benchmarks.photos_figure import write_figure
from benchmarks.photos_tables import COUNTS, tables
from mnist_lab.data.dataset import Dataset
from mnist_lab.files import atomic_write
from mnist_lab.handwriting.generated.empty import EMPTY_KINDS, make_empty_page
from mnist_lab.handwriting.generated.page import PAGE_KINDS, GeneratedPage, make_page
from mnist_lab.handwriting.photos.alignment import score
from mnist_lab.handwriting.photos.reading import read_page
from mnist_lab.pretrained import record_of

FILE = Path(__file__).with_name("photos.json")
SEED = 0
_CHUNK = 40  # pages, after which results are written
_EMPTY_SHARE = 0.1  # pages without digits, beside those with digits

Job = tuple[str, int]  # a kind, and the number of a page of it


@cache
def test_digits() -> Dataset:
    """Return MNIST's test digits, loaded once per process; refuse others."""
    return full_mnist().test


def generated(kind: str, number: int) -> GeneratedPage:
    """Return a page of a kind; the same numbers make the same page."""
    rng = np.random.default_rng([SEED, (*PAGE_KINDS, *EMPTY_KINDS).index(kind), number])
    if kind in EMPTY_KINDS:
        return make_empty_page(rng, kind)
    return make_page(test_digits().images, test_digits().labels, rng, kind)


def counts(picture: np.ndarray | Path, truth: Iterable[int]) -> Counter[str]:
    """Read one picture; return how many digits were right, wrong, missed and invented."""
    start = time.perf_counter()
    truth, reading = list(truth), read_page(picture)
    found = score(reading.digits, truth)
    return Counter(
        pages=1,
        digits=len(truth),
        **{name: getattr(found, name) for name in COUNTS},
        seconds=time.perf_counter() - start,  # type: ignore[arg-type]
    )


def measured(job: Job) -> tuple[str, Counter[str]]:
    """Make a page, and read it; return its kind and the counts."""
    kind, number = job
    page = generated(kind, number)
    return kind, counts(page.picture, (digit for line in page.labels for digit in line))


def jobs(pages: int, done: dict[str, Row]) -> Iterator[Job]:
    """Return the pages that are still to be read, kind by kind in turn.

    Args:
        pages: How many pages with digits; there are a tenth as many without.
        done: Per kind the counts so far.
    """
    each = -(-pages // len(PAGE_KINDS))
    empty = -(-int(_EMPTY_SHARE * pages) // len(EMPTY_KINDS))
    for number in range(each):
        for kind in (*PAGE_KINDS, *EMPTY_KINDS):
            if (
                done.get(kind, {"pages": 0})["pages"]
                <= number
                < (empty if kind in EMPTY_KINDS else each)
            ):
                yield kind, number


def read_results(file: Path) -> dict[str, Any]:
    """Return earlier results of the same network, or none."""
    start = {"network": record_of("reader")["sha256"], "seed": SEED, "kinds": {}}
    if not file.exists():
        return start
    results = json.loads(file.read_text(encoding="utf-8"))
    same = all(results[name] == start[name] for name in ("network", "seed"))
    return results if same else start


def write_results(results: dict[str, Any], file: Path) -> None:
    """Write results, with the machine and the date, whole or not at all."""
    results |= {"machine": processor(), "date": time.strftime("%Y-%m-%d")}
    with atomic_write(file) as stream:
        json.dump(results, stream, indent=1)


def measure_pages(pages: int, processes: int, file: Path) -> None:
    """Read pages made by program; results are written after every few of them."""
    results = read_results(file)
    waiting = jobs(pages, {kind: dict(row) for kind, row in results["kinds"].items()})
    # A process that is forked from one with TensorFlow's threads may stand still.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        while chunk := list(islice(waiting, _CHUNK)):
            for kind, found in pool.map(measured, chunk):
                results["kinds"][kind] = Counter(results["kinds"].get(kind, {})) + found
            results["kinds"] = {kind: dict(row) for kind, row in results["kinds"].items()}
            write_results(results, file)
            print(f"{sum(row['pages'] for row in results['kinds'].values()):,} pages", flush=True)


def labels_in(folder: Path) -> list[dict[str, str]]:
    """Return the rows of a folder's labels.csv; refuse a folder without such a file."""
    labels = folder / "labels.csv"
    if not labels.is_file():
        raise typer.BadParameter(f"{labels}: there is no such file; name your photos in it.")
    with labels.open(encoding="utf-8-sig", newline="") as stream:  # as Excel writes it, too
        rows = list(csv.DictReader(stream))
    missing = {"file", "digits", "kind"} - set(rows[0] if rows else ())
    if missing:
        raise typer.BadParameter(f"{labels}: has no columns {', '.join(sorted(missing))}.")
    return rows


def measure_photos(folder: Path, file: Path) -> None:
    """Read the pictures of a folder, by the labels that stand beside them."""
    results = read_results(file)
    rows = labels_in(folder)
    found: dict[str, Counter[str]] = {}
    for row in rows:
        truth = [int(character) for character in row["digits"] if character.isdigit()]
        one = counts(folder / row["file"], truth)
        found[row["kind"]] = found.get(row["kind"], Counter()) + one
        print(f"{row['file']}: {one['matches']} of {len(truth)}", flush=True)
    results["photos"] = {kind: dict(count) for kind, count in found.items()}
    write_results(results, file)


def main(
    pages: Annotated[int, typer.Option(help="How many pages with digits.", min=0)] = 2000,
    photos: Annotated[Path | None, typer.Option(help="A folder with labels.csv.")] = None,
    processes: Annotated[int, typer.Option(help="How many at a time.", min=1)] = 2,
    output: Annotated[Path, typer.Option(help="JSON file to write.")] = FILE,
) -> None:
    """Measure, print the tables, and draw a page of each kind that was read."""
    if pages:
        measure_pages(pages, processes, output)
    if photos is not None:
        measure_photos(photos, output)
    results = read_results(output)
    print(tables(results))
    if results["kinds"]:
        write_figure(results["kinds"], generated, output.with_name("photos_kinds.jpg"))


if __name__ == "__main__":
    typer.run(main)
