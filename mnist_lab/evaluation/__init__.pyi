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
from .error_analysis import confused_pairs, misclassified, per_digit
from .interpretability import (
    dead_unit_fractions,
    gradient_rms,
    nearest_correct,
    occlusion_map,
    penultimate_features,
    project_2d,
    saliency_map,
    weighted_layers,
)
from .label_issues import cross_val_predict_proba, find_label_issues
from .metrics import Evaluation, Prediction, wilson_interval
from .prediction import evaluate, independent_outputs, predict, probabilities_from
from .robustness import CORRUPTIONS, accuracy_under_corruption, corrupt

__all__ = [
    "CORRUPTIONS",
    "Comparison",
    "Evaluation",
    "Prediction",
    "accuracy_under_corruption",
    "apply_temperature",
    "brier_score",
    "compare",
    "compare_counts",
    "confused_pairs",
    "corrupt",
    "cross_val_predict_proba",
    "dead_unit_fractions",
    "evaluate",
    "expected_calibration_error",
    "find_label_issues",
    "fit_temperature",
    "gradient_rms",
    "independent_outputs",
    "mcnemar",
    "misclassified",
    "nearest_correct",
    "occlusion_map",
    "penultimate_features",
    "per_digit",
    "predict",
    "probabilities_from",
    "project_2d",
    "reliability",
    "risk_coverage",
    "saliency_map",
    "threshold_at_accuracy",
    "weighted_layers",
    "wilson_interval",
]
