"""Paths of SVG in few bytes: the same lines, to what a screen can show.

A shaded border, as Matplotlib draws it, has a corner at each cell of its grid, most of
them on the way straight on. Here only the corners that turn are kept (Douglas and
Peucker's rule), and each is written as the step from the one before.
"""

from __future__ import annotations

import re
from itertools import groupby

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


def tenths(*numbers: float) -> list[int]:
    """Give numbers in steps."""
    return [round(number * UNIT) for number in numbers]


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


# The same mark again and again, as Matplotlib writes the points of a scatter plot.
MARK = re.compile(r'<path id="([^"]+)" d="([^"]+)"(?: style="([^"]*)")?/>')
USE = re.compile(
    r'<use href="#([^"]+)" x="(-?[\d.]+)" y="(-?[\d.]+)" style="([^"]*)"/>\s*'
)
USES = re.compile(rf"(?:{USE.pattern.replace('(', '(?:')}){{2,}}")
START = re.compile(r"M\s*(-?[\d.]+)\s*(-?[\d.]+)")
EDGE = 2.0  # points: more than the edges of two marks together
CURVES = re.compile(r"M[\d\sC.,-]+z?\s*")


def stamp(path: str) -> list[tuple[float, float, str]] | None:
    """Take a mark apart into where its lines start, and the steps that follow.

    Returns
    -------
    list of tuples, or None if the path is neither steps nor a circle
        x, y, and the rest of the line.
    """
    if CURVES.fullmatch(path) and "C" in path:
        numbers = [abs(float(n)) for n in re.findall(r"-?[\d.]+", path)]
        radius = max(numbers)
        if path.count("C") != 8 or numbers[:2] != [0, radius]:
            return None
        r, d = map(written, tenths(radius, 2 * radius))
        return [(-radius, 0, f"a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0-{d} 0z")]
    pieces = START.split(path)
    if pieces[0] or any(re.search("[A-Z]", rest) for rest in pieces[3::3]):
        return None
    return [
        (float(x), float(y), rest.strip())
        for x, y, rest in zip(*(pieces[k::3] for k in (1, 2, 3)), strict=True)
    ]


def layers(places: Points, apart: float) -> list[int]:
    """Put each mark into the lowest layer above all earlier ones that it may touch.

    Parameters
    ----------
    places : ndarray of shape (n, 2)
        Where the marks stand, in the order in which they are drawn.
    apart : float
        From this distance on, to the side or upwards, two marks do not touch.

    Returns
    -------
    list of int
        The layer of each, from 0.
    """
    found = np.zeros(len(places), dtype=int)
    for k, place in enumerate(places):
        touched = (np.abs(places[:k] - place) < apart).all(axis=1)
        found[k] = 1 + found[:k][touched].max(initial=-1)
    return [int(layer) for layer in found]


def reach(lines: list[tuple[float, float, str]]) -> float:
    """Give how far a mark goes from its place, at most."""
    farthest = 0.0
    for x, y, rest in lines:
        steps = [] if rest.startswith("a") else re.findall(r"-?\d*\.?\d+", rest)
        way = np.cumsum([(x, y), *np.array(steps, dtype=float).reshape(-1, 2)], axis=0)
        farthest = max(farthest, float(np.abs(way).max()))
    return farthest


def gather(svg: str) -> str:
    """Draw equal marks that follow each other in few paths.

    A browser makes a small document for each ``<use>``: hundreds of points take a
    phone a tenth of a second. Marks that touch each other go into different paths,
    in their order, so that the picture stays the same.
    """
    marks = {name: (path, style) for name, path, style in MARK.findall(svg)}

    def together(match: re.Match[str]) -> str:
        text = ""
        uses = USE.finditer(match[0])
        for (name, style), group in groupby(uses, key=lambda use: use.group(1, 4)):
            run = list(group)
            path, own = marks.get(name, ("", ""))
            lines = stamp(path) if path and len(run) > 1 else None
            if lines is None:
                text += "".join(use[0] for use in run)
                continue
            places = np.array([[float(use[2]), float(use[3])] for use in run])
            layer = layers(places, 2 * reach(lines) + EDGE)
            full = "; ".join(filter(None, (style, own)))
            for now in range(max(layer) + 1):
                steps = "".join(
                    f"M{joined(tenths(left + x, top + y))}{rest}"
                    for (left, top), one in zip(places, layer, strict=True)
                    if one == now
                    for x, y, rest in lines
                )
                text += f'<path d="{steps}" style="{full}"/>'
        return text

    return USES.sub(together, svg)
