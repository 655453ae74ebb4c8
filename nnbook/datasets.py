"""Something to learn: five generators and the handwritten digits (chapter 1)."""

from __future__ import annotations

import numpy as np

from nnbook._checks import (
    check_same_length,
    finite_array,
    generator,
    integer_at_least,
    labels,
    real_number,
)
from nnbook._types import Array, ArrayLike

__all__ = [
    "load_digits",
    "make_blobs",
    "make_circles",
    "make_moons",
    "make_spirals",
    "make_xor",
    "standardize",
    "train_test_split",
]

Seed = int | np.random.Generator | None


def _balanced(
    n_samples: int, noise: float, random_state: Seed, n_classes: int = 2
) -> tuple[np.random.Generator, np.ndarray]:
    """Check the arguments all generators share; give the rng and the labels.

    Every class gets the same number of samples, the first ones one more where it
    does not come out even, and the order is random.
    """
    n_classes = integer_at_least("n_classes", n_classes, 2)
    n_samples = integer_at_least("n_samples", n_samples, n_classes)
    real_number("noise", noise, minimum=0)
    rng = generator("random_state", random_state)
    return rng, rng.permutation(np.arange(n_samples) % n_classes)


def _jitter(rng: np.random.Generator, X: Array, noise: float) -> Array:
    """Move every coordinate by a normal random amount."""
    return X + rng.normal(scale=noise, size=X.shape)


def make_moons(
    n_samples: int = 200, *, noise: float = 0.2, random_state: Seed = None
) -> tuple[Array, np.ndarray]:
    """Draw two half moons that reach into each other.

    Parameters
    ----------
    n_samples : int
        Number of points, at least 2; half of them from each moon.
    noise : float
        Standard deviation of what is added to each coordinate; the moons have
        radius 1.
    random_state : int, numpy.random.Generator or None
        The seed.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        0 for the upper moon, 1 for the lower one.

    Raises
    ------
    TypeError, ValueError
        If `n_samples`, `noise` or `random_state` is not as above.

    Examples
    --------
    >>> X, y = make_moons(4, random_state=0)
    >>> X.shape, sorted(y.tolist())
    ((4, 2), [0, 0, 1, 1])
    """
    rng, y = _balanced(n_samples, noise, random_state)
    angle = rng.uniform(0, np.pi, n_samples)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return _jitter(rng, np.where(y[:, None] == 0, upper, lower), noise), y


def make_circles(
    n_samples: int = 200, *, noise: float = 0.1, random_state: Seed = None
) -> tuple[Array, np.ndarray]:
    """Draw a ring and a smaller ring inside it.

    Parameters
    ----------
    n_samples : int
        Number of points, at least 2; half of them from each ring.
    noise : float
        Standard deviation of what is added to each coordinate; the rings have
        radius 1 and 0.5.
    random_state : int, numpy.random.Generator or None
        The seed.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        0 for the outer ring, 1 for the inner one.

    Raises
    ------
    TypeError, ValueError
        If `n_samples`, `noise` or `random_state` is not as above.
    """
    rng, y = _balanced(n_samples, noise, random_state)
    angle = rng.uniform(0, 2 * np.pi, n_samples)
    radius = np.where(y == 0, 1.0, 0.5)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _jitter(rng, X, noise), y


def make_spirals(
    n_samples: int = 200,
    *,
    noise: float = 0.05,
    n_classes: int = 2,
    random_state: Seed = None,
) -> tuple[Array, np.ndarray]:
    """Draw spiral arms that wind around each other, one a class.

    Parameters
    ----------
    n_samples : int
        Number of points, at least one a class.
    noise : float
        Standard deviation of what is added to each coordinate; the arms end at
        radius 1.
    n_classes : int
        Number of arms, at least 2.
    random_state : int, numpy.random.Generator or None
        The seed.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        The arm of each point.

    Raises
    ------
    TypeError, ValueError
        If `n_samples`, `n_classes`, `noise` or `random_state` is not as above.
    """
    rng, y = _balanced(n_samples, noise, random_state, n_classes)
    # The square root spreads the points evenly along the arm, not over its angle.
    along = np.sqrt(rng.uniform(0.02, 1, n_samples))
    angle = 3 * np.pi * along + 2 * np.pi * y / n_classes
    X = along[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _jitter(rng, X, noise), y


def make_blobs(
    n_samples: int = 200,
    *,
    noise: float = 0.5,
    n_classes: int = 2,
    random_state: Seed = None,
) -> tuple[Array, np.ndarray]:
    """Draw round clouds whose centres stand on a circle.

    Parameters
    ----------
    n_samples : int
        Number of points, at least one a class.
    noise : float
        Standard deviation of each cloud; the circle has radius 1.
    n_classes : int
        Number of clouds, at least 2.
    random_state : int, numpy.random.Generator or None
        The seed.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        The cloud of each point.

    Raises
    ------
    TypeError, ValueError
        If `n_samples`, `n_classes`, `noise` or `random_state` is not as above.
    """
    rng, y = _balanced(n_samples, noise, random_state, n_classes)
    angle = 2 * np.pi * y / n_classes
    return _jitter(rng, np.column_stack([np.cos(angle), np.sin(angle)]), noise), y


def make_xor(
    n_samples: int = 200, *, noise: float = 0.1, random_state: Seed = None
) -> tuple[Array, np.ndarray]:
    """Draw a square whose opposite quarters belong together: exclusive or.

    Parameters
    ----------
    n_samples : int
        Number of points, at least 2; half of them from each class.
    noise : float
        Standard deviation of what is added to each coordinate after the class is
        fixed; the square reaches from -1 to 1.
    random_state : int, numpy.random.Generator or None
        The seed.

    Returns
    -------
    X : ndarray, shape (n_samples, 2)
    y : ndarray of int, shape (n_samples,)
        1 where exactly one coordinate is positive, before noise.

    Raises
    ------
    TypeError, ValueError
        If `n_samples`, `noise` or `random_state` is not as above.
    """
    rng, y = _balanced(n_samples, noise, random_state)
    X = rng.uniform(-1, 1, (n_samples, 2))
    # Mirror the points whose quarter is not of their class.
    X[:, 1] *= np.where((X[:, 0] * X[:, 1] < 0) == (y == 1), 1, -1)
    return _jitter(rng, X, noise), y


def load_digits() -> tuple[Array, np.ndarray]:
    """Load the 1,797 handwritten digits that ship with the package.

    Returns
    -------
    X : ndarray, shape (1797, 64)
        Images of 8 by 8 pixels, row by row; 0 is white and 16 is black.
    y : ndarray of int, shape (1797,)
        The digit that was written, 0 to 9.

    Notes
    -----
    From "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak,
    UCI Machine Learning Repository (1998), https://doi.org/10.24432/C50P49, the
    test set, under CC BY 4.0; see ``nnbook/data/README.md``.

    Examples
    --------
    >>> X, y = load_digits()
    >>> X.shape, int(y[0])
    ((1797, 64), 0)
    """
    from importlib.resources import files  # slow to load, and needed here alone

    with (files("nnbook") / "data" / "digits.npz").open("rb") as file:
        digits = np.load(file)
        return digits["X"].astype(np.float64), digits["y"].astype(np.int64)


def train_test_split(
    X: ArrayLike,
    y: ArrayLike,
    test_size: float = 0.25,
    *,
    random_state: Seed = None,
) -> tuple[Array, Array, np.ndarray, np.ndarray]:
    """Set a random share of the samples aside as unseen data.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Samples, N at least 2.
    y : array_like, shape (N,)
        Their labels.
    test_size : float
        The share to set aside, between 0 and 1; rounded to a whole number of
        samples, at least one on each side.
    random_state : int, numpy.random.Generator or None
        The seed.

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray
        Copies, in random order.

    Raises
    ------
    TypeError, ValueError
        If the lengths differ, there are fewer than two samples, or the share is
        not between 0 and 1.

    Examples
    --------
    >>> X_train, X_test, y_train, y_test = train_test_split(
    ...     [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], random_state=0
    ... )
    >>> len(X_train), len(X_test)
    (3, 1)
    """
    X = finite_array("X", X, ndim=2)
    y = labels("y", y)
    check_same_length("X", X, "y", y)
    n = integer_at_least("the number of samples", len(X), 2)
    test_size = real_number("test_size", test_size, above=0)
    if test_size >= 1:
        raise ValueError(f"test_size must be a share below 1, got {test_size:g}")
    n_test = min(max(round(test_size * n), 1), n - 1)
    order = generator("random_state", random_state).permutation(n)
    test, train = order[:n_test], order[n_test:]
    return X[train], X[test], y[train], y[test]


def standardize(X_train: ArrayLike, *others: ArrayLike) -> tuple[Array, ...]:
    """Scale every column by the training data's mean and standard deviation.

    Parameters
    ----------
    X_train : array_like, shape (N, D)
        The samples that the mean and the standard deviation are taken from.
    *others : array_like, shape (M, D)
        Further samples, such as the unseen ones, scaled by the same numbers: their
        own would leak what is not to be known yet.

    Returns
    -------
    tuple of ndarray
        X_train and the others, scaled. A column that is constant in X_train is
        only shifted.

    Raises
    ------
    TypeError, ValueError
        If an array is not two-dimensional, or its columns do not fit X_train's.

    Examples
    --------
    >>> standardize([[0.0], [2.0]], [[4.0]])
    (array([[-1.],
           [ 1.]]), array([[3.]]))
    """
    X_train = finite_array("X_train", X_train, ndim=2)
    columns = X_train.shape[1]
    checked = [
        finite_array(f"others[{n}]", X, ndim=2, columns=columns)
        for n, X in enumerate(others)
    ]
    mean = X_train.mean(axis=0)
    spread = X_train.std(axis=0)
    # A constant column may differ from its own mean by rounding.
    rounding = 10 * np.finfo(X_train.dtype).eps * np.abs(mean)
    constant = np.ptp(X_train, axis=0) <= rounding
    spread[constant | (spread == 0)] = 1.0
    return tuple((X - mean) / spread for X in (X_train, *checked))
