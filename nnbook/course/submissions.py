"""What a student handed in, and which of several submissions counts."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

__all__ = ["Submission", "chosen", "moment"]


@dataclass(frozen=True)
class Submission:
    """One notebook that one student handed in.

    Parameters
    ----------
    student : str
        As the platform or the folder names them.
    name : str
        The student's full name, where the platform tells it.
    file : Path
        The notebook, or the archive it lies in.
    inner : tuple of str
        The entry of the archive, and the entry of the archive that this is.
    when : datetime, optional
        When it was handed in, in local time; None where the platform does not say.
    written : datetime, optional
        What an archive that the student made says of its entry. It parts the notebooks
        of one archive, and counts for nothing else: the student's clock set it.
    late : bool
        Whether it came after the deadline.
    problem : str
        Why there is nothing to grade; empty where there is.
    assignment : str
        What it was handed in for, where nbgrader collected it; else empty.
    """

    student: str
    name: str = ""
    file: Path = Path()
    inner: tuple[str, ...] = ()
    when: datetime | None = None
    written: datetime | None = None
    late: bool = False
    problem: str = ""
    assignment: str = ""

    @property
    def label(self) -> str:
        """Give the file's own name, for its order among others."""
        return self.inner[-1] if self.inner else self.file.name


def chosen(
    submissions: Iterable[Submission], assignment: str, deadline: datetime | None = None
) -> list[Submission]:
    """Give the one submission a student that counts.

    Parameters
    ----------
    submissions : iterable of Submission
    assignment : str
        Where only some of a student's notebooks bear this name, only they count.
    deadline : datetime, optional
        In local time.

    Returns
    -------
    list of Submission
        By student: the latest before the deadline; where there is none, the latest,
        marked as late.
    """
    by_student: dict[str, list[Submission]] = defaultdict(list)
    last = math.inf if deadline is None else moment(deadline)
    for submission in submissions:
        if submission.assignment not in ("", assignment):
            continue
        late = submission.late or moment(submission.when) > last
        by_student[submission.student].append(replace(submission, late=late))
    return [_one(found, assignment) for _, found in sorted(by_student.items())]


def _one(found: list[Submission], assignment: str) -> Submission:
    found = [each for each in found if not each.problem] or found
    named = [each for each in found if assignment in each.label]
    found = named or found
    in_time = [each for each in found if not each.late] or found
    return max(
        in_time,
        key=lambda each: (
            moment(each.when),
            moment(each.written),
            _natural(each.label),
        ),
    )


def moment(when: datetime | None) -> float:
    """Give a time in seconds; local times repeat an hour when the clocks go back."""
    return -math.inf if when is None else when.timestamp()


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Give a key that puts sums-10 after sums-9."""
    parts = re.split(r"(\d+)", PurePosixPath(name).stem)
    return [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts]
