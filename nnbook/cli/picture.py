"""The picture that ``nnbook train`` saves: what was learned, and how."""

from __future__ import annotations

import sys
from collections.abc import Callable

import matplotlib as mpl
import numpy as np

if "matplotlib.pyplot" not in sys.modules:
    mpl.use("Agg")  # a file is all that is wanted: no window, no display

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from nnbook import plots
from nnbook.cli.fitting import Trained
from nnbook.cli.task import Data, Part
from nnbook.metrics import confusion_matrix

__all__ = ["draw"]

# The numbers in a confusion matrix of more classes would be too small to read.
_MOST_CLASSES = 20
_MOST_LETTERS = 14
_MISTAKES_SHOWN = 12


def draw(path: str, data: Data, train: Part, test: Part, rows: list[Trained]) -> None:
    """Draw what the networks learned, and save it.

    Where there are two features: the decision regions of every network, with the
    training samples (filled) and the unseen ones (hollow). Where there are more: the
    confusion matrix of the last network on the unseen samples and, if the samples
    are images, its surest mistakes. In both cases the last network's learning curve.

    Parameters
    ----------
    path : str
        Where to save; the suffix chooses the format. A file there is replaced.
    data : Data
    train, test : Part
        The samples learned from and the unseen ones.
    rows : list of Trained
        The baseline and the network, or one of them.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    panels: list[Callable[[Axes], None]] = []
    if data.X.shape[1] == 2:
        panels += [_Regions(data, train, test, row) for row in rows]
    elif train.Y.shape[1] <= _MOST_CLASSES:
        panels.append(lambda ax: _confusion(ax, test, rows[-1]))
    if data.X.shape[1] == 64:
        panels.append(lambda ax: _mistakes(ax, test, rows[-1]))
    panels.append(lambda ax: _learning_curve(ax, rows[-1]))
    fig, grid = plots.figure(4.5 * len(panels), 4.2, ncols=len(panels))
    try:
        for ax, panel in zip(np.ravel(grid), panels, strict=True):
            panel(ax)
        fig.savefig(path, dpi=150)
    finally:
        plt.close(fig)


class _Regions:
    def __init__(self, data: Data, train: Part, test: Part, row: Trained) -> None:
        self.args = (data, train, test, row)

    def __call__(self, ax: Axes) -> None:
        data, train, test, row = self.args
        names = _names(row)
        size = float(np.clip(80 / len(data.y) ** 0.5, 2.5, 5))
        X, y = np.vstack([train.X, test.X]), np.concatenate([train.y, test.y])
        plots.regions(row.network, X, y, class_names=names, size=size, ax=ax, legend=False)
        plots.data(test.X, test.y, hollow=True, legend=False, size=size + 4, ax=ax)
        if data.standardise:
            ax.set_xlabel(data.features[0] + ", standardised")
            ax.set_ylabel(data.features[1] + ", standardised", rotation=90,labelpad=4, va="bottom")
        wrong = round((1 - row.unseen.accuracy) * len(test.y))
        ax.set_title(f"{row.name}: {wrong} of {len(test.y)} unseen wrong")


def _confusion(ax: Axes, test: Part, row: Trained) -> None:
    classes = row.network.classes_
    matrix = confusion_matrix(
        np.searchsorted(classes, test.y),
        np.searchsorted(classes, row.network.predict(test.X)),
        len(classes),
    )
    plots.confusion(matrix, class_names=_names(row), ax=ax)
    wrong = len(test.y) - int(np.trace(matrix))
    ax.set_title(f"{row.name}: {wrong} of {len(test.y)} unseen wrong")


def _names(row: Trained) -> list[str]:
    """Give the classes' names, short enough for an axis."""
    names = [str(label) for label in row.network.classes_.tolist()]
    return [n if len(n) <= _MOST_LETTERS else n[: _MOST_LETTERS - 1] + "…" for n in names]


def _mistakes(ax: Axes, test: Part, row: Trained) -> None:
    """Draw the mistakes that the network was surest of."""
    p = row.network.predict_proba(test.X).max(axis=1)
    said = row.network.predict(test.X)
    wrong = np.flatnonzero(said != test.y)
    wrong = wrong[np.argsort(-p[wrong], kind="stable")][:_MISTAKES_SHOWN]
    if len(wrong):
        plots.digits(test.raw[wrong], test.y[wrong], said[wrong], columns=4, ax=ax)
        ax.set_title("its surest mistakes: true → predicted")


def _learning_curve(ax: Axes, row: Trained) -> None:
    curves = {"training": row.curve.training, "unseen": row.curve.unseen}
    plots.loss_curve(curves, epochs=row.curve.epochs, ax=ax)
    ax.set_title(f"{row.name}: how it learned")
