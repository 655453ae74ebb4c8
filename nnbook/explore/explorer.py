"""A figure with controls."""

from __future__ import annotations

import html
import inspect
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nnbook.explore import page
from nnbook.explore.controls import Control, checked_controls
from nnbook.explore.panels import Panel
from nnbook.explore.states import Pieces, as_data, split, tabulate

#: Set while a book is built: its pages hold every state.
PAGE = "NNBOOK_PAGE"

#: The most states a page may hold, and the most bytes that it may need at a time.
MOST_STATES = 20_000
MOST_BYTES = 3_000_000

Draw = Callable[..., "Panel | Sequence[Panel]"]


class Explorer:
    """What `explore` returns: shown by Jupyter, or written into a page.

    Attributes
    ----------
    name : str
        Its name in the address of a state: ``page.html#name?w=2``.
    title : str
        Its heading.
    controls : list of Control
        What the reader can change.
    looked : bool
        Whether every stop of each control has been looked at.
    """

    def __init__(
        self,
        draw: Draw,
        describe: Callable[..., str],
        controls: Mapping[str, Any],
        *,
        title: str,
        alt: str,
        caption: str,
        name: str,
        code: Callable[..., str] | None,
        controls_first: bool,
        look: bool,
    ) -> None:
        self.controls_first = controls_first
        self.looked = look
        self._draw, self._describe, self._code = draw, describe, code
        self.title, self.alt, self.caption = title, alt, caption
        self.name = name or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        self.controls: list[Control] = checked_controls(controls)
        _check_takes("draw", draw, controls)
        _check_takes("describe", describe, controls)
        if code is not None:
            _check_takes("code", code, controls)
        self.start = tuple(control.start for control in self.controls)
        self._places: list[int] | None = None
        # Whatever is wrong comes out now: a page asks for every state, a kernel for
        # those to which one control leads.
        if os.environ.get(PAGE):
            self.html = self._for_a_page()
        elif look:
            for stops in self.one_by_one():
                self.state(stops)

    # ---- states -----------------------------------------------------------------

    def values(self, stops: Sequence[int]) -> dict[str, Any]:
        """Give the arguments of `draw` at these stops, one a control."""
        return {c.name: c.values[k] for c, k in zip(self.controls, stops, strict=True)}

    def sentence(self, stops: Sequence[int]) -> str:
        """Say what is to be seen at these stops."""
        values = self.values(stops)
        text = self._called("describe", self._describe, values)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"describe must return a sentence, got {text!r} for {_told(values)}"
            )
        # A difference and a product are not torn apart at the end of a line.
        return re.sub(" ([−×]) ", "\u00a0\\1\u00a0", " ".join(text.split()))

    def code(self, stops: Sequence[int]) -> str:
        """Give the lines that compute what is to be seen at these stops, or ""."""
        if self._code is None:
            return ""
        values = self.values(stops)
        text = self._called("code", self._code, values)
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"code must return lines of code, got {text!r} for {_told(values)}"
            )
        return text.strip("\n")

    def panels(self, stops: Sequence[int]) -> list[Panel]:
        """Draw what is to be seen at these stops."""
        values = self.values(stops)
        drawn = self._called("draw", self._draw, values)
        panels = [drawn] if isinstance(drawn, Panel) else list(drawn or [])
        if not panels or not all(isinstance(panel, Panel) for panel in panels):
            raise TypeError(
                f"draw must return a Panel or a list of them, got {drawn!r:.60} for "
                f"{_told(values)}"
            )
        marks = [len(panel.layers) for panel in panels]
        if self._places is None:
            self._places = marks
        if marks != self._places:
            raise ValueError(
                f"draw must return the same marks in every state, got {marks} for "
                f"{_told(values)} and {self._places} before; draw a mark without "
                "points, such as line([], []), where there is nothing to see"
            )
        return panels

    def state(self, stops: Sequence[int]) -> Pieces:
        """Give all that changes, by its place on the page."""
        pieces = {"say": page.escaped(self.sentence(stops))}
        if self._code is not None:
            pieces["code"] = page.escaped(self.code(stops))
        for i, panel in enumerate(self.panels(stops)):
            for j, layer in enumerate(panel.layers):
                pieces[f"{i}.{j}"] = page.placed(layer, self.name, i, j)
        return pieces

    def _called(
        self, what: str, function: Callable[..., Any], values: dict[str, Any]
    ) -> Any:
        """Call the author's function, and say at which values it failed."""
        try:
            return function(**values)
        except Exception as error:
            error.add_note(f"{what} raised this for {_told(values)}")
            raise

    def one_by_one(self) -> list[tuple[int, ...]]:
        """List the states in which at most one control is not at its start."""
        stops = [self.start]
        for axis, control in enumerate(self.controls):
            stops += [
                (*self.start[:axis], k, *self.start[axis + 1 :])
                for k in range(len(control))
                if k != control.start
            ]
        return stops

    # ---- views ------------------------------------------------------------------

    def _for_a_page(self) -> str:
        """Give the HTML that holds every state."""
        shape = [len(control) for control in self.controls]
        if math.prod(shape) > MOST_STATES:
            raise ValueError(
                f"{self.title}: {' x '.join(map(str, shape))} stops make "
                f"{math.prod(shape):,} states, more than the {MOST_STATES:,} that a "
                "page can hold; take fewer stops or fewer controls"
            )
        apart = [k for k, control in enumerate(self.controls) if control.apart]
        pieces = tabulate(shape, self.state)
        said = next((piece.texts for piece in pieces if piece.place == "say"), [""])
        longest = html.unescape(max(said, key=len))
        common, parts = split(pieces, shape, apart)
        texts = [page.packed(as_data(part)) for part in (common, *parts)]
        written = page.document(self, texts, apart, longest)
        sizes = [len(text) for text in texts[1:]]
        needed = len(written) - sum(sizes) + max(sizes, default=0)
        if needed > MOST_BYTES:
            raise ValueError(
                f"{self.title} takes {needed:,} bytes, more than the "
                f"{MOST_BYTES:,} that a page can hold; take fewer stops, coarser "
                "surfaces or fewer points, or Choice(..., apart=True) for what is "
                "loaded when it is picked"
            )
        return written

    def __repr__(self) -> str:
        """Say what it is, and what it shows at first."""
        return f"{self.title}: {self.sentence(self.start)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Give Jupyter the widget, or the page its HTML."""
        if os.environ.get(PAGE):
            return {"text/plain": repr(self), "text/html": self.html}
        from nnbook.explore.live import view  # ipywidgets, only where it is shown

        bundle: dict[str, Any] = view(self)._repr_mimebundle_()
        return bundle | {"text/plain": repr(self)}


def explore(
    draw: Draw,
    *,
    describe: Callable[..., str],
    title: str,
    alt: str,
    caption: str = "",
    name: str = "",
    code: Callable[..., str] | None = None,
    controls_first: bool = False,
    look: bool = True,
    **controls: Any,
) -> Explorer:
    """Make a figure explorable.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns a `Panel` or a list of panels, with the same
        marks whatever the values are.
    describe : callable
        ``describe(**values)`` says in a sentence what is to be seen; it stands below
        the picture and is announced to those who cannot see it.
    title : str
        Its heading: what it lets one do or see.
    alt : str
        What the picture shows in every state, for those who cannot see it.
    caption : str
        What to try, and what to look for.
    name : str
        Its name in the address of a state; by default made from the title.
    code : callable, optional
        ``code(**values)`` gives the lines that compute what is to be seen; they fold
        out below the picture.
    controls_first : bool
        Let the page put the controls above the picture: where there is much to
        choose, and much to see.
    look : bool
        Look at every stop of each control before anything is shown in a kernel, so
        that what is wrong comes out now. False where `draw` takes long, remembers
        what it has computed, and is known to be right: then a kernel shows it at
        once, and looks while it has nothing else to do.
    **controls
        One for each argument of `draw`: a list or array of numbers makes a slider,
        a list of names a choice, True or False a switch; `Slider` and `Choice` say
        more about them.

    Returns
    -------
    Explorer
        Its view is ipywidgets in a kernel and plain HTML in a built book.

    Raises
    ------
    TypeError, ValueError
        If a control has no values, or `draw` and `describe` do not take the
        controls, return something else than panels and a sentence, or if a page
        could not hold all the states. What `draw` raises at some values is raised
        here, with these values.

    Examples
    --------
    >>> from nnbook.explore import Panel, explore
    >>> def draw(slope):
    ...     return Panel(x=(0, 1), y=(-1, 1)).line([0, 1], [0, slope])
    >>> explore(
    ...     draw,
    ...     describe=lambda slope: f"The line ends at a height of {slope:.1f}.",
    ...     title="A slope",
    ...     alt="A line that starts at the origin.",
    ...     slope=np.linspace(-1, 1, 21),
    ... )
    A slope: The line ends at a height of 0.0.
    """
    for what, text in (("title", title), ("alt", alt)):
        if not str(text).strip():
            raise ValueError(f"{what} must be a text that is not empty, got {text!r}")
    return Explorer(
        draw,
        describe,
        controls,
        title=title,
        alt=alt,
        caption=caption,
        name=name,
        code=code,
        controls_first=controls_first,
        look=look,
    )


def _check_takes(what: str, function: Any, controls: Mapping[str, Any]) -> None:
    """Refuse a function that does not take the controls."""
    if not callable(function):
        raise TypeError(f"{what} must be a function, got {function!r:.60}")
    try:
        inspect.signature(function).bind(**controls)
    except TypeError as error:
        raise TypeError(
            f"{what} must take the controls {', '.join(controls)} as arguments: {error}"
        ) from None


def _told(values: Mapping[str, Any]) -> str:
    """Write the values of a state."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
