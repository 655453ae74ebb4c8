"""The look: colours, marks, settings, and figures that have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nnbook._checks import choice, integer_at_least, real_number

#: Class k is drawn in COLOURS[k] with MARKERS[k]. The first seven colours, from
#: Okabe and Ito's set, are told apart by colour-blind eyes too; the mark says the
#: same without any colour.
COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#000000",
    "#999933",
    "#882255",
    "#888888",
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "p", "<", "*")

#: All that is no class and no series is drawn in these, and in nothing else, so
#: that a page in another colour scheme knows what to exchange.
PAPER = "#ffffff"
INK = "#222222"
SOFT = "#666666"  # text of second rank, still readable on PAPER
GREYED = "#c8c8c8"  # lines and outlines of what is not today's subject
ACCENT = "#882E72"  # slopes and tangents
MARK = "#FFF2CC"  # behind what the eye is led to

#: Curves and series that are no classes.
SERIES_COLOURS = (INK, ACCENT, "#2B6F8A", "#7A5C00")
SERIES_LINES = ("-", "--", ":", "-.")
SERIES_MARKERS = ("o", "s", "^", "D")

#: The names by which a page's style knows them. This is the one palette of the book:
#: the site's style is made from it, see `tools/book_style.py`.
VARIABLES = {
    PAPER: "--paper",
    INK: "--ink",
    SOFT: "--soft",
    GREYED: "--greyed",
    ACCENT: "--accent",
    MARK: "--mark",
    **{colour: f"--class-{k}" for k, colour in enumerate(COLOURS)},
    **{colour: f"--series-{k}" for k, colour in enumerate(SERIES_COLOURS[2:])},
}

#: What a page in dark colours shows in the place of each of them.
DARK = {
    PAPER: "#15181d",
    INK: "#e8e6e1",
    SOFT: "#aeb1b6",
    GREYED: "#4d535c",
    ACCENT: "#df9bcf",
    MARK: "#4a3f16",
    **dict(
        zip(
            (*COLOURS, *SERIES_COLOURS[2:]),
            (
                *("#5fb0ea", "#ff9350", "#35c99d", "#e6a2c7", "#f0b73a"),
                *("#94d4f8", "#f4f4f4", "#c6c663", "#e07aa8", "#a9a9a9"),
                *("#74bcd7", "#d6b154"),
            ),
            strict=True,
        )
    ),
}


def declarations(*, dark: bool = False) -> str:
    """Write the palette as a style sheet's declarations, in its light or dark form."""
    return "".join(
        f"{name}:{DARK[colour] if dark else colour};"
        for colour, name in VARIABLES.items()
    )


#: The settings under which every figure of the book is drawn.
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 12,
    "mathtext.fontset": "dejavusans",
    "text.color": INK,
    "text.usetex": False,
    "axes.facecolor": PAPER,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": 12,
    "axes.titlecolor": INK,
    "axes.titlesize": 12,
    "axes.titleweight": "normal",
    "axes.titlepad": 8,
    "axes.linewidth": 0.9,
    "axes.grid": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.minor.visible": False,
    "ytick.minor.visible": False,
    "legend.fontsize": 11,
    "legend.frameon": True,
    "legend.framealpha": 0.85,
    "legend.facecolor": PAPER,
    "legend.edgecolor": "none",
    "legend.fancybox": False,
    "legend.handletextpad": 0.3,
    "legend.borderpad": 0.3,
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 1.0,
}

WIDTHS = {"half": 3.6, "text": 7.0, "wide": 9.0}  # inches
#: A single chart. A phone of 360 pixels shows 4.8 inches across its whole width, and
#: texts of 11 points, the smallest, at 11 pixels; see .fig in the site's style.
CHART = (4.8, 3.2)


def figure(
    width: str | float = "text",
    height: float | None = None,
    *,
    nrows: int = 1,
    ncols: int = 1,
    sharex: bool = False,
    sharey: bool = False,
) -> tuple[Figure, Any]:
    """Make a figure with the book's look at one of the book's sizes.

    Parameters
    ----------
    width : {"text", "half", "wide"} or float
        The text column (7 inches), half of it (3.6), or with the margin (9); or a
        number of inches.
    height : float, optional
        Inches. The default gives each Axes a pleasant shape.
    nrows, ncols : int
        Axes below and beside one another.
    sharex, sharey : bool
        Give them one scale.

    Returns
    -------
    fig : matplotlib.figure.Figure
    ax : Axes, or ndarray of Axes
        One Axes by itself; several in an array of shape (nrows, ncols), or flat if
        they stand in one row or column.

    Raises
    ------
    TypeError, ValueError
        If the width's name is not known, or a number is not positive.

    Examples
    --------
    >>> fig, ax = plots.figure("half")
    >>> [float(inches) for inches in fig.get_size_inches()]
    [3.6, 2.4]
    """
    if isinstance(width, str):
        width = WIDTHS[choice("width", width, WIDTHS)]
    inches = real_number("width", width, above=0)
    nrows = integer_at_least("nrows", nrows, 1)
    ncols = integer_at_least("ncols", ncols, 1)
    if height is None:
        height = nrows * max(2.4, 0.58 * inches / ncols)
    height = real_number("height", height, above=0)
    # Outside the style's context: the first figure loads the backend, whose own
    # settings (a notebook's) would be undone when the context ends.
    fig = plt.figure(
        figsize=(inches, height), dpi=100, facecolor=PAPER, layout="constrained"
    )
    with mpl.rc_context(STYLE):
        axes = fig.subplots(nrows, ncols, sharex=sharex, sharey=sharey)
        for ax in np.ravel(axes):
            for axis in (ax.xaxis, ax.yaxis):
                axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    return fig, axes


@contextmanager
def drawing(
    ax: Axes | None, width: float = CHART[0], height: float = CHART[1]
) -> Iterator[Axes]:
    """Give Axes to draw on, in the book's look: the caller's, or those of a new figure.

    The caller's Axes lose the top and the right of their frame.
    """
    if ax is None:
        ax = figure(width, height)[1]
    checked_axes(ax).spines[["top", "right"]].set_visible(False)
    with mpl.rc_context(STYLE):
        yield ax


def checked_axes(ax: Any) -> Axes:
    """Refuse what is no Axes."""
    if not isinstance(ax, Axes):
        raise TypeError(
            f"ax must be a matplotlib Axes, got {type(ax).__name__}; "
            "fig, ax = plots.figure() makes one"
        )
    return ax


def labelled(ax: Axes, label: str) -> list[Any]:
    """Give the lines that an earlier call has drawn under a label."""
    return [line for line in ax.get_lines() if line.get_label() == label]
