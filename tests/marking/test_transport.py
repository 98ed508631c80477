"""Values come back as data, whatever a stranger's process wrote."""

import json
from collections import namedtuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_lab.exercises.values import same
from mnist_lab.marking.transport import from_json, to_json

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=8,
)
contents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["array", "shape", "kind", "list", "dict", "float", "x"]), inner
        )
    ),
    max_leaves=8,
)


@given(values)
def test_a_value_comes_back_as_it_was(value):
    back = from_json(json.loads(json.dumps(to_json(value))))
    assert type(back) is type(value)
    assert same(back, value, 0) or back == value


@given(arrays.arrays(st.sampled_from([np.float32, np.int16, np.bool_]), arrays.array_shapes()))
def test_an_array_comes_back_with_its_shape(array):
    back = from_json(json.loads(json.dumps(to_json(array))))
    assert back.shape == array.shape
    assert (back.dtype == bool) == (array.dtype == bool)
    np.testing.assert_array_equal(back.astype(float), array.astype(float))


@pytest.mark.parametrize("value", [object(), lambda: 1, {1, 2}, 1j, b"x", np.array(["a"])])
def test_what_is_no_data_comes_back_as_its_name(value):
    assert repr(from_json(to_json(value))) == f"<{type(value).__name__}>"


def test_a_column_of_a_table_and_a_named_tuple_come_back_as_numbers():
    assert same(from_json(to_json(pd.Series([1.0, 2.0]))), [1.0, 2.0], 0)
    pair = namedtuple("Pair", "a b")(1, 2)
    assert from_json(to_json(pair)) == (1, 2)


def test_a_value_that_holds_itself_ends():
    loop: list = []
    loop.append(loop)
    assert "list" in json.dumps(to_json(loop))


@given(contents)
def test_whatever_was_written_is_read_or_refused(content):
    try:
        from_json(content)
    except ValueError as error:
        assert "\n" not in str(error)


def test_the_three_dots_come_back_as_what_is_not_written():
    assert from_json(to_json([1, ...])) == [1, ...]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_a_tensor_comes_back_as_its_numbers_and_one_number_as_a_number(shape):
    import tensorflow as tf

    numbers = np.arange(1.0, 1 + np.prod(shape, dtype=int)).reshape(shape)
    back = from_json(json.loads(json.dumps(to_json((tf.constant(numbers), np.array(2.5))))))
    assert same(back, (numbers, 2.5), 0)
