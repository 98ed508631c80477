"""Small networks, and weights compared: for the tests of training."""

import numpy as np

import mnist_lab as lab
from mnist_lab import keras


def network(**arguments):
    # One small architecture: models of one kind share their compiled program, which keeps these
    # tests quick. tanh, because two programs round differently: a ReLU within rounding of its kink
    # would turn 1e-8 into 1e-4.
    return lab.models.one_hidden_layer(30, activation="tanh", **arguments)


def linear_network():
    # Without ReLUs, which can die and save the loss, weights that grow keep growing.
    return lab.models.mlp((20, 20, 20), activation="linear")


def finite(model, digits):
    return all(
        np.isfinite(w).all()
        for w in [*model.get_weights(), np.asarray(model(digits.validation.images))]
    )


def same_weights(one, other):
    return all(
        np.array_equal(a, b) for a, b in zip(one.get_weights(), other.get_weights(), strict=True)
    )


def plain_fit(model, digits, optimizer, epochs=1, seed=0):
    """Train with nothing but Keras, on the digits in the order of train()."""
    orders = np.random.default_rng(seed)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    losses = []
    for _ in range(epochs):
        order = orders.permutation(len(digits.train))
        images, labels = digits.train.images[order], digits.train.labels[order]
        losses.append(model.fit(images, labels, batch_size=128, shuffle=False, verbose=0).history)
    return {name: [history[name][0] for history in losses] for name in losses[0]}


def assert_close_weights(model, plain, atol=1e-5):
    for ours, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)
