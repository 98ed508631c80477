"""What all tests share: which digits they use, and what may be skipped where."""

import os
from pathlib import Path

import pytest

from mnist_lab.data import download, formats

ROOT = Path(__file__).resolve().parent.parent


def _mnist() -> formats.RawDigits | None:
    """Return full MNIST if it is on this machine, without downloading it."""
    named = os.environ.get("MNIST_LAB_DATA")
    if named and named not in ("auto", "mnist", "sample"):
        raw = formats.read_path(named)
        return raw if raw.is_mnist else None
    found = None if named == "sample" else download.cached()
    return found[0] if found else None


MNIST = _mnist()
if MNIST is None:
    # No test downloads MNIST: where it is not here, notebooks and commands run on the sample.
    os.environ["MNIST_LAB_DATA"] = "sample"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the files that take longest to the front, so that at the end no process waits long for the other."""
    longest = ["test_readme.py", "test_running.py", "test_jupyterlab.py"]
    items.sort(key=lambda item: (item.path.name not in longest, item.path.suffix != ".ipynb"))


def pytest_report_header() -> str:
    return f"digits: {'full MNIST' if MNIST else 'the sample of 5,000 (full MNIST is not on this machine)'}"


def unavailable(reason: str) -> None:
    """Skip a check that cannot run here; in CI, where everything must run, fail instead."""
    if os.environ.get("CI"):
        pytest.fail(f"cannot run, and in CI it must: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def mnist() -> formats.RawDigits:
    """Full MNIST as stored."""
    if MNIST is None:
        unavailable("full MNIST is not on this machine; `mnist-lab data` fetches it")
    return MNIST


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT
