"""Words and numbers in a figure, and how they keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from nnbook._types import Array
from nnbook.plots.style import PAPER

#: For a text that stands on its place, not beside it.
CENTRED: dict[str, Any] = {"ha": "center", "va": "center"}

#: Paper behind a text, so that lines do not run through it; and a thinner sheet.
ON_PAPER = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}
ON_THIN_PAPER = ON_PAPER | {"alpha": 0.8}


def signed(text: str) -> str:
    """Give a number's text a true minus."""
    return text.replace("-", "\N{MINUS SIGN}")


def number(value: float, decimals: int = 2) -> str:
    """Write a number with a true minus, and without one before 0."""
    text = f"{value:.{decimals}f}" if abs(value) < 1000 else f"{value:.2g}"
    if float(text) == 0:
        text = text.lstrip("-")
    return signed(text)


def check_names(argument: str, names: Any) -> None:
    """Refuse what is no list of names, such as a single one."""
    if isinstance(names, str) or not isinstance(names, (Sequence, np.ndarray)):
        raise TypeError(f"{argument} must be a sequence of names, got {names!r}")


def checked_names(argument: str, names: Any, default: Sequence[str]) -> list[str]:
    """Give names as strings, one for each of the default ones."""
    if names is None:
        return list(default)
    check_names(argument, names)
    if len(names) != len(default):
        raise ValueError(f"{argument} must hold {len(default)} names, got {len(names)}")
    return [str(name) for name in names]


def write_beside(
    ax: Axes, text: str, place: Any, shift: Any, **options: Any
) -> Annotation:
    """Write a text at a distance, in points, from a place."""
    return ax.annotate(text, place, xytext=shift, textcoords="offset points", **options)


def label_end(
    ax: Axes, x: float, y: float, text: str, colour: str, offset: float = 7
) -> None:
    """Write a curve's name behind its end, clear of the axis and of other names."""
    write_beside(
        ax,
        text,
        (x, y),
        (offset, 0),
        va="center",
        color=colour,
        annotation_clip=False,
        label="_end",
    )
    ends = [
        child
        for child in ax.texts
        if isinstance(child, Annotation) and child.get_label() == "_end"
    ]
    ax.autoscale_view()  # now, so that the heights are final
    heights = ax.transData.transform([end.xy for end in ends])[:, 1]
    points = 72 / float(ax.figure.dpi)
    wanted = heights * points
    size = max(float(end.get_fontsize()) for end in ends)
    floor = ax.bbox.y0 * points + 0.7 * size
    places = _spread(np.maximum(wanted, floor), 1.25 * size, floor)
    for place, moved in zip(np.argsort(wanted, kind="stable"), places, strict=True):
        ends[place].xyann = (ends[place].xyann[0], float(moved - wanted[place]))


def _spread(wanted: Array, gap: float, floor: float) -> Array:
    """Move places above `floor`, as little as needed for each pair to be `gap` apart.

    Pushing all upwards and pushing all downwards both give such places; so does
    the middle between the two, which favours neither direction.
    """
    steps = gap * np.arange(len(wanted))
    level = np.sort(wanted) - steps
    up = np.maximum.accumulate(level)
    down = np.minimum.accumulate(level[::-1])[::-1]
    middle: Array = np.maximum((up + down) / 2, floor) + steps
    return middle


def settle(ax: Axes) -> None:
    """Bring the Axes to their final place, so that what is on them can be measured."""
    ax.figure.canvas.figure.draw_without_rendering()


def write_where_free(
    ax: Axes,
    text: str,
    spots: list[tuple[float, float]],
    colour: str,
    curves: list[Any],
) -> None:
    """Write a text beside one of the spots, where it covers the least of the curves."""
    ax.autoscale_view()
    settle(ax)
    paths = [curve.get_path().transformed(ax.transData) for curve in curves]
    taken = [other.get_window_extent() for other in ax.texts]
    label = write_beside(
        ax, text, spots[0], (0, 0), color=colour, bbox=ON_THIN_PAPER, zorder=6
    )

    def put(spot: tuple[float, float], across: int, up: int) -> None:
        label.xy = spot
        label.xyann = (9 * across, 6 * up)
        label.set_horizontalalignment("left" if across > 0 else "right")
        label.set_verticalalignment("bottom" if up > 0 else "top")

    def covered(place: tuple[tuple[float, float], int, int]) -> float:
        put(*place)
        box = label.get_window_extent()
        if ax.bbox.count_contains(box.corners()) < 4:
            return math.inf
        hidden = sum(path.intersects_bbox(box, filled=False) for path in paths)
        return float(hidden + 100 * box.count_overlaps(taken))

    sides = ((-1, 1), (1, -1), (1, 1), (-1, -1))
    places = [(spot, across, up) for spot in spots for across, up in sides]
    put(*min(places, key=covered))
