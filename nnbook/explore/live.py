"""An explorer in a live kernel: ipywidgets around the same picture."""

from __future__ import annotations

import asyncio
import itertools
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from nnbook.explore import colours, page

if TYPE_CHECKING:
    from nnbook.explore.controls import Control
    from nnbook.explore.explorer import Explorer

_COUNT = itertools.count(1)
_REST = 0.05  # seconds between two states that are drawn ahead
_WIDE = {"description_width": "initial"}


def style() -> str:
    """Give the style sheet, which travels with each view, once."""
    sheet = files("nnbook.explore").joinpath("explore.css")
    return f"<style>{colours.sheet()}{sheet.read_text('utf-8')}</style>"


def widget_for(control: Control) -> Any:
    """Make the widget of a control; its `index` is the stop, whatever its kind."""
    options = [(shown, k) for k, shown in enumerate(control.shown)]
    settings: dict[str, Any] = {
        "description": control.label,
        "style": _WIDE,
        "options": options,
        "value": control.start,
    }
    if control.kind == "slider":
        return widgets.SelectionSlider(**settings, layout={"width": "22em"})
    if control.apart:
        return widgets.Dropdown(**settings, layout={"width": "22em"})
    settings["style"] = {**_WIDE, "button_width": "auto"}
    return widgets.ToggleButtons(**settings)


def view(explorer: Explorer) -> Any:
    """Make the widgets that show an explorer.

    Returns
    -------
    ipywidgets.VBox
        Its controls' values are numbers of stops. A change redraws at once; while
        a redraw runs, the front end sends no more than the latest change.
    """
    name = f"{explorer.name}-{next(_COUNT)}"
    inputs = [widget_for(control) for control in explorer.controls]
    shown = widgets.HTML(layout={"width": "auto"})

    def redraw(*_: Any) -> None:
        stops = [widget.value for widget in inputs]
        panels = explorer.panels(stops)
        drawn = page.pictures(panels, name, explorer.alt)
        said = page.escaped(explorer.sentence(stops))
        shown.value = (
            '<div class="nn-explorer nn-live"><p class="nn-title">'
            f"{page.escaped(explorer.title)}</p>{drawn}"
            f'<p class="nn-say" role="status">{said}</p>'
            f"{page.code(explorer.code(stops))}</div>"
        )

    for widget in inputs:
        widget.observe(redraw, names="value")
    redraw()
    below = []
    for control, widget in zip(explorer.controls, inputs, strict=True):
        if control.play:
            play = widgets.Play(
                min=0,
                max=len(control) - 1,
                value=control.start,
                interval=control.pace,
            )
            widgets.jslink((play, "value"), (widget, "index"))
            below.append(play)
    if explorer.caption:
        below.append(widgets.HTML(f"<p>{page.escaped(explorer.caption)}</p>"))
    if not explorer.looked:
        _look_when_idle(explorer)
    return widgets.VBox([shown, *inputs, *below, widgets.HTML(style())])


def _look_when_idle(explorer: Explorer) -> None:
    """Draw one state after the other between whatever else the kernel has to do."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no kernel
        return
    ahead = iter(explorer.one_by_one())

    def one() -> None:
        stops = next(ahead, None)
        if stops is not None:
            explorer.panels(stops)
            loop.call_later(_REST, one)

    loop.call_later(_REST, one)
