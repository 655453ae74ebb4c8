"""What one neuron adds up: the weighted sum with its bias node (chapter 2)."""

from __future__ import annotations

import numpy as np

from nnbook._checks import finite_array
from nnbook._types import Array, ArrayLike

__all__ = ["weighted_sum", "with_bias"]


def with_bias(a: ArrayLike) -> Array:
    """Put the bias node's output, a column of ones, before a layer's outputs.

    Parameters
    ----------
    a : array_like, shape (N, D)
        Outputs of a layer, one row a sample.

    Returns
    -------
    ndarray, shape (N, 1 + D)
        A new array; column 0 is all ones.

    Raises
    ------
    ValueError
        If `a` is not two-dimensional, is empty, or holds nan or inf.

    Notes
    -----
    Equation (2.2) of the book: :math:`a_0 = 1`.

    Examples
    --------
    >>> with_bias([[5.0, 7.0]])
    array([[1., 5., 7.]])
    """
    a = finite_array("a", a, ndim=2)
    return np.hstack([np.ones((len(a), 1), dtype=a.dtype), a])


def weighted_sum(a: ArrayLike, theta: ArrayLike) -> Array:
    r"""Add up what reaches each node of a layer: bias + weights times outputs.

    Parameters
    ----------
    a : array_like, shape (N, D)
        Outputs of the layer before, one row a sample.
    theta : array_like, shape (1 + D, H)
        Weights into the layer: ``theta[j, i]`` leads from node j to node i,
        and row 0 comes from the bias node.

    Returns
    -------
    ndarray, shape (N, H)
        The weighted sums z.

    Raises
    ------
    ValueError
        If the shapes do not fit (both are named), or a value is not finite.

    Notes
    -----
    Equation (2.3) of the book, for a whole batch at once:
    :math:`z = [1, a]\,\theta`. One entry of it is equation (2.1).

    Examples
    --------
    One sample with two features, one node with bias 10:

    >>> weighted_sum([[5.0, 7.0]], [[10.0], [1.0], [-2.0]])
    array([[1.]])
    """
    a = finite_array("a", a, ndim=2)
    theta = finite_array("theta", theta, ndim=2)
    if theta.shape[0] != 1 + a.shape[1]:
        raise ValueError(
            f"theta must have {1 + a.shape[1]} rows (1 for the bias node + "
            f"{a.shape[1]} columns of a), got a {a.shape} and theta {theta.shape}"
        )
    return with_bias(a) @ theta
