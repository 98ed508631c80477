"""YAML gives what JSON holds, or one sentence; no text makes it grow or stop."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lab.runs.yaml_values import read_yaml

# Ten levels of ten aliases each: ten thousand million values from five hundred bytes.
LAUGHS = "\n".join(
    [
        "a0: &a0 [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)),
    ]
)
# The same with the keys of merged mappings.
MERGED_LAUGHS = "\n".join(
    [
        "a0: &a0 {x: 0}",
        *(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}" for i in range(1, 10)),
    ]
)

# JSON writes other characters as pairs of halves, which YAML takes for two characters.
texts = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
# A name has at most 1,024 characters in YAML, and one of these has six in JSON.
names = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=160)
scalars = st.none() | st.booleans() | st.integers() | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=10
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2.5, relu, true, null, [100, 50]]", [1, 2.5, "relu", True, None, [100, 50]]),
        ("{a: &x [1], b: *x, c: *x}", {"a": [1], "b": [1], "c": [1]}),
        ("{a: &a {e: 1, f: 2}, b: {<<: *a, e: 3}}", {"a": {"e": 1, "f": 2}, "b": {"e": 3, "f": 2}}),
        ("!!int '7'", 7),
        ("!!str 7", "7"),
        ("", None),
    ],
)  # fmt: skip
def test_plain_values_aliases_and_merged_mappings_are_read(text, value):
    assert read_yaml(text) == value


@settings(deadline=None)
@given(values)
def test_what_json_writes_is_read_back_as_it_was(value):
    assert read_yaml(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LAUGHS, "more than 100,000 values"),
        (MERGED_LAUGHS, "more than 100,000 values"),
        ("&a [*a]", "holds itself"),
        ("&a {<<: *a}", "holds itself"),
        ("&a {b: {c: *a}}", "holds itself"),
        ("{a: 1, b: 2, a: 3}", "'a' twice"),
        ("[.nan]", "NaN"),
        ("[-.inf]", "-Infinity"),
        ("2024-01-01", "timestamp"),
        ("9" * 5_000, "digits"),
        ("[!!timestamp 0]", "timestamp"),
        ("!!timestamp 2024-01-01", "timestamp"),
        ("!!binary aGk=", "binary"),
        ("!!set {a}", "set"),
        ("!!omap [a: 1]", "omap"),
        ("!!pairs [a: 1]", "pairs"),
        ("!!python/object/apply:os.system [echo]", "python"),
        ("!x 1", "!x"),
        ("!!int '\\'", "int"),
        ("!!float x", "float"),
        ("!!bool maybe", "maybe"),
        ("{1: 2}", "names"),
        ("{[1]: 2}", "names"),
        ("{null: 2}", "names"),
        ("a\0b", "0000"),
        ("a\ud800b", "d800"),
        ('"\\ud800"', "ud800"),
        ("[" * 5_000, "deep"),
        ("[" * 200 + "]" * 200, "deep"),
        ("- " * 5_000, "deep"),
        ("x" * 2_000_000, "1,000,000 characters"),
        ("--- 1\n--- 2", "document"),
        ("*a", "alias"),
        ("%YAML 9.9\n--- 1", "version"),
    ],
    ids=lambda text: text[:20],
)
def test_what_json_cannot_hold_is_refused_in_one_line(text, words):
    with pytest.raises(ValueError, match=r"\S") as raised:
        read_yaml(text)
    assert type(raised.value) is ValueError
    assert words.lower() in str(raised.value).lower()
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


pieces = st.sampled_from(
    ["&a ", "*a", "<<: ", "!!int ", "!!float ", "!!timestamp ", "!!binary ", "!!map ", "!!seq ",
     "!!null ", "!!bool ", "!<x> ", "[", "]", "{", "}", ": ", ", ", "- ", "\n", "? ", "| ", "> ",
     "'", '"', "\\", "x", "0", "1e3", ".nan", ".inf", "0x", "1:30", "=", "2024-01-01", "%", "--- ",
     "\t"]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(pieces, max_size=15).map("".join))
def test_whatever_stands_in_a_text_gives_a_value_for_json_or_a_value_error(text):
    try:
        value = read_yaml(text)
    except ValueError as error:
        assert type(error) is ValueError
        assert "\n" not in str(error)
        return
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert not (isinstance(value, float) and math.isnan(value))
