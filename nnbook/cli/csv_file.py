"""Samples from a CSV file: columns of numbers, and one of labels."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnbook._types import Array
from nnbook.cli.refused import Refused

__all__ = ["Table", "read_csv"]


class Table(NamedTuple):
    """What a CSV file holds.

    Attributes
    ----------
    X : ndarray of float64, shape (N, D)
        The columns of numbers.
    y : ndarray of int or str, shape (N,)
        The labels: integers where all of them are whole numbers.
    features : list of str
        The names of the D columns.
    label : str
        The name of the label column.
    """

    X: Array
    y: np.ndarray
    features: list[str]
    label: str


def read_csv(path: str, label: str | None = None) -> Table:
    """Read samples and their labels from a file of comma-separated values.

    Parameters
    ----------
    path : str
        The file, in UTF-8. Line 1 names the columns; blank lines are skipped.
    label : str, optional
        The name of the label column; by default the last one.

    Returns
    -------
    Table

    Raises
    ------
    Refused
        If the file cannot be used; the message names the line and the column.
    """
    rows = _rows(path)
    names = _header(path, next(rows, None))
    at = _label_position(path, names, label)
    features = names[:at] + names[at + 1 :]
    X: list[list[float]] = []
    y: list[str] = []
    for line, cells in rows:
        if len(cells) != len(names):
            raise Refused(
                f"{path}, line {line}: it has {len(cells)} cells, but line 1 names "
                f"{len(names)} columns"
            )
        y.append(_label(cells.pop(at), f"{path}, line {line}, column {names[at]!r}"))
        X.append(
            [
                _number(cell, f"{path}, line {line}, column {name!r}")
                for name, cell in zip(features, cells, strict=True)
            ]
        )
    if len(y) < 2:
        held = "no samples, only the names of columns" if not y else "one sample only"
        raise Refused(
            f"{path} holds {held}: at least two are needed, one to learn from and one "
            "unseen"
        )
    return Table(np.array(X), _labels(path, names[at], y), features, names[at])


def _rows(path: str) -> Iterator[tuple[int, list[str]]]:
    """Give the number of each line that is not blank, and its cells."""
    try:
        # utf-8-sig: spreadsheets put a byte order mark before the first name.
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path} is not text in UTF-8 ({error.reason}): save it as CSV UTF-8"
        ) from None
    except csv.Error as error:
        raise Refused(f"{path}, line {reader.line_num}: {error}") from None
    except OSError as error:
        raise Refused(f"{path}: {error.strerror or error}") from None


def _header(path: str, first: tuple[int, list[str]] | None) -> list[str]:
    if first is None:
        raise Refused(f"{path} is empty: line 1 must name the columns")
    line, names = first
    where = f"{path}, line {line}"
    if len(names) == 1:
        for separator, called in ((";", "semicolons"), ("\t", "tabs")):
            if separator in names[0]:
                raise Refused(
                    f"{where}: one column found, since the cells are separated by "
                    f"{called}: save the file with commas"
                )
        raise Refused(
            f"{where}: one column found ({names[0]!r}), but at least two are needed, "
            "numbers and labels, separated by commas"
        )
    for n, name in enumerate(names, start=1):
        if not name:
            raise Refused(
                f"{where}: column {n} has no name; name it, or leave it out if it "
                "only counts the rows"
            )
        if _is_fraction(name):
            raise Refused(f"{where} must name the columns, got the number {name}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused(f"{where}: two columns have the name {twice[0]!r}")
    return names


def _is_fraction(name: str) -> bool:
    """Tell a number such as 5.1 from a name; a column may well be called 2020."""
    return "." in name and math.isfinite(_as_float(name))


def _label_position(path: str, names: Sequence[str], label: str | None) -> int:
    if label is None:
        return len(names) - 1
    if label in names:
        return names.index(label)
    close = difflib.get_close_matches(label, names, n=1)
    guess = f"; did you mean {close[0]!r}?" if close else ""
    raise Refused(
        f"--label: {path} has no column {label!r}, only {_listed(names)}{guess}"
    )


def _listed(names: Sequence[str], most: int = 8) -> str:
    quoted = [repr(name) for name in names]
    if len(quoted) > most:
        quoted[most - 2 : -1] = ["..."]
    return ", ".join(quoted)


def _as_float(cell: str) -> float:
    """Give the number that a cell holds, nan where it holds none."""
    try:
        return float(cell) if "_" not in cell else math.nan
    except ValueError:
        return math.nan


def _number(cell: str, where: str) -> float:
    value = _as_float(cell)
    if math.isfinite(value):
        return value
    if not cell:
        raise Refused(f"{where}: the cell is empty; fill it in, or leave the line out")
    hint = ""
    if math.isfinite(_as_float(cell.replace(",", ".", 1))):
        hint = "; write a decimal point, not a comma"
    raise Refused(f"{where}: expected a number, got {cell!r:.40}{hint}")


def _label(cell: str, where: str) -> str:
    if not cell or cell.lower() == "nan":
        raise Refused(
            f"{where}: the label is missing; fill it in, or leave the line out"
        )
    return cell


def _labels(path: str, name: str, cells: list[str]) -> np.ndarray:
    """Give the labels, as integers where all of them are whole numbers."""
    where = f"{path}, column {name!r}"
    different = len(set(cells))
    if different == 1:
        raise Refused(f"{where} holds one class only, {cells[0]!r}: nothing to learn")
    values = [_as_float(cell) for cell in cells]
    numbers = all(math.isfinite(value) for value in values)
    for cell, value in zip(cells, values, strict=True):
        if numbers and value != int(value):
            raise Refused(
                f"{where} holds fractions such as {cell}: a quantity, where classes "
                "are needed; --label names another column"
            )
    if different == len(cells) > 2:
        raise Refused(
            f"{where} holds a different label in every line: --label names another "
            "column"
        )
    # Beyond 2**53 a float no longer tells neighbouring integers apart.
    if numbers and all(abs(value) < 2**53 for value in values):
        return np.array([int(value) for value in values])
    return np.array(cells)
