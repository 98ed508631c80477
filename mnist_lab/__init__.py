"""A progressive course on handwritten-digit recognition; its parts load when first used."""

from types import ModuleType

from mnist_lab import needs

if needs.missing(("lazy_loader",)):
    needs.require()

import lazy_loader

# The public names are listed in __init__.pyi, twice: as an import, and in __all__.
_attach, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    """Return a public name; where packages are missing, name them all before any part fails."""
    try:
        value = _attach(name)
    except ModuleNotFoundError:
        needs.require()
        raise
    # Modules are imported by parts that need few packages, and `doctor` works with any missing.
    if name == "keras" or (name != "doctor" and not isinstance(value, ModuleType)):
        needs.require()
    return value
