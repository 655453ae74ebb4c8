"""One neuron's line, and the side of it where the neuron's sum is positive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Polygon

from nnbook._checks import finite_array, real_number
from nnbook._types import Array, ArrayLike
from nnbook.plots.style import INK, checked_axes, drawing
from nnbook.plots.texts import ON_THIN_PAPER, write_beside


def line(
    theta_column: ArrayLike,
    *,
    ax: Axes,
    style: str = "-",
    colour: str = INK,
    arrow: bool = True,
    text: str | None = "$z > 0$",
    shade: bool = False,
    levels: Sequence[float] = (),
) -> Axes:
    """Draw where one neuron's weighted sum is 0, and on which side it is positive.

    Parameters
    ----------
    theta_column : array_like, shape (3,)
        One column of theta: the weights from the bias node, x1 and x2.
    ax : Axes
        The plane, with its limits set: by :func:`data`, for example.
    style : str
        Matplotlib's line style, such as "--".
    colour : str
        Of the line, the arrow and the shade.
    arrow : bool
        Draw an arrow, in the direction of the two weights, to the positive side.
    text : str or None
        What to write at the arrow's tip.
    shade : bool
        Shade the side where the sum is positive.
    levels : sequence of float
        Further values of the sum, drawn as thin parallel lines.

    Returns
    -------
    Axes
        The same, its limits as they were.

    Raises
    ------
    TypeError, ValueError
        If there are not three finite weights, or both weights of the inputs are 0,
        so that there is no line.

    Notes
    -----
    The line of equation (2.1) of the book, with z = 0. Where the sum has one sign
    in all of the picture, no line is drawn and a corner says which sign.

    Examples
    --------
    >>> fig, ax = plots.figure()
    >>> drawn = plots.line([0.0, 1.0, -1.0], ax=ax)
    """
    theta = finite_array("theta_column", theta_column)
    if theta.shape != (3,):
        raise ValueError(
            "theta_column must hold 3 weights, from the bias node, x1 and x2, got "
            f"shape {theta.shape}; one node of a layer is theta[:, i]"
        )
    if not theta[1:].any():
        raise ValueError(
            "theta_column must have a weight other than 0 from x1 or x2: without "
            "one the sum is the same everywhere and is 0 on no line"
        )
    shifts = [real_number("levels", level) for level in levels]
    box = checked_axes(ax).viewLim.frozen().corners()[[0, 1, 3, 2]]  # around
    note: dict[str, Any] = {"color": colour, "bbox": ON_THIN_PAPER, "zorder": 5}
    side, ends = positive_side(theta, box)
    with drawing(ax):
        if shade and len(side):
            ax.add_patch(
                Polygon(side, color=colour, alpha=0.1, linewidth=0, zorder=0.5)
            )
        if len(ends) < 2:
            where = f"$z {'>' if len(side) else '<'} 0$ everywhere here"
            ax.text(0.02, 0.03, where, transform=ax.transAxes, **note)
        else:
            _draw_segment(ax, ends, colour, style, 2.0)
            if arrow:
                _draw_normal(ax, theta, box, ends, text, note)
        for level in shifts:
            ends = positive_side(theta - [level, 0, 0], box)[1]
            if len(ends) == 2:
                _draw_segment(ax, ends, colour, style, 0.9)
                _label_level(ax, ends, f"$z = {level:g}$", note)
        ax.set(xlim=box[[0, 2], 0], ylim=box[[0, 2], 1])
    return ax


def positive_side(theta: Array, box: Array) -> tuple[Array, Array]:
    """Cut a rectangle by z = 0: the part where z > 0, and the cut's two ends."""
    z = theta[0] + box @ theta[1:]
    side: list[Array] = []
    ends: list[Array] = []
    for here in range(4):
        there = (here + 1) % 4
        if z[here] > 0:
            side.append(box[here])
        if (z[here] > 0) != (z[there] > 0):
            share = z[here] / (z[here] - z[there])
            crossing = box[here] + share * (box[there] - box[here])
            side.append(crossing)
            ends.append(crossing)
    return np.array(side), np.array(ends)


def _draw_segment(ax: Axes, ends: Array, colour: str, style: Any, width: float) -> None:
    ax.add_line(
        Line2D(*ends.T, color=colour, label="_line", linestyle=style, linewidth=width)
    )


def _draw_normal(
    ax: Axes,
    theta: Array,
    box: Array,
    ends: Array,
    text: str | None,
    note: dict[str, Any],
) -> None:
    """Draw the arrow (theta_1, theta_2), from the middle of the visible line."""
    start = ends.mean(axis=0)
    length = 0.17 * np.ptp(box, axis=0).min()
    direction = theta[1:] / np.linalg.norm(theta[1:])
    tip = start + length * direction
    ax.add_patch(
        FancyArrowPatch(
            tuple(start),
            tuple(tip),
            arrowstyle="-|>",
            mutation_scale=15,
            linewidth=2,
            color=note["color"],
            shrinkA=0,
            shrinkB=0,
            zorder=4,
            label="_arrow",
        )
    )
    if text is not None:
        across = abs(direction[0]) > abs(direction[1])
        ha = ("left" if direction[0] > 0 else "right") if across else "center"
        va = "center" if across else "bottom" if direction[1] > 0 else "top"
        write_beside(ax, text, tuple(tip), tuple(4 * direction), ha=ha, va=va, **note)


def _label_level(ax: Axes, ends: Array, text: str, note: dict[str, Any]) -> None:
    """Name a thin line near its upper end, inside the picture."""
    lower, upper = ends[np.argsort(ends[:, 1])]
    x, y = upper + 0.06 * (lower - upper)
    ha = "left" if x < np.mean(ax.get_xlim()) else "right"
    ax.text(x, y, text, ha=ha, va="top", fontsize=11, **note)
