"""What exported networks answer beside Keras, and how long the page takes per frame of drawing.

Every file is run: the page's own script in Node.js, ONNX by ONNX Runtime, LiteRT by its
interpreter, all on MNIST's 10,000 test digits. The page is drawn on in Chromium, a point per frame.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from playwright.sync_api import Page

import mnist_lab as lab
from benchmarks.digits import full_mnist
from benchmarks.machine import processor
from benchmarks.markdown import table
from mnist_lab.backend import keras
from mnist_lab.evaluation import predict
from mnist_lab.export.network import network_layers
from mnist_lab.files import atomic_write
from mnist_lab.handwriting import load_recorded
from mnist_lab.pretrained import WITH_RECIPES
from tests.helpers import browser, node

FILE = Path(__file__).with_name("exports.json")
_SCRIPT = """
const network = unpack(JSON.parse(readExactly(LENGTH).toString()));
const found = [];  // written at the end: until then, nobody reads
for (let bytes; (bytes = readExactly(784)); ) {
  const { probabilities } = forward(network, Float64Array.from(bytes, (byte) => byte / 255));
  found.push(...probabilities);
}
write(Buffer.from(Float64Array.from(found).buffer));
"""
# Draws strokes, one point per frame, and returns the milliseconds of script in each frame.
_DRAW = """async drawings => {
  const canvas = document.querySelector(".lab-pad-canvas");
  canvas.setPointerCapture = () => {};
  const frames = [];
  const later = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => later((now) => {
    const start = performance.now();
    callback(now);
    frames.push(performance.now() - start);
  });
  const frame = () => new Promise((done) => later(() => setTimeout(done)));
  for (const strokes of drawings) {
    document.querySelector(".lab-pad-clear").click();
    for (const points of strokes) {
      const box = canvas.getBoundingClientRect();
      const send = (kind, [x, y]) => canvas.dispatchEvent(new PointerEvent(kind, {
        clientX: box.left + 1 + x * (box.width - 2) / 280,
        clientY: box.top + 1 + y * (box.height - 2) / 280, button: 0, pointerId: 1 }));
      send("pointerdown", points[0]);
      for (const point of points) { send("pointermove", point); await frame(); }
      send("pointerup", points.at(-1));
      await frame();
    }
  }
  return frames;
}"""


def page_probabilities(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return what the page's script gives for images, float64 (n, 10)."""
    layers = network_layers(model)
    network = json.dumps({"name": "any", "hidden": -1, "layers": layers}).encode()
    parts = [network, np.round(images * 255).astype(np.uint8).tobytes()]
    script = _SCRIPT.replace("LENGTH", str(len(network)))
    return np.frombuffer(node.run(["forward.js"], script, parts)).reshape(-1, 10)


def file_probabilities(suffix: str) -> Callable[[keras.Model, np.ndarray], np.ndarray]:
    """Return a function that writes a network as a file of a kind, and runs the file."""

    def probabilities(model: keras.Model, images: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"network{suffix}")
            lab.export.exchange_file(model, path)
            return lab.export.run_exchange_file(path, images)

    return probabilities


FORMATS = {
    "the page, 8-bit weights": page_probabilities,
    "ONNX": file_probabilities(".onnx"),
    "LiteRT": file_probabilities(".tflite"),
}


def compared(expected: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Return how two answers differ: of how many digits, and by how much in the ten numbers.

    Args:
        expected: What Keras gives, (n, 10).
        found: What the exported network gives, (n, 10).
    """
    largest = np.abs(found - expected).max(axis=1)
    return {
        "same": float((found.argmax(axis=1) == expected.argmax(axis=1)).mean()),
        "largest_of_99": float(np.quantile(largest, 0.99)),
        "largest": float(largest.max()),
    }


def answers(images: np.ndarray) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each of the course's networks and each format how its answers differ."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name in WITH_RECIPES:
        model = lab.models.pretrained(name)
        # Files give what the last layer gives, also where these are ten sigmoids; the page shares.
        outputs = np.asarray(model.predict(images, batch_size=1000, verbose=0))
        shares = predict(model, images).probabilities
        found[name] = {
            kind: compared(shares if run is page_probabilities else outputs, run(model, images))
            for kind, run in FORMATS.items()
        }
        print(name, found[name], flush=True)
    return found


def frame_milliseconds(page: Page, drawings: int) -> list[float]:
    """Return how long the script of each frame took while drawings were drawn on the page."""
    strokes = [[one.points.tolist() for one in drawing.strokes] for drawing in load_recorded()]
    return page.evaluate(_DRAW, strokes[:drawings])


def frames(drawings: int) -> dict[str, float]:
    """Return how long a frame of the course's page takes in Chromium, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "read.html")
        lab.export.course_page(path)
        with browser.chromium(browser.find_chromium() or "") as chromium:
            page = chromium.new_page()
            page.goto(path.as_uri())
            frame_milliseconds(page, 5)  # the browser compiles what runs often
            took = frame_milliseconds(page, drawings)
        size = path.stat().st_size
    return {
        "page_bytes": size,
        "frames": len(took),
        "median": float(np.median(took)),
        "p99": float(np.quantile(took, 0.99)),
        "over_16": float((np.array(took) > 16).mean()),
    }


def tables(result: dict[str, Any]) -> str:
    """Return the table and the sentences of README.md here."""
    head = ["network"] + [
        f"{kind}: {what}" for kind in FORMATS for what in ("same answer", "largest difference")
    ]
    body = []
    for name, found in result["answers"].items():
        row = [f"`{name}`"]
        for kind in FORMATS:
            row += [f"{found[kind]['same']:.2%}", f"{found[kind]['largest']:.1g}"]
        body.append(row)
    words = (
        "The page has {page_bytes:,} bytes. While {drawings} drawings were drawn on it, the script"
        " of a frame, all four networks included, took {median:.1f} ms in the median, and"
        " {p99:.1f} ms or less in 99 of 100 frames; {over_16:.1%} of {frames:,} frames took over"
        " 16 ms. {machine}, Chromium, {date}."
    ).format(**result, **result["frame"])
    return "\n".join([*table(head, body), "", words]) + "\n"


def main(
    drawings: Annotated[int, typer.Option(help="How many drawings.", min=1, max=100)] = 100,
    output: Annotated[Path, typer.Option(help="The file to write.")] = FILE,
) -> None:
    """Compare all exports with Keras on the test digits, and time the page's frames."""
    test = full_mnist().test
    result = {
        "machine": processor(),
        "date": time.strftime("%Y-%m-%d"),
        "drawings": drawings,
        "frame": frames(drawings),
        "answers": answers(test.images),
    }
    with atomic_write(output) as file:
        file.write(json.dumps(result, indent=1) + "\n")
    print(tables(result))


if __name__ == "__main__":
    typer.run(main)
