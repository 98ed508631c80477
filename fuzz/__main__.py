"""`python -m fuzz`: changed inputs for every target, each in a process of its own."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from fuzz.targets import TARGETS, fuzz
from mnist_lab import machine


def main(arguments: list[str] | None = None) -> int:
    """Run the targets named, print a line for each, and return 1 if there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--count", type=int, default=100_000, help="inputs per target")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    options = parser.parse_args(arguments)
    names = options.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    faults = 0
    # A new process per target, so that each starts with the memory of none.
    with ProcessPoolExecutor(
        machine.usable_cores(), get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        tasks = [pool.submit(fuzz, name, options.count, options.first) for name in names]
        for task in as_completed(tasks):
            outcome = task.result()
            print(outcome, flush=True)
            print("".join(f"\n{report}\n" for report in outcome.reports), end="", flush=True)
            faults += outcome.faults
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
