"""How fast is grading: one submission, two thousand, two workers, beside nbgrader?

The submissions are the first assignment's notebook, solved, with known mistakes put
into it here and there; every one differs from all others. Every way of grading them
must give the same grades.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import machine

from nnbook.course import batch, grading, sandbox
from nnbook.course.finding import find
from nnbook.course.lists import find_assignment
from nnbook.course.submissions import chosen

NAME = "weighted_sums"
ROOT = machine.HERE.parent
NOTEBOOK = ROOT / "book" / "assignments" / f"{NAME}.ipynb"
FEW, SOME, MANY = 20, 100, 2_000
ROUNDS = 3
ORDER = batch.Order(NAME, 0, grading.Settings())

NBGRADER = ROOT / ".venv-nbgrader"

#: Lines of the solution, and what students write instead.
WRONG = {
    "return with_bias(a) @ theta": [
        "return a @ theta[1:]",
        "return (with_bias(a) @ theta).sum(axis=0)",
        'raise NotImplementedError("?")',
    ],
    "total = weights[0]": ["total = 0.0", "total = -weights[0]"],
    "return np.hstack([ones, a])": ["return np.hstack([a, ones])"],
    "return sum((1 + d) * h": ["return sum(d * h"],
    "return -(weights[0]": ["return (weights[0]"],
}


def make(folder: Path, count: int, seed: int = 0) -> Path:
    """Write submissions, each another one."""
    draw = random.Random(seed)
    text = NOTEBOOK.read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    for n in range(count):
        own = text
        for right, wrong in WRONG.items():
            assert right in text, f"the notebook has changed: {right!r}"
            if draw.random() < 0.25:
                own = own.replace(right, draw.choice(wrong).replace('"', '\\"'))
        own = own.replace("import numpy as np", f"# {n}\\nimport numpy as np", 1)
        json.loads(own)
        (folder / f"student{n:04}.ipynb").write_text(own, encoding="utf-8")
    return folder


@contextmanager
def one_core() -> Iterator[None]:
    """Hold this process, and those that it starts, to one core."""
    if not hasattr(os, "sched_setaffinity"):
        raise SystemExit("this benchmark needs Linux")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def one_by_one(folder: Path) -> list[float]:
    """Give the seconds of each submission on one core, sandbox and all."""
    key = ORDER.key()
    paths = sorted(folder.iterdir())
    grading.grade(paths[0], key, ORDER.settings)  # the room is made once
    seconds = []
    with one_core():
        for path in paths:
            start = time.perf_counter()
            grading.grade(path, key, ORDER.settings)
            seconds.append(time.perf_counter() - start)
    return seconds


def graded(folder: Path, **how: Any) -> tuple[float, dict[str, grading.Grade]]:
    """Give the seconds that a batch takes, with the start of its workers."""
    with tempfile.TemporaryDirectory() as work:
        start = time.perf_counter()
        results = batch.grade_all(
            chosen(find(folder), NAME), ORDER, batch.Store(Path(work, "store")), **how
        )
        grades = {result.student: result.grade for result in results}
        return time.perf_counter() - start, grades


def two_copies(folders: list[Path]) -> float:
    """Give the seconds until two graders, started side by side, are both done."""
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "import grading; print(grading.graded(Path(sys.argv[2]), workers=1)[0])"
    )
    words = [sys.executable, "-c", script, str(machine.HERE)]
    start = time.perf_counter()
    copies = [
        subprocess.Popen([*words, str(folder)], stdout=subprocess.DEVNULL)
        for folder in folders
    ]
    assert all(copy.wait() == 0 for copy in copies)
    return time.perf_counter() - start


def with_a_worker_killed(folder: Path) -> dict[str, grading.Grade]:
    """Grade with two workers, of which one is killed after the first grade."""
    import multiprocessing

    with tempfile.TemporaryDirectory() as work:
        results = batch.grade_all(
            chosen(find(folder), NAME),
            ORDER,
            batch.Store(Path(work, "store")),
            workers=2,
        )
        first = next(results)
        victim = multiprocessing.active_children()[0]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        return {r.student: r.grade for r in [first, *results]}


def the_command(folder: Path, out: Path) -> tuple[float, int]:
    """Give the seconds and the parent's largest memory of the whole command."""
    script = (
        "import sys, nnbook.cli\nassert nnbook.cli.main(sys.argv[1:]) == 0\n"
        "lines = open('/proc/self/status').read().splitlines()\n"
        "print(next(x.split()[1] for x in lines if x.startswith('VmHWM')))"
    )
    words = ["grade", str(folder), "--out", str(out / "grades.csv")]
    words += ["--workers", "2", "--no-progress"]
    start = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - start, int(ended.stdout.split()[-1])


def on_dask(folder: Path) -> tuple[float, dict[str, grading.Grade]]:
    """Grade on a Dask cluster of two workers; starting it is not counted."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        return graded(folder, scheduler=cluster.scheduler_address)


def nbgrader(folder: Path, work: Path) -> float:
    """Give the seconds that nbgrader takes for the same submissions."""
    python = NBGRADER / "bin" / "python"
    if not python.exists():
        print("Setting up nbgrader in an environment of its own.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(NBGRADER)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        pip.append("--disable-pip-version-check")
        needs = str(machine.HERE / "nbgrader-requirements.txt")
        subprocess.run([*pip, "-r", needs], check=True)
        subprocess.run([*pip, "--no-deps", str(ROOT)], check=True)
    release = [sys.executable, "-m", "nnbook", "release", NAME, "--nbgrader"]
    release += ["--out", str(work), "--notebooks", str(NOTEBOOK.parent)]
    subprocess.run(release, check=True, stdout=subprocess.DEVNULL)
    course = work / "nbgrader"
    for path in folder.iterdir():
        place = course / "submitted" / path.stem / NAME
        place.mkdir(parents=True)
        shutil.copy(path, place / f"{NAME}.ipynb")
    environment = {
        **os.environ,
        "PATH": f"{NBGRADER / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }

    def run(command: str) -> None:
        words = [str(python), "-m", "nbgrader", command, NAME, "--log-level=ERROR"]
        ended = subprocess.run(
            words, cwd=course, env=environment, capture_output=True, text=True
        )
        if ended.returncode:
            raise SystemExit(f"nbgrader {command} failed:\n{ended.stderr[-2000:]}")

    run("generate_assignment")
    with one_core():
        start = time.perf_counter()
        run("autograde")
        seconds = time.perf_counter() - start
    done = list((course / "autograded").glob(f"*/{NAME}/{NAME}.ipynb"))
    assert len(done) == len(list(folder.iterdir())), "nbgrader left some out"
    return seconds


def measure(work: Path) -> dict[str, Any]:
    """Measure everything."""
    few = make(work / "few", FEW)
    halves = [make(work / f"half{n}", SOME // 2, seed=n) for n in (1, 2)]
    some = work / "some"
    some.mkdir()
    for n, half in enumerate(halves):
        for path in half.iterdir():
            shutil.copy(path, some / f"{n}{path.name}")
    alone = one_by_one(few)
    copies, together = [], []
    for _ in range(ROUNDS):
        copies.append(two_copies(halves))
        seconds, grades = graded(some, workers=2)
        together.append(seconds)
    dask_seconds, dask_grades = on_dask(some)
    assert dask_grades == grades, "the Dask cluster gave other grades"
    assert with_a_worker_killed(some) == grades, "a killed worker lost something"
    many_seconds, memory = the_command(make(work / "many", MANY, seed=3), work)
    nbgrader_seconds = nbgrader(few, work / "release")
    two = statistics.median(together)
    return {
        "submissions": {"few": FEW, "some": SOME, "many": MANY},
        "same_grades_everywhere": True,  # asserted above
        "seconds_each_on_one_core": machine.rounded(statistics.median(alone)),
        "slowest_on_one_core": machine.rounded(max(alone)),
        "some_with_two_workers": machine.rounded(two),
        "some_with_two_copies": machine.rounded(statistics.median(copies)),
        "two_workers_as_good_as_copies": machine.rounded(
            statistics.median(copies) / two
        ),
        "some_on_dask": machine.rounded(dask_seconds),
        "many_with_two_workers": machine.rounded(many_seconds),
        "parent_kB": memory,
        "nbgrader_seconds_each_on_one_core": machine.rounded(nbgrader_seconds / FEW),
    }


def show(found: dict[str, Any]) -> None:
    """Print the table."""
    rows = [
        ("a submission, one core", found["seconds_each_on_one_core"], "s"),
        ("  the slowest of them", found["slowest_on_one_core"], "s"),
        ("  nbgrader, same ones", found["nbgrader_seconds_each_on_one_core"], "s"),
        (f"{SOME} with two workers", found["some_with_two_workers"], "s"),
        ("  with two copies", found["some_with_two_copies"], "s"),
        ("  on a Dask cluster", found["some_on_dask"], "s"),
        (f"{MANY:,} with two workers", found["many_with_two_workers"], "s"),
        ("  memory of the parent", found["parent_kB"] / 1000, "MB"),
    ]
    print(f"\nGrading {NAME}, sandbox and all")
    for what, value, unit in rows:
        print(f"  {what:26}{value:10.3g} {unit}")


def main() -> None:
    """Measure, print and record."""
    problem = sandbox.problem()
    if problem:
        raise SystemExit(f"grading cannot be measured here: {problem}")
    assert find_assignment(NAME).exercises
    with tempfile.TemporaryDirectory(prefix="nnbook-bench-") as work:
        found = measure(Path(work))
    show(found)
    machine.record("grading", found)


if __name__ == "__main__":
    main()
