"""From scores to probabilities, and what a probability costs."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.explore import Explorer, Panel, Slider, explore
from nnbook.explore.panels import LOW
from nnbook.plots.texts import number
from nnbook.probabilities import softmax

_CLASSES = ("class0", "class1", "class2")
_LETTERS: dict[str, float] = {"A": 0, "B": 1, "C": 2}


def scores() -> Explorer:
    """Move two of three scores, shift all of them, and change the temperature.

    The probabilities are those of Equation (4.1) of the book.
    """

    def sums(a: float, b: float, shift: float) -> Array:
        return np.array([a + shift, b + shift, shift])

    def draw(a: float, b: float, shift: float, temperature: float) -> list[Panel]:
        z = sums(a, b, shift)
        p = softmax(z[None, :] / temperature)[0]
        left = Panel(
            x=(-0.6, 2.6),
            y=(-5.5, 5.5),
            xticks=_LETTERS,
            title="scores z",
            height=LOW,
        ).bars(z, colors=_CLASSES, labels=[number(v, 1) for v in z])
        right = Panel(
            x=(-0.6, 2.6),
            y=(0, 1.12),
            xticks=_LETTERS,
            title="probabilities p",
            height=LOW,
        ).bars(p, colors=_CLASSES, labels=[f"{v:.2f}" for v in p])
        return [left, right]

    def describe(a: float, b: float, shift: float, temperature: float) -> str:
        p = softmax(sums(a, b, shift)[None, :] / temperature)[0]
        shares = [round(100 * share) for share in p]
        told = "A gets {}%, B {}% and C {}%".format(*shares)
        exact = sum(shares) == 100
        return (
            f"At a temperature of {temperature:g}, {told}: together 100%"
            f"{'' if exact else ' before they are rounded'}."
        )

    return explore(
        draw,
        describe=describe,
        title="Softmax: three scores become three probabilities",
        alt=(
            "Two bar charts. On the left the scores of the classes A, B and C, on the "
            "right their probabilities, which add up to 1."
        ),
        caption=(
            "Which slider changes the scores and leaves the probabilities alone? What "
            "does a high temperature do to them, and a low one?"
        ),
        name="scores",
        a=Slider(np.linspace(-2, 2, 9), start=1.0, label="score of A", format=".1f"),
        b=Slider(np.linspace(-2, 2, 9), start=0.5, label="score of B", format=".1f"),
        shift=Slider(
            np.linspace(-2, 2, 9), start=0.0, label="shift of all", format=".1f"
        ),
        temperature=Slider([0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 5.0, 10.0], start=1.0),
    )


def confidence() -> Explorer:
    """Compare cross-entropy with squared error as the right class's share changes.

    One sample, two classes; p is the probability that the right one gets, which
    enters squared error as (1 - p)^2. Cross-entropy is Equation (4.6) of the book.
    The slopes are those with respect to the right class's score, (4.7) for it.
    """
    shown = np.linspace(0.005, 0.995, 199)

    def errors(p: Array) -> tuple[Array, Array]:
        return -np.log(p), (1 - p) ** 2

    def slopes(p: Array) -> tuple[Array, Array]:
        return p - 1, -2 * (1 - p) * p * (1 - p)

    def draw(p: float) -> list[Panel]:
        panels = []
        for title, limits, curves in (
            ("error", (0, 5.2), errors),
            ("slope for the right score", (-1.1, 0.2), slopes),
        ):
            panel = Panel(
                x=(0, 1), y=limits, xlabel="p of the right class", title=title
            )
            log, square = curves(shown)
            panel.line(shown, log, color="class0", width=2.6)
            panel.line(shown, square, color="class1", dashed=True, width=2.6)
            log, square = curves(np.array([p]))
            panel.points([[p, log[0]]], color="class0", size=11)
            panel.points([[p, square[0]]], color="class1", size=11)
            panels.append(panel)
        panels[0].text(0.36, 4.5, "solid: cross-entropy", color="class0")
        panels[0].text(0.36, 3.9, "dashed: squared error", color="class1")
        return panels

    def describe(p: float) -> str:
        (log, square), (one, two) = errors(np.array([p])), slopes(np.array([p]))
        return (
            f"At p = {p:.2f} cross-entropy is {log[0]:.2f} with a slope of "
            f"{number(one[0])}; squared error is {square[0]:.2f} with a slope of "
            f"{number(two[0])}."
        )

    return explore(
        draw,
        describe=describe,
        title="Confident and wrong: two errors compared",
        alt=(
            "Two charts over the probability of the right class. Solid: cross-entropy, "
            "which rises without end towards 0, and its slope, which is steepest "
            "there. Dashed: squared error, at most 1, whose slope is 0 at both ends."
        ),
        caption=(
            "Go to the far left, where the network is sure of the wrong class. Which "
            "of the two errors still tells it to move?"
        ),
        name="confidence",
        p=Slider(
            [0.01, 0.02, *np.linspace(0.05, 0.95, 19), 0.98, 0.99],
            start=0.05,
            label="p of the right class",
            format=".2f",
            play=True,
        ),
    )
