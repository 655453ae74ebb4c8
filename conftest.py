"""Settings for every test, and for the notebooks that nbval runs."""

import matplotlib as mpl
import numpy as np
import pytest

# Figures are drawn in memory; no window opens.
mpl.use("agg")


def pytest_configure(config):
    """Let nbval run notebooks in this environment and know what not to compare."""
    if hasattr(config.option, "nbval"):
        config.option.nbval_current_env = True
        sanitize = config.rootpath / "tests" / "nbval_sanitize.cfg"
        config.option.nbval_sanitize_with = str(sanitize)


def pytest_collection_modifyitems(items):
    """Have nbval compare every cell.

    It skips the cells whose execution count is missing, taking them for cells that
    were never run; committed notebooks hold no execution counts at all.
    """
    for item in items:
        if type(item).__name__ == "IPyNbCell":
            item.cell.execution_count = 1


@pytest.fixture(autouse=True)
def names_for_examples(doctest_namespace):
    """Let the examples in docstrings use NumPy as everybody imports it."""
    doctest_namespace["np"] = np
