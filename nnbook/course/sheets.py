"""What a student's notebook holds of a teacher's own list: no code, no answer to copy.

A sheet is text. It holds the public probes of each exercise, what the reference gives
for them and what each known mistake gives, with its hint, so that `check` can compare.
It holds no function, and nothing of the hidden probes.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from nnbook.course import plain
from nnbook.course.model import Assignment, Exercise, Mistake, Probe
from nnbook.course.verdict import Answers, answers

__all__ = ["Sheet", "read", "written"]

Sheet = dict[str, tuple[Exercise, Answers | None]]
"""By the exercises' names; without answers where only the grader can judge."""


def _absent(*args: Any) -> Any:
    """Stand where a function was; a sheet holds none, and none is called."""
    raise AssertionError("a sheet holds no functions")


def written(assignment: Assignment) -> str:
    """Write the sheet of an assignment.

    Parameters
    ----------
    assignment : Assignment

    Returns
    -------
    str
        Letters that can stand in a string; some thousand of them.

    Raises
    ------
    ValueError
        If a reference does not give a plain value for a public probe.
    """
    forms = [_form(exercise) for exercise in assignment.exercises]
    return base64.b64encode(zlib.compress(plain.dumps(forms), 9)).decode("ascii")


def read(sheet: str) -> Sheet:
    """Read what `written` wrote.

    Parameters
    ----------
    sheet : str
        White space in it does not matter.

    Returns
    -------
    Sheet

    Raises
    ------
    ValueError
        If it is something else, or was changed.
    """
    try:
        forms = json.loads(zlib.decompress(base64.b64decode("".join(sheet.split()))))
        return {form["name"]: _exercise(form) for form in forms}
    except (binascii.Error, zlib.error, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"source must be the path of a list or a whole sheet, got {sheet:.40}; "
            "take the cell from a fresh copy of the notebook"
        ) from error


def _form(exercise: Exercise) -> dict[str, Any]:
    form: dict[str, Any] = {"name": exercise.name}
    if exercise.judge is not None:
        return form
    known = answers(exercise, exercise.public)
    return form | {
        "public": [[plain.encode(p.args), p.shows] for p in exercise.public],
        "expected": [plain.encode_outcome(outcome) for outcome in known.expected],
        "mistakes": [
            [mistake.name, mistake.hint, [plain.encode_outcome(o) for o in outcomes]]
            for mistake, outcomes in zip(exercise.mistakes, known.mistaken, strict=True)
        ],
        "closeness": [exercise.rtol, exercise.atol],
    }


def _exercise(form: dict[str, Any]) -> tuple[Exercise, Answers | None]:
    public = [
        Probe(plain.decode(args), shows) for args, shows in form.get("public", [])
    ]
    mistakes = form.get("mistakes", [])
    rtol, atol = form.get("closeness", [0, 0])
    exercise = Exercise(
        name=form["name"],
        statement="",
        points=0,
        reference=_absent,
        public=tuple(public),
        hidden=_absent,
        mistakes=tuple(Mistake(name, hint, _absent) for name, hint, _ in mistakes),
        rtol=rtol,
        atol=atol,
    )
    if "expected" not in form:
        return exercise, None
    expected = tuple(map(plain.decode_outcome, form["expected"]))
    mistaken = tuple(tuple(map(plain.decode_outcome, o)) for _, _, o in mistakes)
    return exercise, Answers(expected, mistaken)
