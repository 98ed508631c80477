"""What few bits cost the course's networks: test accuracy, bytes, and the time of one digit."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import mnist_lab as lab
from benchmarks.digits import full_mnist
from benchmarks.machine import processor
from benchmarks.markdown import table
from mnist_lab.backend import keras, tf
from mnist_lab.data.dataset import Dataset
from mnist_lab.export.network import network_layers
from mnist_lab.files import atomic_write
from mnist_lab.pretrained import WITH_RECIPES
from tests.helpers import node

FILE = Path(__file__).with_name("bits.json")
BITS = (32, 8, 4)
# Answers with the milliseconds of each digit; the first digits are for the compiler.
_SCRIPT = """
const network = unpack(given.network);
const took = given.images.map((bytes) => {
  const pixels = Float64Array.from(bytes, (byte) => byte / 255);
  const start = performance.now();
  forward(network, pixels);
  return performance.now() - start;
});
answer(took);
"""


def accuracies(model: keras.Model, test: Dataset) -> list[dict[str, float]]:
    """Return the bytes of a network and its test accuracy with each number of bits."""
    rows = []
    for bits in BITS:
        rounded = model if bits == 32 else lab.export.with_rounded_weights(model, bits)
        result = lab.evaluate(rounded, test)
        size = lab.export.stored_bytes(model, bits)
        rows.append({"bits": bits, "bytes": size, "test_accuracy": result.accuracy})
    return rows


def _timed(run: Callable[[np.ndarray], Any], images: np.ndarray) -> list[float]:
    """Return how many milliseconds a function takes for each image, by itself."""
    took = []
    for image in images:
        start = time.perf_counter()
        run(image[None])
        took.append(1000 * (time.perf_counter() - start))
    return took


def in_keras(model: keras.Model, images: np.ndarray) -> list[float]:
    """Return the milliseconds of each digit in Keras, as a compiled function."""
    return _timed(tf.function(lambda image: model(image, training=False)), images)


def in_litert(model: keras.Model, images: np.ndarray) -> list[float]:
    """Return the milliseconds of each digit in LiteRT, on one core."""
    from ai_edge_litert.interpreter import Interpreter

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "network.tflite")
        lab.export.exchange_file(model, path)
        interpreter = Interpreter(str(path), num_threads=1)
    takes = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(takes, (1, 28, 28))
    interpreter.allocate_tensors()

    def run(image: np.ndarray) -> None:
        interpreter.set_tensor(takes, image)
        interpreter.invoke()

    return _timed(run, images)


def in_page(model: keras.Model, images: np.ndarray) -> list[float]:
    """Return the milliseconds of each digit in the page's script, run by Node.js."""
    network = {"name": "any", "hidden": -1, "layers": network_layers(model)}
    pixels = np.round(images.reshape(len(images), -1) * 255).astype(int).tolist()
    return node.run_json(["forward.js"], _SCRIPT, {"network": network, "images": pixels})


ENGINES = {"Keras": in_keras, "LiteRT": in_litert, "page": in_page}


def measured(model: keras.Model, test: Dataset, count: int) -> dict[str, Any]:
    """Return a network's accuracies, and the median milliseconds of a digit in each engine."""
    # What is compiled while it runs is compiled in the first half.
    images = np.resize(test.images, (2 * count, 28, 28))
    milliseconds = {
        name: float(np.median(run(model, images)[count:])) for name, run in ENGINES.items()
    }
    return {"accuracies": accuracies(model, test), "milliseconds": milliseconds}


def tables(result: dict[str, Any]) -> str:
    """Return the table and the sentence of README.md here."""
    head = ["network"] + [
        f"{bits} bits: {what}" for bits in BITS for what in ("bytes", "test accuracy")
    ]
    head += [f"ms per digit: {name}" for name in ENGINES]
    body = []
    for name, found in result["networks"].items():
        cells = [f"`{name}`"]
        for row in found["accuracies"]:
            cells += [f"{row['bytes']:,}", f"{row['test_accuracy']:.2%}"]
        body.append([*cells, *(f"{found['milliseconds'][engine]:.2g}" for engine in ENGINES)])
    words = (
        "One digit at a time, the median of {digits}; the number of bits changes no time, since all"
        " three compute with floats. {machine}, shared with other work (a load of {load:.1f}),"
        " {date}.".format(**result)
    )
    return "\n".join([*table(head, body), "", words]) + "\n"


def main(
    digits: Annotated[int, typer.Option(help="How many digits are timed.", min=1)] = 500,
    output: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
) -> None:
    """Round the course's networks, test them on MNIST's test digits, and time one digit."""
    test = full_mnist().test
    networks = {name: measured(lab.models.pretrained(name), test, digits) for name in WITH_RECIPES}
    result = {
        "machine": processor(),
        "load": round(os.getloadavg()[1], 1),
        "date": time.strftime("%Y-%m-%d"),
        "digits": digits,
        "networks": networks,
    }
    with atomic_write(output) as file:
        file.write(json.dumps(result, indent=1) + "\n")
    print(tables(result))


if __name__ == "__main__":
    typer.run(main)
