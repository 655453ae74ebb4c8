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
from datetime import datetime
from pathlib import Path

from nnbook._progress import progress_bar
from nnbook.cli.options import number, whole
from nnbook.cli.refused import Refused
from nnbook.course import batch, gradebook, sandbox, submissions
from nnbook.course.grading import REVIEW, Grade, Settings
from nnbook.course.lists import assignments, find_assignment
from nnbook.course.model import Assignment
from nnbook.course.submissions import Submission, UnusableError

__all__ = ["HELP", "add_arguments", "run"]

HELP = "grade the notebooks that students handed in"

LOOKED_INTO = 30  # submissions, to find out which assignment they are
LOOKED_AT = 2**20  # bytes of each


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``grade``."""
    parser.add_argument("submissions", metavar="SUBMISSIONS", type=Path)
    what = parser.add_argument_group("what to grade")
    what.add_argument(
        "--assignment",
        metavar="NAME|LIST",
        help=f"{', '.join(a.name for a in assignments())}, or the Python file of a "
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
        "before it counts, and later ones are marked as late",
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

    output = parser.add_argument_group("output")
    output.add_argument(
        "--out",
        type=Path,
        default=Path("grades.csv"),
        metavar="FILE",
        help="the gradebook; beside it come grades-work (what is done already, and the "
        "times), grades-feedback and grades-report.html (default: grades.csv)",
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
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'expected a time such as "2026-03-01 23:59", got {text!r}'
        ) from None
    return moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment


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


def _graded(options: argparse.Namespace) -> int:
    found = submissions.find(options.submissions)
    if not found:
        raise Refused(f"{options.submissions} holds no submissions")
    assignment = _assignment(options.assignment, found)
    roster = gradebook.read_roster(options.roster) if options.roster else None
    marks = (
        gradebook.read_hand_marks(options.marks, assignment) if options.marks else {}
    )
    whose = gradebook.with_roster(
        submissions.chosen(found, assignment.name, options.deadline), roster
    )
    problem = None if options.trust or options.scheduler else sandbox.problem()
    if problem:
        raise Refused(problem)
    grades = _grades([submission for submission, _ in whose], assignment, options)
    graded = [(s, e, grades[s.student]) for s, e in whose if s.student in grades]
    rows = gradebook.rows(assignment, graded, roster, marks)
    gradebook.write_csv(options.out, assignment, rows)
    _summary(rows, assignment, options.out)
    return 0


def _assignment(name: str | None, found: list[Submission]) -> Assignment:
    """Give the assignment of that name, or the one whose functions are defined most."""
    if name is not None:
        try:
            return find_assignment(name)
        except ValueError as error:
            raise Refused(f"--assignment: {error}") from None
    counts: Counter[str] = Counter()
    for submission in found[:LOOKED_INTO]:
        head = _Head()
        submissions.copy_to(submission, head)
        text = bytes(head.data)
        for assignment in assignments():
            counts[assignment.name] += sum(
                re.search(rb"def %s\b" % e.name.encode(), text) is not None
                for e in assignment.exercises
            )
    best = counts.most_common(2)
    if not best[0][1] or (len(best) > 1 and best[0][1] == best[1][1]):
        raise Refused(
            "the notebooks do not show which assignment they are; say it with "
            f"--assignment {'|'.join(a.name for a in assignments())}"
        )
    return find_assignment(best[0][0])


class _Head:
    """Keeps the beginning of what is written into it."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data[: max(LOOKED_AT - len(self.data), 0)]


def _grades(
    chosen: list[Submission], assignment: Assignment, options: argparse.Namespace
) -> dict[str, Grade]:
    """Grade what is not graded yet, showing how far it is."""
    settings = Settings(
        cells_seconds=options.time,
        call_seconds=options.call_time,
        limits=sandbox.Limits(memory=options.memory),
        trust=options.trust,
    )
    # By its path, a list of the teacher's own is found in the other processes too.
    name = options.assignment or assignment.name
    order = batch.Order(name, options.seed, settings)
    work = options.out.with_name(f"{options.out.stem}-work")
    work.mkdir(parents=True, exist_ok=True)
    results = batch.grade_all(
        chosen,
        order,
        batch.Store(work / f"{assignment.name}.jsonl"),
        workers=min(options.workers, max(len(chosen), 1)),
        scheduler=options.scheduler,
        again=frozenset(options.student),
    )
    grades: dict[str, Grade] = {}
    bar = (
        None
        if options.no_progress
        else progress_bar(total=len(chosen), unit="notebook")
    )
    with (work / "times.csv").open("a", encoding="utf-8") as times:
        for result in results:
            grades[result.student] = result.grade
            if result.seconds:
                # Not by student: a log may be shown to others.
                times.write(f"{result.digest[:16]},{result.seconds:.3f}\n")
            if bar is not None:
                bar.update()
    if bar is not None:
        bar.close()
    return grades


def _summary(rows: list[gradebook.Row], assignment: Assignment, out: Path) -> None:
    review = sum(row.grade.status == REVIEW for row in rows)
    missing = sum(row.missing for row in rows)
    late = sum(row.late for row in rows)
    print(f"{assignment.name}: {len(rows) - missing} graded", end="")
    for count, what in ((review, "to review"), (late, "late"), (missing, "missing")):
        print(f", {count} {what}" if count else "", end="")
    print(f"\nGrades are in {out}.")
