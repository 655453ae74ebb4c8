"""How large the gradient is, layer by layer."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop, forward
from nnbook.errors import one_hot
from nnbook.explore import Choice, Explorer, Panel, Slider, explore
from nnbook.learning import init_thetas
from nnbook.running import running_example

_WIDTH, _SEEDS = 20, 5
_LOW, _HIGH = 1e-9, 10.0


@cache
def _sizes(activation: str, init: str, layers: int) -> Array:
    """Give the size of the slope of a layer's weights, the median of five starts."""
    X, y, _ = running_example()
    found = []
    for seed in range(_SEEDS):
        shape = (2, *[_WIDTH] * layers, 2)
        thetas = init_thetas(shape, np.random.default_rng(seed), init)
        outputs = forward(X, thetas, activation)
        grads = backprop(outputs, one_hot(y, 2), thetas, activation)
        found.append([np.sqrt(np.mean(grad[1:] ** 2)) for grad in grads])
    return np.asarray(np.median(found, axis=0))


def depth() -> Explorer:
    """Stack hidden layers, and see what is left of the gradient in the first one."""

    def draw(activation: str, init: str, layers: int) -> Panel:
        sizes = np.maximum(_sizes(activation, init, layers), _LOW)
        panel = Panel(
            x=(0.4, 21.6),
            y=(_LOW, _HIGH),
            log_y=True,
            xlabel="layer of weights",
            title="mean size of a slope",
        )
        places = np.arange(1, len(sizes) + 1)
        panel.line(places, sizes, width=2)
        return panel.points(np.stack([places, sizes], axis=1), color="accent", size=9)

    def describe(activation: str, init: str, layers: int) -> str:
        sizes = _sizes(activation, init, layers)
        share = sizes[0] / sizes[-1]
        times = f"{share:.2g} times" if share >= 0.01 else f"1/{1 / share:,.0f} of"
        return (
            f"{layers} hidden layers of {_WIDTH} {activation} nodes, {init} start: "
            f"the slopes of the first layer are {times} those of the last."
        )

    return explore(
        draw,
        describe=describe,
        title="How much of the gradient reaches the first layer?",
        alt=(
            "A chart with a logarithmic scale: the mean size of the slopes of each "
            "layer's weights, from the first layer on the left to the last."
        ),
        caption=(
            "Take the sigmoid and add layers. Then change the activation, or only the "
            "start: which of the two makes the difference?"
        ),
        name="depth",
        layers=Slider(range(1, 21), start=5, label="hidden layers"),
        activation=Choice(["sigmoid", "tanh", "relu"]),
        init=Choice(["glorot", "he", "normal"], label="start"),
    )
