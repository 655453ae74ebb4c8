"""Run a notebook's code cells without Jupyter, and lose as little of them as can be.

A cell that fails, runs too long or is to be skipped still gives its definitions: the
functions after the failing line are the student's work as well.
"""

from __future__ import annotations

import ast
import json
import sys
import types
from collections.abc import Callable
from typing import Any

__all__ = [
    "NO_ANSWER",
    "Unreadable",
    "answers_of",
    "code_cells",
    "definitions",
    "mark_of",
    "read_notebook",
    "runnable",
    "source_of",
    "stand_ins",
]

MOST_CELLS = 5_000

#: What stands in the students' copy where an answer in words is asked for.
NO_ANSWER = "*Your answer here.*"
#: And in the copy that nbgrader makes.
NO_ANSWERS = (NO_ANSWER, "YOUR ANSWER HERE")

#: Modules that only show things; in their place stands one that accepts everything.
SHOWING = (
    "IPython",
    "IPython.core",
    "IPython.core.display",
    "IPython.core.interactiveshell",
    "IPython.core.magic",
    "IPython.display",
    "google.colab",
    "ipywidgets",
    "nnbook.explorers",
)

#: Cell magics whose cell is Python all the same.
_PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3")


class Unreadable(ValueError):
    """What was handed in is no notebook; the message says what is wrong with it."""


# ---- reading ----------------------------------------------------------------


def read_notebook(data: bytes) -> list[dict[str, Any]]:
    """Give a notebook's cells, of whatever version of the format.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    list of dict

    Raises
    ------
    Unreadable
        If no cells can be found in it.
    """
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        notebook = json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        raise Unreadable("the file is nested too deeply for a notebook") from None
    except ValueError:
        raise Unreadable("the file is not JSON, so it is not a notebook") from None
    if not isinstance(notebook, dict):
        raise Unreadable("the file is JSON, but not a notebook")
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # nbformat 3
        sheets = [s for s in notebook["worksheets"] if isinstance(s, dict)]
        cells = [
            c for s in sheets if isinstance(s.get("cells"), list) for c in s["cells"]
        ]
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON, but not a notebook: it has no cells")
    kept = [cell for cell in cells[:MOST_CELLS] if isinstance(cell, dict)]
    return kept


def source_of(cell: dict[str, Any]) -> str:
    """Give a cell's text, in whichever spelling its notebook has it.

    Parameters
    ----------
    cell : dict

    Returns
    -------
    str
        Empty where the cell holds no text.
    """
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def mark_of(cell: dict[str, Any]) -> dict[str, Any]:
    """Give what nbgrader's metadata say about a cell; empty where they say nothing.

    Parameters
    ----------
    cell : dict

    Returns
    -------
    dict
    """
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return mark if isinstance(mark, dict) else {}


def code_cells(cells: list[dict[str, Any]]) -> list[str]:
    """Give the sources of the code cells, in the notebook's order."""
    return [source_of(cell) for cell in cells if cell.get("cell_type") == "code"]


def answers_of(cells: list[dict[str, Any]], names: list[str]) -> dict[str, str]:
    """Give what was written in answer to the questions for hand marking.

    Parameters
    ----------
    cells : list of dict
    names : list of str
        The questions' names, which are their cells' ``grade_id``.

    Returns
    -------
    dict of str to str
        An empty text where no cell bears the name.
    """
    found: dict[str, list[str]] = {name: [] for name in names}
    for cell in cells:
        name = mark_of(cell).get("grade_id")
        if isinstance(name, str) and name in found:
            found[name].append(source_of(cell))
    return {name: "\n\n".join(texts) for name, texts in found.items()}


# ---- from a cell to Python --------------------------------------------------


def runnable(source: str) -> ast.Module:
    """Give a cell's statements; what is for Jupyter alone does nothing.

    Parameters
    ----------
    source : str

    Returns
    -------
    ast.Module

    Raises
    ------
    SyntaxError
        If it is not Python either.
    """
    try:
        return ast.parse(source)
    except ValueError:  # a null character
        raise SyntaxError("source code cannot contain null bytes") from None
    except SyntaxError:
        plain = _without_magics(source)
        if plain == source:
            raise
        return ast.parse(plain)


def _without_magics(source: str) -> str:
    """Put `pass` where a line is for Jupyter, keeping the number of lines."""
    lines = source.splitlines()
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        if lines[first].split()[0] not in _PYTHON_MAGICS:
            return ""
        lines[first] = ""
    return "\n".join(map(_plain_line, lines))


def _plain_line(line: str) -> str:
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    if body[:1] in ("%", "!", "?") or (body.rstrip()[-1:] == "?" and "#" not in body):
        return f"{indent}pass"
    name, equals, value = body.partition("=")
    if equals and name.strip().isidentifier() and value.lstrip()[:1] in ("%", "!"):
        return f"{indent}{name.strip()} = []"
    return line


def definitions(tree: ast.Module, after: int = 0) -> list[ast.stmt]:
    """Give the statements of a cell that only define: functions, classes, imports.

    Parameters
    ----------
    tree : ast.Module
    after : int
        The line after which they must begin.

    Returns
    -------
    list of ast.stmt
    """
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import)
    return [
        statement
        for statement in tree.body
        if statement.lineno > after
        and (
            isinstance(statement, (*kinds, ast.ImportFrom))
            or (
                isinstance(statement, ast.Assign)
                and isinstance(statement.value, (ast.Constant, ast.Lambda))
            )
        )
    ]


# ---- what Jupyter would be --------------------------------------------------


class _Anything:
    """Accepts whatever is done to it, and does nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # As a decorator it leaves the function as it is.
        return args[0] if len(args) == 1 and callable(args[0]) else _Anything()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: object) -> None: ...

    def __iter__(self) -> Any:
        return iter(())


class _Showing(types.ModuleType):
    """A module in which every name stands for something that does nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "get_ipython":
            return _Anything
        return _Anything()


def stand_ins() -> dict[str, Callable[..., Any]]:
    """Put modules that do nothing in the place of those that only show.

    Returns
    -------
    dict
        The names that Jupyter adds to a notebook's own.
    """
    for name in SHOWING:
        sys.modules[name] = _Showing(name)
    vars(sys.modules["IPython"])["version_info"] = (9, 0)  # matplotlib asks for it
    return {"display": lambda *args, **kwargs: None, "get_ipython": _Anything}
