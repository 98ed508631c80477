"""Names the packages that are missing here all at once, with the command that installs them."""

import sys
from functools import cache
from importlib.util import find_spec

# What a notebook of the course imports, directly or through this package; the commands need more.
MODULES = (
    "IPython",
    "PIL",
    "anywidget",
    "cleanlab",
    "h5py",
    "keras",
    "lazy_loader",
    "matplotlib",
    "mlxtend",
    "numpy",
    "optuna",
    "pandas",
    "platformdirs",
    "pooch",
    "psutil",
    "pydantic",
    "requests",
    "scipy",
    "seaborn",
    "skimage",
    "sklearn",
    "tensorflow",
    "tqdm",
    "traitlets",
)
# Packages that are not called as their modules are.
_PACKAGES = {
    "IPython": "ipython",
    "PIL": "pillow",
    "ai_edge_litert": "ai-edge-litert",
    "lazy_loader": "lazy-loader",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
}


def missing(modules: tuple[str, ...] = MODULES) -> list[str]:
    """Return the modules that Python does not find here; nothing is imported."""
    return [name for name in modules if name not in sys.modules and find_spec(name) is None]


def advice(modules: list[str]) -> str:
    """Return a sentence that names missing modules' packages, and how to install them."""
    packages = " ".join(_PACKAGES.get(name, name) for name in modules)
    return (
        f"mnist_lab needs packages that are missing here ({sys.prefix}): {packages}."
        f" In a notebook, run: %pip install {packages}   In a terminal: pip install {packages}"
    )


@cache
def require(modules: tuple[str, ...] = MODULES) -> None:
    """Check once that modules are here, by default all that a notebook imports.

    Raises:
        ModuleNotFoundError: Something is missing: all of it by name, and what to run.
    """
    if names := missing(modules):
        raise ModuleNotFoundError(advice(names), name=names[0])
