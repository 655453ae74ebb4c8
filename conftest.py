"""Settings for every test, and for the notebooks that nbval runs."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import nnbook
from nnbook import plots

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
    """Let the examples in docstrings use what everybody imports."""
    doctest_namespace |= {"np": np, "nnbook": nnbook, "plots": plots}


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Close what a test or an example has drawn."""
    yield
    plt.close("all")
