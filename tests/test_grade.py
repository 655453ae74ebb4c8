"""Grading submissions of every kind, in both pools: marks, status, reason, no harm."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from grade_cases import CASES, IMPORTS, POINTS, code, made, notebook

import nnbook.cli
from nnbook.course import batch, grading, sandbox, submissions
from nnbook.course.lists import assignments

SETTINGS = grading.Settings(cells_seconds=8, call_seconds=1.5)
ORDER = batch.Order("weighted_sums", 0, SETTINGS)

if shutil.which("bwrap") is None and not os.environ.get("CI"):
    pytest.skip("bubblewrap is not installed", allow_module_level=True)


def test_the_sandbox_works_here():
    assert sandbox.problem() is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with one submission of each kind, by the number of its case."""
    place = tmp_path_factory.mktemp("submissions")
    for n, case in enumerate(CASES.values()):
        (place / f"student{n:03}.ipynb").write_bytes(case.data)
    return place


def graded(folder, store, **how):
    found = submissions.chosen(submissions.find(folder), "weighted_sums")
    results = batch.grade_all(found, ORDER, batch.Store(store), **how)
    return {result.student: result.grade for result in results}


def state(folder):
    found = {path: path.stat() for path in folder.iterdir()}
    return {path: (s.st_mtime_ns, s.st_size, s.st_mode) for path, s in found.items()}


@pytest.fixture(scope="module")
def grades(folder, tmp_path_factory):
    """Grade them all in one batch."""
    before = state(folder)
    found = graded(folder, tmp_path_factory.mktemp("work") / "store", workers=3)
    assert state(folder) == before
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_submission_gets_what_it_deserves(name, grades):
    case = CASES[name]
    grade = grades[f"student{list(CASES).index(name):03}"]
    scores = {mark.name: mark.score for mark in grade.marks}
    assert scores == {n: 0 if n in case.lost else p for n, p in POINTS.items()}
    assert grade.status == case.status
    assert re.search(case.reason, grade.reason)
    differences = {mark.name: mark.difference for mark in grade.marks}
    for exercise, says in case.says.items():
        assert re.search(says, differences[exercise])


def test_nothing_is_left_running(grades):
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if b"nnbook.course.child" in words and parent in (1, os.getpid()):
            left.append(words)
    assert left == []


def test_hidden_probes_stay_hidden(grades):
    grade = grades[f"student{list(CASES).index('tells the hidden probes'):03}"]
    mark = next(mark for mark in grade.marks if mark.name == "border")
    assert mark.difference == "it stops with ValueError"
    assert (mark.expected, mark.got) == ("", "")


def test_a_dask_cluster_gives_the_same(folder, grades, tmp_path):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        assert graded(folder, tmp_path / "store", scheduler=address) == grades


# ---- the assignments --------------------------------------------------------


def solved(name: str) -> Path:
    return Path(__file__).parent.parent / "book" / "assignments" / f"{name}.ipynb"


@pytest.mark.parametrize("assignment", assignments(), ids=lambda a: a.name)
def test_the_instructors_notebook_gets_full_marks(assignment):
    key = grading.key_for(assignment, seed=5)
    grade = grading.grade(solved(assignment.name), key, grading.Settings())
    assert {m.name: m.score for m in grade.marks} == {
        e.name: e.points for e in assignment.exercises
    }
    assert (grade.status, grade.reason) == ("ok", "")
    assert all(grade.answers.values())


@pytest.mark.parametrize("assignment", assignments(), ids=lambda a: a.name)
def test_what_is_withheld_can_be_masked(assignment, tmp_path):
    withheld = {e.name: e.withheld[0] for e in assignment.exercises if e.withheld}
    own = [code(f"{name} = nnbook.{theirs}") for name, theirs in withheld.items()]
    path = tmp_path / "own.ipynb"
    path.write_bytes(notebook([code(IMPORTS), *own]))
    grade = grading.grade(path, grading.key_for(assignment, 0), SETTINGS)
    assert sum(mark.score for mark in grade.marks) == 0
    for name, theirs in withheld.items():
        assert f"{name}: uses nnbook's own {theirs}" in grade.reason


# ---- the batch --------------------------------------------------------------


@pytest.fixture
def few(tmp_path):
    """Give a folder with three right submissions and a wrong one."""
    place = tmp_path / "few"
    place.mkdir()
    for n in range(3):
        (place / f"student{n}.ipynb").write_bytes(made(first=f"# {n}"))
    wrong = "def one_sum(a, weights):\n    return weights[1:] @ a"
    (place / "student3.ipynb").write_bytes(made(one_sum=wrong))
    return place


def command(*words):
    return nnbook.cli.main(["grade", *map(str, words), "--no-progress"])


def test_the_same_folder_gives_the_same_file(few, tmp_path, capsys):
    for out in ("a.csv", "b.csv"):
        assert command(few, "--out", tmp_path / out) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert "student" not in capsys.readouterr().out.replace("students", "")
