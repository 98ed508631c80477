"""The wing offers each public name of its files directly, and each figure has its own text."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from mnist_lab import plots
from tests.helpers.figures import IMAGES, PERFECT, RESULT, functions_of, history
from tests.plots import test_searches as searched
from tests.plots.test_comparisons import NAMES, RATES, SCORES, TABLE
from tests.plots.test_descent import PATHS
from tests.plots.test_galleries import ISSUES
from tests.plots.test_handwriting import OTHER, PREDICTION
from tests.plots.test_intervals import TABLE as SHARES
from tests.plots.test_pages import READING as PAGE
from tests.plots.test_published_labels import ERRORS
from tests.plots.test_robustness import ACCURACIES
from tests.plots.test_runs import RECORDS, SWEEP
from tests.plots.test_sizes import BITS
from tests.plots.test_sizes import TABLE as SIZES
from tests.plots.test_training import LINES, SLICED

BLANK = np.zeros((28, 28))

# Each figure's name, two calls with other data, and the words that its text must have.
TEXTS = [
    (
        "accuracies_by_seed",
        ({"plain": [RESULT]},),
        ({"plain": [PERFECT]},),
        "Accuracies of 1 network",
    ),
    ("accuracy_by_bits", (BITS,), ({"small": BITS["small"]},), "against the bits per weight"),
    ("accuracy_intervals", ({"ink": {"cnn": RESULT}},), ({"ink": {"cnn": PERFECT}},), "Accuracies"),
    ("activation_curves", (["relu"],), (["tanh"],), "outputs, and slopes"),
    (
        "added_outputs",
        ([0, 1], {"a": [0, 1]}, "a pixel"),
        ([0, 1], {"a": [1, 0]}, "a pixel"),
        "against a pixel",
    ),
    (
        "attribution_maps",
        ([BLANK], {"m": [BLANK]}, "a"),
        ([BLANK], {"m": [BLANK + 1]}, "a"),
        "Maps",
    ),
    ("backpropagation_flow", (100,), (30,), "Back: probabilities minus targets"),
    ("confidence_histogram", (RESULT,), (PERFECT,), "histograms of the confidence"),
    (
        "confidence_under_corruption",
        (ACCURACIES, "mlp"),
        (ACCURACIES[:4], "mlp"),
        "accuracy and mean confidence",
    ),
    ("confusion_difference", (RESULT, PERFECT), (PERFECT, RESULT), "Change of the confusion"),
    ("confusion_heatmap", (RESULT,), (PERFECT,), "Confusion matrix"),
    (
        "convolution_maps",
        ([BLANK], {"m": [BLANK]}, "a"),
        ([BLANK], {"m": [BLANK + 1]}, "a"),
        "Feature maps (m) beside 1 digit",
    ),
    ("corruption_curves", (ACCURACIES,), (ACCURACIES[:4],), "accuracy against severity"),
    (
        "corruption_examples",
        (RESULT.dataset, {"blur": 1}, 0),
        (RESULT.dataset, {"blur": 1}, 299),
        "corruption",
    ),
    (
        "descent_on_one_weight",
        (np.square, [2.0, 1.0]),
        (np.square, [3.0, 1.0]),
        "the loss against one weight",
    ),
    (
        "descent_paths",
        ([1, 20], PATHS),
        ([1, 30], PATHS),
        "Paths downhill",
    ),
    (
        "difference_intervals",
        (TABLE, "relu/adam"),
        (TABLE[:1], "relu/adam"),
        "differences of 3 settings",
    ),
    ("digit_grid", (IMAGES,), (IMAGES * 0,), "images of digits"),
    ("digit_rows", ({"a": IMAGES},), ({"a": IMAGES * 0},), "Digits in 1 row"),
    ("error_by_weights", (SIZES,), (SIZES[:1],), "against their weights"),
    ("feature_maps", (np.ones((7, 7, 3)),), (np.zeros((7, 7, 3)),), "3 feature maps of 7 x 7"),
    (
        "gain_intervals",
        ({"plain": [0.9, 0.8], "wide": [0.9, 0.9]}, "plain"),
        ({"plain": [0.9, 0.8], "wide": [0.9, 0.8]}, "plain"),
        "gains over plain",
    ),
    ("group_error_rates", (SHARES, 0.04), (SHARES[:1], 0.04), "mistakes in 3 groups"),
    (
        "hidden_neurons",
        (np.ones((784, 2)), np.eye(2, 10), [0]),
        (np.ones((784, 2)), np.eye(2, 10), [1]),
        "hidden neuron as images",
    ),
    ("images_side_by_side", ({"pad": BLANK},), ({"pad": BLANK + 1},), "pad (28 x 28"),
    ("label_issue_gallery", (ISSUES, RESULT.dataset), (ISSUES[::-1], RESULT.dataset), "label"),
    ("ladder", (RECORDS,), (RECORDS[:1],), "ladder"),
    ("learning_curves", (history(3),), (history(5),), "loss and accuracy"),
    (
        "line_plot",
        ({"sgd": ([1], [2])}, *LINES.values()),
        ({"sgd": ([1], [3])}, *LINES.values()),
        "accuracy against rate",
    ),
    ("misclassified_gallery", (RESULT,), (PERFECT,), "read wrongly"),
    ("network_diagram", ([784, 10],), ([784, 100, 10],), "column of circles"),
    ("neuron_digit_heatmap", (np.zeros((10, 3)),), (np.ones((10, 3)),), "3 neurons"),
    ("pad_figure", (PREDICTION,), (replace(PREDICTION, results={"cnn": OTHER}),), "pad"),
    ("page", (PAGE,), (PAGE.page,), "a box around each of 3 digits"),
    ("parameter_figure", (SWEEP, "rate"), (SWEEP[:3], "rate"), "rate"),
    (
        "parzen_densities",
        (searched.VALUES, searched.SCORES, "rate"),
        (searched.VALUES, searched.SCORES[::-1], "rate"),
        "Two densities over rate",
    ),
    ("per_digit_scores", (RESULT,), (PERFECT,), "Precision and recall"),
    ("photograph", ([BLANK], ["a"]), ([BLANK + 1], ["a"]), "Row of 1 photograph"),
    ("predictions_side_by_side", ({"cnn": RESULT}, [120]), ({"cnn": PERFECT}, [120]), "reads"),
    ("probability_bars", (RESULT, 0), (RESULT, 1), "probabilities"),
    (
        "promise_and_check",
        (searched.CURSE, "trials", "accuracy"),
        (searched.CURSE[:1], "trials", "accuracy"),
        "on other digits",
    ),
    ("published_labels_gallery", (ERRORS, RESULT), (ERRORS[:1], RESULT), "judged wrong"),
    (
        "rate_heatmap",
        (RATES, *NAMES.values()),
        ({("a", "b"): 0.1}, *NAMES.values()),
        "learning rate",
    ),
    ("receptive_fields", (BLANK, {"a": BLANK}), (BLANK, {"a": BLANK + 1}), "does not see"),
    ("reliability_diagram", ({"cnn": RESULT},), ({"cnn": PERFECT},), "Reliability diagram"),
    ("risk_coverage_curves", ({"cnn": RESULT},), ({"cnn": PERFECT},), "share of digits answered"),
    (
        "score_heatmap",
        (SCORES, *NAMES.values()),
        ({("a", "b"): [0.5]}, *NAMES.values()),
        "a run failed",
    ),
    (
        "search_bands",
        ({"tpe": searched.CURVES}, "best"),
        ({"tpe": searched.CURVES[:1]}, "best"),
        "best against trials",
    ),
    ("slice_plot", (SLICED, ["rate"], "accuracy"), (SLICED[:1], ["rate"], "accuracy"), "rate"),
    (
        "step_shares",
        ({"all": {"cut out": 0.5}},),
        ({"all": {"cut out": 0.6}},),
        "share of digits read after each of 1 step",
    ),
    ("strip_plot", ({"relu": [0.9]}, "activation"), ({"relu": [0.8]}, "activation"), "activation"),
    ("time_figure", (SWEEP,), (SWEEP[:1],), "seconds of training"),
    (
        "trials_map",
        (searched.TRIALS, "rate", "depth"),
        (searched.TRIALS[:1], "rate", "depth"),
        "by rate and depth",
    ),
    (
        "weight_history",
        ({"step 0": np.ones((784, 2))},),
        ({"step 0": 2 * np.ones((784, 2))},),
        "Grid of weights",
    ),
    ("weight_images", (np.ones((784, 1)),), (-np.ones((784, 1)),), "28 x 28 weights"),
]


def test_the_wing_offers_the_figures_of_all_its_files():
    names = {path.stem for path in Path(plots.__file__).parent.glob("*.py")}
    # records.show_ladder is on the package's own face.
    names -= {"__init__", "style", "alt_text", "records"}
    files = [import_module(f"mnist_lab.plots.{name}") for name in names]
    figures = set().union(*map(functions_of, files))
    figures -= {"pareto"}  # a list of runs, no figure
    assert figures == set(plots.__all__)
    assert all(callable(getattr(plots, name)) for name in figures)


def test_the_text_of_every_figure_is_tested_here():
    assert sorted(plots.__all__) == [name for name, *_ in TEXTS]


@pytest.mark.parametrize(("name", "values", "others", "words"), TEXTS)
def test_the_text_of_a_figure_says_what_it_shows_and_changes_with_its_data(
    name, values, others, words
):
    draw = getattr(plots, name)
    text, other = (str(draw(*given).get_label()) for given in (values, others))
    assert words in text
    assert 20 <= len(text) <= 300 and 20 <= len(other) <= 300
    assert text != other
