"""Find hand marks that were given for an earlier answer than the one that is there.

A student may hand in again after the teacher has read their answers; the mark then
stands beside words that nobody has read. What is kept to see this holds digests alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from nnbook.course.files import write_atomically
from nnbook.course.gradebook import Row

__all__ = ["for_earlier_answers", "with_earlier"]


def with_earlier(path: Path, rows: Sequence[Row]) -> list[Row]:
    """Give the rows with what is said of them by a file, and bring the file up to date.

    Parameters
    ----------
    path : Path
        It is made where it is missing or is no such file.
    rows : sequence of Row

    Returns
    -------
    list of Row

    Raises
    ------
    OSError
        If it cannot be read or written.
    """
    known: object = {}
    with contextlib.suppress(FileNotFoundError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
    found, known = for_earlier_answers(rows, known if isinstance(known, dict) else {})
    write_atomically(path, json.dumps(known, sort_keys=True))
    return found


def for_earlier_answers(
    rows: Sequence[Row], known: Mapping[str, Sequence[str]]
) -> tuple[list[Row], dict[str, Sequence[str]]]:
    """Find the marks whose answer has changed since they were first seen.

    Parameters
    ----------
    rows : sequence of Row
    known : mapping of str to sequence of str
        For each mark that was seen: the digest of the mark, and of its answer.

    Returns
    -------
    rows : list of Row
    known : dict
        What is to be known next time. A mark that was taken out is forgotten, so that
        the same mark may be given anew.
    """
    found, then = [], {}
    for row in rows:
        earlier = set()
        for question, mark in row.written.items():
            if mark is None:
                continue
            key = _digest(row.student, question)
            answer = row.grade.answers.get(question, "").strip()
            now = [_digest(key, f"{mark:g}"), _digest(key, answer)]
            before = known.get(key, now)
            earlier |= {question} if _is_earlier(before, now) else set()
            then[key] = before if question in earlier else now
        found.append(replace(row, earlier=frozenset(earlier)))
    return found, then


def _is_earlier(before: Sequence[str], now: Sequence[str]) -> bool:
    """Say whether the mark is still the same, but not the answer."""
    return before[:1] == now[:1] and before[1:] != now[1:]


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
