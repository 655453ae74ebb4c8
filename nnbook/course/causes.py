"""Say why a name is missing: the cell that should have defined it did not end well.

One cell that fails takes others with it, and the functions that need what it defines.
Each of these stops with a NameError, which says nothing of the cause.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Cause", "Causes", "names_in", "shortened"]

_LENGTH = 120  # of what one of several errors says

_MISSING = re.compile(r"name '(\w+)' is not defined")
# For cells that are no Python: what a line begins to define.
_BEGINS = re.compile(
    r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)"
    r"|^(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*=(?!=)",
    re.MULTILINE,
)
_INSIDE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Cause:
    """The first cell that failed, of a row of cells that need one another.

    Parameters
    ----------
    cell : int
        Counted from 0, code cells only.
    what : str
        What became of it: "stopped with ValueError: bad".
    """

    cell: int
    what: str

    def __str__(self) -> str:
        """Say which cell it was and what became of it."""
        return f"code cell {self.cell + 1} {self.what}"


class Causes:
    """The names that failed cells would have defined, each with the first cause."""

    def __init__(self) -> None:
        self.by_name: dict[str, Cause] = {}

    def note(self, source: str, tree: ast.Module | None, cause: Cause) -> None:
        """Note what a cell that failed would have defined."""
        for name in names_in(source, tree):
            self.by_name.setdefault(name, cause)

    def of(self, error: str, message: str) -> Cause | None:
        """Give the first cause of an error, where it is one that follows another."""
        missing = _MISSING.fullmatch(message) if error == "NameError" else None
        return self.by_name.get(missing[1]) if missing else None

    def told(self, error: str, message: str) -> str:
        """Give an error's message, with its first cause where there is one."""
        cause = self.of(error, message)
        return message if cause is None else f"{message}, because {cause}"


def shortened(said: str) -> str:
    """Give what an error says on one line that others stand beside."""
    return " ".join(said.split())[:_LENGTH]


def names_in(source: str, tree: ast.Module | None) -> set[str]:
    """Give the names that a cell would define.

    Parameters
    ----------
    source : str
    tree : ast.Module, optional
        Its statements; None where it is no Python.

    Returns
    -------
    set of str
    """
    if tree is not None:
        return set(_bound(tree))
    return {
        name.strip()
        for one, several in _BEGINS.findall(source)
        for name in (one or several).split(",")
    }


def _bound(tree: ast.Module) -> Iterator[str]:
    """Give what is bound outside the bodies of functions and classes."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif not isinstance(node, _INSIDE):
            left += ast.iter_child_nodes(node)
