"""The text alternative of a figure: its numbers in words, and how a notebook shows it."""

from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from textwrap import shorten
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

LONGEST = 300  # characters: a screen reader reads the text in one go


def describe(figure: Figure, text: str) -> Figure:
    """Give a figure its text alternative, which is the figure's label for matplotlib.

    Args:
        figure: The figure.
        text: What it shows, in one or two sentences; cut after 300 characters.

    Returns:
        The same figure.
    """
    figure.set_label(shorten(text, LONGEST, placeholder=" ..."))
    # IPython asks each object for this name.
    setattr(figure, "_ipython_display_", partial(_display, figure))  # noqa: B010
    return figure


def _display(figure: Figure) -> None:
    """Display a figure with its text alternative where notebooks and their exports look for it.

    JupyterLab and nbconvert's pages ignore the metadata of a PNG; they show HTML in its place.
    """
    # IPython is slow to import, and there when it calls this.
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    shell: Any = InteractiveShell.instance()
    text = str(figure.get_label())
    shown: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    # The formats that the notebook is set to, drawn as without a text alternative.
    for mime, formatter in shell.display_formatter.formatters.items():
        picture = formatter(figure) if mime.startswith(("image/", "application/pdf")) else None
        if picture is not None:
            shown[mime], size = picture if isinstance(picture, tuple) else (picture, {})
            metadata[mime] = {**size, "alt": text}
    if "image/png" in shown:
        attributes = "".join(
            f' {name}="{escape(str(value))}"' for name, value in metadata["image/png"].items()
        )
        source = f"data:image/png;base64,{shown['image/png'].strip()}"
        shown["text/html"] = f'<img{attributes} src="{source}">'
    display({"text/plain": text, **shown}, metadata=metadata, raw=True)


def number(value: float) -> str:
    """Return a number with three digits, such as "0.412", "12.3" or "4,560"."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percent(value: float) -> str:
    """Return a share in [0, 1] in percent with one decimal."""
    return f"{value:.1%}"


def listing(parts: Iterable[object], most: int = 4) -> str:
    """Return parts as "a, b and c"; after `most` of them, say only how many more there are."""
    texts = [shorten(str(part), 80, placeholder=" ...") for part in parts]
    if len(texts) > most:
        texts = [*texts[: most - 1], f"{len(texts) - most + 1:,} more"]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def trend(values: ArrayLike, text: Callable[[float], str] = number) -> str:
    """Say in words how a series begins and ends, such as "falls from 0.41 to 0.08"."""
    finite = _finite(values)
    if not len(finite):
        return "has no value"
    first, last = text(finite[0]), text(finite[-1])
    if first == last:
        return f"is {last}"
    return f"{'rises' if finite[-1] > finite[0] else 'falls'} from {first} to {last}"


def span(values: ArrayLike, text: Callable[[float], str] = number) -> str:
    """Say from which to which value numbers reach, such as "from 90.0% to 99.2%"."""
    finite = _finite(values)
    if not len(finite):
        return "without a value"
    low, high = text(finite.min()), text(finite.max())
    return f"at {low}" if low == high else f"from {low} to {high}"


def _finite(values: ArrayLike) -> np.ndarray:
    numbers = np.asarray(values, dtype=float)
    return numbers[np.isfinite(numbers)]
