"""Tell a student how far their function has come.

>>> from nnbook.course import check
>>> def weighted_sum(a, theta):
...     return a @ theta[1:]
>>> check("weighted_sum", weighted_sum)
weighted_sum: not right yet, for 4 samples, 3 inputs, 2 nodes
  expected  [[-2.06 -6.67]
             [-0.18  1.49]
             [-1.1  -1.6 ]
             [-0.6  -2.31]]
  got       [[-2.16 -7.07]
             [-0.28  1.09]
             [-1.2  -2.  ]
             [-0.7  -2.71]]
  in short  8 of 8 numbers differ; the first is at [0, 0]: expected -2.06, got -2.16
  hint      Add the bias, row 0 of theta, to every sum.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnbook._checks import choice
from nnbook.course import sheets
from nnbook.course.calls import call
from nnbook.course.lists import find_exercise, load_assignment
from nnbook.course.model import Exercise
from nnbook.course.verdict import Answers, Verdict, judge_outcomes

__all__ = ["check", "checks", "examine", "told"]


def examine(
    exercise: Exercise, function: Callable[..., Any], known: Answers | None = None
) -> Verdict:
    """Judge a function by an exercise's public probes.

    Parameters
    ----------
    exercise : Exercise
    function : callable
    known : Answers, optional
        The right and the mistaken answers to the public probes, if they are at hand.

    Returns
    -------
    Verdict
    """
    outcomes = [call(function, probe) for probe in exercise.public]
    return judge_outcomes(exercise, exercise.public, outcomes, known)


def told(exercise: Exercise, verdict: Verdict) -> str:
    """Put a verdict on the public probes into words.

    Parameters
    ----------
    exercise : Exercise
    verdict : Verdict

    Returns
    -------
    str
        One line where the function is right, else up to five parts.
    """
    if verdict.failed is None:
        return f"{exercise.name}: right, on all {len(exercise.public)} probes"
    if not verdict.written:
        return f"{exercise.name}: {verdict.difference}"
    shows = exercise.public[verdict.failed].shows
    lines = [f"{exercise.name}: not right yet" + (f", for {shows}" if shows else "")]
    parts = {
        "expected": verdict.expected,
        "got": verdict.got,
        "in short": verdict.difference,
        "hint": verdict.hint,
    }
    for label, text in parts.items():
        if text:
            first = f"  {label:10}"
            lines.append(first + textwrap.indent(text, " " * len(first)).lstrip())
    return "\n".join(lines)


def check(name: str, function: Callable[..., Any]) -> None:
    """Print whether a function is right and, where it is not, what may help.

    The checks that a student sees; the grade also asks for values they do not see.

    Parameters
    ----------
    name : str
        The exercise's name.
    function : callable

    Raises
    ------
    ValueError
        If there is no such exercise.
    TypeError
        If `function` cannot be called.
    AssertionError
        If the function is wrong and nbgrader runs the notebook, which counts a cell
        as right if it raises nothing.
    """
    exercise = find_exercise(name)
    _tell(exercise, examine(exercise, _callable(name, function)))


def checks(source: str) -> Callable[[str, Callable[..., Any]], None]:
    """Make the `check` of an assignment that does not come with the package.

    Parameters
    ----------
    source : str
        The path of the assignment's list, for its teacher; in the copy that students
        get there stands a sheet, which holds what the public probes ask and expect.

    Returns
    -------
    callable
        It is called as `check` is.

    Raises
    ------
    ValueError
        If the list or the sheet cannot be read.

    Examples
    --------
    In a teacher's notebook, beside the list ``flowers.py``::

        check = checks("flowers.py")
    """
    if source.endswith(".py"):
        source = sheets.written(load_assignment(Path(source)))
    sheet = sheets.read(source)

    def check(name: str, function: Callable[..., Any]) -> None:
        exercise, known = sheet[choice("exercise", name, sheet)]
        function = _callable(name, function)
        if known is None:
            print(f"{name}: this one is looked at when it is graded")
            return
        _tell(exercise, examine(exercise, function, known))

    return check


def _callable(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    if not callable(function):
        raise TypeError(
            f"function must be the function itself, got {type(function).__name__}; "
            f'write check("{name}", {name}), without a call'
        )
    return function


def _tell(exercise: Exercise, verdict: Verdict) -> None:
    text = told(exercise, verdict)
    if not verdict.right and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(text)
    print(text)
