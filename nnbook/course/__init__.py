"""Assignments: what is asked, how it is checked, handed out and graded.

An `Assignment` says what is asked: exercises with their probes and the known mistakes,
and questions in words. Everything else reads from that one list: the students' `check`,
the hints of the grade report, the release, and the tests of the grader itself.
"""

from nnbook.course.checking import check, checks
from nnbook.course.model import (
    Assignment,
    Exercise,
    Mistake,
    Named,
    Probe,
    Seed,
    Written,
)

__all__ = [
    "Assignment",
    "Exercise",
    "Mistake",
    "Named",
    "Probe",
    "Seed",
    "Written",
    "check",
    "checks",
]
