"""Put the book's notebooks into the one form in which they are committed.

Run from the project's root::

    python tools/notebooks.py              # rewrite every notebook of the book
    python tools/notebooks.py --execute    # run them first, so outputs are fresh
    python tools/notebooks.py --check      # change nothing, complain, exit with 1

or name the notebooks to treat after the options.

The canonical form keeps what a reader of the diff, or nbval, compares and drops
what changes from run to run:

- nbformat 4.5; the kernel is ``python3``, without a version;
- text outputs stay (printed text, ``text/plain``, ``text/html``, errors, and the
  text that ``glue`` hands to the prose); pictures and widgets go, together with
  the ``<Figure size ...>`` line beside them. A cell that only draws is tagged
  ``nbval-ignore-output``, so nbval does not miss them;
- consecutive pieces of one printed stream are one piece;
- an error keeps its name and message, not the traceback with its paths, and a
  warning does not name the temporary file of the kernel;
- no execution counts; of the metadata only ``tags``, ``mystnb`` and ``nbgrader`` (what
  an assignment's cell is for) of a cell;
- cell ids never change once given; a missing or repeated one is derived from
  the cell's text;
- no trailing white space, no empty cells, keys sorted, one newline at the end.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
Cell = dict[str, Any]
Output = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"

KEPT_MIME_TYPES = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/latex",
    # What `glue` emits: the prefix keeps a glued value out of the page itself.
    "application/papermill.record/text/plain",
)
KEPT_CELL_METADATA = ("tags", "mystnb", "nbgrader")
# `glue` looks its values up by the name that stands here.
KEPT_OUTPUT_METADATA = ("scrapbook",)
NOTEBOOK_METADATA = {
    "kernelspec": {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# A warning raised in a cell names the temporary file that holds the cell's code.
CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py")
WIDGET_TEXT = re.compile(r"\w+\(.*\)|", re.DOTALL)
FIGURE_TEXT = re.compile(r"<Figure size \S+ with \d+ Axes>")
EXECUTION_TIMEOUT = 300  # seconds a cell; the same as in _config.yml


class NotebookError(ValueError):
    """A file that is not a notebook this tool can put in order."""


def text_of(value: str | list[str]) -> str:
    """Join the two spellings of text in a notebook file: a string, or lines."""
    return value if isinstance(value, str) else "".join(value)


def parse(text: str, name: str = "the notebook") -> Notebook:
    """Read a notebook from its JSON, refusing what is not one.

    Raises
    ------
    NotebookError
        If the text is not JSON, or not a notebook of format 4.
    """
    try:
        nb = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookError(
            f"{name} is not valid JSON: {error.msg} at line {error.lineno}, "
            f"column {error.colno}. Look there for a merge conflict or a lost comma."
        ) from error
    if not isinstance(nb, dict) or not isinstance(nb.get("cells"), list):
        raise NotebookError(
            f"{name} is JSON but no notebook: it has no list of cells. "
            "Save it again from Jupyter."
        )
    if nb.get("nbformat") != 4:
        raise NotebookError(
            f"{name} is in notebook format {nb.get('nbformat')!r}; expected 4. "
            "Open it in Jupyter and save it to upgrade it."
        )
    return nb


def serialise(nb: Notebook) -> str:
    """Write a notebook as Jupyter does: one space of indent, sorted keys."""
    return json.dumps(nb, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def clean_source(source: str | list[str]) -> str:
    """Strip white space at the ends of lines and blank lines at either end.

    Two spaces at the end of a Markdown line, its invisible line break, go as
    well: write a backslash instead.
    """
    lines = [line.rstrip() for line in text_of(source).splitlines()]
    return "\n".join(lines).strip("\n")


def clean_data(data: dict[str, Any]) -> dict[str, Any]:
    """Keep the text of a displayed value, without what stands for a picture."""
    kept = {mime: text_of(data[mime]) for mime in KEPT_MIME_TYPES if mime in data}
    if "application/vnd.jupyter.widget-view+json" in data:
        # A widget's own text lists what it is made of; an explorer's is a sentence.
        text = kept.get("text/plain", "")
        return {} if WIDGET_TEXT.fullmatch(text) else {"text/plain": text}
    if FIGURE_TEXT.fullmatch(kept.get("text/plain", "")) or (
        any(mime.startswith("image/") for mime in data)
        and kept.get("text/plain", "").startswith("<")
    ):
        del kept["text/plain"]
    return kept


def clean_output(output: Output) -> Output | None:
    """Return one output in canonical form, or None where nothing is left of it."""
    kind = output["output_type"]
    if kind == "stream":
        text = CELL_FILE.sub("<cell>", text_of(output["text"]))
        return {"output_type": kind, "name": output["name"], "text": text}
    if kind == "error":
        ename, evalue = output["ename"], output["evalue"]
        return {
            "output_type": kind,
            "ename": ename,
            "evalue": evalue,
            "traceback": [f"{ename}: {evalue}"],
        }
    data = clean_data(output["data"])
    if not data:
        return None
    metadata = output.get("metadata", {})
    cleaned = {
        "output_type": kind,
        "data": data,
        "metadata": {k: metadata[k] for k in KEPT_OUTPUT_METADATA if k in metadata},
    }
    if kind == "execute_result":
        cleaned["execution_count"] = None
    return cleaned


def merge_streams(outputs: list[Output]) -> list[Output]:
    """Join neighbouring pieces of the same stream; drop empty ones."""
    merged: list[Output] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == "stream":
            if not output["text"]:
                continue
            if last.get("name") == output["name"]:
                merged[-1] = {**last, "text": last["text"] + output["text"]}
                continue
        merged.append(output)
    return merged


def split_texts(output: Output) -> Output:
    """Store texts as lists of lines, as Jupyter does, so that diffs are short."""
    if output["output_type"] == "stream":
        return {**output, "text": output["text"].splitlines(keepends=True)}
    if "data" in output:
        data = {m: t.splitlines(keepends=True) for m, t in output["data"].items()}
        return {**output, "data": data}
    return output


def clean_outputs(outputs: list[Output]) -> list[Output]:
    """Return the outputs of a cell in canonical form."""
    cleaned = [c for output in outputs if (c := clean_output(output)) is not None]
    return [split_texts(output) for output in merge_streams(cleaned)]


def clean_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Keep a cell's tags, each once, and its settings for the book and the course."""
    kept = {k: metadata[k] for k in KEPT_CELL_METADATA if metadata.get(k)}
    if "tags" in kept:
        kept["tags"] = list(dict.fromkeys(kept["tags"]))
    return kept


def clean_cell(cell: Cell) -> Cell:
    """Return a cell in canonical form; its id is seen to by `assign_ids`."""
    source = clean_source(cell.get("source", ""))
    cleaned: Cell = {
        "cell_type": cell["cell_type"],
        "metadata": clean_metadata(cell.get("metadata", {})),
        "source": source.splitlines(keepends=True),
    }
    if "id" in cell:
        cleaned["id"] = cell["id"]
    if cell.get("attachments"):
        cleaned["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        cleaned["execution_count"] = None
        cleaned["outputs"] = clean_outputs(cell.get("outputs", []))
    return cleaned


def id_for(cell: Cell, taken: set[str]) -> str:
    """Derive an id from a cell's kind and text that is not taken yet."""
    text = cell["cell_type"] + "\n" + text_of(cell["source"])
    base = hashlib.sha256(text.encode()).hexdigest()[:8]
    candidate, n = base, 2
    while candidate in taken:
        candidate, n = f"{base}-{n}", n + 1
    return candidate


def assign_ids(cells: list[Cell]) -> list[Cell]:
    """Keep each valid id at its first use; derive the missing and repeated ones."""
    seen: set[str] = set()
    keeps = []
    for cell in cells:
        own = cell.get("id")
        keep = isinstance(own, str) and bool(VALID_ID.fullmatch(own))
        keep = keep and own not in seen
        keeps.append(keep)
        if keep:
            seen.add(str(own))
    result = []
    for cell, keep in zip(cells, keeps, strict=True):
        if not keep:
            cell = {**cell, "id": id_for(cell, seen)}
            seen.add(cell["id"])
        result.append(cell)
    return result


def canonical(nb: Notebook) -> Notebook:
    """Return a notebook in canonical form; the argument is not changed."""
    cells = [clean_cell(cell) for cell in nb["cells"]]
    return {
        "cells": assign_ids([cell for cell in cells if cell["source"]]),
        "metadata": NOTEBOOK_METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def canonical_text(text: str, name: str = "the notebook") -> str:
    """Return the canonical text of a notebook file's text."""
    try:
        return serialise(canonical(parse(text, name)))
    except (KeyError, TypeError, AttributeError) as error:
        raise NotebookError(
            f"{name} is not a well-formed notebook ({type(error).__name__}: {error}). "
            "Open it in Jupyter and save it again."
        ) from error


def execute(text: str, folder: Path, timeout: int = EXECUTION_TIMEOUT) -> str:
    """Run a notebook's cells in a fresh kernel, in `folder`, and return its text.

    A cell that raises, or takes longer than `timeout` seconds, stops the run; it may
    raise where it is tagged ``raises-exception``.
    """
    import nbformat
    from nbclient import NotebookClient

    nb = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        nb,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return str(nbformat.writes(nb))  # type: ignore[no-untyped-call]


def default_files() -> list[Path]:
    """List every notebook of the book, in reading order."""
    paths = BOOK.rglob("*.ipynb")
    return sorted(p for p in paths if ".ipynb_checkpoints" not in p.parts)


def difference(old: str, new: str, name: str, limit: int = 20) -> str:
    """Return the first lines of what canonicalising changes."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), name, "canonical", lineterm="", n=1
    )
    return "\n".join(list(lines)[:limit])


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="tools/notebooks.py", description="Put notebooks into canonical form."
    )
    parser.add_argument("files", nargs="*", type=Path, help="default: all of book/")
    parser.add_argument("--execute", action="store_true", help="run them first")
    parser.add_argument("--check", action="store_true", help="change nothing, report")
    options = parser.parse_args(argv)

    bad = 0
    for path in options.files or default_files():
        try:
            old = path.read_text(encoding="utf-8")
            new = canonical_text(old, str(path))
            if options.execute:
                new = canonical_text(execute(new, path.parent), str(path))
        except (NotebookError, OSError) as error:
            print(error, file=sys.stderr)
            bad += 1
            continue
        if new == old:
            continue
        if options.check:
            print(f"{path} is not in canonical form; run: make notebooks")
            print(difference(old, new, str(path)))
            bad += 1
        else:
            path.write_text(new, encoding="utf-8")
            print(f"rewrote {path}")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
