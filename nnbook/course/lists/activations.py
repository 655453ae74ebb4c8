"""Assignment 2: when a neuron fires, and how steeply."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnbook._types import Array
from nnbook.course.lists._draws import numbers
from nnbook.course.lists.weighted_sums import weighted_sum
from nnbook.course.model import Assignment, Exercise, Mistake, Named, Probe, Written

# ---- the two curves ---------------------------------------------------------


def sigmoid(z: Array) -> Array:
    """Give 1 / (1 + exp(-z)), for any z."""
    e = np.exp(-np.abs(z))
    a: Array = np.where(z >= 0, 1, e) / (1 + e)
    return a


SIGMOID = Exercise(
    name="sigmoid",
    statement="Give 1 / (1 + exp(-z)) for each number of the array `z`. The result "
    "has the shape of `z`.",
    points=2,
    reference=sigmoid,
    public=(
        Probe((np.array([0.0]),), "z = 0"),
        Probe((np.array([2.0, -2.0, 0.5]),), "z = 2, -2 and 0.5"),
        Probe((numbers(31, 3, 2, spread=2),), "3 samples, 2 nodes"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, spread=3),), "five sums"),
        Probe((numbers(rng, 2, 4, spread=2),), "2 samples, 4 nodes"),
        Probe((np.array([40.0, -40.0]),), "z = 40 and -40"),
    ),
    mistakes=(
        Mistake(
            "sign of z",
            "The exponent is -z: a large z must give nearly 1.",
            lambda z: 1 / (1 + np.exp(z)),
        ),
        Mistake(
            "tanh for sigmoid",
            "That is tanh. The sigmoid runs from 0 to 1 and is 0.5 at z = 0.",
            np.tanh,
        ),
        Mistake(
            "1 left out",
            "The denominator is 1 + exp(-z).",
            lambda z: 1 / np.exp(-z),
        ),
        Mistake(
            "1 minus exp",
            "The denominator is 1 plus exp(-z): both are positive, so it is never 0.",
            lambda z: 1 / (1 - np.exp(-z)),
        ),
        Mistake(
            "brackets",
            "The 1 belongs under the fraction's bar: mind the brackets.",
            lambda z: 1 / 1 + np.exp(-z),
        ),
    ),
    withheld=("sigmoid", "ACTIVATIONS"),
)


def tanh(z: Array) -> Array:
    """Give the hyperbolic tangent."""
    return np.asarray(np.tanh(z))


TANH = Exercise(
    name="tanh",
    statement="Give (exp(z) - exp(-z)) / (exp(z) + exp(-z)) for each number of the "
    "array `z`, also where exp(z) is too large for a number. NumPy has a function for "
    "it.",
    points=2,
    reference=tanh,
    public=(
        Probe((np.array([0.0]),), "z = 0"),
        Probe((np.array([2.0, -2.0, 0.5]),), "z = 2, -2 and 0.5"),
        Probe((numbers(32, 3, 2, spread=2),), "3 samples, 2 nodes"),
        Probe((np.array([1000.0, -1000.0]),), "z = 1000 and -1000"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, spread=3),), "five sums"),
        Probe((numbers(rng, 4, 1, spread=400),), "large sums"),
    ),
    mistakes=(
        Mistake(
            "sigmoid for tanh",
            "tanh runs from -1 to 1 and is 0 at z = 0; this is the sigmoid.",
            sigmoid,
        ),
        Mistake(
            "overflow",
            "exp(1000) is too large for a number, and inf / inf is nan: use np.tanh.",
            lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        ),
        Mistake(
            "overflow",
            "exp(1000) is too large for a number, and inf / inf is nan: use np.tanh.",
            lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
        ),
        Mistake(
            "factor 2 inside left out",
            "tanh(z) is 2 sigmoid(2 z) - 1: the 2 stands inside as well.",
            lambda z: 2 * sigmoid(z) - 1,
        ),
        Mistake(
            "sign of z",
            "The sign is turned: a large z must give nearly 1.",
            lambda z: -np.tanh(z),
        ),
        Mistake(
            "the tangent",
            "np.tan is the tangent of an angle; this is the hyperbolic one, np.tanh.",
            np.tan,
        ),
    ),
    withheld=("tanh", "ACTIVATIONS"),
)

# ---- slopes -----------------------------------------------------------------


def central_slope(f: Callable[[Array], Array], z: Array, step: float) -> Array:
    """Give the slope of f at z by a central difference."""
    return (f(z + step) - f(z - step)) / (2 * step)


CENTRAL_SLOPE = Exercise(
    name="central_slope",
    statement="Measure the slope of the function `f` at each number of the array `z`: "
    "go one `step` up and one `step` down, and divide the difference of `f` by the "
    "distance between the two places.",
    points=3,
    reference=central_slope,
    public=(
        Probe((Named("cube"), np.array([1.0, 2.0, -1.5]), 0.1), "f(z) = z * z * z"),
        Probe((Named("sine"), numbers(33, 2, 3), 0.5), "f = np.sin, a wide step"),
        Probe((Named("cube"), np.array([0.0]), 0.25), "f(z) = z * z * z at 0"),
    ),
    hidden=lambda rng: (
        Probe((Named("sine"), numbers(rng, 4), 0.2), "f = np.sin"),
        Probe((Named("cube"), numbers(rng, 3, 2), 0.05), "f(z) = z * z * z"),
    ),
    mistakes=(
        Mistake(
            "one-sided",
            "Go both ways: f(z + step) - f(z - step), over 2 * step.",
            lambda f, z, step: (f(z + step) - f(z)) / step,
        ),
        Mistake(
            "one-sided",
            "Go both ways: f(z + step) - f(z - step), over 2 * step.",
            lambda f, z, step: (f(z) - f(z - step)) / step,
        ),
        Mistake(
            "divided by one step",
            "The two places are 2 * step apart.",
            lambda f, z, step: (f(z + step) - f(z - step)) / step,
        ),
        Mistake(
            "brackets",
            "Divide by (2 * step): without brackets, / 2 * step multiplies by step.",
            lambda f, z, step: (f(z + step) - f(z - step)) / 2 * step,
        ),
        Mistake(
            "sign flipped",
            "What lies further up comes first: f(z + step) - f(z - step).",
            lambda f, z, step: (f(z - step) - f(z + step)) / (2 * step),
        ),
        Mistake(
            "not divided",
            "A slope is a difference divided by a distance, here 2 * step.",
            lambda f, z, step: f(z + step) - f(z - step),
        ),
    ),
    withheld=("numerical_gradient",),
    rtol=1e-6,
)


def tanh_slope(z: Array) -> Array:
    """Give the slope of tanh at the weighted sum z."""
    return np.asarray(1 - np.tanh(z) ** 2)


TANH_SLOPE = Exercise(
    name="tanh_slope",
    statement="Give the slope of tanh at each weighted sum of the array `z`: one minus "
    "the square of tanh(z).",
    points=2,
    reference=tanh_slope,
    public=(
        Probe((np.array([2.0, -2.0, 0.5]),), "z = 2, -2 and 0.5"),
        Probe((np.array([0.0]),), "z = 0"),
        Probe((numbers(34, 3, 2),), "3 samples, 2 nodes"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 6),), "six sums"),
        Probe((numbers(rng, 2, 5, spread=2),), "2 samples, 5 nodes"),
    ),
    mistakes=(
        Mistake(
            "square of the input",
            "Square the output, not the input: no slope of tanh is negative.",
            lambda z: 1 - z**2,
        ),
        Mistake(
            "tanh not squared",
            "Square it: 1 - tanh(z) is right only where tanh(z) is 0 or 1.",
            lambda z: 1 - np.tanh(z),
        ),
        Mistake(
            "squared too early",
            "Take tanh first, and square its output: np.tanh(z) ** 2.",
            lambda z: 1 - np.tanh(z**2),
        ),
        Mistake(
            "the sigmoid's slope",
            "That is the slope of the sigmoid; tanh is steeper, 1 at z = 0.",
            lambda z: sigmoid(z) * (1 - sigmoid(z)),
        ),
        Mistake(
            "the sigmoid's formula",
            "a (1 - a) belongs to the sigmoid; for tanh it is 1 - a squared.",
            lambda z: np.tanh(z) * (1 - np.tanh(z)),
        ),
    ),
    withheld=("tanh_prime", "ACTIVATIONS"),
)


def tanh_prime(a: Array) -> Array:
    """Give the slope of tanh from its output a."""
    return 1 - a**2


TANH_PRIME = Exercise(
    name="tanh_prime",
    statement="Give the slope of tanh from its output: `a` is already tanh(z), and z "
    "is not known any more.",
    points=2,
    reference=tanh_prime,
    public=(
        Probe((np.array([0.5, -0.8, 0.0]),), "a = 0.5, -0.8 and 0"),
        Probe((np.array([[1.0, -1.0]]),), "a = 1 and -1, where tanh is flat"),
        Probe((np.tanh(numbers(35, 3, 2)).round(2),), "3 samples, 2 nodes"),
    ),
    hidden=lambda rng: (
        Probe((np.tanh(numbers(rng, 5)),), "five outputs"),
        Probe((np.tanh(numbers(rng, 2, 4)),), "2 samples, 4 nodes"),
    ),
    mistakes=(
        Mistake(
            "tanh applied twice",
            "a is already tanh(z): square a itself.",
            lambda a: 1 - np.tanh(a) ** 2,
        ),
        Mistake(
            "output not squared",
            "Square it: 1 - a is right only where a is 0 or 1.",
            lambda a: 1 - a,
        ),
        Mistake(
            "the sigmoid's formula",
            "a (1 - a) belongs to the sigmoid; for tanh it is 1 - a squared.",
            lambda a: a * (1 - a),
        ),
        Mistake(
            "back to z",
            "The output is all that is needed: a slope at z = a is another one.",
            lambda a: 1 / np.cosh(np.tanh(a)) ** 2,
        ),
    ),
    withheld=("tanh_prime", "ACTIVATIONS"),
)


def sigmoid_prime(a: Array) -> Array:
    """Give the slope of the sigmoid from its output a."""
    return a * (1 - a)


SIGMOID_PRIME = Exercise(
    name="sigmoid_prime",
    statement="Give the slope of the sigmoid from its output: `a` is already "
    "sigmoid(z).",
    points=2,
    reference=sigmoid_prime,
    public=(
        Probe((np.array([0.5, 0.2, 0.9]),), "a = 0.5, 0.2 and 0.9"),
        Probe((np.array([[0.0, 1.0]]),), "a = 0 and 1, where the sigmoid is flat"),
        Probe((sigmoid(numbers(36, 3, 2)).round(2),), "3 samples, 2 nodes"),
    ),
    hidden=lambda rng: (
        Probe((sigmoid(numbers(rng, 5)),), "five outputs"),
        Probe((sigmoid(numbers(rng, 2, 4)),), "2 samples, 4 nodes"),
    ),
    mistakes=(
        Mistake(
            "sigmoid applied twice",
            "a is already sigmoid(z): multiply a itself by 1 - a.",
            lambda a: sigmoid(a) * (1 - sigmoid(a)),
        ),
        Mistake(
            "tanh's formula",
            "1 - a squared belongs to tanh; for the sigmoid it is a (1 - a).",
            lambda a: 1 - a**2,
        ),
        Mistake(
            "one factor missing",
            "Both factors count: a times 1 - a. Where a is 0 the sigmoid is flat.",
            lambda a: 1 - a,
        ),
        Mistake(
            "sign flipped",
            "The sigmoid rises everywhere, so no slope of it is negative.",
            lambda a: a * (a - 1),
        ),
    ),
    withheld=("sigmoid_prime", "ACTIVATIONS"),
)

# ---- a layer that bends -----------------------------------------------------


def layer(a: Array, theta: Array) -> Array:
    """Give a tanh layer's outputs."""
    return tanh(weighted_sum(a, theta))


LAYER = Exercise(
    name="layer",
    statement="Give the outputs of a layer of tanh nodes: tanh of its weighted sums. "
    "`a` has shape (N, D), `theta` has shape (1 + D, H) with the biases in row 0, and "
    "the result has shape (N, H).",
    points=3,
    reference=layer,
    public=(
        Probe((numbers(37, 4, 3), numbers(38, 4, 2)), "4 samples, 3 inputs, 2 nodes"),
        Probe((np.zeros((3, 2)), numbers(39, 3, 4)), "samples of zeros"),
        Probe((numbers(40, 5, 2), numbers(41, 3, 3)), "a square theta"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 6, 4), numbers(rng, 5, 3)), "6 samples, 4 inputs, 3 nodes"),
        Probe((numbers(rng, 2, 3), numbers(rng, 4, 4)), "a square theta"),
    ),
    mistakes=(
        Mistake(
            "no bias",
            "Add the bias, row 0 of theta, before tanh.",
            lambda a, theta: np.tanh(a @ theta[1:]),
        ),
        Mistake(
            "bias after tanh",
            "The bias is part of the sum: it goes into tanh with the rest.",
            lambda a, theta: np.tanh(a @ theta[1:]) + theta[0],
        ),
        Mistake(
            "no activation",
            "These are the weighted sums; the nodes put out tanh of them.",
            weighted_sum,
        ),
        Mistake(
            "activation of the inputs",
            "Sum first, then tanh: it bends the sums, not the inputs.",
            lambda a, theta: weighted_sum(np.tanh(a), theta),
        ),
        Mistake(
            "sigmoid for tanh",
            "tanh runs from -1 to 1; these are outputs of the sigmoid.",
            lambda a, theta: sigmoid(weighted_sum(a, theta)),
        ),
        Mistake(
            "theta transposed",
            "theta is (in, out): multiply by theta, not by theta.T.",
            lambda a, theta: np.tanh(weighted_sum(a, theta.T)),
        ),
        Mistake(
            "tanh applied twice",
            "One tanh a layer is enough.",
            lambda a, theta: np.tanh(np.tanh(weighted_sum(a, theta))),
        ),
    ),
    withheld=("forward", "weighted_sum", "tanh"),
)

ASSIGNMENT = Assignment(
    name="activations",
    title="Activations and slopes",
    exercises=(
        SIGMOID,
        TANH,
        CENTRAL_SLOPE,
        TANH_SLOPE,
        TANH_PRIME,
        SIGMOID_PRIME,
        LAYER,
    ),
    written=(
        Written("written_flat", 2, "Question A"),
        Written("written_bend", 2, "Question B"),
    ),
)
