"""Digits are read from files and fetched from mirrors whole, or refused with a message that says what is wrong."""

import gzip
import hashlib
import io
import os
import pickle
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_lab import sources
from mnist_lab.sources import DataError, RawDigits

EXAMPLES = settings(max_examples=100, deadline=None)
IDX_NAMES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
NPZ_KEYS = ["x_train", "y_train", "x_test", "y_test"]
PUBLISHED_SHA256 = [
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
]


def made_up_digits(seed=1, train=30, test=20):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (train + test, 28, 28), dtype=np.uint8)
    labels = np.arange(train + test, dtype=np.uint8) % 10
    return RawDigits(images[:train], labels[:train], images[train:], labels[train:])


def digest_of(digits):
    return hashlib.sha256(b"".join(array.tobytes() for array in digits)).hexdigest()


def idx_bytes(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def npz_bytes(digits):
    buffer = io.BytesIO()
    np.savez(buffer, **dict(zip(NPZ_KEYS, digits, strict=True)))
    return buffer.getvalue()


def write_folder(folder, digits, pack=lambda content: content, spell=lambda name: name):
    folder.mkdir(exist_ok=True)
    for name, array in zip(IDX_NAMES, digits, strict=True):
        (folder / spell(name)).write_bytes(pack(idx_bytes(array)))
    return folder


def write_npz(path, **changed):
    np.savez(path, **{**dict(zip(NPZ_KEYS, made_up_digits(), strict=True)), **changed})
    return path


def assert_same(digits, expected):
    for array, right in zip(digits, expected, strict=True):
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, right)


IMAGES_IDX = idx_bytes(made_up_digits(train=2).train_images)
IMAGES_GZIP = gzip.compress(IMAGES_IDX, mtime=0)
SMALL_NPZ = npz_bytes(made_up_digits(train=2, test=1))

# Files and folders


def test_the_arrays_of_mnist_have_the_published_checksums(mnist):
    assert [hashlib.sha256(idx_bytes(array)).hexdigest() for array in mnist] == PUBLISHED_SHA256


def test_mnist_has_the_published_sizes_and_class_counts(mnist):
    assert [array.shape for array in mnist] == [(60000, 28, 28), (60000,), (10000, 28, 28), (10000,)]
    counts = np.bincount(mnist.train_labels)
    assert counts[1] == 6742
    assert counts[5] == 5421
    assert mnist.is_mnist


def test_mnist_with_one_other_pixel_is_not_mnist(mnist):
    images = mnist.test_images.copy()
    images[0, 0, 0] ^= 1
    assert not mnist._replace(test_images=images).is_mnist


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
    assert_same(sources.read_path(folder), digits)
    assert_same(sources.read_path(str(folder)), digits)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_holds_the_same_digits(tmp_path, save):
    digits = made_up_digits()
    save(tmp_path / "digits.npz", **dict(zip(NPZ_KEYS, digits, strict=True)))
    assert_same(sources.read_path(tmp_path / "digits.npz"), digits)


def test_whole_numbers_of_any_width_are_read(tmp_path):
    digits = made_up_digits()
    path = write_npz(tmp_path / "wide.npz", x_train=digits.train_images.astype(">i4"), y_train=digits.train_labels.astype(int))
    assert_same(sources.read_path(path), digits)


def test_a_path_may_start_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_folder(tmp_path / "digits", made_up_digits())
    assert_same(sources.read_path("~/digits"), made_up_digits())


@pytest.mark.parametrize("path", ["nowhere", "nowhere/mnist.npz", "a\x00b", "x" * 5000, "~no_such_user_here/mnist"])
def test_a_path_that_leads_nowhere_is_named(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as error:
        sources.read_path(path)
    assert str(error.value).startswith(path[:20])


def test_a_missing_path_says_what_to_give(tmp_path):
    with pytest.raises(DataError, match=r"no such file or folder.*four IDX files or a \.npz"):
        sources.read_path(tmp_path / "nowhere")


@pytest.mark.parametrize("name", IDX_NAMES)
def test_a_folder_that_lacks_a_file_says_which(tmp_path, name):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"digits: has no {name} or {name}.gz"):
        sources.read_path(folder)


def test_an_empty_folder_says_what_it_needs(tmp_path):
    with pytest.raises(DataError) as error:
        sources.read_path(tmp_path)
    assert all(name in str(error.value) for name in IDX_NAMES)


def test_a_folder_in_place_of_a_file_is_no_file(tmp_path):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[1]).unlink()
    (folder / IDX_NAMES[1]).mkdir()
    with pytest.raises(DataError, match=f"has no {IDX_NAMES[1]}"):
        sources.read_path(folder)


# A folder stands for a file that cannot be read: permissions do not bind the administrator, who may run these tests.
@pytest.mark.parametrize("read", [sources.read_idx, sources.read_npz])
def test_a_file_that_cannot_be_read_is_named(tmp_path, read):
    with pytest.raises(DataError, match="cannot be read") as error:
        read(tmp_path)
    assert str(tmp_path) in str(error.value)


@EXAMPLES
@given(length=st.integers(0, len(IMAGES_GZIP) - 1))
def test_a_gzip_file_cut_anywhere_is_refused(tmp_path_factory, length):
    path = tmp_path_factory.getbasetemp() / "cut.gz"
    path.write_bytes(IMAGES_GZIP[:length])
    with pytest.raises(DataError, match=r"cut\.gz: (the gzip file is cut short or damaged|starts with the bytes)"):
        sources.read_idx(path)


def changes(places):
    return st.lists(st.tuples(st.integers(0, places - 1), st.integers(1, 255)), min_size=1, max_size=4)


def flipped(content, flips):
    content = bytearray(content)
    for position, bits in flips:
        content[position] ^= bits
    return bytes(content)


@EXAMPLES
@given(flips=changes(20) | changes(len(IMAGES_GZIP)))
def test_a_gzip_file_with_flipped_bytes_gives_the_right_digits_or_is_refused(tmp_path_factory, flips):
    path = tmp_path_factory.getbasetemp() / "flipped.gz"
    path.write_bytes(flipped(IMAGES_GZIP, flips))
    try:
        images = sources.read_idx(path)
    except DataError as error:
        assert "flipped.gz" in str(error)
    else:
        np.testing.assert_array_equal(images, made_up_digits(train=2).train_images)


@EXAMPLES
@given(position=st.integers(0, 15), bits=st.integers(1, 255))
def test_an_idx_header_with_one_other_byte_is_refused(tmp_path_factory, position, bits):
    path = tmp_path_factory.getbasetemp() / "header"
    path.write_bytes(flipped(IMAGES_IDX, [(position, bits)]))
    with pytest.raises(DataError, match="header: (starts with the bytes|its header promises|holds no)"):
        sources.read_idx(path)


@EXAMPLES
@given(header=st.binary(min_size=12, max_size=12), content=st.binary(max_size=20))
def test_an_idx_header_of_any_sizes_gives_what_it_promises_or_is_refused(tmp_path_factory, header, content):
    path = tmp_path_factory.getbasetemp() / "sizes"
    path.write_bytes(b"\x00\x00\x08\x03" + header + content)
    try:
        images = sources.read_idx(path)
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
        digits = sources.read_npz(path)
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
        sources.read_npz(path)


@pytest.mark.parametrize("shape", [(0, 28, 28), (0, 2**32 - 1, 2**32 - 1), (2**32 - 1, 2**32 - 1, 0)])
def test_a_training_file_of_no_images_is_refused_whatever_its_other_sizes(tmp_path, shape):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[0]).write_bytes(b"\x00\x00\x08\x03" + struct.pack(">3I", *shape))
    (folder / IDX_NAMES[1]).write_bytes(b"\x00\x00\x08\x01" + struct.pack(">I", 0))
    with pytest.raises(DataError, match="holds no|have the shape"):
        sources.read_path(folder)


def test_a_file_with_another_magic_number_is_refused(tmp_path):
    path = tmp_path / "other"
    path.write_bytes(b"\x00\x00\x0d\x03" + IMAGES_IDX[4:])
    with pytest.raises(DataError, match="other: starts with the bytes 00 00 0d 03; expected the IDX magic number"):
        sources.read_idx(path)


def test_an_empty_idx_file_is_refused(tmp_path):
    (tmp_path / "empty").touch()
    with pytest.raises(DataError, match=r"empty: starts with the bytes \(none\)"):
        sources.read_idx(tmp_path / "empty")


@pytest.mark.parametrize(("content", "found"), [(IMAGES_IDX[:-1], "1,583"), (IMAGES_IDX + b"x", "1,585")])
def test_a_file_of_another_size_than_its_header_says_is_refused(tmp_path, content, found):
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(DataError, match=f"odd: its header promises 1,584 bytes, the file has {found}"):
        sources.read_idx(tmp_path / "odd")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"train_labels": np.zeros(29, np.uint8)}, r"\(training\): 30 images but labels of shape \(29,\)"),
        ({"test_labels": np.zeros(21, np.uint8)}, r"\(test\): 20 images but labels of shape \(21,\)"),
        ({"train_labels": np.full(30, 10, np.uint8)}, r"\(training\): labels run from 10 to 10; expected 0 to 9"),
        ({"test_images": np.zeros((20, 27, 28), np.uint8)}, r"\(test\): images have the shape \(20, 27, 28\)"),
        ({"train_images": np.zeros(30, np.uint8)}, r"\(training\): images have the shape \(30,\)"),
        ({"train_labels": np.zeros((30, 28, 28), np.uint8)}, r"\(training\): 30 images but labels of shape \(30, 28, 28\)"),
    ],
)
def test_idx_files_that_do_not_fit_together_are_refused(tmp_path, changed, message):
    folder = write_folder(tmp_path / "digits", made_up_digits()._replace(**changed))
    with pytest.raises(DataError, match="digits " + message):
        sources.read_path(folder)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x_train": np.zeros((30, 28, 28), np.float32)}, "pixels are stored as float32; expected whole numbers from 0 to 255"),
        ({"x_train": np.zeros((30, 28, 28), bool)}, "pixels are stored as bool"),
        ({"y_test": np.zeros(20)}, "labels are stored as float64; expected whole numbers from 0 to 9"),
        ({"y_test": np.array(["7"] * 20)}, "labels are stored as <U1"),
        ({"x_test": np.full((20, 28, 28), 256)}, "pixels run from 256 to 256; expected 0 to 255"),
        ({"x_test": np.full((20, 28, 28), -1, np.int8)}, "pixels run from -1 to -1"),
        ({"y_train": np.full(30, -1)}, "labels run from -1 to -1"),
        ({"y_train": np.full(30, 10)}, "labels run from 10 to 10"),
        ({"x_train": np.zeros((30, 784), np.uint8)}, r"images have the shape \(30, 784\); expected \(n, 28, 28\)"),
        ({"x_train": np.zeros((30, 28, 28, 1), np.uint8)}, r"images have the shape \(30, 28, 28, 1\)"),
        ({"y_train": np.eye(30, 10, dtype=np.uint8)}, r"30 images but labels of shape \(30, 10\)"),
        ({"y_train": np.uint8(3)}, r"30 images but labels of shape \(\)"),
        ({"x_test": np.zeros((0, 28, 28), np.uint8), "y_test": np.zeros(0, np.uint8)}, "holds no images"),
    ],
)
def test_an_npz_of_other_things_than_digits_is_refused(tmp_path, changed, message):
    with pytest.raises(DataError, match=f"odd.npz .*{message}"):
        sources.read_path(write_npz(tmp_path / "odd.npz", **changed))


@pytest.mark.parametrize("key", NPZ_KEYS)
def test_an_npz_that_lacks_a_key_says_which(tmp_path, key):
    arrays = dict(zip(NPZ_KEYS, made_up_digits(), strict=True))
    del arrays[key]
    np.savez(tmp_path / "part.npz", **arrays)
    with pytest.raises(DataError, match=rf"part\.npz: has the keys {', '.join(arrays)};.*\(missing: {key}\)"):
        sources.read_path(tmp_path / "part.npz")


def test_an_npz_without_any_key_is_refused(tmp_path):
    np.savez(tmp_path / "none.npz")
    with pytest.raises(DataError, match=r"has the keys \(none\)"):
        sources.read_path(tmp_path / "none.npz")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"<html>Sign in to the network</html>", IMAGES_IDX, IMAGES_GZIP, pickle.dumps([1, 2]), b"\x93NUMPY"],
    ids=["empty", "start of a zip", "web page", "idx", "gzip", "pickle", "start of an array"],
)
def test_a_file_that_is_no_npz_is_refused(tmp_path, content):
    (tmp_path / "other.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"other\.npz: not a readable \.npz"):
        sources.read_path(tmp_path / "other.npz")


def test_a_single_array_is_no_npz(tmp_path):
    np.save(tmp_path / "one.npy", made_up_digits().train_images)
    with pytest.raises(DataError, match=r"one\.npy: not a readable \.npz"):
        sources.read_path(tmp_path / "one.npy")


def test_a_zip_of_texts_is_no_npz(tmp_path):
    with zipfile.ZipFile(tmp_path / "texts.npz", "w") as archive:
        for key in NPZ_KEYS:
            archive.writestr(key, "not an array")
    with pytest.raises(DataError, match=r"texts\.npz: not a readable \.npz"):
        sources.read_path(tmp_path / "texts.npz")


@pytest.mark.parametrize("header", ["{'descr': '|u1', 'shape': (", "[(]", "\x00", "{'descr': '|u1'}", "''' "])
def test_an_npz_with_a_damaged_array_header_is_refused(tmp_path, header):
    with zipfile.ZipFile(tmp_path / "odd.npz", "w") as archive:
        for key in NPZ_KEYS:
            archive.writestr(f"{key}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
    with pytest.raises(DataError, match=r"odd\.npz: not a readable \.npz"):
        sources.read_path(tmp_path / "odd.npz")


def test_pickled_content_is_refused_and_never_loaded(tmp_path):
    trace = tmp_path / "trace"
    trap = type("Trap", (), {"__reduce__": lambda self: (open, (str(trace), "w"))})()
    objects = np.array([trap], dtype=object)
    write_npz(tmp_path / "pickled.npz", x_train=objects)
    (tmp_path / "bare.npz").write_bytes(pickle.dumps(trap))
    for name in ("pickled.npz", "bare.npz"):
        with pytest.raises(DataError, match=rf"{name}: not a readable \.npz.*Pickled arrays are never loaded"):
            sources.read_path(tmp_path / name)
        assert not trace.exists()
    with np.load(tmp_path / "pickled.npz", allow_pickle=True) as archive:
        archive["x_train"][0].close()
    assert trace.exists(), "the trap would not have sprung, so the test above shows nothing"


# Downloads, from mirrors on this machine


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


@pytest.fixture
def digits(monkeypatch):
    digits = made_up_digits()
    monkeypatch.setattr(sources, "MNIST_SHA256", digest_of(digits))
    return digits


@pytest.fixture
def target(tmp_path, monkeypatch):
    """A place in a cache folder that is there and empty; after the test no temporary file may be left anywhere."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = tmp_path / "cache"
    folder.mkdir()
    yield folder / "mnist.npz"
    assert list(scratch.iterdir()) == []
    assert {path.name for path in folder.iterdir()} <= {"mnist.npz"}


def send(handler, content, status=200, length=None):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)) if length is None else length)
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture
def serve():
    """Return a function that starts a web server: `pages` maps paths to bytes or to a function that answers."""
    servers = []

    def start(pages, asked=None):
        def get(handler):
            if asked is not None:
                asked.append(handler.path)
            page = pages.get(handler.path)
            if callable(page):
                page(handler)
            else:
                send(handler, page or b"not here", 200 if page else 404)

        methods = {"do_GET": get, "do_HEAD": lambda handler: send(handler, b""), "log_message": lambda *ignored: None}
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (BaseHTTPRequestHandler,), methods))
        server.handle_error = lambda *ignored: None
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def silent_mirror():
    """A mirror that lets connect and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mnist.npz"


@pytest.fixture
def closed_mirror():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/mnist.npz"


def npz_mirror(serve, digits, asked=None):
    return serve({"/mnist.npz": npz_bytes(digits)}, asked) + "mnist.npz"


def idx_mirror(serve, digits):
    contents = (gzip.compress(idx_bytes(array)) for array in digits)
    return serve({f"/mnist/{name}.gz": content for name, content in zip(IDX_NAMES, contents, strict=True)}) + "mnist/"


def cut(handler, content):
    send(handler, content[: len(content) // 2], length=str(len(content)))


FAULTS = {
    "web page": (lambda handler, content: send(handler, b"<html>Sign in</html>"), r"not a readable \.npz|IDX magic number"),
    "empty": (lambda handler, content: send(handler, b""), r"not a readable \.npz|IDX magic number"),
    "not found": (lambda handler, content: send(handler, b"gone", 404), "404"),
    "out of order": (lambda handler, content: send(handler, b"sorry", 500), "500"),
    "cut half-way": (cut, "IncompleteRead|[Bb]roken"),
    "shorter than it is": (lambda handler, content: send(handler, content[:-9]), r"not a readable \.npz|cut short or damaged"),
    "senseless length": (lambda handler, content: send(handler, content[:-9], length="many"), "."),
    "hangs up": (lambda handler, content: None, "[Cc]onnection"),
}
FAULTY = pytest.mark.parametrize("fault", FAULTS)
FORMS = pytest.mark.parametrize("form", ["npz", "idx"])


def faulty_mirror(serve, digits, fault, form):
    def answer(content):
        return lambda handler: FAULTS[fault][0](handler, content)

    if form == "npz":
        return serve({"/mnist.npz": answer(npz_bytes(digits))}) + "mnist.npz"
    pages = {f"/{name}.gz": answer(gzip.compress(idx_bytes(array))) for name, array in zip(IDX_NAMES, digits, strict=True)}
    return serve(pages)


def test_an_npz_mirror_gives_the_digits_and_the_cache_keeps_its_file(serve, digits, target):
    assert_same(sources.download(target, [npz_mirror(serve, digits)], 5), digits)
    assert target.read_bytes() == npz_bytes(digits)


def test_an_idx_mirror_gives_the_digits_and_the_cache_keeps_them(serve, digits, target):
    assert_same(sources.download(target, [idx_mirror(serve, digits)], 5), digits)
    assert_same(sources.read_npz(target), digits)


def test_a_missing_cache_folder_is_made(serve, digits, tmp_path):
    target = tmp_path / "not" / "yet" / "mnist.npz"
    sources.download(target, [npz_mirror(serve, digits)], 5)
    assert_same(sources.read_npz(target), digits)


def test_a_download_writes_nothing_to_stderr(serve, digits, target, capsys):
    sources.download(target, [idx_mirror(serve, digits)], 5)
    assert capsys.readouterr().err == ""


def test_a_download_shows_its_progress_on_stdout(serve, digits, target, capsys):
    sources.download(target, [npz_mirror(serve, digits)], 5)
    assert "mnist.npz" in capsys.readouterr().out


def test_the_first_good_mirror_is_used_and_the_next_left_alone(serve, digits, target):
    asked = []
    sources.download(target, [npz_mirror(serve, digits), npz_mirror(serve, digits, asked)], 5)
    assert asked == []


@FAULTY
@FORMS
def test_a_faulty_mirror_is_named_and_nothing_is_kept(serve, digits, target, fault, form):
    mirror = faulty_mirror(serve, digits, fault, form)
    with pytest.raises(DataError, match=f"127.0.0.1:[0-9]+: .*({FAULTS[fault][1]})") as error:
        sources.download(target, [mirror], 1)
    assert str(error.value).startswith("MNIST could not be downloaded.")
    assert "MNIST_LAB_DATA" in str(error.value)
    assert list(target.parent.iterdir()) == []


@FAULTY
def test_after_a_faulty_mirror_the_next_is_used(serve, digits, target, fault):
    mirrors = [faulty_mirror(serve, digits, fault, "npz"), npz_mirror(serve, digits)]
    assert_same(sources.download(target, mirrors, 5), digits)
    assert_same(sources.read_npz(target), digits)


def test_a_mirror_with_other_digits_is_refused(serve, digits, target):
    with pytest.raises(DataError, match="other digits than MNIST's .checksum differs"):
        sources.download(target, [npz_mirror(serve, made_up_digits(seed=2)), idx_mirror(serve, made_up_digits(seed=3))], 5)
    assert not target.exists()


def test_after_a_mirror_with_other_digits_the_next_is_used_and_kept(serve, digits, target):
    mirrors = [npz_mirror(serve, made_up_digits(seed=2)), idx_mirror(serve, made_up_digits(seed=3)), npz_mirror(serve, digits)]
    assert_same(sources.download(target, mirrors, 5), digits)
    assert_same(sources.read_npz(target), digits)


def test_a_mirror_with_pickled_content_is_refused(serve, digits, target, tmp_path):
    trace = tmp_path / "trace"
    trap = type("Trap", (), {"__reduce__": lambda self: (open, (str(trace), "w"))})()
    mirror = serve({"/mnist.npz": npz_bytes(digits._replace(train_images=np.array([trap], dtype=object)))}) + "mnist.npz"
    with pytest.raises(DataError, match="Pickled arrays are never loaded"):
        sources.download(target, [mirror], 5)
    assert not trace.exists()


def test_a_failed_download_leaves_an_earlier_one_as_it_was(serve, digits, target):
    target.write_bytes(b"earlier")
    with pytest.raises(DataError):
        sources.download(target, [npz_mirror(serve, made_up_digits(seed=2))], 5)
    assert target.read_bytes() == b"earlier"


def test_a_download_replaces_what_was_there(serve, digits, target):
    target.write_bytes(b"damaged")
    sources.download(target, [npz_mirror(serve, digits)], 5)
    assert_same(sources.read_npz(target), digits)


def test_without_a_network_the_answer_is_quick_and_clear(closed_mirror, target):
    start = time.monotonic()
    with pytest.raises(DataError, match="could not be downloaded.*127.0.0.1:[0-9]+: no answer.*Connect to the internet"):
        sources.download(target, [closed_mirror, closed_mirror.replace("mnist.npz", "mnist/")])
    assert time.monotonic() - start < 10


def test_mirrors_that_never_answer_cost_no_more_than_the_patience(silent_mirror, target):
    start = time.monotonic()
    with pytest.raises(DataError, match="127.0.0.1:[0-9]+: no answer"):
        sources.download(target, [silent_mirror] * 3, 2)
    assert time.monotonic() - start < 20


def test_a_mirror_that_stops_half_way_without_a_word_is_given_up(serve, digits, target):
    released = threading.Event()

    def stop(handler):
        cut(handler, npz_bytes(digits))
        released.wait(40)

    start = time.monotonic()
    with pytest.raises(DataError, match="127.0.0.1:[0-9]+: .*timed out"):
        sources.download(target, [serve({"/mnist.npz": stop}) + "mnist.npz"], 1)
    released.set()
    assert time.monotonic() - start < 20


def test_mirrors_that_fall_silent_after_the_first_word_cost_no_more_than_the_patience(serve, target):
    released = threading.Event()
    mirrors = [serve({"/mnist.npz": lambda handler: released.wait(40)}) + "mnist.npz" for _ in range(2)]
    start = time.monotonic()
    with pytest.raises(DataError, match="timed out.*timed out"):
        sources.download(target, mirrors, 2)
    released.set()
    assert time.monotonic() - start < 20


def test_a_silent_mirror_does_not_keep_from_a_good_one(serve, digits, silent_mirror, closed_mirror, target):
    assert_same(sources.download(target, [silent_mirror, closed_mirror, npz_mirror(serve, digits)], 2), digits)


def test_no_mirrors_is_a_clear_error(target):
    with pytest.raises(DataError, match="could not be downloaded"):
        sources.download(target, [], 2)


# A regular file stands where the folder should be: a write protection would not bind the administrator.
def test_where_the_cache_cannot_be_written_the_digits_come_with_a_notice(serve, digits, tmp_path, capsys):
    (tmp_path / "cache").write_text("not a folder")
    for target in (tmp_path / "cache" / "mnist.npz", tmp_path / "cache" / "deeper" / "mnist.npz"):
        assert_same(sources.download(target, [npz_mirror(serve, digits)], 5), digits)
        notice = capsys.readouterr().out
        assert "Notice: MNIST was downloaded but could not be kept at" in notice
        assert str(target) in notice


def test_where_a_folder_stands_in_place_of_the_cache_file_nothing_is_left_behind(serve, digits, target, capsys):
    target.mkdir()
    assert_same(sources.download(target, [idx_mirror(serve, digits)], 5), digits)
    assert "could not be kept" in capsys.readouterr().out
    assert list(target.iterdir()) == []


def test_without_a_place_for_temporary_files_the_error_is_clear(serve, digits, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="could not be downloaded.*nowhere"):
        sources.download(tmp_path / "mnist.npz", [npz_mirror(serve, digits)], 5)


DOWNLOADER = """
import sys
from pathlib import Path
from mnist_lab import sources
sources.MNIST_SHA256 = sys.argv[1]
assert sources.download(Path(sys.argv[2]), [sys.argv[3]], 90).is_mnist
"""


def test_eight_processes_may_download_into_one_empty_cache_at_once(serve, tmp_path):
    digits = made_up_digits(train=500)
    content = npz_bytes(digits)
    together = threading.Barrier(8)

    def answer_when_all_have_asked(handler):
        together.wait(30)
        send(handler, content)

    target = tmp_path / "cache" / "mnist.npz"
    mirror = serve({"/mnist.npz": answer_when_all_have_asked}) + "mnist.npz"
    command = [sys.executable, "-c", DOWNLOADER, digest_of(digits), str(target), mirror]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) for _ in range(8)]
    while any(process.poll() is None for process in processes):
        if target.exists():
            assert target.read_bytes() == content
        time.sleep(0.02)
    for process in processes:
        errors = process.communicate()[1].decode()
        assert process.returncode == 0, errors
    assert_same(sources.read_npz(target), digits)
    assert [path.name for path in target.parent.iterdir()] == ["mnist.npz"]


# Caches


@pytest.fixture
def caches(tmp_path, monkeypatch):
    """The two places where MNIST may lie already, both empty: Keras's and the course's own."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(sources, "cache_file", lambda: tmp_path / "own" / "mnist.npz")
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    (tmp_path / "own").mkdir()
    return tmp_path / "keras" / "datasets" / "mnist.npz", tmp_path / "own" / "mnist.npz"


def test_empty_caches_hold_nothing(caches, capsys):
    assert sources.cached() is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("place", [0, 1], ids=["keras", "own"])
def test_digits_in_either_cache_are_found_with_their_place(caches, digits, place, capsys):
    caches[place].write_bytes(npz_bytes(digits))
    found, path = sources.cached()
    assert_same(found, digits)
    assert path == caches[place]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SMALL_NPZ[:-1], r"not a readable \.npz"),
        (b"", r"not a readable \.npz"),
        (npz_bytes(made_up_digits(seed=2)), "not MNIST's .checksum differs"),
    ],
    ids=["damaged", "empty", "other digits"],
)
def test_a_cache_that_does_not_hold_mnist_is_passed_over_with_a_notice(caches, digits, capsys, content, reason):
    caches[0].write_bytes(content)
    caches[1].write_bytes(npz_bytes(digits))
    found, path = sources.cached()
    assert_same(found, digits)
    assert path == caches[1]
    notice = capsys.readouterr().out
    assert notice.startswith(f"Passing over {caches[0]}: ")
    assert re.search(reason, notice)


def test_without_keras_home_the_cache_in_the_home_folder_is_looked_at(caches, digits, tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    path = tmp_path / "home" / ".keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(npz_bytes(digits))
    assert sources.cached()[1] == path


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CACHE_HOME is a convention of Linux")
def test_downloads_are_kept_in_the_users_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert sources.cache_file() == tmp_path / "mnist_lab" / "mnist.npz"
