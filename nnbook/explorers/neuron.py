"""One neuron: its weights move a line."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.explore import Explorer, Panel, Slider, explore
from nnbook.plots.half_plane import positive_side
from nnbook.plots.texts import number
from nnbook.running import running_example
from nnbook.weighted_sums import weighted_sum

_X, _Y = (-1.7, 2.7), (-1.4, 1.9)


def neuron() -> Explorer:
    """Move two weights and a bias, and see on which side of its line a neuron fires.

    The weighted sum is Equation (2.1) of the book; the neuron fires where it is
    positive.
    """
    X, y, _ = running_example()
    (left, right), (low, high) = _X, _Y
    corners = np.array([(left, low), (right, low), (right, high), (left, high)])

    def sums(bias: float, w1: float, w2: float) -> Array:
        theta = np.array([[bias], [w1], [w2]])
        return weighted_sum(X, theta)[:, 0]

    def draw(w1: float, w2: float, bias: float) -> Panel:
        theta = np.array([bias, w1, w2])
        side, ends = positive_side(theta, corners)
        side, ends = side.reshape(-1, 2), ends.reshape(-1, 2)
        panel = Panel(
            x=_X, y=_Y, xlabel="x₁", ylabel="x₂", title="shaded: where it fires"
        )
        panel.area(*side.T, color="class1")
        panel.points(X, y)
        panel.line(*ends.T, width=2.6)
        tip = ends[:0]
        if len(ends):
            middle = ends.mean(axis=0)
            tip = np.stack(
                [middle, middle + 0.45 * theta[1:] / np.linalg.norm(theta[1:])]
            )
        return panel.arrow(*tip.T, color="accent")

    def describe(w1: float, w2: float, bias: float) -> str:
        fires = sums(bias, w1, w2) > 0
        if w1 == 0 and w2 == 0:
            return (
                f"Both weights are 0: z is {number(bias)} everywhere, and there is no "
                f"line. The neuron fires for {'all' if bias > 0 else 'none'} of the "
                "points."
            )
        ones, zeros = fires[y == 1].sum(), fires[y == 0].sum()
        return (
            f"The neuron fires for {fires.sum()} of {len(y)} points: {ones} of the "
            f"{np.sum(y == 1)} triangles and {zeros} of the {np.sum(y == 0)} circles."
        )

    steps = np.linspace(-1.5, 1.5, 13)
    return explore(
        draw,
        describe=describe,
        title="One neuron: move its weights",
        alt=(
            "The two moons, circles and triangles, cut by a straight line. The side "
            "where the neuron's weighted sum is positive is shaded, and an arrow "
            "points into it."
        ),
        caption=(
            "Try to have the neuron fire for all triangles and no circle. Which "
            "sliders turn the line, and which one shifts it?"
        ),
        name="neuron",
        w1=Slider(steps, start=0.75, label="weight w₁", format=".2f"),
        w2=Slider(steps, start=-0.75, label="weight w₂", format=".2f"),
        bias=Slider(steps, start=0.25, label="bias", format=".2f"),
    )
