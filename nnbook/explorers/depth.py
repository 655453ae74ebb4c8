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
_LOW, _HIGH = 1e-15, 1e9  # the sigmoid's first layer, and ReLU's after a wild start
_TICKS = {"10⁻¹⁵": 1e-15, "10⁻¹⁰": 1e-10, "10⁻⁵": 1e-5, "1": 1.0, "10⁵": 1e5}


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


def _times(share: float) -> str:
    """Write a share in words that need no powers of ten."""
    if share < 1e-9:
        return "less than a billionth of"
    if share < 0.01:
        return f"about 1/{float(f'{1 / share:.2g}'):,.0f} of"
    return f"{float(f'{share:.2g}'):g} times"


def depth() -> Explorer:
    """Stack hidden layers, and see what is left of the gradient in the first one."""

    def draw(activation: str, init: str, layers: int) -> Panel:
        sizes = _sizes(activation, init, layers)
        panel = Panel(
            x=(0.4, 21.6),
            y=(_LOW, _HIGH),
            log_y=True,
            yticks=_TICKS,
            xlabel="layer of weights",
            title="mean size of a slope",
        )
        places = np.arange(1, len(sizes) + 1)
        panel.line(places, sizes, width=2)
        return panel.points(np.stack([places, sizes], axis=1), color="accent", size=9)

    def describe(activation: str, init: str, layers: int) -> str:
        sizes = _sizes(activation, init, layers)
        return (
            f"{layers} hidden layer{'s' * (layers > 1)} of {_WIDTH} {activation} "
            f"nodes, {init} start: the slopes of the first layer are "
            f"{_times(sizes[0] / sizes[-1])} those of the last."
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
        layers=Slider(
            range(1, 21), start=10, label="hidden layers", play=True, pace=300
        ),
        activation=Choice(["sigmoid", "tanh", "relu"]),
        init=Choice(["glorot", "he", "normal"], label="first weights"),
    )
