"""Download one package from the npm registry, byte for byte the pinned one."""

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


class Package(NamedTuple):
    """A pinned package; `integrity` as `npm view NAME@VERSION dist.integrity` says."""

    name: str
    version: str
    integrity: str


def download(package: Package) -> bytes:
    """Download a package with npm and return the archive.

    Raises
    ------
    SystemExit
        If npm cannot download it, or what came is not the pinned archive.
    """
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or "npm"
    spec = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            [npm, "pack", spec, "--json"],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        if packed.returncode != 0:
            raise SystemExit(
                f"npm could not download {spec}. The first build needs the network. "
                f"npm says:\n{packed.stderr}"
            )
        name: str = json.loads(packed.stdout)[0]["filename"]
        archive = (Path(folder) / name).read_bytes()
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
