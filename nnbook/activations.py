"""When a neuron fires: activations and their slopes (chapters 3 and 8).

Each slope is computed from the activation's *output* a, not from its input z:
what the forward pass has worked out is used again on the way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnbook._checks import finite_array
from nnbook._types import Array, ArrayLike

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "identity",
    "identity_prime",
    "relu",
    "relu_prime",
    "sigmoid",
    "sigmoid_prime",
    "tanh",
    "tanh_prime",
]

# Every function here takes `out`, as NumPy's own do. A caller that hands in its
# own buffer (the training loop) vouches for its content too, so nothing is checked.


def _checked(name: str, value: ArrayLike, out: Array | None) -> ArrayLike:
    return finite_array(name, value) if out is None else value


def tanh(z: ArrayLike, out: Array | None = None) -> Array:
    """Squash a weighted sum into (-1, 1): the hyperbolic tangent.

    Parameters
    ----------
    z : array_like
        Weighted sums, of any shape.
    out : ndarray, optional
        Where to put the result (may be `z` itself); then `z` is not checked.

    Returns
    -------
    ndarray, shape of z
        The outputs a.

    Raises
    ------
    TypeError, ValueError
        If `z` holds something other than finite real numbers, or is empty.

    Notes
    -----
    Equation (3.1) of the book.

    Examples
    --------
    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(_checked("z", z, out), out=out)


def tanh_prime(a: ArrayLike, out: Array | None = None) -> Array:
    """Slope of tanh, from its output: 1 - a squared.

    Parameters
    ----------
    a : array_like
        Outputs of :func:`tanh`, of any shape.
    out : ndarray, optional
        Where to put the result (not `a` itself); then `a` is not checked.

    Returns
    -------
    ndarray, shape of a
        da/dz.

    Raises
    ------
    TypeError, ValueError
        If `a` holds something other than finite real numbers, or is empty.

    Notes
    -----
    Equation (3.2) of the book.

    Examples
    --------
    >>> float(tanh_prime(0.5))
    0.75
    """
    a = _checked("a", a, out)
    return np.subtract(1.0, np.square(a, out=out), out=out)


def sigmoid(z: ArrayLike, out: Array | None = None) -> Array:
    """Squash a weighted sum into (0, 1): the logistic function.

    Parameters
    ----------
    z : array_like
        Weighted sums, of any shape.
    out : ndarray, optional
        Where to put the result (may be `z` itself); then `z` is not checked.

    Returns
    -------
    ndarray, shape of z
        The outputs a.

    Raises
    ------
    TypeError, ValueError
        If `z` holds something other than finite real numbers, or is empty.

    Notes
    -----
    Equation (3.3) of the book. For very negative z the exponential overflows to
    inf and the result is 0, which is right to the last digit; NumPy's overflow
    warning is therefore switched off here.

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    with np.errstate(over="ignore"):
        e = np.exp(np.negative(_checked("z", z, out), out=out), out=out)
    return np.reciprocal(np.add(e, 1, out=out), out=out)


def sigmoid_prime(a: ArrayLike, out: Array | None = None) -> Array:
    """Slope of the sigmoid, from its output: a (1 - a).

    Parameters
    ----------
    a : array_like
        Outputs of :func:`sigmoid`, of any shape.
    out : ndarray, optional
        Where to put the result (not `a` itself); then `a` is not checked.

    Returns
    -------
    ndarray, shape of a
        da/dz.

    Raises
    ------
    TypeError, ValueError
        If `a` holds something other than finite real numbers, or is empty.

    Notes
    -----
    Equation (3.4) of the book.

    Examples
    --------
    >>> float(sigmoid_prime(0.5))
    0.25
    """
    a = _checked("a", a, out)
    return np.multiply(a, np.subtract(1, a, out=out), out=out)


def relu(z: ArrayLike, out: Array | None = None) -> Array:
    """Let positive weighted sums through and stop the rest: max(0, z).

    Parameters
    ----------
    z : array_like
        Weighted sums, of any shape.
    out : ndarray, optional
        Where to put the result (may be `z` itself); then `z` is not checked.

    Returns
    -------
    ndarray, shape of z
        The outputs a.

    Raises
    ------
    TypeError, ValueError
        If `z` holds something other than finite real numbers, or is empty.

    Notes
    -----
    Equation (3.5) of the book.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(_checked("z", z, out), 0, out=out)


def relu_prime(a: ArrayLike, out: Array | None = None) -> Array:
    """Slope of ReLU, from its output: 1 where a > 0, else 0.

    Parameters
    ----------
    a : array_like
        Outputs of :func:`relu`, of any shape.
    out : ndarray, optional
        Where to put the result (may be `a` itself); then `a` is not checked.

    Returns
    -------
    ndarray, shape of a
        da/dz; 0 at the kink z = 0, where the slope does not exist and 0 is
        the usual convention.

    Raises
    ------
    TypeError, ValueError
        If `a` holds something other than finite real numbers, or is empty.

    Notes
    -----
    Equation (3.6) of the book.

    Examples
    --------
    >>> relu_prime([0.0, 3.0])
    array([0., 1.])
    """
    a = _checked("a", a, out)
    return np.greater(a, 0, out=np.empty_like(a) if out is None else out)


def identity(z: ArrayLike, out: Array | None = None) -> Array:
    """Pass the weighted sum on unchanged: a linear node.

    Parameters
    ----------
    z : array_like
        Weighted sums, of any shape.
    out : ndarray, optional
        Where to put the result (may be `z` itself); then `z` is not checked.

    Returns
    -------
    ndarray, shape of z
        A copy of z.

    Raises
    ------
    TypeError, ValueError
        If `z` holds something other than finite real numbers, or is empty.

    Examples
    --------
    >>> float(identity(-1.5))
    -1.5
    """
    return np.positive(_checked("z", z, out), out=out)


def identity_prime(a: ArrayLike, out: Array | None = None) -> Array:
    """Slope of the identity: 1 everywhere.

    Parameters
    ----------
    a : array_like
        Outputs of :func:`identity`, of any shape.
    out : ndarray, optional
        Where to put the result (may be `a` itself); then `a` is not checked.

    Returns
    -------
    ndarray, shape of a
        Ones.

    Raises
    ------
    TypeError, ValueError
        If `a` holds something other than finite real numbers, or is empty.

    Examples
    --------
    >>> float(identity_prime(-1.5))
    1.0
    """
    a = _checked("a", a, out)
    if out is None:
        return np.ones_like(a)
    out.fill(1)
    return out


class Activation(NamedTuple):
    """An activation with its slope.

    Attributes
    ----------
    f : callable
        ``f(z, out=None)`` gives the outputs a; `out` may be `z`.
    prime : callable
        ``prime(a, out=None)`` gives the slope da/dz from the *output* a.
    """

    f: Callable[..., Array]
    prime: Callable[..., Array]


#: The activations by name. An entry of your own makes its name valid everywhere.
ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(tanh, tanh_prime),
    "sigmoid": Activation(sigmoid, sigmoid_prime),
    "relu": Activation(relu, relu_prime),
    "identity": Activation(identity, identity_prime),
}
