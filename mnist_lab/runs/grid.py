"""What a sweep shall run: the points of a grid, checked against a notebook's parameters before anything starts."""

import difflib
import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mnist_lab import checks
from mnist_lab.runs.notebook import notebook_parameters


@dataclass(frozen=True)
class RunSpec:
    """One run to do: the file name of its notebook without .ipynb, and the parameters that differ from the defaults."""

    name: str
    parameters: Mapping[str, Any]


def read_file(path: Path) -> tuple[dict[str, list], list[dict], int | None]:
    """Return what a YAML file asks for: lists to cross (`grid`), explicit points (`points`), and how many `seeds`.

    Raises ValueError with the file's name where it is not such a file.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"{path}: cannot be read ({error}).") from error
    if not isinstance(content, dict) or not content or set(content) - {"grid", "points", "seeds"}:
        raise ValueError(
            f"{path}: expected the entries grid (name: list of values), points (list of parameters), seeds (a number)."
        )
    grid, points = content.get("grid") or {}, content.get("points") or []
    if not isinstance(grid, dict) or not all(isinstance(values, list) and values for values in grid.values()):
        raise ValueError(f"{path}: grid holds a list of values for each name, such as epochs: [1, 2].")
    if not isinstance(points, list) or not all(isinstance(point, dict) and point for point in points):
        raise ValueError(f"{path}: points is a list of parameters, such as - {{epochs: 1, seed: 3}}.")
    seeds = content.get("seeds")
    return grid, points, None if seeds is None else checks.integer("seeds", seeds, 1)


def read_settings(texts: Sequence[str]) -> dict[str, list]:
    """Return lists to cross from texts such as "epochs=1,2"; values are YAML. Raises ValueError naming the text."""
    found: dict[str, list] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        try:
            read = yaml.safe_load(f"[{values}]") if equals else None
        except yaml.YAMLError:
            read = None
        if not read:
            raise ValueError(f"--set {text}: expected name=value or name=value,value, such as --set seed=1,2,3.")
        if name in found:
            raise ValueError(f"--set {text}: {name} was set before; give all its values in one: --set {name}=1,2.")
        found[name] = read
    return found


def _typed(value: Any, kind: str) -> Any:
    """Return a value as the type that a notebook gives its parameter; ValueError where it is none."""
    if kind.startswith("Optional["):
        return None if value is None else _typed(value, kind[len("Optional[") : -1])
    if kind == "int":
        return checks.integer("value", value, -(2**63), 2**63)
    if kind == "float":
        return checks.real("value", value, -1e300, 1e300)
    if kind == "bool" and not isinstance(value, bool):
        raise checks.invalid("value", value, "true or false")
    if kind == "list" and not isinstance(value, list):
        raise checks.invalid("value", value, "a list, such as [100, 50]")
    if kind == "str" and not isinstance(value, str):
        raise checks.invalid("value", value, "a text")
    return value


def _checked(entry: str, parameters: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with their types; ValueError that names the entry, the parameter, and what would be right."""
    found = {}
    for name, value in parameters.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f"{entry}: {name!r} cannot be the name of a parameter.")
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            raise ValueError(f"{entry}: the notebook has no parameter {name!r}{hint}; it has {', '.join(known)}.")
        kind = known[name]["inferred_type_name"]
        try:
            found[name] = _typed(value, kind)
        except ValueError as error:
            raise ValueError(f"{entry}: {name} is of type {kind}; {str(error).removeprefix('value=')}") from error
    return found


def _name(stem: str, source: str, parameters: Mapping[str, Any]) -> str:
    """Return a file name that the notebook's code and the parameters decide, so that a later start knows what is done."""
    digest = hashlib.sha256(f"{source}\n{json.dumps(parameters, sort_keys=True)}".encode()).hexdigest()
    return f"{stem}-{digest[:10]}"


def expand_grid(
    notebook: Path,
    grid: Mapping[str, list],
    points: Sequence[Mapping[str, Any]] = (),
    seeds: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> list[RunSpec]:
    """Return the runs that a grid (crossed), explicit points and a number of seeds ask for, in that order.

    seeds: each run with the seeds 0 to seeds - 1. base: parameters of all runs, over which a point's own go. Raises
    ValueError, naming the entry, for an unknown parameter, a value of another type, or two runs that are the same.
    """
    known = notebook_parameters(notebook)
    crossed = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())] if grid else []
    entries = [(f"grid {json.dumps(point)}", point) for point in crossed]
    entries += [(f"point {number} {json.dumps(point)}", dict(point)) for number, point in enumerate(points, start=1)]
    entries = entries or [("the defaults", {})]
    if seeds is not None:
        if "seed" not in known or any("seed" in point for _, point in entries):
            raise ValueError(f"seeds: {seeds} cannot be crossed: the notebook needs a parameter seed that nothing else sets.")
        entries = [(f"{entry}, seed {seed}", {**point, "seed": seed}) for entry, point in entries for seed in range(seeds)]
    cells = json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]
    source = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    found: dict[str, tuple[str, RunSpec]] = {}
    for entry, parameters in entries:
        typed = _checked(entry, {**(base or {}), **parameters}, known)
        point = RunSpec(_name(Path(notebook).stem, source, typed), typed)
        if point.name in found:
            raise ValueError(f"{entry}: the same parameters as {found[point.name][0]}; each run is done once.")
        found[point.name] = (entry, point)
    return [point for _, point in found.values()]


def varying_parameters(points: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the parameters that do not have one value throughout, in the order in which they appear."""
    names = dict.fromkeys(name for parameters in points for name in parameters)
    values = {name: {json.dumps(parameters.get(name)) for parameters in points} for name in names}
    return [name for name in names if len(values[name]) > 1]
