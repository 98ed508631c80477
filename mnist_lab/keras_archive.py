"""Opens .keras files, of which anybody may be the author: each is looked into before it is read."""

import json
import math
import os
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from mnist_lab import checks, machine
from mnist_lab.backend import keras, tf

# Keras keeps an entry as it is; packed again, weights become a third smaller.
_MOST_RATIO = 100
_MOST_CONFIGURATION = 10_000_000  # bytes; the largest network of the course takes 20,000
# Layers that run code, or read files, of whoever wrote the archive.
_UNSAFE_LAYERS = (
    "FlaxLayer",
    "IntegerLookup",
    "JaxLayer",
    "Lambda",
    "StringLookup",
    "TFSMLayer",
    "TextVectorization",
    "TorchModuleWrapper",
    "__lambda__",
)


def check(path: Path) -> None:
    """Check that a file holds a network and nothing else, before anything in it is used.

    Args:
        path: The file.

    Raises:
        ValueError: It is damaged, would run code, reaches for other files, or promises more than
            fits into memory. The message is a sentence that begins with the file's name.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive.infolist())
            config = json.loads(archive.read("config.json"))
            with archive.open("model.weights.h5") as weights:
                stored = _stored_weights(weights)
        _check_parts(config)
        _check_size(config, stored)
    except _Refused as error:
        raise ValueError(f"{path.name}: {checks.one_line(error)}") from error
    # A damaged file raises errors of zipfile, zlib, json, h5py and others.
    except Exception as error:
        raise _not_a_model(path, error) from error


class _Refused(Exception):
    """What is wrong with an archive that can be read."""


def _not_a_model(path: Path, error: Exception) -> ValueError:
    """Return the error for a file that is damaged or something else."""
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    reason = checks.one_line(first, 200)
    return ValueError(
        f"{path.name}: not a model saved by Keras ({reason})."
        " Save it with model.save('name.keras')."
    )


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse names that lead out of a folder, and sizes that are made to fill memory."""
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
            raise _Refused(
                f"holds a file named {entry.filename!r}, which leads out of the archive."
            )
        if entry.filename.endswith(".json") and entry.file_size > _MOST_CONFIGURATION:
            raise _Refused(f"its {entry.filename} has {entry.file_size:,} bytes, too many for one.")
        if entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
            raise _Refused(
                f"its {entry.filename} is packed {entry.file_size // max(entry.compress_size, 1):,}"
                " times smaller than it is, as in a file made to fill memory."
            )
    _check_memory(sum(entry.file_size for entry in entries))


def _check_memory(size: int) -> None:
    """Refuse what does not fit into memory; `size` is in bytes."""
    if size > machine.memory_limit():
        raise _Refused(
            f"its weights take {size / 1e9:,.1f} GB,"
            f" and this process may use {machine.memory_limit() / 1e9:,.1f} GB."
        )


def _stored_weights(file: Any) -> int:
    """Return the number of weights stored in an HDF5 file."""
    import h5py

    links: list[Any] = []
    members: list[Any] = []
    with h5py.File(file, "r") as weights:
        weights.visititems_links(lambda _, link: links.append(link))
        if not all(isinstance(link, h5py.HardLink) for link in links):
            raise _Refused("its weights are links to other places, which are not followed.")
        weights.visititems(lambda _, member: members.append(member))
        arrays = [member for member in members if isinstance(member, h5py.Dataset)]
        if any(array.external or array.is_virtual for array in arrays):
            raise _Refused("its weights are kept in other files, which are not read.")
        _check_memory(sum(array.nbytes for array in arrays))
        return sum(array.size for array in arrays)


def _check_parts(config: Any) -> None:
    """Refuse a description of no network, or of one with parts that are not Keras's own."""
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise _Refused("describes no network. Save one with model.save('name.keras').")
    # Not compile_config: the model is loaded without loss and optimizer.
    waiting: list[Any] = [{**config, "compile_config": None}]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        if not isinstance(part, dict):
            continue
        waiting += part.values()
        name, module = part.get("class_name"), part.get("module") or "keras"
        if name in _UNSAFE_LAYERS:
            raise _Refused(
                f"holds a {name.strip('_')} layer, which may run its author's code or read files of"
                " this machine. Ask for a network without one."
            )
        if not isinstance(module, str) or module.split(".")[0] not in ("keras", "builtins"):
            raise _Refused(f"needs {name} from {module}, and only layers of Keras are loaded.")


def _check_size(config: dict[str, Any], stored: int) -> None:
    """Refuse a description that promises more weights than are stored, before they are made."""
    with tf.Graph().as_default():  # where weights are named, and take no memory
        model = keras.saving.deserialize_keras_object({**config, "compile_config": None})
        promised = sum(math.prod(weight.shape) for weight in model.weights)
    if promised > stored:
        raise _Refused(f"its description promises {promised:,} weights, its file holds {stored:,}.")


def load(path: str | os.PathLike) -> keras.Model:
    """Load a model that was saved with `model.save("name.keras")`.

    The file may come from somebody else: nothing in it is run, and it is looked at before it can
    fill memory.

    Args:
        path: The .keras file.

    Returns:
        The model, not compiled.

    Raises:
        ValueError: There is no such file, or it is not a Keras model that takes images of 28 x 28
            pixels and returns ten values.

    Example:
        >>> lab.models.load("absent.keras")
        Traceback (most recent call last):
        ValueError: path='absent.keras' cannot be used: expected an existing .keras file, as ...
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise checks.invalid(
            "path", str(path), "an existing .keras file, as model.save() writes it"
        )
    check(path)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        takes, returns = model.input_shape, model.output_shape
    # An unusual description raises errors of Keras, TensorFlow and Python itself.
    except Exception as error:
        raise _not_a_model(path, error) from error
    if not (_is_shape(takes) and _is_shape(returns)):
        raise ValueError(f"{path.name}: has several inputs or outputs; expected one of each.")
    if takes[1:3] != (28, 28) or returns[1:] != (10,):
        raise ValueError(
            f"{path.name}: takes {takes[1:]} and returns {returns[1:]};"
            " expected images of 28 x 28 and ten outputs."
        )
    return model


def _is_shape(value: Any) -> bool:
    """Return whether this is the shape of one array: whole numbers, or None where it is open."""
    return isinstance(value, tuple) and all(size is None or type(size) is int for size in value)
