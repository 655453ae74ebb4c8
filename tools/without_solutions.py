"""Copy the book for a course: everything but the solutions of the exercises.

Run from the project's root::

    python tools/without_solutions.py FOLDER

What is built from the copy cannot hold what is not in it: neither the pages, nor
the notebooks to download, nor the index of the search.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import notebooks

TAG = "solution"
DIRECTIVE = "{solution"

CHANGES = "CHANGELOG.md"
# The instructors' notebooks; what students get is made of them by the release.
MASTERS = "assignments"


def strip(nb: notebooks.Notebook, name: str) -> notebooks.Notebook:
    """Leave out the cells tagged as solutions.

    Raises
    ------
    NotebookError
        If a solution stands in a cell that is not tagged.
    """
    kept = [c for c in nb["cells"] if TAG not in c["metadata"].get("tags", [])]
    for cell in kept:
        text = notebooks.text_of(cell["source"])
        if cell["cell_type"] == "markdown" and DIRECTIVE in text:
            raise notebooks.NotebookError(
                f"{name}: a solution stands in a cell that is not tagged {TAG!r}, and "
                f"would be handed out; the cell begins {text.splitlines()[0]!r}"
            )
    return {**nb, "cells": kept}


def copy(book: Path, target: Path) -> None:
    """Copy the book's folder to `target`, whose former content goes.

    Raises
    ------
    NotebookError
        If a solution would be copied.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        book, target, ignore=shutil.ignore_patterns(".ipynb_checkpoints", ".*", MASTERS)
    )
    # One of the pages shows it.
    shutil.copy(notebooks.BOOK.parent / CHANGES, target.parent / CHANGES)
    for path in sorted(target.rglob("*")):
        if path.suffix == ".ipynb":
            nb = notebooks.parse(path.read_text(encoding="utf-8"), path.name)
            text = notebooks.serialise(strip(nb, path.name))
            path.write_text(text, encoding="utf-8")
        elif path.suffix == ".md" and DIRECTIVE in path.read_text(encoding="utf-8"):
            raise notebooks.NotebookError(
                f"{path.name}: solutions can be left out of notebooks only"
            )


if __name__ == "__main__":
    try:
        copy(notebooks.BOOK, Path(sys.argv[1]))
    except IndexError:
        raise SystemExit("name the folder to copy to") from None
    except notebooks.NotebookError as error:
        raise SystemExit(f"error: {error}") from None
