"""Figures with controls: alive in a notebook, on a built page, and still in print.

One call, `explore(draw, describe=..., **controls)`, makes a figure explorable.
``draw(**values)`` returns what is to be seen, one `Panel` or a list of them, and
``describe(**values)`` says it in a sentence. In a live kernel the controls are
ipywidgets; in the built book they are the browser's own, and the page holds every
state that they can reach, so that it needs neither kernel nor network.

A panel draws itself as SVG, which is the same picture everywhere.
"""

from nnbook.explore.controls import Choice, Slider
from nnbook.explore.explorer import Explorer, explore
from nnbook.explore.panels import Panel

__all__ = ["Choice", "Explorer", "Panel", "Slider", "explore"]
