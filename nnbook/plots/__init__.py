"""Every figure of the book: arrays in, matplotlib Axes out.

Each function draws on the Axes `ax` that it is given, or makes a figure of its own,
gives the Axes back, and never shows anything: a notebook does that by itself. Wrong
input is a `TypeError` or a `ValueError` that names the argument, what came and what
was expected; then no figure is left behind. The look comes from `STYLE`, which is
applied to one drawing at a time, so that importing this package changes nothing.
"""

from nnbook.plots.answers import confusion, digits, probabilities
from nnbook.plots.curves import intervals, loss_curve
from nnbook.plots.diagram import network
from nnbook.plots.half_plane import line
from nnbook.plots.layout import LIT
from nnbook.plots.plane import data
from nnbook.plots.slopes import activation
from nnbook.plots.style import (
    ACCENT,
    COLOURS,
    GREYED,
    INK,
    MARKERS,
    PAPER,
    SERIES_COLOURS,
    SERIES_LINES,
    SOFT,
    STYLE,
    figure,
)
from nnbook.plots.surfaces import boundaries, regions

__all__ = [
    "ACCENT",
    "COLOURS",
    "GREYED",
    "INK",
    "LIT",
    "MARKERS",
    "PAPER",
    "SERIES_COLOURS",
    "SERIES_LINES",
    "SOFT",
    "STYLE",
    "activation",
    "boundaries",
    "confusion",
    "data",
    "digits",
    "figure",
    "intervals",
    "line",
    "loss_curve",
    "network",
    "probabilities",
    "regions",
]
