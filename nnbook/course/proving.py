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
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nnbook.course.calls import Outcome, call
from nnbook.course.causes import Cause, Causes
from nnbook.course.cells import code_cells, runnable
from nnbook.course.model import Assignment, Exercise, Mistake
from nnbook.course.verdict import (
    Answers,
    Verdict,
    answers,
    judge_outcomes,
    probes_of,
)

__all__ = ["faults_in_list", "faults_in_notebooks", "keys", "run"]


def keys(assignment: Assignment, seed: int) -> dict[str, Answers]:
    """Call every reference and every mistake on all probes of a seed, once.

    Parameters
    ----------
    assignment : Assignment
    seed : int

    Returns
    -------
    dict
        By the exercises' names.

    Raises
    ------
    ValueError
        If a reference does not give a plain value.
    """
    return {
        exercise.name: answers(exercise, probes_of(exercise, "all", seed))
        for exercise in assignment.exercises
    }


def _judged(
    exercise: Exercise, seed: int, outcomes: Sequence[Outcome], known: Answers
) -> Verdict:
    """Judge what was given for the first probes, or for all."""
    n = len(outcomes)
    cut = Answers(known.expected[:n], tuple(wrong[:n] for wrong in known.mistaken))
    probes = probes_of(exercise, "all", seed)[:n]
    return judge_outcomes(exercise, probes, outcomes, cut)


def _gets_all(exercise: Exercise, seed: int, function: Any, known: Answers) -> Verdict:
    probes = probes_of(exercise, "all", seed)
    return _judged(exercise, seed, [call(function, p) for p in probes], known)


def _blank(*args: Any) -> None:
    raise NotImplementedError


def _nothing(*args: Any) -> None:
    return None


def faults_in_list(
    assignment: Assignment, seed: int, known: dict[str, Answers]
) -> list[str]:
    """Find what is wrong with an assignment's list, with the probes of a seed.

    Parameters
    ----------
    assignment : Assignment
    seed : int
    known : dict
        What `keys` gives for them.

    Returns
    -------
    list of str
        Sentences without their full stops; empty where all is well.
    """
    return [
        fault
        for exercise in assignment.exercises
        for fault in _faults_in_exercise(exercise, seed, known[exercise.name])
    ]


def _faults_in_exercise(exercise: Exercise, seed: int, known: Answers) -> list[str]:
    name = exercise.name
    found = []
    reference = _judged(exercise, seed, known.expected, known)
    if not reference.right:
        found.append(f"{name}: the reference is not right: {reference.difference}")
    if not exercise.public:
        found.append(f"{name}: there is no public probe, so check can say nothing")
    elif any(_gets_all(exercise, seed, f, known).right for f in (_blank, _nothing)):
        found.append(f"{name}: a function that does nothing gets full marks")
    for mistake, outcomes in zip(exercise.mistakes, known.mistaken, strict=True):
        fault = _fault_in_mistake(exercise, mistake, seed, outcomes, known)
        found += [f"{name}: the mistake {mistake.name!r} {fault}"] if fault else []
    return found


def _fault_in_mistake(
    exercise: Exercise,
    mistake: Mistake,
    seed: int,
    outcomes: Sequence[Outcome],
    known: Answers,
) -> str:
    told = _judged(exercise, seed, outcomes, known)
    if told.right:
        return "gets full marks"
    if mistake.public:
        told = _judged(exercise, seed, outcomes[: len(exercise.public)], known)
        if told.right:
            return "passes the public probes; is it public=False?"
    if told.hint == mistake.hint:
        return ""
    other = f"that of {told.mistake!r}" if told.mistake else "none"
    return f"is told another hint than its own: {other}"


# ---- the notebooks ----------------------------------------------------------


def faults_in_notebooks(
    instructor: dict[str, Any],
    student: dict[str, Any],
    assignment: Assignment,
    seed: int,
    known: dict[str, Answers],
    folder: Path,
) -> list[str]:
    """Run both notebooks, and find what their functions should not get.

    Parameters
    ----------
    instructor, student : dict
        The notebooks. They are run here, in this process: they are the teacher's own.
    assignment : Assignment
    seed : int
    known : dict
        What `keys` gives for them.
    folder : Path
        Where they are run, so that they find the files beside them.

    Returns
    -------
    list of str
    """
    defined, failed = run(instructor, folder)
    found = [f"the instructor's notebook fails: {fault}" for fault in failed]
    with tempfile.TemporaryDirectory() as empty:  # students have the notebook alone
        blank, failed = run(student, Path(empty))
    alone = ("FileNotFoundError", "ModuleNotFoundError", "ValueError: there is no list")
    found += [
        f"the student's copy needs what is not handed out: {fault}"
        for fault in failed
        if any(f"stops with {name}" in fault for name in alone)
    ]
    for exercise in assignment.exercises:
        name = exercise.name
        for whose, functions in (("instructor's notebook", defined), ("copy", blank)):
            if not callable(functions.get(name)):
                found.append(f"{name}: the {whose} defines no such function")
                continue
            told = _gets_all(exercise, seed, functions[name], known[name])
            if functions is blank and told.right:
                found.append(f"{name}: the student's copy gets full marks as it is")
            elif functions is defined and not told.right:
                what = f"the notebook's solution is not right: {told.difference}"
                found.append(f"{name}: {what}")
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
        For each cell that failed, its first line and the error; not for those that
        failed for want of what another one would have defined.
    """
    namespace: dict[str, Any] = {"__name__": "__main__", "display": _nothing}
    failed = []
    causes = Causes()
    with _aside(folder):
        for n, source in enumerate(code_cells(nb["cells"])):
            tree = None
            try:
                tree = runnable(source)
                exec(compile(tree, "<cell>", "exec"), namespace)
            except Exception as error:  # noqa: BLE001 (whatever a cell may raise)
                kind, said = type(error).__name__, str(error)
                cause = causes.of(kind, said)
                if cause is None:
                    first = source.strip().partition("\n")[0]
                    what = f"stops with {kind}: {said}"
                    failed.append(f"the cell that begins with {first!r} {what}")
                causes.note(source, tree, cause or Cause(n, "failed"))
    return namespace, failed


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[None]:
    """Let cells print, draw and import without anybody noticing."""
    backend = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "agg"  # no window opens
    path, loaded = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(folder.resolve()))
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.path[:] = path
        for name in set(sys.modules) - loaded:
            file = getattr(sys.modules[name], "__file__", None) or "built in"
            if Path(file).resolve().parent == folder.resolve():
                del sys.modules[name]  # another notebook may bring another
        os.environ.pop("MPLBACKEND")
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
