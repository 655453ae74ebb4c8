"""The look of the site: one palette, one style sheet, fonts, and the scripts.

The colours are those of the figures, `nnbook.plots.style`; the page and the figures
take them from the same variables. All style sheets become one file, and of the
scripts of the theme and of Sphinx none is left: `book.js` is all that a page runs.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import book_fonts
from sphinx.application import Sphinx

from nnbook import explore
from nnbook.plots import style

TOOLS = Path(__file__).resolve().parent
ASSETS = TOOLS.parent / "book" / "_assets"
#: Where the book's own styles and scripts stand; the explorers bring along theirs.
FOLDERS = (ASSETS, Path(explore.__file__).parent)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s*([{};,])\s*|\s+")


def names() -> dict[str, str]:
    """Give the name of the variable of each colour, as Matplotlib writes colours."""
    return {colour.lower(): name for colour, name in style.VARIABLES.items()}


def palette() -> str:
    """Write the palette as variables, each with its light and its dark value."""
    lines = [
        f"{name}: light-dark({colour}, {style.DARK[colour]});"
        for colour, name in style.VARIABLES.items()
    ]
    return ":root { " + " ".join(lines) + " }\n"


def smaller(css: str) -> str:
    """Take comments and needless space out of a style sheet."""
    css = COMMENT.sub("", css)
    return SPACE.sub(lambda m: m[1] or " ", css).strip()


def own(kind: str) -> list[Path]:
    """List the book's own files of a kind: ".css" or ".js"."""
    return [path for folder in FOLDERS for path in sorted(folder.glob(f"*{kind}"))]


def own_scripts(registered: list[Any]) -> list[str]:
    """Give, of a page's registered scripts, those that are the book's own."""
    names = [Path(str(getattr(s, "filename", s) or "")).name for s in registered]
    known = {path.name for path in own(".js")}
    return [name for name in names if name in known]


def shorter(script: str) -> str:
    """Leave out of a script what only its writers need: notes, and indentation.

    Raises
    ------
    ValueError
        If it holds a text over several lines, whose spaces count.
    """
    kept = []
    for line in map(str.strip, script.splitlines()):
        if line and not line.startswith("//"):
            if line.count("`") % 2:
                raise ValueError(f"a text must end in the line where it begins: {line}")
            kept.append(line)
    return "\n".join(kept) + "\n"


def write_sheet(app: Sphinx, exception: Exception | None) -> None:
    """Write the one style sheet, and take away what it replaces."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    katex = (static / "katex" / "katex.min.css").read_text(encoding="utf-8")
    sheets = [palette(), katex.replace("url(fonts/", "url(katex/fonts/")]
    sheets += [
        path.read_text(encoding="utf-8")
        for path in own(".css")
        if path.name != "print.css"  # the PDF's
    ]
    (static / "book.css").write_text(smaller("".join(sheets)), encoding="utf-8")
    for path in own(".js"):
        script = shorter(path.read_text(encoding="utf-8"))
        (static / path.name).write_text(script, encoding="utf-8")
    kept = {"book.css", "fonts", "katex", "explorers", "search-index.js"}
    kept |= {path.name for path in own(".js")}
    kept |= {path.name for path in ASSETS.iterdir() if path.suffix != ".css"}
    for path in static.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def add_own_scripts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page run the scripts of the book that it asks for, and no others."""
    context["own_scripts"] = own_scripts(context.get("script_files", []))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    build = TOOLS.parent / "_build"
    book_fonts.fetch(build / "npm", build / "static" / "fonts")
    app.connect("html-page-context", add_own_scripts, priority=950)
    app.connect("build-finished", write_sheet, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
