"""The data and the starting weights that every chapter uses."""

from __future__ import annotations

import numpy as np

from nnbook import running_example
from nnbook.datasets import make_moons


def test_data() -> None:
    X, y, _ = running_example()
    expected = make_moons(200, noise=0.2, random_state=0)
    assert (expected[0] == X).all()
    assert (y == expected[1]).all()
    # The chapters print these points: one seed gives them on every machine.
    first = [[1.42303844, -0.39122286], [0.99030690, 0.88247786]]
    np.testing.assert_allclose(X[:2], first, atol=1e-8)
    assert y[:2].tolist() == [1, 0]


def test_starting_weights_can_be_multiplied_by_hand() -> None:
    _, _, (theta1, theta2) = running_example()
    assert theta1.tolist() == [[0.2, 0.3, 1.1], [0.9, 0.1, 0.3], [-0.8, -0.3, 0.2]]
    assert theta2.tolist() == [[0.5, -0.5], [-0.5, 0.3], [0.4, -0.7], [0.2, 0.8]]
    for theta in (theta1, theta2):
        assert (theta[0] != 0).all()  # no bias is 0
        assert (theta == theta.round(1)).all()


def test_each_call_gives_its_own_arrays() -> None:
    X, y, thetas = running_example()
    for array in (X, y, *thetas):
        array.fill(9)
    again = running_example()
    assert not any((a == 9).any() for a in (*again[:2], *again[2]))
    assert not np.shares_memory(thetas[0], again[2][0])
