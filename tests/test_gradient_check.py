"""Slopes measured by nudging, and the distance between two arrays (chapter 5)."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import normal

from nnbook import numerical_gradient, relative_error


@pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 2, 2)])
def test_a_quadratic_is_exact_up_to_rounding(shape: tuple[int, ...]) -> None:
    x, c = normal(*shape), normal(*shape, seed=1)
    slopes = numerical_gradient(lambda v: float((c * v**2).sum()), x)
    assert slopes.shape == shape
    np.testing.assert_allclose(slopes, 2 * c * x, rtol=0, atol=1e-8)


def test_error_falls_with_the_square_of_the_step() -> None:
    """For x cubed, the central difference is off by exactly step squared."""
    for step in (0.1, 0.01):
        slope = numerical_gradient(lambda v: v[0] ** 3, [2.0], step)[0]
        assert slope - 12 == pytest.approx(step**2, rel=1e-6)


def test_default_step() -> None:
    asked = []
    numerical_gradient(lambda v: asked.append(v[0]) or 0.0, [1.0])
    assert asked == [1.0 + 1e-6, 1.0 - 1e-6]


def test_two_calls_an_entry_each_with_one_entry_nudged() -> None:
    asked = []

    def f(v: np.ndarray) -> float:
        asked.append(v.copy())
        v[:] = 99  # what f does to its argument stays without effect
        return 0.0

    x = np.array([1.0, 2.0])
    numerical_gradient(f, x, step=0.5)
    assert [a.tolist() for a in asked] == [[1.5, 2], [0.5, 2], [1, 2.5], [1, 1.5]]
    assert x.tolist() == [1, 2]


def test_float32_is_nudged_in_float64() -> None:
    slopes = numerical_gradient(lambda v: (v**2).sum(), np.float32([3, 4]))
    assert slopes.dtype == np.float64
    np.testing.assert_allclose(slopes, [6, 8], atol=1e-8)


@pytest.mark.parametrize("result", [np.float32(2), np.array([2.0]), 2, True])
def test_f_may_give_any_kind_of_number(result: object) -> None:
    assert numerical_gradient(lambda v: result, [1.0]).tolist() == [0.0]


def test_relative_error_by_hand() -> None:
    assert relative_error([3.0, 4.0], [3.0, 4.0]) == 0
    assert relative_error([3.0, 4.0], [0.0, 0.0]) == 1
    assert relative_error([3.0, 4.0], [-3.0, -4.0]) == 1
    assert relative_error([[6.0, 8.0]], [[6.0, 0.0]]) == 0.5  # 8 / (10 + 6)
    assert relative_error([0.0], [0.0]) == 0
    assert relative_error([1e-3], [2e-3]) == pytest.approx(1 / 3)
    assert type(relative_error([1.0], [2.0])) is float


def test_relative_error_takes_any_shape() -> None:
    a, b = normal(2, 3, 4), normal(2, 3, 4, seed=1)
    assert relative_error(a, b) == relative_error(a.ravel(), b.ravel())
    assert relative_error(a, b) == relative_error(b, a)
