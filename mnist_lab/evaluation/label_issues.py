"""Which labels are probably wrong: confident learning (Northcutt, Jiang and Chuang 2021), by the library cleanlab."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold

from mnist_lab import checks
from mnist_lab.data.digits import Dataset, Digits
from mnist_lab.evaluation.metrics import Evaluation, evaluate
from mnist_lab.training.loop import train

if TYPE_CHECKING:
    import keras


def cross_val_predict_proba(
    build: Callable[[int], "keras.Model"],
    digits: Digits,
    folds: Any = 5,
    seed: Any = 0,
    **settings: Any,
) -> Evaluation:
    """Return answers to the training digits, each by a network that did not learn from that digit (cross-validation).

    build: returns a fresh network for a seed. folds: parts that the training digits are cut into, stratified; each is
    answered by a network trained on the others. settings: handed to train(). The validation digits only watch.
    """
    folds = checks.integer("folds", folds, 2, 20)
    seed = checks.seed(seed)
    images, labels = digits.train.images, digits.train.labels
    probabilities = np.empty((len(labels), 10))
    parts = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for number, (learn, answer) in enumerate(parts.split(images, labels)):
        network = build(seed + number)
        part = Digits(
            Dataset(images[learn], labels[learn]), digits.validation, digits.test, digits.source
        )
        if train(
            network, part, seed=seed, **settings
        ).interrupted:  # half-trained networks call good labels wrong
            raise KeyboardInterrupt
        probabilities[answer] = evaluate(
            network, Dataset(images[answer], labels[answer])
        ).probabilities
    return Evaluation(digits.train, probabilities)


def find_label_issues(result: Evaluation) -> pd.DataFrame:
    """Return all digits, the likeliest wrong label first; the answers must come from models that did not learn the digit.

    Columns: index (of the digit in the dataset), label, suggestion (what the model reads), confidence (in that), given
    (the probability of the label), suspect (whether confident learning counts the label among the wrong ones).

    A digit is suspect where the model gives another digit at least the probability that it gives, on average, to the
    digits which are labelled as that (cleanlab's prune by noise rate). The order is that of the label's normalised
    margin: its probability less that of the best other digit.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    labels, probabilities = result.dataset.labels, result.probabilities
    margin = get_label_quality_scores(labels, probabilities, method="normalized_margin")
    suspect = find_label_issues(labels, probabilities, filter_by="prune_by_noise_rate", n_jobs=1)
    order = np.argsort(margin, kind="stable")
    table = pd.DataFrame(
        {
            "index": np.arange(len(labels)),
            "label": labels,
            "suggestion": result.predictions,
            "confidence": result.confidence,
            "self_confidence": probabilities[np.arange(len(labels)), labels],
            "is_label_issue": suspect,
        }
    )
    return table.iloc[order].reset_index(drop=True)
