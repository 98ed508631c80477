"""A page says what made it: command, versions, digits and machines, as the records have them."""

from mnist_lab.record_schema import parse_record
from mnist_lab.runs.provenance import provenance, versions_text
from tests.helpers.runs import record_content


def test_versions_come_in_a_fixed_order_and_say_where_runs_differ():
    old = {"numpy": "2.0", "python": "3.12", "jax": "0.5", "keras": "3.10"}
    text = versions_text([old, old | {"numpy": "2.1"}, old])
    assert text == "Python 3.12, Keras 3.10, NumPy 2.0 (2 runs) and 2.1 (1 run), jax 0.5"


def test_what_is_not_known_is_left_out():
    assert set(provenance("", [])) == {"Written"}


def test_command_digits_and_machines_are_named():
    record = parse_record(record_content({}))
    made = provenance("mnist-lab sweep 01", [record, record], ["a", None])
    assert made["Command"] == "mnist-lab sweep 01"
    assert made["Digits"] == "sample (1,000 to learn from, 100 to choose by, 200 to test on)"
    assert made["Machines"] == "a (1 run)"
    assert made["Versions"] == "Python 3.12"
