"""Loads anybody's network for the course: 28 x 28 pixels from 0 to 1 in, ten probabilities out."""

import os
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from mnist_lab import checks, keras_archive, keras_legacy
from mnist_lab.backend import keras
from mnist_lab.mnist_reference import reference

_RIGHT = 8  # of ten typical digits, for a view of them to be what a network expects
_LEAD = 4  # by how many more than the digits as they are

# Views of the digits: what a network expects, what is done, and the layer that does it.
_VIEWS: tuple[tuple[str, str, tuple[str, dict[str, Any]]], ...] = (
    ("pixels from 0 to 255", "they are multiplied", ("Rescaling", {"scale": 255.0})),
    ("light ink on dark as 0 on 1", "they are inverted",
     ("Rescaling", {"scale": -1.0, "offset": 1.0})),
    ("dark ink on light from 0 to 255", "they are inverted and multiplied",
     ("Rescaling", {"scale": -255.0, "offset": 255.0})),
    ("transposed digits", "they are transposed", ("Permute", {"dims": (2, 1)})),
)  # fmt: skip


def _opened(path: Path, notices: list[str]) -> keras.Model:
    """Return the model of a file of any kind that is read."""
    if path.is_dir() and (path / "saved_model.pb").is_file():
        raise keras_legacy.saved_model_refusal(path)
    if not path.is_file():
        raise checks.invalid(
            "path", str(path), "an existing .keras or .h5 file, as model.save() writes it"
        )
    with path.open("rb") as file:
        start = file.read(8)
    if start == b"\x89HDF\r\n\x1a\n":
        model, version = keras_legacy.open_h5(path)
        notices.append(f"saved by Keras {version} (model.save('name.keras') keeps it for later)")
        return model
    if other := _other(path, start):
        raise ValueError(
            f"{path.name}: is {other}, and only networks of Keras are loaded. Build the same layers"
            " in Keras, and hand over the weights with model.set_weights."
        )
    return keras_archive.open_archive(path)


def _other(path: Path, start: bytes) -> str:
    """Return whose network a file is that is not Keras's; "" where it is not known."""
    if start[4:8] == b"TFL3":
        return "a network of TensorFlow Lite"
    if start[:1] == b"\x80":
        return "a pickle, which may run its author's code"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:  # a damaged archive raises errors of zipfile, struct and others
        return ""
    return "a network of PyTorch" if any(name.endswith("/data.pkl") for name in names) else ""


def _shape(value: Any) -> tuple[int | None, ...] | None:
    """Return the shape of one array without its first axis; None for anything else."""
    if isinstance(value, tuple) and all(size is None or type(size) is int for size in value):
        return value[1:]
    return None


def _entrance(shape: tuple[int | None, ...]) -> tuple[list[keras.layers.Layer], str] | None:
    """Return the layers that bring (28, 28) into the shape that a network takes, and the words."""
    layers = keras.layers
    fixed = tuple(28 if size is None and at < 2 else size for at, size in enumerate(shape))
    if fixed == (28, 28):
        return [], ""
    if fixed == (28, 28, 1):
        return [layers.Reshape((28, 28, 1), name="channel")], ""
    if fixed == (784,):
        return [layers.Reshape((784,), name="flat_image")], "takes 784 numbers (rows are joined)"
    if fixed == (28, 28, 3):
        steps = [
            layers.Flatten(name="flat_image"),
            layers.RepeatVector(3, name="three_colors"),
            layers.Permute((2, 1), name="colors_last"),
            layers.Reshape((28, 28, 3), name="color_image"),
        ]
        return steps, "takes color (the gray is repeated)"
    return None


def _seen(images: np.ndarray, name: str, settings: dict[str, Any]) -> np.ndarray:
    """Return images (n, 28, 28) as a layer of _VIEWS changes them."""
    if name == "Permute":
        return images.swapaxes(1, 2)
    return images * np.float32(settings["scale"]) + np.float32(settings.get("offset", 0.0))


def _last_layer(model: keras.Model) -> keras.layers.Layer:
    layer: Any = model
    while getattr(layer, "layers", None):
        layer = layer.layers[-1]
    return layer


def _is_linear(layer: keras.layers.Layer) -> bool:
    return getattr(getattr(layer, "activation", None), "__name__", None) == "linear"


def _built(
    model: keras.Model, entrance: list[keras.layers.Layer], logits: bool
) -> keras.Sequential:
    """Return the network with layers before it, and a softmax at its end if it lacks one.

    The layers of a sequence stay in sight, as the course's figures need them; another network
    becomes one layer.
    """
    inner: list[keras.layers.Layer] = [model]
    if isinstance(model, keras.Sequential):
        configs = [layer.get_config() for layer in model.layers]
        if logits and "activation" in configs[-1]:
            configs[-1] = {**configs[-1], "activation": "softmax"}
            logits = False
        inner = [
            type(layer).from_config(config)
            for layer, config in zip(model.layers, configs, strict=True)
        ]
    end = [keras.layers.Softmax(name="probabilities")] if logits else []
    image = keras.Input((28, 28), name="image")
    built = keras.Sequential([image, *entrance, *inner, *end], name=model.name)
    built.set_weights(model.get_weights())
    return built


def _tried(name: str, model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return what a model gives for images; ValueError where it cannot be run."""
    try:
        outputs = np.asarray(model(images, training=False), np.float64)
    except Exception as error:  # of Keras, TensorFlow and Python
        reason = checks.first_line(error, 150)
        raise ValueError(f"{name}: cannot be run on images of 28 x 28 ({reason}).") from error
    if not np.isfinite(outputs).all():
        raise ValueError(
            f"{name}: returns NaN or infinity for digits of MNIST: its training failed. Train it"
            " again with a smaller learning rate."
        )
    return outputs


def adapted(name: str, model: keras.Model, notices: list[str]) -> keras.Model:
    """Return a network as the course uses them, tried on ten typical digits of MNIST.

    Args:
        name: What errors call it.
        model: Takes images of 28 x 28 in one of the usual shapes, and returns ten values.
        notices: What was done is added here.

    Raises:
        ValueError: It takes or returns something else, or cannot be run.
    """
    try:
        takes, returns = _shape(model.input_shape), _shape(model.output_shape)
    except Exception as error:
        raise keras_archive.not_a_model(Path(name), error) from error
    if takes is None or returns is None:
        raise ValueError(f"{name}: has several inputs or outputs; expected one of each.")
    fits = _entrance(takes)
    if fits is None or returns != (10,):
        raise ValueError(
            f"{name}: takes {takes} and returns {returns};"
            " expected images of 28 x 28 and ten outputs."
        )
    entrance, words = fits
    plain = _built(model, entrance, logits=False) if words else model
    digits = reference().typical.astype(np.float32) / np.float32(255)
    outputs = _tried(name, plain, digits)
    right = int((outputs.argmax(axis=1) == np.arange(10)).sum())
    if words:
        notices.append(words)
    for expects, done, (kind, settings) in _VIEWS:
        if right >= _RIGHT:
            break
        found = _tried(name, plain, _seen(digits, kind, settings))
        count = int((found.argmax(axis=1) == np.arange(10)).sum())
        if count >= max(_RIGHT, right + _LEAD):
            entrance = [getattr(keras.layers, kind)(**settings, name="as_trained"), *entrance]
            notices.append(f"expects {expects} ({done})")
            outputs, right = found, count
    if right < 5:
        notices.append(f"reads {right} of 10 typical digits of MNIST, so it may be untrained")
    logits = _is_linear(_last_layer(model)) or outputs.min() < -1e-6 or outputs.max() > 1 + 1e-6
    if logits:
        notices.append("ends in logits (a softmax was added)")
    changed = logits or bool(words) or any(layer.name == "as_trained" for layer in entrance)
    return _built(model, entrance, logits) if changed else model


def load(path: str | os.PathLike) -> keras.Model:
    """Load a network from a file: one that `model.save("name.keras")` wrote, or a .h5 of Keras 2.

    The file may come from somebody else: nothing in it is run, and it is looked at before it can
    fill memory. The network is tried on ten digits. Where it takes 784 numbers, color, or pixels
    from 0 to 255, or ends in logits, layers are added for that, and one line says so.

    Args:
        path: The .keras or .h5 file.

    Returns:
        The model, not compiled: float32 (n, 28, 28) in [0, 1] to probabilities (n, 10).

    Raises:
        ValueError: There is no such file, or it is not a Keras model that takes images of 28 x 28
            pixels and returns ten values.

    Example:
        >>> lab.models.load("absent.keras")
        Traceback (most recent call last):
        ValueError: path='absent.keras' cannot be used: expected an existing .keras or .h5 file, ...
    """
    path = Path(os.fsdecode(path)).expanduser()
    notices: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about arguments that Keras 2 wrote into the file
        model = adapted(path.name, _opened(path, notices), notices)
    if notices:
        print(f"Notice: {path.name}: {'; '.join(notices)}.")
    return model
