"""Laws that hold for any numbers: Hypothesis looks for a counterexample."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import ACTIVATIONS, flat, make_case
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import nnbook
from nnbook import (
    accuracy,
    backprop,
    confusion_matrix,
    cross_entropy,
    forward,
    log_softmax,
    network_error,
    one_hot,
    relative_error,
    softmax,
    step,
    weighted_sum,
    with_bias,
)

seeds = st.integers(0, 2**32 - 1)


def matrices(rows: int, columns: int, size: float = 1e3) -> st.SearchStrategy:
    return arrays(float, (rows, columns), elements=st.floats(-size, size))


def scores(size: float = 1e300) -> st.SearchStrategy:
    shapes = array_shapes(min_dims=1, max_dims=2, max_side=6)
    return arrays(float, shapes, elements=st.floats(-size, size))


# ---- weighted sums ----------------------------------------------------------


@given(matrices(3, 2), matrices(3, 2), st.floats(-10, 10))
def test_with_bias_is_linear_but_for_its_ones(
    a: np.ndarray, b: np.ndarray, c: float
) -> None:
    result = with_bias(a + c * b)
    np.testing.assert_array_equal(result[:, 1:], with_bias(a)[:, 1:] + c * b)
    assert (result[:, 0] == 1).all()


@given(matrices(3, 2), matrices(3, 4), matrices(3, 4), st.floats(-10, 10))
def test_weighted_sum_is_linear_in_the_weights(
    a: np.ndarray, theta: np.ndarray, other: np.ndarray, c: float
) -> None:
    np.testing.assert_allclose(
        weighted_sum(a, theta + c * other),
        weighted_sum(a, theta) + c * weighted_sum(a, other),
        rtol=0,
        atol=1e-14 * 3 * 1e3 * 2e4,  # rounding of three products of such sizes
    )


@given(matrices(3, 2), matrices(3, 2), matrices(3, 4))
def test_weighted_sum_is_affine_in_the_outputs(
    a: np.ndarray, b: np.ndarray, theta: np.ndarray
) -> None:
    half_way = weighted_sum((a + b) / 2, theta)
    mean = (weighted_sum(a, theta) + weighted_sum(b, theta)) / 2
    np.testing.assert_allclose(half_way, mean, rtol=0, atol=1e-14 * 3e6)


# ---- activations ------------------------------------------------------------

any_size = st.floats(-1e300, 1e300)


@given(any_size)
def test_tanh_is_odd_and_within_1(z: float) -> None:
    assert nnbook.tanh(-z) == -nnbook.tanh(z)
    assert -1 <= nnbook.tanh(z) <= 1


@given(any_size)
def test_sigmoid_of_minus_z_is_1_minus_sigmoid_of_z(z: float) -> None:
    assert nnbook.sigmoid(-z) == pytest.approx(1 - nnbook.sigmoid(z), rel=0, abs=3e-16)
    assert 0 <= nnbook.sigmoid(z) <= 1


@given(st.floats(-20, 20))
def test_sigmoid_is_a_stretched_tanh(z: float) -> None:
    expected = (1 + nnbook.tanh(z / 2)) / 2
    assert nnbook.sigmoid(z) == pytest.approx(expected, rel=0, abs=1e-15)


@given(any_size)
def test_relu_is_the_positive_part(z: float) -> None:
    assert nnbook.relu(z) - nnbook.relu(-z) == z
    assert nnbook.relu(z) == max(z, 0)
    assert nnbook.relu_prime(nnbook.relu(z)) == (z > 0)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(any_size, any_size)
def test_activations_never_fall_and_slopes_are_never_negative(
    name: str, z: float, other: float
) -> None:
    f, prime = nnbook.ACTIVATIONS[name]
    low, high = sorted((z, other))
    assert f(low) <= f(high)
    assert 0 <= prime(f(z)) <= 1


# ---- softmax and the error --------------------------------------------------


@given(scores())
def test_softmax_rows_are_probabilities(z: np.ndarray) -> None:
    p = softmax(z)
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=0, atol=1e-15)


@given(scores(size=100), st.integers(-1000, 1000))
def test_softmax_is_unchanged_by_adding_a_constant(z: np.ndarray, c: int) -> None:
    np.testing.assert_allclose(softmax(z + c), softmax(z), rtol=1e-11, atol=0)
    np.testing.assert_allclose(log_softmax(z + c), log_softmax(z), rtol=0, atol=1e-11)


@given(scores())
def test_softmax_keeps_the_order_of_the_scores(z: np.ndarray) -> None:
    order = np.argsort(z, axis=-1)
    for f in (softmax, log_softmax):
        assert (np.diff(np.take_along_axis(f(z), order, axis=-1)) >= 0).all()


@given(scores(size=300))
def test_log_softmax_is_the_logarithm_of_softmax(z: np.ndarray) -> None:
    np.testing.assert_allclose(log_softmax(z), np.log(softmax(z)), rtol=0, atol=1e-12)
    assert (log_softmax(z) <= 0).all()


@given(matrices(5, 3, size=300), seeds)
def test_cross_entropy_is_not_negative_and_at_its_least_for_the_truth(
    z: np.ndarray, seed: int
) -> None:
    p = softmax(z)
    Y = one_hot(np.random.default_rng(seed).integers(3, size=5), 3)
    assert cross_entropy(p, Y) >= 0
    assert cross_entropy(Y, Y) == 0
    # Gibbs: no other answer is less surprised by p than p itself.
    soft = softmax(z / 100)
    assert cross_entropy(soft, soft) <= cross_entropy(p, soft) + 1e-12


# ---- the whole network ------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@given(seeds)
def test_order_of_the_samples_does_not_matter(activation: str, seed: int) -> None:
    X, Y, thetas = make_case(depth=2, seed=seed)
    order = np.random.default_rng(seed).permutation(len(X))
    outputs = forward(X, thetas, activation)
    shuffled = forward(X[order], thetas, activation)
    for a, b in zip(outputs, shuffled, strict=True):
        np.testing.assert_allclose(a[order], b, rtol=0, atol=1e-13)
    ours = backprop(outputs, Y, thetas, activation, l2=0.1)
    theirs = backprop(shuffled, Y[order], thetas, activation, l2=0.1)
    np.testing.assert_allclose(flat(ours), flat(theirs), rtol=0, atol=1e-13)


@given(seeds)
def test_order_of_the_hidden_nodes_does_not_matter(seed: int) -> None:
    X, Y, (theta1, theta2) = make_case(depth=1, seed=seed)
    order = np.random.default_rng(seed).permutation(theta1.shape[1])
    renamed = [theta1[:, order], theta2[[0, *(1 + order)]]]
    E, other = (network_error(X, Y, thetas) for thetas in ([theta1, theta2], renamed))
    assert other == pytest.approx(E, rel=1e-13)


@given(seeds)
def test_a_small_step_lowers_the_error(seed: int) -> None:
    X, Y, thetas = make_case(depth=2, seed=seed)
    grads = backprop(forward(X, thetas), Y, thetas)
    better = step(thetas, grads, 1e-4)
    fall = network_error(X, Y, thetas) - network_error(X, Y, better)
    # To first order, rate times squared slope.
    assert fall == pytest.approx(1e-4 * float((flat(grads) ** 2).sum()), rel=0.01)


@given(matrices(3, 2), matrices(3, 2), matrices(3, 2), st.floats(0.1, 10))
def test_step_is_linear(
    theta: np.ndarray, grad: np.ndarray, other: np.ndarray, rate: float
) -> None:
    both = step([theta], [grad + other], rate)[0]
    in_turn = step(step([theta], [grad], rate), [other], rate)[0]
    np.testing.assert_allclose(both, in_turn, rtol=0, atol=1e-11)
    longer = step([theta], [grad], 2 * rate)[0]
    np.testing.assert_allclose(
        longer - theta, 2 * (step([theta], [grad], rate)[0] - theta), atol=1e-11
    )


# ---- labels and distances ---------------------------------------------------


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), seeds)
def test_confusion_matrix_holds_every_sample_once(y: list[int], seed: int) -> None:
    predicted = np.random.default_rng(seed).integers(10, size=len(y))
    counts = confusion_matrix(y, predicted, 10)
    assert counts.sum(axis=1).tolist() == np.bincount(y, minlength=10).tolist()
    assert (counts.sum(axis=0) == np.bincount(predicted, minlength=10)).all()
    assert np.trace(counts) / len(y) == pytest.approx(accuracy(y, predicted))
    assert (one_hot(y, 10).argmax(axis=1) == y).all()


@given(matrices(3, 2), matrices(3, 2))
def test_relative_error_is_symmetric_between_0_and_1(
    a: np.ndarray, b: np.ndarray
) -> None:
    assert relative_error(a, b) == relative_error(b, a)
    assert 0 <= relative_error(a, b) <= 1 + 1e-15
    assert relative_error(a, a) == 0
