"""Reads the digits of a file or folder: what it is, is told by its content and not by its name."""

import gzip
import os
import zipfile
from pathlib import Path, PurePosixPath

from mnist_lab import checks
from mnist_lab.data import arrays
from mnist_lab.data.errors import DataError, unpacking
from mnist_lab.data.formats import idx_names, pickles, pictures
from mnist_lab.data.formats.keyed import part_of, parts_of, roles_of, words_of
from mnist_lab.data.formats.mat import read_mat
from mnist_lab.data.formats.parquet import read_parquet
from mnist_lab.data.formats.tables import read_table
from mnist_lab.data.formats.tidy import Part, check_form
from mnist_lab.data.formats.walk import files_in, unpacked

# What can be read, as errors list it.
ACCEPTED = (
    "a folder of IDX files, of pictures in folders 0 to 9, or of tables; or a file .npz, .csv, .mat"
    " or .parquet, or a .zip of these"
)
_TABLES = (".csv", ".tsv", ".txt", ".arff", ".gz", ".npz", ".npy", ".mat", ".parquet")
_ONE_PICTURE = (
    "is one picture. `mnist-lab read` reads the digits on a photo. Put pictures of 28 x 28 pixels"
    " into folders named 0 to 9, and name the folder that holds these."
)
# Other files, by their first bytes: what they are, and what to do.
_OTHERS = (
    (b"\x89PNG", _ONE_PICTURE),
    (b"\xff\xd8\xff", _ONE_PICTURE),
    (b"\x89HDF", "is an HDF5 file (.h5, or MATLAB 7.3). Open it with h5py, and keep its arrays with"
     " numpy.savez('digits.npz', x_train=..., y_train=..., x_test=..., y_test=...)."),
    (b"7z\xbc\xaf", "is a .7z archive. Unpack it, and name the folder."),
    (b"Rar!", "is a .rar archive. Unpack it, and name the folder."),
    (b"BZh", "is packed with bzip2. Unpack it, and name what comes out."),
    (b"\xfd7zXZ", "is packed with xz. Unpack it, and name what comes out."),
    (b"<", "is a web page or XML, not digits: a download may have asked to sign in. Fetch it in a"
     " browser."),
    (b"version https://git-lfs", "only stands for a file that git-lfs keeps. Run: git lfs pull"),
    (b"%PDF", "is a PDF, not digits."),
)  # fmt: skip


def _start(path: Path) -> tuple[bytes, bool]:
    """Return the first bytes of a file, unpacked, and whether it is packed with gzip."""
    with unpacking(path):
        with path.open("rb") as file:
            start = file.read(512)
        if start[:2] != b"\x1f\x8b":
            return start, False
        with gzip.open(path) as stream:
            return stream.read(512), True


def _looks_like_text(start: bytes) -> bool:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    return b"\0" not in start and sum(byte < 9 for byte in start) == 0


def _read_npz(path: Path) -> dict[str, Part]:
    names = [name for name in arrays.npz_keys(path) if not name.endswith(("/", "\\"))]
    unnamed = [name for name in names if name.startswith("arr_")]
    numbered = arrays.npz_headers(path, unnamed) if unnamed else {}
    roles = roles_of(path.name, names, numbered)
    used = [name for found in roles.values() for name in found.values()]
    headers = arrays.npz_headers(path, used)
    return parts_of(path.name, roles, headers, lambda keys: arrays.read_npz(path, keys))


def _all_npy(names: list[str]) -> bool:
    return all(name.endswith(".npy") for name in names)


def _read_zip(path: Path) -> dict[str, Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except Exception:  # a damaged archive raises errors of zipfile, struct and others
        names = None
    if names is not None and {"config.json", "model.weights.h5"} <= set(names):
        raise DataError(
            f"{path.name}: is a network of Keras, not digits. Load it with lab.models.load."
        )
    # A damaged archive is taken for what its name says.
    plain = path.suffix.lower() != ".zip" if names is None else _all_npy(names)
    if plain or path.suffix.lower() == ".npz":
        return _read_npz(path)
    with unpacked(path) as folder:
        return read_folder(folder, path.name)


def read_file(path: Path) -> dict[str, Part]:
    """Read the digits of a file.

    Args:
        path: The file.

    Returns:
        Its parts, not tidied: "train", "test", "validation", or "" where it names none.

    Raises:
        DataError: It is damaged, too large, or of a kind that is not read; what to do is said.
    """
    start, gzipped = _start(path)
    if pickles.is_pickle(start):
        raise pickles.refusal(path.name, gzipped)
    inner = f"{path.name}: is packed with gzip. Unpack it, and name what comes out."
    if start[257:262] == b"ustar":
        raise DataError(f"{path.name}: is a .tar archive. Unpack it, and name the folder.")
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        if gzipped:
            raise DataError(inner)
        parts = _read_zip(path)
    elif start[:3] in (b"\0\0\x08", b"\0\0\x0c"):
        values = arrays.read_idx(path)
        if values.ndim != 3:
            raise DataError(
                f"{path.name}: holds labels without images. Name the folder of all four IDX files."
            )
        parts = {"": Part(values, None)}
    elif start[:6] == b"\x93NUMPY":
        if gzipped:
            raise DataError(inner)
        parts = {"": Part(arrays.read_npy(path), None)}
    elif start[:4] == b"PAR1":
        parts = {"": read_parquet([path])}
    elif start[:10] == b"MATLAB 5.0":
        parts = read_mat(path)
    else:
        for magic, what in _OTHERS:
            if start.startswith(magic):
                raise DataError(f"{path.name}: {what}")
        if not start:
            raise DataError(f"{path.name}: is empty. Fetch it again.")
        if not _looks_like_text(start):
            raise DataError(
                f"{path.name}: starts with the bytes {start[:4].hex(' ')}, which no file of digits"
                f" does. Expected {ACCEPTED}."
            )
        parts = {"": read_table(path, gzipped)}
    return {name: _upright(path.name, part) for name, part in parts.items()}


def _upright(name: str, part: Part) -> Part:
    """Return digits upright: by its name a file of EMNIST, which keeps them transposed."""
    if not name.lower().startswith("emnist"):
        return part
    check_form(name, part.images, part.labels)
    images = part.images.reshape(-1, 28, 28).swapaxes(1, 2)
    notice = f"{name}: EMNIST keeps its digits transposed; they were turned upright."
    return Part(images, part.labels, (*part.notices, notice))


def _read_idx_set(where: str, one: idx_names.IdxSet) -> dict[str, Part]:
    """Read the IDX files of a set, all headers first."""
    if error := idx_names.missing(where, one):
        raise error
    names = [part for part in ("train", "test") if (part, "images") in one.files]
    titles = {"train": f"{where} (training)", "test": f"{where} (test)"}
    qmnist = one.prefix == "qmnist-"
    for part in names:
        images, labels = (arrays.idx_header(one.files[part, role]) for role in ("images", "labels"))
        if qmnist and len(labels.shape) == 2:
            labels = arrays.ArrayHeader(labels.shape[:1], labels.dtype)
        check_form(titles[part], images, labels)
    parts = {}
    for part in names:
        images, labels = (arrays.read_idx(one.files[part, role]) for role in ("images", "labels"))
        # Beside the digit, QMNIST keeps who wrote it and where it lies in NIST's archive.
        labels = labels[:, 0] if qmnist and labels.ndim == 2 else labels
        parts[part] = _upright(one.prefix, Part(images, labels))
    if qmnist and len(parts.get("test", parts["train"]).images) == 60_000 and "test" in parts:
        test = parts["test"]
        assert test.labels is not None
        notice = (
            f"{where}: the test digits are QMNIST's 50,000 further ones; its first 10,000 are"
            " MNIST's."
        )
        parts["test"] = Part(test.images[10_000:], test.labels[10_000:], (notice,))
    return parts


def read_folder(folder: Path, where: str) -> dict[str, Part]:
    """Read the digits of a folder, or of the folders in it.

    Args:
        folder: The folder.
        where: What errors call it.

    Returns:
        As in read_file.

    Raises:
        DataError: It holds no digits, several sets, or files that cannot be read.
    """
    files = files_in(folder, where)
    if sets := idx_names.sets_in(folder, files):
        one = idx_names.chosen(where, sets)
        parts = _read_idx_set(where, one)
        if len(sets) > 1:
            notice = f"{where}: of {len(sets)} sets of digits in it, {one.title} was read."
            parts["train"] = Part(
                parts["train"].images, parts["train"].labels, (*parts["train"].notices, notice)
            )
        return parts
    if found := pictures.in_folders(files):
        return pictures.read_pictures(where, folder, found)
    tables = [
        file
        for file in files
        if file.suffix.lower() in _TABLES and "submission" not in words_of(file.name)
    ]
    if not tables:
        archives = [file.name for file in files if file.suffix.lower() == ".zip"]
        hint = f" It holds {checks.one_line(archives[0], 80)}: name that." if archives else ""
        if any(file.suffix.lower() in pictures.ENDINGS for file in files):
            hint += " Photos of digits: lab.handwriting.collect(folder) makes such a file of them."
        raise DataError(
            f"{where}: has no digits in it. A folder needs {', '.join(idx_names.IDX_NAMES)}, each"
            " gzipped or not; or train.csv and test.csv; or pictures in folders 0 to 9." + hint
        )
    return _read_tables(where, folder, tables)


def _read_tables(where: str, folder: Path, tables: list[PurePosixPath]) -> dict[str, Part]:
    """Read a folder's tables or arrays: one for all digits, or one per part."""
    if all(file.suffix.lower() == ".npy" for file in tables):
        names = {file.stem: folder / file for file in tables}
        values = {name: arrays.read_npy(path) for name, path in names.items()}
        headers = {
            name: arrays.ArrayHeader(value.shape, value.dtype) for name, value in values.items()
        }
        roles = roles_of(where, values, {})
        return parts_of(where, roles, headers, lambda keys: {key: values[key] for key in keys})
    by_part: dict[str, list[PurePosixPath]] = {}
    for file in tables:
        by_part.setdefault(part_of(words_of(file.name)), []).append(file)
    named = {part: found for part, found in by_part.items() if part}
    chosen = named or by_part
    parts: dict[str, Part] = {}
    for part, found in chosen.items():
        shards = all(file.suffix.lower() == ".parquet" for file in found)
        if len(found) > 1 and not shards:
            shown = checks.one_line(", ".join(map(str, found)), 200)
            raise DataError(f"{where}: holds several files of digits: {shown}. Name one of them.")
        paths = [folder / file for file in found]
        inside = {"": read_parquet(paths)} if len(paths) > 1 else read_file(paths[0])
        if len(inside) > 1:
            if len(chosen) > 1:
                raise DataError(
                    f"{where}: {checks.one_line(found[0], 80)} holds training and test digits, and"
                    " others lie beside it. Name one file."
                )
            return inside
        parts[part] = next(iter(inside.values()))
    return parts


def located(path: str | os.PathLike) -> Path:
    """Return the path of a file or folder that is there, "~" as the home folder.

    Raises:
        DataError: There is none.
    """
    try:
        if not os.fspath(path):
            raise ValueError("the path is empty")
        found = Path(os.fsdecode(path)).expanduser()
        found.stat()
    except (OSError, RuntimeError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        reason = "" if missing else f" ({getattr(error, 'strerror', None) or error})"
        raise DataError(
            f"{path or '(empty path)'}: no such file or folder{reason}. Give {ACCEPTED}."
        ) from error
    return found


def read_parts(path: str | os.PathLike) -> dict[str, Part]:
    """Read the digits of a file or folder, as read_file and read_folder do."""
    found = located(path)
    return read_file(found) if found.is_file() else read_folder(found, found.name or str(found))
