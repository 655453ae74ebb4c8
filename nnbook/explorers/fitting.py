"""Fitting better and worse: hidden nodes, noise, and the penalty on weights."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import network_error
from nnbook.datasets import make_moons
from nnbook.errors import one_hot
from nnbook.explore import Explorer, Panel, Slider, explore
from nnbook.explorers.training import surface_of
from nnbook.learning import init_thetas, train

_X, _Y = (-2.1, 2.6), (-1.9, 1.9)
_NODES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50)
_NOISES = np.linspace(0.06, 0.54, 13)
_PENALTIES = (0.0, *(float(f"{x:.1g}") for x in np.logspace(-4, 0, 21)))
_N, _UNSEEN, _EPOCHS = 60, 400, 2000
_NOTHING = 0.01  # weights shorter than it give 50% everywhere


@cache
def _fitted(nodes: int, noise: float, l2: float) -> tuple[list[Array], float, float]:
    """Train one network; its weights, and the error on training and unseen data."""
    X, y = make_moons(_N, noise=noise, random_state=0)
    unseen, labels = make_moons(_UNSEEN, noise=noise, random_state=1)
    start = init_thetas((2, nodes, 2), np.random.default_rng(0))
    thetas = train(X, one_hot(y, 2), start, learning_rate=1.0, epochs=_EPOCHS, l2=l2)[0]
    return (
        thetas,
        network_error(X, one_hot(y, 2), thetas),
        network_error(unseen, one_hot(labels, 2), thetas),
    )


def _drawn(thetas: list[Array], noise: float) -> Panel:
    """Draw a network's border with the points that it was trained on."""
    X, y = make_moons(_N, noise=noise, random_state=0)
    panel = Panel(x=_X, y=_Y, xlabel="x₁", ylabel="x₂", title="training data")
    return panel.surface(surface_of(thetas, _X, _Y)).points(X, y)


def _errors(seen: float, unseen: float) -> Panel:
    """Draw the two errors as bars."""
    panel = Panel(
        x=(-0.6, 1.6), y=(0, 1.2), xticks={"training": 0, "unseen": 1}, title="error"
    )
    texts = [f"{seen:.2f}", f"{unseen:.2f}"]
    return panel.bars([seen, unseen], colors=("soft", "accent"), labels=texts)


def overfitting() -> Explorer:
    """Add hidden nodes and noise, and compare the error on seen and unseen data."""

    def draw(nodes: int, noise: float) -> list[Panel]:
        thetas, seen, unseen = _fitted(nodes, noise, 0.0)
        return [_drawn(thetas, noise), _errors(seen, unseen)]

    def describe(nodes: int, noise: float) -> str:
        _, seen, unseen = _fitted(nodes, noise, 0.0)
        return (
            f"With {nodes} hidden node{'s' * (nodes > 1)} and noise {noise:.2f} the "
            f"error is {seen:.2f} on the {_N} training points and {unseen:.2f} on "
            f"{_UNSEEN} unseen ones."
        )

    return explore(
        draw,
        describe=describe,
        title="Nodes and noise: the border that contorts",
        alt=(
            "On the left the training points on a plane coloured by the network's "
            "answer, with its border; on the right two bars, the error on training "
            "data and on unseen data."
        ),
        caption=(
            "At which noise do more nodes stop helping on unseen data? One start and "
            "one data set stand behind each picture: the chapter asks many."
        ),
        name="overfitting",
        look=False,
        nodes=Slider(_NODES, start=20, label="hidden nodes", play=True, pace=400),
        noise=Slider(_NOISES, start=0.3, format=".2f"),
    )


def penalty() -> Explorer:
    """Raise the L2 penalty on thirty hidden nodes from nothing to far too much."""
    nodes, noise = 30, 0.3

    def draw(l2: float) -> list[Panel]:
        thetas, seen, unseen = _fitted(nodes, noise, l2)
        return [_drawn(thetas, noise), _errors(seen, unseen)]

    def describe(l2: float) -> str:
        thetas, seen, unseen = _fitted(nodes, noise, l2)
        size = np.sqrt(sum(np.sum(theta[1:] ** 2) for theta in thetas))
        if size < _NOTHING:
            return (
                f"With a penalty of {l2:g} nothing is left of the weights: the network "
                f"says 50% everywhere, there is no border, and both errors are "
                f"{seen:.2f}."
            )
        return (
            f"With a penalty of {l2:g} the weights together are {size:.1f} long; the "
            f"error is {seen:.2f} on training data and {unseen:.2f} on unseen data."
        )

    return explore(
        draw,
        describe=describe,
        title="The L2 penalty: from overfitted to underfitted",
        alt=(
            "On the left the training points on a plane coloured by the answer of a "
            "network with 30 hidden nodes, with its border; on the right two bars, "
            "the error on training data and on unseen data."
        ),
        caption=(
            "Move it slowly to the right. Which of the two bars falls first, and where "
            "do both rise?"
        ),
        name="penalty",
        look=False,
        l2=Slider(_PENALTIES, start=0.0, label="L2 penalty", play=True, pace=300),
    )
