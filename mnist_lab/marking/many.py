"""Marks all submissions of a class, several at a time; each is saved as soon as it is marked."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_lab.marking.marked import Marked, key_of, load, mark, path_of, save
from mnist_lab.marking.run import Limits
from mnist_lab.marking.submissions import Submission
from mnist_lab.runs.tasks import for_each_result

if TYPE_CHECKING:
    from distributed import Client


def found(
    submissions: Sequence[Submission],
    seed: int,
    limits: Limits,
    folder: Path,
    term: int | None = None,
) -> dict[int, Marked]:
    """Return what is marked already, by the place of the submission in the list."""
    kept = {}
    for index, one in enumerate(submissions):
        key = key_of(one, seed, limits, term)
        marked = load(path_of(folder, key, one.learner))
        if marked is not None and marked.key == key:
            kept[index] = marked
    return kept


def mark_all(
    client: "Client",
    submissions: Sequence[Submission],
    seed: int,
    limits: Limits,
    folder: Path,
    term: int | None = None,
    on_marked: Callable[[Marked], None] = lambda marked: None,
) -> list[Marked]:
    """Mark submissions on a Dask cluster, and save each mark as it comes.

    A submission whose worker dies is marked by another one; one whose workers died four times is
    listed as not marked.

    Args:
        client: A client of the cluster.
        submissions: What to mark.
        seed: Draws the inputs.
        limits: Of each run.
        folder: Where marks are saved; what could not be marked is tried again the next time.
        term: The term whose numbers were handed out; None takes what each notebook names.
        on_marked: A function to call with each.

    Returns:
        The marks, in the order of the submissions.

    Raises:
        ConnectionError: The scheduler does not answer any more; saved marks stay.
        OSError: A mark cannot be saved.
    """
    done = found(submissions, seed, limits, folder, term)
    futures = {
        client.submit(
            mark, one, seed, limits, term, key=f"mark-{key_of(one, seed, limits, term)}-{index}"
        ): index
        for index, one in enumerate(submissions)
        if index not in done
    }

    def keep(index: int, marked: Marked | None, problem: str) -> None:
        if marked is None:
            one = submissions[index]
            who = (one.learner, one.number, one.file, key_of(one, seed, limits, term))
            marked = Marked(*who, "", (), problem, 0.0, limits.closed)
        done[index] = marked
        if not marked.problem:
            save(marked, folder)
        on_marked(marked)

    for_each_result(client, futures, keep)
    return [done[index] for index in sorted(done)]
