"""The HTML that the grader writes: one look, in the book's colours, all escaped.

A page is one file that asks for nothing else, follows light and dark, and holds no
script, so that nothing in it can run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Sequence

from nnbook.course.plain import printable
from nnbook.plots.style import VARIABLES, declarations

__all__ = ["escaped", "follow_colours", "page", "preformatted", "table"]


def escaped(text: str) -> str:
    """Give a text as HTML that shows it, whatever it is."""
    return html.escape(printable(text), quote=True)


def preformatted(text: str) -> str:
    """Give a text whose lines and spaces stay as they are."""
    return f"<pre>{escaped(text)}</pre>"


def table(
    header: Sequence[str], lines: Iterable[Sequence[str]], numbers: Collection[int] = ()
) -> str:
    """Give a table of texts.

    Parameters
    ----------
    header : sequence of str
    lines : iterable of sequence of str
    numbers : collection of int
        Which columns hold numbers.

    Returns
    -------
    str
    """

    def row(kind: str, cells: Sequence[str]) -> str:
        marks = [
            "<{}{}>{}</{}>".format(
                kind, ' class="number"' if n in numbers else "", escaped(cell), kind
            )
            for n, cell in enumerate(cells)
        ]
        return f"<tr>{''.join(marks)}</tr>"

    body = "\n".join(row("td", line) for line in lines)
    return (
        f'<div class="wide"><table>\n<thead>{row("th", header)}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def follow_colours(svg: str) -> str:
    """Give a picture in the page's own colours, light or dark."""
    pattern = re.compile("|".join(map(re.escape, VARIABLES)), re.IGNORECASE)
    names = {colour.lower(): name for colour, name in VARIABLES.items()}
    return pattern.sub(lambda found: f"var({names[found[0].lower()]})", svg)


def page(title: str, parts: Iterable[str]) -> str:
    """Give a whole page.

    Parameters
    ----------
    title : str
        As plain text; it is the heading as well.
    parts : iterable of str
        HTML, in which everything from outside has been escaped.

    Returns
    -------
    str
    """
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escaped(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escaped(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _style() -> str:
    light, dark = declarations(), declarations(dark=True)
    return f""":root {{ color-scheme: light dark; {light} }}
@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
{_RULES}"""


_RULES = """body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.06rem/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }
p, pre { margin: .5rem 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border-left: 3px solid var(--greyed);
  padding: .2rem .8rem; font: .9rem/1.45 ui-monospace, monospace; }
.soft { color: var(--soft); }
.hint { background: var(--mark); padding: .5rem .8rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; }
th, td { text-align: left; padding: .3rem 1.2rem .3rem 0;
  border-bottom: 1px solid var(--greyed); vertical-align: top; }
td:last-child:not(.number) { min-width: 13rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
figure { margin: 1.5rem 0; }
figure svg { width: 34rem; max-width: 100%; height: auto; }
figcaption { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .9rem; margin: 0; }
dt { color: var(--soft); padding-top: .5rem; }
dd { margin: 0; min-width: 0; }
@media print { main { max-width: none; } }
"""
