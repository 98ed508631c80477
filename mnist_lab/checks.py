"""Reads the values people hand in, as numbers or as text, and refuses nonsense by name."""

import ast
import difflib
import math
import numbers
import reprlib
from collections.abc import Iterable
from typing import Any

import numpy as np

# Writes any value in one short line, however large or deep it is.
_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = 80


def invalid(name: str, value: Any, expected: str) -> ValueError:
    """Return the error for a value that cannot be used: what was given, and what would be right."""
    try:
        given = _brief.repr(value)
    except (
        ValueError,
        RecursionError,
    ):  # Python refuses to write whole numbers of thousands of digits
        given = f"(a huge {type(value).__name__})"
    return ValueError(f"{name}={given} cannot be used: expected {expected}.")


def _literal(value: Any) -> Any:
    """Return the Python value that a text spells (papermill and YAML hand over text), other values as they are."""
    if not isinstance(value, str) or len(value) > 1000:
        return value
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, TypeError, OverflowError, MemoryError, RecursionError):
        return value


def _number(value: Any) -> float | None:
    """Return a finite number, or None; True and False are not numbers here."""
    value = _literal(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: Any, minimum: int, maximum: int | None = None) -> int | None:
    """Return a whole number in [minimum, maximum] exactly, or None."""
    number = _number(value)
    if number is None or number != int(number):
        return None
    literal = _literal(value)
    whole = int(literal) if isinstance(literal, numbers.Integral) else int(number)
    return whole if whole >= minimum and (maximum is None or whole <= maximum) else None


def integer(name: str, value: Any, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int in [minimum, maximum]; text such as "5" or "1e3" is read, anything else is a ValueError."""
    whole = _whole(value, minimum, maximum)
    if whole is None:
        limits = (
            f"of at least {minimum:,}" if maximum is None else f"from {minimum:,} to {maximum:,}"
        )
        raise invalid(name, value, f"a whole number {limits}")
    return whole


def seed(value: Any) -> int:
    """Return the number that random choices start from, an int in [0, 2**32), as NumPy and TensorFlow take it."""
    return integer("seed", value, 0, 2**32 - 1)


def real(name: str, value: Any, low: float, high: float, closed: str = "both") -> float:
    """Return `value` as a float between two limits; text such as "1e-3" is read, anything else is a ValueError.

    closed: which limits are allowed themselves: "both", "left" or "right", as scikit-learn and pandas name it.
    """
    number = _number(value)
    inside = number is not None and low <= number <= high
    if not inside or (number == low and closed == "right") or (number == high and closed == "left"):
        expected = {
            "both": f"a number from {low:g} to {high:g}",
            "left": f"a number from {low:g} up to, but not including, {high:g}",
            "right": f"a number above {low:g} and up to {high:g}",
        }
        raise invalid(name, value, expected[closed])
    return number


def boolean(name: str, value: Any) -> bool:
    """Return `value` as a bool; text such as "True" or "false" is read, anything else is a ValueError."""
    known = {"true": True, "false": False}
    found = (
        known.get(str(value).strip().lower()) if isinstance(value, (bool, np.bool_, str)) else None
    )
    if found is None:
        raise invalid(name, value, "True or False")
    return found


def integers(name: str, value: Any, minimum: int = 1) -> tuple[int, ...]:
    """Return `value` as a tuple of ints; text such as "[100, 50]" or a single number is read, else ValueError."""
    values = _literal(value)
    if isinstance(values, numbers.Real):
        values = [values]
    found = (
        [_whole(item, minimum) for item in values]
        if isinstance(values, (list, tuple, range, np.ndarray))
        else []
    )
    if not found or None in found:
        raise invalid(
            name, value, f"a list of whole numbers of at least {minimum}, such as [200, 200]"
        )
    return tuple(found)


def choice(name: str, value: Any, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of `allowed`, else a ValueError that lists them and guesses what was meant."""
    allowed = list(allowed)
    if isinstance(value, str) and value in allowed:
        return value
    guess = difflib.get_close_matches(value, allowed, n=1) if isinstance(value, str) else []
    hint = f" (did you mean {guess[0]!r}?)" if guess else ""
    raise invalid(name, value, f"one of {', '.join(allowed)}{hint}")
