"""Checks of parameters: values are read, and refused by name where they cannot be used."""

import ast
import math
import numbers
import os
from collections.abc import Iterable
from typing import Literal

import numpy as np

from mnist_lab.refusals import did_you_mean as did_you_mean
from mnist_lab.refusals import first_line as first_line
from mnist_lab.refusals import invalid as invalid
from mnist_lab.refusals import one_line as one_line

# Papermill, YAML and the command line may hand over a number as a string.
IntLike = int | str
FloatLike = float | str


def _literal(value: object) -> object:
    """Return the Python value that a string spells; other values as they are."""
    if not isinstance(value, str) or len(value) > 1000:
        return value
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, TypeError, OverflowError, MemoryError, RecursionError):
        return value


def _number(value: object) -> float | None:
    """Return a finite number, or None; True and False are not numbers here."""
    value = _literal(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: object, minimum: int, maximum: int | None = None) -> int | None:
    """Return a whole number in [minimum, maximum] exactly, or None."""
    number = _number(value)
    if number is None or number != int(number):
        return None
    literal = _literal(value)
    # A float holds whole numbers exactly only up to 2**53.
    whole = int(literal) if isinstance(literal, numbers.Integral) else int(number)
    return whole if whole >= minimum and (maximum is None or whole <= maximum) else None


def _whole_number(minimum: int, maximum: int | None) -> str:
    """Return the words for the whole numbers allowed."""
    if maximum is None:
        return f"a whole number of at least {minimum:,}"
    return f"a whole number from {minimum:,} to {maximum:,}"


def integer(name: str, value: object, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int.

    Args:
        name: The parameter's name, for the error.
        value: A whole number, or a string such as "5" or "1e3".
        minimum: The smallest number allowed.
        maximum: The largest number allowed; None for no limit.

    Returns:
        The number, exactly.

    Raises:
        ValueError: `value` is anything else.

    Example:
        >>> lab.checks.integer("epochs", "1e3", minimum=1)
        1000
    """
    whole = _whole(value, minimum, maximum)
    if whole is None:
        raise invalid(name, value, _whole_number(minimum, maximum))
    return whole


def optional_integer(
    name: str, value: object, minimum: int, maximum: int | None = None
) -> int | None:
    """Return `value` as an int as `integer` does; None, or the string "None", is None."""
    if _literal(value) is None:
        return None
    whole = _whole(value, minimum, maximum)
    if whole is None:
        raise invalid(name, value, f"{_whole_number(minimum, maximum)}, or None")
    return whole


def seed(value: object) -> int:
    """Return the seed of random choices as an int from 0 to 2**32 - 1, as NumPy takes it."""
    return integer("seed", value, 0, 2**32 - 1)


def generator(name: str, value: object) -> np.random.Generator:
    """Return `value` if it is NumPy's source of random numbers; a ValueError else."""
    if not isinstance(value, np.random.Generator):
        raise invalid(name, value, "a generator, such as numpy.random.default_rng(0)")
    return value


def real(
    name: str,
    value: object,
    low: float,
    high: float,
    closed: Literal["both", "left", "right", "neither"] = "both",
) -> float:
    """Return `value` as a float.

    Args:
        name: The parameter's name, for the error.
        value: A number, or a string such as "1e-3".
        low: The lower limit.
        high: The upper limit.
        closed: Which limits are allowed themselves, as scikit-learn and pandas name it.

    Returns:
        The number, finite and within the limits.

    Raises:
        ValueError: `value` is not a number, or lies outside the limits.

    Example:
        >>> lab.checks.real("learning_rate", "1e-3", 0, 10, closed="right")
        0.001
    """
    number = _number(value)
    expected = {
        "both": f"a number from {low:g} to {high:g}",
        "left": f"a number from {low:g} up to, but not including, {high:g}",
        "right": f"a number above {low:g} and up to {high:g}",
        "neither": f"a number above {low:g} and below {high:g}",
    }[closed]
    if number is None or not low <= number <= high:
        raise invalid(name, value, expected)
    if (number == low and closed in ("right", "neither")) or (
        number == high and closed in ("left", "neither")
    ):
        raise invalid(name, value, expected)
    return number


def boolean(name: str, value: object) -> bool:
    """Return `value` as a bool; a string such as "True" or "false" is read.

    Raises:
        ValueError: `value` is anything else, numbers included.
    """
    if isinstance(value, (bool, np.bool_, str)):
        text = str(value).strip().lower()
        if text in ("true", "false"):
            return text == "true"
    raise invalid(name, value, "True or False")


def integers(name: str, value: object, minimum: int = 1) -> tuple[int, ...]:
    """Return `value` as a tuple of ints.

    Args:
        name: The parameter's name, for the error.
        value: A list, tuple, range or array of whole numbers, one number, or a string such
            as "[100, 50]".
        minimum: The smallest number allowed.

    Returns:
        The numbers, at least one.

    Raises:
        ValueError: `value` is anything else, or empty.

    Example:
        >>> lab.checks.integers("hidden_layers", "[100, 50]")
        (100, 50)
    """
    values = _literal(value)
    if isinstance(values, numbers.Real):
        values = [values]
    if not isinstance(values, (list, tuple, range, np.ndarray)):
        values = []
    wholes = [whole for item in values if (whole := _whole(item, minimum)) is not None]
    if not wholes or len(wholes) < len(values):
        expected = f"a list of whole numbers of at least {minimum}, such as [200, 200]"
        raise invalid(name, value, expected)
    return tuple(wholes)


def choice(name: str, value: object, allowed: Iterable[str]) -> str:
    """Return `value` if it is one of `allowed`.

    Args:
        name: The parameter's name, for the error.
        value: A string.
        allowed: The strings to choose from.

    Returns:
        `value` as it is.

    Raises:
        ValueError: `value` is anything else; the message lists `allowed` and suggests one.

    Example:
        >>> lab.checks.choice("recipe", "quick", ["quick", "default", "long"])
        'quick'
    """
    allowed = list(allowed)
    if isinstance(value, str) and value in allowed:
        return value
    raise invalid(name, value, f"one of {', '.join(allowed)}{did_you_mean(value, allowed)}")


def words(name: str, value: object, needed: str, allowed: Iterable[str]) -> list[str]:
    """Return the words of a text, if each is allowed and one that is needed is among them.

    Args:
        name: The parameter's name, for the error.
        value: Words with spaces or commas between them.
        needed: The word without which the others cannot be used.
        allowed: The words to choose from, `needed` among them.

    Returns:
        Each word once, in the order given; two or more.

    Raises:
        ValueError: `value` is anything else.

    Example:
        >>> lab.checks.words("optimizers", "sgd adam", "adam", ["adam", "sgd", "rmsprop"])
        ['sgd', 'adam']
    """
    allowed = list(allowed)
    found = list(dict.fromkeys(value.replace(",", " ").split())) if isinstance(value, str) else []
    for word in found:
        if word not in allowed:
            guess = did_you_mean(word, allowed)
            raise invalid(name, value, f"words of {', '.join(allowed)}; {word!r} is none{guess}")
    if needed not in found or len(found) < 2:
        raise invalid(name, value, f"two words or more of {', '.join(allowed)}, with {needed}")
    return found


def network(name: str, value: object) -> None:
    """Refuse what cannot be called with images, such as the name of a network's file.

    Raises:
        ValueError: The value is no network.
    """
    if isinstance(value, type) or not callable(value):
        raise invalid(name, value, "a Keras model, such as lab.models.load(path) returns")


def path(
    name: str, value: object, exists: bool = False, file_okay: bool = True, dir_okay: bool = True
) -> str:
    """Return `value` if it can be the path that a parameter asks for.

    Args:
        name: The parameter's name, for the error.
        value: A path as text; "~" is the home folder. "" stands for no path.
        exists: Whether there must be something at the path. Typer has the same three options.
        file_okay: Whether it may be a file.
        dir_okay: Whether it may be a folder.

    Returns:
        `value` as it is.

    Raises:
        ValueError: `value` is anything else.

    Example:
        >>> lab.checks.path("drawings", "~/my_digits", file_okay=False)
        '~/my_digits'
    """
    kind = {(True, False): "file", (False, True): "folder"}.get((file_okay, dir_okay), "path")
    expected = f"the path of {'an existing' if exists else 'a'} {kind}, or '' for none"
    if not isinstance(value, str) or "\0" in value:
        raise invalid(name, value, expected)
    if not value:
        return value
    full = os.path.expanduser(value)
    missing = not os.path.exists(full)
    wrong = (os.path.isdir(full) and not dir_okay) or (os.path.isfile(full) and not file_okay)
    if wrong or (missing and exists):
        raise invalid(name, value, expected)
    return value
