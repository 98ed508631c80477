from . import calibration, comparison, interpretability, label_issues, metrics, robustness
from .calibration import (
    apply_temperature,
    brier_score,
    expected_calibration_error,
    fit_temperature,
    reliability,
    risk_coverage,
    threshold_at_accuracy,
)
from .comparison import Comparison, compare, compare_counts, mcnemar
from .interpretability import (
    dead_unit_fractions,
    gradient_rms,
    nearest_correct,
    occlusion_map,
    penultimate_features,
    project_2d,
    saliency_map,
)
from .label_issues import cross_val_predict_proba, find_label_issues
from .metrics import Evaluation, confused_pairs, evaluate, misclassified, per_digit, wilson_interval
from .robustness import CORRUPTIONS, accuracy_under_corruption, corrupt

__all__ = [
    "CORRUPTIONS",
    "Comparison",
    "Evaluation",
    "accuracy_under_corruption",
    "apply_temperature",
    "brier_score",
    "calibration",
    "compare",
    "compare_counts",
    "comparison",
    "confused_pairs",
    "corrupt",
    "cross_val_predict_proba",
    "dead_unit_fractions",
    "evaluate",
    "expected_calibration_error",
    "find_label_issues",
    "fit_temperature",
    "gradient_rms",
    "interpretability",
    "label_issues",
    "mcnemar",
    "metrics",
    "misclassified",
    "nearest_correct",
    "occlusion_map",
    "penultimate_features",
    "per_digit",
    "project_2d",
    "reliability",
    "risk_coverage",
    "robustness",
    "saliency_map",
    "threshold_at_accuracy",
    "wilson_interval",
]
