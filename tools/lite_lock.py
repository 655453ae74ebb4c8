"""The lock file from which the Python in the browser loads its packages.

Pyodide's own lock file names some hundred packages. The site's names those that the
kernel and the chapters need, and beside them the wheels that Pyodide does not have:
the kernel's, ipywidgets and nnbook. An ``import nnbook`` then finds nnbook as it
finds NumPy, and nothing is ever looked up on PyPI.
"""

from __future__ import annotations

import email.parser
import hashlib
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
Lock = dict[str, Any]

LOCK = "pyodide-lock.json"
# What the kernel asks for when it starts, and what it would look for elsewhere if it
# were not here: see `initPackageManager` and `initKernel` in its worker.
KERNEL = (
    "micropip",
    "piplite",
    "ipykernel",
    "comm",
    "pyodide-kernel",
    "jedi",
    "ipython",
)
# Loaded with the kernel, before the first cell runs; what these packages need in turn
# is read from the lock file.
LOADED = (*KERNEL, "ipywidgets", "nnbook")
# Needed by Pyodide's ipywidgets only on paper, or only in a classic Notebook.
NOT_NEEDED = {"jupyterlab-widgets", "widgetsnbextension"}


def normal(name: str) -> str:
    """Give a package's name in the one spelling that is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(wheel: Path) -> list[str]:
    """Read from a wheel the names of the packages that it needs in a browser."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = email.parser.Parser().parsestr(archive.read(name).decode())
    lines = [line for line in metadata.get_all("Requires-Dist", []) if ";" not in line]
    names = [re.match(r"[A-Za-z0-9._-]+", line) for line in lines]
    return sorted({normal(m[0]) for m in names if m} - NOT_NEEDED)


def modules(wheel: Path) -> list[str]:
    """List the packages that a wheel holds, which are what can be imported."""
    with zipfile.ZipFile(wheel) as archive:
        parts = [name.split("/") for name in archive.namelist()]
    found = {p[0] for p in parts if len(p) == 2 and p[1] == "__init__.py"}
    return sorted(found)


def entry(wheel: Path) -> Entry:
    """Describe a wheel that lies beside the lock file, as the lock file does."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": normal(name),
        "version": version,
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "imports": modules(wheel),
        "depends": requirements(wheel),
        "unvendored_tests": False,
    }


def needed(packages: Mapping[str, Entry], roots: Iterable[str]) -> list[str]:
    """List the roots and everything that they need, in order of name.

    Raises
    ------
    ValueError
        If a package is needed that is not there.
    """
    found: set[str] = set()
    queue = [(name, "the book") for name in roots]
    while queue:
        name, by = queue.pop()
        name = normal(name)
        if name in found:
            continue
        if name not in packages:
            raise ValueError(
                f"{by} needs the package {name!r}, which is neither in Pyodide's "
                "lock file nor among the wheels that the build adds"
            )
        found.add(name)
        queue += [(other, name) for other in packages[name]["depends"]]
    return sorted(found)


def trimmed(full: Lock, wheels: Iterable[Path], address: str) -> Lock:
    """Give the lock file of the site.

    Parameters
    ----------
    full : dict
        Pyodide's own lock file.
    wheels : iterable of Path
        The wheels that lie beside the new lock file; they go before Pyodide's.
    address : str
        Where Pyodide's packages are: an address that ends in a slash, or "" if they
        lie beside the lock file too.
    """
    packages = {
        name: {**package, "file_name": address + package["file_name"]}
        for name, package in full["packages"].items()
    }
    packages |= {(own := entry(wheel))["name"]: own for wheel in wheels}
    names = needed(packages, LOADED)
    return {**full, "packages": {name: packages[name] for name in names}}
