"""Round numbers along an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nnbook.plots.texts import signed

_ROUND = (1, 2, 2.5, 5, 10)
_MOST = 6


def ticks(limits: tuple[float, float], log: bool = False) -> list[float]:
    """Choose round numbers within limits: at most six, or powers of ten."""
    low, high = limits
    if log:
        first = math.ceil(round(math.log10(low), 6))
        last = math.floor(round(math.log10(high), 6))
        stride = max(1, math.ceil((last - first + 1) / _MOST))
        return [10.0**power for power in range(first, last + 1, stride)]
    size = 10 ** math.floor(math.log10((high - low) / _MOST))
    step = next(
        size * r for r in _ROUND if (high - low) / (size * r) <= _MOST - 0.5 or r == 10
    )
    slack = 1e-9 * (high - low)
    first, last = math.ceil((low - slack) / step), math.floor((high + slack) / step)
    return [k * step for k in range(first, last + 1)]


def written(values: Sequence[float], log: bool = False) -> list[str]:
    """Write the numbers of an axis, all with the same number of decimals."""
    if log:
        return [_plain(v) for v in values]
    for decimals in range(7):
        texts = [f"{v:.{decimals}f}" for v in values]
        if all(
            abs(float(t) - v) < 1e-9 * max(1, abs(v))
            for t, v in zip(texts, values, strict=True)
        ):
            break
    return [signed("0" if float(t) == 0 else t) for t in texts]


def _plain(value: float) -> str:
    """Write a power of ten, as a number while that is short."""
    if 1e-3 <= value < 1e4:
        return f"{value:g}"
    if 1e4 <= value < 1e6:
        return f"{value:,.0f}"
    power = str(round(math.log10(value))).translate(_RAISED)
    return f"10{power}"


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
