"""Read and write tables as spreadsheets do.

They part cells with commas, semicolons or tabs, write in UTF-8, UTF-16 or Windows' own
letters, and take a text that looks like a formula for one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnbook.course.plain import printable
from nnbook.course.unusable import UnusableError

__all__ = [
    "Table",
    "as_written",
    "csv_text",
    "number",
    "read_table",
    "safe_cell",
    "table_of",
]


@dataclass(frozen=True)
class Table:
    """A CSV file as it was read, with the ways in which it was written.

    Parameters
    ----------
    header : list of str
        The columns' names.
    lines : dict of int to dict of str to str
        The cells by column, of each line that is not empty, by its number in the file.
    text : str
        All of it.
    between : str
        What parts two cells.
    encoding : str
    """

    header: list[str]
    lines: dict[int, dict[str, str]]
    text: str
    between: str
    encoding: str


def read_table(path: Path, option: str) -> Table:
    """Read a CSV file.

    Parameters
    ----------
    path : Path
    option : str
        What names the file in a message, as in "--roster".

    Returns
    -------
    Table

    Raises
    ------
    UnusableError
        If it cannot be read, or is no table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnusableError(f"{option}: {path} cannot be read: {error}") from None
    encoding = _encoding(data)
    try:
        return table_of(data.decode(encoding), encoding, path, option)
    except UnicodeDecodeError:
        raise UnusableError(
            f"{option}: some letters of {path} cannot be read; save it anew, in UTF-8"
        ) from None


def table_of(text: str, encoding: str, path: Path, option: str) -> Table:
    """Give the table that a text is; see `read_table`."""
    between, told = _between(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=between))
    except csv.Error as error:
        raise UnusableError(f"{option}: {path} is no CSV: {error}") from None
    header = [name.strip() for name in (rows[told:] or [[]])[0]]
    if not any(header):
        raise UnusableError(
            f"{option}: {path} is empty; its first line names the columns"
        )
    lines = {}
    for n, row in enumerate(rows[told + 1 :], told + 2):
        if any(cell.strip() for cell in row[len(header) :]):
            raise UnusableError(
                f"{option}: {path}: row {n} has more cells than the first has names; "
                "where a comma parts the cells, put 1,5 between quotes or write 1.5"
            )
        if row:
            cells = row + [""] * (len(header) - len(row))
            lines[n] = dict(zip(header, cells, strict=False))
    return Table(header, lines, text, between, encoding)


def _between(text: str) -> tuple[str, int]:
    """Give what stands between two cells, and how many lines say nothing else."""
    first = re.split(r"[\r\n]", text, maxsplit=1)[0].strip()
    if first[:4].lower() == "sep=" and len(first) == len("sep=;"):  # for spreadsheets
        return first[-1], 1
    # Where the comma is for decimals, spreadsheets put a semicolon between columns.
    return max(",;\t", key=first.count), 0


def _encoding(data: bytes) -> str:
    """Tell what spreadsheets have written: UTF-8, UTF-16, or Windows' own letters."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def csv_text(
    lines: Iterable[Sequence[str]], between: str = ",", end: str = "\n"
) -> str:
    """Give lines as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=between, lineterminator=end).writerows(lines)
    return file.getvalue()


def number(value: float | None) -> str:
    """Give a number as a cell; none is an empty one."""
    return "" if value is None else f"{value:g}"


def safe_cell(cell: str) -> str:
    """Give a text that a spreadsheet does not take for a formula, on one line."""
    # Where the comma is for decimals, a spreadsheet begins a cell at a semicolon too.
    cell = _INNER_FORMULA.sub("; ", " ".join(printable(cell).split()))
    return f"'{cell}" if len(cell) > 1 and cell[0] in _FORMULA else cell


def as_written(cell: str) -> str:
    """Give the text that `safe_cell` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple(_FORMULA) else cell


# The wide ones are for spreadsheets in East Asian languages.
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
_INNER_FORMULA = re.compile(rf";(?=[{re.escape(_FORMULA)}])")
