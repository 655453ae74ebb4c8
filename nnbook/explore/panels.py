"""A panel: axes and marks, drawn as SVG.

A panel is a list of layers, each a piece of SVG. What does not change between two
states of an explorer stays where it is; what does is exchanged layer by layer.
Lengths are in the panel's own units, of which a phone shows about one a pixel.
"""

from __future__ import annotations

import base64
import html
import struct
import zlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import contourpy
import numpy as np

from nnbook._checks import finite_array, integer_at_least
from nnbook._types import Array, ArrayLike
from nnbook.explore.colours import colour
from nnbook.explore.ticks import ticks, written

Limits: TypeAlias = tuple[float, float]

WIDTH = 320  # units
LOW = 215  # units: a height of which a phone shows two, and several controls
SMALLEST = 12  # units: the smallest text, still read on a phone
_LEVELS = 15  # shades of a picture, 0 not counted: four bits a dot
_ANCHORS = {"left": "start", "middle": "middle", "right": "end"}


class Panel:
    """Axes with marks in them.

    Parameters
    ----------
    x, y : (float, float)
        What the axes show.
    xlabel, ylabel, title : str
        What stands beside and above them.
    height : int
        Units; the width is 320.
    axes : bool
        Draw axes, or nothing but the marks.
    log_x, log_y : bool
        Powers of ten at equal distances.
    xticks, yticks : sequence of numbers, or mapping of str to number, optional
        Where the axes have their marks; by default at round numbers.

    Examples
    --------
    >>> from nnbook.explore import Panel
    >>> panel = Panel(x=(0, 1), y=(0, 1)).line([0, 1], [0, 1])
    >>> len(panel.layers)
    2
    """

    def __init__(
        self,
        x: Limits,
        y: Limits,
        *,
        xlabel: str = "",
        ylabel: str = "",
        title: str = "",
        height: int = 250,
        axes: bool = True,
        log_x: bool = False,
        log_y: bool = False,
        xticks: Sequence[float] | dict[str, float] | None = None,
        yticks: Sequence[float] | dict[str, float] | None = None,
    ) -> None:
        self.x, self.y = _limits("x", x, log_x), _limits("y", y, log_y)
        self.log_x, self.log_y = log_x, log_y
        self.height = integer_at_least("height", height, 60)
        left = (44 + 14 * bool(ylabel)) if axes else 4
        bottom = (22 + 18 * bool(xlabel)) if axes else 4
        top = 28 if title else 8
        #: The place of the axes: left, top, right, bottom.
        self.box = (left, top, WIDTH - 14, self.height - bottom)
        self.layers: list[str] = []
        self._add(self._frame(title, xlabel, ylabel, axes, xticks, yticks))

    # ---- places -----------------------------------------------------------------

    def _px(self, x: ArrayLike) -> Array:
        return _scaled(x, self.x, self.box[0], self.box[2], self.log_x)

    def _py(self, y: ArrayLike) -> Array:
        return _scaled(y, self.y, self.box[3], self.box[1], self.log_y)

    def _add(self, *pieces: str) -> Panel:
        self.layers.append("".join(pieces))
        return self

    # ---- marks ------------------------------------------------------------------

    def line(
        self,
        x: ArrayLike,
        y: ArrayLike,
        *,
        color: str = "ink",
        width: float = 2.0,
        dashed: bool = False,
        label: str = "",
    ) -> Panel:
        """Draw a line through points; one without any where the arrays are empty.

        It is broken where a coordinate is nan. `label` is written at its end.
        """
        px, py = self._px(x), self._py(y)
        gaps = np.isnan(np.asarray(x, dtype=float) + np.asarray(y, dtype=float))
        dashes = ' stroke-dasharray="6 4"' if dashed else ""
        path = (
            f'<path d="{_broken(px, py, gaps)}" fill="none" stroke="{colour(color)}" '
            f'stroke-width="{width:g}"{dashes} stroke-linejoin="round" '
            'stroke-linecap="round" clip-path="url(#~CLIP)"/>'
        )
        if label and len(px):
            right, at = px[-1] > WIDTH - 60, py[-1]
            inside = min(max(at, self.box[1] + 12), self.box[3] - 6)
            path += _text(
                px[-1] + (-4 if right else 5),
                inside - (8 if right else -4),
                label,
                color=color,
                anchor="right" if right else "left",
            )
        return self._add(path)

    def lines(
        self,
        starts: ArrayLike,
        ends: ArrayLike,
        widths: ArrayLike,
        *,
        color: str = "ink",
        dashed: bool = False,
    ) -> Panel:
        """Draw many lines, each from one point (M, 2) to another, in its own width.

        Widths are drawn in halves of a unit; a line of less than a quarter is not.
        """
        starts = np.asarray(starts, dtype=float).reshape(-1, 2)
        ends = np.asarray(ends, dtype=float).reshape(-1, 2)
        x0, y0, x1, y1 = (
            np.round(place).astype(int)
            for place in (
                self._px(starts[:, 0]),
                self._py(starts[:, 1]),
                self._px(ends[:, 0]),
                self._py(ends[:, 1]),
            )
        )
        halves = np.round(2 * np.asarray(widths, dtype=float)).astype(int)
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        pieces = []
        for half in sorted(set(halves.tolist()) - {0}):
            path = "".join(
                f"M{a} {b}l{c - a} {d - b}"
                for a, b, c, d, h in zip(x0, y0, x1, y1, halves, strict=True)
                if h == half and (a, b) != (c, d)
            )
            pieces.append(
                f'<path d="{path}" stroke="{colour(color)}" '
                f'stroke-width="{half / 2:g}"{dashes} clip-path="url(#~CLIP)"/>'
            )
        return self._add(*pieces)

    def arrow(
        self, x: ArrayLike, y: ArrayLike, *, color: str = "ink", width: float = 2.4
    ) -> Panel:
        """Draw an arrow from one point to the other; none where there are none."""
        px, py = self._px(x), self._py(y)
        if len(px) == 0:
            return self._add()
        along = np.array([px[1] - px[0], py[1] - py[0]])
        along = along / max(float(np.hypot(*along)), 1e-9)
        across = np.array([-along[1], along[0]])
        tip = np.array([px[1], py[1]])
        foot = tip - 10 * along
        half = width / 2 * across
        start = np.array([px[0], py[0]])
        outline = [start + half, foot + half, foot + 5 * across, tip]
        outline += [foot - 5 * across, foot - half, start - half]
        # Paper around it, so that it is seen among points.
        return self._add(
            f'<path d="{_path(*np.stack(outline).T)}z" fill="{colour(color)}" '
            f'stroke="{colour("paper")}" stroke-width="4" paint-order="stroke"/>'
        )

    def points(
        self,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        hollow: bool = False,
        size: float = 7.0,
        color: str = "ink",
        square: bool = False,
    ) -> Panel:
        """Draw samples (N, 2); with labels `y` in the colour and form of their class.

        The forms are those of the other figures: a circle, a triangle, a square, a
        diamond. `hollow` ones are unseen data. Without labels they are circles, or
        `square`.
        """
        X = np.asarray(X, dtype=float).reshape(-1, 2)
        px, py = self._px(X[:, 0]), self._py(X[:, 1])
        if y is None:
            form = _SQUARE if square else 0
            return self._add(_marked(px, py, form, color, size, hollow))
        y = np.asarray(y)
        n_classes = int(y.max()) + 1 if len(y) else 0
        return self._add(
            *(
                _marked(px[y == k], py[y == k], k, f"class{k}", size, hollow)
                for k in range(n_classes)
            )
        )

    def dots(self, X: ArrayLike, *, size: float = 5.0, color: str = "ink") -> Panel:
        """Draw small dots at places (M, 2), for many of which few bytes are enough."""
        X = np.asarray(X, dtype=float).reshape(-1, 2)
        x, y = np.round(self._px(X[:, 0])), np.round(self._py(X[:, 1]))
        path = "".join(f"M{a:.0f} {b:.0f}h0" for a, b in zip(x, y, strict=True))
        return self._add(
            f'<path d="{path}" stroke="{colour(color)}" stroke-width="{size:g}" '
            'stroke-linecap="round"/>'
        )

    def area(
        self, x: ArrayLike, y: ArrayLike, *, color: str = "ink", opacity: float = 0.18
    ) -> Panel:
        """Fill the polygon with these corners; nothing where there are none."""
        path = _path(self._px(x), self._py(y))
        path += "Z" if path else ""
        return self._add(
            f'<path d="{path}" fill="{colour(color)}" fill-opacity="{opacity:g}" '
            'clip-path="url(#~CLIP)"/>'
        )

    def bars(
        self,
        heights: ArrayLike,
        *,
        colors: Sequence[str] | str = "ink",
        labels: Sequence[str] | None = None,
        centres: ArrayLike | None = None,
        width: float = 0.7,
    ) -> Panel:
        """Draw upright bars, at 0, 1, 2, ... or at `centres`, with `labels` on top."""
        heights = np.asarray(heights, dtype=float)
        centres = np.arange(len(heights)) if centres is None else np.asarray(centres)
        if isinstance(colors, str):
            colors = [colors] * len(heights)
        foot = self._py(
            [min(max(0.0, self.y[0]), self.y[1]) if not self.log_y else self.y[0]]
        )[0]
        pieces = []
        for k, (centre, height) in enumerate(zip(centres, heights, strict=True)):
            x0, x1 = self._px([centre - width / 2, centre + width / 2])
            top = min(max(self._py([height])[0], self.box[1]), self.box[3])
            y0, y1 = sorted((foot, top))
            pieces.append(
                f'<rect x="{x0:.0f}" y="{y0:.1f}" width="{x1 - x0:.0f}" '
                f'height="{max(y1 - y0, 0.5):.1f}" fill="{colour(colors[k])}"/>'
            )
            if labels is not None:
                below = height < 0
                at = y1 + 14 if below else max(y0 - 5, self.box[1] + 10)
                pieces.append(
                    _text((x0 + x1) / 2, at, labels[k], anchor="middle", halo=True)
                )
        return self._add(*pieces)

    def surface(
        self,
        p: ArrayLike,
        *,
        colors: Sequence[str] = ("class0", "class1"),
        border: bool = True,
        strength: float = 0.55,
    ) -> Panel:
        """Colour the panel by a grid of probabilities, and draw where two are equal.

        Parameters
        ----------
        p : array_like, shape (rows, columns) or (rows, columns, K)
            Row 0 is the bottom. Without K it is the probability of the second class.
        colors : sequence of str
            The classes' colours.
        border : bool
            Draw the line where the most probable class changes.
        strength : float
            Opacity of the surest place.
        """
        p = finite_array("p", p)
        if p.ndim == 2:
            p = np.stack([1 - p, p], axis=-1)
        x0, y0, x1, y1 = self.box
        place = f'x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}"'
        pieces = []
        for k in range(p.shape[-1]):
            lead = p[..., k] - np.delete(p, k, axis=-1).max(axis=-1)
            share = np.clip(lead, 0, 1)[::-1]
            pieces.append(_tinted(place, share, f"~MASK{k}", colors[k], strength))
        if border:
            pieces += [
                self._border(_evened(p[..., k], np.delete(p, k, axis=-1)), 0.0)
                for k in range(p.shape[-1] - 1)
            ]
        return self._add(*pieces)

    def pictures(
        self,
        grids: Sequence[ArrayLike],
        centres: ArrayLike,
        *,
        size: float = 30,
        color: str = "ink",
    ) -> Panel:
        """Draw small square pictures, the darker the greater a number is.

        Parameters
        ----------
        grids : sequence of array_like, each (n, n)
            Numbers from 0 to 1; row 0 is the bottom.
        centres : array_like, shape (M, 2)
            Where their middles are, to within half a dot of theirs; a picture that
            would stand out of the panel is moved inside.
        size : float
            Length of a side, units.
        color : str
            What 1 looks like; where it is 0, one sees what is behind.
        """
        checked = [finite_array(f"grids[{k}]", g, ndim=2) for k, g in enumerate(grids)]
        centres = np.asarray(centres, dtype=float).reshape(-1, 2)
        if not checked:
            return self._add()
        n = len(checked[0])
        dot = size / n
        # All of them are one picture of the whole panel, which takes fewest bytes.
        whole = np.zeros((int(self.height / dot), int(WIDTH / dot)))
        px, py = self._px(centres[:, 0]), self._py(centres[:, 1])
        left = np.round((px - size / 2) / dot).astype(int)
        top = np.round((py - size / 2) / dot).astype(int)
        left = np.clip(left, 0, whole.shape[1] - n)
        top = np.clip(top, 0, whole.shape[0] - n)
        for grid, i, j in zip(checked, top, left, strict=True):
            whole[i : i + n, j : j + n] = np.clip(grid, 0, 1)[::-1]
        rows, columns = whole.shape
        place = f'x="0" y="0" width="{columns * dot:g}" height="{rows * dot:g}"'
        return self._add(_tinted(place, whole, "~MASK", color))

    def squares(self, centres: ArrayLike, *, size: float = 30) -> Panel:
        """Draw empty squares of paper, such as `pictures` fill."""
        centres = np.asarray(centres, dtype=float).reshape(-1, 2)
        px, py = self._px(centres[:, 0]), self._py(centres[:, 1])
        path = "".join(
            f"M{x - size / 2:.1f} {y - size / 2:.1f}h{size:g}v{size:g}h-{size:g}z"
            for x, y in zip(px, py, strict=True)
        )
        return self._add(
            f'<path d="{path}" fill="{colour("paper")}" stroke="{colour("ink")}"/>'
        )

    def contours(
        self, values: ArrayLike, levels: Sequence[float], *, color: str = "soft"
    ) -> Panel:
        """Draw lines of equal height of a grid (rows, columns); row 0 is the bottom."""
        grid = finite_array("values", values, ndim=2)
        return self._add(
            *(self._border(grid, level, colour(color), 1.0) for level in levels)
        )

    def _border(
        self, grid: Array, level: float, stroke: str = "", width: float = 2.2
    ) -> str:
        """Draw where a grid passes through a level."""
        x0, y0, x1, y1 = self.box
        rows, columns = grid.shape
        lines = contourpy.contour_generator(
            np.linspace(x0, x1, columns), np.linspace(y1, y0, rows), grid
        ).lines(level)
        path = "".join(_path(*np.asarray(line).T) for line in lines)
        return (
            f'<path d="{path}" fill="none" stroke="{stroke or colour("ink")}" '
            f'stroke-width="{width:g}"/>'
        )

    def node(
        self,
        x: float,
        y: float,
        text: str = "",
        *,
        radius: float = 17,
        color: str = "ink",
        square: bool = False,
        lit: bool = False,
    ) -> Panel:
        """Draw a node of a network with a text in it; `lit` ones are filled."""
        (cx,), (cy,) = self._px([x]), self._py([y])
        style = (
            f'fill="{colour("mark" if lit else "paper")}" stroke="{colour(color)}" '
            f'stroke-width="{2.6 if lit else 1.5}"'
        )
        if square:
            side = 1.6 * radius
            shape = (
                f'<rect x="{cx - side / 2:.1f}" y="{cy - side / 2:.1f}" rx="3" '
                f'width="{side:.0f}" height="{side:.0f}" {style}/>'
            )
        else:
            shape = f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:g}" {style}/>'
        size = min(13.0, max(3.4 * radius / max(len(text), 1), SMALLEST))
        return self._add(
            shape, _text(cx, cy + 0.35 * size, text, anchor="middle", size=size)
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        color: str = "ink",
        anchor: str = "left",
        size: float = 13,
        bold: bool = False,
        halo: bool = True,
    ) -> Panel:
        """Write a text, with the panel's paper around it."""
        (px,), (py,) = self._px([x]), self._py([y])
        return self._add(
            _text(
                px,
                py,
                text,
                color=color,
                anchor=anchor,
                size=size,
                bold=bold,
                halo=halo,
            )
        )

    # ---- the axes ---------------------------------------------------------------

    def _frame(
        self,
        title: str,
        xlabel: str,
        ylabel: str,
        axes: bool,
        xticks: Any,
        yticks: Any,
    ) -> str:
        x0, y0, x1, y1 = self.box
        room = f'x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}"'
        pieces = [f'<clipPath id="~CLIP"><rect {room}/></clipPath>']
        if title:
            pieces.append(
                _text(
                    x0 if axes else WIDTH / 2,
                    16,
                    title,
                    size=14,
                    bold=True,
                    anchor="left" if axes else "middle",
                )
            )
        if not axes:
            return "".join(pieces)
        ink, soft = colour("ink"), colour("greyed")
        pieces.append(f'<path d="M{x0} {y0}V{y1}H{x1}" fill="none" stroke="{ink}"/>')
        labels, values = _ticks(xticks, self.x, self.log_x)
        for label, at in zip(labels, self._px(values), strict=True):
            pieces.append(f'<path d="M{at:.1f} {y1}v4" stroke="{ink}"/>')
            pieces.append(_text(at, y1 + 17, label, anchor="middle", size=12))
        labels, values = _ticks(yticks, self.y, self.log_y)
        for label, at in zip(labels, self._py(values), strict=True):
            pieces.append(f'<path d="M{x0} {at:.1f}h-4" stroke="{ink}"/>')
            pieces.append(_text(x0 - 7, at + 4, label, anchor="right", size=12))
        if not self.log_y and self.y[0] < 0 < self.y[1]:
            at = self._py([0])[0]
            pieces.append(f'<path d="M{x0} {at:.1f}H{x1}" stroke="{soft}"/>')
        if xlabel:
            pieces.append(
                _text((x0 + x1) / 2, self.height - 5, xlabel, anchor="middle")
            )
        if ylabel:
            middle = (y0 + y1) / 2
            pieces.append(
                f'<g transform="rotate(-90 13 {middle:.0f})">'
                + _text(13, middle, ylabel, anchor="middle")
                + "</g>"
            )
        return "".join(pieces)


def _limits(name: str, given: Any, log: bool) -> Limits:
    """Check what an axis shows."""
    pair = finite_array(name, given, ndim=1)
    if len(pair) != 2 or not pair[0] < pair[1] or (log and pair[0] <= 0):
        positive = " positive numbers" if log else ""
        raise ValueError(
            f"{name} must be (from, to),{positive} with from < to, got {given!r}"
        )
    return float(pair[0]), float(pair[1])


def _scaled(
    values: ArrayLike, limits: Limits, start: float, end: float, log: bool
) -> Array:
    """Turn values into places; far outside the panel they stay finite."""
    v = np.asarray(values, dtype=float)
    low, high = limits
    if log:
        v = np.log10(np.maximum(v, 1e-300))
        low, high = np.log10(low), np.log10(high)
    share = (v - low) / (high - low)
    # Unlike clip, these two give way where one of their numbers is nan.
    return start + np.fmin(np.fmax(share, -4.0), 5.0) * (end - start)


def _ticks(given: Any, limits: Limits, log: bool) -> tuple[list[str], list[float]]:
    """Give the labels of an axis and their places."""
    if isinstance(given, dict):
        return list(given), list(given.values())
    places = ticks(limits, log) if given is None else list(given)
    return written(places, log), places


def _evened(p: Array, others: Array) -> Array:
    """Give how far a class leads, in scores: they change evenly where p leaps.

    The line between two places of a grid is straight only where what is drawn
    changes evenly between them; along a lead in probability it would be a staircase.
    """
    least = 1e-15
    log_p, log_other = np.log(np.maximum([p, others.max(axis=-1)], least))
    return np.asarray(log_p - log_other)


def _broken(px: Array, py: Array, gaps: np.ndarray) -> str:
    """Write a line that begins anew behind each gap."""
    parts = np.split(np.arange(len(px)), np.flatnonzero(gaps))
    kept = (part[~gaps[part]] for part in parts)
    return "".join(_path(px[part], py[part]) for part in kept)


def _path(px: Array, py: Array) -> str:
    """Write a line through points, each place once, in tenths of a unit."""
    x, y = np.round(10 * px).astype(int), np.round(10 * py).astype(int)
    if len(x) == 0:
        return ""
    steps = zip(np.diff(x), np.diff(y), strict=True)
    tail = "".join(f"l{_tenth(dx)} {_tenth(dy)}" for dx, dy in steps if dx or dy)
    return f"M{_tenth(x[0])} {_tenth(y[0])}{tail}"


def _marked(
    px: Array, py: Array, form: int, color: str, size: float, hollow: bool
) -> str:
    """Write one mark at each place, all of them in one path."""
    shape = _FORMS[form % len(_FORMS)](size)
    x, y = np.round(px).astype(int), np.round(py).astype(int)
    path = "".join(f"M{a} {b}{shape}" for a, b in zip(x, y, strict=True))
    inside, around = ("paper", color) if hollow else (color, "paper")
    return (
        f'<path d="{path}" fill="{colour(inside)}" stroke="{colour(around)}" '
        f'stroke-width="{1.8 if hollow else 1}"/>'
    )


def _circle(size: float) -> str:
    r = f"{size / 2:g}"
    return f"m-{r} 0a{r} {r} 0 1 0 {size:g} 0a{r} {r} 0 1 0-{size:g} 0"


def _triangle(size: float) -> str:
    half, high = 0.6 * size, 1.05 * size
    return f"m0-{0.6 * size:.1f}l{half:.1f} {high:.1f}h-{2 * half:.1f}z"


def _square(size: float) -> str:
    side = f"{0.9 * size:.1f}"
    return f"m-{0.45 * size:.1f}-{0.45 * size:.1f}h{side}v{side}h-{side}z"


def _diamond(size: float) -> str:
    r = f"{0.65 * size:.1f}"
    return f"m0-{r}l{r} {r}l-{r} {r}l-{r}-{r}z"


_FORMS = (_circle, _triangle, _square, _diamond)
_SQUARE = 2


def _tenth(tenths: int) -> str:
    """Write a number of tenths, as short as can be."""
    return f"{tenths / 10:g}"


def _text(
    x: float,
    y: float,
    text: str,
    *,
    color: str = "ink",
    anchor: str = "left",
    size: float = 13,
    bold: bool = False,
    halo: bool = False,
) -> str:
    """Write a text."""
    weight = ' font-weight="600"' if bold else ""
    around = (
        f' stroke="{colour("paper")}" stroke-width="5" paint-order="stroke" '
        'stroke-linejoin="round"'
        if halo
        else ""
    )
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour(color)}" font-size="{size:g}" '
        f'text-anchor="{_ANCHORS[anchor]}"{weight}{around}>{html.escape(text)}</text>'
    )


def _tinted(
    place: str, share: Array, mask: str, color: str, strength: float = 1.0
) -> str:
    """Fill a rectangle with a colour, as much of it as a grid of shares says."""
    return (
        f'<mask id="{mask}"><image {place} preserveAspectRatio="none" '
        f'href="{_grey(share)}"/></mask>'
        f'<rect {place} fill="{colour(color)}" mask="url(#{mask})" '
        f'fill-opacity="{strength:g}"/>'
    )


def _grey(share: Array) -> str:
    """Write a grid of numbers between 0 and 1 as a grey picture of few bytes."""
    levels = np.round(share * _LEVELS).astype(np.uint8)
    rows, columns = levels.shape
    even = np.pad(levels, ((0, 0), (0, columns % 2)))
    packed = even[:, ::2] << 4 | even[:, 1::2]  # two to a byte
    lines = np.hstack([np.zeros((rows, 1), np.uint8), packed]).tobytes()

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", columns, rows, 4, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    png += chunk(b"IDAT", zlib.compress(lines, 6)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(png).decode()
