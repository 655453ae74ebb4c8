"""How does `experiments.sweep` scale: over processes, and over a Dask cluster?

The same runs, with one worker and with two, each worker held to one thread. Every
way must give the same rows, to the last bit.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import joblib
import machine
import numpy as np
from distributed import Client, LocalCluster

from nnbook import init_thetas, one_hot, train
from nnbook.datasets import make_moons
from nnbook.experiments import sweep

ROUNDS = 3
WORKERS = (1, 2)
GRID = {"hidden": [2, 3, 8, 16]}
SEEDS = range(6)
EPOCHS = 4_000

Rows = list[dict[str, Any]]


def run(seed: int, hidden: int) -> dict[str, float]:
    """Train one network on two moons: what a chapter's experiment does."""
    X, y = make_moons(200, noise=0.2, random_state=seed)
    thetas = init_thetas((2, hidden, 2), np.random.default_rng(seed))
    _, errors = train(X, one_hot(y, 2), thetas, epochs=EPOCHS)
    return {"error": float(errors[-1])}


def over_processes(workers: int, seeds: range = SEEDS) -> Rows:
    """Run the sweep in processes of this machine; one worker is this process."""
    return sweep(run, GRID, seeds, n_jobs=workers)


def over_dask(seeds: range = SEEDS) -> Rows:
    """Run the sweep on the Dask cluster this process is a client of."""
    with joblib.parallel_config(backend="dask"):
        return sweep(run, GRID, seeds)


@contextmanager
def cluster(workers: int) -> Iterator[None]:
    """Keep a Dask cluster on this machine, without its dashboard."""
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None
        ) as local,
        Client(local) as client,
    ):
        client.wait_for_workers(workers)
        yield


def timed(call: Callable[[], Rows]) -> tuple[float, Rows]:
    """Give the seconds a call takes, and its rows."""
    start = time.perf_counter()
    rows = call()
    return time.perf_counter() - start, rows


def measure() -> dict[str, dict[int, float]]:
    """Time each way in every round; starting workers is not counted."""
    expected = over_processes(1)
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for workers in WORKERS:
            ways = {"processes": lambda n=workers: over_processes(n), "Dask": over_dask}
            with cluster(workers):
                # A first, short sweep starts the processes and sends them the code.
                over_processes(workers, range(1))
                over_dask(range(1))
                for name, call in ways.items():
                    spent, rows = timed(call)
                    assert rows == expected, f"{name}, {workers}: other results"
                    seconds.setdefault((name, workers), []).append(spent)
    return {
        name: {
            workers: statistics.median(seconds[name, workers]) for workers in WORKERS
        }
        for name in ("processes", "Dask")
    }


def show(medians: dict[str, dict[int, float]], runs: int) -> None:
    """Print the table."""
    print(f"\nA sweep of {runs} runs, {EPOCHS:,} passes over 200 moons each")
    print(f"  {'':12}{'workers':>8}{'seconds':>9}{'speed-up':>10}")
    one = medians["processes"][1]
    for name, row in medians.items():
        for workers, seconds in row.items():
            print(f"  {name:12}{workers:8}{seconds:9.2f}{one / seconds:10.2f}")


def draw(medians: dict[str, dict[int, float]]) -> None:
    """Draw the speed-up over one process beside the ideal."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(4.6, 3.4), layout="constrained")
    one = medians["processes"][1]
    axes.plot(WORKERS, WORKERS, "--", color="0.5", label="ideal")
    marks = {"processes": ("o-", "#0072B2"), "Dask": ("^-", "#D55E00")}
    for name, row in medians.items():
        style, colour = marks[name]
        axes.plot(
            list(row), [one / s for s in row.values()], style, color=colour, label=name
        )
    axes.set(xlabel="workers", ylabel="speed-up over one process", xticks=WORKERS)
    axes.set_ylim(0, max(WORKERS) + 0.2)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(machine.HERE / "sweep.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, print, record and draw."""
    medians = measure()
    runs = len(SEEDS) * len(GRID["hidden"])
    show(medians, runs)
    one = medians["processes"][1]
    machine.record(
        "sweep",
        {
            "runs": runs,
            "epochs": EPOCHS,
            "rounds": ROUNDS,
            "same_rows_everywhere": True,  # asserted above
            "seconds": {
                name: {str(w): machine.rounded(s) for w, s in row.items()}
                for name, row in medians.items()
            },
            "speed_up_over_one_process": {
                name: {str(w): machine.rounded(one / s) for w, s in row.items()}
                for name, row in medians.items()
            },
        },
    )
    draw(medians)


if __name__ == "__main__":
    main()
