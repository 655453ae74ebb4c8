"""What goes into grading and what comes out: archives, rosters, pages, exports."""

from __future__ import annotations

import csv
import dataclasses
import errno
import io
import itertools
import json
import os
import re
import time
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from grade_cases import made

from nnbook.cli.grading import _moment, _seen_in
from nnbook.cli.refused import Refused
from nnbook.course import (
    batch,
    exports,
    feedback,
    gradebook,
    grading,
    plain,
    seccomp,
    tables,
)
from nnbook.course import report as class_report
from nnbook.course.calls import Outcome
from nnbook.course.causes import Cause, Causes, names_in
from nnbook.course.cells import NO_ANSWERS, definitions, runnable
from nnbook.course.compare import shown
from nnbook.course.earlier import with_earlier
from nnbook.course.files import alone
from nnbook.course.finding import find
from nnbook.course.handmarks import (
    add_to_marks,
    by_student,
    empty_marks,
    read_hand_marks,
)
from nnbook.course.lists import find_assignment
from nnbook.course.model import Named, Seed
from nnbook.course.names import whose
from nnbook.course.reading import copy_to, whole
from nnbook.course.roster import read_roster, with_roster
from nnbook.course.submissions import Submission, chosen
from nnbook.course.unusable import UnusableError

ASSIGNMENT = find_assignment("weighted_sums")
NOTEBOOK = made()


def archive(path: Path, entries: dict[str, bytes], when=(2026, 3, 1, 12, 0, 0)) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in entries.items():
            file.writestr(zipfile.ZipInfo(name, when), data)
    return path


def read(submission: Submission) -> bytes:
    data = io.BytesIO()
    assert copy_to(submission, data) == ""
    return data.getvalue()


# ---- who handed in what -----------------------------------------------------


def test_a_folder_of_notebooks_folders_and_archives(tmp_path):
    (tmp_path / "ada.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "weighted_sums.ipynb").write_bytes(NOTEBOOK)
    (tmp_path / "bob" / "notes.ipynb").write_bytes(b"{}")
    (tmp_path / "bob" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "bob" / ".ipynb_checkpoints" / "weighted_sums.ipynb").write_bytes(b"?")
    archive(tmp_path / "cyd.zip", {"work/weighted_sums.ipynb": NOTEBOOK})
    (tmp_path / "dan").mkdir()
    (tmp_path / "dan" / "report.pdf").write_bytes(b"%PDF")
    (tmp_path / "eve").mkdir()
    found = chosen(find(tmp_path), "weighted_sums")
    assert [each.student for each in found] == ["ada", "bob", "cyd", "dan", "eve"]
    assert [bool(each.problem) for each in found] == [False] * 3 + [True] * 2
    assert "report.pdf" in found[3].problem
    assert {read(each) for each in found[:3]} == {NOTEBOOK}


def test_one_notebook_alone(tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(NOTEBOOK)
    (found,) = find(path)
    assert (found.student, read(found)) == ("ada", NOTEBOOK)
    with pytest.raises(UnusableError, match="does not exist"):
        find(tmp_path / "bob.ipynb")


def test_moodles_archive(tmp_path):
    path = archive(
        tmp_path / "moodle.zip",
        {
            "Ada Lo_101_assignsubmission_file_/weighted_sums.ipynb": NOTEBOOK,
            "Bo_b_102_assignsubmission_file_weighted_sums.ipynb": NOTEBOOK,
        },
    )
    found = chosen(find(path), "weighted_sums")
    assert [(s.student, s.name) for s in found] == [("101", "Ada Lo"), ("102", "Bo_b")]
    assert read(found[0]) == NOTEBOOK


def test_canvas_archive(tmp_path):
    names = [
        "loada_11_900_weighted_sums.ipynb",
        "loada_11_901_weighted_sums-1.ipynb",
        "loada_11_901_weighted_sums-10.ipynb",
        "loada_11_901_weighted_sums-9.ipynb",
        "manbob_LATE_12_902_weighted_sums.ipynb",
    ]
    path = archive(tmp_path / "canvas.zip", {n: n.encode() for n in names})
    ada, bob = chosen(find(path), "weighted_sums", datetime(2020, 1, 1))
    assert (ada.student, ada.late, read(ada)) == ("11", False, names[2].encode())
    assert (bob.student, bob.late) == ("12", True)


def test_gradescopes_export(tmp_path):
    about = (
        "submission_7:\n  :submitters:\n  - :name: Ada Lo\n    :sid: '101'\n"
        "    :email: ada@example.org\n  :created_at: 2026-02-01 10:00:00\n"
    )
    path = archive(
        tmp_path / "gradescope.zip",
        {
            "assignment_5_export/submission_metadata.yml": about.encode(),
            "assignment_5_export/submission_7/weighted_sums.ipynb": NOTEBOOK,
            "assignment_5_export/submission_8/weighted_sums.ipynb": NOTEBOOK,
        },
    )
    ada, other = chosen(find(path), "weighted_sums")
    assert (ada.student, ada.name) == ("101", "Ada Lo")
    assert ada.when == datetime(2026, 2, 1, 10)
    assert other.student == "submission_8"


def test_a_students_file_says_nothing_about_who_is_who(tmp_path):
    says = (
        b"submission_2:\n  :submitters:\n  - :sid: '1'\n"
        b"Bo_2_assignsubmission_file_:\n  :submitters:\n  - :sid: '1'\n"
    )
    moodle = {
        "Ada_1_assignsubmission_file_/submission_metadata.yml": says,
        "Ada_1_assignsubmission_file_/w.ipynb": NOTEBOOK,
        "Bo_2_assignsubmission_file_/w.ipynb": NOTEBOOK,
    }
    gradescope = {
        "export/submission_1/submission_metadata.yml": says,
        "export/submission_1/w.ipynb": NOTEBOOK,
        "export/submission_2/w.ipynb": NOTEBOOK,
    }
    found = find(archive(tmp_path / "m.zip", moodle))
    assert [each.student for each in found] == ["1", "2"]
    found = find(archive(tmp_path / "g.zip", gradescope))
    assert [each.student for each in found] == ["submission_1", "submission_2"]


@pytest.mark.parametrize(
    "says", ["- 1", "submission_1: 3", "submission_1:\n  :submitters: 5", "3", ""]
)
def test_a_file_of_names_in_another_form_names_nobody(tmp_path, says):
    files = {"e/submission_metadata.yml": says.encode()}
    files |= {f"e/submission_{n}/w.ipynb": NOTEBOOK for n in (1, 2)}
    found = find(archive(tmp_path / "g.zip", files))
    assert [each.student for each in found] == ["submission_1", "submission_2"]


def test_an_archive_cannot_climb_out(tmp_path):
    inside = tmp_path / "in"
    inside.mkdir()
    names = ["../../evil.ipynb", "/etc/passwd.ipynb", "..\\x\\y.ipynb", "C:/z.ipynb"]
    path = archive(inside / "all.zip", dict.fromkeys(names, NOTEBOOK))
    before = sorted(tmp_path.rglob("*"))
    students = [s.student for s in chosen(find(path), "weighted_sums")]
    assert students == ["etc", "evil", "x", "z"]
    own = archive(inside / "ada.zip", {"../../evil.ipynb": NOTEBOOK})
    path.unlink()
    (found,) = find(inside)
    assert (found.student, read(found)) == ("ada", NOTEBOOK)
    assert sorted(tmp_path.rglob("*")) == [
        p for p in sorted([*before, own]) if p != path
    ]


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(NOTEBOOK)
    place = tmp_path / "in"
    (place / "bob").mkdir(parents=True)
    (place / "ada.ipynb").symlink_to(secret)
    (place / "bob" / "w.ipynb").symlink_to(secret)
    (place / "cyd").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(place / "dan.ipynb")
    problems = [copy_to(each, io.BytesIO()) for each in chosen(find(place), "w")]
    assert len(problems) == 4
    assert all("link" in problem or "no notebook" in problem for problem in problems)


def test_bad_and_swollen_archives(tmp_path, monkeypatch):
    (tmp_path / "ada.zip").write_bytes(b"PK\x03\x04 no archive")
    good = archive(tmp_path / "bob.zip", {"w.ipynb": NOTEBOOK}).read_bytes()
    (tmp_path / "bob.zip").write_bytes(good.replace(b"cell_type", b"CELL_TYPE"))
    with zipfile.ZipFile(tmp_path / "cyd.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("w.ipynb", bytes(3_000_000))
    monkeypatch.setattr("nnbook.course.reading.MOST_BYTES", 2_000_000)
    problems = [copy_to(each, io.BytesIO()) for each in chosen(find(tmp_path), "w")]
    assert "cannot be read" in problems[0]
    assert "BadZipFile" in problems[1]
    assert "larger than" in problems[2]


def test_an_archive_in_an_archive_is_told_its_own_bound(monkeypatch):
    monkeypatch.setattr("nnbook.course.reading.MOST_NESTED", 2**20)
    with pytest.raises(UnusableError, match="larger than 1 MB"):
        whole(io.BytesIO(bytes(2**20 + 1)))


def test_a_full_disk_is_not_the_students_fault(tmp_path):
    class Full:
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "w.ipynb").write_bytes(NOTEBOOK)
    (submission,) = find(tmp_path)
    with pytest.raises(OSError, match="No space left"):
        copy_to(submission, Full())


def test_the_latest_before_the_deadline_counts(tmp_path):
    (tmp_path / "ada").mkdir()
    for n, day in enumerate((1, 3, 2)):
        path = tmp_path / "ada" / f"{n}.ipynb"
        path.write_bytes(NOTEBOOK)
        moment = datetime(2026, 3, day).timestamp()
        os.utime(path, (moment, moment))

    def which(*deadline):
        (found,) = chosen(find(tmp_path), "weighted_sums", *deadline)
        return found.label, found.late

    assert which() == ("1.ipynb", False)
    assert which(datetime(2026, 3, 2, 12)) == ("2.ipynb", False)
    assert which(datetime(2026, 2, 1)) == ("1.ipynb", True)


def test_the_times_in_a_students_own_archive_do_not_make_it_early_or_late(tmp_path):
    inner = {}
    for day in (1, 9):
        path = archive(
            tmp_path / "inner.zip", {"w.ipynb": NOTEBOOK}, (2026, 3, day, 1, 1, 1)
        )
        inner[day] = path.read_bytes()
    place = tmp_path / "all.zip"
    with zipfile.ZipFile(place, "w") as file:
        for student, came, says in (("Ada_1", 2, 9), ("Bo_2", 8, 1)):
            name = f"{student}_assignsubmission_file/w.zip"
            file.writestr(zipfile.ZipInfo(name, (2026, 3, came, 1, 1, 1)), inner[says])
    found = chosen(find(place), "weighted_sums", datetime(2026, 3, 5))
    assert [(each.student, each.late) for each in found] == [("1", False), ("2", True)]


@pytest.fixture
def berlin(monkeypatch):
    """Have the clocks go back at 3 on 25 October 2026: 2:00 to 2:59 comes twice."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def handed_in_at(folder, name, hour_utc, minute):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(NOTEBOOK)
    moment = datetime(2026, 10, 25, hour_utc, minute, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


@pytest.mark.parametrize(
    ("deadline", "late"),
    [
        ("2026-10-25 02:30", [False, False, True]),
        ("2026-10-25 02:30+02:00", [False, True, True]),
        ("2026-10-25T01:30Z", [False, False, True]),
        ("2026-10-24", [True, True, True]),
        ("2026-10-25", [False, False, False]),
        ("2026-10-25 02:20", [False, False, True]),  # to the end of the minute
        ("2026-10-25 02:20:59", [False, False, True]),
    ],
)
def test_a_deadline_in_the_night_in_which_clocks_go_back(
    tmp_path, berlin, deadline, late
):
    for name, hour, minute in (("a", 0, 10), ("b", 1, 20), ("c", 1, 40)):
        handed_in_at(tmp_path, f"{name}.ipynb", hour, minute)
    found = chosen(find(tmp_path), "w", _moment(deadline))
    assert [each.late for each in found] == late


def test_the_later_of_two_counts_when_clocks_go_back(tmp_path, berlin):
    handed_in_at(tmp_path, "ada/first.ipynb", 0, 50)  # 2:50
    handed_in_at(tmp_path, "ada/later.ipynb", 1, 10)  # 2:10, for the second time
    (found,) = chosen(find(tmp_path), "w")
    assert found.label == "later.ipynb"


def test_what_nbgrader_collected_has_nbgraders_times(tmp_path, berlin):
    """The notebook's own time is the student's, who can set it to anything."""
    (tmp_path / "nbgrader_config.py").touch()
    place = tmp_path / "submitted"
    for student, name, came in [
        ("ada", "w", "2026-10-25 01:10:00.5 UTC"),
        ("bo", "w", "2026-10-25 03:10:00 UTC\n"),
        ("bo", "v", "2026-10-25 00:10:00 UTC"),
        ("cyd", "v", "2026-10-25 00:10:00 UTC"),
        ("dan", "w", "yesterday"),
    ]:
        folder = place / student / name
        folder.mkdir(parents=True)
        handed_in_at(folder, f"{name}.ipynb", 0, 1)
        (folder / "timestamp.txt").write_text(came)
    found = chosen(find(place), "w", _moment("2026-10-25 03:30"))
    assert [(s.student, s.label, s.late) for s in found] == [
        ("ada", "w.ipynb", False),
        ("bo", "w.ipynb", True),
        ("dan", "w.ipynb", False),
    ]
    with pytest.raises(Refused, match="several assignments here; say which"):
        _seen_in(find(place))
    # Elsewhere such a file is the student's own, and says nothing.
    (tmp_path / "nbgrader_config.py").unlink()
    found = chosen(find(place), "w", _moment("2026-10-25 03:30"))
    assert not any(each.late for each in found)


def test_of_an_archive_with_several_notebooks_the_latest_counts(tmp_path):
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as file:
        for name, day in (("a", 2), ("b", 3), ("c", 1)):
            entry = zipfile.ZipInfo(f"{name}.ipynb", (2026, 3, day, 1, 1, 1))
            file.writestr(entry, NOTEBOOK)
    (found,) = chosen(find(tmp_path), "weighted_sums")
    assert found.label == "b.ipynb"


# ---- the gradebook ----------------------------------------------------------


def a_grade(lost=(), reason="", **texts):
    marks = tuple(
        grading.Mark(e.name, e.points, 0, **texts)
        if e.name in lost
        else grading.Mark(e.name, e.points, e.points)
        for e in ASSIGNMENT.exercises
    )
    answers = {w.name: "because <b> & so on" for w in ASSIGNMENT.written}
    return grading.Grade(marks, grading.REVIEW if reason else "ok", reason, answers)


def rows_for(tmp_path, roster="", marks="", students=("11", "12"), grade=None):
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8-sig")
    (tmp_path / "marks.csv").write_text(marks)
    enrolled = read_roster(tmp_path / "roster.csv") if roster else None
    whose = with_roster([Submission(s) for s in students], enrolled)
    typed = read_hand_marks(tmp_path / "marks.csv", ASSIGNMENT) if marks else {}
    by_hand = by_student(typed, whose, enrolled)
    graded = [(s, e, grade or a_grade()) for s, e in whose]
    return gradebook.rows(ASSIGNMENT, graded, enrolled, by_hand), enrolled


def test_the_roster_names_who_handed_in_nothing(tmp_path):
    rows, _ = rows_for(tmp_path, "student,name\n11,Ada Lo\n13,Cyd\n")
    found = {row.student: (row.missing, row.grade.status, row.total) for row in rows}
    assert found == {
        "11": (False, "ok", 16),
        "12": (False, "REVIEW", 16),
        "13": (True, "ok", 0),
    }
    assert rows[1].grade.reason == "not on the roster"


def test_hand_marks_are_added(tmp_path):
    rows, _ = rows_for(
        tmp_path, marks="student,name,written_bias,written_line\n11,,1.5,\n12,,0,2\n"
    )
    assert [row.total for row in rows] == [17.5, 18]
    gradebook.write_csv(tmp_path / "g.csv", ASSIGNMENT, rows)
    lines = list(csv.DictReader(io.StringIO((tmp_path / "g.csv").read_text())))
    assert [line["written_bias"] for line in lines] == ["1.5", "0"]
    assert [line["written_line"] for line in lines] == ["", "2"]


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ("student,written_bias\n11,3\n", "line 2: written_bias must be from 0 to 2"),
        ("student,written_bias\n11,much\n", "got 'much'"),
        ("student,written_bais\n11,1\n", "columns student, written_bias, written_line"),
        ("who,written_bias\n11,1\n", "columns student"),
        ("student,written_bias\n99,1\n", "1 of its students"),
    ],
)
def test_hand_marks_that_cannot_be_meant_are_refused(tmp_path, marks, says):
    with pytest.raises(UnusableError, match=says):
        rows_for(tmp_path, marks=marks)


def test_a_comma_that_parts_a_mark_in_two_is_seen(tmp_path):
    with pytest.raises(UnusableError, match="row 2 has more cells"):
        rows_for(tmp_path, marks="student,written_bias,written_line\n11,1,5,2\n")
    marks = 'student,written_bias,written_line\n11,"1,5",2,\n'
    rows, _ = rows_for(tmp_path, marks=marks)
    assert rows[0].total == 19.5


def test_two_marks_for_one_question_are_refused(tmp_path):
    marks = "student,written_bias,written_line\n11,1,\n11,1,2\n"
    assert rows_for(tmp_path, marks=marks)[0][0].total == 19
    with pytest.raises(UnusableError, match="line 4: this student has another mark"):
        rows_for(tmp_path, marks=f"{marks}11,2,\n")


def test_zeros_that_a_spreadsheet_took_away_are_no_matter(tmp_path):
    students = ["007", "010", "7b"]
    rows, _ = rows_for(
        tmp_path,
        "student,name\n7,Bond\n10,Ten\n",
        "student,written_bias\n7,1\n10,2\n7b,0\n",
        students,
    )
    assert {r.student: (r.name, r.total) for r in rows} == {
        "7": ("Bond", 17),
        "10": ("Ten", 18),
        "7b": ("", 16),
    }
    marks = "student,written_bias\n7,1\n10,2\n"
    rows, _ = rows_for(tmp_path, marks=marks, students=students)
    assert [(r.student, r.total) for r in rows] == [
        ("007", 17),
        ("010", 18),
        ("7b", 16),
    ]
    # Where two could be meant, none is.
    rows, _ = rows_for(tmp_path, marks=marks, students=["7", "07", "10"])
    assert [(r.student, r.total) for r in rows] == [("07", 16), ("10", 18), ("7", 17)]
    with pytest.raises(UnusableError, match="1 of its students"):
        rows_for(tmp_path, marks=marks, students=["007", "07", "10"])


def test_a_worksheet_in_another_language_is_no_roster(tmp_path):
    german = "ID;Vollständiger Name;E-Mail-Adresse\nTeilnehmer/in11;Ada Lo;a@x\n"
    with pytest.raises(UnusableError, match="in English"):
        rows_for(tmp_path, german)


def test_a_student_who_is_on_the_roster_twice_is_one(tmp_path):
    rows, _ = rows_for(tmp_path, "student,name\n11,Ada\n12,Bo\n11,Ada\n")
    assert [(r.student, r.grade.status) for r in rows] == [("11", "ok"), ("12", "ok")]


def test_a_namesake_takes_nobodys_place(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("student,name\n11,Zoë Lo\n12,Bo\n", encoding="utf-8")
    roster = read_roster(path)
    came = [
        Submission("99", "Zoe\u0308 Lo", when=datetime(2026, 3, 3)),  # in two letters
        Submission("11", "Zoë Lo", when=datetime(2026, 3, 1)),
        Submission("a", "bo", when=datetime(2026, 3, 1)),
        Submission("b", "BO", when=datetime(2026, 3, 2)),
    ]
    whose = with_roster(came, roster)
    assert [e and e.student for _, e in whose] == [None, "11", None, "12"]
    rows = gradebook.rows(ASSIGNMENT, [(s, e, a_grade()) for s, e in whose], roster, {})
    assert [row.student for row in rows] == ["11", "12", "99", "a"]
    assert "another submission of the roster" in rows[2].grade.reason


# ---- the file for hand marks ------------------------------------------------

NEW = "zoë;9"  # a semicolon, so that it must be quoted where that parts the cells


def marks_after(tmp_path, data, students=("11", "12", NEW), **more):
    path = tmp_path / "g-marks.csv"
    path.write_bytes(data)
    rows, _ = rows_for(tmp_path, students=students, **more)
    left = add_to_marks(path, ASSIGNMENT, rows)
    again = path.read_bytes()
    assert add_to_marks(path, ASSIGNMENT, rows) == left
    assert path.read_bytes() == again  # nothing is added twice
    return again, left


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end"])
def test_who_comes_later_gets_a_line_and_nothing_typed_is_lost(
    tmp_path, encoding, between, end, last
):
    lines = [
        ["who marks", "student", "written_line", "name", "written_bias", ""],
        ["Müller", "12", "1,5", ' Bo  "x" ', "", ""],
        ["", "", "", "", "", ""],
        ["", "11", "", "", "0.50", ""],
    ]
    text = tables.csv_text(lines, between, end)
    text = text if last else text.removesuffix(end)
    old = text.encode(encoding)
    data, left = marks_after(tmp_path, old)
    assert left == ""
    assert data.startswith(old)
    added = data.decode(encoding)[len(text) :].strip("\r\n")
    (cells,) = csv.reader([added], delimiter=between)
    assert cells == ["", NEW, "", "", "", ""]
    assert data.decode(encoding).endswith(added + end)


def test_a_name_that_windows_letters_lack_is_kept(tmp_path):
    old = "student;name;written_bias\r\n11;Müller;1,5\r\n"
    data, left = marks_after(tmp_path, old.encode("cp1252"), ("11", "Łucja"))
    assert left == ""
    assert data.decode("utf-8-sig") == old + "Łucja;;\r\n"


@pytest.mark.parametrize(
    ("between", "encoding", "then"),
    [
        (";", "cp1252", "utf-8-sig"),
        (";", "utf-8-sig", "utf-8-sig"),
        ("\t", "utf-16", "utf-8-sig"),
        (",", "utf-8", "utf-8"),
    ],
)
def test_hand_marks_are_for_the_spreadsheet_that_wrote_the_roster(
    tmp_path, between, encoding, then
):
    path = tmp_path / "roster.csv"
    text = "student,name\r\n11,Zoë\r\n".replace(",", between)
    path.write_bytes(text.encode(encoding))
    roster = read_roster(path)
    whose = with_roster([Submission("11")], roster)
    marks = {"11": {"written_bias": 1.5}}
    graded = [(s, e, a_grade()) for s, e in whose]
    rows = gradebook.rows(ASSIGNMENT, graded, roster, marks)
    made_of = tmp_path / "g-marks.csv"
    assert add_to_marks(made_of, ASSIGNMENT, rows, roster) == ""
    half = "1.5" if between == "," else "1,5"
    lines = [["student", "name", "written_bias", "written_line"]]
    expected = tables.csv_text([*lines, ["11", "Zoë", half, ""]], between)
    assert made_of.read_bytes() == expected.encode(then)
    assert read_hand_marks(made_of, ASSIGNMENT)["11"].marks == marks["11"]


def test_a_name_that_no_file_can_hold_is_one_name_everywhere(tmp_path):
    strange = "a\x07\u202e\ud800  b"
    place = tmp_path / "in"
    place.mkdir()
    (place / f"{strange}.ipynb".replace("\ud800", "")).write_bytes(NOTEBOOK)
    (found,) = find(place)
    rows, _ = rows_for(tmp_path, students=[found.student])
    path = tmp_path / "g-marks.csv"
    for _ in range(2):
        assert add_to_marks(path, ASSIGNMENT, rows) == ""
        assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    marks = path.read_text(encoding="utf-8").replace(",,,", ",,1,2")
    rows, _ = rows_for(tmp_path, marks=marks, students=[found.student])
    assert rows[0].total == 19


def test_zeros_that_are_gone_bring_no_second_line(tmp_path):
    old = b"student,written_bias\r\n7,1\r\n"
    assert marks_after(tmp_path, old, ("007",))[0] == old
    assert marks_after(tmp_path, old, ("007", "07"))[0] == old + b"007,\r\n07,\r\n"


def test_a_new_line_brings_the_marks_that_are_known(tmp_path):
    marks = "student,written_bias\n12,1.5\n"
    old = b"student;written_bias\n11;1\n"
    assert marks_after(tmp_path, old, ("11", "12"), marks=marks)[0] == old + b"12;1,5\n"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"who,mark\n11,1\n", "names no column student"),
        (b"student,name,written_sure\n11,,1\n", "another assignment's"),
        (b'student,written_bias,note\n11,1,"never closed\n', "quotation mark"),
        (b"\xff\xfes\x00t\x00u\x00\x00\xd8,\x00", "some letters of"),
        (b"student,name,written_bias\n11,,1,5\n", "more cells"),
    ],
)
def test_a_file_of_marks_that_cannot_be_read_stays_as_it_is(tmp_path, data, says):
    found, left = marks_after(tmp_path, data)
    assert found == data
    assert re.search(says, left)


def test_a_spreadsheet_may_say_first_what_parts_the_cells(tmp_path):
    data = b"sep=;\r\nstudent;written_bias\r\n11;1,5\r\n"
    assert marks_after(tmp_path, data, ("11", "12"))[0] == data + b"12;\r\n"
    path = tmp_path / "g-marks.csv"
    marks = read_hand_marks(path, ASSIGNMENT)
    assert marks["11"].marks == {"written_bias": 1.5}


def test_canvas_takes_the_marks(tmp_path):
    gradebook_of_canvas = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Weighted sums (77),Total\n"
        "    Points Possible,,,,,20,\n"
        '"Lo, Ada",11,s11,ada@x,A,,\n"Man, Bob",14,s14,bob@x,A,,\n'
    )
    rows, roster = rows_for(tmp_path, gradebook_of_canvas, students=["s11"])
    text = exports.canvas(ASSIGNMENT, rows, roster)
    assert list(csv.reader(io.StringIO(text))) == [
        gradebook_of_canvas.splitlines()[0].split(",")[:-1],
        ["    Points Possible", "", "", "", "", "20"],
        ["Lo, Ada", "11", "s11", "ada@x", "A", "16"],
        ["Man, Bob", "14", "s14", "bob@x", "A", ""],
    ]


def test_moodle_takes_the_marks(tmp_path):
    worksheet = (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,"
        "Feedback comments\nParticipant 11,Ada Lo,a@x,Submitted,,20.00,\n"
        "Participant 13,Bob,b@x,No submission,,20.00,\n"
    )
    grade = a_grade(("border",), hint="Turn the sign.", mistake="sign")
    rows, roster = rows_for(tmp_path, worksheet, students=["11"], grade=grade)
    ada, bob = csv.DictReader(io.StringIO(exports.moodle(ASSIGNMENT, rows, roster)))
    assert (ada["Identifier"], ada["Grade"]) == ("Participant 11", "13")
    assert ada["Feedback comments"] == "border: Turn the sign."
    assert (bob["Identifier"], bob["Grade"]) == ("Participant 13", "")


def test_a_spreadsheet_finds_no_formula(tmp_path):
    students = ["=cmd|'/c calc'!A1", "@x", "-1", "\uff1d1", "x;=1", "\x00\u202e=1"]
    rows, _ = rows_for(tmp_path, students=students, grade=a_grade(reason="a;=1;+1"))
    gradebook.write_csv(tmp_path / "g.csv", ASSIGNMENT, rows)
    texts = [(tmp_path / "g.csv").read_text(), empty_marks(ASSIGNMENT, rows)]
    texts += [export(ASSIGNMENT, rows, None) for export in exports.EXPORTS.values()]
    for text, between in itertools.product(texts, ",;\t"):
        for line in csv.reader(io.StringIO(text), delimiter=between):
            assert not [cell for cell in line if cell[:1] in tuple("=@-+\uff1d")]
        assert "\u202e" not in text


def test_an_empty_place_of_a_platforms_file_stays_as_it_is():
    assert tables.safe_cell("-") == "-"


def test_hand_marks_find_a_student_whose_name_looks_like_a_formula(tmp_path):
    students = ["=a", "'b", "-1"]
    rows, _ = rows_for(tmp_path, students=students)
    lines = list(csv.reader(io.StringIO(empty_marks(ASSIGNMENT, rows))))
    filled = tables.csv_text([lines[0], *([*line[:2], "1", "2"] for line in lines[1:])])
    rows, _ = rows_for(tmp_path, marks=filled, students=students)
    assert [row.total for row in rows] == [19, 19, 19]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_tables_are_read_as_spreadsheets_save_them(tmp_path, encoding, between):
    lines = ["student,name,written_bias,written_line", "Zoë,Zoë Ö,1,2"]
    path = tmp_path / "t.csv"
    path.write_text("\r\n".join(lines).replace(",", between), encoding=encoding)
    marks = read_hand_marks(path, ASSIGNMENT)
    assert marks["Zoë"].marks == {"written_bias": 1, "written_line": 2}
    (student,) = read_roster(path).students
    assert (student.student, student.name) == ("Zoë", "Zoë Ö")


LATER = "student,name,written_bias,written_line"


@pytest.mark.parametrize(
    ("marks", "total"),
    [
        (f"{LATER},\n11,,1,2,\n", 19),  # an empty column, as a spreadsheet leaves it
        (f"who marks,{LATER}\nZoe,11,,1,2\n", 19),
        ("\u00a0student ,written_bias\n11\u00a0,1\u00a0\n", 17),
        (f"{LATER}\r11,'Ada\nLo',1,2\r".replace("'", '"'), 19),
        (f"{LATER}\r11,'Ada\nLo','1,5',2\r".replace("'", '"'), 19.5),
    ],
    ids=["empty column", "own column", "hard spaces", "old Mac", "old Mac, commas"],
)
def test_hand_marks_are_read_as_spreadsheets_leave_them(tmp_path, marks, total):
    rows, _ = rows_for(tmp_path, marks=marks)
    assert [row.total for row in rows] == [total, 16]


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ("sep=,\nstudent,written_bias\n\n11,9\n", "line 4: written_bias must be"),
        (
            "student,written_bias,written_bias\n11,1,2\n",
            "one column written_bias, got",
        ),
        ("student,name,written_bias\n11,,1\n,mean,1\n", "line 3 has a mark, but no"),
        (
            "student,written_bias,written_lien\n11,1,2\n",
            "got student, written_bias,",
        ),
        ("student,written_bias\n11,1\n99,\n13,1\n", r"roster \(line 4\); compare"),
        ("student,written_bias\n98,1\n99,1\n", r"roster \(line 2 the first\); comp"),
    ],
    ids=["line", "twice", "mean", "misspelt", "gone", "two gone"],
)
def test_a_mark_that_could_be_lost_is_refused_with_its_line(tmp_path, marks, says):
    with pytest.raises(UnusableError, match=says):
        rows_for(tmp_path, marks=marks)


def test_marks_typed_before_there_was_a_roster_stay_the_students(tmp_path):
    """One line bears the name of the file handed in, one the roster's id."""
    roster = "student,name,email\n11,Ada,ada@x\n"
    again = {"roster": roster, "students": ["ada@x"]}
    marks = f"{LATER}\nada@x,,1.5,\n"
    rows, _ = rows_for(tmp_path, marks=marks, **again)
    assert [(row.student, row.total) for row in rows] == [("11", 17.5)]
    path = tmp_path / "g-marks.csv"
    path.write_text(marks)
    assert add_to_marks(path, ASSIGNMENT, rows) == ""
    assert path.read_text() == marks
    rows, _ = rows_for(tmp_path, marks=f"{marks}11,,,2\n", **again)
    assert rows[0].total == 19.5
    with pytest.raises(UnusableError, match="line 3: this student has another mark"):
        rows_for(tmp_path, marks=f"{marks}11,,1,2\n", **again)


def test_a_student_whose_name_is_anothers_but_for_case_has_marks_of_their_own(tmp_path):
    marks = f"{LATER}\nAda,,1,2\n"
    rows, _ = rows_for(tmp_path, marks=marks, students=["Ada", "ada"])
    assert [row.total for row in rows] == [19, 16]
    path = tmp_path / "g-marks.csv"
    path.write_text(marks)
    assert add_to_marks(path, ASSIGNMENT, rows) == ""
    assert path.read_text() == f"{marks}ada,,,\n"
    rows, _ = rows_for(tmp_path, marks=f"{marks}ada,,0,0\n", students=["Ada", "ada"])
    assert [row.total for row in rows] == [19, 16]


def test_no_other_row_has_the_id_of_a_student_on_the_roster(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("student,email\n7,ada@x\n")
    roster = read_roster(path)
    for other in ("007", "ada@x"):
        came = [Submission("7", when=datetime(2026, 3, 1))]
        came.append(Submission(other, when=datetime(2026, 3, 2)))
        whose = with_roster(came, roster)
        graded = [(s, e, a_grade()) for s, e in whose]
        rows = gradebook.rows(ASSIGNMENT, graded, roster, {})
        assert {row.student: row.grade.status for row in rows} == {
            "7": "ok",
            other: "REVIEW",
        }


@pytest.mark.parametrize(
    ("written", "students", "means"),
    [
        (["7"], {"a": ["7", "x"]}, {"7": "a"}),
        (["7", "X"], {"a": ["7", "x"]}, {"7": "a", "X": "a"}),
        (["7"], {"a": ["07"], "b": ["007"]}, {}),
        (["7"], {"a": ["07"], "b": ["7"]}, {"7": "b"}),
        (["7", "007"], {"a": ["07"]}, {}),
        (["ADA"], {"a": ["Ada"], "b": ["ada"]}, {}),
        (["ada"], {"a": ["ada"], "b": ["ada"]}, {}),
    ],
)
def test_a_name_means_a_student_if_it_can_mean_no_other(written, students, means):
    assert whose(written, students) == means


def test_a_mark_that_was_given_for_an_earlier_answer_is_told(tmp_path):
    path = tmp_path / "marked.json"

    def said(mark, answer, others="the same"):
        grades = [
            dataclasses.replace(a_grade(), answers={"written_bias": text})
            for text in (answer, others)
        ]
        rows = [
            gradebook.Row(student, "", grade, {"written_bias": mark})
            for student, grade in zip(("ada", "bo"), grades, strict=True)
        ]
        rows = with_earlier(path, rows)
        assert not rows[1].earlier
        page = feedback.answers_page(ASSIGNMENT, rows)
        assert ("for an earlier answer" in page) == bool(rows[0].earlier)
        return bool(rows[0].earlier)

    assert not said(1.5, "first")
    assert not said(1.5, "first ")
    assert said(1.5, "second")
    assert said(1.5, "second")  # until the mark is another
    assert not said(2.0, "second")
    assert not said(1.5, "second")
    assert said(1.5, "third")
    assert not said(None, "third")  # or was taken out
    assert not said(1.5, "third")
    assert "ada" not in path.read_text()
    for broken in (b"[1]", b"", b"\xff{", b"{"):
        path.write_bytes(broken)
        assert not said(1.5, "third")


def test_one_run_at_a_time_has_a_folder(tmp_path):
    with (
        alone(tmp_path / "work"),
        pytest.raises(UnusableError, match=r"another run is grading into .*work; wait"),
        alone(tmp_path / "work"),
    ):
        pass
    with alone(tmp_path / "work"), alone(tmp_path / "other"):
        pass


# ---- the pages --------------------------------------------------------------

EVIL = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.found |= {tag, *(name for name, _ in attrs)}

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        self.text += " " if tag in ("td", "th", "h2", "p", "dd") else ""


def tags_of(page):
    parser = Tags()
    parser.feed(page)
    return parser


def test_a_page_escapes_whatever_came_from_the_submission(tmp_path):
    texts = dict.fromkeys(("shows", "difference", "expected", "got", "hint"), EVIL)
    grade = a_grade(("border",), reason=EVIL, **texts)
    grade = grading.Grade(grade.marks, grade.status, EVIL, {"written_bias": EVIL})
    row = gradebook.Row(EVIL, EVIL, grade, {"written_bias": 1, "written_line": None})
    for page in (
        feedback.feedback_page(ASSIGNMENT, row),
        feedback.answers_page(ASSIGNMENT, [row]),
        class_report.report_page(ASSIGNMENT, [row]),
    ):
        tags = tags_of(page)
        assert not tags.found & {"script", "img", "onerror", "src"}
    assert tags_of(feedback.feedback_page(ASSIGNMENT, row)).text.count(EVIL) == 9


def test_a_students_page_says_what_they_need(tmp_path):
    texts = {
        "shows": "two inputs",
        "difference": "expected 1, got 2",
        "expected": "1",
        "got": "2",
        "hint": "Add the bias.",
    }
    row = gradebook.Row("ada", "Ada Lo", a_grade(("one_sum",), **texts), late=True)
    said = " ".join(tags_of(feedback.feedback_page(ASSIGNMENT, row)).text.split())
    for words in (
        "Ada Lo (ada)",
        "14 of 20 points , and 4 points are still to be marked by hand",
        "Handed in after the deadline",
        "one_sum : 0 of 2",
        "two inputs: expected 1, got 2",
        "Hint. Add the bias.",
        "with_bias : 2 of 2",
        "because <b> & so on",
    ):
        assert words.replace(" ,", ",").replace(" :", ":") in said


@pytest.mark.parametrize("stood", NO_ANSWERS)
def test_what_stood_there_before_is_no_answer(tmp_path, stood):
    grade = dataclasses.replace(
        a_grade(), answers={w.name: f"{stood}\n" for w in ASSIGNMENT.written}
    )
    rows, _ = rows_for(tmp_path, grade=grade)
    page = feedback.feedback_page(ASSIGNMENT, rows[0])
    assert page.count("No answer was found") == len(ASSIGNMENT.written)
    assert feedback.answers_page(ASSIGNMENT, rows).count("(no answer)") == 4


def test_the_answers_that_are_still_to_be_marked_can_be_found(tmp_path):
    rows, _ = rows_for(tmp_path)
    assert "marked" not in tags_of(feedback.answers_page(ASSIGNMENT, rows)).text
    rows, _ = rows_for(tmp_path, marks="student,written_bias\n11,1.5\n")
    said = feedback.answers_page(ASSIGNMENT, rows)
    assert said.count("11, marked 1.5") == said.count("12, not marked yet") == 1


def test_students_know_a_question_by_its_title_and_teachers_by_its_column_too(
    tmp_path,
):
    rows, _ = rows_for(tmp_path)
    page = feedback.feedback_page(ASSIGNMENT, rows[0])
    assert "<h2>Question A: not marked yet</h2>" in page
    assert "written_" not in page
    page = feedback.answers_page(ASSIGNMENT, rows)
    assert "<h2>Question B, written_line (2 points)</h2>" in page


def test_one_point_that_is_still_to_be_marked_is_one_point():
    relu = find_assignment("relu")
    marks = tuple(grading.Mark(e.name, e.points, 0) for e in relu.exercises)
    row = gradebook.Row("ada", "", grading.Grade(marks), {"written_claim": 2.0})
    page = feedback.feedback_page(relu, row)
    assert "and 1 point is still to be marked by hand" in page


def test_files_of_feedback_lead_nowhere_and_differ():
    students = [
        "ada",
        "Ada",
        "../ada",
        "a/da",
        "a\\da",
        "..",
        "",
        "x" * 300,
        "ada\0",
        "é",
    ]
    names = [feedback.file_name(student) for student in students]
    assert len({name.casefold() for name in names}) == len(students)
    assert all(Path(name).name == name and len(name) < 90 for name in names)


def test_the_class_report_counts_and_names_nobody(tmp_path):
    wrong = a_grade(("border",), mistake="sign flipped", hint="Turn the sign.")
    unwritten = a_grade(("border",), difference="it is not written yet")
    rows = [gradebook.Row(f"ada{n}", "Zoe Lo", wrong) for n in range(3)]
    rows += [gradebook.Row("bob", "", unwritten), gradebook.Row("cyd", "", a_grade())]
    rows.append(
        gradebook.Row("dan", "", grading.nothing(ASSIGNMENT, "nothing"), missing=True)
    )
    page = class_report.report_page(ASSIGNMENT, rows)
    text = " ".join(tags_of(page).text.split())
    assert class_report.mistakes_of(rows) == {("border", "sign flipped"): 3}
    assert "border 3 1 20% 1" in text
    assert "border: sign flipped 3 Turn the sign." in text
    assert "Half of the class has 13 points or more, of 20" in text
    assert not any(name in page for name in ("ada0", "Zoe", "bob", "cyd"))
    assert page.count("<svg") == 2
    assert "var(--class-0)" in page
    assert page == class_report.report_page(ASSIGNMENT, rows)


# ---- the border of the sandbox ----------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -3,
        1.5,
        np.inf,
        "text\n",
        np.arange(6.0).reshape(2, 3).T,
        np.array([np.nan, -np.inf, -0.0]),
        np.array(["a", "bc"]),
        np.zeros((0, 3), np.float32),
        np.array([True, False]),
        np.float64(0.1),
        [1, (2, "x"), {"a": [np.ones(2)], 3: None}],
        Seed(3),
        Named("bowl"),
    ],
    ids=str,
)
def test_values_cross_the_border_to_the_last_bit(value):
    came = plain.decode(plain.loads(plain.dumps(plain.encode(value))))
    assert type(came) is type(value)
    np.testing.assert_equal(came, value)
    if isinstance(value, np.ndarray):
        assert (came.dtype, came.shape) == (value.dtype, value.shape)
        assert came.flags.writeable


@pytest.mark.parametrize(
    "form",
    [
        {},
        [1],
        {"pickle": "gASVKAAAAAAAAACMBXBvc2l4"},
        {"array": ["|O8", [1], "AAAAAAAAAAA="]},
        {"array": ["<f8", [2], "AAAAAAAAAAA="]},
        {"array": ["<f8", [-1], "AAAAAAAAAAA="]},
        {"array": ["<f8", [2**39, 2**39], ""]},
        {"array": ["<f8", [2**39, 0], ""]},
        {"array": ["<f8", [2**39] * 31 + [0], ""]},
        2**64,
        {"array": ["<f8", [1.0], "AAAAAAAAAAA="]},
        {"array": ["<f8", [1], "not base64!!"]},
        {"array": ["<U1", [1], "////fw=="]},
        {"array": ["<M8[s]", [1], "AAAAAAAAAAA="]},
        {"array": [["<f8"], [1], ""]},
        {"array": 3},
        {"list": 3},
        {"dict": [[1]]},
        {"dict": [[{"list": []}, 1]]},
        {"seed": "1"},
        {"list": [], "tuple": []},
        {"list": [1] * (plain.MOST_PARTS + 1)},
    ],
    ids=lambda form: json.dumps(form)[:40],
)
def test_what_no_value_is_written_as_is_refused(form):
    with pytest.raises(plain.NotPlain):
        plain.decode(form)


def test_a_deep_message_is_refused():
    deep = 1
    for _ in range(100):
        deep = {"list": [deep]}
    with pytest.raises(plain.NotPlain, match="too many parts"):
        plain.decode(deep)
    with pytest.raises(plain.NotPlain, match="no JSON"):
        plain.loads(b"[" * 100_000)


def test_texts_of_strangers_fit_into_any_file():
    form = plain.encode_outcome(
        Outcome(error="E", message="a\x00\x1b[31mb\ud800\u202e")
    )
    came = plain.decode_outcome(json.loads(json.dumps(form)))
    assert came.message.isprintable()


def test_texts_of_strangers_keep_what_people_write():
    answer = "voilà\u00a0!\n\tx\u3000漢\u202f% \u200f\N{MAN}\u200d\N{ROCKET}"
    assert plain.text(answer) == answer
    assert plain.text("a\r\nb") == "a\nb"
    assert plain.text("a\u202eb\u2066c") == "a\ufffdb\ufffdc"


def test_what_only_arguments_hold_is_no_result():
    scalar = {"scalar": ["<f8", [], "AAAAAAAA8D8="]}
    for form in ({"seed": 1}, {"named": "bowl"}, {"list": [{"seed": 1}]}, scalar):
        plain.decode(form)
        outcome = {**plain.encode_outcome(Outcome()), "value": form}
        with pytest.raises(plain.NotPlain):
            plain.decode_outcome(outcome)


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((2,) * 18),
        np.array(["x" * 10**6]),
        {"x" * 10**6: 1},
        [np.array(["x" * 10**6])] * 100,
        [[np.zeros((2,) * 16)] * 3],
        [[1]] * 10**5,
    ],
    ids=["axes", "letters", "key", "many", "deep", "long"],
)
def test_what_is_shown_is_short_and_soon_there(value):
    started = time.perf_counter()
    assert len(shown(value)) < 50_000
    assert time.perf_counter() - started < 2


def test_the_filter_is_for_known_machines():
    assert len(seccomp.program("x86_64")) % 8 == 0
    assert seccomp.program("aarch64") != seccomp.program("x86_64")
    with pytest.raises(ValueError, match="machine must be one of x86_64, aarch64"):
        seccomp.program("m68k")


def test_lines_for_jupyter_leave_the_others_where_they_are():
    tree = runnable("%load_ext x\nif True:\n    !ls\nx = %who\ndef f():\n    return 1")
    assert [type(s).__name__ for s in tree.body] == [
        "Pass",
        "If",
        "Assign",
        "FunctionDef",
    ]
    assert tree.body[-1].lineno == 5
    assert runnable("%%html\n<b>").body == []
    assert runnable("text = '''\n%time\n'''").body[0].value.value == "\n%time\n"
    with pytest.raises(SyntaxError):
        runnable("def f(:")


def test_definitions_are_what_can_be_saved_of_a_cell():
    tree = runnable("import a\nx = f()\ndef g(): pass\ny = 3\nh = lambda: 1\ng()")
    assert [s.lineno for s in definitions(tree)] == [1, 3, 4, 5]
    assert [s.lineno for s in definitions(tree, after=3)] == [4, 5]


def test_the_names_that_a_cell_would_define():
    source = (
        "import a.b, c as d\nfrom e import f\ng, (h, *i) = j = k\n"
        "for l in m:\n    n += 1\nwith o as p:\n    q[0] = r.s = 1\n"
        "def t(u):\n    v = 1\nclass W:\n    x = 1\n[y for y in z]\n(aa := 1)\n"
    )
    assert names_in(source, runnable(source)) == {*"adfghijlnptW", "aa"}
    broken = "a = 1\nb, c=2\nif d == 3:\n    def e(f)\n  async def g():\nclass H(a):\n"
    assert names_in(broken, None) == {*"abcegH"}


def test_the_first_cause_is_named_however_long_the_row():
    causes = Causes()
    causes.note("a = open('x')", None, Cause(1, "stopped with OSError: x"))
    second = causes.of("NameError", "name 'a' is not defined")
    causes.note("b = a", None, second)
    said = causes.told("NameError", "name 'b' is not defined")
    assert said == (
        "name 'b' is not defined, because code cell 2 stopped with OSError: x"
    )
    for error, message in (
        ("ValueError", "name 'b' is not defined"),
        ("NameError", "name 'c' is not defined"),
        ("NameError", "b"),
    ):
        assert causes.told(error, message) == message


def test_a_list_of_ones_own_is_graded_by(tmp_path):
    text = Path(__file__).parent.parent / "nnbook/course/lists/weighted_sums.py"
    own = tmp_path / "flowers.py"
    own.write_text(text.read_text().replace('name="weighted_sums"', 'name="flowers"'))
    settings = grading.Settings()
    order = batch.Order(str(own), 0, settings, own.read_text())
    mark = batch.fingerprint(order)
    own.unlink()  # as on another machine
    assert order.key().assignment.name == "flowers"
    assert batch.fingerprint(order) == mark
    assert mark != batch.fingerprint(batch.Order(str(own), 1, settings, order.source))
