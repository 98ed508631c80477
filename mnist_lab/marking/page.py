"""The page over a class: who did what, which exercise was hard, which mistake was common."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from mnist_lab.marking.marked import Marked
from mnist_lab.marking.table import by_exercise, totals
from mnist_lab.runs.pages import write_page
from mnist_lab.runs.provenance import own_versions, provenance

_SIGNS = {"right": "✔", "untouched": "–"}


def write_marks_page(
    path: Path, marked: Sequence[Marked], table: pd.DataFrame, title: str, command: str
) -> None:
    """Write one HTML page; it needs no network, and nothing of a notebook runs in it.

    Args:
        path: The page to write.
        marked: The marks of all submissions.
        table: What `table.rows` makes of them.
        title: The page's title.
        command: The command that made it.
    """
    write_page(
        path,
        "marks.html.j2",
        script="tables.js",
        title=title,
        failed=[one for one in marked if one.problem],
        open_rooms=sum(not one.closed for one in marked),
        exercises=by_exercise(table),
        learners=_learners(table),
        verdicts=_verdicts(table),
        count=len(marked),
        made=provenance(command, [], versions=[own_versions()]),
    )


def _learners(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per learner: a sign per exercise, and the points."""
    points = totals(table)["points"]
    signs = table[table["exercise"] != ""].assign(
        sign=lambda part: part["verdict"].map(_SIGNS).fillna("✖")
    )
    best = (
        signs.sort_values("verdict", key=lambda kinds: kinds == "right")
        .groupby(["learner", "number", "exercise"])["sign"]
        .last()
    )
    wide = best.unstack("exercise").reindex(points.index).fillna("")
    wide["points"] = [f"{value:g}" for value in points]
    return wide.reset_index().rename(columns={"number": "no."})


def _verdicts(table: pd.DataFrame) -> pd.DataFrame:
    wrong = table[~table["verdict"].isin(["right", "untouched", "not marked"])]
    return wrong[["learner", "exercise", "verdict", "text", "notes"]]
