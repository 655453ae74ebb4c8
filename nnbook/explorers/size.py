"""The size of a network: nodes, edges, and what they cost."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np

from nnbook._types import Array
from nnbook.explore import Choice, Explorer, Panel, Slider, explore
from nnbook.explore.panels import LOW
from nnbook.learning import init_thetas

_INPUTS, _OUTPUTS = 2, 2
_MOST = 24  # hidden nodes in a layer
_LAYERS = (1, 2, 3)
#: Where the name of a curve stands, and its anchor: beside it, clear of the others.
_NAMED = {1: (18.5, 160, "left"), 2: (18.5, 320, "left"), 3: (16, 720, "right")}


@cache
def _costs(nodes: int, layers: int) -> tuple[int, int, int]:
    """Count weights, multiplications and additions of one sample's way forward.

    As in chapter 5, the product with a bias node's 1 counts. A node that adds up
    n products makes n - 1 additions.
    """
    thetas = init_thetas(_sizes(nodes, layers), np.random.default_rng(0))
    weights = sum(theta.size for theta in thetas)
    sums = sum(theta.shape[1] for theta in thetas)
    return weights, weights, weights - sums


def _sizes(nodes: int, layers: int) -> tuple[int, ...]:
    """Give the numbers of nodes, as `init_thetas` takes them."""
    return (_INPUTS, *[nodes] * layers, _OUTPUTS)


def _column(x: float, nodes: int, bias: bool) -> tuple[Array, Array]:
    """Place the nodes of a layer, and the bias node above them."""
    count = nodes + bias
    gap = min(0.25, 0.96 / max(count - 1, 1))
    y = 0.5 + gap * (np.arange(count)[::-1] - (count - 1) / 2)
    places = np.stack([np.full(count, x), y], axis=1)
    return places[bias:], places[:bias]


def _edges(sources: Array, targets: Array) -> Array:
    """Join every source with every target; a row of nan parts two edges."""
    pairs = itertools.product(sources, targets)
    gap = np.full(2, np.nan)
    return np.array([place for a, b in pairs for place in (a, b, gap)])


def _diagram(nodes: int, layers: int) -> Panel:
    """Draw the network: circles are nodes, squares bias nodes."""
    sizes = _sizes(nodes, layers)
    panel = Panel(
        x=(-0.08, 1.08),
        y=(-0.06, 1.06),
        axes=False,
        title=f"{'-'.join(map(str, sizes))} (squares: bias nodes)",
        height=LOW,
    )
    columns = [
        _column(x, count, bias=n < len(sizes) - 1)
        for n, (x, count) in enumerate(
            zip(np.linspace(0, 1, len(sizes)), sizes, strict=True)
        )
    ]
    edges = [
        _edges(np.concatenate(before), after[0])
        for before, after in itertools.pairwise(columns)
    ]
    size = float(np.clip(135 / (nodes + 1), 6, 18))
    panel.line(*np.concatenate(edges).T, color="soft", width=0.5 if nodes > 8 else 1)
    own, bias = (np.concatenate(kind) for kind in zip(*columns, strict=True))
    panel.points(own, color="class0", size=size)
    return panel.points(bias, color="ink", size=size, square=True)


def network_size() -> Explorer:
    """Add hidden nodes to the network of Figure 1, and count weights and operations."""
    counts = range(1, _MOST + 1)
    curves = {k: [_costs(nodes, k)[0] for nodes in counts] for k in _LAYERS}

    def draw(nodes: int, layers: int) -> list[Panel]:
        chart = Panel(
            x=(0, _MOST + 1),
            y=(0, 1400),
            xlabel="nodes in each hidden layer",
            title="weights",
            height=LOW,
        )
        for k, curve in curves.items():
            chart.line(counts, curve, color="soft", width=1)
            x, y, anchor = _NAMED[k]
            name = f"{k} layer{'s' * (k > 1)}"
            chart.text(x, y, name, anchor=anchor, size=12, bold=k == layers)
        chart.line(counts, curves[layers], width=2.6)
        weights = _costs(nodes, layers)[0]
        chart.points([[nodes, weights]], color="accent", size=11)
        chart.text(1, 1250, f"{weights:,} weights", color="accent", size=16, bold=True)
        return [_diagram(nodes, layers), chart]

    def describe(nodes: int, layers: int) -> str:
        weights, products, sums = _costs(nodes, layers)
        several = "s" * (nodes > 1)
        hidden = (
            f"{nodes} hidden node{several}"
            if layers == 1
            else f"{layers} layers of {nodes} hidden node{several}"
        )
        return (
            f"With {hidden} the network has {weights:,} weights, and one sample costs "
            f"{products:,} multiplications and {sums:,} additions."
        )

    return explore(
        draw,
        describe=describe,
        title="How large does a network get?",
        alt=(
            "On the left the diagram of a network with two inputs and two outputs: "
            "circles are nodes, squares are bias nodes, lines are the edges. On the "
            "right its number of weights against the nodes in each hidden layer: a "
            "straight line for one hidden layer, rising curves for two and three."
        ),
        caption=(
            "Double the hidden nodes. What happens to the number of weights with one "
            "hidden layer, and what with two?"
        ),
        name="network-size",
        nodes=Slider(counts, start=3, label="nodes in each hidden layer", play=True),
        layers=Choice(_LAYERS, label="hidden layers"),
    )
