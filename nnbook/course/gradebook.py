"""Put grades, the roster and the hand marks together, a row a student."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nnbook.course.grading import OK, REVIEW, Grade, nothing
from nnbook.course.model import Assignment
from nnbook.course.plain import printable
from nnbook.course.submissions import Submission, UnusableError, moment

__all__ = [
    "Enrolled",
    "Roster",
    "Row",
    "add_to_marks",
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
    between, encoding : str
        How the teacher's spreadsheet writes a table.
    """

    form: str
    header: list[str]
    students: list[Enrolled]
    between: str = ","
    encoding: str = "utf-8"


# Of each form: the columns that name the student (the first of them is the one to call
# them by), and the one with the full name. The first and the last make it this form; a
# plain roster needs no names.
_FORMS = {
    "moodle": (("Identifier", "ID number", "Email address"), "Full name"),
    "canvas": (("ID", "SIS User ID", "SIS Login ID"), "Student"),
    "plain": (("student", "id", "email"), "name"),
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
    table = _read_csv(path, "--roster")
    header = table.header
    form = next((form for form in _FORMS if _has_form(form, header)), None)
    if form is None:
        raise UnusableError(
            f"--roster: {path} must have a column student (or be Canvas's gradebook "
            "or Moodle's grading worksheet, as they are in English), got "
            f"{', '.join(header)}"
        )
    keys, name_column = _FORMS[form]
    students: dict[str, Enrolled] = {}
    for line in table.lines:
        names = [_key_of(line.get(key) or "") for key in keys]
        if not names[0]:
            continue  # Canvas's line of possible points has no id
        name = (line.get(name_column) or "").strip()
        aliases = frozenset(map(_folded, [*names, name])) - {""}
        if names[0] in students:  # of two lists put together, say
            aliases |= students[names[0]].aliases
            name, line = students[names[0]].name or name, students[names[0]].line
        students[names[0]] = Enrolled(names[0], name, aliases, line)
    return Roster(form, header, list(students.values()), table.between, table.encoding)


def _has_form(form: str, header: list[str]) -> bool:
    keys, name = _FORMS[form]
    return keys[0] in header and (form == "plain" or name in header)


def _key_of(text: str) -> str:
    """Give an id without the word that Moodle puts before it."""
    return text.strip().removeprefix("Participant ").strip()


def _folded(name: str) -> str:
    """Give a name as it is compared: no accents' forms, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _bare(name: str) -> str:
    """Give a number as a spreadsheet keeps it: without zeros in front."""
    folded = _folded(name)
    return folded.lstrip("0") if folded.isdecimal() else folded


@dataclass(frozen=True)
class _Table:
    """A CSV file as it was read, with the ways in which it was written."""

    header: list[str]
    lines: list[dict[str, str]]
    text: str
    between: str
    encoding: str


def _read_csv(path: Path, option: str) -> _Table:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableError(f"{option}: {path} cannot be read: {error}") from None
    encoding = _encoding(data)
    try:
        return _table(data.decode(encoding), encoding, path, option)
    except UnicodeDecodeError:
        raise UnusableError(
            f"{option}: some letters of {path} cannot be read; save it anew, in UTF-8"
        ) from None


def _table(text: str, encoding: str, path: Path, option: str) -> _Table:
    # Some spreadsheets on a Mac end lines as old ones did.
    lined = text if "\n" in text else text.replace("\r", "\n")
    between, told = _between(lined)
    try:
        rows = list(csv.reader(io.StringIO(lined, newline=""), delimiter=between))
    except csv.Error as error:
        raise UnusableError(f"{option}: {path} is no CSV: {error}") from None
    header = [name.strip() for name in (rows[told:] or [[]])[0]]
    if not any(header):
        raise UnusableError(
            f"{option}: {path} is empty; its first line names the columns"
        )
    lines = []
    for n, row in enumerate(rows[told + 1 :], told + 2):
        if any(cell.strip() for cell in row[len(header) :]):
            raise UnusableError(
                f"{option}: {path}: row {n} has more cells than the first has names; "
                "where a comma parts the cells, put 1,5 between quotes or write 1.5"
            )
        if row:
            cells = row + [""] * (len(header) - len(row))
            lines.append(dict(zip(header, cells, strict=False)))
    return _Table(header, lines, text, between, encoding)


def _between(text: str) -> tuple[str, int]:
    """Give what stands between two cells, and how many lines say nothing else."""
    first = text.partition("\n")[0].strip()
    if first[:4].lower() == "sep=" and len(first) == len("sep=;"):  # for spreadsheets
        return first[-1], 1
    # Where the comma is for decimals, spreadsheets put a semicolon between columns.
    return max(",;\t", key=first.count), 0


def _encoding(data: bytes) -> str:
    """Tell what spreadsheets have written: UTF-8, UTF-16, or Windows' own letters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def with_roster(
    submissions: Iterable[Submission], roster: Roster | None
) -> list[tuple[Submission, Enrolled | None]]:
    """Say for each submission whose it is on the roster; None where on no line.

    A student of the roster has one submission at most: one that bears their id goes
    before one that bears their name, and of two of these the later one counts.
    """
    submissions = list(submissions)
    students = roster.students if roster else []
    exact = _unique((alias, e) for e in students for alias in e.aliases)
    # A spreadsheet may have taken the zeros in front of an id for nothing.
    bare = _unique((_bare(alias), e) for e in students for alias in e.aliases)
    taken: dict[str, tuple[tuple[bool, bool, float], int]] = {}
    for n, each in enumerate(submissions):
        by_id = exact.get(_folded(each.student)) or bare.get(_bare(each.student))
        enrolled = by_id or exact.get(_folded(each.name))
        if enrolled is not None:
            rank = (by_id is not None, not each.late, moment(each.when))
            first = taken.get(enrolled.student)
            if first is None or rank > first[0]:
                taken[enrolled.student] = rank, n
    by_student = {e.student: e for e in students}
    whose = {n: by_student[student] for student, (_, n) in taken.items()}
    return [(each, whose.get(n)) for n, each in enumerate(submissions)]


def _unique(pairs: Iterable[tuple[str, Enrolled]]) -> dict[str, Enrolled]:
    """Give what each name leads to; two students of one name, and it tells nobody."""
    found: dict[str, dict[str, Enrolled]] = {}
    for name, enrolled in pairs:
        found.setdefault(name, {})[enrolled.student] = enrolled
    return {
        name: next(iter(those.values()))
        for name, those in found.items()
        if name and len(those) == 1
    }


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
    table = _read_csv(path, "--marks")
    header = table.header
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
    for n, line in enumerate(table.lines, 2):
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
            if marks.setdefault(student, {}).setdefault(name, mark) != mark:
                raise UnusableError(
                    f"--marks: line {n}: this student has another mark for {name} on "
                    "a line above"
                )
    return marks


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
    """
    if not path.exists():
        between = roster.between if roster else ","
        plain = roster is None or roster.encoding == "utf-8"
        text = empty_marks(assignment, found, between)
        write_atomically(path, text if plain else text.encode("utf-8-sig", "replace"))
        return ""
    try:
        old = _read_csv(path, str(path.name))
    except UnusableError as reason:
        return str(reason)
    questions = {w.name for w in assignment.written}
    if "student" not in old.header:
        return f"{path.name}: its first line names no column student"
    if not questions & set(old.header):
        return (
            f"{path.name}: it has no column for a question of {assignment.name}; if it "
            "is another assignment's, name another --out"
        )
    there = {_as_written(line["student"].strip()) for line in old.lines}
    exact, bare = set(map(_folded, there)), Counter(map(_bare, there))
    ours = Counter(_bare(row.student) for row in found)
    new = [
        row
        for row in found
        if _folded(row.student) not in exact
        # An id whose zeros a spreadsheet took away, if it can be no other's.
        and not ours[_bare(row.student)] == bare[_bare(row.student)] == 1
    ]
    if not new:
        return ""
    lines = [
        [_cell_of_marks(row, name, questions, old.between) for name in old.header]
        for row in new
    ]
    end = next((end for end in ("\r\n", "\n", "\r") if end in old.text), "\n")
    begin = "" if old.text.endswith(("\n", "\r")) else end
    text = old.text + begin + csv_text(lines, old.between, end)
    then = _table(text, old.encoding, path, path.name)
    if then.lines[: len(old.lines)] != old.lines or len(then.lines) != len(
        old.lines
    ) + len(new):
        return f"{path.name}: a quotation mark in it is not closed"
    try:
        data = text.encode(old.encoding)
    except UnicodeEncodeError:  # a name with letters that Windows' own do not have
        data = text.encode("utf-8-sig")
    write_atomically(path, data)
    return ""


def _cell_of_marks(row: Row, name: str, questions: set[str], between: str) -> str:
    """Give a new line's cell, in the column of this name."""
    if name in questions:
        mark = _number(row.written.get(name))
        return mark if between == "," else mark.replace(".", ",")
    return safe_cell({"student": row.student, "name": row.name}.get(name, ""))


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
    graded = list(graded)
    students = roster.students if roster else []
    known = {alias for e in students for alias in e.aliases}
    whose = _HandMarks(
        marks,
        [(s.student, e.student if e else s.student) for s, e, _ in graded]
        + [(e.student, e.student) for e in students],
    )

    def written(*names: str) -> dict[str, float | None]:
        by_hand = whose.of(*names)
        return {w.name: by_hand.get(w.name) for w in assignment.written}

    for submission, enrolled, grade in graded:
        if enrolled is not None:
            seen.add(enrolled.student)
        elif roster is not None:
            names = {_folded(submission.student), _folded(submission.name)}
            twice = "handed in under a name that another submission of the roster has"
            grade = _also(grade, twice if names & known else "not on the roster")
        student = enrolled.student if enrolled else submission.student
        name = enrolled.name if enrolled and enrolled.name else submission.name
        by_hand = written(submission.student, student)
        found.append(Row(student, name, grade, by_hand, late=submission.late))
    for enrolled in students:
        if enrolled.student not in seen:
            grade = nothing(assignment, "nothing was handed in", OK)
            by_hand = written(enrolled.student)
            found.append(
                Row(enrolled.student, enrolled.name, grade, by_hand, missing=True)
            )
    if whose.unused:
        raise UnusableError(
            f"--marks: {len(whose.unused)} of its students handed in nothing and "
            "are not on the roster; compare its column student with that of the grades"
        )
    return sorted(found, key=lambda row: row.student)


class _HandMarks:
    """Finds a student's hand marks, also where a spreadsheet has changed the id."""

    def __init__(
        self, marks: dict[str, dict[str, float]], students: list[tuple[str, str]]
    ) -> None:
        self._marks, self.unused = marks, set(marks)
        ours = {_folded(name) for names in students for name in names}
        strange = Counter(map(_bare, self.unused - ours))
        wanted: dict[str, set[str]] = {}
        for names in students:
            if not {_folded(name) for name in names} & set(marks):
                for name in names:
                    wanted.setdefault(_bare(name), set()).add(names[-1])
        self._bare = {
            _bare(name): name
            for name in self.unused - ours
            if strange[_bare(name)] == 1 == len(wanted.get(_bare(name), ()))
        }

    def of(self, *names: str) -> dict[str, float]:
        """Give the marks of the student of these names."""
        keys = [n for n in map(_folded, names) if n in self._marks]
        keys = keys or [self._bare[b] for b in map(_bare, names) if b in self._bare]
        self.unused -= set(keys)
        return self._marks[keys[-1]] if keys else {}


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


def empty_marks(
    assignment: Assignment, found: Sequence[Row], between: str = ","
) -> str:
    """Give the file to put hand marks into, which `read_hand_marks` reads."""
    questions = [w.name for w in assignment.written]
    header = ["student", "name", *questions]
    lines = [
        [_cell_of_marks(row, name, {*questions}, between) for name in header]
        for row in found
    ]
    return csv_text([header, *lines], between)


def csv_text(
    lines: Iterable[Sequence[str]], between: str = ",", end: str = "\n"
) -> str:
    """Give lines as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=between, lineterminator=end).writerows(lines)
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


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file as a whole or not at all, so that a stop leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
