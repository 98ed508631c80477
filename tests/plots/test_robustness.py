"""Figures of corruptions show each corruption and its accuracies in a place of their own."""

import pandas as pd
import pytest

from mnist_lab import plots
from mnist_lab.evaluation.robustness import CORRUPTIONS
from mnist_lab.plots import robustness
from tests.helpers.figures import RESULT, assert_drawn, functions_of, images_of

ACCURACIES = pd.DataFrame(
    [
        (name, severity, model, 0.98 - severity / 300)
        for name in ("rotation", "blur", "noise", "translation")
        for severity in CORRUPTIONS[name].severities
        for model in ("mlp", "cnn")
    ],
    columns=["corruption", "severity", "model", "accuracy"],
)


# Each figure of the file with what it is called with, the usual and the edge cases.
CALLS = [
    ("corruption_examples", (RESULT.dataset,), {}),
    ("corruption_curves", (ACCURACIES,), {}),
    ("corruption_curves", (ACCURACIES[ACCURACIES["corruption"] == "blur"],), {}),
]
# Figures of images without scales.
IMAGES_ONLY = {"corruption_examples"}


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(robustness) == {name for name, *_ in CALLS}


@pytest.mark.parametrize(("name", "values", "named"), CALLS)
def test_figures_are_drawn_without_a_warning_labeled_and_closed(name, values, named):
    assert_drawn(getattr(plots, name), values, named, scales=name not in IMAGES_ONLY)


def titles_by_row(figure):
    """Return the titles of a grid of images, one list per row."""
    rows = {}
    for image, title in images_of(figure):
        rows.setdefault(image.get_extent()[3], []).append(title)
    return [[title for title in rows[top] if title] for top in sorted(rows)]


@pytest.mark.parametrize("shortened", ["rotation", "occlusion"])
def test_each_corruption_has_a_row_of_its_own_however_many_severities_it_has(
    monkeypatch, shortened
):
    short = CORRUPTIONS[shortened]._replace(severities=(0, 4, 6))
    monkeypatch.setitem(CORRUPTIONS, shortened, short)
    rows = titles_by_row(plots.corruption_examples(RESULT.dataset))
    assert [{title.split()[0] for title in titles} for titles in rows] == [
        {name} for name in CORRUPTIONS
    ]
    assert [len(titles) for titles in rows] == [
        len(corruption.severities) for corruption in CORRUPTIONS.values()
    ]


def test_corruption_curves_have_a_panel_per_corruption_and_a_line_per_model():
    axes = [axis for axis in plots.corruption_curves(ACCURACIES).axes if axis.axison]
    assert [axis.get_title() for axis in axes] == ["rotation", "blur", "noise", "translation"]
    line = axes[0].lines[0]
    assert line.get_label() == "mlp"
    assert list(line.get_xdata()) == list(CORRUPTIONS["rotation"].severities)
