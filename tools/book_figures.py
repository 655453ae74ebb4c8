"""Figures inside the page, as vectors in the page's own colours.

A picture that a notebook draws is an SVG file of its own, in the colours of a white
page. Here it moves into the page: its colours become the page's variables, which
follow light and dark; numbers and lines are cut to what a screen can show; and the
shapes of letters, which every figure brings along, are kept once for the whole page.
"""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any

import book_style
import svg_paths
from sphinx.application import Sphinx

PICTURE = re.compile(r'<img\b[^>]*\bsrc="[^"]*_images/([^"/]+\.svg)"[^>]*?/?>')
ALT = re.compile(r'\balt="([^"]*)"')
SIZE = re.compile(
    r'<svg\b[^>]*?width="([\d.]+)pt" height="([\d.]+)pt" viewBox="([^"]+)"'
)
HEAD = re.compile(r"^.*?<svg\b[^>]*>", re.DOTALL)
DROPPED = re.compile(
    r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>|</svg>\s*$", re.DOTALL
)
COLOUR = re.compile(r"(?<=: )#[0-9a-fA-F]{6}\b|(?<=\")#[0-9a-fA-F]{6}(?=\")")
NUMBER = re.compile(r"(scale\([^)]*\)|base64,[^\"]+)|-?\d+\.\d{2,}")
GLYPH = re.compile(r'<path id="(DejaVu[^"]+|Cm[^"]+|STIX[^"]+)" d="([^"]*)"([^>]*)/>')
IDENTITY = re.compile(r'(\bid="|href="#|url\(#)([^")]+)')
GROUP_ID = re.compile(r'<g id="[^"]*"')
EMPTY = re.compile(r"<defs>\s*</defs>|\n\s*")


def short(match: re.Match[str]) -> str:
    """Cut a number to a tenth of a point; what scales letters stays as it is."""
    if match[1]:
        return match[1]
    return f"{float(match[0]):.1f}".removesuffix(".0")


def inline(svg: str, alt: str, prefix: str, glyphs: dict[str, str]) -> str:
    """Turn the text of an SVG file into a figure for the page.

    Parameters
    ----------
    svg : str
        The file's text.
    alt : str
        What is seen, for those who cannot see it.
    prefix : str
        What sets the names inside it apart from those of other figures.
    glyphs : dict
        The page's shapes of letters, by name; those of this figure are added.
    """
    size = SIZE.search(svg)
    if size is None:
        raise ValueError("the picture is no SVG with a width and a height in points")
    names = book_style.names()
    body = DROPPED.sub("", HEAD.sub("", svg))
    for name, path, rest in GLYPH.findall(body):
        glyphs[name] = f'<path id="{name}" d="{" ".join(path.split())}"{rest}/>'
    body = GLYPH.sub("", body)
    body = GROUP_ID.sub("<g", body).replace("xlink:href", "href")
    body = svg_paths.shorten(body)

    def coloured(match: re.Match[str]) -> str:
        colour = match[0].lower()
        return f"var({names[colour]},{colour})" if colour in names else colour

    def apart(match: re.Match[str]) -> str:
        return match[0] if match[2] in glyphs else f"{match[1]}{prefix}{match[2]}"

    # Variables stand in styles only: an attribute cannot hold one.
    body = re.sub(r'\b(fill|stroke)="(#[0-9a-fA-F]{6})"', r'style="\1: \2"', body)
    body = IDENTITY.sub(apart, COLOUR.sub(coloured, NUMBER.sub(short, body)))
    body = svg_paths.gather(EMPTY.sub(" ", body))
    width, height = (round(float(size[k]) * 4 / 3) for k in (1, 2))
    return (
        f'<svg class="fig" role="img" aria-label="{escape(unescape(alt))}" '
        f'width="{width}" height="{height}" viewBox="{size[3]}" '
        f'style="--w:{width}px">{body}</svg>'
    )


def put_inside(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Move the pictures of a page into it."""
    body = context.get("body", "")
    if "_images/" not in body:
        return
    images = getattr(app.builder, "images", {})
    files = {name: Path(app.srcdir) / source for source, name in images.items()}
    glyphs: dict[str, str] = {}
    count = 0

    def figure(match: re.Match[str]) -> str:
        nonlocal count
        file, alt = files.get(match[1]), ALT.search(match[0])
        if file is None or alt is None:
            return match[0]
        count += 1
        svg = file.read_text(encoding="utf-8")
        return inline(svg, alt[1], f"f{count}-", glyphs)

    body = PICTURE.sub(figure, body)
    if glyphs:
        letters = "".join(glyphs[name] for name in sorted(glyphs))
        body += (
            '<svg class="letters" width="0" height="0" aria-hidden="true">'
            f"<defs>{letters}</defs></svg>"
        )
    context["body"] = body


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", put_inside, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
