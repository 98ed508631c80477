"""Other ways to train the same network, each a plain loop as its own documentation writes it.

A baseline is a function of (layers, batch_size, data, rates). `layers` are the units of the hidden
layers; all networks have ReLU activations and are trained by Adam on the cross-entropy. `rates` is
the learning rate of each step to come, or None for Adam's usual 1e-3. Libraries are imported inside
the functions, since each baseline runs in a process of its own.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np


class Data(NamedTuple):
    """Digits: images float32 (n, 784) in [0, 1] and labels int64 (n,)."""

    images: np.ndarray
    labels: np.ndarray
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


class Trainer(NamedTuple):
    """What a baseline does: compile, train one epoch and return its seconds, predict labels."""

    compile: Callable[[], None]
    run_epoch: Callable[[], float]
    predict: Callable[[np.ndarray], np.ndarray]


Baseline = Callable[[Sequence[int], int, Data, np.ndarray | None], Trainer]


def timed(work: Callable[[], Any]) -> Callable[[], float]:
    """Return a function that does the work and returns the seconds it took."""

    def run() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return run


def steps_per_epoch(data: Data, batch_size: int) -> int:
    """Return the number of batches in an epoch; the last one may be smaller."""
    return -(-len(data.labels) // batch_size)


def rates_by_epoch(rates: np.ndarray | None, steps: int) -> Any:
    """Return an iterator over epochs that yields the learning rate of each of their steps."""
    return iter(np.full((10_000, steps), 1e-3) if rates is None else rates.reshape(-1, steps))


def mnist_lab(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """The epochs that mnist_lab.train runs."""
    import mnist_lab as lab
    from mnist_lab.training.engine import Epochs

    model = lab.models.mlp(layers) if layers else lab.models.single_layer()
    model.compile("adam", lab.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    train, validation = (
        lab.data.Dataset(images.reshape(-1, 28, 28), labels)
        for images, labels in ((data.images, data.labels), data.validation)
    )
    # As many as a benchmark may run: a long training, which XLA compiles.
    epochs = Epochs(model, train, validation, batch_size, epochs=10_000)
    shuffle_rng = np.random.default_rng(0)
    remaining = rates_by_epoch(rates, epochs.steps)
    full_magnitude = np.ones(epochs.steps)  # of a distortion; there is none here

    def epoch() -> None:
        permutation = shuffle_rng.permutation(len(data.labels))
        epochs.train(permutation, next(remaining), full_magnitude, 0)

    def predict(images: np.ndarray) -> np.ndarray:
        return model(images.reshape(-1, 28, 28)).numpy().argmax(axis=1)

    return Trainer(epochs.compile, timed(epoch), predict)


def _keras(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None, **settings: Any
) -> Trainer:
    import keras

    class RatePerStep(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            table = keras.ops.convert_to_tensor(rates, "float32")
            return keras.ops.take(table, keras.ops.cast(step, "int32"))

    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(units, activation="relu") for units in layers]
    model = keras.Sequential(
        [keras.Input((784,)), *hidden, keras.layers.Dense(10, activation="softmax")]
    )
    optimizer = keras.optimizers.Adam() if rates is None else keras.optimizers.Adam(RatePerStep())
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], **settings)
    times: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: times.append(time.perf_counter()),
        on_epoch_end=lambda epoch, logs: times.append(time.perf_counter()),
    )

    def compile_steps() -> None:
        digits = batch_size * 2 * settings.get("steps_per_execution", 1)
        model.fit(data.images[:digits], data.labels[:digits], batch_size=batch_size, verbose=0)

    def run_epoch() -> float:
        model.fit(data.images, data.labels, batch_size=batch_size, verbose=0, callbacks=[clock])
        return times[-1] - times[-2]

    def predict(images: np.ndarray) -> np.ndarray:
        return model.predict(images, batch_size=1000, verbose=0).argmax(axis=1)

    return Trainer(compile_steps, run_epoch, predict)


def keras_fit(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """Keras's fit with its defaults."""
    return _keras(layers, batch_size, data, rates)


def keras_fit_tuned(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """Keras's fit with the two settings that its guide names for speed."""
    return _keras(layers, batch_size, data, rates, steps_per_execution=32, jit_compile=True)


def _torch(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None, sliced: bool
) -> Trainer:
    import torch

    torch.manual_seed(0)
    sizes = [784, *layers]
    hidden = [
        module
        for inputs, units in zip(sizes, sizes[1:], strict=False)
        for module in (torch.nn.Linear(inputs, units), torch.nn.ReLU())
    ]
    model = torch.nn.Sequential(*hidden, torch.nn.Linear(sizes[-1], 10))
    optimizer = torch.optim.Adam(model.parameters())
    criterion = torch.nn.CrossEntropyLoss()
    images, labels = torch.from_numpy(data.images), torch.from_numpy(data.labels)
    dataset = torch.utils.data.TensorDataset(images, labels)
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True)
    remaining = None if rates is None else iter(rates)

    def batches() -> Any:
        if not sliced:
            return loader
        permutation = torch.randperm(len(labels))
        return ((images[batch], labels[batch]) for batch in permutation.split(batch_size))

    def epoch() -> None:
        model.train()
        for image, label in batches():
            if remaining is not None:
                optimizer.param_groups[0]["lr"] = next(remaining)
            optimizer.zero_grad()
            criterion(model(image), label).backward()
            optimizer.step()

    def predict(images: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.no_grad():
            return model(torch.from_numpy(images)).argmax(1).numpy()

    return Trainer(lambda: None, timed(epoch), predict)


def torch_dataloader(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """A PyTorch loop over a DataLoader, as in its tutorials."""
    return _torch(layers, batch_size, data, rates, sliced=False)


def torch_sliced(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """A PyTorch loop that slices two tensors."""
    return _torch(layers, batch_size, data, rates, sliced=True)


def jax_scan(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """A JAX epoch: lax.scan over the batches of a permutation, Adam written out."""
    from benchmarks.jax_baseline import jax_trainer

    steps = steps_per_epoch(data, batch_size)
    return jax_trainer(layers, batch_size, data, rates_by_epoch(rates, steps), steps)


def scikit_learn(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """scikit-learn's MLPClassifier, one call of partial_fit per epoch."""
    from sklearn.neural_network import MLPClassifier

    if rates is not None:
        raise NotImplementedError("its Adam takes no schedule")
    size = min(batch_size, len(data.labels))
    model = MLPClassifier(tuple(layers), batch_size=size, random_state=0)
    epoch = timed(lambda: model.partial_fit(data.images, data.labels, classes=range(10)))
    return Trainer(lambda: None, epoch, model.predict)


def matmul_lower_bound(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """No training: only the matrix products of an epoch, by NumPy's BLAS into ready memory."""
    sizes = [784, *layers, 10]
    rng = np.random.default_rng(0)
    products = []
    for index, (inputs, units) in enumerate(zip(sizes, sizes[1:], strict=False)):
        forward = (batch_size, inputs), (inputs, units)
        gradient_of_weights = (inputs, batch_size), (batch_size, units)
        gradient_of_inputs = (batch_size, units), (units, inputs)
        # The gradient of the pixels is not needed.
        for shapes in (forward, gradient_of_weights, gradient_of_inputs)[: 3 if index else 2]:
            left, right = (rng.random(shape, dtype=np.float32) for shape in shapes)
            products.append((left, right, np.empty((len(left), right.shape[1]), np.float32)))

    def epoch() -> None:
        for _ in range(steps_per_epoch(data, batch_size)):
            for left, right, product in products:
                np.matmul(left, right, out=product)

    return Trainer(lambda: None, timed(epoch), lambda images: np.zeros(len(images)))


BASELINES: dict[str, Baseline] = {
    baseline.__name__: baseline
    for baseline in (
        mnist_lab,
        keras_fit,
        keras_fit_tuned,
        torch_dataloader,
        torch_sliced,
        jax_scan,
        scikit_learn,
        matmul_lower_bound,
    )
}
