"""Training, moment by moment."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop, forward, network_error
from nnbook.datasets import make_moons
from nnbook.errors import one_hot
from nnbook.explore import Explorer, Panel, Slider, explore
from nnbook.learning import DivergenceWarning, train
from nnbook.metrics import accuracy
from nnbook.running import running_example

_X, _Y = (-1.7, 2.7), (-1.4, 1.9)
_GRID = 32  # places along a side at which the network is asked
_MOMENTS = (0, 1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80, 110, 150, 200, 280, 400)
_LATER = (560, 800, 1100, 1500, 2000)
_RATES = (
    *(0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7),
    *(1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 40.0),
)
_EPOCHS = 300


def _plane(title: str) -> Panel:
    """Make the axes of the data."""
    return Panel(x=_X, y=_Y, xlabel="x₁", ylabel="x₂", title=title)


def surface_of(
    thetas: list[Array], x: tuple[float, float] = _X, y: tuple[float, float] = _Y
) -> Array:
    """Ask a network for the probability of class 1 all over a picture."""
    x1, x2 = np.linspace(*x, _GRID), np.linspace(*y, _GRID)
    places = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    return forward(places, thetas)[-1][:, 1].reshape(_GRID, _GRID)


@cache
def _run() -> tuple[list[list[Array]], Array]:
    """Train the running example; give the weights at the moments, and all errors."""
    X, y, thetas = running_example()
    kept = {0: thetas}

    def keep(epoch: int, now: list[Array], error: float) -> None:
        if epoch + 1 in _MOMENTS + _LATER:
            kept[epoch + 1] = [theta.copy() for theta in now]

    errors = train(X, one_hot(y, 2), thetas, epochs=_LATER[-1], on_epoch=keep)[1]
    return [kept[moment] for moment in _MOMENTS + _LATER], np.asarray(errors)


def training() -> Explorer:
    """Scrub through the training of the running example: border, error, slopes."""
    X, y, _ = running_example()
    Y = one_hot(y, 2)
    unseen, labels = make_moons(200, random_state=1)
    moments = _MOMENTS + _LATER

    def thetas_at(epoch: int) -> list[Array]:
        return _run()[0][moments.index(epoch)]

    def draw(epoch: int) -> list[Panel]:
        thetas, errors = thetas_at(epoch), _run()[1]
        plane = _plane("the border").surface(surface_of(thetas))
        plane.points(X, y, size=6)
        passes = np.arange(1, len(errors) + 1)
        curve = Panel(
            x=(1, len(errors)),
            y=(0, 1),
            log_x=True,
            xlabel="epochs",
            title="the error",
        )
        curve.line(passes, errors, color="greyed")
        done = slice(max(epoch, 1))
        curve.line(passes[done], errors[done], width=2.6)
        error = network_error(X, Y, thetas)
        curve.points([[max(epoch, 1), error]], color="accent", size=10)
        return [plane, curve]

    def describe(epoch: int) -> str:
        thetas = thetas_at(epoch)
        grads = backprop(forward(X, thetas), Y, thetas)
        length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
        right = accuracy(labels, forward(unseen, thetas)[-1].argmax(axis=1))
        return (
            f"After {epoch:,} epochs the error is {network_error(X, Y, thetas):.3f}, "
            f"the slopes together are {length:.3f} long, and {right:.0%} of 200 "
            "unseen points are classified right."
        )

    return explore(
        draw,
        describe=describe,
        title="A network learns: play its training",
        alt=(
            "On the left the two moons on a plane coloured by the network's answer, "
            "with its border; on the right the error on the training data against "
            "the epochs, both at the chosen moment."
        ),
        caption=(
            "When is the border straight, and when does it begin to bend? Compare "
            "with the error at the same moments."
        ),
        name="training",
        epoch=Slider(moments, start=0, label="epochs", format=",", play=True, pace=300),
    )


@cache
def _at_rate(rate: float) -> tuple[list[Array], Array]:
    """Train the running example at one learning rate; an exploding run ends early."""
    X, y, thetas = running_example()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DivergenceWarning)
        last, errors = train(
            X, one_hot(y, 2), thetas, learning_rate=rate, epochs=_EPOCHS
        )
    return last, np.asarray(errors)


def learning_rate() -> Explorer:
    """Train from the same start with learning rates from crawling to exploding."""
    X, y, _ = running_example()

    def draw(rate: float) -> list[Panel]:
        thetas, errors = _at_rate(rate)
        curve = Panel(
            x=(0, _EPOCHS),
            y=(0.02, 60),
            log_y=True,
            xlabel="epochs",
            title="the error (powers of ten)",
        ).line(np.arange(1, len(errors) + 1), errors, width=2.2)
        plane = _plane(f"after {len(errors)} epochs")
        return [curve, plane.surface(surface_of(thetas)).points(X, y, size=6)]

    def describe(rate: float) -> str:
        _, errors = _at_rate(rate)
        rises = int(np.sum(np.diff(errors) > 0))
        return (
            f"Learning rate {rate:g}: the error goes from {errors[0]:.2f} to "
            f"{errors[-1]:.2f} in {len(errors)} epochs, and rose in {rises} of them."
        )

    return explore(
        draw,
        describe=describe,
        title="The learning rate: from crawling to jumping",
        alt=(
            "On the left the error against 300 epochs at the chosen learning rate, on "
            "the right the border of the network that it leads to."
        ),
        caption=(
            "The start is the same each time. From which rate on does the error rise "
            "between epochs? Does the largest rate that falls smoothly win?"
        ),
        name="learning-rate",
        rate=Slider(_RATES, start=0.1, label="learning rate", play=True, pace=300),
    )
