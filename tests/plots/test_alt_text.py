"""Each figure has a text alternative, which notebooks and their exports show."""

import base64
import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.pylabtools import print_figure
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from mnist_lab import plots
from mnist_lab.plots.alt_text import describe, listing, number, span, trend
from mnist_lab.wording import counted
from tests.helpers.figures import PERFECT, RESULT, history

CELLS = [
    "import numpy as np, matplotlib.pyplot as plt, mnist_lab as lab",
    "lab.plots.network_diagram([784, 20, 10])",
    "display(lab.plots.network_diagram([5, 10]), lab.plots.network_diagram([6, 10]))\n"
    "lab.plots.digit_grid(np.ones((1, 28, 28)), titles=['<b>\"a\"'])",
    "plt.plot([1, 2]);",
]
SENTENCE = "Drawing of a network: a column of circles for each of {} layers, "


class Images(HTMLParser):
    """Collects the attributes of each <img> of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook of figures as a kernel has executed it."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    resources = {"metadata": {"path": tmp_path_factory.mktemp("figures")}}
    return NotebookClient(notebook, kernel_name="python3", resources=resources).execute()


def test_pages_made_of_a_notebook_have_the_text_in_each_image(executed):
    page, _ = HTMLExporter().from_notebook_node(executed)
    alts = [image["alt"] for image in Images(page).found]
    assert [alt.startswith(SENTENCE.format(3)) for alt in alts[:1]] == [True]
    assert [alt.startswith(SENTENCE.format(2)) for alt in alts[1:3]] == [True, True]
    assert "input (5)" in alts[1] and "input (6)" in alts[2]
    assert alts[3].startswith('Grid of 1 image (<b>"a") of digits')
    assert alts[4] == "No description has been provided for this image"  # plain matplotlib
    assert len(alts) == 5


def test_notebooks_keep_the_text_beside_an_unchanged_png(executed):
    (output,) = executed.cells[1].outputs
    assert output.data["text/plain"].startswith(SENTENCE.format(3))
    assert output.metadata == {"image/png": {"alt": output.data["text/plain"]}}
    (image,) = Images(output.data["text/html"]).found
    assert image["alt"] == output.data["text/plain"]
    png = base64.b64decode(output.data["image/png"])
    assert image["src"] == f"data:image/png;base64,{output.data['image/png'].strip()}"
    # As IPython draws any figure for a notebook.
    figure = plots.network_diagram([784, 20, 10])
    assert png == print_figure(figure, "png", bbox_inches="tight")


def test_a_figure_of_plain_matplotlib_is_displayed_as_ever_after_figures_of_the_course(executed):
    (output,) = executed.cells[3].outputs
    assert output.data.keys() == {"image/png", "text/plain"}
    assert output.metadata == {}
    assert output.data["text/plain"].startswith("<Figure size")


def test_a_figure_stays_a_figure_in_a_script(tmp_path):
    figure = plots.network_diagram([784, 10])
    assert repr(figure) == "<Figure size 630x324 with 1 Axes>"
    figure.savefig(tmp_path / "network.png")
    assert (tmp_path / "network.png").stat().st_size > 1000


def test_a_long_text_is_cut_between_words():
    figure = describe(plt.figure(), "A word and\nanother. " * 40)
    plt.close(figure)
    text = str(figure.get_label())
    assert 280 <= len(text) <= 300
    assert text.startswith("A word and another. A word") and text.endswith(" ...")


def test_numbers_and_names_are_short():
    assert [number(value) for value in (0.41234, 12.345, 4560.4)] == ["0.412", "12.3", "4,560"]
    assert [counted(1, "digit"), counted(1200, "digit")] == ["1 digit", "1,200 digits"]
    assert [listing([]), listing("a"), listing("ab"), listing("abcd")] == [
        "",
        "a",
        "a and b",
        "a, b, c and d",
    ]
    assert listing("abcde") == "a, b, c and 2 more"


def test_a_trend_tells_where_values_begin_and_end():
    assert trend([0.41, 0.5, 0.08]) == "falls from 0.41 to 0.08"
    assert trend([0.1, 0.05, 0.9]) == "rises from 0.1 to 0.9"
    assert trend([0.1, 0.1]) == trend([0.1]) == "is 0.1"
    assert trend([]) == trend([np.nan]) == "has no value"


@given(st.lists(st.floats(width=32), max_size=20))
def test_a_span_reaches_from_the_least_to_the_greatest_finite_value(values):
    finite = [value for value in values if np.isfinite(value)]
    said = [float(text) for text in re.findall(r"-?\d\S*", span(values).replace(",", ""))]
    if not finite:
        assert span(values) == "without a value"
    else:
        assert said[0] == pytest.approx(min(finite), rel=0.01, abs=0.5)
        assert said[-1] == pytest.approx(max(finite), rel=0.01, abs=0.5)


def text_of(name, *values, **named):
    return str(getattr(plots, name)(*values, **named).get_label())


def test_the_texts_say_numbers_that_numpy_finds_too():
    labels, predictions = RESULT.dataset.labels, RESULT.probabilities.argmax(axis=1)
    wrong = predictions != labels
    pairs, counts = np.unique(10 * labels[wrong] + predictions[wrong], return_counts=True)
    label, prediction = divmod(int(pairs[counts.argmax()]), 10)
    confusion = text_of("confusion_heatmap", RESULT)
    assert f"{(~wrong).sum()} of 300 digits right" in confusion
    assert f"{label} read as {prediction}, {counts.max()} times" in confusion

    sure = RESULT.probabilities.max(axis=1)
    histogram = text_of("confidence_histogram", RESULT)
    assert f"{wrong.sum()} wrong answers, median confidence {np.median(sure[wrong]):.1%}" in (
        histogram
    )

    surest = np.argsort(-sure)[:270]
    curves = text_of("risk_coverage_curves", {"mine": RESULT})
    assert f"With all digits: mine {wrong.mean():.2%}" in curves
    assert f"with 90%: mine {wrong[surest].mean():.2%}" in curves

    difference = text_of("confusion_difference", RESULT, PERFECT)
    assert f"{wrong.sum()} mistakes become 0." in difference and f", -{counts.max()}." in difference

    kernel = np.random.default_rng(1).normal(size=(784, 3))
    weights = text_of("weight_images", kernel)
    assert f"from {kernel.min():.3g} to {kernel.max():.3g}" in weights
    assert f"{np.mean(kernel > 0):.1%} of them are positive" in weights

    values = history(5).history
    learning = text_of("learning_curves", history(5))
    assert f"training loss falls from {values['loss'][0]:.3g} to {values['loss'][-1]:.3g}" in (
        learning
    )
    assert f"validation accuracy rises from {values['val_accuracy'][0]:.1%}" in learning
