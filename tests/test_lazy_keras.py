"""Keras from the face starts TensorFlow at its first use, and then is Keras in everything."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

# One process, as TensorFlow takes seconds.
PROGRAM = """
import io, json, os, pickle, sys
import numpy as np

def loaded():
    return [name for name in ("tensorflow", "sklearn", "scipy", "pandas", "matplotlib")
            if name in sys.modules]

from mnist_lab import keras
report = {"at import": loaded(), "variable": os.environ["KERAS_BACKEND"]}
report["names"] = sorted(set(dir(keras)))
report["after first use"] = loaded()

import keras as itself
report["names of Keras"] = sorted(set(dir(itself)))
report["the same objects"] = all(getattr(keras, name) is getattr(itself, name)
                                 for name in dir(itself))
report["repr"] = repr(keras) == repr(itself)
report["jit_compile"] = type(vars(itself.Model)["jit_compile"].fget).__name__, (
    vars(itself.Model)["jit_compile"].fget.__module__)

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
report["instance"] = isinstance(model, itself.Model) and isinstance(model, keras.Model)
x, y = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32), np.array([0, 1])
copy = pickle.loads(pickle.dumps(model))
report["pickled"] = bool((copy.get_weights()[0] == model.get_weights()[0]).all())
report["after making a model"] = loaded()

model.compile("sgd", "sparse_categorical_crossentropy")
import pandas as pd
frame = pd.DataFrame(x, columns=["a", "b"])
report["frames"] = model.fit(frame, pd.Series(y), verbose=0).history["loss"][0] > 0
report["predicted"] = bool((model.predict(frame, verbose=0) == model.predict(x, verbose=0)).all())

def build(X, y):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy")
    return model
import sklearn.utils.multiclass  # which Keras 3.10 uses without importing it
classifier = keras.wrappers.SKLearnClassifier(build, fit_kwargs={"verbose": 0})
report["wrapper"] = len(classifier.fit(x, y).predict(x))

import matplotlib
matplotlib.use("agg")
file = io.BytesIO()
images = np.zeros((4, 8, 8, 3))
keras.visualization.plot_image_gallery(images, value_range=(0, 1), rows=2, cols=2, path=file)
report["gallery"] = file.getvalue()[1:4].decode()

from scipy.sparse import issparse
from tensorflow.python.keras.engine import training_v1
report["sparse"] = training_v1.issparse is issparse
print(json.dumps(report))
"""


def run(code: str, **variables: str) -> Any:
    """Run a program in a Python of its own that writes nothing to stderr; return its report."""
    plain = {name: text for name, text in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        env=plain | variables,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def report() -> dict:
    return run(PROGRAM)


def test_importing_keras_from_the_face_starts_no_tensorflow(report: dict):
    assert report["at import"] == []


def test_the_variables_that_tensorflow_reads_are_set_before_it_starts(report: dict):
    assert report["variable"] == "tensorflow"


def test_its_first_use_starts_tensorflow_alone(report: dict):
    assert report["after first use"] == ["tensorflow"]
    assert report["after making a model"] == ["tensorflow"]


def test_it_has_the_names_and_the_objects_of_keras(report: dict):
    assert report["names"] == report["names of Keras"]
    assert report["the same objects"]
    assert report["repr"]


def test_keras_is_set_up_as_the_package_needs_it(report: dict):
    assert report["jit_compile"] == ["function", "mnist_lab.backend"]


def test_models_are_instances_of_keras_and_can_be_pickled(report: dict):
    assert report["instance"]
    assert report["pickled"]


def test_frames_of_pandas_can_be_fitted_and_predicted(report: dict):
    assert report["frames"]
    assert report["predicted"]


def test_the_wrappers_for_scikit_learn_work(report: dict):
    assert report["wrapper"] == 2


def test_the_galleries_of_matplotlib_work(report: dict):
    assert report["gallery"] == "PNG"


def test_sparse_matrices_are_known_where_tensorflow_asks_for_them(report: dict):
    assert report["sparse"]


# Keras writes its own chatter where it is imported before this package.
KERAS_FIRST = """
import json, os
stderr = os.dup(2)
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
import keras
os.dup2(stderr, 2)
from mnist_lab import keras as ours
print(json.dumps([ours.Model is keras.Model, ours.wrappers is keras.wrappers,
                  hasattr(ours.wrappers, "SKLearnClassifier")]))
"""


@pytest.mark.slow
def test_keras_may_have_been_imported_before():
    assert run(KERAS_FIRST, KERAS_BACKEND="tensorflow") == [True, True, True]
