"""What many runs say about the general claims: a page, and a few lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Claims</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; }
td, th { padding: .2em .8em .2em 0; text-align: left; vertical-align: top; }
.red { color: #b00020; }
</style>
<h1>Claims, tested on {{ outcomes | length }} runs</h1>
<p>{{ summary }}</p>
{% for notebook, group in outcomes | groupby("notebook") %}
<h2>{{ notebook }}</h2>
<table>
<tr><th>run</th><th>claims</th><th>failed</th></tr>
{% for outcome in group %}
<tr><td>{{ outcome.where }}</td><td>{{ outcome.count }}</td>
<td>{% if outcome.problem %}<span class="red">{{ outcome.problem }}</span>{% endif %}
{% for sentence, reason in outcome.failed %}<p class="red">{{ sentence }}<br>{{ reason }}</p>
{% else %}{% if not outcome.problem %}none{% endif %}{% endfor %}</td></tr>
{% endfor %}
</table>
{% endfor %}
</html>
"""


@dataclass
class Outcome:
    """What one run says about the general claims of its notebook.

    Attributes:
        notebook: The notebook's name.
        where: Which run: its digits, its values, its seed.
        count: How many claims were tested.
        failed: The sentences that it does not bear out, each with the reason.
        problem: What was wrong with the run itself; "" if nothing was.
    """

    notebook: str
    where: str
    count: int
    failed: list[tuple[str, str]]
    problem: str


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return one sentence: how many claims were tested how often, and how many tests failed."""
    tests = sum(outcome.count for outcome in outcomes)
    failed = sum(len(outcome.failed) for outcome in outcomes)
    problems = sum(bool(outcome.problem) for outcome in outcomes)
    sentences = {(o.notebook, sentence) for o in outcomes for sentence, _ in o.failed}
    return (
        f"{tests:,} tests of general claims in {len(outcomes)} runs: {failed} failed,"
        f" of {len(sentences)} sentences; {problems} runs had problems."
    )


def page(outcomes: Sequence[Outcome]) -> str:
    """Return the report as a page of HTML."""
    template = Environment(autoescape=True).from_string(_PAGE)
    return template.render(outcomes=outcomes, summary=summary(outcomes))
