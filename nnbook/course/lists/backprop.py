"""Assignment 4, "Passing the blame back": slopes in tanh layers (chapter 5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop, forward
from nnbook.course.lists import _layers as layers
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Written
from nnbook.gradient_check import relative_error
from nnbook.learning import step
from nnbook.running import running_example
from nnbook.weighted_sums import with_bias

__all__ = ["ASSIGNMENT"]

_RNG = np.random.default_rng(5)


def _running_case(N: int) -> tuple[list[Array], Array, list[Array]]:
    """Give the running example's first N points, as `layers.case` gives its own."""
    X, y, thetas = running_example()
    return forward(X[:N], thetas), np.eye(2)[y[:N]], thetas


# ---- output_delta -----------------------------------------------------------


def _delta_probe(rng: np.random.Generator, N: int, K: int, shows: str) -> Probe:
    p = rng.dirichlet(np.ones(K), size=N)
    return Probe((p, layers.labels(rng, N, K)), shows)


_OUTPUT_DELTA = Exercise(
    name="output_delta",
    statement=(
        "Give the deltas of the output nodes: the slopes of the error, a mean over "
        "samples, with respect to the scores. One row a sample, one column a class."
    ),
    points=2,
    reference=layers.start,
    public=(
        Probe(
            (np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]), np.eye(3)[[0, 1]]),
            "two samples and three classes",
        ),
        _delta_probe(_RNG, 7, 4, "seven samples and four classes"),
        _delta_probe(_RNG, 3, 3, "as many samples as classes"),
    ),
    hidden=lambda rng: (
        _delta_probe(rng, 9, 5, "nine samples"),
        _delta_probe(rng, 1, 3, "a single sample"),
    ),
    mistakes=(
        Mistake(
            "sign flipped",
            "The sign is turned round: the slope is p - Y, what is given less what is "
            "right.",
            lambda p, Y: (Y - p) / len(Y),
        ),
        Mistake(
            "no 1/N",
            "The error is a mean over samples, so its slopes are divided by N.",
            lambda p, Y: p - Y,
        ),
        Mistake(
            "divided by N K",
            "Divide by the number of samples N only, not by the number of entries.",
            lambda p, Y: (p - Y) / Y.size,
        ),
        Mistake(
            "divided by K",
            "N is the number of samples, so the number of rows: len(Y).",
            lambda p, Y: (p - Y) / Y.shape[1],
        ),
        Mistake(
            "slope behind softmax",
            "That is the slope with respect to p. The one with respect to the scores, "
            "in front of softmax, is p - Y, divided by N.",
            lambda p, Y: -Y / p / len(Y),
        ),
    ),
)


# ---- weight_slopes ----------------------------------------------------------


def _slopes_probe(
    rng: np.random.Generator, N: int, D: int, H: int, shows: str
) -> Probe:
    return Probe((np.tanh(rng.normal(size=(N, D))), rng.normal(size=(N, H))), shows)


def _bias_row_last(a: Array, delta: Array) -> Array:
    return np.vstack([a.T @ delta, delta.sum(axis=0)])


_WEIGHT_SLOPES = Exercise(
    name="weight_slopes",
    statement=(
        "From the outputs a of one layer and the deltas of the next, give the slopes "
        "of the weights between the two, shaped like theta: (1 + D, H). The 1/N is "
        "in delta already."
    ),
    points=3,
    reference=layers.collect,
    public=(
        Probe(
            (
                np.array([[0.5, -0.2], [0.1, 0.9], [-0.4, 0.3]]),
                np.array([[0.1, -0.1], [0.2, 0.3], [-0.1, 0.4]]),
            ),
            "three samples, D = 2 and H = 2",
        ),
        _slopes_probe(_RNG, 5, 3, 2, "D = 3 and H = 2"),
        _slopes_probe(_RNG, 4, 3, 4, "a square theta"),
    ),
    hidden=lambda rng: (
        _slopes_probe(rng, 6, 2, 5, "more nodes than inputs"),
        _slopes_probe(rng, 1, 4, 3, "a single sample"),
    ),
    mistakes=(
        Mistake(
            "no bias row",
            "Row 0 is missing: the bias node sends 1 along, so give a its column of "
            "ones first.",
            lambda a, delta: a.T @ delta,
        ),
        Mistake(
            "bias slope averaged",
            "Row 0 is the sum of the deltas, not their mean: the 1/N is in already.",
            layers.collect_averaged,
        ),
        Mistake(
            "averaged again",
            "Do not divide by N: the 1/N is inside delta already.",
            lambda a, delta: layers.collect(a, delta) / len(a),
        ),
        Mistake(
            "delta before the transpose",
            "Turn the outputs on their side, not the deltas: a.T @ delta.",
            lambda a, delta: delta.T @ with_bias(a),
        ),
        Mistake(
            "bias row last",
            "The bias row is row 0: put the column of ones first.",
            _bias_row_last,
        ),
    ),
)


# ---- pass_back --------------------------------------------------------------


_back_probe = partial(layers.back_probe, np.tanh)

_SIGMOIDS = (
    "a(1 - a) is the sigmoid's slope. These nodes are tanh, whose slope is 1 - a**2."
)

_PASS_BACK = Exercise(
    name="pass_back",
    statement=(
        "From the deltas of one layer, the weights theta into it and the outputs a "
        "of the tanh layer before, give the deltas of the layer before, one row a "
        "sample."
    ),
    points=3,
    reference=layers.pass_back,
    public=(
        Probe(
            (
                np.array([[0.6, -0.6]]),
                np.array([[0.5, -0.5], [-0.5, 0.3], [0.4, -0.7], [0.2, 0.8]]),
                np.array([[0.95, 0.51, 0.90]]),
            ),
            "one point of the running example",
        ),
        _back_probe(_RNG, 5, 3, 2, "D = 3 and H = 2"),
        _back_probe(_RNG, 6, 3, 4, "a square theta"),
        _back_probe(_RNG, 4, 3, 3, "as many nodes in both layers"),
    ),
    hidden=lambda rng: (
        _back_probe(rng, 7, 2, 5, "D = 2 and H = 5"),
        _back_probe(rng, 3, 4, 4, "as many nodes in both layers"),
    ),
    mistakes=(
        Mistake(
            "no activation factor",
            "Multiply by the slope of the activation: blame goes through the node, not "
            "past it.",
            lambda delta, theta, a: delta @ theta[1:].T,
        ),
        Mistake(
            "a(1 - a) for tanh",
            _SIGMOIDS,
            lambda delta, theta, a: delta @ theta[1:].T * a * (1 - a),
        ),
        Mistake(
            "tanh applied twice",
            "a is already tanh(z): its slope is 1 - a**2, without another tanh.",
            lambda delta, theta, a: delta @ theta[1:].T * (1 - np.tanh(a) ** 2),
        ),
        Mistake(
            "1 - a",
            "Square the output: the slope of tanh is 1 - a**2.",
            lambda delta, theta, a: delta @ theta[1:].T * (1 - a),
        ),
        Mistake(
            "wrong row left out",
            "The bias row is the first, not the last: leave out theta[0], keep "
            "theta[1:].",
            lambda delta, theta, a: delta @ theta[:-1].T * (1 - a**2),
        ),
        Mistake(
            "theta not turned",
            "Walking the edges backwards turns theta on its side: delta @ theta[1:].T.",
            lambda delta, theta, a: delta @ theta[1:] * (1 - a**2),
        ),
    ),
)


# ---- my_backprop ------------------------------------------------------------


def _steps_on_the_way(
    outputs: Sequence[Array], Y: Array, thetas: Sequence[Array]
) -> list[Array]:
    delta = layers.start(outputs[-1], Y)
    grads: list[Array] = []
    for n in reversed(range(len(thetas))):
        grads.insert(0, layers.collect(outputs[n], delta))
        changed = thetas[n]
        changed -= grads[0]
        if n > 0:
            delta = layers.pass_back(delta, changed, outputs[n])
    return grads


_BACKPROP = Exercise(
    name="my_backprop",
    statement=(
        "From the outputs [X, a1, ..., p] of a network with tanh in every hidden "
        "layer, the labels Y and the weights, give the list of the slopes of all "
        "layers' weights. It must work for any number of layers."
    ),
    points=4,
    reference=lambda outputs, Y, thetas: backprop(outputs, Y, thetas),
    public=(
        Probe(_running_case(6), "six points of the running example"),
        Probe(layers.case(_RNG, 5, (2, 5, 4, 3)), "three layers of weights"),
        Probe(layers.case(_RNG, 4, (2, 3, 4)), "weights that are all square"),
    ),
    hidden=lambda rng: (
        Probe(layers.case(rng, 7, (3, 6, 2)), "two layers of weights"),
        Probe(layers.case(rng, 3, (2, 4, 4, 4, 3)), "four layers of weights"),
        Probe(layers.case(rng, 5, (4, 2)), "no hidden layer"),
    ),
    mistakes=(
        Mistake(
            "sign flipped",
            "All slopes have the wrong sign: the way back starts from p - Y.",
            layers.variant(start=lambda p, Y: (Y - p) / len(Y)),
        ),
        Mistake(
            "no 1/N",
            "All slopes are N times too large: the error is a mean over samples.",
            layers.variant(start=lambda p, Y: p - Y),
        ),
        Mistake(
            "divided by N K",
            "All slopes are K times too small: divide by N only.",
            layers.variant(start=lambda p, Y: (p - Y) / Y.size),
        ),
        Mistake(
            "no activation factor",
            "The last layer is right and the earlier ones are not: multiply by the "
            "slope of the activation when you pass a delta back.",
            layers.variant(back=lambda delta, theta, a: delta @ theta[1:].T),
        ),
        Mistake(
            "a(1 - a) for tanh",
            _SIGMOIDS,
            layers.variant(
                back=lambda delta, theta, a: delta @ theta[1:].T * a * (1 - a)
            ),
        ),
        Mistake(
            "tanh applied twice",
            "The outputs are already tanh(z): the slope is 1 - a**2, without another "
            "tanh.",
            layers.variant(
                back=lambda delta, theta, a: delta @ theta[1:].T * (1 - np.tanh(a) ** 2)
            ),
        ),
        Mistake(
            "bias slope averaged",
            "Row 0 of each layer is too small: sum the deltas, the 1/N is in already.",
            layers.variant(collect=layers.collect_averaged),
        ),
        Mistake(
            "no bias row",
            "Row 0 of every layer is missing: the bias node sends 1 along. Look at "
            "weight_slopes first.",
            layers.variant(collect=lambda a, delta: a.T @ delta),
        ),
        Mistake(
            "averaged again",
            "The 1/N is inside delta already: it was divided by once more.",
            layers.variant(collect=lambda a, delta: layers.collect(a, delta) / len(a)),
        ),
        Mistake(
            "delta before the transpose",
            "Each array is turned on its side: with_bias(a).T @ delta has the shape of "
            "theta.",
            layers.variant(collect=lambda a, delta: delta.T @ with_bias(a)),
        ),
        Mistake(
            "wrong row left out",
            "The bias row is the first, not the last: pass back through theta[1:].",
            layers.variant(
                back=lambda delta, theta, a: delta @ theta[:-1].T * (1 - a**2)
            ),
        ),
        Mistake(
            "weights changed on the way",
            "Backpropagation changes no weight. Find all slopes first, then take all "
            "steps.",
            _steps_on_the_way,
        ),
        Mistake(
            "layers in reverse order",
            "grads[n] belongs to thetas[n]: the walk goes backwards, so put each new "
            "array in front of the others.",
            lambda outputs, Y, thetas: layers.walk_back(outputs, Y, thetas)[::-1],
        ),
    ),
    withheld=layers.TRAINERS,
)


# ---- one_step ---------------------------------------------------------------


Step = Callable[[Array, Array, list[Array], float], list[Array]]


def _step_by(slopes: Callable[..., list[Array]]) -> Step:
    """Give a step down the slopes that ``slopes(outputs, Y, thetas)`` finds."""

    def one_step(
        X: Array, Y: Array, thetas: Sequence[Array], learning_rate: float
    ) -> list[Array]:
        return step(thetas, slopes(forward(X, thetas), Y, thetas), learning_rate)

    return one_step


_one_step = _step_by(backprop)


def _uphill(
    X: Array, Y: Array, thetas: Sequence[Array], learning_rate: float
) -> list[Array]:
    grads = backprop(forward(X, thetas), Y, thetas)
    return [t + learning_rate * g for t, g in zip(thetas, grads, strict=True)]


def _stepped_too_early(
    X: Array, Y: Array, thetas: list[Array], learning_rate: float
) -> list[Array]:
    early = _step_by(layers.variant(early=learning_rate))
    return early(X, Y, thetas, learning_rate)


def _changed_in_place(
    X: Array, Y: Array, thetas: list[Array], learning_rate: float
) -> list[Array]:
    for theta, new in zip(thetas, _one_step(X, Y, thetas, learning_rate), strict=True):
        theta[:] = new
    return thetas


def _weights_alone(
    X: Array, Y: Array, thetas: list[Array], learning_rate: float
) -> list[Array]:
    new = _one_step(X, Y, thetas, learning_rate)
    for after, before in zip(new, thetas, strict=True):
        after[0] = before[0]
    return new


def _step_probe(
    rng: np.random.Generator, N: int, sizes: Sequence[int], rate: float, shows: str
) -> Probe:
    outputs, Y, thetas = layers.case(rng, N, sizes)
    return Probe((outputs[0], Y, thetas, rate), shows)


_ONE_STEP = Exercise(
    name="one_step",
    statement=(
        "Take one step of gradient descent on all weights: forward, backward, then "
        "new weights. Give the list of new arrays and leave thetas as they are."
    ),
    points=2,
    reference=_one_step,
    public=(
        _step_probe(_RNG, 6, (2, 3, 2), 0.5, "a rate of 0.5"),
        _step_probe(_RNG, 5, (2, 5, 4, 3), 2.0, "a rate of 2 and three layers"),
    ),
    hidden=lambda rng: (
        _step_probe(rng, 7, (3, 4, 3), 0.1, "a rate of 0.1"),
        _step_probe(rng, 4, (2, 3, 4), 1.0, "weights that are all square"),
    ),
    mistakes=(
        Mistake(
            "uphill",
            "A slope points uphill: subtract the step, do not add it.",
            _uphill,
        ),
        Mistake(
            "rate left out",
            "Multiply the slopes by the learning rate.",
            lambda X, Y, thetas, rate: _one_step(X, Y, thetas, 1.0),
        ),
        Mistake(
            "weights updated too early",
            "The last layer is right and the earlier ones are not: find all slopes "
            "first, then take all steps.",
            _stepped_too_early,
        ),
        Mistake(
            "no 1/N",
            "The step is N times too long: the error is a mean over samples.",
            _step_by(layers.variant(start=lambda p, Y: p - Y)),
        ),
        Mistake(
            "no activation factor",
            "The last layer is right and the earlier ones are not: multiply by the "
            "slope of the activation when you pass a delta back.",
            _step_by(layers.variant(back=lambda delta, theta, a: delta @ theta[1:].T)),
        ),
        Mistake(
            "thetas changed in place",
            "The thetas that came in were changed. Make new arrays: theta - rate * "
            "grad, not theta -= rate * grad.",
            _changed_in_place,
        ),
        Mistake(
            "biases left out",
            "The weights of the bias nodes learn too: row 0 takes its step like the "
            "others.",
            _weights_alone,
        ),
    ),
    withheld=(*layers.TRAINERS, "step"),
)


# ---- how_far_apart ----------------------------------------------------------


def _pair(rng: np.random.Generator, shape: tuple[int, ...], size: float) -> Probe:
    g = size * rng.normal(size=shape)
    near = g + 0.01 * size * rng.normal(size=shape)
    return Probe((g, near), f"slopes of about {size:g}")


_HOW_FAR_APART = Exercise(
    name="how_far_apart",
    statement=(
        "Give the relative error of two gradients g and m: the length of their "
        "difference, divided by the sum of their lengths."
    ),
    points=1,
    reference=lambda g, m: relative_error(g, m),
    public=(
        Probe(
            (np.array([[3.0, 0.0], [0.0, 4.0]]), np.array([[3.0, 0.0], [0.0, -4.0]])),
            "lengths of 5 and 5",
        ),
        _pair(_RNG, (3, 2), 1e-3),
        _pair(_RNG, (4, 4), 100.0),
    ),
    hidden=lambda rng: (_pair(rng, (5, 2), 1e-4), _pair(rng, (3, 3), 1.0)),
    mistakes=(
        Mistake(
            "not relative",
            "Divide by the two lengths: a gap of 0.001 is much for small slopes and "
            "little for large ones.",
            lambda g, m: np.linalg.norm(g - m),
        ),
        Mistake(
            "divided by one length",
            "Divide by the sum of both lengths.",
            lambda g, m: np.linalg.norm(g - m) / np.linalg.norm(g),
        ),
        Mistake(
            "divided by the length of the sum",
            "Take the length of each and add the two: not the length of g + m.",
            lambda g, m: np.linalg.norm(g - m) / np.linalg.norm(g + m),
        ),
        Mistake(
            "root forgotten",
            "The length is the root of the sum of the squares.",
            lambda g, m: (
                np.sum(np.square(g - m)) / (np.sum(np.square(g)) + np.sum(m**2))
            ),
        ),
    ),
    withheld=("relative_error",),
    atol=0.0,
)


# ---- find_the_bug -----------------------------------------------------------

_AGREES = 1e-6  # relative error, between a gradient and one by nudging


def _find_the_bug(mine: Sequence[Array], nudged: Sequence[Array]) -> str:
    right = [relative_error(g, m) < _AGREES for g, m in zip(mine, nudged, strict=True)]
    if all(right):
        return "none"
    if right[-1]:
        return "passing back"
    ratios = np.concatenate(
        [(g / m).ravel() for g, m in zip(mine, nudged, strict=True)]
    )
    return "start" if np.allclose(ratios, ratios[0]) else "collecting"


def _from_the_first(mine: Sequence[Array], nudged: Sequence[Array]) -> str:
    return _find_the_bug(mine[::-1], nudged[::-1])


def _by_size(mine: Sequence[Array], nudged: Sequence[Array]) -> str:
    gaps = [np.abs(g - m).max() for g, m in zip(mine, nudged, strict=True)]
    return "none" if max(gaps) < _AGREES else _find_the_bug(mine, nudged)


def _to_the_last_digit(mine: Sequence[Array], nudged: Sequence[Array]) -> str:
    same = [np.array_equal(g, m) for g, m in zip(mine, nudged, strict=True)]
    if all(same):
        return "none"
    return "passing back" if same[-1] else "collecting"


def _no_ratio(mine: Sequence[Array], nudged: Sequence[Array]) -> str:
    found = _find_the_bug(mine, nudged)
    return "collecting" if found == "start" else found


def _bug_probe(
    rng: np.random.Generator,
    grads_of: Callable[..., list[Array]],
    shows: str,
    sizes: tuple[int, ...] = (2, 4, 3),
    small: float = 1.0,
) -> Probe:
    outputs, Y, thetas = layers.case(rng, 5, sizes)
    # What nudging gives agrees with the right slopes to some nine digits.
    nudged = [
        small * grad * (1 + 1e-9 * rng.normal(size=grad.shape))
        for grad in layers.walk_back(outputs, Y, thetas)
    ]
    return Probe(([small * g for g in grads_of(outputs, Y, thetas)], nudged), shows)


_no_slope = layers.variant(back=lambda delta, theta, a: delta @ theta[1:].T)
_sum_of_errors = layers.variant(start=lambda p, Y: p - Y)
_averaged = layers.variant(collect=layers.collect_averaged)


_FIND_THE_BUG = Exercise(
    name="find_the_bug",
    statement=(
        "Read a gradient check. Given the slopes of all layers by backpropagation and "
        "by nudging, give 'none' if each layer's relative error is below 1e-6; "
        "'passing back' if only the last layer's is; 'start' if all slopes differ by "
        "one and the same factor; else 'collecting'."
    ),
    points=2,
    reference=_find_the_bug,
    public=(
        _bug_probe(_RNG, layers.variant(), "a right gradient"),
        _bug_probe(_RNG, _no_slope, "a forgotten activation slope", (2, 3, 4, 2)),
        _bug_probe(_RNG, _sum_of_errors, "a missing 1/N"),
        _bug_probe(_RNG, _averaged, "an averaged bias row"),
        _bug_probe(_RNG, _sum_of_errors, "a missing 1/N in tiny slopes", small=1e-9),
    ),
    hidden=lambda rng: (
        _bug_probe(rng, layers.variant(), "a right gradient", (3, 5, 2)),
        _bug_probe(
            rng,
            layers.variant(start=lambda p, Y: (Y - p) / len(Y)),
            "a flipped sign",
            (2, 3, 3, 3),
        ),
        _bug_probe(rng, partial(layers.walk_back, early=1.0), "early steps"),
        _bug_probe(rng, _averaged, "an averaged bias row", (3, 2, 4)),
    ),
    mistakes=(
        Mistake(
            "read from the first layer",
            "The way back begins at the last layer: look at the last entry, not the "
            "first.",
            _from_the_first,
        ),
        Mistake(
            "gap not relative",
            "Tiny slopes have tiny gaps: compare by the relative error.",
            _by_size,
        ),
        Mistake(
            "compared to the last digit",
            "Nudging is right to some nine digits only: ask for a relative error below "
            "1e-6, not for equality.",
            _to_the_last_digit,
        ),
        Mistake(
            "ratio not looked at",
            "If all slopes are off by the same factor, the start is wrong: divide one "
            "gradient by the other.",
            _no_ratio,
        ),
    ),
)


ASSIGNMENT = Assignment(
    name="backprop",
    title="Passing the blame back",
    exercises=(
        _OUTPUT_DELTA,
        _WEIGHT_SLOPES,
        _PASS_BACK,
        _BACKPROP,
        _ONE_STEP,
        _HOW_FAR_APART,
        _FIND_THE_BUG,
    ),
    written=(Written("written_bugs", 3, "Question A"),),
)
