"""A network's picture before it is drawn: where nodes stand, and what is lit."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

from matplotlib.transforms import Bbox

from nnbook._checks import (
    check_list,
    check_thetas,
    finite_array,
    integer_at_least,
    listed,
)
from nnbook._types import Array

_EDGES = {"edges to hidden", "edges to output"}
_BIASES = {"bias to hidden", "bias to output"}
_ALL = {"input", "hidden", "output"} | _EDGES | _BIASES
_LIT = {
    "all": _ALL,
    "data": {"input", "output"},
    "weighted_sums": {"edges to hidden", "bias to hidden"},
    "activations": {"hidden"},
    "softmax": {"output"},
    "backprop": _EDGES,
    "learning": _ALL,
}

#: The parts of a network that a chapter can light up.
LIT = tuple(_LIT)

MOST_NODES = 8  # a larger layer is drawn as its first three and its last two
RADIUS = 0.29  # of a node, in inches
MOST_LABELS = 12  # edges between two layers that still get their weight written
_PITCH = 0.8  # from node to node
_WIDE_PITCH = 1.0  # the same where the edges bear numbers
_CLEAR = 0.27  # from a node to the middle of a number on an edge
_WRITTEN = 0.2  # the height of a name below a node


class Layer(NamedTuple):
    """Where one layer stands, in inches."""

    n: int  # its number
    kind: str  # "input", "hidden" or "output"
    feeds: str  # what its edges lead to: "hidden" or "output"
    x: float
    size: int  # nodes it has
    shown: list[int]  # nodes that are drawn
    y: list[float]  # their heights
    dots: float | None  # the height of the dots that stand for the rest
    bias: float | None  # the height of the bias node

    def sources(self) -> list[tuple[int, float]]:
        """Give rows of theta and heights of the nodes that edges start from."""
        rows = [(1 + node, y) for node, y in zip(self.shown, self.y, strict=True)]
        return rows if self.bias is None else [(0, self.bias), *rows]

    def is_lit(self, lit: str, part: str = "nodes") -> bool:
        """Say whether its nodes, its bias node or its edges are in full strength."""
        name = self.kind if part == "nodes" else f"{part} to {self.feeds}"
        return name in _LIT[lit]


def checked_sizes(
    sizes: Any, thetas: Any
) -> tuple[tuple[int, ...], list[Array] | None]:
    """Give the layers' sizes, taken from the weights where there are any."""
    weights = None
    if thetas is not None:
        weights = check_thetas(thetas)
        known = (len(weights[0]) - 1, *(theta.shape[1] for theta in weights))
        sizes = known if sizes is None else sizes
    if sizes is None:
        sizes = (2, 3, 2)
    wanted = "sizes must be a sequence of integers such as (2, 3, 2)"
    given = listed(sizes, TypeError, wanted)
    if len(given) < 2:
        raise ValueError(
            "sizes must name at least two layers, the inputs and the outputs, got "
            f"{tuple(given)}"
        )
    sizes = tuple(integer_at_least(f"sizes[{n}]", s, 1) for n, s in enumerate(given))
    if weights is not None and sizes != known:
        raise ValueError(
            f"sizes must be those of thetas, {known}, or be left out, got {sizes}"
        )
    return sizes, weights


def checked_values(values: Any, sizes: tuple[int, ...]) -> list[Array]:
    """Give one sample's outputs of every layer, each of shape (H,)."""
    check_list("values", values)
    if len(values) != len(sizes):
        raise ValueError(
            f"values must hold {len(sizes)} arrays, the outputs of each layer of "
            f"sizes {sizes}, got {len(values)}"
        )
    checked = []
    for n, (value, size) in enumerate(zip(values, sizes, strict=True)):
        value = finite_array(f"values[{n}]", value)
        if value.shape not in ((size,), (1, size)):
            raise ValueError(
                f"values[{n}] must hold the {size} outputs of one sample, shape "
                f"({size},) or (1, {size}), got {value.shape}; of many samples take "
                "one: [a[i] for a in outputs]"
            )
        checked.append(value.reshape(-1))
    return checked


def numbers_at(n_from: int, n_to: int) -> float | None:
    """Say where along the edges between two layers their weights are written.

    At this place their heights are evenly spaced: no two numbers meet, and no edge
    has crossed another one yet. Where there are too many edges, it is nowhere.
    """
    if n_from * n_to > MOST_LABELS:
        return None
    return 1 / (n_to + 1) if n_to <= n_from else n_from / (n_from + 1)


def arrange(sizes: tuple[int, ...], with_weights: bool) -> tuple[list[Layer], float]:
    """Find each node's place, and the radius of a node that fits there."""
    last = len(sizes) - 1
    shown = [
        list(range(size)) if size <= MOST_NODES else [0, 1, 2, size - 2, size - 1]
        for size in sizes
    ]
    slots = [
        len(nodes) + (len(nodes) < size) + (n < last)
        for n, (nodes, size) in enumerate(zip(shown, sizes, strict=True))
    ]
    usual = _WIDE_PITCH if with_weights else _PITCH
    pitch = min(usual, 4.8 / max(max(slots) - 1, 1))
    radius = min(RADIUS, 0.38 * pitch)
    x = [0.0]
    for n_from, n_to in itertools.pairwise(sizes):
        t = numbers_at(1 + n_from, n_to) if with_weights else None
        close = max(3.2 / last, 1.35)
        x.append(x[-1] + ((radius + _CLEAR) / min(t, 1 - t) if t else close))
    kinds = ["input", *["hidden"] * (last - 1), "output"]
    layers = []
    for n, (nodes, size) in enumerate(zip(shown, sizes, strict=True)):
        heights = [pitch * ((slots[n] - 1) / 2 - slot) for slot in range(slots[n])]
        bias = heights.pop(0) if n < last else None
        dots = heights.pop(3) if len(nodes) < size else None
        # Without a hidden layer, the outputs are where sums are first made.
        feeds = "hidden" if n < last - 1 or last == 1 else "output"
        layers.append(Layer(n, kinds[n], feeds, x[n], size, nodes, heights, dots, bias))
    return layers, radius


def lowest(layers: list[Layer], with_weights: bool) -> float:
    """Give the height of the lowest node, or that of a name below it."""
    named = layers[-1].y[-1] - _WRITTEN if with_weights else layers[-1].y[-1]
    return min(named, *(layer.y[-1] for layer in layers))


def bounds(
    layers: list[Layer],
    lit: str,
    names_in: list[str],
    names_out: list[str],
    with_weights: bool,
) -> Bbox:
    """Give the rectangle that holds the whole drawing, in inches.

    Weights need room between the layers: with them all names are kept narrow.
    """
    top = max(y for layer in layers for _, y in layer.sources()) + 0.4
    below = 1.25 if lit == "learning" else 0.8
    abbreviated = any(layer.dots is not None for layer in layers)
    if abbreviated or len(layers) > 3 or with_weights:
        below += 0.25  # a second line of text
    if abbreviated and with_weights:
        below += 0.2  # a third
    left = 0.45 + 0.11 * max(map(len, names_in))
    right = max(0.45, 0.05 * max(map(len, names_out)))
    if not with_weights:
        left, right = max(0.65, left), 1.0
    low = lowest(layers, with_weights) - below
    return Bbox.from_extents(-left, low, layers[-1].x + right, top)
