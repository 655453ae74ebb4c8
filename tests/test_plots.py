"""What the figures show: places, colours, labels and counts, never pixels."""

from __future__ import annotations

import ast
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers import check_refusal, normal, refusals, unchanged
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Polygon

import nnbook
from nnbook import Activation, Network, datasets, plots, running_example
from nnbook.plots import ACCENT, COLOURS, GREYED, INK, MARKERS, PAPER, SOFT

X, moon, thetas = running_example()
MINUS = "\N{MINUS SIGN}"


class Tilted:
    """Two classes whose border is the line x1 + x2 = 1."""

    def __init__(self, steepness: float = 4.0, classes: Any = None) -> None:
        self.steepness = steepness
        if classes is not None:
            self.classes_ = np.asarray(classes)

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        z = self.steepness * (X.sum(axis=1) - 1)
        return nnbook.softmax(np.column_stack([np.zeros(len(X)), z]))


class Thirds:
    """Three classes, each sure in its third of the circle."""

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        angles = np.arange(3) * 2 * np.pi / 3
        z = 3 * X @ np.array([np.cos(angles), np.sin(angles)])
        return nnbook.softmax(z)


def labelled(ax: Axes, label: str) -> list[Any]:
    """Give the artists on an Axes with a label, or one that it begins."""
    return [
        artist
        for artist in ax.get_children()
        if str(artist.get_label()) == label
        or str(artist.get_label()).startswith(label + " ")
    ]


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def written(ax: Axes, text: str) -> Any:
    (found,) = [t for t in ax.texts if t.get_text() == text]
    return found


def legend_texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


DRAWN: dict[str, Callable[[], Any]] = {
    "network": lambda: plots.network(thetas=thetas, lit="backprop"),
    "data": lambda: plots.data(X, moon),
    "regions": lambda: plots.regions(Tilted(), X, moon, resolution=20),
    "boundaries": lambda: plots.boundaries([Tilted()] * 2, X, moon, resolution=20),
    "line": lambda: plots.line(thetas[0][:, 0], ax=plots.data(X, moon), shade=True),
    "activation": lambda: plots.activation("relu", at=1.0),
    "loss_curve": lambda: plots.loss_curve({"a": [1, 0.5], "b": [1, 0.7]}, log=True),
    "intervals": lambda: plots.intervals([1, 2], [3, 4], [2, 3], [4, 5], label="a"),
    "probabilities": lambda: plots.probabilities([0.3, 0.7]),
    "confusion": lambda: plots.confusion([[1, 0], [2, 3]]),
    "digits": lambda: plots.digits(np.zeros((3, 64)), [1, 2, 3], [1, 2, 4]),
}


# ---- manners ---------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_changes_no_setting_and_is_not_shown(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("shown"))
    before = dict(mpl.rcParams)
    result = DRAWN[name]()
    assert dict(mpl.rcParams) == before
    assert len(plt.get_fignums()) == 1
    for ax in np.ravel(result):
        assert isinstance(ax, Axes)
        ax.figure.canvas.draw()


@pytest.mark.parametrize("name", DRAWN)
def test_a_reader_with_dark_settings_sees_the_same_colours(name: str) -> None:
    def colours(axes: Any) -> list[Any]:
        ax = np.ravel(axes)[0]
        parts = [ax.figure, ax, *ax.texts, ax.xaxis.label, *ax.get_xticklabels()]
        return [
            p.get_color() if hasattr(p, "get_color") else p.get_facecolor()
            for p in parts
        ]

    usual = colours(DRAWN[name]())
    with plt.style.context("dark_background"):
        assert colours(DRAWN[name]()) == usual


@pytest.mark.parametrize("name", sorted(set(DRAWN) - {"boundaries", "line"}))
def test_the_given_axes_are_drawn_on_and_no_figure_is_made(name: str) -> None:
    _, ax = plt.subplots()
    arguments: dict[str, tuple[Any, ...]] = {
        "network": (),
        "data": (X, moon),
        "regions": (Tilted(), X, moon),
        "activation": ("tanh",),
        "loss_curve": ([1.0, 0.5],),
        "intervals": (["a"], [1.0], [0.5], [2.0]),
        "probabilities": ([0.3, 0.7],),
        "confusion": ([[1, 0], [2, 3]],),
        "digits": (np.zeros((3, 64)),),
    }
    drawn = getattr(plots, name)(*arguments[name], ax=ax)
    assert drawn is ax
    assert len(plt.get_fignums()) == 1
    assert not ax.spines["top"].get_visible()
    with pytest.raises(TypeError, match="ax must be a matplotlib Axes, got Figure"):
        getattr(plots, name)(*arguments[name], ax=ax.figure)


def test_importing_plots_sets_nothing_and_knows_no_training() -> None:
    code = (
        "import matplotlib as m; before = dict(m.rcParams); import nnbook.plots; "
        "changed = [k for k in before if dict.__getitem__(m.rcParams, k) != before[k]];"
        "assert not changed, changed"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    imported = {
        name
        for file in Path(str(plots.__file__)).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    own = {name for name in imported if str(name).startswith("nnbook")}
    assert {name for name in own if not str(name).startswith("nnbook.plots.")} == {
        "nnbook._checks",
        "nnbook._types",
        "nnbook.activations",
        "nnbook.backpropagation",  # forward, for models that are lists of weights
    }
    others = {str(name).split(".")[0] for name in imported - own}
    assert others - set(sys.stdlib_module_names) == {"matplotlib", "numpy"}


def test_arrays_are_left_as_they_are() -> None:
    p = np.array([[0.3, 0.7]])
    with unchanged(X, moon, *thetas, p):
        for draw in DRAWN.values():
            draw()
        plots.probabilities(p)


# ---- figure ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "inches"), [("half", 3.6), ("text", 7.0), ("wide", 9.0), (5, 5.0)]
)
def test_figure_widths(width: str | float, inches: float) -> None:
    fig, ax = plots.figure(width, 3.0)
    assert fig.get_size_inches().tolist() == [inches, 3.0]
    assert to_hex(fig.get_facecolor()) == PAPER
    assert isinstance(ax, Axes)
    assert ax.xaxis.label.get_fontsize() == 12
    assert ax.get_xticklabels()[0].get_fontsize() == 11
    assert ax.xaxis.label.get_color() == INK


def test_figure_with_several_axes() -> None:
    _, axes = plots.figure(nrows=2, ncols=3, sharex=True)
    assert axes.shape == (2, 3)
    axes[0, 0].set_xlim(3, 4)
    assert axes[1, 2].get_xlim() == (3, 4)
    assert plots.figure(ncols=2, sharey=True)[1].shape == (2,)


def test_each_class_has_a_colour_and_a_mark_of_its_own() -> None:
    assert COLOURS[:3] == ("#0072B2", "#D55E00", "#009E73")
    assert MARKERS[:3] == ("o", "^", "s")
    assert len(set(COLOURS)) == len(set(MARKERS)) == len(COLOURS) == 10


# ---- network ---------------------------------------------------------------------


def nodes(ax: Axes) -> dict[str, Circle]:
    found = labelled(ax, "_node")
    assert all(isinstance(node, Circle) for node in found)
    return {node.get_label().removeprefix("_node "): node for node in found}


def edges(ax: Axes, n: int) -> Any:
    (collection,) = labelled(ax, f"_edges {n}")
    return collection


def test_network_of_the_post() -> None:
    ax = plots.network()
    assert sorted(nodes(ax)) == ["0,0", "0,1", "1,0", "1,1", "1,2", "2,0", "2,1"]
    squares = labelled(ax, "_bias")
    assert [s.get_label() for s in squares] == ["_bias 0", "_bias 1"]
    assert all(isinstance(square, FancyBboxPatch) for square in squares)
    assert [len(edges(ax, n).get_segments()) for n in (0, 1)] == [9, 8]
    assert texts(ax).count("1") == 2
    for name in ("input layer", "hidden layer", "output layer", "class 0", "class 1"):
        assert texts(ax).count(name) == 1
    for inside in ("$x_{1}$", "$x_{2}$", "$a_{3}$", "$p_{0}$", "$p_{1}$"):
        assert texts(ax).count(inside) == 1


def test_edges_join_all_nodes_of_two_layers_and_enter_no_bias_node() -> None:
    ax = plots.network((2, 3, 2))
    circles = nodes(ax)
    for n in (0, 1):
        starts = {c.center for k, c in circles.items() if k.startswith(f"{n},")}
        ends = {c.center for k, c in circles.items() if k.startswith(f"{n + 1},")}
        (square,) = [b for b in labelled(ax, "_bias") if b.get_label() == f"_bias {n}"]
        middle = square.get_bbox().get_points().mean(axis=0)
        starts.add((float(middle[0]), float(middle[1])))
        drawn = {
            (tuple(np.round(a, 9)), tuple(np.round(b, 9)))
            for a, b in edges(ax, n).get_segments()
        }
        assert drawn == {
            (tuple(np.round(a, 9)), tuple(np.round(b, 9))) for a in starts for b in ends
        }
        assert middle[1] > max(y for _, y in starts - {tuple(middle.tolist())})


@pytest.mark.parametrize(
    ("lit", "lit_nodes", "lit_edges", "lit_bias"),
    [
        (None, {0, 1, 2}, {0, 1}, {0, 1}),
        ("all", {0, 1, 2}, {0, 1}, {0, 1}),
        ("learning", {0, 1, 2}, {0, 1}, {0, 1}),
        ("data", {0, 2}, set(), set()),
        ("weighted_sums", set(), {0}, {0}),
        ("activations", {1}, set(), set()),
        ("softmax", {2}, set(), set()),
        ("backprop", set(), {0, 1}, set()),
    ],
)
def test_lit(
    lit: str | None, lit_nodes: set[int], lit_edges: set[int], lit_bias: set[int]
) -> None:
    ax = plots.network(lit=lit)
    for key, circle in nodes(ax).items():
        layer, node = map(int, key.split(","))
        bright = COLOURS[node] if layer == 2 else INK
        expected = bright if layer in lit_nodes else GREYED
        assert to_hex(circle.get_edgecolor()) == expected.lower(), key
    for n in (0, 1):
        colour = INK if n in lit_edges else GREYED
        assert to_hex(edges(ax, n).get_colors()[0]) == colour
        square = labelled(ax, f"_bias {n}")[0]
        assert to_hex(square.get_edgecolor()) == (INK if n in lit_bias else GREYED)
    for n, name in enumerate(["input layer", "hidden layer", "output layer"]):
        assert written(ax, name).get_color() == (INK if n in lit_nodes else SOFT)
    assert len(labelled(ax, "_curve")) == (3 if lit == "activations" else 0)
    assert len(labelled(ax, "_backwards")) == (17 if lit == "backprop" else 0)
    assert len(labelled(ax, "_loop")) == (lit == "learning")


def test_weighted_sums_of_a_deep_network_light_all_edges_into_hidden_nodes() -> None:
    ax = plots.network((2, 3, 4, 2), lit="weighted_sums")
    colours = [to_hex(edges(ax, n).get_colors()[0]) for n in range(3)]
    assert colours == [INK, INK, GREYED]
    ax = plots.network((2, 2), lit="weighted_sums")
    assert to_hex(edges(ax, 0).get_colors()[0]) == INK


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_the_curve_in_a_node_is_the_activation(name: str) -> None:
    ax = plots.network(lit="activations", activation=name)
    curve, circle = labelled(ax, "_curve")[0], nodes(ax)["1,0"]
    x, y = np.transpose(curve.get_xydata())
    assert np.hypot(x - circle.center[0], y - circle.center[1]).max() < circle.radius
    z = 3 * (x - circle.center[0]) / (x - circle.center[0]).max()
    a = nnbook.ACTIVATIONS[name].f(z)
    np.testing.assert_allclose(np.corrcoef(a, y)[0, 1], 1)


def test_backwards_arrows_point_from_right_to_left() -> None:
    for arrow in labelled(plots.network(lit="backprop"), "_backwards"):
        assert isinstance(arrow, FancyArrowPatch)
        start, end = arrow._posA_posB
        assert end[0] < start[0]
    (loop,) = labelled(plots.network(lit="learning"), "_loop")
    start, end = loop._posA_posB
    assert end[0] < start[0]


def test_weights_show_in_width_dash_and_number() -> None:
    ax = plots.network(thetas=thetas)
    largest = 1.1
    for n, theta in enumerate(thetas):
        collection = edges(ax, n)
        weights = theta.ravel()  # edges come row by row: bias, x1, x2
        np.testing.assert_allclose(
            collection.get_linewidths(), 0.7 + 2.8 * np.abs(weights) / largest
        )
        dashed = [pattern is not None for _, pattern in collection.get_linestyles()]
        assert dashed == (weights < 0).tolist()
        assert len({tuple(np.round(s.ravel(), 6)) for s in collection.get_segments()})
    numbers = [f"{w:.1f}".replace("-", MINUS) for t in thetas for w in t.ravel()]
    on_edges = [t for t in ax.texts if t.get_bbox_patch() is not None]
    assert [t.get_text() for t in on_edges] == numbers


def test_numbers_on_edges_lie_on_their_edge_and_apart() -> None:
    ax = plots.network(thetas=thetas)
    segments = [s for n in (0, 1) for s in edges(ax, n).get_segments()]
    on_edges = [t for t in ax.texts if t.get_bbox_patch() is not None]
    ax.figure.canvas.draw()
    boxes = [t.get_window_extent() for t in on_edges]
    for text, (start, end) in zip(on_edges, segments, strict=True):
        along = (text.get_position()[0] - start[0]) / (end[0] - start[0])
        assert 0.2 < along < 0.8
        np.testing.assert_allclose(text.get_position(), start + along * (end - start))
    for i, box in enumerate(boxes):
        assert box.count_overlaps(boxes[:i]) == 0


def test_numbers_are_left_out_where_there_are_more_than_twelve_edges() -> None:
    thetas = [normal(3, 4), normal(5, 3)]  # 12 edges, then 15
    ax = plots.network(thetas=thetas)
    on_edges = [t for t in ax.texts if t.get_bbox_patch() is not None]
    expected = [f"{w:.2f}".replace("-", MINUS) for w in thetas[0].ravel()]
    assert [t.get_text() for t in on_edges] == expected


def test_sizes_are_taken_from_thetas() -> None:
    ax = plots.network(thetas=[normal(4, 5), normal(6, 1)])
    layers = [key.split(",")[0] for key in nodes(ax)]
    assert [layers.count(n) for n in "012"] == [3, 5, 1]


def test_weights_that_are_all_0_are_drawn() -> None:
    ax = plots.network(thetas=[np.zeros((3, 2))])
    assert edges(ax, 0).get_linewidths() == pytest.approx([0.7] * 6)
    assert all(pattern is None for _, pattern in edges(ax, 0).get_linestyles())
    assert texts(ax).count("0.0") == 6


def test_values_are_written_into_the_nodes() -> None:
    outputs = nnbook.forward(X[:1], thetas)
    ax = plots.network(values=outputs)
    for n, a in enumerate(outputs):
        for node, value in enumerate(a[0]):
            number = f"{value:.2f}".replace("-", MINUS)
            places = [t.get_position() for t in ax.texts if t.get_text() == number]
            assert nodes(ax)[f"{n},{node}"].center in places
    flat = plots.network(values=[a[0] for a in outputs])
    assert texts(flat) == texts(ax)
    zero = plots.network((1, 1), values=[[-0.001], [1234.5]])
    assert "0.00" in texts(zero)
    assert "1.2e+03" in texts(zero)


def test_names_stand_beside_their_nodes() -> None:
    ax = plots.network(input_names=["width", "height"], output_names=["no", "yes"])
    assert "class 0" not in texts(ax)
    for name, key, side in (("height", "0,1", -1), ("yes", "2,1", 1)):
        x, y = written(ax, name).get_position()
        centre = nodes(ax)[key].center
        assert y == centre[1]
        assert side * (x - centre[0]) > nodes(ax)[key].radius
    ax.figure.canvas.draw()
    inside = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert inside.x0 <= box.x0 < box.x1 <= inside.x1, text.get_text()


def test_a_large_layer_is_abbreviated_with_its_number_of_nodes() -> None:
    ax = plots.network((64, 8, 10))
    keys = list(nodes(ax))
    assert keys[:5] == ["0,0", "0,1", "0,2", "0,62", "0,63"]
    assert sum(key.startswith("1,") for key in keys) == 8
    assert sum(key.startswith("2,") for key in keys) == 5
    assert len(labelled(ax, "_dots")) == 2 * 3
    assert "input layer\n64 nodes" in texts(ax)
    assert "hidden layer" in texts(ax)
    assert "output layer\n10 nodes" in texts(ax)
    assert {"$x_{64}$", "$p_{9}$", "class 9"} <= set(texts(ax))
    assert "$x_{4}$" not in texts(ax)
    assert len(edges(ax, 0).get_segments()) == (1 + 5) * 8


def test_hidden_layers_are_counted_where_there_are_several() -> None:
    assert {"hidden\nlayer 1", "hidden\nlayer 2"} <= set(
        texts(plots.network((2, 3, 3, 2)))
    )
    assert not any("hidden" in text for text in texts(plots.network((2, 2))))


@pytest.mark.parametrize("sizes", [(2, 3, 2), (1, 8, 1), (64, 64, 10), (2, 5, 5, 5, 3)])
@pytest.mark.parametrize("lit", ["all", "learning"])
def test_nodes_and_texts_lie_inside_and_nodes_apart(
    sizes: tuple[int, ...], lit: str
) -> None:
    ax = plots.network(sizes, lit=lit)
    ax.figure.canvas.draw()
    inside = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert inside.y0 - 1 <= box.y0 < box.y1 <= inside.y1 + 1, text.get_text()
    circles = list(nodes(ax).values())
    for i, one in enumerate(circles):
        for two in circles[:i]:
            distance = np.hypot(*np.subtract(one.center, two.center))
            assert distance > one.radius + two.radius
    # One unit is one inch: what stands in a node fits it.
    scale = ax.transData.transform([[0, 0], [1, 0]])
    assert scale[1, 0] - scale[0, 0] == pytest.approx(ax.figure.dpi, rel=0.05)


def test_a_small_axes_makes_the_texts_smaller_too() -> None:
    _, ax = plots.figure(3, 2)
    plots.network(ax=ax)
    assert written(ax, "hidden layer").get_fontsize() < 7
    assert max(nodes(ax)["0,0"].get_linewidth(), *edges(ax, 0).get_linewidths()) < 1.2
    assert written(plots.network(), "hidden layer").get_fontsize() == 12


# ---- data ------------------------------------------------------------------------


def series(ax: Axes) -> list[Any]:
    return [line for line in ax.get_lines() if line.get_linestyle() == "None"]


def test_data() -> None:
    ax = plots.data(X, moon)
    assert len(series(ax)) == 2
    for k, points in enumerate(series(ax)):
        np.testing.assert_array_equal(points.get_xydata(), X[moon == k])
        assert points.get_marker() == MARKERS[k]
        assert points.get_markerfacecolor() == COLOURS[k]
        assert points.get_markeredgecolor() == PAPER
    assert legend_texts(ax) == ["class 0", "class 1"]
    assert ax.get_aspect() == 1
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")
    low, high = X.min(axis=0), X.max(axis=0)
    assert ax.get_xlim()[0] < low[0] < high[0] < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < low[1] < high[1] < ax.get_ylim()[1]


def test_a_class_looks_the_same_where_another_one_is_missing() -> None:
    (points,) = series(plots.data(X[moon == 1], moon[moon == 1]))
    assert (points.get_marker(), points.get_markerfacecolor()) == ("^", COLOURS[1])
    ax = plots.data([[0, 0], [1, 1]], ["b", "b"], classes=["a", "b"])
    assert [len(points.get_xdata()) for points in series(ax)] == [0, 2]
    assert series(ax)[1].get_marker() == "^"


@pytest.mark.parametrize(
    ("y", "names", "marks", "legend"),
    [
        (["no", "yes", "no"], None, "o^", ["no", "yes"]),
        ([True, False, True], None, "o^", ["False", "True"]),
        ([2.0, 0.0, 2.0], None, "os", ["class 0", "class 2"]),
        ([2010, 2020, 2020], None, "o^", ["2010", "2020"]),
        ([-1, 1, 1], None, "o^", ["-1", "1"]),
        ([0, 1, 1], ["upper", "lower"], "o^", ["upper", "lower"]),
        ([1, 1, 1], ["upper", "lower"], "^", ["lower"]),
        ([0, 2, 2], ["a", "b", "c"], "os", ["a", "c"]),
        (["p", "q", "q"], ("P", "Q"), "o^", ["P", "Q"]),
    ],
)
def test_labels_of_every_kind(y: Any, names: Any, marks: str, legend: Any) -> None:
    ax = plots.data([[0, 0], [1, 0], [0, 1]], y, class_names=names)
    assert "".join(points.get_marker() for points in series(ax)) == marks
    assert legend_texts(ax) == legend


def test_unseen_data_are_hollow_and_make_room_for_themselves() -> None:
    ax = plots.data([[0, 0], [1, 1]], [0, 1])
    before = ax.get_xlim()
    plots.data([[3.0, 0.5]], [1], hollow=True, legend=False, ax=ax)
    unseen = series(ax)[-1]
    assert unseen.get_markerfacecolor() == "none"
    assert unseen.get_markeredgecolor() == COLOURS[1]
    assert ax.get_xlim()[0] == before[0]
    assert ax.get_xlim()[1] > 3.0
    assert legend_texts(ax) == ["class 0", "class 1"]


def covered(ax: Axes) -> int:
    """Count the points behind the legend."""
    ax.figure.canvas.draw()
    box = ax.get_legend().get_window_extent()
    places = [ax.transData.transform(points.get_xydata()) for points in series(ax)]
    return int(box.count_contains(np.concatenate(places)))


@pytest.mark.parametrize("crowded", ["none", "right", "left", "all but one", "all"])
def test_the_legend_covers_no_point(crowded: str) -> None:
    grid = np.stack(np.meshgrid(np.linspace(0, 2, 30), np.linspace(0, 1, 20)), axis=-1)
    places = grid.reshape(-1, 2)
    keep = {
        "none": np.abs(places - [1, 0.5]).max(axis=1) < 0.2,
        "right": places[:, 0] > 1,
        "left": places[:, 0] < 1,
        "all but one": (places[:, 0] > 0.8) | (places[:, 1] > 0.6),
        "all": np.ones(len(places), bool),
    }[crowded]
    corners = np.array([[0.0, 0.5], [2.0, 0.5], [1.0, 0.0], [1.0, 1.0]])
    points = np.concatenate([places[keep], corners])  # the same limits for all
    ax = plots.data(points, np.arange(len(points)) % 2)
    assert covered(ax) == 0
    box, axes = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert (box.x0 >= axes.x1) == (crowded == "all")


def test_no_legend() -> None:
    assert plots.data(X, moon, legend=False).get_legend() is None


def test_features_of_very_different_ranges_have_scales_of_their_own() -> None:
    wide = X * [1, 1000]
    ax = plots.data(wide, moon)
    assert ax.get_aspect() == "auto"
    assert ax.get_xlim()[0] < X[:, 0].min() < X[:, 0].max() < ax.get_xlim()[1]
    ax = plots.regions(Tilted(), wide, moon, resolution=20)
    assert ax.get_aspect() == "auto"


@pytest.mark.parametrize("points", [[[1, 2]], [[0, 0], [2, 0]], [[5, 5], [5, 5]]])
def test_points_without_extent_are_drawn_inside(points: Any) -> None:
    ax = plots.data(points, [0] * len(points))
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    for x, y in points:
        assert x0 < x < x1
        assert y0 < y < y1


def test_marks_are_smaller_where_there_is_less_room() -> None:
    _, (small, _) = plots.figure(5, ncols=2)
    plots.data(X, moon, ax=small)
    large = plots.data(X, moon)
    sizes = [series(ax)[0].get_markersize() for ax in (small, large)]
    assert 4 <= sizes[0] < sizes[1] <= 6.5
    many = plots.data(np.tile(X, (20, 1)), np.tile(moon, 20))
    assert series(many)[0].get_markersize() == 4
    assert series(plots.data(X, moon, size=3))[0].get_markersize() == 3


# ---- regions ---------------------------------------------------------------------


def fills(ax: Axes) -> list[tuple[str, Any]]:
    """Give the colour and the corners of each filled sheet, in drawing order."""
    return [
        (to_hex(c.get_facecolor()[0]), c.get_paths()[0])
        for c in ax.collections
        if len(c.get_facecolor())
    ]


def border(ax: Axes) -> np.ndarray:
    drawn = [c for c in ax.collections if not len(c.get_facecolor())]
    assert all(to_hex(c.get_edgecolor()[0]) == INK for c in drawn)
    return np.concatenate([path.vertices for c in drawn for path in c.get_paths()])


def test_regions_show_border_and_sureness() -> None:
    ax = plots.regions(Tilted(4.0), X, moon)
    np.testing.assert_allclose(border(ax).sum(axis=1), 1, atol=1e-3)
    assert [colour for colour, _ in fills(ax)] == [
        COLOURS[k].lower() for k in (0, 1) for _ in range(5)
    ]
    # The sheets of class 1 begin where its lead over class 0, tanh(2 (x1 + x2 - 1)),
    # is 0, 0.2, ...
    for (_, path), lead in zip(fills(ax)[5:], (0, 0.2, 0.4, 0.6, 0.8), strict=True):
        begins = 1 + np.arctanh(lead) / 2
        assert path.vertices.sum(axis=1).min() == pytest.approx(begins, abs=0.01)
        assert path.contains_point((1.2, 1.2))
        assert not path.contains_point((-1.0, 0.5))
    assert len(series(ax)) == 2
    assert legend_texts(ax) == ["class 0", "class 1"]


def test_regions_without_probability_show_the_answer_alone() -> None:
    ax = plots.regions(Tilted(), X, moon, probability=False)
    assert [colour for colour, _ in fills(ax)] == [c.lower() for c in COLOURS[:2]]
    np.testing.assert_allclose(border(ax).sum(axis=1), 1, atol=1e-3)


def test_an_unsure_model_is_paler_than_a_sure_one() -> None:
    assert len(fills(plots.regions(Tilted(0.1), X, moon))) < 10
    assert len(fills(plots.regions(Tilted(9.0), X, moon))) == 10


def test_regions_of_three_classes() -> None:
    y = Thirds().predict_proba(X - X.mean(axis=0)).argmax(axis=1)
    points = X - X.mean(axis=0)
    ax = plots.regions(Thirds(), points, y)
    assert {colour for colour, _ in fills(ax)} == {c.lower() for c in COLOURS[:3]}
    p = np.sort(Thirds().predict_proba(border(ax)), axis=1)
    np.testing.assert_allclose(p[:, -1], p[:, -2], atol=0.01)
    angles = np.degrees(np.arctan2(*border(ax).T[::-1])) % 360
    far = np.hypot(*border(ax).T) > 0.2
    for direction in (60, 180, 300):  # all three borders
        assert (np.abs(angles[far] - direction) < 5).any()
    for k, points_of_class in enumerate(series(ax)):
        assert points_of_class.get_marker() == MARKERS[k]


def test_a_model_that_always_says_the_same_has_one_region_and_no_border() -> None:
    class Always:
        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            return np.tile([0.9, 0.1], (len(X), 1))

    ax = plots.regions(Always(), X, moon)
    assert {colour for colour, _ in fills(ax)} == {COLOURS[0].lower()}
    assert len(ax.collections) == len(fills(ax)) == 4  # a lead of 0.8 exactly


@pytest.mark.parametrize(
    ("classes", "y", "places", "legend"),
    [
        (["no", "yes"], ["yes", "yes"], (0, 1), ["no", "yes"]),
        ([1, 2], [2, 2], (1, 2), ["class 1", "class 2"]),
        (None, [1, 1], (0, 1), ["class 0", "class 1"]),
    ],
)
def test_regions_take_their_colours_from_the_models_classes(
    classes: Any, y: Any, places: tuple[int, int], legend: list[str]
) -> None:
    ax = plots.regions(Tilted(classes=classes), [[0, 0], [2, 2]], y, resolution=20)
    sheets = [COLOURS[k].lower() for k in places for _ in range(5)]
    assert [colour for colour, _ in fills(ax)] == sheets
    assert [len(points.get_xdata()) for points in series(ax)] == [0, 2]
    assert series(ax)[1].get_marker() == MARKERS[places[1]]
    assert legend_texts(ax) == legend


def test_the_model_is_asked_on_a_grid_that_covers_the_picture() -> None:
    asked = []

    class Model(Tilted):
        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            asked.append(X)
            return super().predict_proba(X)

    ax = plots.regions(Model(), X, moon, resolution=51, include=[[4.0, 0.0]])
    (plane,) = asked
    np.testing.assert_allclose(plane.min(axis=0), [ax.get_xlim()[0], ax.get_ylim()[0]])
    np.testing.assert_allclose(plane.max(axis=0), [ax.get_xlim()[1], ax.get_ylim()[1]])
    assert ax.get_xlim()[1] > 4.0
    assert len(np.unique(plane[:, 0])) == 51
    assert len(np.unique(plane[:, 1])) < 40


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_regions_of_weights_are_those_of_a_model_with_these_weights(
    activation: str,
) -> None:
    class Same:
        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            return nnbook.forward(X, thetas, activation)[-1]

    by_weights = plots.regions(thetas, X, moon, activation=activation)
    by_model = plots.regions(Same(), X, moon)
    np.testing.assert_array_equal(border(by_weights), border(by_model))
    assert len(fills(by_weights)) == len(fills(by_model)) > 2
    (panel,) = plots.boundaries([thetas], X, moon, activation=activation)
    np.testing.assert_array_equal(border(panel), border(by_model))


def test_regions_of_a_network_agree_with_its_answers() -> None:
    network = Network(epochs=100, learning_rate=2.0, random_state=0).fit(X, moon)
    ax = plots.regions(network, X, moon)
    p = network.predict_proba(border(ax))
    np.testing.assert_allclose(p, 0.5, atol=0.02)


def test_the_legend_keeps_clear_of_the_border_where_it_can() -> None:
    class Rising(Tilted):  # its border runs into the upper right corner
        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            return super().predict_proba(X * [-1, 1] + [1, 0])

    points = [[-2.0, 0.5], [3.0, 0.5], [0.5, -2.0], [0.5, 3.0]]
    ax = plots.regions(Rising(), points, [0, 1, 0, 1])
    ax.figure.canvas.draw()
    box = ax.get_legend().get_window_extent()
    places = ax.transData.transform(border(ax))
    assert places.max(axis=0) == pytest.approx(ax.get_window_extent().max, abs=1)
    assert box.count_contains(places) == 0


def test_boundaries() -> None:
    titles = ["plain", "contorted", "other"]
    models = [Tilted(0.5), Tilted(4.0), Tilted(9.0)]
    axes = plots.boundaries(models, X, moon, titles=titles, resolution=50)
    assert axes.shape == (3,)
    assert [ax.get_title() for ax in axes] == titles
    assert len({ax.get_xlim() for ax in axes}) == 1
    assert axes[0].get_shared_x_axes().joined(axes[0], axes[2])
    assert [ax.get_ylabel() for ax in axes] == ["$x_2$", "", ""]
    assert [len(fills(ax)) for ax in axes] == [8, 10, 10]
    (legend,) = axes[0].figure.legends
    assert [t.get_text() for t in legend.get_texts()] == ["class 0", "class 1"]
    assert all(ax.get_legend() is None for ax in axes)


@pytest.mark.parametrize(
    ("count", "rows", "columns"), [(1, 1, 1), (2, 1, 2), (4, 2, 2), (5, 2, 3)]
)
def test_boundaries_stand_in_rows(count: int, rows: int, columns: int) -> None:
    axes = plots.boundaries([Tilted()] * count, X, moon, resolution=10)
    assert len(axes) == count == len(axes[0].figure.axes)
    grid = axes[0].get_gridspec()
    assert (grid.nrows, grid.ncols) == (rows, columns)


def test_boundaries_on_given_axes() -> None:
    _, axes = plots.figure(ncols=2)
    drawn = plots.boundaries([Tilted()] * 2, X, moon, axes=axes, resolution=10)
    assert list(drawn) == list(axes)
    assert len(plt.get_fignums()) == 1


# ---- line ------------------------------------------------------------------------


def plane() -> Axes:
    _, ax = plots.figure(4, 4)
    ax.set(xlim=(-2, 2), ylim=(-1, 3))
    ax.set_aspect("equal")
    return ax


@pytest.mark.parametrize(
    "theta", [(0.2, 0.9, -0.8), (-0.6, 0.9, -0.8), (1, 1, 0), (-2, 0, 1), (0, 1, 1)]
)
def test_line_runs_where_the_sum_is_0_from_edge_to_edge(theta: Any) -> None:
    ax = plots.line(theta, ax=plane())
    (drawn,) = labelled(ax, "_line")
    for x, y in drawn.get_xydata():
        assert theta[0] + theta[1] * x + theta[2] * y == pytest.approx(0)
        on_edge = min(abs(x + 2), abs(x - 2), abs(y + 1), abs(y - 3))
        assert on_edge == pytest.approx(0)
    assert ax.get_xlim() == (-2, 2)
    assert ax.get_ylim() == (-1, 3)
    (arrow,) = labelled(ax, "_arrow")
    start, tip = map(np.array, arrow._posA_posB)
    np.testing.assert_allclose(start, drawn.get_xydata().mean(axis=0))
    assert theta[0] + np.dot(theta[1:], tip) > 0
    move = tip - start
    assert np.cross([*move, 0], [*theta[1:], 0])[2] == pytest.approx(0)
    assert texts(ax) == ["$z > 0$"]


def test_line_shades_the_positive_side() -> None:
    ax = plots.line([0.2, 0.9, -0.8], ax=plane(), shade=True, colour=ACCENT)
    (side,) = [patch for patch in ax.patches if isinstance(patch, Polygon)]
    path = side.get_path()
    for place in normal(200, 2) + np.array([0, 1]):
        inside = bool(np.all(np.abs(place - [0, 1]) < 2))
        z = 0.2 + 0.9 * place[0] - 0.8 * place[1]
        assert path.contains_point(place) == (inside and z > 0)
    assert to_hex(side.get_facecolor()) == ACCENT.lower()


def test_line_without_arrow_and_in_another_style() -> None:
    ax = plots.line([0.0, 1.0, 1.0], ax=plane(), arrow=False, style="--", colour="red")
    (drawn,) = labelled(ax, "_line")
    assert (drawn.get_linestyle(), drawn.get_color()) == ("--", "red")
    assert not labelled(ax, "_arrow")
    assert not texts(ax)
    assert texts(plots.line([0.0, 1.0, 1.0], ax=plane(), text=None)) == []
    assert texts(plots.line([0.0, 1.0, 1.0], ax=plane(), text="fires")) == ["fires"]


def test_line_levels() -> None:
    ax = plots.line([0.0, 1.0, -1.0], ax=plane(), levels=(-1, 0.5, 99))
    _, below, above = labelled(ax, "_line")  # 99 lies outside
    for drawn, level in ((below, -1), (above, 0.5)):
        x, y = drawn.get_xydata().T
        np.testing.assert_allclose(x - y, level)
        assert drawn.get_linewidth() < 1
    assert texts(ax) == ["$z > 0$", "$z = -1$", "$z = 0.5$"]


@pytest.mark.parametrize(("bias", "sign", "shaded"), [(9, ">", 1), (-9, "<", 0)])
def test_a_line_outside_the_picture_says_which_sign_there_is(
    bias: float, sign: str, shaded: int
) -> None:
    ax = plots.line([bias, 1.0, 0.0], ax=plane(), shade=True)
    assert not labelled(ax, "_line")
    assert not labelled(ax, "_arrow")
    assert texts(ax) == [f"$z {sign} 0$ everywhere here"]
    assert len([p for p in ax.patches if isinstance(p, Polygon)]) == shaded


def test_line_leaves_a_legend_alone() -> None:
    ax = plots.line(thetas[0][:, 0], ax=plots.data(X, moon))
    assert len(ax.get_legend_handles_labels()[1]) == 2


# ---- activation ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [("tanh", "tanh(z)"), ("sigmoid", "sigmoid(z)"), ("identity", "z")],
)
def test_activation_and_its_slope(name: str, text: str) -> None:
    ax = plots.activation(name)
    (f,), (slope,) = labelled(ax, "_f"), labelled(ax, "_slope")
    z, a = f.get_xydata().T
    assert (z[0], z[-1]) == (-4, 4)
    np.testing.assert_allclose(a, nnbook.ACTIVATIONS[name].f(z))
    z, steep = slope.get_xydata().T
    by_nudging = (
        nnbook.ACTIVATIONS[name].f(z + 1e-6) - nnbook.ACTIVATIONS[name].f(z - 1e-6)
    ) / 2e-6
    np.testing.assert_allclose(steep, by_nudging, atol=1e-8)
    assert f.get_linestyle() == "-"
    assert slope.get_linestyle() == "--"
    assert texts(ax) == [text, "its slope"]
    assert written(ax, "its slope").get_color() == slope.get_color() == ACCENT
    assert ax.get_legend() is None
    assert not labelled(ax, "_open")


def test_relu_has_no_slope_at_its_kink_and_shows_the_convention() -> None:
    ax = plots.activation("relu")
    left, right = labelled(ax, "_slope")
    assert np.all(left.get_ydata() == 0)
    assert np.all(right.get_ydata() == 1)
    assert left.get_xdata()[0] == -4
    assert left.get_xdata()[-1] == pytest.approx(0, abs=1e-8)
    assert right.get_xdata()[0] == pytest.approx(0, abs=1e-8)
    (filled,) = labelled(ax, "_filled")
    assert filled.get_xydata().tolist() == [[0, 0]]
    assert filled.get_markerfacecolor() == ACCENT
    ends = sorted(dot.get_ydata()[0] for dot in labelled(ax, "_open"))
    assert ends == [0, 1]
    assert {dot.get_markerfacecolor() for dot in labelled(ax, "_open")} == {PAPER}
    assert texts(ax) == ["ReLU(z)", "its slope"]


@pytest.mark.parametrize("n", [10, 50, 401])
def test_a_kink_between_two_places_is_found(n: int) -> None:
    clipped = Activation(
        lambda z, out=None: np.clip(z, -1, 1),
        lambda a, out=None: (np.abs(a) < 1).astype(float),
    )
    ax = plots.activation(clipped, z=np.linspace(-3, 4, n))
    assert sorted(dot.get_xdata()[0] for dot in labelled(ax, "_filled")) == [-1, 1]
    assert [len(labelled(ax, kind)) for kind in ("_slope", "_open")] == [3, 4]
    for piece, steep in zip(labelled(ax, "_slope"), (0, 1, 0), strict=True):
        assert set(piece.get_ydata()) == {steep}
    dots = [np.round(dot.get_xydata()[0], 6) for dot in labelled(ax, "_open")]
    assert sorted(map(tuple, dots)) == [(-1, 0), (-1, 1), (1, 0), (1, 1)]
    assert texts(ax)[0] == "f(z)"


@pytest.mark.parametrize(("z", "steep"), [([0, 1, 2], 1), ([-2, -1, 0], 0)])
def test_a_kink_at_the_end_of_the_picture_draws_no_step(z: Any, steep: int) -> None:
    ax = plots.activation("relu", z=z)
    (piece,) = labelled(ax, "_slope")
    assert set(piece.get_ydata()) == {steep}


def test_a_steep_slope_is_no_kink() -> None:
    steep = Activation(
        lambda z, out=None: np.tanh(50 * z), lambda a, out=None: 50 * (1 - a**2)
    )
    assert len(labelled(plots.activation(steep), "_slope")) == 1


def test_the_slope_can_be_left_out() -> None:
    ax = plots.activation("tanh", slope=False, at=0.0)
    assert not labelled(ax, "_slope")
    assert not labelled(ax, "_filled")
    assert len(labelled(ax, "_tangent")) == 1


@pytest.mark.parametrize(
    ("name", "at"),
    [("tanh", 0.8), ("tanh", -3.0), ("sigmoid", 0.0), ("relu", 1.0), ("relu", -2.0)],
)
def test_tangent(name: str, at: float) -> None:
    ax = plots.activation(name, at=at)
    curve = nnbook.ACTIVATIONS[name]
    value = float(curve.f(np.array([at]))[0])
    steep = float(curve.prime(np.array([value]))[0])
    (tangent,), (touch,) = labelled(ax, "_tangent"), labelled(ax, "_touch")
    (x0, y0), (x1, y1) = tangent.get_xydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(steep)
    assert y0 + (at - x0) * steep == pytest.approx(value)
    assert touch.get_xydata().tolist() == [[at, value]]
    assert f"slope {steep:.2f}" in texts(ax)
    assert [at, steep] in [
        dot.get_xydata()[0].tolist() for dot in labelled(ax, "_filled")
    ]


# From 0.3 to 0.7, where the two curves come close, no place beside them is free.
@pytest.mark.parametrize("at", [-3.5, -2.0, -1.0, 0.0, 1.2, 2.0, 3.5])
def test_the_tangents_number_lies_inside_and_off_the_curves(at: float) -> None:
    ax = plots.activation("tanh", at=at)
    ax.figure.canvas.draw()
    (number,) = [t for t in ax.texts if t.get_text().startswith("slope")]
    box, inside = number.get_window_extent(), ax.get_window_extent()
    assert inside.x0 <= box.x0 < box.x1 <= inside.x1
    assert inside.y0 <= box.y0 < box.y1 <= inside.y1
    hidden = sum(
        box.count_contains(ax.transData.transform(curve.get_xydata()))
        for curve in [*labelled(ax, "_f"), *labelled(ax, "_slope")]
    )
    assert hidden == 0


def test_several_tangents() -> None:
    ax = plots.activation("tanh", at=[-1, 0, 1])
    assert len(labelled(ax, "_tangent")) == 3
    assert texts(ax).count("slope 1.00") == 1
    assert texts(ax).count("slope 0.42") == 2


def test_at_the_kink_there_is_no_tangent_but_a_convention() -> None:
    ax = plots.activation("relu", at=0.0)
    (tangent,) = labelled(ax, "_tangent")
    assert tangent.get_linestyle() == ":"
    assert "no slope here,\n0 by convention" in texts(ax)


def test_names_behind_curves_do_not_overlap() -> None:
    ax = plots.loss_curve({name: [1.0, 0.5 + i / 1e4] for i, name in enumerate("abcd")})
    ax.figure.canvas.draw()
    boxes = [written(ax, name).get_window_extent() for name in "abcd"]
    for lower, upper in itertools.pairwise(boxes):
        assert lower.y1 <= upper.y0 + 1
    figure_box = ax.figure.bbox
    assert max(box.x1 for box in boxes) <= figure_box.x1
    assert min(box.x0 for box in boxes) >= ax.get_window_extent().x1 - 10


def test_names_stand_at_the_height_of_their_curves_where_there_is_room() -> None:
    ax = plots.loss_curve({"a": [1.0, 0.1], "b": [1.0, 0.9]})
    for name, end in (("a", 0.1), ("b", 0.9)):
        label = written(ax, name)
        assert label.xy == (1, end)
        assert label.xyann[1] == pytest.approx(0, abs=1e-9)


# ---- loss curves -----------------------------------------------------------------


def test_loss_curve() -> None:
    errors = np.array([0.7, 0.5, 0.4])
    ax = plots.loss_curve(errors)
    (curve,) = labelled(ax, "_curve")
    np.testing.assert_array_equal(curve.get_xydata().T, [[0, 1, 2], errors])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "error $E$")
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > 0.7
    assert not texts(ax)


def test_loss_curves_are_told_apart_by_line_and_name() -> None:
    ax = plots.loss_curve({"training": [0.7, 0.2], "unseen": [0.8, 0.5]})
    training, unseen = labelled(ax, "_curve")
    assert (training.get_linestyle(), unseen.get_linestyle()) == ("-", "--")
    assert training.get_color() != unseen.get_color()
    assert texts(ax) == ["training", "unseen"]
    plots.loss_curve([1.5, 0.1], {"third": [0.3, 0.3]}, ax=ax)
    lines = labelled(ax, "_curve")
    assert len({line.get_linestyle() for line in lines}) == 4
    assert len({line.get_color() for line in lines}) == 4
    assert texts(ax) == ["training", "unseen", "third"]
    assert ax.get_ylim()[1] > 1.5  # room for what came later


def test_loss_curve_by_logarithm_and_at_given_epochs() -> None:
    ax = plots.loss_curve([1.0, 0.01], log=True, epochs=[0, 500])
    assert ax.get_yscale() == "log"
    (curve,) = labelled(ax, "_curve")
    assert curve.get_xdata().tolist() == [0, 500]
    ax.figure.canvas.draw()
    ticks = {text.get_text() for text in ax.get_yticklabels()}
    assert {"0.01", "0.1", "1"} <= ticks


def test_a_curve_of_one_error_is_seen() -> None:
    (curve,) = labelled(plots.loss_curve([0.7]), "_curve")
    assert curve.get_marker() == "o"


# ---- intervals -------------------------------------------------------------------


def bars(ax: Axes, n: int = 0) -> list[list[float]]:
    return [
        [segment[0, 0], segment[0, 1], segment[1, 1]]
        for segment in labelled(ax, "_intervals")[n].get_segments()
    ]


def test_intervals_of_named_settings() -> None:
    ax = plots.intervals(["with", "without"], [0.9, 0.8], [0.8, 0.6], [1.0, 0.9])
    (means,) = labelled(ax, "_means")
    np.testing.assert_array_equal(means.get_xydata(), [[0, 0.9], [1, 0.8]])
    assert bars(ax) == [[0, 0.8, 1.0], [1, 0.6, 0.9]]
    assert means.get_linestyle() == "None"
    assert [t.get_text() for t in ax.get_xticklabels()] == ["with", "without"]
    assert ax.get_ylim()[0] < 0.6
    assert ax.get_ylim()[1] > 1.0
    assert ax.get_xlim()[0] < 0
    assert ax.get_xlim()[1] > 1


def test_intervals_take_triples() -> None:
    values = {"a": [1.0, 2.0, 3.0], "b": [2.0, 2.5, 3.5]}
    gains = {k: nnbook.experiments.mean_interval(v) for k, v in values.items()}
    ax = plots.intervals(gains, gains.values(), zero=True)
    expected = [[i, g.low, g.high] for i, g in enumerate(gains.values())]
    assert bars(ax) == expected
    (zero,) = labelled(ax, "_zero")
    assert list(zero.get_ydata()) == [0, 0]
    assert ax.get_ylim()[0] < 0


def test_intervals_over_numbers_are_joined_and_ticked() -> None:
    x = [1, 3, 10, 100]
    ax = plots.intervals(x, [1, 2, 3, 4], [0, 1, 2, 3], [2, 3, 4, 5], log_x=True)
    (means,) = labelled(ax, "_means")
    assert means.get_linestyle() == "-"
    assert means.get_xdata().tolist() == x
    assert ax.get_xscale() == "log"
    ax.figure.canvas.draw()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "3", "10", "100"]


def test_series_of_intervals_are_told_apart_and_stand_side_by_side() -> None:
    ax = plots.intervals([1, 2], [3, 4], [2, 3], [4, 5], label="first")
    plots.intervals([1, 2, 4], [3, 4, 9], [2, 3, 8], [4, 5, 9.5], label="b", ax=ax)
    plots.intervals([1, 2], [0, 1], [-1, 0], [1, 2], label="c", ax=ax)
    series_of_means = labelled(ax, "_means")
    for look in ("get_marker", "get_linestyle", "get_color"):
        assert len({getattr(line, look)() for line in series_of_means}) == 3
    ax.figure.canvas.draw()
    shown = [line.get_transform().transform((1, 3))[0] for line in series_of_means]
    point = ax.figure.dpi / 72
    np.testing.assert_allclose(np.diff(shown), [6 * point, -12 * point])
    assert texts(ax) == ["first", "b", "c"]
    assert ax.get_ylim()[0] < -1
    assert ax.get_ylim()[1] > 9.5
    assert ax.get_xlim()[1] > 4
    assert [tick for tick in ax.get_xticks() if tick <= 4] == [1, 2, 4]


# ---- probabilities, confusion, digits ------------------------------------------------


def test_probabilities() -> None:
    ax = plots.probabilities([[0.2, 0.8]])
    assert [bar.get_width() for bar in ax.patches] == [0.2, 0.8]
    assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == [
        COLOURS[0].lower(),
        COLOURS[1].lower(),
    ]
    assert texts(ax) == ["0.20", "0.80"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["class 0", "class 1"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first class on top


def test_a_probability_that_is_not_0_or_1_is_not_written_so() -> None:
    ax = plots.probabilities([0.996, 0.004, 0.0], names=["a", "b", "c"])
    assert texts(ax) == ["> 0.99", "< 0.01", "0.00"]
    assert texts(plots.probabilities([1.0, 0.0])) == ["1.00", "0.00"]
    assert texts(plots.probabilities([0.995, 0.005])) == ["> 0.99", "0.01"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b", "c"]


def test_confusion() -> None:
    ax = plots.confusion([[8, 2], [0, 30]], class_names=["no", "yes"])
    place = {tuple(t.get_position()): t for t in ax.texts}
    assert {at: t.get_text() for at, t in place.items()} == {
        (0, 0): "8",
        (1, 0): "2",  # column 1, row 0: a 0 that was taken for a 1
        (0, 1): "\N{MIDDLE DOT}",
        (1, 1): "30",
    }
    assert place[1, 0].get_fontweight() == "bold"
    assert place[1, 1].get_fontweight() == "normal"
    (top, right, _, bottom) = (
        labelled(ax, f"_cell {i},{j}")[0].get_facecolor()[3]
        for i, j in np.ndindex(2, 2)
    )
    assert bottom > top > right > 0  # shares 1, 0.8 and 0.2 of their row
    (cell,) = labelled(ax, "_cell 0,1")
    assert cell.get_bbox().contains(1, 0)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["no", "yes"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["no", "yes"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def luminance(colour: Any) -> float:
    c = np.array(to_rgba(colour)[:3])
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: Any, two: Any) -> float:
    a, b = sorted([luminance(one), luminance(two)])
    return (b + 0.05) / (a + 0.05)


def test_texts_have_the_contrast_that_WCAG_asks_for() -> None:
    for colour in (INK, SOFT, ACCENT, *plots.SERIES_COLOURS):
        assert contrast(colour, PAPER) >= 4.5, colour
    darkest = labelled(plots.confusion([[1]]), "_cell")[0].get_facecolor()
    on_paper = np.multiply(darkest[:3], darkest[3]) + 1 - darkest[3]
    assert contrast(INK, on_paper) >= 4.5


def test_digits() -> None:
    images, y = datasets.load_digits()
    said = y[:12].copy()
    said[[3, 7]] = [8, 1]
    ax = plots.digits(images[:12], y[:12], said, columns=5)
    assert len(ax.images) == 12
    for n, image in enumerate(ax.images):
        np.testing.assert_array_equal(image.get_array(), images[n].reshape(8, 8))
        left, right, bottom, top = image.get_extent()
        assert (right - left, bottom - top) == (8, 8)
        assert left == 10 * (n % 5)
        assert top == 13 * (n // 5)
        assert image.get_clim() == (0, images[:12].max())
        assert image.cmap.name == "gray_r"
    wrong = [frame.get_label() for frame in labelled(ax, "_wrong")]
    assert wrong == ["_wrong 3", "_wrong 7"]
    arrow = "\N{RIGHTWARDS ARROW}"
    expected = [str(k) for k in y[:12]]
    expected[3], expected[7] = f"{y[3]} {arrow} 8", f"{y[7]} {arrow} 1"
    assert texts(ax) == expected
    assert [t.get_fontweight() for t in ax.texts].count("bold") == 2


def test_digits_with_less() -> None:
    cubes = np.arange(128.0).reshape(2, 8, 8)
    assert texts(plots.digits(cubes)) == []
    assert texts(plots.digits(cubes, [3, 4])) == ["3", "4"]
    assert texts(plots.digits(cubes, predictions=["b", "c"])) == ["b", "c"]
    ax = plots.digits(cubes.reshape(2, 64))
    np.testing.assert_array_equal(ax.images[1].get_array(), cubes[1])
    assert len(plots.digits(np.zeros((1, 64))).images) == 1


# ---- refusals ----------------------------------------------------------------------

#: What a call in the table of refusals may use.
NAMES = {**vars(plots), "np": np, "X": X, "y": moon, "thetas": thetas, "nan": np.nan}


REFUSALS = refusals("plots_refusals.txt")


@pytest.mark.parametrize("call", REFUSALS)
def test_refusal(call: str) -> None:
    names = {**NAMES, "model": Tilted(), "odd": Tilted(classes=[0, 1, 2])}
    if "ax=ax" in call or "axes=axes" in call:
        names["ax"], axes = plane(), plots.figure(ncols=2)[1]
        names["axes"] = axes
    before = plt.get_fignums()
    check_refusal(call, names, REFUSALS[call])
    assert plt.get_fignums() == before  # no figure is left behind


def test_every_function_is_in_the_table() -> None:
    functions = {name for name in plots.__all__ if callable(NAMES[name])}
    assert {call.split("(")[0] for call in REFUSALS} == functions


@pytest.mark.parametrize(
    "p", [np.zeros(3), np.ones((9, 1)), np.full((441, 2), np.nan), np.ones((3, 2))]
)
def test_a_model_that_gives_something_else_is_refused(p: np.ndarray) -> None:
    class Odd:
        def predict_proba(self, X: np.ndarray) -> np.ndarray:
            return p

    with pytest.raises(ValueError, match=r"predict_proba\(X\) must"):
        plots.regions(Odd(), [[0, 0], [1, 1]], [0, 1], resolution=21)
