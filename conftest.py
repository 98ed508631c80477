"""Marks the cells that nbval runs as slow, and gives the docstrings' examples their names."""

import numpy as np
import pandas as pd
import pytest

import mnist_lab as lab
from mnist_lab.ipynb import IOPUB_SECONDS


@pytest.fixture(autouse=True)
def names_of_examples(doctest_namespace: dict[str, object]) -> None:
    """Give every example in a docstring the names that a notebook has."""
    doctest_namespace |= {"lab": lab, "np": np, "pd": pd}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.slow)
            item.output_timeout = IOPUB_SECONDS  # nbval's 5 s are too few beside other workers
