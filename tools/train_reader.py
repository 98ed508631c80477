"""Trains the network that reads photos: `python -m tools.train_reader`.

It needs full MNIST, and about ten minutes on two cores. The network learns from MNIST's training
digits as they are, from some of them as they come out of photos, and from what is no digit. The
latter has labels drawn at random, so that the best answer is to be unsure: ten equal probabilities
(Hendrycks et al. 2019, outlier exposure). The threshold is chosen on validation digits.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset, Digits
from mnist_lab.machine import usable_cores
from mnist_lab.models import cnn
from tools.reader_digits import cut_out_wrongly, no_digit
from tools.train_pretrained import SEED, full_mnist, ship

NETWORK = {"filters": [16, 32, 64]}
TRAINING = {**lab.recipe("cnn", "default").training, "epochs": 8}
TRAINED_ON = {"photo": 30_000, "no_digit": 12_000}  # beside the digits as they are
VALIDATED_ON = {"photo": 3_000, "no_digit": 3_000}
LOST = 0.01  # the share of rightly read digits from photos that the threshold may refuse
_CHUNK = 500
# Makes an image of images (n, 28, 28), one's index among them, and a generator.
Maker = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]


def _photo_digit(images: np.ndarray, index: int, rng: np.random.Generator) -> np.ndarray:
    """Return one of the digits as it comes out of a photo."""
    return cut_out_wrongly(images[index], images[rng.integers(len(images))], rng)


def _no_digit(images: np.ndarray, index: int, rng: np.random.Generator) -> np.ndarray:
    """Return something that is no digit, perhaps made of some digits."""
    return no_digit(images, rng)


def _all_made(make: Maker, images: np.ndarray, seed: tuple[int, ...]) -> np.ndarray:
    """Return an image per image of a few, as bytes (n, 28, 28)."""
    rng = np.random.default_rng(seed)
    return np.stack(
        [np.rint(255 * make(images, index, rng)) for index in range(len(images))]
    ).astype(np.uint8)


def made(make: Maker, images: np.ndarray, part: int) -> np.ndarray:
    """Return an image per image, on all cores.

    Args:
        make: `_photo_digit` or `_no_digit`.
        images: float32 (n, 28, 28) in [0, 1].
        part: A number of its own for each set of images, so that each is drawn by itself.

    Returns:
        uint8 (n, 28, 28), the same on any number of cores.
    """
    starts = range(0, len(images), _CHUNK)
    chunks = [images[start : start + _CHUNK] for start in starts]
    seeds = [(SEED, part, start) for start in starts]
    with ProcessPoolExecutor(usable_cores()) as pool:
        return np.concatenate(list(pool.map(partial(_all_made, make), chunks, seeds)))


def training_digits(digits: Digits) -> Digits:
    """Return the digits with those from photos, and with what is no digit, to learn from."""
    rng = np.random.default_rng(SEED)
    train = digits.train.subset(rng.permutation(len(digits.train)))
    count, others = TRAINED_ON["photo"], TRAINED_ON["no_digit"]
    images = np.concatenate(
        [
            np.rint(255 * train.images).astype(np.uint8),
            made(_photo_digit, train.images[:count], 1),
            made(_no_digit, train.images[:others], 2),
        ]
    )
    labels = np.concatenate([train.labels, train.labels[:count], rng.integers(0, 10, others)])
    return Digits(Dataset.from_bytes(images, labels), digits.validation, digits.test, digits.source)


def choose_threshold(right: np.ndarray) -> float:
    """Return the highest threshold that refuses few of the digits that are read rightly.

    What is no digit is rare on a page of digits: a digit lost weighs more than one invented.

    Args:
        right: The confidences in digits that are read rightly, float (n,).

    Returns:
        What is less sure is no digit, in steps of a hundredth; it refuses `LOST` at most.
    """
    steps = np.arange(0.1, 1.0, 0.01)
    return round(float(max(step for step in steps if (right < step).mean() <= LOST)), 2)


def judged(model: Any, validation: Dataset) -> dict[str, Any]:
    """Return the threshold, and what it does to validation digits from photos and to the rest."""
    count, others = VALIDATED_ON["photo"], VALIDATED_ON["no_digit"]
    images = made(_photo_digit, validation.images[:count], 3)
    photo = lab.evaluate(model, Dataset.from_bytes(images, validation.labels[:count]))
    images = made(_no_digit, validation.images[:others], 4)
    rest = lab.evaluate(model, Dataset.from_bytes(images, np.zeros(others, int)))
    digit, other = photo.probabilities.max(axis=1), rest.probabilities.max(axis=1)
    right = photo.predictions == validation.labels[:count]
    threshold = choose_threshold(digit[right])
    return {
        "threshold": threshold,
        "photo_digits_read": float((right & (digit >= threshold)).mean()),
        "photo_digits_refused": float((digit < threshold).mean()),
        "no_digits_refused": float((other < threshold).mean()),
        "judged_on": VALIDATED_ON,
    }


def main() -> None:
    """Train the network, choose its threshold, and write its file and its record."""
    digits = full_mnist()
    model = cnn(**NETWORK, seed=SEED)
    history = lab.train(model, training_digits(digits), seed=SEED, **TRAINING)
    record = {
        "name": "reader",
        "network": NETWORK,
        "training": TRAINING,
        "seed": SEED,
        "data": {"source": digits.source, **digits.sizes, **TRAINED_ON},
        "seconds": round(history.seconds, 1),
        **judged(model, digits.validation),
    }
    print({name: record[name] for name in record if "digits" in name or name == "threshold"})
    ship(model, cnn(**NETWORK, seed=SEED), digits, record)


if __name__ == "__main__":
    main()
