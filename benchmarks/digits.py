"""The digits that measurements are made on: full MNIST, or none."""

import typer

import mnist_lab as lab
from mnist_lab.data.dataset import Digits


def full_mnist() -> Digits:
    """Return MNIST's digits in their three parts; refuse others."""
    digits = lab.load_digits("auto")
    if digits.source != "mnist":
        raise typer.BadParameter(f"full MNIST is needed; these digits are: {digits.provenance}")
    return digits
