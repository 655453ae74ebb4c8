"""The playground in a live kernel: widgets around a run, and no mathematics."""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import fields
from typing import Any

import ipywidgets as widgets

from nnbook.activations import ACTIVATIONS
from nnbook.explore import live, page
from nnbook.explorers.building import pictures
from nnbook.explorers.building.program import code
from nnbook.explorers.building.run import Run
from nnbook.explorers.building.settings import DATA, Settings
from nnbook.learning import INIT_SCHEMES

_OWN = "your own points"
_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 3.0, 10.0, 30.0)
_PENALTIES = (0.0, 0.0001, 0.001, 0.01, 0.1)
_BATCHES = (1, 5, 10, 20, 50)
_PACES = (1, 5, 20, 100)
_INTERVAL = 40  # milliseconds between two pictures while it plays
_COUNT = itertools.count(1)
_HIDDEN = {"display": "none"}
_PATIENCE = 0.03  # seconds that training may take of them
_ALT = (
    "Four pictures of the run as it is now: the training points on a plane coloured by "
    "the network's answer; the error on training and on unseen points; the network "
    "with a small picture in each node; and every weight with its slope."
)


class Playground:
    """A run and the controls that make and move it; Jupyter shows it.

    The browser asks for each picture, and for the next one only when the last has
    come. So a picture that takes long makes it slower, and nothing piles up.

    Parameters
    ----------
    **settings
        Those of `Settings`, with which it begins.

    Attributes
    ----------
    run : Run
        What is shown: its `now.thetas` are the weights.
    inputs : dict of str to widget
        What sets each of the settings.
    play, clock : widget
        The button that trains and pauses, and what asks for the pictures meanwhile.
    one, back, pace : widget
        What takes one epoch, goes back, and says how far a picture goes.
    shown, lines, fold : widget
        The pictures with their sentence, the code, and what folds it.
    """

    def __init__(self, **settings: Any) -> None:
        self._id = f"playground-{next(_COUNT)}"  # no two on a page share masks
        self._own = {key: settings.pop(key, None) for key in ("X", "y")}
        self.run = Run(Settings(**settings, **self._own))
        self.inputs = _inputs(self.run.settings)
        self.pace = widgets.Dropdown(
            options=_PACES, value=5, **_described("epochs a picture")
        )
        # The button is what one sees of the clock, which ticks in the browser.
        self.clock = widgets.Play(max=10**9, interval=_INTERVAL, layout=_HIDDEN)
        self.play = widgets.ToggleButton(description="Play", icon="play")
        widgets.jslink((self.play, "value"), (self.clock, "playing"))
        self.one = widgets.Button(description="One epoch")
        self.back = widgets.Button(description="Start again")
        self.shown = widgets.HTML(layout={"width": "auto"})
        self.lines = widgets.HTML()
        self.fold = widgets.Accordion([self.lines], titles=["Show me the code"])
        for widget in self.inputs.values():
            widget.observe(self._change, names="value")
        self.clock.observe(self._tick, names="value")
        self.play.observe(self._name, names="value")
        self.one.on_click(lambda _: self._advance(1))
        self.back.on_click(lambda _: self.rewind())
        self.fold.observe(self._write, names="selected_index")
        self._redraw()

    @property
    def code(self) -> str:
        """The lines of nnbook that lead to the weights shown."""
        return code(self.run.settings, self.run.asked)

    @property
    def view(self) -> Any:
        """The widgets."""
        row = {"display": "flex", "flex_flow": "row wrap"}
        moves = [self.play, self.one, self.back, self.pace, self.clock]
        return widgets.VBox(
            [
                widgets.Box([*self.inputs.values()], layout=row),
                widgets.Box(moves, layout=row),
                self.shown,
                self.fold,
                widgets.HTML(live.style()),
            ]
        )

    def rewind(self) -> None:
        """Go back to the same start, and rest."""
        self.play.value = False
        self.run.rewind()
        self._redraw()

    def _tick(self, _: Any) -> None:
        """Train for one more picture, however many ticks have gone by."""
        if self.play.value:  # else the tick was on its way when somebody paused
            self._advance(self.pace.value)

    def _name(self, change: Any) -> None:
        """Let the button say what it does."""
        self.play.description = "Pause" if change["new"] else "Play"
        self.play.icon = "pause" if change["new"] else "play"

    def _advance(self, epochs: int) -> None:
        end = time.perf_counter() + _PATIENCE
        self.run.step(epochs, until=lambda: time.perf_counter() > end)
        if self.run.now.trouble:
            self.play.value = False
        self._redraw()

    def _change(self, change: Any) -> None:
        """Make another run, at its start; what does not fit is said instead."""
        if change["owner"] is self.inputs["data"] and change["new"] in DATA:
            self.inputs["noise"].value = DATA[change["new"]].noise
        try:
            settings = self._asked()
        except (TypeError, ValueError) as error:
            self.play.value = False
            self._redraw(f"Not possible: {error}")
            return
        self.play.value = False
        self.run = Run(settings)
        self._redraw()

    def _asked(self) -> Settings:
        """Read the controls."""
        values = {name: widget.value for name, widget in self.inputs.items()}
        values["hidden_layer_sizes"] = _numbers(values["hidden_layer_sizes"])
        values["batch_size"] = values["batch_size"] or None
        if values["data"] == _OWN:
            return Settings(**values | {"data": "moons"}, **self._own)
        return Settings(**values)

    def _redraw(self, trouble: str = "") -> None:
        panels = pictures.draw(self.run)
        drawn = page.pictures(panels, self._id, _ALT)
        said = page.escaped(trouble or pictures.describe(self.run))
        self.shown.value = (
            f'<div class="nn-explorer nn-live"><p class="nn-say" role="status">{said}'
            f"</p>{drawn}</div>"
        )
        self._write()

    def _write(self, *_: Any) -> None:
        """Write the code, where it is to be seen."""
        if self.fold.selected_index is not None:
            self.lines.value = f"<pre>{page.escaped(self.code)}</pre>"

    def __repr__(self) -> str:
        """Say where the run is."""
        return f"Build your own: {pictures.describe(self.run)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Give Jupyter the widgets."""
        bundle: dict[str, Any] = self.view._repr_mimebundle_()
        return bundle | {"text/plain": repr(self)}


def _numbers(text: str) -> tuple[int, ...]:
    """Read "4, 2" as (4, 2); nothing is a network without hidden nodes."""
    words = [word for word in re.split(r"[\s,+]+", text) if word]
    if not all(word.isdecimal() for word in words):
        raise ValueError(
            "the hidden nodes must be whole numbers, layer by layer, such as 4, 2; "
            f"got {text!r}"
        )
    return tuple(map(int, words))


def _described(label: str) -> dict[str, Any]:
    return {
        "description": label,
        "style": {"description_width": "initial"},
        "layout": {"width": "16em"},
    }


def _inputs(s: Settings) -> dict[str, Any]:
    """Make a control for each setting, by its name, at what it is now."""

    def pick(name: str, label: str, options: Any) -> Any:
        value = getattr(s, name)
        if value not in options:  # one's own rate among the usual ones
            options = sorted([*options, value])
        return widgets.Dropdown(options=options, value=value, **_described(label))

    noise = s.noise or 0.0
    names = [*DATA] + [_OWN] * s.own
    # A menu takes None for nothing chosen.
    batches = {"all points": 0} | {f"{n}": n for n in _BATCHES}
    batches |= {f"{s.batch_size}": s.batch_size} if s.batch_size else {}
    made = {
        "data": widgets.Dropdown(
            options=names, value=_OWN if s.own else s.data, **_described("data")
        ),
        "noise": widgets.FloatSlider(
            value=noise, min=0, max=max(0.5, noise), step=0.01, **_described("noise")
        ),
        "hidden_layer_sizes": widgets.Text(
            value=", ".join(map(str, s.hidden_layer_sizes)),
            placeholder="such as 4, 2",
            continuous_update=False,
            **_described("hidden nodes"),
        ),
        "activation": pick("activation", "activation", list(ACTIVATIONS)),
        "init": pick("init", "first weights", list(INIT_SCHEMES)),
        "learning_rate": pick("learning_rate", "learning rate", _RATES),
        "batch_size": widgets.Dropdown(
            options=[*batches.items()], value=s.batch_size or 0, **_described("batch")
        ),
        "l2": pick("l2", "L2 penalty", _PENALTIES),
        "seed": widgets.BoundedIntText(
            value=s.seed, min=0, max=10**6, **_described("seed")
        ),
    }
    assert set(made) == {field.name for field in fields(Settings)} - {"X", "y"}
    return made
