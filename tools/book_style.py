"""The look of the site: one palette, one style sheet, fonts, and the scripts.

The colours are those of the figures, `nnbook.plots.style`; the page and the figures
take them from the same variables. All style sheets become one file, and of the
scripts of the theme and of Sphinx none is left: `book.js` is all that a page runs.
"""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import npm_package
from sphinx.application import Sphinx

from nnbook.plots import style

TOOLS = Path(__file__).resolve().parent
ASSETS = TOOLS.parent / "book" / "_assets"
FONT = "@fontsource-variable/source-serif-4"
FONT_FILES = {
    f"source-serif-4-latin-wght-{slant}.woff2": f"book-{slant}.woff2"
    for slant in ("normal", "italic")
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s*([{};,])\s*|\s+")


def names() -> dict[str, str]:
    """Give the name of the variable of each colour of the palette."""
    named = {
        style.PAPER: "--paper",
        style.INK: "--ink",
        style.SOFT: "--soft",
        style.GREYED: "--greyed",
        style.ACCENT: "--accent",
    }
    named |= {colour: f"--class-{k}" for k, colour in enumerate(style.COLOURS)}
    others = [c for c in style.SERIES_COLOURS if c not in named]
    named |= {colour: f"--series-{k}" for k, colour in enumerate(others)}
    return {colour.lower(): name for colour, name in named.items()}


def palette() -> str:
    """Write the palette as variables, each with its light and its dark value."""
    dark = {colour.lower(): other for colour, other in style.DARK.items()}
    lines = [f"{name}: light-dark({c}, {dark[c]});" for c, name in names().items()]
    return ":root { " + " ".join(lines) + " }\n"


def smaller(css: str) -> str:
    """Take comments and needless space out of a style sheet."""
    css = COMMENT.sub("", css)
    return SPACE.sub(lambda m: m[1] or " ", css).strip()


def fetch_fonts(npm: Path, static: Path) -> None:
    """Put the fonts of the text, and their licence, among the files of the site."""
    packages = npm_package.install(npm, "--omit=dev")
    target = static / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for source, name in FONT_FILES.items():
        shutil.copy(packages / FONT / "files" / source, target / name)
    shutil.copy(packages / FONT / "LICENSE", target / "LICENSE")


def own_files(app: Sphinx, files: list[Any]) -> list[str]:
    """Give, of a page's registered styles or scripts, those that the book has."""
    found = [Path(str(getattr(f, "filename", f) or "")).name for f in files]
    return [
        name
        for name in found
        if name and (name == "explore.js" or (ASSETS / name).is_file())
    ]


def write_sheet(app: Sphinx, exception: Exception | None) -> None:
    """Write the one style sheet, and take away what it replaces."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    katex = (static / "katex" / "katex.min.css").read_text(encoding="utf-8")
    sheets = [palette(), katex.replace("url(fonts/", "url(katex/fonts/")]
    # print.css is the PDF's.
    others = {path.name for path in ASSETS.glob("*.css")} - {"custom.css", "print.css"}
    own = ("custom.css", *sorted(others))
    sheets += [(ASSETS / name).read_text(encoding="utf-8") for name in own]
    sheets.append(files("nnbook.explore").joinpath("explore.css").read_text("utf-8"))
    (static / "book.css").write_text(smaller("".join(sheets)), encoding="utf-8")
    kept = {"book.css", "fonts", "katex", "search-index.js", "explore.js", "explorers"}
    kept |= {path.name for path in ASSETS.iterdir() if path.suffix != ".css"}
    for path in static.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def add_own_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page run the scripts of the book that it asks for, and no others."""
    context["own_scripts"] = own_files(app, context.get("script_files", []))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    build = TOOLS.parent / "_build"
    fetch_fonts(build / "npm", build / "static")
    app.connect("html-page-context", add_own_scripts, priority=950)
    app.connect("build-finished", write_sheet, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
