"""web_page(): one HTML file with a drawing pad and networks that read it, without Python."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mnist_lab import checks
from mnist_lab.backend import keras
from mnist_lab.checks import FloatLike
from mnist_lab.export.network import Layer, hidden_place, network_layers
from mnist_lab.files import atomic_write
from mnist_lab.handwriting.pad_script import joined
from mnist_lab.models import pretrained
from mnist_lab.pretrained import record_of
from mnist_lab.runs.pages import filled_in, report_style

_EXPORT = Path(__file__).parent
_HANDWRITING = _EXPORT.with_name("handwriting")
# The page's modules, each after those that it imports from. Photos need Python: the pad's own
# photos.js is not among them.
MODULES = (
    *(_HANDWRITING / name for name in ("elements.js", "connection.js")),
    _EXPORT / "photos.js",
    _HANDWRITING / "pad.js",
    *(_EXPORT / f"{name}.js" for name in ("forward", "prepare", "npz", "reader", "page")),
)
_STYLES = (_HANDWRITING / "pad.css", _EXPORT / "page.css")
# The networks of the course's own page, as notebooks 1, 2, 3 and 6 make them.
_COURSE = {
    "single layer": "single_layer",
    "100 ReLU": "one_hidden_layer",
    "MLP": "mlp",
    "CNN": "cnn",
}


def page_script(modules: Sequence[Path] = MODULES, last: str = "") -> str:
    """Return modules as one script, in a block that keeps their names from others.

    Args:
        modules: Their files, each after those that it imports from.
        last: Code at the end of the block, which may use all of them.
    """
    parts = joined(modules).replace("export default {", "const pad = {")
    return f'"use strict";\n{{\n{parts}\n{last}}}\n'


def _in_words(layer: Layer) -> str:
    """Return the words for a layer with weights or windows; "" for others."""
    if layer["kind"] == "convolution":
        height, width = layer["window"]
        return f"convolution {height} × {width} ({layer['output'][2]})"
    if layer["kind"] == "depthwise":
        height, width = layer["window"]
        return f"depthwise {height} × {width}"
    if layer["kind"] in ("pooling", "mean"):
        return layer["kind"]
    return f"dense ({layer['units']})" if layer["kind"] == "dense" else ""


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(name.strip())


def _checked_accuracies(accuracies: object, names: Iterable[str]) -> dict[str, float]:
    """Return accuracies by name; ValueError for a name that no network has, or no share."""
    if accuracies is None:
        return {}
    if not isinstance(accuracies, Mapping):
        expected = "a name and a share for each, such as {'mine': 0.98}"
        raise checks.invalid("accuracies", accuracies, expected)
    return {
        checks.choice("a name in accuracies", name, names): checks.real(
            f"accuracies[{name!r}]", share, 0, 1
        )
        for name, share in accuracies.items()
    }


def web_page(
    models: Mapping[str, keras.Model],
    path: str | os.PathLike,
    accuracies: Mapping[str, FloatLike] | None = None,
) -> int:
    """Write a page on which one draws a digit, and networks read it while one draws.

    It is one file: the networks are in it, and nothing is fetched or sent. It opens from a disk, on
    a phone too, so that a network can be sent to a friend.

    The weights have 8 bits. For the course's networks and MNIST's 10,000 test digits, that changes
    10 answers at most; for 99 of 100 digits no probability by 0.02, for none by 0.1. To see what
    it changes for another network, evaluate `with_rounded_weights(model)`.

    Args:
        models: Networks by name, at least one. Each is a keras.Sequential that takes float32
            (n, 28, 28) in [0, 1] and returns ten probabilities. The last one's answer stands above
            the others.
        path: The .html file to write.
        accuracies: The share of test digits that a network reads correctly, in [0, 1], by name;
            shown on the page.

    Returns:
        The size of the file in bytes.

    Raises:
        ValueError: `path` is no .html, there is no network, one does not read digits or has layers
            that the page cannot compute, or `accuracies` names another network.
        OSError: The file cannot be written.

    Example:
        >>> import tempfile
        >>> model = lab.models.single_layer()
        >>> lab.export.web_page({"mine": model}, tempfile.mkdtemp() + "/mine.html") < 100_000
        True
    """
    path = Path(os.fsdecode(path)).expanduser()
    if path.suffix.lower() not in (".html", ".htm"):
        raise checks.invalid("path", str(path), "the name of a .html file")
    if not isinstance(models, Mapping) or not models or not all(map(_is_name, models)):
        expected = "a name and a network for each, such as {'mine': model}"
        raise checks.invalid("models", models, expected)
    known = _checked_accuracies(accuracies, models)
    networks: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    for name, model in models.items():
        layers = network_layers(model)
        networks.append({"name": name, "hidden": hidden_place(layers), "layers": layers})
        words = ", ".join(filter(None, map(_in_words, layers)))
        shown.append({"name": name, "layers": words, "weights": model.count_params()})
    # A name may hold what would end the script that the data stand in.
    data = json.dumps(networks, separators=(",", ":")).replace("<", "\\u003c")
    page = filled_in(
        "read.html.j2",
        {
            "title": "Digits, read while you draw",
            "networks": shown,
            "accuracies": known,
            "forward": (_EXPORT / "forward.js").read_text("utf-8"),
            "data": data,
        },
        style=report_style() + "".join(path.read_text("utf-8") for path in _STYLES),
        script=page_script(),
        package="mnist_lab.export",
    ).encode()
    with atomic_write(path, "wb") as file:
        file.write(page)
    return len(page)


def course_page(path: str | os.PathLike) -> int:
    """Write the course's own page: the networks of notebooks 1, 2, 3 and 6.

    Args:
        path: The .html file to write.

    Returns:
        The size of the file in bytes.
    """
    models = {shown: pretrained(name) for shown, name in _COURSE.items()}
    accuracies = {shown: record_of(name)["test_accuracy"] for shown, name in _COURSE.items()}
    return web_page(models, path, accuracies)
