"""Values given as numbers or as text are read as meant; nonsense is refused by its name."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mnist_lab import checks


def nested_list(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


class_values = (
    True,
    False,
    np.True_,
    None,
    {},
    {"a": 1},
    object(),
    1j,
    np.complex64(1),
    b"5",
    bytearray(b"5"),
)
NOT_NUMBERS = {
    **{f"{type(value).__name__} {number}": value for number, value in enumerate(class_values)},
    "nan": math.nan,
    "infinity": math.inf,
    "minus infinity": -math.inf,
    "decimal nan": Decimal("nan"),
    "empty text": "",
    "blank text": " \n\t",
    "text nan": "nan",
    "text inf": "inf",
    "text 1e999": "1e999",
    "text True": "True",
    "text None": "None",
    "text bytes": "b'5'",
    "text dict": "{'a': 1}",
    "text dict with a list as key": "{[]: 1}",
    "text set of lists": "{[1]}",
    "text call": "__import__('os').getcwd()",
    "text sum": "2**10",
    "text huge complex": "1" * 400 + "+1j",
    "text null byte": "5\x00",
    "text lone surrogate": "\ud800",
    "text unclosed": "(" * 500,
    "text deep": "[" * 150 + "]" * 150,
    "text very deep": "[" * 50_000,
    "text many signs": "-" * 20_000 + "1",
    "text of 5,000 digits": "9" * 5000,
    "text of a million letters": "x" * 1_000_000,
    "integer of 5,000 digits": 10**5000,
    "nested list": nested_list(50),
    "deeply nested list": nested_list(50_000),
}
NONSENSE = pytest.mark.parametrize("value", NOT_NUMBERS.values(), ids=NOT_NUMBERS.keys())

EXAMPLES = settings(max_examples=50, deadline=None)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def assert_names_the_parameter(error, name):
    assert str(error.value).startswith(f"{name}=")
    assert "cannot be used: expected" in str(error.value)


@NONSENSE
def test_nonsense_is_no_whole_number(value):
    with pytest.raises(ValueError) as error:
        checks.integer("epochs", value, 1)
    assert_names_the_parameter(error, "epochs")
    assert "a whole number of at least 1" in str(error.value)


@NONSENSE
def test_nonsense_is_no_real_number(value):
    with pytest.raises(ValueError) as error:
        checks.real("learning_rate", value, 0.0, 10.0, closed="right")
    assert_names_the_parameter(error, "learning_rate")
    assert "a number above 0 and up to 10" in str(error.value)


@NONSENSE
def test_nonsense_is_no_number_between_limits_that_are_excluded(value):
    with pytest.raises(ValueError) as error:
        checks.real("confidence", value, 0, 1, closed="neither")
    assert_names_the_parameter(error, "confidence")
    assert "a number above 0 and below 1" in str(error.value)


@pytest.mark.parametrize(
    ("closed", "taken"),
    [("both", [0, 0.5, 1]), ("left", [0, 0.5]), ("right", [0.5, 1]), ("neither", [0.5])],
)
def test_only_the_closed_limits_are_taken(closed, taken):
    def is_taken(value):
        try:
            return checks.real("share", value, 0, 1, closed=closed) == value
        except ValueError:
            return False

    assert [value for value in (-0.5, 0, 0.5, 1, 1.5) if is_taken(value)] == taken


@NONSENSE
def test_nonsense_is_no_share(value):
    with pytest.raises(ValueError) as error:
        checks.real("dropout", value, 0, 1, closed="left")
    assert_names_the_parameter(error, "dropout")
    assert "a number from 0 up to, but not including, 1" in str(error.value)


@pytest.mark.parametrize(
    "name", [name for name in NOT_NUMBERS if "bool" not in name and name != "text True"]
)
def test_nonsense_is_neither_true_nor_false(name):
    with pytest.raises(ValueError) as error:
        checks.boolean("batch_normalization", NOT_NUMBERS[name])
    assert_names_the_parameter(error, "batch_normalization")
    assert "True or False" in str(error.value)


@pytest.mark.parametrize(
    "values", [(True, False), (np.True_, np.False_), ("True", "False"), (" true", "FALSE ")]
)
def test_true_and_false_may_come_as_text(values):
    assert [checks.boolean("batch_normalization", value) for value in values] == [True, False]


@NONSENSE
def test_nonsense_is_no_list_of_whole_numbers(value):
    with pytest.raises(ValueError) as error:
        checks.integers("hidden", value)
    assert_names_the_parameter(error, "hidden")
    assert "a list of whole numbers of at least 1" in str(error.value)


@NONSENSE
def test_nonsense_inside_a_list_is_refused(value):
    with pytest.raises(ValueError) as error:
        checks.integers("hidden", [100, value])
    assert_names_the_parameter(error, "hidden")


@NONSENSE
def test_nonsense_is_no_choice(value):
    with pytest.raises(ValueError) as error:
        checks.choice("optimizer", value, ["adam", "sgd"])
    assert_names_the_parameter(error, "optimizer")
    assert "one of adam, sgd" in str(error.value)


@EXAMPLES
@given(st.text())
@example("{[]: 1}")
@example("1" * 400 + "+1j")
def test_any_text_is_read_or_refused_by_name(text):
    for read in (
        lambda: checks.integer("size", text, 0),
        lambda: checks.real("size", text, 0, 1),
        lambda: checks.real("size", text, 0, 1, closed="left"),
        lambda: checks.boolean("size", text),
        lambda: checks.integers("size", text),
        lambda: checks.choice("size", text, ["small"]),
    ):
        try:
            read()
        except ValueError as error:
            assert str(error).startswith("size=")


@EXAMPLES
@given(anything)
def test_any_value_is_read_or_refused_by_name(value):
    for read in (
        lambda: checks.integer("size", value, 0),
        lambda: checks.real("size", value, 0, 1),
        lambda: checks.real("size", value, 0, 1, closed="left"),
        lambda: checks.boolean("size", value),
        lambda: checks.integers("size", value),
        lambda: checks.choice("size", value, ["small"]),
    ):
        try:
            read()
        except ValueError as error:
            assert str(error).startswith("size=")


@EXAMPLES
@given(st.integers(0, 2**80))
@example(2**53 + 1)
def test_whole_numbers_come_back_exactly_as_numbers_and_through_text(number):
    for given_as in (number, str(number), f"\n {number}\n", f"{number:_}"):
        result = checks.integer("seed", given_as, 0)
        assert result == number
        assert type(result) is int


@pytest.mark.parametrize(
    "value", [1000, 1000.0, "1000", "1e3", "1_000", np.int16(1000), np.float32(1000), "0x3e8"]
)
def test_spellings_of_one_thousand_are_one_thousand(value):
    result = checks.integer("seed", value, 0)
    assert result == 1000
    assert type(result) is int


@EXAMPLES
@given(st.floats(1e-12, 10.0, exclude_min=True))
def test_floats_come_back_exactly_as_numbers_and_through_text(number):
    for given_as in (number, repr(number), f"  {number!r} "):
        result = checks.real("learning_rate", given_as, 1e-12, 10.0)
        assert result == number
        assert type(result) is float


@EXAMPLES
@given(st.floats(0, 1, exclude_max=True))
def test_shares_come_back_exactly_as_numbers_and_through_text(number):
    for given_as in (number, repr(number)):
        result = checks.real("dropout", given_as, 0, 1, closed="left")
        assert result == number
        assert type(result) is float


@EXAMPLES
@given(st.lists(st.integers(1, 2**60), min_size=1, max_size=6))
def test_lists_come_back_exactly_as_lists_tuples_arrays_and_through_text(numbers):
    for given_as in (numbers, tuple(numbers), np.array(numbers), str(numbers), str(tuple(numbers))):
        result = checks.integers("hidden", given_as)
        assert result == tuple(numbers)
        assert all(type(number) is int for number in result)


@pytest.mark.parametrize("value", [200, "200", [200], "[200]", "(200,)", ["200"], 200.0])
def test_a_single_number_is_a_list_of_one(value):
    assert checks.integers("hidden", value) == (200,)


@EXAMPLES
@given(st.integers(), st.integers(), st.integers())
def test_whole_numbers_outside_the_limits_are_refused_with_the_limits(number, one, other):
    least, most = sorted((one, other))
    if least <= number <= most:
        assert checks.integer("epochs", number, least, most) == number
        return
    with pytest.raises(ValueError) as error:
        checks.integer("epochs", number, least, most)
    assert (
        f"epochs={number} cannot be used: expected a whole number from {least:,} to {most:,}"
        in str(error.value)
    )


@EXAMPLES
@given(st.floats(-1e6, 1e6).filter(lambda number: not number.is_integer()))
def test_fractions_are_no_whole_numbers(number):
    for given_as in (number, repr(number)):
        with pytest.raises(ValueError, match="epochs=.*whole number"):
            checks.integer("epochs", given_as, -(10**7))
        with pytest.raises(ValueError, match="epochs=.*whole numbers"):
            checks.integers("epochs", [given_as], -(10**7))


def test_the_lower_limit_of_a_real_number_is_left_out_and_the_upper_one_allowed():
    assert checks.real("rate", 2, 1, 2, closed="right") == 2.0
    for outside in (1, 0.5, math.nextafter(2, 3)):
        with pytest.raises(ValueError, match="rate=.*above 1 and up to 2"):
            checks.real("rate", outside, 1, 2, closed="right")


def test_a_share_may_be_zero_but_not_one():
    assert checks.real("dropout", 0, 0, 1, closed="left") == 0.0
    for outside in (1, "1.0", -0.1, 1.5):
        with pytest.raises(ValueError, match="dropout=.*not including, 1"):
            checks.real("dropout", outside, 0, 1, closed="left")


@pytest.mark.parametrize("value", [[], "[]", (), np.array([])])
def test_an_empty_list_is_refused(value):
    with pytest.raises(ValueError, match="hidden="):
        checks.integers("hidden", value)


@pytest.mark.parametrize(
    "value", [{3: 1}, {3}, frozenset({3}), b"ab", bytearray(b"ab"), "{3}", "b'ab'"]
)
def test_things_that_are_not_lists_are_not_read_as_lists(value):
    with pytest.raises(ValueError, match="hidden="):
        checks.integers("hidden", value)


@pytest.mark.parametrize(
    "value", [[100, 0], [100, -5], "[100, 0]", 0, np.array([[100], [50]]), [[100], [50]]]
)
def test_lists_with_an_unusable_entry_are_refused(value):
    with pytest.raises(ValueError, match="hidden="):
        checks.integers("hidden", value)


def test_an_allowed_choice_is_returned():
    assert checks.choice("optimizer", "sgd", ["adam", "sgd"]) == "sgd"
    assert checks.choice("optimizer", "sgd", (word for word in ("adam", "sgd"))) == "sgd"


def test_a_misspelt_choice_is_refused_with_a_guess():
    with pytest.raises(
        ValueError, match=r"optimizer='adm'.*one of adam, sgd \(did you mean 'adam'\?\)"
    ):
        checks.choice("optimizer", "adm", ["adam", "sgd"])


def test_a_choice_like_no_other_gets_no_guess():
    with pytest.raises(ValueError, match="optimizer='quince'") as error:
        checks.choice("optimizer", "quince", ["adam", "sgd"])
    assert "did you mean" not in str(error.value)


def test_an_array_is_no_choice():
    with pytest.raises(ValueError, match="optimizer="):
        checks.choice("optimizer", np.array([1, 2]), ["adam", "sgd"])


def test_a_huge_text_is_not_repeated_in_full():
    with pytest.raises(ValueError, match="epochs=") as error:
        checks.integer("epochs", "x" * 1_000_000, 1)
    assert len(str(error.value)) < 1000


# None as text


@pytest.mark.parametrize("value", [None, "None", " None "])
def test_none_may_come_as_text_where_it_is_allowed(value):
    assert checks.optional_integer("train_size", value, 100) is None


@pytest.mark.parametrize(
    "value", ["none", "null", "", "(None)x", [None], "[None]", True, 99, 1001, "99.5"]
)
def test_what_is_neither_none_nor_a_whole_number_is_refused_with_both(value):
    with pytest.raises(ValueError) as error:
        checks.optional_integer("train_size", value, 100, 1000)
    assert_names_the_parameter(error, "train_size")
    assert str(error.value).endswith("expected a whole number from 100 to 1,000, or None.")


@EXAMPLES
@given(st.integers(1, 2**80))
def test_an_optional_whole_number_is_read_as_one_that_must_be_there(number):
    for given_as in (number, str(number)):
        assert checks.optional_integer("size", given_as, 1) == checks.integer("size", given_as, 1)


def test_a_misspelling_in_capitals_gets_a_guess_too():
    with pytest.raises(ValueError, match=r"did you mean 'adam'\?"):
        checks.choice("optimizer", "ADAM", ["adam", "sgd"])
    assert checks.did_you_mean("sampel", ["mnist", "sample"]) == " (did you mean 'sample'?)"
    assert checks.did_you_mean("quince", ["mnist", "sample"]) == ""
    assert checks.did_you_mean(5, ["5"]) == ""


@pytest.mark.parametrize("value", ["", "~", "absent", "größe ñ 中/école", "a" * 5000])
def test_any_text_can_be_the_path_of_something_to_come(value):
    assert checks.path("storage", value) == value


@pytest.mark.parametrize("value", [5, None, b"folder", ["folder"], "a\0b"])
def test_what_is_no_text_is_no_path(value):
    with pytest.raises(ValueError) as error:
        checks.path("storage", value)
    assert_names_the_parameter(error, "storage")


def test_a_path_may_have_to_exist_and_be_of_one_kind(tmp_path):
    folder, file, absent = str(tmp_path), str(tmp_path / "file"), str(tmp_path / "absent")
    (tmp_path / "file").touch()
    assert checks.path("drawings", absent, file_okay=False) == absent
    assert checks.path("records", folder, exists=True, file_okay=False) == folder
    assert checks.path("model", file, exists=True, dir_okay=False) == file
    for value in (file, absent, "a" * 5000):
        with pytest.raises(ValueError, match="expected the path of an existing folder, or ''"):
            checks.path("records", value, exists=True, file_okay=False)
    with pytest.raises(ValueError, match="^storage=.*expected the path of a file, or ''"):
        checks.path("storage", folder, dir_okay=False)


@given(st.text(st.characters()), st.integers(2, 50))
def test_any_text_becomes_one_line_to_show(text, most):
    line = checks.one_line(text, most)
    assert line.isprintable()
    assert len(line) <= most
    assert line.encode().decode() == line
    if text.isprintable() and len(text) <= most and "  " not in text:
        assert line == text.strip()


def test_the_first_line_of_an_error_is_its_kind_where_it_has_no_text():
    assert checks.first_line(ValueError("\n one \ttwo\nthree"), 20) == "one two"
    assert checks.first_line(MemoryError(), 20) == "MemoryError"


def test_words_are_read_once_each_in_their_order():
    assert checks.words("kinds", "b, a  b", "a", ["a", "b"]) == ["b", "a"]


@pytest.mark.parametrize("value", ["", "a", "b c", "a a", 5, None, ["a", "b"], True])
def test_too_few_words_or_none_that_is_needed_are_refused(value):
    with pytest.raises(ValueError, match="^kinds=.* cannot be used: expected two words or more"):
        checks.words("kinds", value, "a", ["a", "b", "c"])


def test_a_misspelt_word_is_named_with_a_guess():
    with pytest.raises(ValueError, match=r"'adm' is none \(did you mean 'adam'\?\)"):
        checks.words("optimizers", "sgd adm", "adam", ["adam", "sgd"])


@given(st.text())
def test_any_text_is_words_or_refused_in_one_line(text):
    try:
        assert "a" in checks.words("kinds", text, "a", ["a", "b"])
    except ValueError as error:
        assert "\n" not in str(error)
