"""How exported networks are compared with Keras, and what the table says of it."""

import numpy as np
import pytest

from benchmarks import exports


def test_answers_are_compared_digit_by_digit_and_number_by_number():
    expected = np.eye(10)[[3, 4, 5, 6]]
    found = expected.copy()
    found[1] = 0.9 * expected[1] + 0.1 * np.eye(10)[7]
    found[2] = np.eye(10)[8]
    result = exports.compared(expected, found)
    assert result["same"] == 0.75
    assert result["largest"] == 1
    assert exports.compared(expected[:2], found[:2])["largest"] == pytest.approx(0.1)


def test_the_table_has_a_row_per_network_and_says_how_long_frames_take():
    differs = {"same": 0.9987, "largest": 0.0123, "largest_of_99": 0.01}
    result = {
        "answers": {"cnn": dict.fromkeys(exports.FORMATS, differs)},
        "frame": {
            "page_bytes": 500_000,
            "frames": 700,
            "median": 4.26,
            "p99": 9.1,
            "over_16": 0.01,
        },
        "drawings": 100,
        "machine": "a machine",
        "date": "2026-11-01",
    }
    text = exports.tables(result)
    assert text.count("99.87% | 0.01 |") == len(exports.FORMATS)
    assert "4.3 ms in the median" in text
    assert "1.0% of 700 frames" in text
