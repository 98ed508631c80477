"""A module that is imported late runs at its first use, once, and is then like any other."""

import inspect
import sys
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from types import ModuleType

import pytest

from mnist_lab.lazy_imports import LazyModule, imported_late

CONTENT = "import builtins\nbuiltins.runs_of_late += 1\nvalue = 42\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of modules; `late` counts how often it is run."""
    monkeypatch.setattr("builtins.runs_of_late", 0, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "late.py").write_text(CONTENT, encoding="utf-8")
    for name in ("late", "other", "late.part"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def runs() -> int:
    return __builtins__["runs_of_late"]


def imported(name: str = "late") -> ModuleType:
    with imported_late([name]):
        return import_module(name)


def test_a_module_runs_when_something_is_asked_of_it():
    late = imported()
    assert sys.modules["late"] is late
    assert runs() == 0
    assert (late.value, late.value, runs()) == (42, 42, 1)
    assert type(late) is ModuleType


def test_its_name_and_its_file_can_be_asked_for_without_running_it(folder: Path):
    late = imported()
    assert late.__name__ == "late"
    assert late.__spec__.name == "late"
    assert late.__file__ == str(folder / "late.py")
    assert inspect.getmodule(test_a_module_runs_when_something_is_asked_of_it)
    assert runs() == 0


def test_importing_it_again_gives_the_same_module():
    late = imported()
    with imported_late(["late"]):
        import late as again
    assert again is late
    assert runs() == 0
    from late import value

    assert (value, runs()) == (42, 1)


def test_listing_its_names_runs_it():
    assert "value" in dir(imported())


def test_a_name_that_it_does_not_have_is_the_usual_error():
    late = imported()
    for _ in range(2):
        with pytest.raises(AttributeError, match="module 'late' has no attribute 'nothing'"):
            late.nothing  # noqa: B018
    assert runs() == 1


def test_an_error_in_it_comes_each_time_it_is_asked(folder: Path):
    (folder / "late.py").write_text(CONTENT + "import no_such_package\n", encoding="utf-8")
    late = imported()
    for time in (1, 2):
        with pytest.raises(ModuleNotFoundError, match="no_such_package"):
            late.other  # noqa: B018
        assert runs() == time


def test_a_module_that_asks_for_itself_while_it_runs_sees_what_is_there(folder: Path):
    text = "import late\nvalue = 1\nsame = late.value\nlater = hasattr(late, 'end')\nend = 2\n"
    (folder / "late.py").write_text(text, encoding="utf-8")
    late = imported()
    assert (late.same, late.later, late.end) == (1, False, 2)


def test_a_second_thread_waits_until_it_has_run():
    started, may_end, seen = Event(), Event(), []

    def fill(module: ModuleType) -> None:
        started.set()
        may_end.wait(60)
        module.value = 42

    module = LazyModule("slow", fill)
    first = Thread(target=lambda: seen.append(module.value))
    second = Thread(target=lambda: seen.append(module.value))
    first.start()
    started.wait(60)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    may_end.set()
    first.join(60)
    second.join(60)
    assert seen == [42, 42]


def test_a_package_can_be_late_and_its_parts_are_imported_as_usual(folder: Path):
    (folder / "late").mkdir()
    (folder / "late" / "__init__.py").write_text(CONTENT, encoding="utf-8")
    (folder / "late" / "part.py").write_text("number = 7\n", encoding="utf-8")
    late = imported()
    part = import_module("late.part")
    assert (part.number, runs()) == (7, 0)
    assert (late.part, late.value, runs()) == (part, 42, 1)


def test_other_modules_and_imports_after_the_block_are_not_late(folder: Path):
    (folder / "other.py").write_text(CONTENT, encoding="utf-8")
    before = list(sys.meta_path)
    with pytest.raises(ZeroDivisionError), imported_late(["late", "no_such_module"]):
        import_module("other")
        raise ZeroDivisionError
    assert runs() == 1
    assert sys.meta_path == before
    with imported_late(["no_such_module"]), pytest.raises(ModuleNotFoundError):
        import_module("no_such_module")
    import_module("late")
    assert runs() == 2
