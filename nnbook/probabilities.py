"""How sure the network is: scores turned into probabilities (chapter 4)."""

from __future__ import annotations

import numpy as np

from nnbook._checks import finite_array
from nnbook._types import Array, ArrayLike

__all__ = ["log_softmax", "softmax"]


def _shifted(z: ArrayLike) -> Array:
    """Subtract each row's largest score, so that no exponential can overflow."""
    z = finite_array("z", z)
    if z.ndim == 0:
        raise ValueError("z must have a row of scores, got a single number")
    with np.errstate(over="ignore"):  # a gap beyond the largest float becomes -inf
        shifted: Array = z - z.max(axis=-1, keepdims=True)
    return shifted


def softmax(z: ArrayLike) -> Array:
    """Turn each row of scores into probabilities that sum to 1.

    Parameters
    ----------
    z : array_like, shape (N, K) or (K,)
        Scores: the weighted sums of the output layer. Any finite size is safe.

    Returns
    -------
    ndarray, shape of z
        The probabilities p.

    Raises
    ------
    ValueError
        If `z` is empty or holds nan or inf.

    Notes
    -----
    Equation (4.1) of the book, computed as (4.2): subtracting the row's largest
    score changes nothing in exact arithmetic and keeps every exponential at or
    below 1. In floating point a gap of more than 745 gives exactly 0.
    Blanchard, Higham and Higham (2021) analyse the rounding errors.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    e = np.exp(_shifted(z))
    p: Array = e / e.sum(axis=-1, keepdims=True)
    return p


def log_softmax(z: ArrayLike) -> Array:
    """Logarithms of the softmax probabilities, finite where they round to 0.

    Parameters
    ----------
    z : array_like, shape (N, K) or (K,)
        Scores: the weighted sums of the output layer.

    Returns
    -------
    ndarray, shape of z
        log p, natural logarithm.

    Raises
    ------
    ValueError
        If `z` is empty or holds nan or inf.

    Notes
    -----
    Equation (4.4) of the book.

    Examples
    --------
    >>> log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    """
    shifted = _shifted(z)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return log_p
