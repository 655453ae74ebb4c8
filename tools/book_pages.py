"""What stands around the text: descriptions, the chapter's place, search, 404.

- A page links its source, to be edited, if the repository's address is known.
- Each page says in a sentence what it is about, for search engines and previews.
- A chapter says where in the book it stands.
- A search that works from a file too: the index is a script, made of the prose, the
  glossary and the code of all pages; `book/_assets/search.js` reads it.
- A page for addresses that lead nowhere, and a sitemap if the address is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import book_run
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment.adapters.toctree import global_toctree_for_doc

CHAPTER = re.compile(r"^(\d\d)_")
CAPTION = re.compile(r'<p\b[^>]*class="caption"[^>]*><span[^>]*>(.*?)</span></p>')
CURRENT = re.compile(
    r'<a class="current reference internal" href="#">.*?</a>', re.DOTALL
)
INNER = re.compile(r"</a>\s*(<ul>.*</ul>)\s*</li>\s*</ul>", re.DOTALL)
ARGUMENTS = re.compile(r'<dl>\s*(<dd><em class="sig-param">.*?)</dl>', re.DOTALL)
ARGUMENT = re.compile(r'<dd>(<em class="sig-param">.*?)</dd>', re.DOTALL)
ROLES = re.compile(r' role="(?:doc-biblioentry|doc-backlink|list|presentation)"')
EMPTY_HEAD = re.compile(r"<th\b[^>]*>\s*(?:<p>\s*</p>)?\s*</th>")
# What may be wider than its place: see `wide` in `book/_assets/book.js`.
WIDE = re.compile(
    r'<(?:pre|table|figure class="align-default"|div class="math")(?=[ >])'
)
MARK = re.compile(r"[,.;:!?)\]”’]+")
OPENING = re.compile(r"[(\[“‘]+$")
# Where a line may end within code, and within a formula.
GAPS = {
    nodes.literal: re.compile(r" "),
    nodes.math: re.compile(r"[-=<>+]|\\(?:cdot|to|in|le|ge|approx|pm)\b"),
}
CLOSING = ".,;:!?)"  # marks that a formula can take in
BY_HAND = re.compile(r"[\d.\s()+−·]+=[\d.\s−]+")
SHORT = 20  # characters that a phone's line holds with ease
LONGEST = 155  # characters of a description that search engines show
LEAVES = (nodes.paragraph, nodes.literal_block, nodes.term, nodes.caption)


def description(doctree: nodes.document | None) -> str:
    """Give the first sentences of a page's text."""
    if doctree is None:
        return ""
    for node in doctree.findall(nodes.paragraph):
        text = " ".join(node.astext().split())
        if isinstance(node.parent, nodes.section) and len(text) > 40:
            if len(text) <= LONGEST:
                return text
            return text[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return ""


def last_chapter(app: Sphinx) -> int:
    """Give the number of the last chapter."""
    numbers = [int(m[1]) for d in app.env.found_docs if (m := CHAPTER.match(d))]
    return max(numbers, default=0)


def contents(app: Sphinx, page: str, sections: str) -> str:
    """Write the book's contents, with the sections of the page being read."""
    tree = global_toctree_for_doc(
        app.env, page, app.builder, collapse=True, maxdepth=2, includehidden=True
    )
    builder: Any = app.builder
    html = builder.render_partial(tree)["fragment"] if tree else ""
    html = CAPTION.sub(r'<p class="part">\1</p>', html)
    inner = INNER.search(sections)
    return CURRENT.sub(lambda m: m[0] + inner[1], html, count=1) if inner else html


def edit_address(repository: str, path: str) -> str:
    """Give the address at which a file of the book is edited.

    Parameters
    ----------
    repository : str
        The repository's address, or "" if it is not known.
    path : str
        The file, relative to the book's folder.

    Returns
    -------
    str
        "" where the repository is not on GitHub, whose addresses are known.
    """
    name = book_run.github(repository)
    return f"https://github.com/{name}/edit/main/book/{quote(path)}" if name else ""


def around(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the template what it needs."""
    about = (
        description(doctree) or f"{app.config.html_title}: {context.get('title', '')}"
    )
    context["description"] = escape(re.sub(r"<[^>]+>", "", about))
    known = page in app.env.found_docs
    sections = context.get("toc", "") if CHAPTER.match(page) else ""
    context["contents"] = contents(app, page if known else "index", sections)
    match = CHAPTER.match(page)
    context["chapter"] = int(match[1]) if match else None
    context["chapters"] = last_chapter(app)
    context["book_address"] = app.config.book_address
    context["book_repository"] = app.config.book_repository
    path = app.env.doc2path(page, base=False) if known else ""
    context["edit"] = edit_address(app.config.book_repository, path) if path else ""


def mend(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Mend what Sphinx and its extensions write and a screen reader stumbles on."""
    body = context.get("body", "")
    # The arguments of a signature, one a line, are no list of definitions.
    body = ARGUMENTS.sub(r'<span class="args">\1</span>', body)
    body = ARGUMENT.sub(r'<span class="arg">\1</span>', body)
    # Roles which the elements have not the children or the parents for.
    body = ROLES.sub("", body)
    # The corner of a table heads nothing.
    body = EMPTY_HEAD.sub("<td></td>", body)
    # What scrolls sideways, a keyboard must reach to scroll it, also without scripts.
    context["body"] = WIDE.sub(r'\g<0> tabindex="0"', body)


def head_rows(app: Sphinx, doctree: nodes.document) -> None:
    """Let the first cell of a row head it, where the table's corner is empty."""
    for group in doctree.findall(nodes.tgroup):
        corner = group.next_node(nodes.entry)
        column = group.next_node(nodes.colspec)
        in_head = corner is not None and isinstance(corner.parent.parent, nodes.thead)
        if in_head and column is not None and not corner.astext().strip():
            column["stub"] = 1


def keep_together(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Keep a short formula or a word of code in one line, with the marks around it.

    A browser may break a line within these, and at either end, as at those of a
    picture: a comma would begin a line, and a bracket end one. A formula that is
    too long for that takes the mark behind it in. In a table lines may break.
    """
    for word in [*doctree.findall(nodes.math), *doctree.findall(nodes.literal)]:
        line: Any = word.parent
        at = line.index(word)
        before: Any = line[at - 1] if at else None
        behind: Any = line[at + 1] if at + 1 < len(line) else None
        opening = OPENING.search(before) if isinstance(before, nodes.Text) else None
        mark = MARK.match(behind) if isinstance(behind, nodes.Text) else None
        short = len(word.astext()) <= SHORT
        parts = whole(word, opening, mark) if short else taken_in(word, mark)
        if parts is None:
            continue
        line[at] = parts
        if short and opening:
            line[at - 1] = nodes.Text(before[: opening.start()])
        if mark:
            line[at + 1] = nodes.Text(behind[mark.end() :])


def whole(
    word: nodes.Element, opening: re.Match[str] | None, mark: re.Match[str] | None
) -> nodes.Element | None:
    """Give a short word with the marks around it in one; None if it may stay alone."""
    in_table = isinstance(word.parent.parent, nodes.entry)
    gap = not in_table and GAPS[type(word)].search(word.astext())
    if not (opening or mark or gap):
        return None
    parts = [opening and nodes.Text(opening[0]), word, mark and nodes.Text(mark[0])]
    return nodes.inline("", "", *filter(None, parts), classes=["whole"])


def taken_in(word: nodes.Element, mark: re.Match[str] | None) -> nodes.Element | None:
    """Give a long formula that ends with the mark behind it; None if it cannot."""
    if mark and isinstance(word, nodes.math) and set(mark[0]) <= set(CLOSING):
        return nodes.math("", rf"{word.astext()}\text{{{mark[0]}}}")
    return None


def set_apart(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Set a sum by hand, a paragraph of computed numbers, as formulas are set."""
    for paragraph in doctree.findall(nodes.paragraph):
        if BY_HAND.fullmatch(paragraph.astext()):
            paragraph["classes"].append("by-hand")


def colour_code(app: Sphinx, doctree: nodes.document) -> None:
    """Let the code that an exercise shows be in colour, as all other code is."""
    if CHAPTER.match(app.env.docname):
        for block in doctree.findall(nodes.literal_block):
            if block.get("language") == "none":
                block["language"] = "python"


def pieces(section: nodes.Element) -> Iterator[str]:
    """Walk through the texts of a section, without those of its subsections."""
    for child in section.children:
        if isinstance(child, (nodes.section, nodes.title)):
            continue
        if isinstance(child, LEAVES):
            yield " ".join(child.astext().split())
        elif isinstance(child, nodes.Element):
            yield from pieces(child)


def entries(page: str, doctree: nodes.document) -> Iterator[tuple[str, ...]]:
    """List the sections of a page as (address, page's title, heading, text)."""
    title = doctree.next_node(nodes.title)
    name = title.astext() if title else page
    for section in doctree.findall(nodes.section):
        heading = section.next_node(nodes.title)
        text = " ".join(pieces(section))
        anchor = section["ids"][0] if section["ids"] else ""
        address = f"{page}.html#{anchor}"
        yield address, name, heading.astext() if heading else name, text


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what the search shall find on a page, beside what else is known of it."""
    page = app.env.docname
    app.env.metadata[page]["entries"] = list(entries(page, doctree))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the index of the search, and the sitemap if the address is known."""
    if exception or app.builder.format != "html":
        return
    pages = sorted(app.env.found_docs)
    found = [e for page in pages for e in app.env.metadata[page]["entries"]]
    index = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    out = Path(app.outdir)
    (out / "_static").mkdir(exist_ok=True)
    (out / "_static" / "search-index.js").write_text(
        f"window.BOOK_INDEX={index};\n", encoding="utf-8"
    )
    if app.config.book_address:
        urls = "".join(
            f"<url><loc>{app.config.book_address}{page}.html</loc></url>"
            for page in pages
        )
        (out / "sitemap.xml").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n<urlset '
            f'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>\n',
            encoding="utf-8",
        )


def more_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Add the search, and the page for addresses that lead nowhere."""
    yield "search", {"title": "Search"}, "search.html"
    yield "404", {"title": "This page is not here"}, "404.html"


def no_other_search(app: Sphinx) -> None:
    """Keep Sphinx from making an index that no page reads."""
    builder: Any = app.builder
    builder.search = False


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", no_other_search)
    app.connect("doctree-read", head_rows)
    app.connect("doctree-read", colour_code)
    app.connect("doctree-resolved", keep_together)
    app.connect("doctree-resolved", set_apart)
    app.connect("doctree-read", note, priority=900)  # when the page is as it will be
    app.connect("html-page-context", around, priority=900)
    app.connect("html-page-context", mend, priority=910)
    app.connect("html-collect-pages", more_pages)
    app.connect("build-finished", finish, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
