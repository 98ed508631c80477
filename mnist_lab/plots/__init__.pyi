from .calibration import confidence_histogram, reliability_diagram, risk_coverage_curves
from .evaluation import (
    accuracy_intervals,
    confusion_difference,
    confusion_heatmap,
    per_digit_scores,
)
from .galleries import (
    label_issue_gallery,
    misclassified_gallery,
    predictions_side_by_side,
    probability_bars,
)
from .handwriting import pad_figure
from .images import (
    activations,
    class_counts,
    digit_grid,
    feature_maps,
    images_side_by_side,
    pixel_histogram,
    pixel_values,
    weight_images,
)
from .interpretability import attribution_maps, embedding_scatter
from .robustness import corruption_curves, corruption_examples
from .runs import ladder, parameter_figure, time_figure
from .training import accuracy_heatmap, learning_curves, line_plot, slice_plot, strip_plot

__all__ = [
    "accuracy_heatmap",
    "accuracy_intervals",
    "activations",
    "attribution_maps",
    "class_counts",
    "confidence_histogram",
    "confusion_difference",
    "confusion_heatmap",
    "corruption_curves",
    "corruption_examples",
    "digit_grid",
    "embedding_scatter",
    "feature_maps",
    "images_side_by_side",
    "label_issue_gallery",
    "ladder",
    "learning_curves",
    "line_plot",
    "misclassified_gallery",
    "pad_figure",
    "parameter_figure",
    "per_digit_scores",
    "pixel_histogram",
    "pixel_values",
    "predictions_side_by_side",
    "probability_bars",
    "reliability_diagram",
    "risk_coverage_curves",
    "slice_plot",
    "strip_plot",
    "time_figure",
    "weight_images",
]
