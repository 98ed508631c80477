"""What the website's cards say of each notebook, read from the course's own pages."""

import base64
import re
from pathlib import Path
from typing import NamedTuple

from mnist_lab import ipynb
from mnist_lab.records import read_record

_ITEM = re.compile(
    r"^(\d+)\. \[([^\]]+)\]\((\w+)\.ipynb\), (\d+ minutes?): (.+?)(?=^\d+\. |^#|\Z)", re.M | re.S
)
# The picture on a notebook's card is the first figure of the cell that has these words.
_PICTURES = {
    "01_single_layer": "lab.plots.weight_images(",
    "02_one_hidden_layer": "lab.plots.hidden_neurons(",
    "03_multi_layer_perceptron": "lab.plots.digit_grid(np.stack(shown)",
    "04_error_analysis": "lab.plots.confusion_heatmap(",
    "05_confidence_and_robustness": "lab.plots.corruption_examples(",
    "06_convolutional_network": "lab.plots.feature_maps(",
    "07_activations_and_optimizers": "lab.plots.descent_paths(",
    "08_hyperparameter_tuning": "lab.plots.trials_map(",
    "09_your_own_digits": "lab.plots.pad_figure(",
    "10_small_and_shipped": "lab.plots.error_by_weights(",
}


class Lesson(NamedTuple):
    """A notebook as its card shows it.

    Attributes:
        name: The notebook's name without its ending, such as "01_single_layer".
        number: Its place in the course, such as "1".
        title: Its title without the number.
        minutes: How long a whole run takes, such as "2 minutes".
        about: One sentence on what it teaches, without a full stop.
        accuracy: The share of test digits that its network reads, in [0, 1].
        picture: The figure that stands for it, a PNG.
    """

    name: str
    number: str
    title: str
    minutes: str
    about: str
    accuracy: float
    picture: bytes


def read_lessons(notebooks: Path) -> list[Lesson]:
    """Return the notebooks in the order of the course.

    Args:
        notebooks: The course's folder, with `00_start_here.md` and the executed notebooks.

    Returns:
        One lesson per notebook.

    Raises:
        ValueError: A notebook of the folder is missing on the start page, or has no such figure.
    """
    page = (notebooks / "00_start_here.md").read_text(encoding="utf-8")
    found = []
    for number, title, name, minutes, about in _ITEM.findall(page):
        path = notebooks / f"{name}.ipynb"
        sentence = " ".join(about.split()).rstrip(".")
        accuracy = read_record(path).test_accuracy
        found.append(Lesson(name, number, title, minutes, sentence, accuracy, _picture(path)))
    missing = {path.stem for path in notebooks.glob("*.ipynb")} - {one.name for one in found}
    if missing:
        raise ValueError(f"00_start_here.md: no item for {', '.join(sorted(missing))}")
    return found


def _picture(path: Path) -> bytes:
    """Return the figure that is on a notebook's card."""
    words = _PICTURES.get(path.stem, "")
    for cell in ipynb.code_cells(ipynb.read(path)):
        figures = ipynb.figures({"cells": [cell]})
        if figures and words in cell["source"]:
            return base64.b64decode(figures[0][0])
    raise ValueError(f"{path.name}: no figure of a cell with {words!r}")
