"""Digits are drawn exactly as scikit-learn's train_test_split draws them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from mnist_lab.data.stratified import random_split, stratified_split

SEEDS = st.integers(0, 2**32 - 1)


def assert_same(ours, expected):
    for indices, others in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(indices, others)


@given(st.lists(st.integers(2, 300), min_size=2, max_size=10), st.floats(0, 1), SEEDS)
def test_digits_drawn_in_proportion_are_those_of_scikit_learn_in_the_same_order(
    counts, share, seed
):
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    classes, total = len(counts), len(labels)
    count = classes + round(share * (total - 2 * classes))
    expected = train_test_split(
        np.arange(total), train_size=count, stratify=labels, random_state=seed
    )
    assert_same(stratified_split(labels, count, seed), expected)


@pytest.mark.parametrize("seed", range(20))
def test_ties_between_equal_classes_are_broken_as_by_scikit_learn(seed):
    labels = np.tile(np.arange(10), 101)
    expected = train_test_split(np.arange(1010), train_size=103, stratify=labels, random_state=seed)
    assert_same(stratified_split(labels, 103, seed), expected)


@pytest.mark.parametrize("seed", range(5))
def test_a_rest_that_does_not_divide_exactly_moves_the_random_numbers_on_as_in_scikit_learn(seed):
    """In floating point, 15 / 44 * 44 is a little less than 15."""
    labels = np.repeat([0, 1, 2], [30, 30, 28])
    expected = train_test_split(np.arange(88), train_size=44, stratify=labels, random_state=seed)
    assert_same(stratified_split(labels, 44, seed), expected)


@given(st.integers(2, 500), st.floats(0, 1), SEEDS)
def test_digits_drawn_regardless_of_class_are_those_of_scikit_learn(size, share, seed):
    count = 1 + round(share * (size - 2))
    expected = train_test_split(np.arange(size), train_size=count, random_state=seed)
    assert_same(random_split(size, count, seed), expected)


def test_a_label_that_is_there_only_once_is_named():
    with pytest.raises(ValueError, match="only one 7"):
        stratified_split(np.array([1, 1, 7, 2, 2]), 3, seed=0)
