"""Drawings are halved pair by pair, by lot, and stay where they are when more come."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset
from mnist_lab.handwriting import load_recorded, split_in_halves


def marked(labels: list[int]) -> Dataset:
    """Drawings that can be told apart: the first pixel holds the place of each."""
    images = np.zeros((len(labels), 28, 28))
    images[:, 0, 0] = np.arange(len(labels)) / 255
    return Dataset(images, np.array(labels))


def places(drawings: Dataset) -> set[int]:
    return set(np.rint(255 * drawings.images[:, 0, 0]).astype(int).tolist())


@pytest.mark.parametrize("seed", range(5))
def test_each_pair_of_a_digit_has_one_drawing_in_each_half(seed: int):
    drawings = marked([1, 8, 1, 1, 8, 1, 1])
    learned, tested = (places(half) for half in split_in_halves(drawings, seed))
    assert learned | tested == set(range(7))
    assert learned & tested == set()
    for pair in ({0, 2}, {3, 5}, {1, 4}):
        assert len(pair & learned) == len(pair & tested) == 1


def test_the_seed_decides_and_every_lot_is_about_even():
    drawings = marked([3] * 8)
    halves = [places(split_in_halves(drawings, seed)[0]) for seed in range(400)]
    assert halves[0] == places(split_in_halves(drawings, 0)[0])
    for place in range(8):  # 400 fair lots miss 140 to 260 in less than one case in 10**8
        assert 140 < sum(place in half for half in halves) < 260


@pytest.mark.parametrize("seed", range(5))
def test_a_drawing_stays_in_its_half_when_more_are_collected(seed: int):
    labels = [5, 2, 5, 5, 2, 5, 2, 9, 5, 5, 2]
    learned = places(split_in_halves(marked(labels), seed)[0])
    for count in range(1, len(labels)):
        earlier = places(split_in_halves(marked(labels[:count]), seed)[0])
        assert earlier == {place for place in learned if place < count}


def test_the_recorded_drawings_give_both_halves_five_of_each_digit():
    labels = np.array([drawing.label for drawing in load_recorded()])
    drawings = Dataset(np.zeros((len(labels), 28, 28)), labels)
    for half in split_in_halves(drawings):
        assert np.bincount(half.labels).tolist() == [5] * 10


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="seed="):
        lab.handwriting.split_in_halves(marked([1, 1]), "fair")
