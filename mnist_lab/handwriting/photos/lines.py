"""The reading order of digits: lines from top to bottom, each from left to right."""

import numpy as np

from mnist_lab.handwriting.photos.parts import Part

_OVERLAP = 0.4  # of the smaller height, by which a digit and its neighbor share their rows
_OFF = 0.5  # usual heights between a digit that stands off its line and its neighbors there


def in_lines(parts: list[Part]) -> list[list[Part]]:
    """Return parts in lines, in reading order.

    From left to right, each part joins the line whose last part it shares most rows with, so that
    a line may climb or fall. A part that is left alone then joins the nearest line, if it stands
    less than half a digit above or below its neighbors there, but not above or below a digit: a
    column of digits stays a column.

    Args:
        parts: The digits of a page.
    """
    lines: list[list[Part]] = []
    for part in sorted(parts, key=_middle):
        best = max(lines, key=lambda line: _overlap(line[-1], part), default=None)
        if best is not None and _overlap(best[-1], part) > _OVERLAP:
            best.append(part)
        else:
            lines.append([part])
    lines = _with_stragglers(lines)
    return sorted(lines, key=lambda line: sum(part.top + part.bottom for part in line) / len(line))


def _with_stragglers(lines: list[list[Part]]) -> list[list[Part]]:
    """Return lines with parts that stand alone joined to the nearest of them."""
    reach = _OFF * float(np.median([part.height for line in lines for part in line] or [0]))
    whole = [line for line in lines if len(line) > 1]
    joined = [list(line) for line in whole]
    for part in (line[0] for line in lines if len(line) == 1):
        gaps = [_gap(line, part) for line in whole]
        nearest = int(np.argmin(gaps)) if gaps else -1
        if gaps and gaps[nearest] <= reach and not _shares_columns(joined[nearest], part):
            joined[nearest].append(part)
        else:
            joined.append([part])
    return [sorted(line, key=_middle) for line in joined]


def _gap(line: list[Part], part: Part) -> float:
    """Return the rows between a part and the nearer of its left and right neighbor in a line."""
    after = next((at for at, other in enumerate(line) if _middle(other) > _middle(part)), len(line))
    return min(
        max(other.top, part.top) - min(other.bottom, part.bottom)
        for other in line[max(0, after - 1) : after + 1]
    )


def _shares_columns(line: list[Part], part: Part) -> bool:
    return any(min(other.right, part.right) > max(other.left, part.left) for other in line)


def _overlap(one: Part, other: Part) -> float:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / min(one.height, other.height)


def _middle(part: Part) -> float:
    return part.left + part.width / 2
