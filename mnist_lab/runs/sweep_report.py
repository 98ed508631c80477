"""What came out of one or several sweeps: runs.csv and one HTML page that needs no network."""

import csv
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from jinja2 import Environment
from matplotlib.figure import Figure

from mnist_lab.runs.grid import varying_parameters
from mnist_lab.runs.report import HEAD, STYLE
from mnist_lab.plots.style import WIDTH, course_figure, percent_axis
from mnist_lab.runs.sweep import read_runs

_PAGE = (
    HEAD
    + """<p>{{ good | length }} runs ran well
{%- if bad %}, {{ bad | length }} failed{% endif %}{% if digits %}; {{ digits }}{% endif %}.</p>
{% if bad %}
<h2>What failed</h2>
{% for run in bad %}<p class="failed"><b>{{ run.name }}</b>: {{ run.problem }} (<a href="{{ run.link }}">log</a>)</p>{% endfor %}
{% endif %}
{% if best %}
<h2>The best by validation</h2>
<p><a href="{{ best.link }}">{{ best.name }}</a>: validation accuracy {{ best.validation }}, and on the test digits
{{ best.test }} ({{ best.low }} to {{ best.high }}).
Chosen among {{ good | length }} runs, its validation accuracy is flattered by the choice; the test accuracy is not.</p>
<p>{{ best.settings }}</p>
{% endif %}
{% if groups %}
<h2>Settings</h2>
<p>Mean and standard deviation over seeds.</p>
{{ groups | safe }}
{% endif %}
{% for name, picture in pictures.items() %}
<h2>{{ name }}</h2>
<img alt="{{ name }}" src="data:image/png;base64,{{ picture }}">
{% endfor %}
{% if good %}
<h2>All runs</h2>
{{ table | safe }}
{% endif %}
</body>
</html>
"""
)


def _row(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return one flat row of a run: parameters, metrics, seconds, digits, host and versions."""
    metrics = run["metrics"]
    low, high = metrics["test_accuracy_interval"]
    told = {name: value for name, value in metrics.items() if isinstance(value, (int, float))}
    return {
        "name": run["name"],
        "notebook": run["notebook"],
        **{
            name: value if isinstance(value, (int, float, str)) else json.dumps(value)
            for name, value in run["parameters"].items()
        },
        **told,
        "test_low": low,
        "test_high": high,
        "weights": run["weights"],
        "train_seconds": run["seconds"],
        "run_seconds": run["run_seconds"],
        **{f"data_{name}": value for name, value in run["data"].items()},
        "host": run["host"],
        **{f"version_{name}": value for name, value in run["versions"].items()},
    }


def _png(figure: Figure) -> str:
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return b64encode(stream.getvalue()).decode()


def _groups(runs: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    """Return a table: one row a setting of the varying_parameters parameters but the seed, with means and spreads over its runs."""
    frame = pd.DataFrame(
        [
            {
                **{name: _label(run["parameters"].get(name)) for name in names},
                "validation": run["metrics"]["validation_accuracy"],
                "test": run["metrics"]["test_accuracy"],
                "seconds": run["seconds"],
            }
            for run in runs
        ]
    )
    rows = []
    for values, group in frame.groupby(list(names), sort=False):
        spreads = {
            part: f"{group[part].mean():.2%}" + (f" ± {group[part].std():.2%}" if len(group) > 1 else "")
            for part in ("validation", "test")
        }
        rows.append((group["validation"].mean(), {**dict(zip(names, values, strict=True)), "runs": len(group), **spreads,
                     "seconds": f"{group['seconds'].mean():.1f}"}))  # fmt: skip
    rows.sort(key=lambda row: -row[0])
    return pd.DataFrame([row for _, row in rows]).to_html(index=False, border=0)


def write_results(folders: Sequence[Path], output: Path, title: str) -> tuple[int, int]:
    """Write runs.csv and report.html about the runs in some folders into `output`; return how many are good and failed."""
    read = [read_runs(folder) for folder in folders]
    good, bad = [run for runs, _ in read for run in runs], [run for _, runs in read for run in runs]
    rows = [_row(run) for run in good]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with (output / "runs.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns or ["name"])
        writer.writeheader()
        writer.writerows(rows)
    changed = varying_parameters([run["parameters"] for run in good])
    settings = [name for name in changed if name != "seed"]
    pictures = {f"{name} against accuracy": _png(parameter_figure(good, name)) for name in changed}
    best = max(good, key=lambda run: run["metrics"]["validation_accuracy"], default=None)
    if good:
        pictures["Time against accuracy"] = _png(time_figure(good))

    def link(path: Path) -> str:
        path = Path(path).resolve()
        return path.relative_to(output.resolve()).as_posix() if path.is_relative_to(output.resolve()) else path.as_uri()

    table = [
        {
            "run": f'<a href="{escape(link(run["path"]))}">{escape(run["name"])}</a>',
            **{name: escape(_label(run["parameters"].get(name))) for name in changed},
            "validation": f"{run['metrics']['validation_accuracy']:.2%}",
            "test": f"{run['metrics']['test_accuracy']:.2%}",
            "seconds": f"{run['seconds']:.1f}",
            "whole run": f"{run['run_seconds'] or 0:.0f} s",
        }
        for run in sorted(good, key=lambda run: -run["metrics"]["validation_accuracy"])
    ]
    digits = sorted({f"{run['data']['train']:,} training digits ({run['data']['source']})" for run in good})
    page = Environment(autoescape=True).from_string(_PAGE)
    text = page.render(
        title=title,
        style=STYLE,
        good=good,
        bad=[{**run, "link": link(run["log"])} for run in bad],
        digits=", ".join(digits),
        best=best
        and {
            "name": best["name"],
            "link": link(best["path"]),
            "validation": f"{best['metrics']['validation_accuracy']:.2%}",
            "test": f"{best['metrics']['test_accuracy']:.2%}",
            "low": f"{best['metrics']['test_accuracy_interval'][0]:.2%}",
            "high": f"{best['metrics']['test_accuracy_interval'][1]:.2%}",
            "settings": ", ".join(f"{name} {_label(best['parameters'].get(name))}" for name in changed),
        },
        groups=_groups(good, settings) if good and settings else "",
        pictures=pictures,
        table=pd.DataFrame(table).to_html(index=False, border=0, escape=False) if table else "",
    )
    (output / "report.html").write_text(text, encoding="utf-8")
    return len(good), len(bad)
