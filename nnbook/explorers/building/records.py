"""The runs that a page plays, trained when the book is built."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from nnbook.explore import Choice, Explorer, Panel, Slider, explore
from nnbook.explorers.building import pictures
from nnbook.explorers.building.program import code
from nnbook.explorers.building.run import Moment, Run
from nnbook.explorers.building.settings import Settings

#: All start from seed 0, and none is left out, whatever came of it.
DATA = ("moons", "circles", "spirals", "xor")
ACTIVATIONS = ("tanh", "relu")
HIDDEN = {"2": (2,), "4": (4,), "8 + 8": (8, 8)}
RATES = (0.3, 3.0, 30.0)
MOMENTS = (0, 1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80, 110, 150, 200, 280, 400)
LATER = (560, 750, 1000)


@cache
def recorded_run(
    data: str, activation: str, hidden: tuple[int, ...], rate: float
) -> Run:
    """Train one of them, and keep its moments."""
    run = Run(
        Settings(
            data=data,
            activation=activation,
            hidden_layer_sizes=hidden,
            learning_rate=rate,
        )
    )
    for before, after in pairwise(MOMENTS + LATER):
        run.step(after - before)
    return run


def moment_at(run: Run, epoch: int) -> Moment:
    """Give a run at an epoch, or where it broke down before."""
    return next((m for m in run.moments if m.epoch >= epoch), run.now)


def recorded() -> Explorer:
    """Play recorded training runs: data, activation, hidden nodes, learning rate."""

    def draw(
        data: str, activation: str, hidden: tuple[int, ...], rate: float, epoch: int
    ) -> list[Panel]:
        run = recorded_run(data, activation, hidden, rate)
        return pictures.draw(run, moment_at(run, epoch))

    def describe(
        data: str, activation: str, hidden: tuple[int, ...], rate: float, epoch: int
    ) -> str:
        run = recorded_run(data, activation, hidden, rate)
        return pictures.describe(run, moment_at(run, epoch))

    def lines(
        data: str, activation: str, hidden: tuple[int, ...], rate: float, epoch: int
    ) -> str:
        run = recorded_run(data, activation, hidden, rate)
        return code(run.settings, min(epoch, run.asked))

    return explore(
        draw,
        describe=describe,
        code=lines,
        title="Choose a network, then play its training",
        alt=(
            "Four pictures of one moment of a training run: the training points on a "
            "plane coloured by the network's answer, with its border; the error on "
            "training and on unseen points against the epochs; the network with a "
            "small picture in each node of where on the plane it gives much; and "
            "every weight with the way that its slope would take it."
        ),
        caption=(
            "Which network is the smallest that tells the spirals apart? Which runs "
            "fail, and what would you change?"
        ),
        name="playground",
        controls_first=True,
        data=Choice(DATA, label="data", apart=True),
        activation=Choice(ACTIVATIONS, apart=True),
        hidden=Choice(HIDDEN, start="4", label="hidden nodes", apart=True),
        rate=Choice(
            {f"{rate:g}": rate for rate in RATES},
            start="3",
            label="learning rate",
            apart=True,
        ),
        epoch=Slider(
            MOMENTS + LATER, start=0, label="epochs", format=",", play=True, pace=250
        ),
    )
