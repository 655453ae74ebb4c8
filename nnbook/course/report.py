"""The class report: how the points are spread, and which mistakes are the commonest.

It names no student, so that it can be shown to the class.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nnbook.course.gradebook import Row
from nnbook.course.grading import REVIEW
from nnbook.course.model import Assignment
from nnbook.course.pages import escaped, follow_colours, page, table
from nnbook.course.verdict import STILL_STUB
from nnbook.plots.style import COLOURS, STYLE

__all__ = ["mistakes_of", "report_page"]

MOST_MISTAKES = 12
WIDTH = 4.8  # inches: little more than a phone's, so that letters stay readable


def report_page(assignment: Assignment, rows: Sequence[Row]) -> str:
    """Give the report on one assignment.

    Parameters
    ----------
    assignment : Assignment
    rows : sequence of Row

    Returns
    -------
    str
        HTML, with its pictures in it.
    """
    there = [row for row in rows if not row.missing]
    parts = [_counts(rows)]
    if there:
        totals = np.array([row.total for row in there])
        low, middle, high = np.percentile(totals, [25, 50, 75])
        parts.append(
            f"<p>Half of the class has {middle:g} points or more, of "
            f"{assignment.points}; the middle half lies between {low:g} and {high:g}."
            f"{_open(assignment, there)}</p>"
        )
        parts.append(_distribution(totals, assignment.points))
        parts.append("<h2>Exercises</h2>")
        parts.append(_exercises(assignment, there))
        parts.append("<h2>The commonest mistakes</h2>")
        parts += _mistakes(there)
    return page(f"{assignment.title}: class report", parts)


def _counts(rows: Sequence[Row]) -> str:
    counts = {
        "students": len(rows),
        "handed in": sum(not row.missing for row in rows),
        "late": sum(row.late for row in rows),
        "to review": sum(row.grade.status == REVIEW for row in rows),
    }
    return table(
        list(counts), [[str(n) for n in counts.values()]], numbers=range(len(counts))
    )


def _open(assignment: Assignment, there: Sequence[Row]) -> str:
    names = [w.name for w in assignment.written]
    if all(row.written.get(name) is not None for row in there for name in names):
        return ""
    points = sum(w.points for w in assignment.written)
    return f" Up to {points} points each are still to be marked by hand."


def mistakes_of(rows: Sequence[Row]) -> Counter[tuple[str, str]]:
    """Count the known mistakes, by exercise and name."""
    return Counter(
        (mark.name, mark.mistake)
        for row in rows
        for mark in row.grade.marks
        if mark.mistake
    )


def _exercises(assignment: Assignment, there: Sequence[Row]) -> str:
    lines = []
    for n, exercise in enumerate(assignment.exercises):
        right = sum(row.grade.marks[n].score == exercise.points for row in there)
        unwritten = sum(row.grade.marks[n].difference == STILL_STUB for row in there)
        share = f"{right / len(there):.0%}"
        lines.append(
            [exercise.name, str(exercise.points), f"{right}", share, str(unwritten)]
        )
    header = ["exercise", "points", "right", "share", "not written"]
    return table(header, lines, numbers=(1, 2, 3, 4))


def _mistakes(there: Sequence[Row]) -> list[str]:
    found = mistakes_of(there).most_common()
    if not found:
        return ["<p>None of the known mistakes was made.</p>"]
    found.sort(key=lambda each: (-each[1], each[0]))
    hints = {
        (mark.name, mark.mistake): mark.hint
        for row in there
        for mark in row.grade.marks
    }
    lines = [
        [f"{name}: {mistake}", str(n), hints[name, mistake]]
        for (name, mistake), n in found
    ]
    return [
        _bars(found[:MOST_MISTAKES]),
        table(["mistake", "students", "the hint they got"], lines, numbers=(1,)),
    ]


# ---- the pictures -----------------------------------------------------------


def _distribution(totals: np.ndarray, points: int) -> str:
    counts = np.bincount(np.floor(totals + 1e-9).astype(int), minlength=points + 1)

    def draw(axes: Axes) -> None:
        axes.bar(np.arange(len(counts)), counts, width=0.85, color=COLOURS[0])
        axes.set(xlabel="points", ylabel="students", xlim=(-0.6, points + 0.6))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))

    most = int(np.argmax(counts))
    return _figure(
        draw,
        2.6,
        "How many students have how many points.",
        f"A bar chart over 0 to {points} points. The tallest bar, {counts[most]} "
        f"students, is at {most} points.",
    )


def _bars(found: Sequence[tuple[tuple[str, str], int]]) -> str:
    names = [f"{exercise}: {mistake}" for (exercise, mistake), _ in found]
    counts = [n for _, n in found]

    def draw(axes: Axes) -> None:
        places = range(len(counts))
        axes.barh(places, counts, height=0.4, color=COLOURS[1])
        for place, name, count in zip(places, names, counts, strict=True):
            axes.text(0, place - 0.33, name, size=11)  # above its bar
            axes.text(count + max(counts) / 60, place, str(count), va="center", size=11)
        axes.invert_yaxis()
        axes.set_axis_off()

    return _figure(
        draw,
        0.3 + 0.52 * len(counts),
        "The commonest of the known mistakes, and how many students made them.",
        "A bar for each mistake. The longest: "
        + "; ".join(f"{name}, {n}" for name, n in zip(names[:3], counts, strict=False)),
    )


def _figure(
    draw: Callable[[Axes], None], height: float, caption: str, says: str
) -> str:
    """Draw one picture in the book's look, to stand in a page."""
    settings = {**STYLE, "svg.fonttype": "none", "svg.hashsalt": "nnbook"}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].replace(
        "<svg", f'<svg role="img" aria-label="{escaped(says)}"', 1
    )
    below = f"<figcaption>{escaped(caption)}</figcaption>"
    return f"<figure>{follow_colours(svg)}{below}</figure>"
