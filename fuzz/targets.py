"""All targets by name, and one of them run in this process."""

import warnings

from fuzz import files, runs, values
from fuzz.target import Outcome, Target, run

TARGETS: dict[str, Target] = {
    target.name: target for target in (*files.TARGETS, *values.TARGETS, *runs.TARGETS)
}


def fuzz(name: str, count: int, first: int) -> Outcome:
    """Run one target; a process of the pool calls this."""
    warnings.simplefilter("ignore")  # figures of names in letters that the font lacks
    return run(TARGETS[name], count, first)
