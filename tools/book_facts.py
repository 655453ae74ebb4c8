"""What copies of the chapters must know: the built book's numbers and works.

Written beside Sphinx's own notes when the book has been built; the copies, which are
made afterwards by `tools/notebook_copies.py`, hold the same numbers as the pages.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

FILE = "facts.json"
CITED = re.compile(r"(?P<names>.+) \[(?P<year>[^\]]+)\]", re.DOTALL)
ADDRESS = re.compile(r"https?://[^\s}]+")


def numbers(env: BuildEnvironment) -> dict[str, str]:
    """Give the words for each label that has a number: "Fig. 4.1", "(4.1)"."""
    standard: Any = env.get_domain("std")
    mathematics: Any = env.get_domain("math")
    found = {}

    def add(label: str, page: str, kind: str, place: str, words: str) -> None:
        number = env.toc_fignumbers.get(page, {}).get(kind, {}).get(place)
        if number:
            found[label] = words.replace("%s", ".".join(map(str, number)))

    for label, (page, place) in standard.anonlabels.items():
        # An equation with such a label has its number in a \\tag.
        for kind, words in env.config.numfig_format.items():
            add(label, page, kind, place, words)
    for label, (page, _) in mathematics.equations.items():
        place = nodes.make_id(f"equation-{label}")
        add(label, page, "displaymath", place, "(%s)")
    return found


def address_of(citation: nodes.Element) -> str:
    """Find where a work can be read, in its entry of the bibliography; "" if not."""
    for reference in citation.findall(nodes.reference):
        if ADDRESS.match(reference.get("refuri", "")):
            return str(reference["refuri"])
    match = ADDRESS.search(citation.astext())
    return match[0].rstrip(".,") if match else ""


def works(app: Sphinx) -> dict[str, dict[str, str]]:
    """Give each work of the bibliography as it is cited in running text."""
    domain: Any = app.env.get_domain("cite")
    found = {}
    for bibliography, listed in domain.bibliographies.items():
        page = bibliography.docname
        for key, citation in listed.citation_nodes.items():
            node, words = pending_xref(""), nodes.inline()
            resolved = domain.resolve_xref(
                app.env, page, app.builder, "t", key, node, words
            )
            match = CITED.fullmatch(resolved.astext())
            if match is None:
                raise ValueError(
                    f"the work {key!r} is cited as {resolved.astext()!r}, "
                    "expected names and a year in square brackets"
                )
            found[key] = {**match.groupdict(), "address": address_of(citation)}
    return found


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the file."""
    if exception or app.builder.format != "html":
        return
    facts = {
        "syntax": sorted(app.config.myst_enable_extensions),
        "numbers": numbers(app.env),
        "titles": {page: title.astext() for page, title in app.env.titles.items()},
        "works": works(app),
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    (Path(app.doctreedir) / FILE).write_text(text + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
