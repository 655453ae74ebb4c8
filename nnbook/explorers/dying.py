"""Rectified nodes that die: the learning rate, the start, and who is left."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import forward
from nnbook.datasets import make_moons
from nnbook.errors import one_hot
from nnbook.explore import Choice, Explorer, Panel, Slider, explore
from nnbook.explore.panels import LOW
from nnbook.learning import DivergenceWarning, init_thetas, train
from nnbook.metrics import accuracy

_WIDTH, _DEPTHS = 16, (1, 6)
#: The three starts of chapter 8: a scheme, and a factor for its weights.
_STARTS = {"glorot": 1, "he": 1, "4 x glorot": 4}
_RATES = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
_EPOCHS, _BATCH, _SEED = 60, 20, 0
_EXPLODED = 1e6  # a weight beyond it: chapter 8 draws the line there
#: Sizes of a square, and the share of points up to which a node gets it.
_SQUARES = {4: 0.25, 7: 0.5, 10: 0.75, 13: 1.0}
_TOP = 114  # percent: above all shares, where the rates stand that have none
#: The two strokes of a cross; a row of nan lifts the pen.
_LIFT = (np.nan, np.nan)
_CROSS = np.array([(-1, -1), (1, 1), _LIFT, (-1, 1), (1, -1), _LIFT]) * (0.3, 0.17)


@dataclass(frozen=True)
class Trained:
    """A trained network: which points wake which of its nodes.

    Attributes
    ----------
    woken : ndarray, shape (layers, nodes), or None
        The share of training points at which a node's output is not 0; None where
        the weights exploded.
    right : float
        The share of training points that are classified right.
    """

    woken: Array | None
    right: float = 0.0

    @property
    def dead(self) -> float:
        """Give the share of nodes whose output is 0 at every training point."""
        return float("nan") if self.woken is None else float(np.mean(self.woken == 0))


@cache
def trained(layers: int, start: str, rate: float) -> Trained:
    """Train one of chapter 8's ReLU networks."""
    X, y = make_moons(200, noise=0.2, random_state=_SEED)
    scheme = start.split()[-1]
    sizes = (2, *layers * [_WIDTH], 2)
    first = init_thetas(sizes, np.random.default_rng(_SEED), scheme)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DivergenceWarning)
        thetas, _ = train(
            X,
            one_hot(y, 2),
            [_STARTS[start] * theta for theta in first],
            activation="relu",
            learning_rate=rate,
            epochs=_EPOCHS,
            batch_size=_BATCH,
            rng=np.random.default_rng(_SEED),
        )
    if max(np.abs(theta).max() for theta in thetas) > _EXPLODED:
        return Trained(None)
    *hidden, p = forward(X, thetas, "relu")[1:]
    woken = np.array([np.mean(a > 0, axis=0) for a in hidden])
    return Trained(woken, accuracy(y, p.argmax(axis=1)))


def _map(network: Trained) -> Panel:
    """Draw each node: a square as large as the share that wakes it, or a cross."""
    panel = Panel(
        x=(0.2, _WIDTH + 0.8),
        y=(-max(_DEPTHS) - 0.6, -0.4),
        xticks=[1, 4, 8, 12, 16],
        yticks={str(n): -n for n in range(1, max(_DEPTHS) + 1)},
        xlabel="node (the larger, the more points wake it)",
        ylabel="hidden layer",
        title="hidden nodes (crosses: dead)",
        height=LOW,
    )
    woken = np.zeros((0, _WIDTH)) if network.woken is None else network.woken
    layer, node = np.indices(woken.shape) + 1
    places = np.stack([node, -layer], axis=-1)
    above = 0.0
    for size, share in _SQUARES.items():
        fits = (woken > above) & (woken <= share)
        panel.points(places[fits], size=size, square=True)
        above = share
    strokes = (places[woken == 0][:, None, :] + _CROSS).reshape(-1, 2)
    panel.line(*strokes.T, color="accent", width=2.4)
    exploded = "" if network.woken is not None else "the weights exploded"
    return panel.text(_WIDTH / 2, -3.5, exploded, anchor="middle")


def dead_nodes() -> Explorer:
    """Raise the learning rate of a ReLU network, and count the nodes that die."""

    def draw(start: str, layers: int, rate: float) -> list[Panel]:
        network = trained(layers, start, rate)
        chart = Panel(
            x=(_RATES[0], _RATES[-1]),
            y=(-4, 120),
            yticks=range(0, 101, 20),
            log_x=True,
            xlabel="learning rate",
            title="dead nodes (%)",
            height=LOW,
        )
        shares = np.array([100 * trained(layers, start, r).dead for r in _RATES])
        gone = np.isnan(shares)
        chart.line(_RATES, shares, width=2.2)
        tried = np.stack([_RATES, np.where(gone, _TOP, shares)], axis=1)
        chart.points(tried[~gone], size=6)
        chart.points(tried[gone], size=6, hollow=True)
        said = "hollow: the weights exploded" if gone.any() else ""
        chart.text(_RATES[-1], _TOP - 16, said, anchor="right", size=12)
        there = [[rate, _TOP if network.woken is None else 100 * network.dead]]
        chart.points(there, color="accent", size=11)
        return [_map(network), chart]

    def describe(start: str, layers: int, rate: float) -> str:
        network = trained(layers, start, rate)
        if network.woken is None:
            return (
                f"At a learning rate of {rate:g} the weights exploded: there is no "
                "network left to count in."
            )
        gone = network.woken == 0
        said = (
            f"At a learning rate of {rate:g}, {gone.sum()} of {gone.size} nodes are "
            f"dead ({network.dead:.0%}). "
        )
        (cut,) = np.nonzero(gone.all(axis=1))
        if len(cut):
            return (
                f"{said}Layer {cut[0] + 1} is dead throughout: every point gets the "
                "same answer."
            )
        return f"{said}The network gets {network.right:.0%} of its points right."

    return explore(
        draw,
        describe=describe,
        title="Which learning rate kills the nodes?",
        alt=(
            "On the left the nodes of a ReLU network after training, a row for each "
            "hidden layer: the more points a node fires at, the larger its square; a "
            "cross is a dead node. On the right the share of dead nodes against the "
            "learning rate."
        ),
        caption=(
            "Raise the learning rate with six hidden layers, then with one. At which "
            "rate does the dying begin? Is the start or the rate to blame? (One run "
            "stands behind each picture: the chapter asks many.)"
        ),
        name="dead-nodes",
        look=False,
        rate=Slider(_RATES, start=0.1, label="learning rate", play=True, pace=500),
        layers=Choice(_DEPTHS, start=6, label="hidden layers"),
        start=Choice(list(_STARTS), start="he", label="first weights"),
    )
