"""How does a training step's cost grow with the samples, the nodes and the layers?

The multiply-adds of its matrix products are counted as they happen, and must equal
the formula; the time stands beside them.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import machine

machine.hold_to_one_thread()  # before NumPy can start a thread

import numpy as np

from nnbook import init_thetas, one_hot, train

ROUNDS = 9
ABOUT = 0.02  # seconds of steps a timing should span

INPUTS, CLASSES = 20, 3


@dataclass(frozen=True)
class Setting:
    """A network and the number of samples it learns from, all in one batch."""

    samples: int = 256
    nodes: int = 64
    layers: int = 1

    @property
    def sizes(self) -> tuple[int, ...]:
        return (INPUTS, *(self.nodes,) * self.layers, CLASSES)


BASE = Setting()
GROWING = {
    "samples": [replace(BASE, samples=2**k) for k in range(0, 15, 2)],
    "nodes": [replace(BASE, nodes=2**k) for k in range(11)],
    "layers": [replace(BASE, layers=2**k) for k in range(6)],
}


def multiply_adds(setting: Setting) -> int:
    """Give the multiply-adds of a step's matrix products, by formula.

    Every weight is used three times a sample: forward, for its own slope, and to
    pass the blame back, except in the first layer and at the bias nodes, which pass
    nothing back.
    """
    before, after = setting.sizes[:-1], setting.sizes[1:]
    weights = sum((1 + d) * h for d, h in zip(before, after, strict=True))
    back = sum(d * h for d, h in zip(before[1:], after[1:], strict=True))
    return setting.samples * (2 * weights + back)


def trainer(setting: Setting) -> Any:
    """Give a function that trains for a number of steps."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(setting.samples, INPUTS))
    Y = one_hot(rng.integers(0, CLASSES, setting.samples), CLASSES)
    thetas = init_thetas(setting.sizes, rng)

    def run(steps: int) -> None:
        train(X, Y, thetas, learning_rate=0.01, epochs=steps)

    return run


def counted(run: Any) -> int:
    """Count the multiply-adds of one step's matrix products while it runs."""
    count = 0
    dot = np.dot

    def counting(a: Any, b: Any, out: Any = None) -> Any:
        nonlocal count
        if a.ndim == b.ndim == 2:
            count += a.shape[0] * a.shape[1] * b.shape[1]
        return dot(a, b, out=out)

    with mock.patch.object(np, "dot", counting):
        run(1)
    return count


def timed(run: Any, steps: int) -> float:
    """Give the seconds that a number of steps take, set-up included."""
    start = time.perf_counter()
    run(steps)
    return time.perf_counter() - start


def measure() -> dict[str, list[dict[str, Any]]]:
    """Time every setting in turn, several rounds; set-up is subtracted."""
    settings = {s: trainer(s) for row in GROWING.values() for s in row}
    steps = {}
    for setting, run in settings.items():
        expected, found = multiply_adds(setting), counted(run)
        assert found == expected, f"{setting}: counted {found}, formula {expected}"
        one = min(timed(run, 10) for _ in range(3)) / 10
        steps[setting] = max(5, round(ABOUT / one))
    micros: dict[Setting, list[float]] = {setting: [] for setting in settings}
    for _ in range(ROUNDS):
        for setting, run in settings.items():
            n = steps[setting]
            spent = timed(run, 2 * n) - timed(run, n)
            micros[setting].append(1e6 * spent / n)
    medians = {s: statistics.median(all_) for s, all_ in micros.items()}
    return {
        name: [
            {
                name: getattr(setting, name),
                "multiply_adds": multiply_adds(setting),
                "activations": setting.samples * setting.nodes * setting.layers,
                "microseconds": machine.rounded(medians[setting]),
                "multiply_adds_a_nanosecond": machine.rounded(
                    multiply_adds(setting) / (1e3 * medians[setting])
                ),
            }
            for setting in row
        ]
        for name, row in GROWING.items()
    }


def show(growth: dict[str, list[dict[str, Any]]]) -> None:
    """Print one table a quantity."""
    print(
        f"\nA step of a network with {INPUTS} inputs, {BASE.layers} hidden layer of "
        f"{BASE.nodes} and {CLASSES} classes, {BASE.samples} samples; one of the "
        "three changes"
    )
    for name, rows in growth.items():
        print(f"  {name:>8}{'multiply-adds':>15}{'us a step':>11}{'a nanosecond':>14}")
        for row in rows:
            print(
                f"  {row[name]:8,}{row['multiply_adds']:15,}{row['microseconds']:11.1f}"
                f"{row['multiply_adds_a_nanosecond']:14.2f}"
            )


def draw(growth: dict[str, list[dict[str, Any]]]) -> None:
    """Draw time over each quantity, beside what the arithmetic alone would take."""
    import matplotlib.pyplot as plt

    best = max(
        row["multiply_adds_a_nanosecond"] for rows in growth.values() for row in rows
    )
    figure, panels = plt.subplots(
        1, 3, figsize=(9, 3.4), sharey=True, layout="constrained"
    )
    for panel, (name, rows) in zip(panels, growth.items(), strict=True):
        x = [row[name] for row in rows]
        panel.loglog(
            x,
            [row["microseconds"] for row in rows],
            "o-",
            color="#D55E00",
            markersize=4,
            label="measured",
        )
        panel.loglog(
            x,
            [row["multiply_adds"] / (1e3 * best) for row in rows],
            "--",
            color="#0072B2",
            label="multiply-adds at the best rate seen",
        )
        panel.set_xlabel(name)
        panel.grid(alpha=0.25)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("time of a step (µs)")
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=2,
        frameon=False,
    )
    figure.savefig(machine.HERE / "growth.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, print, record and draw."""
    growth = measure()
    show(growth)
    machine.record(
        "growth",
        {
            "inputs": INPUTS,
            "classes": CLASSES,
            "base": {name: getattr(BASE, name) for name in GROWING},
            "rounds": ROUNDS,
            "growing": growth,
        },
    )
    draw(growth)


if __name__ == "__main__":
    main()
