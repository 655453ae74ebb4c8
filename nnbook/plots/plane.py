"""The plane of two features, with samples as points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from nnbook._checks import check_same_length, finite_array, labels
from nnbook._types import Array, ArrayLike
from nnbook.plots.style import CHART, COLOURS, MARKERS, PAPER, checked_axes, drawing
from nnbook.plots.texts import check_names, settle

_LARGEST = (4.0, 3.6)  # inches of Axes with equal scales
_MOST_UNEVEN = 6  # one feature's range over the other's: beyond, two scales


def data(
    X: ArrayLike,
    y: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    classes: Sequence[Any] | np.ndarray | None = None,
    hollow: bool = False,
    legend: bool = True,
    size: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw samples with two features as points, each class in its own mark.

    Parameters
    ----------
    X : array_like, shape (N, 2)
        Samples, one a row.
    y : array_like, shape (N,)
        Their labels: whole numbers, truth values or strings. A whole number k from
        0 to 9 has COLOURS[k] and MARKERS[k], other labels have them in sorted order.
    class_names : sequence of str, optional
        Names for the legend, in the order of the sorted labels.
    classes : sequence, optional
        All labels there are, where `y` may lack some that are no whole numbers.
    hollow : bool
        Draw outlines only, as the book does for unseen data.
    legend : bool
        Say what the marks mean: in a corner without points where there is one,
        else at the right of the Axes.
    size : float, optional
        Size of a mark, in points; by default smaller where there is less room.
    ax : Axes, optional
        Where to draw; by default a new figure in the shape of the data.

    Returns
    -------
    Axes
        With equal scales, unless one feature's range is more than six times the
        other's, and with limits that later lines do not move.

    Raises
    ------
    TypeError, ValueError
        If X has not two columns, y has another length, or a name is missing.

    Examples
    --------
    >>> ax = plots.data([[0, 0], [1, 1]], [0, 1])
    """
    X, y = samples(X, y)
    places, names = marked(y, classes, class_names)
    limits = limits_of(X)
    if ax is not None and not checked_axes(ax).get_autoscalex_on():
        limits = Bbox.union([limits, ax.viewLim])  # there is a picture already
    with plane(ax, limits) as ax:
        draw_points(ax, X, places, names, hollow=hollow, size=size)
        if legend:
            place_legend(ax)
    return ax


def samples(X: ArrayLike, y: ArrayLike) -> tuple[Array, np.ndarray]:
    """Give checked samples of two features, and their labels."""
    X = finite_array("X", X, ndim=2, columns=2)
    y = labels("y", y)
    check_same_length("X", X, "y", y)
    return X, y


def marked(
    y: np.ndarray, classes: Any, names: Any
) -> tuple[np.ndarray, dict[int, str]]:
    """Give each sample's place in COLOURS and MARKERS, and the names of the places.

    The whole numbers from 0 to 9 are their own place, so that class 1 looks the
    same in every figure; other labels take their places in sorted order.
    """
    known = np.unique(y) if classes is None else np.asarray(classes)
    unknown = ~np.isin(y, known)
    if unknown.any():
        raise ValueError(
            f"y must hold labels among the classes {known.tolist()}, got "
            f"{y[unknown].tolist()[0]!r}"
        )
    whole = known.dtype.kind in "iuf" and bool(
        ((known >= 0) & (known < len(COLOURS)) & (known == np.floor(known))).all()
    )
    places = known.astype(int) if whole else np.arange(len(known))
    texts = [f"class {k}" for k in places] if whole else list(map(str, known.tolist()))
    if names is not None:
        texts = _class_names(names, places)
    which = np.argmax(y[:, None] == known, axis=1)
    return places[which], dict(zip(places.tolist(), texts, strict=True))


def _class_names(names: Any, places: np.ndarray) -> list[str]:
    """Give a name for each class: one each in order, or names[k] for class k."""
    check_names("class_names", names)
    count, highest = len(places), int(max(places))
    if len(names) == count:
        return [str(name) for name in names]
    if len(names) > highest:
        return [str(names[k]) for k in places]
    numbered = f", or one for each number from 0 to {highest}"
    raise ValueError(
        f"class_names must hold one name a class, {count} in all"
        f"{numbered if highest >= count else ''}, got {len(names)}"
    )


def limits_of(X: Array, margin: float = 0.07) -> Bbox:
    """Give the rectangle that holds all points, with a margin on every side."""
    low, high = X.min(axis=0), X.max(axis=0)
    span = high - low
    if _is_even(span):
        room = np.full(2, margin * span.max())
    else:
        room = margin * span
        room[span == 0] = 1.0
    return Bbox([low - room, high + room])


def _is_even(span: Array) -> bool:
    """Say whether two features can share one scale and both still be seen."""
    return bool(span.min() * _MOST_UNEVEN >= span.max() > 0)


def sides(limits: Bbox) -> tuple[Array, bool]:
    """Give a rectangle's width and height, and whether they can share one scale."""
    both = np.array([limits.width, limits.height])
    return both, _is_even(both)


@contextmanager
def plane(ax: Axes | None, limits: Bbox) -> Iterator[Axes]:
    """Give Axes for the plane: the caller's, or new ones as large as a page allows."""
    both, even = sides(limits)
    width, height = CHART
    if even:
        width, height = both * min(_LARGEST / both)
        width, height = max(width, 2.0) + 0.8, max(height, 1.5) + 0.6
    with drawing(ax, width, height) as ax:
        ax.set_aspect("equal" if even else "auto")
        ax.set(xlim=limits.intervalx, ylim=limits.intervaly, xlabel="$x_1$")
        ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        ax.set_ylabel("$x_2$", rotation=0, labelpad=10, va="center")
        yield ax


def draw_points(
    ax: Axes,
    X: Array,
    places: np.ndarray,
    names: dict[int, str],
    *,
    hollow: bool = False,
    size: float | None = None,
) -> None:
    """Draw the samples of each class in its mark."""
    if size is None:
        # The more room there is for each, the larger: they are seen on phones, too.
        box, point = ax.get_window_extent(), float(ax.figure.dpi) / 72
        side = np.sqrt(box.width * box.height / len(X)) / point
        size = float(np.clip(0.5 * side, 4.0, 6.5))
    for k, name in names.items():
        colour = COLOURS[k % len(COLOURS)]
        ax.plot(
            *X[places == k].T,
            linestyle="none",
            marker=MARKERS[k % len(MARKERS)],
            markersize=size,
            markerfacecolor="none" if hollow else colour,
            markeredgecolor=colour if hollow else PAPER,
            markeredgewidth=1.2 if hollow else 0.1 * size,
            label=name,
            zorder=3,
        )


def place_legend(ax: Axes, border: Array | None = None) -> None:
    """Put the legend into a corner without points, else outside.

    A corner through which no border runs is preferred.
    """
    handles: Any = ax.get_legend_handles_labels()[0]
    X = np.concatenate([handle.get_xydata() for handle in handles])
    settle(ax)
    corners: Any = ("upper right", "upper left", "lower left", "lower right")
    avoided = [X] if border is None else [np.concatenate([X, border]), X]
    for points in avoided:
        places = ax.transData.transform(points)
        for corner in corners:
            legend = ax.legend(handles=handles, loc=corner, borderaxespad=0.2)
            if not legend.get_window_extent().padded(4).count_contains(places):
                return
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0
    )
