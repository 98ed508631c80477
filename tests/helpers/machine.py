"""What this machine has for the tests: full MNIST or not, and where the repository is."""

import os
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from mnist_lab import needs
from mnist_lab.data import download, formats
from mnist_lab.data.digits import SOURCES, resolve_source

ROOT = Path(__file__).resolve().parents[2]


def _mnist() -> formats.RawDigits | None:
    """Return full MNIST if it is on this machine, without downloading it."""
    source = resolve_source()
    if source not in SOURCES:
        raw = formats.read_path(source)
        return raw if raw.is_mnist else None
    cached = None if source == "sample" else download.cached()
    return cached[0] if cached else None


MNIST = _mnist()
if MNIST is None:
    # No test downloads MNIST: where it is not here, notebooks and commands run on the sample.
    os.environ["MNIST_LAB_DATA"] = "sample"


@cache
def unmet_needs(marker: str) -> str:
    """Return why tests with a marker cannot run here, and what would help; "" where they can."""
    if marker == "needs_mnist" and MNIST is None:
        return "full MNIST is not on this machine; `mnist-lab data` fetches it"
    if marker == "needs_browser":
        from tests.helpers.browser import find_chromium

        if find_chromium() is None:
            return (
                "no Chromium; install one, or name it in CHROMIUM, or call"
                " `python -m playwright install chromium`"
            )
    if marker == "needs_rooms":
        from mnist_lab.marking.sandbox import why_open

        if why_open():
            return f"no room can be closed here: {why_open()}"
    if marker == "needs_root" and getattr(os, "geteuid", lambda: 1)() != 0:
        return "only root can mount a small disk to fill"
    if marker == "needs_make" and (os.name == "nt" or not shutil.which("make")):
        return "make is not on this machine; the README names the commands it stands for"
    if marker == "needs_sphinx" and find_spec("sphinx") is None:
        return "Sphinx is not installed; `make site` brings it"
    if marker == "needs_node" and not shutil.which("node"):
        return "Node.js is not on this machine"
    if marker == "needs_export" and needs.missing(("tf2onnx", "onnxruntime", "ai_edge_litert")):
        return 'the packages that write networks for others are missing: pip install -e ".[export]"'
    return ""
