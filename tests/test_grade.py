"""Grading submissions of every kind, in both pools: marks, status, reason, no harm."""

from __future__ import annotations

import errno
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grade_cases import CASES, IMPORTS, POINTS, RIGHT, code, made, notebook

import nnbook.cli
from nnbook.course import batch, files, grading, sandbox, submissions
from nnbook.course.finding import find
from nnbook.course.lists import assignments
from nnbook.course.unusable import UnusableError

SETTINGS = grading.Settings(cells_seconds=12, call_seconds=1.5)
ORDER = batch.Order("weighted_sums", 0, SETTINGS)

if shutil.which("bwrap") is None and not os.environ.get("CI"):
    pytest.skip("bubblewrap is not installed", allow_module_level=True)


def test_the_sandbox_works_here():
    assert sandbox.problem() is None


def test_python_may_lie_below_the_folders_that_are_emptied():
    words = sandbox._walls(1)
    emptied = max(words.index("/tmp"), words.index(sandbox.HOME))
    assert emptied < min(words.index(folder) for folder in sandbox.site_folders())


def test_where_something_can_be_written_it_is_limited(tmp_path, monkeypatch):
    (tmp_path / "nnbook").mkdir()  # as where the package is installed from a wheel
    monkeypatch.setattr(sandbox, "site_folders", lambda: (str(tmp_path),))
    words = sandbox._walls.__wrapped__(1)
    places = [n for n, word in enumerate(words) if word == "--tmpfs"]
    assert {words[n + 1] for n in places} >= {f"{tmp_path}/nnbook", "/proc/1"}
    for n in places:
        assert words[n - 2] == "--size"
        if words[n + 1] not in sandbox.WRITABLE:
            assert words[n + 2 : n + 4] == ("--remount-ro", words[n + 1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with one submission of each kind, by the number of its case."""
    place = tmp_path_factory.mktemp("submissions")
    for n, case in enumerate(CASES.values()):
        (place / f"student{n:03}.ipynb").write_bytes(case.data)
    return place


def graded(folder, store, **how):
    found = submissions.chosen(find(folder), "weighted_sums")
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
    assert re.fullmatch(case.status, grade.status)
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


def test_hidden_probes_are_not_told_as_the_name_of_a_stub(grades):
    grade = grades[f"student{list(CASES).index('tells them as a name'):03}"]
    mark = next(mark for mark in grade.marks if mark.name == "border")
    assert mark.difference == "it stops with NotImplementedError"
    assert mark.hint == ""


def test_hidden_probes_come_when_nothing_more_is_told(grades):
    grade = grades[
        f"student{list(CASES).index('looks for the hidden probes early'):03}"
    ]
    told = {mark.name: f"{mark.difference} {mark.got}" for mark in grade.marks}
    asked = next(a for a in ORDER.key().asked if a.exercise.name == "border")
    last = str(asked.probes[asked.public - 1].args)
    assert last in told["border"]
    assert last in told["combined"]


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
    options = [] if "--workers" in words else ["--workers", "1"]
    return nnbook.cli.main(["grade", *map(str, words), "--no-progress", *options])


def test_the_same_folder_gives_the_same_files(few, tmp_path, capsys):
    ways = {"a": ["--workers", "2"], "b": ["--workers", "1"], "c": ["--trust"]}
    for name, how in ways.items():
        assert command(few, "--out", tmp_path / f"{name}.csv", *how) == 0
    for ending in (".csv", "-report.html", "-answers.html", "-marks.csv"):
        files = [(tmp_path / f"{name}{ending}").read_bytes() for name in ways]
        assert files[0] == files[1] == files[2]
    pages = [path.name for path in sorted((tmp_path / "a-feedback").iterdir())]
    assert pages == [f"student{n}.html" for n in range(4)]
    said = capsys.readouterr()
    assert "student" not in said.out + said.err
    logs = [path.read_text() for path in (tmp_path / "a-work").iterdir()]
    assert not any("student" in log for log in logs)


def test_a_run_goes_on_where_it_was_stopped(few, tmp_path, monkeypatch):
    store = tmp_path / "store"
    found = submissions.chosen(find(few), "weighted_sums")
    running = batch.grade_all(found, ORDER, batch.Store(store))
    first = next(running)
    running.close()
    with store.open("ab") as file:
        file.write(b'{"digest": "cut off')
    monkeypatch.setattr(sandbox, "start", None)  # nothing more may be started for it
    (known,) = batch.Store(store).known.values()
    assert known == first.grade
    monkeypatch.undo()
    seconds = {
        result.student: result.seconds
        for result in batch.grade_all(found, ORDER, batch.Store(store))
    }
    assert seconds.pop(first.student) == 0
    assert len(seconds) == 3
    assert min(seconds.values()) > 0
    assert len(batch.Store(store).known) == 4


def test_ctrl_c_ends_it_at_once_whatever_runs(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    (place / "ada.ipynb").write_bytes(made())
    (place / "loops.ipynb").write_bytes(made("while True:\n    pass"))
    words = ["grade", place, "--out", tmp_path / "out" / "g.csv", "--time", "240"]
    done = tmp_path / "out" / "g-work" / "weighted_sums.jsonl"
    running = subprocess.Popen(
        [sys.executable, "-m", "nnbook", *map(str, words), "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    until = time.monotonic() + 90
    while not done.exists() and time.monotonic() < until:
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=30)[1]
    assert running.returncode == 130
    assert said.endswith("nnbook: interrupted\n")
    assert list(tmp_path.glob("nnbook-*")) == []
    assert len(done.read_text().splitlines()) == 1


def test_a_worker_that_is_killed_loses_nothing(few, tmp_path):
    found = submissions.chosen(find(few), "weighted_sums")
    running = batch.grade_all(found, ORDER, batch.Store(tmp_path / "s"), workers=2)
    scores = [_score(next(running))]
    for process in multiprocessing.active_children():
        os.kill(process.pid, signal.SIGKILL)
    scores += [_score(result) for result in running]
    assert sorted(scores) == [14, 16, 16, 16]


def _score(result):
    return sum(mark.score for mark in result.grade.marks)


def test_what_kills_its_worker_each_time_is_given_up(few, tmp_path, monkeypatch):
    """Every worker of the pool dies: the batch ends all the same, and says why."""
    monkeypatch.setattr(batch, "grade_file", _die)
    found = submissions.chosen(find(few), "weighted_sums")[:2]
    store = batch.Store(tmp_path / "store")
    results = list(batch.grade_all(found, ORDER, store, workers=1))
    assert len(results) == 2
    assert {r.grade.reason for r in results} == {
        "the grader's own process died over it"
    }
    assert store.known == {}  # so that the next run tries again


def _die(submission, order):
    os._exit(1)


def test_one_student_is_graded_again_and_nobody_else(few, tmp_path, capsys):
    out = tmp_path / "grades.csv"
    words = (few, "--out", out)
    assert command(*words) == 0
    times = tmp_path / "grades-work" / "times.csv"
    assert len(times.read_text().splitlines()) == 4
    before = out.read_text()
    (few / "student3.ipynb").write_bytes(made())
    assert command(*words, "--student", "student3") == 0
    assert len(times.read_text().splitlines()) == 5
    changed = [
        (a, b)
        for a, b in zip(before.splitlines(), out.read_text().splitlines(), strict=True)
        if a != b
    ]
    assert [a.split(",")[0] for a, _ in changed] == ["student3"]
    (few / "student2.ipynb").write_bytes(made(border=None))
    assert command(*words, "--student", "student3") == 2
    assert "1 other submissions are new" in capsys.readouterr().err
    assert command(*words, "--student", "student9") == 2


def test_a_longer_time_for_one_student_keeps_the_grade_of_the_others(tmp_path):
    slow = RIGHT["border"].replace(
        "    return", "    import time\n    time.sleep(0.7)\n    return"
    )
    place = tmp_path / "in"
    place.mkdir()
    (place / "slow.ipynb").write_bytes(made(border=slow))
    out = tmp_path / "grades.csv"
    command(place, "--out", out, "--call-time", 0.3)
    assert "slow,2,2,4,0,2,3" in out.read_text()
    command(place, "--out", out, "--student", "slow", "--call-time", 20)
    assert "slow,2,2,4,3,2,3" in out.read_text()
    command(place, "--out", out, "--call-time", 0.3)
    assert "slow,2,2,4,3,2,3" in out.read_text()


def test_a_full_disk_costs_nobody_a_mark(few, tmp_path, monkeypatch, capsys):
    out, add = tmp_path / "grades.csv", batch.Store.add

    def full(store, result):
        if store.known:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(store.path))
        add(store, result)

    monkeypatch.setattr(batch.Store, "add", full)
    assert command(few, "--out", out) == 2
    said = capsys.readouterr().err
    assert "No space left on device; what is graded is kept" in said
    assert "student" not in said
    assert not out.exists()
    monkeypatch.undo()
    assert command(few, "--out", out) == 0
    times = tmp_path / "grades-work" / "times.csv"
    assert len(times.read_text().splitlines()) == 1 + 3
    assert out.read_text().count(",16,,ok,,") == 3


def test_a_gradebook_that_cannot_be_written_says_so(few, tmp_path, monkeypatch, capsys):
    out = tmp_path / "grades.csv"
    assert command(few, "--out", out) == 0
    before = out.read_bytes()

    def locked(self, target):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))

    monkeypatch.setattr(Path, "replace", locked)  # as where Excel has it open
    assert command(few, "--out", out) == 2
    assert "grades.csv: Permission denied" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert list(tmp_path.glob(".*.part")) == []


def test_another_state_of_nnbook_grades_everybody_again(few, tmp_path, monkeypatch):
    times = tmp_path / "grades-work" / "times.csv"
    for state, many in (("old", 4), ("old", 4), ("new", 8)):
        monkeypatch.setattr(batch, "code_digest", lambda state=state: state)
        assert command(few, "--out", tmp_path / "grades.csv") == 0
        assert len(times.read_text().splitlines()) == many


@pytest.mark.parametrize("other", [("x", None), (None,)], ids=["other", "older"])
def test_a_cluster_with_another_state_of_nnbook_is_refused(other):
    class Cluster:
        def run(self, function, *args):
            same = function(*args)
            return {"one": same, "two": (same[0], *other)}

    with pytest.raises(UnusableError, match="nnbook of another state"):
        batch._check_workers(Cluster(), ORDER)


def test_a_student_who_comes_later_is_added_to_the_hand_marks(few, tmp_path, capsys):
    out, marks = tmp_path / "grades.csv", tmp_path / "grades-marks.csv"
    late = few / "student3.ipynb"
    data = late.read_bytes()
    late.unlink()
    assert command(few, "--out", out) == 0
    assert "3 graded, 3 to mark by hand" in capsys.readouterr().out
    typed = marks.read_text().replace("student1,,,", "student1,,1.5,2")
    marks.write_text(typed)
    late.write_bytes(data)
    assert command(few, "--out", out, "--marks", marks) == 0
    assert "4 graded, 3 to mark by hand" in capsys.readouterr().out
    assert marks.read_text() == typed + "student3,,,\n"
    assert "student1,2,2,4,3,2,3,1.5,2,19.5" in out.read_text()
    marks.write_text("this is mine\n")
    assert command(few, "--out", out) == 2
    assert "no column student" in capsys.readouterr().err
    assert marks.read_text() == "this is mine\n"


def test_without_a_sandbox_grading_refuses_and_says_what_to_do(
    few, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    sandbox.problem.cache_clear()
    assert command(few, "--out", tmp_path / "grades.csv") == 2
    sandbox.problem.cache_clear()
    said = capsys.readouterr().err
    assert "apt-get install bubblewrap" in said
    assert "--trust" in said
    assert not (tmp_path / "grades.csv").exists()


def test_the_parent_stays_small_whatever_is_printed(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    (place / "loud.ipynb").write_bytes(CASES["prints 100 MB"].data)
    flood = CASES["floods the line"].data
    for n in range(2):
        (place / f"flood{n}.ipynb").write_bytes(flood + b" " * n)
    big = made() + b" " * 100_000_000  # a notebook with its output in it
    (place / "big.ipynb").write_bytes(big)
    script = (
        "import sys, nnbook.cli\n"
        "assert nnbook.cli.main(sys.argv[1:]) == 0\n"
        "lines = open('/proc/self/status').read().splitlines()\n"
        "print(next(int(x.split()[1]) for x in lines if x.startswith('VmHWM')))"
    )
    words = ["grade", str(place), "--out", str(tmp_path / "out" / "g.csv")]
    words += ["--no-progress", "--time", "4", "--workers", "2"]
    ended = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ended.stdout.split()[-1]) < 300_000  # kB
    table = (tmp_path / "out" / "g.csv").read_text()
    assert "big,2,2,4,3,2,3" in table
    assert "loud,2,2,4,3,2,3" in table


def test_two_runs_do_not_grade_into_one_folder(few, tmp_path, capsys):
    out = tmp_path / "grades.csv"
    with files.alone(tmp_path / "grades-work"):
        assert command(few, "--out", out) == 2
        assert "another run is grading into" in capsys.readouterr().err
        assert not out.exists()
        assert command(few, "--out", tmp_path / "others.csv") == 0


@pytest.mark.parametrize("way", ["--out", "--export"])
def test_what_is_read_is_not_written_over(few, tmp_path, capsys, way):
    roster = tmp_path / ("grades.csv" if way == "--out" else "grades-canvas.csv")
    roster.write_text("student\nstudent1\n")
    words = ["--out", tmp_path / "grades.csv", "--roster", roster]
    assert command(few, *words, "--export", "canvas") == 2
    assert "would be written over" in capsys.readouterr().err
    assert roster.read_text() == "student\nstudent1\n"


def test_a_mark_for_nobody_is_told_before_anything_is_graded(few, tmp_path, capsys):
    marks = tmp_path / "m.csv"
    marks.write_text("student,written_bias\nnobody,1\n")
    assert command(few, "--out", tmp_path / "grades.csv", "--marks", marks) == 2
    assert "(line 2)" in capsys.readouterr().err
    assert not (tmp_path / "grades-work").exists()


def test_the_gradebook_does_not_lie_among_the_submissions(few, capsys):
    before = sorted(few.iterdir())
    assert command(few, "--out", few / "grades.csv") == 2
    assert "put it elsewhere" in capsys.readouterr().err
    assert sorted(few.iterdir()) == before
