"""An activation, and its slope taken from the output."""

from __future__ import annotations

import numpy as np

from nnbook.activations import ACTIVATIONS
from nnbook.explore import Choice, Explorer, Panel, Slider, explore
from nnbook.explore.panels import LOW
from nnbook.plots.texts import number

_Z = np.linspace(-4, 4, 161)
_NAMES = ("tanh", "sigmoid", "relu", "identity")


def activation() -> Explorer:
    """Slide along an activation: its output, its tangent, its slope.

    The slope is computed from the output, as in Equations (3.2), (3.4)
    and (3.6) of the book.
    """

    def at(function: str, z: float) -> tuple[float, float]:
        f, prime = ACTIVATIONS[function].f, ACTIVATIONS[function].prime
        a = f(np.array([z]))
        return float(a[0]), float(prime(a)[0])

    def draw(function: str, z: float) -> list[Panel]:
        f, prime = ACTIVATIONS[function].f, ACTIVATIONS[function].prime
        a, slope = at(function, z)
        curve = Panel(
            x=(-4, 4), y=(-1.6, 2.6), xlabel="z", title="output a", height=LOW
        )
        curve.line(_Z, f(_Z), width=2.6)
        reach = np.array([-1.3, 1.3]) / np.hypot(1, slope)
        curve.line(z + reach, a + slope * reach, color="accent", width=3)
        curve.points([[z, a]], size=10, color="accent")
        slopes = Panel(
            x=(-4, 4), y=(-0.3, 1.3), xlabel="z", title="slope at z", height=LOW
        )
        slopes.line(_Z, prime(f(_Z)), color="accent", dashed=True, width=2.6)
        slopes.points([[z, slope]], size=10, color="accent")
        return [curve, slopes]

    def describe(function: str, z: float) -> str:
        a, slope = at(function, z)
        why = {
            "tanh": f", which is 1 − a²: 1 − {a * a:.2f}.",
            "sigmoid": f", which is a(1 − a): {a:.2f} × {1 - a:.2f}.",
            "relu": ": 1 where the neuron fires, 0 where it does not.",
            "identity": ", the same everywhere.",
        }
        return (
            f"At z = {number(z, 1)} the output is {number(a)} and the slope "
            f"{number(slope)}{why[function]}"
        )

    return explore(
        draw,
        describe=describe,
        title="An activation and its slope",
        alt=(
            "Two charts over the weighted sum z. On the left the activation's curve "
            "with a tangent touching it at the chosen z, on the right its slope, with "
            "the same place marked."
        ),
        caption=(
            "Where is the slope largest? How far out is it as good as 0, so that the "
            "neuron learns next to nothing?"
        ),
        name="activation",
        z=Slider(
            np.linspace(-4, 4, 41),
            start=0.6,
            label="weighted sum z",
            format=".1f",
            play=True,
        ),
        function=Choice({name: name for name in _NAMES}, label="activation"),
    )
