"""The weighted sum and its bias node (chapter 2)."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import normal, unchanged

from nnbook import weighted_sum, with_bias


def test_bias_node_comes_first_and_is_one() -> None:
    a = normal(4, 3)
    result = with_bias(a)
    assert result.shape == (4, 4)
    assert (result[:, 0] == 1).all()
    assert (result[:, 1:] == a).all()


def test_weighted_sum_entry_by_entry() -> None:
    a, theta = normal(5, 3), normal(4, 2, seed=1)
    z = weighted_sum(a, theta)
    assert z.shape == (5, 2)
    for n in range(5):
        for i in range(2):
            by_hand = theta[0, i] + sum(theta[1 + j, i] * a[n, j] for j in range(3))
            assert z[n, i] == pytest.approx(by_hand, rel=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(dtype: type) -> None:
    a, theta = normal(4, 3).astype(dtype), normal(4, 2).astype(dtype)
    assert with_bias(a).dtype == dtype
    assert weighted_sum(a, theta).dtype == dtype


def test_integers_become_float64_and_arguments_are_not_changed() -> None:
    a, theta = np.array([[5, 7]]), np.array([[10], [1], [-2]])
    with unchanged(a, theta):
        assert with_bias(a).dtype == np.float64
        assert weighted_sum(a, theta).tolist() == [[1.0]]


def test_result_is_a_new_array() -> None:
    a = normal(4, 3)
    assert not np.shares_memory(with_bias(a), a)


def test_smallest_case_and_large_sums() -> None:
    assert weighted_sum([[2.0]], [[1.0], [3.0]]).tolist() == [[7.0]]
    assert weighted_sum([[1e300]], [[0.0], [-2.0]]).tolist() == [[-2e300]]
