"""The network as nodes and edges (Figure 1 of the original post)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from nnbook._checks import choice
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS
from nnbook.plots.layout import (
    LIT,
    RADIUS,
    Layer,
    arrange,
    bounds,
    checked_sizes,
    checked_values,
    lowest,
    numbers_at,
)
from nnbook.plots.style import COLOURS, GREYED, INK, PAPER, SOFT, drawing
from nnbook.plots.texts import CENTRED, ON_PAPER, checked_names, number, settle

_DASHES = (0, (2.6, 1.6))  # in widths of the edge
_OUTLINES = {True: (INK, 1.8), False: (GREYED, 1.2)}  # of what is lit, and is not
_LETTERS = {"input": "x", "hidden": "a", "output": "p"}


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
    >>> ax = plots.network((2, 3, 2), lit="data")
    """
    lit = choice("lit", "all" if lit is None else lit, LIT)
    sizes, weights = checked_sizes(sizes, thetas)
    numbers = [None] * len(sizes) if values is None else checked_values(values, sizes)
    choice("activation", activation, ACTIVATIONS)
    names_in = checked_names("input_names", input_names, [""] * sizes[0])
    classes = [f"class {k}" for k in range(sizes[-1])]
    names_out = checked_names("output_names", output_names, classes)
    layers, radius = arrange(sizes, weights is not None)
    with_weights = weights is not None
    box = bounds(layers, lit, names_in, names_out, with_weights)
    own = ax is None
    with drawing(ax, box.width, box.height) as ax:
        others = ax.get_children()
        ax.set_axis_off()
        ax.set(aspect="equal", xlim=box.intervalx, ylim=box.intervaly)
        largest = 0.0 if weights is None else max(abs(w).max() for w in weights)
        for source, target in itertools.pairwise(layers):
            theta = None if weights is None else weights[source.n]
            _draw_edges(ax, source, target, lit, theta, largest or 1.0)
        for layer, value in zip(layers, numbers, strict=True):
            _draw_nodes(ax, layer, lit, radius, value, activation)
        _draw_names(ax, layers, lit, radius, names_in, names_out, with_weights)
        if lit == "learning":
            _draw_loop(ax, layers, box)
    if not own:
        _shrink(ax, box, [a for a in ax.get_children() if a not in others])
    return ax


def _shrink(ax: Axes, box: Bbox, artists: list[Artist]) -> None:
    """Make texts and lines as much smaller as a small Axes makes the nodes."""
    settle(ax)
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


def _draw_edges(
    ax: Axes,
    source: Layer,
    target: Layer,
    lit: str,
    theta: Array | None,
    largest: float,
) -> None:
    """Draw the edges between two layers, with their weights."""
    bright = source.is_lit(lit, "edges")
    edges = [
        (row, column, np.array([source.x, y0]), np.array([target.x, y1]))
        for row, y0 in source.sources()
        for column, y1 in zip(target.shown, target.y, strict=True)
    ]
    look: dict[str, Any] = {"linewidths": 1.2 if bright else 1.0}
    if theta is not None:
        weights = [float(theta[row, column]) for row, column, _, _ in edges]
        look["linewidths"] = [0.7 + 2.8 * abs(w) / largest for w in weights]
        look["linestyles"] = ["solid" if w >= 0 else _DASHES for w in weights]
    ax.add_collection(
        LineCollection(
            [[start, end] for _, _, start, end in edges],
            colors=INK if bright else GREYED,
            zorder=1.2 if bright else 1.0,
            label=f"_edges {source.n}",
            **look,
        ),
        autolim=False,
    )
    if lit == "backprop":
        for _, _, start, end in edges:
            _draw_arrowhead(ax, start, end, len(target.shown))
    t = numbers_at(len(source.sources()), len(target.shown))
    if theta is not None and t is not None:
        decimals = 1 if np.allclose(theta, theta.round(1), rtol=0, atol=1e-12) else 2
        for (_, _, start, end), weight in zip(edges, weights, strict=True):
            x, y = (1 - t) * start + t * end
            ax.text(
                x,
                y,
                number(weight, decimals),
                fontsize=11,
                color=INK if bright else SOFT,
                bbox=ON_PAPER,
                zorder=1.5,
                **CENTRED,
            )


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
    layer: Layer,
    lit: str,
    radius: float,
    values: Array | None,
    activation: str,
) -> None:
    """Draw the nodes of a layer, with what stands in them."""
    bright = layer.is_lit(lit)
    outline, width = _OUTLINES[bright]
    size = 11 * radius / RADIUS
    # Classes are counted from 0, as in the data; other nodes from 1, since number 0
    # of a layer is its bias node.
    letter, first = _LETTERS[layer.kind], int(layer.kind != "output")
    coloured = bright and layer.kind == "output"
    curve = lit == "activations" and layer.kind == "hidden" and values is None
    for node, y in zip(layer.shown, layer.y, strict=True):
        ax.add_patch(
            Circle(
                (layer.x, y),
                radius,
                facecolor=PAPER,
                edgecolor=COLOURS[node % len(COLOURS)] if coloured else outline,
                linewidth=2.4 if coloured else width,
                zorder=2,
                label=f"_node {layer.n},{node}",
            )
        )
        style: dict[str, Any] = {"color": INK if bright else SOFT, "zorder": 3}
        if curve:
            _draw_curve(ax, layer.x, y, radius, activation)
        elif values is None:
            style |= {"fontsize": size * 1.1, "ha": "center", "va": "center_baseline"}
            ax.text(layer.x, y, f"${letter}_{{{node + first}}}$", **style)
        else:
            style |= {"fontsize": size} | CENTRED
            ax.text(layer.x, y, number(values[node]), **style)
    if layer.dots is not None:
        for shift in (-0.13, 0, 0.13):
            place = (layer.x, layer.dots + shift)
            ax.add_patch(Circle(place, 0.025, color=outline, zorder=2, label="_dots"))
    if layer.bias is not None:
        bright = layer.is_lit(lit, "bias")
        outline, width = _OUTLINES[bright]
        side = 1.5 * radius
        ax.add_patch(
            FancyBboxPatch(
                (layer.x - side / 2, layer.bias - side / 2),
                side,
                side,
                boxstyle="round,pad=0,rounding_size=0.03",
                facecolor=PAPER,
                edgecolor=outline,
                linewidth=width,
                zorder=2,
                label=f"_bias {layer.n}",
            )
        )
        style = {"color": INK if bright else SOFT, "zorder": 3, "fontsize": size}
        ax.text(layer.x, layer.bias, "1", **style, **CENTRED)


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
    layers: list[Layer],
    lit: str,
    radius: float,
    names_in: list[str],
    names_out: list[str],
    with_weights: bool,
) -> None:
    """Write the layers' names below, and the inputs' and outputs' beside.

    Where weights take the room, the outputs' are below them.
    """
    bottom = lowest(layers, with_weights) - radius - 0.16
    for layer in layers:
        name = f"{layer.kind}\nlayer" if with_weights else f"{layer.kind} layer"
        if layer.kind == "hidden" and len(layers) > 3:
            name = f"hidden\nlayer {layer.n}"
        if layer.dots is not None:
            name += f"\n{layer.size} nodes"
        colour = INK if layer.is_lit(lit) else SOFT
        ax.text(
            layer.x, bottom, name, ha="center", va="top", linespacing=1.25, color=colour
        )
    beside = radius + 0.1
    out = (0.0, -radius - 0.03, "center", "top")
    if not with_weights:
        out = (beside, 0.0, "left", "center")
    for layer, names, (across, up, ha, va) in (
        (layers[0], names_in, (-beside, 0.0, "right", "center")),
        (layers[-1], names_out, out),
    ):
        style: dict[str, Any] = {"ha": ha, "va": va, "fontsize": 11}
        style["color"] = INK if layer.is_lit(lit) else SOFT
        for node, y in zip(layer.shown, layer.y, strict=True):
            if names[node]:
                ax.text(layer.x + across, y + up, names[node], **style)


def _draw_loop(ax: Axes, layers: list[Layer], box: Bbox) -> None:
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
    again = "again and again"
    ax.text(layers[-1].x / 2, y - 0.29, again, bbox=ON_PAPER | {"pad": 3}, **CENTRED)
