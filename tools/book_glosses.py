"""What a word of the glossary means, brought along by each page that links it.

The definitions stand behind the article, unseen; a link to a word names its definition
as its description, which a screen reader reads out without any script. The script
`book/_assets/book.js` shows it beside the word that is pointed at or has focus.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Any

import book_terms
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

LINK = re.compile(r'<a class="term reference internal" href="[^"#]*#(?P<place>[\w-]+)"')


def gloss_of(item: nodes.definition_list_item) -> list[nodes.Node]:
    """Copy an entry's definition: what it says, without what leads elsewhere."""
    definition = item.next_node(nodes.definition).deepcopy()
    for node in list(definition.findall(nodes.inline)):
        if "introduced" in node["classes"]:
            node.parent.remove(node)
    for node in list(definition.findall(nodes.reference)):
        node.replace_self(node.children)
    for node in definition.findall(nodes.Element):
        node["ids"] = []
    name = item.next_node(nodes.term).astext().partition(" (")[0]
    definition.next_node(nodes.paragraph).insert(
        0, [nodes.strong("", name), nodes.Text(": ")]
    )
    return list(definition.children)


def lighter(html: str) -> str:
    """Keep of a formula the MathML alone, which the browser draws."""
    soup = BeautifulSoup(html, "html.parser")
    for node in soup.select(".katex-html, annotation"):
        node.decompose()
    return str(soup)


def glosses(app: Sphinx) -> dict[str, str]:
    """Give the definitions as HTML, by the places of their words in the glossary."""
    builder: Any = app.builder
    if book_terms.GLOSSARY not in app.env.found_docs:
        return {}
    page = app.env.get_and_resolve_doctree(book_terms.GLOSSARY, builder)
    found: dict[str, str] = {}
    for item in page.findall(nodes.definition_list_item):
        parts = [builder.render_partial(node)["fragment"] for node in gloss_of(item)]
        html = re.sub(r"\s+(?=</p>)", "", lighter("".join(parts))).strip()
        places = [place for term in item.findall(nodes.term) for place in term["ids"]]
        found |= dict.fromkeys(places, html)
    return found


def describe(body: str, known: dict[str, str]) -> tuple[str, list[str]]:
    """Let each link to a word name its definition: the first ``gloss-1``, and so on.

    Parameters
    ----------
    body : str
        The HTML of a page.
    known : dict
        All definitions, by place.

    Returns
    -------
    str, list of str
        The page, and the definitions that it needs, in the order of their names.
    """
    needed: list[str] = []

    def described(link: re.Match[str]) -> str:
        if link["place"] not in known:
            return link[0]
        meaning = known[link["place"]]
        if meaning not in needed:
            needed.append(meaning)
        return f'{link[0]} aria-describedby="gloss-{needed.index(meaning) + 1}"'

    return LINK.sub(described, body), needed


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    known = cache(partial(glosses, app))

    def add(
        app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
    ) -> None:
        body = context.get("body", "")
        if LINK.search(body):
            context["body"], context["glosses"] = describe(body, known())

    app.connect("html-page-context", add, priority=920)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
