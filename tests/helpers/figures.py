"""Made-up answers and what stands in a drawn figure: for the tests of figures."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from mnist_lab.data.digits import Dataset
from mnist_lab.evaluation.metrics import Evaluation

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((12, 28, 28), dtype=np.float32)


def answers(labels, predictions, sure=0.91):
    sure = np.broadcast_to(np.asarray(sure, float), len(labels))
    probabilities = np.tile(((1 - sure) / 9)[:, None], (1, 10))
    probabilities[np.arange(len(labels)), predictions] = sure
    images = np.random.default_rng(1).random((len(labels), 28, 28), dtype=np.float32)
    return Evaluation(Dataset(images, np.asarray(labels, np.int64)), probabilities)


def history(epochs):
    falling = [1 / epoch for epoch in range(1, epochs + 1)]
    rising = [1 - value / 2 for value in falling]
    return SimpleNamespace(
        history={"loss": falling, "val_loss": falling, "accuracy": rising, "val_accuracy": rising}
    )


def pixels_of(figure):
    """Return the drawn figure as one number a pixel, red, green, blue and opacity in one."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.ascontiguousarray(canvas.buffer_rgba()).view(np.uint32)[..., 0]


def texts_of(axis):
    return [text.get_text() for text in axis.texts]


def pictures_of(figure):
    """Return each picture of a grid with the text that stands right above it (None where there is none)."""
    axis = figure.axes[0]
    titles = {text.get_position(): text.get_text() for text in axis.texts}
    found = []
    for picture in axis.images:
        left, right, _, top = picture.get_extent()
        above = [
            text for (x, y), text in titles.items() if x == (left + right) / 2 and 0 < top - y < 3
        ]
        found.append((picture, *(above or [None])))
    return found


def mesh_of(figure):
    return next(artist for artist in figure.axes[0].collections if isinstance(artist, QuadMesh))


def assert_drawn(draw, values, named, scales):
    """Draw a figure, and check that it is closed for pyplot, leaves the settings alone, shows something and is labelled."""
    before = dict(plt.rcParams)
    figure = draw(*values, **named)
    assert isinstance(figure, Figure)
    assert plt.get_fignums() == []
    assert dict(plt.rcParams) == before
    assert len(np.unique(pixels_of(figure))) > 5
    if scales:
        scaled = [axis for axis in figure.axes if axis.axison and axis.get_label() != "<colorbar>"]
        assert scaled
        assert all(
            axis.get_xlabel() and (axis.get_ylabel() or axis.get_yticklabels()) for axis in scaled
        )


LABELS = np.repeat(np.arange(10), 30)
# A few hundred right answers, twelve of which become mistakes: seven 4s read as 9, five 3s read as 5.
PREDICTIONS = LABELS.copy()
PREDICTIONS[120:127], PREDICTIONS[90:95] = 9, 5
RESULT = answers(LABELS, PREDICTIONS, sure=np.linspace(0.3, 0.9995, 300))
PERFECT = answers(LABELS, LABELS)
