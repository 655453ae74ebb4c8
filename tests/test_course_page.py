"""What the instructors' page says is so: its tables, commands and examples."""

import json
import re
import shlex
from pathlib import Path

import pytest

from nnbook.__main__ import main
from nnbook.cli import _parser
from nnbook.course.checking import examine, told
from nnbook.course.lists import NAMES, assignments, find_exercise
from nnbook.course.release import read_notebook

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "book" / "teaching" / "course.md").read_text(encoding="utf-8")
GOAL = re.compile(r"^- `(\w+)` \(chapter (\d), about (\d+) minutes\): ", re.MULTILINE)
WEEK = re.compile(r"^\| [\d, ]+ \| (\d+) \| ([^|]*) \|$", re.MULTILINE)


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def commands():
    lines = "".join(blocks("console")).replace("\\\n", "").splitlines()
    return [line.removeprefix("$ python -m nnbook ") for line in lines]


def test_the_goals_name_each_assignment_with_its_chapter_and_minutes():
    said = GOAL.findall(PAGE)
    assert [name for name, *_ in said] == list(NAMES)
    for name, chapter, minutes in said:
        opening = "".join(
            read_notebook(ROOT / "book" / "assignments" / f"{name}.ipynb")["cells"][0][
                "source"
            ]
        )
        assert f"about {minutes} minutes" in opening
        assert f"goes with chapter {chapter}" in opening


def test_the_term_plan_hands_each_assignment_out_once_with_its_chapter():
    chapter_of = {name: chapter for name, chapter, *_ in GOAL.findall(PAGE)}
    weeks = WEEK.findall(PAGE)
    handed_out = [cell.strip(" `") for _, cell in weeks if cell.strip()]
    assert handed_out == list(NAMES)
    for read, cell in weeks:
        if cell.strip():
            assert read == chapter_of[cell.strip(" `")]


def test_the_points_are_as_many_as_it_says():
    assert {a.points for a in assignments()} == {20}
    assert {sum(w.points for w in a.written) for a in assignments()} == {3, 4}
    assert "is worth 20 points, three or four of them for questions" in PAGE


@pytest.mark.parametrize("line", commands())
def test_each_command_is_understood(line):
    words = shlex.split(line)
    assert words[0] in ("release", "grade")
    _parser().parse_args(words)  # raises for what it does not know


def test_each_option_that_is_named_exists():
    declared = set()
    for action in _parser()._actions:
        for parser in (getattr(action, "choices", None) or {}).values():
            declared |= set(parser._option_string_actions)
    named = set(re.findall(r"(?<=[`\s])--[a-z-]*[a-z]", PAGE))
    assert named - declared == set()


def test_what_the_check_answers_is_what_it_shows():
    exercise = find_exercise("output_delta")
    wrong = next(m.wrong for m in exercise.mistakes if m.name == "no 1/N")
    (shown,) = blocks("text")
    assert told(exercise, examine(exercise, wrong)) == shown.rstrip("\n")


def test_the_assignment_of_ones_own_is_released_as_told(tmp_path, capsys):
    listed, first, solution, check = blocks("python")[1:]

    def cell(kind, source, **mark):
        made = {"cell_type": kind, "id": f"c{len(source)}", "source": source}
        made["metadata"] = {"nbgrader": mark} if mark else {}
        return made | ({"outputs": [], "execution_count": 1} if kind == "code" else {})

    checked = {"grade_id": "check_lengths", "grade": True, "points": 4}
    why = {"grade_id": "why", "grade": True, "solution": True, "points": 2}
    cells = [
        cell("code", first),
        cell("code", solution, grade_id="lengths", solution=True),
        cell("code", check, **checked),
        cell("markdown", "Since the petals are counted twice.", **why),
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "flowers.py").write_text(listed, encoding="utf-8")
    (mine / "flowers.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (line,) = (line for line in commands() if line.startswith("release mine/flowers"))
    words = shlex.split(line.replace("mine/", f"{mine}/"))
    assert main([*words, "--out", str(tmp_path / "release")]) == 0
    assert "6 points" in capsys.readouterr().out
    student = (tmp_path / "release" / "students" / "flowers.ipynb").read_text()
    assert "flowers.py" not in student
    assert "X**2" not in student


def test_an_assignment_is_changed_as_told(tmp_path, monkeypatch, capsys):
    (copying,) = (block for block in blocks("sh") if "cp book" in block)
    for line in copying.splitlines():
        command, *paths = shlex.split(line)
        if command == "cp":
            (tmp_path / paths[1]).write_bytes((ROOT / paths[0]).read_bytes())
        else:
            assert command == "mkdir"
            (tmp_path / paths[0]).mkdir()
    monkeypatch.chdir(tmp_path)
    notebook, listed = Path("mine/my_softmax.ipynb"), Path("mine/my_softmax.py")
    (release,) = (x for x in commands() if x.startswith("release mine/my_softmax"))

    def changed(path, old, new):
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")

    changed(listed, 'name="softmax",\n    title', 'name="my_softmax",\n    title')
    assert main(shlex.split(release)) == 1
    assert "import checks in its place" in capsys.readouterr().out
    line = "from nnbook.course import check"
    assert f"in place of `{line}`" in PAGE
    changed(notebook, json.dumps(line), json.dumps(blocks("python")[0].rstrip()))
    assert main(shlex.split(release)) == 0
    changed(listed, '    "(N, n_classes).",\n    points=2', "'',\n    points=3")
    assert main(shlex.split(release)) == 1
    said = capsys.readouterr().out
    for part in (
        "check_one_hot is worth 2 points, in the list 3",
        "the text gives 2 points to one_hot",
        "the text promises 20 points in all, the list 21",
    ):
        assert part in said
    student = Path("release/students/my_softmax.ipynb").read_text(encoding="utf-8")
    assert "from nnbook.course import checks" in student
    assert "my_softmax.py" not in student


@pytest.mark.parametrize("assignment", assignments(), ids=lambda a: a.name)
def test_list_and_notebook_have_one_order(assignment):
    path = ROOT / "book" / "assignments" / f"{assignment.name}.ipynb"
    marks = [
        cell["metadata"].get("nbgrader", {}) for cell in read_notebook(path)["cells"]
    ]
    asked = [mark["grade_id"] for mark in marks if mark.get("solution")]
    for parts in (assignment.exercises, assignment.written):
        names = [part.name for part in parts]
        assert [name for name in asked if name in names] == names
