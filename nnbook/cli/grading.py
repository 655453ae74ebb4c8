"""Grade what students handed in: a gradebook, a page for each student, a report.

SUBMISSIONS is a folder with a notebook, an archive or a folder for each student, the
zip archive of Moodle, Canvas or Gradescope, or a single notebook. Every notebook runs
in a sandbox (Linux, bubblewrap). A run that was stopped goes on where it was when the
same command is given again; what has not changed is not graded again.
"""

from __future__ import annotations

import argparse
import os
import re
from collections import Counter
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from nnbook._progress import progress_bar
from nnbook.cli.options import number, whole
from nnbook.cli.refused import Refused
from nnbook.course import batch, gradebook, handmarks, sandbox, submissions
from nnbook.course.earlier import with_earlier
from nnbook.course.exports import EXPORTS
from nnbook.course.files import alone, write_atomically
from nnbook.course.finding import find
from nnbook.course.gradebook import Row
from nnbook.course.grading import REVIEW, Grade, Settings
from nnbook.course.lists import NAMES, assignments, find_assignment
from nnbook.course.model import Assignment
from nnbook.course.reading import copy_to
from nnbook.course.roster import Enrolled, Roster, read_roster, with_roster
from nnbook.course.submissions import Submission
from nnbook.course.unusable import UnusableError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "grade the notebooks that students handed in"

SHEET = re.compile(rb"\bchecks\((\\\"){3}")  # in the students' copy, as JSON has it
LOOKED_INTO = 30  # submissions, to find out which assignment they are
LOOKED_AT = 2**20  # bytes of each


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``grade``."""
    parser.add_argument("submissions", metavar="SUBMISSIONS", type=Path)
    what = parser.add_argument_group("what to grade")
    what.add_argument(
        "--assignment",
        metavar="NAME|LIST",
        help=f"{', '.join(NAMES)}, or the Python file of a "
        "list of your own (default: seen from the notebooks)",
    )
    what.add_argument(
        "--seed",
        type=whole(0),
        default=0,
        metavar="N",
        help="varies the values of the hidden probes (default: 0)",
    )
    what.add_argument(
        "--deadline",
        type=_moment,
        metavar="TIME",
        help='as in "2026-03-01 23:59", local time: of several submissions the latest '
        "before it counts, and later ones are marked as late; a day alone ends at "
        "midnight",
    )
    what.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="a CSV file with a column student (and name), Canvas's exported "
        "gradebook, or Moodle's grading worksheet: names who handed in nothing",
    )
    what.add_argument(
        "--marks",
        type=Path,
        metavar="FILE",
        help="hand marks for the written questions: a CSV file with a column student "
        "and one for each question",
    )
    what.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="grade this student again, and nobody else; may be repeated",
    )
    what.add_argument(
        "--fresh",
        action="store_true",
        help="grade everybody again, even where nothing has changed",
    )

    output = parser.add_argument_group("output")
    output.add_argument(
        "--out",
        type=Path,
        default=Path("grades.csv"),
        metavar="FILE",
        help="the gradebook (default: grades.csv); beside it come grades-feedback, "
        "grades-report.html, the written answers with a file for their marks, and "
        "grades-work: what is done already, and the times",
    )
    output.add_argument(
        "--export",
        choices=list(EXPORTS),
        action="append",
        default=[],
        help="also write the file from which this platform takes marks; best with the "
        "platform's own file as --roster",
    )
    output.add_argument(
        "--no-progress", action="store_true", help="show no progress bar"
    )

    how = parser.add_argument_group("how to grade")
    how.add_argument(
        "--workers",
        type=whole(1),
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes of this machine (default: one for each processor)",
    )
    how.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a Dask cluster that does it instead, as in tcp://10.0.0.1:8786",
    )
    how.add_argument(
        "--time",
        type=number(above=0),
        default=60.0,
        metavar="SECONDS",
        help="what the cells of a notebook may take together (default: 60)",
    )
    how.add_argument(
        "--call-time",
        type=number(above=0),
        default=5.0,
        metavar="SECONDS",
        help="what one call of a function may take (default: 5)",
    )
    how.add_argument(
        "--memory",
        type=whole(256),
        default=2048,
        metavar="MB",
        help="what a submission may use (default: 2048)",
    )
    how.add_argument(
        "--trust",
        action="store_true",
        help="without the sandbox: the notebooks run on your account and can do "
        "whatever you can",
    )


def _moment(text: str) -> datetime:
    """Read a deadline: its minute, or its day, counts to its end."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'expected a time such as "2026-03-01 23:59", got {text!r}'
        ) from None
    if len(text) <= len("2026-03-01"):
        found = found.replace(hour=23, minute=59)
    if not found.second:
        found = found.replace(second=59, microsecond=999_999)
    if found.tzinfo is None:  # of an hour that comes twice, the second one
        return max((found.replace(fold=n) for n in (0, 1)), key=submissions.moment)
    return datetime.fromtimestamp(found.timestamp())


def run(options: argparse.Namespace) -> int:
    """Do what ``grade`` is for.

    Parameters
    ----------
    options : argparse.Namespace
        As :func:`add_arguments` declares them.

    Returns
    -------
    int
        0; what is to be reviewed is in the gradebook.

    Raises
    ------
    Refused
        If the submissions, or a file beside them, cannot be used, or there is no
        sandbox.
    """
    try:
        return _graded(options)
    except UnusableError as reason:
        raise Refused(str(reason)) from None
    except OSError as error:
        said = error.strerror or str(error)[:200]
        where = f"{error.filename}: " if error.filename else ""
        raise Refused(
            f"{where}{said}; what is graded is kept: mend this (a full disk, or a file "
            "that is open elsewhere?) and give the same command again"
        ) from None


def _graded(options: argparse.Namespace) -> int:
    place = options.submissions.resolve()
    if place.is_dir() and options.out.resolve().is_relative_to(place):
        raise Refused(
            f"--out: {options.out} lies in {options.submissions}, where the next run "
            "would take it for something that was handed in; put it elsewhere"
        )
    _spare_what_is_read(options)
    found = find(options.submissions)
    if not found:
        raise Refused(f"{options.submissions} holds no submissions")
    name = options.assignment or _seen_in(found)
    if name.endswith(".ipynb"):
        name = str(Path(name).with_suffix(".py"))
    assignment, source = _assignment(name)
    roster = read_roster(options.roster) if options.roster else None
    typed = (
        handmarks.read_hand_marks(options.marks, assignment) if options.marks else {}
    )
    chosen = submissions.chosen(found, assignment.name, options.deadline)
    if not chosen and roster is None:
        raise Refused(f"{options.submissions} holds nothing for {assignment.name}")
    whose = with_roster(chosen, roster)
    marks = handmarks.by_student(typed, whose, roster)
    problem = None if options.scheduler else sandbox.problem(options.trust)
    if problem:
        raise Refused(problem)
    order = batch.Order(name, options.seed, _settings(options), source)
    if source:  # of a list that was never released nobody knows whether it works
        try:
            order.key()
        except ValueError as error:
            raise Refused(f"--assignment: {error}; release it first") from None
    again = _again(whose, options)
    with alone(_beside(options.out, "-work")):
        grades = _grades(chosen, order, again, options)
        graded = [(s, enrolled, grades[s.student]) for s, enrolled in whose]
        rows = gradebook.rows(assignment, graded, roster, marks)
        if options.marks:  # without them nothing can be said of any
            name = f"{assignment.name}-marked.json"
            rows = with_earlier(_beside(options.out, "-work") / name, rows)
        left = _write(assignment, rows, roster, options)
    _summary(rows, assignment, options)
    if left:
        raise Refused(
            f"{left}; so the students who are new have no line there. All else is done"
        )
    return 0


def _spare_what_is_read(options: argparse.Namespace) -> None:
    """Refuse to write over a roster or marks; the file for marks is only added to."""
    out = options.out
    written = [out, *(_beside(out, f"-{name}.csv") for name in options.export)]
    for option, path in (("--roster", options.roster), ("--marks", options.marks)):
        if path and path.resolve() in [each.resolve() for each in written]:
            raise Refused(
                f"{option}: {path} would be written over, since --out is {out}; name "
                "another --out"
            )


def _assignment(name: str) -> tuple[Assignment, str]:
    """Give an assignment and, where it is a teacher's own, the text of its list."""
    try:
        if not name.endswith(".py"):
            return find_assignment(name), ""
        return find_assignment(name), Path(name).read_text(encoding="utf-8")
    except ValueError as error:
        raise Refused(f"--assignment: {error}") from None


def _seen_in(found: list[Submission]) -> str:
    """Give the name of the assignment whose functions the notebooks define."""
    if len({submission.assignment for submission in found}) > 1:
        raise Refused(
            "nbgrader has collected several assignments here; say which one with "
            "--assignment"
        )
    counts: Counter[str] = Counter()
    own = 0
    for submission in found[:LOOKED_INTO]:
        head = _Head()
        copy_to(submission, head)
        own += SHEET.search(head.data) is not None
        for assignment in assignments():
            counts[assignment.name] += sum(
                re.search(rb"def %s\b" % e.name.encode(), head.data) is not None
                for e in assignment.exercises
            )
    (first, most), (_, next_) = counts.most_common(2)
    if 2 * own > len(found[:LOOKED_INTO]):
        raise Refused(
            "the notebooks are of an assignment of your own; name its list with "
            "--assignment, as in --assignment mine/flowers.py"
        )
    if most == next_:
        raise Refused(
            "the notebooks do not show which assignment they are; say it with "
            f"--assignment {'|'.join(NAMES)}"
        )
    return first


class _Head:
    """Keeps the beginning of what is written into it."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data[: max(LOOKED_AT - len(self.data), 0)]


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        cells_seconds=options.time,
        call_seconds=options.call_time,
        limits=sandbox.Limits(memory=options.memory),
        trust=options.trust,
    )


def _again(
    whose: list[tuple[Submission, Enrolled | None]], options: argparse.Namespace
) -> set[str]:
    """Give the students to be graded in any case, as their submissions name them."""
    if options.fresh:
        return {submission.student for submission, _ in whose}
    asked = set(options.student)
    found = {
        submission.student: {submission.student, enrolled.student if enrolled else ""}
        for submission, enrolled in whose
    }
    unknown = asked.difference(*found.values())
    if unknown:
        raise Refused(
            f"--student: there is no submission by {min(unknown)}; the ids are those "
            "of the column student in the gradebook"
        )
    return {student for student, names in found.items() if names & asked}


def _grades(
    chosen: list[Submission],
    order: batch.Order,
    again: set[str],
    options: argparse.Namespace,
) -> dict[str, Grade]:
    """Grade what is not graded yet, showing how far it is."""
    work = _beside(options.out, "-work")
    results = batch.grade_all(
        chosen,
        order,
        batch.Store(work / f"{Path(order.assignment).stem}.jsonl"),
        workers=min(options.workers, max(len(chosen), 1)),
        scheduler=options.scheduler,
        again=again,
        only_again=bool(options.student),
    )
    grades: dict[str, Grade] = {}
    with ExitStack() as stack:
        times = stack.enter_context((work / "times.csv").open("a", encoding="utf-8"))
        bar = None
        if not options.no_progress:
            bar = progress_bar(total=len(chosen), unit="notebook")
            stack.callback(bar.close)
        for result in results:
            grades[result.student] = result.grade
            if result.seconds:
                # Not by student: a log may be shown to others.
                times.write(f"{result.digest[:16]},{result.seconds:.3f}\n")
            if bar is not None:
                bar.update()
    return grades


def _beside(out: Path, ending: str) -> Path:
    """Give the path of what lies beside the gradebook."""
    return out.with_name(out.stem + ending)


def _write(
    assignment: Assignment,
    rows: list[Row],
    roster: Roster | None,
    options: argparse.Namespace,
) -> str:
    """Write everything; give the reason if the file for hand marks is left behind."""
    from nnbook.course import feedback, report  # load matplotlib

    out = options.out
    gradebook.write_csv(out, assignment, rows)
    feedback.write_feedback(_beside(out, "-feedback"), assignment, rows)
    write_atomically(_beside(out, "-report.html"), report.report_page(assignment, rows))
    left = ""
    if assignment.written:
        text = feedback.answers_page(assignment, rows)
        write_atomically(_beside(out, "-answers.html"), text)
        marks = _beside(out, "-marks.csv")
        left = handmarks.add_to_marks(marks, assignment, rows, roster)
    for name in options.export:
        text = EXPORTS[name](assignment, rows, roster)
        write_atomically(_beside(out, f"-{name}.csv"), text)
    return left


def _summary(
    rows: list[Row], assignment: Assignment, options: argparse.Namespace
) -> None:
    counts = {
        "graded": sum(not row.missing for row in rows),
        "to review": sum(row.grade.status == REVIEW for row in rows),
        "late": sum(row.late for row in rows),
        "missing": sum(row.missing for row in rows),
        "to mark by hand": sum(
            not row.missing and None in row.written.values() for row in rows
        ),
    }
    told = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
    print(f"{assignment.name}: {told}")
    print(f"The grades are in {options.out}, the rest beside it.")
