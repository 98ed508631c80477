"""Modules that load when something is first asked of them, not when they are imported."""

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType


class LazyModule(ModuleType):
    """A module that is filled when it is first asked for something that it does not have yet.

    Unlike importlib's LazyLoader, it stays as it is when its name or its file are asked for, as
    `inspect` does with every module; and a second thread waits until it is filled.
    """

    def __init__(self, name: str, fill: Callable[[ModuleType], object]) -> None:
        """Make an empty module; `fill` is called with it at its first use."""
        super().__init__(name)
        fill_later(self, fill)

    def __getattr__(self, name: str) -> object:
        """Fill the module, and return an attribute that it did not have before."""
        _fill(self)
        return ModuleType.__getattribute__(self, name)

    def __dir__(self) -> list[str]:
        """Fill the module, and list its attributes, as the Tab key asks for."""
        _fill(self)
        return list(ModuleType.__dir__(self))


def fill_later(module: ModuleType, fill: Callable[[ModuleType], object]) -> None:
    """Make a module lazy; `fill` is called with it at its first use."""
    vars(module).update(_lazy_fill=fill, _lazy_lock=RLock())
    module.__class__ = LazyModule


def _fill(module: ModuleType) -> None:
    content = vars(module)
    with content.get("_lazy_lock") or RLock():
        # While the module is being filled it asks for its own attributes, and gets what is there.
        fill = content.pop("_lazy_fill", None)
        if fill is None:
            return
        try:
            fill(module)
        except BaseException:
            content["_lazy_fill"] = fill
            raise
        content.pop("_lazy_lock")
        module.__class__ = ModuleType


class _LateLoader(Loader):
    """Loads a module as another loader does, but at the module's first use."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        fill_later(module, self._loader.exec_module)


class _LateFinder(MetaPathFinder):
    """Finds some modules as Python does, and has them loaded at their first use."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _LateLoader(spec.loader)
        return spec


@contextmanager
def imported_late(names: Collection[str]) -> Iterator[None]:
    """Let modules that are imported in the block load at their first use.

    Args:
        names: Full names, such as "keras.wrappers". One that does not exist is never asked for.
    """
    finder = _LateFinder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
