"""Is the slope right? Compare it with one measured by nudging (chapter 5)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnbook._checks import check_same_shape, finite_array, real_number
from nnbook._types import Array, ArrayLike

__all__ = ["numerical_gradient", "relative_error"]


def numerical_gradient(
    f: Callable[[Array], float], x: ArrayLike, step: float = 1e-6
) -> Array:
    """Measure the slope of f along each entry of x by nudging it both ways.

    Parameters
    ----------
    f : callable
        Takes an array shaped like `x`, gives a number.
    x : array_like
        Where to measure, of any shape; it is not changed.
    step : float
        How far to nudge. The error of the result is about step squared (from the
        curve) plus 1e-16 / step (from rounding).

    Returns
    -------
    ndarray of float64, shape of x
        The slopes, by central differences.

    Raises
    ------
    TypeError
        If `f` cannot be called or does not give a number.
    ValueError
        If `x` is empty or not finite, `step` is not positive, or `f` gives nan
        or inf at a nudged point.

    Notes
    -----
    Equation (5.5) of the book. Each entry costs two calls of f.

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    if not callable(f):
        raise TypeError(f"f must be callable, got {type(f).__name__}")
    step = real_number("step", step, above=0)
    nudged = np.array(finite_array("x", x), dtype=np.float64)
    slopes = np.empty_like(nudged)
    for where in np.ndindex(nudged.shape):
        here = nudged[where]
        ends = []
        for end in (here + step, here - step):
            nudged[where] = end
            ends.append(_value(f(nudged.copy()), where))
        nudged[where] = here
        slopes[where] = (ends[0] - ends[1]) / (2 * step)
    return slopes


def _value(result: object, where: tuple[int, ...]) -> float:
    """Give f's result as a float, or say what f gave instead and where."""
    number = np.asarray(result)
    if number.size != 1 or number.dtype.kind not in "biuf":
        raise TypeError(
            f"f must give one number, got {type(result).__name__} of shape "
            f"{number.shape}"
        )
    value = float(number.item())
    if not np.isfinite(value):
        raise ValueError(f"f gave {value} when x was nudged at position {where}")
    return value


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """Say how far apart two arrays are, as a share of their size.

    Parameters
    ----------
    a, b : array_like, same shape
        For example a gradient and its numerical estimate.

    Returns
    -------
    float
        Norm of a - b over the sum of the two norms: 0 if equal, at most 1; 0 if
        both are all zeros.

    Raises
    ------
    ValueError
        If the shapes differ or a value is not finite.

    Notes
    -----
    Equation (5.6) of the book.

    Examples
    --------
    >>> relative_error([1.0, 0.0], [-1.0, 0.0])
    1.0
    """
    a = finite_array("a", a)
    b = finite_array("b", b)
    check_same_shape("a", a, "b", b)
    size = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / size if size > 0 else 0.0
