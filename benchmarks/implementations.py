"""The implementations that benchmarks/speed.py measures: their names, imports and defaults."""

from typing import NamedTuple

NETWORK = [200, 200]
# Five epochs with a learning rate that falls from this peak to zero in a straight line.
SHARED_SCHEDULE: dict[str, float] = {"batch_size": 128, "epochs": 5, "peak_learning_rate": 2e-3}


class Implementation(NamedTuple):
    """One way to train the same network.

    Attributes:
        title: Its name in the tables.
        module: The module that it needs.
        batch_size: The batch size of its own documentation; None if it does not train.
        scaled: Whether the scaling measurements include it.
        short_title: Its name in the README's table; "" if it is not there.
        peer: Whether it needs a package that the course does not install.
    """

    title: str
    module: str
    batch_size: int | None
    scaled: bool = False
    short_title: str = ""
    peer: bool = False


# By the name of its function in baselines.py.
IMPLEMENTATIONS = {
    "mnist_lab": Implementation(
        "`mnist_lab.train`", "mnist_lab.training.loop", 128, scaled=True, short_title="`lab.train`"
    ),
    "keras_fit": Implementation(
        "Keras `fit`, defaults", "keras", 32, scaled=True, short_title="Keras `fit`"
    ),
    "keras_fit_tuned": Implementation(
        "Keras `fit`, `steps_per_execution=32, jit_compile=True`", "keras", 128
    ),
    "torch_dataloader": Implementation(
        "PyTorch, DataLoader", "torch", 64, short_title="PyTorch, DataLoader", peer=True
    ),
    "torch_sliced": Implementation("PyTorch, tensors sliced", "torch", 64, scaled=True, peer=True),
    "jax_scan": Implementation(
        "JAX, `lax.scan`", "jax", 128, scaled=True, short_title="JAX, `lax.scan`", peer=True
    ),
    "scikit_learn": Implementation("scikit-learn `MLPClassifier`", "sklearn.neural_network", 200),
    "matmul_lower_bound": Implementation("the matrix products alone (NumPy)", "numpy", None),
}


def documented_settings(name: str) -> dict[str, float]:
    """Return the settings of an implementation's own documentation; ours has a schedule."""
    if name == "mnist_lab":
        return SHARED_SCHEDULE
    batch_size = IMPLEMENTATIONS[name].batch_size
    if batch_size is None:
        raise ValueError(f"{name} does not train.")
    return {"batch_size": batch_size, "epochs": 20, "peak_learning_rate": 0}
