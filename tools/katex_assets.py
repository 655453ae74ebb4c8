"""Fetch KaTeX's style sheet and fonts, so that pages ask no other host for them.

``sphinxcontrib-katex`` renders the mathematics while the book is built and brings
the script that does it, but not the style sheet and the fonts that the rendered
mathematics needs. They come from the npm package of the same version, once, and
land where `_config.yml` expects them. `tools/book_site.py` asks for them.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sphinxcontrib.katex import katex_version

# As `npm view katex@VERSION dist.integrity` prints it. The version is the one that
# the pinned sphinxcontrib-katex renders with; `fetch` refuses any other.
VERSION = "0.16.22"
INTEGRITY = (
    "sha512-XCHRdUw4lf3SKBaJe4EvgqIuWwkPSo9XoeO8GjQW94Bp"
    "7TWv9hNhzZjZ+OH9yf1UmLygb7DIT5GSFQiyt16zYg=="
)


def npm_pack(folder: Path) -> bytes:
    """Download the package into `folder` with npm and return the archive."""
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or "npm"
    packed = subprocess.run(
        [npm, "pack", f"katex@{VERSION}", "--json"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    if packed.returncode != 0:
        raise SystemExit(
            f"npm could not download katex {VERSION}, whose fonts the pages need. "
            f"The first build needs the network. npm says:\n{packed.stderr}"
        )
    name: str = json.loads(packed.stdout)[0]["filename"]
    return (folder / name).read_bytes()


def check_integrity(archive: bytes, expected: str) -> None:
    """Refuse an archive that is not byte for byte the pinned one."""
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if f"sha512-{digest}" != expected:
        raise SystemExit(
            f"katex {VERSION} from npm has checksum sha512-{digest}; "
            f"expected {expected}. Nothing was installed."
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
    if katex_version != VERSION:
        raise SystemExit(
            f"sphinxcontrib-katex renders with KaTeX {katex_version}, but "
            f"tools/katex_assets.py is pinned to {VERSION}. Update VERSION and "
            "INTEGRITY there: the style sheet must match the renderer."
        )
    done = target / "VERSION"
    if done.is_file() and done.read_text() == VERSION:
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = npm_pack(Path(folder))
    check_integrity(archive, INTEGRITY)
    shutil.rmtree(target, ignore_errors=True)
    unpack(archive, target)
    done.write_text(VERSION)
