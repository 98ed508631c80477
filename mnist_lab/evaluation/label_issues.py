"""Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang 2021)."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from mnist_lab import checks
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.evaluation.metrics import Evaluation
from mnist_lab.evaluation.prediction import evaluate
from mnist_lab.training.loop import train

if TYPE_CHECKING:
    import keras


def cross_val_predict_proba(
    build: Callable[[int], "keras.Model"],
    digits: Digits,
    folds: checks.IntLike = 5,
    seed: checks.IntLike = 0,
    **settings: Any,
) -> Evaluation:
    """Return out-of-fold predictions for the training digits (cross-validation).

    Each digit is predicted by a model that was trained on the other folds.

    Args:
        build: Takes a seed and returns a new, untrained model.
        digits: The training digits are cut into folds; the validation digits are only watched.
        folds: From 2 to 20, stratified by label. More folds train on more digits, and take longer.
        seed: Of the folds, the models and the trainings.
        **settings: Handed to train().

    Returns:
        The evaluation of digits.train.

    Raises:
        ValueError: Where `folds` or a setting is out of its range.

    Example:
        >>> digits = lab.load_digits("sample", train_size=100)
        >>> build = lambda seed: lab.models.single_layer(seed=seed)
        >>> len(lab.evaluation.cross_val_predict_proba(build, digits, 2, epochs=1, verbose=False))
        100
    """
    folds = checks.integer("folds", folds, 2, 20)
    seed = checks.seed(seed)
    labels = digits.train.labels
    probabilities = np.empty((len(labels), 10))
    # By hand: scikit-learn's cross_val_predict cannot pass the validation digits on to train().
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for fold, (others, held_out) in enumerate(splitter.split(labels, labels)):
        model = build(seed + fold)
        train(model, replace(digits, train=digits.train.subset(others)), seed=seed, **settings)
        probabilities[held_out] = evaluate(model, digits.train.subset(held_out)).probabilities
    return Evaluation(digits.train, probabilities)


def plant_label_errors(
    digits: Digits, count: checks.IntLike, seed: checks.IntLike = 0
) -> tuple[Digits, np.ndarray]:
    """Give some training digits a wrong label on purpose, to test a search for wrong labels.

    Args:
        digits: From load_digits; they stay as they are.
        count: How many labels to change, at most the number of training digits.
        seed: Decides which, and to what.

    Returns:
        The digits with `count` of the training labels changed, each to one of the nine other
        digits, all equally likely; and the indices of those training digits, int64 (count,).

    Raises:
        ValueError: `count` is out of its range.

    Example:
        >>> digits = lab.load_digits("sample", train_size=100)
        >>> planted, places = lab.evaluation.plant_label_errors(digits, 10)
        >>> int((planted.train.labels != digits.train.labels).sum()), len(places)
        (10, 10)
    """
    count = checks.integer("count", count, 0, len(digits.train))
    random = np.random.default_rng(checks.seed(seed))
    places = random.choice(len(digits.train), count, replace=False)
    labels = digits.train.labels.copy()
    labels[places] = (labels[places] + random.integers(1, 10, count)) % 10
    stored = digits.train.as_uint8()
    if stored is not None:  # so that a training can keep them as bytes
        return replace(digits, train=Dataset.from_bytes(stored, labels)), places
    return replace(digits, train=Dataset(digits.train.images, labels)), places


def find_label_issues(result: Evaluation) -> pd.DataFrame:
    """Rank all digits by how likely their label is wrong, by the library cleanlab.

    For each pair of a label and another digit, cleanlab estimates how many digits have the one and
    are the other. It counts those to which the model gives the other digit at least the probability
    that it gives it, on average, where it is the label. That many become issues, those with the
    largest differences of the two probabilities, whatever these are ("prune by noise rate"). The
    rank is by the normalized margin: the probability of the label minus that of the best other
    digit.

    Args:
        result: Out-of-fold predictions; see cross_val_predict_proba. A model that has learned from
            a digit repeats its label, wrong or not.

    Returns:
        One row per digit, the likeliest wrong label first, with columns index (of the digit in the
        dataset), label, suggestion (the prediction), confidence (in the prediction),
        self_confidence (the probability of the label) and is_label_issue.

    Example:
        >>> dataset = lab.data.Dataset(np.zeros((100, 28, 28)), np.arange(100) % 10)
        >>> probabilities = np.eye(10)[np.append(7, dataset.labels[1:])] * 0.9 + 0.01
        >>> result = lab.evaluation.Evaluation(dataset, probabilities)
        >>> lab.evaluation.find_label_issues(result)[["index", "label", "suggestion"]].head(1)
           index  label  suggestion
        0      0      0           7
    """
    from cleanlab.filter import find_label_issues as cleanlab_issues
    from cleanlab.rank import get_label_quality_scores

    labels, probabilities = result.dataset.labels, result.probabilities
    margins = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    issues = cleanlab_issues(labels, probabilities, filter_by="prune_by_noise_rate", n_jobs=1)
    table = pd.DataFrame(
        {
            "index": np.arange(len(labels)),
            "label": labels,
            "suggestion": result.predictions,
            "confidence": result.confidence,
            "self_confidence": probabilities[np.arange(len(labels)), labels],
            "is_label_issue": issues,
        }
    )
    return table.iloc[np.argsort(margins, kind="stable")].reset_index(drop=True)
