"""The book's explorers: a call makes one, and Jupyter or the book shows it.

Each stands on `nnbook.explore` and computes with the package's own functions, so
that what moves on the page is what the chapters teach.
"""

from nnbook.explorers.neuron import neuron

__all__ = ["neuron"]
