"""Digits and a trained network that the tests of training share."""

import dataclasses

import pytest

import mnist_lab as lab
from mnist_lab.training import compilation
from tests.helpers.training import network

STEPS = compilation._STEPS


@pytest.fixture(scope="package", autouse=True)
def short_trainings_are_compiled():
    """Have XLA compile as it does long trainings: those here have few steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compilation, "_STEPS", 0)
        yield


@pytest.fixture
def short_trainings_are_not_compiled(monkeypatch):
    """Have XLA compile long trainings only, as for users."""
    monkeypatch.setattr(compilation, "_STEPS", STEPS)


@pytest.fixture(scope="session")
def digits():
    return lab.load_digits("sample", train_size=1000)


@pytest.fixture(scope="session")
def few(digits):
    """300 digits to train on: enough where only the bookkeeping is looked at."""
    return dataclasses.replace(digits, train=digits.train.subset(slice(300)))


@pytest.fixture(scope="package")
def trained(short_trainings_are_compiled, digits):
    model = network()
    return model, lab.train(model, digits, epochs=6, learning_rate=3e-3)
