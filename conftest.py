"""Marks the cells that nbval runs as slow, so that `pytest -m "not slow"` leaves the notebooks out."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.slow)
