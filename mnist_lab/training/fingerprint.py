"""What a compiled model is, as text: two models with one fingerprint can share a compiled program.

Keras documents that models and optimizers can be serialized, but not the shape of what comes out.
All that the package assumes about that shape stands in this file, and
tests/training/test_fingerprint.py names it.
"""

import json
from typing import Any, NamedTuple

from mnist_lab.backend import keras
from mnist_lab.training.optimizers import without_replicas
from mnist_lab.training.program_layers import quicker


class Fingerprint(NamedTuple):
    """A model without weights, seeds and learning rate: two JSON strings."""

    architecture: str
    compile_config: str


def _without_seeds(config: Any) -> Any:
    """Return a configuration with every seed set to None: seeds affect only initial weights."""
    if isinstance(config, dict):
        return {
            key: None if key == "seed" else _without_seeds(value) for key, value in config.items()
        }
    return [_without_seeds(item) for item in config] if isinstance(config, list | tuple) else config


def architecture(model: keras.Model) -> str:
    """Return a model's layers as JSON, without weights, seeds and what it was compiled with.

    Raises:
        ValueError: The model cannot be described.
    """
    try:
        layers = _without_seeds(keras.saving.serialize_keras_object(model))
        layers.pop("compile_config", None)
        return json.dumps(layers, sort_keys=True)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise _cannot_rebuild(model.name, error) from error


def fingerprint(model: keras.Model) -> Fingerprint:
    """Return the fingerprint of a compiled model.

    Raises:
        ValueError: The model cannot be rebuilt from its configuration, such as one with a Lambda
            layer, or this version of Keras describes models in another way.
    """
    try:
        compiled = _without_seeds(model.get_compile_config())
        # The digits that fill up the last batch must count as nothing in the metrics too.
        compiled |= {"metrics": None, "weighted_metrics": compiled["metrics"]}
        # Keras numbers optimizers: adam, adam_1, ... And the rate is given anew at each step.
        compiled["optimizer"]["config"] |= {"name": "optimizer", "learning_rate": 1.0}
        return Fingerprint(architecture(model), json.dumps(compiled, sort_keys=True))
    except (TypeError, ValueError, KeyError, NotImplementedError) as error:
        raise _cannot_rebuild(model.name, error) from error


def rebuild(of: Fingerprint) -> keras.Model:
    """Return a fresh compiled model with this fingerprint, its optimizer's variables made.

    Raises:
        ValueError: Keras cannot rebuild it.
    """
    layers = json.loads(of.architecture, object_hook=quicker)
    try:
        model = keras.saving.deserialize_keras_object(layers)
        settings = keras.saving.deserialize_keras_object(json.loads(of.compile_config))
        settings["optimizer"] = without_replicas(settings["optimizer"])
        model.compile(**settings)
        model.optimizer.build(model.trainable_variables)
    except (TypeError, ValueError, KeyError) as error:
        raise _cannot_rebuild(layers["config"].get("name"), error) from error
    return model


def _cannot_rebuild(name: Any, error: Exception) -> ValueError:
    return ValueError(
        f"The model {name!r} cannot be rebuilt from its configuration, as training needs: {error}"
    )
