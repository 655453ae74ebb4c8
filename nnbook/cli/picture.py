"""The picture that ``nnbook train`` saves: what was learned, and how."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np

if "matplotlib.pyplot" not in sys.modules:
    mpl.use("Agg")  # a file is all that is wanted: no window, no display

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nnbook import plots
from nnbook.cli.fitting import Trained
from nnbook.cli.task import Data, Part
from nnbook.metrics import confusion_matrix

__all__ = ["draw"]

# The numbers in a confusion matrix of more classes would be too small to read.
_MOST_CLASSES = 20
_MOST_LETTERS = 20
_MISTAKES_SHOWN = 12


def draw(path: str, data: Data, train: Part, test: Part, rows: list[Trained]) -> None:
    """Draw what the networks learned, and save it.

    Where there are two features: the decision regions of every network, with the
    samples learned from (dots) and the unseen ones (ringed). Where there are more: the
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
    plane = data.X.shape[1] == 2
    panels: list[Callable[[Axes], None]] = []
    if plane:
        panels += [partial(_regions, data, train, test, row) for row in rows]
    elif train.Y.shape[1] <= _MOST_CLASSES:
        panels.append(partial(_confusion, test, rows[-1]))
    if data.images:
        panels.append(partial(_mistakes, test, rows[-1]))
    panels.append(partial(_learning_curve, rows[-1]))
    height = 4.2
    if plane:  # as high as a panel with equal scales, and the legend
        across, up = np.ptp(np.vstack([train.X, test.X]), axis=0)
        height = float(np.clip(3.8 * up / max(across, 1e-9), 2, 4)) + 1.3
    fig, grid = plots.figure(4.6 * len(panels), height, ncols=len(panels))
    try:
        for ax, panel in zip(np.ravel(grid), panels, strict=True):
            panel(ax)
            ax.set_anchor("N")  # so that the titles stand on one line
        if plane:
            _legend(fig, data, rows[-1])
        with warnings.catch_warnings():
            # A name in a script that the font lacks shows as boxes.
            warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
            fig.savefig(path, dpi=150)
    finally:
        plt.close(fig)


def _regions(data: Data, train: Part, test: Part, row: Trained, ax: Axes) -> None:
    size = float(np.clip(80 / len(data.y) ** 0.5, 2, 5))
    options: dict[str, Any] = {"legend": False, "ax": ax}
    plots.regions(row.network, train.X, train.y, include=test.X, size=size, **options)
    options |= {"classes": row.network.classes_, "hollow": True}
    plots.data(test.X, test.y, size=size + 1, **options)
    if data.standardise:
        across, up = (f"{_text(name)}, standardised" for name in data.features)
        ax.set_xlabel(across)
        ax.set_ylabel(up, rotation=90, labelpad=4, va="bottom")
    ax.set_title(_wrong(row, test))


def _legend(fig: Figure, data: Data, row: Trained) -> None:
    """Say what the marks mean, below the panels."""

    def mark(shape: str, colour: str, name: str, *, filled: bool = True) -> Line2D:
        fill = colour if filled else "none"
        return Line2D(
            [], [], ls="none", marker=shape, color=colour, mfc=fill, mew=1.2, label=name
        )

    numbered = row.network.classes_.dtype.kind != "U"
    what = f"{_text(data.label)} " if numbered else ""
    # The space before it is for a legend that would leave out "_name".
    marks = [
        mark(plots.MARKERS[k % 10], plots.COLOURS[k % 10], f" {what}{name}")
        for k, name in enumerate(_names(row))
    ]
    marks.append(mark("o", plots.SOFT, "dot: to learn from"))
    marks.append(mark("o", plots.SOFT, "ring: unseen", filled=False))
    fig.legend(
        handles=marks,
        loc="outside lower left",
        ncols=min(len(marks), 8),
        frameon=False,
        fontsize=11,
        handletextpad=0.1,
    )


def _wrong(row: Trained, test: Part) -> str:
    wrong = int(np.sum(row.network.predict(test.X) != test.y))
    return f"{row.name}: {wrong} of {len(test.y)} unseen wrong"


def _confusion(test: Part, row: Trained, ax: Axes) -> None:
    classes = row.network.classes_
    matrix = confusion_matrix(
        np.searchsorted(classes, test.y),
        np.searchsorted(classes, row.network.predict(test.X)),
        len(classes),
    )
    plots.confusion(matrix, class_names=_names(row), ax=ax)
    ax.set_title(_wrong(row, test))


def _names(row: Trained) -> list[str]:
    return [_text(str(label)) for label in row.network.classes_.tolist()]


def _text(name: str) -> str:
    """Make a name from the user's file fit for a picture."""
    name = " ".join(name.split())
    if len(name) > _MOST_LETTERS:
        name = name[: _MOST_LETTERS - 1] + "…"
    return name.replace("$", r"\$")  # otherwise the start of a formula


def _mistakes(test: Part, row: Trained, ax: Axes) -> None:
    """Draw the mistakes that the network was surest of."""
    sureness = row.network.predict_proba(test.X).max(axis=1)
    said = row.network.predict(test.X)
    wrong = np.flatnonzero(said != test.y)
    wrong = wrong[np.argsort(-sureness[wrong], kind="stable")][:_MISTAKES_SHOWN]
    if len(wrong) == 0:
        ax.set_axis_off()
        ax.set_title("no mistakes to show")
        return
    plots.digits(test.raw[wrong], test.y[wrong], said[wrong], columns=4, ax=ax)
    ax.set_title("its surest mistakes: true → predicted")


def _learning_curve(row: Trained, ax: Axes) -> None:
    curves = {"training": row.curve.training, "unseen": row.curve.unseen}
    plots.loss_curve(curves, epochs=row.curve.epochs, ax=ax)
    # Room for the curves' names above those of the axis, where both end near 0.
    ax.set_ylim(bottom=-0.06 * ax.get_ylim()[1])
    ax.set_title(f"{row.name}: how it learned")
