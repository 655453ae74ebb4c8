"""Copies to run elsewhere: the chapters as committed, the assignments as handed out.

Each has one cell more, the first, which sees to it that nnbook is there. In the book's
own environment, in JupyterLite and on Binder it is, and the cell does nothing.
"""

from __future__ import annotations

from pathlib import Path

import notebooks

from nnbook.course.handout import SETUP, with_setup
from nnbook.course.lists import NAMES, find_assignment
from nnbook.course.release import read_notebook, released

NO_SOURCE = """\
# Added to this copy: says what to do where nnbook is missing.
try:
    import nnbook
except ModuleNotFoundError:
    print("This notebook needs the book's package, nnbook. Download {wheel}")
    print("from the page where this notebook was, put it beside the notebook and run")
    print("    %pip install ./{wheel}")
    raise"""


def setup_code(wheel: str, address: str = "", repository: str = "") -> str:
    """Write the code of the first cell.

    Parameters
    ----------
    wheel : str
        The wheel's file name; on the site it lies beside the copies.
    address : str
        The site's address, or "" if it is not known.
    repository : str
        The repository's address, or "" if it is not known. The site's goes before it.
    """
    if address:
        return SETUP.format(source=f"{address.rstrip('/')}/notebooks/{wheel}")
    if repository:
        return SETUP.format(source=f"git+{repository.rstrip('/')}")
    return NO_SOURCE.format(wheel=wheel)


def write(source: Path, pages: Path, target: Path, code: str) -> list[Path]:
    """Copy each notebook of a folder that has become a page.

    Parameters
    ----------
    source : Path
        The book's folder, with or without the solutions.
    pages : Path
        The folder of the built pages.
    target : Path
        The folder to write to; notebooks keep their place below it.
    code : str
        The code of the cell that is added.

    Returns
    -------
    list of Path
        What was written, relative to `target`, in order.
    """
    written = []
    for path in sorted(source.rglob("*.ipynb")):
        name = path.relative_to(source)
        if not (pages / name.with_suffix(".html")).is_file():
            continue
        nb = notebooks.parse(path.read_text(encoding="utf-8"), str(name))
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(notebooks.serialise(with_setup(nb, code)), encoding="utf-8")
        written.append(name)
    return written


def write_assignments(source: Path, target: Path, code: str) -> list[Path]:
    """Write the students' copies of the course's assignments.

    Parameters
    ----------
    source : Path
        The folder of the instructors' notebooks.
    target : Path
        The folder to write to.
    code : str
        The code of the cell that is added.

    Returns
    -------
    list of Path
        What was written, relative to `target`, in the term's order.
    """
    target.mkdir(parents=True, exist_ok=True)
    names = [Path(f"{name}.ipynb") for name in NAMES]
    for name in names:
        nb = released(read_notebook(source / name), find_assignment(name.stem))
        text = notebooks.serialise(with_setup(nb, code))
        (target / name).write_text(text, encoding="utf-8")
    return names
