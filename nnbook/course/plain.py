"""How values cross the border of the sandbox: as JSON, never as pickles.

Reading a pickle runs what its author wrote; reading JSON does not. So a probe's
arguments go in, and what a function gave comes out, as lists and strings: an array
is its dtype, its shape and its bytes in base64, to the last bit. What comes out was
written by a stranger: `decode` believes nothing, and refuses by size and by depth.
"""

from __future__ import annotations

import binascii
import json
import math
from typing import Any

import numpy as np

from nnbook.course.calls import Outcome
from nnbook.course.model import Named, Seed

__all__ = [
    "MOST_BYTES",
    "NotPlain",
    "decode",
    "decode_outcome",
    "dumps",
    "encode",
    "encode_outcome",
    "loads",
    "printable",
    "text",
]

#: The longest message in either direction.
MOST_BYTES = 4 * 2**20
#: The deepest nesting of lists, and the most parts of a message.
DEPTH = 24
MOST_PARTS = 200_000
#: Of an integer, as `nnbook.course.calls.plain` gives it.
MOST_BITS = 63
#: The longest text that is kept of an error or of a name.
TEXT_LENGTH = 600

_KINDS = "biufcU"

#: What people write and Python does not call printable: lines, tabs, the spaces of
#: French and Chinese, and what joins letters in Persian and parts of an emoji.
_KEPT = frozenset("\n\t\u00a0\u2002\u2003\u2009\u202f\u3000\u200c\u200d\u200e\u200f")


class NotPlain(ValueError):
    """A message that is not what it should be."""


# ---- writing ----------------------------------------------------------------


def encode(value: Any, depth: int = DEPTH) -> Any:
    """Give `value` in the form that JSON takes.

    Parameters
    ----------
    value : object
        None, truth values, numbers, strings, arrays, `Seed`, `Named`, and lists,
        tuples and dicts of these, by their exact types.
    depth : int
        How many more lists may lie in one another.

    Returns
    -------
    object
        Scalars as they are; all else as a dict with one key that names the kind.

    Raises
    ------
    NotPlain
        If it, or something in it, is of another kind, or too deep.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if depth == 0:
        raise NotPlain("lists that lie too deep in one another")
    if kind is np.ndarray and value.nbytes > MOST_BYTES // 2:
        raise NotPlain(f"an array of {value.nbytes:,} bytes")
    if kind is np.ndarray and value.dtype.kind in _KINDS:
        return {"array": [value.dtype.str, list(value.shape), _base64(value)]}
    if kind.__module__ == "numpy" and issubclass(kind, np.generic):
        array = np.asarray(value)
        if array.dtype.kind in _KINDS:
            return {"scalar": [array.dtype.str, [], _base64(array)]}
    if kind in (list, tuple):
        return {kind.__name__: [encode(part, depth - 1) for part in value]}
    if kind is dict:
        return {
            "dict": [
                [encode(k, depth - 1), encode(part, depth - 1)]
                for k, part in value.items()
            ]
        }
    if kind is Seed:
        return {"seed": value.value}
    if kind is Named:
        return {"named": value.name}
    raise NotPlain(f"cannot write a {kind.__name__} in plain form")


def _base64(array: np.ndarray) -> str:
    return binascii.b2a_base64(array.tobytes(), newline=False).decode("ascii")


def encode_outcome(outcome: Outcome) -> dict[str, Any]:
    """Give what came of one call in the form that JSON takes.

    Raises
    ------
    NotPlain
        As `encode`.
    """
    return {
        "value": encode(outcome.value),
        "error": outcome.error,
        "message": outcome.message,
        "strange": outcome.strange,
        "changed": outcome.changed,
    }


def dumps(message: Any) -> bytes:
    """Write one message, a line.

    Raises
    ------
    NotPlain
        If it is longer than `MOST_BYTES`.
    """
    line = json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"
    if len(line) > MOST_BYTES:
        raise NotPlain(f"a message of more than {MOST_BYTES:,} bytes")
    return line


# ---- reading ----------------------------------------------------------------


def loads(line: bytes) -> Any:
    """Read one message, a line.

    Raises
    ------
    NotPlain
        If it is too long, or no JSON.
    """
    if len(line) > MOST_BYTES:
        raise NotPlain(f"a message of more than {MOST_BYTES:,} bytes")
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise NotPlain("a message that is no JSON") from None


def decode(form: Any) -> Any:
    """Give the value that `encode` wrote, or refuse.

    Parameters
    ----------
    form : object
        As `loads` gives it.

    Returns
    -------
    object

    Raises
    ------
    NotPlain
        If `form` is not exactly what `encode` gives for some value.
    """
    return _Reader(arguments=True).value(form, DEPTH)


class _Reader:
    """Reads one message, counting its parts.

    A result has none of the kinds that only arguments have; see
    `nnbook.course.calls.plain`.
    """

    def __init__(self, *, arguments: bool) -> None:
        self.left = MOST_PARTS
        self.arguments = arguments

    def value(self, form: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth < 0:
            raise NotPlain("a message of too many parts")
        if isinstance(form, int) and form.bit_length() > MOST_BITS:
            raise NotPlain(f"an integer of more than {MOST_BITS} bits")
        if form is None or isinstance(form, (bool, int, float)):
            return form
        if isinstance(form, str):
            return printable(form)
        if not isinstance(form, dict) or len(form) != 1:
            raise NotPlain("a message of another form")
        kind, body = next(iter(form.items()))
        if kind == "array":
            return _array(body)
        if kind == "scalar" and self.arguments:
            return _array(body)[()]
        if kind == "seed" and type(body) is int and self.arguments:
            return Seed(body)
        if kind == "named" and isinstance(body, str) and self.arguments:
            return Named(body)
        if not isinstance(body, list):
            raise NotPlain("a message of another form")
        if kind == "list":
            return [self.value(part, depth - 1) for part in body]
        if kind == "tuple":
            return tuple(self.value(part, depth - 1) for part in body)
        if kind == "dict":
            return dict(self._pair(pair, depth) for pair in body)
        raise NotPlain("a message of another form")

    def _pair(self, pair: Any, depth: int) -> tuple[Any, Any]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise NotPlain("a message of another form")
        key = self.value(pair[0], depth - 1)
        if not (key is None or isinstance(key, (bool, int, float, str))):
            raise NotPlain("a dict whose keys are not plain")
        return key, self.value(pair[1], depth - 1)


def _array(body: Any) -> np.ndarray:
    """Read an array, of the few dtypes that hold numbers or letters."""
    if not (isinstance(body, list) and len(body) == 3):
        raise NotPlain("a message of another form")
    name, shape, letters = body
    if not (
        isinstance(name, str)
        and len(name) < 12
        and name[1:2] in _KINDS
        and name[2:].isdigit()
        and isinstance(shape, list)
        and len(shape) <= 32
        and all(type(n) is int and n >= 0 for n in shape)
        # Also of an empty array, whose rows somebody may want to count.
        and math.prod(max(n, 1) for n in shape) <= MOST_BYTES
        and isinstance(letters, str)
    ):
        raise NotPlain("an array of another form")
    try:
        dtype = np.dtype(name)
        data = binascii.a2b_base64(letters, strict_mode=True)
    except (TypeError, ValueError):
        raise NotPlain("an array of another form") from None
    if dtype.itemsize == 0 or math.prod(shape) * dtype.itemsize != len(data):
        raise NotPlain("an array whose bytes do not fit its shape")
    if (
        dtype.kind == "U"
        and (np.frombuffer(data, dtype.str[0] + "u4") > 0x10FFFF).any()
    ):
        raise NotPlain("an array of letters that do not exist")
    return np.frombuffer(data, dtype).reshape(shape).copy()


def decode_outcome(form: Any) -> Outcome:
    """Give what came of one call, as the sandbox tells it.

    Parameters
    ----------
    form : object
        As `encode_outcome` writes it.

    Returns
    -------
    Outcome

    Raises
    ------
    NotPlain
        If it has another form.
    """
    keys = {"value", "error", "message", "strange", "changed"}
    if not isinstance(form, dict) or set(form) != keys:
        raise NotPlain("an outcome of another form")
    return Outcome(
        value=_Reader(arguments=False).value(form["value"], DEPTH),
        error=text(form["error"]),
        message=text(form["message"]),
        strange=text(form["strange"]),
        changed=form["changed"] is True,
    )


def text(form: Any, length: int = TEXT_LENGTH) -> str:
    """Give a text that any file and any page can hold, cut to `length`.

    Parameters
    ----------
    form : object
        What came; only a string counts.
    length : int

    Returns
    -------
    str
        Without control characters, halves of letters, and marks that turn what
        follows around.

    Raises
    ------
    NotPlain
        If it is no string.
    """
    if not isinstance(form, str):
        raise NotPlain("something else where a text should be")
    return printable(form[:length].replace("\r\n", "\n"))


def printable(form: str) -> str:
    """Give a text with a sign in the place of what no page and no file should hold."""
    kept = form.encode("utf-8", "replace").decode("utf-8")
    if kept.isprintable():
        return kept
    return "".join(
        c if c.isprintable() or c in _KEPT else "\N{REPLACEMENT CHARACTER}"
        for c in kept
    )
