"""Hand an assignment out: prove it, then write what students and instructors get.

In the folder that is named::

    students/NAME.ipynb      to hand out: stubs, checks, no solution, no output
    NAME.zip                 the same with a note on how to begin, for the platform
    instructors/NAME.ipynb   with the solutions and the model answers
    instructors/NAME.md      what is asked and for how much, the mistakes, how to grade
    instructors/NAME.py      the list, if it is the teacher's own
    nbgrader/source/NAME/    if asked for: what `nbgrader generate_assignment` takes
"""

from __future__ import annotations

import json
import re
import textwrap
import zipfile
from pathlib import Path

from nnbook._checks import integer_at_least
from nnbook.course import sheets
from nnbook.course.cells import mark_of, source_of
from nnbook.course.handout import (
    SETUP,
    Cell,
    FormError,
    Notebook,
    faults_in_copy,
    faults_in_form,
    student_copy,
    with_setup,
)
from nnbook.course.lists import assignments
from nnbook.course.model import Assignment, in_points
from nnbook.course.proving import faults_in_list, faults_in_notebooks, keys

__all__ = ["ReleaseError", "guide", "prove", "read_notebook", "release", "released"]

LIST = re.compile(r"""\bchecks\(\s*(["'])(?P<path>[^"'\n]+\.py)\1\s*\)""")
OF_THE_COURSE = re.compile(r"^\s*from nnbook\.course import .*\bcheck\b", re.MULTILINE)
LONG_AGO = (2026, 1, 1, 0, 0, 0)  # in the archive, so that it is the same each time

GUIDE = """\
Not for students: the notebook beside this page holds the solutions and the model
answers.

The hidden probes come from the seed {seed}; grade with
`--assignment {what} --seed {seed}`."""

BY_HAND = """\
The model answers say what each point is for. Halves are fine; another answer that
shows the same understanding deserves the same."""

NOTE = """\
{title}

How to begin
1. Open {name}.ipynb in Jupyter: on your computer, or where your course says.
2. Run the first cell. If Python says that there is no module nnbook, install it as
   your course says, and run the cell again.
3. Write your functions where it says NotImplementedError. The cell below each of them
   checks it as often as you like.
4. Before you hand in: restart the kernel, run all cells, save. Hand in {name}.ipynb
   alone, under this name.
"""


class ReleaseError(ValueError):
    """An assignment that must not be handed out as it is.

    Parameters
    ----------
    name : str
        The assignment's.
    faults : list of str
        What is wrong with it.
    """

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__(f"{name} is not released: {'; '.join(faults)}")
        self.name, self.faults = name, faults


def read_notebook(path: Path) -> Notebook:
    """Read an instructor's notebook.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If there is none, or it is no notebook of format 4.
    """
    try:
        nb = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror or error}") from None
    except ValueError:
        raise ValueError(f"{path} is not JSON, so it is not a notebook") from None
    if not isinstance(nb, dict) or not isinstance(nb.get("cells"), list):
        raise ValueError(f"{path} is no notebook: it has no cells")
    if nb.get("nbformat") != 4:
        raise ValueError(
            f"{path} is in notebook format {nb.get('nbformat')!r}, expected 4; open it "
            "in Jupyter and save it to upgrade it"
        )
    return nb


def released(nb: Notebook, assignment: Assignment) -> Notebook:
    """Make the notebook that students get.

    Parameters
    ----------
    nb : dict
        The instructor's.
    assignment : Assignment
        Its list. Where the notebook asks for it by its path, a sheet takes its place.

    Returns
    -------
    dict

    Raises
    ------
    FormError
        If the marks of a solution have no partner.
    ValueError
        If the list's sheet cannot be written.
    """
    return _with_sheet(student_copy(nb), assignment)


def _with_sheet(nb: Notebook, assignment: Assignment) -> Notebook:
    """Put the list's sheet where a notebook asks for the list by its path."""
    if not any(_asks_for_list(cell) for cell in nb["cells"]):
        return nb
    letters = "\n".join(textwrap.wrap(sheets.written(assignment), 76))

    def with_sheet(cell: Cell) -> Cell:
        if not _asks_for_list(cell):
            return cell
        source = LIST.sub(lambda _: f'checks("""\n{letters}\n""")', source_of(cell))
        return {**cell, "source": source.splitlines(keepends=True)}

    return {**nb, "cells": [with_sheet(cell) for cell in nb["cells"]]}


def _asks_for_list(cell: Cell) -> bool:
    return cell["cell_type"] == "code" and bool(LIST.search(source_of(cell)))


def prove(
    nb: Notebook, assignment: Assignment, *, seed: int = 0, folder: Path = Path()
) -> Notebook:
    """Make the notebook that students get, if all is well with the assignment.

    Parameters
    ----------
    nb : dict
        The instructor's; its code is run.
    assignment : Assignment
    seed : int
        For the hidden probes.
    folder : Path
        Where the notebook lies, and is run.

    Returns
    -------
    dict

    Raises
    ------
    ReleaseError
        If the notebook and the list do not fit together, the reference does not get
        full marks, the blank copy any, or a known mistake full marks or another hint.
    """
    try:
        known = keys(assignment, seed)
    except ValueError as error:
        raise ReleaseError(assignment.name, [str(error)]) from error
    found = faults_in_list(assignment, seed, known) + faults_in_form(nb, assignment)
    found += _faults_in_check(nb, assignment)
    if found:
        raise ReleaseError(assignment.name, found)
    try:
        copy = released(nb, assignment)
    except FormError as error:
        raise ReleaseError(assignment.name, [str(error)]) from error
    found = faults_in_copy(nb, copy)
    found += faults_in_notebooks(nb, copy, assignment, seed, known, folder)
    if found:
        raise ReleaseError(assignment.name, found)
    return copy


def _is_own(assignment: Assignment) -> bool:
    """Say whether an assignment is a teacher's, not one of the course."""
    return all(assignment is not each for each in assignments())


def _faults_in_check(nb: Notebook, assignment: Assignment) -> list[str]:
    """Find a notebook whose check would ask for another list than its own."""
    right = f'check = checks("{assignment.name}.py")'
    code = [source_of(cell) for cell in nb["cells"] if cell["cell_type"] == "code"]
    asked = {found["path"] for source in code for found in LIST.finditer(source)}
    others = sorted(path for path in asked if Path(path).stem != assignment.name)
    if others:
        return [f"the notebook's check is made from {others[0]}; it must say {right}"]
    of_course = any(map(OF_THE_COURSE.search, code))
    if _is_own(assignment) and not asked and of_course:
        said = "the notebook takes the course's check, which does not know this list"
        return [f"{said}; import checks in its place, and write {right}"]
    return []


def release(
    path: Path,
    assignment: Assignment,
    out: Path,
    *,
    seed: int = 0,
    install: str = "",
    nbgrader: bool = False,
) -> list[Path]:
    """Prove an assignment, and write what is handed out.

    Parameters
    ----------
    path : Path
        The instructor's notebook.
    assignment : Assignment
    out : Path
        The folder to write to; files of earlier releases are replaced.
    seed : int
        The teacher's, for the hidden probes. The grader must get the same.
    install : str
        What pip shall install in the student's notebook where nnbook is missing; by
        default there is no such cell.
    nbgrader : bool
        Whether to write nbgrader's source folder too.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ReleaseError
        As `prove`. Then nothing is written.
    ValueError
        If the notebook cannot be read.
    """
    seed = integer_at_least("seed", seed, 0)
    nb = read_notebook(path)
    student = prove(nb, assignment, seed=seed, folder=path.parent)
    if install:
        student = with_setup(student, SETUP.format(source=install))
    name = assignment.name
    text = serialised(student)
    note = NOTE.format(name=name, title=assignment.title)
    files = {
        out / "students" / f"{name}.ipynb": text,
        out / "instructors" / f"{name}.ipynb": serialised(nb),
        out / "instructors" / f"{name}.md": guide(assignment, seed, nb),
    }
    own = path.with_suffix(".py")
    if own.is_file():
        files[out / "instructors" / own.name] = own.read_text(encoding="utf-8")
    if nbgrader:
        # nbgrader hands out whatever else lies there, so the list must not.
        source = serialised(_with_sheet(nb, assignment))
        files[out / "nbgrader" / "source" / name / f"{name}.ipynb"] = source
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    archive = out / f"{name}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for inner, content in {f"{name}.ipynb": text, "README.txt": note}.items():
            zipped.writestr(zipfile.ZipInfo(f"{name}/{inner}", LONG_AGO), content)
    return [*files, archive]


def serialised(nb: Notebook) -> str:
    """Write a notebook as Jupyter does: one space of indent, sorted keys."""
    return json.dumps(nb, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def guide(assignment: Assignment, seed: int, nb: Notebook) -> str:
    """Write what an instructor needs beside the notebook, as Markdown.

    Parameters
    ----------
    assignment : Assignment
    seed : int
    nb : dict
        The instructor's notebook, which holds the model answers.

    Returns
    -------
    str
    """
    own = _is_own(assignment)
    lines = [
        f"# {assignment.title}, {assignment.points} points",
        "",
        GUIDE.format(seed=seed, what=assignment.name + (".py" if own else "")),
    ]
    for exercise in assignment.exercises:
        lines += ["", f"## {exercise.name} ({in_points(exercise.points)})", ""]
        lines += [exercise.statement]
        if exercise.mistakes:
            lines += ["", "| known mistake | hint |", "|---|---|"]
        # A mistake that is made in two ways is one mistake to read about.
        lines += dict.fromkeys(
            f"| {m.name} | {m.hint.replace('|', chr(92) + '|')} |"
            for m in exercise.mistakes
        )
    answers = {mark_of(c).get("grade_id"): source_of(c) for c in nb["cells"]}
    if assignment.written:
        lines += ["", "## Marked by hand", "", BY_HAND]
    for question in assignment.written:
        lines += ["", f"### {question.full_label} ({in_points(question.points)})", ""]
        lines += [answers.get(question.name, "").strip()]
    return "\n".join(lines) + "\n"
