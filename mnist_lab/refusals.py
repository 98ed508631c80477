"""The words with which a value that cannot be used is refused, in one line."""

import difflib
import reprlib
from collections.abc import Iterable

# Writes any value in one short line, however large or deep it is.
_brief = reprlib.Repr()
_brief.maxstring = _brief.maxother = 80


def invalid(name: str, value: object, expected: str) -> ValueError:
    """Return the error for a value that cannot be used; the caller raises it.

    Args:
        name: The parameter's name.
        value: What was given.
        expected: What would be right, as the end of a sentence, such as "a number from 0 to 1".

    Returns:
        The error, with the name, the value and what was expected in one sentence.

    Example:
        >>> str(lab.checks.invalid("dropout", 2, "a number from 0 to 1"))
        'dropout=2 cannot be used: expected a number from 0 to 1.'
    """
    try:
        text = _brief.repr(value)
    except (ValueError, RecursionError):
        # Python refuses to write whole numbers of thousands of digits.
        text = f"(a huge {type(value).__name__})"
    return ValueError(f"{name}={text} cannot be used: expected {expected}.")


def one_line(text: object, most: int = 300) -> str:
    """Return a text as one line of at most `most` characters that a page or terminal can show."""
    shown = "".join(letter if letter.isprintable() else " " for letter in str(text)[: 2 * most])
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def first_line(error: Exception, most: int) -> str:
    """Return the first line of an error's text, as `one_line` has it; its kind if it has none."""
    lines = str(error).strip().splitlines()
    return one_line(lines[0] if lines else type(error).__name__, most)


def did_you_mean(value: object, allowed: Iterable[str]) -> str:
    """Return " (did you mean 'adam'?)" where a string resembles an allowed one, else ""."""
    if not isinstance(value, str):
        return ""
    spellings = {word.lower(): word for word in allowed}
    matches = difflib.get_close_matches(value.lower(), spellings, n=1)
    return f" (did you mean {spellings[matches[0]]!r}?)" if matches else ""
