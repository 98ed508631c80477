"""Networks as ONNX and LiteRT files, for programs in other languages and for phones."""

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mnist_lab import checks, needs
from mnist_lab.backend import keras
from mnist_lab.data.dataset import check_images
from mnist_lab.files import atomic_write

# What writes and runs each kind of file; `pip install "mnist_lab[export]"` brings all of it.
_MODULES = {".onnx": ("tf2onnx", "onnxruntime"), ".tflite": ("ai_edge_litert",)}
_FORMATS = {".onnx": "onnx", ".tflite": "litert"}
_BATCH = 1000  # images per call


def _suffix(path: Path) -> str:
    """Return the suffix of a path that this module can handle, if the packages for it are here."""
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        raise checks.invalid("path", str(path), "the name of a .onnx or .tflite file")
    needs.require(_MODULES[suffix])
    return suffix


def _try(model: Any) -> None:
    """Refuse with a ValueError what does not make ten outputs of an image."""
    if not isinstance(model, keras.Model):
        raise checks.invalid("model", type(model).__name__, "a network of Keras")
    try:
        returns = np.shape(model(np.zeros((1, 28, 28), np.float32)))
    except Exception as error:  # Keras and TensorFlow raise errors of many kinds
        raise ValueError(
            f"The network {model.name!r} does not take images of 28 x 28, float32 (n, 28, 28)."
            " Save it: lab.models.load adds what is missing to many files."
        ) from error
    if returns != (1, 10):
        raise ValueError(
            f"The network {model.name!r} returns the shape {returns} for one image; expected ten"
            " outputs, (1, 10)."
        )


def exchange_file(model: keras.Model, path: str | os.PathLike) -> int:
    """Write a network as ONNX or LiteRT, with all its bits; Keras and tf2onnx convert it.

    Programs that run such files need neither Python nor Keras. `run_exchange_file` runs one here,
    to compare.

    Args:
        model: Takes float32 (n, 28, 28), as all networks of the course.
        path: The file to write: .onnx or .tflite decides the format.

    Returns:
        The size of the file in bytes.

    Raises:
        ModuleNotFoundError: Packages are missing; the message says which, and how to install them.
        ValueError: `path` ends in something else, or the network does not read digits.
        OSError: The file cannot be written.
    """
    path = Path(os.fsdecode(path)).expanduser()
    suffix = _suffix(path)
    _try(model)  # Keras converts only what was called
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of NumPy, about names that tf2onnx uses
        written = Path(folder, f"model{suffix}")
        model.export(str(written), format=_FORMATS[suffix], verbose=False)
        content = written.read_bytes()
    with atomic_write(path, "wb") as file:
        file.write(content)
    return len(content)


def _onnx(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    from onnxruntime import InferenceSession

    session = InferenceSession(os.fspath(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda images: np.asarray(session.run(None, {name: images})[0])


def _litert(path: Path) -> Callable[[np.ndarray], np.ndarray]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(os.fspath(path))
    takes, gives = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def run(images: np.ndarray) -> np.ndarray:
        interpreter.resize_tensor_input(takes["index"], images.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(takes["index"], images)
        interpreter.invoke()
        return interpreter.get_tensor(gives["index"])

    return run


def run_exchange_file(path: str | os.PathLike, images: np.ndarray) -> np.ndarray:
    """Run a file that `exchange_file` wrote, by ONNX Runtime or by LiteRT.

    Args:
        path: The .onnx or .tflite file.
        images: float (n, 28, 28) in [0, 1], at least one; 1 is ink.

    Returns:
        What the network gives, float32 (n, 10).

    Raises:
        ModuleNotFoundError: Packages are missing; the message says which, and how to install them.
        ValueError: `path` is not such a file, or takes other images.
    """
    path = Path(os.fsdecode(path)).expanduser()
    suffix = _suffix(path)
    images = check_images(images, minimum=1)
    if not path.is_file():
        raise checks.invalid("path", str(path), "an existing file")
    try:
        run = {".onnx": _onnx, ".tflite": _litert}[suffix](path)
        outputs = [run(images[at : at + _BATCH]) for at in range(0, len(images), _BATCH)]
    except Exception as error:  # of the runtimes, which have no common kind
        reason = checks.first_line(error, 150)
        raise ValueError(
            f"{path.name}: cannot be run ({reason}). Write it anew with lab.export.exchange_file."
        ) from error
    return np.concatenate(outputs)
