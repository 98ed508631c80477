"""The reference: a page for each part of the package that notebooks use, for autodoc to fill."""

import importlib
import inspect
from collections.abc import Mapping
from types import ModuleType

# The pages, and what a reader finds there.
PARTS = {
    "lab": "What notebooks use most.",
    "data": "Loading digits, and the arrays that hold them.",
    "models": "The networks, uncompiled, and those that come with the package.",
    "training": "Training, data augmentation, recipes and hyperparameter search.",
    "evaluation": "Accuracy, comparison, calibration, label errors, robustness, interpretability.",
    "handwriting": "Strokes, preprocessing, the drawing pad, photos of digits, and collections.",
    "export": "Networks as a page that reads drawings, or as files of other libraries.",
    "plots": "Every figure of the course.",
    "records": "What a notebook leaves behind, and the ladder of notebooks.",
    "checks": "How notebooks check their parameters.",
}
# What a module takes from another, for notebooks.
_HANDED_ON = {"mnist_lab.models": ("pretrained", "load")}


def reference_pages() -> dict[str, str]:
    """Return the pages of the reference in reStructuredText, by their names in `PARTS`."""
    return {name: _page(name, about) for name, about in PARTS.items()}


def _page(name: str, about: str) -> str:
    """Return a page with an entry for each public name of a module."""
    path = "mnist_lab" if name == "lab" else f"mnist_lab.{name}"
    title = "lab" if name == "lab" else f"lab.{name}"
    module = importlib.import_module(path)
    public = {one: getattr(module, one) for one in _public(module)}
    entries = [
        _entry(path, one, value)
        for one, value in public.items()
        if not isinstance(value, ModuleType)  # parts have pages of their own
    ]
    head = [title, "=" * len(title), "", about, "", f".. py:currentmodule:: {path}", ""]
    return "\n".join([*head, *entries])


def _public(module: ModuleType) -> list[str]:
    """Return a module's public names: those that it lists, else the functions that it defines."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    own = [
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    ]
    return [name for name in (*own, *_HANDED_ON.get(module.__name__, ())) if name[0] != "_"]


def _entry(module: str, name: str, value: object) -> str:
    """Return the directive that documents a function, a class or a value."""
    if inspect.isclass(value):
        # Attributes are described in the docstring; Python's own words on them say nothing.
        fields = ", ".join(getattr(value, "_fields", ()))
        options = f"   :members:\n   :exclude-members: {fields}\n"
        return f".. autoclass:: {module}.{name}\n{options}"
    if callable(value):
        return f".. autofunction:: {module}.{name}\n"
    if isinstance(value, Mapping):
        keys = ", ".join(f"`{key}`" for key in value)
        return f".. py:data:: {name}\n\n   A mapping with the keys {keys}.\n"
    return f".. py:data:: {name}\n   :value: {value!r}\n"
