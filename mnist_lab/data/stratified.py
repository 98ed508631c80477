"""Draws digits in proportion to their classes, the same ones as scikit-learn's train_test_split.

By hand, since importing scikit-learn takes longer than reading all of MNIST.
"""

import numpy as np


def _shares(counts: np.ndarray, total: int, rng: np.random.RandomState) -> np.ndarray:
    """Return how many of each class make `total`, in proportion to `counts` (classes,).

    Fractions are rounded down; what is then missing goes to the largest ones, in random order
    where they are equal.
    """
    exact = counts / counts.sum() * total
    shares = np.floor(exact)
    missing = int(total - shares.sum())
    fractions = exact - shares
    for fraction in np.unique(fractions)[::-1]:
        if missing == 0:
            break
        equal = np.flatnonzero(fractions == fraction)
        chosen = rng.choice(equal, size=min(len(equal), missing), replace=False)
        shares[chosen] += 1
        missing -= len(chosen)
    return shares.astype(int)


def stratified_split(labels: np.ndarray, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `count` of the labels in proportion to their classes.

    Args:
        labels: Whole numbers (n,), each at least twice.
        count: How many to draw; at least one per class is drawn, and one per class left.
        seed: Decides which, from 0 to 2**32 - 1.

    Returns:
        The indices of those drawn, and of the rest, both in random order.

    Raises:
        ValueError: A label is there only once.
    """
    classes, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if counts.min() < 2:
        raise ValueError(f"there is only one {classes[counts.argmin()]}")
    rng = np.random.RandomState(seed)
    shares = _shares(counts, count, rng)
    rest_shares = _shares(counts - shares, len(labels) - count, rng)
    drawn, rest = [], []
    members = np.split(np.argsort(inverse, kind="stable"), np.cumsum(counts)[:-1])
    for indices, share, rest_share in zip(members, shares, rest_shares, strict=True):
        order = indices[rng.permutation(len(indices))]
        drawn.append(order[:share])
        rest.append(order[share : share + rest_share])
    return rng.permutation(np.concatenate(drawn)), rng.permutation(np.concatenate(rest))


def random_split(size: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw `count` of `size` digits regardless of their classes; arguments as above.

    Returns:
        The indices of those drawn, and of the rest, both in random order.
    """
    order = np.random.RandomState(seed).permutation(size)
    return order[size - count :], order[: size - count]
