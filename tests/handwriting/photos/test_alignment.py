"""Readings are compared with the truth by the alignment that has the fewest errors."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lab.handwriting.photos.alignment import score

DIGITS = st.lists(st.integers(0, 9), max_size=7)


def distance(one, other):
    """The edit distance as its definition says it."""

    @cache
    def between(i, j):
        if not i or not j:
            return i + j
        same = one[i - 1] == other[j - 1]
        return min(between(i - 1, j - 1) + 1 - same, between(i - 1, j) + 1, between(i, j - 1) + 1)

    return between(len(one), len(other))


@given(DIGITS, DIGITS)
@settings(max_examples=60, deadline=None)
def test_the_errors_are_the_edit_distance_and_the_counts_add_up(read, truth):
    result = score(read, truth)
    assert result.errors == distance(tuple(read), tuple(truth))
    assert result.matches + result.substitutions + result.deletions == len(truth)
    assert result.matches + result.substitutions + result.insertions == len(read)


@given(DIGITS)
@settings(max_examples=10, deadline=None)
def test_a_right_reading_has_no_errors(truth):
    result = score(truth, truth)
    assert (result.matches, result.errors, result.share) == (len(truth), 0, 1)


def test_what_is_no_digit_counts_as_nothing_read():
    assert score([1, None, 3, None], [1, 2, 3]) == score([1, 3], [1, 2, 3])
    assert score([1, 3], [1, 2, 3]).deletions == 1


def test_digits_that_are_not_there_are_errors():
    assert score([7, 7, 7], [7]).share == 0
    assert score([7, 1, 2, 3, 4], [7, 2, 3, 4]).share == 0.75
    assert score([], []).share == 1
    assert score([4], []).share == 0
