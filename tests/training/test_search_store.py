"""Searches that come with the package: their file, and what draws from them show."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from mnist_lab.training import search_store as module
from mnist_lab.training.parzen import log_densities
from mnist_lab.training.tuning import plain_settings, search_space

RANDOM = np.random.default_rng(0)


def searches(sizes, values=None):
    """A table of searches with so many trials each."""
    rows = [
        {"search": search, "trial": trial}
        for search, size in enumerate(sizes)
        for trial in range(size)
    ]
    table = pd.DataFrame(rows)
    table["choosing"] = RANDOM.random(len(table)) if values is None else values
    table["checking"] = RANDOM.random(len(table))
    return table


def test_the_stored_searches_are_pairs_with_one_baseline_and_equal_budgets():
    table = module.stored_searches()
    sizes = table.groupby(["kind", "search"]).size()
    assert set(sizes) == {table.attrs["trials"]}
    assert set(table["kind"]) == set(module.KINDS)
    first = table[table["trial"] == 0]
    names = list(search_space())
    for _, pair in first.groupby("search"):
        assert len(pair) == 2
        assert pair["choosing"].nunique() == pair["checking"].nunique() == 1
    assert first[names].drop_duplicates().to_dict("records") == [plain_settings()]
    # All others are different networks.
    others = table[table["trial"] > 0]
    assert not others.duplicated(["search", *names]).any()
    assert table[["choosing", "checking"]].stack().between(0, 1).all()


def test_the_stored_searches_stay_in_their_space_and_their_file_is_small():
    table, space = module.stored_searches(), search_space()
    assert table.attrs["space"] == {name: str(value) for name, value in space.items()}
    for name, distribution in space.items():
        low, high = getattr(distribution, "low", None), getattr(distribution, "high", None)
        if low is None:
            assert set(table[name]) <= set(distribution.choices)
        else:
            assert table[name].between(low, high).all()
    assert module.PATH.stat().st_size < 200_000


def test_best_so_far_follows_the_choosing_digits_whatever_is_shown():
    table = searches([4], [0.5, 0.8, 0.8, 0.9])
    table["checking"] = [0.1, 0.2, 0.3, 0.4]
    assert module.best_so_far(table).loc[0].tolist() == [0.5, 0.8, 0.8, 0.9]
    # The first of two equals stays.
    assert module.best_so_far(table, "checking").loc[0].tolist() == [0.1, 0.2, 0.2, 0.4]
    assert list(module.best_so_far(table).columns) == [1, 2, 3, 4]


def test_best_so_far_is_the_running_maximum_of_each_search():
    table = searches([9, 9, 9])
    for search, row in module.best_so_far(table).iterrows():
        values = table.loc[table["search"] == search, "choosing"]
        np.testing.assert_allclose(row, np.maximum.accumulate(values))


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_the_winners_curse_is_the_mean_over_all_draws(count: int):
    table = searches([6, 7], [0.5, 0.7, 0.6, 0.7, 0.2, 0.9, *RANDOM.random(7)])
    expected = []
    for _, trials in table.groupby("search"):
        for chooses, checks in (("choosing", "checking"), ("checking", "choosing")):
            draws = []
            for members in combinations(range(len(trials)), count):
                drawn = trials.iloc[list(members)]
                best = drawn[drawn[chooses] == drawn[chooses].max()]
                draws.append((best[chooses].mean(), best[checks].mean()))
            expected.append(np.mean(draws, axis=0))
    found = module.winners_curse(table, [count]).loc[count]
    promised, held = np.mean(expected, axis=0)
    np.testing.assert_allclose(found, [promised, held, 100 * (promised - held)], atol=1e-9)
    if count == 1:
        assert found["lost"] == pytest.approx(0)


def test_more_draws_than_trials_are_refused():
    for count in (0, 6):
        with pytest.raises(ValueError, match="counts"):
            module.winners_curse(searches([9, 5]), [count])


def test_the_densities_are_scipys_and_a_tenth_of_an_even_one():
    from scipy.stats import gaussian_kde

    values, scores = 10 ** RANDOM.uniform(-4, -1, 60), RANDOM.random(60)
    place, good, rest, chosen = log_densities(values, scores, share=0.25)
    assert chosen.sum() == 15
    assert scores[chosen].min() > scores[~chosen].max()
    logs, reach = np.log10(values), np.ptp(np.log10(values))
    assert (place[0], place[-1]) == pytest.approx((values.min(), values.max()))
    for density, members in ((good, chosen), (rest, ~chosen)):
        expected = 0.9 * gaussian_kde(logs[members])(np.log10(place)) + 0.1 / reach
        np.testing.assert_allclose(density, expected)


def test_one_good_trial_is_enough_for_a_density_and_equal_values_are_not():
    place, good, _, chosen = log_densities([0.001, 0.01, 0.1], [0.1, 0.9, 0.2], share=0.01)
    assert chosen.tolist() == [False, True, False]
    assert place[good.argmax()] == pytest.approx(0.01, rel=0.05)
    for values in ([0.1, 0.1], [0.1], [0.1, -1.0]):
        with pytest.raises(ValueError, match="values"), np.errstate(invalid="ignore"):
            log_densities(values, [0.1] * len(values))
