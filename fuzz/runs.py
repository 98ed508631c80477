"""Targets that read back what runs left: notebooks, records, sweeps, logs, and their reports."""

import json
import zlib
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from fuzz.mutations import change_bytes, change_json, change_text
from fuzz.target import PassedOver, Target
from mnist_lab.record_schema import MIME, SCHEMA

_RECORD = {
    "schema": SCHEMA,
    "notebook": "toy",
    "model": "mlp",
    "weights": 10,
    "parameters": {"epochs": 1, "hidden_layers": [1], "rate": 0.1, "note": "x", "size": None},
    "data": {"source": "sample", "train": 1000, "validation": 100, "test": 4},
    "metrics": {
        "test_accuracy": 0.75,
        "test_accuracy_interval": [0.7, 0.8],
        "validation_accuracy": 0.8,
        "test_misclassified": [1],
        "test_loss": 0.1,
    },
    "seconds": 1.5,
    "versions": {"python": "3.12"},
}
_ABOUT = {"name": "run", "problem": "", "seconds": 1.5, "host": "here"}


def notebook(record: dict[str, Any]) -> dict[str, Any]:
    """Return an executed notebook that displays a record, beside outputs of each kind."""
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two"]},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo="}},
        {
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
            "data": {MIME: record, "text/plain": ["x"]},
        },
    ]
    code = {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": ["x = 1"]}
    text = {"cell_type": "markdown", "metadata": {}, "source": "# Title"}
    return {"cells": [text, {**code, "outputs": outputs}], "metadata": {}, "nbformat": 4}


_BOOK = notebook(_RECORD)


_MARKUP = (
    "# Title\n\n$e^{-z} \\frac{1}{2}$ [a](javascript:x) <b onclick=x>b</b>\n\n$$\\sqrt{p}$$",
    "<table><tr><td style=x>1</td></tr></table><script>x</script><img src=x onerror=x>",
    "<math><mtext><style><!--</style><img title='--><img src=1 onerror=x>'>",
    "<code class='math'>\\text{<script>x</script>}</code><svg onload=x></svg>```\nx\n```",
)


def _make_notebook(rng: Random) -> bytes:
    return change_json(rng, _BOOK)


def _read_notebook(content: bytes, folder: Path) -> None:
    from mnist_lab import ipynb
    from mnist_lab.runs.notebook import validate_run

    path = folder / "run.ipynb"
    path.write_bytes(content)
    problems = validate_run(path)
    book = ipynb.read(path)
    ipynb.outputs(book, "image/png")
    json.dumps(ipynb.without_outputs(book))
    "".join(problems).encode()


def _make_page(rng: Random) -> bytes:
    return change_text(rng, rng.choice(_MARKUP)).encode("utf-8", "surrogatepass")


def _read_page(content: bytes, folder: Path) -> None:
    from mnist_lab import ipynb
    from mnist_lab.runs.notebook_page import body

    text = content.decode("utf-8", "replace")
    book = notebook(_RECORD)
    book["cells"][0]["source"] = text
    book["cells"][1]["outputs"][1]["data"] = {"text/html": text}
    page = body(ipynb.parse(json.dumps(book).encode(), "run.ipynb"))
    tags = _Tags()
    tags.feed(page)
    if tags.found:
        raise AssertionError(f"{tags.found} may run in {page}")


class _Tags(HTMLParser):
    """Finds tags and attributes by which something may run, load or lead away."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "iframe", "svg", "form", "base", "meta", "link", "object"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on") or name == "style"]


def _make_record(rng: Random) -> bytes:
    return change_json(rng, _RECORD)


def _read_record(content: bytes, folder: Path) -> None:
    from mnist_lab.records import compare_records, ladder, read_record, read_records

    text = json.dumps(_BOOK).replace(json.dumps(_RECORD), "%s") % content.decode("utf-8", "replace")
    path = folder / "run.ipynb"
    path.write_text(text, encoding="utf-8", errors="replace")
    record = read_record(path)
    good = folder / "other.ipynb"
    good.write_text(json.dumps(_BOOK), encoding="utf-8")
    records = read_records(folder)
    compare_records(record, records[0])
    ladder(records).to_string().encode()
    str(record).encode()


def _make_sweep(rng: Random) -> bytes:
    changed = rng.randrange(3)
    parts = [
        change_json(rng, _ABOUT) if changed != 1 else json.dumps(_ABOUT).encode(),
        change_json(rng, _BOOK) if changed != 0 else json.dumps(_BOOK).encode(),
    ]
    return b"\0\0".join(parts)


def _write_sweep(content: bytes, folder: Path) -> Path:
    """Write a sweep of one good run and one with these files; return its folder."""
    sweep = folder / "sweep"
    sweep.mkdir(exist_ok=True)
    about, _, book = content.partition(b"\0\0")
    (sweep / "run.json").write_bytes(about)
    (sweep / "run.ipynb").write_bytes(book)
    good = {**_RECORD, "parameters": {"epochs": 2, "note": "y", "rate": 0.2}}
    (sweep / "good.json").write_text(json.dumps({**_ABOUT, "name": "good"}), encoding="utf-8")
    (sweep / "good.ipynb").write_text(json.dumps(notebook(good)), encoding="utf-8")
    return sweep


def _read_sweep(content: bytes, folder: Path) -> None:
    from mnist_lab.runs.grid import RunSpec
    from mnist_lab.runs.results import completed, read_runs, typical_seconds

    sweep = _write_sweep(content, folder)
    good, failed = read_runs(sweep)
    done = completed([RunSpec("run", {}), RunSpec("good", {})], sweep)
    names = {run.name for run in good}
    if "good" not in names or not names <= {spec.name for spec in done}:
        raise AssertionError(f"{names} are good, {done} are done, {failed} have failed")
    typical_seconds(sweep)
    if failed:
        raise PassedOver


def _write_reports(content: bytes, folder: Path) -> None:
    from mnist_lab.runs.notebook import NotebookRun
    from mnist_lab.runs.report import write_report
    from mnist_lab.runs.results import read_runs
    from mnist_lab.runs.sweep_report import write_results

    sweep = _write_sweep(content, folder)
    good, failed = read_runs(sweep)
    runs = [NotebookRun(run.name, run.path, run.record, "", 1.0) for run in good]
    runs += [NotebookRun(run.name, run.log, None, run.problem, 1.0) for run in failed]

    def write() -> None:
        found = write_results([sweep], folder, "Title")
        if sum(found) < 1 or found[0] != len(good):
            raise AssertionError(f"{found} runs in the report")
        write_report(runs, folder / "course.html", "Title")

    # Figures and pages take most of the time, and are made for one input of two hundred.
    if zlib.crc32(content) % 200 == 0:
        write()
    else:
        with (
            patch("mnist_lab.runs.sweep_report.png", lambda draw: ""),
            patch("mnist_lab.runs.report.png", lambda draw: ""),
            patch("mnist_lab.runs.sweep_report.page_of", lambda notebook: notebook),
            patch("mnist_lab.runs.report.page_of", lambda notebook: notebook),
        ):
            write()
    if failed:
        raise PassedOver


def _make_log(rng: Random) -> bytes:
    text = change_text(rng, "Executing: 100%\nTraceback:\n  File x\nValueError: epochs='many'\n\n")
    return change_bytes(rng, text.encode("utf-8", "surrogatepass"))


def _read_log(content: bytes, folder: Path) -> None:
    from mnist_lab.runs.notebook import _last_line

    (folder / "run.log").write_bytes(content)
    _last_line(folder / "run.log").encode()


TARGETS = (
    Target("notebook", _make_notebook, _read_notebook),
    Target("page", _make_page, _read_page),
    Target("record", _make_record, _read_record),
    Target("sweep", _make_sweep, _read_sweep),
    Target("report", _make_sweep, _write_reports),
    Target("log", _make_log, _read_log),
)
