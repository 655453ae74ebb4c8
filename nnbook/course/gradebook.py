"""Put grades, the roster and the hand marks together, a row a student."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnbook.course.grading import OK, REVIEW, Grade, nothing
from nnbook.course.model import Assignment
from nnbook.course.plain import printable
from nnbook.course.submissions import Submission, UnusableError

__all__ = [
    "Enrolled",
    "Roster",
    "Row",
    "csv_text",
    "empty_marks",
    "read_hand_marks",
    "read_roster",
    "rows",
    "safe_cell",
    "with_roster",
    "write_atomically",
    "write_csv",
]


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
    """

    student: str
    name: str
    grade: Grade
    written: dict[str, float | None] = field(default_factory=dict)
    late: bool = False
    missing: bool = False

    @property
    def total(self) -> float:
        """Give all points, those by hand included."""
        by_hand = sum(mark for mark in self.written.values() if mark is not None)
        return sum(mark.score for mark in self.grade.marks) + by_hand

    @property
    def hints(self) -> list[str]:
        """Give the hints, each behind its exercise's name."""
        return [f"{m.name}: {m.hint}" for m in self.grade.marks if m.hint]


# ---- the roster -------------------------------------------------------------


@dataclass(frozen=True)
class Enrolled:
    """One student of the roster, with the names under which work may come in."""

    student: str
    name: str
    aliases: frozenset[str]
    line: dict[str, str]


@dataclass(frozen=True)
class Roster:
    """Who takes the course.

    Parameters
    ----------
    form : {"plain", "canvas", "moodle"}
        Whose file it is.
    header : list of str
        The file's columns.
    students : list of Enrolled
    """

    form: str
    header: list[str]
    students: list[Enrolled]


# Of each form: the column that makes it one, those that name the student (the first of
# them is the one to call them by), and the one with the full name.
_FORMS = {
    "moodle": ("Identifier", ("Identifier", "ID number", "Email address"), "Full name"),
    "canvas": ("ID", ("ID", "SIS User ID", "SIS Login ID"), "Student"),
    "plain": ("student", ("student", "id", "email"), "name"),
}


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Parameters
    ----------
    path : Path
        A CSV file with a column ``student`` (and, if you like, ``name`` and
        ``email``), Canvas's exported gradebook, or Moodle's grading worksheet.

    Returns
    -------
    Roster

    Raises
    ------
    UnusableError
        If it is none of these.
    """
    header, lines = _read_csv(path, "--roster")
    form = next((form for form, (mark, *_) in _FORMS.items() if mark in header), None)
    if form is None:
        raise UnusableError(
            f"--roster: {path} must have a column student (or be Canvas's gradebook "
            f"or Moodle's grading worksheet), got {', '.join(header)}"
        )
    _, keys, name_column = _FORMS[form]
    students = []
    for line in lines:
        names = [_key_of(line.get(key) or "") for key in keys]
        if not names[0]:
            continue  # Canvas's line of possible points has no id
        name = (line.get(name_column) or "").strip()
        aliases = frozenset(map(_folded, [*names, name])) - {""}
        students.append(Enrolled(names[0], name, aliases, line))
    return Roster(form, header, students)


def _key_of(text: str) -> str:
    """Give an id without the word that Moodle puts before it."""
    return text.strip().removeprefix("Participant ").strip()


def _folded(name: str) -> str:
    """Give a name as it is compared: no accents' forms, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _read_csv(path: Path, option: str) -> tuple[list[str], list[dict[str, str]]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableError(f"{option}: {path} cannot be read: {error}") from None
    text = _decoded(data)
    first = text.partition("\n")[0]
    # Where the comma is for decimals, spreadsheets put a semicolon between columns.
    between = max(",;\t", key=first.count)
    try:
        file = io.StringIO(text, newline="")
        reader = csv.DictReader(file, restval="", delimiter=between)
        lines = list(reader)
    except csv.Error as error:
        raise UnusableError(f"{option}: {path} is no CSV: {error}") from None
    header = [name.strip() for name in reader.fieldnames or []]
    if not header:
        raise UnusableError(
            f"{option}: {path} is empty; its first line names the columns"
        )
    return header, [
        {str(k).strip(): v for k, v in line.items() if isinstance(v, str)}
        for line in lines
    ]


def _decoded(data: bytes) -> str:
    """Read a text as spreadsheets write it: UTF-8, UTF-16, or Windows' own letters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def with_roster(
    submissions: Iterable[Submission], roster: Roster | None
) -> list[tuple[Submission, Enrolled | None]]:
    """Say for each submission whose it is on the roster; None where on no line."""
    by_alias: dict[str, Enrolled | None] = {}
    for enrolled in roster.students if roster else ():
        for alias in enrolled.aliases:
            # Two students of one name: the name alone tells nobody.
            by_alias[alias] = None if alias in by_alias else enrolled
    return [
        (each, by_alias.get(_folded(each.student)) or by_alias.get(_folded(each.name)))
        for each in submissions
    ]


# ---- the hand marks ---------------------------------------------------------


def read_hand_marks(path: Path, assignment: Assignment) -> dict[str, dict[str, float]]:
    """Read the marks for written questions.

    Parameters
    ----------
    path : Path
        A CSV file with a column ``student`` and one for each question, under its
        name; an empty place is not marked yet.
    assignment : Assignment

    Returns
    -------
    dict of str to dict
        By student, as `_folded` writes them, and question.

    Raises
    ------
    UnusableError
        If a column is missing or unknown, or a mark is not from 0 to the points.
    """
    header, lines = _read_csv(path, "--marks")
    points = {w.name: w.points for w in assignment.written}
    unknown = [
        name
        for name in header
        if name not in points and name not in ("student", "name")
    ]
    if "student" not in header or unknown:
        raise UnusableError(
            f"--marks: {path} must have the columns student, {', '.join(points)}, got "
            f"{', '.join(header)}"
        )
    marks: dict[str, dict[str, float]] = {}
    for n, line in enumerate(lines, 2):
        for name, most in points.items():
            text = (line.get(name) or "").strip().replace(",", ".")
            if not text:
                continue
            try:
                mark = float(text)
            except ValueError:
                mark = math.nan
            if not 0 <= mark <= most:
                raise UnusableError(
                    f"--marks: line {n}: {name} must be from 0 to {most}, got {text!r}"
                )
            student = _folded(_as_written(line["student"].strip()))
            marks.setdefault(student, {})[name] = mark
    return marks


# ---- the rows ---------------------------------------------------------------


def rows(
    assignment: Assignment,
    graded: Iterable[tuple[Submission, Enrolled | None, Grade]],
    roster: Roster | None,
    marks: dict[str, dict[str, float]],
) -> list[Row]:
    """Give a row for every submission, and for every student without one.

    Parameters
    ----------
    assignment : Assignment
    graded : iterable of (Submission, Enrolled or None, Grade)
    roster : Roster, optional
    marks : dict
        As `read_hand_marks` gives them.

    Returns
    -------
    list of Row
        In the order of the students' ids.

    Raises
    ------
    UnusableError
        If there is a hand mark for a student who is not there.
    """
    found: list[Row] = []
    seen: set[str] = set()
    used: set[str] = set()

    def written(*names: str) -> dict[str, float | None]:
        by_hand: dict[str, float] = {}
        for name in map(_folded, names):
            if name in marks:
                used.add(name)
                by_hand = marks[name]
        return {w.name: by_hand.get(w.name) for w in assignment.written}

    for submission, enrolled, grade in graded:
        if enrolled is not None:
            seen.add(enrolled.student)
        elif roster is not None:
            grade = _also(grade, "not on the roster")
        student = enrolled.student if enrolled else submission.student
        name = enrolled.name if enrolled and enrolled.name else submission.name
        by_hand = written(submission.student, student)
        found.append(Row(student, name, grade, by_hand, late=submission.late))
    for enrolled in roster.students if roster else ():
        if enrolled.student not in seen:
            grade = nothing(assignment, "nothing was handed in", OK)
            by_hand = written(enrolled.student)
            found.append(
                Row(enrolled.student, enrolled.name, grade, by_hand, missing=True)
            )
    if len(used) < len(marks):
        raise UnusableError(
            f"--marks: {len(marks) - len(used)} of its students handed in nothing and "
            "are not on the roster; compare its column student with that of the grades"
        )
    return sorted(found, key=lambda row: row.student)


def _also(grade: Grade, reason: str) -> Grade:
    reasons = f"{reason}; {grade.reason}" if grade.reason else reason
    return Grade(grade.marks, REVIEW, reasons, grade.answers)


# ---- the file ---------------------------------------------------------------


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
        line += [_number(row.written.get(name)) for name in questions]
        line += [_number(row.total), "late" if row.late else ""]
        line += [row.grade.status, row.grade.reason, " | ".join(row.hints)]
        lines.append([safe_cell(cell) for cell in line])
    write_atomically(path, csv_text(lines))


def empty_marks(assignment: Assignment, found: Sequence[Row]) -> str:
    """Give the file to put hand marks into, which `read_hand_marks` reads."""
    questions = [w.name for w in assignment.written]
    lines = [["student", "name", *questions]]
    for row in found:
        marks = [_number(row.written.get(name)) for name in questions]
        lines.append([safe_cell(row.student), safe_cell(row.name), *marks])
    return csv_text(lines)


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """Give lines as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(lines)
    return file.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def safe_cell(cell: str) -> str:
    """Give a text that a spreadsheet does not take for a formula, on one line."""
    # Where the comma is for decimals, a spreadsheet begins a cell at a semicolon too.
    cell = _INNER_FORMULA.sub("; ", " ".join(printable(cell).split()))
    return f"'{cell}" if len(cell) > 1 and cell[0] in _FORMULA else cell


def _as_written(cell: str) -> str:
    """Give the text that `safe_cell` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple(_FORMULA) else cell


# The wide ones are for spreadsheets in East Asian languages.
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
_INNER_FORMULA = re.compile(rf";(?=[{re.escape(_FORMULA)}])")


def write_atomically(path: Path, text: str) -> None:
    """Write a file as a whole or not at all, so that a stop leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", errors="replace", newline="")
    part.replace(path)
