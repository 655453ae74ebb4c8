"""Links to a chapter, an equation or a section, by what a reader calls it.

Three roles: ``{chapter}`4` ``, ``{equation}`4.1` `` and ``{section}`4: Three
classes` ``. In the API's pages every "(chapter 4)" and "equation (4.1)" of a
docstring becomes such a link. Where a chapter is not in the book yet, the text stays
and is no link; where it is, but does not hold what is named, the build fails.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)

API = "reference/api/"

CHAPTER = re.compile(r"(\d\d)_\w+")
CHAPTER_ROLE = re.compile(r"(?P<words>.*?)(?P<number>\d+)", re.DOTALL)
# In a docstring: "(chapter 5)", "(chapters 3 and 8)".
CHAPTER_MENTION = re.compile(r"\bchapters? \d+|(?<=chapters \d and )\d+", re.IGNORECASE)
# "Equations (5.2) to (5.4)"; a number in brackets may be a size, where no equation is
# spoken of.
EQUATION_MENTION = re.compile(r"\(\d+\.\d+\)")
SPEAKS_OF_EQUATIONS = re.compile(r"\b(?:equation|algorithm)s? \(", re.IGNORECASE)


def chapters(env: BuildEnvironment) -> dict[int, str]:
    """Give the book's chapters, number to document, in the order of reading."""
    found = ((CHAPTER.fullmatch(name), name) for name in sorted(env.found_docs))
    return {int(match[1]): name for match, name in found if match}


def pending(kind: str, target: str, text: str, document: str) -> pending_xref:
    """Make a reference that is resolved when all pages have been read."""
    inside = nodes.inline(text, text, classes=[kind])
    return pending_xref(
        "",
        inside,
        refdoc=document,
        refdomain="",
        reftype=f"book-{kind}",
        reftarget=target,
        refexplicit=True,
        refwarn=True,
    )


def role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: dict[str, Any] | None = None,
    content: list[str] | None = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Parse ``{chapter}``, ``{equation}`` or ``{section}``."""
    kind = name.lower().rpartition(":")[2]
    document = inliner.document.settings.env.docname
    text = " ".join(text.split())
    shown, target = text, text
    if kind == "chapter" and (match := CHAPTER_ROLE.fullmatch(text)):
        target = match["number"]
        shown = text if match["words"] else f"chapter {target}"
    elif kind == "equation":
        shown = f"({text})"
    elif kind == "section":
        shown = text.partition(":")[2].strip()
    node = pending(kind, target, shown, document)
    node.source, node.line = inliner.document["source"], lineno
    return [node], []


def link_mentions(app: Sphinx, doctree: nodes.document) -> None:
    """Turn the chapters and equations that docstrings name into references."""
    document = app.env.docname
    if not document.startswith(API):
        return
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.literal | nodes.title | nodes.reference):
            parts = mentions(text.astext(), document)
            if len(parts) > 1:
                text.parent.replace(text, parts)


def mentions(text: str, document: str) -> list[nodes.Node]:
    """Split a docstring's text into plain pieces and references."""
    found = [("chapter", match) for match in CHAPTER_MENTION.finditer(text)]
    if SPEAKS_OF_EQUATIONS.search(text):
        found += [("equation", match) for match in EQUATION_MENTION.finditer(text)]
    parts: list[nodes.Node] = []
    end = 0
    for kind, match in sorted(found, key=lambda item: item[1].start()):
        parts.append(nodes.Text(text[end : match.start()]))
        target = match[0].strip("()").rpartition(" ")[2]
        parts.append(pending(kind, target, match[0], document))
        end = match.end()
    parts.append(nodes.Text(text[end:]))
    return [part for part in parts if part.astext()]


def plain(text: str) -> str:
    """Undo what a heading's typography changes: curly quotes, case, spaces."""
    for curly, straight in {"\u2019": "'", "\u201c": '"', "\u201d": '"'}.items():
        text = text.replace(curly, straight)
    return " ".join(text.casefold().split())


def equation_place(env: BuildEnvironment, number: str) -> tuple[str, str] | None:
    """Find an equation's page and place, from the label that stands before it."""
    labels = env.get_domain("std").anonlabels  # type: ignore[attr-defined]
    place: tuple[str, str] | None = labels.get(f"eq-{number.replace('.', '-')}")
    return place


def equations(env: BuildEnvironment) -> list[str]:
    """List the labels of the book's equations."""
    labels = env.get_domain("std").anonlabels  # type: ignore[attr-defined]
    return sorted(label for label in labels if re.fullmatch(r"eq-\d+-\d+", label))


def sections(doctree: nodes.document) -> dict[str, str]:
    """Give the sections of a page, plain heading to its place."""
    found = {}
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        found[plain(title.astext())] = section["ids"][0]
    return found


def find_place(env: BuildEnvironment, node: pending_xref) -> tuple[str, str] | None:
    """Find where a reference leads: a document and, within it, an id or nothing.

    None where its chapter is not in the book yet. A `LookupError` says what is wrong.
    """
    kind, target = node["reftype"], node["reftarget"]
    number, _, rest = re.split(r"([.:])", target + ":", maxsplit=1)
    if not number.isdigit():
        raise LookupError(f"{target!r} does not begin with a chapter's number")
    document = chapters(env).get(int(number))
    if document is None:
        return None
    if kind == "book-chapter":
        return document, ""
    if kind == "book-equation":
        place = equation_place(env, target)
        if place is None:
            raise LookupError(
                f"chapter {number} has no equation ({target}): put "
                f"(eq-{target.replace('.', '-')})= before it, or correct the number"
            )
        return place
    wanted = plain(rest.removesuffix(":"))
    found = sections(env.get_doctree(document))
    if wanted not in found:
        raise LookupError(
            f"chapter {number} has no section {wanted!r}; it has: "
            + "; ".join(sorted(found))
        )
    return document, found[wanted]


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, inside: nodes.Element
) -> nodes.Element | None:
    """Turn a pending reference of this extension into a link, or into its text."""
    if not node["reftype"].startswith("book-"):
        return None
    try:
        place = find_place(env, node)
    except LookupError as problem:
        LOGGER.warning("%s", problem, location=node)
        return inside
    if place is None:
        if node["reftype"] == "book-section":
            return nodes.inline("", f"chapter {node['reftarget'].partition(':')[0]}")
        return inside
    document, name = place
    if node["reftype"] == "book-section":
        number = env.toc_secnumbers.get(document, {}).get(f"#{name}", ())
        words = ".".join(map(str, number)) + " " + inside.astext()
        inside = nodes.inline("", words.strip())
    address = app.builder.get_relative_uri(node["refdoc"], document)
    address += f"#{name}" if name else ""
    return nodes.reference("", "", inside, internal=True, refuri=address)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the roles, and what resolves them."""
    for kind in ("chapter", "equation", "section"):
        app.add_role(kind, role)
    app.connect("doctree-read", link_mentions)
    app.connect("missing-reference", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
