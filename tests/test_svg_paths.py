"""The pages' figures: the same lines in fewer bytes."""

import re

import numpy as np
import pytest
import svg_paths
from hypothesis import example, given
from hypothesis import strategies as st

PLACES = st.lists(
    st.tuples(*[st.floats(-300, 300).map(lambda v: round(v, 3))] * 2),
    min_size=1,
    max_size=40,
)


def corners(path):
    """Follow a path of one line and give the places that it comes to, in tenths."""
    start, steps = re.fullmatch(r"M([^lz]*)(?:l(.*))?", path).groups()
    numbers = [
        float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", f"{start} {steps}")
    ]
    return np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)


def distance(point, line):
    """Give a point's distance from the nearest piece of a line."""
    nearest = np.inf
    for a, b in zip(line, [*line[1:], line[-1]], strict=True):
        length = np.sum((b - a) ** 2)
        share = np.clip(np.dot(point - a, b - a) / length, 0, 1) if length else 0
        nearest = min(nearest, np.hypot(*(point - a - share * (b - a))))
    return nearest


@given(PLACES)
@example([(0, 0), (10, 0), (5, 0)])
def test_no_corner_is_farther_from_the_new_line_than_a_screen_can_show(places):
    new = corners(svg_paths.line(places))
    rounding = np.hypot(0.05, 0.05)
    for place in places:
        far = distance(np.array(place), new)
        assert far <= svg_paths.TOLERANCE + rounding + 1e-9
    np.testing.assert_allclose(new[0], places[0], atol=0.0501)
    np.testing.assert_allclose(new[-1], places[-1], atol=0.0501)


def test_corners_on_the_way_straight_on_are_left_out():
    points = np.array([[0, 0], [1, 0.05], [2, 0], [2, 3], [2, 4]])
    np.testing.assert_array_equal(svg_paths.thin(points), [[0, 0], [2, 0], [2, 4]])
    np.testing.assert_array_equal(
        svg_paths.thin(points, tolerance=0.01), points[[0, 1, 2, 4]]
    )


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 0 0 \nL 1 0.01 \nL 2 0 \nL 2 -3.25 \nz\n", "M0 0l2 0 0-3.2z"),
        ("M 1.234 5 L 1.234 5", "M1.2 5l0 0"),
        ("M 0 0 L 4 4 M 5 5 L 6 6 z M 7 7 L 7.5 6.51", "M0 0l4 4M5 5l1 1zM7 7l.5-.5"),
    ],
)
def test_a_path_of_straight_lines_is_written_in_steps(path, short):
    assert svg_paths.shorten(f'<path d="{path}" id="a"/>') == (
        f'<path d="{short}" id="a"/>'
    )


def test_curves_are_left_as_they_are():
    letter = '<path d="M 0 0 L 1 1 C 1 2 3 4 5 6 z"/><path d="M 0 0 Q 1 1 2 2"/>'
    assert svg_paths.shorten(letter) == letter
