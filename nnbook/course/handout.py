"""Make the student's copy of an instructor's notebook, and find what is wrong in it.

Everything here takes and gives notebooks as the dicts that their JSON holds. The form
is nbgrader's: what a cell is for stands in its metadata, under ``nbgrader``.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from nnbook.course.cells import NO_ANSWER, mark_of, runnable, source_of
from nnbook.course.model import Assignment

__all__ = [
    "SETUP",
    "FormError",
    "faults_in_copy",
    "faults_in_form",
    "student_copy",
    "with_setup",
]

Notebook = dict[str, Any]
Cell = dict[str, Any]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
BETWEEN = re.compile(
    rf"^(?P<indent>[ \t]*){BEGIN}[ \t]*\n(?P<body>.*?)^[ \t]*{END}[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
SHORTEST = 20  # letters of a solution that are worth looking for elsewhere

SETUP_ID = "nnbook-is-here"
SETUP = """\
# Added to this copy: installs nnbook where it is missing.
try:
    import nnbook
except ModuleNotFoundError:
    %pip install --quiet {source}"""


class FormError(ValueError):
    """An instructor's notebook of which no student's copy can be made."""


def is_stub(cell: Cell) -> bool:
    """Say whether the cell holds the solution of an exercise."""
    mark = mark_of(cell)
    return cell["cell_type"] == "code" and bool(mark.get("solution"))


def is_check(cell: Cell) -> bool:
    """Say whether the cell checks an exercise."""
    mark = mark_of(cell)
    return cell["cell_type"] == "code" and bool(mark.get("grade"))


def is_answer(cell: Cell) -> bool:
    """Say whether the cell holds the answer to a question for hand marking."""
    mark = mark_of(cell)
    return cell["cell_type"] == "markdown" and bool(mark.get("grade"))


def without_solution(source: str, name: str) -> str:
    """Put ``raise NotImplementedError`` where the solution stands.

    Parameters
    ----------
    source : str
        A code cell.
    name : str
        What is to be written there, for the message.

    Returns
    -------
    str

    Raises
    ------
    FormError
        If a solution is begun and not ended, or the other way round.
    """

    def stub(found: re.Match[str]) -> str:
        return f'{found["indent"]}raise NotImplementedError("write {name}")'

    blank = BETWEEN.sub(stub, source)
    for left in (BEGIN, END):
        if left in blank:
            raise FormError(f"the cell {name}: {left!r} has no partner")
    return blank


def student_copy(nb: Notebook) -> Notebook:
    """Make the copy that students get: no solution, no model answer, no output.

    Parameters
    ----------
    nb : dict
        The instructor's notebook; it is not changed.

    Returns
    -------
    dict

    Raises
    ------
    FormError
        As `without_solution`.
    """
    return {
        "cells": [_student_cell(cell) for cell in nb["cells"]],
        "metadata": nb.get("metadata", {}),
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _student_cell(cell: Cell) -> Cell:
    name = str(mark_of(cell).get("grade_id", cell.get("id", "")))
    source = source_of(cell)
    if is_answer(cell):
        source = NO_ANSWER
    elif cell["cell_type"] == "code":
        source = without_solution(source, name)
    kept = {k: v for k, v in cell["metadata"].items() if k == "nbgrader"}
    copy = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id", name),
        "metadata": kept,
        "source": source.splitlines(keepends=True),
    }
    if cell["cell_type"] == "code":
        copy |= {"execution_count": None, "outputs": []}
    return copy


def with_setup(nb: Notebook, code: str) -> Notebook:
    """Give a copy of a notebook that begins with a cell of this code.

    Parameters
    ----------
    nb : dict
    code : str

    Returns
    -------
    dict
    """
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": SETUP_ID,
        "metadata": {"tags": ["setup"]},
        "outputs": [],
        "source": code.splitlines(keepends=True),
    }
    return {**nb, "cells": [cell, *nb["cells"]]}


# ---- what is wrong ----------------------------------------------------------


def faults_in_form(nb: Notebook, assignment: Assignment) -> list[str]:
    """Find where an instructor's notebook and its list do not fit together.

    Parameters
    ----------
    nb : dict
    assignment : Assignment

    Returns
    -------
    list of str
        Sentences without their full stops; empty where all is well.
    """
    cells = nb["cells"]
    stubs = {mark_of(c).get("grade_id"): c for c in cells if is_stub(c)}
    checks = {mark_of(c).get("grade_id"): c for c in cells if is_check(c)}
    answers = {mark_of(c).get("grade_id"): c for c in cells if is_answer(c)}
    found = _faults_in_names(cells)
    for exercise in assignment.exercises:
        found += _faults_in_stub(exercise.name, stubs.pop(exercise.name, None))
        check = f"check_{exercise.name}"
        found += _faults_in_points(check, checks.pop(check, None), exercise.points)
    for question in assignment.written:
        cell = answers.pop(question.name, None)
        found += _faults_in_points(question.name, cell, question.points)
    found += _faults_in_prose(cells, assignment)
    return found + [
        f"the list of {assignment.name} knows nothing of the cell {name}"
        for name in map(str, (*stubs, *checks, *answers))
    ]


def faults_in_copy(nb: Notebook, copy: Notebook) -> list[str]:
    """Find solutions that stand in the student's copy after all.

    Parameters
    ----------
    nb, copy : dict
        The instructor's notebook and what was made of it.

    Returns
    -------
    list of str
    """
    left = [_squeezed(source_of(cell)) for cell in copy["cells"]]
    return [
        f"the solution of {mark_of(cell).get('grade_id')} stands in another cell too"
        for cell in nb["cells"]
        for body in _secrets(cell)
        if len(body) >= SHORTEST and any(body in source for source in left)
    ]


def _secrets(cell: Cell) -> list[str]:
    """List what of a cell the students must not see."""
    source = source_of(cell)
    if is_answer(cell):
        return [_squeezed(source)]
    return [_squeezed(part["body"]) for part in BETWEEN.finditer(source)]


def _squeezed(source: str) -> str:
    return "\n".join(
        " ".join(line.split()) for line in source.splitlines() if line.strip()
    )


def _faults_in_names(cells: list[Cell]) -> list[str]:
    names = [mark_of(c)["grade_id"] for c in cells if "grade_id" in mark_of(c)]
    repeated = sorted({name for name in names if names.count(name) > 1})
    return [f"two cells have the grade_id {name}" for name in repeated]


def _faults_in_stub(name: str, cell: Cell | None) -> list[str]:
    if cell is None:
        return [f"no code cell with the grade_id {name} holds the solution of {name}"]
    source = source_of(cell)
    if not BETWEEN.search(source):
        return [f"the cell {name} has no solution between {BEGIN!r} and {END!r}"]
    try:
        body = runnable(source).body
    except SyntaxError as error:
        return [f"the cell {name} is no Python: {error.msg} in line {error.lineno}"]
    defined = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    if name not in defined:
        return [f"the cell {name} defines no function of this name"]
    return []


def _faults_in_points(name: str, cell: Cell | None, points: int) -> list[str]:
    if cell is None:
        return [f"no cell with the grade_id {name} is there to be graded"]
    given = mark_of(cell).get("points")
    if given != points:
        return [f"the cell {name} is worth {given} points, in the list {points}"]
    return []


# As the course's notebooks announce an exercise, and, at first, all that can be had.
_ANNOUNCED = re.compile(
    r"^#+ Exercise [^\n`]*`(\w+)` \((\d+) points?\)[ \t]*$", re.MULTILINE
)
_ASKED = re.compile(r"^#+ (Question [^\n(]*) \((\d+) points?\)[ \t]*$", re.MULTILINE)
_ALL_POINTS = re.compile(r"\bworth \*\*(\d+) points\*\*")


def _faults_in_prose(cells: list[Cell], assignment: Assignment) -> list[str]:
    """Find where the text says other points, or other exercises, than the list."""
    texts = [source_of(cell) for cell in cells if cell["cell_type"] == "markdown"]
    text = "\n".join(texts)
    exercises = {exercise.name: exercise.points for exercise in assignment.exercises}
    points = {w.title: w.points for w in assignment.written} | exercises
    announced = _ANNOUNCED.findall(text)
    found = [
        f"the text announces the exercise {name}, the list has none"
        for name, _ in announced
        if name not in exercises
    ]
    found += [
        f"the text gives {said} points to {name}, the list {points[name]}"
        for name, said in (*announced, *_ASKED.findall(text))
        if name in points and int(said) != points[name]
    ]
    return found + [
        f"the text promises {said} points in all, the list {assignment.points}"
        for said in _ALL_POINTS.findall("".join(texts[:1]))
        if int(said) != assignment.points
    ]
