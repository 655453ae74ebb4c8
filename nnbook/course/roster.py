"""Read who takes the course, and find out which of them handed in what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nnbook.course.names import bare, folded
from nnbook.course.submissions import Submission, moment
from nnbook.course.tables import read_table
from nnbook.course.unusable import UnusableError

__all__ = ["Enrolled", "Roster", "read_roster", "row_name", "with_roster"]


@dataclass(frozen=True)
class Enrolled:
    """One student of the roster.

    Parameters
    ----------
    student, name : str
        The id, and the full name where the roster tells it.
    aliases : frozenset of str
        The names under which work may come in, as `folded` gives them.
    line : dict of str to str
        What the roster says, by column.
    """

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
    table = read_table(path, "--roster")
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
    for line in table.lines.values():
        names = [_key_of(line.get(key) or "") for key in keys]
        if not names[0]:
            continue  # Canvas's line of possible points has no id
        name = (line.get(name_column) or "").strip()
        aliases = frozenset(map(folded, [*names, name])) - {""}
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


def with_roster(
    submissions: Iterable[Submission], roster: Roster | None
) -> list[tuple[Submission, Enrolled | None]]:
    """Say for each submission whose it is on the roster; None where on no line.

    A student of the roster has one submission at most: one that bears their id goes
    before one that bears their name, and of two of these the later one counts. What
    bears the id to the letter goes first, so that no other row has that id.

    Parameters
    ----------
    submissions : iterable of Submission
        One a name; see `chosen`.
    roster : Roster, optional

    Returns
    -------
    list of (Submission, Enrolled or None)
        In the order of the submissions.
    """
    submissions = list(submissions)
    students = roster.students if roster else []
    exact = _unique((alias, e) for e in students for alias in e.aliases)
    # A spreadsheet may have taken the zeros in front of an id for nothing.
    by_bare = _unique((bare(alias), e) for e in students for alias in e.aliases)
    taken: dict[str, tuple[tuple[bool, bool, bool, float], int]] = {}
    for n, each in enumerate(submissions):
        by_id = exact.get(folded(each.student)) or by_bare.get(bare(each.student))
        enrolled = by_id or exact.get(folded(each.name))
        if enrolled is not None:
            itself = each.student == enrolled.student
            rank = (itself, by_id is not None, not each.late, moment(each.when))
            first = taken.get(enrolled.student)
            if first is None or rank > first[0]:
                taken[enrolled.student] = rank, n
    by_student = {e.student: e for e in students}
    whose = {n: by_student[student] for student, (_, n) in taken.items()}
    return [(each, whose.get(n)) for n, each in enumerate(submissions)]


def row_name(submission: Submission, enrolled: Enrolled | None) -> str:
    """Give the id that a submission's row in the gradebook has."""
    return enrolled.student if enrolled else submission.student


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
