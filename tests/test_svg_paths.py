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


# ---- the same mark again and again ------------------------------------------

CIRCLE = (
    "M 0 2 C 0.5 2 1 1.8 1.4 1.4 C 1.8 1 2 0.5 2 0 C 2 -0.5 1.8 -1 1.4 -1.4 "
    "C 1 -1.8 0.5 -2 0 -2 C -0.5 -2 -1 -1.8 -1.4 -1.4 C -1.8 -1 -2 -0.5 -2 0 "
    "C -2 0.5 -1.8 1 -1.4 1.4 C -1 1.8 -0.5 2 0 2 z"
)
SHAPES = {
    "circle": (CIRCLE, "M8 20a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"),
    "triangle": ("M0-2l-2 4 4 0z", "M10 18l-2 4 4 0z"),
    "cross": ("M-1 1l2-2M-1-1l2 2", "M9 21l2-2M9 19l2 2"),
}


def scatter(path, places, style="fill: #123456"):
    uses = " ".join(
        f'<use href="#m" x="{x}" y="{y}" style="{style}"/>' for x, y in places
    )
    return f'<defs><path id="m" d="{path}" style="stroke: none"/></defs> <g>{uses}</g>'


def drawn(svg):
    return re.findall(r'<path d="([^"]*)" style="([^"]*)"/>', svg)


@pytest.mark.parametrize("shape", SHAPES)
def test_equal_marks_become_one_path(shape):
    path, at_10_20 = SHAPES[shape]
    svg = svg_paths.gather(scatter(path, [(10, 20), (50, 20), (90, 20)]))
    assert "<use" not in svg
    ((lines, style),) = drawn(svg)
    assert lines.startswith(at_10_20)
    assert len(re.findall("M", lines)) == 3 * at_10_20.count("M")
    assert style == "fill: #123456; stroke: none"


def test_marks_that_touch_are_drawn_over_each_other_in_their_order():
    places = [(10, 20), (12, 20), (50, 20), (13, 21)]
    svg = svg_paths.gather(scatter(SHAPES["triangle"][0], places))
    starts = [re.findall(r"M(\d+) (\d+)l", lines) for lines, _ in drawn(svg)]
    tips = [[(x, y + 2) for x, y in (map(int, s) for s in each)] for each in starts]
    assert tips == [[(10, 20), (50, 20)], [(12, 20)], [(13, 21)]]


@given(PLACES, st.floats(1, 80))
def test_no_mark_falls_below_one_that_it_touches(places, apart):
    layer = svg_paths.layers(np.array(places), apart)
    for k, (place, mine) in enumerate(zip(places, layer, strict=True)):
        below = [
            other
            for before, other in zip(places[:k], layer[:k], strict=True)
            if max(np.abs(np.subtract(place, before))) < apart
        ]
        assert mine == 1 + max(below, default=-1)


@pytest.mark.parametrize(
    "svg",
    [
        scatter("M 0 2 C 1 2 2 1 2 0 z", [(10, 20), (50, 20)]),  # another curve
        scatter("M0 0L2 2", [(10, 20), (50, 20)]),  # not in steps
        scatter("M0-2l-2 4 4 0z", [(10, 20)]),  # one only
        scatter("M0-2l-2 4 4 0z", [(10, 20), (50, 20)]).replace('"m"', '"n"'),
        '<use href="#letter" transform="translate(3 0)"/> <use href="#letter"/>',
    ],
)
def test_what_is_no_such_mark_stays(svg):
    assert svg_paths.gather(svg) == svg


def test_marks_of_two_styles_stay_apart():
    one, other = (
        scatter(CIRCLE, [(10, 20), (50, 20)], s) for s in ("fill: a", "fill: b")
    )
    uses = re.findall("<use.*?/>", one) + re.findall("<use.*?/>", other)
    svg = svg_paths.gather(one[: one.index("<use")] + " ".join(uses) + "</g>")
    assert [style for _, style in drawn(svg)] == [
        "fill: a; stroke: none",
        "fill: b; stroke: none",
    ]
