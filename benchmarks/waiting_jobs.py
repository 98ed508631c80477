"""Programs that benchmarks/waiting.py starts by path, so that `mnist_lab` is that of any checkout.

Each returns name -> seconds, or an accuracy where the name says so. The digits are those of
MNIST_LAB_DATA, the caches those of XDG_CACHE_HOME.
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

Answer = dict[str, float]
EPOCHS = 5  # 2,110 steps on full MNIST: long enough for XLA
RATES = (1e-3, 3e-3, 1e-2)
SEEDS = tuple(range(10))


@contextmanager
def timed(seconds: Answer, name: str) -> Iterator[None]:
    """Put the wall seconds of a block, and those of CPU of its processes, into `seconds`."""
    start, cpu = time.perf_counter(), sum(os.times()[:4])
    yield
    seconds[name] = time.perf_counter() - start
    seconds[f"{name}, CPU"] = sum(os.times()[:4]) - cpu


def import_tensorflow() -> Answer:
    """TensorFlow alone, which is the same in each checkout: the noise of this comparison."""
    seconds: Answer = {}
    with timed(seconds, "`import tensorflow`"):
        __import__("tensorflow")
    return seconds


def import_course(digits_name: str) -> Answer:
    """The package, then a first use of the digits, of the figures and of Keras."""
    seconds: Answer = {}
    with timed(seconds, f"all four, {digits_name}"):
        with timed(seconds, "`import mnist_lab as lab; lab.keras`"):
            import mnist_lab as lab

            keras = lab.keras
        with timed(seconds, f"then `lab.load_digits`, {digits_name}"):
            digits = lab.load_digits()
        with timed(seconds, f"then the first figure, {digits_name}"):
            grid = lab.plots.digit_grid(digits.train.images[:20], list(digits.train.labels[:20]))
            grid.savefig(io.BytesIO(), format="png")
        # A checkout may import Keras only here, where a learner first uses it.
        with timed(seconds, f"then `lab.keras.layers`, {digits_name}"):
            _ = keras.layers
    return seconds


def first_figure() -> Answer:
    """From starting a kernel to the end of notebook 1's first cell with a figure."""
    from jupyter_client.manager import KernelManager

    shown: list[str] = []

    def look(message: Any) -> None:
        shown.extend(message["content"].get("data", {}))

    notebook = Path(os.environ["PYTHONPATH"], "notebooks", "01_single_layer.ipynb")
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    start = time.perf_counter()
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready()
        for cell in cells:
            if cell["cell_type"] == "code":
                code = "".join(cell["source"])
                reply = client.execute_interactive(code, output_hook=look, allow_stdin=False)
                if reply["content"]["status"] != "ok":
                    raise RuntimeError(f"{reply['content']['evalue']}, in the cell {code!r}")
                if "image/png" in shown:
                    return {"kernel start to first figure": time.perf_counter() - start}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    raise RuntimeError(f"{notebook} shows no figure")


def compile_network() -> Answer:
    """A training of five epochs, and one of a single epoch after it."""
    import mnist_lab as lab

    digits, mlp = lab.load_digits(), lab.models.mlp
    settings: dict[str, Any] = {"batch_size": 128, "verbose": False}
    seconds: Answer = {}
    with timed(seconds, "a training of five epochs"):
        history = lab.train(mlp([200, 200]), digits, epochs=EPOCHS, **settings)
    seconds["its compiling"] = history.compile_seconds
    seconds["each of its epochs"] = (history.seconds - history.compile_seconds) / EPOCHS
    with timed(seconds, "another training, of one epoch"):
        lab.train(mlp([200, 200], seed=1), digits, epochs=1, **settings)
    return seconds


def thirty() -> Answer:
    """Thirty short trainings of one network, with other rates and seeds; then all of them again."""
    import mnist_lab as lab

    digits = lab.load_digits(train_size=4000)
    settings: dict[str, Any] = {"epochs": EPOCHS, "schedule": "linear"}

    def build(seed: int) -> Any:
        return lab.models.mlp([200, 200], seed=seed)

    def accuracies() -> list[float]:
        face: Any = lab  # of one checkout or another
        if hasattr(face, "train_many"):
            table = face.train_many(build, digits, SEEDS, RATES, **settings)
            return table["val_accuracy"].tolist()
        return [
            accuracy
            for rate in RATES
            for accuracy in face.training.validation_accuracies(
                build, digits, SEEDS, learning_rate=rate, verbose=False, **settings
            )
        ]

    seconds: Answer = {}
    with timed(seconds, "thirty trainings"):
        found = accuracies()
    with timed(seconds, "the same thirty again"):
        accuracies()
    return {**seconds, "their mean validation accuracy": sum(found) / len(found)}


def course(*options: str) -> Answer:
    """All notebooks in order, as `make course` runs them, and what it says of each."""
    seconds: Answer = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "mnist_lab", "course", "--output", folder, *options]
        start, before = time.perf_counter(), os.times()
        run = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8")
        after = os.times()
        if run.returncode:
            raise RuntimeError(" / ".join(run.stdout.splitlines()))
        seconds["all notebooks"] = time.perf_counter() - start
        seconds["all notebooks, user"] = after.children_user - before.children_user
        seconds["all notebooks, system"] = after.children_system - before.children_system
        seconds["until the digits are loaded, summed"] = sum(
            _until_digits(json.loads(notebook.read_text(encoding="utf-8")))
            for notebook in sorted(Path(folder).glob("*.ipynb"))
        )
        # Not papermill's own: there, a notebook that waits for another one's record is running.
        for notebook, told in re.findall(r"] (\w+): .*\((\d+) s\)$", run.stdout, re.MULTILINE):
            seconds[notebook] = float(told)
    return seconds


def _until_digits(notebook: dict[str, Any]) -> float:
    """Return the seconds from a notebook's start to the end of the cell that loads its digits."""
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    loading = next(cell for cell in code if "load_digits" in "".join(cell["source"]))
    start, end = (
        datetime.fromisoformat(moment)
        for moment in (
            notebook["metadata"]["papermill"]["start_time"],
            loading["metadata"]["papermill"]["end_time"],
        )
    )
    return (end - start).total_seconds()


JOBS = {
    job.__name__: job
    for job in (import_tensorflow, import_course, first_figure, compile_network, thirty, course)
}


if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))
