"""An activation and its slope (Figure 3 of the original post)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from nnbook._checks import choice, finite_array, integer_at_least
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS, Activation
from nnbook.plots.style import ACCENT, GREYED, INK, PAPER, drawing, labelled
from nnbook.plots.texts import label_end, number, write_where_free

_WRITTEN = {"relu": "ReLU(z)", "identity": "z"}


def activation(
    name_or_activation: str | Activation,
    *,
    z: ArrayLike | None = None,
    at: float | Sequence[float] | None = None,
    slope: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """Draw an activation (solid) with its slope (dashed), and tangents to it.

    Parameters
    ----------
    name_or_activation : str or Activation
        Its name in `ACTIVATIONS`, or an object with `f` and `prime`.
    z : array_like, shape (n,), optional
        Rising weighted sums to draw it for; by default from -4 to 4.
    at : float or sequence of float, optional
        Draw the tangent there, and write its slope.
    slope : bool
        Draw the slope's curve.
    ax : Axes, optional
        Where to draw; by default a new figure.

    Raises
    ------
    TypeError, ValueError
        If the name is not known, or z does not rise or `at` is not finite.

    Notes
    -----
    Equations (3.1) to (3.6) of the book. Where the slope jumps, as that of ReLU
    does at 0, there is no slope: its curve is interrupted, open dots show where
    the two sides end, and a filled dot what `prime` gives by convention.

    Examples
    --------
    >>> ax = plots.activation("tanh", at=0.5)
    """
    if isinstance(name_or_activation, str):
        name = choice("name_or_activation", name_or_activation, ACTIVATIONS)
        curve = ACTIVATIONS[name]
    else:
        curve, name = name_or_activation, "f"
        if not all(callable(getattr(curve, part, None)) for part in ("f", "prime")):
            raise TypeError(
                "name_or_activation must be a name or an Activation(f, prime), got "
                f"{type(curve).__name__}"
            )
    places = np.linspace(-4, 4, 401) if z is None else finite_array("z", z, ndim=1)
    integer_at_least("the number of values in z", len(places), 2)
    if (np.diff(places) <= 0).any():
        i = int(np.argmax(np.diff(places) <= 0))
        raise ValueError(
            f"z must rise from each value to the next, got {places[i + 1]:g} after "
            f"{places[i]:g} at position {i + 1}"
        )
    tangents = [] if at is None else finite_array("at", at).reshape(-1).tolist()
    outputs = np.asarray(curve.f(places))
    jumps = _jumps(curve, places)
    with drawing(ax) as ax:
        for draw in (ax.axhline, ax.axvline):
            draw(0, color=GREYED, linewidth=0.9, zorder=0.5)
        ax.plot(places, outputs, color=INK, linewidth=2.4, zorder=3, label="_f")
        ax.set_xlabel("$z$")
        ax.margins(x=0.02, y=0.1)
        label_end(ax, places[-1], outputs[-1], _WRITTEN.get(name, f"{name}(z)"), INK)
        if slope:
            _draw_slope(ax, curve, places, jumps)
        for where in tangents:
            _draw_tangent(ax, curve, where, places, jumps, slope)
    return ax


def _jumps(curve: Activation, z: Array) -> list[float]:
    """Find where the slope jumps: the gap stays when the two sides come closer."""
    slopes = np.asarray(curve.prime(curve.f(z)))
    large = 0.1 * max(float(np.ptp(slopes)), 1e-12)
    found = []
    for i in np.flatnonzero(np.abs(np.diff(slopes)) > large):
        low, high = z[i], z[i + 1]
        while (high - low) > 1e-12 * max(1.0, abs(low)):
            middle = (low + high) / 2
            a, b, c = curve.prime(curve.f(np.array([low, middle, high])))
            if abs(c - a) <= large:  # steep, but no jump
                break
            low, high = (low, middle) if abs(b - a) > abs(c - b) else (middle, high)
        else:
            found.append(round(float(low + high) / 2, 9) + 0.0)  # no -0.0
    return sorted(set(found))


def _draw_slope(ax: Axes, curve: Activation, z: Array, jumps: list[float]) -> None:
    """Draw the slope's curve in pieces, with dots where it is interrupted."""
    edges = sorted({float(z[0]), *jumps, float(z[-1])})
    tiny = 1e-9
    for left, right in itertools.pairwise(edges):
        inside = z[(z > left) & (z < right)]
        start = left + tiny if left in jumps else left
        stop = right - tiny if right in jumps else right
        piece = np.concatenate([[start], inside, [stop]])
        slopes = np.asarray(curve.prime(curve.f(piece)))
        ax.plot(
            piece,
            slopes,
            color=ACCENT,
            linestyle=(0, (4, 2)),
            linewidth=2.2,
            zorder=3.5,  # above f, which it may lie on
            label="_slope",
        )
        for end, cut in ((0, left in jumps), (-1, right in jumps)):
            if cut:
                _draw_dot(ax, piece[end], slopes[end], filled=False)
    for jump in jumps:
        value = float(curve.prime(curve.f(np.array([jump])))[0])
        _draw_dot(ax, jump, value, filled=True)
    label_end(ax, z[-1], float(slopes[-1]), "its slope", ACCENT)


def _draw_dot(ax: Axes, x: float, y: float, *, filled: bool) -> None:
    fill, zorder, label = (ACCENT, 5, "_filled") if filled else (PAPER, 4, "_open")
    ax.plot(x, y, "o", ms=7, mfc=fill, mec=ACCENT, mew=1.6, zorder=zorder, label=label)


def _draw_tangent(
    ax: Axes, curve: Activation, where: float, z: Array, jumps: list[float], slope: bool
) -> None:
    """Draw the tangent at one place, and write its slope beside it."""
    a = curve.f(np.array([where]))
    value, steep = float(a[0]), float(curve.prime(a)[0])
    half = 0.13 * (z[-1] - z[0]) / math.hypot(1, steep)
    ends = where + half * np.array([-1, 1])
    ax.plot(
        ends,
        value + steep * (ends - where),
        color=ACCENT,
        linewidth=2.2,
        linestyle=":" if where in jumps else "-",
        zorder=4,
        label="_tangent",
    )
    ax.plot(where, value, "o", color=INK, markersize=7, zorder=5, label="_touch")
    spots = [(where, value)]
    words = f"slope {number(steep)}"
    if where in jumps:
        words = f"no slope here,\n{number(steep, 0)} by convention"
    elif slope:
        # The tangent's slope is the height of the other curve: join the two.
        spots.append((where, steep))
        ax.plot(*np.transpose(spots), ":", color=ACCENT, lw=1, zorder=1, label="_drop")
        _draw_dot(ax, where, steep, filled=True)
    curves = [c for kind in ("_f", "_slope", "_tangent") for c in labelled(ax, kind)]
    write_where_free(ax, words, spots, ACCENT, curves)
