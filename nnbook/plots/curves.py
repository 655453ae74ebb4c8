"""Numbers against settings: errors by epoch, and means with their intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    NullLocator,
    ScalarFormatter,
)
from matplotlib.transforms import ScaledTranslation

from nnbook._checks import check_same_shape, finite_array
from nnbook._types import Array, ArrayLike
from nnbook.plots.style import (
    PAPER,
    SERIES_COLOURS,
    SERIES_LINES,
    SERIES_MARKERS,
    SOFT,
    drawing,
    labelled,
)
from nnbook.plots.texts import label_end


def loss_curve(
    *curves: ArrayLike | Mapping[str, ArrayLike],
    log: bool = False,
    epochs: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw errors against epochs, each curve named at its end.

    Parameters
    ----------
    *curves : array_like, shape (epochs,), or dict of str to array_like
        Errors, as `train` gives them, or a dict from names to errors. The first
        curve is solid and the second dashed, so name training first and unseen
        data second.
    log : bool
        Scale the errors by their logarithm.
    epochs : array_like, shape (epochs,), optional
        Where the errors were taken; by default 0, 1, 2, ..., so that errors[e]
        stands at e.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Raises
    ------
    TypeError, ValueError
        If there is no curve, one is not finite, `log` meets an error that is not
        positive, or a curve's length is not that of `epochs`.

    Examples
    --------
    >>> ax = plots.loss_curve({"training": [0.7, 0.3], "unseen": [0.7, 0.5]})
    """
    named: list[tuple[str, Any]] = []
    for curve in curves:
        named += curve.items() if isinstance(curve, Mapping) else [("", curve)]
    if not named:
        raise ValueError("loss_curve needs at least one curve of errors, got none")
    drawn = []
    for name, values in named:
        label = f"curves[{name!r}]" if name else "the curve"
        errors = finite_array(label, values, ndim=1)
        if log and errors.min() <= 0:
            raise ValueError(
                f"{label} must be above 0 everywhere to be drawn with log=True, got "
                f"{errors.min():g} at position {int(errors.argmin())}"
            )
        places: Array = np.arange(len(errors), dtype=float)
        if epochs is not None:
            places = finite_array("epochs", epochs, ndim=1)
            if len(places) != len(errors):
                raise ValueError(
                    f"epochs must hold one place for each error of {label}, got "
                    f"{len(places)} for {len(errors)}"
                )
        drawn.append((str(name), places, errors))
    with drawing(ax) as ax:
        ax.set_xlabel("epoch")
        ax.set_ylabel("error $E$")
        if log:
            _scale_by_log(ax, [errors for _, _, errors in drawn])
        ax.margins(x=0.02)
        ends = []
        for name, places, errors in drawn:
            look = _look(len(labelled(ax, "_curve")))
            marker = "o" if len(errors) == 1 else None
            (line,) = ax.plot(places, errors, marker=marker, label="_curve", **look)
            if not log:  # from 0, without a margin below it
                ax.update_datalim([(places[0], 0.0)])
                line.sticky_edges.y.append(0.0)
            if name:
                ends.append((places[-1], errors[-1], name, look["color"]))
        for end in ends:
            label_end(ax, *end)
    return ax


def _look(n: int) -> dict[str, Any]:
    """Give the colour and the line of series n."""
    n %= len(SERIES_LINES)
    return {"color": SERIES_COLOURS[n], "linestyle": SERIES_LINES[n]}


def _scale_by_log(ax: Axes, curves: list[Array]) -> None:
    """Scale y by its logarithm, with ticks that are written as plain numbers."""
    ax.set_yscale("log")
    decades = math.log10(max(c.max() for c in curves) / min(c.min() for c in curves))
    subs = (1, 2, 5) if decades < 2.5 else (1,)
    ax.yaxis.set_major_locator(LogLocator(subs=subs))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def intervals(
    x: Iterable[Any],
    means: Iterable[Any],
    lows: ArrayLike | None = None,
    highs: ArrayLike | None = None,
    *,
    label: str | None = None,
    log_x: bool = False,
    zero: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw means with their intervals. Call it again for a further series.

    Parameters
    ----------
    x : iterable of numbers or of str, length n
        The settings. Names stand side by side in the order given; the means of
        numbers are joined by a line.
    means : iterable, length n
        The means; or, where `lows` and `highs` are left out, triples of mean, low
        and high, as `experiments.mean_interval` gives them.
    lows, highs : array_like, shape (n,), optional
        The two ends of each interval.
    label : str, optional
        The series' name, written behind its last point.
    log_x : bool
        Scale x by its logarithm.
    zero : bool
        Draw a line at 0, to see which intervals stay off it.
    ax : Axes, optional
        Where to draw; by default a new figure. Each series on the same Axes gets
        another marker, line and colour, and stands a little beside the others.

    Raises
    ------
    TypeError, ValueError
        If the lengths differ, a value is not finite, a mean lies outside its
        interval, or `log_x` meets a setting that is not positive.

    Notes
    -----
    Equation (1.2) of the book gives the intervals.

    Examples
    --------
    >>> ax = plots.intervals(["with", "without"], [0.9, 0.8], [0.85, 0.7], [0.95, 0.9])
    """
    settings = list(x)
    middle, low, high = _interval_ends(means, lows, highs)
    if len(settings) != len(middle):
        raise ValueError(
            "x and means must have the same length, got x with "
            f"{len(settings)} and means with {len(middle)}"
        )
    words = any(isinstance(setting, str) for setting in settings)
    places: Array = np.arange(len(settings), dtype=float)
    if not words:
        places = finite_array("x", settings, ndim=1)
    if log_x and (words or places.min() <= 0):
        raise ValueError(
            "x must hold numbers above 0 to be drawn with log_x=True, got "
            f"{settings[int(places.argmin())]!r}"
        )
    with drawing(ax) as ax:
        n = len(labelled(ax, "_means"))
        look = _look(n)
        colour = look["color"]
        if zero and n == 0:
            ax.axhline(0, color=SOFT, linewidth=0.9, zorder=0.5, label="_zero")
        if log_x:
            ax.set_xscale("log")
        points = (n + 1) // 2 * (6 if n % 2 else -6)  # 0, 6, -6, 12, ...
        moved = ax.transData + ScaledTranslation(
            points / 72, 0, ax.figure.dpi_scale_trans
        )
        bars: dict[str, Any] = {"color": colour, "linewidth": 2.2, "transform": moved}
        ax.vlines(places, low, high, label="_intervals", **bars)
        look |= {"linestyle": "none"} if words else {}
        ax.plot(
            places,
            middle,
            marker=SERIES_MARKERS[n % len(SERIES_MARKERS)],
            markersize=8,
            markeredgecolor=PAPER,
            linewidth=1.4,
            transform=moved,
            label="_means",
            **look,
        )
        # A moved artist does not count for the limits.
        ends = np.column_stack([np.tile(places, 2), np.append(low, high)])
        ax.update_datalim(ends)
        ax.margins(x=0.5 / len(places) if words else 0.06, y=0.08)
        ax.autoscale_view()
        if words:
            ax.set_xticks(places, [str(setting) for setting in settings])
            ax.tick_params(axis="x", length=0)
        elif len(settings) <= 8:
            met = [series.get_xdata() for series in labelled(ax, "_means")]
            ticks = np.unique(np.concatenate(met)).tolist()
            ax.xaxis.set_major_locator(FixedLocator(ticks))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter(ScalarFormatter())
        if label is not None:
            label_end(ax, places[-1], middle[-1], label, colour, offset=points + 9)
    return ax


def _interval_ends(means: Any, lows: Any, highs: Any) -> tuple[Array, Array, Array]:
    """Give means, lower and upper ends as three arrays of one length."""
    rows = list(means)
    if (lows is None) != (highs is None):
        raise ValueError("lows and highs must be given both or neither")
    if lows is None:
        triples = finite_array("means", rows)
        if triples.ndim != 2 or triples.shape[1] != 3:
            raise ValueError(
                "means must hold triples (mean, low, high) where lows and highs are "
                f"left out, got shape {triples.shape}"
            )
        middle, low, high = triples.T
    else:
        middle = finite_array("means", rows, ndim=1)
        low = finite_array("lows", lows, ndim=1)
        high = finite_array("highs", highs, ndim=1)
        check_same_shape("lows", low, "means", middle)
        check_same_shape("highs", high, "means", middle)
    outside = (middle < low) | (middle > high)
    if outside.any():
        i = int(np.argmax(outside))
        raise ValueError(
            "means must lie between lows and highs (the ends themselves, not "
            f"distances from the mean), got {middle[i]:g} outside "
            f"[{low[i]:g}, {high[i]:g}] at position {i}"
        )
    return middle, low, high
