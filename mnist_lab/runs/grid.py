"""The runs of a grid, checked against the parameters of a notebook before anything starts."""

import hashlib
import itertools
import json
import keyword
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnist_lab import checks, ipynb
from mnist_lab.runs.notebook import Parameter, notebook_parameters
from mnist_lab.runs.yaml_values import MAX_CHARACTERS, read_yaml

_MAX_RUNS = 100_000

_EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list, such as [100, 50]",
    "str": "a string",
}


@dataclass(frozen=True)
class RunSpec:
    """One run to do.

    Attributes:
        name: The file name of the executed notebook without .ipynb.
        parameters: The parameters that differ from the notebook's defaults.
    """

    name: str
    parameters: Mapping[str, Any]


def read_file(path: Path) -> tuple[dict[str, list], list[dict[str, Any]], int | None]:
    """Return the grid, the points and the number of seeds in a YAML file.

    Args:
        path: A file with the entries `grid` (names and lists of values, to cross), `points` (a
            list of parameters) and `seeds` (a number), each of which may be missing.

    Returns:
        The grid, the points, and the number of seeds or None.

    Raises:
        ValueError: The file is not of this form; the message names it.
    """
    try:
        with Path(path).open(encoding="utf-8") as stream:
            content = read_yaml(stream.read(MAX_CHARACTERS + 1))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read ({error}).") from error
    if not isinstance(content, dict) or not content or set(content) - {"grid", "points", "seeds"}:
        raise ValueError(
            f"{path}: expected the entries grid (name: list of values), points (list of"
            " parameters), seeds (a number)."
        )
    grid, points = content.get("grid") or {}, content.get("points") or []
    if not isinstance(grid, dict) or not all(
        isinstance(values, list) and values for values in grid.values()
    ):
        raise ValueError(
            f"{path}: grid holds a list of values for each name, such as epochs: [1, 2]."
        )
    if not isinstance(points, list) or not all(
        isinstance(point, dict) and point for point in points
    ):
        raise ValueError(
            f"{path}: points is a list of parameters, such as - {{epochs: 1, seed: 3}}."
        )
    try:
        seeds = (
            None if content.get("seeds") is None else checks.integer("seeds", content["seeds"], 1)
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return grid, points, seeds


def read_settings(texts: Sequence[str]) -> dict[str, list]:
    """Return the values that options such as `--set epochs=1,2` give to each name.

    Args:
        texts: The options, such as "epochs=1,2"; the values are YAML.

    Returns:
        A list of values per name.

    Raises:
        ValueError: An option is not of this form, or names a parameter for the second time.

    Example:
        >>> read_settings(["epochs=1,2", "hidden_layers=[100, 50]"])
        {'epochs': [1, 2], 'hidden_layers': [[100, 50]]}
    """
    settings: dict[str, list] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        shown, shown_name = checks.one_line(text, 80), checks.one_line(name, 40)
        if not equals or not values.strip():
            raise ValueError(
                f"--set {shown}: expected name=value or name=value,value, such as --set seed=1,2,3."
            )
        if name in settings:
            raise ValueError(
                f"--set {shown}: {shown_name} was set before; give all its values in one:"
                f" --set {shown_name}=1,2."
            )
        try:
            settings[name] = read_yaml(f"[{values}]")
        except ValueError as error:
            raise ValueError(f"--set {shown}: cannot be read; {error}.") from error
    return settings


def _typed(name: str, value: Any, kind: str) -> Any:
    """Return a value as the type that a notebook gives its parameter; else a ValueError."""
    optional = kind.startswith("Optional[")
    if optional:
        kind = kind[len("Optional[") : -1]
        if value is None:
            return None
    try:
        if kind == "int":
            return checks.integer(name, value, -(2**63), 2**63)
        if kind == "float":
            return checks.real(name, value, -1e300, 1e300)
    except ValueError:
        usable = False
    else:
        required = {"bool": bool, "list": list, "str": str}.get(kind, object)
        usable = isinstance(value, required)
    if not usable:
        raise checks.invalid(name, value, _EXPECTED[kind] + (" or null" if optional else ""))
    return value


def check_parameters(
    parameters: Mapping[str, Any], declared: Mapping[str, Parameter]
) -> dict[str, Any]:
    """Return parameters with the types that a notebook gives them.

    Args:
        parameters: Names and values.
        declared: The notebook's parameters, as `notebook_parameters` returns them.

    Returns:
        The same names, with numbers read from text where a number is needed.

    Raises:
        ValueError: The notebook has no such parameter, or the value is of another type.
    """
    typed = {}
    for name, value in parameters.items():
        # papermill writes names into the notebook as code.
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"{_shown(name)} cannot be the name of a parameter.")
        if name not in declared:
            raise ValueError(f"the notebook has no parameter {unknown_name(name, declared)}.")
        typed[name] = _typed(name, value, declared[name]["inferred_type_name"])
    return typed


def unknown_name(name: str, allowed: Collection[str]) -> str:
    """Return the end of a sentence about an unknown name: a suggestion, and the allowed names."""
    hint = checks.did_you_mean(name, allowed)
    return f"{_shown(name)}{hint}; expected one of {', '.join(allowed)}"


def _shown(name: object) -> str:
    """Return a name in quotes, shortened."""
    return repr(checks.one_line(name, 60))


def _name(stem: str, source: str, parameters: Mapping[str, Any]) -> str:
    """Return a file name made from code and parameters, so that a resumed sweep finds its runs."""
    content = f"{source}\n{json.dumps(parameters, sort_keys=True)}"
    return f"{stem}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def _entries(
    grid: Mapping[str, list], points: Sequence[Mapping[str, Any]]
) -> list[tuple[str, dict[str, Any]]]:
    """Return the parameters that a grid and points ask for, each with its name for errors."""
    crossed = itertools.product(*grid.values()) if grid else ()
    combinations = [dict(zip(grid, values, strict=True)) for values in crossed]
    entries = [(f"grid {checks.one_line(json.dumps(point))}", point) for point in combinations]
    entries += [
        (f"point {index} {checks.one_line(json.dumps(point))}", dict(point))
        for index, point in enumerate(points, start=1)
    ]
    return entries or [("the defaults", {})]


def expand_grid(
    notebook: Path,
    grid: Mapping[str, list],
    points: Sequence[Mapping[str, Any]] = (),
    seeds: int | None = None,
    base: Mapping[str, Any] | None = None,
) -> list[RunSpec]:
    """Return the runs that a grid and explicit points ask for, in that order.

    Args:
        notebook: The notebook to run.
        grid: Lists of values by the names of parameters; every combination is one run.
        points: Parameters of one run each.
        seeds: Each run is done with the seeds 0 to `seeds` - 1; None leaves the seed alone.
        base: Parameters of all runs; the values of grid and points replace them.

    Returns:
        The runs; one run with the defaults if nothing is asked for.

    Raises:
        ValueError: A parameter is unknown, a value is of another type, or two runs are the same;
            the message names the entry.
    """
    declared = notebook_parameters(notebook)
    count = math.prod(map(len, grid.values())) if grid else 0
    count = max(count + len(points), 1) * (seeds or 1)
    if count > _MAX_RUNS:
        raise ValueError(f"{count:,} runs cannot be used: expected at most {_MAX_RUNS:,}.")
    entries = _entries(grid, points)
    if seeds is not None:
        if "seed" not in declared or any("seed" in point for _, point in entries):
            raise ValueError(
                f"seeds: {seeds} cannot be crossed: the notebook needs a parameter seed that"
                " nothing else sets."
            )
        entries = [
            (f"{entry}, seed {seed}", {**point, "seed": seed})
            for entry, point in entries
            for seed in range(seeds)
        ]
    source = "\n".join(cell["source"] for cell in ipynb.code_cells(ipynb.read(notebook)))
    specs: dict[str, tuple[str, RunSpec]] = {}
    for entry, parameters in entries:
        try:
            typed = check_parameters({**(base or {}), **parameters}, declared)
        except ValueError as error:
            raise ValueError(f"{entry}: {error}") from error
        spec = RunSpec(_name(Path(notebook).stem, source, typed), typed)
        if spec.name in specs:
            raise ValueError(
                f"{entry}: the same parameters as {specs[spec.name][0]}; each run is done once."
            )
        specs[spec.name] = (entry, spec)
    return [spec for _, spec in specs.values()]


def varying_parameters(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of the parameters that differ between runs, in the order they appear."""
    names = dict.fromkeys(name for parameters in runs for name in parameters)
    values = {name: {json.dumps(parameters.get(name)) for parameters in runs} for name in names}
    return [name for name in names if len(values[name]) > 1]
