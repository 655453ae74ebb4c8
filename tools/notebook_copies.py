"""Copies to run elsewhere: the chapters as committed, the assignments as handed out.

Each has one cell more, the first, which sees to it that nnbook is there. In the book's
own environment, in JupyterLite and on Binder it is, and the cell does nothing.

The chapters' cells of text are written as plain Markdown, by `plain_markdown`. A
solution's text is folded in each of its cells; its code, and the plumbing that the
built page hides, is folded by the notebook program. A figure's caption is a cell behind
the figure.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import notebooks
import plain_markdown
from plain_markdown import Facts, Work

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

SOLUTION = "solution"
# Tags of code that the built page hides.
HIDDEN = {"remove-cell", "remove-input", "hide-cell", "hide-input", SOLUTION}
# The same wish in JupyterLab's words, and in Colab's.
FOLDED_CODE = {"jupyter": {"source_hidden": True}, "cellView": "form"}
FOLDED_CELL = {
    "jupyter": {"source_hidden": True, "outputs_hidden": True},
    "cellView": "form",
}
GLUED = "application/papermill.record/text/plain"


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


# ---- plain Markdown --------------------------------------------------------------


def facts_of(text: str) -> Facts:
    """Read what `book_facts` wrote when the book was built."""
    read = json.loads(text)
    return Facts(
        syntax=tuple(read["syntax"]),
        numbers=read["numbers"],
        titles=read["titles"],
        works={key: Work(**work) for key, work in read["works"].items()},
    )


def glued(nb: notebooks.Notebook) -> dict[str, str]:
    """Gather the texts that a notebook's cells hand to its prose."""
    found = {}
    for cell in nb["cells"]:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name and GLUED in output["data"]:
                text = notebooks.text_of(output["data"][GLUED])
                found[name] = str(ast.literal_eval(text))
    return found


def exercises(nb: notebooks.Notebook, facts: Facts) -> dict[str, str]:
    """Gather the titles of a notebook's exercises, label to title."""
    return {
        box.options["label"]: box.argument
        for cell in nb["cells"]
        if cell["cell_type"] == "markdown"
        for box in plain_markdown.boxes(notebooks.text_of(cell["source"]), facts)
        if box.name == "exercise" and "label" in box.options
    }


def markdown(cell: notebooks.Cell, text: str) -> notebooks.Cell:
    """Give a cell of text, made from another."""
    return {**cell, "source": text.splitlines(keepends=True)}


def with_caption(cell: notebooks.Cell, facts: Facts) -> Iterator[notebooks.Cell]:
    """Give a cell of code, folded where the page hides it, and its figure's caption."""
    metadata = cell["metadata"]
    tags = set(metadata.get("tags", []))
    if tags & HIDDEN:
        metadata = metadata | (FOLDED_CELL if SOLUTION in tags else FOLDED_CODE)
    yield {**cell, "metadata": metadata}
    figure = metadata.get("mystnb", {}).get("figure", {})
    if "caption" in figure:
        number = facts.numbers.get(figure.get("name", ""), "")
        caption = plain_markdown.plain(figure["caption"], facts)
        text = f"**{number}** {caption}" if number else caption
        if SOLUTION in tags:
            text = plain_markdown.folded(number or "The figure", caption)
        yield {
            "cell_type": "markdown",
            "id": f"{cell['id'][:56]}-caption",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }


def plain_cells(nb: notebooks.Notebook, facts: Facts) -> Iterator[notebooks.Cell]:
    """Give a notebook's cells, with their text as plain Markdown."""
    label = ""
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            yield from with_caption(cell, facts)
        elif cell["cell_type"] == "markdown":
            source = notebooks.text_of(cell["source"])
            parts, label = plain_markdown.pieces(source, label, facts)
            written = [plain_markdown.solution(part, facts) for part in parts]
            if any(written):
                yield markdown(cell, "\n\n".join(filter(None, written)))


def plain(nb: notebooks.Notebook, page: str, facts: Facts) -> notebooks.Notebook:
    """Write a chapter's text as plain Markdown.

    Parameters
    ----------
    nb : dict
        A notebook of the book, with the outputs that hold its glued texts.
    page : str
        Its name without the ending, such as "04_softmax".
    facts : Facts
        What the built book knows.

    Raises
    ------
    plain_markdown.PlainError
        If something in it has no plain form, or names what the book does not know.
    """
    own = replace(facts, page=page, glue=glued(nb), exercises=exercises(nb, facts))
    try:
        return {**nb, "cells": list(plain_cells(nb, own))}
    except plain_markdown.PlainError as error:
        raise plain_markdown.PlainError(f"{page}: {error}") from None


def write(
    source: Path, pages: Path, target: Path, code: str, facts: Facts
) -> list[Path]:
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
    facts : Facts
        What the built book knows.

    Returns
    -------
    list of Path
        What was written, relative to `target`, in order.
    """
    names = [
        name
        for path in sorted(source.rglob("*.ipynb"))
        if (pages / (name := path.relative_to(source)).with_suffix(".html")).is_file()
    ]
    stems = [name.with_suffix("").as_posix() for name in names]
    facts = replace(facts, copies=frozenset(stems))
    for name, stem in zip(names, stems, strict=True):
        text = (source / name).read_text(encoding="utf-8")
        nb = plain(notebooks.parse(text, str(name)), stem, facts)
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(notebooks.serialise(with_setup(nb, code)), encoding="utf-8")
    return names


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
