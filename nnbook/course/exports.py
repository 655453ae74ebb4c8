"""The files from which Canvas and Moodle take marks.

Both are best made from the file that the platform itself gives (`--roster`): then the
columns and the ids are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nnbook.course.gradebook import Row
from nnbook.course.model import Assignment
from nnbook.course.roster import Roster
from nnbook.course.tables import csv_text, safe_cell

__all__ = ["EXPORTS"]

_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MOODLE = ("Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments")


def canvas(assignment: Assignment, rows: Sequence[Row], roster: Roster | None) -> str:
    """Give the file for Canvas's gradebook import."""
    given = roster if roster is not None and roster.form == "canvas" else None
    header = [n for n in given.header if n in _CANVAS] if given else list(_CANVAS)
    column = _column(assignment, given.header if given else [])
    lines = {e.student: e.line for e in given.students} if given else {}
    possible = [
        "    Points Possible",
        *[""] * (len(header) - 1),
        str(assignment.points),
    ]
    out = [[*header, column], possible]
    for row in rows:
        own = lines.get(row.student, {"Student": row.name, "ID": row.student})
        mark = "" if row.missing else f"{row.total:g}"
        out.append([safe_cell(own.get(name, "")) for name in header] + [mark])
    return csv_text(out)


def _column(assignment: Assignment, header: Sequence[str]) -> str:
    """Give the assignment's column as Canvas calls it: "Weighted sums (4711)"."""
    names = (assignment.title.casefold(), assignment.name.casefold())
    for name in header:
        if name.rpartition(" (")[0].casefold() in names or name.casefold() in names:
            return name
    return assignment.title


def moodle(assignment: Assignment, rows: Sequence[Row], roster: Roster | None) -> str:
    """Give the grading worksheet for Moodle."""
    given = roster if roster is not None and roster.form == "moodle" else None
    header = list(given.header) if given else list(_MOODLE)
    header += [name for name in ("Grade", "Feedback comments") if name not in header]
    lines = {e.student: e.line for e in given.students} if given else {}
    out = [header]
    for row in rows:
        bare = {
            "Identifier": f"Participant {row.student}",
            "Full name": row.name,
            "Maximum Grade": str(assignment.points),
        }
        own = dict(lines.get(row.student, bare))
        if not row.missing:
            own["Grade"] = f"{row.total:g}"
            own["Feedback comments"] = " ".join(row.hints)
        out.append([safe_cell(own.get(name, "")) for name in header])
    return csv_text(out)


EXPORTS: dict[str, Callable[[Assignment, Sequence[Row], Roster | None], str]] = {
    "canvas": canvas,
    "moodle": moodle,
}
