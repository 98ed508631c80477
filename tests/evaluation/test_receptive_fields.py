"""Receptive fields have the size that counting by hand gives, and hold all that matters."""

import numpy as np
import pytest

import mnist_lab as lab
from mnist_lab.evaluation.receptive_fields import receptive_fields


def width_by_hand(blocks: int, kernel_size: int, convolutions: int = 1) -> int:
    """The width in pixels, by the rule for stacked windows (Dumoulin and Visin 2016)."""
    width, step = 1, 1
    for _ in range(blocks):
        for _ in range(convolutions):
            width += (kernel_size - 1) * step
        width += step  # pooling: a window of 2
        step *= 2
    return width


@pytest.mark.parametrize("kernel_size", [1, 3])
def test_a_field_is_a_square_as_wide_as_counted_by_hand(kernel_size: int):
    fields = receptive_fields(lab.models.cnn([2, 3, 4], kernel_size=kernel_size))
    assert list(fields) == ["block 1", "block 2", "block 3"]
    for block, field in enumerate(fields.values(), start=1):
        rows, columns = np.flatnonzero(field.any(axis=1)), np.flatnonzero(field.any(axis=0))
        width = width_by_hand(block, kernel_size)
        assert len(rows) == len(columns) == width
        assert field.sum() == width**2
        assert rows[-1] - rows[0] == width - 1


def test_a_network_of_one_block_has_one_field():
    fields = receptive_fields(lab.models.cnn([8]))
    assert {block: field.sum() for block, field in fields.items()} == {"block 1": 16}


def test_two_convolutions_per_block_see_more():
    fields = receptive_fields(lab.models.cnn([2, 3], convolutions=2))
    widths = [field.any(axis=0).sum() for field in fields.values()]
    assert widths[1] == width_by_hand(1, 3, convolutions=2)
    assert widths[3] == width_by_hand(2, 3, convolutions=2)


def test_a_separable_network_sees_as_much_as_one_of_ordinary_convolutions():
    separable = receptive_fields(lab.models.separable_cnn([[2], [3], [4]]))
    ordinary = receptive_fields(lab.models.cnn([2, 3, 4]))
    for block in ("block 1", "block 2"):  # the last block of the separable one has no pooling
        np.testing.assert_array_equal(separable[block], ordinary[block])
    assert separable["block 3"].sum() == (width_by_hand(2, 3) + 2 * 4) ** 2


def test_a_field_wider_than_the_picture_is_the_picture():
    assert receptive_fields(lab.models.cnn([2, 2, 2, 2]))["block 4"].all()


def test_only_pixels_of_the_field_change_the_neuron():
    model = lab.models.cnn([4, 8], seed=3)
    field = receptive_fields(model)["block 2"]
    maps = lab.keras.Model(model.inputs[0], model.get_layer("activation_2").output)
    rng = np.random.default_rng(0)
    image = rng.random((28, 28), dtype=np.float32)
    other = np.where(field, image, rng.random((28, 28), dtype=np.float32))
    first, second = maps(np.stack([image, other]), training=False).numpy()
    np.testing.assert_array_equal(first[3, 3], second[3, 3])
    assert not np.array_equal(first[0, 0], second[0, 0])


def test_the_network_keeps_its_weights():
    model = lab.models.cnn([2, 3])
    before = [weight.copy() for weight in model.get_weights()]
    receptive_fields(model)
    for weight, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)


def test_a_network_without_maps_is_refused():
    with pytest.raises(ValueError, match=r"model mlp: has no maps; expected a network of lab\.mod"):
        receptive_fields(lab.models.mlp([20]))
