"""Opens .keras files, of which anybody may be the author: each is looked into before it is read."""

import json
import math
import re
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
                stored = stored_weights(weights)
        check_parts(config)
        _check_size(config, stored)
    except Refused as error:
        raise ValueError(f"{path.name}: {checks.one_line(error)}") from error
    # A damaged file raises errors of zipfile, zlib, json, h5py and others.
    except Exception as error:
        raise not_a_model(path, error) from error


class Refused(Exception):
    """What is wrong with an archive that can be read."""


def not_a_model(path: Path, error: Exception) -> ValueError:
    """Return the error for a file that is damaged or something else."""
    return ValueError(
        f"{path.name}: not a model saved by Keras ({checks.first_line(error, 200)})."
        " Save it with model.save('name.keras')."
    )


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse names that lead out of a folder, and sizes that are made to fill memory."""
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
            raise Refused(f"holds a file named {entry.filename!r}, which leads out of the archive.")
        if entry.filename.endswith(".json") and entry.file_size > _MOST_CONFIGURATION:
            raise Refused(f"its {entry.filename} has {entry.file_size:,} bytes, too many for one.")
        if entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
            raise Refused(
                f"its {entry.filename} is packed {entry.file_size // max(entry.compress_size, 1):,}"
                " times smaller than it is, as in a file made to fill memory."
            )
    check_memory(sum(entry.file_size for entry in entries))


def check_memory(size: int) -> None:
    """Refuse what does not fit into memory; `size` is in bytes."""
    if size > machine.memory_limit():
        raise Refused(
            f"its weights take {size / 1e9:,.1f} GB,"
            f" and this process may use {machine.memory_limit() / 1e9:,.1f} GB."
        )


def stored_weights(file: Any) -> int:
    """Return the number of weights stored in an HDF5 file."""
    import h5py

    links: list[Any] = []
    members: list[Any] = []
    with h5py.File(file, "r") as weights:
        weights.visititems_links(lambda _, link: links.append(link))
        if not all(isinstance(link, h5py.HardLink) for link in links):
            raise Refused("its weights are links to other places, which are not followed.")
        weights.visititems(lambda _, member: members.append(member))
        arrays = [member for member in members if isinstance(member, h5py.Dataset)]
        if any(array.external or array.is_virtual for array in arrays):
            raise Refused("its weights are kept in other files, which are not read.")
        check_memory(sum(array.nbytes for array in arrays))
        return sum(array.size for array in arrays)


def check_parts(config: Any) -> None:
    """Refuse a description of no network, or of one with parts that are not Keras's own."""
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise Refused("describes no network. Save one with model.save('name.keras').")
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
            raise Refused(
                f"holds a {name.strip('_')} layer, which may run its author's code or read files of"
                " this machine. Ask for a network without one."
            )
        if not isinstance(module, str) or module.split(".")[0] not in ("keras", "builtins"):
            raise Refused(f"needs {name} from {module}, and only layers of Keras are loaded.")


def _check_size(config: dict[str, Any], stored: int) -> None:
    """Refuse a description that promises more weights than are stored, before they are made."""
    with tf.Graph().as_default():  # where weights are named, and take no memory
        model = keras.saving.deserialize_keras_object({**config, "compile_config": None})
        promised = sum(math.prod(weight.shape) for weight in model.weights)
    if promised > stored:
        raise Refused(f"its description promises {promised:,} weights, its file holds {stored:,}.")


def open_archive(path: Path) -> keras.Model:
    """Open a .keras file, of which anybody may be the author; nothing in it is run.

    Args:
        path: The file.

    Returns:
        The model, not compiled, whatever it takes and returns.

    Raises:
        ValueError: It is not a Keras model, or would do harm; the message names the file.
    """
    try:
        check(path)
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    # An unusual description raises errors of Keras, TensorFlow and Python itself.
    except Exception as error:
        if version := _old_version(path):
            raise ValueError(
                f"{path.name}: was saved by Keras {version}, which this Keras does not read. In an"
                " environment with tf-keras (pip install tf-keras):"
                f" tf_keras.models.load_model({path.name!r}).save('model.h5'), then load model.h5"
                " here."
            ) from error
        if isinstance(error, ValueError) and str(error).startswith(f"{path.name}: "):
            raise
        raise not_a_model(path, error) from error


def _old_version(path: Path) -> str:
    """Return the version of Keras that saved a .keras file where it is below 3, else ""."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("metadata.json").file_size > 10_000:
                return ""
            version = str(json.loads(archive.read("metadata.json"))["keras_version"])
    except Exception:  # as in check
        return ""
    return version if re.fullmatch(r"[12]\.[\w.]{1,20}", version) else ""
