"""What comes from the npm registry: pinned packages, byte for byte.

`download` gives the archive of one package; `install` puts those of `tools/npm`, with
what they need, into a folder.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

PINS = Path(__file__).resolve().parent / "npm"
NAMES = ("package.json", "package-lock.json")


class Package(NamedTuple):
    """A pinned package; `integrity` as `npm view NAME@VERSION dist.integrity` says."""

    name: str
    version: str
    integrity: str


def npm(what: str, folder: Path, *arguments: str) -> str:
    """Run npm in a folder and return what it printed.

    Raises
    ------
    SystemExit
        If it fails; the message says that npm could not do `what`.
    """
    program = shutil.which("npm", path=str(Path(sys.executable).parent)) or "npm"
    done = subprocess.run(
        [program, *arguments], cwd=folder, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise SystemExit(
            f"npm could not {what}. The first build needs the network. "
            f"npm says:\n{done.stderr}"
        )
    return done.stdout


def download(package: Package) -> bytes:
    """Download a package with npm and return the archive.

    Raises
    ------
    SystemExit
        If npm cannot download it, or what came is not the pinned archive.
    """
    spec = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        packed = npm(f"download {spec}", folder, "pack", spec, "--json")
        name: str = json.loads(packed)[0]["filename"]
        archive = (folder / name).read_bytes()
    check_integrity(archive, package)
    return archive


def check_integrity(archive: bytes, package: Package) -> None:
    """Refuse an archive that is not byte for byte the pinned one."""
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        raise SystemExit(
            f"{package.name} {package.version} from npm has checksum "
            f"sha512-{digest}; expected {package.integrity}. Nothing was installed."
        )


def install(target: Path, *options: str) -> Path:
    """Install the packages of `tools/npm` into a folder, unless they are there.

    Returns
    -------
    Path
        The folder in which they stand, each under its name.

    Raises
    ------
    SystemExit
        If npm cannot install them.
    """
    wanted = "".join((PINS / name).read_text(encoding="utf-8") for name in NAMES)
    stamp = target / ".stamp"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        target.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            shutil.copy(PINS / name, target)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund")
        npm("install the packages of tools/npm", target, "ci", *quiet, *options)
        stamp.write_text(wanted, encoding="utf-8")
    return target / "node_modules"
