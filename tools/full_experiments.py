"""Run the chapters' experiments at full size and store what they found.

Run from the project's root::

    python tools/full_experiments.py                   # every chapter that has one
    python tools/full_experiments.py 07_overfitting    # or the named ones

A chapter that says ``SEEDS = experiments.size(8, full=100)`` is run with the larger
number. Every number that this run glues for the prose goes into
``nnbook/data/full/``, with the sizes, and with a fingerprint of the cells tagged
``experiment``: a test compares both with the chapter as it stands, so that a stored
result cannot outlive the code that made it.

Cells that read stored results are left out of the run that makes them.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import notebooks
import numpy as np

from nnbook.experiments import FULL

STORE = notebooks.ROOT / "nnbook" / "data" / "full"
TAG = "experiment"
TIMEOUT = 3600  # seconds a cell: full experiments are long


def code_cells(nb: notebooks.Notebook) -> list[notebooks.Cell]:
    """List the cells that hold code."""
    return [cell for cell in nb["cells"] if cell["cell_type"] == "code"]


def code_of(cell: notebooks.Cell) -> ast.Module:
    """Parse what a cell holds."""
    return ast.parse(notebooks.text_of(cell["source"]))


def calls(code: ast.Module, function: str) -> list[ast.Call]:
    """Find the calls of one function of `experiments` in a cell."""
    return [
        node
        for node in ast.walk(code)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == f"experiments.{function}"
    ]


def sizes(nb: notebooks.Notebook) -> dict[str, int]:
    """Read the full sizes off a chapter: the name of each, and its number.

    Raises
    ------
    NotebookError
        If a size is not assigned to a name, as in ``SEEDS = experiments.size(8,
        full=100)``, or stands in a cell that is not tagged as an experiment.
    """
    found: dict[str, int] = {}
    for cell in code_cells(nb):
        code = code_of(cell)
        wanted = calls(code, "size")
        if wanted and TAG not in cell["metadata"].get("tags", []):
            raise notebooks.NotebookError(
                f"tag the cell that calls experiments.size with {TAG!r}, and so every "
                "cell that its result depends on"
            )
        for statement in code.body:
            if isinstance(statement, ast.Assign) and statement.value in wanted:
                wanted.remove(call := statement.value)
                full = next(k.value for k in call.keywords if k.arg == "full")
                found[ast.unparse(statement.targets[0])] = ast.literal_eval(full)
        if wanted:
            raise notebooks.NotebookError(
                "write NAME = experiments.size(short, full=number) on a line of its "
                f"own, not: {ast.unparse(wanted[0])}"
            )
    return found


def fingerprint(nb: notebooks.Notebook) -> str:
    """Condense the code of a chapter's experiments, layout and comments left out."""
    trees = [
        as_written(code_of(cell))
        for cell in code_cells(nb)
        if TAG in cell["metadata"].get("tags", [])
    ]
    return hashlib.sha256("\n".join(trees).encode()).hexdigest()[:16]


def as_written(node: Any) -> str:
    """Write a syntax tree alike on every Python, as neither of `ast`'s own ways is.

    `ast.unparse` quotes f-strings in a way of its version's, and `ast.dump` lists the
    fields that its version has: what is empty is left out here.
    """
    if isinstance(node, list):
        return f"[{', '.join(map(as_written, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [
        f"{name}={as_written(value)}"
        for name, value in ast.iter_fields(node)
        if value is not None and value != []
    ]
    return f"{type(node).__name__}({', '.join(fields)})"


def glued(nb: notebooks.Notebook) -> dict[str, str]:
    """Collect the numbers that a run handed to the prose, as they are to be read."""
    values = {}
    for cell in code_cells(nb):
        for output in cell["outputs"]:
            book = output.get("metadata", {}).get("scrapbook")
            if book:
                data = output["data"]["application/papermill.record/text/plain"]
                values[book["name"]] = ast.literal_eval(notebooks.text_of(data))
    return values


def without_stored(nb: notebooks.Notebook) -> notebooks.Notebook:
    """Leave out the cells that read what this run is to make."""
    kept = [
        cell
        for cell in nb["cells"]
        if cell["cell_type"] != "code" or not calls(code_of(cell), "stored")
    ]
    return {**nb, "cells": kept}


def run(path: Path) -> dict[str, Any]:
    """Run one chapter at full size and give what is to be stored."""
    nb = notebooks.parse(path.read_text(encoding="utf-8"), path.name)
    settings = sizes(nb)
    text = notebooks.serialise(without_stored(nb))
    os.environ[FULL] = "1"
    done = notebooks.parse(notebooks.execute(text, path.parent, TIMEOUT), path.name)
    return {
        "settings": settings,
        "values": glued(done),
        "made": {
            "code": fingerprint(nb),
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
    }


def chapters() -> list[Path]:
    """List the chapters that have an experiment of two sizes."""
    found = []
    for path in notebooks.default_files():
        nb = notebooks.parse(path.read_text(encoding="utf-8"), path.name)
        if sizes(nb):
            found.append(path)
    return found


def main(names: list[str]) -> None:
    """Run the named chapters, or all."""
    there = {path.stem: path for path in chapters()}
    unknown = sorted(set(names) - set(there))
    if unknown:
        raise SystemExit(
            f"no chapter {unknown[0]!r} calls experiments.size; "
            f"there are: {', '.join(there) or 'none'}"
        )
    for name in names or there:
        print(f"{name}: running at full size", flush=True)
        text = json.dumps(run(there[name]), indent=1, ensure_ascii=False)
        (STORE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
