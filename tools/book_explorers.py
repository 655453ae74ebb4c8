"""What the explorers of a page need: their script and their states.

The states leave the page for files of their own, which the page's script fetches
when somebody comes near. They are scripts too, since a page that was opened from a
disk may load nothing else.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

STATES = re.compile(
    r'<script type="application/json" class="nn-states" data-key="(\w+)">(.*?)'
    r"</script>",
    re.DOTALL,
)
KEYS = re.compile(r'data-keys="([0-9a-f ]+)"')
ID = re.compile(r'<figure class="nn-explorer" id="([^"]+)"')
FOLDER = "_static/explorers"


def explorers_in(doctree: nodes.document) -> list[nodes.raw]:
    """Find the outputs that are explorers."""
    return [
        node
        for node in doctree.findall(nodes.raw)
        if node.get("format") == "html" and 'class="nn-explorer"' in node.astext()
    ]


def move_states(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write the states of a page's explorers to files, and name these in the page."""
    up = "../" * page.count("/")
    for node in explorers_in(doctree):
        text = node.astext()
        folder = Path(app.outdir, FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for key, states in STATES.findall(text):
            (folder / f"{key}.js").write_text(
                f'(window.nnbookStates??={{}})["{key}"]={states}\n', encoding="utf-8"
            )
        text = STATES.sub("", text)
        text = KEYS.sub(rf'\g<0> data-states="{up}{FOLDER}/"', text, count=1)
        node.children = [nodes.Text(text)]
        node.rawsource = text


def check_names(app: Sphinx, doctree: nodes.document) -> None:
    """Fail where two explorers of a page have one name: addresses would be unclear."""
    names = [
        name for node in explorers_in(doctree) for name in ID.findall(node.astext())
    ]
    for name in {name for name in names if names.count(name) > 1}:
        raise ValueError(
            f"{app.env.docname} has two explorers of the name {name!r}; give one of "
            "them another title or name="
        )


def add_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the script on the pages that have an explorer, and on no others."""
    if doctree is not None and explorers_in(doctree):
        app.add_js_file("explore.js", loading_method="defer")


def drop_old_states(app: Sphinx, error: Exception | None) -> None:
    """Drop the states of other builds."""
    if error or app.builder.format != "html":
        return
    used = set()
    for page in Path(app.outdir).rglob("*.html"):
        for keys in KEYS.findall(page.read_text("utf-8")):
            used |= set(keys.split())
    for path in Path(app.outdir, FOLDER).glob("*.js"):
        if path.stem not in used:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", check_names)
    app.connect("doctree-resolved", move_states)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", drop_old_states)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
