"""Call a function on a probe, and say plainly what came of it.

The same call is made on the student's machine by `check`, in the sandbox by the
grader's child, and in the grader's parent for the reference and the known mistakes:
what is right in one place is right in the others.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnbook._checks import choice
from nnbook.course.model import Named, Probe, Seed

TOO_LONG = "TimeLimit"  # stands for an error where a call took too long
PROCESS_ENDED = "ProcessEnded"  # and where its process came to an end
MESSAGE_LENGTH = 300  # of an error: the rest helps nobody
DEPTH = 20  # of lists in lists


def _bowl(x: np.ndarray) -> float:
    """Give the sum of the squares; its slope is 2 x."""
    return float((x**2).sum())


def _waves(x: np.ndarray) -> float:
    """Give the sum of the sines; its slope is cos(x)."""
    return float(np.sin(x).sum())


def _cube(z: np.ndarray) -> np.ndarray:
    """Give each number's third power; its slope is 3 z * z."""
    return np.asarray(z * z * z)


NAMED: dict[str, Callable[..., Any]] = {
    "bowl": _bowl,
    "waves": _waves,
    "cube": _cube,
    "sine": np.sin,
}
"""The functions that a `Named` may stand for."""


class NotPlainError(TypeError):
    """A value that is not made of arrays, numbers, strings, lists, tuples, dicts."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call.

    Parameters
    ----------
    value : object
        What the function gave back, made plain by `plain`.
    error : str
        The class of the exception that ended the call; empty where it returned.
    message : str
        What the exception said.
    strange : str
        What the function gave back, where that is no plain value: "a generator".
    changed : bool
        Whether the function changed one of its arguments.
    """

    value: Any = None
    error: str = ""
    message: str = ""
    strange: str = ""
    changed: bool = False

    @property
    def returned(self) -> bool:
        """Say whether there is a value to compare."""
        return not self.error and not self.strange


def made(value: Any) -> Any:
    """Give a fresh copy of a probe's argument, with Seed and Named made real.

    Parameters
    ----------
    value : object
        An argument, or a list, tuple or dict of arguments.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If a `Named` has a name that `NAMED` lacks.
    """
    if isinstance(value, Seed):
        return np.random.default_rng(value.value)
    if isinstance(value, Named):
        return NAMED[choice("Named", value.name, NAMED)]
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, (list, tuple)):
        return type(value)(made(part) for part in value)
    if isinstance(value, dict):
        return {key: made(part) for key, part in value.items()}
    return value


def plain(value: Any, depth: int = DEPTH) -> Any:
    """Give `value` as arrays, numbers, strings and None, in lists, tuples and dicts.

    NumPy's scalars become Python's. An instance of a subclass is refused, because its
    methods are its author's: nothing of it is called.

    Parameters
    ----------
    value : object
    depth : int
        How many lists may lie in one another.

    Returns
    -------
    object
        A copy.

    Raises
    ------
    NotPlainError
        If it, or something in it, is of another kind.
    """
    kind = type(value)
    if kind is int and value.bit_length() > 63:
        raise NotPlainError("an integer of more than 63 bits")
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is np.ndarray:
        if value.dtype.kind not in "biufU":
            raise NotPlainError(f"an array of dtype {value.dtype}")
        if value.dtype.kind == "f" and value.dtype.itemsize > 8:  # np.longdouble
            return value.astype(np.float64)
        return np.array(value)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy":
        is_float = issubclass(kind, np.floating)  # np.longdouble's item is itself
        return float(value) if is_float else plain(value.item())
    if depth == 0:
        raise NotPlainError("lists that lie too deep in one another")
    if kind in (list, tuple):
        return kind(plain(part, depth - 1) for part in value)
    if kind is dict:
        return {plain(k, 0): plain(part, depth - 1) for k, part in value.items()}
    raise NotPlainError(_described(kind))


def _described(kind: type) -> str:
    name = str(kind.__name__)[:60]
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def identical(a: Any, b: Any) -> bool:
    """Say whether two plain values are the same to the last bit.

    Parameters
    ----------
    a, b : object

    Returns
    -------
    bool
    """
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        same_form = a.dtype == b.dtype and a.shape == b.shape
        return bool(same_form and a.tobytes() == b.tobytes())
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(identical(a[k], b[k]) for k in a)
    if isinstance(a, np.random.Generator):  # drawing from it is what it is for
        return True
    return bool(a == b)


def call(function: Callable[..., Any], probe: Probe) -> Outcome:
    """Call a function on fresh copies of a probe's arguments.

    Parameters
    ----------
    function : callable
    probe : Probe

    Returns
    -------
    Outcome
        Whatever the function does, except that an interruption goes through.
    """
    args = made(probe.args)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = function(*args)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (it is not our code)
        return Outcome(error=type(error).__name__[:80], message=_said(error))
    try:
        result = plain(value)
    except NotPlainError as error:
        return Outcome(strange=str(error))
    return Outcome(value=result, changed=not identical(args, made(probe.args)))


def _said(error: BaseException) -> str:
    try:
        return str(error)[:MESSAGE_LENGTH]
    except Exception:  # noqa: BLE001 (a class of the student's own)
        return ""
