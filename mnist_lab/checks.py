"""Reads the values people hand in, as numbers or as text, and refuses nonsense by name."""

import ast
import difflib
import math
from collections.abc import Iterable
from typing import Any


def refuse(name: str, value: Any, expected: str) -> ValueError:
    """Return the error for a value that cannot be used: what was given, and what would be right."""
    return ValueError(f"{name}={value!r} cannot be used: expected {expected}.")


def _literal(value: Any) -> Any:
    """Return the Python value that a text spells (papermill and YAML hand over text), other values as they are."""
    if not isinstance(value, str):
        return value
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value


def _number(value: Any) -> float | None:
    """Return a finite number, or None; True and False are not numbers here."""
    value = _literal(value)
    if isinstance(value, (bool, str, complex)):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def integer(name: str, value: Any, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int in [minimum, maximum]; text such as "5" or "1e3" is read, anything else is a ValueError."""
    number = _number(value)
    if number is None or number != int(number) or number < minimum or (maximum is not None and number > maximum):
        limits = f"of at least {minimum:,}" if maximum is None else f"from {minimum:,} to {maximum:,}"
        raise refuse(name, value, f"a whole number {limits}")
    return int(number)


def real(name: str, value: Any, above: float, maximum: float) -> float:
    """Return `value` as a float in (above, maximum]; text such as "1e-3" is read, anything else is a ValueError."""
    number = _number(value)
    if number is None or not above < number <= maximum:
        raise refuse(name, value, f"a number above {above:g} and up to {maximum:g}")
    return number


def share(name: str, value: Any) -> float:
    """Return `value` as a float in [0, 1), such as a dropout rate; text is read, anything else is a ValueError."""
    number = _number(value)
    if number is None or not 0 <= number < 1:
        raise refuse(name, value, "a share from 0 up to, but not including, 1")
    return number


def integers(name: str, value: Any, minimum: int = 1) -> tuple[int, ...]:
    """Return `value` as a tuple of ints; text such as "[100, 50]" or a single number is read, else ValueError."""
    values = _literal(value)
    if _number(values) is not None:
        values = [values]
    expected = f"a list of whole numbers of at least {minimum}, such as [200, 200]"
    if isinstance(values, (str, dict, set)) or not isinstance(values, Iterable):
        raise refuse(name, value, expected)
    numbers = [_number(item) for item in values]
    if not numbers or any(number is None or number != int(number) or number < minimum for number in numbers):
        raise refuse(name, value, expected)
    return tuple(int(number) for number in numbers)


def choice(name: str, value: Any, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of `allowed`, else a ValueError that lists them and guesses what was meant."""
    allowed = list(allowed)
    if value in allowed:
        return value
    guess = difflib.get_close_matches(str(value), allowed, n=1)
    hint = f" (did you mean {guess[0]!r}?)" if guess else ""
    raise refuse(name, value, f"one of {', '.join(allowed)}{hint}")
