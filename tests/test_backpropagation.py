"""Forward, the error, and every slope on the way back (chapter 5)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import ACTIVATIONS, make_case, normal, unchanged

import nnbook
from nnbook import (
    backprop,
    cross_entropy,
    forward,
    network_error,
    numerical_gradient,
    one_hot,
    relative_error,
    running_example,
    softmax,
    tanh,
    weighted_sum,
)


def test_forward_layer_by_layer() -> None:
    X, _, (theta1, theta2, theta3) = make_case(depth=2)
    outputs = forward(X, [theta1, theta2, theta3])
    assert len(outputs) == 4
    assert (outputs[0] == X).all()
    np.testing.assert_allclose(outputs[1], tanh(weighted_sum(X, theta1)))
    np.testing.assert_allclose(outputs[2], tanh(weighted_sum(outputs[1], theta2)))
    np.testing.assert_allclose(outputs[3], softmax(weighted_sum(outputs[2], theta3)))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_uses_the_named_activation(activation: str) -> None:
    X, _, thetas = make_case(depth=1)
    hidden = nnbook.ACTIVATIONS[activation].f(weighted_sum(X, thetas[0]))
    np.testing.assert_array_equal(forward(X, thetas, activation)[1], hidden)


def test_running_example_by_hand() -> None:
    """The first sample through both layers and back, without NumPy."""
    X, y, (theta1, theta2) = running_example()
    (x,), (right,) = X[:1].tolist(), y[:1].tolist()
    t1, t2 = theta1.tolist(), theta2.tolist()

    a = [math.tanh(t1[0][i] + t1[1][i] * x[0] + t1[2][i] * x[1]) for i in range(3)]
    z = [t2[0][k] + sum(t2[1 + i][k] * a[i] for i in range(3)) for k in range(2)]
    p = [math.exp(z[k]) / (math.exp(z[0]) + math.exp(z[1])) for k in range(2)]
    E = -math.log(p[right])
    delta2 = [p[k] - (1 if k == right else 0) for k in range(2)]
    grad2 = [[before * d for d in delta2] for before in (1, *a)]
    delta1 = [
        sum(delta2[k] * t2[1 + i][k] for k in range(2)) * (1 - a[i] ** 2)
        for i in range(3)
    ]
    grad1 = [[before * d for d in delta1] for before in (1, *x)]

    Y = one_hot([right], 2)
    outputs = forward([x], [theta1, theta2])
    grads = backprop(outputs, Y, [theta1, theta2])
    np.testing.assert_allclose(outputs[1], [a], rtol=1e-14)
    np.testing.assert_allclose(outputs[2], [p], rtol=1e-14)
    assert network_error([x], Y, [theta1, theta2]) == pytest.approx(E, rel=1e-14)
    np.testing.assert_allclose(grads[0], grad1, rtol=1e-13)
    np.testing.assert_allclose(grads[1], grad2, rtol=1e-13)


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_slope_equals_its_central_difference(
    activation: str, depth: int, n_classes: int, l2: float
) -> None:
    X, Y, thetas = make_case(depth, n_classes)
    outputs = forward(X, thetas, activation)
    for a, theta in zip(outputs[:-1], thetas[:-1], strict=False):
        # The nudge of 1e-5 must not carry any sum across ReLU's kink.
        assert np.abs(weighted_sum(a, theta)).min() > 1e-4
    grads = backprop(outputs, Y, thetas, activation, l2)
    assert len(grads) == depth + 1
    for n, grad in enumerate(grads):

        def error(theta: np.ndarray, n: int = n) -> float:
            replaced = [*thetas[:n], theta, *thetas[n + 1 :]]
            return network_error(X, Y, replaced, activation, l2)

        measured = numerical_gradient(error, thetas[n], step=1e-5)
        assert grad.shape == thetas[n].shape
        # Rounding of E over the step: about 3e-16 / 1e-5.
        np.testing.assert_allclose(grad, measured, rtol=0, atol=5e-10)
        assert relative_error(grad, measured) < 1e-7


def test_the_check_notices_a_gradient_that_is_off_by_1e_4() -> None:
    X, Y, thetas = make_case(depth=1)
    grads = backprop(forward(X, thetas), Y, thetas)
    wrong = grads[0] * (1 + 1e-4)
    assert relative_error(grads[0], wrong) > 1e-5


def test_penalty_by_hand() -> None:
    X, Y, thetas = make_case(depth=2)
    squares = sum(float(np.sum(theta[1:] ** 2)) for theta in thetas)
    plain, penalised = (network_error(X, Y, thetas, l2=l2) for l2 in (0.0, 0.3))
    assert penalised - plain == pytest.approx(0.15 * squares, rel=1e-12)
    outputs = forward(X, thetas)
    without, with_l2 = (backprop(outputs, Y, thetas, l2=l2) for l2 in (0.0, 0.3))
    for theta, g0, g1 in zip(thetas, without, with_l2, strict=True):
        assert (g0[0] == g1[0]).all()  # bias rows are left out
        np.testing.assert_allclose(g1[1:] - g0[1:], 0.3 * theta[1:], atol=1e-15)


def test_the_mean_is_over_the_samples() -> None:
    X, Y, thetas = make_case(depth=1)
    twice = np.vstack([X, X]), np.vstack([Y, Y])
    assert network_error(*twice, thetas) == pytest.approx(network_error(X, Y, thetas))
    one = backprop(forward(X, thetas), Y, thetas)
    two = backprop(forward(twice[0], thetas), twice[1], thetas)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_error_equals_cross_entropy_of_forward(activation: str) -> None:
    X, Y, thetas = make_case(depth=2)
    p = forward(X, thetas, activation)[-1]
    E = network_error(X, Y, thetas, activation)
    assert pytest.approx(cross_entropy(p, Y), rel=1e-13) == E
    assert type(E) is float


@pytest.mark.parametrize("scale", [1000.0, 1e300])
def test_huge_weighted_sums(scale: float) -> None:
    X, Y = [[1.0], [-1.0]], np.eye(2)
    right, wrong = [np.array([[0.0, 0.0], [s, -s]]) for s in (scale, -scale)]
    assert forward(X, [right])[-1].tolist() == Y.tolist()
    assert network_error(X, Y, [right]) == 0
    assert network_error(X, Y, [wrong]) == 2 * scale  # where p has rounded to 0
    grads = backprop(forward(X, [wrong]), Y, [wrong])
    assert grads[0].tolist() == [[0.0, 0.0], [-1.0, 1.0]]


def test_a_gap_beyond_the_largest_float_costs_nothing_where_it_is_right() -> None:
    theta = np.array([[0.0, 0.0], [1.7e308, -1.7e308]])
    assert network_error([[1.0], [-1.0]], np.eye(2), [theta]) == 0
    assert network_error([[-1.0], [1.0]], np.eye(2), [theta]) == math.inf


@pytest.mark.parametrize(
    ("n_samples", "n_inputs", "n_hidden", "n_classes"),
    [(1, 1, 1, 1), (1, 1, 1, 2), (3, 2, 1, 1000)],
)
def test_smallest_and_widest(
    n_samples: int, n_inputs: int, n_hidden: int, n_classes: int
) -> None:
    X = normal(n_samples, n_inputs)
    Y = one_hot(np.arange(n_samples) % n_classes, n_classes)
    thetas = [
        normal(1 + n_inputs, n_hidden, seed=1),
        normal(1 + n_hidden, n_classes, seed=2),
    ]
    grads = backprop(forward(X, thetas), Y, thetas)
    measured = numerical_gradient(
        lambda theta: network_error(X, Y, [theta, thetas[1]]), thetas[0]
    )
    np.testing.assert_allclose(grads[0], measured, rtol=0, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype: type) -> None:
    X, Y, thetas = make_case(depth=1)
    X, Y, *thetas = (a.astype(dtype) for a in (X, Y, *thetas))
    outputs = forward(X, thetas)
    assert [a.dtype for a in outputs] == [dtype] * 3
    assert [g.dtype for g in backprop(outputs, Y, thetas, l2=0.1)] == [dtype] * 2


def test_arguments_are_not_changed() -> None:
    X, Y, thetas = make_case(depth=2)
    outputs = forward(X, thetas)
    with unchanged(X, Y, *thetas, *outputs):
        forward(X, thetas)
        backprop(outputs, Y, thetas, l2=0.1)
        network_error(X, Y, thetas, l2=0.1)
