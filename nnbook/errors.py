"""How wrong the network is: one-hot targets and cross-entropy (chapter 4)."""

from __future__ import annotations

import numpy as np

from nnbook._checks import (
    check_same_shape,
    class_numbers,
    finite_array,
    integer_at_least,
)
from nnbook._types import Array, ArrayLike

__all__ = ["cross_entropy", "one_hot"]

# A probability computed in float32 over 1,000 classes sums to 1 within 1e-4.
_SUM_TOLERANCE = 1e-3


def one_hot(y: ArrayLike, n_classes: int | None = None) -> Array:
    """Turn labels into rows with a single 1 in the label's column.

    Parameters
    ----------
    y : array_like of int, shape (N,)
        Labels 0, 1, ..., K - 1.
    n_classes : int, optional
        K, the number of columns; by default the largest label plus 1.

    Returns
    -------
    ndarray of float64, shape (N, K)
        Y, the targets.

    Raises
    ------
    TypeError
        If the labels are not whole numbers.
    ValueError
        If there are none, or a label is negative or not below `n_classes`.

    Examples
    --------
    >>> one_hot([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    y = class_numbers("y", y)
    if n_classes is None:
        n_classes = int(y.max()) + 1
    n_classes = integer_at_least("n_classes", n_classes, 1)
    if y.max() >= n_classes:
        where = int(np.argmax(y >= n_classes))
        raise ValueError(
            f"y must hold labels below n_classes = {n_classes}, got {y[where]} at "
            f"position ({where},)"
        )
    Y = np.zeros((len(y), n_classes))
    Y[np.arange(len(y)), y] = 1.0
    return Y


def check_targets(Y: ArrayLike) -> Array:
    """Give Y as an array of targets: each row non-negative with sum 1."""
    return _check_distributions("Y", Y, "one_hot(y, n_classes) makes it from labels")


def _check_distributions(name: str, value: ArrayLike, hint: str) -> Array:
    rows = finite_array(name, value)
    if rows.ndim != 2:
        raise ValueError(
            f"{name} must be 2-dimensional, got shape {rows.shape}; {hint}"
        )
    outside = (rows < 0) | (rows > 1)
    if outside.any():
        where = tuple(int(i) for i in np.argwhere(outside)[0])
        raise ValueError(
            f"{name} must lie between 0 and 1, got {rows[where]} at position {where}; "
            f"{hint}"
        )
    sums = rows.sum(axis=1)
    off = np.abs(sums - 1) > _SUM_TOLERANCE
    if off.any():
        row = int(np.argmax(off))
        raise ValueError(
            f"each row of {name} must sum to 1, got {sums[row]:.6g} in row {row}; "
            f"{hint}"
        )
    return rows


def cross_entropy(p: ArrayLike, Y: ArrayLike) -> float:
    """Average surprise at the right answers: the error that training lowers.

    Parameters
    ----------
    p : array_like, shape (N, K)
        Predicted probabilities, each row with sum 1.
    Y : array_like, shape (N, K)
        Targets, one-hot (or any probabilities).

    Returns
    -------
    float
        E, the mean over the N samples of -log p of the right class, natural
        logarithm: 0 at best, log K for a uniform guess, and inf where the
        right class was given probability 0.

    Raises
    ------
    ValueError
        If the shapes differ, or a row is not a probability distribution.

    Notes
    -----
    Equation (4.5) of the book. `train` takes the same error from
    :func:`nnbook.log_softmax`, which stays finite where p rounds to 0.

    Examples
    --------
    >>> round(cross_entropy([[0.5, 0.5]], [[0.0, 1.0]]), 4)
    0.6931
    """
    p = _check_distributions("p", p, "softmax(z) makes it from scores")
    Y = check_targets(Y)
    check_same_shape("p", p, "Y", Y)
    right = Y > 0  # elsewhere 0 * log 0 counts as 0, its limit
    with np.errstate(divide="ignore"):
        total = (Y[right] * np.log(p[right])).sum()
    return float(0.0 - total / len(Y))  # not -total: a perfect score is 0, not -0
