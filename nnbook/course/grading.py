"""Grade one submission: a pure function of the file, the assignment and the settings.

The submission runs in the sandbox and gives its functions' outputs; here they are
compared. A submission that takes its process down is run again without the cell, or
without the exercise, that did it, so that it keeps what the rest deserves.
"""

from __future__ import annotations

import math
import os
import stat
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnbook.course import plain, sandbox
from nnbook.course.calls import PROCESS_ENDED, TOO_LONG, Outcome
from nnbook.course.causes import shortened
from nnbook.course.cells import MOST_CELLS
from nnbook.course.model import Assignment, Exercise, Probe
from nnbook.course.reading import MOST_BYTES
from nnbook.course.verdict import (
    NOT_WRITTEN,
    Answers,
    Verdict,
    answers,
    judge_outcomes,
    probes_of,
)

__all__ = [
    "OK",
    "REVIEW",
    "Grade",
    "Key",
    "Mark",
    "Settings",
    "grade",
    "key_for",
    "nothing",
]

OK = "ok"
REVIEW = "REVIEW"

#: What the child has beyond a limit of time, to end the call by itself.
GRACE_SECONDS = 1.5
#: A submission is run again this often at most.
MOST_RUNS = 16
FAULTS_TOLD = 2


@dataclass(frozen=True)
class Settings:
    """How to grade.

    Parameters
    ----------
    cells_seconds : float
        What all of a notebook's cells may take; a cell may use half of what is left.
    call_seconds : float
        What one call of a function may take.
    limits : sandbox.Limits
    trust : bool
        Without the sandbox.
    """

    cells_seconds: float = 60.0
    call_seconds: float = 5.0
    limits: sandbox.Limits = field(default_factory=sandbox.Limits)
    trust: bool = False


@dataclass(frozen=True)
class Mark:
    """What came of one exercise.

    Parameters
    ----------
    name : str
    points, score : int
    shows : str
        The first probe that failed, in words; empty where the student has no right to
        know it, or none failed.
    difference, expected, got, mistake, hint : str
        As in `Verdict`. The values of hidden probes stay hidden.
    """

    name: str
    points: int
    score: int
    shows: str = ""
    difference: str = ""
    expected: str = ""
    got: str = ""
    mistake: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Grade:
    """What came of a submission.

    Parameters
    ----------
    marks : tuple of Mark
        One an exercise, in the assignment's order.
    status : {"ok", "REVIEW"}
    reason : str
        Why a teacher should look at it, or what else went wrong; may be empty.
    answers : dict of str to str
        What was written in answer to the questions for hand marking.
    final : bool
        Whether it need not be graded again; not so where the grader itself failed.
    """

    marks: tuple[Mark, ...]
    status: str = OK
    reason: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    final: bool = True


@dataclass(frozen=True)
class Asked:
    """An exercise with what is the same for every submission.

    Parameters
    ----------
    exercise : Exercise
    probes : tuple of Probe
    encoded : list
        Their arguments in plain form.
    known : Answers
        What the reference and the known mistakes give.
    """

    exercise: Exercise
    probes: tuple[Probe, ...]
    encoded: list[Any]
    known: Answers

    @property
    def public(self) -> int:
        """Give the number of public probes, which come first."""
        return len(self.exercise.public)


@dataclass(frozen=True)
class Key:
    """An assignment, ready to grade with; see `key_for`."""

    assignment: Assignment
    asked: tuple[Asked, ...]


def key_for(assignment: Assignment, seed: int) -> Key:
    """Draw the hidden probes, and call the reference and the mistakes on all probes.

    Parameters
    ----------
    assignment : Assignment
    seed : int
        The teacher's.

    Returns
    -------
    Key
    """
    asked = []
    for exercise in assignment.exercises:
        probes = probes_of(exercise, "all", seed)
        encoded = [plain.encode(probe.args) for probe in probes]
        asked.append(Asked(exercise, probes, encoded, answers(exercise, probes)))
    return Key(assignment, tuple(asked))


def grade(path: Path, key: Key, settings: Settings) -> Grade:
    """Grade one submission, whatever it is.

    Parameters
    ----------
    path : Path
        The notebook that was handed in.
    key : Key
        As `key_for` gives it.
    settings : Settings

    Returns
    -------
    Grade
    """
    assignment = key.assignment
    unfit = _unfit(path)
    if unfit:
        return nothing(assignment, unfit)
    found = _Found()
    _collect(path, key, settings, found)
    if found.unreadable:
        return nothing(assignment, found.unreadable, final=not found.not_started)
    marks = tuple(_mark(asked, found) for asked in key.asked)
    reasons = [*found.suspicions, *_faults_told(found)]
    return Grade(
        marks=marks,
        status=REVIEW if found.suspicions else OK,
        reason="; ".join(reasons),
        answers={w.name: found.answers.get(w.name, "") for w in assignment.written},
    )


def nothing(
    assignment: Assignment, reason: str, status: str = REVIEW, *, final: bool = True
) -> Grade:
    """Give a grade without points."""
    marks = tuple(
        Mark(e.name, e.points, 0, difference=reason) for e in assignment.exercises
    )
    return Grade(marks, status, reason, final=final)


def _unfit(path: Path) -> str:
    """Say why a file is not even opened; empty where it is."""
    try:
        found = path.lstat()
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    if not stat.S_ISREG(found.st_mode):
        return "what was handed in is not a file of its own (a link, or a folder)"
    if found.st_size > MOST_BYTES:
        return f"the file is larger than {MOST_BYTES // 2**20} MB"
    if not os.access(path, os.R_OK):
        return "the file cannot be read (permission denied)"
    return ""


# ---- what the submission gives ----------------------------------------------


@dataclass
class _Found:
    """What has been learned about a submission, over all its runs."""

    unreadable: str = ""
    not_started: bool = False
    functions: frozenset[str] = frozenset()
    lost: dict[str, str] = field(default_factory=dict)  # functions, and why
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    follow: dict[int, set[int]] = field(default_factory=dict)  # by the first's number
    suspicions: list[str] = field(default_factory=list)

    def suspect(self, reason: str) -> None:
        """Note a reason to look at it, once."""
        if reason not in self.suspicions:
            self.suspicions.append(reason)


@dataclass
class _Plan:
    """What the next run leaves out, and where the last one was when it ended."""

    skip: dict[str, str] = field(default_factory=dict)
    cell: int | None = None
    exercise: str | None = None
    deaths: Counter[str] = field(default_factory=Counter)


def _collect(path: Path, key: Key, settings: Settings, found: _Found) -> None:
    """Run the submission until all of its functions have answered, or cannot."""
    plan = _Plan()
    until = time.monotonic() + 3 * settings.cells_seconds
    for _ in range(MOST_RUNS):
        plan.cell = plan.exercise = None
        try:
            with sandbox.start(path, settings.limits, trust=settings.trust) as child:
                _run_cells(child, key.assignment, settings, plan, found)
                if not found.unreadable:
                    _ask_all(child, key, settings, plan, found)
            return
        except sandbox.Ended as ending:
            _learn(ending, settings, plan, found)
        if time.monotonic() > until:
            break
    found.suspect("it was given up after too many failed runs")


def _learn(
    ending: sandbox.Ended, settings: Settings, plan: _Plan, found: _Found
) -> None:
    """Decide what the next run leaves out."""
    place = f"exercise {plan.exercise}" if plan.exercise else f"cell {plan.cell}"
    plan.deaths[place] += 1
    if plan.deaths[place] == 1 and not ending.late:
        return  # perhaps not the submission's own doing: once more
    if plan.exercise:
        name, limit = plan.exercise, f"{settings.call_seconds:g} s"
        message = (
            f"a call took more than {limit}" if ending.late else f"the process {ending}"
        )
        found.outcomes.setdefault(name, []).append(
            Outcome(error=TOO_LONG if ending.late else PROCESS_ENDED, message=message)
        )
        if not ending.late:
            found.suspect(f"{name}: the process {ending}")
    elif plan.cell is not None:
        key = str(plan.cell)
        plan.skip[key] = "all" if key in plan.skip else "define"
        found.suspect(f"in code cell {plan.cell + 1} the process {ending}")
    elif plan.deaths[place] > 2:
        found.not_started = True
        found.unreadable = f"the sandbox did not start it: the process {ending}"


def _run_cells(
    child: sandbox.Child,
    assignment: Assignment,
    settings: Settings,
    plan: _Plan,
    found: _Found,
) -> None:
    """Have the child run the notebook's cells."""
    exercises = assignment.exercises
    setup = {
        "notebook": child.notebook,
        "limits": settings.limits.by_name(),
        "withheld": sorted({name for e in exercises for name in e.withheld}),
        "functions": [e.name for e in exercises],
        "written": [w.name for w in assignment.written],
        "skip": plan.skip,
        "seconds": settings.cells_seconds,
    }
    child.say(setup, sandbox.STARTING_SECONDS)
    until = time.monotonic() + sandbox.STARTING_SECONDS
    # A notebook can send messages of its own: none of them buys it more than this.
    last = until + 2 * settings.cells_seconds
    while True:
        message = child.hear(max(min(until, last) - time.monotonic(), 0))
        match message:
            case {"cell": int(n), "seconds": float(seconds)} if (
                0 <= n < MOST_CELLS and 0 <= seconds < math.inf
            ):
                plan.cell = int(n)  # True is an int too
                until = time.monotonic() + seconds + GRACE_SECONDS
            case {"fault": int(n), "error": error, "message": said} if n == plan.cell:
                after = message.get("after")
                _note_fault(n, _text(error), _text(said), after, found)
            case {"unreadable": reason}:
                found.unreadable = _text(reason)
                return
            case {"ran": list(functions), "answers": dict(written)}:
                found.functions = frozenset(f for f in functions if isinstance(f, str))
                found.answers = {str(k): _text(v, 20_000) for k, v in written.items()}
                lost = message.get("lost")
                if isinstance(lost, dict):
                    found.lost = {str(k): _text(v) for k, v in lost.items()}
                return
            case _:
                raise sandbox.Ended("sends a message of another form")


def _note_fault(n: int, error: str, said: str, after: Any, found: _Found) -> None:
    if error == TOO_LONG:
        found.suspect(f"code cell {n + 1} ran out of time")
    elif isinstance(after, int) and 0 <= after < n:
        found.follow.setdefault(after, set()).add(n)
    elif error != NOT_WRITTEN:  # the exercises say what is not written
        found.faults[n] = f"{error}: {said}" if said else error


def _text(form: Any, length: int = 300) -> str:
    try:
        return plain.text(form, length)
    except plain.NotPlain:
        return ""


def _ask_all(
    child: sandbox.Child, key: Key, settings: Settings, plan: _Plan, found: _Found
) -> None:
    """Ask for the outputs of each function that has not answered yet.

    The public probes of all exercises come first. What a function gives for them is
    told to the student, and could hold the hidden ones, had the process seen them.
    """
    for asked in key.asked:
        _ask(child, asked, 0, asked.public, settings, plan, found)
    for asked in key.asked:
        _ask(child, asked, asked.public, len(asked.probes), settings, plan, found)


def _ask(
    child: sandbox.Child,
    asked: Asked,
    begin: int,
    end: int,
    settings: Settings,
    plan: _Plan,
    found: _Found,
) -> None:
    """Ask for the outputs of one function on some probes, if they are missing."""
    exercise, name = asked.exercise, asked.exercise.name
    outcomes = found.outcomes.get(name, [])
    if name not in found.functions or _complete(outcomes, end):
        return
    plan.exercise = name
    outcomes = outcomes[:begin]
    found.outcomes[name] = outcomes
    patience = settings.call_seconds + GRACE_SECONDS
    question = {
        "exercise": name,
        "withheld": list(exercise.withheld),
        "seconds": settings.call_seconds,
        "probes": asked.encoded[begin:end],
    }
    child.say(question, patience)
    for _ in asked.probes[begin:end]:
        message = child.hear(patience)
        try:
            outcome = plain.decode_outcome(message.get("outcome"))
        except plain.NotPlain as reason:
            raise sandbox.Ended(f"sends {reason}") from None
        outcomes.append(outcome)
        called = message.get("withheld")
        for used in exercise.withheld:
            if isinstance(called, list) and used in called:
                found.suspect(f"{name}: uses nnbook's own {used}")


def _complete(outcomes: list[Outcome], number: int) -> bool:
    """Say whether there is nothing more to be had from a function."""
    return len(outcomes) >= number or (
        bool(outcomes) and outcomes[-1].error in (TOO_LONG, PROCESS_ENDED)
    )


# ---- what it is worth -------------------------------------------------------


def _mark(asked: Asked, found: _Found) -> Mark:
    exercise, probes = asked.exercise, asked.probes
    name, points = exercise.name, exercise.points
    if name not in found.functions:
        why = f", because {found.lost[name]}" if name in found.lost else ""
        return Mark(
            name, points, 0, difference=f"there is no function of this name{why}"
        )
    outcomes = found.outcomes.get(name, [])[: len(probes)]
    rest = Outcome(error="NotCalled", message="it was not called")
    outcomes += [rest] * (len(probes) - len(outcomes))
    verdict = judge_outcomes(exercise, probes, outcomes, asked.known)
    if verdict.right:
        return Mark(name, points, points)
    assert verdict.failed is not None
    return _told(exercise, verdict, probes[verdict.failed], outcomes[verdict.failed])


def _told(exercise: Exercise, verdict: Verdict, probe: Probe, outcome: Outcome) -> Mark:
    """Say what is wrong, without giving a hidden probe's values away.

    An error's message may hold them, since it is the student's to write.
    """
    public = verdict.failed is not None and verdict.failed < len(exercise.public)
    difference, hint = verdict.difference, verdict.hint
    if not public and verdict.written:
        difference = (
            f"it stops with {outcome.error}" if outcome.error else "the result is wrong"
        )
        hint = "" if outcome.error == NOT_WRITTEN else hint  # it names what was raised
    return Mark(
        exercise.name,
        exercise.points,
        0,
        shows=probe.shows if verdict.written else "",
        difference=difference,
        expected=verdict.expected if public else "",
        got=verdict.got if public else "",
        mistake=verdict.mistake,
        hint=hint,
    )


def _faults_told(found: _Found) -> list[str]:
    """Name the first cells that fail, each with how many later ones fail for it."""
    told = []
    for n, fault in sorted(found.faults.items())[:FAULTS_TOLD]:
        said = f"code cell {n + 1} stops with {shortened(fault)}"
        later = len(found.follow.get(n, ()))
        need = "cell needs" if later == 1 else "cells need"
        told.append(
            said + (f" ({later} later {need} what it defines)" if later else "")
        )
    more = len(found.faults) - len(told)
    fail = "cell fails" if more == 1 else "cells fail"
    return [*told, f"{more} more {fail}"] if more > 0 else told
