"""The running example: the data and the starting weights every chapter uses."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.datasets import make_moons

__all__ = ["running_example"]


def running_example() -> tuple[Array, np.ndarray, list[Array]]:
    """Give the two moons and the 2-3-2 network's starting weights.

    Returns
    -------
    X : ndarray, shape (200, 2)
        ``make_moons(200, noise=0.2, random_state=0)``.
    y : ndarray of int, shape (200,)
        The moon of each point, 0 or 1.
    thetas : list of two ndarray, shapes (3, 3) and (4, 2)
        Starting weights with one decimal, so that they can be multiplied by hand.
        The biases are not 0: a zero would hide a formula that forgets them.

    Examples
    --------
    >>> X, y, thetas = running_example()
    >>> thetas[0]
    array([[ 0.2,  0.3,  1.1],
           [ 0.9,  0.1,  0.3],
           [-0.8, -0.3,  0.2]])
    """
    X, y = make_moons(200, noise=0.2, random_state=0)
    thetas = [
        np.array([[0.2, 0.3, 1.1], [0.9, 0.1, 0.3], [-0.8, -0.3, 0.2]]),
        np.array([[0.5, -0.5], [-0.5, 0.3], [0.4, -0.7], [0.2, 0.8]]),
    ]
    return X, y, thetas
