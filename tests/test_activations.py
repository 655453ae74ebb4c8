"""Activations and their slopes, taken from the output (chapters 3 and 8)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import ACTIVATIONS, normal, unchanged

import nnbook
from nnbook import numerical_gradient

# The definitions again, one number at a time, without NumPy.
BY_HAND = {
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "relu": lambda z: z if z > 0 else 0.0,
    "identity": lambda z: z,
}
# What each gives far out, on the left and on the right.
FAR = {
    "tanh": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "relu": (0.0, None),
    "identity": (None, None),
}


def test_registry_holds_the_four_functions() -> None:
    assert tuple(nnbook.ACTIVATIONS) == ACTIVATIONS
    for name, activation in nnbook.ACTIVATIONS.items():
        assert activation.f is getattr(nnbook, name)
        assert activation.prime is getattr(nnbook, f"{name}_prime")


@pytest.mark.parametrize("name", ACTIVATIONS)
class TestEach:
    def test_values(self, name: str) -> None:
        z = np.linspace(-5, 5, 21)
        expected = [BY_HAND[name](v) for v in z.tolist()]
        np.testing.assert_allclose(
            nnbook.ACTIVATIONS[name].f(z), expected, rtol=1e-14, atol=1e-15
        )

    def test_slope_equals_central_difference(self, name: str) -> None:
        f, prime = nnbook.ACTIVATIONS[name]
        z = np.linspace(-4, 4, 41) + 0.05  # 0.05 away from the kink at 0
        measured = [numerical_gradient(f, [v])[0] for v in z]
        np.testing.assert_allclose(prime(f(z)), measured, rtol=0, atol=1e-9)

    @pytest.mark.parametrize("size", [1000.0, 1e300])
    def test_far_out_it_stays_finite(self, name: str, size: float) -> None:
        f, prime = nnbook.ACTIVATIONS[name]
        a = f([-size, size])
        left, right = FAR[name]
        assert a.tolist() == [
            -size if left is None else left,
            size if right is None else right,
        ]
        assert np.isfinite(prime(a)).all()

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_shape_precision_and_arguments_are_kept(
        self, name: str, dtype: type
    ) -> None:
        z = normal(2, 3, 4).astype(dtype)
        for function in nnbook.ACTIVATIONS[name]:
            with unchanged(z):
                result = function(z)
            assert result.dtype == dtype
            assert result.shape == (2, 3, 4)
            assert not np.shares_memory(result, z)

    def test_numbers_lists_and_integers(self, name: str) -> None:
        for function in nnbook.ACTIVATIONS[name]:
            from_array = function(np.array([1.0]))
            assert function(1) == from_array[0]
            assert function([1]) == from_array
            assert np.asarray(function(np.array([1]))).dtype == np.float64

    def test_out_receives_the_same_numbers(self, name: str) -> None:
        f, prime = nnbook.ACTIVATIONS[name]
        z = normal(5, 4)
        a = f(z)
        buffer = np.empty_like(z)
        assert f(z, out=buffer) is buffer
        assert (buffer == a).all()
        slopes = np.full_like(z, np.nan)
        assert prime(a, out=slopes) is slopes
        assert (slopes == prime(a)).all()
        assert f(z, out=z) is z  # in place
        assert (z == a).all()


def test_relu_slope_at_the_kink_is_0_by_convention() -> None:
    assert nnbook.relu_prime(nnbook.relu([-1.0, -0.0, 0.0, 5e-324, 1.0])).tolist() == [
        *(0.0, 0.0, 0.0),
        *(1.0, 1.0),
    ]
    # The two one-sided slopes there are 0 and 1: the central difference is neither.
    assert numerical_gradient(nnbook.relu, [0.0])[0] == pytest.approx(0.5)


def test_relu_slope_is_0_for_a_number_that_is_no_output_of_relu() -> None:
    assert nnbook.relu_prime([-2.0]).tolist() == [0.0]


def test_slopes_take_the_output_not_the_input() -> None:
    z = 1.3
    assert nnbook.tanh_prime(math.tanh(z)) == pytest.approx(1 / math.cosh(z) ** 2)
    assert nnbook.tanh_prime(0.5) == 0.75
    assert nnbook.sigmoid_prime(0.25) == 0.1875


def test_sigmoid_is_precise_where_it_is_small() -> None:
    assert nnbook.sigmoid(-700.0) == pytest.approx(math.exp(-700), rel=1e-12)


def test_checks_are_left_to_the_caller_who_hands_in_a_buffer() -> None:
    z = np.array([np.nan, np.inf])
    for name in ACTIVATIONS:
        for function in nnbook.ACTIVATIONS[name]:
            with pytest.raises(ValueError, match="must be finite"):
                function(z)
            function(z.copy(), out=np.empty(2))
