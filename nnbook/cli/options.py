"""Reading the options of a command: numbers within bounds, sizes of layers."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

__all__ = ["either", "number", "sizes", "whole"]

MOST_NODES = 100_000  # in a layer


def whole(minimum: int, maximum: float = math.inf) -> Callable[[str], int]:
    """Make a reader of whole numbers for argparse."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"expected a whole number, got {text!r}"
            ) from None
        if value < minimum:
            raise argparse.ArgumentTypeError(f"must be at least {minimum}, got {text}")
        if value > maximum:
            raise argparse.ArgumentTypeError(f"must be at most {maximum}, got {text}")
        return value

    return read


def number(
    *, above: float | None = None, minimum: float | None = None, below: float = math.inf
) -> Callable[[str], float]:
    """Make a reader of finite numbers for argparse."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"expected a number, got {text!r}")
        if above is not None and not value > above:
            raise argparse.ArgumentTypeError(
                f"must be greater than {above:g}, got {text}"
            )
        if minimum is not None and not value >= minimum:
            raise argparse.ArgumentTypeError(
                f"must be at least {minimum:g}, got {text}"
            )
        if not value < below:
            raise argparse.ArgumentTypeError(f"must be below {below:g}, got {text}")
        return value

    return read


def sizes(text: str) -> tuple[int, ...]:
    """Read the sizes of the hidden layers: "3", "16,16" or "none"."""
    if text.strip().lower() == "none":
        return ()
    hint = "write 3 for one layer, 16,16 for two, none for no hidden layer"
    try:
        read = tuple(int(size) for size in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected sizes separated by commas, got {text!r}: {hint}"
        ) from None
    if min(read) < 1:
        raise argparse.ArgumentTypeError(
            f"a layer needs at least 1 node, got {min(read)}: {hint}"
        )
    if max(read) > MOST_NODES:
        raise argparse.ArgumentTypeError(
            f"a layer has at most {MOST_NODES} nodes, got {max(read)}: {hint}"
        )
    return read


def either(names: tuple[str, ...]) -> str:
    """List names as a sentence does."""
    return f"{', '.join(names[:-1])} or {names[-1]}"
