"""Prove an assignment before anybody gets it.

The reference must get full marks, the blank copy none, no known mistake full marks,
and each mistake must be told its own hint. The same for the list by itself and for
the functions that the notebooks define when they are run.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nnbook.course.calls import call
from nnbook.course.cells import code_cells, runnable
from nnbook.course.model import Assignment, Exercise, Mistake
from nnbook.course.verdict import Verdict, answers, judge_outcomes, probes_of

__all__ = ["faults_in_list", "faults_in_notebooks"]


def verdict_of(exercise: Exercise, function: Any, seed: int, which: str) -> Verdict:
    """Judge a function by some of the exercise's probes."""
    probes = probes_of(exercise, which, seed)
    return judge_outcomes(exercise, probes, [call(function, p) for p in probes])


def _blank(*args: Any) -> None:
    raise NotImplementedError


def _nothing(*args: Any) -> None:
    return None


def faults_in_list(assignment: Assignment, seed: int) -> list[str]:
    """Find what is wrong with an assignment's list, with the probes of a seed.

    Parameters
    ----------
    assignment : Assignment
    seed : int

    Returns
    -------
    list of str
        Sentences without their full stops; empty where all is well.
    """
    return [f for e in assignment.exercises for f in faults_in_exercise(e, seed)]


def faults_in_exercise(exercise: Exercise, seed: int) -> list[str]:
    """Find what is wrong with one exercise; see `faults_in_list`."""
    name = exercise.name
    try:
        answers(exercise, probes_of(exercise, "all", seed))
    except ValueError as error:
        return [str(error)]
    found = []
    reference = verdict_of(exercise, exercise.reference, seed, "all")
    if not reference.right:
        found.append(f"{name}: the reference is not right: {reference.difference}")
    if not exercise.public:
        found.append(f"{name}: there is no public probe, so check can say nothing")
    elif any(verdict_of(exercise, f, seed, "all").right for f in (_blank, _nothing)):
        found.append(f"{name}: a function that does nothing gets full marks")
    for mistake in exercise.mistakes:
        found += _faults_in_mistake(exercise, mistake, seed)
    return found


def _faults_in_mistake(exercise: Exercise, mistake: Mistake, seed: int) -> list[str]:
    which = f"{exercise.name}: the mistake {mistake.name!r}"
    told = verdict_of(exercise, mistake.wrong, seed, "all")
    if told.right:
        return [f"{which} gets full marks"]
    if mistake.public:
        told = verdict_of(exercise, mistake.wrong, seed, "public")
        if told.right:
            return [f"{which} passes the public probes; is it public=False?"]
    if told.hint != mistake.hint:
        other = f"that of {told.mistake!r}" if told.mistake else "none"
        return [f"{which} is told another hint than its own: {other}"]
    return []


# ---- the notebooks ----------------------------------------------------------


def faults_in_notebooks(
    instructor: dict[str, Any],
    student: dict[str, Any],
    assignment: Assignment,
    seed: int,
    folder: Path,
) -> list[str]:
    """Run both notebooks, and find what their functions should not get.

    Parameters
    ----------
    instructor, student : dict
        The notebooks. They are run here, in this process: they are the teacher's own.
    assignment : Assignment
    seed : int
    folder : Path
        Where they are run, so that they find the files beside them.

    Returns
    -------
    list of str
    """
    found = []
    defined, failed = run(instructor, folder)
    found += [f"the instructor's notebook fails: {fault}" for fault in failed]
    blank, _ = run(student, folder)
    for exercise in assignment.exercises:
        function = defined.get(exercise.name)
        if not callable(function):
            found.append(f"{exercise.name}: the instructor's notebook defines no such")
            continue
        told = verdict_of(exercise, function, seed, "all")
        if not told.right:
            found.append(
                f"{exercise.name}: the notebook's solution is not right: "
                f"{told.difference}"
            )
        stub = blank.get(exercise.name)
        if not callable(stub):
            found.append(
                f"{exercise.name}: the student's copy defines no such function"
            )
        elif verdict_of(exercise, stub, seed, "all").right:
            found.append(
                f"{exercise.name}: the student's copy gets full marks as it is"
            )
    return found


def run(nb: dict[str, Any], folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Run a notebook's code cells in turn, whether or not one fails.

    Parameters
    ----------
    nb : dict
    folder : Path
        The current folder meanwhile.

    Returns
    -------
    namespace : dict
        What the notebook has defined.
    failed : list of str
        For each cell that failed, its first line and the error.
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "display": _nothing}
    failed = []
    with _aside(folder):
        for source in code_cells(nb["cells"]):
            try:
                exec(compile(runnable(source), "<cell>", "exec"), namespace)
            except Exception as error:  # noqa: BLE001 (whatever a cell may raise)
                first = source.strip().partition("\n")[0]
                what = f"{type(error).__name__}: {error}"
                failed.append(f"the cell that begins with {first!r} stops with {what}")
    return namespace, failed


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[None]:
    """Let cells print, draw and import without anybody noticing."""
    backend = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "agg"  # no window opens
    path = list(sys.path)
    sys.path.insert(0, str(folder.resolve()))
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.path[:] = path
        os.environ.pop("MPLBACKEND")
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
