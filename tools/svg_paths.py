"""Paths of SVG in few bytes: the same lines, to what a screen can show.

A shaded border, as Matplotlib draws it, has a corner at each cell of its grid, most of
them on the way straight on. Here only the corners that turn are kept (Douglas and
Peucker's rule), and each is written as the step from the one before.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

# Straight lines alone: whole letters and circles are left as they are.
STRAIGHT = re.compile(r'\bd="((?:\s*[ML]\s*-?[\d.]+\s+-?[\d.]+|\s*z)+\s*)"')
PIECE = re.compile(r"([ML])\s*(-?[\d.]+)\s+(-?[\d.]+)|z")
TOLERANCE = 0.08  # points: a tenth of a pixel
UNIT = 10  # steps to a point


def thin(points: Points, tolerance: float = TOLERANCE) -> Points:
    """Leave out the corners that lie within the tolerance of a straight line.

    Parameters
    ----------
    points : ndarray of shape (n, 2)
        The corners; the first and the last stay.
    tolerance : float
        In the unit of the points.

    Returns
    -------
    ndarray of shape (m, 2)
        m is n or less.
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        way = points[last] - points[first]
        away = points[first + 1 : last] - points[first]
        # The nearest place on the piece; a closed line ends where it begins.
        share = np.clip(away @ way / max(way @ way, 1e-12), 0, 1)
        distance = np.hypot(*(away - np.outer(share, way)).T)
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            parts += [(first, middle), (middle, last)]
    return points[keep]


def written(tenths: int) -> str:
    """Write a number of tenths: 5 is ".5", -12 is "-1.2"."""
    text = f"{tenths / UNIT:.1f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def joined(numbers: list[int]) -> str:
    """Write numbers one after the other; a minus needs no space before it."""
    return re.sub(r" (?=-)", "", " ".join(map(written, numbers)))


def line(points: list[tuple[float, float]]) -> str:
    """Write one line: where it starts, then its steps."""
    corners = np.rint(thin(np.array(points)) * UNIT).astype(int)
    steps = np.diff(corners, axis=0)
    steps = steps[steps.any(axis=1)]
    text = f"M{joined(corners[0].tolist())}"
    if len(steps):
        text += f"l{joined(steps.ravel().tolist())}"
    elif len(points) > 1:  # a dot, where the line's ends are round
        text += "l0 0"
    return text


def shorter(match: re.Match[str]) -> str:
    """Write the ``d="..."`` of a path of straight lines anew."""
    text = ""
    points: list[tuple[float, float]] = []
    for piece in PIECE.finditer(match[1]):
        if piece[1] == "L":
            points.append((float(piece[2]), float(piece[3])))
            continue
        text += line(points) if points else ""
        points = [(float(piece[2]), float(piece[3]))] if piece[1] else []
        text += "" if piece[1] else "z"
    text += line(points) if points else ""
    return f'd="{text}"'


def shorten(svg: str) -> str:
    """Write all paths of straight lines in few bytes."""
    return STRAIGHT.sub(shorter, svg)
