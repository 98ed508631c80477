"""Early stopping: the epoch whose weights are kept, and the last one."""

from collections.abc import Sequence

import numpy as np

from mnist_lab.exercises.exercise import Case, Exercise, Misconception


def _stopped(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Return the epoch whose weights are kept, and the last epoch, both counted from 1."""
    values, epochs = np.asarray(losses, float), np.arange(len(losses))
    earlier = np.minimum.accumulate(np.append(np.inf, values[:-1]))
    best = np.maximum.accumulate(np.where(values < earlier, epochs, 0))
    ends = np.flatnonzero(epochs - best >= patience)
    last = int(ends[0]) if len(ends) else len(values) - 1
    return int(best[last]) + 1, last + 1


def _stopped_otherwise(
    losses: Sequence[float],
    patience: int,
    *,
    ties: bool = False,
    previous: bool = False,
    in_all: bool = False,
) -> tuple[int, int]:
    """Return the same with a mistake.

    Args:
        losses: Validation losses.
        patience: Epochs without a lower loss.
        ties: An equal loss counts as lower.
        previous: A loss is compared with the one before, not with the lowest.
        in_all: Epochs without a lower loss are counted from the first epoch on.
    """
    lowest, best, waited = losses[0], 1, 0
    for epoch, loss in enumerate(losses[1:], 2):
        if loss < lowest or (ties and loss == lowest):
            lowest, best = loss, epoch
            waited = waited if in_all else 0
        else:
            waited += 1
        if previous:
            lowest = loss
        if waited == patience:
            return best, epoch
    return best, len(losses)


def _stopped_after_rises(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Return the same, stopped by losses that are not lower than those before them."""
    best, waited = 1, 0
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[best - 1]:
            best = epoch
        waited = 0 if losses[epoch - 1] < losses[epoch - 2] else waited + 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


def _first_uses_patience(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Return the same, where the first loss counts as one that is not lower."""
    lowest, best, waited = losses[0], 1, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < lowest:
            lowest, best, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


def _trainings(rng: np.random.Generator) -> list[Case]:
    """Return validation losses with a patience."""
    noisy = [
        (1 / np.arange(1, 31) + rng.normal(0, 0.06, 30) + 0.5).round(3).tolist() for _ in range(3)
    ]
    return [
        Case("a loss that rises", ([0.5, 0.4, 0.3, 0.31, 0.32, 0.33, 0.34], 3)),
        Case("a low loss after the end", ([0.5, 0.4, 0.3, 0.35, 0.36, 0.37, 0.2, 0.1], 3)),
        Case("a loss that falls to the end", ([0.5, 0.4, 0.3, 0.2], 2)),
        Case("an end within the patience", ([0.5, 0.3, 0.4], 3)),
        Case("one epoch", ([0.7], 2)),
        Case("equal losses", ([0.4, 0.3, 0.3, 0.3, 0.3, 0.3], 3)),
        Case(
            "a loss that falls again, but not to its lowest", ([0.5, 0.3, 0.6, 0.55, 0.52, 0.51], 3)
        ),
        Case("a new lowest loss within the patience", ([0.5, 0.6, 0.4, 0.5, 0.3, 0.5, 0.2], 2)),
        Case("a patience of one", ([0.5, 0.4, 0.45, 0.3], 1)),
        *(Case("losses up and down", (losses, 3)) for losses in noisy),
    ]


STOPPING = Exercise(
    name="03.2",
    title="Stop early",
    function="stop_early",
    right=_stopped,
    cases=_trainings,
    tolerance=1e-9,
    misconceptions=(
        Misconception(
            "knows the future",
            "Your best epoch comes after the training has ended. Whoever stops never sees the later"
            " losses.",
            lambda losses, patience: (
                int(np.argmin(losses)) + 1,
                _stopped(losses, patience)[1],
            ),
        ),
        Misconception(
            "never stops",
            "The training runs to the last loss here. It should end as soon as the patience is"
            " used up.",
            lambda losses, patience: (int(np.argmin(losses)) + 1, len(losses)),
        ),
        Misconception(
            "keeps the weights of the last epoch",
            "The end is right. But you go back to the epoch with the lowest loss.",
            lambda losses, patience: (_stopped(losses, patience)[1],) * 2,
        ),
        Misconception(
            "counts the epochs from 0",
            "Python counts from 0, but the first epoch has the number 1.",
            lambda losses, patience: tuple(epoch - 1 for epoch in _stopped(losses, patience)),
        ),
        Misconception(
            "counts the best epoch from 0",
            "The end is right. The best epoch is counted from 1, too.",
            lambda losses, patience: (
                _stopped(losses, patience)[0] - 1,
                _stopped(losses, patience)[1],
            ),
        ),
        Misconception(
            "an equal loss counts as lower",
            "A loss that is equal to the lowest one is not lower: it uses up patience, and the"
            " earlier epoch stays the best.",
            lambda *training: _stopped_otherwise(*training, ties=True),
        ),
        Misconception(
            "compares with the epoch before",
            "A loss has to be lower than the *lowest* so far. Lower than the one before is not"
            " enough.",
            lambda *training: _stopped_otherwise(*training, previous=True),
        ),
        Misconception(
            "compares with the epoch before",
            "A loss has to be lower than the *lowest* so far. Lower than the one before is not"
            " enough.",
            _stopped_after_rises,
        ),
        Misconception(
            "the first loss uses up patience",
            "The first loss is the lowest so far. Does your count of epochs without a lower loss"
            " begin with it?",
            _first_uses_patience,
        ),
        Misconception(
            "the last epoch first",
            "Both numbers are right, but in the other order: the best epoch comes first.",
            lambda *training: _stopped(*training)[::-1],
        ),
        Misconception(
            "returns the best epoch alone",
            "The best epoch is right. Return the last one, too.",
            lambda *training: _stopped(*training)[0],
        ),
        Misconception(
            "does not begin to count again",
            "The patience is for epochs in a row. What happens to your count when a new lowest loss"
            " comes?",
            lambda *training: _stopped_otherwise(*training, in_all=True),
        ),
        Misconception(
            "one epoch too many",
            "With a patience of 3, the third epoch in a row without a lower loss is the last one.",
            lambda losses, patience: _stopped(losses, patience + 1),
        ),
        Misconception(
            "one epoch too few",
            "With a patience of 3, the third epoch in a row without a lower loss is the last one."
            " Yours ends one earlier.",
            lambda losses, patience: (
                _stopped(losses, patience - 1) if patience > 1 else _stopped(losses, 1)
            ),
        ),
    ),
    why="It is what `keras.callbacks.EarlyStopping` does with `restore_best_weights=True`.",
    parts=("the best epoch", "the last epoch"),
)
