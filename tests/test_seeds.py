"""Derived seeds follow from every number given and are those of NumPy's SeedSequence."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mnist_lab.seeds import derive_seeds

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.integers(1, 20))
def test_one_seed_gives_what_numpys_seed_sequence_gives(seed, count):
    seeds = derive_seeds(seed, count=count)
    assert seeds == np.random.SeedSequence(seed).generate_state(count).tolist()
    assert all(type(number) is int and 0 <= number < 2**32 for number in seeds)


@given(SEEDS, SEEDS)
def test_several_numbers_give_what_numpys_seed_sequence_gives(seed, epoch):
    assert (
        derive_seeds(seed, epoch)
        == np.random.SeedSequence([seed, epoch]).generate_state(1).tolist()
    )


@given(SEEDS, st.integers(1, 20))
def test_asking_for_more_seeds_leaves_the_first_ones_as_they_are(seed, count):
    assert derive_seeds(seed, count=count + 1)[:count] == derive_seeds(seed, count=count)


def test_neighboring_numbers_in_either_place_give_seeds_of_their_own():
    seeds = [derive_seeds(seed, epoch)[0] for seed in range(100) for epoch in range(100)]
    # By the birthday rule one pair in 10,000 draws from 2**32 is expected once in 86 such tables.
    assert len(set(seeds)) >= len(seeds) - 1


def test_derived_seeds_look_evenly_spread():
    seeds = np.array([derive_seeds(seed)[0] for seed in range(2000)])
    counts = np.bincount(seeds >> 29, minlength=8)
    # 250 expected per eighth, with a standard deviation of 15.
    assert np.abs(counts - 250).max() < 75
