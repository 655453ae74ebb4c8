"""What several lists share: random networks, and the way back in pieces.

The way back is cut into its three equations, so that a mistake can replace one of
them: where it starts (5.2), how slopes are collected (5.3), how blame is passed back
to the layer before (5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import forward
from nnbook.course.model import Probe
from nnbook.errors import one_hot
from nnbook.weighted_sums import with_bias

__all__ = [
    "TRAINERS",
    "back_probe",
    "case",
    "collect",
    "collect_averaged",
    "labels",
    "pass_back",
    "start",
    "start_by",
    "variant",
    "walk_back",
    "weights",
]

TRAINERS = ("backprop", "train", "Network", "numerical_gradient", "network_error")
"""What of the package finds slopes, or could be made to tell them."""


def labels(rng: np.random.Generator, N: int, K: int) -> Array:
    """Give N one-hot rows in random order, every class at least once if N >= K."""
    return one_hot(rng.permutation(np.arange(N) % K), K)


def weights(rng: np.random.Generator, sizes: Sequence[int]) -> list[Array]:
    """Give weights for each layer; their biases are not 0, which would hide faults."""
    return [rng.normal(size=(1 + d, h)) for d, h in pairwise(sizes)]


def case(
    rng: np.random.Generator, N: int, sizes: Sequence[int], activation: str = "tanh"
) -> tuple[list[Array], Array, list[Array]]:
    """Give a random network's outputs for N samples, their labels, its weights."""
    thetas = weights(rng, sizes)
    outputs = forward(rng.normal(size=(N, sizes[0])), thetas, activation)
    return outputs, labels(rng, N, sizes[-1]), thetas


def back_probe(
    f: Callable[[Array], Array],
    rng: np.random.Generator,
    N: int,
    D: int,
    H: int,
    shows: str,
) -> Probe:
    """Give a probe for the delta of the layer before, whose activation is f."""
    a = f(rng.normal(size=(N, D)))
    return Probe((rng.normal(size=(N, H)), rng.normal(size=(1 + D, H)), a), shows)


def start(p: Array, Y: Array) -> Array:
    """Give the output layer's delta, equation (5.2)."""
    return (p - Y) / len(Y)


def collect(a: Array, delta: Array) -> Array:
    """Give the slopes of the weights between two layers, equation (5.3)."""
    return with_bias(a).T @ delta


def collect_averaged(a: Array, delta: Array) -> Array:
    """Give the slopes with the bias row's averaged, which is a mistake."""
    grad = collect(a, delta)
    grad[0] /= len(a)
    return grad


def pass_back(delta: Array, theta: Array, a: Array) -> Array:
    """Give the delta of the tanh layer before, equation (5.4)."""
    return delta @ theta[1:].T * (1 - a**2)


def walk_back(
    outputs: Sequence[Array],
    Y: Array,
    thetas: Sequence[Array],
    *,
    start: Callable[[Array, Array], Array] = start,
    collect: Callable[[Array, Array], Array] = collect,
    back: Callable[[Array, Array, Array], Array] = pass_back,
    early: float = 0.0,
) -> list[Array]:
    """Find the slopes of every layer's weights from the three pieces.

    `early` is a learning rate: each layer's weights are changed by a step of that
    length as soon as their slopes are known, before blame passes through them.
    """
    delta = start(outputs[-1], Y)
    grads: list[Array] = []
    for n in reversed(range(len(thetas))):
        grads.insert(0, collect(outputs[n], delta))
        if n > 0:
            theta = thetas[n] - early * grads[0] if early else thetas[n]
            delta = back(delta, theta, outputs[n])
    return grads


def variant(**pieces: Any) -> Callable[..., list[Array]]:
    """Give a backprop with some of its pieces replaced."""

    def wrong(
        outputs: Sequence[Array], Y: Array, thetas: Sequence[Array]
    ) -> list[Array]:
        return walk_back(outputs, Y, thetas, **pieces)

    return wrong


def start_by(
    draw: Callable[[np.random.Generator, int, int], Array],
) -> Callable[[Sequence[int], np.random.Generator], list[Array]]:
    """Give a start that draws the weights of a layer by ``draw(rng, D, H)``."""

    def drawn(sizes: Sequence[int], rng: np.random.Generator) -> list[Array]:
        return [np.vstack([np.zeros(h), draw(rng, d, h)]) for d, h in pairwise(sizes)]

    return drawn
