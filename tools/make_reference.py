"""Makes MNIST's mean and most typical digits: `python -m tools.make_reference [--measure]`.

It needs full MNIST, and a few seconds. With --measure it prints how well test digits in each view
agree with the means, from which the limits in `data/orientation.py` were chosen.
"""

import argparse

import numpy as np

from mnist_lab.data import download
from mnist_lab.data.digits import SOURCES, resolve_source
from mnist_lab.data.formats import RawDigits, read_path
from mnist_lab.data.orientation import correlations
from mnist_lab.files import atomic_write
from mnist_lab.mnist_reference import FILE, Reference


def full_mnist() -> RawDigits:
    """Return MNIST from MNIST_LAB_DATA or from a cache; SystemExit where it is not there."""
    source = resolve_source()
    cached = download.cached() if source in SOURCES else None
    raw = cached[0] if cached else read_path(source)
    if not raw.is_mnist:
        raise SystemExit("Needs full MNIST: run mnist-lab data, or set MNIST_LAB_DATA.")
    return raw


def make(images: np.ndarray, labels: np.ndarray) -> Reference:
    """Return the mean of each class, and the digit of each class nearest to it.

    Args:
        images: uint8 (n, 28, 28).
        labels: (n,) from 0 to 9.
    """
    means, typical = [], []
    for digit in range(10):
        members = images[labels == digit].astype(np.float32)
        mean = members.mean(axis=0)
        nearest = ((members - mean) ** 2).sum(axis=(1, 2)).argmin()
        means.append(np.rint(mean).astype(np.uint8))
        typical.append(members[nearest].astype(np.uint8))
    return Reference(np.stack(means), np.stack(typical))


def measure(images: np.ndarray, labels: np.ndarray, draws: int = 200) -> None:
    """Print the correlations of random samples as they are, and the lead over the next view."""
    rng = np.random.default_rng(0)
    for known in (True, False):
        for count in (50, 100, 1000):
            upright, leads = [], []
            for _ in range(draws):
                some = rng.choice(len(images), count, replace=False)
                found = correlations(images[some], labels[some] if known else None)
                upright.append(found.pop(""))
                leads.append(upright[-1] - max(found.values()))
            print(
                f"{count} digits, labels {'known' if known else 'unknown'}: upright at least"
                f" {min(upright):.2f}, lead at least {min(leads):.2f}"
            )


def main() -> None:
    """Write the file, or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    raw = full_mnist()
    if parser.parse_args().measure:
        measure(raw.test_images, raw.test_labels)
        return
    made = make(raw.train_images, raw.train_labels)
    with atomic_write(FILE, "wb") as file:
        np.savez_compressed(file, **made._asdict())
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
