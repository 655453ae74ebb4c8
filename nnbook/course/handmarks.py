"""The marks that a teacher types: read them, and add lines for who comes later."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnbook.course.files import write_atomically
from nnbook.course.gradebook import Row
from nnbook.course.model import Assignment
from nnbook.course.names import whose
from nnbook.course.roster import Enrolled, Roster, row_name
from nnbook.course.submissions import Submission
from nnbook.course.tables import (
    Table,
    as_written,
    csv_text,
    number,
    read_table,
    safe_cell,
    table_of,
)
from nnbook.course.unusable import UnusableError

__all__ = ["HandMarks", "add_to_marks", "by_student", "empty_marks", "read_hand_marks"]


@dataclass(frozen=True)
class HandMarks:
    """What a teacher has typed for one student.

    Parameters
    ----------
    line : int
        The number in the file of the first that has a mark for them.
    marks : dict of str to float
        By question; without those that are not marked yet.
    """

    line: int
    marks: dict[str, float]


def read_hand_marks(path: Path, assignment: Assignment) -> dict[str, HandMarks]:
    """Read the marks for written questions.

    Parameters
    ----------
    path : Path
        A CSV file with a column ``student`` and one for each question, under its
        name; an empty place is not marked yet. Where each question has its column,
        there may be others.
    assignment : Assignment

    Returns
    -------
    dict of str to HandMarks
        By student, as the file writes them.

    Raises
    ------
    UnusableError
        If a column is missing, unknown or there twice, a mark is not from 0 to the
        points, or there are two for one question.
    """
    table = read_table(path, "--marks")
    points = {w.name: w.points for w in assignment.written}
    _check_columns(path, table.header, points)
    found: dict[str, HandMarks] = {}
    for n, line in table.lines.items():
        marks = {
            name: _mark(line[name], name, most, n)
            for name, most in points.items()
            if line.get(name, "").strip()
        }
        student = _student(line)
        if not marks:
            continue
        if not student:
            raise UnusableError(
                f"--marks: line {n} has a mark, but no student; name the student, or "
                "take the line out"
            )
        before = found.setdefault(student, HandMarks(n, {})).marks
        for name, mark in marks.items():
            if before.setdefault(name, mark) != mark:
                raise UnusableError(
                    f"--marks: line {n}: this student has another mark for {name} on "
                    "a line above"
                )
    return found


def _check_columns(path: Path, header: list[str], points: Mapping[str, int]) -> None:
    """Refuse columns in which a mark may be lost.

    A teacher's own are welcome, but where a question has none, one that is not known
    may be that question's, spelled wrong.
    """
    known = ("student", *points)
    strange = {*header} - {*known, "name", ""}
    missing = {*points} - {*header}
    if "student" not in header or (strange and missing):
        raise UnusableError(
            f"--marks: {path} must have the columns {', '.join(known)}, got "
            f"{', '.join(header)}"
        )
    twice = [name for name in known if header.count(name) > 1]
    if twice:
        raise UnusableError(
            f"--marks: {path} must have one column {twice[0]}, got "
            f"{header.count(twice[0])}; rename those that do not count"
        )


def _mark(cell: str, name: str, most: int, line: int) -> float:
    text = cell.strip().replace(",", ".")
    try:
        mark = float(text)
    except ValueError:
        mark = math.nan
    if not 0 <= mark <= most:
        raise UnusableError(
            f"--marks: line {line}: {name} must be from 0 to {most}, got {text!r}"
        )
    return mark


def _student(line: Mapping[str, str]) -> str:
    return as_written(line["student"].strip())


def by_student(
    found: Mapping[str, HandMarks],
    submissions: Iterable[tuple[Submission, Enrolled | None]],
    roster: Roster | None,
) -> dict[str, dict[str, float]]:
    """Give each student's hand marks.

    Parameters
    ----------
    found : mapping of str to HandMarks
        As `read_hand_marks` gives them.
    submissions : iterable of (Submission, Enrolled or None)
        As `with_roster` gives them.
    roster : Roster, optional

    Returns
    -------
    dict of str to dict of str to float
        By the id that the student has in the gradebook, and question.

    Raises
    ------
    UnusableError
        If there is a mark for a student who is not there, or two for one question
        under two names of one student.
    """
    students = {row_name(s, e): (s.student, row_name(s, e)) for s, e in submissions}
    for enrolled in roster.students if roster else []:
        students.setdefault(enrolled.student, (enrolled.student, enrolled.student))
    means = whose(found, students)
    unknown = [each.line for name, each in found.items() if name not in means]
    if unknown:
        first = f"line {unknown[0]}" + (" the first" if len(unknown) > 1 else "")
        raise UnusableError(
            f"--marks: {len(unknown)} of its students handed in nothing and are not on "
            f"the roster ({first}); compare its column student with that of the "
            "grades, or take the line out"
        )
    marks: dict[str, dict[str, float]] = {}
    for name, student in means.items():
        own = marks.setdefault(student, {})
        for question, mark in found[name].marks.items():
            if own.setdefault(question, mark) != mark:
                raise UnusableError(
                    f"--marks: line {found[name].line}: this student has another mark "
                    f"for {question} on a line with another name of theirs"
                )
    return marks


def empty_marks(
    assignment: Assignment, found: Sequence[Row], between: str = ","
) -> str:
    """Give the file to put hand marks into, which `read_hand_marks` reads."""
    questions = [w.name for w in assignment.written]
    header = ["student", "name", *questions]
    return csv_text([header, *_lines(found, header, questions, between)], between)


def add_to_marks(
    path: Path,
    assignment: Assignment,
    found: Sequence[Row],
    roster: Roster | None = None,
) -> str:
    """Add a line for each student who has none to the file for hand marks.

    The lines come at its end; what stands there stays to the letter, since it is a
    teacher's work. Where there is no file, it is made, for the spreadsheet that wrote
    the roster.

    Parameters
    ----------
    path : Path
    assignment : Assignment
    found : sequence of Row
    roster : Roster, optional

    Returns
    -------
    str
        Why nothing could be added; empty where all students have a line.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    if not path.exists():
        between = roster.between if roster else ","
        plain = roster is None or roster.encoding == "utf-8"
        text = empty_marks(assignment, found, between)
        write_atomically(path, text if plain else text.encode("utf-8-sig", "replace"))
        return ""
    questions = [w.name for w in assignment.written]
    try:
        old = read_table(path, path.name)
        _check_is_for(assignment, old, path.name)
        new = _without_line(found, old)
        if new:
            write_atomically(path, _with_lines(old, new, questions, path))
    except UnusableError as reason:
        return str(reason)
    return ""


def _check_is_for(assignment: Assignment, table: Table, name: str) -> None:
    if "student" not in table.header:
        raise UnusableError(f"{name}: its first line names no column student")
    if not any(w.name in table.header for w in assignment.written):
        raise UnusableError(
            f"{name}: it has no column for a question of {assignment.name}; if it is "
            "another assignment's, name another --out"
        )


def _without_line(found: Sequence[Row], table: Table) -> list[Row]:
    """Give those who have no line, under any of their names."""
    students = {row.student: (row.student, row.alias or row.student) for row in found}
    there = set(whose({*map(_student, table.lines.values())}, students).values())
    return [row for row in found if row.student not in there]


def _with_lines(
    old: Table, new: Sequence[Row], questions: Sequence[str], path: Path
) -> bytes:
    """Give a file with new lines at its end, in the ways in which it was written."""
    end = next((end for end in ("\r\n", "\n", "\r") if end in old.text), "\n")
    begin = "" if old.text.endswith(("\n", "\r")) else end
    lines = _lines(new, old.header, questions, old.between)
    text = old.text + begin + csv_text(lines, old.between, end)
    then = list(table_of(text, old.encoding, path, path.name).lines.values())
    before = list(old.lines.values())
    if then[: len(before)] != before or len(then) != len(before) + len(new):
        raise UnusableError(f"{path.name}: a quotation mark in it is not closed")
    try:
        return text.encode(old.encoding)
    except UnicodeEncodeError:  # a name with letters that Windows' own do not have
        return text.encode("utf-8-sig")


def _lines(
    found: Sequence[Row], header: Sequence[str], questions: Sequence[str], between: str
) -> list[list[str]]:
    """Give the students' lines, with those cells that are known."""

    def cell(row: Row, name: str) -> str:
        if name in questions:
            mark = number(row.written.get(name))
            # Where the comma does not part cells, it is for decimals.
            return mark if between == "," else mark.replace(".", ",")
        return safe_cell({"student": row.student, "name": row.name}.get(name, ""))

    return [[cell(row, name) for name in header] for row in found]
