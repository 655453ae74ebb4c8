"""The one place where arguments are checked, so that every error reads alike.

Each message names the argument, says what came and what was expected, and,
where that helps, what to do about it.
"""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from nnbook._types import Array

# One column a class: a larger label is a number that names something.
_LARGEST_CLASS = 1_000_000


def _described(value: Any) -> str:
    """Name a value's type for an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype}"
    return f"{type(value).__name__} {value!r:.60}"


def _as_array(name: str, value: Any) -> np.ndarray:
    """Give `value` as an array; refuse masked values and rows of different lengths."""
    if np.ma.is_masked(value):
        raise ValueError(
            f"{name} must hold no masked values, since the mask would be lost: fill "
            f"them in with {name}.filled(...), or leave their rows out"
        )
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be rectangular, but its rows have different lengths"
        ) from None


def finite_array(
    name: str, value: Any, *, ndim: int | None = None, columns: int | None = None
) -> Array:
    """Give `value` as a float array that is not empty and holds no nan or inf.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : array_like of numbers
        float32 and float64 keep their precision; integers and truth values
        become float64.
    ndim : int, optional
        The number of dimensions it must have.
    columns : int, optional
        The length its last dimension must have.

    Returns
    -------
    ndarray of float32 or float64
        `value` itself where it already fits, otherwise a converted copy.

    Raises
    ------
    TypeError
        If it is sparse, or holds something other than numbers.
    ValueError
        If it is complex, ragged, empty, not finite, or of another shape.
    """
    if hasattr(value, "toarray"):  # scipy.sparse, without importing it
        raise TypeError(
            f"{name} must be a dense array, got the sparse {type(value).__name__}; "
            f"{name}.toarray() makes it dense"
        )
    array = _as_array(name, value)
    if array.dtype.kind == "c":
        raise ValueError(
            f"{name} must hold real numbers, got {_described(array)}: Complex data "
            "not supported"
        )
    if array.dtype.kind not in "biuf":
        if array.ndim == 0:
            raise TypeError(
                f"{name} must hold real numbers, got {_described(array.item())}; give "
                "an array or a list of numbers"
            )
        raise TypeError(
            f"{name} must hold real numbers, got {_described(array)}; convert it "
            f"first, for example np.asarray({name}, dtype=float)"
        )
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    if array.size == 0:
        missing = "feature" if len(array) else "sample"
        raise ValueError(
            f"{name} is empty: 0 {missing}(s) (shape={array.shape}) while a minimum "
            "of 1 is required."
        )
    check_ndim(name, array, ndim)
    if columns is not None and array.shape[-1] != columns:
        raise ValueError(f"{name} must have {columns} columns, got shape {array.shape}")
    check_finite(name, array)
    return array


def check_ndim(name: str, array: np.ndarray, ndim: int | None) -> None:
    """Refuse an array with the wrong number of dimensions."""
    if ndim is None or array.ndim == ndim:
        return
    hint = ""
    if array.ndim == 0:
        value = array.item()
        hint = f", a single {_described(value)}"
        if isinstance(value, Iterable) and not isinstance(value, str | bytes):
            hint += f"; list({name}) makes a list of it"
    if ndim == 2 and array.ndim == 1:
        hint = (
            f". Reshape your data: {name}.reshape(1, -1) makes it one sample, "
            f"{name}.reshape(-1, 1) makes it one feature"
        )
    raise ValueError(
        f"{name} must be {ndim}-dimensional, got shape {array.shape}{hint}"
    )


def check_finite(name: str, array: Array) -> None:
    """Refuse nan and inf, naming the first one's position."""
    finite = np.isfinite(array)
    if finite.all():
        return
    where = tuple(int(i) for i in np.argwhere(~finite)[0])
    found = array[where]
    kind = "NaN" if np.isnan(found) else "inf"
    at = f" at position {where}" if where else ""
    raise ValueError(f"{name} must be finite, got {kind} ({found}){at}")


def check_same_shape(
    name: str, array: np.ndarray, other: str, like: np.ndarray
) -> None:
    """Refuse two arrays that must agree in shape and do not."""
    if array.shape != like.shape:
        raise ValueError(
            f"{name} must have the shape of {other}, got {name} {array.shape} and "
            f"{other} {like.shape}"
        )


def check_same_length(
    name: str, array: np.ndarray, other: str, like: np.ndarray
) -> None:
    """Refuse two arrays that must have a row for the same samples and do not."""
    if len(array) != len(like):
        raise ValueError(
            f"{name} and {other} must have one row per sample, got {name} with "
            f"{len(array)} and {other} with {len(like)}"
        )


def check_list(name: str, value: Any) -> None:
    """Refuse what is not a list (or tuple) of arrays, such as a single array."""
    if isinstance(value, np.ndarray) or not isinstance(value, Sequence):
        raise TypeError(
            f"{name} must be a list with one array a layer, got {_described(value)}; "
            "put a single array into a list: [array]"
        )


def listed(value: Any, refusal: type[Exception], wanted: str) -> Sequence[Any]:
    """Give a sequence, an array as a list; refuse what is none, texts and bytes too."""
    value = value.tolist() if isinstance(value, np.ndarray) else value
    raw = str | bytes | bytearray | memoryview
    if not isinstance(value, Sequence) or isinstance(value, raw):
        raise refusal(f"{wanted}, got {value!r}")
    return value


def hidden_sizes(sizes: Any) -> list[int]:
    """Give the hidden layers' sizes as a list of integers of at least 1."""
    wanted = (
        "hidden_layer_sizes must be a sequence of integers, such as (3,) for one layer "
        "of three nodes"
    )
    return [
        integer_at_least(f"hidden_layer_sizes[{n}]", size, 1)
        for n, size in enumerate(listed(sizes, TypeError, wanted))
    ]


def check_thetas(thetas: Any, n_inputs: int | None = None) -> list[Array]:
    """Give the weights of all layers as arrays whose shapes fit together.

    Parameters
    ----------
    thetas : sequence of array_like, each (1 + D, H)
        One array a layer; row 0 holds the weights from the bias node.
    n_inputs : int, optional
        The number of columns of X that the first layer must take.

    Raises
    ------
    TypeError
        If `thetas` is a single array rather than a list of them.
    ValueError
        If it is empty, or if two layers (or X and the first) do not fit.
    """
    check_list("thetas", thetas)
    if len(thetas) == 0:
        raise ValueError("thetas must hold at least one layer's weights, got none")
    checked = [
        finite_array(f"thetas[{n}]", theta, ndim=2) for n, theta in enumerate(thetas)
    ]
    width = n_inputs
    for n, theta in enumerate(checked):
        if width is not None and theta.shape[0] != 1 + width:
            source = "X has" if n == 0 else f"thetas[{n - 1}] gives"
            raise ValueError(
                f"thetas[{n}] must have {1 + width} rows (1 for the bias node + "
                f"{width}, since {source} {width} columns), got shape {theta.shape}"
            )
        width = theta.shape[1]
    return checked


def integer_at_least(name: str, value: Any, minimum: int) -> int:
    """Give `value` as an int, refusing fractions, truth values and small ones."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {_described(value)}")
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")
    return int(value)


def real_number(
    name: str, value: Any, *, above: float | None = None, minimum: float | None = None
) -> float:
    """Give `value` as a finite float within the stated bound."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {_described(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(
            f"{name} must be below 1.8e308, which is the largest float, got an integer "
            "with more digits"
        ) from None
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {value}")
    if above is not None and number <= above:
        raise ValueError(f"{name} must be greater than {above:g}, got {value}")
    if minimum is not None and number < minimum:
        raise ValueError(f"{name} must be at least {minimum:g}, got {value}")
    return number


def choice(name: str, value: Any, allowed: Iterable[str]) -> str:
    """Give `value` back if it is one of the `allowed` names, else list them."""
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    close = difflib.get_close_matches(str(value), names, n=1)
    guess = f"; did you mean {close[0]!r}?" if close else ""
    listed = ", ".join(repr(n) for n in names)
    raise ValueError(f"{name} must be one of {listed}, got {value!r}{guess}")


def generator(name: str, value: Any) -> np.random.Generator:
    """Give a generator made from a seed, or the generator that was given."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        return np.random.default_rng(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} must be None, an integer of 0 or more, or a "
            f"np.random.Generator, got {_described(value)}"
        ) from None


def labels(name: str, value: Any) -> np.ndarray:
    """Give `value` as a one-dimensional array of labels that is not empty."""
    array = _as_array(name, value)
    check_ndim(name, array, 1)
    if array.size == 0:
        raise ValueError(f"{name} is empty: at least one label is needed")
    if array.dtype.kind == "f":
        check_finite(name, array)
    return array


def class_numbers(name: str, value: Any) -> np.ndarray:
    """Give `value` as integer labels 0, 1, 2, ..., one a sample."""
    array = labels(name, value)
    whole = array.dtype.kind in "iu" or (
        array.dtype.kind == "f" and bool((array == np.floor(array)).all())
    )
    if not whole:
        raise TypeError(
            f"{name} must hold whole numbers 0, 1, 2, ..., got "
            f"{_described(array)}; np.unique({name}, return_inverse=True) "
            "numbers any labels"
        )
    if array.min() < 0:
        where = int(np.argmax(array < 0))
        raise ValueError(
            f"{name} must hold labels of 0 or more, got {array[where]} at "
            f"position ({where},)"
        )
    if array.max() > _LARGEST_CLASS:
        where = int(np.argmax(array > _LARGEST_CLASS))
        raise ValueError(
            f"{name} must hold labels 0, 1, 2, ... of at most {_LARGEST_CLASS}, got "
            f"{array[where]} at position ({where},); "
            f"np.unique({name}, return_inverse=True) numbers any labels"
        )
    return array.astype(np.int64)  # not in uint8, where 16 * 17 is 16
