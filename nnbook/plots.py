"""Every figure of the book: arrays in, matplotlib Axes out.

Each function draws on the Axes it is given, or makes its own, and never shows
anything: a notebook does that by itself. The look comes from `STYLE`, which is
applied to one figure at a time, so that importing this module changes nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import (
    Circle,
    FancyArrowPatch,
    FancyBboxPatch,
    Patch,
    Polygon,
    Rectangle,
)
from matplotlib.text import Annotation, Text
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullLocator,
    ScalarFormatter,
)
from matplotlib.transforms import Bbox, ScaledTranslation

from nnbook._checks import (
    check_list,
    check_same_length,
    check_same_shape,
    check_thetas,
    choice,
    finite_array,
    integer_at_least,
    labels,
    real_number,
)
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS, Activation

__all__ = [
    "COLOURS",
    "LIT",
    "MARKERS",
    "SERIES_COLOURS",
    "SERIES_LINES",
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

# ---- the look ----------------------------------------------------------------

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

# All that is no class and no series is drawn in these, and in nothing else, so
# that a page in another colour scheme knows what to exchange.
PAPER = "#ffffff"
INK = "#222222"
SOFT = "#666666"  # text of second rank, still readable on PAPER
GREYED = "#c8c8c8"  # lines and outlines of what is not today's subject
ACCENT = "#882E72"  # slopes and tangents

#: Curves and series that are no classes.
SERIES_COLOURS = (INK, ACCENT, "#2B6F8A", "#7A5C00")
SERIES_LINES = ("-", "--", ":", "-.")
SERIES_MARKERS = ("o", "s", "^", "D")

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

_WIDTHS = {"half": 3.6, "text": 7.0, "wide": 9.0}  # inches
_STEPS = [1, 2, 2.5, 5, 10]  # ticks at round numbers
_CHART = (6.2, 3.7)  # a single chart: narrow, so that a phone shrinks it less
_PLANE = (5.4, 3.9)  # the largest an Axes with equal scales gets, inches
_MOST_UNEVEN = 6  # one feature's range over the other's: beyond, two scales
_LEADS = np.array([0.0, 0.2, 0.4, 0.6, 0.8])  # where a region's colour deepens
_SHEET = 0.1  # opacity of each of the sheets that lie upon one another
_ON_PAPER = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}  # behind a text


class Classifier(Protocol):
    """Anything that gives probabilities of classes."""

    def predict_proba(self, X: Array, /) -> ArrayLike:
        """Give the probability of each class (N, K) for the samples X (N, D)."""
        ...


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
    >>> fig, ax = figure("half")
    >>> [float(inches) for inches in fig.get_size_inches()]
    [3.6, 2.4]
    >>> plt.close(fig)
    """
    if isinstance(width, str):
        width = _WIDTHS[choice("width", width, _WIDTHS)]
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
            ax.xaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))
            ax.yaxis.set_major_locator(MaxNLocator(5, steps=_STEPS))
    return fig, axes


def _checked_axes(ax: Any) -> Axes:
    if not isinstance(ax, Axes):
        raise TypeError(
            f"ax must be a matplotlib Axes, got {type(ax).__name__}; "
            "fig, ax = plots.figure() makes one"
        )
    return ax


def _axes(ax: Axes | None, width: float = _CHART[0], height: float = _CHART[1]) -> Axes:
    """Give the caller's Axes, without the frame's top and right, or new ones."""
    if ax is None:
        new: Axes = figure(width, height)[1]
        return new
    ax = _checked_axes(ax)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _number(value: float, decimals: int = 2) -> str:
    """Write a number with a true minus, and without one before 0."""
    text = f"{value:.{decimals}f}" if abs(value) < 1000 else f"{value:.2g}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}")


def _label_end(
    ax: Axes, x: float, y: float, text: str, colour: str, offset: float = 7
) -> None:
    """Write a curve's name behind its end, clear of the names already there."""
    ax.annotate(
        text,
        (x, y),
        xytext=(offset, 0),
        textcoords="offset points",
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
    wanted = heights * 72 / float(ax.figure.dpi)
    gap = 1.25 * max(float(end.get_fontsize()) for end in ends)
    for place, moved in zip(np.argsort(wanted), _spread(wanted, gap), strict=True):
        ends[place].xyann = (ends[place].xyann[0], float(moved - wanted[place]))


def _spread(wanted: Array, gap: float) -> Array:
    """Move sorted places as little as needed until each pair is `gap` apart.

    Pushing all upwards and pushing all downwards both give such places; so does
    the middle between the two, which favours neither direction.
    """
    steps = gap * np.arange(len(wanted))
    level = np.sort(wanted) - steps
    up = np.maximum.accumulate(level)
    down = np.minimum.accumulate(level[::-1])[::-1]
    middle: Array = (up + down) / 2 + steps
    return middle


# ---- the network (Figure 1 of the original post) ------------------------------

#: The parts of a network that a chapter can light up.
LIT = (
    "all",
    "data",
    "weighted_sums",
    "activations",
    "softmax",
    "backprop",
    "learning",
)

_MOST_NODES = 8  # a larger layer is drawn as its first three and its last two
_MOST_LABELS = 12  # edges between two layers that still get their weight written
_DASHES = (0, (2.6, 1.6))  # in widths of the edge
_PITCH, _RADIUS = 0.8, 0.27  # inches: node to node, and a node's size


class _Layer(NamedTuple):
    """Where one layer stands, in inches."""

    x: float
    size: int  # nodes it has
    shown: list[int]  # nodes that are drawn
    y: list[float]  # their heights
    dots: float | None  # the height of the dots that stand for the rest
    bias: float | None  # the height of the bias node

    def sources(self) -> list[tuple[int, float]]:
        """Rows of theta and heights of the nodes that edges start from."""
        rows = [(1 + node, y) for node, y in zip(self.shown, self.y, strict=True)]
        return rows if self.bias is None else [(0, self.bias), *rows]


def network(
    sizes: Sequence[int] | None = None,
    *,
    lit: str | None = None,
    thetas: Sequence[ArrayLike] | None = None,
    values: Sequence[ArrayLike] | None = None,
    activation: str = "tanh",
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a network: its layers, bias nodes and edges.

    Circles are nodes, squares with a 1 are bias nodes, which no edge enters. A
    layer of more than eight nodes is drawn as its first three and its last two,
    and the number of its nodes is written.

    Parameters
    ----------
    sizes : sequence of int, optional
        Nodes in each layer from the inputs to the outputs, bias nodes not counted.
        By default those of `thetas`, or (2, 3, 2).
    lit : str, optional
        The part in full strength, all else being grey: "data" (inputs and
        outputs), "weighted_sums" (edges into hidden nodes, and their bias nodes),
        "activations" (hidden nodes, with the curve of the activation in them),
        "softmax" (outputs), "backprop" (edges, with arrows backwards), "learning"
        (everything, with an arrow back to the start) or "all", the default.
    thetas : sequence of array_like, each (1 + D, H), optional
        Weights. An edge is the wider the larger its weight is, and dashed where
        the weight is negative; where two layers have at most twelve edges between
        them, each bears its number.
    values : sequence of array_like, each (H,) or (1, H), optional
        The outputs of each layer for one sample, as `forward` gives them; they
        are written into the nodes.
    activation : str
        Name in `ACTIVATIONS` of the curve that ``lit="activations"`` draws.
    input_names, output_names : sequence of str, optional
        Names written beside the first and the last layer. By default the outputs
        are called class 0, class 1, ...
    ax : Axes, optional
        Where to draw; by default a new figure in the network's size.

    Returns
    -------
    Axes
        One unit is one inch at the figure's own size.

    Raises
    ------
    TypeError, ValueError
        If `lit` or `activation` is not a known name, a size is not a positive
        integer, or thetas, values or names do not fit the sizes.

    Examples
    --------
    >>> ax = network((2, 3, 2), lit="data")
    >>> plt.close(ax.figure)
    """
    lit = choice("lit", "all" if lit is None else lit, LIT)
    sizes = _sizes(sizes, thetas)
    weights = None if thetas is None else _weights(thetas, sizes)
    numbers = None if values is None else _values(values, sizes)
    choice("activation", activation, ACTIVATIONS)
    names_in = _names("input_names", input_names, sizes[0])
    names_out = _names("output_names", output_names, sizes[-1])
    layers, pitch = _layout(sizes, with_labels=weights is not None)
    radius = min(_RADIUS, 0.38 * pitch)
    box = _network_box(layers, lit, names_in)
    own = ax is None
    ax = _axes(ax, box.width, box.height)
    others = ax.get_children()
    with mpl.rc_context(STYLE):
        ax.set_axis_off()
        ax.set_aspect("equal")
        ax.set_xlim(box.x0, box.x1)
        ax.set_ylim(box.y0, box.y1)
        for n in range(len(layers) - 1):
            theta = None if weights is None else weights[n]
            largest = 1.0 if weights is None else max(abs(w).max() for w in weights)
            _draw_edges(ax, n, layers, lit, theta, largest)
        for n in range(len(layers)):
            value = None if numbers is None else numbers[n]
            _draw_nodes(ax, n, layers, lit, value, radius, activation)
        _draw_names(ax, layers, lit, radius, names_in, names_out)
        if lit == "learning":
            _draw_loop(ax, layers, box)
    if not own:
        _shrink(ax, box, [a for a in ax.get_children() if a not in others])
    return ax


def _shrink(ax: Axes, box: Bbox, artists: list[Artist]) -> None:
    """Make texts and lines as much smaller as a small Axes makes the nodes."""
    ax.figure.canvas.figure.draw_without_rendering()  # the Axes' final place
    room = ax.get_window_extent()
    inch = float(ax.figure.dpi)
    scale = min(room.width / inch / box.width, room.height / inch / box.height)
    if scale > 0.9:
        return
    for artist in artists:
        if isinstance(artist, Text):
            artist.set_fontsize(float(artist.get_fontsize()) * scale)
        elif isinstance(artist, LineCollection):
            artist.set_linewidth(np.multiply(artist.get_linewidth(), scale).tolist())
        elif isinstance(artist, (Line2D, Patch)):
            artist.set_linewidth(artist.get_linewidth() * scale)
        if isinstance(artist, FancyArrowPatch):
            artist.set_mutation_scale(artist.get_mutation_scale() * scale)


def _sizes(sizes: Any, thetas: Any) -> tuple[int, ...]:
    """Give the checked layer sizes, taken from `thetas` where none are given."""
    if sizes is None and thetas is None:
        return (2, 3, 2)
    if sizes is None:
        layers = check_thetas(thetas)
        sizes = [len(layers[0]) - 1, *(theta.shape[1] for theta in layers)]
    if isinstance(sizes, str) or not isinstance(sizes, (Sequence, np.ndarray)):
        raise TypeError(
            f"sizes must be a sequence of integers such as (2, 3, 2), got {sizes!r}"
        )
    if len(sizes) < 2:
        raise ValueError(
            "sizes must name at least two layers, the inputs and the outputs, got "
            f"{tuple(sizes)}"
        )
    return tuple(integer_at_least(f"sizes[{n}]", s, 1) for n, s in enumerate(sizes))


def _weights(thetas: Any, sizes: tuple[int, ...]) -> list[Array]:
    check_list("thetas", thetas)
    if len(thetas) != len(sizes) - 1:
        raise ValueError(
            f"thetas must hold {len(sizes) - 1} arrays, one between each two layers "
            f"of sizes {sizes}, got {len(thetas)}"
        )
    checked = []
    for n, theta in enumerate(thetas):
        theta = finite_array(f"thetas[{n}]", theta, ndim=2)
        expected = (1 + sizes[n], sizes[n + 1])
        if theta.shape != expected:
            raise ValueError(
                f"thetas[{n}] must have shape {expected} (1 for the bias node + "
                f"{sizes[n]} nodes, to {sizes[n + 1]} nodes) for sizes {sizes}, "
                f"got {theta.shape}"
            )
        checked.append(theta)
    return checked


def _values(values: Any, sizes: tuple[int, ...]) -> list[Array]:
    check_list("values", values)
    if len(values) != len(sizes):
        raise ValueError(
            f"values must hold {len(sizes)} arrays, the outputs of each layer of "
            f"sizes {sizes}, got {len(values)}"
        )
    checked = []
    for n, value in enumerate(values):
        value = finite_array(f"values[{n}]", value)
        if value.size != sizes[n] or value.shape[-1:] != (sizes[n],):
            raise ValueError(
                f"values[{n}] must hold the {sizes[n]} outputs of one sample, shape "
                f"({sizes[n]},) or (1, {sizes[n]}), got {value.shape}; of many "
                "samples take one: [a[i] for a in outputs]"
            )
        checked.append(value.reshape(-1))
    return checked


def _names(argument: str, names: Any, count: int) -> list[str] | None:
    """Give names as strings, one for each of `count` things."""
    if names is None:
        return None
    if isinstance(names, str) or not isinstance(names, (Sequence, np.ndarray)):
        raise TypeError(f"{argument} must be a sequence of names, got {names!r}")
    if len(names) != count:
        raise ValueError(f"{argument} must hold {count} names, got {len(names)}")
    return [str(name) for name in names]


def _layout(sizes: tuple[int, ...], with_labels: bool) -> tuple[list[_Layer], float]:
    """Find each node's place, and the distance between two of one layer."""
    last = len(sizes) - 1
    shown = [
        list(range(size)) if size <= _MOST_NODES else [0, 1, 2, size - 2, size - 1]
        for size in sizes
    ]
    slots = [
        len(nodes) + (len(nodes) < size) + (n < last)
        for n, (nodes, size) in enumerate(zip(shown, sizes, strict=True))
    ]
    pitch = min(_PITCH, 4.8 / max(max(slots) - 1, 1))
    gap = max(4.3 / last, 1.9 if with_labels else 1.35)
    layers = []
    for n, (nodes, size) in enumerate(zip(shown, sizes, strict=True)):
        heights = [pitch * ((slots[n] - 1) / 2 - slot) for slot in range(slots[n])]
        bias = heights.pop(0) if n < last else None
        dots = heights.pop(3) if len(nodes) < size else None
        layers.append(_Layer(n * gap, size, nodes, heights, dots, bias))
    return layers, pitch


def _network_box(layers: list[_Layer], lit: str, names_in: list[str] | None) -> Bbox:
    """Give the rectangle that holds the whole drawing, in inches."""
    heights = [y for layer in layers for _, y in layer.sources()]
    below = 1.25 if lit == "learning" else 0.8
    if any(layer.dots is not None for layer in layers) or len(layers) > 3:
        below += 0.25  # a second line of text
    left = 0.65 if names_in is None else 0.45 + 0.11 * max(map(len, names_in))
    return Bbox.from_extents(
        -max(left, 0.65), min(heights) - below, layers[-1].x + 1.15, max(heights) + 0.4
    )


def _is_lit(lit: str, part: str, n: int, layers: list[_Layer]) -> bool:
    """Say whether layer n's "node", "bias" or "edge" (from n) is in full strength."""
    last = len(layers) - 1
    into_hidden = n < last - 1 or last == 1
    if lit in ("all", "learning"):
        return True
    if part == "node":
        return (
            (lit == "data" and n in (0, last))
            or (lit == "activations" and 0 < n < last)
            or (lit == "softmax" and n == last)
        )
    if lit == "weighted_sums":
        return into_hidden
    return lit == "backprop" and part == "edge"


def _draw_edges(
    ax: Axes,
    n: int,
    layers: list[_Layer],
    lit: str,
    theta: Array | None,
    largest: float,
) -> None:
    """Draw the edges from layer n to the next one, with their weights."""
    source, target = layers[n], layers[n + 1]
    bright = _is_lit(lit, "edge", n, layers)
    colour = INK if bright else GREYED
    edges = [
        (row, column, (source.x, y0), (target.x, y1))
        for row, y0 in source.sources()
        for column, y1 in zip(target.shown, target.y, strict=True)
    ]
    widths: list[float] = [1.2 if bright else 1.0] * len(edges)
    styles: list[Any] = ["solid"] * len(edges)
    weights: list[float] = []
    if theta is not None:
        weights = [float(theta[row, column]) for row, column, _, _ in edges]
        widths = [0.7 + 2.8 * abs(w) / (largest or 1.0) for w in weights]
        styles = ["solid" if w >= 0 else _DASHES for w in weights]
    ax.add_collection(
        LineCollection(
            [[start, end] for _, _, start, end in edges],
            linewidths=widths,
            linestyles=styles,
            colors=colour,
            zorder=1.2 if bright else 1.0,
            label=f"_edges {n}",
        ),
        autolim=False,
    )
    if lit == "backprop":
        for _, _, start, end in edges:
            _draw_arrowhead(ax, np.array(start), np.array(end), len(target.shown))
    every_edge = (1 + source.size) * target.size
    if theta is not None and every_edge <= _MOST_LABELS:
        # At this place along the edges their heights are evenly spaced: no two
        # numbers meet, and no edge has crossed another one yet.
        n_from, n_to = len(source.sources()), len(target.shown)
        t = 1 / (n_to + 1) if n_to <= n_from else n_from / (n_from + 1)
        for (_, _, start, end), weight in zip(edges, weights, strict=True):
            x, y = (1 - t) * np.array(start) + t * np.array(end)
            ax.text(
                x,
                y,
                _number(weight, 1 if _has_one_decimal(theta) else 2),
                ha="center",
                va="center",
                fontsize=10,
                color=INK if bright else SOFT,
                bbox=_ON_PAPER,
                zorder=1.5,
            )


def _has_one_decimal(theta: Array) -> bool:
    return bool(np.allclose(theta, np.round(theta, 1), rtol=0, atol=1e-12))


def _draw_arrowhead(ax: Axes, start: Array, end: Array, n_to: int) -> None:
    """Put an arrow on an edge that points back, from its end to its start."""
    t = 1 / (n_to + 1) if n_to > 1 else 0.5
    ax.add_patch(
        FancyArrowPatch(
            tuple(start + (t + 0.08) * (end - start)),
            tuple(start + (t - 0.03) * (end - start)),
            arrowstyle="-|>",
            mutation_scale=17,
            linewidth=0,
            color=INK,
            shrinkA=0,
            shrinkB=0,
            zorder=1.4,
            label="_backwards",
        )
    )


def _draw_nodes(
    ax: Axes,
    n: int,
    layers: list[_Layer],
    lit: str,
    values: Array | None,
    radius: float,
    activation: str,
) -> None:
    """Draw the nodes of layer n, with what stands in them."""
    layer = layers[n]
    bright = _is_lit(lit, "node", n, layers)
    outline, text = (INK, INK) if bright else (GREYED, SOFT)
    size = 11 * radius / _RADIUS
    curve = lit == "activations" and 0 < n < len(layers) - 1 and values is None
    letter = "x" if n == 0 else "p" if n == len(layers) - 1 else "a"
    for node, y in zip(layer.shown, layer.y, strict=True):
        coloured = bright and letter == "p"
        ax.add_patch(
            Circle(
                (layer.x, y),
                radius,
                facecolor=PAPER,
                edgecolor=COLOURS[node % len(COLOURS)] if coloured else outline,
                linewidth=2.4 if coloured else 1.8 if bright else 1.2,
                zorder=2,
                label=f"_node {n},{node}",
            )
        )
        if curve:
            _draw_curve(ax, layer.x, y, radius, activation)
            continue
        # Classes are counted from 0, as in the data; other nodes from 1, since
        # number 0 of a layer is its bias node.
        index = node if letter == "p" else node + 1
        inside = f"${letter}_{{{index}}}$" if values is None else _number(values[node])
        small = 0.86 if values is not None else 1.1
        ax.text(
            layer.x,
            y,
            inside,
            ha="center",
            va="center_baseline" if values is None else "center",
            fontsize=size * small,
            color=text,
            zorder=3,
        )
    if layer.dots is not None:
        for shift in (-0.13, 0, 0.13):
            ax.add_patch(
                Circle(
                    (layer.x, layer.dots + shift),
                    0.025,
                    color=outline,
                    zorder=2,
                    label="_dots",
                )
            )
    if layer.bias is not None:
        bright = _is_lit(lit, "bias", n, layers)
        side = 1.5 * radius
        ax.add_patch(
            FancyBboxPatch(
                (layer.x - side / 2, layer.bias - side / 2),
                side,
                side,
                boxstyle="round,pad=0,rounding_size=0.03",
                facecolor=PAPER,
                edgecolor=INK if bright else GREYED,
                linewidth=1.8 if bright else 1.2,
                zorder=2,
                label=f"_bias {n}",
            )
        )
        ax.text(
            layer.x,
            layer.bias,
            "1",
            ha="center",
            va="center",
            fontsize=size,
            color=INK if bright else SOFT,
            zorder=3,
        )


def _draw_curve(ax: Axes, x: float, y: float, radius: float, activation: str) -> None:
    """Draw a small picture of an activation into a node."""
    z = np.linspace(-3, 3, 41)
    a = ACTIVATIONS[activation].f(z)
    middle, half = (a.max() + a.min()) / 2, (a.max() - a.min()) / 2
    ax.plot(
        x + 0.62 * radius * z / 3,
        y + 0.5 * radius * (a - middle) / half,
        color=INK,
        linewidth=2.0,
        zorder=3,
        label="_curve",
    )


def _draw_names(
    ax: Axes,
    layers: list[_Layer],
    lit: str,
    radius: float,
    names_in: list[str] | None,
    names_out: list[str] | None,
) -> None:
    """Write the layers' names below, and the inputs' and outputs' beside."""
    last = len(layers) - 1
    bottom = min(y for layer in layers for y in layer.y) - radius - 0.16
    for n, layer in enumerate(layers):
        if n in (0, last):
            name = ("output" if n else "input") + " layer"
        else:
            name = "hidden layer" if last == 2 else f"hidden\nlayer {n}"
        if layer.dots is not None:
            name += f"\n{layer.size} nodes"
        ax.text(
            layer.x,
            bottom,
            name,
            ha="center",
            va="top",
            linespacing=1.25,
            color=INK if _is_lit(lit, "node", n, layers) else SOFT,
        )
    if names_out is None:
        names_out = [f"class {k}" for k in range(layers[-1].size)]
    for n, names, side in ((0, names_in, -1), (last, names_out, 1)):
        if names is None:
            continue
        for node, y in zip(layers[n].shown, layers[n].y, strict=True):
            ax.text(
                layers[n].x + side * (radius + 0.1),
                y,
                names[node],
                ha="right" if side < 0 else "left",
                va="center",
                fontsize=11,
                color=INK if _is_lit(lit, "node", n, layers) else SOFT,
            )


def _draw_loop(ax: Axes, layers: list[_Layer], box: Bbox) -> None:
    """Draw the arrow from the outputs back to the inputs."""
    y = box.y0 + 0.5
    ax.add_patch(
        FancyArrowPatch(
            (layers[-1].x, y),
            (layers[0].x, y),
            connectionstyle="arc3,rad=-0.12",
            arrowstyle="-|>",
            mutation_scale=18,
            linewidth=1.8,
            color=INK,
            label="_loop",
        )
    )
    ax.text(
        layers[-1].x / 2,
        y - 0.29,
        "again and again",
        ha="center",
        va="center",
        bbox=_ON_PAPER | {"pad": 3},
    )


# ---- the plane: points, regions, lines -----------------------------------------


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
        Size of a mark, in points; by default smaller in a smaller Axes.
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
    >>> ax = data([[0, 0], [1, 1]], [0, 1])
    >>> plt.close(ax.figure)
    """
    X, y = _samples(X, y)
    places, names = _marked(y, classes, class_names)
    limits = _limits(X)
    if ax is None:
        ax = _plane(limits)
    elif not _checked_axes(ax).get_autoscalex_on():  # there is a picture already
        limits = Bbox.union([limits, _shown_part(ax)])
    ax = _axes(ax)
    with mpl.rc_context(STYLE):
        _frame_plane(ax, limits)
        _draw_points(ax, X, places, names, hollow, size)
        if legend:
            _place_legend(ax)
    return ax


def _samples(X: ArrayLike, y: ArrayLike) -> tuple[Array, np.ndarray]:
    X = finite_array("X", X, ndim=2, columns=2)
    y = labels("y", y)
    check_same_length("X", X, "y", y)
    return X, y


def _marked(
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
    texts = (
        [f"class {k}" for k in places] if whole else [str(k) for k in known.tolist()]
    )
    if names is not None:
        texts = _class_names(names, places, len(known))
    which = np.argmax(y[:, None] == known, axis=1)
    return places[which], dict(zip(places.tolist(), texts, strict=True))


def _class_names(names: Any, places: np.ndarray, count: int) -> list[str]:
    """Give a name for each class: one each in order, or names[k] for class k."""
    if isinstance(names, str) or not isinstance(names, (Sequence, np.ndarray)):
        raise TypeError(f"class_names must be a sequence of names, got {names!r}")
    if len(names) == count:
        return [str(name) for name in names]
    highest = int(max(places))
    if len(names) > highest:
        return [str(names[k]) for k in places]
    numbered = f", or one for each number from 0 to {highest}"
    raise ValueError(
        f"class_names must hold one name a class, {count} in all"
        f"{numbered if highest >= count else ''}, got {len(names)}"
    )


def _limits(X: Array, margin: float = 0.07) -> Bbox:
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


def _sides(limits: Bbox) -> Array:
    return np.array([limits.width, limits.height])


def _shown_part(ax: Axes) -> Bbox:
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    return Bbox.from_extents(x0, y0, x1, y1)


def _plane(limits: Bbox) -> Axes:
    """Make a figure in which the plane is as large as the page allows."""
    if not _is_even(_sides(limits)):
        return _axes(None)
    sides = _sides(limits)
    width, height = sides * min(_PLANE / sides)
    ax: Axes = figure(max(width, 2.0) + 0.8, max(height, 1.5) + 0.6)[1]
    return ax


def _frame_plane(ax: Axes, limits: Bbox) -> None:
    ax.set_aspect("equal" if _is_even(_sides(limits)) else "auto")
    ax.set_xlim(limits.x0, limits.x1)
    ax.set_ylim(limits.y0, limits.y1)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$", rotation=0, labelpad=10, va="center")


def _draw_points(
    ax: Axes,
    X: Array,
    places: np.ndarray,
    names: dict[int, str],
    hollow: bool,
    size: float | None,
) -> None:
    if size is None:
        width = ax.get_window_extent().width / float(ax.figure.dpi)
        size = float(np.clip(2 + 0.75 * width, 4.0, 6.0))
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


def _place_legend(ax: Axes, border: Array | None = None) -> None:
    """Put the legend into a corner without points, else outside.

    A corner through which no border runs is preferred.
    """
    handles = ax.get_legend_handles_labels()[0]
    X = np.concatenate([h.get_xydata() for h in handles if isinstance(h, Line2D)])
    ax.figure.canvas.figure.draw_without_rendering()  # the Axes' final place
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


def regions(
    model: Classifier,
    X: ArrayLike,
    y: ArrayLike,
    *,
    probability: bool = True,
    resolution: int = 200,
    include: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    legend: bool = True,
    size: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Colour the plane by a classifier's answers, and draw the samples on top.

    Parameters
    ----------
    model : object with predict_proba
        ``predict_proba(X)`` gives probabilities (N, K). Where it has `classes_`,
        they say which label each column belongs to.
    X : array_like, shape (N, 2)
        Samples, one a row.
    y : array_like, shape (N,)
        Their labels.
    probability : bool
        Let the colour grow, in five bands, with the lead of the most probable
        class over the next one; otherwise the answer alone is shown.
    resolution : int
        Places along the longer side at which the model is asked.
    include : array_like, shape (M, 2), optional
        Further points that the picture must have room for, such as unseen data
        that :func:`data` will draw upon it.
    class_names : sequence of str, optional
        Names for the legend, in the order of the columns.
    legend, size, ax
        As in :func:`data`.

    Returns
    -------
    Axes
        The line where two classes are equally probable is drawn in black.

    Raises
    ------
    TypeError, ValueError
        If the model has no predict_proba or gives something else than (N, K)
        probabilities, or X and y are wrong.

    Examples
    --------
    >>> class Leaning:
    ...     def predict_proba(self, X):
    ...         right = 1 / (1 + np.exp(-X[:, 0]))
    ...         return np.column_stack([1 - right, right])
    >>> ax = regions(Leaning(), [[-1, 0], [1, 0]], [0, 1])
    >>> plt.close(ax.figure)
    """
    X, y = _samples(X, y)
    resolution = integer_at_least("resolution", resolution, 2)
    room = X
    if include is not None:
        room = np.concatenate([X, finite_array("include", include, ndim=2, columns=2)])
    limits = _limits(room)
    surface = _surface(model, limits, resolution)
    n_classes = surface[2].shape[-1]
    classes = np.asarray(getattr(model, "classes_", np.arange(n_classes)))
    if len(classes) != n_classes:
        raise ValueError(
            f"model.classes_ must name the {n_classes} columns of predict_proba, got "
            f"{len(classes)} classes"
        )
    places, names = _marked(y, classes, class_names)
    ax = _plane(limits) if ax is None else _axes(ax)
    with mpl.rc_context(STYLE):
        _frame_plane(ax, limits)
        border = _draw_regions(ax, *surface, list(names), probability)
        _draw_points(ax, X, places, names, hollow=False, size=size)
        if legend:
            _place_legend(ax, border)
    return ax


def _surface(model: Any, limits: Bbox, resolution: int) -> tuple[Array, Array, Array]:
    """Ask the model at every place of a grid: (n1,), (n2,), (n2, n1, K)."""
    if not callable(getattr(model, "predict_proba", None)):
        raise TypeError(
            f"model must have a method predict_proba(X), got {type(model).__name__}"
        )
    sides = _sides(limits)
    share = sides / sides.max() if _is_even(sides) else np.ones(2)
    # Odd, so that every second place includes the last.
    n1, n2 = (2 * max(1, round(part * (resolution - 1) / 2)) + 1 for part in share)
    x1 = np.linspace(limits.x0, limits.x1, n1)
    x2 = np.linspace(limits.y0, limits.y1, n2)
    plane = np.stack(np.meshgrid(x1, x2), axis=-1)
    p = finite_array("predict_proba(X)", model.predict_proba(plane.reshape(-1, 2)))
    if p.ndim != 2 or len(p) != x1.size * x2.size or p.shape[1] < 2:
        raise ValueError(
            "model.predict_proba(X) must give one row a sample with the "
            f"probabilities of two classes or more, got shape {p.shape} for "
            f"{x1.size * x2.size} samples"
        )
    return x1, x2, p.reshape(x2.size, x1.size, -1)


def _draw_regions(
    ax: Axes, x1: Array, x2: Array, p: Array, places: list[int], probability: bool
) -> Array:
    """Fill each class's region, and draw and return the border between them."""
    levels = _LEADS if probability else _LEADS[:1]
    border = []
    for k, place in enumerate(places):
        lead = p[..., k] - np.delete(p, k, axis=-1).max(axis=-1)
        # One sheet upon another, from the whole region to its surest part: sheets
        # side by side would show a seam. Half the grid is fine enough for them.
        for level in levels[levels < lead.max()]:
            ax.contourf(
                x1[::2],
                x2[::2],
                lead[::2, ::2],
                levels=[level, 2],
                colors=COLOURS[place % len(COLOURS)],
                alpha=_SHEET if probability else 0.22,
                antialiased=True,
                zorder=0,
            )
        # The last class's borders have all been drawn with the others'.
        if k < len(places) - 1 and lead.min() < 0 < lead.max():
            drawn = ax.contour(
                x1, x2, lead, levels=[0], colors=INK, linewidths=1.6, zorder=2
            )
            border += [path.vertices for path in drawn.get_paths()]
    return np.concatenate(border) if border else np.empty((0, 2))


def boundaries(
    models: Sequence[Classifier],
    X: ArrayLike,
    y: ArrayLike,
    *,
    titles: Sequence[str] | None = None,
    probability: bool = True,
    resolution: int = 200,
    class_names: Sequence[str] | None = None,
    axes: Sequence[Axes] | np.ndarray | None = None,
) -> np.ndarray:
    """Draw the regions of several classifiers side by side, on the same samples.

    Parameters
    ----------
    models : sequence of objects with predict_proba
        Classifiers, as in :func:`regions`.
    X : array_like, shape (N, 2)
        Samples, one a row.
    y : array_like, shape (N,)
        Their labels.
    titles : sequence of str, optional
        One a model.
    probability, resolution, class_names
        As in :func:`regions`.
    axes : sequence of Axes, optional
        Where to draw, one a model; by default a new figure with shared scales, up
        to three in a row, and four as two by two.

    Returns
    -------
    ndarray of Axes, shape (number of models,)

    Raises
    ------
    TypeError, ValueError
        If there is no model, titles or axes are too few or too many, or as in
        :func:`regions`.
    """
    if not isinstance(models, Sequence):
        raise TypeError(
            f"models must be a list of classifiers, got {type(models).__name__}; "
            "plots.regions draws a single one"
        )
    count = integer_at_least("the number of models", len(models), 1)
    titles = _names("titles", titles, count)
    X, y = _samples(X, y)
    limits = _limits(X)
    own = axes is None
    axes = _panels(count, limits) if axes is None else np.ravel(np.asarray(axes))
    if len(axes) != count:
        raise ValueError(f"axes must hold {count} Axes, one a model, got {len(axes)}")
    for n, (model, ax) in enumerate(zip(models, axes, strict=True)):
        try:
            regions(
                model,
                X,
                y,
                probability=probability,
                resolution=resolution,
                class_names=class_names,
                legend=False,
                ax=ax,
            )
        except (TypeError, ValueError):
            if own:  # a notebook would show what is half drawn
                plt.close(axes[0].figure)
            raise
        if titles is not None:
            with mpl.rc_context(STYLE):
                ax.set_title(titles[n])
    if own:
        with mpl.rc_context(STYLE):
            for ax in axes:
                ax.label_outer()
            handles = axes[0].get_legend_handles_labels()[0]
            axes[0].figure.legend(
                handles=handles, loc="outside lower center", ncols=len(handles)
            )
    return axes


def _panels(count: int, limits: Bbox) -> np.ndarray:
    """Make the Axes for several planes, the spare ones of the last row removed."""
    ncols = count if count <= 3 else 2 if count == 4 else 3
    nrows = math.ceil(count / ncols)
    width = _WIDTHS["text"] if count > 1 else 5.0
    panel = (width - 0.6) / ncols
    height = nrows * (panel * limits.height / limits.width + 0.35) + 0.9
    _, axes = figure(width, height, nrows=nrows, ncols=ncols, sharex=True, sharey=True)
    axes = np.ravel(axes)
    for spare in axes[count:]:
        spare.remove()
    return axes[:count]


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
    >>> fig, ax = figure()
    >>> drawn = line([0.0, 1.0, -1.0], ax=ax)
    >>> plt.close(fig)
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
    ax = _axes(_checked_axes(ax))
    box = _shown_part(ax).corners()[[0, 1, 3, 2]]  # around, not zigzag
    side, ends = _positive_side(theta, box)
    with mpl.rc_context(STYLE):
        if shade and len(side):
            ax.add_patch(
                Polygon(side, color=colour, alpha=0.1, linewidth=0, zorder=0.5)
            )
        if len(ends) < 2:
            sign = ">" if len(side) else "<"
            _write_in_corner(ax, f"$z {sign} 0$ everywhere here", colour)
        else:
            _draw_segment(ax, ends, colour, style, 2.0)
            if arrow:
                _draw_normal(ax, theta, box, ends, colour, text)
        for level in levels:
            shifted = theta - np.array([real_number("levels", level), 0, 0])
            ends = _positive_side(shifted, box)[1]
            if len(ends) == 2:
                _draw_segment(ax, ends, colour, style, 0.9)
                _label_level(ax, ends, f"$z = {level:g}$", colour)
        ax.set(xlim=box[[0, 2], 0], ylim=box[[0, 2], 1])
    return ax


def _positive_side(theta: Array, box: Array) -> tuple[Array, Array]:
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


def _draw_segment(ax: Axes, ends: Array, colour: str, style: str, width: float) -> None:
    options: dict[str, Any] = {"linestyle": style, "linewidth": width}
    ax.add_line(Line2D(*ends.T, color=colour, label="_line", **options))


def _draw_normal(
    ax: Axes, theta: Array, box: Array, ends: Array, colour: str, text: str | None
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
            color=colour,
            shrinkA=0,
            shrinkB=0,
            zorder=4,
            label="_arrow",
        )
    )
    if text is not None:
        across = abs(direction[0]) > abs(direction[1])
        ax.annotate(
            text,
            tuple(tip),
            xytext=tuple(4 * direction),
            textcoords="offset points",
            ha=("left" if direction[0] > 0 else "right") if across else "center",
            va="center" if across else "bottom" if direction[1] > 0 else "top",
            color=colour,
            bbox=_ON_PAPER | {"alpha": 0.8},
            zorder=5,
        )


def _label_level(ax: Axes, ends: Array, text: str, colour: str) -> None:
    """Name a thin line near its upper end, inside the picture."""
    lower, upper = ends[np.argsort(ends[:, 1])]
    x, y = upper + 0.06 * (lower - upper)
    ax.text(
        x,
        y,
        text,
        ha="left" if x < np.mean(ax.get_xlim()) else "right",
        va="top",
        fontsize=10,
        color=colour,
        bbox=_ON_PAPER | {"alpha": 0.8},
        zorder=5,
    )


def _write_in_corner(ax: Axes, text: str, colour: str) -> None:
    ax.text(
        0.02,
        0.03,
        text,
        transform=ax.transAxes,
        color=colour,
        bbox=_ON_PAPER | {"alpha": 0.8},
        zorder=5,
    )


# ---- an activation (Figure 3 of the original post) ------------------------------

_WRITTEN = {"relu": "ReLU(z)", "identity": "z"}


def activation(
    name_or_activation: str | Activation,
    *,
    z: ArrayLike | None = None,
    at: float | Sequence[float] | None = None,
    slope: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw an activation (solid) with its slope (dashed), and tangents to it.

    Parameters
    ----------
    name_or_activation : str or Activation
        Its name in `ACTIVATIONS`, or an object with `f` and `prime`.
    z : array_like, shape (n,), optional
        Rising weighted sums to draw it for; by default from -4 to 4.
    at : float or sequence of float, optional
        Draw the tangent there, and write its slope.
    slope : bool
        Draw the slope's curve.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If the name is not known, or z does not rise or `at` is not finite.

    Notes
    -----
    Equations (3.1) to (3.6) of the book. Where the slope jumps, as that of ReLU
    does at 0, there is no slope: its curve is interrupted, open dots show where
    the two sides end, and a filled dot what `prime` gives by convention.

    Examples
    --------
    >>> ax = activation("tanh", at=0.5)
    >>> plt.close(ax.figure)
    """
    if isinstance(name_or_activation, str):
        name = choice("name_or_activation", name_or_activation, ACTIVATIONS)
        curve = ACTIVATIONS[name]
    else:
        curve, name = name_or_activation, "f"
        if not (
            callable(getattr(curve, "f", None))
            and callable(getattr(curve, "prime", None))
        ):
            raise TypeError(
                "name_or_activation must be a name or an Activation(f, prime), got "
                f"{type(curve).__name__}"
            )
    places = np.linspace(-4, 4, 401) if z is None else finite_array("z", z, ndim=1)
    integer_at_least("the number of values in z", len(places), 2)
    if (np.diff(places) <= 0).any():
        i = int(np.argmax(np.diff(places) <= 0))
        raise ValueError(
            f"z must rise from each value to the next, got {places[i + 1]:g} after "
            f"{places[i]:g} at position {i + 1}"
        )
    tangents = [] if at is None else finite_array("at", at).reshape(-1).tolist()
    outputs = np.asarray(curve.f(places))
    jumps = _jumps(curve, places)
    ax = _axes(ax)
    with mpl.rc_context(STYLE):
        for draw in (ax.axhline, ax.axvline):
            draw(0, color=GREYED, linewidth=0.9, zorder=0.5)
        ax.plot(places, outputs, color=INK, linewidth=2.4, zorder=3, label="_f")
        ax.set_xlabel("$z$")
        ax.margins(x=0.02, y=0.1)
        _label_end(ax, places[-1], outputs[-1], _WRITTEN.get(name, f"{name}(z)"), INK)
        if slope:
            _draw_slope(ax, curve, places, jumps)
        for where in tangents:
            _draw_tangent(ax, curve, where, places, jumps, slope)
    return ax


def _jumps(curve: Activation, z: Array) -> list[float]:
    """Find where the slope jumps: the gap stays when the two sides come closer."""
    slopes = np.asarray(curve.prime(curve.f(z)))
    large = 0.1 * max(float(np.ptp(slopes)), 1e-12)
    found = []
    for i in np.flatnonzero(np.abs(np.diff(slopes)) > large):
        low, high = z[i], z[i + 1]
        while (high - low) > 1e-12 * max(1.0, abs(low)):
            middle = (low + high) / 2
            a, b, c = curve.prime(curve.f(np.array([low, middle, high])))
            if abs(c - a) <= large:  # steep, but no jump
                break
            low, high = (low, middle) if abs(b - a) > abs(c - b) else (middle, high)
        else:
            found.append(round(float(low + high) / 2, 9) + 0.0)  # no -0.0
    return sorted(set(found))


def _draw_slope(ax: Axes, curve: Activation, z: Array, jumps: list[float]) -> None:
    """Draw the slope's curve in pieces, with dots where it is interrupted."""
    edges = sorted({float(z[0]), *jumps, float(z[-1])})
    tiny = 1e-9
    for left, right in itertools.pairwise(edges):
        inside = z[(z > left) & (z < right)]
        start = left + tiny if left in jumps else left
        stop = right - tiny if right in jumps else right
        piece = np.concatenate([[start], inside, [stop]])
        slopes = np.asarray(curve.prime(curve.f(piece)))
        ax.plot(
            piece,
            slopes,
            color=ACCENT,
            linestyle=(0, (4, 2)),
            linewidth=2.2,
            zorder=3.5,  # above f, which it may lie on
            label="_slope",
        )
        for end, cut in ((0, left in jumps), (-1, right in jumps)):
            if cut:
                _draw_dot(ax, piece[end], slopes[end], filled=False)
    for jump in jumps:
        value = float(curve.prime(curve.f(np.array([jump])))[0])
        _draw_dot(ax, jump, value, filled=True)
    _label_end(ax, z[-1], float(slopes[-1]), "its slope", ACCENT)


def _draw_dot(ax: Axes, x: float, y: float, *, filled: bool) -> None:
    ax.plot(
        x,
        y,
        "o",
        markersize=7,
        markerfacecolor=ACCENT if filled else PAPER,
        markeredgecolor=ACCENT,
        markeredgewidth=1.6,
        zorder=5 if filled else 4,
        label="_filled" if filled else "_open",
    )


def _draw_tangent(
    ax: Axes, curve: Activation, where: float, z: Array, jumps: list[float], slope: bool
) -> None:
    """Draw the tangent at one place, and write its slope beside it."""
    a = curve.f(np.array([where]))
    value, steep = float(a[0]), float(curve.prime(a)[0])
    half = 0.13 * (z[-1] - z[0]) / math.hypot(1, steep)
    ends = where + half * np.array([-1, 1])
    ax.plot(
        ends,
        value + steep * (ends - where),
        color=ACCENT,
        linewidth=2.2,
        linestyle=":" if where in jumps else "-",
        zorder=4,
        label="_tangent",
    )
    ax.plot(where, value, "o", color=INK, markersize=7, zorder=5, label="_touch")
    spots = [(where, value)]
    words = f"slope {_number(steep)}"
    if where in jumps:
        words = f"no slope here,\n{_number(steep, 0)} by convention"
    elif slope:
        # The tangent's slope is the height of the other curve: join the two.
        spots.append((where, steep))
        ax.plot(
            *zip(*spots, strict=True),
            color=ACCENT,
            linewidth=1.0,
            linestyle=":",
            zorder=1,
            label="_drop",
        )
        _draw_dot(ax, where, steep, filled=True)
    _write_where_free(ax, words, spots, ACCENT)


def _write_where_free(
    ax: Axes, text: str, spots: list[tuple[float, float]], colour: str
) -> None:
    """Write a text beside one of the spots, where it covers the least."""
    ax.autoscale_view()
    ax.figure.canvas.figure.draw_without_rendering()  # the Axes' final place
    curves = [
        ax.transData.transform(_dense(line.get_xydata()))
        for line in ax.get_lines()
        if line.get_label() in ("_f", "_slope", "_tangent")
    ]
    taken = [other.get_window_extent() for other in ax.texts]
    label = ax.annotate(
        text,
        spots[0],
        xytext=(0, 0),
        textcoords="offset points",
        color=colour,
        bbox=_ON_PAPER | {"alpha": 0.8},
        zorder=6,
    )

    def put(spot: tuple[float, float], across: int, up: int) -> None:
        label.xy = spot
        label.xyann = (9 * across, 6 * up)
        label.set_horizontalalignment("left" if across > 0 else "right")
        label.set_verticalalignment("bottom" if up > 0 else "top")

    def covered(place: tuple[tuple[float, float], int, int]) -> float:
        put(*place)
        box = label.get_window_extent()
        inside = Bbox.intersection(box, ax.bbox)
        if inside is None or inside.width * inside.height < 0.98 * (
            box.width * box.height
        ):
            return math.inf
        hidden = sum(box.count_contains(curve) for curve in curves)
        return float(hidden + 100 * box.count_overlaps(taken))

    sides = ((-1, 1), (1, -1), (1, 1), (-1, -1))
    places = [(spot, across, up) for spot in spots for across, up in sides]
    put(*min(places, key=covered))


def _dense(vertices: Any, count: int = 400) -> Array:
    """Give many points along a curve, however few it was drawn from."""
    vertices = np.asarray(vertices, dtype=float)
    steps = np.linspace(0, len(vertices) - 1, count)
    return np.column_stack(
        [np.interp(steps, np.arange(len(vertices)), axis) for axis in vertices.T]
    )


# ---- numbers: errors, intervals, probabilities, counts --------------------------


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

    Returns
    -------
    Axes

    Raises
    ------
    TypeError, ValueError
        If there is no curve, one is not finite, `log` meets an error that is not
        positive, or a curve's length is not that of `epochs`.

    Examples
    --------
    >>> ax = loss_curve({"training": [0.7, 0.3], "unseen": [0.7, 0.5]})
    >>> plt.close(ax.figure)
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
    ax = _axes(ax)
    with mpl.rc_context(STYLE):
        ax.set_xlabel("epoch")
        ax.set_ylabel("error $E$")
        if log:
            _scale_by_log(ax, [errors for _, _, errors in drawn])
        first = len([c for c in ax.get_lines() if c.get_label() == "_curve"])
        for n, (_, places, errors) in enumerate(drawn, start=first):
            (drawn_line,) = ax.plot(
                places,
                errors,
                color=SERIES_COLOURS[n % len(SERIES_COLOURS)],
                linestyle=SERIES_LINES[n % len(SERIES_LINES)],
                marker="o" if len(errors) == 1 else None,
                label="_curve",
            )
            if not log:  # from 0, without a margin below it
                ax.update_datalim([(places[0], 0.0)])
                drawn_line.sticky_edges.y.append(0.0)
        ax.margins(x=0.02)
        for n, (name, places, errors) in enumerate(drawn, start=first):
            if name:
                colour = SERIES_COLOURS[n % len(SERIES_COLOURS)]
                _label_end(ax, places[-1], errors[-1], name, colour)
    return ax


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

    Returns
    -------
    Axes

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
    >>> ax = intervals(["with", "without"], [0.9, 0.8], [0.85, 0.7], [0.95, 0.9])
    >>> plt.close(ax.figure)
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
    ax = _axes(ax)
    with mpl.rc_context(STYLE):
        n = len([c for c in ax.get_lines() if c.get_label() == "_means"])
        colour = SERIES_COLOURS[n % len(SERIES_COLOURS)]
        if zero and n == 0:
            ax.axhline(0, color=SOFT, linewidth=0.9, zorder=0.5, label="_zero")
        if log_x:
            ax.set_xscale("log")
        points = (n + 1) // 2 * (6 if n % 2 else -6)  # 0, 6, -6, 12, ...
        shift = ScaledTranslation(points / 72, 0, ax.figure.dpi_scale_trans)
        ax.vlines(
            places,
            low,
            high,
            linewidth=2.2,
            transform=ax.transData + shift,
            label="_intervals",
            color=colour,
        )
        ax.plot(
            places,
            middle,
            marker=SERIES_MARKERS[n % len(SERIES_MARKERS)],
            markersize=8,
            markeredgecolor=PAPER,
            linestyle="none" if words else SERIES_LINES[n % len(SERIES_LINES)],
            linewidth=1.4,
            transform=ax.transData + shift,
            label="_means",
            color=colour,
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
            met = [c.get_xdata() for c in ax.get_lines() if c.get_label() == "_means"]
            ticks = np.unique(np.concatenate(met)).tolist()
            ax.xaxis.set_major_locator(FixedLocator(ticks))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter(ScalarFormatter())
        if label is not None:
            _label_end(ax, places[-1], middle[-1], label, colour, offset=points + 9)
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


def probabilities(
    p: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probabilities of the classes for one sample as bars.

    Parameters
    ----------
    p : array_like, shape (K,) or (1, K)
        Probabilities that sum to 1.
    names : sequence of str, optional
        The classes' names; by default class 0, class 1, ...
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        The first class on top; each bar's number stands behind it.

    Raises
    ------
    TypeError, ValueError
        If p is not one row of probabilities, or the names do not fit.

    Examples
    --------
    >>> ax = probabilities([0.2, 0.8])
    >>> plt.close(ax.figure)
    """
    p = finite_array("p", p)
    if p.ndim > 2 or p.ndim == 0 or (p.ndim == 2 and len(p) != 1):
        raise ValueError(
            f"p must hold the probabilities of one sample, shape (K,), got {p.shape}; "
            "of many samples take one: p[i]"
        )
    p = p.reshape(-1)
    if p.min() < 0 or abs(float(p.sum()) - 1) > 1e-6:
        raise ValueError(
            "p must hold probabilities, none below 0 and summing to 1, got the "
            f"smallest {p.min():g} and the sum {p.sum():g}"
        )
    texts = _names("names", names, len(p)) or [f"class {k}" for k in range(len(p))]
    ax = _axes(ax, 5.0, 0.75 + 0.38 * len(p))
    with mpl.rc_context(STYLE):
        rows = np.arange(len(p))
        ax.barh(rows, p, height=0.66, color=[COLOURS[k % len(COLOURS)] for k in rows])
        for row, value in zip(rows, p, strict=True):
            ax.annotate(
                _probability(float(value)),
                (float(value), float(row)),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
            )
        ax.set_yticks(rows, texts)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(p) - 0.5, -0.5)
        ax.set_xlim(0, 1.1)
        ax.set_xticks([0, 0.5, 1])
        ax.spines["bottom"].set_bounds(0, 1)
        ax.set_xlabel("probability")
    return ax


def _probability(value: float) -> str:
    """Write a probability: never 0.00 or 1.00 for one that is not 0 or 1."""
    if 0 < value < 0.005:
        return "< 0.01"
    if 0.995 <= value < 1:
        return "> 0.99"
    return _number(value)


def confusion(
    matrix: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each class was taken for each other.

    Parameters
    ----------
    matrix : array_like of int, shape (K, K)
        Entry [i, j] counts the samples of class i that were predicted as j, as
        `confusion_matrix` gives it.
    class_names : sequence of str, optional
        By default 0, 1, 2, ...
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        Each row's colour grows with the share of its class. Wrong answers stand
        off the diagonal, in bold; where there are none, a dot.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not square, holds a negative number, or the names do not
        fit.

    Examples
    --------
    >>> ax = confusion([[8, 2], [0, 10]])
    >>> plt.close(ax.figure)
    """
    counts = finite_array("matrix", matrix, ndim=2)
    size = len(counts)
    if counts.shape != (size, size) or counts.min() < 0:
        raise ValueError(
            "matrix must be square and hold counts of 0 or more, got shape "
            f"{counts.shape} and the smallest {counts.min():g}"
        )
    texts = _names("class_names", class_names, size) or [str(k) for k in range(size)]
    side = min(5.4, 1.2 + 0.55 * size)
    ax = _axes(ax, side + 0.6, side)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with mpl.rc_context(STYLE):
        for i, j in np.ndindex(counts.shape):
            # Never so dark that the number on it could not be read.
            tint = to_rgba(COLOURS[0], 0.06 + 0.44 * share[i, j])
            ax.add_patch(
                Rectangle(
                    (j - 0.47, i - 0.47),
                    0.94,
                    0.94,
                    facecolor=tint if counts[i, j] else "none",
                    linewidth=0,
                    label=f"_cell {i},{j}",
                )
            )
            ax.text(
                j,
                i,
                f"{counts[i, j]:g}" if counts[i, j] else "\N{MIDDLE DOT}",
                ha="center",
                va="center",
                fontsize=11,
                fontweight="bold" if i != j and counts[i, j] else "normal",
                color=INK if counts[i, j] else SOFT,
            )
        ax.set_aspect("equal")
        ax.set_xlim(-0.5, size - 0.5)
        ax.set_ylim(size - 0.5, -0.5)
        turned = max(map(len, texts)) > 8
        ax.set_xticks(
            range(size),
            texts,
            rotation=40 if turned else 0,
            ha="right" if turned else "center",
        )
        ax.set_yticks(range(size), texts)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel("predicted class")
        ax.set_ylabel("true class")
    return ax


def digits(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Draw 8 by 8 images of digits in rows, with what they are and were taken for.

    Parameters
    ----------
    images : array_like, shape (N, 64) or (N, 8, 8)
        Brightness of the pixels, 0 being paper.
    labels : array_like, shape (N,), optional
        What they are, written below them.
    predictions : array_like, shape (N,), optional
        What they were taken for. Where that is wrong the image is framed and both
        are written, "3 → 8" for a 3 that was taken for an 8.
    columns : int
        Images in a row.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One unit is one pixel of an image.

    Raises
    ------
    TypeError, ValueError
        If the images are not 8 by 8, or labels or predictions do not fit them.

    Examples
    --------
    >>> ax = digits(np.eye(8).reshape(1, 64), labels=[1])
    >>> plt.close(ax.figure)
    """
    pixels = finite_array("images", images)
    if pixels.shape[1:] not in ((64,), (8, 8)):
        raise ValueError(
            "images must have shape (N, 64) or (N, 8, 8), got "
            f"{pixels.shape}; one image is images[i : i + 1]"
        )
    pixels = pixels.reshape(-1, 8, 8)
    truths = _captions("labels", labels, pixels)
    guesses = _captions("predictions", predictions, pixels)
    columns = min(integer_at_least("columns", columns, 1), len(pixels))
    rows = math.ceil(len(pixels) / columns)
    across = 10.0
    down = across if truths is None and guesses is None else 13.0
    width = min(7.0, 0.9 * columns)
    ax = _axes(ax, width, width * rows * down / (columns * across))
    with mpl.rc_context(STYLE):
        for n, image in enumerate(pixels):
            left, top = across * (n % columns), down * (n // columns)
            ax.imshow(
                image,
                cmap="gray_r",
                vmin=min(0.0, float(pixels.min())),
                vmax=float(pixels.max()) or 1.0,
                extent=(left, left + 8, top + 8, top),
                interpolation="none",
                label=f"_digit {n}",
            )
            _write_caption(ax, n, left, top, truths, guesses)
        ax.set_axis_off()
        ax.set_aspect("equal")
        ax.set_xlim(-1, across * columns - 1)
        ax.set_ylim(down * rows - 1, -1)
    return ax


def _captions(argument: str, values: Any, images: Array) -> list[str] | None:
    if values is None:
        return None
    checked = labels(argument, values)
    check_same_length(argument, checked, "images", images)
    return [f"{v:g}" if checked.dtype.kind in "iuf" else str(v) for v in checked]


def _write_caption(
    ax: Axes,
    n: int,
    left: float,
    top: float,
    truths: list[str] | None,
    guesses: list[str] | None,
) -> None:
    """Write what image n is below it, and frame it if it was taken for another."""
    told = truths or guesses
    if told is None:
        return
    text = told[n]
    wrong = guesses is not None and guesses[n] != text
    if wrong and guesses is not None:
        text = f"{text} \N{RIGHTWARDS ARROW} {guesses[n]}"
        ax.add_patch(
            Rectangle(
                (left - 0.4, top - 0.4),
                8.8,
                8.8,
                fill=False,
                edgecolor=COLOURS[1],
                linewidth=2,
                label=f"_wrong {n}",
            )
        )
    ax.text(
        left + 4,
        top + 10.3,
        text,
        ha="center",
        va="center",
        fontsize=11,
        fontweight="bold" if wrong else "normal",
    )
