"""Digits and a trained network that the tests of training share."""

import dataclasses

import pytest

import mnist_lab as lab
from tests.helpers.training import network


@pytest.fixture(scope="session")
def digits():
    return lab.load_digits("sample", train_size=1000)


@pytest.fixture(scope="session")
def few(digits):
    """300 digits to train on: enough where only the bookkeeping is looked at."""
    return dataclasses.replace(digits, train=digits.train.subset(slice(300)))


@pytest.fixture(scope="session")
def trained(digits):
    model = network()
    return model, lab.train(model, digits, epochs=6, learning_rate=3e-3)
