"""The picture that is committed shows what the script computes now.

Compared in the numbers of the data: neither the font nor the layout, which another
version of matplotlib may change, has a part in it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import readme_picture
from matplotlib.axes import Axes
from matplotlib.path import Path

SVG = "{http://www.w3.org/2000/svg}"


def corners(path: str) -> np.ndarray:
    """Give the places that a path of an SVG picture runs through."""
    return np.array(re.findall(r"-?\d[\d.]*", path), dtype=float).reshape(-1, 2)


class Panel:
    """One Axes of the picture, its places turned back into those of the data."""

    def __init__(self, group: ET.Element, ax: Axes) -> None:
        paths = list(group.iter(f"{SVG}path"))
        frame = corners(paths[0].get("d", ""))
        self.low, self.high = frame.min(axis=0), frame.max(axis=0)
        self.ax = ax
        (border,) = [p for p in paths if "stroke-width: 1.6" in p.get("style", "")]
        self.border = self.placed(corners(border.get("d", "")))
        marks = [
            [float(use.get(axis, "nan")) for axis in "xy"]
            for line in group.findall(f"{SVG}g")
            if line.get("id", "").startswith("line2d")
            for use in line.iter(f"{SVG}use")
        ]
        self.points = self.placed(np.array(marks))

    def placed(self, places: np.ndarray) -> np.ndarray:
        share = (places - self.low) / (self.high - self.low)
        share[:, 1] = 1 - share[:, 1]  # an SVG counts downwards
        x, y = self.ax.get_xlim(), self.ax.get_ylim()
        return np.array([x[0], y[0]]) + share * [x[1] - x[0], y[1] - y[0]]


def test_the_committed_picture_is_what_the_script_draws() -> None:
    axes = readme_picture.draw()
    root = ET.parse(readme_picture.TARGET).getroot()
    groups = [g for g in root.iter(f"{SVG}g") if g.get("id", "").startswith("axes_")]
    assert len(groups) == len(axes) == 4
    for group, ax in zip(groups, axes, strict=True):
        panel = Panel(group, ax)
        points = np.concatenate([line.get_xydata() for line in ax.get_lines()])
        np.testing.assert_allclose(panel.points, points, atol=1e-4)
        (contour,) = [c for c in ax.collections if not len(c.get_facecolor())]
        (drawn,) = contour.get_paths()
        # The file leaves out corners that lie on a straight line between others.
        committed = Path(panel.border).interpolated(100).vertices
        distances = np.linalg.norm(drawn.vertices[:, None] - committed, axis=2)
        assert distances.min(axis=1).max() < 0.02
        np.testing.assert_allclose(panel.border[0], drawn.vertices[0], atol=1e-4)
        np.testing.assert_allclose(panel.border[-1], drawn.vertices[-1], atol=1e-4)
    text = readme_picture.TARGET.read_text(encoding="utf-8")
    titles = [ax.get_title() for ax in axes]
    assert re.findall(r"<!-- (after .*) -->", text) == titles
    assert titles[0] == "after 0 passes"
    assert titles[-1] == "after 1,000 passes"
