"""Softmax and its logarithm (chapter 4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import normal, unchanged

from nnbook import log_softmax, softmax


def test_values() -> None:
    z = [1.0, 2.0, -0.5]
    total = sum(math.exp(v) for v in z)
    by_hand = [math.exp(v) / total for v in z]
    np.testing.assert_allclose(softmax(z), by_hand, rtol=1e-14)
    np.testing.assert_allclose(log_softmax(z), [math.log(p) for p in by_hand])


def test_each_row_is_on_its_own() -> None:
    z = 3 * normal(5, 4)
    for f in (softmax, log_softmax):
        result = f(z)
        assert result.shape == z.shape
        for row, scores in zip(result, z, strict=True):
            np.testing.assert_allclose(row, f(scores), rtol=1e-14)
    np.testing.assert_allclose(softmax(z).sum(axis=1), 1, rtol=1e-15)


@pytest.mark.parametrize(
    ("z", "p", "log_p"),
    [
        ([1000.0, 1000.0], [0.5, 0.5], [-math.log(2), -math.log(2)]),
        ([-1000.0, -1000.0], [0.5, 0.5], [-math.log(2), -math.log(2)]),
        ([0.0, 1000.0], [0.0, 1.0], [-1000.0, 0.0]),
        ([710.0, 0.0], [1.0, math.exp(-710)], [0.0, -710.0]),
        ([40.0, 0.0], [1.0, math.exp(-40)], [-math.exp(-40), -40.0]),
        ([1e300, -1e300], [1.0, 0.0], [0.0, -2e300]),
        ([1e300, 1e300], [0.5, 0.5], [-math.log(2), -math.log(2)]),
        ([1.7e308, -1.7e308], [1.0, 0.0], [0.0, -math.inf]),
        ([7.0], [1.0], [0.0]),
    ],
)
def test_extreme_scores(z: list[float], p: list[float], log_p: list[float]) -> None:
    np.testing.assert_allclose(softmax(z), p, rtol=1e-13, atol=0)
    np.testing.assert_allclose(log_softmax(z), log_p, rtol=1e-13, atol=1e-16)


def test_a_gap_of_750_gives_exactly_0_and_1() -> None:
    assert softmax([750.0, 0.0]).tolist() == [1.0, 0.0]


def test_a_thousand_classes() -> None:
    p = softmax(normal(3, 1000))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(log_softmax(np.zeros(1000)), -math.log(1000))


@pytest.mark.parametrize("f", [softmax, log_softmax])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_and_arguments_are_kept(f: type, dtype: type) -> None:
    z = normal(4, 3).astype(dtype)
    with unchanged(z):
        assert f(z).dtype == dtype
