"""The page comparison.html: one sweep against another, setting by setting, seed by seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mnist_lab.evaluation.paired_cells import compare_cells
from mnist_lab.records import Record
from mnist_lab.runs.grid import varying_parameters
from mnist_lab.runs.pages import link, write_page
from mnist_lab.runs.provenance import provenance, versions_text
from mnist_lab.runs.results import SuccessfulRun, read_runs

# The setting of a run, a text per parameter; and within it the accuracy of each seed.
_Cell = tuple[str, ...]
_Cells = dict[_Cell, dict[str, float]]


@dataclass(frozen=True)
class Compared:
    """Two sweeps compared.

    Attributes:
        names: The parameters that make a setting: those that vary within a sweep, but the seed.
        score: Which accuracy is compared, "validation" or "test".
        table: What `compare_cells` says of each setting that both have with the same seeds.
        only_first: The settings that only the first sweep has, or has with other seeds.
        only_second: The same of the second.
    """

    names: list[str]
    score: str
    table: pd.DataFrame
    only_first: list[str]
    only_second: list[str]


def compare_sweeps(first: Sequence[Record], second: Sequence[Record]) -> Compared:
    """Compare two sweeps in each setting that both have, over the seeds that both have.

    Validation accuracies are compared where all runs have one, else test accuracies. Of several
    runs with one setting and one seed, the first counts.

    Args:
        first: The records of the first sweep's good runs.
        second: Those of the second.
    """
    varying = (varying_parameters([run.parameters for run in runs]) for runs in (first, second))
    names = list(dict.fromkeys(name for each in varying for name in each if name != "seed"))
    known = all(run.validation_accuracy is not None for run in (*first, *second))
    score = "validation" if known else "test"
    one, other = _cells(first, names, score), _cells(second, names, score)
    pairs, unpaired = {}, {}
    for cell, before in one.items():
        after = other.get(cell, {})
        seeds = [seed for seed in before if seed in after]
        if seeds:
            pairs[_text(cell, names)] = (
                [before[seed] for seed in seeds],
                [after[seed] for seed in seeds],
            )
        else:
            unpaired[cell] = before
    return Compared(
        names,
        score,
        compare_cells(pairs),
        [_text(cell, names) for cell in unpaired],
        [_text(cell, names) for cell in other if _text(cell, names) not in pairs],
    )


def _cells(records: Sequence[Record], names: Sequence[str], score: str) -> _Cells:
    """Return the accuracies of runs, by setting and by seed."""
    cells: _Cells = {}
    for record in records:
        cell = tuple(record.parameter_text(name) for name in names)
        accuracy = record.validation_accuracy if score == "validation" else record.test_accuracy
        cells.setdefault(cell, {}).setdefault(record.parameter_text("seed"), accuracy or 0.0)
    return cells


def _text(cell: _Cell, names: Sequence[str]) -> str:
    parts = [f"{name} {value}" for name, value in zip(names, cell, strict=True)]
    return ", ".join(parts) or "all runs"


def _differences(first: Sequence[Record], second: Sequence[Record]) -> pd.DataFrame:
    """Return what is one value throughout each sweep, and another one in the other."""

    def constant(records: Sequence[Record]) -> dict[str, str]:
        texts = [
            {
                **{name: record.parameter_text(name) for name in record.parameters},
                "notebook": record.notebook,
                "digits": f"{record.data.source}, {record.data.train:,} to learn from",
                "versions": versions_text([record.versions]),
            }
            for record in records
        ]
        return {
            name: value
            for name, value in texts[0].items()
            if all(text.get(name) == value for text in texts)
        }

    one, other = constant(first), constant(second)
    rows = [(n, one[n], other[n]) for n in one if n in other and one[n] != other[n]]
    return pd.DataFrame(rows, columns=["what", "first", "second"])


def write_comparison(first: Path, second: Path, path: Path, command: str = "") -> Compared:
    """Write a page that compares two sweeps; it needs no network.

    Args:
        first: The folder of a sweep.
        second: The folder of the one that it is compared with.
        path: The page to write.
        command: The command line that made it; "" says nothing about one.

    Returns:
        What the page shows.

    Raises:
        ValueError: A folder holds no good run of a sweep; nothing is written then.
    """
    runs = {folder: _good_runs(folder) for folder in (first, second)}
    before, after = ([run.record for run in runs[folder]] for folder in (first, second))
    compared = compare_sweeps(before, after)
    sides: Mapping[str, Path] = {"first": first, "second": second}
    reports = {side: folder / "report.html" for side, folder in sides.items()}
    write_page(
        path,
        "comparison.html.j2",
        script="tables.js",
        title=f"{second.name} compared with {first.name}",
        folders={side: str(folder) for side, folder in sides.items()},
        reports={
            side: link(report, path.parent) for side, report in reports.items() if report.exists()
        },
        compared=compared,
        table=_shown(compared.table),
        counts=compared.table["verdict"].value_counts().to_dict(),
        differences=_differences(before, after),
        made=provenance(
            command, [*before, *after], [run.host for each in runs.values() for run in each]
        ),
    )
    return compared


def _good_runs(folder: Path) -> list[SuccessfulRun]:
    succeeded, _ = read_runs(folder)
    if not succeeded:
        raise ValueError(
            f"{folder}: holds no good run of a sweep. Name an output folder of `mnist-lab sweep`."
        )
    return succeeded


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as a page shows it: per cent, points, and words where there is nothing."""

    def p_text(value: float) -> str:
        if np.isnan(value):
            return "unknown"
        return "below 0.0001" if value < 1e-4 else f"{value:.4f}"

    rows = [
        (
            setting,
            row.seeds,
            f"{row.first:.2%}",
            f"{row.second:.2%}",
            f"{100 * row.difference:+.2f}",
            "unknown" if np.isnan(row.low) else f"{100 * row.low:+.2f} to {100 * row.high:+.2f}",
            p_text(row.p_holm),
            row.verdict,
        )
        for setting, row in zip(table.index, table.itertuples(), strict=True)
    ]
    columns = ["setting", "seeds", "first", "second", "difference", "95 % interval", "p (Holm)"]
    return pd.DataFrame(rows, columns=[*columns, "verdict"])
