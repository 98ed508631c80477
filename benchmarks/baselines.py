"""What a reader might train with instead: each peer a plain loop as its own documentation writes it, run as a process.

A peer is a function of (layers, batch_size, data, rates). It returns three functions: `ready()` compiles what there is
to compile, `epoch()` trains for one epoch and returns its seconds, `answers(images)` says which digits it sees.
`layers` are the units of the hidden layers; all are ReLU networks with Adam and cross-entropy. `rates` is the learning
rate of each step to come, or None for Adam's usual 1e-3.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np


class Data(NamedTuple):
    """Training, validation and test digits: images float32 (n, 784) in [0, 1] and labels int64 (n,)."""

    images: np.ndarray
    labels: np.ndarray
    held_out: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]


Trainer = tuple[Callable[[], None], Callable[[], float], Callable[[np.ndarray], np.ndarray]]


def _timed(work: Callable[[], Any]) -> Callable[[], float]:
    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return timed


def mnist_lab(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """The epochs that mnist_lab.train runs."""
    import mnist_lab as lab
    from mnist_lab.data.digits import Dataset
    from mnist_lab.training.engine import Epochs

    model = lab.models.mlp(layers) if layers else lab.models.single_layer()
    model.compile("adam", lab.keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    train, held_out = (
        Dataset(images.reshape(-1, 28, 28), labels)
        for images, labels in ((data.images, data.labels), data.held_out)
    )
    epochs = Epochs(model, train, held_out, batch_size)
    shuffle = np.random.default_rng(0)
    left = iter(
        np.full((10_000, epochs.steps), 1e-3) if rates is None else rates.reshape(-1, epochs.steps)
    )
    epoch = _timed(lambda: epochs.train(shuffle.permutation(len(data.labels)), next(left)))
    return epochs.compile, epoch, lambda images: model(images.reshape(-1, 28, 28)).numpy().argmax(1)


def _keras(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None, **settings: Any
) -> Trainer:
    import keras

    class FromTable(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return keras.ops.take(
                keras.ops.convert_to_tensor(rates, "float32"), keras.ops.cast(step, "int32")
            )

    hidden = [keras.layers.Dense(units, activation="relu") for units in layers]
    model = keras.Sequential(
        [keras.Input((784,)), *hidden, keras.layers.Dense(10, activation="softmax")]
    )
    optimizer = keras.optimizers.Adam() if rates is None else keras.optimizers.Adam(FromTable())
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], **settings)
    spent: list[float] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: spent.append(-time.perf_counter()),
        on_epoch_end=lambda epoch, logs: spent.append(spent.pop() + time.perf_counter()),
    )

    def epoch() -> float:
        model.fit(data.images, data.labels, batch_size=batch_size, verbose=0, callbacks=[clock])
        return spent[-1]

    def ready() -> None:
        steps = 2 * settings.get("steps_per_execution", 1)
        model.fit(
            data.images[: batch_size * steps],
            data.labels[: batch_size * steps],
            batch_size=batch_size,
            verbose=0,
        )

    return ready, epoch, lambda images: model.predict(images, batch_size=1000, verbose=0).argmax(1)


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
        m
        for a, b in zip(sizes, sizes[1:], strict=False)
        for m in (torch.nn.Linear(a, b), torch.nn.ReLU())
    ]
    model = torch.nn.Sequential(*hidden, torch.nn.Linear(sizes[-1], 10))
    optimizer = torch.optim.Adam(model.parameters())
    criterion = torch.nn.CrossEntropyLoss()
    images, labels = torch.from_numpy(data.images), torch.from_numpy(data.labels)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(images, labels), batch_size, shuffle=True
    )
    left = None if rates is None else iter(rates)

    def batches() -> Any:
        if not sliced:
            return loader
        order = torch.randperm(len(labels))
        return ((images[chosen], labels[chosen]) for chosen in order.split(batch_size))

    def epoch() -> None:
        model.train()
        for image, label in batches():
            if left is not None:
                optimizer.param_groups[0]["lr"] = next(left)
            optimizer.zero_grad()
            criterion(model(image), label).backward()
            optimizer.step()

    def answers(images: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.no_grad():
            return model(torch.from_numpy(images)).argmax(1).numpy()

    return lambda: None, _timed(epoch), answers


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
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(jax.random.key(0), len(layers) + 1)
    sizes = [784, *layers, 10]
    state = [
        (jax.random.uniform(key, (a, b), minval=-1, maxval=1) * (6 / (a + b)) ** 0.5, jnp.zeros(b))
        for key, a, b in zip(keys, sizes, sizes[1:], strict=False)
    ]
    images, labels = jax.device_put(data.images), jax.device_put(data.labels)
    steps = -(-len(data.labels) // batch_size)
    shuffle = np.random.default_rng(0)
    left = iter(np.full((10_000, steps), 1e-3) if rates is None else rates.reshape(-1, steps))

    def logits(weights: Any, image: Any) -> Any:
        for kernel, bias in weights[:-1]:
            image = jax.nn.relu(image @ kernel + bias)
        return image @ weights[-1][0] + weights[-1][1]

    def loss(weights: Any, image: Any, label: Any) -> Any:
        return -jnp.mean(
            jnp.take_along_axis(jax.nn.log_softmax(logits(weights, image)), label[:, None], 1)
        )

    def step(images: Any, labels: Any, carry: Any, now: Any) -> Any:
        weights, mean, square, count = carry
        chosen, rate = now
        value, slope = jax.value_and_grad(loss)(weights, images[chosen], labels[chosen])
        count += 1
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slope)
        square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, slope)
        scale = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        weights = jax.tree.map(
            lambda w, m, s: w - scale * m / (jnp.sqrt(s) + 1e-7), weights, mean, square
        )
        return (weights, mean, square, count), value

    @jax.jit
    def whole(images: Any, labels: Any, carry: Any, batches: Any, rest: Any, rates: Any) -> Any:
        full, one = len(batches), jax.tree_util.Partial(step, images, labels)
        carry, values = jax.lax.scan(one, carry, (batches, rates[:full]))
        return one(carry, (rest, rates[full]))[0] if len(rest) else carry, values.mean()

    zeros = jax.tree.map(jnp.zeros_like, state)
    carry = (state, zeros, zeros, jnp.array(0.0))

    def arguments(rates: np.ndarray) -> Any:
        order = shuffle.permutation(len(data.labels)).astype(np.int32)
        full = len(order) // batch_size * batch_size
        return order[:full].reshape(-1, batch_size), order[full:], rates.astype(np.float32)

    compiled = None

    def ready() -> None:
        nonlocal compiled
        compiled = whole.lower(images, labels, carry, *arguments(np.zeros(steps))).compile()

    def epoch() -> None:
        nonlocal carry
        carry, _ = jax.block_until_ready(compiled(images, labels, carry, *arguments(next(left))))

    return ready, _timed(epoch), lambda images: np.asarray(logits(carry[0], images)).argmax(1)


def scikit_learn(
    layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None
) -> Trainer:
    """scikit-learn's MLPClassifier, an epoch a call of partial_fit."""
    from sklearn.neural_network import MLPClassifier

    if rates is not None:
        raise NotImplementedError("its Adam takes no schedule")
    model = MLPClassifier(
        tuple(layers), batch_size=min(batch_size, len(data.labels)), random_state=0
    )
    epoch = _timed(lambda: model.partial_fit(data.images, data.labels, classes=range(10)))
    return lambda: None, epoch, model.predict


def floor(layers: Sequence[int], batch_size: int, data: Data, rates: np.ndarray | None) -> Trainer:
    """No training: only the matrix products that an epoch cannot do without, by NumPy's BLAS into ready memory."""
    sizes = [784, *layers, 10]
    random = np.random.default_rng(0)
    products = []
    for number, (a, b) in enumerate(zip(sizes, sizes[1:], strict=False)):
        shapes = [
            ((batch_size, a), (a, b)),
            ((a, batch_size), (batch_size, b)),
        ]  # forward; gradient of the weights
        shapes += (
            [((batch_size, b), (b, a))] if number else []
        )  # gradient of the inputs, not needed for pixels
        for left, right in shapes:
            pair = [random.random(shape, dtype=np.float32) for shape in (left, right)]
            products.append((*pair, np.empty((left[0], right[1]), np.float32)))

    def epoch() -> None:
        for _ in range(-(-len(data.labels) // batch_size)):
            for left, right, product in products:
                np.matmul(left, right, out=product)

    return lambda: None, _timed(epoch), lambda images: np.zeros(len(images))


PEERS = {
    peer.__name__: peer
    for peer in (
        mnist_lab,
        keras_fit,
        keras_fit_tuned,
        torch_dataloader,
        torch_sliced,
        jax_scan,
        scikit_learn,
        floor,
    )
}
_IMPORTS = {
    "mnist_lab": "mnist_lab.training", "keras_fit": "keras", "keras_fit_tuned": "keras", "torch_dataloader": "torch",
    "torch_sliced": "torch", "jax_scan": "jax", "scikit_learn": "sklearn.neural_network", "floor": "numpy",
}  # fmt: skip


def _data(source: str, train_size: int | None) -> Data:
    from mnist_lab.data.digits import load_digits

    digits = load_digits(source)
    images, labels = digits.train.images.reshape(-1, 784), digits.train.labels
    if train_size:
        chosen = np.arange(train_size) % len(labels)
        images, labels = images[chosen], labels[chosen]
    held_out, test = (
        (dataset.images.reshape(-1, 784), dataset.labels)
        for dataset in (digits.validation, digits.test)
    )
    return Data(images, labels, held_out, test)


def _race(peer: Callable[..., Trainer], job: dict[str, Any], data: Data) -> dict[str, Any]:
    """Train until the validation accuracy or the epochs are reached.

    Returns for each epoch the time since the start and the validation accuracy, and the test accuracy at the end.
    """
    steps = -(-len(data.labels) // job["batch_size"])
    rates = None
    if job["peak"]:
        rates = job["peak"] * (1 - np.arange(job["epochs"] * steps) / (job["epochs"] * steps))
    ready, epoch, answers = peer(job["layers"], job["batch_size"], data, rates)
    ready()

    def accuracy(images: np.ndarray, labels: np.ndarray) -> float:
        return float((answers(images) == labels).mean())

    passed = []
    for _ in range(job["epochs"]):
        epoch()
        right = accuracy(*data.held_out)
        passed.append([time.time() - job["started"], right])
        if passed[-1][1] >= job["enough"]:
            break
    return {"passed": passed, "test_accuracy": accuracy(*data.test)}


def main() -> None:
    """Do the jobs that arrive as lines of JSON on stdin, and answer each with a line."""
    name, source, cores = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if hasattr(os, "sched_setaffinity"):  # Linux; elsewhere all cores are used
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print goes elsewhere
    try:
        __import__(_IMPORTS[name])
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=answers, flush=True)
        return
    imported = time.time()
    print(json.dumps({"imported": imported}), file=answers, flush=True)
    kept: dict[str, Any] = {}
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer: dict[str, Any] = {}
            if job["kind"] == "race":
                answer = _race(PEERS[name], job, _data(source, None))
            else:
                key = json.dumps([job["layers"], job["batch_size"], job["train_size"]])
                if key not in kept:  # one network at a time, kept for the next repeat
                    kept.clear()
                    kept[key] = PEERS[name](
                        job["layers"], job["batch_size"], _data(source, job["train_size"]), None
                    )
                    kept[key][0]()
                answer["seconds"] = kept[key][1]()
        except NotImplementedError as error:
            answer = {"missing": str(error)}
        answer["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
