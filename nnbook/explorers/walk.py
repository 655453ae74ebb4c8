"""Backpropagation on one sample, number by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop, forward, network_error
from nnbook.errors import one_hot
from nnbook.explore import Explorer, Panel, Slider, explore
from nnbook.plots.texts import number
from nnbook.running import running_example
from nnbook.weighted_sums import weighted_sum, with_bias

Node: TypeAlias = tuple[int, int]  # layer and row; row 0 is the bias node, if any
Edge: TypeAlias = tuple[int, int, int]  # layer it leads out of, row there, column

# Where the nodes stand. A column of edges bears its numbers at a third of the way:
# with these distances they are evenly spaced there, and no two of them meet.
_PLACES: dict[Node, tuple[float, float]] = {
    **{(0, row): (0.0, 3 - 1.5 * row) for row in range(3)},
    **{(1, row): (0.5, 3.0 - row) for row in range(4)},
    **{(2, row): (1.0, 1.5 - row) for row in range(2)},
}
_NAMES: dict[Node, str] = {
    (0, 1): "x₁",
    (0, 2): "x₂",
    **{(1, row): f"node {row}" for row in (1, 2, 3)},
    **{(2, row): f"class {row}" for row in (0, 1)},
}
_SHAPES = ((3, 3), (4, 2))  # of the two layers of weights
_EDGES: list[Edge] = [
    (n, row, column)
    for n, (rows, columns) in enumerate(_SHAPES)
    for row in range(rows)
    for column in range(columns)
]
_LABEL_AT, _RADIUS, _HEIGHT = 1 / 3, 21.0, 280


@dataclass(frozen=True)
class Numbers:
    """All that is computed on the way forward and back, for one sample.

    Attributes
    ----------
    label : int
        Its class.
    thetas : list of ndarray, shapes (3, 3) and (4, 2)
        The weights.
    outputs : list of ndarray
        x, a and p.
    sums : list of ndarray
        The weighted sums of the hidden and of the output nodes.
    slopes : list of ndarray, shaped like `thetas`
        What comes along from a bias node is 1, so row 0 holds the deltas.
    error : float
        Cross-entropy.
    """

    label: int
    thetas: list[Array]
    outputs: list[Array]
    sums: list[Array]
    slopes: list[Array]
    error: float


@cache
def numbers(sample: int = 0) -> Numbers:
    """Go forward and back with one sample of the running example."""
    X, y, thetas = running_example()
    x, Y = X[[sample]], one_hot(y, 2)[[sample]]
    outputs = forward(x, thetas)
    sums = [weighted_sum(outputs[n], thetas[n])[0] for n in range(2)]
    return Numbers(
        int(y[sample]),
        thetas,
        [a[0] for a in outputs],
        sums,
        backprop(outputs, Y, thetas),
        network_error(x, Y, thetas),
    )


@dataclass(frozen=True)
class Step:
    """One step of the walk.

    Attributes
    ----------
    title, says : str
        What stands above the picture and below it.
    nodes, deltas : dict
        Numbers that appear in nodes: on the way forward, and back.
    along : list of Edge
        The edges that lead to them.
    slopes : dict
        Numbers that appear on edges, on the way back.
    at : Node, optional
        The node of these edges.
    """

    title: str
    says: str
    nodes: dict[Node, float] = field(default_factory=dict)
    deltas: dict[Node, float] = field(default_factory=dict)
    along: list[Edge] = field(default_factory=list)
    slopes: dict[Edge, float] = field(default_factory=dict)
    at: Node | None = None

    @property
    def lit(self) -> set[Node]:
        """Give the nodes to look at."""
        return {*self.nodes, *self.deltas, *([self.at] if self.at else [])}

    @property
    def back(self) -> bool:
        """Tell whether it leads back."""
        return bool(self.deltas or self.slopes)


def _factor(value: float, decimals: int) -> str:
    """Write a factor, a negative one in brackets."""
    text = number(value, decimals)
    return f"({text})" if text.startswith("\N{MINUS SIGN}") else text


def _products(left: Iterable[float], right: Iterable[float], digits: str) -> str:
    """Write a sum of products with so many decimals left and right."""
    before, after = int(digits[0]), int(digits[1])
    return " + ".join(
        f"{_factor(a, before)} × {_factor(b, after)}"
        for a, b in zip(left, right, strict=True)
    )


def _listed(values: Iterable[float], decimals: int) -> str:
    return ", ".join(number(value, decimals) for value in values)


def _added(w: Numbers, layer: int, column: int) -> tuple[str, list[Edge]]:
    """Write a node's weighted sum; and its edges."""
    along = with_bias(w.outputs[layer][None, :])[0, 1:]
    bias, *weights = w.thetas[layer][:, column]
    written = f"1 × {_factor(bias, 1)} + {_products(along, weights, '21')}"
    edges = [(layer, row, column) for row in range(len(w.thetas[layer]))]
    return f"{written} = {number(w.sums[layer][column])}", edges


def _forward(w: Numbers) -> Iterator[Step]:
    """Go from the inputs to the error."""
    x, a, p = w.outputs
    yield Step(
        "The first point comes in",
        f"x₁ = {number(x[0])} and x₂ = {number(x[1])}; the label is {w.label}. On the "
        "edges stand the weights, in the squares the 1 of the bias nodes.",
        nodes={(0, 1): x[0], (0, 2): x[1]},
    )
    for i, z in enumerate(w.sums[0]):
        written, edges = _added(w, 0, i)
        node = (1, i + 1)
        yield Step(
            f"Forward: the sum of node {i + 1}",
            f"Node {i + 1} adds up {written}.",
            nodes={node: z},
            along=edges,
        )
        yield Step(
            f"Forward: the output of node {i + 1}",
            f"tanh({number(z)}) = {number(a[i])}: this is what node {i + 1} sends on.",
            nodes={node: a[i]},
        )
    for k, score in enumerate(w.sums[1]):
        written, edges = _added(w, 1, k)
        yield Step(
            f"Forward: the score of class {k}",
            f"Class {k} gets {written}.",
            nodes={(2, k): score},
            along=edges,
        )
    yield Step(
        "Forward: softmax",
        f"Softmax turns the scores {_listed(w.sums[1], 2)} into the probabilities "
        f"{_listed(p, 3)}.",
        nodes={(2, 0): p[0], (2, 1): p[1]},
    )
    yield Step(
        "The error",
        f"The label is {w.label}, so the error is −log {number(p[w.label], 3)} = "
        f"{number(w.error, 3)}. Which weight is to blame for it?",
        at=(2, w.label),
    )


def _back(w: Numbers) -> Iterator[Step]:
    """Go from the error to the last slope."""
    _, a, p = w.outputs
    hidden, out = w.slopes[0][0], w.slopes[1][0]
    for k, delta in enumerate(out):
        wanted = int(k == w.label)
        yield Step(
            f"Back: the delta of class {k}",
            f"p − Y = {number(p[k], 3)} − {wanted} = {number(delta, 3)}: class {k} got "
            f"too {'little' if wanted else 'much'}.",
            deltas={(2, k): delta},
        )
    yield from (_slopes(w, 1, k, (2, k), f"class {k}") for k in range(2))
    for i, delta in enumerate(hidden):
        weights = w.thetas[1][1 + i]
        yield Step(
            f"Back: the delta of node {i + 1}",
            f"{_products(weights, out, '13')} = {number(weights @ out, 3)} arrives. "
            f"Times the slope of tanh, 1 − a² = {number(1 - a[i] ** 2, 3)}, it is "
            f"{number(delta, 3)}.",
            deltas={(1, i + 1): delta},
            along=[(1, i + 1, k) for k in range(2)],
        )
    yield from (_slopes(w, 0, i, (1, i + 1), f"node {i + 1}") for i in range(3))


def _slopes(w: Numbers, layer: int, column: int, node: Node, name: str) -> Step:
    """Find the slopes of all weights into a node."""
    slopes = w.slopes[layer][:, column]
    along = with_bias(w.outputs[layer][None, :])[0, 1:]
    return Step(
        f"Back: slopes of the weights into {name}",
        f"What came along (1, {_listed(along, 2)}) times the delta "
        f"{number(slopes[0], 3)} gives {_listed(slopes, 3)}.",
        slopes={(layer, row, column): s for row, s in enumerate(slopes)},
        at=node,
    )


@cache
def walk(sample: int = 0) -> list[Step]:
    """List the steps with one sample, forward and back."""
    w = numbers(sample)
    return [*_forward(w), *_back(w)]


def _picture(steps: Sequence[Step], thetas: Sequence[Array]) -> Panel:
    """Draw the network after these steps, the last of them lit up."""
    now = steps[-1]
    nodes = {k: v for step in steps for k, v in step.nodes.items()}
    deltas = {k: v for step in steps for k, v in step.deltas.items()}
    slopes = {k: v for step in steps for k, v in step.slopes.items()}
    bright = {*now.along, *now.slopes}
    panel = Panel(
        x=(-0.09, 1.09),
        y=(-0.45, 3.42),
        height=_HEIGHT,
        axes=False,
        title=now.title,
    )
    direction = "accent" if now.back else "class0"
    for edge in _EDGES:
        start, end = _ends(edge)
        lit = edge in bright
        panel.line(
            *np.transpose([start, end]),
            color=direction if lit else "greyed",
            width=3 if lit else 1.2,
        )
    for edge in _EDGES:
        start, end = _ends(edge)
        layer, row, column = edge
        # A delta is carried by the weights: while it is found, they are shown again.
        slope = edge in slopes and edge not in now.along
        text = number(slopes[edge]) if slope else number(thetas[layer][row, column], 1)
        x, y = start + _LABEL_AT * (end - start)
        panel.text(
            x,
            y - 0.07,
            text,
            anchor="middle",
            color="accent" if slope else "ink" if edge in bright else "soft",
            size=13 if edge in bright else 12,
            bold=edge in bright,
        )
    for node, (x, y) in _PLACES.items():
        if node not in _NAMES:
            panel.node(x, y, "1", radius=_RADIUS, square=True)
            continue
        lit = node in now.lit
        value = number(nodes[node]) if node in nodes else ""
        delta = number(deltas[node]) if node in deltas else ""
        panel.node(x, y, radius=_RADIUS, lit=lit, color=direction if lit else "ink")
        _write(panel, x, y + (0.06 if delta else -0.07), value)
        _write(panel, x, y - 0.17, delta, color="accent")
        panel.text(x, y + 0.4, _NAMES[node], anchor="middle", size=12, color="soft")
    return panel


def _write(panel: Panel, x: float, y: float, text: str, color: str = "ink") -> None:
    """Write a number into a node."""
    panel.text(x, y, text, anchor="middle", size=12, color=color, halo=False)


def _ends(edge: Edge) -> tuple[Array, Array]:
    """Give the places that an edge joins."""
    layer, row, column = edge
    end = (1, column + 1) if layer == 0 else (2, column)
    return np.array(_PLACES[layer, row]), np.array(_PLACES[end])


def walk_back() -> Explorer:
    """Walk forward and back through the 2-3-2 network with one point.

    The numbers are those of Equations (5.1) to (5.4) of the book, for the first
    point of the running example.
    """
    steps, thetas = walk(), numbers().thetas

    def draw(step: int) -> Panel:
        return _picture(steps[: step + 1], thetas)

    def describe(step: int) -> str:
        return steps[step].says

    return explore(
        draw,
        describe=describe,
        title="Backpropagation, step by step",
        alt=(
            "The diagram of the network with two inputs, three hidden nodes and two "
            "outputs. Each node bears its sum or output and, on the way back, its "
            "delta below; each edge bears its weight, which is replaced by the "
            "weight's slope once that is found. The sentence below says what is new."
        ),
        caption=(
            "Stop at the first delta of a hidden node, and work out the second with "
            "pencil and paper before you go on. Which weights carry the blame to it?"
        ),
        name="backprop",
        step=Slider(
            range(len(steps)),
            start=0,
            label=f"step, of {len(steps) - 1}",
            play=True,
            pace=2500,  # there is a sentence to read
        ),
    )
