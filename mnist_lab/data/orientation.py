"""Notices digits that lie, or are inked, in another way than MNIST's, by the mean of each class."""

import numpy as np

from mnist_lab.mnist_reference import reference

_MOST = 10_000  # digits looked at
# With 100 labeled digits the best of MNIST's own views leads the next by 0.15 or more, with 100
# without labels by 0.05: `python -m tools.make_reference --measure`.
_FEWEST = {True: 50, False: 100}
_LEAD = {True: 0.08, False: 0.03}
_ALIKE = 0.5
_UNLIKE = 0.4

# How stored images would have to be changed, and what that is called.
_VIEWS = (
    ("", "upright", "images"),
    ("T", "transposed", "images.swapaxes(1, 2)"),
    ("M", "mirrored", "images[:, :, ::-1]"),
    ("U", "upside down and mirrored", "images[:, ::-1]"),
    ("UM", "turned by half a circle", "images[:, ::-1, ::-1]"),
    ("TM", "turned by a quarter", "images.swapaxes(1, 2)[:, :, ::-1]"),
    ("TU", "turned by a quarter", "images.swapaxes(1, 2)[:, ::-1]"),
    ("TUM", "transposed and turned", "images.swapaxes(1, 2)[:, ::-1, ::-1]"),
)


def _seen(images: np.ndarray, view: str) -> np.ndarray:
    """Return images (n, 28, 28) as a view shows them: transposed, then mirrored, then turned."""
    images = images.swapaxes(1, 2) if "T" in view else images
    images = images[:, :, ::-1] if "M" in view else images
    return images[:, ::-1] if "U" in view else images


def correlations(images: np.ndarray, labels: np.ndarray | None) -> dict[str, float]:
    """Return how well digits in each view agree with MNIST's mean digits, from -1 to 1.

    Args:
        images: uint8 (n, 28, 28).
        labels: Whole numbers (n,) from 0 to 9; None compares the mean of all alone.

    Returns:
        Pearson's correlation by view; below 0, ink and paper are exchanged.
    """
    means = reference().means.astype(np.float64)
    if labels is None:
        stored, expected = images.mean(axis=0)[None], means.mean(axis=0)[None]
    else:
        there = np.unique(labels)
        stored = np.stack([images[labels == digit].mean(axis=0) for digit in there])
        expected = means[there]
    if stored.std() == 0:
        return {}
    return {
        view: float(np.corrcoef(_seen(stored, view).ravel(), expected.ravel())[0, 1])
        for view, _, _ in _VIEWS
    }


def remark(where: str, images: np.ndarray, labels: np.ndarray | None) -> tuple[str, ...]:
    """Return a sentence about digits that do not look like MNIST's, or none.

    Args:
        where: What the sentence calls them.
        images: uint8 (n, 28, 28) from 0 (paper) to 255 (ink).
        labels: Whole numbers (n,) from 0 to 9; None where there are none.

    Returns:
        One sentence, or an empty tuple. Few digits are not judged.
    """
    step = max(1, len(images) // _MOST)
    images, labels = images[::step], None if labels is None else labels[::step]
    known = labels is not None
    found = correlations(images, labels) if len(images) >= _FEWEST[known] else {}
    if not found:
        return ()
    strength = {view: abs(value) for view, value in found.items()}
    best = max(strength, key=lambda view: strength[view])
    if strength[best] < _UNLIKE:
        return (f"{where}: these images do not look like MNIST's digits. Look at a few of them.",)
    if strength[best] < _ALIKE or strength[best] - strength[""] < _LEAD[known]:
        best = ""
    wrong, change = [], "images"
    if best:
        wrong, change = [next(what for view, what, _ in _VIEWS if view == best)], _change(best)
    if found[best] < -_ALIKE:
        wrong.append("inverted (dark on light; MNIST has 0 for paper)")
        change = f"255 - {change}"
    if not wrong:
        return ()
    return (
        f"{where}: the digits look {' and '.join(wrong)} beside MNIST's. They were left so;"
        f" {change} turns them, for lab.data.from_arrays(images, labels).",
    )


def _change(best: str) -> str:
    return next(code for view, _, code in _VIEWS if view == best)
