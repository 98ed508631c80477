"""The table of calibration holds what its parts return, one row per model."""

import pytest

from mnist_lab.evaluation import calibration
from mnist_lab.evaluation.calibration_table import calibration_table
from tests.evaluation.test_calibration import overconfident_evaluation


def test_each_row_is_that_models_and_its_temperature_comes_from_the_validation_digits():
    sound, proud = overconfident_evaluation(3000, 1.0, 1), overconfident_evaluation(3000, 3.0, 2)
    held_back = {
        "sound": overconfident_evaluation(3000, 1.0, 3),
        "proud": overconfident_evaluation(3000, 3.0, 4),
    }
    table = calibration_table({"sound": sound, "proud": proud}, held_back, bins=10)
    assert list(table.index) == ["sound", "proud"]
    row = table.loc["proud"]
    assert row["accuracy"] == pytest.approx(proud.correct.mean())
    assert row["confidence"] == pytest.approx(proud.probabilities.max(axis=1).mean())
    assert row["error"] == calibration.expected_calibration_error(proud, 10)
    assert row["temperature"] == calibration.fit_temperature(held_back["proud"])
    tempered = calibration.apply_temperature(proud, row["temperature"])
    assert row["new_confidence"] == pytest.approx(tempered.probabilities.max(axis=1).mean())
    assert row["new_error"] == calibration.expected_calibration_error(tempered, 10)
    assert row["by_chance"] == calibration.calibration_error_by_chance(tempered, 10)
    # The planted temperatures.
    assert table["temperature"].tolist() == pytest.approx([1, 3], rel=0.1)


def test_a_model_without_validation_digits_is_refused():
    result = overconfident_evaluation(50)
    with pytest.raises(
        ValueError, match=r"validation=\['b'\] cannot be used: expected the names a"
    ):
        calibration_table({"a": result}, {"b": result})
