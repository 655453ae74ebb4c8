"""Say in a sentence how a value differs from the right one.

Everything here takes plain values, as `nnbook.course.calls.plain` makes them.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from typing import Any

import numpy as np

from nnbook.course.model import Exercise, Probe

LENGTH = 400  # of a shown value
MOST_LETTERS = 4000  # of a shown array
MOST_AXES = 4  # with more of them NumPy prints every number
MOST_PARTS = 8  # of a shown list


class _Short(reprlib.Repr):
    """Writes as `repr` does what is short, and no more than is shown of the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 20
        self.maxstring = self.maxlong = 2 * LENGTH
        self.maxlist = self.maxtuple = self.maxdict = LENGTH

    def repr_ndarray(self, array: np.ndarray, _: int) -> str:
        """Write an array that lies in a list."""
        return repr(array) if array.size <= LENGTH else kind_of(array)


_SHORT = _Short()


def kind_of(value: Any) -> str:
    """Name what a plain value is: "an array of shape (4, 2)", "the number 3".

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    if value is None:
        return "None (does the function return its result?)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, bool):
        return "a truth value"
    if _is_number(value):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return f"a dict with the keys {', '.join(map(repr, value))}"[:LENGTH]
    return f"a {type(value).__name__} of {len(value)}"


def shown(value: Any) -> str:
    """Write a plain value so that a student can compare it by eye.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
        Cut where it is long.
    """
    if isinstance(value, np.ndarray):
        if value.ndim > MOST_AXES:
            return kind_of(value)[:LENGTH]
        text = np.array2string(value, precision=5, threshold=30, edgeitems=2)
        return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}..."
    if isinstance(value, (list, tuple)) and _holds_arrays(value):
        rows = [(f"[{n}]", part) for n, part in enumerate(value[:MOST_PARTS])]
        return _rows_shown(rows, len(value))
    if isinstance(value, dict):
        pairs = list(value.items())[:MOST_PARTS]
        rows = [(f"{shown(key)}:", part) for key, part in pairs]
        return _rows_shown(rows, len(value))
    text = f"{value:.6g}" if isinstance(value, float) else _SHORT.repr(value)
    return text if len(text) <= LENGTH else f"{text[:LENGTH]}..."


def _rows_shown(rows: list[tuple[str, Any]], number: int) -> str:
    parts = [f"{name} {_indented(shown(part), 4)}" for name, part in rows]
    return "\n".join(parts) + ("\n..." if number > len(rows) else "")


def _holds_arrays(value: list[Any] | tuple[Any, ...]) -> bool:
    return any(isinstance(part, (np.ndarray, dict)) for part in value)


def _indented(text: str, width: int) -> str:
    """Indent all lines but the first."""
    return text.replace("\n", "\n" + " " * width)


def difference(exercise: Exercise, probe: Probe, expected: Any, got: Any) -> str | None:
    """Say how a result differs from what the exercise asks for.

    Parameters
    ----------
    exercise : Exercise
    probe : Probe
        What the function was called with.
    expected : object
        What the reference gives for it.
    got : object
        The result, plain.

    Returns
    -------
    str or None
        A sentence without its full stop; None where the result is right.
    """
    if exercise.judge is not None:
        return _judged(exercise.judge, probe, got)
    return _different(expected, got, exercise.rtol, exercise.atol)


def _judged(
    judge: Callable[[Probe, Any], str | None], probe: Probe, got: Any
) -> str | None:
    try:
        with np.errstate(all="ignore"):
            return judge(probe, got)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return f"the result is of another kind than asked for: {kind_of(got)}"


def _different(expected: Any, got: Any, rtol: float, atol: float) -> str | None:
    """Compare two plain values; see `difference`."""
    if isinstance(expected, np.ndarray):
        return _arrays_differ(expected, got, rtol, atol)
    if isinstance(expected, (list, tuple)):
        return _lists_differ(expected, got, rtol, atol)
    if isinstance(expected, dict):
        return _dicts_differ(expected, got, rtol, atol)
    if _is_number(expected):
        return _numbers_differ(expected, got, rtol, atol)
    if isinstance(expected, bool) and isinstance(got, np.ndarray) and got.shape == ():
        got = got.item()
    if type(got) is type(expected) and got == expected:
        return None
    return f"expected {shown(expected)}, got {shown(got)}"


def _numbers_differ(expected: Any, got: Any, rtol: float, atol: float) -> str | None:
    if isinstance(got, np.ndarray) and got.shape == () and got.dtype.kind in "biuf":
        got = got.item()
    if not _is_number(got):
        return f"expected one number, got {kind_of(got)}"
    if _close(expected, got, rtol, atol).all():
        return None
    return f"expected {expected:.6g}, got {got:.6g}"


def _arrays_differ(
    expected: np.ndarray, got: Any, rtol: float, atol: float
) -> str | None:
    if not isinstance(got, np.ndarray):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    if expected.shape != got.shape:
        return f"expected shape {expected.shape}, got shape {got.shape}"
    numeric = expected.dtype.kind in "biuf"
    if numeric != (got.dtype.kind in "biuf"):
        return f"expected an array of {expected.dtype}, got one of {got.dtype}"
    same = _close(expected, got, rtol, atol) if numeric else expected == got
    if same.all():
        return None
    where = tuple(int(i) for i in np.argwhere(~same)[0])
    share = f"{np.count_nonzero(~same)} of {same.size} numbers differ"
    at = f"; the first is at {list(where)}" if where else ""
    right, wrong = expected[where].item(), got[where].item()
    if not numeric:
        return f"expected {right!r}, got {wrong!r}{at}"
    return f"{share}{at}: expected {right:.6g}, got {wrong:.6g}"


def _lists_differ(expected: Any, got: Any, rtol: float, atol: float) -> str | None:
    if not isinstance(got, (list, tuple)):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    if len(expected) != len(got):
        return f"expected {len(expected)} results, got {len(got)}"
    for n, (right, wrong) in enumerate(zip(expected, got, strict=True)):
        text = _different(right, wrong, rtol, atol)
        if text:
            return f"result [{n}]: {text}"
    return None


def _dicts_differ(
    expected: dict[Any, Any], got: Any, rtol: float, atol: float
) -> str | None:
    if not isinstance(got, dict):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    if set(expected) != set(got):
        return f"expected {kind_of(expected)}, got {kind_of(got)}"
    for key, right in expected.items():
        text = _different(right, got[key], rtol, atol)
        if text:
            return f"under {key!r}: {text}"
    return None


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _close(expected: Any, got: Any, rtol: float, atol: float) -> np.ndarray:
    a, b = np.asarray(expected, float), np.asarray(got, float)
    with np.errstate(all="ignore"):
        return np.asarray(np.isclose(b, a, rtol=rtol, atol=atol, equal_nan=True))
