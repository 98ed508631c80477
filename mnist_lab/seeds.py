"""Independent seeds for the parts of one experiment, derived from the seed that a reader sets."""

import numpy as np


def derive_seeds(*seed: int, count: int = 1) -> list[int]:
    """Return seeds that depend on every number given, and on nothing else.

    Numbers that differ by one give unrelated seeds.

    Args:
        *seed: Whole numbers from 0 to 2**32 - 1, such as a reader's seed and an epoch.
        count: How many seeds to return.

    Returns:
        Whole numbers from 0 to 2**32 - 1, by NumPy's SeedSequence.

    Example:
        >>> derive_seeds(0, count=2)
        [2968811710, 3677149159]
    """
    entropy = seed[0] if len(seed) == 1 else list(seed)
    return [int(value) for value in np.random.SeedSequence(entropy).generate_state(count)]
