"""Settings times seeds, in parallel, and the interval around a mean (chapter 7)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import joblib
import numpy as np
import pytest
from helpers import normal
from joblib.externals.loky import get_reusable_executor

from nnbook.experiments import Interval, Stored, mean_interval, size, stored, sweep

GRID: dict[str, Any] = {"noise": [0.1, 0.2], "nodes": (1, 2, 3)}


def draw(seed: int, noise: float, nodes: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {"first": rng.random(), "mean": noise * rng.normal(size=nodes).mean()}


def test_rows_come_in_the_grids_order() -> None:
    rows = sweep(draw, GRID, seeds=range(2))
    assert [(row["noise"], row["nodes"], row["seed"]) for row in rows] == [
        (noise, nodes, seed)
        for noise in (0.1, 0.2)
        for nodes in (1, 2, 3)
        for seed in (0, 1)
    ]
    assert list(rows[0]) == ["noise", "nodes", "seed", "first", "mean"]
    assert rows[3] == {"noise": 0.1, "nodes": 2, "seed": 1} | draw(1, 0.1, 2)


def test_every_setting_meets_the_same_seeds() -> None:
    rows = sweep(draw, GRID, seeds=iter([5, 7]))  # any iterable, once
    firsts = {seed: {r["first"] for r in rows if r["seed"] == seed} for seed in (5, 7)}
    assert [len(values) for values in firsts.values()] == [1, 1]
    assert firsts[5] != firsts[7]


def test_a_grid_without_settings_runs_each_seed_once() -> None:
    assert sweep(lambda seed: {"twice": 2 * seed}, {}, [1, 2]) == [
        {"seed": 1, "twice": 2},
        {"seed": 2, "twice": 4},
    ]


@pytest.fixture
def _no_process_left_behind() -> Iterator[None]:
    yield
    get_reusable_executor().shutdown(wait=True)


def process(seed: int) -> dict[str, Any]:
    return {"process": os.getpid()}


@pytest.mark.usefixtures("_no_process_left_behind")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_two_processes_give_what_one_gives(n_jobs: int) -> None:
    rows = sweep(draw, GRID, range(3), n_jobs=n_jobs)
    assert rows == sweep(draw, GRID, range(3))
    processes = {row["process"] for row in sweep(process, {}, range(8), n_jobs=n_jobs)}
    assert (os.getpid() in processes) == (n_jobs == 1)


@pytest.mark.usefixtures("_no_process_left_behind")
def test_the_number_of_processes_may_come_from_joblib() -> None:
    with joblib.parallel_config(backend="loky", n_jobs=2):
        processes = {row["process"] for row in sweep(process, {}, range(8))}
    assert os.getpid() not in processes


def test_on_a_dask_cluster() -> None:
    distributed = pytest.importorskip("distributed")
    expected = sweep(draw, GRID, range(3))
    cluster = {"n_workers": 2, "threads_per_worker": 1, "processes": False}
    with (
        distributed.Client(**cluster, dashboard_address=None),
        joblib.parallel_config(backend="dask"),
    ):
        assert sweep(draw, GRID, range(3)) == expected


def test_progress_bar_counts_the_runs(capsys: pytest.CaptureFixture[str]) -> None:
    rows = sweep(draw, GRID, range(2), progress=True)
    shown = capsys.readouterr().err
    assert "12/12" in shown
    assert "run/s" in shown
    assert rows == sweep(draw, GRID, range(2))
    assert capsys.readouterr().err == ""


def test_progress_bar_gets_each_run_as_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    def bar(results: Any, **shown: object) -> Any:
        given.append((isinstance(results, Iterator), shown))
        return results

    monkeypatch.setitem(sys.modules, "tqdm.auto", SimpleNamespace(tqdm=bar))
    sweep(draw, GRID, range(2), progress=True)
    assert given == [(True, {"total": 12, "unit": "run"})]


# ---- the interval -----------------------------------------------------------


@pytest.mark.parametrize("level", [0.01, 0.5, 0.9, 0.95, 0.99, 0.9999])
@pytest.mark.parametrize("n", [2, 3, 4, 10, 100, 5000, 100_000])
def test_interval_equals_scipys(n: int, level: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    values = 3 + normal(n)
    interval = mean_interval(values, level)
    _, high = stats.t.interval(level, n - 1, loc=values.mean(), scale=stats.sem(values))
    assert type(interval) is Interval
    assert interval.mean == pytest.approx(values.mean(), rel=1e-15)
    half = high - interval.mean
    assert interval.high - interval.mean == pytest.approx(half, rel=1e-8)
    assert interval.mean - interval.low == pytest.approx(half, rel=1e-8)
    assert [type(x) for x in interval] == [float] * 3


def test_interval_by_hand() -> None:
    """For two values Student's t is Cauchy's: its upper quartile is 1."""
    assert mean_interval([1.0, 3.0], level=0.5) == pytest.approx((2, 1, 3))
    assert mean_interval([4, 4, 4]) == (4, 4, 4)


def test_default_level_is_95_percent() -> None:
    values = normal(10)
    assert mean_interval(values) == mean_interval(values, 0.95)


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(400):
        interval = mean_interval(normal(4, seed=seed), level=0.9)
        hits += interval.low < 0 < interval.high
    # 360 of 400 on average, to four standard deviations.
    assert abs(hits - 360) < 4 * 6


def test_a_size_is_short_unless_the_environment_asks_for_the_full_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NNBOOK_FULL", raising=False)
    assert size(8, full=100) == 8
    monkeypatch.setenv("NNBOOK_FULL", "1")
    assert size(8, full=100) == 100
    assert size(8, full=8) == 8


def test_stored_results_are_read_by_their_chapters_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "files", lambda package: tmp_path / package)
    folder = tmp_path / "nnbook" / "data" / "full"
    folder.mkdir(parents=True)
    for name in ("02_b.json", "01_a.json", "README.md"):
        row = {"settings": {"SEEDS": 5}, "values": {"x": "µ"}, "made": {"by": name}}
        text = json.dumps(row, ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")
    found = stored("02_b")
    assert found == Stored({"SEEDS": 5}, {"x": "µ"}, {"by": "02_b.json"})
    said = "name must be one of '01_a', '02_b', got 'zz'"
    with pytest.raises(ValueError, match=f"^{said}$"):
        stored("zz")
