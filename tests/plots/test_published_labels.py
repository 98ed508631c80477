"""The gallery of judged labels shows label, people's word and the network's beside each digit."""

import numpy as np
import pandas as pd

from mnist_lab import plots
from mnist_lab.plots import published_labels
from tests.helpers.figures import RESULT, assert_drawn, functions_of, images_of

ERRORS = pd.DataFrame(
    {"index": [3, 121], "label": [0, 4], "suggestion": [6, 9], "people": ["neither", "9"]}
)
CALLS = [(ERRORS, RESULT), (ERRORS.iloc[:1], RESULT), (ERRORS.iloc[:0], RESULT)]


def test_every_figure_of_the_file_is_drawn_here():
    assert functions_of(published_labels) == {"published_labels_gallery"}
    for values in CALLS:
        assert_drawn(plots.published_labels_gallery, values, {}, scales=False)


def test_each_digit_has_its_label_what_people_saw_and_what_the_network_reads():
    figure = plots.published_labels_gallery(ERRORS, RESULT)
    shown = images_of(figure)
    assert [title for _, title in shown] == [
        "label 0\npeople: neither\nnetwork: 0",
        "label 4\npeople: 9\nnetwork: 9",
    ]
    np.testing.assert_array_equal(shown[1][0].get_array(), RESULT.dataset.images[121])
    assert "1 are read as their label says" in str(figure.get_label())


def test_without_mnists_test_digits_a_sentence_takes_the_place_of_the_gallery():
    figure = plots.published_labels_gallery(ERRORS.iloc[:0], RESULT)
    assert figure.axes[0].texts[0].get_text().startswith("These are not MNIST's test digits")
