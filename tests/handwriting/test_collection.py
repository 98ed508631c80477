"""Collections come back bit for bit, and stay whole whatever happens."""

import errno
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mnist_lab as lab
from mnist_lab import files, handwriting
from mnist_lab.data.errors import DataError
from mnist_lab.handwriting import collection as collections
from mnist_lab.locks import file_lock


def drawn(count, seed=0):
    rng = np.random.default_rng(seed)
    return np.rint(rng.random((count, 28, 28)) * 255).astype(np.float32) / np.float32(
        255
    ), rng.integers(0, 10, count)


def test_a_collection_comes_back_bit_for_bit_in_the_order_saved(tmp_path):
    images, labels = drawn(7)
    path = tmp_path / "new" / "drawings.npz"
    assert handwriting.append_to_collection(path, images[:3], labels[:3]) == 3
    assert handwriting.append_to_collection(str(path), images[3:], labels[3:].tolist()) == 7
    collection = handwriting.load_collection(path)
    np.testing.assert_array_equal(collection.images, images)
    np.testing.assert_array_equal(collection.labels, labels)
    assert collection.images.dtype == np.float32
    assert collection.labels.dtype == np.int64
    assert [file.name for file in path.parent.iterdir()] == ["drawings.npz"]


def test_a_collection_holds_bytes_and_no_pickle(tmp_path):
    handwriting.append_to_collection(tmp_path / "a.npz", *drawn(3))
    with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
        assert {key: (archive[key].dtype, archive[key].shape) for key in archive} == {
            "images": (np.uint8, (3, 28, 28)),
            "labels": (np.uint8, (3,)),
        }


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_what_is_saved_bit_by_bit_is_what_is_saved_at_once(counts, seed):
    images, labels = drawn(sum(counts), seed)
    with tempfile.TemporaryDirectory() as folder:
        for count, stop in zip(counts, np.cumsum(counts), strict=True):
            part = slice(stop - count, stop)
            assert (
                handwriting.append_to_collection(
                    Path(folder, "drawings.npz"), images[part], labels[part]
                )
                == stop
            )
        collection = handwriting.load_collection(Path(folder, "drawings.npz"))
    np.testing.assert_array_equal(collection.images, images)
    np.testing.assert_array_equal(collection.labels, labels)


def test_load_digits_reads_a_collection_half_of_each_digit_to_test(tmp_path):
    images, _ = drawn(40)
    handwriting.append_to_collection(tmp_path / "mine.npz", images, np.arange(40) % 10)
    digits = lab.load_digits(tmp_path / "mine.npz")
    assert digits.sizes == {"train": 18, "validation": 2, "test": 20}
    assert np.bincount(digits.test.labels).tolist() == [2] * 10
    everything = np.concatenate([digits.train.images, digits.validation.images, digits.test.images])
    assert {image.tobytes() for image in everything} == {image.tobytes() for image in images}


@pytest.mark.parametrize("what", ["write", "replace"])
def test_a_failure_while_saving_leaves_the_collection_as_it_was(tmp_path, monkeypatch, what):
    path = tmp_path / "drawings.npz"
    handwriting.append_to_collection(path, *drawn(3))
    before = path.read_bytes()

    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(
        *((np, "savez_compressed") if what == "write" else (files.os, "replace")), fail
    )
    with pytest.raises(OSError, match="disk full"):
        handwriting.append_to_collection(path, *drawn(1))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["drawings.npz"]


def test_a_foreign_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.npz"
    np.savez(path, weights=np.zeros(3))
    before = path.read_bytes()
    for act in (
        lambda: handwriting.append_to_collection(path, *drawn(1)),
        lambda: handwriting.load_collection(path),
    ):
        with pytest.raises(
            DataError, match=r"other\.npz: has the keys weights; expected images, labels"
        ):
            act()
    path.write_bytes(b"not an archive")
    with pytest.raises(DataError, match=r"other\.npz: not a readable \.npz"):
        handwriting.append_to_collection(path, *drawn(1))
    assert path.read_bytes() == b"not an archive"
    assert before


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((28, 28)), [1], r"images.shape=\(28, 28\)"),
        (np.zeros((0, 28, 28)), [], r"images.shape=\(0, 28, 28\)"),
        (np.full((1, 28, 28), 255.0), [1], "divide by 255"),
        (np.full((1, 28, 28), 255), [1], "divide by 255"),
        (
            np.zeros((1, 28, 28)),
            [10],
            "label=10 cannot be used: expected a whole number from 0 to 9",
        ),
        (np.zeros((1, 28, 28)), ["seven"], "label='seven'"),
        (np.zeros((2, 28, 28)), [1], "2 images but 1 labels; expected one per image"),
    ],
)
def test_other_things_are_not_saved(tmp_path, images, labels, words):
    with pytest.raises(ValueError, match=words):
        handwriting.append_to_collection(tmp_path / "a.npz", images, labels)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_npz_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"path=.*expected the name of a \.npz file"):
        handwriting.append_to_collection(tmp_path / "drawings", *drawn(1))


APPEND = """
import sys
import numpy as np
from mnist_lab.handwriting import append_to_collection
path, digit, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in range(count):
    image = np.zeros((1, 28, 28))
    image[0, 0, 0], image[0, 0, 1] = digit / 255, number / 255
    append_to_collection(path, image, [digit])
"""


def append_in_parallel(path, kernels, count):
    """Let as many processes as kernels append `count` drawings each, at the same time."""
    processes = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(path), str(digit), str(count)])
        for digit in range(kernels)
    ]
    assert [process.wait(timeout=300) for process in processes] == [0] * kernels


def test_two_kernels_that_collect_into_one_file_lose_nothing(tmp_path):
    append_in_parallel(tmp_path / "drawings.npz", 2, 200)
    collection = handwriting.load_collection(tmp_path / "drawings.npz")
    found = np.rint(collection.images[:, 0, :2] * 255).astype(int)
    assert {tuple(pair) for pair in found} == {(d, n) for d in range(2) for n in range(200)}
    for digit in range(2):  # each kernel's own are in its order
        assert found[collection.labels == digit, 1].tolist() == list(range(200))


def test_a_reader_of_another_kernel_always_sees_a_whole_collection(tmp_path):
    path = tmp_path / "drawings.npz"
    handwriting.append_to_collection(path, *drawn(1))
    process = subprocess.Popen([sys.executable, "-c", APPEND, str(path), "1", "60"])
    counts = []
    while process.poll() is None:
        counts.append(len(handwriting.load_collection(path)))
    assert process.returncode == 0
    assert counts == sorted(counts)


def test_a_folder_without_locks_is_warned_of_and_written(tmp_path, monkeypatch):
    """Simulated: locking answers as on a network folder without locks."""

    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with pytest.warns(UserWarning, match="no file locks.*only one notebook at a time"):
        assert handwriting.append_to_collection(tmp_path / "drawings.npz", *drawn(2)) == 2
    assert [file.name for file in tmp_path.glob("*.npz")] == ["drawings.npz"]


def test_a_collection_that_stays_locked_is_named_with_its_holder(tmp_path, monkeypatch):
    monkeypatch.setattr(collections, "_PATIENCE", 0.05)
    path = tmp_path / "drawings.npz"
    with (
        file_lock(tmp_path / ".drawings.npz.lock"),
        pytest.raises(TimeoutError, match=r"drawings.npz is kept locked by process \d+ on .*later"),
    ):
        handwriting.append_to_collection(path, *drawn(1))
    assert not path.exists()
    assert handwriting.append_to_collection(path, *drawn(1)) == 1


def test_a_kernel_that_is_killed_while_it_saves_locks_nobody_out(tmp_path):
    path = tmp_path / "drawings.npz"
    code = APPEND.replace("append_to_collection(path, image, [digit])", "hang()").replace(
        "path, digit",
        "import time; from mnist_lab.handwriting import collection\n"
        "def hang():\n"
        "    with collection._locked(collection.Path(path)):\n"
        "        print('locked', flush=True); time.sleep(60)\n"
        "path, digit",
        1,
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path), "1", "1"], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"locked\n"
    process.kill()
    process.wait()
    assert handwriting.append_to_collection(path, *drawn(1)) == 1
