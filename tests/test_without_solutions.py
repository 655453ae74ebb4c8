"""A course's copy of the book holds no solution, and still runs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import notebooks
import pytest
from without_solutions import copy, strip

BOOK = Path(__file__).parent.parent / "book"


def cell(source: str, *tags: str, kind: str = "markdown") -> Any:
    return {
        "cell_type": kind,
        "metadata": {"tags": list(tags)},
        "source": source.splitlines(keepends=True),
    }


def test_no_solution_is_copied_and_all_else_is(tmp_path: Path) -> None:
    copy(BOOK, tmp_path / "book")
    for original in notebooks.default_files():
        if original.parent.name == "assignments":
            assert not (tmp_path / "book" / original.relative_to(BOOK)).exists()
            continue
        cells = json.loads(original.read_text(encoding="utf-8"))["cells"]
        copied = (tmp_path / "book" / original.relative_to(BOOK)).read_text("utf-8")
        solutions = [c for c in cells if "solution" in c["metadata"].get("tags", [])]
        assert bool(solutions) == original.name[0].isdigit()  # a chapter has them
        ids = {c["id"] for c in json.loads(copied)["cells"]}
        assert ids == {c["id"] for c in cells} - {c["id"] for c in solutions}
        assert "{solution" not in copied
    assert (tmp_path / "book" / "_toc.yml").is_file()


def undefined_names(folder: Path) -> str:
    """Let Ruff find the names that are read and that nothing makes."""
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    options = ["--select", "F821", "--output-format", "concise", str(folder)]
    done = subprocess.run(
        [*ruff, *options], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_nothing_outside_needs_a_name_that_a_solution_makes(tmp_path: Path) -> None:
    copy(BOOK, tmp_path / "book")
    assert undefined_names(tmp_path / "book") == ""


def test_a_name_that_only_a_solution_makes_is_found(tmp_path: Path) -> None:
    nb = notebooks.canonical(
        {
            "cells": [
                cell("x = 1", "solution", kind="code"),
                cell("y = x", kind="code"),
            ],
            "nbformat": 4,
        }
    )
    path = tmp_path / "a.ipynb"
    path.write_text(notebooks.serialise(nb), encoding="utf-8")
    assert undefined_names(tmp_path) == ""
    path.write_text(notebooks.serialise(strip(nb, "a")), encoding="utf-8")
    assert "Undefined name `x`" in undefined_names(tmp_path)


def test_a_solution_without_its_tag_is_refused() -> None:
    nb = {"cells": [cell("Why?\n```{solution-start} ex-a\n```")]}
    with pytest.raises(notebooks.NotebookError, match="not tagged 'solution'"):
        strip(nb, "a.ipynb")


def test_a_solution_on_a_page_is_refused(tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.mkdir()
    (book / "a.md").write_text("```{solution} ex-a\nBecause.\n```\n")
    with pytest.raises(notebooks.NotebookError, match=r"a\.md: solutions"):
        copy(book, tmp_path / "copy")
