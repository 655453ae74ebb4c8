"""The book's pictures: arrays in, matplotlib Axes out.

Every function takes arrays, or anything with `predict_proba`, draws on the Axes it
is given (or on new ones), and returns them. Colours and marks live here, in one
place, and mean the same in every figure: a class has a colour *and* a mark, training
data are solid and unseen data dashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from nnbook._checks import (
    check_same_length,
    check_thetas,
    choice,
    class_numbers,
    finite_array,
    integer_at_least,
    labels,
)
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS, Activation
from nnbook.weighted_sums import weighted_sum

__all__ = [
    "COLOURS",
    "MARKERS",
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

#: One colour a class, from the Okabe-Ito set, which colour-blind readers can tell
#: apart; the mark beside it carries the same meaning without colour.
COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#5D3A9B",
    "#7F7F00",
    "#8C510A",
    "#4D4D4D",
)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "*")
LINES = ("-", "--", "-.", ":")
INK = "#222222"
MUTED = "#8A8A8A"
FAINT = "#DADADA"
PAPER = "#FFFFFF"

WIDTHS = {"half": 3.6, "text": 7.0, "wide": 9.0}
_STYLE = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 12,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "axes.titlecolor": INK,
    "figure.facecolor": PAPER,
    "font.size": 12,
    "legend.frameon": False,
    "legend.fontsize": 11,
    "lines.linewidth": 2.0,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "svg.fonttype": "none",
}


class Classifier(Protocol):
    """What can be drawn as decision regions."""

    def predict_proba(self, X: Array) -> Array:
        """Give one row of probabilities a sample."""
        ...


def figure(
    ncols: int = 1,
    nrows: int = 1,
    *,
    width: str = "text",
    height: float = 4.0,
    **options: Any,
) -> tuple[Figure, Any]:
    """Make a figure at one of the book's widths, in the book's style.

    Parameters
    ----------
    ncols, nrows : int
        How many Axes it holds.
    width : {"half", "text", "wide"}
        3.6, 7 or 9 inches.
    height : float
        In inches.
    **options
        Passed on to ``matplotlib.pyplot.subplots``, such as ``sharey=True``.

    Returns
    -------
    figure : matplotlib Figure
    axes : Axes, or an array of them where there are several
    """
    inches = WIDTHS[choice("width", width, WIDTHS)]
    with plt.rc_context(_STYLE):
        return plt.subplots(
            nrows, ncols, figsize=(inches, height), layout="constrained", **options
        )


def _axes(ax: Axes | None, height: float = 4.0, width: str = "text") -> Axes:
    if ax is not None:
        return ax
    new: Axes = figure(width=width, height=height)[1]
    return new


def _plane_data(X: ArrayLike, y: ArrayLike) -> tuple[Array, np.ndarray]:
    """Check points of the plane and their labels."""
    points = finite_array("X", X, ndim=2, columns=2)
    marks = labels("y", y)
    check_same_length("X", points, "y", marks)
    return points, marks


def data(
    X: ArrayLike,
    y: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    legend: bool = True,
    size: float = 30,
    ax: Axes | None = None,
) -> Axes:
    """Draw points of the plane, each class with its own colour and mark.

    Parameters
    ----------
    X : array_like, shape (N, 2)
        The points.
    y : array_like, shape (N,)
        Their labels, numbers or strings.
    class_names : sequence of str, optional
        Names for the legend, in the order of the sorted labels.
    legend : bool
        Whether to name the classes.
    size : float
        Area of a mark, in points squared.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    X, y = _plane_data(X, y)
    ax = _axes(ax, height=4.4)
    classes = np.unique(y)
    names = class_names or [f"class {label}" for label in classes]
    if len(names) != len(classes):
        raise ValueError(
            f"class_names must name {len(classes)} classes, got {len(names)}"
        )
    for k, (label, name) in enumerate(zip(classes, names, strict=True)):
        ax.scatter(
            *X[y == label].T,
            s=size,
            marker=MARKERS[k % len(MARKERS)],
            color=COLOURS[k % len(COLOURS)],
            edgecolors=PAPER,
            linewidths=0.6,
            label=name,
            zorder=3,
        )
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    if legend:
        ax.legend(
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=min(len(classes), 4),
            handletextpad=0.3,
        )
    return ax


def _limits(X: Array, margin: float = 0.08) -> tuple[Array, Array]:
    low, high = X.min(axis=0), X.max(axis=0)
    room = margin * np.maximum(high - low, 1e-9)
    return low - room, high + room


def _tint(colour: str, strength: float = 0.28) -> tuple[float, ...]:
    """Mix a colour with the paper."""
    return tuple(1 - strength * (1 - c) for c in to_rgb(colour))


def regions(
    model: Classifier,
    X: ArrayLike,
    y: ArrayLike,
    *,
    resolution: int = 150,
    legend: bool = True,
    class_names: Sequence[str] | None = None,
    size: float = 30,
    ax: Axes | None = None,
) -> Axes:
    """Draw which class a model gives to each place of the plane, and the points.

    Parameters
    ----------
    model : object with predict_proba
        For example a fitted :class:`nnbook.Network`.
    X : array_like, shape (N, 2)
        The points.
    y : array_like, shape (N,)
        Their labels.
    resolution : int
        Number of places across and up where the model is asked.
    legend, class_names, size
        As in :func:`data`.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The border between two regions is drawn as a dark line.
    """
    X, y = _plane_data(X, y)
    if not hasattr(model, "predict_proba"):
        raise TypeError(
            f"model must have a method predict_proba, got {type(model).__name__}"
        )
    integer_at_least("resolution", resolution, 2)
    ax = _axes(ax, height=4.4)
    low, high = _limits(X)
    across, up = (np.linspace(a, b, resolution) for a, b in zip(low, high, strict=True))
    plane = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    p = np.asarray(model.predict_proba(plane))
    winner = p.argmax(axis=1).reshape(resolution, resolution)
    n_classes = p.shape[1]
    ax.pcolormesh(
        across,
        up,
        winner,
        cmap=ListedColormap(
            [_tint(COLOURS[k % len(COLOURS)]) for k in range(n_classes)]
        ),
        vmin=-0.5,
        vmax=n_classes - 0.5,
        shading="nearest",
        rasterized=True,
        zorder=0,
    )
    for k in range(n_classes if n_classes > 2 else 1):
        lead = p[:, k] - np.delete(p, k, axis=1).max(axis=1)
        if lead.min() < 0 < lead.max():
            ax.contour(
                across,
                up,
                lead.reshape(resolution, resolution),
                levels=[0],
                colors=INK,
                linewidths=1.8,
                zorder=2,
            )
    data(X, y, class_names=class_names, legend=legend, size=size, ax=ax)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    return ax


def boundaries(
    models: Sequence[Classifier],
    X: ArrayLike,
    y: ArrayLike,
    *,
    titles: Sequence[str],
    ncols: int = 2,
    resolution: int = 150,
) -> np.ndarray:
    """Draw several models' regions side by side, over the same points.

    Parameters
    ----------
    models : sequence of objects with predict_proba
        One a panel.
    X : array_like, shape (N, 2)
        The points.
    y : array_like, shape (N,)
        Their labels.
    titles : sequence of str
        One a panel.
    ncols : int
        Panels in a row.
    resolution : int
        As in :func:`regions`.

    Returns
    -------
    ndarray of Axes, shape (len(models),)
    """
    if len(models) == 0 or len(models) != len(titles):
        raise ValueError(
            f"models and titles must be equally long and not empty, got {len(models)} "
            f"models and {len(titles)} titles"
        )
    X, y = _plane_data(X, y)
    ncols = min(ncols, len(models))
    nrows = -(-len(models) // ncols)
    low, high = _limits(X)
    width = WIDTHS["text"]
    panel = width / ncols * float((high - low)[1] / (high - low)[0])
    fig, grid = figure(
        ncols,
        nrows,
        height=nrows * (panel + 0.35) + 0.3,
        squeeze=False,
        sharex=True,
        sharey=True,
    )
    axes = grid.ravel()
    for ax, model, title in zip(axes, models, titles, strict=False):
        regions(model, X, y, legend=False, size=20, resolution=resolution, ax=ax)
        ax.set_title(title)
        ax.label_outer()
    for unused in axes[len(models) :]:
        unused.remove()
    return axes[: len(models)]


def line(
    weights: ArrayLike,
    *,
    ax: Axes,
    style: str = "-",
    shade: bool = False,
    levels: Sequence[float] = (),
    colour: str = INK,
    arrow: bool = True,
    label: str | None = None,
) -> Axes:
    """Draw where one node's weighted sum is 0, with an arrow to its positive side.

    Parameters
    ----------
    weights : array_like, shape (3,)
        Bias and two weights: a column of theta.
    ax : Axes
        Axes that already show data; their limits are kept.
    style : str
        Line style, ``"-"`` or ``"--"``.
    shade : bool
        Shade the positive side.
    levels : sequence of float
        Further values of the sum, drawn as thin lines.
    colour : str
        Of the line and the arrow.
    arrow : bool
        Whether to draw the arrow.
    label : str, optional
        Written at the arrow's tip.

    Returns
    -------
    Axes
    """
    theta = finite_array("weights", weights, ndim=1, columns=3)
    if not theta[1:].any():
        raise ValueError(
            f"weights must have a weight that is not 0 after the bias, got {theta}: "
            "such a node's sum is the same everywhere and draws no line"
        )
    xlim, ylim = ax.get_xlim(), ax.get_ylim()
    across, up = np.linspace(*xlim, 60), np.linspace(*ylim, 60)
    plane = np.stack(np.meshgrid(across, up), axis=-1)
    z = weighted_sum(plane.reshape(-1, 2), theta[:, None]).reshape(60, 60)
    if shade:
        ax.contourf(
            across, up, z, levels=[0, np.inf], colors=[FAINT], alpha=0.6, zorder=0
        )
    if z.min() < 0 < z.max():
        ax.contour(
            across,
            up,
            z,
            levels=[0],
            colors=colour,
            linestyles=style,
            linewidths=2,
            zorder=4,
        )
    for level in levels:
        if z.min() < level < z.max():
            ax.contour(
                across,
                up,
                z,
                levels=[level],
                colors=colour,
                linestyles=style,
                linewidths=0.7,
                zorder=4,
            )
    if arrow:
        # From the point of the line nearest to the middle of the picture.
        middle = np.array([np.mean(xlim), np.mean(ylim)])
        w = theta[1:]
        foot = middle - (theta[0] + middle @ w) / (w @ w) * w
        tip = foot + w / np.linalg.norm(w) * 0.14 * (xlim[1] - xlim[0])
        ax.add_patch(
            FancyArrowPatch(
                foot,
                tip,
                arrowstyle="-|>",
                mutation_scale=14,
                shrinkA=0,
                shrinkB=0,
                color=colour,
                linewidth=2,
                linestyle=style,
                zorder=5,
            )
        )
        if label is not None:
            ax.annotate(
                label, tip, textcoords="offset points", xytext=(4, 4), color=colour
            )
    ax.set(xlim=xlim, ylim=ylim)
    return ax


def activation(
    activation: str | Activation,
    *,
    z: ArrayLike | None = None,
    at: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw an activation with its slope, and its tangent at one place.

    Parameters
    ----------
    activation : str or Activation
        A name in `ACTIVATIONS`, or a pair of your own.
    z : array_like, shape (n,), optional
        Where to draw, increasing; by default from -4 to 4.
    at : float, optional
        Where to draw the tangent; its slope is written beside it.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The slope is dashed. Where it jumps, a dot shows which value is taken.
    """
    name = "activation"
    if isinstance(activation, str):
        name = choice("activation", activation, ACTIVATIONS)
        activation = ACTIVATIONS[name]
    z = np.linspace(-4, 4, 401) if z is None else finite_array("z", z, ndim=1)
    ax = _axes(ax, height=3.8)
    a = activation.f(z)
    slope = activation.prime(a)
    ax.axhline(0, color=FAINT, linewidth=1, zorder=0)
    ax.axvline(0, color=FAINT, linewidth=1, zorder=0)
    ax.plot(z, a, color=COLOURS[0], zorder=3)
    ax.annotate(
        name,
        (z[-1], a[-1]),
        textcoords="offset points",
        xytext=(6, 0),
        color=COLOURS[0],
        va="center",
        annotation_clip=False,
    )
    jumps = np.flatnonzero(np.abs(np.diff(slope)) > 0.5)
    pieces = np.split(np.arange(len(z)), jumps + 1)
    for piece in pieces:
        ax.plot(z[piece], slope[piece], "--", color=COLOURS[1], zorder=2)
    for jump in jumps:
        edge = 0.0 if z[jump] <= 0 <= z[jump + 1] else z[jump]
        taken = activation.prime(activation.f(np.array([edge])))[0]
        for value in (slope[jump], slope[jump + 1]):
            ax.plot(
                edge,
                value,
                "o",
                color=COLOURS[1],
                zorder=4,
                markersize=6,
                markerfacecolor=COLOURS[1] if value == taken else PAPER,
            )
    ax.annotate(
        "slope",
        (z[-1], slope[-1]),
        textcoords="offset points",
        xytext=(6, 0),
        color=COLOURS[1],
        va="center",
        annotation_clip=False,
    )
    if at is not None:
        here = activation.f(np.array([float(at)]))
        steep = float(activation.prime(here)[0])
        reach = np.array([-0.9, 0.9])
        ax.plot(at + reach, here[0] + steep * reach, color=INK, linewidth=1.4, zorder=4)
        ax.plot(at, here[0], "o", color=INK, zorder=5)
        ax.annotate(
            f"slope {steep:.2f}",
            (at, here[0]),
            textcoords="offset points",
            xytext=(8, -16),
            color=INK,
        )
    ax.set(xlabel="$z$", ylabel="$a$", xlim=(z[0], z[-1]))
    return ax


def loss_curve(
    curves: ArrayLike | Mapping[str, ArrayLike],
    *,
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the error against the epoch.

    Parameters
    ----------
    curves : array_like, shape (epochs,), or dict of str to array_like
        One curve, or several by name; the second and later ones are dashed.
    log : bool
        Draw the error on a logarithmic scale.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    named = curves if isinstance(curves, Mapping) else {"": curves}
    ax = _axes(ax, height=3.4)
    for k, (name, values) in enumerate(named.items()):
        errors = finite_array(f"curves[{name!r}]" if name else "curves", values, ndim=1)
        epochs = np.arange(1, len(errors) + 1)
        colour = INK if not name else COLOURS[k % len(COLOURS)]
        ax.plot(epochs, errors, LINES[k % len(LINES)], color=colour)
        ax.annotate(
            name,
            (epochs[-1], errors[-1]),
            textcoords="offset points",
            xytext=(6, 0),
            color=colour,
            va="center",
            annotation_clip=False,
        )
    ax.set(xlabel="epoch", ylabel="error", yscale="log" if log else "linear")
    if not log:
        ax.set_ylim(bottom=0)
    return ax


def intervals(
    x: Iterable[Any],
    intervals: Iterable[tuple[float, float, float]],
    *,
    label: str | None = None,
    series: int = 0,
    zero: bool = False,
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw means with their intervals, as an experiment gives them.

    Parameters
    ----------
    x : iterable of numbers or str
        The setting of each mean; names are spaced evenly.
    intervals : iterable of (mean, low, high)
        As :func:`nnbook.experiments.mean_interval` gives them.
    label : str, optional
        The series' name, written at its last point.
    series : int
        The series' number, which chooses colour, mark and line style.
    zero : bool
        Draw a line at 0, the place of "no difference".
    log : bool
        Put the settings on a logarithmic axis.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    settings = list(x)
    mean, low, high = np.array(list(intervals), dtype=float).reshape(-1, 3).T
    if len(settings) != len(mean):
        raise ValueError(
            f"x and intervals must be equally long, got {len(settings)} and {len(mean)}"
        )
    if not settings:
        raise ValueError("x must hold at least one setting, got none")
    ax = _axes(ax, height=3.4)
    named = isinstance(settings[0], str)
    at = np.arange(len(settings)) if named else np.asarray(settings, dtype=float)
    colour = COLOURS[series % len(COLOURS)]
    if zero:
        ax.axhline(0, color=MUTED, linewidth=1, zorder=0)
    ax.errorbar(
        at,
        mean,
        yerr=[mean - low, high - mean],
        color=colour,
        capsize=4,
        markersize=7,
        marker=MARKERS[series % len(MARKERS)],
        linestyle="none" if named else LINES[series % len(LINES)],
    )
    if named:
        ax.set_xticks(at, settings)
        ax.set_xlim(-0.5, len(settings) - 0.5)
    elif log:
        ax.set_xscale("log")
    if label is not None:
        ax.annotate(
            label,
            (at[-1], mean[-1]),
            textcoords="offset points",
            xytext=(9, 0),
            color=colour,
            va="center",
            annotation_clip=False,
        )
    return ax


def probabilities(
    p: ArrayLike, *, names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw one sample's probabilities as bars, each with its number.

    Parameters
    ----------
    p : array_like, shape (K,)
        The probabilities.
    names : sequence of str, optional
        The classes' names.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    p = finite_array("p", p, ndim=1)
    names = names or [f"class {k}" for k in range(len(p))]
    if len(names) != len(p):
        raise ValueError(f"names must name {len(p)} classes, got {len(names)}")
    ax = _axes(ax, height=0.6 + 0.45 * len(p))
    at = np.arange(len(p))
    bars = ax.barh(at, p, color=[COLOURS[k % len(COLOURS)] for k in at], height=0.6)
    ax.bar_label(bars, fmt="%.2f", padding=4, color=INK)
    ax.set_yticks(at, names)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.12), xlabel="probability")
    return ax


def confusion(
    matrix: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a confusion matrix: the darker, the more samples.

    Parameters
    ----------
    matrix : array_like of int, shape (K, K)
        As :func:`nnbook.confusion_matrix` gives it.
    class_names : sequence of str, optional
        The classes' names, 0, 1, ... by default.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    counts = finite_array("matrix", matrix, ndim=2)
    n = len(counts)
    if counts.shape != (n, n):
        raise ValueError(f"matrix must be square, got shape {counts.shape}")
    names = class_names or [str(k) for k in range(n)]
    if len(names) != n:
        raise ValueError(f"class_names must name {n} classes, got {len(names)}")
    ax = _axes(ax, height=4.6)
    ax.imshow(
        np.sqrt(counts),  # so that a single mistake among hundreds is seen
        cmap=LinearSegmentedColormap.from_list("counts", [PAPER, COLOURS[0]]),
        vmin=0,
    )
    darkest = np.sqrt(counts.max())
    for (i, j), count in np.ndenumerate(counts):
        if count:
            dark = np.sqrt(count) > 0.55 * darkest
            ax.text(
                j,
                i,
                f"{count:.0f}",
                ha="center",
                va="center",
                fontsize=10,
                color=PAPER if dark else INK,
            )
    ax.set_xticks(range(n), names)
    ax.set_yticks(range(n), names)
    ax.set(xlabel="predicted", ylabel="true class")
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def digits(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    columns: int = 8,
) -> np.ndarray:
    """Draw 8 by 8 images in a grid, with what they are and what they were taken for.

    Parameters
    ----------
    images : array_like, shape (N, 64) or (N, 8, 8)
        The images; the larger the value, the darker.
    labels : array_like, shape (N,), optional
        What they are.
    predictions : array_like, shape (N,), optional
        What a model says; wrong ones are marked with a cross and another colour.
    columns : int
        Images in a row.

    Returns
    -------
    ndarray of Axes, shape (N,)
    """
    pixels = finite_array("images", images)
    if pixels.shape[1:] not in ((64,), (8, 8)):
        raise ValueError(
            f"images must have shape (N, 64) or (N, 8, 8), got {pixels.shape}"
        )
    n = len(pixels)
    for name, values in (("labels", labels), ("predictions", predictions)):
        if values is not None:
            check_same_length("images", pixels, name, np.asarray(values))
    columns = min(integer_at_least("columns", columns, 1), n)
    rows = -(-n // columns)
    side = WIDTHS["text"] / columns
    title = labels is not None or predictions is not None
    _, grid = figure(
        columns, rows, height=rows * (side + (0.3 if title else 0)), squeeze=False
    )
    axes: np.ndarray = grid.ravel()
    for unused in axes[n:]:
        unused.remove()
    for k, ax in enumerate(axes[:n]):
        ax.imshow(pixels[k].reshape(8, 8), cmap="gray_r")
        ax.set_xticks([])
        ax.set_yticks([])
        if predictions is None and labels is not None:
            ax.set_title(f"{np.asarray(labels)[k]}")
        elif predictions is not None:
            said = np.asarray(predictions)[k]
            wrong = labels is not None and said != np.asarray(labels)[k]
            ax.set_title(
                f"{np.asarray(labels)[k]} ✗ {said}" if wrong else f"{said}",
                color=COLOURS[1] if wrong else INK,
            )
    return axes[:n]


# ---- the network diagram ------------------------------------------------------

#: The parts that a chapter can light up.
PARTS = (
    "all",
    "data",
    "weighted_sums",
    "activations",
    "softmax",
    "backprop",
    "learning",
)
_MOST_DRAWN = 7  # nodes of one layer; a larger layer is drawn with a gap
_MOST_LABELLED = 12  # edges between two layers


def network(
    sizes: Sequence[int] = (2, 3, 2),
    *,
    lit: str = "all",
    thetas: Sequence[ArrayLike] | None = None,
    values: Sequence[ArrayLike] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a network: its nodes, bias nodes and edges, layer by layer.

    Parameters
    ----------
    sizes : sequence of int
        Nodes in each layer, inputs first, bias nodes not counted. Taken from
        `thetas` where they are given.
    lit : str
        The part to draw in full strength while the rest is grey: "all", "data",
        "weighted_sums", "activations", "softmax", "backprop" or "learning".
    thetas : sequence of array_like, optional
        Weights. An edge is the wider the larger its weight, dashed if negative, and
        bears its number where there is room.
    values : sequence of array_like, optional
        The outputs of every layer for one sample, ``[x, a1, ..., p]``, written into
        the nodes.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        A bias node is a square with a 1; no edge leads into it. Of a layer with
        more than seven nodes the first and last are drawn, and the count is written.

    Examples
    --------
    >>> ax = network((2, 3, 2), lit="softmax")
    """
    choice("lit", lit, PARTS)
    layers = None
    if thetas is not None:
        layers = check_thetas(thetas)
        sizes = [len(layers[0]) - 1, *(theta.shape[1] for theta in layers)]
    if not isinstance(sizes, Sequence) or len(sizes) < 2:
        raise ValueError(
            f"sizes must list at least two layers, such as (2, 3, 2), got {sizes!r}"
        )
    sizes = [integer_at_least(f"sizes[{n}]", size, 1) for n, size in enumerate(sizes)]
    drawing = _Diagram(sizes, lit)
    written = None
    if values is not None:
        written = [
            np.ravel(finite_array(f"values[{n}]", v)) for n, v in enumerate(values)
        ]
        if [len(v) for v in written] != sizes:
            raise ValueError(
                f"values must hold one number a node, {sizes} in all layers, got "
                f"{[len(v) for v in written]}"
            )
    ax = _axes(ax, height=1.2 + 0.62 * drawing.rows)
    for n in range(len(sizes) - 1):
        drawing.edges(ax, n, None if layers is None else layers[n])
    for n in range(len(sizes)):
        drawing.nodes(ax, n, None if written is None else written[n])
    drawing.finish(ax)
    return ax


class _Diagram:
    """Where the nodes of a network stand, and how strongly each part is drawn."""

    def __init__(self, sizes: Sequence[int], lit: str) -> None:
        self.sizes = sizes
        self.lit = lit
        self.last = len(sizes) - 1
        self.shown = [_shown(size) for size in sizes]
        # A gap takes the room of a node, and so does the bias node at the top.
        counts = [
            len(shown) + (len(shown) < size) + (n < self.last)
            for n, (shown, size) in enumerate(zip(self.shown, sizes, strict=True))
        ]
        self.rows = max(counts)
        self.gap = 3.6 if len(sizes) <= 3 else 2.6
        self.places = [self._places(n, counts[n]) for n in range(len(sizes))]

    def _places(self, n: int, count: int) -> dict[int, tuple[float, float]]:
        """Give the middle of each drawn node; the bias node is number -1."""
        heights = iter((count - 1) / 2 - np.arange(count))
        places = {}
        if n < self.last:
            places[-1] = (n * self.gap, float(next(heights)))
        before = -1
        for node in self.shown[n]:
            if node != before + 1:
                next(heights)
            places[node] = (n * self.gap, float(next(heights)))
            before = node
        return places

    def _is_lit(self, part: str, n: int) -> bool:
        """Say whether layer n's nodes, or the edges from layer n, are lit."""
        first, last = n == 0, n == self.last
        return {
            "all": True,
            "learning": True,
            "data": part == "nodes" and (first or last),
            "weighted_sums": first,
            "activations": part == "nodes" and not first and not last,
            "softmax": part == "nodes" and last,
            "backprop": part == "edges",
        }[self.lit]

    def edges(self, ax: Axes, n: int, theta: Array | None) -> None:
        strong = self._is_lit("edges", n)
        colour = INK if strong else FAINT
        few = len(self.places[n]) * len(self.shown[n + 1]) <= _MOST_LABELLED
        largest = 1.0 if theta is None else max(float(np.abs(theta).max()), 1e-12)
        for start, (x0, y0) in self.places[n].items():
            for end in self.shown[n + 1]:
                x1, y1 = self.places[n + 1][end]
                weight = None if theta is None else float(theta[start + 1, end])
                share = 0.4 if weight is None else abs(weight) / largest
                ax.plot(
                    [x0, x1],
                    [y0, y1],
                    "--" if weight is not None and weight < 0 else "-",
                    color=colour,
                    linewidth=0.5 + 2.0 * share,
                    zorder=1 + strong,
                )
                if weight is not None and few:
                    self._number(ax, (x0, y0), (x1, y1), start, weight, strong)
                if self.lit == "backprop":
                    self._arrow_back(ax, (x0, y0), (x1, y1))

    def _number(
        self,
        ax: Axes,
        start: tuple[float, float],
        end: tuple[float, float],
        node: int,
        weight: float,
        strong: bool,
    ) -> None:
        """Write a weight on its edge, staggered so that crossing edges keep apart."""
        along = 0.2 + 0.16 * ((node + 1) % 4)
        x = start[0] + along * (end[0] - start[0])
        y = start[1] + along * (end[1] - start[1])
        ax.text(
            x,
            y,
            f"{weight:g}".replace("-", "−"),
            ha="center",
            va="center",
            fontsize=10,
            color=INK if strong else MUTED,
            zorder=6,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8},
        )

    @staticmethod
    def _arrow_back(
        ax: Axes, start: tuple[float, float], end: tuple[float, float]
    ) -> None:
        (x0, y0), (x1, y1) = start, end
        ax.add_patch(
            FancyArrowPatch(
                (x0 + 0.55 * (x1 - x0), y0 + 0.55 * (y1 - y0)),
                (x0 + 0.35 * (x1 - x0), y0 + 0.35 * (y1 - y0)),
                arrowstyle="-|>",
                mutation_scale=13,
                color=COLOURS[1],
                linewidth=0,
                shrinkA=0,
                shrinkB=0,
                zorder=4,
            )
        )

    def nodes(self, ax: Axes, n: int, values: Array | None) -> None:
        strong = self._is_lit("nodes", n)
        edge = INK if strong else FAINT
        for node, (x, y) in self.places[n].items():
            if node == -1:
                ax.add_patch(
                    Rectangle(
                        (x - 0.24, y - 0.24),
                        0.48,
                        0.48,
                        facecolor=PAPER,
                        edgecolor=edge,
                        linewidth=1.6,
                        zorder=5,
                    )
                )
                ax.text(
                    x,
                    y,
                    "1",
                    ha="center",
                    va="center",
                    zorder=6,
                    color=INK if strong else MUTED,
                )
                continue
            fill = PAPER
            if (
                strong
                and n in (0, self.last)
                and self.lit in ("all", "data", "softmax", "learning")
            ):
                fill = _tint(COLOURS[node % len(COLOURS)]) if n == self.last else PAPER
            ax.add_patch(
                Circle(
                    (x, y),
                    0.32,
                    facecolor=fill,
                    edgecolor=edge,
                    linewidth=1.6,
                    zorder=5,
                )
            )
            text = self._node_text(n, node, values)
            if text is None:
                u = np.linspace(-2.2, 2.2, 40)
                ax.plot(
                    x + 0.1 * u,
                    y + 0.17 * np.tanh(u),
                    color=COLOURS[0] if strong else FAINT,
                    linewidth=1.8,
                    zorder=6,
                )
            else:
                ax.text(
                    x,
                    y,
                    text,
                    ha="center",
                    va="center",
                    zorder=6,
                    fontsize=11,
                    color=INK if strong else MUTED,
                )
        self._dots(ax, n)

    def _node_text(self, n: int, node: int, values: Array | None) -> str | None:
        """Give what is written in a node, or None for the activation's curve."""
        if values is not None:
            return f"{values[node]:.2f}".replace("-", "−")
        if n == 0:
            return f"$x_{{{node + 1}}}$"
        if n == self.last:
            return f"$p_{{{node}}}$"
        return None

    def _dots(self, ax: Axes, n: int) -> None:
        shown, size = self.shown[n], self.sizes[n]
        if len(shown) == size:
            return
        k = next(i for i in range(len(shown) - 1) if shown[i + 1] != shown[i] + 1)
        above, below = (self.places[n][shown[i]] for i in (k, k + 1))
        ax.text(
            above[0],
            (above[1] + below[1]) / 2,
            "⋮",
            ha="center",
            va="center",
            fontsize=18,
            color=MUTED,
            zorder=6,
        )

    def finish(self, ax: Axes) -> None:
        top = (self.rows - 1) / 2 + 0.75
        for n, size in enumerate(self.sizes):
            name = "input" if n == 0 else "output" if n == self.last else "hidden"
            count = f" ({size})" if len(self.shown[n]) < size else ""
            strong = self._is_lit("nodes", n) or self.lit == "backprop"
            ax.text(
                n * self.gap,
                top,
                f"{name}{count}",
                ha="center",
                fontsize=12,
                color=INK if strong else MUTED,
            )
        right = self.last * self.gap
        low = -top
        if self.lit in ("learning",):
            ax.add_patch(
                FancyArrowPatch(
                    (right, low + 0.2),
                    (0, low + 0.2),
                    arrowstyle="-|>",
                    connectionstyle="arc3,rad=-0.12",
                    mutation_scale=16,
                    color=COLOURS[1],
                    linewidth=2,
                    zorder=2,
                )
            )
            ax.text(
                right / 2,
                low - 0.55,
                "again, with better weights",
                ha="center",
                color=COLOURS[1],
            )
            low -= 0.8
        ax.set(xlim=(-0.8, right + 0.8), ylim=(low, top + 0.4), aspect="equal")
        ax.axis("off")


def _shown(size: int) -> list[int]:
    """Give the numbers of the nodes that are drawn."""
    if size <= _MOST_DRAWN:
        return list(range(size))
    return [0, 1, 2, 3, size - 1]
