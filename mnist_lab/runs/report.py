"""One self-contained HTML page over a set of runs: the ladder, then each run's record and figures, then what failed."""

import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment

from mnist_lab import plots
from mnist_lab.records import ladder
from mnist_lab.runs.notebook import Run

# The look of every page that the package writes.
STYLE = """
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
  th, td { border-bottom: 1px solid #8886; padding: .3rem .7rem; text-align: left; vertical-align: top; }
  img { max-width: 100%; height: auto; background: white; display: block; margin: 1rem 0; }
  .failed { border-left: 4px solid #b3261e; padding-left: 1rem; }
"""
# How every page begins; the page closes body and html.
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>{{ style | safe }}</style>
</head>
<body>
<h1>{{ title }}</h1>
"""
_PAGE = (
    HEAD
    + """<p>{{ good | length }} of {{ good | length + bad | length }} notebooks ran well.</p>
{% if bad %}
<h2>What failed</h2>
{% for run in bad %}<p class="failed"><b>{{ run.notebook }}</b>: {{ run.problem }}</p>{% endfor %}
{% endif %}
{% if good %}
<h2>The ladder</h2>
<img alt="Test accuracy of each notebook's model with its 95 % interval" src="data:image/png;base64,{{ picture }}">
{{ table | safe }}
{% endif %}
{% for run in good %}
<h2><a href="{{ run.path.name }}">{{ run.notebook }}</a></h2>
<p>{{ run.record }}; {{ "%.0f" | format(run.seconds) }} s for the whole notebook.</p>
<details><summary>The record</summary>
<table>
{% for name, value in run.record.fields.items() %}<tr><th>{{ name }}</th><td>{{ value }}</td></tr>
{% endfor %}</table></details>
<details><summary>{{ figures(run) | length }} figures</summary>
{% for figure in figures(run) %}
<img alt="Figure {{ loop.index }} of {{ run.notebook }}" loading="lazy" src="data:image/png;base64,{{ figure }}">
{% endfor %}</details>
{% endfor %}
</body>
</html>
"""
)


def _figures(run: Run) -> list[str]:
    """Return the pictures in a run's notebook, base64 PNG, in order."""
    cells = json.loads(run.path.read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return ["".join(data["image/png"]).replace("\n", "") for data in outputs if "image/png" in data]


def _png(runs: Sequence[Run]) -> str:
    from base64 import b64encode
    from io import BytesIO

    stream = BytesIO()
    plots.ladder([run.record for run in runs if run.record]).savefig(stream, format="png")
    return b64encode(stream.getvalue()).decode()


def write_report(runs: Sequence[Run], path: Path, title: str) -> None:
    """Write one HTML page over the runs to `path`; it needs no network and links to the notebooks beside it."""
    good, bad = [run for run in runs if run.record], [run for run in runs if not run.record]
    page = Environment(autoescape=True).from_string(_PAGE)
    path.write_text(
        page.render(
            title=title,
            style=STYLE,
            good=good,
            bad=bad,
            table=ladder([run.record for run in good if run.record]).to_html(border=0) if good else "",
            picture=_png(good) if good else "",
            figures=_figures,
        ),
        encoding="utf-8",
    )
