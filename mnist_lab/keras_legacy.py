"""Models that Keras 2 saved: .h5 files are read where they can be, SavedModel folders named."""

import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import Any

from mnist_lab import checks
from mnist_lab.backend import keras, tf
from mnist_lab.keras_archive import Refused, check_parts, stored_weights

_MOST_GRAPH = 200_000_000  # bytes of a SavedModel's description that are looked at


def _text(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _check_size(config: dict[str, Any], stored: int) -> None:
    """Refuse a description that promises more weights than are stored, before they are made."""
    kind = keras.Sequential if config.get("class_name") == "Sequential" else keras.Model
    with tf.Graph().as_default():  # where weights are named, and take no memory
        model = kind.from_config(config["config"])
        promised = sum(math.prod(weight.shape) for weight in model.weights)
    if promised > stored:
        raise Refused(f"its description promises {promised:,} weights, its file holds {stored:,}.")


def _loaded(path: Path) -> keras.Model:
    """Return the model of a .h5 file; Keras chooses how to read by the ending."""
    with tempfile.TemporaryDirectory(prefix="mnist_lab_") as folder:
        if path.suffix != ".h5":
            path = Path(shutil.copyfile(path, Path(folder, "model.h5")))
        return keras.saving.load_model(path, compile=False, safe_mode=True)


def open_h5(path: Path) -> tuple[keras.Model, str]:
    """Open a .h5 file of Keras; nothing in it is run.

    Args:
        path: The file, in HDF5.

    Returns:
        The model, not compiled, and the version of Keras that saved it.

    Raises:
        ValueError: It is no model, or cannot be read here; the message says how to convert it.
    """
    import h5py

    version = "of an unknown version"
    try:
        with h5py.File(path, "r") as file:
            version = checks.one_line(_text(file.attrs.get("keras_version", version)), 30)
            if "model_config" not in file.attrs:
                raise Refused(
                    "holds weights without their network, or other data. Build the network, and"
                    f" call model.load_weights({path.name!r}); then model.save('model.keras')."
                )
            config = json.loads(_text(file.attrs["model_config"]))
        stored = stored_weights(path)
        check_parts(config)
        _check_size(config, stored)
        return _loaded(path), version
    except Refused as error:
        raise ValueError(f"{path.name}: {checks.one_line(error)}") from error
    except Exception as error:  # a damaged file raises errors of h5py, json, Keras and others
        raise ValueError(
            f"{path.name}: a .h5 model of Keras {version} that cannot be read here"
            f" ({checks.first_line(error, 150)}). Load it in the environment where it was made,"
            " build the same layers here, and hand over what model.get_weights() returns there."
        ) from error


def saved_model_refusal(folder: Path) -> ValueError:
    """Return the error for a folder in TensorFlow's SavedModel format, with the way out.

    It holds a program and not layers; running it would run whatever its author put in.
    """
    from tensorflow.core.protobuf import saved_model_pb2

    description, version = saved_model_pb2.SavedModel(), ""
    try:
        file = folder / "saved_model.pb"
        if file.stat().st_size <= _MOST_GRAPH:
            description.ParseFromString(file.read_bytes())
            found = description.meta_graphs[0].meta_info_def.tensorflow_version
            version = f" of TensorFlow {checks.one_line(found, 20)}"
    except Exception:  # a damaged file raises errors of protobuf and others
        version = ""
    return ValueError(
        f"{folder.name}: is a SavedModel folder{version}, as Keras 2 saved models; Keras 3 reads"
        " none. In an environment with tf-keras (pip install tf-keras):"
        f" tf_keras.models.load_model({folder.name!r}).save('model.h5'), then load model.h5 here."
    )
