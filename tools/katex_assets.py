"""Fetch KaTeX's style sheet and fonts, so that pages ask no other host for them.

``sphinxcontrib-katex`` renders the mathematics while the book is built and brings
the script that does it, but not the style sheet and the fonts that the rendered
mathematics needs. They come from the npm package of the same version, once, and
land where `_config.yml` expects them. `tools/book_site.py` asks for them.
"""

from __future__ import annotations

import io
import re
import shutil
import tarfile
from pathlib import Path

import npm_package
from sphinxcontrib.katex import katex_version

# As `npm view katex@VERSION dist.integrity` prints it. The version is the one that
# the pinned sphinxcontrib-katex renders with; `fetch` refuses any other.
PACKAGE = npm_package.Package(
    "katex",
    "0.16.22",
    "sha512-XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp"
    "7TWv9hNhzZjZ+OH9yf1UmLygb7DIT5GSFQiyt16zYg==",
)


def only_woff2(css: str) -> str:
    """Drop the older font formats, which no browser of the last years asks for."""
    return re.sub(r',\s*url\([^)]+\.(?:woff|ttf)\)\s*format\("[a-z]+"\)', "", css)


def unpack(archive: bytes, target: Path) -> None:
    """Write the style sheet, the fonts and the licence into `target`."""
    fonts = target / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            name, file = Path(member.name), tar.extractfile(member)
            if file is None:
                continue
            if name.parts[1:] == ("LICENSE",):
                (target / "LICENSE").write_bytes(file.read())
            elif name.parts[1:] == ("dist", "katex.min.css"):
                css = only_woff2(file.read().decode())
                (target / "katex.min.css").write_text(css)
            elif name.suffix == ".woff2":
                (fonts / name.name).write_bytes(file.read())


def fetch(target: Path) -> None:
    """Fill `target` with what the built pages need of KaTeX, unless it has it."""
    if katex_version != PACKAGE.version:
        raise SystemExit(
            f"sphinxcontrib-katex renders with KaTeX {katex_version}, but "
            f"tools/katex_assets.py is pinned to {PACKAGE.version}. Update PACKAGE "
            "there: the style sheet must match the renderer."
        )
    done = target / "VERSION"
    if done.is_file() and done.read_text() == PACKAGE.version:
        return
    archive = npm_package.download(PACKAGE)
    shutil.rmtree(target, ignore_errors=True)
    unpack(archive, target)
    done.write_text(PACKAGE.version)
