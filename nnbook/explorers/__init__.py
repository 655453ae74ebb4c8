"""The book's explorers: a call makes one, and Jupyter or the book shows it.

Each stands on `nnbook.explore` and computes with the package's own functions, so
that what moves on the page is what the chapters teach.
"""

from nnbook.explorers.building.playground import playground
from nnbook.explorers.building.records import recorded
from nnbook.explorers.depth import depth
from nnbook.explorers.dying import dead_nodes
from nnbook.explorers.fitting import overfitting, penalty
from nnbook.explorers.neuron import neuron
from nnbook.explorers.scores import confidence, scores
from nnbook.explorers.size import network_size
from nnbook.explorers.slopes import activation
from nnbook.explorers.training import learning_rate, training
from nnbook.explorers.walk import walk_back

__all__ = [
    "activation",
    "confidence",
    "dead_nodes",
    "depth",
    "learning_rate",
    "network_size",
    "neuron",
    "overfitting",
    "penalty",
    "playground",
    "recorded",
    "scores",
    "training",
    "walk_back",
]
