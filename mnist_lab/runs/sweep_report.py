"""The table runs.csv and the page report.html about the runs of one or several sweeps."""

import csv
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from mnist_lab.files import atomic_write
from mnist_lab.plots.runs import parameter_figure, time_figure
from mnist_lab.runs.grid import varying_parameters
from mnist_lab.runs.notebook_page import page_of
from mnist_lab.runs.pages import link, png, write_page
from mnist_lab.runs.provenance import provenance
from mnist_lab.runs.report import files_of_failed
from mnist_lab.runs.results import SuccessfulRun, read_runs

_MAX_LABEL = 60  # characters; values of longer text find no room below an axis


def write_results(
    folders: Sequence[Path], output: Path, title: str, command: str = ""
) -> tuple[int, int]:
    """Write runs.csv and report.html about the runs of sweeps, and a page for each notebook.

    Args:
        folders: The sweeps' folders.
        output: The folder to write into.
        title: The page's title.
        command: The command line that made it; "" says nothing about one.

    Returns:
        How many runs are good, and how many failed.

    Raises:
        ValueError: A folder holds no run of a sweep; nothing is written then.
    """
    succeeded, failed = [], []
    for folder in folders:
        runs = read_runs(folder)
        if not any(runs):
            raise ValueError(
                f"{folder}: holds no run of a sweep. Name an output folder of `mnist-lab sweep`."
            )
        succeeded += runs[0]
        failed += runs[1]
    with atomic_write(output / "runs.csv") as stream:
        # All text is quoted: some readers take a lone carriage return for the end of a row.
        _csv_table(succeeded).to_csv(stream, index=False, quoting=csv.QUOTE_NONNUMERIC)
    ranked = sorted(succeeded, key=_by_validation)
    compared = [run for run in ranked if run.record.validation_accuracy is not None]
    names = varying_parameters([run.record.parameters for run in succeeded])
    best = compared[0] if compared else None
    write_page(
        output / "report.html",
        "sweep.html.j2",
        script="tables.js",
        title=title,
        succeeded=succeeded,
        failed=failed,
        digits=_digits(succeeded),
        best=best,
        best_settings=_settings_text(best, names) if best else "",
        compared=len(compared),
        settings=_settings_table(ranked, [name for name in names if name != "seed"]),
        figures=_figures(compared, names),
        table=_runs_table(ranked, names),
        links=[link(page_of(run.path), output) for run in ranked],
        page=lambda file: link(page_of(file), output),
        files_of=lambda run: files_of_failed(
            run.log.with_name(f"{run.name}.failed.ipynb"), run.log, output
        ),
        made=provenance(
            command, [run.record for run in succeeded], [run.host for run in succeeded]
        ),
    )
    return len(succeeded), len(failed)


def _by_validation(run: SuccessfulRun) -> float:
    """Return a key that sorts the highest validation accuracy first, and runs without one last."""
    accuracy = run.record.validation_accuracy
    return 1.0 if accuracy is None else -accuracy


def _percent(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{value:.2%}"


def _digits(runs: Sequence[SuccessfulRun]) -> str:
    """Return which digits the runs learned from."""
    data = [run.record.data for run in runs]
    return ", ".join(sorted({f"{part.train:,} training digits ({part.source})" for part in data}))


def _settings_text(run: SuccessfulRun, names: Sequence[str]) -> str:
    return ", ".join(f"{name} {run.record.parameter_text(name)}" for name in names)


def harmless(value: Any) -> Any:
    """Return a value that a spreadsheet does not take for a formula."""
    formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if formula else value


def _csv_row(run: SuccessfulRun) -> dict[str, Any]:
    """Return one flat row: parameters, metrics, seconds, digits, machine and versions."""
    record = run.record
    metrics = record.metrics.model_dump(exclude_unset=True)
    before = {"name": run.name, "notebook": record.notebook}
    after = {
        **{name: value for name, value in metrics.items() if isinstance(value, (int, float))},
        "test_low": record.interval[0],
        "test_high": record.interval[1],
        "weights": record.weights,
        "train_seconds": record.seconds,
        "run_seconds": run.run_seconds,
        **{f"data_{name}": value for name, value in record.data.model_dump().items()},
        "host": run.host,
        **{f"version_{name}": value for name, value in record.versions.items()},
    }
    others = {*before, *after}
    parameters = {
        f"parameter_{name}" if name in others else name: (
            value if isinstance(value, (int, float, str)) else json.dumps(value)
        )
        for name, value in record.parameters.items()
    }
    row = before | parameters | after
    return {harmless(name): harmless(value) for name, value in row.items()}


def _csv_table(runs: Sequence[SuccessfulRun]) -> pd.DataFrame:
    """Return one row per run."""
    rows = [_csv_row(run) for run in runs]
    # Objects, so that a whole number stays one in a column that other runs lack.
    return pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=["name"])


def _settings_table(runs: Sequence[SuccessfulRun], names: Sequence[str]) -> pd.DataFrame | None:
    """Return one row per setting: means and standard deviations over its seeds, best first."""
    if not runs or not names:
        return None
    records = [run.record for run in runs]
    keys = [
        pd.Series([record.parameter_text(name) for record in records], name=name) for name in names
    ]
    values = pd.DataFrame(
        [(record.validation_accuracy, record.test_accuracy, record.seconds) for record in records],
        columns=["validation", "test", "seconds"],
        dtype=float,
    )
    groups = values.groupby(keys, sort=False)
    statistics = groups.agg(["mean", "std", "size"])
    statistics = statistics.sort_values(("validation", "mean"), ascending=False, kind="stable")
    columns = pd.DataFrame(
        {
            "runs": statistics["test", "size"],
            "validation": _spreads(statistics["validation"]),
            "test": _spreads(statistics["test"]),
            "seconds": [
                "unknown" if pd.isna(mean) else f"{mean:.1f}"
                for mean in statistics["seconds", "mean"]
            ],
        }
    )
    return pd.concat(
        [statistics.index.to_frame(index=False), columns.reset_index(drop=True)], axis=1
    )


def _spreads(table: pd.DataFrame) -> list[str]:
    """Return means with their standard deviations, which single runs do not have."""
    return [
        _percent(mean) + ("" if pd.isna(deviation) else f" ± {deviation:.2%}")
        for mean, deviation in zip(table["mean"], table["std"], strict=True)
    ]


def _runs_table(runs: Sequence[SuccessfulRun], names: Sequence[str]) -> pd.DataFrame:
    """Return one row per run, as the page shows it."""
    return pd.DataFrame(
        [
            (
                run.name,
                *(run.record.parameter_text(name) for name in names),
                _percent(run.record.validation_accuracy),
                _percent(run.record.test_accuracy),
                run.record.seconds_text,
                f"{run.run_seconds or 0:.0f} s",
            )
            for run in runs
        ],
        columns=["run", *names, "validation", "test", "seconds", "whole run"],
    )


def _figures(runs: Sequence[SuccessfulRun], names: Sequence[str]) -> dict[str, str]:
    """Return figures of runs with a validation accuracy, by title, as base64.

    A parameter whose values are long texts has none.
    """
    if not runs:
        return {}
    records = [run.record for run in runs]
    figures = {
        f"{name} against accuracy": partial(parameter_figure, records, name)
        for name in names
        if all(len(record.parameter_text(name)) <= _MAX_LABEL for record in records)
    }
    figures["Time against accuracy"] = partial(time_figure, records)
    return {title: png(draw) for title, draw in figures.items()}
