"""The book's explorers: their numbers are the chapters', in a live kernel too."""

import itertools
import json
import re
from pathlib import Path

import live_kernel
import numpy as np
import pytest
from helpers import explorer_of

import nnbook
from nnbook import explorers
from nnbook.explore import page
from nnbook.explorers import dying, walk

BOOK = Path(__file__).parent.parent / "book"


def printed(chapter, code):
    """Give what the cell that contains this code printed."""
    cells = json.loads((BOOK / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    found = [c for c in cells if code in "".join(c["source"])]
    (cell,) = [c for c in found if c.get("outputs")]
    return "".join("".join(o.get("text", "")) for o in cell["outputs"])


def numbers_in(text):
    return [float(n) for n in re.findall(r"-?\d+\.\d*", text.replace("−", "-"))]


def at(explorer, **wanted):
    """Give the stops at which the controls have these values."""
    return tuple(
        c.values.index(wanted[c.name]) if c.name in wanted else c.start
        for c in explorer.controls
    )


# ---- the network's size -----------------------------------------------------


@pytest.mark.parametrize(
    ("nodes", "layers", "sizes"),
    [(3, 1, (2, 3, 2)), (24, 1, (2, 24, 2)), (5, 3, (2, 5, 5, 5, 2))],
)
def test_the_size_counts_edges_and_operations(nodes, layers, sizes):
    explorer = explorers.network_size()
    stops = at(explorer, nodes=nodes, layers=layers)
    pairs = list(itertools.pairwise(sizes))
    weights = sum((1 + d) * h for d, h in pairs)
    sums = sum(d * h for d, h in pairs)
    said = explorer.sentence(stops)
    assert f"has {weights:,} weights" in said
    assert f"{weights:,} multiplications and {sums:,} additions" in said
    diagram = explorer.panels(stops)[0]
    edges, nodes_, bias = diagram.layers[1:]
    assert edges.count("M") == weights  # an edge bears a weight
    assert nodes_.count("M") == sum(sizes)
    assert bias.count("M") == len(sizes) - 1


def test_the_size_counts_multiplications_as_chapter_5_does():
    rows = printed("05_backprop", "networks = [(2, 3, 2)").splitlines()[1:]
    weights, forward, *_ = map(int, rows[0].split()[:2])
    said = explorers.network_size().sentence(at(explorers.network_size()))
    assert f"{weights} weights" in said
    assert f"{forward} multiplications" in said


# ---- from scores to probabilities -------------------------------------------


def test_the_shares_are_said_to_be_100_percent_only_where_they_read_so():
    explorer = explorers.scores()
    readings = set()
    for stops in itertools.product(*(range(len(c)) for c in explorer.controls)):
        said = explorer.sentence(stops)
        whole = sum(map(int, re.findall(r"(\d+)%", said.split(": together")[0])))
        assert said.endswith("before they are rounded.") == (whole != 100)
        readings.add(whole)
    assert readings == {99, 100, 101}


# ---- how much of the gradient arrives ---------------------------------------


@pytest.mark.parametrize("stop", [0, 9, 19])
def test_every_slope_lies_inside_the_chart(stop):
    explorer = explorer_of("depth")
    for activation, init in itertools.product(range(3), range(3)):
        chart = explorer.panels((stop, activation, init))[0]
        left, top, right, bottom = chart.box
        places = re.findall(r"M(\d+) (\d+)m", chart.layers[-1])
        assert len(places) == stop + 2
        for x, y in places:
            assert left <= int(x) <= right
            assert top <= int(y) <= bottom


# ---- backpropagation, step by step ------------------------------------------


def test_the_walk_has_the_numbers_of_the_chapter():
    w = walk.numbers()
    deltas = printed("05_backprop", 'print("output deltas:"')
    np.testing.assert_allclose(w.slopes[1][0], numbers_in(deltas), atol=6e-4)
    for code, slopes in (
        ("print(slopes_out.round(3))", w.slopes[1]),
        ("print(slopes_in.round(3))", w.slopes[0]),
    ):
        chapter = numbers_in(printed("05_backprop", code))
        np.testing.assert_allclose(slopes.ravel(), chapter, atol=6e-4)
    hidden = printed("05_backprop", "arrives = w0").splitlines()
    for i in range(3):
        arrives, flat, delta = numbers_in(hidden[i])
        assert f"{delta:.3f}" == f"{w.slopes[0][0, i]:.3f}"
        (step,) = [s for s in walk.walk() if (1, i + 1) in s.deltas]
        assert numbers_in(step.says)[-3:] == [arrives, flat, delta]


def test_the_walk_shows_every_number_once_and_the_slopes_last():
    steps = walk.walk()
    assert len(steps) == 21
    w = walk.numbers()
    shown = {edge: s for step in steps for edge, s in step.slopes.items()}
    assert len(shown) == sum(len(step.slopes) for step in steps) == 17
    for (layer, row, column), slope in shown.items():
        assert slope == w.slopes[layer][row, column]
    assert sum(len(step.deltas) for step in steps) == 5
    # No slope before the delta that it is made of, and none before the error.
    order = [bool(step.deltas or step.slopes) for step in steps]
    assert order == sorted(order)


def test_the_walk_writes_weights_first_and_slopes_in_the_end():
    explorer = explorers.walk_back()
    first, last = ("".join(explorer.panels([k])[0].layers) for k in (0, 20))
    texts = [re.findall(r">([^<>]+)</text>", panel) for panel in (first, last)]
    X, _, thetas = nnbook.running_example()
    for theta in thetas:
        for weight in theta.ravel():
            assert f"{weight:.1f}".replace("-", "−") in texts[0]
    for slopes in walk.numbers().slopes:
        for slope in slopes.ravel():
            assert f"{slope:.2f}".replace("-", "−") in texts[1]
    assert f"{X[0, 0]:.2f}" in texts[0]


# ---- nodes that die ---------------------------------------------------------


def test_dead_nodes_are_those_of_the_chapter():
    said = printed("08_relu", 'print(f"rate {rate}: a whole layer dead: {whole}")')
    for rate in (0.1, 1.0):
        gone = dying.trained(6, "he", rate).woken == 0
        assert f"rate {rate:g}: a whole layer dead: {gone.all(axis=1).any()}" in said
    assert dying.trained(6, "he", 0.1).dead < 0.15 < 0.45
    assert dying.trained(6, "he", 1.0).dead > 0.45


def test_a_dead_node_is_one_that_no_point_wakes():
    X, y = nnbook.datasets.make_moons(200, noise=0.2, random_state=0)
    thetas = nnbook.train(
        X,
        nnbook.one_hot(y, 2),
        nnbook.init_thetas((2, 16, 2), np.random.default_rng(0), "he"),
        activation="relu",
        learning_rate=3.0,
        epochs=60,
        batch_size=20,
        rng=np.random.default_rng(0),
    )[0]
    dead = np.all(nnbook.forward(X, thetas, "relu")[1] == 0, axis=0)
    assert dying.trained(1, "he", 3.0).dead == dead.mean() > 0
    explorer = explorers.dead_nodes()
    stops = at(explorer, layers=1, start="he", rate=3.0)
    assert f"{dead.sum()} of 16 nodes are dead" in explorer.sentence(stops)
    crosses = explorer.panels(stops)[0].layers[-2]
    assert crosses.count("M") == 2 * dead.sum()  # a cross has two strokes


def test_a_network_whose_weights_exploded_is_not_counted():
    explorer = explorers.dead_nodes()
    stops = at(explorer, layers=6, start="4 x glorot", rate=10.0)
    assert np.isnan(dying.trained(6, "4 x glorot", 10.0).dead)
    assert "weights exploded" in explorer.sentence(stops)
    squares = explorer.panels(stops)[0].layers[1:-1]
    assert all('d=""' in layer for layer in squares)
    hollow = explorer.panels(stops)[1].layers[-3]
    assert hollow.count("M") == len(dying._RATES) - 1  # at 0.01 it holds


# ---- in a live kernel -------------------------------------------------------


@pytest.fixture(scope="module")
def kernel():
    with live_kernel.live() as started:
        yield started


@pytest.mark.parametrize("name", live_kernel.ON_PAGES)
def test_in_a_live_kernel_the_picture_follows_every_control(kernel, name):
    explorer = explorer_of(name)
    picture, inputs = kernel.show(name, len(explorer.controls))
    stops = list(explorer.start)
    for place, (control, model) in enumerate(
        zip(explorer.controls, inputs, strict=True)
    ):
        stops[place] = 0 if control.start == len(control) - 1 else len(control) - 1
        changed = kernel.move(model, stops[place])
        html = changed[picture]["value"]
        own = re.search(rf'id="({explorer.name}-\d+)-c0"', html)[1]
        assert page.pictures(explorer.panels(stops), own, explorer.alt) in html
        assert f">{page.escaped(explorer.sentence(stops))}</p>" in html
