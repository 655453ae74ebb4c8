"""The page that a student gets back, and the written answers for the teacher."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from nnbook.course.cells import NO_ANSWERS
from nnbook.course.files import write_atomically
from nnbook.course.gradebook import Row
from nnbook.course.grading import REVIEW, Mark
from nnbook.course.model import Assignment, Written, in_points
from nnbook.course.pages import escaped, page, preformatted

__all__ = ["answers_page", "feedback_page", "file_name", "write_feedback"]


def file_name(student: str) -> str:
    """Give a name for a student's file that leads nowhere and is like no other's."""
    plain = re.sub(r"[^\w.@-]+", "_", student, flags=re.ASCII).strip("._")[:60]
    if plain == student and plain == plain.lower():
        return f"{plain}.html"
    return (
        f"{plain or 'student'}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"
    )


def write_feedback(folder: Path, assignment: Assignment, rows: Sequence[Row]) -> None:
    """Write a page for each student who handed something in.

    Parameters
    ----------
    folder : Path
    assignment : Assignment
    rows : sequence of Row
    """
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        path, text = folder / file_name(row.student), feedback_page(assignment, row)
        if not row.missing and not (path.exists() and path.read_text("utf-8") == text):
            write_atomically(path, text)


def feedback_page(assignment: Assignment, row: Row) -> str:
    """Give a student's page.

    Parameters
    ----------
    assignment : Assignment
    row : Row

    Returns
    -------
    str
        HTML; everything that came from the submission is escaped.
    """
    who = f"{row.name} ({row.student})" if row.name else row.student
    parts = [f'<p class="soft">{escaped(who)}</p>', _sum(assignment, row)]
    if row.late:
        parts.append("<p>Handed in after the deadline.</p>")
    if row.grade.status == REVIEW:
        parts.append(
            "<p>Your teacher will look at this submission before the marks are final: "
            f"{escaped(row.grade.reason)}.</p>"
        )
    elif row.grade.reason:
        parts.append(f"<p>While your notebook ran: {escaped(row.grade.reason)}.</p>")
    for mark in row.grade.marks:
        parts += _exercise(mark)
    for question in assignment.written:
        by_hand = row.written.get(question.name)
        got = (
            "not marked yet" if by_hand is None else f"{by_hand:g} of {question.points}"
        )
        answer = _answer(row, question)
        parts.append(f"<h2>{escaped(question.label)}: {got}</h2>")
        parts.append(preformatted(answer) if answer else "<p>No answer was found.</p>")
    return page(assignment.title, parts)


def _answer(row: Row, question: Written) -> str:
    """Give what a student wrote; empty where nothing was put in its place."""
    answer = row.grade.answers.get(question.name, "").strip()
    return "" if answer in NO_ANSWERS else answer


def _sum(assignment: Assignment, row: Row) -> str:
    open_ = sum(w.points for w in assignment.written if row.written.get(w.name) is None)
    are = "is" if open_ == 1 else "are"
    more = f", and {in_points(open_)} {are} still to be marked by hand" if open_ else ""
    return f"<p><strong>{row.total:g} of {assignment.points} points</strong>{more}.</p>"


def _exercise(mark: Mark) -> list[str]:
    """Give the part about one exercise."""
    title = f"<h2><code>{escaped(mark.name)}</code>: {mark.score} of {mark.points}</h2>"
    if mark.score == mark.points:
        return [title, "<p>Right, on all probes.</p>"]
    shows = f", for {escaped(mark.shows)}" if mark.shows else ""
    parts = [title, f"<p>Not right yet{shows}: {escaped(mark.difference)}.</p>"]
    if mark.expected or mark.got:
        parts.append(
            f"<dl><dt>expected</dt><dd>{preformatted(mark.expected)}</dd>"
            f"<dt>got</dt><dd>{preformatted(mark.got)}</dd></dl>"
        )
    if mark.hint:
        parts.append(f'<p class="hint"><strong>Hint.</strong> {escaped(mark.hint)}</p>')
    return parts


def answers_page(assignment: Assignment, rows: Sequence[Row]) -> str:
    """Give all written answers, a question after the other, for marking by hand.

    Parameters
    ----------
    assignment : Assignment
    rows : sequence of Row

    Returns
    -------
    str
    """
    there = [row for row in rows if not row.missing]
    said = "Put the marks into the file that lies beside this page, and give it to "
    parts = [f"<p>{said}the grader with --marks.</p>"]
    for question in assignment.written:
        title = f"{question.full_label} ({in_points(question.points)})"
        parts.append(f"<h2>{escaped(title)}</h2>")
        begun = any(row.written.get(question.name) is not None for row in there)
        for row in there:
            answer = _answer(row, question) or "(no answer)"
            by_hand = row.written.get(question.name)
            mark = "not marked yet" if by_hand is None else f"marked {by_hand:g}"
            if question.name in row.earlier:
                mark += " for an earlier answer"
            who = escaped(row.student) + (f", {mark}" if begun else "")
            parts.append(f'<p class="soft">{who}</p>')
            parts.append(preformatted(answer))
    return page(f"{assignment.title}: written answers", parts)
