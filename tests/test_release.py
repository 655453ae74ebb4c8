"""Handing out: what students get, what is refused, and a teacher's own assignment."""

import dataclasses
import json
import re
import zipfile
from pathlib import Path

import book_rules as rules
import notebooks
import numpy as np
import pytest

from nnbook.__main__ import main
from nnbook.course import cells, checks, handout, sheets
from nnbook.course.lists import NAMES, assignments, find_assignment, load_assignment
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Written
from nnbook.course.proving import run
from nnbook.course.release import (
    ReleaseError,
    guide,
    prove,
    read_notebook,
    release,
    released,
)
from nnbook.course.verdict import probes_of

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "book" / "assignments"

LIST = """
import numpy as np

from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Written

DOUBLE = Exercise(
    name="double",
    statement="Give twice each number of z.",
    points=3,
    reference=lambda z: 2 * z,
    public=(Probe((np.array([1.0, 3.0]),), "z = 1 and 3"),),
    hidden=lambda rng: (Probe((rng.normal(size=4),), "four numbers"),),
    mistakes=(
        Mistake("squared", "Twice a number is 2 * z, not z * z.", lambda z: z * z),
    ),
)
LUCK = Exercise(
    name="luck",
    statement="Give any number from 0 to 1.",
    points=1,
    reference=lambda: 0.5,
    public=(Probe(()),),
    hidden=lambda rng: (),
    judge=lambda probe, value: None if 0 <= value <= 1 else "it is not from 0 to 1",
)
ASSIGNMENT = Assignment("flowers", "Flowers", (DOUBLE, LUCK), (Written("why", 2),))
"""


def cell(kind, source, **mark):
    metadata = {"nbgrader": mark} if mark else {}
    made = {"cell_type": kind, "metadata": metadata, "source": source, "id": source[:3]}
    return made | ({"outputs": [], "execution_count": 1} if kind == "code" else {})


def stub(name, body, before=""):
    source = (
        f"{before}def {name}(*args):\n    ### BEGIN SOLUTION\n    {body}\n"
        "    ### END SOLUTION"
    )
    return cell("code", source, grade_id=name, solution=True, grade=False)


def checked(name, points):
    source = f'check("{name}", {name})'
    mark = {"grade_id": f"check_{name}", "solution": False, "grade": True}
    return cell("code", source, points=points, **mark)


def answered(name, points, text="Because of the petals that are counted twice."):
    mark = {"grade_id": name, "solution": True, "grade": True}
    return cell("markdown", text, points=points, **mark)


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def flowers(*, double="return 2 * args[0]", luck="return 0.25", more=()):
    return notebook(
        cell("markdown", "# Flowers"),
        cell(
            "code", 'from nnbook.course import checks\n\ncheck = checks("flowers.py")'
        ),
        stub("double", double),
        checked("double", 3),
        stub("luck", luck),
        checked("luck", 1),
        answered("why", 2),
        *more,
    )


@pytest.fixture
def own(tmp_path):
    """Write a teacher's own assignment, and give its folder."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "flowers.py").write_text(LIST)
    (folder / "flowers.ipynb").write_text(json.dumps(flowers()))
    return folder


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """Release the whole course once."""
    out = tmp_path_factory.mktemp("course")
    assert main(["release", "--out", str(out), "--seed", "7", "--nbgrader"]) == 0
    return out


# ---- the course -------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_students_get_stubs_without_solution_or_output(handed_out, name):
    nb = read_notebook(handed_out / "students" / f"{name}.ipynb")
    assert not any(c.get("outputs") or c.get("execution_count") for c in nb["cells"])
    sources = [cells.source_of(c) for c in nb["cells"]]
    assignment = find_assignment(name)
    assert sources.count(handout.NO_ANSWER) == len(assignment.written)
    text = "\n".join(sources)
    assert "SOLUTION" not in text
    for exercise in assignment.exercises:
        assert f'    raise NotImplementedError("write {exercise.name}")' in text


@pytest.mark.parametrize("name", NAMES)
def test_the_students_notebook_gets_no_mark_and_says_what_is_missing(handed_out, name):
    nb = read_notebook(handed_out / "students" / f"{name}.ipynb")
    namespace, failed = run(nb, FOLDER)
    for exercise in find_assignment(name).exercises:
        with pytest.raises(NotImplementedError, match=f"write {exercise.name}"):
            namespace[exercise.name](*exercise.public[0].args)
    # What is not written yet, and what was to be computed with it.
    assert all(re.search("(NotImplemented|Name)Error: ", fault) for fault in failed)


@pytest.mark.parametrize("name", NAMES)
def test_the_archive_holds_the_students_notebook_and_a_note(handed_out, name):
    with zipfile.ZipFile(handed_out / f"{name}.zip") as archive:
        assert archive.namelist() == [f"{name}/{name}.ipynb", f"{name}/README.txt"]
        inner = archive.read(f"{name}/{name}.ipynb").decode()
    assert inner == (handed_out / "students" / f"{name}.ipynb").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_instructors_get_solutions_seed_and_mistakes(handed_out, name):
    text = (handed_out / "instructors" / f"{name}.md").read_text()
    assert "--seed 7" in text
    for exercise in find_assignment(name).exercises:
        assert f"## {exercise.name} ({exercise.points} point" in text
        assert all(mistake.hint in text for mistake in exercise.mistakes)
    inner = (handed_out / "instructors" / f"{name}.ipynb").read_text()
    assert "BEGIN SOLUTION" in inner
    source = handed_out / "nbgrader" / "source" / name / f"{name}.ipynb"
    assert source.read_text() == inner


def test_a_release_is_the_same_each_time(handed_out, tmp_path):
    assert main(["release", "softmax", "--out", str(tmp_path), "--seed", "7"]) == 0
    for name in ("students/softmax.ipynb", "softmax.zip", "instructors/softmax.md"):
        assert (tmp_path / name).read_bytes() == (handed_out / name).read_bytes()


def test_a_cell_that_installs_comes_first_where_it_is_asked_for(tmp_path):
    source = "https://example.org/nnbook.whl"
    command = ["release", "relu" if "relu" in NAMES else "softmax"]
    assert main([*command, "--out", str(tmp_path), "--install", source]) == 0
    nb = read_notebook(tmp_path / "students" / f"{command[1]}.ipynb")
    assert f"%pip install --quiet {source}" in cells.source_of(nb["cells"][0])


@pytest.mark.parametrize("assignment", assignments(), ids=lambda a: a.name)
def test_the_notebook_states_each_exercise_and_its_points(assignment):
    nb = handout.student_copy(read_notebook(FOLDER / f"{assignment.name}.ipynb"))
    prose = "\n".join(
        cells.source_of(c) for c in nb["cells"] if c["cell_type"] == "markdown"
    )
    assert f"**{assignment.points} points**" in prose
    for exercise in assignment.exercises:
        heading = rf"`{exercise.name}` \({exercise.points} points?\)"
        assert re.search(heading, prose), heading
    assert len(re.findall(r"\(\d+ points?\)", prose)) == len(
        (*assignment.exercises, *assignment.written)
    )


# ---- the notebooks keep the rules of the book -------------------------------

COURSE = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("path", COURSE, ids=lambda path: path.stem)
def test_an_assignment_keeps_the_rules_of_the_book(path):
    found = []
    for each in read_notebook(path)["cells"]:
        source = cells.source_of(each)
        if each["cell_type"] == "markdown":
            found += rules.faults_in_prose(rules.prose_of(source))
            # No Jupyter shows the book's own Markdown; a student's notebook is plain.
            found += re.findall(
                r"^\s*(?::::|```\{).*|\{[\w:-]+\}`", source, re.MULTILINE
            )
            continue
        found += rules.faults_in_code(source) + rules.faults_in_tags(each)
        # The marks of a solution are the teacher's; what is left is the student's.
        found += rules.faults_in_size(handout.without_solution(source, "it"))
        found += [f for f in rules.faults_in_size(source) if "columns" in f]
    assert found == []


def test_each_notebook_of_the_course_has_its_list():
    assert {path.stem for path in COURSE} == set(NAMES)


def test_a_notebooks_marks_stay_when_it_is_put_in_order():
    nb = notebooks.canonical(flowers())
    assert [cells.mark_of(c) for c in nb["cells"]] == [
        cells.mark_of(c) for c in flowers()["cells"]
    ]


# ---- what is refused --------------------------------------------------------

SQUARE = Exercise(
    name="square",
    statement="Square z.",
    points=2,
    reference=lambda z: z**2,
    public=(Probe((np.array([1.0, 3.0]),), "z = 1 and 3"),),
    hidden=lambda rng: (Probe((rng.normal(size=3),)),),
    mistakes=(Mistake("doubled", "Multiply z by itself.", lambda z: 2 * z),),
)


RIGHT = "return args[0] ** 2  # by itself"
CHECK = cell("code", "check = print")


def squares(nb=None, **changes):
    exercise = dataclasses.replace(SQUARE, **changes)
    nb = nb or notebook(CHECK, stub("square", RIGHT), checked("square", 2))
    return nb, Assignment("squares", "Squares", (exercise,))


def test_a_sound_assignment_is_not_refused():
    copy = prove(*squares())
    nb, _ = squares()
    marks = [cells.mark_of(c) for c in copy["cells"]]
    assert marks == [cells.mark_of(c) for c in nb["cells"]]
    assert "NotImplementedError" in cells.source_of(copy["cells"][1])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reference": lambda z: 1 / 0}, "must give a plain value .* ZeroDivision"),
        (
            {"judge": lambda probe, value: "never right"},
            "reference is not right: never",
        ),
        ({"judge": lambda probe, value: None}, "does nothing gets full marks"),
        ({"public": ()}, "no public probe"),
        (
            {"hidden": lambda rng: Probe((np.ones(2),))},
            r"square: hidden\(rng\) must give a tuple .* got Probe$",
        ),
        ({"hidden": lambda rng: rng.nought()}, r"hidden\(rng\) stops with Attribute"),
        (
            {"mistakes": (Mistake("none", "Look again.", lambda z: z * z),)},
            "the mistake 'none' gets full marks",
        ),
        (
            {
                "mistakes": (
                    Mistake("late", "Not 1.", lambda z: np.where(z < 2, z * z, 9)),
                )
            }
            | {"hidden": lambda rng: (Probe((np.array([-1.0, 4.0]),)),)},
            "'late' passes the public probes",
        ),
        (
            {"mistakes": (*SQUARE.mistakes, Mistake("twice", "No.", lambda z: z + z))},
            "'twice' is told another hint than its own: that of 'doubled'",
        ),
    ],
)
def test_a_list_that_is_not_sound_is_refused(changes, says):
    with pytest.raises(ReleaseError, match=says):
        prove(*squares(**changes))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([stub("square", "return args[0] + 1"), checked("square", 2)], "is not right"),
        ([stub("square", "return 1 / 0"), checked("square", 2)], "ZeroDivisionError"),
        ([checked("square", 2)], "no code cell with the grade_id square"),
        ([stub("square", RIGHT)], "no cell .* check_square"),
        ([stub("square", RIGHT), checked("square", 3)], "in the list 2"),
        ([stub("cube", "return 1"), checked("square", 2)], "knows nothing of .* cube"),
        (
            [stub("square", RIGHT), *2 * [checked("square", 2)]],
            "two cells have the grade_id check_square",
        ),
        (
            [cell("code", "def square(z):\n    return z * z", grade_id="square")
             | {"metadata": {"nbgrader": {"grade_id": "square", "solution": True}}},
             checked("square", 2)],
            "has no solution between",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("code", "a = 1  ### BEGIN SOLUTION")],
            "has no partner",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("code", "def square(z):\n    return z * z")],
            "the student's copy gets full marks as it is",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("markdown", f"Write `{RIGHT}`.")],
            "the solution of square stands in another cell too",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("code", "a = open('nowhere')"), cell("code", "print(a)")],
            r"the cell that begins with .* stops with FileNotFoundError[^;]*$",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("markdown", "### Exercise 1: `square` (3 points)")],
            "the text gives 3 points to square, the list 2$",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("markdown", "# Squares\n\n### Exercise 2: `cube` (1 point)")],
            "the text announces the exercise cube, the list has none$",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("markdown", "It is worth **20 points**.")],
            "the text promises 20 points in all, the list 2$",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("code", "import nnbook\nfrom nnbook.course import check")],
            r"the course's check, .* write check = checks\(\"squares.py\"\)$",
        ),
        (
            [stub("square", RIGHT), checked("square", 2),
             cell("code", "check = checks('flowers.py')")],
            "check is made from flowers.py; it must say",
        ),
    ],
)  # fmt: skip
def test_a_notebook_that_is_not_sound_is_refused(cells, says):
    nb = notebook(CHECK, *cells)
    with pytest.raises(ReleaseError, match=says):
        prove(*squares(nb))


def test_a_text_may_speak_of_other_things_and_points():
    said = "### Exercise 1: `numpy` for beginners\n\nHere **2 points** are enough."
    cells = [cell("markdown", "# Squares"), CHECK, cell("markdown", said)]
    prove(*squares(notebook(*cells, stub("square", RIGHT), checked("square", 2))))


@pytest.mark.parametrize(
    "code",
    [
        "from flowers import DOUBLE",
        "open('petals.csv').close()",
        "checks(chr(46) + '/flowers.py')",
    ],
)
def test_what_students_would_not_have_is_refused(own, code):
    (own / "petals.csv").write_text("1,2\n")
    nb = flowers(more=[cell("code", code)])
    with pytest.raises((ReleaseError, ValueError)) as refused:
        prove(nb, load_assignment(own / "flowers.py"), folder=own)
    assert "needs what is not handed out" in str(refused.value)


def test_nothing_is_written_of_what_is_refused(tmp_path, capsys):
    (tmp_path / "flowers.py").write_text(LIST)
    nb = flowers(double="return 3 * args[0]")
    (tmp_path / "flowers.ipynb").write_text(json.dumps(nb))
    out = tmp_path / "out"
    command = ["release", str(tmp_path / "flowers.ipynb"), "--out", str(out)]
    assert main(command) == 1
    assert not out.exists()
    assert "double: the notebook's solution is not right" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("soft_max", "did you mean 'softmax'"),
        ("nowhere/flowers.ipynb", "there is no list"),
    ],
)
def test_what_is_not_there_is_named(tmp_path, capsys, name, says):
    assert main(["release", name, "--out", str(tmp_path)]) == 2
    assert says in capsys.readouterr().err


def test_notebooks_that_lie_elsewhere_are_asked_for(tmp_path, capsys):
    command = ["release", "softmax", "--notebooks", str(tmp_path)]
    assert main([*command, "--out", str(tmp_path)]) == 2
    assert "--notebooks" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("[]", "no notebook"),
        ('{"cells": [], "nbformat": 3}', "format 3, expected 4"),
    ],
)
def test_a_file_that_is_no_notebook_is_refused(tmp_path, text, says):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match=says):
        read_notebook(path)


# ---- a teacher's own assignment ---------------------------------------------


def test_an_assignment_of_ones_own_is_one_notebook_and_one_list(own, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["release", str(own / "flowers.ipynb"), "--out", str(out)]) == 0
    assert "flowers: released, 6 points" in capsys.readouterr().out
    assert (out / "instructors" / "flowers.py").read_text() == LIST
    text = (out / "students" / "flowers.ipynb").read_text()
    assert "flowers.py" not in text
    assert "2 * args" not in text


def test_its_students_check_themselves_without_the_list(own, tmp_path, capsys):
    copy = released(flowers(), load_assignment(own / "flowers.py"))
    elsewhere = tmp_path / "student"
    elsewhere.mkdir()
    namespace, _ = run(notebook(copy["cells"][1]), elsewhere)
    check = namespace["check"]
    check("double", lambda z: 2 * z)
    check("double", lambda z: z * z)
    check("luck", lambda: 0.1)
    told = capsys.readouterr().out
    assert "double: right, on all 1 probes" in told
    assert "hint      Twice a number is 2 * z, not z * z." in told
    assert "luck: this one is looked at when it is graded" in told
    with pytest.raises(ValueError, match="did you mean 'double'"):
        check("duoble", len)


def test_a_term_with_an_assignment_of_ones_own(own, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    seed = ["--seed", "5"]
    assert main(["release", str(own / "flowers.ipynb"), *seed]) == 0
    copy = Path("release", "students", "flowers.ipynb").read_text()
    for student, double in [
        ("student01", "2 * args[0]"),
        ("student02", "args[0] ** 2"),
    ]:
        stub = r"raise NotImplementedError(\"write double\")"
        assert stub in copy
        file = Path("submissions", student, "flowers.ipynb")
        file.parent.mkdir(parents=True)
        file.write_text(copy.replace(stub, f"return {double}"))
    command = ["grade", "submissions", *seed]
    assert main([*command, "--trust"]) == 2  # it could be taken for one of the course
    assert "--assignment mine/flowers.py" in capsys.readouterr().err
    command += ["--assignment", str(own / "flowers.py")]
    assert main([*command, "--workers", "1", "--no-progress", "--trust"]) == 0
    header, one, two = Path("grades.csv").read_text().splitlines()
    assert header.startswith("student,double,luck,why,total")
    assert one.startswith("student01,3,0,,3,")
    assert two.startswith("student02,0,0,,0,")
    assert two.endswith('"double: Twice a number is 2 * z, not z * z."')


def test_a_list_that_does_not_work_is_not_graded_by(own, tmp_path, capsys):
    listed = own / "flowers.py"
    listed.write_text(LIST.replace("lambda z: 2 * z", "lambda z: nought * z"))
    (tmp_path / "ada.ipynb").write_text(json.dumps(flowers()))
    command = ["grade", str(tmp_path / "ada.ipynb"), "--out", str(tmp_path / "g.csv")]
    assert main([*command, "--assignment", str(listed), "--trust"]) == 2
    said = capsys.readouterr().err
    assert "the reference must give a plain value" in said
    assert "release it first" in said


def test_nbgraders_source_holds_no_list(own, tmp_path):
    assignment = load_assignment(own / "flowers.py")
    release(own / "flowers.ipynb", assignment, tmp_path, nbgrader=True)
    folder = tmp_path / "nbgrader" / "source" / "flowers"
    assert [path.name for path in folder.iterdir()] == ["flowers.ipynb"]
    assert "flowers.py" not in (folder / "flowers.ipynb").read_text()


def test_the_seed_varies_the_hidden_probes_and_no_others(own):
    (exercise, _) = load_assignment(own / "flowers.py").exercises
    one, two = (probes_of(exercise, "all", seed) for seed in (1, 2))
    assert np.array_equal(one[0].args[0], two[0].args[0])
    assert not np.array_equal(one[1].args[0], two[1].args[0])


def test_a_list_is_read_by_its_path(own):
    assert find_assignment(str(own / "flowers.py")).points == 6


MODEL = "from nnbook.course.model import *\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 / 0", "stops with ZeroDivisionError"),
        ("ASSIGNMENT = 3", "must hold an Assignment called ASSIGNMENT, got int"),
        (LIST.replace('"flowers"', '"trees"'), "must be called 'flowers'"),
        (f"{MODEL}Probe([1.0], 'one')", r"Probe 'one': args must .* \(X,\) .* list$"),
        (f"{MODEL}Written('why', 1.5)", "Written 'why': points .* whole number"),
        (f"{MODEL}Written('why', 1, 2)", "Written 'why': title must be a text.* got 2"),
        (f"{MODEL}Assignment('flowers', 'F', (), (Written('why', 1)))", "got Written$"),
        (f"{MODEL}Assignment('flowers', 'F', (Probe(()),))", "got Probe$"),
        (
            f"{MODEL}Exercise('e', 'E.', 2, max, (Probe((1,))), min)",
            r"Exercise 'e': public must .* \(Probe\(...\),\) with its comma, got Probe",
        ),
        (
            f"{MODEL}Exercise('e', 'E.', 2, max, (Probe((1,)),), min, withheld=('f'))",
            r"withheld must .* got str$",
        ),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(tmp_path, text, says):
    path = tmp_path / "flowers.py"
    path.write_text(text)
    with pytest.raises(ValueError, match=says):
        load_assignment(path)


@pytest.mark.parametrize("assignment", assignments(), ids=lambda a: a.name)
def test_a_sheet_says_the_same_as_the_list(assignment, capsys):
    check = checks(sheets.written(assignment))
    for exercise in assignment.exercises:
        if exercise.judge is not None:
            continue
        check(exercise.name, exercise.reference)
        assert ": right, on all" in capsys.readouterr().out
        for mistake in exercise.mistakes:
            if mistake.public:
                check(exercise.name, mistake.wrong)
                assert mistake.hint.split()[0] in capsys.readouterr().out


@pytest.mark.parametrize("sheet", ["", "x", "eNo=", "flowers"])
def test_a_sheet_that_was_changed_is_refused(sheet):
    with pytest.raises(ValueError, match="fresh copy of the notebook"):
        checks(sheet)


def test_the_guide_escapes_what_would_break_its_table():
    bar = Mistake("or", "Write a | b.", lambda z: z)
    exercise = dataclasses.replace(SQUARE, mistakes=(bar,))
    assignment = Assignment("a", "A", (exercise,), (Written("why", 1),))
    text = guide(assignment, 3, notebook(answered("why", 1, "Because (1 point).")))
    assert r"Write a \| b." in text
    assert "### why (1 point)\n\nBecause (1 point).\n" in text


def test_a_question_that_the_text_gives_other_points_is_refused():
    why = Written("why", 1, "Question A")
    assignment = Assignment("a", "A", (SQUARE,), (why,))
    nb = notebook(
        CHECK,
        *(stub("square", RIGHT), checked("square", 2)),
        cell("markdown", "### Question A (2 points)"),
        answered("why", 1, "Because."),
    )
    said = "the text gives 2 points to Question A, the list 1"
    assert handout.faults_in_form(nb, assignment) == [said]


def test_every_question_of_the_course_is_called_as_its_notebook_calls_it():
    for name in NAMES:
        assignment = find_assignment(name)
        text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
        asked = re.findall(r"### (Question \w) \((\d+) points?\)", text)
        told = [(w.title, str(w.points)) for w in assignment.written]
        assert asked == told
