"""The course's assignments, one module each."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module, util
from pathlib import Path

from nnbook._checks import choice
from nnbook.course.model import Assignment, Exercise

NAMES = (
    "weighted_sums",
    "activations",
    "softmax",
    "backprop",
    "overfitting",
    "relu",
    "repair_the_network",
)
"""In the term's order."""


@cache
def assignments() -> tuple[Assignment, ...]:
    """Give all assignments, in the term's order.

    Returns
    -------
    tuple of Assignment
    """
    modules = [import_module(f"nnbook.course.lists.{name}") for name in NAMES]
    return tuple(module.ASSIGNMENT for module in modules)


def find_assignment(name: str) -> Assignment:
    """Give the assignment of that name, or the one that a teacher's list holds.

    Parameters
    ----------
    name : str
        A name, or the path of a list: a Python file, whose name ends in ``.py``.

    Returns
    -------
    Assignment

    Raises
    ------
    ValueError
        If there is none of that name, or the file holds none.
    """
    if name.endswith(".py"):
        return load_assignment(Path(name))
    choice("assignment", name, NAMES)
    return next(each for each in assignments() if each.name == name)


def load_assignment(path: Path) -> Assignment:
    """Read a list of one's own; the file is run.

    Parameters
    ----------
    path : Path
        A Python file that makes an `Assignment` and calls it ``ASSIGNMENT``.

    Returns
    -------
    Assignment

    Raises
    ------
    ValueError
        If there is no such file, it fails, or it holds no assignment.
    """
    if not path.is_file():
        raise ValueError(f"there is no list {str(path)!r}")
    spec = util.spec_from_file_location(f"nnbook_list_{path.stem}", path)
    assert spec is not None  # the name ends in .py
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where `inspect` looks for its source
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the file may raise
        what = f"{type(error).__name__}: {error}"
        raise ValueError(f"the list {str(path)!r} stops with {what}") from error
    found = getattr(module, "ASSIGNMENT", None)
    if not isinstance(found, Assignment):
        raise ValueError(
            f"the list {str(path)!r} must hold an Assignment called ASSIGNMENT, got "
            f"{type(found).__name__}"
        )
    if found.name != path.stem:
        raise ValueError(
            f"the assignment in {str(path)!r} must be called {path.stem!r}, as its "
            f"file is, got {found.name!r}"
        )
    return found


def find_exercise(name: str) -> Exercise:
    """Give the exercise of that name; no two assignments share one.

    Parameters
    ----------
    name : str

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If there is none.
    """
    exercises = {e.name: e for each in assignments() for e in each.exercises}
    return exercises[choice("exercise", name, exercises)]
