"""A Dataset holds checked digits that nobody can change; what is no set of digits is refused."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_lab.backend import tf
from mnist_lab.data.dataset import Dataset, Digits

EXAMPLES = settings(max_examples=60, deadline=None)
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((12, 28, 28), dtype=np.float32)
LABELS = np.arange(12) % 10


def images_of(count, value=0.5):
    return np.full((count, 28, 28), value, np.float32)


def assert_refused(images, labels, *words):
    with pytest.raises(ValueError) as error:
        Dataset(images, labels)
    message = str(error.value)
    assert "cannot be used" in message
    assert [word for word in words if word not in message] == []
    assert message.count("\n") == 0
    assert len(message) < 250


# What is taken


@EXAMPLES
@given(st.data(), st.sampled_from([np.float16, np.float32, np.float64, bool]))
def test_values_from_0_to_1_of_any_float_type_are_kept_as_float32(data, dtype):
    count = data.draw(st.integers(0, 5))
    values = st.booleans() if dtype is bool else st.floats(0, 1, width=np.dtype(dtype).itemsize * 8)
    images = data.draw(arrays.arrays(dtype, (count, 28, 28), elements=values, fill=values))
    dataset = Dataset(images, np.zeros(count, int))
    assert dataset.images.dtype == np.float32
    np.testing.assert_array_equal(dataset.images, images.astype(np.float32))
    assert len(dataset) == count


@EXAMPLES
@given(
    arrays.arrays(
        arrays.integer_dtypes() | arrays.unsigned_integer_dtypes(),
        st.integers(0, 20),
        elements=st.integers(0, 9),
    )
)
def test_labels_of_any_whole_type_and_byte_order_are_kept_as_int64(labels):
    dataset = Dataset(images_of(len(labels)), labels)
    assert dataset.labels.dtype == np.int64
    np.testing.assert_array_equal(dataset.labels, labels)


def test_lists_and_tensors_are_taken():
    for images, labels in ((IMAGES.tolist(), LABELS.tolist()), (tf.constant(IMAGES), LABELS)):
        dataset = Dataset(images, labels)
        np.testing.assert_array_equal(dataset.images, IMAGES)
        np.testing.assert_array_equal(dataset.labels, LABELS)


def test_a_dataset_may_be_empty():
    dataset = Dataset(np.zeros((0, 28, 28)), [])
    assert len(dataset) == 0
    assert (dataset.images.dtype, dataset.labels.dtype) == (np.float32, np.int64)
    assert len(dataset.subset([])) == len(Dataset(IMAGES, LABELS).subset([])) == 0


def test_a_value_that_misses_the_limits_by_rounding_is_taken_and_set_to_the_limit():
    images = np.stack([images_of(1, 1 + 1e-7)[0], images_of(1, -1e-7)[0]])
    assert images.max() > 1
    dataset = Dataset(images, [1, 2])
    assert (dataset.images.max(), dataset.images.min()) == (1, 0)


# Bytes


@EXAMPLES
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(0, 3), st.just(28), st.just(28))), st.booleans()
)
def test_images_that_were_bytes_are_these_bytes_again_before_and_after_they_are_floats(
    stored, as_floats
):
    dataset = Dataset.from_bytes(stored, np.zeros(len(stored), int))
    if as_floats:
        expected = np.array(
            [
                [[np.float32(p) / np.float32(255) for p in row] for row in image]
                for image in stored.tolist()
            ],
            np.float32,
        ).reshape(stored.shape)
        np.testing.assert_array_equal(dataset.images, expected)
    np.testing.assert_array_equal(dataset.as_uint8(), stored)
    assert len(dataset) == len(stored)


def test_bytes_take_a_quarter_of_the_memory_until_floats_are_asked_for():
    dataset = Dataset.from_bytes(np.full((2000, 28, 28), 7, np.uint8), np.zeros(2000, int))
    few = dataset.subset(slice(0, 1000))
    assert len(pickle.dumps(dataset)) < 1.1 * 2000 * 784 + 2000 * 8
    assert np.shares_memory(dataset.as_uint8(), few.as_uint8())
    assert dataset.images is dataset.images
    assert (dataset.images.dtype, few.images.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(dataset.images[:1000], few.images)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
@pytest.mark.parametrize("as_floats", [True, False])
def test_nothing_that_a_dataset_hands_out_can_be_written_into(as_floats, copied):
    dataset = Dataset.from_bytes(np.zeros((2, 28, 28), np.uint8), [0, 1])
    if as_floats:
        assert dataset.images.max() == 0
    for one in (dataset, copied(dataset), dataset.subset([1]), dataset.subset(slice(0, 1))):
        for array in (one.as_uint8(), one.images, one.as_uint8(), one.labels):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1


def test_a_dataset_has_no_other_attributes_and_none_that_can_be_set():
    dataset = Dataset.from_bytes(np.zeros((2, 28, 28), np.uint8), [0, 1])
    for name in ("images", "labels", "others"):
        with pytest.raises(AttributeError):
            setattr(dataset, name, IMAGES)


def test_a_later_change_does_not_reach_a_dataset_through_another_view_of_its_bytes():
    stored = np.zeros((2, 28, 28), np.uint8)
    view = stored[:]
    view.flags.writeable = False
    dataset = Dataset.from_bytes(view, [0, 1])
    stored[:] = 255
    assert dataset.images.max() == 0


# What is refused


@EXAMPLES
@given(
    arrays.arrays(
        arrays.integer_dtypes() | arrays.unsigned_integer_dtypes(),
        (2, 28, 28),
        elements=st.integers(0, 127),
    )
)
@example(np.zeros((2, 28, 28), np.uint8))
def test_bytes_are_refused_whatever_they_hold(images):
    assert_refused(images, [0, 1], "divide by 255", "from_bytes", str(images.dtype))


@EXAMPLES
@given(st.floats(1.0001, 1e30) | st.floats(-1e30, -0.0001), st.integers(0, 28 * 28 - 1))
def test_a_value_outside_0_to_1_is_refused_with_the_range(value, position):
    images = images_of(3)
    images[1].flat[position] = value
    assert_refused(images, [0, 1, 2], f"{np.float32(value):g}", "from 0 (paper) to 1 (ink)")


def test_floats_up_to_255_are_refused_with_what_to_do():
    assert_refused(IMAGES * 255, LABELS, "divide by 255")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pixel_that_is_no_finite_number_is_refused(value, dtype):
    images = IMAGES.astype(dtype)
    images[3, 4, 5] = value
    assert_refused(images, LABELS, "NaN or infinite", "image 3")


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ((12, 784), "images.reshape(-1, 28, 28)"),
        ((12, 28, 28, 1), "images.reshape(-1, 28, 28)"),
        ((28, 28), "images[None]"),
        ((12, 27, 28), "(n, 28, 28)"),
        ((12,), "(n, 28, 28)"),
        ((), "(n, 28, 28)"),
        ((0,), "(n, 28, 28)"),
    ],
)
def test_images_of_another_shape_are_refused_with_what_to_do(shape, words):
    assert_refused(np.zeros(shape, np.float32), LABELS, f"images.shape={shape}", words)


@pytest.mark.parametrize(
    "images", [IMAGES.astype(str), IMAGES.astype(complex), IMAGES.astype(object)]
)
def test_images_that_are_no_numbers_are_refused(images):
    assert_refused(images, LABELS, str(images.dtype), "from 0 to 1")


@pytest.mark.parametrize("wrong", [12, 10, -1, 2**40])
def test_a_label_that_is_no_digit_is_refused(wrong):
    labels = LABELS.copy()
    labels[5] = wrong
    assert_refused(IMAGES, labels, str(wrong), "from 0 to 9", "Drop the other examples.")


def test_one_hot_labels_are_refused_with_what_to_do():
    assert_refused(IMAGES, np.eye(10)[LABELS], "labels.argmax(axis=1)")
    assert_refused(IMAGES, LABELS[:, None], "labels.ravel()")


@pytest.mark.parametrize(
    "labels", [LABELS * 1.0, LABELS.astype(str), LABELS.astype(bool), [None] * 12]
)
def test_labels_that_are_no_whole_numbers_are_refused_with_what_to_do(labels):
    assert_refused(IMAGES, labels, str(np.asarray(labels).dtype), "labels.astype(int)")


@EXAMPLES
@given(st.integers(0, 6), st.integers(0, 6))
def test_images_and_labels_of_different_lengths_are_refused_with_both(images, labels):
    if images == labels:
        assert len(Dataset(images_of(images), np.zeros(labels, int))) == images
    else:
        words = (f"{images} images", f"{labels} labels", "one label per image")
        assert_refused(images_of(images), np.zeros(labels, int), *words)


@pytest.mark.parametrize("source", ["mine", "auto", "", None, 3])
def test_digits_of_a_source_that_has_no_title_are_refused(source):
    part = Dataset(IMAGES, LABELS)
    with pytest.raises(ValueError, match="source=.*one of mnist, sample, files"):
        Digits(part, part, part, source=source)


@pytest.mark.parametrize("source", ["mnist", "sample", "files"])
def test_digits_of_every_source_have_a_provenance(source):
    part = Dataset(IMAGES, LABELS)
    assert Digits(part, part, part, source).provenance.endswith("12 train, 12 validation, 12 test.")


# Nobody can change it


@pytest.mark.parametrize("name", ["images", "labels"])
@pytest.mark.parametrize("dtype", [None, np.float64])
def test_its_arrays_are_read_only_and_those_it_was_made_of_stay_writeable(name, dtype):
    images, labels = IMAGES.astype(dtype or np.float32), LABELS.astype(np.int64)
    dataset = Dataset(images, labels)
    with pytest.raises(ValueError, match="read-only"):
        getattr(dataset, name)[0] = 0
    assert images.flags.writeable
    assert labels.flags.writeable


def test_changing_the_arrays_it_was_made_of_does_not_change_it():
    images, labels = IMAGES.copy(), LABELS.copy()
    dataset = Dataset(images, labels)
    images[:], labels[:] = 0, 0
    np.testing.assert_array_equal(dataset.images, IMAGES)
    np.testing.assert_array_equal(dataset.labels, LABELS)


def test_read_only_arrays_are_shared_and_not_copied():
    dataset = Dataset(IMAGES, LABELS)
    again = Dataset(dataset.images, dataset.labels)
    assert np.shares_memory(again.images, dataset.images)
    assert np.shares_memory(dataset.subset(slice(2, 7)).images, dataset.images)


# Parts of it


@EXAMPLES
@given(st.lists(st.integers(-12, 11), max_size=30))
def test_a_subset_by_indices_is_that_of_numpy(indices):
    part = Dataset(IMAGES, LABELS).subset(indices)
    np.testing.assert_array_equal(part.images, IMAGES[np.array(indices, int)])
    np.testing.assert_array_equal(part.labels, LABELS[np.array(indices, int)])
    assert not part.images.flags.writeable
    assert not part.labels.flags.writeable


@EXAMPLES
@given(st.slices(12))
def test_a_subset_by_slice_is_that_of_numpy(part):
    dataset = Dataset(IMAGES, LABELS).subset(part)
    np.testing.assert_array_equal(dataset.images, IMAGES[part])
    np.testing.assert_array_equal(dataset.labels, LABELS[part])


@EXAMPLES
@given(arrays.arrays(bool, 12))
def test_a_subset_by_mask_is_that_of_numpy(mask):
    for indices in (mask, mask.tolist()):
        dataset = Dataset(IMAGES, LABELS).subset(indices)
        np.testing.assert_array_equal(dataset.images, IMAGES[mask])
        np.testing.assert_array_equal(dataset.labels, LABELS[mask])


@pytest.mark.parametrize(
    "indices", [12, 3, np.int64(3), [12], [-13], [True] * 11, [1.5], "3", [[1], [2]]]
)
def test_what_selects_no_digits_is_refused(indices):
    with pytest.raises((IndexError, ValueError)):
        Dataset(IMAGES, LABELS).subset(indices)


# Bytes


@EXAMPLES
@given(arrays.arrays(np.uint8, (3, 28, 28)))
def test_bytes_are_divided_by_255(images):
    dataset = Dataset.from_bytes(images, [1, 2, 3])
    np.testing.assert_array_equal(dataset.images, images.astype(np.float32) / np.float32(255))
    np.testing.assert_allclose(dataset.images, images / 255, rtol=1e-7)
    np.testing.assert_array_equal(np.rint(dataset.images * 255), images)
    assert images.flags.writeable


@pytest.mark.parametrize("images", [IMAGES, np.full((12, 28, 28), 256), np.full((12, 28, 28), -1)])
def test_from_bytes_refuses_what_are_no_bytes(images):
    with pytest.raises(ValueError, match="cannot be used: expected whole numbers from 0 to 255"):
        Dataset.from_bytes(images, LABELS)


def test_from_bytes_checks_shapes_and_labels_too():
    with pytest.raises(ValueError, match=r"reshape\(-1, 28, 28\)"):
        Dataset.from_bytes(np.zeros((3, 784), np.uint8), [1, 2, 3])
    with pytest.raises(ValueError, match="from 0 to 9"):
        Dataset.from_bytes(np.zeros((1, 28, 28), np.uint8), [12])
