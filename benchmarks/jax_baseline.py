"""The JAX baseline: an epoch is one lax.scan over the batches, with Adam written out."""

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.baselines import Data, Trainer, timed


def jax_trainer(
    layers: Sequence[int], batch_size: int, data: Data, rates: Iterator[np.ndarray], steps: int
) -> Trainer:
    """Return the trainer; `rates` yields the learning rate of each of the `steps` of an epoch."""
    keys = jax.random.split(jax.random.key(0), len(layers) + 1)
    sizes = [784, *layers, 10]
    weights = [
        (jax.random.uniform(key, (a, b), minval=-1, maxval=1) * (6 / (a + b)) ** 0.5, jnp.zeros(b))
        for key, a, b in zip(keys, sizes, sizes[1:], strict=False)
    ]
    images, labels = jax.device_put(data.images), jax.device_put(data.labels)
    shuffle_rng = np.random.default_rng(0)

    def logits(weights: Any, image: Any) -> Any:
        for kernel, bias in weights[:-1]:
            image = jax.nn.relu(image @ kernel + bias)
        return image @ weights[-1][0] + weights[-1][1]

    def loss(weights: Any, image: Any, label: Any) -> Any:
        log_probabilities = jax.nn.log_softmax(logits(weights, image))
        return -jnp.mean(jnp.take_along_axis(log_probabilities, label[:, None], 1))

    def step(images: Any, labels: Any, carry: Any, now: Any) -> Any:
        weights, mean, square, count = carry
        batch, rate = now
        value, gradient = jax.value_and_grad(loss)(weights, images[batch], labels[batch])
        count += 1
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
        square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, gradient)
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

    zeros = jax.tree.map(jnp.zeros_like, weights)
    carry = (weights, zeros, zeros, jnp.array(0.0))
    compiled: Any = None

    def arguments(rates: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        permutation = shuffle_rng.permutation(len(data.labels)).astype(np.int32)
        full = len(permutation) // batch_size * batch_size
        batches = permutation[:full].reshape(-1, batch_size)
        return batches, permutation[full:], rates.astype(np.float32)

    def compile_epoch() -> None:
        nonlocal compiled
        compiled = whole.lower(images, labels, carry, *arguments(np.zeros(steps))).compile()

    def epoch() -> None:
        nonlocal carry
        carry, _ = jax.block_until_ready(compiled(images, labels, carry, *arguments(next(rates))))

    def predict(images: np.ndarray) -> np.ndarray:
        return np.asarray(logits(carry[0], images)).argmax(axis=1)

    return Trainer(compile_epoch, timed(epoch), predict)
