"""The reading order of digits: lines from top to bottom, each from left to right."""

from mnist_lab.handwriting.photos.parts import Part

_OVERLAP = 0.4  # of the smaller height, by which a digit and its neighbor share their rows


def in_lines(parts: list[Part]) -> list[list[Part]]:
    """Return parts in lines, in reading order.

    From left to right, each part joins the line whose last part it shares most rows with, so that
    a line may climb or fall.

    Args:
        parts: The digits of a page.
    """
    lines: list[list[Part]] = []
    for part in sorted(parts, key=lambda part: part.left + part.width / 2):
        best = max(lines, key=lambda line: _overlap(line[-1], part), default=None)
        if best is not None and _overlap(best[-1], part) > _OVERLAP:
            best.append(part)
        else:
            lines.append([part])
    return sorted(lines, key=lambda line: sum(part.top + part.bottom for part in line) / len(line))


def _overlap(one: Part, other: Part) -> float:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / min(one.height, other.height)
