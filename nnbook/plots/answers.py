"""What a classifier answered: probabilities, counts of mistakes, images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from nnbook._checks import (
    check_same_length,
    finite_array,
    integer_at_least,
)
from nnbook._checks import labels as checked_labels
from nnbook._types import Array, ArrayLike
from nnbook.plots.style import COLOURS, INK, SOFT, drawing
from nnbook.plots.texts import CENTRED, checked_names, number, write_beside


def probabilities(
    p: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the probabilities of the classes for one sample as bars.

    Parameters
    ----------
    p : array_like, shape (K,) or (1, K)
        Probabilities that sum to 1.
    names : sequence of str, optional
        The classes' names; by default class 0, class 1, ...
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        The first class on top; each bar's number stands behind it.

    Raises
    ------
    TypeError, ValueError
        If p is not one row of probabilities, or the names do not fit.

    Examples
    --------
    >>> ax = plots.probabilities([0.2, 0.8])
    """
    p = finite_array("p", p)
    if p.ndim > 2 or p.ndim == 0 or (p.ndim == 2 and len(p) != 1):
        raise ValueError(
            f"p must hold the probabilities of one sample, shape (K,), got {p.shape}; "
            "of many samples take one: p[i]"
        )
    p = p.reshape(-1)
    if p.min() < 0 or abs(float(p.sum()) - 1) > 1e-6:
        raise ValueError(
            "p must hold probabilities, none below 0 and summing to 1, got the "
            f"smallest {p.min():g} and the sum {p.sum():g}"
        )
    texts = checked_names("names", names, [f"class {k}" for k in range(len(p))])
    with drawing(ax, 5.0, 0.75 + 0.38 * len(p)) as ax:
        rows = np.arange(len(p))
        ax.barh(rows, p, height=0.66, color=[COLOURS[k % len(COLOURS)] for k in rows])
        for row, value in zip(rows, p, strict=True):
            write_beside(ax, _probability(value), (value, row), (5, 0), va="center")
        ax.set_yticks(rows, texts)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(p) - 0.5, -0.5)
        ax.set_xlim(0, 1.1)
        ax.set_xticks([0, 0.5, 1])
        ax.spines["bottom"].set_bounds(0, 1)
        ax.set_xlabel("probability")
    return ax


def _probability(value: float) -> str:
    """Write a probability: never 0.00 or 1.00 for one that is not 0 or 1."""
    if 0 < value < 0.005:
        return "< 0.01"
    if 0.995 <= value < 1:
        return "> 0.99"
    return number(value)


def confusion(
    matrix: ArrayLike,
    *,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each class was taken for each other.

    Parameters
    ----------
    matrix : array_like of int, shape (K, K)
        Entry [i, j] counts the samples of class i that were predicted as j, as
        `confusion_matrix` gives it.
    class_names : sequence of str, optional
        By default 0, 1, 2, ...
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        Each row's colour grows with the share of its class. Wrong answers stand
        off the diagonal, in bold; where there are none, a dot.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not square, holds a negative number, or the names do not
        fit.

    Examples
    --------
    >>> ax = plots.confusion([[8, 2], [0, 10]])
    """
    counts = finite_array("matrix", matrix, ndim=2)
    size = len(counts)
    if counts.shape != (size, size) or counts.min() < 0:
        raise ValueError(
            "matrix must be square and hold counts of 0 or more, got shape "
            f"{counts.shape} and the smallest {counts.min():g}"
        )
    texts = checked_names("class_names", class_names, list(map(str, range(size))))
    side = min(4.8, 1.2 + 0.55 * size)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with drawing(ax, side + 0.6, side) as ax:
        for i, j in np.ndindex(counts.shape):
            # Never so dark that the number on it could not be read.
            tint = to_rgba(COLOURS[0], 0.06 + 0.44 * share[i, j])
            ax.add_patch(
                Rectangle(
                    (j - 0.47, i - 0.47),
                    0.94,
                    0.94,
                    facecolor=tint if counts[i, j] else "none",
                    linewidth=0,
                    label=f"_cell {i},{j}",
                )
            )
            ax.text(
                j,
                i,
                f"{counts[i, j]:g}" if counts[i, j] else "\N{MIDDLE DOT}",
                fontsize=11,
                fontweight="bold" if i != j and counts[i, j] else "normal",
                color=INK if counts[i, j] else SOFT,
                **CENTRED,
            )
        ax.set_aspect("equal")
        ax.set_xlim(-0.5, size - 0.5)
        ax.set_ylim(size - 0.5, -0.5)
        turned = max(map(len, texts)) > 8
        rotation, ha = (40, "right") if turned else (0, "center")
        ax.set_xticks(range(size), texts, rotation=rotation, ha=ha)
        ax.set_yticks(range(size), texts)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel("predicted class")
        ax.set_ylabel("true class")
    return ax


def digits(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    columns: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Draw 8 by 8 images of digits in rows, with what they are and were taken for.

    Parameters
    ----------
    images : array_like, shape (N, 64) or (N, 8, 8)
        Brightness of the pixels, 0 being paper.
    labels : array_like, shape (N,), optional
        What they are, written below them.
    predictions : array_like, shape (N,), optional
        What they were taken for. Where that is wrong the image is framed and both
        are written, "3 → 8" for a 3 that was taken for an 8.
    columns : int
        Images in a row.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One unit is one pixel of an image.

    Raises
    ------
    TypeError, ValueError
        If the images are not 8 by 8, or labels or predictions do not fit them.

    Examples
    --------
    >>> ax = plots.digits(np.eye(8).reshape(1, 64), labels=[1])
    """
    pixels = finite_array("images", images)
    if pixels.shape[1:] not in ((64,), (8, 8)):
        raise ValueError(
            "images must have shape (N, 64) or (N, 8, 8), got "
            f"{pixels.shape}; one image is images[i : i + 1]"
        )
    pixels = pixels.reshape(-1, 8, 8)
    truths = _captions("labels", labels, pixels)
    guesses = _captions("predictions", predictions, pixels)
    columns = min(integer_at_least("columns", columns, 1), len(pixels))
    rows = math.ceil(len(pixels) / columns)
    across = 10.0
    down = across if truths is None and guesses is None else 13.0
    width = min(7.0, 0.9 * columns)
    height = width * rows * down / (columns * across)
    with drawing(ax, width, height) as ax:
        for n, image in enumerate(pixels):
            left, top = across * (n % columns), down * (n // columns)
            ax.imshow(
                image,
                cmap="gray_r",
                vmin=min(0.0, float(pixels.min())),
                vmax=float(pixels.max()) or 1.0,
                extent=(left, left + 8, top + 8, top),
                interpolation="none",
                label=f"_digit {n}",
            )
            _write_caption(ax, n, left, top, truths, guesses)
        ax.set_axis_off()
        ax.set_aspect("equal")
        ax.set_xlim(-1, across * columns - 1)
        ax.set_ylim(down * rows - 1, -1)
    return ax


def _captions(argument: str, values: Any, images: Array) -> list[str] | None:
    if values is None:
        return None
    checked = checked_labels(argument, values)
    check_same_length(argument, checked, "images", images)
    return [f"{v:g}" if checked.dtype.kind in "iuf" else str(v) for v in checked]


def _write_caption(
    ax: Axes,
    n: int,
    left: float,
    top: float,
    truths: list[str] | None,
    guesses: list[str] | None,
) -> None:
    """Write what image n is below it, and frame it if it was taken for another."""
    told = truths or guesses
    if told is None:
        return
    text = told[n]
    wrong = guesses is not None and guesses[n] != text
    if wrong and guesses is not None:
        text = f"{text} \N{RIGHTWARDS ARROW} {guesses[n]}"
        ax.add_patch(
            Rectangle(
                (left - 0.4, top - 0.4),
                8.8,
                8.8,
                fill=False,
                edgecolor=COLOURS[1],
                linewidth=2,
                label=f"_wrong {n}",
            )
        )
    weight = "bold" if wrong else "normal"
    ax.text(left + 4, top + 10.3, text, fontsize=11, fontweight=weight, **CENTRED)
