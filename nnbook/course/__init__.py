"""Assignments: what is asked, how it is checked, handed out and graded.

`nnbook.course.model` says what an assignment is made of. Everything else reads from
that one list: the students' `check`, the hints of the grade report, the release, and
the tests of the grader itself.
"""

from nnbook.course.checking import check, checks

__all__ = ["check", "checks"]
