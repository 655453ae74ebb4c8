"""Numbers for probes: few decimals where a student reads them, none of them 0."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array


def numbers(rng: np.random.Generator | int, *shape: int, spread: float = 1.0) -> Array:
    """Give an array of numbers with one decimal, none of which is 0.

    Parameters
    ----------
    rng : numpy.random.Generator or int
        What they are drawn from, or its seed.
    *shape : int
        The array's shape.
    spread : float
        They lie mostly between minus and plus twice this.

    Returns
    -------
    ndarray of float64, shape `shape`
    """
    rng = np.random.default_rng(rng)
    values = rng.normal(scale=spread, size=shape)
    return np.where(values < 0, -0.1, 0.1) + values.round(1)
