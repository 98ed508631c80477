"""Files that unpack into far more than they promise are refused before they fill the memory."""

import gzip
import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.stored import IDX_NAMES, NPZ_KEYS, idx_bytes, made_up_digits, write_folder

MEGABYTE = 2**20
ZEROS = bytes(16 * MEGABYTE)

# A machine with 2 GB; the program may take 200 MB more than it has once numpy is imported.
PROGRAM = """
import resource, sys
from mnist_lab import machine
from mnist_lab.data import errors, formats
machine.memory_limit = lambda: 2_000_000_000
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + 200 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    formats.read_path(sys.argv[1])
except errors.DataError as error:
    print(error)
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux limits the memory of a process in this way"
)


def message_of(path: Path) -> str:
    """Return the DataError of reading a path in a process of its own, with 200 MB to use."""
    command = [sys.executable, "-c", PROGRAM, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    return run.stdout


def bomb(header: bytes, megabytes: int = 320) -> bytes:
    """Return a gzip file of a header and zeros: a kilobyte of it unpacks into a megabyte."""
    # A gzip file may be several put together.
    return gzip.compress(header) + gzip.compress(ZEROS, 1) * (megabytes // 16)


def image_header(count: int) -> bytes:
    return struct.pack(">BBBB3I", 0, 0, 8, 3, count, 28, 28)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (image_header(30), "its header promises 23,536 bytes, the file has more"),
        (image_header(400_000), "400,000 images but labels of shape (30,)"),
        (struct.pack(">BBBBI", 0, 0, 8, 1, 2**20), "images.shape=(1048576,)"),
        (b"", "starts with the bytes 00 00 00 00"),
    ],
    ids=["few images", "more images than labels", "labels", "zeros"],
)
def test_a_gzip_bomb_named_as_the_training_images_is_refused(tmp_path, header, words):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[0]).write_bytes(bomb(header))
    assert words in message_of(folder)


def test_a_gzip_bomb_named_as_the_training_labels_is_refused(tmp_path):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[1]).write_bytes(bomb(struct.pack(">BBBBI", 0, 0, 8, 1, 30)))
    assert "the file has more" in message_of(folder)


def test_more_digits_than_this_machine_can_hold_are_refused(tmp_path):
    """The child takes this machine's memory to be 2 GB; 400,000 digits take a third of a GB."""
    labels = np.zeros(400_000, np.uint8)
    folder = write_folder(tmp_path / "digits", made_up_digits())
    (folder / IDX_NAMES[0]).write_bytes(bomb(image_header(len(labels))))
    (folder / IDX_NAMES[1]).write_bytes(gzip.compress(idx_bytes(labels), 1))
    assert "promises 313,600,000 bytes, too many for this machine" in message_of(folder)
    path = write_npz_bomb(tmp_path / "bomb.npz", array_header((len(labels), 28, 28)), labels)
    assert "promises 313,600,000 bytes, too many for this machine" in message_of(path)


def test_a_file_of_gigabytes_with_a_small_header_is_refused(tmp_path):
    folder = write_folder(tmp_path / "digits", made_up_digits())
    with (folder / IDX_NAMES[0]).open("wb") as file:
        file.write(image_header(30))
        file.truncate(2**33)  # a hole, which takes no room on the disk
    assert "the file has 8,589,934,592" in message_of(folder)


def array_header(shape: tuple[int, ...], dtype: str = "|u1") -> bytes:
    buffer = io.BytesIO()
    content = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, content)
    return buffer.getvalue()


def write_npz_bomb(path: Path, header: bytes, labels: np.ndarray | None = None) -> Path:
    """Write a .npz whose training images are this header and 320 MB of zeros."""
    arrays = dict(zip(NPZ_KEYS, made_up_digits().arrays, strict=True))
    arrays["y_train"] = arrays["y_train"] if labels is None else labels
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for key in NPZ_KEYS[1:]:
            buffer = io.BytesIO()
            np.save(buffer, arrays[key])
            archive.writestr(f"{key}.npy", buffer.getvalue())
        with archive.open("x_train.npy", "w") as member:
            member.write(header)
            for _ in range(20):
                member.write(ZEROS)
    return path


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (array_header((30, 28, 28)), "promises 23,520 bytes"),
        (array_header((400_000, 28, 28)), "400,000 images but labels of shape (30,)"),
        (array_header((30, 28, 28), "|O"), "Pickled arrays are never loaded"),
        (array_header((30, 28, 28), "<f8"), "promises 188,160 bytes and has more"),
        (array_header((30, 28, 28), "|V9999999"), "pixels are stored as |V9999999"),
        # The length of version 2.0 is of four bytes: here 300 MB of header.
        (b"\x93NUMPY\x02\x00" + struct.pack("<I", 300_000_000), "not a readable .npz"),
        (b"", "not a readable .npz"),
    ],
    ids=["few", "more than labels", "objects", "floats", "voids", "header", "zeros"],
)
def test_an_npz_bomb_is_refused(tmp_path, header, words):
    assert words in message_of(write_npz_bomb(tmp_path / "bomb.npz", header))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_npz_packed_in_another_way_than_numpys_is_refused(tmp_path, compression):
    """A few bytes of these unpack into gigabytes at one go, however few are asked for."""
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for key, array in zip(NPZ_KEYS, made_up_digits().arrays, strict=True):
            archive.writestr(f"{key}.npy", array_header(array.shape) + array.tobytes())
    assert "save the arrays as numbers with numpy.savez" in message_of(path)


@pytest.mark.needs_mnist
def test_all_of_mnist_is_read_in_as_little_memory(tmp_path, mnist):
    assert message_of(write_folder(tmp_path / "digits", mnist, lambda c: gzip.compress(c, 1))) == ""
