"""The course's own trained networks: small files that come with the package, checked by hash."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_lab import checks, keras_archive

if TYPE_CHECKING:
    import keras

FOLDER = Path(__file__).resolve().parent
WITH_RECIPES = ("single_layer", "one_hidden_layer", "mlp", "cnn")  # of notebooks 1, 2, 3 and 6
NAMES = (*WITH_RECIPES, "reader")


def record_of(name: str) -> dict[str, Any]:
    """Return how a network was trained and tested, as JSON holds it.

    Args:
        name: "single_layer", "one_hidden_layer", "mlp", "cnn" or "reader".

    Returns:
        A dict with the settings, the seed, the digits, the test accuracy, the indices of the
        misclassified test digits, the versions of the packages, and the file's SHA-256. That of
        "reader" has the "threshold" too: what it is less sure of is no digit.

    Raises:
        ValueError: There is no such network.
    """
    checks.choice("name", name, NAMES)
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def pretrained(name: str) -> "keras.Model":
    """Load a network that the course has trained: that of notebook 1, 2, 3 or 6, or the reader.

    All learned from the 54,000 training digits of full MNIST that seed 0 leaves, the first two by
    the recipe "plain", "mlp" and "cnn" by "default". "reader" has the layers of "cnn" and is for
    photos: it also learned from digits as they are cut out of them, and to be unsure of what is no
    digit. `make pretrained` trains them again. Their weights are rounded to 16 bits, which halves
    the files.

    Args:
        name: "single_layer" (notebook 1), "one_hidden_layer" (2), "mlp" (3), "cnn" (6) or "reader".

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
