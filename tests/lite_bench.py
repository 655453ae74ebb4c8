"""A Pyodide to start JupyterLite's kernel with, where none can be downloaded.

npm's package `pyodide` holds the interpreter. The packages in pure Python that the
kernel needs are installed here anyway. NumPy and the others that are compiled are on
no package registry in the form that a browser needs: without a full distribution,
everything up to them is tried.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import lite_lock
import lite_program
import npm_package

#: The folder of an unpacked full distribution of Pyodide, where there is one.
FULL = os.environ.get("NNBOOK_PYODIDE", "")
ROOT = Path(__file__).parent.parent
CORE = ROOT / "_build" / "pyodide-core"
COMPILED = {"numpy", "matplotlib", "contourpy", "kiwisolver", "pillow", "fonttools"}
TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
}


def interpreter():
    """Give the folder of npm's Pyodide, unpacked once."""
    done = CORE / lite_program.PYODIDE.version
    if not done.is_file():
        CORE.mkdir(parents=True, exist_ok=True)
        archive = npm_package.download(lite_program.PYODIDE)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for name in (*lite_program.INTERPRETER, lite_lock.LOCK, "package.json"):
                (CORE / name).write_bytes(tar.extractfile(f"package/{name}").read())
        done.touch()
    return CORE


def partial_lock(lite, folder):
    """Write what replaces the compiled packages' part of the site's lock file.

    Gives the new lock file; the wheels that it names and that are not in the site
    are written into `folder`.
    """
    lock = json.loads((lite / "pyodide" / lite_lock.LOCK).read_text(encoding="utf-8"))
    packages = {}
    for name, package in lock["packages"].items():
        if name in COMPILED:
            continue
        if "://" in package["file_name"]:
            package = {**package, **stand_in(name, package["version"], folder)}
        depends = [other for other in package["depends"] if other not in COMPILED]
        packages[name] = {**package, "depends": depends}
    # Of the versions installed here, some need what Pyodide's do not.
    known = set(packages)
    for package in packages.values():
        package["depends"] = [name for name in package["depends"] if name in known]
    return {**lock, "packages": packages}


def stand_in(name, version, folder):
    """Describe a wheel for a package of the lock file, from what is at hand."""
    if name == "micropip":  # runs in a browser only, so it is not installed here
        wheel = downloaded(name, version, folder)
    else:
        try:
            wheel = lite_program.repack(name, folder)
        except PackageNotFoundError:
            wheel = empty_wheel(name, folder)
    address = f"{lite_program.PYODIDE_CDN_URL}/{wheel.name}"
    return {**lite_lock.entry(wheel), "name": name, "file_name": address}


def downloaded(name, version, folder):
    """Download a wheel from PyPI."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", "--python-version", "3.14"),
            *("--only-binary=:all:", "--dest", str(folder), f"{name}=={version}"),
        ],
        check=True,
    )
    (wheel,) = folder.glob(f"{name}-*.whl")
    return wheel


def empty_wheel(name, folder):
    """Make a wheel with nothing in it, for what is in the lock on paper only."""
    spelled = name.replace("-", "_")
    wheel = folder / f"{spelled}-0-py3-none-any.whl"
    info = f"{spelled}-0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def answer_for_the_cdn(context, folders, lock=None):
    """Let a browser's requests to Pyodide's own address be answered from folders."""

    def answer(route):
        name = route.request.url.split("?")[0].rsplit("/", 1)[1]
        for folder in folders:
            if (folder / name).is_file():
                return route.fulfill(
                    body=(folder / name).read_bytes(),
                    headers={
                        "Access-Control-Allow-Origin": "*",
                        "Content-Type": TYPES.get(
                            Path(name).suffix, "application/octet-stream"
                        ),
                    },
                )
        return route.abort()

    context.route(f"{lite_program.PYODIDE_CDN_URL}/**", answer)
    if lock:
        context.route(
            f"**/pyodide/{lite_lock.LOCK}",
            lambda route: route.fulfill(json=lock),
        )
