"""The tool that changes the package: what it changes, and what it lists."""

from __future__ import annotations

import textwrap
import tomllib

import mutants
import pytest

import nnbook

TABLE = tomllib.loads(mutants.TABLE.read_text(encoding="utf-8"))


def test_every_named_mistake_is_still_to_be_made_in_the_code() -> None:
    made = list(mutants.named_mutants(TABLE["mistake"]))
    assert len(made) == len(TABLE["mistake"]) >= 7
    for mutant in made:
        compile(textwrap.dedent(mutant.code), mutant.name, "exec")
        assert mutant.now in mutant.code


def test_a_mistake_that_cannot_be_made_is_refused() -> None:
    row = {"name": "a", "function": "errors.one_hot", "was": "nowhere", "now": ""}
    with pytest.raises(SystemExit, match="nowhere"):
        list(mutants.named_mutants([row]))


def test_each_equivalent_mutant_has_a_reason_and_stands_once() -> None:
    rows = TABLE.get("equivalent", [])
    assert len({(row["function"], row["was"], row["now"]) for row in rows}) == len(rows)
    for row in rows:
        assert len(row["reason"].split()) >= 4, row


def test_a_mutant_takes_effect_wherever_the_function_was_imported() -> None:
    row = {"name": "no 1", "function": "weighted_sums.with_bias"}
    row |= {"was": "np.ones(", "now": "np.zeros("}
    (mutant,) = mutants.named_mutants([row])
    sound = nnbook.with_bias.__code__
    try:
        mutants.put_in_place(mutant)
        assert nnbook.with_bias([[2.0]]).tolist() == [[0, 2]]
        assert nnbook.weighted_sum([[2.0]], [[1.0], [3.0]]).tolist() == [[6.0]]
    finally:
        nnbook.with_bias.__code__ = sound
    assert nnbook.with_bias([[2.0]]).tolist() == [[1, 2]]


def test_the_lines_that_differ_are_given_in_one() -> None:
    before = "def f(\n    a,\n):\n    return g(\n        a + 1,\n    )\n"
    after = before.replace("a + 1", "a - 1")
    assert mutants.changed(before, after) == ("a + 1,", "a - 1,")
