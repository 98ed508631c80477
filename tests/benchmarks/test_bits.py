"""What few bits cost: accuracies that differ from bits to bits, and a table of all of them."""

import numpy as np
import pytest

import mnist_lab as lab
from benchmarks import bits


def test_a_network_is_tested_with_each_number_of_bits():
    model, digits = lab.models.pretrained("single_layer"), lab.load_digits("sample")
    whole, eight, four = bits.accuracies(model, digits.test)
    assert [row["bits"] for row in (whole, eight, four)] == [32, 8, 4]
    assert (whole["bytes"], eight["bytes"], four["bytes"]) == (31_400, 7_920, 4_000)
    assert whole["test_accuracy"] == lab.evaluate(model, digits.test).accuracy
    rounded = lab.export.with_rounded_weights(model, 4)
    assert four["test_accuracy"] == lab.evaluate(rounded, digits.test).accuracy
    assert four["test_accuracy"] != eight["test_accuracy"]


@pytest.mark.parametrize(
    "engine",
    [
        "Keras",
        pytest.param("LiteRT", marks=pytest.mark.needs_export),
        pytest.param("page", marks=pytest.mark.needs_node),
    ],
)
def test_each_engine_is_timed_digit_by_digit(engine):
    images = np.random.default_rng(0).random((4, 28, 28), np.float32)
    took = bits.ENGINES[engine](lab.models.single_layer(), images)
    assert len(took) == 4
    assert all(milliseconds > 0 for milliseconds in took)


def test_the_table_has_accuracy_and_bytes_for_each_number_of_bits():
    found = {
        "accuracies": [
            {"bits": 32, "bytes": 4_000, "test_accuracy": 0.98},
            {"bits": 8, "bytes": 1_200, "test_accuracy": 0.979},
            {"bits": 4, "bytes": 700, "test_accuracy": 0.9},
        ],
        "milliseconds": {"Keras": 0.5, "LiteRT": 0.0321, "page": 1.2},
    }
    about = {"digits": 500, "machine": "a machine", "load": 7.25, "date": "today"}
    lines = bits.tables({"networks": {"cnn": found}, **about}).splitlines()
    assert lines[2] == (
        "| `cnn` | 4,000 | 98.00% | 1,200 | 97.90% | 700 | 90.00% | 0.5 | 0.032 | 1.2 |"
    )
    assert lines[-1].endswith("a machine, shared with other work (a load of 7.2), today.")
