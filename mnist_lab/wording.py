"""A number of things in words, as messages and texts of figures say it."""


def counted(count: int, noun: str) -> str:
    """Return a number of things, such as "1 digit" and "1,200 digits"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
