"""The API's pages, made of the docstrings, and the chapters' links to them.

`` ```{api} nnbook.probabilities` `` documents a module: its own docstring and
everything public in it, under the name by which a reader imports it. In a chapter the
first `nnbook.softmax` of the running text becomes a link to its entry.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from types import ModuleType
from typing import Any

import book_places
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)

PACKAGE = "nnbook"
# In a chapter: `nnbook.softmax`, `plots.line`, `nnbook.softmax(z)`.
CODE_NAME = re.compile(r"((?:\w+\.)*\w+)(?:\(.*\))?", re.DOTALL)
# "The package's `softmax`" is the package's, whatever the chapter's own is called.
PACKAGES_OWN = re.compile(r"package[’']s\s+$")


# ---- the pages --------------------------------------------------------------


def public_name(module: ModuleType, name: str) -> str:
    """Give the name by which a reader imports what a module offers."""
    package = importlib.import_module(PACKAGE)
    from_package = name in package.__all__ and getattr(package, name) is getattr(
        module, name
    )
    return f"{PACKAGE}.{name}" if from_package else f"{module.__name__}.{name}"


def homes_of(module: ModuleType) -> list[str]:
    """Name the files that a module's public names may come from."""
    homes = [module.__name__]
    if hasattr(module, "__path__"):
        found = pkgutil.iter_modules(module.__path__, f"{module.__name__}.")
        homes += [info.name for info in found]
    return homes


def assigned_in(code: str) -> list[tuple[str, bool]]:
    """List the names that a file assigns to, outside its functions and classes.

    With each comes whether it stands in the line after another one's.
    """
    found = []
    last_line = 0
    for node in ast.parse(code).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name):
                found.append((target.id, node.lineno == last_line + 1))
                last_line = node.end_lineno or node.lineno
    return found


def constants_of(module: ModuleType) -> list[tuple[list[str], list[str]]]:
    """Give a module's public constants, as names and the comment that describes them.

    A constant without a comment of its own shares that of the one in the line above.
    """
    groups: list[tuple[list[str], list[str]]] = []
    for home in homes_of(module):
        analyzer = ModuleAnalyzer.for_module(home)
        analyzer.analyze()
        for name, follows in assigned_in(analyzer.code):
            if name not in module.__all__:
                continue
            comment = analyzer.attr_docs.get(("", name), [])
            if groups and follows and not comment:
                groups[-1][0].append(name)
            else:
                groups.append(([name], comment))
    return groups


def is_constant(thing: object) -> bool:
    """Tell whether something public is neither a function, a class nor a module."""
    kinds = inspect.isroutine, inspect.isclass, inspect.ismodule
    return not any(is_kind(thing) for is_kind in kinds)


def functions_of(module: ModuleType) -> list[str]:
    """List a module's public functions and classes as they stand in its code."""
    homes = homes_of(module)

    def place(name: str) -> tuple[int, int]:
        thing = getattr(module, name)
        home = homes.index(thing.__module__) if thing.__module__ in homes else -1
        return home, inspect.getsourcelines(thing)[1]

    kept = [n for n in module.__all__ if not is_constant(getattr(module, n))]
    return sorted(kept, key=place)


def public_names(module: ModuleType) -> list[str]:
    """List all that is public in a module, in the order of its page."""
    constants = [name for names, _ in constants_of(module) for name in names]
    return constants + functions_of(module)


def constants_entry(
    module: ModuleType, names: list[str], comment: list[str]
) -> list[str]:
    """Write the directive that documents constants."""
    home = public_name(module, names[0]).rpartition(".")[0]
    first, *others = names
    return [
        f".. py:data:: {first}",
        *(f"             {other}" for other in others),
        f"   :module: {home}",
        "",
        *(f"   {line}" for line in comment),
        "",
    ]


def entry(module: ModuleType, name: str) -> list[str]:
    """Write the directives that document a function or a class."""
    thing, full = getattr(module, name), public_name(module, name)
    if inspect.isroutine(thing):
        return [f".. autofunction:: {full}", ""]
    kind = "exception" if issubclass(thing, BaseException) else "class"
    # The fields of a named tuple stand in its docstring.
    bare = kind == "exception" or issubclass(thing, tuple)
    members = [] if bare else ["   :members:"]
    return [f".. auto{kind}:: {full}", *members, ""]


def parse(directive: SphinxDirective, lines: list[str]) -> list[nodes.Node]:
    """Parse lines of Markdown in the place of a directive."""
    box = nodes.Element()
    directive.state.nested_parse(lines, directive.content_offset, box)
    return list(box.children)


class ModuleDirective(SphinxDirective):
    """Documents a module, with all that is public in it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the directives of autodoc, and parse them."""
        module = importlib.import_module(self.arguments[0])
        lines = [f".. automodule:: {module.__name__}", "   :no-members:", ""]
        for names, comment in constants_of(module):
            lines += constants_entry(module, names, comment)
        for name in functions_of(module):
            lines += entry(module, name)
        return parse(self, ["````{eval-rst}", *lines, "````"])


class IndexDirective(SphinxDirective):
    """Lists the documented modules in the order of the chapters, and their names."""

    def run(self) -> list[nodes.Node]:
        """Write a definition list, and parse it."""
        pages = [
            name.removeprefix(book_places.API)
            for name in self.env.found_docs
            if name.startswith(book_places.API) and not name.endswith("/index")
        ]
        modules = [importlib.import_module(f"{PACKAGE}.{page}") for page in pages]
        lines = []
        for module in sorted(modules, key=chapter_of):
            page = module.__name__.rpartition(".")[2]
            about = (module.__doc__ or "").partition("\n")[0]
            names = [
                f"{{py:obj}}`{name} <{public_name(module, name)}>`"
                for name in public_names(module)
            ]
            lines += [f"{{doc}}`{module.__name__} <{page}>`", f": {about}", ""]
            lines += [f"  {', '.join(names)}", ""]
        return parse(self, lines)


def chapter_of(module: ModuleType) -> tuple[int, str]:
    """Give the chapter that a module's docstring names, and the module's name."""
    named = re.search(r"chapters? (\d+)", module.__doc__ or "")
    return int(named[1]) if named else 99, module.__name__


# ---- the chapters' links to them --------------------------------------------


def full_name(literal: nodes.literal, known: dict[str, Any]) -> str:
    """Give the documented name that a piece of code in a chapter means, or nothing."""
    match = CODE_NAME.fullmatch(literal.astext())
    if match is None:
        return ""
    name = match[1]
    if name.startswith(f"{PACKAGE}."):
        return name
    full = f"{PACKAGE}.{name}"
    before = literal.previous_sibling()
    owned = isinstance(before, nodes.Text) and PACKAGES_OWN.search(str(before))
    return full if full in known and ("." in name or owned) else ""


class LinkNames(SphinxPostTransform):
    """Link the first mention of each public name in a chapter to its entry."""

    default_priority = 6

    def run(self, **_: Any) -> None:
        """Link the names of the page that is about to be written."""
        if self.env.docname not in book_places.chapters(self.env).values():
            return
        known = self.env.get_domain("py").objects  # type: ignore[attr-defined]
        seen = set()
        for literal in list(self.document.findall(nodes.literal)):
            name = full_name(literal, known)
            if not name or name in seen or not is_prose(literal):
                continue
            seen.add(name)
            if name not in known:
                LOGGER.warning(
                    "%s has no entry in book/reference/api: correct the name, or "
                    "make it public and document it",
                    name,
                    location=literal,
                )
                continue
            address = self.app.builder.get_relative_uri(
                self.env.docname, known[name].docname
            )
            address += f"#{known[name].node_id}"
            link = nodes.reference("", "", internal=True, refuri=address)
            link["classes"].append("api")
            literal.replace_self(link)
            link += literal


def is_prose(node: nodes.Node) -> bool:
    """Tell whether code stands in a sentence, and is no link yet."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.title | nodes.caption | nodes.reference):
            return False
        if isinstance(node, pending_xref):
            return False
    return True


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the transform."""
    app.add_directive("api", ModuleDirective)
    app.add_directive("api-index", IndexDirective)
    app.add_post_transform(LinkNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
