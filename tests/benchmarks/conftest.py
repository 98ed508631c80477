"""What several tests of benchmarks/waiting.py stand on."""

from pathlib import Path

import pytest


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a package mnist_lab of one empty file."""
    package = tmp_path / "checkout" / "mnist_lab"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    return package.parent
