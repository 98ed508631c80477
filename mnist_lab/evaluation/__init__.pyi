from .attributions import attributions, wipe
from .calibration import (
    apply_temperature,
    calibration_error_by_chance,
    expected_calibration_error,
    fit_temperature,
    reliability,
    risk_coverage,
    threshold_at_accuracy,
)
from .calibration_table import calibration_table
from .comparison import Comparison, compare, compare_counts, mcnemar
from .error_analysis import confused_pairs, misclassified, per_digit
from .gains import paired_gains
from .interpretability import (
    gradient_rms,
    occlusion_map,
    penultimate_features,
    saliency_map,
    weighted_layers,
)
from .label_issues import cross_val_predict_proba, find_label_issues, plant_label_errors
from .many_comparisons import compare_with_control
from .metrics import Evaluation, Prediction, wilson_interval
from .prediction import evaluate, independent_outputs, predict, probabilities_from
from .published_labels import published_label_errors
from .receptive_fields import receptive_fields
from .robustness import CORRUPTIONS, accuracy_under_corruption, corrupt
from .shapes import group_errors, shape_properties, unusual_shapes

__all__ = [
    "CORRUPTIONS",
    "Comparison",
    "Evaluation",
    "Prediction",
    "accuracy_under_corruption",
    "apply_temperature",
    "attributions",
    "calibration_error_by_chance",
    "calibration_table",
    "compare",
    "compare_counts",
    "compare_with_control",
    "confused_pairs",
    "corrupt",
    "cross_val_predict_proba",
    "evaluate",
    "expected_calibration_error",
    "find_label_issues",
    "fit_temperature",
    "gradient_rms",
    "group_errors",
    "independent_outputs",
    "mcnemar",
    "misclassified",
    "occlusion_map",
    "paired_gains",
    "penultimate_features",
    "per_digit",
    "plant_label_errors",
    "predict",
    "probabilities_from",
    "published_label_errors",
    "receptive_fields",
    "reliability",
    "risk_coverage",
    "saliency_map",
    "shape_properties",
    "threshold_at_accuracy",
    "unusual_shapes",
    "weighted_layers",
    "wilson_interval",
    "wipe",
]
