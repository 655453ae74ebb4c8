"""Experiments: settings times seeds, in parallel, with intervals (chapters 1 and 7)."""

from __future__ import annotations

import functools
import itertools
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from nnbook._checks import choice, finite_array, integer_at_least, real_number
from nnbook._progress import progress_bar
from nnbook._types import Array, ArrayLike

__all__ = ["Interval", "Stored", "mean_interval", "size", "stored", "sweep"]

#: Where this variable of the environment is set, experiments run at full size.
FULL = "NNBOOK_FULL"


def sweep(
    run: Callable[..., Mapping[str, Any]],
    grid: Mapping[str, Iterable[Any]],
    seeds: Iterable[int],
    *,
    n_jobs: int | None = None,
    progress: bool = False,
) -> list[dict[str, Any]]:
    """Run an experiment for every setting in a grid and every seed.

    Parameters
    ----------
    run : callable
        ``run(seed=..., **setting)`` gives a dict of results.
    grid : dict of str to iterable
        The values of each setting; every combination is run.
    seeds : iterable of int
        The seeds, fixed beforehand, such as ``range(10)``. Each setting meets the
        same ones, so that differences can be paired.
    n_jobs : int, optional
        Number of processes, -1 for one a core. None takes it from
        ``joblib.parallel_config``, whose backend may also be a Dask cluster, and is
        1 where nothing is configured. In a browser, which has no processes, the runs
        go one after another whatever the number.
    progress : bool
        Show a progress bar.

    Returns
    -------
    list of dict
        One row a run, in the grid's order whatever the number of processes: the
        setting, the seed and the results.

    Raises
    ------
    TypeError, ValueError
        If `run` does not give a dict, a result bears the name of a setting, or a
        setting or the seeds hold no value.

    Examples
    --------
    >>> def run(seed, side):
    ...     return {"area": side**2 + seed}
    >>> sweep(run, {"side": [1, 2]}, seeds=[0])
    [{'side': 1, 'seed': 0, 'area': 1}, {'side': 2, 'seed': 0, 'area': 4}]
    """
    if not callable(run):
        raise TypeError(f"run must be callable, got {type(run).__name__}")
    if not isinstance(grid, Mapping):
        raise TypeError(
            "grid must be a dict from each setting's name to its values, got "
            f"{type(grid).__name__}"
        )
    if "seed" in grid:
        raise ValueError("grid must not hold 'seed': pass the seeds as seeds=...")
    values = {name: _values(f"grid[{name!r}]", grid[name]) for name in grid}
    seeds = _values("seeds", seeds)
    settings = [
        dict(zip(values, combination, strict=True))
        for combination in itertools.product(*values.values())
    ]
    import joblib  # which takes as long to load as the rest of the package

    calls = [
        joblib.delayed(_run_one)(run, setting, seed)
        for setting in settings
        for seed in seeds
    ]
    results = joblib.Parallel(n_jobs=n_jobs, return_as="generator")(calls)
    if progress:
        results = progress_bar(results, total=len(calls), unit="run")
    return list(results)


def _values(name: str, column: Iterable[Any]) -> list[Any]:
    """Give one setting's values as a list, refusing a bare value or none."""
    if isinstance(column, str) or not isinstance(column, Iterable):
        raise TypeError(f"{name} must be a list of values, got {column!r}")
    values = list(column)
    if not values:
        raise ValueError(f"{name} must hold at least one value, got none")
    return values


def _run_one(
    run: Callable[..., Mapping[str, Any]], setting: dict[str, Any], seed: int
) -> dict[str, Any]:
    row = {**setting, "seed": seed}
    result = run(**row)
    if not isinstance(result, Mapping):
        raise TypeError(f"run must give a dict of results, got {type(result).__name__}")
    clash = sorted(set(result) & set(row))
    if clash:
        raise ValueError(f"run's results must not be named like a setting, got {clash}")
    return {**row, **result}


class Interval(NamedTuple):
    """A mean with the interval that holds the true one at the stated level."""

    mean: float
    low: float
    high: float


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Give the mean over seeds, with its Student-t confidence interval.

    Parameters
    ----------
    values : array_like, shape (n,)
        One result a seed (or one paired difference a seed), n at least 2.
    level : float
        The confidence level, between 0 and 1.

    Returns
    -------
    Interval
        ``(mean, low, high)``.

    Raises
    ------
    ValueError
        If there are fewer than two values, one is not finite, or the level is not
        between 0 and 1.

    Notes
    -----
    Equation (1.2) of the book.

    Examples
    --------
    >>> interval = mean_interval([0.8, 0.9, 1.0])
    >>> [round(x, 3) for x in interval]
    [0.9, 0.652, 1.148]
    """
    values = finite_array("values", values, ndim=1)
    n = integer_at_least("the number of values", len(values), 2)
    level = real_number("level", level, above=0)
    if level >= 1:
        raise ValueError(f"level must be below 1, got {level:g}")
    mean = float(values.mean())
    half = (
        _t_quantile((1 + level) / 2, n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    )
    return Interval(mean, mean - half, mean + half)


@functools.cache
def _gauss_legendre() -> tuple[Array, Array]:
    """Give the nodes and weights of a quadrature rule on (-1, 1), worked out once."""
    return np.polynomial.legendre.leggauss(80)


def _t_quantile(probability: float, freedom: int) -> float:
    """Find the t with P(T <= t) = probability, by bisection.

    With t = sqrt(freedom) tan(u), the density of u is proportional to
    cos(u)^(freedom - 1) on (-pi/2, pi/2): smooth and bounded, so that a plain
    Gauss-Legendre rule integrates it to rounding. Constant factors are left out:
    they cancel.
    """
    nodes, weights = _gauss_legendre()

    def area(u: float) -> float:
        return u * float(weights @ np.cos(u / 2 * (nodes + 1)) ** (freedom - 1))

    # Beyond t = 12 many degrees of freedom leave nothing that rounding would keep.
    end = min(math.pi / 2, 12 / math.sqrt(freedom))
    target = (2 * probability - 1) * area(end)
    low, high = 0.0, end
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if area(middle) < target else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def size(short: int, *, full: int) -> int:
    """Choose an experiment's size: short enough to wait for, or full.

    Parameters
    ----------
    short : int
        The number of seeds, samples or passes for a run that somebody waits for.
    full : int
        The number for the run whose results are stored.

    Returns
    -------
    int
        `full` where the variable NNBOOK_FULL is set in the environment, else `short`.

    Raises
    ------
    TypeError, ValueError
        If a size is not an integer of at least 1, or `full` is below `short`.

    Examples
    --------
    >>> size(8, full=100)
    8
    """
    short = integer_at_least("short", short, 1)
    full = integer_at_least("full", full, short)
    return full if os.environ.get(FULL) else short


class Stored(NamedTuple):
    """What a run at full size found.

    ``settings`` are the sizes, ``values`` the numbers as texts, rounded for reading,
    and ``made`` says with which versions the run was made.
    """

    settings: dict[str, Any]
    values: dict[str, str]
    made: dict[str, str]


def stored(name: str) -> Stored:
    """Read the stored results of a run at full size.

    Parameters
    ----------
    name : str
        The chapter's file name without its ending, such as ``"07_overfitting"``.

    Returns
    -------
    Stored
        ``(settings, values, made)``.

    Raises
    ------
    ValueError
        If nothing is stored under the name; the message lists what there is.
    """
    from importlib import resources

    folder = resources.files("nnbook") / "data" / "full"
    files = [file.name for file in folder.iterdir() if file.name.endswith(".json")]
    choice("name", name, sorted(file.removesuffix(".json") for file in files))
    found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return Stored(found["settings"], found["values"], found["made"])
