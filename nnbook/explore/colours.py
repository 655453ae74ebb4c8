"""The book's colours by name, as a page can exchange them for another scheme's."""

from __future__ import annotations

from nnbook._checks import choice
from nnbook.plots.style import ACCENT, COLOURS, GREYED, INK, PAPER, SOFT

#: Name and colour on paper; a page's style may set ``--nn-NAME`` instead.
NAMED = {f"class{k}": value for k, value in enumerate(COLOURS[:6])} | {
    "ink": INK,
    "soft": SOFT,
    "greyed": GREYED,
    "accent": ACCENT,
    "paper": PAPER,
    "mark": "#FFF2CC",
}


def colour(name: str) -> str:
    """Give a named colour in the form in which it stands in a picture."""
    return f"var(--nn-{choice('color', name, NAMED)},{NAMED[name]})"
