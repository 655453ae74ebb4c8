import dataclasses
import re
import subprocess
import sys

import numpy as np
import pytest

from nnbook.course import check
from nnbook.course.calls import Outcome, call, identical, made, plain
from nnbook.course.checking import examine, told
from nnbook.course.compare import difference
from nnbook.course.lists import assignments, find_exercise
from nnbook.course.model import Exercise, Mistake, Named, Probe, Seed
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

    found = verdict(exercise, blank)
    assert not found.right
    assert not found.written


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=label)
def test_each_mistake_is_caught_and_named_by_its_own_hint(exercise, mistake):
    public = verdict(exercise, mistake.wrong)
    assert public.right != mistake.public
    if mistake.public:
        assert (public.mistake, public.hint) == (mistake.name, mistake.hint)
    for seed in (0, 1):
        found = verdict(exercise, mistake.wrong, "all", seed)
        assert (found.right, found.mistake) == (False, mistake.name)
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
    found = verdict(exercise, lambda *args: value)
    assert not found.right
    assert found.difference


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
        raise NotImplementedError("write one_sum")

    check("one_sum", stub)
    assert capsys.readouterr().out == "one_sum: it is not written yet\n"


def test_check_names_a_stub_that_the_function_calls(capsys):
    def stub(*args):
        raise NotImplementedError("write with_bias")

    def partly(a, theta):
        return stub() if len(a) > 3 else 0.0

    check("weighted_sum", stub)
    said = "weighted_sum: it calls with_bias, which is not written yet\n"
    assert capsys.readouterr().out == said
    check("weighted_sum", partly)
    assert "hint      It calls with_bias, which is" in capsys.readouterr().out
    check("with_bias", stub)
    assert capsys.readouterr().out == "with_bias: it is not written yet\n"


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


def test_check_shows_lists_part_by_part(capsys):
    exercise = dataclasses.replace(
        SQUARE, reference=lambda z: [z, {"a": z}], mistakes=()
    )
    text = told(exercise, examine(exercise, lambda z: (0.123456789, "b")))
    assert text.splitlines()[1:5] == [
        "  expected  [0] [1. 2.]",
        "            [1] 'a': [1. 2.]",
        "  got       (0.123456789, 'b')",
        "  in short  result [0]: expected an array of shape (2,), got a number",
    ]


def test_check_says_how_to_make_an_array_of_a_list(capsys):
    check("softmax", lambda z: find_exercise("softmax").reference(z).tolist())
    assert "hint      np.array(...) makes an array" in capsys.readouterr().out


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
    found = verdict(SQUARE, function)
    assert not found.right
    assert says in found.difference


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


def test_a_mistake_is_named_for_what_it_gives_not_for_failing_alike():
    fails = Mistake("shapes", "Look at the shapes.", lambda z: np.ones(2) @ np.ones(3))
    doubles = Mistake("doubled", "Multiply z by itself.", lambda z: 2 * z)
    exercise = dataclasses.replace(SQUARE, mistakes=(fails, doubles))
    assert verdict(exercise, fails.wrong).mistake == ""
    assert verdict(exercise, doubles.wrong).mistake == "doubled"


@pytest.mark.parametrize(
    ("function", "hint"),
    [
        (lambda z: z @ np.ones((7, 2)), "as many columns as B has rows"),
        (lambda z: np.dot(np.ones(7), np.ones(2)), "as many columns as B has rows"),
        (lambda z: z + np.ones(17), "read from the right"),
        (lambda z: max(z, 0), "an array holds many"),
        (lambda: 0, "Keep the arguments"),
        (lambda z, more: 0, "Keep the arguments"),
        (lambda z: not_there(z), "first cell that stops"),  # noqa: F821
        (lambda z: {}["x"], "^$"),
    ],
    ids=["matmul", "dot", "add", "if", "too few", "too many", "no name", "another"],
)
def test_an_error_that_beginners_meet_gets_a_hint(function, hint):
    assert re.search(hint, verdict(SQUARE, function).hint)


def test_a_known_answer_may_be_given_again():
    known = answers(SQUARE, SQUARE.public)
    found = judge_outcomes(SQUARE, SQUARE.public, [Outcome(np.zeros(2))], known)
    assert not found.right
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


# ---- right in another way ---------------------------------------------------


def loop_of_sums(a, theta):
    z = np.zeros((len(a), theta.shape[1]))
    for n, row in enumerate(a):
        for j in range(theta.shape[1]):
            z[n, j] = theta[0, j] + sum(
                x * w for x, w in zip(row, theta[1:, j], strict=True)
            )
    return z


def ones_in_place(a):
    out = np.empty((a.shape[0], a.shape[1] + 1))
    out[:, 0] = 1
    out[:, 1:] = a
    return out


def through_the_corners(first, second):
    """Read the one layer off from what the two give for 0 and for each input."""
    points = np.vstack([np.zeros(len(first) - 1), np.eye(len(first) - 1)])
    z = (points @ first[1:] + first[0]) @ second[1:] + second[0]
    return np.vstack([z[:1], z[1:] - z[0]])


def rows_of_softmax(z):
    rows = []
    for row in z:
        e = [np.exp(score - max(row)) for score in row]
        rows.append([part / sum(e) for part in e])
    return np.array(rows)


def set_ones(y, n_classes):
    Y = np.zeros((len(y), n_classes), dtype=int)
    Y[np.arange(len(y)), y] = 1
    return Y


def mean_of_picked(p, Y):
    return np.mean([-np.log(p[n, np.argmax(Y[n])]) for n in range(len(p))])


def log_sum_exp(z):
    return z - np.logaddexp.reduce(z, axis=1, keepdims=True)


OTHER_WAYS = [
    ("one_sum", lambda a, weights: np.dot(weights, np.append(1.0, a))),
    ("one_sum", lambda a, weights: np.array(weights[0] + a @ weights[1:])),
    ("with_bias", lambda a: np.insert(a, 0, 1, axis=1)),
    ("with_bias", lambda a: np.c_[np.ones(len(a)), a]),
    ("with_bias", ones_in_place),
    ("weighted_sum", lambda a, theta: a @ theta[1:] + theta[0]),
    ("weighted_sum", lambda a, theta: theta[:1] + np.einsum("nd,dh->nh", a, theta[1:])),
    ("weighted_sum", loop_of_sums),
    ("border", lambda w, x1: np.array([(-w[0] - w[1] * x) / w[2] for x in x1])),
    ("count_weights", lambda s: np.dot(np.array(s[:-1]) + 1, s[1:])),
    ("combined", through_the_corners),
    ("sigmoid", lambda z: 1 / (1 + np.exp(-z))),
    ("sigmoid", lambda z: (1 + np.tanh(z / 2)) / 2),
    ("sigmoid", lambda z: np.exp(z) / (1 + np.exp(z))),
    ("tanh", lambda z: 1 - 2 / (np.exp(2 * z) + 1)),
    ("tanh_slope", lambda z: 1 / np.cosh(z) ** 2),
    ("tanh_slope", lambda z: (1 - np.tanh(z)) * (1 + np.tanh(z))),
    ("tanh_prime", lambda a: (1 - a) * (1 + a)),
    ("sigmoid_prime", lambda a: a - a * a),
    ("central_slope", lambda f, z, step: (f(z + step) - f(z - step)) / step / 2),
    ("layer", lambda a, theta: np.tanh(loop_of_sums(a, theta))),
    ("softmax", rows_of_softmax),
    ("softmax", lambda z: np.exp(log_sum_exp(z))),
    ("softmax", lambda z: (lambda e: (e.T / e.sum(1)).T)(np.exp((z.T - z.max(1)).T))),
    ("log_softmax", log_sum_exp),
    ("one_hot", set_ones),
    ("one_hot", lambda y, n: (y[:, None] == np.arange(n)).astype(float)),
    ("one_hot", lambda y, n: y[:, None] == np.arange(n)),
    ("cross_entropy", mean_of_picked),
    ("cross_entropy", lambda p, Y: -np.log(p[Y == 1]).mean()),
    ("error_from_scores", lambda z, Y: -log_sum_exp(z)[Y.astype(bool)].mean()),
    ("error_slope", lambda p, Y: np.divide(np.subtract(p, Y), Y.shape[0])),
]


@pytest.mark.parametrize(
    ("name", "function"), OTHER_WAYS, ids=lambda v: getattr(v, "__name__", v)
)
def test_another_right_way_is_right(name, function):
    for seed in (0, 1):
        found = verdict(find_exercise(name), function, "all", seed)
        assert found.right, found.difference
