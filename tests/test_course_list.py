import subprocess
import sys

import numpy as np
import pytest

from nnbook.course import check
from nnbook.course.calls import Outcome, call, identical, made, plain
from nnbook.course.compare import difference
from nnbook.course.lists import assignments, find_exercise
from nnbook.course.model import Exercise, Named, Probe, Seed
from nnbook.course.verdict import answers, judge_outcomes, probes_of

EXERCISES = [e for a in assignments() for e in a.exercises]
MISTAKES = [(e, m) for e in EXERCISES for m in e.mistakes]


def label(value):
    return value.name.replace(" ", "-")


def verdict(exercise, function, which="public", seed=0):
    probes = probes_of(exercise, which, seed)
    return judge_outcomes(exercise, probes, [call(function, p) for p in probes])


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
@pytest.mark.parametrize("seed", [0, 1, 2**31])
def test_the_reference_is_right_for_all_probes(exercise, seed):
    assert verdict(exercise, exercise.reference, "all", seed).right


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_a_blank_is_wrong_and_said_to_be_blank(exercise):
    def blank(*args):
        raise NotImplementedError

    told = verdict(exercise, blank)
    assert not told.right
    assert not told.written


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=label)
def test_each_mistake_is_caught_and_named_by_its_own_hint(exercise, mistake):
    public = verdict(exercise, mistake.wrong)
    assert public.right != mistake.public
    if mistake.public:
        assert (public.mistake, public.hint) == (mistake.name, mistake.hint)
    for seed in (0, 1):
        told = verdict(exercise, mistake.wrong, "all", seed)
        assert (told.right, told.mistake) == (False, mistake.name)
        hidden = verdict(exercise, mistake.wrong, "hidden", seed)
        assert mistake.public or not hidden.right


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
def test_probes_are_the_same_for_the_same_seed_and_vary_with_it(exercise):
    first, again, other = (
        [probe.args for probe in probes_of(exercise, "hidden", seed)]
        for seed in (3, 3, 4)
    )
    assert identical(made(first), made(again))
    assert not identical(made(first), made(other))


@pytest.mark.parametrize("exercise", EXERCISES, ids=label)
@pytest.mark.parametrize(
    "value", [None, [], 0.5, "right", np.nan, np.zeros(0), {"a": 1}, ((), ())], ids=repr
)
def test_any_value_can_be_judged(exercise, value):
    told = verdict(exercise, lambda *args: value)
    assert not told.right
    assert told.difference


def test_exercises_have_names_of_their_own_and_20_points_an_assignment():
    names = [part.name for a in assignments() for part in (*a.exercises, *a.written)]
    assert len(set(names)) == len(names)
    assert {a.name: a.points for a in assignments()} == {
        a.name: 20 for a in assignments()
    }


def test_every_hint_and_statement_is_a_sentence():
    for exercise in EXERCISES:
        assert exercise.statement.endswith(".")
        assert exercise.mistakes
        for mistake in exercise.mistakes:
            assert mistake.hint.endswith((".", "?"))
            assert 5 < len(mistake.hint) < 200


# ---- check ------------------------------------------------------------------


def test_check_says_right_in_one_line(capsys):
    exercise = find_exercise("weighted_sum")
    check("weighted_sum", exercise.reference)
    assert capsys.readouterr().out == "weighted_sum: right, on all 5 probes\n"


def test_check_shows_expected_got_and_the_hint(capsys):
    check("weighted_sum", lambda a, theta: a @ theta[1:])
    out = capsys.readouterr().out
    for part in ("not right yet, for 4 samples", "expected", "got", "Add the bias"):
        assert part in out


def test_check_of_a_stub_says_that_it_is_not_written(capsys):
    def stub(*args):
        raise NotImplementedError("write it")

    check("one_sum", stub)
    assert capsys.readouterr().out == "one_sum: it is not written yet\n"


def test_check_shows_an_error_without_its_traceback(capsys):
    check("one_sum", lambda a, weights: 1 / 0)
    out = capsys.readouterr().out
    assert "it stops with ZeroDivisionError: division by zero" in out
    assert "Traceback" not in out


def test_check_under_nbgrader_fails_the_cell(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check("one_sum", find_exercise("one_sum").reference)
    with pytest.raises(AssertionError, match="not right yet"):
        check("one_sum", lambda a, weights: 0.0)


def test_check_refuses_what_it_does_not_know():
    with pytest.raises(ValueError, match="did you mean 'one_sum'"):
        check("one_sun", len)
    with pytest.raises(TypeError, match="without a call"):
        check("one_sum", 3.0)


def test_check_needs_numpy_alone():
    code = (
        "import sys; from nnbook.course import check; "
        "check('one_sum', lambda a, w: w[0] + w[1:] @ a); "
        "print([m for m in ('matplotlib', 'ipywidgets', 'joblib', 'tqdm', 'dask') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "one_sum: right, on all 3 probes\n[]\n"


# ---- calls and values -------------------------------------------------------


class Sly(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class Loud(Exception):
    def __str__(self):
        raise RuntimeError


SQUARE = Exercise(
    name="square",
    statement="Square each number of z.",
    points=1,
    reference=lambda z: z**2,
    public=(Probe((np.array([1.0, 2.0]),), "two numbers"),),
    hidden=lambda rng: (),
)


def in_place(z):
    z *= z
    return z


def raises_loudly(z):
    raise Loud


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda z: None, "return its result"),
        (lambda z: [1.0, 4.0], "got a list of 2"),
        (lambda z: (x * x for x in z), "got a generator"),
        (lambda z: Sly(1.0), "got a Sly"),
        (lambda z: np.ma.array(z * z), "got a MaskedArray"),
        (lambda z: np.array([1, None]), "an array of dtype object"),
        (lambda z: z * (1 + 0j), "an array of dtype complex128"),
        (lambda z: 10**400, "more than 63 bits"),
        (lambda z: np.array(["1", "4"]), "got one of <U1"),
        (lambda z: (z * z)[None], "expected shape (2,), got shape (1, 2)"),
        (lambda z: z * 2, "1 of 2 numbers differ; the first is at [0]: expected 1"),
        (lambda z: z * np.nan, "got nan"),
        (in_place, "an argument was changed"),
        (raises_loudly, "stops with Loud"),
        (lambda z: sys.exit(), "stops with SystemExit"),
        (lambda: None, "stops with TypeError"),
    ],
)
def test_what_is_wrong_is_said(function, says):
    told = verdict(SQUARE, function)
    assert not told.right
    assert says in told.difference


@pytest.mark.parametrize(
    "function",
    [
        lambda z: z * z,
        lambda z: (z * z).astype(int),
        lambda z: np.float32(z) ** 2,
        lambda z: np.longdouble(z) ** 2,
    ],
)
def test_numbers_are_compared_whatever_their_type(function):
    assert verdict(SQUARE, function).right


def test_a_known_answer_may_be_given_again():
    known = answers(SQUARE, SQUARE.public)
    told = judge_outcomes(SQUARE, SQUARE.public, [Outcome(np.zeros(2))], known)
    assert not told.right
    with pytest.raises(ValueError, match="one for each of the 1 probes, got 0"):
        judge_outcomes(SQUARE, SQUARE.public, [], known)


@pytest.mark.parametrize("scale", [1.0, 1e-12, 1e12])
def test_closeness_is_relative(scale):
    expected = np.array([3.0, -7.0]) * scale
    exact = Exercise("f", "", 1, abs, (), lambda rng: (), rtol=1e-6, atol=0.0)
    probe = Probe(())
    assert difference(exact, probe, expected, expected * (1 + 1e-7)) is None
    assert difference(exact, probe, expected, expected * (1 + 1e-4)) is not None


def test_lists_tuples_dicts_and_texts_are_compared():
    def differs(expected, got):
        return difference(SQUARE, Probe(()), expected, got)

    arrays = [np.ones(2), np.ones((1, 3))]
    assert differs(arrays, tuple(arrays)) is None
    assert "result [1]" in differs(arrays, [np.ones(2), np.ones((3, 1))])
    assert "expected 2 results, got 1" in differs(arrays, arrays[:1])
    assert differs({"a": 1.0}, {"a": 1}) is None
    assert "under 'a'" in differs({"a": 1.0}, {"a": 2})
    assert "keys" in differs({"a": 1.0}, {"b": 1.0})
    assert "'loss'" in differs("loss", "error")
    assert differs(True, True) is None
    assert differs(True, 1) is not None
    assert differs(1.0, True) is not None


def test_seeds_and_names_are_made_where_the_call_happens():
    outcome = call(lambda rng, f: f(rng.random(3)), Probe((Seed(1), Named("bowl"))))
    assert outcome.value == (np.random.default_rng(1).random(3) ** 2).sum()
    assert not outcome.changed
    with pytest.raises(ValueError, match="Named must be one of"):
        made((Named("bow"),))


def test_plain_copies():
    array = np.ones(2)
    copy = plain([array, {"a": (1, None, np.float64(2))}])
    array[0] = 5
    assert identical(copy, [np.ones(2), {"a": (1, None, 2.0)}])
    assert identical(plain([np.longdouble(2), np.int8(3), np.True_]), [2.0, 3, True])
    deep = []
    for _ in range(30):
        deep = [deep]
    with pytest.raises(TypeError, match="too deep"):
        plain(deep)
