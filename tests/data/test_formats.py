"""Digits are read from files whole, or refused with a message that says what is wrong."""

import gzip
import hashlib
import pickle
import struct
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lab.data import arrays, formats
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats import raw as raw_digits
from mnist_lab.data.formats.sets import _test_mask
from tests.helpers.stored import (
    IDX_NAMES,
    NPZ_KEYS,
    assert_same,
    idx_bytes,
    made_up_digits,
    npz_bytes,
    write_folder,
    write_npz,
)

EXAMPLES = settings(max_examples=100, deadline=None)
PUBLISHED_SHA256 = [
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
]


IMAGES_IDX = idx_bytes(made_up_digits(train=2).train_images)
IMAGES_GZIP = gzip.compress(IMAGES_IDX, mtime=0)
SMALL_NPZ = npz_bytes(made_up_digits(train=2, test=1))


@pytest.mark.needs_mnist
def test_the_arrays_of_mnist_have_the_published_checksums(mnist):
    assert [
        hashlib.sha256(idx_bytes(array)).hexdigest() for array in mnist.arrays
    ] == PUBLISHED_SHA256


@pytest.mark.needs_mnist
def test_mnist_has_the_published_sizes_and_class_counts(mnist):
    assert [array.shape for array in mnist.arrays] == [
        (60000, 28, 28),
        (60000,),
        (10000, 28, 28),
        (10000,),
    ]
    counts = np.bincount(mnist.train_labels)
    assert counts[1] == 6742
    assert counts[5] == 5421
    assert mnist.is_mnist


def test_whether_digits_are_mnist_is_computed_once(monkeypatch):
    digits, asked = made_up_digits(), []

    def sha256():
        asked.append(1)
        return hashlib.sha256()

    monkeypatch.setattr(raw_digits, "hashlib", SimpleNamespace(sha256=sha256))
    assert [digits.is_mnist for _ in range(3)] == [False] * 3
    assert len(asked) == 1


@pytest.mark.needs_mnist
def test_mnist_with_one_other_pixel_is_not_mnist(mnist):
    images = mnist.test_images.copy()
    images[0, 0, 0] ^= 1
    assert not replace(mnist, test_images=images).is_mnist


@pytest.mark.parametrize(
    ("pack", "spell"),
    [
        (lambda content: content, lambda name: name),
        (gzip.compress, lambda name: name + ".gz"),
        (lambda content: content, lambda name: name.replace("-idx", ".idx")),
        (gzip.compress, lambda name: name.replace("-idx", ".idx") + ".gz"),
        (gzip.compress, lambda name: name),
    ],
    ids=["plain", "gzipped", "dotted", "dotted and gzipped", "gzipped without the ending"],
)
def test_a_folder_of_idx_files_holds_the_same_digits_however_it_is_stored(tmp_path, pack, spell):
    digits = made_up_digits()
    folder = write_folder(tmp_path / "digits", digits, pack, spell)
    assert_same(formats.read_path(folder), digits)
    assert_same(formats.read_path(str(folder)), digits)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_holds_the_same_digits(tmp_path, save):
    digits = made_up_digits()
    save(tmp_path / "digits.npz", **dict(zip(NPZ_KEYS, digits.arrays, strict=True)))
    assert_same(formats.read_path(tmp_path / "digits.npz"), digits)


def test_whole_numbers_of_any_width_are_read(tmp_path):
    digits = made_up_digits()
    path = write_npz(
        tmp_path / "wide.npz",
        digits,
        x_train=digits.train_images.astype(">i4"),
        y_train=digits.train_labels.astype(int),
    )
    assert_same(formats.read_path(path), digits)


def test_a_path_may_start_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_folder(tmp_path / "digits", made_up_digits())
    assert_same(formats.read_path("~/digits"), made_up_digits())


@pytest.mark.parametrize(
    "path", ["nowhere", "nowhere/mnist.npz", "a\x00b", "x" * 5000, "~no_such_user_here/mnist"]
)
def test_a_path_that_leads_nowhere_is_named(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as error:
        formats.read_path(path)
    assert str(error.value).startswith(path[:20])


def test_an_empty_path_is_not_the_folder_one_is_in(tmp_path, monkeypatch):
    monkeypatch.chdir(write_folder(tmp_path / "here", made_up_digits()))
    with pytest.raises(DataError, match="empty path"):
        formats.read_path("")


def test_a_folder_of_photos_is_told_what_makes_digits_of_them(tmp_path):
    (tmp_path / "0123.JPG").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(
        DataError, match=r"has no digits in it.*lab\.handwriting\.collect\(folder\)"
    ):
        formats.read_path(tmp_path)


def test_a_missing_path_says_what_to_give(tmp_path):
    with pytest.raises(
        DataError, match=r"no such file or folder\. Give a folder of IDX files.*\.npz, \.csv"
    ):
        formats.read_path(tmp_path / "nowhere")


@pytest.mark.parametrize("name", IDX_NAMES)
def test_a_folder_that_lacks_a_file_says_which(tmp_path, name):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"digits: has no {name} or {name}.gz"):
        formats.read_path(folder)


def test_an_empty_folder_says_what_it_needs(tmp_path):
    with pytest.raises(DataError) as error:
        formats.read_path(tmp_path)
    assert all(name in str(error.value) for name in IDX_NAMES)


def test_a_folder_in_place_of_a_file_is_no_file(tmp_path):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[1]).unlink()
    (folder / IDX_NAMES[1]).mkdir()
    with pytest.raises(DataError, match=f"has no {IDX_NAMES[1]}"):
        formats.read_path(folder)


# A folder in place of a file that cannot be read: permissions do not bind the administrator.
@pytest.mark.parametrize("read", [arrays.read_idx, formats.read_npz])
def test_a_file_that_cannot_be_read_is_named(tmp_path, read):
    with pytest.raises(DataError, match="cannot be read") as error:
        read(tmp_path)
    assert str(tmp_path) in str(error.value)


@EXAMPLES
@given(length=st.integers(0, len(IMAGES_GZIP) - 1))
def test_a_gzip_file_cut_anywhere_is_refused(tmp_path_factory, length):
    path = tmp_path_factory.getbasetemp() / "cut.gz"
    path.write_bytes(IMAGES_GZIP[:length])
    with pytest.raises(
        DataError, match=r"cut\.gz: (the gzip file is cut short or damaged|starts with the bytes)"
    ):
        arrays.read_idx(path)


def changes(places):
    return st.lists(
        st.tuples(st.integers(0, places - 1), st.integers(1, 255)), min_size=1, max_size=4
    )


def flipped(content, flips):
    content = bytearray(content)
    for position, bits in flips:
        content[position] ^= bits
    return bytes(content)


@EXAMPLES
@given(flips=changes(20) | changes(len(IMAGES_GZIP)))
def test_a_gzip_file_with_flipped_bytes_gives_the_right_digits_or_is_refused(
    tmp_path_factory, flips
):
    path = tmp_path_factory.getbasetemp() / "flipped.gz"
    path.write_bytes(flipped(IMAGES_GZIP, flips))
    try:
        images = arrays.read_idx(path)
    except DataError as error:
        assert "flipped.gz" in str(error)
    else:
        np.testing.assert_array_equal(images, made_up_digits(train=2).train_images)


@EXAMPLES
@given(position=st.integers(0, 15), bits=st.integers(1, 255))
def test_an_idx_header_with_one_other_byte_is_refused(tmp_path_factory, position, bits):
    path = tmp_path_factory.getbasetemp() / "header"
    path.write_bytes(flipped(IMAGES_IDX, [(position, bits)]))
    with pytest.raises(
        DataError, match="header: (starts with the bytes|its header promises|holds no)"
    ):
        arrays.read_idx(path)


@EXAMPLES
@given(header=st.binary(min_size=12, max_size=12), content=st.binary(max_size=20))
def test_an_idx_header_of_any_sizes_gives_what_it_promises_or_is_refused(
    tmp_path_factory, header, content
):
    path = tmp_path_factory.getbasetemp() / "sizes"
    path.write_bytes(b"\x00\x00\x08\x03" + header + content)
    try:
        images = arrays.read_idx(path)
    except DataError:
        return
    assert images.shape == struct.unpack(">3I", header)
    assert images.tobytes() == content


@EXAMPLES
@given(flips=changes(len(SMALL_NPZ)) | changes(200))
def test_an_npz_with_flipped_bytes_gives_the_right_digits_or_is_refused(tmp_path_factory, flips):
    path = tmp_path_factory.getbasetemp() / "flipped.npz"
    path.write_bytes(flipped(SMALL_NPZ, flips))
    try:
        digits = formats.read_npz(path)
    except DataError as error:
        assert "flipped.npz" in str(error)
    else:
        assert_same(digits, made_up_digits(train=2, test=1))


@EXAMPLES
@given(length=st.integers(0, len(SMALL_NPZ) - 1))
def test_an_npz_cut_anywhere_is_refused(tmp_path_factory, length):
    path = tmp_path_factory.getbasetemp() / "cut.npz"
    path.write_bytes(SMALL_NPZ[:length])
    with pytest.raises(DataError, match=r"cut\.npz: not a readable \.npz"):
        formats.read_npz(path)


@pytest.mark.parametrize(
    "shape", [(0, 28, 28), (0, 2**32 - 1, 2**32 - 1), (2**32 - 1, 2**32 - 1, 0)]
)
def test_a_training_file_of_no_images_is_refused_whatever_its_other_sizes(tmp_path, shape):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[0]).write_bytes(b"\x00\x00\x08\x03" + struct.pack(">3I", *shape))
    (folder / IDX_NAMES[1]).write_bytes(b"\x00\x00\x08\x01" + struct.pack(">I", 0))
    with pytest.raises(DataError, match="holds no|images.shape="):
        formats.read_path(folder)


def test_a_file_with_another_magic_number_is_refused(tmp_path):
    path = tmp_path / "other"
    path.write_bytes(b"\x00\x00\x0d\x03" + IMAGES_IDX[4:])
    with pytest.raises(
        DataError, match="other: starts with the bytes 00 00 0d 03; expected the IDX magic number"
    ):
        arrays.read_idx(path)


def test_an_empty_idx_file_is_refused(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(DataError, match=r"empty: starts with the bytes \(none\)"):
        arrays.read_idx(tmp_path / "empty")


@pytest.mark.parametrize(
    ("content", "found"), [(IMAGES_IDX[:-1], "1,583"), (IMAGES_IDX + b"x", "1,585")]
)
def test_a_file_of_another_size_than_its_header_says_is_refused(tmp_path, content, found):
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(
        DataError, match=f"odd: its header promises 1,584 bytes, the file has {found}"
    ):
        arrays.read_idx(tmp_path / "odd")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"train_labels": np.zeros(29, np.uint8)},
            r"\(training\): 30 images but labels of shape \(29,\)",
        ),
        (
            {"test_labels": np.zeros(21, np.uint8)},
            r"\(test\): 20 images but labels of shape \(21,\)",
        ),
        (
            {"train_labels": np.full(30, 10, np.uint8)},
            r"\(training\): labels run from 10 to 10; expected 0 to 9",
        ),
        (
            {"test_images": np.zeros((20, 27, 28), np.uint8)},
            r"\(test\): images.shape=\(20, 27, 28\)",
        ),
        ({"train_images": np.zeros(30, np.uint8)}, r"\(training\): images.shape=\(30,\)"),
        (
            {"train_labels": np.zeros((30, 28, 28), np.uint8)},
            r"\(training\): 30 images but labels of shape \(30, 28, 28\)",
        ),
    ],
)
def test_idx_files_that_do_not_fit_together_are_refused(tmp_path, changed, message):
    folder = write_folder(tmp_path / "digits", replace(made_up_digits(), **changed))
    with pytest.raises(DataError, match="digits " + message):
        formats.read_path(folder)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x_train": np.zeros((30, 28, 28), complex)}, "pixels are stored as complex128"),
        ({"y_test": np.full(20, 0.5)}, "a label is 0.5; expected whole numbers from 0 to 9"),
        ({"y_test": np.array(["seven"] * 20)}, "the label 'seven' is no digit"),
        ({"y_test": np.zeros(20, complex)}, "labels are stored as complex128"),
        ({"x_train": np.full((30, 28, 28), np.nan)}, "30 of 30 images have NaN"),
        (
            {"x_train": np.linspace(-1, 1, 30 * 784).reshape(30, 28, 28)},
            r"pixels run from -1 to 1; expected 0 to 255, or 0 to 1.*\(images \+ 1\) / 2",
        ),
        ({"x_train": np.full((30, 28, 28), 65535)}, r"from 65535 to 65535.*images / 65535"),
        (
            {"x_train": np.linspace(-0.42, 2.82, 30 * 784).reshape(30, 784)},
            r"images \* 0\.3081 \+ 0\.1307",
        ),
        ({"x_test": np.full((20, 28, 28), 256)}, "pixels run from 256 to 256; expected 0 to 255"),
        ({"x_test": np.full((20, 28, 28), -1, np.int8)}, "pixels run from -1 to -1"),
        ({"y_train": np.full(30, -1)}, "labels run from -1 to -1"),
        ({"y_train": np.full(30, 10)}, "labels run from 10 to 10"),
        ({"x_train": np.zeros((30, 64), np.uint8)}, r"images.shape=\(30, 64\) cannot be used"),
        ({"x_train": np.zeros((30, 32, 32, 3), np.uint8)}, r"images.shape=\(30, 32, 32, 3\)"),
        (
            {"x_train": np.arange(30 * 28 * 28 * 3).reshape(30, 28, 28, 3) % 256},
            r"is in color\. Turn it to gray: images\.mean\(axis=3\)",
        ),
        ({"y_train": np.eye(30, 10, dtype=np.uint8)}, "are not one-hot: expected a single 1"),
        ({"y_train": np.arange(30) % 10 + 1}, "labels run from 1 to 10.*labels % 10"),
        ({"y_train": np.arange(30) % 26 + 1}, "labels run from 1 to 26.*may be letters"),
        ({"y_train": np.uint8(3)}, r"30 images but labels of shape \(\)"),
        (
            {"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, np.uint8)},
            "holds no images",
        ),
    ],
)
def test_an_npz_of_other_things_than_digits_is_refused(tmp_path, changed, message):
    with pytest.raises(DataError, match=f"odd.npz .*{message}"):
        formats.read_path(write_npz(tmp_path / "odd.npz", made_up_digits(), **changed))


@pytest.mark.parametrize("key", ["x_train", "x_test"])
def test_an_npz_that_lacks_images_says_which(tmp_path, key):
    arrays = dict(zip(NPZ_KEYS, made_up_digits().arrays, strict=True))
    del arrays[key]
    np.savez(tmp_path / "part.npz", **arrays)
    with pytest.raises(
        DataError, match=rf"part\.npz: has the keys {', '.join(arrays)};.*\(missing: {key}\)"
    ):
        formats.read_path(tmp_path / "part.npz")


def test_an_npz_without_labels_of_the_training_digits_is_refused(tmp_path):
    arrays = dict(zip(NPZ_KEYS, made_up_digits().arrays, strict=True))
    del arrays["y_train"]
    np.savez(tmp_path / "part.npz", **arrays)
    with pytest.raises(DataError, match=r"part\.npz: has 30 digits without labels, and none with"):
        formats.read_path(tmp_path / "part.npz")


def test_an_npz_without_any_key_is_refused(tmp_path):
    np.savez(tmp_path / "none.npz")
    with pytest.raises(DataError, match=r"has the keys \(none\)"):
        formats.read_path(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04", r"not a readable \.npz"),
        (b"<html>Sign in to the network</html>", "is a web page"),
        (IMAGES_IDX, "2 digits without labels.*folder of all four IDX files"),
        (IMAGES_GZIP, "2 digits without labels"),
        (pickle.dumps([1, 2]), "is a pickle"),
        (b"\x93NUMPY", r"not a readable \.npz"),
        (b"\x89PNG\r\n\x1a\n", "is one picture.*`mnist-lab read`.*folder that holds these"),
        (b"\xff\xd8\xff\xe0", "is one picture.*`mnist-lab read`.*folder that holds these"),
        (b"\x89HDF\r\n\x1a\n", "HDF5.*h5py"),
        (b"7z\xbc\xaf\x27\x1c", r"is a \.7z archive"),
        (b"Rar!\x1a\x07", r"is a \.rar archive"),
        (bytes(257) + b"ustar" + bytes(250), r"is a \.tar archive"),
        (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        (bytes(range(1, 200)), "starts with the bytes 01 02 03 04, which no file of digits"),
        (b"to be or not to be", "holds no rows of numbers.*784 pixels"),
    ],
)
def test_a_file_that_is_no_npz_is_refused_as_what_it_is(tmp_path, content, words):
    (tmp_path / "other.npz").write_bytes(content)
    with pytest.raises(DataError, match=rf"^other\.npz: .*{words}") as error:
        formats.read_path(tmp_path / "other.npz")
    assert "\n" not in str(error.value)


def test_a_single_array_has_no_labels(tmp_path):
    np.save(tmp_path / "one.npy", made_up_digits().train_images)
    with pytest.raises(DataError, match=r"one\.npy: has 30 digits without labels"):
        formats.read_path(tmp_path / "one.npy")


def test_a_zip_of_texts_is_no_npz(tmp_path):
    with zipfile.ZipFile(tmp_path / "texts.npz", "w") as archive:
        for key in NPZ_KEYS:
            archive.writestr(key, "not an array")
    with pytest.raises(DataError, match=r"texts\.npz: not a readable \.npz"):
        formats.read_path(tmp_path / "texts.npz")


@pytest.mark.parametrize(
    "header", ["{'descr': '|u1', 'shape': (", "[(]", "\x00", "{'descr': '|u1'}", "''' "]
)
def test_an_npz_with_a_damaged_array_header_is_refused(tmp_path, header):
    with zipfile.ZipFile(tmp_path / "odd.npz", "w") as archive:
        for key in NPZ_KEYS:
            archive.writestr(
                f"{key}.npy",
                b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode(),
            )
    with pytest.raises(DataError, match=r"odd\.npz: not a readable \.npz"):
        formats.read_path(tmp_path / "odd.npz")


def test_pickled_content_is_refused_and_never_loaded(tmp_path):
    trace = tmp_path / "trace"
    trap = type("Trap", (), {"__reduce__": lambda self: (open, (str(trace), "w"))})()
    objects = np.array([trap], dtype=object)
    write_npz(tmp_path / "pickled.npz", made_up_digits(), x_train=objects)
    (tmp_path / "bare.npz").write_bytes(pickle.dumps(trap))
    for name, words in (
        ("pickled.npz", r"not a readable \.npz.*Pickled arrays are never loaded"),
        ("bare.npz", "is a pickle.*never opened here"),
    ):
        with pytest.raises(DataError, match=f"{name}: {words}"):
            formats.read_path(tmp_path / name)
        assert not trace.exists()
    with np.load(tmp_path / "pickled.npz", allow_pickle=True) as archive:
        archive["x_train"][0].close()
    assert trace.exists(), "the trap would not have sprung, so the test above shows nothing"


# Collections of drawings


def write_collection(path, digits, **changed):
    images = np.arange(len(digits), dtype=np.uint8)[:, None, None] + np.zeros((1, 28, 28), np.uint8)
    np.savez(path, **{"images": images, "labels": np.array(digits, np.uint8), **changed})
    return path


def test_a_collection_is_halved_label_by_label(tmp_path):
    labels = [3] * 4 + [7] * 5 + [0]
    found = formats.read_path(write_collection(tmp_path / "mine.npz", labels))
    assert found.train_labels.tolist() == [3, 3, 7, 7, 7]
    assert found.test_labels.tolist() == [3, 3, 7, 7, 0]
    both = np.concatenate([found.train_images, found.test_images])[:, 0, 0]
    assert sorted(both.tolist()) == list(range(10))
    assert not found.is_mnist
    assert found.from_collection


@given(st.lists(st.integers(0, 9), min_size=4, max_size=60), st.integers(4, 60))
@settings(max_examples=60, deadline=None)
def test_collecting_more_moves_no_drawing_and_each_half_has_its_share(labels, first):
    tests = _test_mask(np.array(labels))
    np.testing.assert_array_equal(tests[:first], _test_mask(np.array(labels[:first])))
    train, test = (
        np.bincount(np.array(labels)[chosen], minlength=10) for chosen in (~tests, tests)
    )
    assert np.abs(train - test).max() <= 1
    assert abs(train.sum() - test.sum()) <= 5
    assert min(train.sum(), test.sum()) >= 1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_collection_of_very_few_says_how_many_it_takes(tmp_path, count):
    with pytest.raises(
        DataError, match=rf"mine.npz: {count} drawings are too few to split.*collect at least 4"
    ):
        formats.read_path(write_collection(tmp_path / "mine.npz", [1] * count))
    assert len(formats.read_collection(tmp_path / "mine.npz")[1]) == count


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"images": np.zeros((4, 64), np.uint8)}, r"images.shape=\(4, 64\)"),
        ({"labels": np.array([1, 2, 3, 10])}, "labels run from 1 to 10"),
        ({"labels": np.array([1, 2])}, r"4 images but labels of shape \(2,\)"),
        ({"labels": np.array([1, 2, None, 3], dtype=object)}, "Pickled arrays are never loaded"),
    ],
)
def test_a_collection_of_other_things_is_refused(tmp_path, changed, message):
    path = write_collection(tmp_path / "odd.npz", [1, 2, 3, 4], **changed)
    for read in (formats.read_path, formats.read_collection):
        with pytest.raises(DataError, match=f"odd.npz: .*{message}"):
            read(path)


def test_floats_are_no_collection_of_the_pad(tmp_path):
    path = write_collection(tmp_path / "odd.npz", [1, 2, 3, 4], images=np.zeros((4, 28, 28)))
    with pytest.raises(DataError, match=r"odd\.npz: pixels are stored as float64"):
        formats.read_collection(path)
