"""The fifteen judged labels are those of MNIST's test set, with five votes each."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.evaluation.published_labels import published_label_errors

NONE = Dataset(np.zeros((0, 28, 28), np.float32), np.zeros(0, int))


def digits_of(source: str) -> Digits:
    return Digits(NONE, NONE, NONE, source)


def test_there_are_fifteen_and_at_most_two_of_five_people_saw_what_the_label_says():
    table = published_label_errors(digits_of("mnist"))
    votes = table[["for label", "for suggestion", "for neither"]]
    assert len(table) == table["index"].nunique() == 15
    assert (votes.sum(axis=1) == 5).all()
    assert table["for label"].max() == 2
    # Northcutt, Athalye and Mueller (2021), table 2: correctable, neither, no agreement.
    kinds = table["people"].where(~table["people"].str.isdigit(), "a digit").value_counts()
    assert kinds.to_dict() == {"a digit": 10, "neither": 3, "undecided": 2}
    agreed = table[table["people"].str.isdigit()]
    assert (agreed["people"].astype(int) == agreed["suggestion"]).all()
    assert (table["label"] != table["suggestion"]).all()


@pytest.mark.parametrize("source", ["sample", "files"])
def test_digits_that_are_not_mnists_test_set_have_none(source: str):
    table = published_label_errors(digits_of(source))
    assert table.empty
    assert list(table.columns)[:3] == ["index", "label", "suggestion"]
    assert table["index"].to_numpy().dtype.kind == "i"


@pytest.mark.needs_mnist
def test_mnist_has_these_labels_at_these_places():
    digits = lab.load_digits("auto")
    table = published_label_errors(digits)
    assert len(table) == 15
    np.testing.assert_array_equal(digits.test.labels[table["index"]], table["label"])
