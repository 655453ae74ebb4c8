"""Numbers handed to the book's prose."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from nnbook import glue


def test_text_is_handed_on_undisplayed(monkeypatch: pytest.MonkeyPatch) -> None:
    handed = []
    stand_in = SimpleNamespace(glue=lambda *args, **kw: handed.append((args, kw)))
    monkeypatch.setitem(sys.modules, "myst_nb", stand_in)
    glue("accuracy", "86.5%")
    assert handed == [(("accuracy", "86.5%"), {"display": False})]


def test_nothing_happens_without_myst_nb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "myst_nb", None)
    glue("accuracy", "86.5%")


def test_myst_nb_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("myst_nb")
    glue("accuracy", "86.5%")
    assert capsys.readouterr().out == ""
