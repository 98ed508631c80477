"""calibration_table(): the calibration of several models, before and after a temperature."""

from collections.abc import Mapping

import pandas as pd

from mnist_lab import checks
from mnist_lab.evaluation.calibration import (
    apply_temperature,
    calibration_error_by_chance,
    expected_calibration_error,
    fit_temperature,
)
from mnist_lab.evaluation.metrics import Evaluation


def calibration_table(
    results: Mapping[str, Evaluation],
    validation: Mapping[str, Evaluation],
    bins: checks.IntLike = 15,
) -> pd.DataFrame:
    """Return the calibration of models, before and after a temperature fitted on validation digits.

    Args:
        results: name -> evaluation on the test digits.
        validation: The same names -> evaluation on the validation digits.
        bins: As for expected_calibration_error.

    Returns:
        One row per model, with columns accuracy, confidence (the mean), error (the expected
        calibration error), temperature, new_confidence and new_error (with that temperature), and
        by_chance (the new error of a perfectly calibrated model; see calibration_error_by_chance).

    Raises:
        ValueError: Where the names of the two differ.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((10, 28, 28)), np.arange(10))
        >>> result = lab.evaluation.Evaluation(dataset, np.eye(10) * 0.9 + 0.01)
        >>> lab.evaluation.calibration_table({"mlp": result}, {"mlp": result})["confidence"]
        mlp    0.91
        Name: confidence, dtype: float64
    """
    if list(results) != list(validation):
        raise checks.invalid("validation", list(validation), f"the names {', '.join(results)}")
    rows = {}
    for name, result in results.items():
        temperature = fit_temperature(validation[name])
        tempered = apply_temperature(result, temperature)
        rows[name] = {
            "accuracy": result.accuracy,
            "confidence": float(result.confidence.mean()),
            "error": expected_calibration_error(result, bins),
            "temperature": temperature,
            "new_confidence": float(tempered.confidence.mean()),
            "new_error": expected_calibration_error(tempered, bins),
            "by_chance": calibration_error_by_chance(tempered, bins),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
