from .calibration import confidence_histogram, reliability_diagram, risk_coverage_curves
from .comparisons import difference_intervals, rate_heatmap, score_heatmap
from .convolution import convolution_maps, digit_rows, feature_maps, receptive_fields
from .descent import descent_paths
from .evaluation import (
    accuracy_intervals,
    confusion_difference,
    confusion_heatmap,
    per_digit_scores,
)
from .gains import gain_intervals
from .galleries import (
    label_issue_gallery,
    misclassified_gallery,
    predictions_side_by_side,
    probability_bars,
)
from .handwriting import pad_figure
from .hidden_layer import (
    added_outputs,
    backpropagation_flow,
    hidden_neurons,
    neuron_digit_heatmap,
)
from .histories import learning_curves
from .images import (
    digit_grid,
    images_side_by_side,
    weight_images,
)
from .interpretability import attribution_maps
from .intervals import accuracies_by_seed, group_error_rates
from .learning import (
    activation_curves,
    descent_on_one_weight,
    network_diagram,
    weight_history,
)
from .pages import page
from .photographs import photograph
from .published_labels import published_labels_gallery
from .robustness import (
    confidence_under_corruption,
    corruption_curves,
    corruption_examples,
)
from .runs import ladder, parameter_figure, time_figure
from .searches import parzen_densities, promise_and_check, search_bands, trials_map
from .sizes import accuracy_by_bits, error_by_weights
from .steps import step_shares
from .training import line_plot, slice_plot, strip_plot

__all__ = [
    "accuracies_by_seed",
    "accuracy_by_bits",
    "accuracy_intervals",
    "activation_curves",
    "added_outputs",
    "attribution_maps",
    "backpropagation_flow",
    "confidence_histogram",
    "confidence_under_corruption",
    "confusion_difference",
    "confusion_heatmap",
    "convolution_maps",
    "corruption_curves",
    "corruption_examples",
    "descent_on_one_weight",
    "descent_paths",
    "difference_intervals",
    "digit_grid",
    "digit_rows",
    "error_by_weights",
    "feature_maps",
    "gain_intervals",
    "group_error_rates",
    "hidden_neurons",
    "images_side_by_side",
    "label_issue_gallery",
    "ladder",
    "learning_curves",
    "line_plot",
    "misclassified_gallery",
    "network_diagram",
    "neuron_digit_heatmap",
    "pad_figure",
    "page",
    "parameter_figure",
    "parzen_densities",
    "per_digit_scores",
    "photograph",
    "predictions_side_by_side",
    "probability_bars",
    "promise_and_check",
    "published_labels_gallery",
    "rate_heatmap",
    "receptive_fields",
    "reliability_diagram",
    "risk_coverage_curves",
    "score_heatmap",
    "search_bands",
    "slice_plot",
    "step_shares",
    "strip_plot",
    "time_figure",
    "trials_map",
    "weight_history",
    "weight_images",
]
