"""What an assignment is made of: exercises, their probes, the known mistakes.

Everything here is plain data and plain functions. The probes' arguments hold arrays,
numbers, strings, None, and lists, tuples and dicts of these; what cannot be written
down so, a random generator or a function, is named by a `Seed` or a `Named` and made
where the call happens, by `nnbook.course.calls`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = [
    "Assignment",
    "Exercise",
    "Mistake",
    "Named",
    "Probe",
    "Seed",
    "Written",
    "in_points",
]


def in_points(number: int) -> str:
    """Say how many points: "1 point", "2 points"."""
    return f"{number} point" + ("" if number == 1 else "s")


def _check_tuple(owner: str, name: str, value: Any, kind: type) -> None:
    """Refuse what is no tuple: one thing between brackets is that thing alone."""
    if not isinstance(value, tuple) or not all(isinstance(v, kind) for v in value):
        example = "X" if kind is object else f"{kind.__name__}(...)"
        got = (
            type(value).__name__
            if not isinstance(value, tuple)
            else " and ".join(sorted({type(v).__name__ for v in value}))
        )
        raise TypeError(
            f"{owner}: {name} must be a tuple, as in ({example},) with its comma, got "
            f"{got}"
        )


def _check_points(owner: str, points: Any) -> None:
    if isinstance(points, bool) or not isinstance(points, int) or points < 0:
        raise TypeError(
            f"{owner}: points must be a whole number, 0 or more, got {points!r}"
        )


@dataclass(frozen=True)
class Seed:
    """Stands in a probe for ``np.random.default_rng(value)``."""

    value: int


@dataclass(frozen=True)
class Named:
    """Stands in a probe for a function that `nnbook.course.calls` knows by name."""

    name: str


@dataclass(frozen=True)
class Probe:
    """One call of the student's function.

    Parameters
    ----------
    args : tuple
        The arguments, by position.
    shows : str
        What is tried, in words that may follow "for": "a square theta".
    """

    args: tuple[Any, ...]
    shows: str = ""

    def __post_init__(self) -> None:
        """Check the arguments."""
        _check_tuple(f"Probe {self.shows!r}", "args", self.args, object)


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that students write, and the one hint that helps.

    Parameters
    ----------
    name : str
        Two or three words for the class report: "no bias".
    hint : str
        One sentence to the student.
    wrong : callable
        The mistake itself, called as the reference is.
    public : bool
        Whether the public probes show it; else only the hidden ones do.
    """

    name: str
    hint: str
    wrong: Callable[..., Any]
    public: bool = True


@dataclass(frozen=True)
class Exercise:
    """One function that the student writes.

    Parameters
    ----------
    name : str
        The function's name in the student's notebook.
    statement : str
        What it must do, in one to three sentences.
    points : int
        For all probes right; 0 for any wrong.
    reference : callable
        The right answer.
    public : tuple of Probe
        What `check` tries, on the student's machine and in the grade.
    hidden : callable
        ``hidden(rng)`` gives the probes that only the grader tries; their values
        vary with the teacher's seed.
    mistakes : tuple of Mistake
        The most telling first: the first one that gives what the student's function
        gives is the one named.
    withheld : tuple of str
        Names of `nnbook` that would be the answer; handing them in is for review.
    judge : callable, optional
        ``judge(probe, value)`` gives None where the value is right, else what is
        wrong with it in one sentence; for answers of which several are right. By
        default a value is right if it is close to the reference's.
    rtol, atol : float
        How close.
    """

    name: str
    statement: str
    points: int
    reference: Callable[..., Any]
    public: tuple[Probe, ...]
    hidden: Callable[[np.random.Generator], tuple[Probe, ...]]
    mistakes: tuple[Mistake, ...] = ()
    withheld: tuple[str, ...] = ()
    judge: Callable[[Probe, Any], str | None] | None = None
    rtol: float = 1e-7
    atol: float = 1e-9

    def __post_init__(self) -> None:
        """Check what is easily written wrong."""
        owner = f"Exercise {self.name!r}"
        _check_points(owner, self.points)
        _check_tuple(owner, "public", self.public, Probe)
        _check_tuple(owner, "mistakes", self.mistakes, Mistake)
        _check_tuple(owner, "withheld", self.withheld, str)


@dataclass(frozen=True)
class Written:
    """A question that is answered in words and marked by hand.

    Parameters
    ----------
    name : str
        The ``grade_id`` of the answer's cell.
    points : int
    title : str
        What the notebook calls it, as in "Question A"; else it goes by its name.
    """

    name: str
    points: int
    title: str = ""

    @property
    def label(self) -> str:
        """Give what students know it by."""
        return self.title or self.name

    @property
    def full_label(self) -> str:
        """Give what teachers know it by, who meet its name in tables."""
        return f"{self.title}, {self.name}" if self.title else self.name

    def __post_init__(self) -> None:
        """Check the points and the title."""
        owner = f"Written {self.name!r}"
        _check_points(owner, self.points)
        if not isinstance(self.title, str):
            raise TypeError(
                f"{owner}: title must be a text, as in 'Question A', got {self.title!r}"
            )


@dataclass(frozen=True)
class Assignment:
    """One notebook's worth of work.

    Parameters
    ----------
    name : str
        The notebook's name, without ``.ipynb``.
    title : str
        What the student reads above it.
    exercises : tuple of Exercise
        In the notebook's order.
    written : tuple of Written
        The questions for hand marking, in the notebook's order.
    """

    name: str
    title: str
    exercises: tuple[Exercise, ...]
    written: tuple[Written, ...] = ()

    def __post_init__(self) -> None:
        """Check what is easily written wrong."""
        owner = f"Assignment {self.name!r}"
        _check_tuple(owner, "exercises", self.exercises, Exercise)
        _check_tuple(owner, "written", self.written, Written)

    @property
    def points(self) -> int:
        """Give the points of a faultless submission."""
        parts: tuple[Exercise | Written, ...] = (*self.exercises, *self.written)
        return sum(part.points for part in parts)
