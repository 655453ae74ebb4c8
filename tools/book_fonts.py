"""The fonts of the text: what the pages need of them, in two fifths of the bytes.

They come from the npm registry. On a phone they arrive before the first words are
seen, or not at all; so letters, weights and features that no page asks for stay out.
"""

from __future__ import annotations

import shutil
import string
from pathlib import Path

import npm_package
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGE = "@fontsource-variable/source-serif-4"
FILES = {
    f"source-serif-4-latin-wght-{slant}.woff2": f"book-{slant}.woff2"
    for slant in ("normal", "italic")
}
#: What the pages are written with. A test looks whether one needs another letter.
LETTERS = string.printable + "±¹²³·×ÄÉÖÜßàäçèéêëïñóôöùüø–—‘’“”…′−\N{NO-BREAK SPACE}"
WEIGHTS = (400, 700)  # of the 200 to 900 that the whole font has
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk"]
FAMILY = 1, 3, 4, 6, 16, 25  # the entries that hold the font's own name


def lessen(font: TTFont) -> TTFont:
    """Leave in a variable font the letters, weights and features that are needed.

    Its licence keeps the name for the whole font: this one has another.
    """
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})
    options = Options()
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(text=LETTERS)
    subsetter.subset(font)
    for entry in font["name"].names:
        if entry.nameID in FAMILY:
            entry.string = "Book"
    font.flavor = "woff2"
    return font


def fetch(npm: Path, target: Path) -> None:
    """Write the fonts and their licence into `target`, unless they are newer there."""
    packages = npm_package.install(npm, "--omit=dev")
    target.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        whole, made = packages / PACKAGE / "files" / source, target / name
        newest = max(path.stat().st_mtime for path in (whole, Path(__file__)))
        if not made.exists() or made.stat().st_mtime < newest:
            # Without the time of making: the same build gives the same bytes.
            with TTFont(whole, recalcTimestamp=False) as font:
                lessen(font).save(made)
    shutil.copy(packages / PACKAGE / "LICENSE", target / "LICENSE")
