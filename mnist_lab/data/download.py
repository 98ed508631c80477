"""Fetches MNIST once and keeps it: the caches on this machine, and the mirrors that serve it."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from mnist_lab.data.formats import (
    IDX_NAMES,
    NPZ_KEYS,
    DataError,
    RawDigits,
    checked,
    read_idx,
    read_npz,
)

# A URL that ends in .npz is Keras's file; any other is a folder with the four gzipped IDX files.
MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def cache_file() -> Path:
    """Return where a download is kept: mnist.npz in this user's cache folder."""
    import pooch

    return Path(pooch.os_cache("mnist_lab")) / "mnist.npz"


def cached() -> tuple[RawDigits, Path] | None:
    """Return MNIST from Keras's cache or from an earlier download, with its place; None where neither holds it whole."""
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    for path in (keras_home / "datasets" / "mnist.npz", cache_file()):
        if path.is_file():
            try:
                raw = read_npz(path)
            except DataError as error:
                print(f"Passing over {path}: {error}")
                continue
            if raw.is_mnist:
                return raw, path
            print(f"Passing over {path}: its content is not MNIST's (checksum differs).")
    return None


def _answering(mirrors: Sequence[str], patience: float) -> list[str]:
    """Return the mirrors that answer at all within `patience` seconds, asked side by side, in the order given."""
    import requests

    answered = set()

    def ask(mirror: str) -> None:
        try:
            requests.head(mirror, timeout=patience)
            answered.add(mirror)
        except requests.RequestException:
            pass

    # Daemon threads, since a name look-up can hang longer than any time limit given to it.
    threads = [threading.Thread(target=ask, args=(mirror,), daemon=True) for mirror in mirrors]
    for thread in threads:
        thread.start()
    end = time.monotonic() + patience
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return [mirror for mirror in mirrors if mirror in answered]


def _from_mirror(mirror: str, folder: Path, timeout: float) -> tuple[RawDigits, Path | None]:
    """Download one mirror into `folder`; return the digits, and the .npz file where the mirror serves one."""
    import pooch
    from tqdm import tqdm

    class Bar(tqdm):
        def __bool__(self) -> bool:
            return True  # pooch asks before it knows the total, which tqdm cannot answer

    def get(url: str, target: Path) -> Path:
        # On stdout and gone afterwards: a notebook would keep it, and show stderr in red.
        progress = Bar(desc=target.name, unit="B", unit_scale=True, leave=False, file=sys.stdout)
        pooch.HTTPDownloader(progressbar=progress, timeout=timeout)(url, str(target), None)
        return target

    if mirror.endswith(".npz"):
        file = get(mirror, folder / "mnist.npz")
        return read_npz(file), file
    return checked(
        mirror, [read_idx(get(f"{mirror}{name}.gz", folder / f"{name}.gz")) for name in IDX_NAMES]
    ), None


def fetch(target: Path, mirrors: Sequence[str] = MIRRORS, patience: float = 15.0) -> RawDigits:
    """Fetch MNIST from the first mirror that serves it whole, keep it at `target`, and return it.

    `patience`: seconds that a network which does not answer may cost in all; a slow one may take longer. The content
    is checked before it is kept, and kept by an atomic rename, so that several processes may ask at once. Where the
    folder cannot be written the digits are returned all the same, with a notice. Raises DataError with what each
    mirror did.
    """
    import requests

    end = time.monotonic() + patience
    answering = _answering(mirrors, 0.4 * patience)
    troubles = [
        f"{urlsplit(mirror).netloc}: no answer" for mirror in mirrors if mirror not in answering
    ]
    for position, mirror in enumerate(answering):
        timeout = max(1.0, (end - time.monotonic()) / (len(answering) - position))
        try:
            with tempfile.TemporaryDirectory() as folder:
                raw, file = _from_mirror(mirror, Path(folder), timeout)
                if not raw.is_mnist:
                    raise DataError("served other digits than MNIST's (checksum differs)")
                _keep(raw, file, target)
                return raw
        except (
            ValueError,
            requests.RequestException,
            OSError,
        ) as error:  # ValueError: our own, or a senseless header
            troubles.append(f"{urlsplit(mirror).netloc}: {error}")
    raise DataError(
        "MNIST could not be downloaded. "
        + "; ".join(troubles)
        + ". Connect to the internet and try again, or set"
        " MNIST_LAB_DATA to a folder with the four IDX files or to a mnist.npz."
    )


def _keep(raw: RawDigits, file: Path | None, target: Path) -> None:
    """Write the digits beside `target` under a temporary name, then rename; a place that cannot be written is a notice."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
            try:
                if file is not None:
                    part.write(file.read_bytes())
                else:
                    np.savez_compressed(part, **dict(zip(NPZ_KEYS, raw, strict=True)))
                part.close()
                os.replace(part.name, target)
            except BaseException:
                part.close()
                os.unlink(part.name)
                raise
    except OSError as error:
        print(
            f"Notice: MNIST was downloaded but could not be kept at {target} ({error.strerror}); the next run downloads again."
        )
