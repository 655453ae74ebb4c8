"""Errors are interface: every public function against bad input."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from helpers import check_refusal, refusals

import nnbook
from nnbook import _checks, datasets, experiments

NAMES = {
    **vars(nnbook),
    **vars(datasets),
    **vars(experiments),
    "nan": float("nan"),
    "inf": float("inf"),
    "rng": np.random.default_rng(0),
    # four samples, two features, five hidden nodes, three classes
    "X": np.ones((4, 2)),
    "Y": np.eye(3)[[0, 1, 2, 0]],
    "thetas": [np.ones((3, 5)), np.ones((6, 3))],
    "grads": [np.ones((3, 5)), np.ones((6, 3))],
    "outputs": [np.ones((4, 2)), np.ones((4, 5)), np.full((4, 3), 1 / 3)],
    "two": np.eye(2)[[0, 1, 1, 0]],
}


REFUSALS = refusals("refusals.txt")


@pytest.mark.parametrize("call", REFUSALS)
def test_refusal(call: str) -> None:
    check_refusal(call, dict(NAMES), REFUSALS[call])


def test_every_public_function_is_in_the_table() -> None:
    modules = (nnbook, datasets, experiments)
    public = {name for module in modules for name in module.__all__}
    functions = {name for name in public if inspect.isfunction(NAMES[name])}
    without_arguments = {"load_digits", "running_example"}
    # Its message lists the files that are there: see test_experiments.py.
    elsewhere = {"stored"}
    assert {
        call.split("(")[0] for call in REFUSALS
    } == functions - without_arguments - elsewhere


# ---- what passes ------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_fitting_array_is_taken_as_it_is(dtype: type) -> None:
    array = np.ones((2, 3), dtype)
    assert _checks.finite_array("X", array, ndim=2, columns=3) is array


@pytest.mark.parametrize("value", [[[1, 2]], [[True, False]], np.float16([[1, 2]])])
def test_other_numbers_become_float64(value: Any) -> None:
    array = _checks.finite_array("X", value)
    assert array.dtype == np.float64
    assert (array == np.asarray(value)).all()


def test_columns_of_a_vector_are_its_length() -> None:
    assert _checks.finite_array("x", [1, 2], columns=2).tolist() == [1, 2]


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_integers_of_any_kind(value: Any) -> None:
    number = _checks.integer_at_least("n", value, 3)
    assert number == 3
    assert type(number) is int


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int16(2)])
def test_numbers_of_any_kind(value: Any) -> None:
    for bound in ({}, {"minimum": 2}, {"above": 1.5}):
        number = _checks.real_number("x", value, **bound)
        assert number == 2
        assert type(number) is float


@pytest.mark.parametrize("value", [True, np.True_, [1.5], "1", 1j], ids=repr)
def test_no_number(value: Any) -> None:
    """Truth values above all: Python counts them among the integers."""
    for check, exception in [
        (lambda: _checks.integer_at_least("n", value, 0), TypeError),
        (lambda: _checks.real_number("n", value), TypeError),
        (lambda: _checks.generator("n", value), ValueError),
    ]:
        with pytest.raises(exception, match=r"^n must be .*, got "):
            check()


def test_generators_and_seeds() -> None:
    rng = np.random.default_rng(0)
    assert _checks.generator("seed", rng) is rng
    first, again = (_checks.generator("seed", 7) for _ in range(2))
    assert first.random() == again.random()
    fresh, other = (_checks.generator("seed", None) for _ in range(2))
    assert fresh.random() != other.random()


def test_labels_are_kept_and_class_numbers_become_int64() -> None:
    strings = np.array(["a", "b"])
    assert _checks.labels("y", strings) is strings
    assert _checks.labels("y", [1.5, 2]).tolist() == [1.5, 2]
    for dtype in ("uint8", "int32", "float32"):
        numbers = _checks.class_numbers("y", np.array([2, 0], dtype))
        assert numbers.dtype == np.int64
        assert numbers.tolist() == [2, 0]
    assert _checks.class_numbers("y", [1_000_000]).tolist() == [1_000_000]


def test_a_long_value_is_cut_short_in_the_message() -> None:
    with pytest.raises(TypeError) as refusal:
        nnbook.forward([[1.0]], set(range(1000)))
    assert "got set {0, 1, 2, " in str(refusal.value)
    assert len(str(refusal.value)) < 200


def test_sparse_matrices_are_refused_by_name() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(TypeError) as refusal:
        nnbook.with_bias(sparse.csr_array(np.eye(2)))
    assert str(refusal.value) == (
        "a must be a dense array, got the sparse csr_array; a.toarray() makes it dense"
    )
