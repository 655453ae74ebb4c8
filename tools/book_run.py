"""The links under a chapter's title that turn it into a running notebook.

They are text, and the reader's own click: nothing is asked of another host before.
What they lead to is put beside the pages by `tools/site_copies.py`.
"""

from __future__ import annotations

import os
from html import escape
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config

HEADING_END = "</h1>"
PDF_PLACE = "<!-- book-pdf --><!-- /book-pdf -->"
# The branch with the copies in plain Markdown: Colab and Binder open only what is in
# a repository. `.github/workflows/ci.yml` writes it.
COPIES = "notebooks"


def github(repository: str) -> str:
    """Give a repository's owner and name if it is on GitHub, else ""."""
    parts = urlsplit(repository.removesuffix(".git").rstrip("/"))
    name = parts.path.strip("/")
    on_github = parts.hostname == "github.com" and name.count("/") == 1
    return name if on_github else ""


def links(page: str, up: str, repository: str, lite: bool) -> list[tuple[str, str]]:
    """List what a chapter can be run with, as (words, address).

    Parameters
    ----------
    page : str
        The page's name, such as "03_activations".
    up : str
        The way from the page to the site's root: "" or "../" and so on.
    repository : str
        The repository's address, or "" if it is not known.
    lite : bool
        If JupyterLite is in the site.
    """
    notebook = f"{page}.ipynb"
    found = []
    if lite:
        query = urlencode({"path": notebook}, safe="/")
        address = f"{up}lite/notebooks/index.html?{query}"
        found.append(("in your browser", address))
    if name := github(repository):
        colab = "https://colab.research.google.com/github"
        found.append(("in Colab", f"{colab}/{name}/blob/{COPIES}/{quote(notebook)}"))
        query = urlencode({"urlpath": f"lab/tree/{notebook}"})
        binder = "https://mybinder.org/v2/gh"
        found.append(("on Binder", f"{binder}/{name}/{COPIES}?{query}"))
    found.append(("on your computer (download)", f"{up}notebooks/{quote(notebook)}"))
    return found


def paragraph(found: list[tuple[str, str]], what: str = "chapter") -> str:
    """Write the links as one line of HTML."""
    anchors = [
        f'<a href="{escape(address)}"{" download" if "download" in words else ""}>'
        f"{words}</a>"
        for words, address in found
    ]
    return f'<p class="run-it">Run this {what}: {", ".join(anchors)}</p>'


def add_links(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the links of a chapter, or the place of the PDF's, under the title."""
    if HEADING_END not in context.get("body", ""):
        return
    if page == app.config.root_doc:
        text = PDF_PLACE
    elif page in app.env.found_docs and app.env.doc2path(page).endswith(".ipynb"):
        up = "../" * page.count("/")
        config = app.config
        found = links(page, up, config.book_repository, config.book_lite)
        # The playground is no chapter.
        text = paragraph(found, "chapter" if page[:1].isdigit() else "page")
    else:
        return
    context["body"] = context["body"].replace(HEADING_END, HEADING_END + text, 1)


def read_choice(app: Sphinx, config: Config) -> None:
    """Learn from the Makefile if JupyterLite is in the site."""
    config.book_lite = os.environ.get("BOOK_LITE", "") == "1"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # "html": when it changes, all pages are written anew.
    app.add_config_value("book_lite", False, "html", types=[bool])
    app.connect("config-inited", read_choice)
    app.connect("html-page-context", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
