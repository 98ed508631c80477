"""What stands in a drawn figure: its texts, images and axes."""

import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from tests.helpers.evaluations import evaluation_of

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((12, 28, 28), dtype=np.float32)


def history(epochs):
    falling = [1 / epoch for epoch in range(1, epochs + 1)]
    rising = [1 - value / 2 for value in falling]
    return SimpleNamespace(
        history={"loss": falling, "val_loss": falling, "accuracy": rising, "val_accuracy": rising}
    )


def functions_of(module):
    """Return the names of the public functions that a module defines."""
    return {
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
        and callable(value)
        and not name.startswith("_")
    }


def pixels_of(figure):
    """Return the drawn figure as one number per pixel: red, green, blue and opacity in one."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.ascontiguousarray(canvas.buffer_rgba()).view(np.uint32)[..., 0]


def texts_of(axis):
    return [text.get_text() for text in axis.texts]


def images_of(figure):
    """Return each image of a grid with the text right above it (None where there is none)."""
    axis = figure.axes[0]
    titles = {text.get_position(): text.get_text() for text in axis.texts}
    pairs = []
    for image in axis.images:
        left, right, _, top = image.get_extent()
        above = [
            text for (x, y), text in titles.items() if x == (left + right) / 2 and 0 < top - y < 3
        ]
        pairs.append((image, *(above or [None])))
    return pairs


def mesh_of(figure):
    return next(artist for artist in figure.axes[0].collections if isinstance(artist, QuadMesh))


def assert_drawn(draw, values, named, scales):
    """Draw a figure, and check that it is closed for pyplot, not blank, and labeled.

    The settings of matplotlib must stay as they are. With `scales`, each pair of axes has labels.
    Its text alternative is a sentence or two.
    """
    before = dict(plt.rcParams)
    figure = draw(*values, **named)
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before
    assert len(np.unique(pixels_of(figure))) > 5
    # "C0" is looked up when the figure is shown, and is matplotlib's blue then, not the course's.
    late = [artist for artist in figure.findobj(Line2D) if "C0" <= str(artist.get_color()) <= "C9"]
    assert late == []
    text = figure.get_label()
    assert 20 <= len(text) <= 300
    assert text[0].isupper() and text.endswith("."), text
    assert not re.search(r"\bnan\b|\binf\b|  |\n| ,| \.(?!\.)", text), text
    if scales:
        scaled = [axis for axis in figure.axes if axis.axison and axis.get_label() != "<colorbar>"]
        assert scaled
        assert all(
            axis.get_xlabel() and (axis.get_ylabel() or axis.get_yticklabels()) for axis in scaled
        )


LABELS = np.repeat(np.arange(10), 30)
# 300 correct predictions, twelve of which become mistakes: seven 4s become 9, five 3s become 5.
PREDICTIONS = LABELS.copy()
PREDICTIONS[120:127], PREDICTIONS[90:95] = 9, 5
RESULT = evaluation_of(LABELS, PREDICTIONS, sure=np.linspace(0.3, 0.9995, 300))
PERFECT = evaluation_of(LABELS, LABELS)
