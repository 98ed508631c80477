"""The function behind lab.show_ladder: it shows a figure, and returns a table."""

from pathlib import Path

import pandas as pd
from IPython.display import display

from mnist_lab import records as run_records
from mnist_lab.plots.runs import ladder
from mnist_lab.records import Record


def show_ladder(run: Record, folder: str | Path = "") -> pd.DataFrame:
    """Show the ladder of the notebooks up to this run as a figure, and return it as a table.

    Args:
        run: The record of this run.
        folder: A folder of executed notebooks; "" means the course's own.

    Returns:
        The table, one row per notebook, as `lab.records.ladder` makes it.

    Raises:
        ValueError: The folder does not exist.

    Example:
        >>> run = lab.records.read_records()[1]
        >>> len(lab.show_ladder(run))
        Figure(...)
        2
    """
    rungs = run_records.records_up_to(run, folder)
    display(ladder(rungs))
    return run_records.ladder(rungs)
