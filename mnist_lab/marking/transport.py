"""Values from a stranger's process, as JSON: only data comes back, never objects."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from mnist_lab.exercises.values import as_array

_DEEPEST, _MOST = 8, 200_000  # levels of nesting, and numbers or letters of one value


def to_json(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it; what is no number, text or collection of these is named.

    Args:
        value: Whatever a function returned.
        depth: How deep in a collection it stands.
    """
    if hasattr(value, "numpy") and not isinstance(value, np.ndarray):
        value = value.numpy()  # a tensor; of one number, it gives that number
    if value is None or isinstance(value, bool | np.bool_):
        return None if value is None else bool(value)
    if isinstance(value, int | np.integer):
        return int(value) if abs(int(value)) < 2**63 else {"float": repr(float(value))}
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else {"float": repr(float(value))}
    if isinstance(value, str):
        return value[:_MOST]
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and value.size <= _MOST:
        numbers = value.astype(float).ravel()
        return {
            "array": [
                number if math.isfinite(number) else repr(number) for number in numbers.tolist()
            ],
            "shape": list(value.shape),
            "kind": value.dtype.kind,
        }
    if depth < _DEEPEST and isinstance(value, list | tuple | Mapping) and len(value) <= _MOST:
        if isinstance(value, Mapping):
            items = [
                [to_json(key, depth + 1), to_json(item, depth + 1)] for key, item in value.items()
            ]
            return {"dict": items}
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [to_json(item, depth + 1) for item in value]}
    array = as_array(value)  # such as a column of a table
    if array is not None and array.ndim and array.size <= _MOST:
        return to_json(array)
    return {"other": type(value).__name__[:100]}


class Other:
    """Stands for a value of a type that is not brought back."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


def from_json(content: Any) -> Any:
    """Return the value that `to_json` wrote, whoever wrote this.

    Raises:
        ValueError: It wrote none of this.
    """
    try:
        return _read(content)
    except (TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError(f"no value can be read: {type(error).__name__}") from error


def _read(content: Any) -> Any:
    if content is None or isinstance(content, bool | int | float | str):
        return content
    if not isinstance(content, dict) or not content:
        raise ValueError("no value can be read")
    if "array" in content:
        kind = {"b": bool, "i": np.int64, "u": np.int64, "f": float}[content["kind"]]
        numbers = np.array([float(number) for number in content["array"]], float)
        return numbers.reshape([int(size) for size in content["shape"]]).astype(kind)
    [(kind, items)] = content.items()
    if kind == "float":
        return float(items)
    if kind == "list":
        return [_read(item) for item in items]
    if kind == "tuple":
        return tuple(_read(item) for item in items)
    if kind == "dict":
        return {_read(key): _read(item) for key, item in items}
    if kind == "other":
        return ... if items == "ellipsis" else Other(str(items))
    raise ValueError("no value can be read")
