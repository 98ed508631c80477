"""Marks as tables: points by a rubric, one row per learner and exercise, and for a platform."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from mnist_lab import checks
from mnist_lab.exercises.catalogue import exercises_of, find
from mnist_lab.exercises.judge import UNTOUCHED
from mnist_lab.marking.marked import Marked
from mnist_lab.runs.yaml_values import MAX_CHARACTERS, read_yaml

COLUMNS = [
    "learner",
    "number",
    "file",
    "exercise",
    "points",
    "verdict",
    "text",
    "notes",
    "seconds",
]


def read_rubric(path: Path | None) -> dict[str, float]:
    """Return the points of each exercise that counts; {} if all count one point each.

    Raises:
        ValueError: The file cannot be used; the message says why.
    """
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8") as stream:
            content = read_yaml(stream.read(MAX_CHARACTERS + 1))
        if not isinstance(content, dict) or not content:
            raise ValueError('expected lines such as "01.1": 2, an exercise and its points')
        names = {find(name).name: value for name, value in content.items()}
        return {name: checks.real(name, value, 0, 1000) for name, value in names.items()}
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be used ({error})") from error


def points_for(name: str, right: bool, rubric: Mapping[str, float]) -> float:
    """Return the points of an exercise that was marked."""
    return (rubric.get(name, 0.0) if rubric else 1.0) if right else 0.0


def rows(marked: Sequence[Marked], rubric: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per submission and exercise; a submission without marks has one row."""
    found = []
    for one in marked:
        who = (one.learner, one.number, one.file)
        if not one.marks:
            found.append((*who, "", 0.0, "not marked", one.problem, "", one.seconds))
        for mark in one.marks:
            verdict = mark.verdict
            points = points_for(mark.exercise, verdict.right, rubric)
            notes = "; ".join(mark.notes)
            about = (verdict.kind, verdict.text, notes, one.seconds)
            found.append((*who, mark.exercise, points, *about))
    return pd.DataFrame(found, columns=COLUMNS)


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per learner with the points of each exercise, the best of several files."""
    marked = table[table["exercise"] != ""]
    best = marked.pivot_table(
        index=["learner", "number"], columns="exercise", values="points", aggfunc="max"
    )
    everybody = table[["learner", "number"]].drop_duplicates().set_index(["learner", "number"])
    best = everybody.join(best).fillna(0.0).sort_index()
    best["points"] = best.sum(axis=1)
    return best


def by_exercise(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many learners solved each exercise, and which mistake most of the others made."""
    found = []
    best = table[table["exercise"] != ""].sort_values("verdict", key=lambda kinds: kinds == "right")
    best = best.drop_duplicates(["learner", "number", "exercise"], keep="last")
    for name, part in best.groupby("exercise"):
        wrong = part[~part["verdict"].isin(["right", UNTOUCHED])]["verdict"].value_counts()
        common = [f"{kind} ({count})" for kind, count in wrong.head(3).items()]
        right = int((part["verdict"] == "right").sum())
        untouched = int((part["verdict"] == UNTOUCHED).sum())
        title = exercises_of(str(name)[:2])[str(name)].title
        found.append((name, title, right, f"{right / len(part):.0%}", untouched, ", ".join(common)))
    columns = ["exercise", "title", "right", "share", "untouched", "common mistakes"]
    return pd.DataFrame(found, columns=columns)


def for_moodle(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of Moodle's grading worksheet."""
    best = totals(table)
    texts = _texts(table)
    rows_of = [
        {
            "Identifier": f"Participant {number}" if number else "",
            "Full name": learner,
            "Grade": points,
            "Feedback comments": texts.get((learner, number), ""),
        }
        for (learner, number), points in best["points"].items()
    ]
    return pd.DataFrame(rows_of)


def for_canvas(table: pd.DataFrame, assignment: str) -> pd.DataFrame:
    """Return the columns that Canvas's gradebook imports."""
    rows_of: list[dict[str, Any]] = [
        {
            "Student": learner,
            "ID": number,
            "SIS User ID": "",
            "SIS Login ID": "",
            "Section": "",
            assignment: points,
        }
        for (learner, number), points in totals(table)["points"].items()
    ]
    return pd.DataFrame(rows_of)


def _texts(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return a line per exercise for each learner."""
    texts: dict[tuple[str, str], list[str]] = {}
    for row in table.itertuples():
        line = f"{row.exercise}: {row.verdict}." if row.exercise else str(row.text)
        texts.setdefault((str(row.learner), str(row.number)), []).append(line)
    return {who: " ".join(lines) for who, lines in texts.items()}
