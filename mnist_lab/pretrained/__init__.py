"""The course's own trained networks: small files that come with the package, checked by hash."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_lab import checks, keras_archive

if TYPE_CHECKING:
    import keras

FOLDER = Path(__file__).resolve().parent
NAMES = ("single_layer", "one_hidden_layer", "mlp", "cnn")


def record_of(name: str) -> dict[str, Any]:
    """Return how a network was trained and tested, as JSON holds it.

    Args:
        name: "single_layer", "one_hidden_layer", "mlp" or "cnn".

    Returns:
        A dict with the recipe, its settings, the seed, the digits, the test accuracy, the indices
        of the misclassified test digits, the versions of the packages, and the file's SHA-256.

    Raises:
        ValueError: There is no such network.
    """
    checks.choice("name", name, NAMES)
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def pretrained(name: str) -> "keras.Model":
    """Load a network that the course has trained: that of notebook 1, 2, 3 or 6.

    They learned from the 54,000 training digits of full MNIST that seed 0 leaves, the first two by
    the recipe "plain", the others by "default"; `python -m tools.train_pretrained` trains them
    again. Their weights are rounded to 16 bits, which halves the files.

    Args:
        name: "single_layer" (notebook 1), "one_hidden_layer" (2), "mlp" (3) or "cnn" (6).

    Returns:
        The model, not compiled.

    Raises:
        ValueError: There is no such network, or its file is not the one that was tested.

    Example:
        >>> lab.models.pretrained("mlp").count_params()
        199210
    """
    expected = record_of(name)["sha256"]
    path = FOLDER / f"{name}.keras"
    if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
        raise ValueError(f"{path.name}: is not the file that was tested. Install mnist_lab anew.")
    return keras_archive.open_archive(path)
