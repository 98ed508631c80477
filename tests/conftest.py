"""What all tests share: which digits they use, and which tests need what a machine may lack."""

import os
from pathlib import Path

# Before scikit-learn is imported: its threads would spin while they wait, beside other workers.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest
from hypothesis import settings

from mnist_lab.data import formats
from tests.helpers.machine import MNIST, ROOT, unmet_needs

# In this order: what waits for processes goes on beside the notebooks, which use all cores.
LONGEST = ("test_readme.py", "test_jupyterlab.py", ".ipynb", "test_wheel.py", "test_soak.py")
LONGEST += ("test_sweep.py", "test_cluster.py")

# Hypothesis would fail an example that takes over 200 ms, as on a busy machine. What a test tries
# is the same on each machine and each day, so that it fails for a change and not by luck.
settings.register_profile("course", deadline=None, derandomize=True)
# pytest --hypothesis-profile=random tries others each time, as the weekly run does.
settings.register_profile("random", deadline=None, derandomize=False)
settings.load_profile("course")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require-all",
        action="store_true",
        help="fail, and do not skip, the tests that need something this machine lacks",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files that take longest, so that no process waits long at the end."""

    def place(item: pytest.Item) -> int:
        named = {item.path.name, item.path.suffix}
        return next((index for index, name in enumerate(LONGEST) if name in named), len(LONGEST))

    items.sort(key=place)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs what this machine lacks; where everything must run, fail instead."""
    for marker in item.iter_markers():
        reason = unmet_needs(marker.name)
        if reason and item.config.getoption("--require-all"):
            pytest.fail(f"{reason} (--require-all was given)", pytrace=False)
        elif reason:
            pytest.skip(reason)


def pytest_report_header() -> str:
    digits = "full MNIST" if MNIST else "the sample of 5,000 (full MNIST is not on this machine)"
    return f"digits: {digits}"


@pytest.fixture(scope="session")
def mnist() -> formats.RawDigits:
    """Full MNIST as stored; a test that takes it is marked needs_mnist."""
    assert MNIST is not None, "mark this test with needs_mnist"
    return MNIST


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's folder."""
    return ROOT
