"""An explorer as HTML: the browser's own controls, one picture, and all its states."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nnbook.explore.controls import Control
from nnbook.explore.panels import WIDTH, Panel

if TYPE_CHECKING:
    from nnbook.explore.explorer import Explorer

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def escaped(text: str) -> str:
    """Give a text in the form in which it can stand in HTML."""
    return html.escape(text, quote=False)


def placed(layer: str, name: str, panel: int, place: int) -> str:
    """Give a layer's clips and masks names that no other layer has."""
    return layer.replace("~CLIP", f"{name}-c{panel}").replace(
        "~MASK", f"{name}-m{panel}-{place}-"
    )


def picture(panel: Panel, number: int, name: str, alt: str) -> str:
    """Write a panel as a whole picture, its layers in groups that can be exchanged."""
    layers = "".join(
        f'<g data-at="{number}.{j}">{placed(layer, name, number, j)}</g>'
        for j, layer in enumerate(panel.layers)
    )
    # The first panel speaks for all of them.
    role = (
        f'role="img" aria-label="{html.escape(alt)}"'
        if number == 0
        else 'aria-hidden="true"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {panel.height}" '
        f'{role} font-family="{FONT}">{layers}</svg>'
    )


def pictures(panels: Sequence[Panel], name: str, alt: str) -> str:
    """Write the panels side by side; a narrow page puts them below one another."""
    drawn = "".join(picture(panel, i, name, alt) for i, panel in enumerate(panels))
    return f'<div class="nn-panels">{drawn}</div>'


def code(text: str) -> str:
    """Write lines of code, folded; nothing where there are none."""
    if not text:
        return ""
    return (
        '<details class="nn-code"><summary>Show me the code</summary>'
        f'<div class="highlight"><pre data-at="code">{escaped(text)}</pre></div>'
        "</details>"
    )


def packed(data: list[list[Any]]) -> str:
    """Write states in the form in which they can stand in a page's script."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.replace("</", "<\\/")


def document(
    explorer: Explorer, texts: Sequence[str], apart: Sequence[int], longest: str
) -> str:
    """Write an explorer with its states.

    Parameters
    ----------
    explorer : Explorer
    texts : sequence of str
        The states as `packed` gives them: first what all need, then the parts.
    apart : sequence of int
        The controls by which a part is chosen.
    longest : str
        The longest of its sentences, which keeps the room for all of them: no slider
        jumps away under a thumb.
    """
    name, start = explorer.name, explorer.start
    controls = "".join(_control(name, control) for control in explorer.controls)
    panels = explorer.panels(start)
    keys = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts]
    states = "".join(
        f'<script type="application/json" class="nn-states" data-key="{key}">'
        f"{text}</script>"
        for key, text in dict(zip(keys, texts, strict=True)).items()
    )
    by = f' data-apart="{" ".join(map(str, apart))}"' if apart else ""
    caption = (
        f'<p class="nn-caption">{escaped(explorer.caption)}</p>'
        if explorer.caption
        else ""
    )
    seen = pictures(panels, name, explorer.alt)
    said = (
        f'<p class="nn-say" role="status" data-longest="{html.escape(longest)}">'
        f'<span data-at="say">{escaped(explorer.sentence(start))}</span></p>'
    )
    first = " nn-first" if explorer.controls_first else ""
    moved = (
        f'<div class="nn-controls{first}">'
        f"{controls}{_buttons(explorer.controls, name)}</div>"
    )
    return (
        f'<figure class="nn-explorer" id="{name}" data-keys="{" ".join(keys)}"{by} '
        f'aria-labelledby="{name}-title">'
        f'<figcaption class="nn-title" id="{name}-title">'
        f"{escaped(explorer.title)}</figcaption>"
        f"{moved + said + seen if first else seen + said + moved}"
        f"{code(explorer.code(start))}{caption}{states}</figure>"
    )


def _control(name: str, control: Control) -> str:
    """Write one control."""
    at = f"{name}-{control.name}"
    label, first = escaped(control.label), control.shown[control.start]
    known = f'id="{at}" data-control="{control.name}"'
    if control.kind == "slider":
        shown = html.escape(json.dumps(control.shown, ensure_ascii=False))
        return (
            f'<div class="nn-control"><label for="{at}">{label}</label>'
            f'<output for="{at}">{escaped(first)}</output>'
            f'<input type="range" {known} min="0" max="{len(control) - 1}" '
            f'value="{control.start}" autocomplete="off" data-shown="{shown}" '
            f'aria-valuetext="{html.escape(first)}"></div>'
        )
    if control.kind == "switch":
        checked = " checked" if control.start else ""
        return (
            f'<div class="nn-control nn-switch"><input type="checkbox" {known} '
            f'autocomplete="off"{checked}><label for="{at}">{label}</label></div>'
        )
    if control.apart:  # a menu: what is passed on the way to a choice is not fetched
        options = "".join(
            f'<option value="{k}"{" selected" if k == control.start else ""}>'
            f"{escaped(text)}</option>"
            for k, text in enumerate(control.shown)
        )
        return (
            f'<div class="nn-control"><label for="{at}">{label}</label>'
            f'<select {known} autocomplete="off">{options}</select></div>'
        )
    # All that can be chosen is in view, and a touch away.
    options = "".join(
        f'<label><input type="radio" name="{at}" autocomplete="off"'
        f"{' checked' if k == control.start else ''}>{escaped(text)}</label>"
        for k, text in enumerate(control.shown)
    )
    return (
        f'<div class="nn-control nn-choice" role="radiogroup" {known} '
        f'aria-labelledby="{at}-label"><span id="{at}-label">{label}</span>'
        f"<div>{options}</div></div>"
    )


def _buttons(controls: Sequence[Control], name: str) -> str:
    """Write the buttons: play through a control, back to the start, link to a state."""
    play = next((c for c in controls if c.play), None)
    buttons = ""
    if play:
        buttons = (
            f'<button type="button" class="nn-play" data-plays="{play.name}" '
            f'data-pace="{play.pace}" aria-pressed="false">Play</button>'
        )
    return (
        f'<div class="nn-buttons">{buttons}'
        '<button type="button" class="nn-reset">Start again</button>'
        f'<a class="nn-link" href="#{name}">Link to this state</a></div>'
    )
