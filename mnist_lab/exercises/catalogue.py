"""All exercises of the course, by notebook."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from mnist_lab import checks
from mnist_lab.exercises import lessons
from mnist_lab.exercises.exercise import Exercise, Question


@cache
def notebooks() -> tuple[str, ...]:
    """Return the numbers of the notebooks with exercises, such as "01"."""
    names = [module.name for module in iter_modules(lessons.__path__)]
    return tuple(sorted(name[9:] for name in names if name.startswith("notebook_")))


@cache
def exercises_of(notebook: str) -> dict[str, Exercise | Question]:
    """Return the exercises of a notebook by name, in their order."""
    found = import_module(f"mnist_lab.exercises.lessons.notebook_{notebook}").EXERCISES
    return {exercise.name: exercise for exercise in found}


def find(name: object) -> Exercise | Question:
    """Return an exercise.

    Args:
        name: Notebook and number, such as "02.3".

    Raises:
        ValueError: There is no such exercise.
    """
    numbers = notebooks()
    notebook = name.partition(".")[0] if isinstance(name, str) else ""
    places = [notebook] if notebook in numbers else numbers
    known = [own for place in places for own in exercises_of(place)]
    name = checks.choice("exercise", name, known)
    return exercises_of(notebook)[name]
