"""The wing offers each public name of its files directly, and no other."""

from importlib import import_module
from pathlib import Path

from mnist_lab import plots
from tests.helpers.figures import functions_of


def test_the_wing_offers_the_figures_of_all_its_files():
    names = {path.stem for path in Path(plots.__file__).parent.glob("*.py")}
    names -= {"__init__", "style", "records"}  # records.show_ladder is on the package's own face
    files = [import_module(f"mnist_lab.plots.{name}") for name in names]
    figures = set().union(*map(functions_of, files))
    figures -= {"pareto"}  # a list of runs, no figure
    assert figures == set(plots.__all__)
    assert all(callable(getattr(plots, name)) for name in figures)
