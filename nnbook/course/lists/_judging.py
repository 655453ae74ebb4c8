"""What the judges of random answers share: reading a plain value with care.

Where several mistakes must be told apart, a judge's sentence says what kind of fault
it saw and no number that another draw would change: equal sentences mean equal faults.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["SPREADS", "indices", "layers_fit", "same_members", "start_fits"]

_ENOUGH = 2000  # weights, for a spread that is known to within a few percent
_TOLERANCE = 0.07

SPREADS: dict[str, Callable[[int, int], float]] = {
    "sqrt(2 / D)": lambda d, h: float(np.sqrt(2 / d)),
    "sqrt(2 / (D + H))": lambda d, h: float(np.sqrt(2 / (d + h))),
    "sqrt(1 / D)": lambda d, h: float(np.sqrt(1 / d)),
    "sqrt(2 / H)": lambda d, h: float(np.sqrt(2 / h)),
    "sqrt(2 / (3 D))": lambda d, h: float(np.sqrt(2 / (3 * d))),
    "2 / D": lambda d, h: 2 / d,
    "1": lambda d, h: 1.0,
}
"""Between a layer of D nodes and one of H; what students draw, to be named."""


def indices(value: Any) -> np.ndarray | None:
    """Give a value as an array of whole numbers in one row; None where it is none.

    An empty list is no indices: nothing that is asked for here may be empty.
    """
    if isinstance(value, (list, tuple)):
        if not all(type(part) is int for part in value):
            return None
        value = np.array(value, dtype=int)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu":
        return None
    return value if value.ndim == 1 and value.size else None


def same_members(found: np.ndarray, n: int) -> str | None:
    """Say what keeps `found` from naming each of n samples once; None if nothing."""
    if found.min() < 0 or found.max() >= n:
        return f"it must name samples from 0 to {n - 1}"
    if len(np.unique(found)) < len(found):
        return "some samples come twice"
    return "some samples are missing" if len(found) < n else None


def layers_fit(value: Any, sizes: Sequence[int]) -> str | None:
    """Say what keeps `value` from being weights for these sizes; None if nothing."""
    if not isinstance(value, (list, tuple)) or len(value) != len(sizes) - 1:
        return f"expected a list of {len(sizes) - 1} arrays, one a layer"
    for n, (theta, d, h) in enumerate(zip(value, sizes[:-1], sizes[1:], strict=True)):
        if not isinstance(theta, np.ndarray) or theta.dtype.kind not in "if":
            return f"thetas[{n}] must be an array of numbers"
        if theta.shape != (1 + d, h):
            return f"thetas[{n}]: expected shape {(1 + d, h)}, got {theta.shape}"
        if not np.isfinite(theta).all():
            return f"thetas[{n}] holds a nan or an infinite number"
    return None


def _has_twins(drawn: np.ndarray) -> bool:
    """Say whether two columns are equal. It is quick: it asks the first row first."""
    nodes = drawn.shape[1]
    if len(np.unique(drawn[0])) == nodes:
        return False
    return bool(len(np.unique(drawn, axis=1).T) < nodes)


def start_fits(value: Any, sizes: Sequence[int], asked: str) -> str | None:
    """Say what is wrong with starting weights; None if nothing.

    Biases are 0, nodes differ, and the weights lie around 0 with the spread that is
    `asked` for, a key of `SPREADS`. It is measured where there are weights enough.
    """
    fault = layers_fit(value, sizes)
    if fault:
        return fault
    measured: dict[int, float] = {}
    for n, theta in enumerate(value):
        drawn = theta[1:]
        if np.any(theta[0] != 0):
            return f"thetas[{n}]: the biases must start at 0"
        if not drawn.any():
            return f"thetas[{n}]: all weights are 0"
        if _has_twins(drawn):
            return f"thetas[{n}]: two nodes have the same weights"
        if drawn.size < _ENOUGH:
            continue
        measured[n] = float(drawn.std())
        if abs(drawn.mean()) > 0.1 * measured[n]:
            sign = "positive" if drawn.mean() > 0 else "negative"
            return f"thetas[{n}]: the weights are mostly {sign}, not around 0"
    fitting = [name for name in SPREADS if _has_spread(measured, sizes, name)]
    if asked in fitting:
        return None
    if fitting:
        return f"the weights have the spread {fitting[0]}; asked for is {asked}"
    n = next(n for n in measured if not _has_spread({n: measured[n]}, sizes, asked))
    right = SPREADS[asked](sizes[n], sizes[n + 1])
    return f"thetas[{n}] has the spread {measured[n]:.2g}; asked for is {right:.2g}"


def _has_spread(measured: dict[int, float], sizes: Sequence[int], name: str) -> bool:
    spread = SPREADS[name]
    return all(
        abs(found / spread(sizes[n], sizes[n + 1]) - 1) < _TOLERANCE
        for n, found in measured.items()
    )
