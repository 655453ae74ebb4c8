"""Put beside the built pages what their "Run it" links lead to.

Run from the project's root, after the pages are built::

    python tools/site_copies.py --source book --pages _build/html \
        --facts _build/.doctrees/facts.json --wheel FOLDER

- ``notebooks/``: the chapters in plain Markdown, with the cell that installs nnbook,
  and its wheel;
- ``assignments/``: the course's assignments as students get them, with the same cell;
- with ``--lite FOLDER``, ``lite/``: JupyterLite from that folder, with all of these;
- with ``--pdf FILE``: the book as a PDF, and the link to it on the first page.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import notebook_copies
import notebooks
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
PDF = "how-neural-networks-learn.pdf"
ASSIGNMENTS = Path("assignments")

# `tools/book_run.py` writes the two marks, with nothing between them.
PDF_MARKS = re.compile(r"(<!-- book-pdf -->).*?(<!-- /book-pdf -->)", re.DOTALL)
PDF_LINK = (
    f'<p class="run-it"><a href="{PDF}" type="application/pdf">'
    "The whole book as a PDF ({megabytes:.1f} MB)</a></p>"
)
LONG_AGO = "2026-01-01T00:00:00Z"  # JupyterLite wants a date; no notebook's matters


def addresses(config: Path) -> tuple[str, str]:
    """Read the site's and the repository's address from the book's settings."""
    settings = yaml.safe_load(config.read_text(encoding="utf-8"))["sphinx"]["config"]
    return settings["book_address"], settings["book_repository"]


def listing(files: dict[Path, Path], place: Path) -> dict[str, Any]:
    """Describe one folder of notebooks as Jupyter's contents service does."""
    names = list(files)

    def model(path: Path, kind: str, **more: Any) -> dict[str, Any]:
        return {
            "name": path.name,
            "path": "" if path == Path() else path.as_posix(),
            "type": kind,
            "format": None,
            "mimetype": None,
            "content": None,
            "writable": True,
            "created": LONG_AGO,
            "last_modified": LONG_AGO,
            **more,
        }

    inside = [name for name in names if place in name.parents]
    here = [
        model(name, "notebook", size=files[name].stat().st_size)
        for name in inside
        if name.parent == place
    ]
    below = sorted(
        {place / name.relative_to(place).parts[0] for name in inside}
        - {name for name in inside if name.parent == place}
    )
    content = [*(model(path, "directory") for path in below), *here]
    return model(place, "directory", format="json", content=content)


def add_lite(program: Path, files: dict[Path, Path], target: Path) -> None:
    """Put JupyterLite into the site, with the notebooks, by their names in it."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(program, target, ignore=shutil.ignore_patterns(".stamp"))
    for name, file in files.items():
        copy = target / "files" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    for place in {parent for name in files for parent in name.parents}:
        index = target / "api" / "contents" / place / "all.json"
        index.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(listing(files, place), indent=1)
        index.write_text(text, encoding="utf-8")


def link_pdf(index: Path, pdf: Path | None) -> None:
    """Link the PDF from the first page, or take the link away."""
    html = index.read_text(encoding="utf-8")
    if not PDF_MARKS.search(html):
        raise SystemExit(f"{index} has no place for the link to the PDF")
    link = PDF_LINK.format(megabytes=pdf.stat().st_size / 1e6) if pdf else ""
    new = PDF_MARKS.sub(lambda marks: marks[1] + link + marks[2], html)
    if new != html:
        index.write_text(new, encoding="utf-8")


def main(argv: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tools/site_copies.py")
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--facts", type=Path, required=True, help="of book_facts")
    parser.add_argument("--wheel", type=Path, required=True, help="its folder")
    parser.add_argument("--lite", type=Path, help="JupyterLite's folder")
    parser.add_argument("--pdf", type=Path, help="the PDF of these pages")
    parser.add_argument("--config", type=Path, default=ROOT / "_config.yml")
    options = parser.parse_args(argv)

    (wheel,) = options.wheel.glob("*.whl")
    copies = options.pages / "notebooks"
    shutil.rmtree(copies, ignore_errors=True)
    address, repository = addresses(options.config)
    code = notebook_copies.setup_code(wheel.name, address, repository)
    known = notebook_copies.facts_of(options.facts.read_text(encoding="utf-8"))
    facts = replace(known, address=address)
    names = notebook_copies.write(options.source, options.pages, copies, code, facts)
    shutil.copy(wheel, copies)
    files = {name: copies / name for name in names}

    handouts = options.pages / ASSIGNMENTS
    shutil.rmtree(handouts, ignore_errors=True)
    masters = notebooks.BOOK / ASSIGNMENTS  # a course's copy of the book lacks them
    for name in notebook_copies.write_assignments(masters, handouts, code):
        files[ASSIGNMENTS / name] = handouts / name

    if options.lite:
        add_lite(options.lite, files, options.pages / "lite")
    else:
        shutil.rmtree(options.pages / "lite", ignore_errors=True)

    index = options.pages / "index.html"
    pdf = options.pages / PDF
    pdf.unlink(missing_ok=True)
    if options.pdf:
        shutil.copy(options.pdf, pdf)
    link_pdf(index, pdf if options.pdf else None)


if __name__ == "__main__":
    main()
