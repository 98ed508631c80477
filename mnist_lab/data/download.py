"""Downloads MNIST once and keeps it: the caches on this machine, and the mirrors that serve it."""

import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from mnist_lab.data.arrays import read_idx
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats import (
    IDX_NAMES,
    NPZ_KEYS,
    RawDigits,
    digits_from_arrays,
    read_npz,
)
from mnist_lab.files import atomic_write

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
    """Return MNIST from Keras's cache or an earlier download, and its path; None without either.

    A file that is damaged or holds other digits is passed over, with a notice.
    """
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


def _reason(error: Exception, otherwise: str) -> str:
    """Return why a request failed, where a network's proxy is the reason."""
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        return (
            "its certificate is not trusted; set REQUESTS_CA_BUNDLE to the certificate of your"
            " network's proxy"
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses; check HTTPS_PROXY"
    return otherwise


def _silent(mirrors: Sequence[str], timeout: float) -> dict[str, str]:
    """Return the mirrors that do not answer within `timeout` seconds, and why.

    All are asked at once.
    """
    import requests

    silent = dict.fromkeys(mirrors, "no answer")

    def ask(mirror: str) -> None:
        try:
            requests.head(mirror, timeout=timeout)
            silent.pop(mirror, None)
        except requests.RequestException as error:
            silent[mirror] = _reason(error, "no answer")

    # Daemon threads, since a name look-up can hang longer than any time limit given to it.
    threads = [threading.Thread(target=ask, args=(mirror,), daemon=True) for mirror in mirrors]
    for thread in threads:
        thread.start()
    end = time.monotonic() + timeout
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return dict(silent)


def _from_mirror(mirror: str, folder: Path, timeout: float) -> tuple[RawDigits, Path | None]:
    """Download one mirror into `folder`; return the digits, and the .npz file if it serves one."""
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
    files = [get(f"{mirror}{name}.gz", folder / f"{name}.gz") for name in IDX_NAMES]
    return digits_from_arrays(mirror, [read_idx(file) for file in files]), None


def fetch(target: Path, mirrors: Sequence[str] = MIRRORS, timeout: float = 15.0) -> RawDigits:
    """Download MNIST from the first mirror that serves it whole, and keep it.

    The content is checked before it is kept, by a checksum over the four arrays: `pooch.retrieve`
    checks files, which differ from mirror to mirror. Several processes may ask at once.

    Args:
        target: The file to keep it in. Where it cannot be written, a notice says so.
        mirrors: URLs as in MIRRORS.
        timeout: Total seconds to wait for mirrors that do not answer. A slow download may take
            longer.

    Returns:
        The digits.

    Raises:
        DataError: No mirror serves MNIST; the message says what each did.
    """
    import requests

    end = time.monotonic() + timeout
    silent = _silent(mirrors, 0.4 * timeout)
    answering = [mirror for mirror in mirrors if mirror not in silent]
    problems = [f"{urlsplit(mirror).netloc}: {why}" for mirror, why in silent.items()]
    for position, mirror in enumerate(answering):
        seconds = max(1.0, (end - time.monotonic()) / (len(answering) - position))
        try:
            with tempfile.TemporaryDirectory() as folder:
                raw, file = _from_mirror(mirror, Path(folder), seconds)
                if not raw.is_mnist:
                    raise DataError("served other digits than MNIST's (checksum differs)")
                _keep(raw, file, target)
                return raw
        # ValueError: our own DataError, or a header that makes no sense.
        except (ValueError, requests.RequestException, OSError) as error:
            problems.append(f"{urlsplit(mirror).netloc}: {_reason(error, str(error))}")
    raise DataError(
        f"MNIST could not be downloaded. {'; '.join(problems)}. Connect to the internet and try"
        " again, or set MNIST_LAB_DATA to a folder with the four IDX files or to a mnist.npz."
    )


def _keep(raw: RawDigits, file: Path | None, target: Path) -> None:
    """Write the digits to `target`, whole or not at all; where that fails, print a notice."""
    try:
        with atomic_write(target, "wb") as part:
            if file is None:
                np.savez_compressed(part, **dict(zip(NPZ_KEYS, raw.arrays, strict=True)))
            else:
                with file.open("rb") as source:
                    shutil.copyfileobj(source, part)
    except OSError as error:
        print(
            f"Notice: MNIST was downloaded but could not be kept at {target} ({error.strerror});"
            " the next run downloads again."
        )
