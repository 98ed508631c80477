"""Targets that read digits, drawings and networks from files."""

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from fuzz.mutations import ODD_VALUES, change_bytes, change_json, change_text
from fuzz.target import Target


def _idx(array: np.ndarray) -> bytes:
    sizes = np.array(array.shape, ">u4").tobytes()
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def _digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    images = np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return images, np.arange(count, dtype=np.uint8) % 10


def _make_idx(rng: Random) -> bytes:
    content = _idx(_digits(3)[rng.randrange(2)])
    match rng.randrange(4):
        case 0:
            return change_bytes(rng, content)
        case 1:
            return change_bytes(rng, gzip.compress(content, mtime=0))
        case 2:
            return gzip.compress(change_bytes(rng, content), 1, mtime=0)
    # A header that promises any size.
    header = content[:4] + rng.randbytes(4 * content[3])
    return gzip.compress(header + bytes(rng.choice((0, 100, 10_000_000))), 1, mtime=0)


def _read_idx(content: bytes, folder: Path) -> None:
    from mnist_lab.data import arrays

    (folder / "digits").write_bytes(content)
    arrays.read_idx(folder / "digits")


def _npy(rng: Random, array: np.ndarray) -> bytes:
    """Return an array as .npy, now and then with another header."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    content = buffer.getvalue()
    if rng.random() < 0.5:
        return content
    end = content.index(b"\n") + 1
    header = content[10:end].decode().rstrip()
    odd = str(rng.choice(ODD_VALUES))[:50]
    types = ("<f8", "|O", ">i4", "<U5", "|V9", "|b1", "<M8[s]", "<c16", "<i8", "|S3", "|u1")
    header = rng.choice(
        (
            header.replace("|u1", rng.choice(types)),
            header.replace("False", rng.choice(("True", "None", odd))),
            header.replace("28", rng.choice(("0", "-1", "10**9", str(2**40), odd))),
            header.replace("3,", f"{rng.choice((0, 2**31, 2**63, 10**30))},"),
            change_text(rng, header),
        )
    ).encode("latin-1", "replace")
    size = rng.choice((len(header) + 1, len(header) + 1, 0, 65_535)).to_bytes(8, "little")[:2]
    return content[:8] + size + header + b"\n" + content[end:]


def _make_npz(keys: tuple[str, ...]) -> Callable[[Random], bytes]:
    def make(rng: Random) -> bytes:
        buffer = io.BytesIO()
        pack = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
        pack = zipfile.ZIP_STORED if rng.random() < 0.5 else pack
        with zipfile.ZipFile(buffer, "w", pack) as archive:
            for key, array in zip(keys, _digits(5) * 2, strict=False):
                content = _npy(rng, array)
                if rng.random() < 0.1:
                    content = change_bytes(rng, content)
                name = rng.choice((f"{key}.npy", f"{key}.npy", key))
                # Without a date of its own it has today's, and differs from second to second.
                archive.writestr(zipfile.ZipInfo(name), content, pack)
        content = buffer.getvalue()
        return change_bytes(rng, content) if rng.random() < 0.4 else content

    return make


def _read_npz(content: bytes, folder: Path) -> None:
    from mnist_lab.data import formats

    (folder / "digits.npz").write_bytes(content)
    formats.read_path(folder / "digits.npz")


def _table() -> str:
    images, labels = _digits(5)
    rows = np.column_stack([labels, images.reshape(5, -1)])
    return "\n".join(",".join(map(str, row)) for row in rows.tolist()) + "\n"


def _make_csv(rng: Random) -> bytes:
    text = _table()
    if rng.random() < 0.5:
        text = ",".join(["label", *(f"pixel{at}" for at in range(784))]) + "\n" + text
    if rng.random() < 0.8:
        text = change_text(rng, text)
    content = text.encode("utf-8", "surrogatepass")
    content = change_bytes(rng, content) if rng.random() < 0.3 else content
    return gzip.compress(content, 1, mtime=0) if rng.random() < 0.2 else content


def _make_mat(rng: Random) -> bytes:
    from scipy.io import savemat

    images, labels = _digits(5)
    values = {"data": images.reshape(5, -1).T, "label": labels[None]}
    content = values if rng.random() < 0.5 else {"dataset": {"train": values, "x": "text"}}
    buffer = io.BytesIO()
    savemat(buffer, content, do_compression=rng.random() < 0.5)
    # The head holds today's date.
    head = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    return head + change_bytes(rng, buffer.getvalue()[128:])


def _make_zip(rng: Random) -> bytes:
    """Return an archive of IDX files, a table, or pictures in folders, some of it changed."""
    from PIL import Image

    images, labels = _digits(5)
    kind = rng.randrange(3)
    if kind == 0:
        names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
        files = {name: _idx(array) for name, array in zip(names, (images, labels), strict=True)}
    elif kind == 1:
        files = {"d/train.csv": _table().encode()}
    else:
        files = {}
        for image, label in zip(images, labels, strict=True):
            picture = io.BytesIO()
            Image.fromarray(image).save(picture, rng.choice(("png", "bmp", "gif")))
            files[f"train/{label}/a.png"] = picture.getvalue()
    buffer = io.BytesIO()
    pack = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
    with zipfile.ZipFile(buffer, "w", pack) as archive:
        for name, content in files.items():
            name = rng.choice((name, name, name, f"../{name}", f"/{name}", name.upper()))
            content = change_bytes(rng, content) if rng.random() < 0.5 else content
            archive.writestr(zipfile.ZipInfo(name), content, pack)
    return change_bytes(rng, buffer.getvalue()) if rng.random() < 0.4 else buffer.getvalue()


def _read_path(name: str) -> Callable[[bytes, Path], None]:
    def read(content: bytes, folder: Path) -> None:
        from mnist_lab.data import formats

        (folder / name).write_bytes(content)
        formats.read_path(folder / name)

    return read


def _read_collection(content: bytes, folder: Path) -> None:
    from mnist_lab import handwriting

    path = folder / "drawings.npz"
    path.write_bytes(content)
    handwriting.load_collection(path)


@cache
def _archive() -> dict[str, bytes]:
    """Return the parts of the smallest network as Keras saves it."""
    import mnist_lab as lab

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        lab.models.single_layer().save(path)
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def _make_keras(rng: Random) -> bytes:
    parts = dict(_archive())
    name = rng.choice([*parts, "config.json", "config.json"])
    if name.endswith(".json") and rng.random() < 0.8:
        parts[name] = change_json(rng, json.loads(parts[name]))
    else:
        parts[name] = change_bytes(rng, parts[name])
    if rng.random() < 0.05:
        del parts[rng.choice(list(parts))]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry if rng.random() < 0.98 else f"../{entry}", content)
    return change_bytes(rng, buffer.getvalue()) if rng.random() < 0.2 else buffer.getvalue()


def _read_keras(content: bytes, folder: Path) -> None:
    import mnist_lab as lab

    (folder / "model.keras").write_bytes(content)
    lab.models.load(folder / "model.keras")


TARGETS = (
    Target("idx", _make_idx, _read_idx),
    Target("npz", _make_npz(("x_train", "y_train", "x_test", "y_test")), _read_npz),
    Target("collection", _make_npz(("images", "labels")), _read_collection),
    Target("csv", _make_csv, _read_path("digits.csv")),
    Target("mat", _make_mat, _read_path("digits.mat")),
    Target("zip", _make_zip, _read_path("digits.zip")),
    Target("keras", _make_keras, _read_keras),
)
