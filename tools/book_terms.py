"""The glossary's words, linked where a chapter first uses them.

The glossary (book/reference/glossary.md) says of each word which chapter introduces
it, by the role ``{introduced}`4` ``. In each chapter the first use of a word in the
running text becomes a link to its entry; the entry leads back to the first use in the
chapter that introduces it.

A word that is ordinary English as well, such as "score", has its sense in brackets
behind it in the glossary: ``score (of a class)``. It is linked from its introduction
on, where the chapter that introduces it sets it in italics, and not before.

Where a chapter uses such a word in its everyday sense after all, the entry says so:
``{introduced}`4, not 6 7` ``.

The refresher, chapter 0, stands outside: who needs it not may skip it, so it
introduces nothing, and its words have their everyday sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import book_places
from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)

GLOSSARY = "reference/glossary"

# Text inside one of these is not running text.
SET_APART = (
    nodes.title,
    nodes.subtitle,
    nodes.rubric,
    nodes.caption,
    nodes.legend,
    nodes.literal,
    nodes.literal_block,
    nodes.doctest_block,
    nodes.math,
    nodes.math_block,
    nodes.reference,
    pending_xref,
    nodes.raw,
    nodes.comment,
    nodes.figure,
    nodes.table,
    nodes.sidebar,
    nodes.footnote,
    nodes.citation,
)
# Cells of code, and the box that lists beforehand what will have been learned.
CLASSES_SET_APART = {"cell", "margin", "admonition-in-this-chapter"}
# "Next: chapter 3 ..." announces words that have not been introduced.
INTRODUCED = re.compile(r"(\d+)(?:, not ((?: ?\d+)+))?")
SENTENCE_ENDS = re.compile(r"[.?][)\"”]?\s")
CHAPTERS_NAMED = re.compile(r"\bchapters? (\d+)", re.IGNORECASE)
LOOK_AHEAD = re.compile(r"Next[:,]\s+chapter")


class Term(NamedTuple):
    """A word of the glossary."""

    word: str  # as it stands in running text
    entry: str  # the first word of its entry, which may have several
    place: str  # the entry's id on the glossary's page
    chapter: int  # which introduces it
    ordinary: bool  # also an ordinary English word
    elsewhere: tuple[int, ...] = ()  # chapters that use it as one


class Introduced(nodes.Inline, nodes.Element):  # type: ignore[misc]
    """In an entry of the glossary: the chapter that introduces the word."""


def introduced_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: dict[str, Any] | None = None,
    content: list[str] | None = None,
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Parse ``{introduced}`4` `` or ``{introduced}`4, not 6 7` ``."""
    match = INTRODUCED.fullmatch(text)
    if match is None:
        message = f"{{introduced}}`{text}` must be like `4` or like `4, not 6 7`"
        LOGGER.warning("%s", message, location=(GLOSSARY, lineno))
        return [], []
    elsewhere = tuple(map(int, (match[2] or "").split()))
    return [Introduced(chapter=int(match[1]), elsewhere=elsewhere)], []


# ---- the words --------------------------------------------------------------


def terms_of(glossary: nodes.document) -> list[Term]:
    """Read the words of the glossary's page."""
    found: list[Term] = []
    for item in glossary.findall(nodes.definition_list_item):
        introduced = list(item.findall(Introduced))
        entries = list(item.findall(nodes.term))
        names = [entry.astext().partition(" (") for entry in entries]
        if len(introduced) != 1:
            LOGGER.warning(
                "the glossary's entry %r must name one chapter that introduces it, "
                "as in {introduced}`4`",
                names[0][0],
                location=item,
            )
            continue
        entry, place = names[0][0], entries[0]["ids"][0]
        chapter = introduced[0]["chapter"]
        elsewhere = introduced[0].get("elsewhere", ())
        found += [
            Term(word, entry, place, chapter, bool(bracket), elsewhere)
            for word, bracket, _ in names
        ]
    return found


def forms(word: str) -> list[str]:
    """Give a word and its plural."""
    if word.endswith("y") and word[-2] not in "aeiou":
        plural = word[:-1] + "ies"
    elif word.endswith(("s", "x", "ch", "sh")):
        plural = word + "es"
    else:
        plural = word + "s"
    return [word, plural]


def pattern_of(terms: list[Term]) -> re.Pattern[str]:
    """Make a pattern that finds any of the words; of two that fit, the longer."""
    words = {form for term in terms for form in forms(term.word)}
    alternatives = [
        r"\s+".join(map(re.escape, word.split()))
        for word in sorted(words, key=len, reverse=True)
    ]
    # "slope" is neither in "slopes-by-nudging" nor in "downslope".
    return re.compile(
        rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])", re.IGNORECASE
    )


# ---- their first uses -------------------------------------------------------


class Use(NamedTuple):
    """A word found in a chapter."""

    term: Term
    text: nodes.Text
    start: int
    end: int


def is_running(text: nodes.Text) -> bool:
    """Tell whether a text is part of a chapter's running text."""
    node = text.parent
    while node is not None:
        if isinstance(node, SET_APART):
            return False
        if CLASSES_SET_APART & set(getattr(node, "attributes", {}).get("classes", [])):
            return False
        if isinstance(node, nodes.paragraph) and LOOK_AHEAD.match(node.astext()):
            return False
        node = node.parent
    return True


def is_stressed(text: nodes.Text) -> bool:
    """Tell whether a text is in italics, as a word is where it is introduced."""
    return isinstance(text.parent, nodes.emphasis)


def is_announced(text: str, start: int, chapter: int) -> bool:
    """Tell whether the sentence around a word says that a later chapter is to come."""
    begin = max((m.end() for m in SENTENCE_ENDS.finditer(text[:start])), default=0)
    rest = SENTENCE_ENDS.split(text[start:], maxsplit=1)[0]
    named = CHAPTERS_NAMED.findall(text[begin:start] + rest)
    return any(int(number) > chapter for number in named)


def uses(doctree: nodes.document, terms: list[Term], chapter: int) -> Iterator[Use]:
    """Give the first use of each word in a chapter, in the order of reading."""
    if not terms:
        return
    by_form = {form.casefold(): term for term in terms for form in forms(term.word)}
    texts = [text for text in doctree.findall(nodes.Text) if is_running(text)]
    found = [
        Use(by_form[" ".join(match[0].casefold().split())], text, *match.span())
        for pattern in [pattern_of(terms)]
        for text in texts
        for match in pattern.finditer(str(text))
    ]
    stressed = {use.term.entry for use in found if is_stressed(use.text)}
    seen: set[str] = set()
    for use in found:
        term = use.term
        early = term.chapter > chapter
        if early and (term.ordinary or is_announced(str(use.text), use.start, chapter)):
            continue
        waits = term.ordinary and term.chapter == chapter and term.entry in stressed
        if chapter in term.elsewhere:
            continue
        if term.entry in seen or (waits and not is_stressed(use.text)):
            continue
        seen.add(term.entry)
        yield use


def place_of(entry: str) -> str:
    """Give the id of the place where a chapter first uses a word."""
    return f"word-{nodes.make_id(entry)}"


def link_uses(doctree: nodes.document, found: list[Use], address: str) -> None:
    """Turn each first use into a link to its entry."""
    by_text: dict[int, list[Use]] = {}
    for use in found:
        by_text.setdefault(id(use.text), []).append(use)
    for group in by_text.values():
        whole = str(group[0].text)
        parts: list[nodes.Node] = []
        end = 0
        for use in group:
            parts.append(nodes.Text(whole[end : use.start]))
            words = whole[use.start : use.end]
            link = nodes.reference("", words, internal=True, classes=["term"])
            link["refuri"] = f"{address}#{use.term.place}"
            link["ids"] = [place_of(use.term.entry)]
            parts.append(link)
            end = use.end
        parts.append(nodes.Text(whole[end:]))
        parent = group[0].text.parent
        parent.replace(group[0].text, [part for part in parts if part.astext()])


# ---- the build --------------------------------------------------------------


def chapters(env: BuildEnvironment) -> dict[int, str]:
    """Give the chapters whose words are linked, number to document."""
    return {n: name for n, name in book_places.chapters(env).items() if n > 0}


def collect(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Gather what the links need; name the pages to write anew if it has changed."""
    if GLOSSARY not in env.found_docs:
        return []
    glossary = env.get_doctree(GLOSSARY)
    terms = terms_of(glossary)
    known = {
        number: [use.term.entry for use in uses(env.get_doctree(name), terms, number)]
        for number, name in chapters(env).items()
    }
    # The text, because pages bring along what their words mean: see `book_glosses`.
    facts = (terms, known, book_places.equations(env), glossary.astext())
    if getattr(env, "book_facts", None) == facts:
        return []
    env.book_facts = facts  # type: ignore[attr-defined]
    pages = [*book_places.chapters(env).values()]
    return pages + [name for name in env.found_docs if name.startswith("reference/")]


class LinkTerms(SphinxPostTransform):
    """Link the first use of each word in a chapter to its entry."""

    # Before the references are resolved, so that those are known and left alone.
    default_priority = 5

    def run(self, **_: Any) -> None:
        """Link the words of the page that is about to be written."""
        numbers = {name: n for n, name in chapters(self.env).items()}
        number = numbers.get(self.env.docname)
        facts = getattr(self.env, "book_facts", None)
        if number is None or facts is None:
            return
        address = self.app.builder.get_relative_uri(self.env.docname, GLOSSARY)
        found = list(uses(self.document, facts[0], number))
        link_uses(self.document, found, address)


class LinkIntroductions(SphinxPostTransform):
    """Let each entry of the glossary lead to where its word is introduced."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        """Resolve the ``{introduced}`` of the page that is about to be written."""
        facts = getattr(self.env, "book_facts", None)
        known: dict[int, list[str]] = facts[1] if facts else {}
        for node in list(self.document.findall(Introduced)):
            number, entry = node["chapter"], entry_around(node)
            words = nodes.Text(f"Chapter {number}")
            document = book_places.chapters(self.env).get(number)
            if document is not None:
                address = self.app.builder.get_relative_uri(self.env.docname, document)
                if entry in known.get(number, []):
                    address += f"#{place_of(entry)}"
                words = nodes.reference("", "", words, internal=True, refuri=address)
            # Where the chapter is not in the book yet, the words are no link.
            node.replace_self(nodes.inline("", "", words, classes=["introduced"]))


def entry_around(node: nodes.Node) -> str:
    """Give the first word of the glossary's entry that a node is part of."""
    while not isinstance(node, nodes.definition_list_item):
        node = node.parent
    word: str = node.next_node(nodes.term).astext().partition(" (")[0]
    return word


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role and the transforms."""
    app.add_role("introduced", introduced_role)
    app.add_node(Introduced)
    app.connect("env-updated", collect)
    app.add_post_transform(LinkTerms)
    app.add_post_transform(LinkIntroductions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
