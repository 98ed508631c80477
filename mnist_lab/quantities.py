"""A notebook's variables as its record keeps them: its parameters, and its quantities."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from mnist_lab import checks

# Quantities are the numbers behind sentences, not data.
_MOST_VALUES = 5_000


def plain(value: Any) -> Any:
    """Return containers and numbers of NumPy, pandas and Python as JSON holds them, else text."""
    if hasattr(value, "to_dict"):  # pandas: by columns, and in them by rows
        return plain(value.to_dict())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def parameters(variables: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters of a notebook: the variables that have a type in their first line.

    Args:
        variables: The notebook's, as `globals()` gives them.

    Returns:
        Their present values by name, without `records`, which decides nothing but the ladder.
    """
    names = variables.get("__annotations__", {})
    if not isinstance(names, Mapping):
        return {}
    return {name: variables[name] for name in names if name != "records" and name in variables}


def quantities(keep: str, variables: Mapping[str, object]) -> dict[str, Any]:
    """Return variables of a notebook as JSON holds them; a number that is not finite becomes None.

    Args:
        keep: Their names, with blanks between them.
        variables: The notebook's variables.

    Raises:
        ValueError: There is no such variable, or they hold more than a record has room for.
    """
    found = {}
    for name in keep.split():
        if name not in variables:
            raise checks.invalid("keep", name, "names of variables of this notebook")
        found[name] = _finite(plain(variables[name]))
    count = _count(found)
    if count > _MOST_VALUES:
        raise ValueError(
            f"keep: its variables hold {count:,} values, and a record has room for"
            f" {_MOST_VALUES:,}. Keep what the text says of them."
        )
    return found


def _finite(value: Any) -> Any:
    """Return a value for JSON, which has no NaN and no infinity: they become None."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _count(value: Any) -> int:
    """Return how many values a value for JSON holds."""
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 1
