"""How long does a training step take, beside other libraries doing the same work?

Three sizes, one thread, all libraries in turn in every round, medians over rounds.
The work is the same: from the same weights and with the same batches, the losses
agree after 100 steps, which is asserted before anything is timed.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import machine

machine.hold_to_one_thread()  # before any library can start a thread

import numpy as np
from contestants import (
    Array,
    Problem,
    Run,
    jax_run,
    nnbook_run,
    products_run,
    sklearn_run,
    torch_run,
)

from nnbook import datasets, init_thetas, network_error, running_example

# Rounds of each size; a round times every library once.
ROUNDS = {"moons": 30, "digits": 40, "wide": 30}
COLD_ROUNDS = 5
JOB_ROUNDS = 9
JOB_PASSES = 2_000
PROOF_STEPS = 100
TOLERANCE = {"float64": 1e-9, "float32": 1e-3}

NNBOOK, SKLEARN, SKLEARN_SOFTMAX = "nnbook", "scikit-learn", "scikit-learn, softmax"
TORCH, JAX, JAX_COLD = "PyTorch eager", "JAX, compiled", "JAX, with compiling"
PRODUCTS, PRODUCTS_ROWS = "matrix products", "matrix products, rows"

#: What each size should reach: the least ratio to nnbook's time, or the most.
GOALS: dict[str, dict[str, float]] = {
    "moons": {SKLEARN: 3.5, TORCH: 9.0},
    "digits": {SKLEARN: 2.5, TORCH: 7.0},
    "wide": {SKLEARN: 1.3, TORCH: 1.6, PRODUCTS: 1 / 1.15},
}


def problems() -> list[Problem]:
    """Give the three sizes."""
    X, y, thetas = running_example()
    moons = Problem("moons", X, y, thetas, "tanh", 0.5, None, epochs=1_000)

    X, y = datasets.load_digits()
    thetas = init_thetas((64, 64, 10), np.random.default_rng(0))
    digits = Problem(
        "digits", X[:1_600] / 16, y[:1_600], thetas, "tanh", 0.1, 32, epochs=10
    )

    rng = np.random.default_rng(0)
    X = rng.normal(size=(1_280, 784)).astype(np.float32)
    y = (X @ rng.normal(size=(784, 10))).argmax(axis=1)
    thetas = [
        theta.astype(np.float32) for theta in init_thetas((784, 256, 10), rng, "he")
    ]
    wide = Problem("wide", X, y, thetas, "relu", 0.05, 128, epochs=20)
    return [moons, digits, wide]


def runs_of(problem: Problem) -> dict[str, Run]:
    """Give the libraries that train the problem."""
    runs = {NNBOOK: nnbook_run(problem), SKLEARN: sklearn_run(problem)}
    if problem.thetas[-1].shape[1] == 2:
        runs[SKLEARN_SOFTMAX] = sklearn_run(problem, softmax_of_two=True)
    return {**runs, TORCH: torch_run(problem), JAX: jax_run(problem)}


def prove_equal_work(problem: Problem) -> dict[str, Any]:
    """Train for 100 steps with each library, and hold the losses to each other."""
    short = problem.lasting(PROOF_STEPS)
    X, Y = short.X.astype(float), short.Y
    trained = {name: run() for name, run in runs_of(short).items()}
    if SKLEARN_SOFTMAX in trained:
        del trained[SKLEARN]  # a single logistic output: another descent

    def loss(thetas: list[Array]) -> float:
        layers = [theta.astype(float) for theta in thetas]
        return network_error(X, Y, layers, problem.activation)

    ours = trained[NNBOOK]
    tolerance = TOLERANCE[str(problem.X.dtype)]
    differences = {}
    for name, (thetas, error) in trained.items():
        final = abs(loss(thetas) - loss(ours.thetas))
        met = abs(error - ours.error)
        differences[name] = {"final_loss": final, "error_of_last_epoch": met}
        if max(final, met) > tolerance:
            raise AssertionError(
                f"{problem.name}: after {PROOF_STEPS} steps {name}'s loss differs from "
                f"nnbook's by {max(final, met):.2g}, more than {tolerance:g}"
            )
    return {
        "loss_before": loss(short.thetas),
        "loss_after_100_steps": loss(ours.thetas),
        "tolerance": tolerance,
        "differences_from_nnbook": differences,
    }


def timed(call: Callable[[], object]) -> float:
    """Give the seconds a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def in_turn(
    calls: dict[str, Callable[[], object]], rounds: int
) -> dict[str, list[float]]:
    """Time every call once a round, each round beginning with another one."""
    names = list(calls)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            seconds[name].append(timed(calls[name]))
    return seconds


def jax_cold(problem: Problem) -> Callable[[], object]:
    """Give a call that compiles anew: JAX knows a compiled function by its identity."""
    return lambda: jax_run(problem)()


def measure(problem: Problem) -> dict[str, Any]:
    """Time a step of each library, with its ratio to nnbook's."""
    proof = prove_equal_work(problem)
    calls: dict[str, Callable[[], object]] = dict(runs_of(problem))
    if problem.name == "wide":
        calls[PRODUCTS] = products_run(problem, transposed=True)
        calls[PRODUCTS_ROWS] = products_run(problem, transposed=False)
    for call in calls.values():
        call()  # the first call compiles, warms caches, or starts a library
    seconds = in_turn(calls, ROUNDS[problem.name])
    seconds[JAX_COLD] = [timed(jax_cold(problem)) for _ in range(COLD_ROUNDS)]
    micros = {
        name: [1e6 * s / problem.steps for s in all_] for name, all_ in seconds.items()
    }
    medians = {name: statistics.median(all_) for name, all_ in micros.items()}
    return {
        "layers": [len(problem.thetas[0]) - 1, *(t.shape[1] for t in problem.thetas)],
        "samples": len(problem.X),
        "batch": problem.batch_size or len(problem.X),
        "dtype": str(problem.X.dtype),
        "activation": problem.activation,
        "steps_a_call": problem.steps,
        "rounds": ROUNDS[problem.name],
        "rounds_with_compiling": COLD_ROUNDS,
        "equal_work": proof,
        "microseconds_a_step": {
            name: {
                "median": machine.rounded(medians[name]),
                "quartiles": [
                    machine.rounded(q) for q in statistics.quantiles(all_)[::2]
                ],
                "ratio_to_nnbook": machine.rounded(medians[name] / medians[NNBOOK]),
            }
            for name, all_ in micros.items()
        },
        "goals": {
            name: {
                "ratio_at_least": machine.rounded(least),
                "reached": machine.rounded(medians[name] / medians[NNBOOK]),
                "met": medians[name] / medians[NNBOOK] >= least,
            }
            for name, least in GOALS[problem.name].items()
        },
    }


def whole_job(moons: Problem) -> dict[str, Any]:
    """Time the post's whole job, from the call to fitted weights."""
    job = moons.lasting(JOB_PASSES)

    calls = {NNBOOK: nnbook_run(job), JAX_COLD: jax_cold(job)}
    seconds = in_turn(calls, JOB_ROUNDS)
    medians = {name: statistics.median(all_) for name, all_ in seconds.items()}
    return {
        "passes": JOB_PASSES,
        "rounds": JOB_ROUNDS,
        "milliseconds": {
            name: machine.rounded(1e3 * median) for name, median in medians.items()
        },
        "met": medians[NNBOOK] < medians[JAX_COLD],
    }


def show(name: str, result: dict[str, Any]) -> None:
    """Print one size's table."""
    layers = "-".join(map(str, result["layers"]))
    proof = result["equal_work"]
    print(
        f"\n{name}: {layers}, batch {result['batch']}, {result['dtype']}, "
        f"{result['activation']}; loss {proof['loss_before']:.4f} -> "
        f"{proof['loss_after_100_steps']:.4f} in {PROOF_STEPS} steps"
    )
    print(f"  {'':24}{'us a step':>10}{'x nnbook':>10}{'goal':>8}   loss differs by")
    for who, row in result["microseconds_a_step"].items():
        goal = result["goals"].get(who)
        wanted = f"{goal['ratio_at_least']:.2f}" if goal else ""
        verdict = {None: "", True: "met", False: "MISSED"}[goal and goal["met"]]
        gap = proof["differences_from_nnbook"].get(who)
        differs = f"{gap['final_loss']:.1e}" if gap and who != NNBOOK else ""
        print(
            f"  {who:24}{row['median']:10.1f}{row['ratio_to_nnbook']:10.2f}"
            f"{wanted:>8} {verdict:7}{differs:>9}"
        )


def draw(results: dict[str, Any]) -> None:
    """Draw the medians, one panel a size."""
    import matplotlib.pyplot as plt

    sizes = results["sizes"]
    # A compile time depends on the number of steps it is spread over: not drawn.
    drawn = {
        name: {
            who: row
            for who, row in size["microseconds_a_step"].items()
            if who != JAX_COLD
        }
        for name, size in sizes.items()
    }
    rows = [len(times) for times in drawn.values()]
    figure, panels = plt.subplots(
        len(sizes),
        figsize=(7, 0.34 * sum(rows) + 2),
        height_ratios=rows,
        layout="constrained",
    )
    for panel, (name, size) in zip(panels, sizes.items(), strict=True):
        times = drawn[name]
        medians = [row["median"] for row in times.values()]
        # The floor is hatched: it is a part of a step, not a way to train.
        for place, (who, row) in enumerate(times.items()):
            panel.barh(
                place,
                row["median"],
                color="#D55E00" if who == NNBOOK else "#0072B2",
                alpha=1 if who == NNBOOK else 0.55,
                hatch="//" if who.startswith(PRODUCTS) else None,
                edgecolor="white",
            )
            panel.annotate(
                f"{row['median']:.0f} µs, {row['ratio_to_nnbook']:.2f}×",
                (row["median"], place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        panel.set_yticks(range(len(times)), list(times), fontsize=9)
        panel.invert_yaxis()
        panel.set_xlim(0, 1.3 * max(medians))
        layers = "-".join(map(str, size["layers"]))
        panel.set_title(
            f"{name}: {layers}, batch {size['batch']}, {size['dtype']}",
            loc="left",
            fontsize=10,
        )
        panel.spines[["top", "right"]].set_visible(False)
    panels[-1].set_xlabel("median time of a training step (µs), one thread")
    figure.savefig(machine.HERE / "steps.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, print, record and draw."""
    sizes = {}
    for problem in problems():
        sizes[problem.name] = measure(problem)
        show(problem.name, sizes[problem.name])
    job = whole_job(problems()[0])
    print(
        f"\nThe whole job: moons, {JOB_PASSES:,} passes, from the call to the weights"
    )
    for name, milliseconds in job["milliseconds"].items():
        print(f"  {name:28}{milliseconds:8.1f} ms")
    print(f"  goal: nnbook first. {'met' if job['met'] else 'MISSED'}")
    results = {"sizes": sizes, "whole_job": job}
    machine.record("steps", results)
    draw(results)


if __name__ == "__main__":
    main()
