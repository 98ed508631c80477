"""Values of answers: whether two are the same, and how they are written in a sentence."""

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mnist_lab import checks
from mnist_lab.wording import counted

_MOST = 200  # letters of a value in a sentence
_FEW = 12  # numbers that a sentence writes out


def same(got: Any, expected: Any, tolerance: float) -> bool:
    """Return whether a value is the expected one.

    Numbers may be of any type, and lists, tuples and arrays of numbers may stand for each other.

    Args:
        got: The reader's value.
        expected: The right value.
        tolerance: How far a number may be off, as a fraction of the largest number expected.
    """
    if isinstance(expected, str) or expected is None:
        return bool(type(got) is type(expected) and got == expected)
    if isinstance(expected, Mapping):
        return (
            isinstance(got, Mapping)
            and set(got) == set(expected)
            and all(same(got[key], value, tolerance) for key, value in expected.items())
        )
    if _is_ragged(expected):
        parts = _parts(got)
        return (
            parts is not None
            and len(parts) == len(expected)
            and all(same(*pair, tolerance) for pair in zip(parts, expected, strict=True))
        )
    found, right = as_array(got), as_array(expected)
    if found is None or right is None:
        return False
    if found.shape != right.shape:
        return found.ndim > 0 and found.size == right.size == 0  # [] is an array of no rows
    if right.dtype == bool:
        return found.dtype == bool and bool((found == right).all())
    return bool(_near(found, right, tolerance).all())


def _near(found: np.ndarray, right: np.ndarray, tolerance: float) -> np.ndarray:
    """Return which numbers are the expected ones."""
    with np.errstate(all="ignore"):
        scale = np.abs(right[np.isfinite(right)]).max(initial=0)
        near = np.abs(found - right) <= tolerance * max(scale, 1e-12)
    return near | (found == right) | (np.isnan(found) & np.isnan(right))


def as_array(value: Any) -> np.ndarray | None:
    """Return a number, or numbers in lists, tuples or arrays, as an array of floats or truths.

    None stands for anything else.
    """
    if hasattr(value, "numpy") and not isinstance(value, np.ndarray):
        value = value.numpy()  # a tensor
    if isinstance(value, (str, bytes, Mapping)) or value is None:
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        return None
    if array.dtype == bool:
        return array
    if array.size == 0 and array.dtype == object:
        return None
    return array.astype(np.float64) if np.issubdtype(array.dtype, np.number) else None


def _parts(value: Any) -> list[Any] | None:
    """Return the items of a list or tuple; None for anything else."""
    return list(value) if isinstance(value, (list, tuple)) else None


def _is_ragged(value: Any) -> bool:
    """Return whether a value is several that do not make one array, such as (weights, bias)."""
    return isinstance(value, (list, tuple)) and as_array(value) is None


def shown(value: Any) -> str:
    """Return a value as a sentence writes it: four digits, one line; of many numbers the shape."""
    if value is ...:
        return "..."
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, numbers.Real):
        try:
            return _number(float(value))
        except OverflowError:
            return "a huge number"
    array = as_array(value)
    if array is not None and array.size > _FEW:
        return kind_of(value)
    if isinstance(value, np.ndarray) and array is not None and array.ndim:
        kept = value if value.dtype == bool else value + 0  # no -0
        text = np.array2string(kept, precision=4, suppress_small=True, separator=", ")
        return f"np.array({checks.one_line(text, _MOST)})"
    if isinstance(value, list | tuple):
        inside = ", ".join(map(shown, value))
        return checks.one_line(f"({inside})" if isinstance(value, tuple) else f"[{inside}]", _MOST)
    return "a function" if callable(value) else checks.one_line(repr(value), _MOST)


def _number(value: float) -> str:
    """Return a number with four digits, and larger whole numbers in full."""
    if abs(value) >= 1e15 or not np.isfinite(value) or 0 < abs(value) < 1e-4:
        return f"{value:.4g}"
    if abs(value) >= 1000:
        return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return f"{value:.4g}"


def first_difference(
    got: Any, expected: Any, tolerance: float, names: Sequence[str] = ()
) -> tuple[str, Any, Any]:
    """Return where two values of one shape first differ, and what stands there in each.

    Of few numbers all are returned, and no place.

    Args:
        got: The reader's value.
        expected: The right value.
        tolerance: How far a number may be off, as a fraction of the largest number expected.
        names: What the parts of a tuple are called; by default "part 1" and so on.
    """
    if _is_ragged(expected):
        parts = _parts(got) or []
        pairs = zip(parts, expected, strict=True) if len(parts) == len(expected) else []
        for index, pair in enumerate(pairs):
            if not same(*pair, tolerance):
                place, *values = first_difference(*pair, tolerance)
                name = f"for {names[index]}" if names else f"part {index + 1}"
                return f"{name}{', ' if place else ''}{place}", *values
    found, right = as_array(got), as_array(expected)
    if found is None or right is None or found.shape != right.shape:
        return "", got, expected
    named = bool(names) and right.shape == (len(names),)
    different = np.argwhere(~_near(found.astype(float), right.astype(float), tolerance))
    # Zeros and ones in place of truths differ in their type alone.
    if len(different) == 0 or (right.size <= _FEW and not named):
        return "", got, expected
    place = tuple(int(index) for index in different[0])
    where = f"for {names[place[0]]}" if named else f"at {list(place)}"
    return where, found[place], right[place]


def kind_of(value: Any) -> str:
    """Return what a value is, in words, such as "a number" or "an array of shape (3, 10)"."""
    if value is None:
        return "None"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Mapping):
        return checks.one_line("a dict with " + ", ".join(map(repr, value)))
    array = as_array(value)
    if array is None:
        parts = _parts(value)
        name = type(value).__name__
        article = "an" if name[:1].lower() in "aeiou" else "a"
        return f"{article} {name}" + ("" if parts is None else f" of {len(parts)}")
    if array.ndim == 0:
        return "a plain number"
    if array.ndim == 1:
        what = "list" if isinstance(value, list | tuple) else "array"
        noun = "truth" if array.dtype == bool else "number"
        return f"{'a' if what == 'list' else 'an'} {what} of {counted(array.shape[0], noun)}"
    return f"an array of shape {array.shape}"
