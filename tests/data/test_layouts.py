"""A set of digits is read back equal from every layout that people keep digits in."""

import gzip
import io
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import savemat

from mnist_lab.data import formats
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats.keyed import words_of
from mnist_lab.data.formats.parquet import digits_of_frame
from mnist_lab.data.formats.raw import RawDigits
from mnist_lab.data.formats.tidy import Part, tidied
from tests.helpers.stored import (
    IDX_NAMES,
    assert_same,
    idx_bytes,
    made_up_digits,
    write_folder,
)

DIGITS = made_up_digits()
TRAIN, LABELS, TEST, TEST_LABELS = DIGITS.arrays


def as_floats(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / np.float32(255)


# How the same images and labels may be stored in one array each.
IMAGE_FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bytes": lambda x: x,
    "flat": lambda x: x.reshape(-1, 784),
    "with a channel": lambda x: x[..., None],
    "channel first": lambda x: x[:, None],
    "gray as RGB": lambda x: np.repeat(x[..., None], 3, axis=3),
    "floats to 1": as_floats,
    "floats to 255": lambda x: x.astype(np.float64),
    "half precision": lambda x: x.astype(np.float16),
    "big-endian": lambda x: x.astype(">i4"),
    "columns": lambda x: x.reshape(-1, 784).T,
    "MATLAB": lambda x: np.moveaxis(x, 0, -1),
}
LABEL_FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bytes": lambda y: y,
    "floats": lambda y: y.astype(np.float64),
    "a column": lambda y: y[:, None],
    "a row": lambda y: y[None].astype(int),
    "one-hot": lambda y: np.eye(10, dtype=np.float32)[y],
    "one-hot columns": lambda y: np.eye(10)[y].T,
    "texts": lambda y: y.astype(str),
    "texts with a point": lambda y: np.array([f"{label}.0" for label in y]),
    "bytes of texts": lambda y: y.astype("S1"),
}


@settings(max_examples=80, deadline=None)
@given(
    images=st.sampled_from(sorted(IMAGE_FORMS)),
    labels=st.sampled_from(sorted(LABEL_FORMS)),
    count=st.integers(1, 40).filter(lambda n: n not in (10, 28)),
    seed=st.integers(0, 2**32 - 1),
)
def test_images_and_labels_in_any_form_are_the_same_digits(images, labels, count, seed):
    """With 10 or 28 digits a square says nothing about its axes; rows are then the digits."""
    rng = np.random.default_rng(seed)
    stored = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    stored[0, 0, 0] = 255  # a set whose darkest pixel is 1 is taken for paper and ink
    digits = rng.integers(0, 10, count, dtype=np.uint8)
    found = tidied("x", Part(IMAGE_FORMS[images](stored), LABEL_FORMS[labels](digits)))
    assert found.labels is not None
    assert found.images.dtype == found.labels.dtype == np.uint8
    np.testing.assert_array_equal(found.images, stored)
    np.testing.assert_array_equal(found.labels, digits)


@pytest.mark.parametrize(
    "keys",
    [
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("trainX", "trainY", "testX", "testY"),
        ("xtrain", "ytrain", "xtest", "ytest"),
        ("training_images", "training_labels", "test_images", "test_labels"),
        ("train_data", "train_target", "test_data", "test_target"),
        ("arr_0", "arr_1", "arr_2", "arr_3"),
    ],
)
def test_an_npz_with_other_keys_is_read(tmp_path, keys):
    np.savez(tmp_path / "d.npz", **dict(zip(keys, DIGITS.arrays, strict=True)))
    assert_same(formats.read_path(tmp_path / "d.npz"), DIGITS)


@pytest.mark.parametrize("keys", [("X", "y"), ("data", "target"), ("images", "labels")])
def test_an_npz_of_one_set_is_divided_one_in_seven_for_testing(tmp_path, keys):
    np.savez(tmp_path / "d.npz", **dict(zip(keys, (as_floats(TRAIN), LABELS), strict=True)))
    assert_divided(formats.read_path(tmp_path / "d.npz"), "d.npz")


def assert_divided(found: RawDigits, where: str) -> None:
    """Check that 30 digits became 26 and 4, each of them once, with a notice."""
    assert (len(found.train_labels), len(found.test_labels)) == (26, 4)
    together = np.concatenate([found.train_images, found.test_images])
    labels = np.concatenate([found.train_labels, found.test_labels])
    key = [image.tobytes() for image in TRAIN]
    places = [key.index(image.tobytes()) for image in together]
    assert sorted(places) == list(range(30))
    np.testing.assert_array_equal(labels, LABELS[places])
    assert any(
        notice.startswith(f"{where}: it has no test digits of its own; 4 of its 30 digits")
        for notice in found.notices
    )


def test_the_digits_set_aside_are_in_proportion_and_always_the_same(tmp_path):
    digits = made_up_digits(train=700)
    np.savez(tmp_path / "d.npz", X=digits.train_images, y=digits.train_labels)
    first, second = (formats.read_path(tmp_path / "d.npz") for _ in range(2))
    assert np.bincount(first.test_labels).tolist() == [10] * 10
    assert_same(first, second)


def test_validation_digits_of_a_file_are_training_digits(tmp_path):
    np.savez(
        tmp_path / "d.npz",
        train_images=TRAIN[:20],
        train_labels=LABELS[:20],
        val_images=TRAIN[20:],
        val_labels=LABELS[20:],
        test_images=TEST,
        test_labels=TEST_LABELS,
    )
    assert_same(formats.read_path(tmp_path / "d.npz"), DIGITS)


def test_a_folder_of_npy_files_is_read_by_their_names(tmp_path):
    for name, array in zip(("x_train", "y_train", "x_test", "y_test"), DIGITS.arrays, strict=True):
        np.save(tmp_path / f"{name}.npy", array)
    assert_same(formats.read_path(tmp_path), DIGITS)


# Tables of text


def table(images: np.ndarray, labels: np.ndarray | None, **options: bool | str) -> bytes:
    """Return a table as pandas writes it."""
    frame = pd.DataFrame(images.reshape(len(images), -1))
    frame.columns = [f"pixel{at}" for at in range(784)]
    if labels is not None:
        frame.insert(784 if options.pop("last", False) else 0, "label", labels)
    return frame.to_csv(**{"index": False, **options}).encode()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"header": False},
        {"header": False, "last": True},
        {"last": True},
        {"sep": ";"},
        {"sep": "\t", "header": False},
        {"sep": " "},
        {"index": True},
        {"lineterminator": "\r\n"},
    ],
    ids=str,
)
@pytest.mark.parametrize("scale", [1, 255], ids=["bytes", "floats"])
def test_a_table_of_text_is_read(tmp_path, options, scale):
    images = TRAIN.copy()
    images[:, 0, 0] = images[:, -1, -1] = 0  # as the corners of MNIST's digits are
    stored = images if scale == 1 else as_floats(images)
    (tmp_path / "d.csv").write_bytes(table(stored, LABELS, **options))
    found = formats.read_images(tmp_path / "d.csv")
    np.testing.assert_array_equal(found.images, images)
    np.testing.assert_array_equal(found.labels, LABELS)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 30), header=st.booleans(), labeled=st.booleans())
def test_a_table_of_any_number_of_rows_is_read_back_equal(tmp_path_factory, count, header, labeled):
    path = tmp_path_factory.getbasetemp() / "rows.csv"
    images = TRAIN[:count].copy()
    images[:, 0, 0] = images[:, -1, -1] = 0
    path.write_bytes(table(images, LABELS[:count] if labeled else None, header=header))
    found = formats.read_images(path)
    np.testing.assert_array_equal(found.images, images)
    assert (found.labels is not None) == labeled
    if labeled and found.labels is not None:
        np.testing.assert_array_equal(found.labels, LABELS[:count])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_as_excel_and_powershell_write_it_is_read(tmp_path, encoding):
    (tmp_path / "d.csv").write_bytes(table(TRAIN, LABELS).decode().encode(encoding))
    assert_divided(formats.read_path(tmp_path / "d.csv"), "d.csv")


def test_a_gzipped_table_is_read(tmp_path):
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress(table(TRAIN, LABELS)))
    assert_divided(formats.read_path(tmp_path / "d.csv.gz"), "d.csv.gz")


def test_an_arff_of_openml_is_read(tmp_path):
    head = "% a comment\n@RELATION mnist\n" + "".join(
        f"@ATTRIBUTE pixel{at} NUMERIC\n" for at in range(784)
    )
    rows = table(TRAIN, np.array([f"'{label}'" for label in LABELS]), last=True, header=False)
    content = head.encode() + b"@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}\n\n@DATA\n" + rows
    (tmp_path / "mnist_784.arff").write_bytes(content)
    assert_divided(formats.read_path(tmp_path / "mnist_784.arff"), "mnist_784.arff")


@pytest.mark.parametrize(
    "names", [("train.csv", "test.csv"), ("mnist_train.csv", "mnist_test.csv")]
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_or_zip_of_two_tables_is_read(tmp_path, names, packed):
    contents = table(TRAIN, LABELS), table(TEST, TEST_LABELS, header=False)
    assert_same(formats.read_path(stored_files(tmp_path, packed, names, contents)), DIGITS)


def stored_files(
    tmp_path: Path, packed: bool, names: tuple[str, ...], contents: tuple[bytes, ...]
) -> Path:
    """Write files into a folder, or into a .zip below a folder of its own."""
    if packed:
        with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in zip(names, contents, strict=True):
                archive.writestr(f"digits/{name}", content)
            archive.writestr("__MACOSX/digits/._train.csv", b"\x00\x05")
        return tmp_path / "d.zip"
    for name, content in zip(names, contents, strict=True):
        (tmp_path / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "d" / name).write_bytes(content)
    return tmp_path / "d"


@pytest.mark.parametrize("packed", [False, True])
def test_kaggles_folder_is_read_though_its_test_digits_have_no_labels(tmp_path, packed):
    names = "train.csv", "test.csv", "sample_submission.csv"
    contents = table(TRAIN, LABELS), table(TEST, None), b"ImageId,Label\n1,0\n"
    found = formats.read_path(stored_files(tmp_path, packed, names, contents))
    assert (len(found.train_labels), len(found.test_labels)) == (26, 4)
    assert "the 20 digits of its test part have no labels" in found.notices[-1]
    assert "mnist-lab predict" in found.notices[-1]


def test_a_file_without_labels_says_what_can_be_had_from_it(tmp_path):
    (tmp_path / "test.csv").write_bytes(table(TEST, None))
    with pytest.raises(DataError, match=r"test\.csv: has 20 digits without labels.*predict FILE"):
        formats.read_path(tmp_path / "test.csv")
    found = formats.read_images(tmp_path / "test.csv")
    np.testing.assert_array_equal(found.images, TEST)


def lines(changed: dict[int, str]) -> bytes:
    """Return a table of 30 rows without names, some of its lines (from 1) replaced."""
    rows = table(TRAIN, LABELS, header=False).decode().splitlines()
    for number, text in changed.items():
        rows[number - 1] = text
    return "\n".join(rows).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lines({7: "7," * 783 + "7"}), "line 7 has 784 values; the lines before have 785"),
        (lines({7: "7," * 785 + "7"}), "line 7 has 786 values; the lines before have 785"),
        (lines({9: "7," * 784 + "spam"}), "line 9 has 'spam' in column 785; expected a number"),
        (lines({9: "7," * 784}), "line 9 has '' in column 785"),
        (lines({9: "nan," * 784 + "0"}), "line 9 has 'nan' in column 1"),
        (lines({30: "a text"}), "line 30 has 1 values"),
        (lines({5: "7," * 150_000}), "line 5 has more than 200,000 letters"),
        (b"a,b\n1,2\n", "has 2 columns; expected the 784 pixels"),
        (b"ImageId,Label\n1,2\n", "This is a submission to Kaggle"),
        (b"label," + b"pixel," * 784 + b"\n", "holds no rows of numbers"),
        (b"10," * 784 + b"10\n", "neither the first nor the last holds labels from 0 to 9"),
        (b"1," * 63 + b"1\n", "has 64 columns.*lab.handwriting.preprocess"),
    ],
)
def test_a_damaged_table_is_refused_by_its_line(tmp_path, content, words):
    (tmp_path / "d.csv").write_bytes(content)
    with pytest.raises(DataError, match=rf"^d\.csv: .*({words})") as error:
        formats.read_path(tmp_path / "d.csv")
    assert "\n" not in str(error.value)


def test_a_bad_row_far_down_is_named_by_its_line(tmp_path):
    good = b"5," + b"0," * 783 + b"0\n"
    (tmp_path / "d.csv").write_bytes(good * 2345 + b"spam\n" + good * 100)
    with pytest.raises(DataError, match=r"line 2346 has 1 values; the lines before have 785"):
        formats.read_path(tmp_path / "d.csv")


def test_a_table_of_more_than_this_machine_can_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("mnist_lab.machine.memory_limit", lambda: 100_000)
    (tmp_path / "d.csv").write_bytes(table(TRAIN, LABELS))
    with pytest.raises(DataError, match=r"d\.csv: its first 30 rows take 23,550 bytes, too many"):
        formats.read_path(tmp_path / "d.csv")


# MATLAB, Parquet and pictures


def test_mldatas_layout_of_matlab_is_read(tmp_path):
    data = {"data": TRAIN.reshape(-1, 784).T, "label": LABELS[None].astype(float)}
    savemat(tmp_path / "d.mat", {**data, "mldata_descr_ordering": "x"}, do_compression=True)
    assert_divided(formats.read_path(tmp_path / "d.mat"), "d.mat")


def test_emnists_file_of_matlab_is_read_and_turned_upright(tmp_path):
    def part(images, labels):
        return {"images": images.swapaxes(1, 2).reshape(-1, 784), "labels": labels[:, None]}

    content = {"train": part(TRAIN, LABELS), "test": part(TEST, TEST_LABELS), "mapping": [[0, 48]]}
    savemat(tmp_path / "emnist-digits.mat", {"dataset": content})
    found = formats.read_path(tmp_path / "emnist-digits.mat")
    assert_same(found, DIGITS)
    assert "turned upright" in found.notices[0]


def test_a_damaged_file_of_matlab_is_refused(tmp_path):
    savemat(tmp_path / "d.mat", {"data": TRAIN, "label": LABELS}, do_compression=True)
    content = (tmp_path / "d.mat").read_bytes()
    (tmp_path / "d.mat").write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=r"d\.mat: not a readable \.mat file"):
        formats.read_path(tmp_path / "d.mat")


def test_a_file_of_matlab_that_fills_the_memory_is_refused_before_it_is_unpacked(
    tmp_path, monkeypatch
):
    savemat(tmp_path / "d.mat", {"data": np.zeros((784, 5000), np.uint8)}, do_compression=True)
    assert (tmp_path / "d.mat").stat().st_size < 20_000
    monkeypatch.setattr("mnist_lab.machine.memory_limit", lambda: 10_000_000)
    monkeypatch.setattr("scipy.io.loadmat", pytest.fail)
    with pytest.raises(DataError, match=r"d\.mat: unpacks into more than 1,250,000 bytes"):
        formats.read_path(tmp_path / "d.mat")


def png(image: np.ndarray, mode: str = "L") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).convert(mode).save(buffer, "png")
    return buffer.getvalue()


def test_hugging_faces_table_with_pictures_is_read():
    rows = [{"bytes": png(image), "path": None} for image in TRAIN]
    found = digits_of_frame("d", pd.DataFrame({"image": rows, "label": LABELS}))
    np.testing.assert_array_equal(found.images, TRAIN)
    np.testing.assert_array_equal(found.labels, LABELS)


def test_tables_of_pixels_or_lists_are_read():
    flat = pd.DataFrame(TRAIN.reshape(-1, 784)).assign(label=LABELS.astype(str))
    lists = pd.DataFrame({"pixels": TRAIN.reshape(-1, 784).tolist(), "label": LABELS})
    nested = pd.DataFrame({"image": [list(image) for image in TRAIN], "label": LABELS})
    other = flat.rename(columns={"label": "Targets"}).assign(Image_Id=range(len(TRAIN)))
    for frame in (flat, lists, nested, other):
        found = tidied("d", digits_of_frame("d", frame))
        np.testing.assert_array_equal(found.images, TRAIN)
        np.testing.assert_array_equal(found.labels, LABELS)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"a": [1], "b": [2]}), r"has 2 columns \(a, b\); expected image and label"),
        (
            pd.DataFrame({"image": [{"bytes": None, "path": "x"}]}),
            "a row holds the path of a picture and not",
        ),
        (pd.DataFrame({"image": [b"no picture"]}), "row 1: no picture that can be read"),
        (pd.DataFrame({"image": ["text"]}), "its column image holds no digits"),
        (pd.DataFrame({"image": [], "label": []}), "holds no rows"),
    ],
)
def test_a_table_without_digits_is_refused(frame, words):
    with pytest.raises(DataError, match=f"^d: {words}"):
        digits_of_frame("d", frame)


def test_a_parquet_file_is_read_or_says_what_to_install(tmp_path):
    (tmp_path / "d.parquet").write_bytes(b"PAR1 and more")
    with pytest.raises(DataError, match=r"d\.parquet: .*(pip install pyarrow|damaged)"):
        formats.read_path(tmp_path / "d.parquet")


def write_pictures(root: Path, images: np.ndarray, labels: np.ndarray, mode: str = "L") -> None:
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = root / str(label) / f"{number:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(image, mode))


def in_order(digits: RawDigits) -> RawDigits:
    """Return the digits in the order of their folders."""
    train, test = (np.argsort(labels, kind="stable") for labels in (LABELS, TEST_LABELS))
    return RawDigits(
        digits.train_images[train],
        digits.train_labels[train],
        digits.test_images[test],
        digits.test_labels[test],
    )


@pytest.mark.parametrize(
    "names", [("train", "test"), ("training", "testing"), ("a/Train", "a/TEST")]
)
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_folders_of_pictures_with_training_and_test_above_are_read(tmp_path, names, mode):
    write_pictures(tmp_path / names[0], TRAIN, LABELS, mode)
    write_pictures(tmp_path / names[1], TEST, TEST_LABELS, mode)
    (tmp_path / names[0] / "0" / ".DS_Store").write_bytes(b"x")
    assert_same(formats.read_path(tmp_path), in_order(DIGITS))


def test_folders_of_pictures_alone_or_in_a_zip_are_divided(tmp_path):
    write_pictures(tmp_path / "d", TRAIN, LABELS)
    assert_divided(formats.read_path(tmp_path / "d"), "d")
    archive = shutil.make_archive(str(tmp_path / "z"), "zip", tmp_path, "d")
    assert_divided(formats.read_path(archive), "z.zip")


def test_a_picture_that_cannot_be_used_is_named(tmp_path):
    write_pictures(tmp_path / "d", TRAIN, LABELS)
    (tmp_path / "d" / "7" / "odd.png").write_bytes(png(np.zeros((64, 50), np.uint8)))
    with pytest.raises(DataError, match=r"d: 7/odd\.png: has 50 x 64 pixels; expected 28 x 28"):
        formats.read_path(tmp_path / "d")
    (tmp_path / "d" / "7" / "odd.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0")
    with pytest.raises(DataError, match=r"d: 7/odd\.png: no picture that can be read"):
        formats.read_path(tmp_path / "d")


def test_a_picture_made_to_fill_memory_is_refused_by_its_size(tmp_path, monkeypatch):
    write_pictures(tmp_path / "d", TRAIN[:2], LABELS[:2])
    content = png(np.zeros((28, 28), np.uint8))
    bomb = content.replace((28).to_bytes(4, "big") * 2, (20_000).to_bytes(4, "big") * 2)
    (tmp_path / "d" / "0" / "bomb.png").write_bytes(bomb)
    with pytest.raises(DataError, match=r"d: 0/bomb\.png: "):
        formats.read_path(tmp_path / "d")


# Names and folders of IDX files


@pytest.mark.parametrize(
    "spell",
    [
        lambda name: f"MNIST/raw/{name}",
        lambda name: f"{name}/{name}",
        lambda name: f"{name.replace('-idx', '.idx')}/{name.replace('-idx', '.idx')}",
        lambda name: name.upper(),
        lambda name: name.replace("t10k", "test"),
        lambda name: name.replace("-", "_"),
        lambda name: f"a/b/{name}",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_are_found_however_they_are_called_and_nested(tmp_path, spell, packed):
    names = tuple(spell(name) for name in IDX_NAMES)
    contents = tuple(idx_bytes(array) for array in DIGITS.arrays)
    assert_same(formats.read_path(stored_files(tmp_path, packed, names, contents)), DIGITS)


def test_second_copies_of_idx_files_are_taken_only_where_there_is_no_first(tmp_path):
    folder = write_folder(tmp_path / "d", DIGITS, gzip.compress, lambda name: f"{name} (1).gz")
    assert_same(formats.read_path(folder), DIGITS)
    write_folder(folder, made_up_digits(seed=2), gzip.compress, lambda name: f"{name}.gz")
    assert_same(formats.read_path(folder), made_up_digits(seed=2))


def test_of_several_sets_in_torchvisions_folder_mnist_is_read(tmp_path):
    for name, seed in (("FashionMNIST", 2), ("KMNIST", 3), ("MNIST", 1)):
        (tmp_path / name).mkdir()
        write_folder(tmp_path / name / "raw", made_up_digits(seed=seed))
    found = formats.read_path(tmp_path)
    assert_same(found, DIGITS)
    assert "of 3 sets of digits in it, MNIST/raw/train-images was read" in found.notices[0]
    shutil.rmtree(tmp_path / "MNIST")
    with pytest.raises(DataError, match=r"several sets of digits: FashionMNIST/raw, KMNIST/raw"):
        formats.read_path(tmp_path)


def test_training_files_alone_are_divided(tmp_path):
    folder = write_folder(tmp_path / "d", DIGITS)
    for name in IDX_NAMES[2:]:
        (folder / name).unlink()
    assert_divided(formats.read_path(folder), "d")


def write_emnist(folder: Path, split: str, digits: RawDigits) -> None:
    names = [f"emnist-{split}-{name.replace('t10k', 'test')}.gz" for name in IDX_NAMES]
    folder.mkdir(exist_ok=True)
    for name, array in zip(names, digits.arrays, strict=True):
        stored = array.swapaxes(1, 2) if array.ndim == 3 else array
        (folder / name).write_bytes(gzip.compress(idx_bytes(np.ascontiguousarray(stored))))


def test_emnist_digits_are_turned_upright_and_its_letters_left_alone(tmp_path):
    write_emnist(tmp_path / "gzip", "letters", made_up_digits(seed=3))
    with pytest.raises(DataError, match="emnist-letters-train-images, which are more than the ten"):
        formats.read_path(tmp_path / "gzip")
    write_emnist(tmp_path / "gzip", "digits", DIGITS)
    found = formats.read_path(tmp_path / "gzip")
    assert_same(found, DIGITS)
    assert any("turned upright" in notice for notice in found.notices)


def test_qmnists_labels_are_the_first_column_and_its_further_test_digits_the_test_set(tmp_path):
    def labels(values):
        rows = np.full((len(values), 8), 7, ">i4")
        rows[:, 0] = values
        return bytes([0, 0, 12, 2]) + np.array(rows.shape, ">u4").tobytes() + rows.tobytes()

    count = 60_000
    test = np.zeros((count, 28, 28), np.uint8)
    test[:, 3, 3] = np.arange(count) % 251 + 4
    digits = np.arange(count) % 10
    for part, images, values in (("train", TRAIN, LABELS), ("test", test, digits)):
        name = f"qmnist-{part}-images-idx3-ubyte.gz"
        (tmp_path / name).write_bytes(gzip.compress(idx_bytes(images), 1))
        name = f"qmnist-{part}-labels-idx2-int.gz"
        (tmp_path / name).write_bytes(gzip.compress(labels(values), 1))
    found = formats.read_path(tmp_path)
    np.testing.assert_array_equal(found.train_images, TRAIN)
    np.testing.assert_array_equal(found.train_labels, LABELS)
    np.testing.assert_array_equal(found.test_images, test[10_000:])
    np.testing.assert_array_equal(found.test_labels, digits[10_000:])
    assert any("QMNIST's 50,000 further ones" in notice for notice in found.notices)


# What is refused


def test_a_pickle_is_refused_with_two_lines_that_convert_it(tmp_path, monkeypatch):
    content = pickle.dumps(((TRAIN, LABELS), (TRAIN, LABELS), (TEST, TEST_LABELS)))
    (tmp_path / "mnist.pkl.gz").write_bytes(gzip.compress(content))
    with pytest.raises(DataError) as error:
        formats.read_path(tmp_path / "mnist.pkl.gz")
    text = str(error.value)
    assert "allow_pickle" not in text
    first, second = text.split("Line 1: ")[1].split("   Line 2: ")
    monkeypatch.chdir(tmp_path)
    exec(f"{first}\n{second}", {})
    assert_same(formats.read_path(tmp_path / "mnist.npz"), DIGITS)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "value",
    [[1], {"a": 1}, TRAIN[:1], [TRAIN[:1], 3], ((TRAIN[:1], LABELS[:1]), (TEST[:1], LABELS[:1]))],
    ids=["list", "dict", "array", "arrays", "as Theano's tutorial"],
)
def test_pickles_of_every_protocol_are_known(tmp_path, protocol, value):
    (tmp_path / "d.pkl").write_bytes(pickle.dumps(value, protocol))
    with pytest.raises(DataError, match=r"d\.pkl: is a pickle"):
        formats.read_path(tmp_path / "d.pkl")


def test_a_network_in_place_of_digits_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", b"x")
    with pytest.raises(DataError, match=r"m\.keras: is a network.*lab\.models\.load"):
        formats.read_path(tmp_path / "m.keras")


def test_a_zip_that_unpacks_into_too_much_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.csv", bytes(30_000_000))
    monkeypatch.setattr("mnist_lab.machine.memory_limit", lambda: 50_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "extract", pytest.fail)
    with pytest.raises(DataError, match=r"d\.zip: unpacks into 1 files of 30,000,000 bytes"):
        formats.read_path(tmp_path / "d.zip")


def test_files_of_a_zip_that_lead_out_of_it_stay_inside(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("../../outside.csv", table(TRAIN, LABELS))
    assert_divided(formats.read_path(tmp_path / "d.zip"), "d.zip")
    assert not (tmp_path.parent / "outside.csv").exists()


@pytest.mark.parametrize("end", [5, 100, -30])
def test_a_zip_cut_short_is_refused(tmp_path, end):
    path = stored_files(tmp_path, True, ("train.csv",), (table(TRAIN, LABELS),))
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(DataError, match=r"d\.zip: "):
        formats.read_path(path)


def test_names_are_parted_into_words():
    assert [words_of(name) for name in ("X_train", "trainX", "xtest", "t10k-labels", "y")] == [
        ["x", "train"],
        ["train", "x"],
        ["x", "test"],
        ["t10k", "labels"],
        ["y"],
    ]
