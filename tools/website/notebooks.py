"""Executed notebooks as the website shows them: figures with their texts, results to guess."""

import base64
import copy
import struct
from html import escape
from typing import Any

_PAD = "lab.handwriting.Pad("  # what makes the drawing pad
_SHOWN = {"text/plain", "text/html"}  # of a record, its line of text
_HIDDEN = "hide-output"  # MyST-NB folds the results of a cell with this tag


def figure_name(name: str, number: int) -> str:
    """Return the file name of a page's figure, such as "01_single_layer-3.png"."""
    return f"{name.replace('/', '-')}-{number}.png"


def for_site(
    content: dict[str, Any], name: str, bar: str, pad: str
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return a notebook as the website shows it, and the files of its figures.

    The result of a cell that compares a guess is folded, so that a reader can guess first.

    Args:
        content: The notebook, as `ipynb.read` returns it; it stays as it is.
        name: Where its page lies below `notebooks/`, such as "exercises/01_single_layer".
        bar: HTML that stands below the title.
        pad: HTML in the place of the drawing pad, which a page without a kernel cannot show.

    Returns:
        The changed notebook, and the PNGs of its figures by file name. Its images are looked for in
        the folder `figures` of the site.
    """
    book, files = copy.deepcopy(content), {}
    title, _, text = book["cells"][0]["source"].partition("\n")
    book["cells"][0]["source"] = f"{title}\n\n{bar}\n{text}"
    folder = "../" * (name.count("/") + 1) + "figures"
    for cell in book["cells"]:
        outputs = cell.get("outputs", [])
        if outputs and "lab.compare_guess(" in cell["source"]:
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), _HIDDEN]
        for output in (one for one in outputs if "data" in one):
            data = output["data"]
            if "image/png" in data:
                file = figure_name(name, len(files) + 1)
                files[file] = base64.b64decode(data["image/png"])
                alt = output["metadata"]["image/png"]["alt"]
                output["data"] = {"text/html": image(f"{folder}/{file}", alt, files[file])}
            elif _PAD in cell["source"]:
                output["data"] = {"text/html": pad}
            else:
                output["data"] = {mime: data[mime] for mime in data if mime in _SHOWN}
            if "<table" in output["data"].get("text/html", ""):
                output["data"]["text/html"] = table(output["data"]["text/html"])
    return book, files


def table(markup: str) -> str:
    """Return a table of pandas that scrolls by itself, and whose empty corners are no headings."""
    cells = markup.replace("<th></th>", "<td></td>")
    return f'<div class="scroll" role="group" aria-label="Table" tabindex="0">{cells}</div>'


def image(address: str, alt: str, png: bytes) -> str:
    """Return an image in HTML that is loaded when it comes near the window.

    Args:
        address: Where the page finds it.
        alt: Its text alternative.
        png: The image itself, whose size keeps its place free.
    """
    width, height = struct.unpack(">II", png[16:24])
    return (
        f'<img class="figure" src="{escape(address)}" alt="{escape(alt)}"'
        f' width="{width}" height="{height}" loading="lazy">'
    )
