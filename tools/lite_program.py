"""Put JupyterLite together: all of it but the book's notebooks.

Run from the project's root::

    python tools/lite_program.py --wheel FOLDER --target FOLDER [--pyodide FOLDER]

The target then holds a static site in which notebooks run in the reader's browser.
With ``--pyodide``, the folder of an unpacked Pyodide distribution, what is needed of
it is copied in; without, the browser gets it from Pyodide's public address, after the
click that opens a notebook. `tools/site_copies.py` adds the notebooks.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import lite_lock
import npm_package
from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_CDN_URL,
    PYODIDE_KERNEL_PLUGIN_ID,
    PYODIDE_VERSION,
)

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "tools" / "lite_notice.js"

# The version that the pinned kernel starts. From the package comes its lock file;
# tests start its interpreter.
PYODIDE = npm_package.Package(
    "pyodide",
    "314.0.6",
    "sha512-BKDTJyIqFxC4BExLqeRS3f5xvXZIjOt8C3zGLN/Cc7tFxSwvKVhVkchQQ2AGLOtR4YrVO"
    "IFxbV8poyDOOmWwxQ==",
)
# What Pyodide is made of, apart from packages.
INTERPRETER = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
)
HEAD = '<meta charset="utf-8">'


def pyodide_lock() -> lite_lock.Lock:
    """Read Pyodide's own lock file from its npm package."""
    if PYODIDE.version != PYODIDE_VERSION:
        raise SystemExit(
            f"jupyterlite-pyodide-kernel starts Pyodide {PYODIDE_VERSION}, but "
            f"tools/lite_program.py is pinned to {PYODIDE.version}. Update PYODIDE "
            "there: the lock file must be that of the version that is started."
        )
    archive = npm_package.download(PYODIDE)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        file = tar.extractfile(f"package/{lite_lock.LOCK}")
        assert file is not None
        lock: lite_lock.Lock = json.load(file)
    return lock


def repack(name: str, folder: Path) -> Path:
    """Make the wheel of an installed package of pure Python, and return its path."""
    package = importlib.metadata.distribution(name)
    spelled = package.name.replace("-", "_")
    wheel = folder / f"{spelled}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.files or []):
            outside = file.parts[0] == ".."  # scripts and data
            compiled = file.suffix in {".so", ".pyd", ".pyc"}  # for this machine
            if not outside and not compiled:
                # The same bytes whenever it is made.
                info = zipfile.ZipInfo(file.as_posix())
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, file.read_binary())
    return wheel


def build_application(target: Path) -> None:
    """Let JupyterLite write its one application that the book uses, and the kernel."""
    with tempfile.TemporaryDirectory() as empty:
        built = subprocess.run(
            [
                *(sys.executable, "-W", "ignore", "-m", "jupyterlite_core", "build"),
                *("--apps", "notebooks", "--no-sourcemaps"),
                *("--no-unused-shared-packages", "--output-dir", str(target.resolve())),
            ],
            cwd=empty,
            check=False,
            capture_output=True,
            text=True,
        )
    if built.returncode != 0:
        raise SystemExit(f"JupyterLite could not be built. It says:\n{built.stderr}")


def host(distribution: Path, lock: lite_lock.Lock, target: Path) -> None:
    """Copy what is needed of a Pyodide distribution.

    Raises
    ------
    SystemExit
        If it is of another version, or a file is missing.
    """
    there = distribution / lite_lock.LOCK
    if not there.is_file():
        raise SystemExit(
            f"PYODIDE={distribution} holds no {lite_lock.LOCK}. Name the folder of an "
            f"unpacked full distribution of Pyodide {PYODIDE.version}."
        )
    theirs = json.loads(there.read_text(encoding="utf-8"))["packages"]
    for name, package in lock["packages"].items():
        file = package["file_name"]
        if (target / file).exists():  # one of the wheels that the build adds
            continue
        if theirs.get(name, {}).get("sha256") != package["sha256"]:
            raise SystemExit(
                f"PYODIDE={distribution} is not Pyodide {PYODIDE.version}: its "
                f"{name} is another. The kernel works with that version only."
            )
        copy_from(distribution, file, target)
    for file in INTERPRETER:
        copy_from(distribution, file, target)


def copy_from(distribution: Path, file: str, target: Path) -> None:
    """Copy a file of the distribution, or say that it is missing."""
    if not (distribution / file).is_file():
        raise SystemExit(
            f"PYODIDE={distribution} lacks {file}. Name the folder of an unpacked full "
            f"distribution of Pyodide {PYODIDE.version}, not of its core alone."
        )
    shutil.copyfile(distribution / file, target / file)


def configure(target: Path, hosted: bool) -> None:
    """Tell JupyterLite where Pyodide and its packages are."""
    path = target / "jupyter-lite.json"
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data = config["jupyter-config-data"]
    data["appName"] = "How Neural Networks Learn"
    data["appUrl"] = "./notebooks"
    data["contentsAllJsonFile"] = "all.json"
    data["litePluginSettings"][PYODIDE_KERNEL_PLUGIN_ID] |= {
        "pyodideUrl": ("./pyodide" if hosted else PYODIDE_CDN_URL) + "/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": f"./pyodide/{lite_lock.LOCK}",
            "packages": list(lite_lock.LOADED),
        },
    }
    path.write_text(json.dumps(config, indent=1, sort_keys=True), encoding="utf-8")


def add_notice(target: Path) -> None:
    """Let the page say in a sentence what is missing, instead of waiting for ever."""
    shutil.copyfile(NOTICE, target / "notice.js")
    page = target / "notebooks" / "index.html"
    html = page.read_text(encoding="utf-8")
    if html.count(HEAD) != 1:
        raise SystemExit(f"{page} has no {HEAD}: JupyterLite has changed its page")
    script = f'{HEAD}\n    <script src="../notice.js"></script>'
    page.write_text(html.replace(HEAD, script), encoding="utf-8")


def build(target: Path, nnbook: Path, distribution: Path | None = None) -> None:
    """Put JupyterLite together in `target`, whose former content goes.

    Parameters
    ----------
    target : Path
        The folder to write.
    nnbook : Path
        The package's wheel.
    distribution : Path, optional
        The Pyodide distribution of which the site is to have its own copy.
    """
    shutil.rmtree(target, ignore_errors=True)
    build_application(target)
    folder = target / "pyodide"
    folder.mkdir()
    for wheel in (target / "extensions").rglob("static/pypi/*.whl"):
        if wheel.name.split("-")[0] in {"ipykernel", "piplite", "pyodide_kernel"}:
            shutil.copyfile(wheel, folder / wheel.name)
    for name in ("ipywidgets", "comm"):
        repack(name, folder)
    shutil.copy(nnbook, folder)
    address = "" if distribution else f"{PYODIDE_CDN_URL}/"
    lock = lite_lock.trimmed(pyodide_lock(), sorted(folder.glob("*.whl")), address)
    if distribution:
        host(distribution, lock, folder)
    (folder / lite_lock.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    configure(target, hosted=distribution is not None)
    add_notice(target)


def main(argv: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tools/lite_program.py")
    parser.add_argument("--wheel", type=Path, required=True, help="its folder")
    parser.add_argument("--target", type=Path, required=True, help="folder to write")
    parser.add_argument("--pyodide", type=Path, help="a Pyodide distribution's folder")
    options = parser.parse_args(argv)
    (wheel,) = options.wheel.glob("*.whl")
    build(options.target, wheel, options.pyodide)


if __name__ == "__main__":
    main()
