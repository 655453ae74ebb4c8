"""MyST, the Markdown of the book, as plain Markdown that any notebook program shows.

JupyterLab, VS Code and Colab know neither directives nor roles. `plain` writes both as
what they do know: boxes become quotations with a bold title, what unfolds becomes
``<details>``, and a reference becomes the words that stand on the built page.

MyST's own parser says what is a directive, a role or a link; what is none of them is
left as it was written, so mathematics, tables and code stay character for character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from os.path import normpath, relpath
from pathlib import PurePosixPath
from typing import ClassVar, NamedTuple
from urllib.parse import unquote

from docutils.parsers.rst import Directive
from docutils.parsers.rst.directives import unchanged
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser


class PlainError(ValueError):
    """Something that has no plain form, or whose number is not known."""


class Work(NamedTuple):
    """A work of the bibliography: how it is cited, and where it can be read."""

    names: str
    year: str
    address: str


@dataclass(frozen=True)
class Facts:
    """What the built book knows, and a text by itself does not.

    Parameters
    ----------
    syntax : tuple of str
        The extensions of MyST that the book uses.
    numbers : mapping
        A label's words on the page: ``{"ex-04-cool": "Exercise 4.4"}``.
    titles : mapping
        The title of each page, such as ``{"04_softmax": "How sure ..."}``.
    works : mapping
        The bibliography, key to work.
    address : str
        The site's address, or "" if it is not known.
    copies : frozenset of str
        The pages that lie beside the text as notebooks.
    page : str
        The page that the text is of, such as "04_softmax".
    glue : mapping
        The texts that its cells hand to the prose.
    exercises : mapping
        The titles of its exercises, label to title.
    """

    syntax: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    works: Mapping[str, Work] = field(default_factory=dict)
    address: str = ""
    copies: frozenset[str] = frozenset()
    page: str = ""
    glue: Mapping[str, str] = field(default_factory=dict)
    exercises: Mapping[str, str] = field(default_factory=dict)


class Box(NamedTuple):
    """A directive: its name, the rest of its first line, its options, its content."""

    name: str
    argument: str
    options: dict[str, str]
    body: str


class Edit(NamedTuple):
    """A piece of a text, from start to end, and what is to stand in its place."""

    start: int
    end: int
    text: str


# ---- reading -----------------------------------------------------------------


@cache
def parser(syntax: tuple[str, ...]) -> MarkdownIt:
    """Make MyST's parser, with these of its extensions."""
    config = MdParserConfig(enable_extensions=set(syntax))
    return create_md_parser(config, RendererHTML)


class AnyDirective(Directive):  # type: ignore[misc]
    """A directive of which nothing is known."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    # And any others, since they are not validated.
    option_spec: ClassVar = {"label": unchanged}


def box_of(token: Token) -> Box | None:
    """Read a directive; None if the block is none."""
    if token.type not in {"fence", "colon_fence"}:
        return None
    match = re.fullmatch(r"\{([^}\s]+)\}\s*(.*)", token.info.strip(), re.DOTALL)
    if match is None:
        return None
    read = parse_directive_text(
        AnyDirective, match[2], token.content, validate_options=False
    )
    options = {str(name): str(value) for name, value in read.options.items()}
    body = "\n".join(read.body).strip("\n")
    return Box(match[1], " ".join(read.arguments), options, body)


def boxes(text: str, facts: Facts) -> Iterator[Box]:
    """Walk through the directives of a text, but not into them."""
    for token in parser(facts.syntax).parse(text):
        if box := box_of(token):
            yield box


# ---- words for roles and links -------------------------------------------------


def literal(text: str) -> str:
    """Write a text so that Markdown takes none of it for its own signs."""
    return re.sub(r"([\\`*_\[\]<$~])", r"\\\1", text)


def link(words: str, address: str) -> str:
    """Write a link, whatever signs the address holds."""
    plain_address = re.fullmatch(r"[^\s()<>]+", address)
    target = address if plain_address else f"<{address.translate(ANGLES)}>"
    return f"[{words}]({target})"


ANGLES = str.maketrans({"<": "%3C", ">": "%3E", " ": "%20"})


def known(kind: str, name: str, found: Mapping[str, str]) -> str:
    """Look up the words for a name."""
    if name not in found:
        raise PlainError(f"the book knows no {kind} {name!r}")
    return found[name]


def cited(keys: str, facts: Facts, running: bool) -> str:
    """Write a citation: "Bridle (1990)" in running text, "(Bridle, 1990)" beside it."""
    written = []
    for key in keys.split(","):
        if key.strip() not in facts.works:
            raise PlainError(f"the book's bibliography has no work {key.strip()!r}")
        work = facts.works[key.strip()]
        names, year = literal(work.names), literal(work.year)
        words = f"{names} ({year})" if running else f"{names}, {year}"
        written.append(link(words, work.address) if work.address else words)
    return " and ".join(written) if running else f"({'; '.join(written)})"


def without_target(text: str) -> str:
    """Give the words of ``words <target>``."""
    return re.sub(r"\s*<[^>]*>$", "", text)


Role = Callable[[str, Facts], str]
ROLES: dict[str, Role] = {
    "glue:text": lambda name, facts: literal(known("glued text", name, facts.glue)),
    "numref": lambda name, facts: known("number of", name, facts.numbers),
    "eq": lambda name, facts: known("number of", name, facts.numbers),
    "cite": lambda keys, facts: cited(keys, facts, running=False),
    "cite:p": lambda keys, facts: cited(keys, facts, running=False),
    "cite:t": lambda keys, facts: cited(keys, facts, running=True),
    "term": lambda text, facts: f"*{literal(without_target(text))}*",
    "math": lambda text, facts: f"${text}$",
    # The book's own, of tools/book_places.py.
    "chapter": lambda text, facts: f"chapter {text}" if text.isdigit() else text,
    "equation": lambda text, facts: f"({text})",
    "section": lambda text, facts: f"*{literal(text.partition(':')[2].strip())}*",
}


def spoken(role: Token, facts: Facts) -> str:
    """Write a role as words."""
    name = role.meta["name"]
    if name not in ROLES:
        raise PlainError(
            f"the role {{{name}}}`{role.content}` has no plain form; "
            "give it one in tools/plain_markdown.py"
        )
    return ROLES[name](" ".join(role.content.split()), facts)


def linked(words: str, href: str, facts: Facts) -> str:
    """Write a link of the book as one that leads somewhere, or as its words."""
    href = unquote(href)
    if re.match(r"[a-z]+:", href):
        return link(words, href)
    path, _, place = href.partition("#")
    if not path:  # a place that only the built page has
        return words or known("number of", place, facts.numbers)
    folder = PurePosixPath(facts.page).parent
    page = normpath(folder / re.sub(r"\.(?:md|ipynb)$", "", path))
    words = words or known("page", page, facts.titles)
    if facts.address:
        there = f"{facts.address.rstrip('/')}/{page}.html"
        return link(words, f"{there}#{place}" if place else there)
    if page in facts.copies:
        return link(words, f"{relpath(page, folder)}.ipynb")
    return words


# ---- blocks ----------------------------------------------------------------------


def quoted(title: str, body: str, facts: Facts) -> str:
    """Write a box as a quotation with a bold title."""
    # Jupyter takes formulas out before it reads the Markdown, with all that stands
    # between their dollars: in a quotation each must be on one line.
    lines = body.splitlines()
    for token in reversed(parser(facts.syntax).parse(body)):
        if token.type == "math_block" and token.map:
            lines[slice(*token.map)] = [f"$$ {' '.join(token.content.split())} $$"]
    text = "\n".join([f"**{title}**", "", *lines] if title else lines)
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


@cache
def titles() -> MarkdownIt:
    """Make what writes a title as HTML, its formulas between their dollars."""
    md = MarkdownIt()
    md.use(dollarmath_plugin, renderer=lambda content, _: f"${content}$")
    return md


def folded(title: str, body: str) -> str:
    """Write what unfolds under a title; the blank lines let Markdown work inside."""
    summary = titles().renderInline(title).strip()
    inside = body.strip("\n")
    return f"<details>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def exercise_name(label: str, facts: Facts) -> str:
    """Name an exercise as its page does: "Exercise 4.1 (Three forecasters)"."""
    number = known("number of", label, facts.numbers)
    title = known("exercise", label, facts.exercises)
    return f"{number} ({title})" if title else number


# Boxes with a title of their own.
TITLES = {
    name: name.capitalize()
    for name in ("note", "tip", "hint", "important", "warning", "caution", "danger")
}


def block(box: Box, facts: Facts) -> str:
    """Write a directive as plain Markdown."""
    argument, label = plain(box.argument, facts), box.options.get("label", "")
    if box.name in {"code", "code-block"}:
        return f"```{box.argument}\n{box.body}\n```"
    if box.name == "math":
        number = known("number of", label, facts.numbers).strip("()") if label else ""
        tag = f"\n\\tag{{{number}}}" if number else ""
        return f"$$\n{box.body}{tag}\n$$"
    body = plain(box.body, facts)
    if box.name == "admonition":
        return quoted(argument, body, facts)
    if box.name in TITLES:
        return quoted(TITLES[box.name], f"{argument}\n\n{body}".strip("\n"), facts)
    if box.name == "margin":
        return quoted("", f"{argument}\n\n{body}".strip("\n"), facts)
    if box.name == "dropdown":
        return folded(argument, body)
    if box.name == "exercise":
        return quoted(exercise_name(label, facts), body, facts)
    if box.name == "solution":
        return folded(f"Solution to {exercise_name(box.argument, facts)}", body)
    raise PlainError(
        f"the directive {{{box.name}}} has no plain form; "
        "give it one in tools/plain_markdown.py"
    )


# Blocks that only a built page has a use for.
DROPPED = {"myst_target", "myst_line_comment", "myst_block_break"}
NO_FORM = {
    "dl_open": "a list of definitions",
    "footnote_ref": "a footnote",
    "math_block_label": "a formula labelled behind its dollars (use \\tag)",
    "span_open": "a span with attributes",
    "substitution_block": "a substitution",
    "substitution_inline": "a substitution",
}


class Reader:
    """Finds in a text what the parser found, from the front to the back."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [match.end() for match in re.finditer(r"\n|\Z", text)]
        self.lines = [0, *ends]
        self.place = 0

    def skip_to_line(self, line: int) -> None:
        """Go to a line, if it is still ahead."""
        self.place = max(self.place, self.lines[line])

    def find(self, pattern: str) -> tuple[int, int]:
        """Find the next place of a pattern, and go behind it."""
        match = re.compile(pattern, re.DOTALL).search(self.text, self.place)
        if match is None:
            raise PlainError(f"cannot find {pattern!r} in {self.text!r}")
        self.place = match.end()
        return match.span()


def loosely(content: str) -> str:
    """Make a pattern of a text whose lines may be broken elsewhere."""
    return r"\s+(?:>\s*)*".join(map(re.escape, re.split(r"\s+", content)))


def inline_edits(reader: Reader, tokens: list[Token], facts: Facts) -> Iterator[Edit]:
    """Say what is to change within a paragraph, a heading or a cell of a table."""
    opened: list[tuple[int, str]] = []  # the links around: start of words, address
    inside: list[list[Edit]] = [[]]
    for token in tokens:
        if token.type in NO_FORM:
            raise PlainError(f"{NO_FORM[token.type]} has no plain form")
        if token.type in {"code_inline", "math_inline"}:
            # Passed by, so that what looks like a role in there is not taken for one.
            start, end = reader.find(loosely(token.content))
            if token.type == "math_inline" and "\n" in token.content:
                flat = " ".join(token.content.split())
                inside[-1].append(Edit(start, end, flat))
        elif token.type == "myst_role":
            name = re.escape(token.meta["name"])
            span = reader.find(rf"\{{{name}\}}(`+)\s*{loosely(token.content)}\s*\1")
            inside[-1].append(Edit(*span, spoken(token, facts)))
        elif token.type == "link_open" and token.markup != "autolink":
            start, _ = reader.find(r"(?<!!)\[")
            opened.append((start, str(token.attrs["href"])))
            inside.append([])
        elif token.type == "link_close" and token.markup != "autolink":
            start, href = opened.pop()
            behind, end = reader.find(r"\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*\))?")
            words = edited(reader.text, inside.pop(), start + 1, behind)
            inside[-1].append(Edit(start, end, linked(words, href, facts)))
    yield from inside[0]


def edits(text: str, facts: Facts) -> Iterator[Edit]:
    """Say what is to change in a text, from the front to the back."""
    reader = Reader(text)
    lines = text.splitlines()
    for token in parser(facts.syntax).parse(text):
        if token.type in NO_FORM:
            raise PlainError(f"{NO_FORM[token.type]} has no plain form")
        if token.map is None:
            continue
        first, last = token.map
        span = reader.lines[first], reader.lines[last]
        if token.type == "inline":
            reader.skip_to_line(first)
            yield from inline_edits(reader, token.children or [], facts)
        elif token.type in DROPPED:
            yield Edit(*span, "")
        elif box := box_of(token):
            indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
            if not re.match(r"\s*(?:`{3}|:{3})", lines[first]):
                raise PlainError(
                    f"the directive {{{box.name}}} stands behind other signs in its "
                    f"line, {lines[first]!r}: give it a line of its own"
                )
            made = block(box, facts).splitlines()
            before = "\n" if first and lines[first - 1].strip() else ""
            after = "\n" if last < len(lines) and lines[last].strip() else ""
            written = "\n".join(f"{indent}{line}".rstrip() for line in made)
            yield Edit(*span, f"{before}{written}\n{after}")


def edited(text: str, changes: list[Edit], start: int, end: int) -> str:
    """Give the piece of a text from start to end, with its changes made."""
    parts, place = [], start
    for change in changes:
        parts += [text[place : change.start], change.text]
        place = change.end
    return "".join([*parts, text[place:end]])


def plain(text: str, facts: Facts) -> str:
    """Write a text of the book as plain Markdown.

    Parameters
    ----------
    text : str
        MyST, as in a cell of a chapter.
    facts : Facts
        The numbers, works and glued texts that it may speak of.

    Raises
    ------
    PlainError
        If it holds something that has no plain form, or names what is not known.
    """
    return edited(text, list(edits(text, facts)), 0, len(text)).strip("\n")


# ---- solutions that stretch over cells ---------------------------------------------


class Piece(NamedTuple):
    """A part of a cell: its text; of which exercise's solution; if it begins it."""

    text: str
    label: str = ""
    begins: bool = False


def pieces(text: str, label: str, facts: Facts) -> tuple[list[Piece], str]:
    """Cut a cell where a solution begins and ends.

    Parameters
    ----------
    text : str
        MyST, as in a cell of a chapter.
    label : str
        The exercise whose solution is open where the cell begins, or "".
    facts : Facts
        As in `plain`.

    Returns
    -------
    list of Piece, str
        The parts, and the exercise whose solution is open where the cell ends.
    """
    lines = text.splitlines()
    found: list[Piece] = []
    begins, start = False, 0
    for token in parser(facts.syntax).parse(text):
        box = box_of(token)
        if box is None or box.name not in {"solution-start", "solution-end"}:
            continue
        assert token.map
        found.append(Piece("\n".join(lines[start : token.map[0]]), label, begins))
        begins = box.name == "solution-start"
        label, start = box.argument if begins else "", token.map[1]
    found.append(Piece("\n".join(lines[start:]), label, begins))
    return [p for p in found if p.text.strip() or p.begins], label


def solution(piece: Piece, facts: Facts) -> str:
    """Write a part of a cell, folded if it belongs to a solution."""
    body = plain(piece.text, facts)
    if not piece.label:
        return body
    name = f"Solution to {exercise_name(piece.label, facts)}"
    if not body:
        return f"**{name}** is in the folded cells below."
    return folded(name if piece.begins else f"{name}, continued", body)
