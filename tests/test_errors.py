"""One-hot targets and cross-entropy (chapter 4)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import normal, unchanged

from nnbook import cross_entropy, log_softmax, one_hot, softmax
from nnbook.errors import check_targets


def test_one_hot_values() -> None:
    Y = one_hot([2, 0, 1, 2])
    assert Y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert Y.dtype == np.float64


def test_one_hot_takes_its_width_from_the_argument_or_the_largest_label() -> None:
    assert one_hot([0, 1]).shape == (2, 2)
    assert one_hot([0], 1).tolist() == [[1]]
    assert one_hot([1], 4).tolist() == [[0, 1, 0, 0]]
    assert one_hot([3], np.int8(4)).tolist() == [[0, 0, 0, 1]]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64", "uint64", "float64"])
def test_one_hot_takes_any_whole_numbers(dtype: str) -> None:
    assert one_hot(np.array([1, 0], dtype=dtype)).tolist() == [[0, 1], [1, 0]]


def test_cross_entropy_by_hand() -> None:
    p = [[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]]
    E = cross_entropy(p, [[1, 0, 0], [0, 0, 1]])
    assert pytest.approx(-(math.log(0.7) + math.log(0.4)) / 2, rel=1e-15) == E
    assert type(E) is float
    soft = cross_entropy(p, [[0.5, 0.5, 0], [0, 0, 1]])
    by_hand = -(0.5 * math.log(0.7) + 0.5 * math.log(0.2) + math.log(0.4)) / 2
    assert soft == pytest.approx(by_hand, rel=1e-15)


def test_cross_entropy_at_its_ends() -> None:
    perfect = cross_entropy([[1, 0]], [[1, 0]])
    assert perfect == 0
    assert math.copysign(1, perfect) == 1  # not -0.0
    assert cross_entropy([[0, 1]], [[1, 0]]) == math.inf
    assert cross_entropy(np.full((5, 1000), 1e-3), one_hot(range(5), 1000)) == (
        pytest.approx(math.log(1000))
    )


def test_cross_entropy_agrees_with_log_softmax() -> None:
    z, Y = normal(6, 4), one_hot([0, 1, 2, 3, 0, 1])
    expected = -(Y * log_softmax(z)).sum() / 6
    assert cross_entropy(softmax(z), Y) == pytest.approx(expected, rel=1e-14)


def test_probabilities_of_float32_over_many_classes_are_accepted() -> None:
    p = softmax(3 * normal(50, 1000).astype(np.float32))
    assert cross_entropy(p, one_hot(range(50), 1000)) > 0


@pytest.mark.parametrize("total", [0.9991, 1.0009])
def test_rows_may_miss_1_by_a_thousandth(total: float) -> None:
    row = [[0.5, total - 0.5]]
    assert check_targets(row).tolist() == row


def test_arguments_are_not_changed() -> None:
    p, Y = softmax(normal(4, 3)), one_hot([0, 1, 2, 0])
    with unchanged(p, Y):
        cross_entropy(p, Y)
