"""Put grades, the roster and the hand marks together, a row a student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnbook.course.files import write_atomically
from nnbook.course.grading import OK, REVIEW, Grade, nothing
from nnbook.course.model import Assignment
from nnbook.course.names import folded
from nnbook.course.roster import Enrolled, Roster, row_name
from nnbook.course.submissions import Submission
from nnbook.course.tables import csv_text, number, safe_cell

__all__ = ["Row", "rows", "write_csv"]

NOT_HANDED_IN = "nothing was handed in"


@dataclass(frozen=True)
class Row:
    """One student's line in the gradebook.

    Parameters
    ----------
    student, name : str
    grade : Grade
    written : dict of str to float or None
        The hand marks; None where none is given yet.
    late, missing : bool
    alias : str
        The name under which the work came in, where there is any.
    earlier : frozenset of str
        The questions whose mark was given for an earlier answer.
    """

    student: str
    name: str
    grade: Grade
    written: dict[str, float | None] = field(default_factory=dict)
    late: bool = False
    missing: bool = False
    alias: str = ""
    earlier: frozenset[str] = frozenset()

    @property
    def total(self) -> float:
        """Give all points, those by hand included."""
        by_hand = sum(mark for mark in self.written.values() if mark is not None)
        return sum(mark.score for mark in self.grade.marks) + by_hand

    @property
    def hints(self) -> list[str]:
        """Give the hints, each behind its exercise's name."""
        return [f"{m.name}: {m.hint}" for m in self.grade.marks if m.hint]


def rows(
    assignment: Assignment,
    graded: Iterable[tuple[Submission, Enrolled | None, Grade]],
    roster: Roster | None,
    marks: Mapping[str, Mapping[str, float]],
) -> list[Row]:
    """Give a row for every submission, and for every student without one.

    Parameters
    ----------
    assignment : Assignment
    graded : iterable of (Submission, Enrolled or None, Grade)
    roster : Roster, optional
    marks : mapping of str to mapping of str to float
        As `handmarks.by_student` gives them.

    Returns
    -------
    list of Row
        In the order of the students' ids.
    """
    found: list[Row] = []
    students = roster.students if roster else []
    known = {alias for e in students for alias in e.aliases}

    def written(student: str) -> dict[str, float | None]:
        by_hand = marks.get(student, {})
        return {w.name: by_hand.get(w.name) for w in assignment.written}

    for submission, enrolled, grade in graded:
        if enrolled is None and roster is not None:
            names = {folded(submission.student), folded(submission.name)}
            twice = "handed in under a name that another submission of the roster has"
            grade = _also(grade, twice if names & known else "not on the roster")
        student = row_name(submission, enrolled)
        name = enrolled.name if enrolled and enrolled.name else submission.name
        late, alias = submission.late, submission.student
        found.append(Row(student, name, grade, written(student), late, alias=alias))
    there = {row.student for row in found}
    for enrolled in students:
        if enrolled.student not in there:
            student, grade = enrolled.student, nothing(assignment, NOT_HANDED_IN, OK)
            by_hand = written(student)
            found.append(Row(student, enrolled.name, grade, by_hand, missing=True))
    return sorted(found, key=lambda row: row.student)


def _also(grade: Grade, reason: str) -> Grade:
    reasons = f"{reason}; {grade.reason}" if grade.reason else reason
    return Grade(grade.marks, REVIEW, reasons, grade.answers)


def write_csv(path: Path, assignment: Assignment, found: Sequence[Row]) -> None:
    """Write the gradebook.

    Parameters
    ----------
    path : Path
    assignment : Assignment
    found : sequence of Row
    """
    named = any(row.name for row in found)
    exercises = [e.name for e in assignment.exercises]
    questions = [w.name for w in assignment.written]
    header = ["student", *(["name"] if named else []), *exercises, *questions]
    lines: list[list[str]] = [[*header, "total", "late", "status", "reason", "hints"]]
    for row in found:
        line = [row.student, *([row.name] if named else [])]
        line += [str(mark.score) for mark in row.grade.marks]
        line += [number(row.written.get(name)) for name in questions]
        line += [number(row.total), "late" if row.late else ""]
        line += [row.grade.status, row.grade.reason, " | ".join(row.hints)]
        lines.append([safe_cell(cell) for cell in line])
    write_atomically(path, csv_text(lines))
