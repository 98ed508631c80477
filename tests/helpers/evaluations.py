"""Made-up evaluations, and the formula of their intervals."""

import math

import numpy as np

from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.metrics import Evaluation


def blank_dataset(labels):
    """Return empty images with these labels."""
    return Dataset(np.zeros((len(labels), 28, 28), np.float32), np.asarray(labels, np.int64))


def evaluation_of(labels, predictions, sure=0.91):
    """Return an Evaluation that gives each prediction the probability `sure`, one number or n."""
    sure = np.broadcast_to(np.asarray(sure, float), len(labels))
    probabilities = np.tile(((1 - sure) / 9)[:, None], (1, 10))
    probabilities[np.arange(len(labels)), predictions] = sure
    images = np.random.default_rng(1).random((len(labels), 28, 28), dtype=np.float32)
    return Evaluation(Dataset(images, np.asarray(labels, np.int64)), probabilities)


def wilson_by_hand(correct, total):
    """Return Wilson's 95 % interval by its formula."""
    z = 1.959963984540054
    share = correct / total
    center = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return center - half, center + half
