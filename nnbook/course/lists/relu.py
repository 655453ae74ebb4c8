"""Assignment 6, "A node that can die": ReLU, its start, its dead nodes (chapter 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop
from nnbook.course.lists import _judging as judging
from nnbook.course.lists import _layers as layers
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Seed, Written

__all__ = ["ASSIGNMENT"]

_RNG = np.random.default_rng(8)


def _ramp(z: Array) -> Array:
    return np.maximum(0.0, z)


# ---- relu_mask --------------------------------------------------------------


def _relu_mask(a: Array) -> Array:
    return np.where(a > 0, 1.0, 0.0)


def _ratio(a: Array) -> Array:
    return a / a


def _mask_probe(rng: np.random.Generator, shape: tuple[int, ...], shows: str) -> Probe:
    return Probe((_ramp(rng.normal(size=shape)),), shows)


_RELU_MASK = Exercise(
    name="relu_mask",
    statement=(
        "From the outputs a of ReLU nodes give their slopes: 1 where a node passed its "
        "sum on, 0 where it stopped it. At the kink take 0."
    ),
    points=2,
    reference=_relu_mask,
    public=(
        Probe((_ramp(np.array([[-2.0, -1.0, 0.0], [0.5, 1.0, 3.0]])),), "sums -2 to 3"),
        _mask_probe(_RNG, (4, 5), "four samples and five nodes"),
        Probe((np.zeros((2, 3)),), "nodes that are silent"),
    ),
    hidden=lambda rng: (
        _mask_probe(rng, (6, 2), "six samples and two nodes"),
        Probe((_ramp(rng.normal(size=(3, 3))) * 1e-9,), "tiny outputs"),
    ),
    mistakes=(
        Mistake(
            "mask without holes",
            "Nothing flows back where ReLU stopped the sum: outputs are never below 0, "
            "so a >= 0 is always true. Ask for a > 0.",
            lambda a: np.where(a >= 0, 1.0, 0.0),
        ),
        Mistake(
            "nan at the kink",
            "0 divided by 0 is nan, and one nan spoils every slope: choose 0 at the "
            "kink.",
            _ratio,
        ),
        Mistake(
            "one half at the kink",
            "At a = 0 choose 0: every silent node has the output 0.",
            lambda a: np.where(a > 0, 1.0, 0.5),
        ),
        Mistake(
            "the output itself",
            "The slope of the ramp is 1 wherever it passes, however large the output.",
            lambda a: np.maximum(0.0, a),
        ),
        Mistake(
            "slope of tanh",
            "1 - a**2 is the slope of tanh. ReLU's is 1 or 0.",
            lambda a: 1 - a**2,
        ),
        Mistake(
            "threshold at 1",
            "Any output above 0 has passed, also one below 1.",
            lambda a: np.where(a >= 1, 1.0, 0.0),
        ),
    ),
    withheld=("relu_prime",),
)


# ---- relu_back --------------------------------------------------------------


def _relu_back(delta: Array, theta: Array, a: Array) -> Array:
    return delta @ theta[1:].T * (a > 0)


_back_probe = partial(layers.back_probe, _ramp)

# A relu_mask that was not repaired shows here again.
_UNREPAIRED: tuple[tuple[str, str, Callable[..., Array]], ...] = (
    (
        "times the output",
        "Where ReLU passes, its slope is 1: multiply by the mask, not by a.",
        lambda delta, theta, a: delta @ theta[1:].T * a,
    ),
    (
        "one half where silent",
        "Nothing flows back where a is 0: there the mask is 0, not one half.",
        lambda delta, theta, a: delta @ theta[1:].T * np.where(a > 0, 1.0, 0.5),
    ),
    (
        "nan where silent",
        "0 divided by 0 is nan: where a is 0 the mask is 0.",
        lambda delta, theta, a: delta @ theta[1:].T * _ratio(a),
    ),
)


_RELU_BACK = Exercise(
    name="relu_back",
    statement=(
        "From the deltas of one layer, the weights theta into it and the outputs a of "
        "the ReLU layer before, give the deltas of the layer before."
    ),
    points=3,
    reference=_relu_back,
    public=(
        Probe(
            (
                np.array([[0.6, -0.6]]),
                np.array([[0.5, -0.5], [-0.5, 0.3], [0.4, -0.7], [0.2, 0.8]]),
                np.array([[1.8, 0.0, 1.4]]),
            ),
            "one point of the running example, node 2 silent",
        ),
        _back_probe(_RNG, 5, 3, 2, "D = 3 and H = 2"),
        _back_probe(_RNG, 6, 3, 4, "a square theta"),
    ),
    hidden=lambda rng: (
        _back_probe(rng, 7, 2, 5, "D = 2 and H = 5"),
        _back_probe(rng, 4, 4, 4, "as many nodes in both layers"),
    ),
    mistakes=(
        Mistake(
            "no mask",
            "Nothing flows back where the sum was stopped: multiply by the mask, which "
            "is 0 where a is 0.",
            lambda delta, theta, a: delta @ theta[1:].T,
        ),
        Mistake(
            "slope of tanh",
            "1 - a**2 belongs to tanh: on the way back, too, these nodes are ReLU.",
            lambda delta, theta, a: delta @ theta[1:].T * (1 - a**2),
        ),
        Mistake(
            "mask of the blame",
            "Whether blame passes depends on the node's output a, not on the sign of "
            "the blame.",
            lambda delta, theta, a: _ramp(delta @ theta[1:].T),
        ),
        *(Mistake(*unrepaired) for unrepaired in _UNREPAIRED),
        Mistake(
            "wrong row left out",
            "The bias row is the first, not the last: leave out theta[0], keep "
            "theta[1:].",
            lambda delta, theta, a: delta @ theta[:-1].T * (a > 0),
        ),
    ),
)


# ---- relu_backprop ----------------------------------------------------------


def _first_mask_missing(
    outputs: Sequence[Array], Y: Array, thetas: Sequence[Array]
) -> list[Array]:
    delta = layers.start(outputs[-1], Y)
    grads: list[Array] = []
    for n in reversed(range(len(thetas))):
        grads.insert(0, layers.collect(outputs[n], delta))
        if n > 1:
            delta = _relu_back(delta, thetas[n], outputs[n])
        elif n == 1:
            delta = delta @ thetas[n][1:].T
    return grads


_RELU_BACKPROP = Exercise(
    name="relu_backprop",
    statement=(
        "Give the list of the slopes of all layers' weights, for a network with ReLU "
        "in every hidden layer and softmax on top. outputs is [X, a1, ..., p]."
    ),
    points=4,
    reference=lambda outputs, Y, thetas: backprop(outputs, Y, thetas, "relu"),
    public=(
        Probe(layers.case(_RNG, 6, (2, 5, 2), "relu"), "one hidden layer"),
        Probe(layers.case(_RNG, 5, (2, 6, 5, 3), "relu"), "two hidden layers"),
        Probe(layers.case(_RNG, 4, (2, 3, 4), "relu"), "weights that are all square"),
    ),
    hidden=lambda rng: (
        Probe(layers.case(rng, 7, (3, 6, 2), "relu"), "one hidden layer"),
        Probe(layers.case(rng, 8, (2, 6, 6, 6, 3), "relu"), "three hidden layers"),
    ),
    mistakes=(
        Mistake(
            "no mask",
            "The last layer is right and the earlier ones are not: nothing flows back "
            "where a is 0.",
            layers.variant(back=lambda delta, theta, a: delta @ theta[1:].T),
        ),
        Mistake(
            "slope of tanh",
            "The way back still has 1 - a**2, the slope of tanh: take ReLU's mask.",
            layers.variant(),
        ),
        *(
            Mistake(name, hint, layers.variant(back=back))
            for name, hint, back in _UNREPAIRED
        ),
        Mistake(
            "first hidden layer unmasked",
            "Every hidden layer has its mask, the first one too.",
            _first_mask_missing,
        ),
        Mistake(
            "output masked too",
            "The last layer is softmax, with p - Y for its delta: no mask there.",
            layers.variant(start=lambda p, Y: _ramp(p - Y) / len(Y), back=_relu_back),
        ),
        Mistake(
            "no 1/N",
            "All slopes are N times too large: the error is a mean over samples.",
            layers.variant(start=lambda p, Y: p - Y, back=_relu_back),
        ),
        Mistake(
            "bias slope averaged",
            "Row 0 of each layer is too small: sum the deltas, the 1/N is in already.",
            layers.variant(collect=layers.collect_averaged, back=_relu_back),
        ),
    ),
    withheld=layers.TRAINERS,
)


# ---- dead_nodes -------------------------------------------------------------


def _dead_nodes(outputs: Sequence[Array]) -> list[Array]:
    return [np.all(a == 0, axis=0) for a in outputs[1:-1]]


def _dead_probe(
    rng: np.random.Generator, N: int, widths: Sequence[int], shows: str
) -> Probe:
    """Make outputs of layers in which one node is dead and one wakes for one sample."""
    hidden = []
    for width in widths:
        a = _ramp(rng.normal(size=(N, width)))
        a[0] = 0.5  # every node passes for this sample, so that the two below stand out
        dead, rare = rng.permutation(width)[:2]
        a[:, dead] = 0.0
        a[:, rare] = 0.0
        a[N // 2, rare] = 0.7
        a[N // 2 + 1] = 0.0  # a sample at which no node passes
        hidden.append(a)
    X = rng.normal(size=(N, 2))
    X[:, 0] = 0.0  # an input that is always 0 is no node
    return Probe(([X, *hidden, rng.dirichlet(np.ones(3), size=N)],), shows)


_DEAD_NODES = Exercise(
    name="dead_nodes",
    statement=(
        "From outputs = [X, a1, ..., p] of a ReLU network give a list with one array a "
        "hidden layer, True for each node that is dead: silent at every sample."
    ),
    points=3,
    reference=_dead_nodes,
    public=(
        _dead_probe(_RNG, 6, (4,), "six samples and four nodes"),
        _dead_probe(_RNG, 7, (3, 5), "two hidden layers"),
        _dead_probe(_RNG, 4, (4,), "as many samples as nodes"),
    ),
    hidden=lambda rng: (
        _dead_probe(rng, 8, (5, 4, 3), "three hidden layers"),
        _dead_probe(rng, 5, (5,), "as many samples as nodes"),
    ),
    mistakes=(
        Mistake(
            "silent once",
            "Dead means silent at every sample: all, not any.",
            lambda outputs: [np.any(a == 0, axis=0) for a in outputs[1:-1]],
        ),
        Mistake(
            "samples in place of nodes",
            "Rows are samples and columns are nodes: go down the columns, axis=0.",
            lambda outputs: [np.all(a == 0, axis=1) for a in outputs[1:-1]],
        ),
        Mistake(
            "first sample only",
            "Look at every sample: a node that is silent at the first may wake at "
            "another.",
            lambda outputs: [a[1] == 0 for a in outputs[1:-1]],
        ),
        Mistake(
            "inputs counted too",
            "Inputs and probabilities are no ReLU nodes: leave out the first and the "
            "last of outputs.",
            lambda outputs: [np.all(a == 0, axis=0) for a in outputs],
        ),
        Mistake(
            "alive in place of dead",
            "True is for the dead nodes.",
            lambda outputs: [np.any(a != 0, axis=0) for a in outputs[1:-1]],
        ),
        Mistake(
            "mostly silent",
            "A node that passes one sample learns from it: dead is silent at every "
            "one.",
            lambda outputs: [np.mean(a > 0, axis=0) < 0.5 for a in outputs[1:-1]],
        ),
    ),
)


# ---- delta_factor -----------------------------------------------------------


def _delta_factor(H: int, spread: float, slopes: Array) -> float:
    return float(np.sqrt(H) * spread * np.sqrt(np.mean(slopes**2)))


def _factor_probe(rng: np.random.Generator, H: int, spread: float, shows: str) -> Probe:
    return Probe((H, spread, rng.uniform(0, 1, size=(5, H)).round(2)), shows)


_DELTA_FACTOR = Exercise(
    name="delta_factor",
    statement=(
        "Foretell by which factor deltas change from one layer back to the one before: "
        "the root of H, the number of nodes in the later layer, times the spread of "
        "the weights, times the root mean square of the slopes."
    ),
    points=2,
    reference=_delta_factor,
    public=(
        Probe(
            (16, 0.25, np.array([[1.0, 0.0], [0.0, 1.0]])),
            "16 nodes, a spread of 0.25, half of the nodes silent",
        ),
        _factor_probe(_RNG, 9, 0.4, "nine nodes"),
    ),
    hidden=lambda rng: (
        _factor_probe(rng, 64, 0.18, "64 nodes"),
        _factor_probe(rng, 5, 1.0, "five nodes"),
    ),
    mistakes=(
        Mistake(
            "mean of the slopes",
            "Take the root mean square of the slopes, not their mean.",
            lambda H, spread, slopes: np.sqrt(H) * spread * np.mean(slopes),
        ),
        Mistake(
            "no root of H",
            "Signs are mixed and much cancels: the sum of H terms grows with the root "
            "of H.",
            lambda H, spread, slopes: np.sqrt(H) * _delta_factor(H, spread, slopes),
        ),
        Mistake(
            "root forgotten",
            "Take the root of the mean square.",
            lambda H, spread, slopes: np.sqrt(H) * spread * np.mean(slopes**2),
        ),
        Mistake(
            "deviation of the slopes",
            "The root mean square is taken around 0: std takes off the mean first.",
            lambda H, spread, slopes: np.sqrt(H) * spread * np.std(slopes),
        ),
        Mistake(
            "sum of squares",
            "It is a mean over all slopes, not a sum.",
            lambda H, spread, slopes: np.sqrt(H) * spread * np.linalg.norm(slopes),
        ),
    ),
)


# ---- he_start ---------------------------------------------------------------


def _judge_start(probe: Probe, value: Any) -> str | None:
    return judging.start_fits(value, probe.args[0], "sqrt(2 / D)")


def _start_by(variance: Callable[[int, int], float]) -> Callable[..., list[Array]]:
    """Give a start of normal weights with that variance."""
    return layers.start_by(
        lambda rng, d, h: rng.normal(scale=np.sqrt(variance(d, h)), size=(d, h))
    )


def _biases_drawn(sizes: Sequence[int], rng: np.random.Generator) -> list[Array]:
    return [np.sqrt(2 / d) * rng.normal(size=(1 + d, h)) for d, h in pairwise(sizes)]


def _seed_and_width(
    rng: np.random.Generator, least: int
) -> tuple[int, tuple[int, ...]]:
    seed, more = (int(n) for n in rng.integers(100, size=2))
    return seed, (4, least + more, 4)


def _start_probe(seed: int, sizes: tuple[int, ...], shows: str) -> Probe:
    return Probe((sizes, Seed(seed)), shows)


_HE_START = Exercise(
    name="he_start",
    statement=(
        "Draw starting weights for a ReLU network with these sizes, such as (2, 16, "
        "2): one theta a layer, (1 + D, H), with weights around 0 of spread "
        "sqrt(2 / D), where D is the number of nodes they come from, and biases of 0. "
        "Draw with rng, from a normal or a uniform distribution."
    ),
    points=3,
    reference=_start_by(lambda d, h: 2 / d),
    public=(
        _start_probe(0, (2, 3, 2), "the network of the running example"),
        _start_probe(1, (5, 800, 4), "layers of 5, 800 and 4 nodes"),
    ),
    hidden=lambda rng: (
        _start_probe(*_seed_and_width(rng, 900), "a wide layer"),
        _start_probe(*_seed_and_width(rng, 1000), "a wider layer"),
    ),
    mistakes=(
        Mistake(
            "spread of 1",
            "The spread must shrink with the number of nodes before: sqrt(2 / D).",
            _start_by(lambda d, h: 1),
        ),
        Mistake(
            "variance for spread",
            "2 / D is the square of the spread: take its root.",
            _start_by(lambda d, h: (2 / d) ** 2),
        ),
        Mistake(
            "half of He's",
            "ReLU stops half of the sums, and the 2 makes up for it: sqrt(2 / D), not "
            "sqrt(1 / D).",
            _start_by(lambda d, h: 1 / d),
        ),
        Mistake(
            "Glorot's start",
            "sqrt(2 / (D + H)) is Glorot's start, for tanh. He's looks at D alone.",
            _start_by(lambda d, h: 2 / (d + h)),
        ),
        Mistake(
            "width for spread",
            "Uniform numbers from -w to w have the spread w / sqrt(3): take "
            "w = sqrt(6 / D).",
            layers.start_by(
                lambda rng, d, h: np.sqrt(2 / d) * (2 * rng.random((d, h)) - 1)
            ),
        ),
        Mistake(
            "nodes after for nodes before",
            "D is the number of nodes that the weights come from, not of those they "
            "lead to.",
            _start_by(lambda d, h: 2 / h),
        ),
        Mistake(
            "never negative",
            "Draw around 0: numbers from 0 to 1 need to be shifted first.",
            layers.start_by(lambda rng, d, h: np.sqrt(6 / d) * rng.random((d, h))),
        ),
        Mistake(
            "never positive",
            "Draw around 0: twice the random number, minus 1. With weights below 0 "
            "and inputs above 0 every node is born dead.",
            layers.start_by(
                lambda rng, d, h: np.sqrt(6 / d) * (rng.random((d, h)) - 1)
            ),
        ),
        Mistake(
            "biases drawn too",
            "Let the biases start at 0.",
            _biases_drawn,
        ),
        Mistake(
            "no bias row",
            "Each theta has a row for the bias node: 1 + D rows.",
            lambda sizes, rng: [
                theta[1:] for theta in _start_by(lambda d, h: 2 / d)(sizes, rng)
            ],
        ),
    ),
    withheld=("init_thetas",),
    judge=_judge_start,
)


ASSIGNMENT = Assignment(
    name="relu",
    title="A node that can die",
    exercises=(
        _RELU_MASK,
        _RELU_BACK,
        _RELU_BACKPROP,
        _DEAD_NODES,
        _DELTA_FACTOR,
        _HE_START,
    ),
    written=(
        Written("written_rescue", 1, "Question A"),
        Written("written_claim", 2, "Question B"),
    ),
)
