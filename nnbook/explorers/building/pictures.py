"""What a moment of a run looks like, and the sentence that says it."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import forward
from nnbook.explore import Panel
from nnbook.explore.panels import Limits
from nnbook.explorers.building.run import Moment, Run
from nnbook.explorers.building.settings import Samples

_GRID = 32  # places along a side at which the network is asked
_EVERY = 3  # of them, for the picture of a node
_WIDEST = 4  # units of an edge, whatever its weight
_AHEAD = 20  # epochs, at most, for which a weight's line follows its slope
_FAR = 6.0  # learning rate times epochs: a line of more leaves the picture
_START = 0.5  # where epoch 0 stands on an axis of powers of ten
_HIGHEST = 1e6  # where a run breaks down, an error may be infinite
_STEPS = (1, 2, 5)


def draw(run: Run, at: Moment | None = None) -> list[Panel]:
    """Draw a run at one of its moments: border, error, nodes and weights.

    Parameters
    ----------
    run : Run
        What was kept of it gives the curves.
    at : Moment, optional
        By default the latest.
    """
    at = at or run.now
    outputs = _asked(run, at.thetas)
    with np.errstate(over="ignore"):
        return [
            border(run, outputs[-1]),
            curves(run, at),
            nodes(run, at, outputs),
            weights(run, at),
        ]


def describe(run: Run, at: Moment | None = None) -> str:
    """Say how far a run is at one of its moments."""
    at = at or run.now
    epochs = f"{at.epoch:,} epoch{'s' * (at.epoch != 1)}"
    said = (
        f"After {epochs} the error is {at.seen:.3f} on training points and "
        f"{at.unseen:.3f} on unseen ones, of which {run.right(at):.0%} are classified "
        "right."
    )
    return f"{said} Here the {at.trouble}" if at.trouble else said


def border(run: Run, p: Array) -> Panel:
    """Draw the network's answer all over the plane, with the training points."""
    s = run.samples
    x, y = _limits(s)
    panel = Panel(x=x, y=y, xlabel="x₁", ylabel="x₂", title="the border")
    colors = [f"class{k}" for k in range(s.n_classes)]
    panel.surface(p.reshape(_GRID, _GRID, -1), colors=colors)
    return panel.points(s.X, s.y, size=6)


def curves(run: Run, at: Moment) -> Panel:
    """Draw the error so far, with what is known of later moments in grey."""
    moments = run.moments
    epochs = np.array([max(m.epoch, _START) for m in moments])
    errors = np.array([(m.seen, m.unseen) for m in moments])
    errors = np.minimum(errors, _HIGHEST)
    now = epochs <= max(at.epoch, _START)
    last = _round_up(max(10, epochs[-1]))
    panel = Panel(
        x=(_START, 1.3 * last),  # room for the last label
        y=(0, _round_up(errors.max())),
        log_x=True,
        xticks=_epoch_ticks(last),
        xlabel="epochs",
        title="error (dashed: unseen points)",
    )
    for which, dashed in ((0, False), (1, True)):
        error = errors[:, which]
        panel.line(epochs, error, color="greyed", width=1.4, dashed=dashed)
        color = "accent" if dashed else "ink"
        panel.line(epochs[now], error[now], color=color, dashed=dashed)
    here = [[max(at.epoch, _START), error] for error in (at.seen, at.unseen)]
    return panel.points(here, color="ink", size=8)


def nodes(run: Run, at: Moment, outputs: list[Array]) -> Panel:
    """Draw the network, in each node where on the plane it gives much.

    An edge is as wide as its weight is large, and broken where that is negative.
    """
    sizes = run.settings.sizes
    panel = Panel(x=(0, 1), y=(0, 1), axes=False, title="what each node sees")
    left, top, right, bottom = panel.box
    # Some room between the nodes of a layer, and more between the layers.
    size = min(48, (bottom - top) / max(sizes) - 5, (right - left) / len(sizes) - 24)
    places = [_column(panel, n, sizes, size + 5) for n in range(len(sizes))]
    for sign, color in ((1, "ink"), (-1, "accent")):
        starts, ends, widths = [], [], []
        for theta, (before, after) in zip(at.thetas, pairwise(places), strict=True):
            i, j = np.nonzero(sign * theta[1:] > 0)
            starts.append(before[i])
            ends.append(after[j])
            widths.append(np.clip(np.abs(theta[1:][i, j]), 0.5, _WIDEST))
        panel.lines(
            np.concatenate(starts),
            np.concatenate(ends),
            np.concatenate(widths),
            color=color,
            dashed=sign < 0,
        )
    panel.squares(np.concatenate(places[:-1]), size=size)
    inner = [
        _shade(column, run.settings.activation if n else "")
        for n, a in enumerate(outputs[:-1])
        for column in a.T
    ]
    panel.pictures(inner, np.concatenate(places[:-1]), size=size)
    return panel.points(places[-1], np.arange(sizes[-1]), size=16)


def weights(run: Run, at: Moment) -> Panel:
    """Draw every weight, and where its slope would take it in the next epochs."""
    rate = run.settings.learning_rate
    epochs = int(min(max(_FAR / rate, 1), _AHEAD))
    values = np.concatenate([theta.ravel() for theta in at.thetas])
    moves = -epochs * rate * np.concatenate([g.ravel() for g in run.slopes(at)])
    ends = np.cumsum([theta.size for theta in at.thetas])
    layer = np.searchsorted(ends, np.arange(len(values)), side="right")
    x = np.arange(len(values)) + 2 * layer
    largest = max(1.0, np.abs(values).max())
    limit = _round_up(
        np.fmin(np.fmax(largest, np.abs(values + moves).max()), 2 * largest)
    )
    panel = Panel(
        x=(-2, x[-1] + 2),
        y=(-limit, limit),
        xticks={f"{k + 1}": float(x[layer == k].mean()) for k in range(layer[-1] + 1)},
        xlabel="layer",
        title=f"weights (lines: {epochs} epoch{'s' * (epochs > 1)} ahead)",
    )
    starts = np.column_stack([x, values])
    ends = np.column_stack([x, values + moves])
    panel.lines(starts, ends, np.full(len(x), 2.0), color="accent")
    return panel.dots(starts)


def _limits(samples: Samples) -> tuple[Limits, Limits]:
    """Leave a margin around the training points."""
    low, high = samples.X.min(axis=0), samples.X.max(axis=0)
    margin = 0.12 * (high - low) + 1e-3 * np.abs(high) + 1e-9
    (x0, y0), (x1, y1) = (low - margin).tolist(), (high + margin).tolist()
    return (x0, x1), (y0, y1)


def _asked(run: Run, thetas: list[Array]) -> list[Array]:
    """Ask the network all over the plane."""
    (x0, x1), (y0, y1) = _limits(run.samples)
    return forward(_plane(x0, x1, y0, y1), thetas, run.settings.activation)


@cache
def _plane(x0: float, x1: float, y0: float, y1: float) -> Array:
    """List the places of a grid over the plane, row by row."""
    sides = np.linspace(x0, x1, _GRID), np.linspace(y0, y1, _GRID)
    return np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)


def _shade(output: Array, activation: str) -> Array:
    """Give a node's output over the plane as numbers from 0 to 1."""
    grid = output.reshape(_GRID, _GRID)[::_EVERY, ::_EVERY]
    low, high = grid.min(), grid.max()
    if activation == "tanh":
        low, high = -1, 1
    elif activation == "sigmoid":
        low, high = 0, 1
    elif activation == "relu":
        low = 0
    return (grid - low) / (high - low) if high > low else np.zeros_like(grid)


def _column(panel: Panel, n: int, sizes: tuple[int, ...], step: float) -> Array:
    """Place the nodes of a layer from the top, so many units apart."""
    left, top, right, bottom = panel.box
    inside = step / 2 / (right - left)
    x = inside + (1 - 2 * inside) * n / (len(sizes) - 1)
    y = 0.5 + ((sizes[n] - 1) / 2 - np.arange(sizes[n])) * step / (bottom - top)
    return np.column_stack([np.full(sizes[n], x), y])


def _epoch_ticks(last: float) -> dict[str, float]:
    """Give the start and powers of ten their place on an axis of epochs."""
    powers = range(int(np.log10(last)) + 1)
    stride = 1 if len(powers) < 6 else 2
    return {"0": _START} | {f"{10**k:,}": 10.0**k for k in powers[::stride]}


def _round_up(value: float) -> float:
    """Give the next of 0.1, 0.2, 0.5, 1, 2, 5, 10, ..."""
    power = 10.0 ** np.floor(np.log10(max(value, 0.1)))
    return float(next(s * power for s in (*_STEPS, 10) if s * power >= value * 0.999))
