"""Formulas as MathML, which browsers draw themselves: no script, and no request to anywhere."""

import html
from xml.etree.ElementTree import Element, tostring

# What a formula may consist of: nothing that leads anywhere, and nothing from outside MathML.
_TAGS = """math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder
mover munderover mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom menclose"""
_ATTRIBUTES = """display displaystyle mathvariant stretchy fence form separator lspace rspace
minsize maxsize linethickness columnalign rowspacing columnspacing notation width height depth
accent accentunder movablelimits scriptlevel"""
_MAX_CHARACTERS = 2_000


def mathml(latex: str, display: bool) -> str:
    """Return a formula as MathML; one that cannot be read stays as its source.

    Args:
        latex: The formula without its dollars, from anybody's notebook.
        display: Whether it stands on a line of its own.

    Returns:
        A piece of a page in which nothing runs.

    Example:
        >>> mathml("p / 2", display=False)
        '<math display="inline"><mrow><mi>p</mi><mo>/</mo><mn>2</mn></mrow></math>'
    """
    from latex2mathml.converter import convert_to_element

    source = f"<code>{html.escape(latex)}</code>"
    if len(latex) > _MAX_CHARACTERS:
        return source
    try:
        element = convert_to_element(latex, display="block" if display else "inline")
        _check(element)
        return tostring(element, encoding="unicode")
    except Exception:  # a stranger's formula; the library raises errors of many types
        return source


def _check(element: Element) -> None:
    """Drop unknown attributes, and read characters; ValueError for a tag that is not MathML's."""
    tags, attributes = set(_TAGS.split()), set(_ATTRIBUTES.split())
    for part in element.iter():
        if part.tag not in tags:
            raise ValueError(f"{part.tag} is no tag of a formula")
        for name in set(part.attrib) - attributes:
            del part.attrib[name]
        # The library writes characters as "&#x003C;"; as text, they are escaped anew.
        part.text = html.unescape(part.text) if part.text else part.text
        part.tail = html.unescape(part.tail) if part.tail else part.tail
