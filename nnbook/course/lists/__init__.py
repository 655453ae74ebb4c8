"""The course's assignments, one module each."""

from __future__ import annotations

from functools import cache
from importlib import import_module

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
    """Give the assignment of that name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Assignment

    Raises
    ------
    ValueError
        If there is none.
    """
    choice("assignment", name, NAMES)
    return next(each for each in assignments() if each.name == name)


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
