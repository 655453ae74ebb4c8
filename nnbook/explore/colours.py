"""The book's colours by name, as a page can exchange them for another scheme's."""

from __future__ import annotations

from nnbook._checks import choice
from nnbook.plots.style import VARIABLES, declarations

#: Name, variable and colour on paper: class0, class1, ..., ink, soft, accent, paper.
NAMED = {
    variable.replace("-", ""): (variable, value)
    for value, variable in VARIABLES.items()
}
_IN_THE_DARK = (
    'body[data-jp-theme-light="false"] .nn-explorer, body.vscode-dark .nn-explorer'
)


def colour(name: str) -> str:
    """Give a named colour in the form in which it stands in a picture."""
    variable, value = NAMED[choice("color", name, NAMED)]
    return f"var({variable},{value})"


def sheet() -> str:
    """Write the palette for a notebook, light and dark; a page of the book has it."""
    light, dark = declarations(), declarations(dark=True)
    return f".nn-explorer {{{light}}}\n{_IN_THE_DARK} {{{dark}}}\n"
