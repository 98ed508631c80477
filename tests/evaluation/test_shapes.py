"""Properties of drawn digits agree with geometry, and unusual digits with counting."""

import numpy as np
import pandas as pd
import pytest

import mnist_lab as lab
from mnist_lab.data.dataset import Dataset
from mnist_lab.evaluation.shapes import group_errors, shape_properties, unusual_shapes
from tests.helpers.evaluations import evaluation_of, wilson_by_hand


def bar(top, bottom, left, right):
    image = np.zeros((28, 28))
    image[top:bottom, left:right] = 1
    return image


def measured(image):
    return shape_properties(image[None]).iloc[0]


@pytest.fixture(scope="module")
def digits():
    return lab.load_digits("sample")


@pytest.mark.parametrize("width", [2, 3, 4, 5])
def test_a_bar_is_as_thick_as_it_is_wide(width):
    thickness = measured(bar(2, 26, 10, 10 + width))["thickness"]
    # Its outline is that of a rectangle whose four corners are cut, half a pixel on each side.
    outline = 2 * (24 + width) - 4 + 4 * np.sqrt(0.5)
    assert thickness == pytest.approx(2 * 24 * width / outline)
    assert width - 1 < thickness < width


def test_a_diagonal_stroke_is_nearly_as_thick_as_an_upright_one():
    rows, columns = np.mgrid[:28, :28]
    distances = {
        "upright": np.abs(columns - 13.5),
        "diagonal": np.abs(columns - rows) / np.sqrt(2),
    }
    within = (np.hypot(columns - 13.5, rows - 13.5) < 12).astype(float)
    # Three pixels wide, with gray edges.
    upright, diagonal = (np.clip(2 - away, 0, 1) * within for away in distances.values())
    assert measured(diagonal)["thickness"] == pytest.approx(
        measured(upright)["thickness"], rel=0.05
    )


@pytest.mark.parametrize("degrees", [-30, -10, 0, 20, 35])
def test_the_slant_is_the_angle_by_which_a_stroke_was_sheared(degrees):
    rows, columns = np.mgrid[:28, :28]
    center = 13.5 - np.tan(np.radians(degrees)) * (rows - 13.5)  # to the right at the top
    ink = np.clip(2 - np.abs(columns - center), 0, 1) * (np.abs(rows - 13.5) < 8)
    assert measured(ink)["slant"] == pytest.approx(degrees, abs=0.5)


def test_slant_and_width_are_those_of_numpys_weighted_covariance(digits):
    images = digits.test.images[:50]
    table = shape_properties(images)
    rows, columns = np.mgrid[:28, :28]
    for number, image in enumerate(images):
        points = np.stack([columns.ravel(), -rows.ravel()])
        covariance = np.cov(points, aweights=image.ravel(), ddof=0)
        slope = covariance[0, 1] / covariance[1, 1]
        residual = covariance[0, 0] - slope * covariance[0, 1]
        assert table["slant"][number] == pytest.approx(np.degrees(np.arctan(slope)), abs=1e-3)
        assert table["width"][number] == pytest.approx(
            np.sqrt(residual / covariance[1, 1]), abs=1e-4
        )


def enclosed(image):
    """Count the patches of paper that a flood from the edge does not reach, one by one."""
    paper = np.pad(image <= 0.5, 1, constant_values=True)
    count = -1
    while paper.any():
        waiting = [tuple(np.argwhere(paper)[0])]
        while waiting:
            row, column = waiting.pop()
            if 0 <= row < 30 and 0 <= column < 30 and paper[row, column]:
                paper[row, column] = False
                waiting += [(row + 1, column), (row - 1, column)]
                waiting += [(row, column + 1), (row, column - 1)]
        count += 1
    return count


def test_loops_are_the_patches_that_a_flood_from_outside_misses(digits):
    images = digits.test.images[:60]
    loops = shape_properties(images)["loops"].tolist()
    assert loops == [enclosed(image) for image in images]
    assert set(loops) >= {0, 1, 2}


def test_an_image_without_ink_has_no_property():
    assert measured(np.zeros((28, 28))).tolist() == [0, 0, 0, 0]
    assert len(shape_properties(np.zeros((0, 28, 28)))) == 0


def test_images_are_measured_alike_alone_and_among_many(digits):
    images = np.concatenate([digits.train.images[:2100], np.ones((1, 28, 28))])
    together = shape_properties(images)
    for number in (0, 1999, 2000, 2099, 2100):
        np.testing.assert_allclose(together.loc[number], measured(images[number]), rtol=1e-4)


def test_unusual_is_what_lies_outside_the_quantiles_of_its_own_kind(digits):
    found = unusual_shapes(digits.test, digits.train, share=0.1)
    test, train = shape_properties(digits.test.images), shape_properties(digits.train.images)
    for number in range(0, len(digits.test), 7):
        label = digits.test.labels[number]
        known, own = train[digits.train.labels == label], test.loc[number]
        slants = np.sort(known["slant"])
        low, high = np.quantile(slants, 0.1), np.quantile(slants, 0.9)
        row = found.loc[number]
        assert (row["leaning left"], row["leaning right"]) == (
            own["slant"] < low,
            own["slant"] > high,
        )
        assert row["thin strokes"] == (own["thickness"] < np.quantile(known["thickness"], 0.1))
        assert row["wide"] == (own["width"] > np.quantile(known["width"], 0.9))
        as_many = (known["loops"] == own["loops"]).sum() / len(known)
        assert row["unusual loops"] == (as_many < 0.1)


def test_of_the_reference_itself_the_share_is_unusual(digits):
    found = unusual_shapes(digits.train, digits.train, share=0.05)
    pairs = found.drop(columns="unusual loops")
    assert (pairs.mean() - 0.05).abs().max() < 0.005
    assert found["unusual loops"].mean() < 0.15


def test_a_kind_that_the_reference_lacks_is_usual():
    images = np.stack([bar(2, 26, 10, 13), bar(2, 26, 10, 20)])
    dataset = Dataset(images, np.array([1, 2]))
    reference = Dataset(images[:1], np.array([1]))
    assert not unusual_shapes(dataset, reference).to_numpy().any()


def test_mistakes_of_groups_are_counted_with_wilsons_interval():
    result = evaluation_of([1, 1, 1, 2, 2], [1, 7, 1, 3, 2])
    groups = pd.DataFrame(
        {"ones": [True] * 3 + [False] * 2, "none": [False] * 5, "all": [True] * 5}
    )
    table = group_errors(groups, result)
    assert table.index.tolist() == ["ones", "none", "all"]
    assert table["digits"].tolist() == [3, 0, 5]
    assert table["mistakes"].tolist() == [1, 0, 2]
    assert table.loc["all", "error"] == 0.4
    assert table.loc["all", ["low", "high"]].tolist() == pytest.approx(wilson_by_hand(2, 5))
    assert table.loc["none", ["error", "low", "high"]].isna().all()


def test_groups_of_other_digits_are_refused():
    with pytest.raises(ValueError, match=r"len\(groups\)=2 cannot be used"):
        group_errors(pd.DataFrame({"a": [True, False]}), evaluation_of([1, 2, 3], [1, 2, 3]))


@pytest.mark.parametrize("share", [0, 0.5, "much"])
def test_a_share_that_makes_no_sense_is_refused(digits, share):
    with pytest.raises(ValueError, match="share=.* cannot be used"):
        unusual_shapes(digits.test, digits.train, share)
