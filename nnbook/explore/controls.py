"""What a reader can change: a slider over numbers, or a choice among names."""

from __future__ import annotations

import keyword
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnbook._checks import integer_at_least
from nnbook.plots.texts import signed

#: Fewest stops of a slider that stands alone, with one other control, with more.
FEWEST = {1: 21, 2: 13, 3: 9}


@dataclass(frozen=True)
class Slider:
    """A control that runs over numbers, in their order.

    Parameters
    ----------
    values : sequence of numbers
        Its stops.
    start : number, optional
        The stop at which it stands at first; by default the middle one.
    label : str, optional
        What stands beside it; by default the name of the argument.
    format : str
        How a value is written, as in `format`, say ".1f". By default the number's
        own shortest form.
    play : bool
        Give the explorer a button that runs through this control's stops.
    pace : int
        Milliseconds from one stop to the next while it plays: more where there is
        something to read at each.
    short : bool
        Allow fewer stops than a slider should have, where there are no more:
        2 hidden nodes, and no 2.5.
    """

    values: Iterable[Any]
    start: Any = None
    label: str = ""
    format: str = ""
    play: bool = False
    pace: int = 150
    short: bool = False

    def shown(self, value: Any) -> str:
        """Write a value as the reader sees it."""
        if isinstance(value, numbers.Real):
            text = format(value, self.format) if self.format else f"{value:.6g}"
            return signed(text)
        return str(value)


@dataclass(frozen=True)
class Choice:
    """A control that picks one of a few names, or of any values that have names.

    Parameters
    ----------
    values : sequence, or mapping of str to value
        What may be picked; a mapping names what a reader would not recognise.
    start : optional
        The value, or its name, that is picked at first; by default the first.
    label : str, optional
        What stands beside it; by default the name of the argument.
    apart : bool
        A page loads what belongs to one of its values when a reader picks it, and
        not before: for a choice that changes nearly all that is to be seen.
    """

    values: Iterable[Any] | Mapping[str, Any]
    start: Any = None
    label: str = ""
    apart: bool = False


@dataclass(frozen=True)
class Control:
    """A control whose values have been checked.

    Attributes
    ----------
    name : str
        The argument of `draw` that it sets.
    label : str
        What stands beside it.
    kind : "slider", "choice" or "switch"
    values : tuple
        What `draw` gets.
    shown : tuple of str
        What the reader sees instead, one a value.
    start : int
        The place in `values` of the first value.
    play : bool
        Whether a button runs through it.
    pace : int
        Milliseconds from one stop to the next while it does.
    apart : bool
        Whether a page loads what belongs to each of its values apart.
    """

    name: str
    label: str
    kind: str
    values: tuple[Any, ...]
    shown: tuple[str, ...]
    start: int
    play: bool = False
    pace: int = Slider.pace
    apart: bool = False

    def __len__(self) -> int:
        """Count the values."""
        return len(self.values)


def checked_controls(controls: Mapping[str, Any]) -> list[Control]:
    """Give every control its form: a list of numbers becomes a slider, and so on.

    Raises
    ------
    TypeError, ValueError
        If there is no control, or one has no values, too few, or the same twice,
        or starts at a value that it does not have.
    """
    if not controls:
        raise ValueError(
            "explore needs at least one control, for example w=np.linspace(-2, 2, 41)"
        )
    checked = [_checked(name, given) for name, given in controls.items()]
    least = FEWEST[min(len(checked), 3)]
    for control in checked:
        given = controls[control.name]
        short = isinstance(given, Slider) and given.short
        if control.kind == "slider" and len(control) < least and not short:
            raise ValueError(
                f"{control.name} has {len(control)} stops; a slider should have at "
                f"least {least} where there are {len(checked)} controls. Give it more, "
                "make it a Choice, or say Slider(..., short=True) if there are no more"
            )
    return checked


def _checked(name: str, given: Any) -> Control:
    """Check one control."""
    if isinstance(given, (bool, np.bool_)):
        return Control(
            name, _label(name, ""), "switch", (False, True), ("off", "on"), int(given)
        )
    if isinstance(given, Choice):
        names, values = _named(name, given.values)
        start = _start(name, given.start, values, names, default=0)
        label = _label(name, given.label)
        return Control(name, label, "choice", values, names, start, apart=given.apart)
    if isinstance(given, Slider):
        slider = given
    elif isinstance(given, Mapping):
        return _checked(name, Choice(given))
    else:
        values = _listed(name, given)
        if any(isinstance(value, str) for value in values):
            return _checked(name, Choice(values))
        slider = Slider(values)
    values = _listed(name, slider.values)
    for value in values:
        if not isinstance(value, numbers.Real) or not math.isfinite(value):
            raise TypeError(
                f"{name} must run over finite numbers, got {value!r}; for names use "
                "Choice"
            )
    if list(values) != sorted(set(values)):
        raise ValueError(f"{name} must have its values in rising order, each once")
    names = tuple(slider.shown(value) for value in values)
    if len(set(names)) < len(names):
        raise ValueError(
            f"{name}: two stops read the same, {_twice(names)!r}; give Slider a "
            "format with more digits"
        )
    start = _start(name, slider.start, values, names, default=len(values) // 2)
    pace = integer_at_least(f"the pace of {name}", slider.pace, 20)
    label = _label(name, slider.label)
    return Control(name, label, "slider", values, names, start, slider.play, pace)


def _label(name: str, label: str) -> str:
    """Give what stands beside a control."""
    return label or name.rstrip(
        "_" if keyword.iskeyword(name.rstrip("_")) else ""
    ).replace("_", " ")


def _listed(name: str, given: Any) -> tuple[Any, ...]:
    """Give a control's values as a tuple that is not empty."""
    if isinstance(given, str) or not isinstance(given, (Iterable, np.ndarray)):
        raise TypeError(
            f"{name} must be a list of values, True or False, a Slider or a Choice, "
            f"got {given!r:.60}"
        )
    values = tuple(given.tolist() if isinstance(given, np.ndarray) else given)
    values = tuple(v.item() if isinstance(v, np.generic) else v for v in values)
    if len(values) < 2:
        raise ValueError(
            f"{name} has {len(values)} value(s), and nothing to choose from; give "
            "it at least 2"
        )
    return values


def _named(name: str, given: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Give the names and the values of a choice."""
    if isinstance(given, Mapping):
        names, values = tuple(map(str, given)), _listed(name, list(given.values()))
    else:
        values = _listed(name, given)
        names = tuple(map(str, values))
    if len(set(names)) < len(names):
        raise ValueError(f"{name} offers {_twice(names)!r} twice")
    return names, values


def _twice(names: Sequence[str]) -> str:
    """Find the first name that occurs a second time."""
    return next(n for k, n in enumerate(names) if n in names[:k])


def _start(
    name: str, start: Any, values: Sequence[Any], names: Sequence[str], default: int
) -> int:
    """Find the place of the first value."""
    if start is None:
        return default
    for k, (value, shown) in enumerate(zip(values, names, strict=True)):
        if isinstance(value, float) and isinstance(start, numbers.Real):
            if math.isclose(value, start, rel_tol=1e-9, abs_tol=1e-12):
                return k
        elif (
            start is value
            or (isinstance(start, type(value)) and start == value)
            or start == shown
        ):
            return k
    raise ValueError(
        f"{name} must start at one of its values ({', '.join(names[:8])}"
        f"{', ...' if len(names) > 8 else ''}), got {start!r}"
    )
