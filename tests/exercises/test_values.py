"""Values of answers: numbers of any type are compared, and any value is written in one line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_lab.exercises.values import first_difference, kind_of, same, shown

numbers = st.floats(allow_nan=True, allow_infinity=True, width=64)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=8,
)


@given(arrays.arrays(np.float64, arrays.array_shapes(max_dims=3, min_side=0)))
def test_a_list_stands_for_an_array_and_an_array_is_itself(array):
    assert same(array, array, 0)
    assert same(array.tolist(), array, 0)
    assert same(array.astype(np.float64), array.tolist(), 0)


@given(values, values)
def test_any_two_values_are_compared_and_written(got, expected):
    assert isinstance(same(got, expected, 1e-6), bool)
    for text in (shown(got), kind_of(got)):
        assert "\n" not in text
        assert len(text) <= 400
    place, *_ = first_difference(got, expected, 1e-6)
    assert isinstance(place, str)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (3, 3.0),
        (np.float32(0.1), 0.1),
        ([1, 2], np.array([1.0, 2.0])),
        (([1, 2], 3), (np.array([1, 2]), 3.0)),
        ({"a": [1]}, {"a": np.array([1])}),
        (np.nan, np.nan),
        (1e6 + 1, 1e6),
        ([True, False], np.array([True, False])),
        ("adam", "adam"),
    ],
)
def test_the_same_value_in_another_form_is_the_same(got, expected):
    assert same(got, expected, 1e-4)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (None, 0.0),
        ("3", 3.0),
        ([1, 2], [1, 2, 3]),
        ([[1, 2]], [1, 2]),
        (1, "1"),
        ((1, 2, 3), ([1], 2, 3)),
        ({"a": 1}, {"b": 1}),
        (np.inf, 1.0),
        (1.01, 1.0),
        ([1, 0], np.array([True, False])),
        (1, True),
    ],
)
def test_another_value_is_another(got, expected):
    assert not same(got, expected, 1e-4)


def test_the_first_difference_of_many_numbers_has_its_place():
    right = np.zeros((3, 10))
    wrong = right.copy()
    wrong[1, 4] = 7
    assert first_difference(wrong, right, 1e-4) == ("at [1, 4]", 7.0, 0.0)
    assert first_difference(([1], wrong), ([1], right), 1e-4) == ("part 2, at [1, 4]", 7.0, 0.0)
    assert first_difference(5, 6, 1e-4) == ("", 5, 6)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1806336, "1,806,336"),
        (4608.0, "4,608"),
        (10**400, "a huge number"),
        (0.00001, "1e-05"),
        (..., "..."),
        ((3, 1 / 3), "(3, 0.3333)"),
        (np.array([-0.0, 1.5]), "np.array([0. , 1.5])"),
        ([1, "a"], "[1, 'a']"),
        (np.zeros((4, 5)), "an array of shape (4, 5)"),
        (np.mean, "a function"),
    ],
)
def test_values_are_written_as_a_reader_would(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.0, "a plain number"),
        (np.array([1.0]), "an array of 1 number"),
        ([1, 2], "a list of 2 numbers"),
        ((np.zeros((2, 2)), np.zeros((2, 2))), "a tuple of 2"),
        (None, "None"),
        (object(), "an object"),
    ],
)
def test_what_a_value_is_is_said_in_words(value, words):
    assert kind_of(value) == words


def test_a_part_that_is_near_enough_beside_a_large_one_is_no_difference():
    assert first_difference((1e-6, 3.0), (0.0, 2.0), 1e-4, ["a", "b"]) == ("for b", 3.0, 2.0)


def test_parts_of_other_shapes_are_named():
    got, right = (np.zeros((3, 10)), 1.0), (np.zeros((3, 10)), 2.0)
    assert first_difference(got, right, 1e-4)[0] == "part 2"
    assert first_difference(got, right, 1e-4, ["w", "b"])[0] == "for b"


def test_zeros_and_ones_in_place_of_truths_have_no_first_difference():
    truths = np.arange(20) % 2 == 0
    assert first_difference(truths.astype(int), truths, 1e-4)[0] == ""
