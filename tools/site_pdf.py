"""Print the whole book as one PDF.

Run from the project's root, after the pages are built::

    python tools/site_pdf.py --source book --pages _build/html --target book.pdf

The built pages become chapters of one long page, which Chromium prints: the links
between chapters then work inside the PDF, and the headings become its outline.
What is folded on a page is open here, but the solutions of the exercises, and what is
said to each choice of a question, go to the end of their chapter, as in a printed
book. It is printed twice, because the page numbers in the contents are known only
after the first time.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import chromium
import pikepdf
import yaml  # type: ignore[import-untyped]
from bs4 import BeautifulSoup, Tag

from nnbook import explore

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "book" / "_assets"
STYLES = (
    ASSETS / "code.css",
    Path(explore.__file__).parent / "explore.css",
    ASSETS / "print.css",
)
COVER = ASSETS / "learning.svg"
TOO_LONG = 300_000  # milliseconds; a busy machine prints slowly
# What has no meaning on paper.
DROPPED = (
    ".headerlink, .run-it, script, style, button, .copybtn, .toctree-wrapper, "
    ".screen-only, .viewcode-link, noscript > style, .sd-summary-state-marker, "
    "div.citation > .label"
)
CHECK = "Choose an answer before you unfold it."
CHECKED = "Choose an answer to each. What is said to them stands under “Solutions”."


class Chapter(NamedTuple):
    """A page of the book: its name, how deep it stands, and the part it opens."""

    page: str
    depth: int = 1
    part: str = ""


def chapters(contents: Mapping[str, Any]) -> list[Chapter]:
    """List the pages of a table of contents in reading order."""
    found = [Chapter(contents["root"])]

    def add(entries: list[Mapping[str, Any]], depth: int, part: str) -> None:
        for entry in entries:
            found.append(Chapter(entry["file"], depth, part))
            part = ""
            add(entry.get("sections", []), depth + 1, "")

    for part in contents["parts"]:
        add(part["chapters"], 1, part["caption"])
    return found


def anchor(page: str, fragment: str = "") -> str:
    """Name a place of a page in the long page, where all names must differ."""
    name = "page-" + re.sub(r"[^A-Za-z0-9]+", "-", page)
    return f"{name}--{fragment}" if fragment else name


def target(href: str, page: str, pages: set[str]) -> str | None:
    """Say where a link of a page leads in the long page.

    Gives the address itself if it leads out of the site, "" if it leads to a page
    of the site that is not in the book, else ``#`` and the name of a place.
    """
    if re.match(r"[a-z]+:", href):
        return href
    path, _, fragment = href.partition("#")
    if path:
        # Relative to the page's own folder.
        joined = os.path.normpath(Path(page).parent / unquote(path))
        other = joined.removesuffix(".html")
        if other == joined or other not in pages:
            return ""
        return f"#{anchor(other, unquote(fragment))}"
    return f"#{anchor(page, unquote(fragment))}"


def take_answers(soup: BeautifulSoup, article: Tag) -> list[Tag]:
    """Leave of a chapter's questions the choices; give what is said to each choice."""
    section = article.select_one("#check-yourself")
    if section is None:
        return []
    taken: list[Tag] = []
    for node in list(section.find_all(["p", "details"], recursive=False)):
        said = node.select_one("summary ~ *")
        if node.name == "details" and said is not None:
            summary = node.select_one("summary")
            assert summary is not None
            choice = soup.new_tag("p", attrs={"class": "choice"})
            choice.extend([*summary.contents])
            node.replace_with(choice)
            for paragraph in said.select("p"):
                paragraph.insert(0, f"{choice.get_text(strip=True)[:2]} ")
                taken[-1].extend([" ", *paragraph.contents])
        elif node.get_text(strip=True) == CHECK:
            node.string = CHECKED
        elif node.strong and node.strong.get_text().startswith("Question"):
            taken.append(soup.new_tag("p"))
            strong = soup.new_tag("strong")
            strong.string = node.strong.get_text()
            taken[-1].append(strong)
    return taken


def take_solutions(soup: BeautifulSoup, article: Tag, page: str) -> None:
    """Move a chapter's solutions to its end, and leave links to them behind."""
    answers = take_answers(soup, article)
    solutions = article.select("details.solution")
    if not solutions and not answers:
        return
    section = soup.new_tag("section", attrs={"class": "solutions"})
    heading = soup.new_tag("h2", id="solutions-of-the-chapter")
    heading.string = "Solutions"
    section.append(heading)
    section.extend(answers)
    for number, details in enumerate(solutions, start=1):
        if not details.get("id"):
            details["id"] = f"solution-{number}"
        link = soup.new_tag("a", href=f"#{details['id']}")
        link.string = "Solution"
        pointer = soup.new_tag("p", attrs={"class": "to-solution"})
        pointer.append(link)
        details.replace_with(pointer)
        section.append(details)
    article.append(section)


def unfold(soup: BeautifulSoup, article: Tag) -> None:
    """Show what is folded; a printed page cannot unfold it."""
    for details in article.select("details"):
        summary = details.find("summary", recursive=False)
        details.name = "div"
        classes = [str(name) for name in details.get_attribute_list("class")]
        details["class"] = " ".join([*classes, "unfolded"])
        if isinstance(summary, Tag):
            if "hide" in classes:
                summary.decompose()  # "Show the code": it is shown
            else:
                summary.name = "p"
                summary["class"] = "unfolded-title"


def shift_headings(article: Tag, by: int) -> None:
    """Let the headings of a page that stands below another be smaller ones."""
    for heading in article.select("h1, h2, h3, h4, h5"):
        heading.name = f"h{min(6, int(heading.name[1]) + by)}"


def chapter_html(html: str, chapter: Chapter, pages: set[str], base: str) -> str:
    """Turn a built page into a chapter of the long page."""
    soup = BeautifulSoup(html, "html.parser")
    article = soup.select_one("article.bd-article") or soup.select_one("article")
    if article is None:
        raise SystemExit(f"the page {chapter.page} has no article to print")
    page = chapter.page
    for node in article.select(DROPPED):
        node.decompose()
    take_solutions(soup, article, page)
    unfold(soup, article)
    shift_headings(article, chapter.depth - 1)
    for link in article.select("a[href]"):
        there = target(str(link["href"]), page, pages)
        if there:
            link["href"] = there
        else:
            link.unwrap()
    for node in article.select("[id]"):
        if node.find_parent("svg") is None:  # a drawing refers to its own parts
            node["id"] = anchor(page, str(node["id"]))
    folder = Path(base) / Path(page).parent
    for picture in article.select("img[src]"):
        if not re.match(r"[a-z]+:", str(picture["src"])):
            picture["src"] = (folder / unquote(str(picture["src"]))).as_uri()
    kind = "chapter" if chapter.depth == 1 else "section"
    opening = f'<p class="part">{escape(chapter.part)}</p>' if chapter.part else ""
    inside = article.decode_contents()
    return f'<article class="{kind}" id="{anchor(page)}">{opening}{inside}</article>'


class Entry(NamedTuple):
    """A line of the contents: a heading's text, place and depth; the part it opens."""

    text: str
    name: str
    depth: int
    part: str


def contents_of(html: str, listed: list[Chapter]) -> list[Entry]:
    """List the chapters' titles and sections, in order."""
    soup = BeautifulSoup(html, "html.parser")
    found = []
    for chapter in listed:
        article = soup.find(id=anchor(chapter.page))
        assert isinstance(article, Tag)
        title = article.find(f"h{chapter.depth}")
        assert isinstance(title, Tag)
        text = " ".join(title.get_text().split())
        found.append(Entry(text, anchor(chapter.page), chapter.depth, chapter.part))
        if chapter.depth > 1 or chapter.page.startswith("reference"):
            continue
        for heading in article.select("h2"):
            place = heading if heading.get("id") else heading.find_parent(id=True)
            assert isinstance(place, Tag)
            text = " ".join(heading.get_text().split())
            found.append(Entry(text, str(place["id"]), 2, ""))
    return found


def headings(body: str) -> list[str]:
    """List the text of every heading."""
    found = BeautifulSoup(body, "html.parser").select("h1, h2, h3, h4, h5, h6")
    return [" ".join(heading.get_text().split()) for heading in found]


def contents_html(entries: list[Entry], numbers: Mapping[str, int]) -> str:
    """Write the contents, with the page numbers that are known."""
    lines = []
    for entry in entries:
        if entry.part:
            lines.append(f'<p class="contents-part">{escape(entry.part)}</p>')
        lines.append(
            f'<p class="contents-{entry.depth}"><a href="#{entry.name}">'
            f'<span class="contents-text">{escape(entry.text)}</span>'
            f'<span class="contents-page">{numbers.get(entry.name, "")}</span></a></p>'
        )
    return (
        '<nav class="contents" id="contents"><h1>Contents</h1>'
        + "\n".join(lines)
        + "</nav>"
    )


def cover_html(settings: Mapping[str, Any]) -> str:
    """Write the first page."""
    picture = COVER.as_uri() if COVER.is_file() else ""
    alt = "A network before, during and after its training."
    image = f'<img src="{picture}" alt="{alt}">' if picture else ""
    return (
        f'<header class="cover"><p class="cover-title">{escape(settings["title"])}</p>'
        f'<p class="cover-line">From a weighted sum to a trained network, '
        f"every number computed</p>{image}"
        f'<p class="cover-author">{escape(settings["author"])}</p>'
        f'<p class="cover-licence">Text and figures: CC BY 4.0. '
        f"Code: BSD 3-Clause.</p></header>"
    )


def running_heads(entries: list[Entry]) -> str:
    """Write the style that puts a chapter's title at the top of its pages."""
    rules = []
    name = ""
    for entry in entries:
        if entry.depth == 1:
            text = entry.text.replace("\\", "\\\\").replace('"', '\\"')
            name = f"chapter-{entry.name}"
            rules.append(f'@page {name} {{ @top-right {{ content: "{text}" }} }}')
        # What stands below a chapter too, or it would begin a new page.
        rules.append(f"#{entry.name} {{ page: {name} }}")
    return "\n".join(rules)


def with_numbers(body: str, numbers: Mapping[str, int]) -> str:
    """Say on which page a solution stands."""

    def said(match: re.Match[str]) -> str:
        number = numbers.get(match[1])
        return f"{match[0]} on page {number}" if number else match[0]

    return re.sub(r'<p class="to-solution"><a href="#([^"]+)">Solution', said, body)


def document(
    settings: Mapping[str, Any],
    body: str,
    entries: list[Entry],
    numbers: Mapping[str, int],
    styles: list[str],
    fonts: str = "",
) -> str:
    """Write the long page."""
    links = "\n".join(f'<link rel="stylesheet" href="{style}">' for style in styles)
    title = escape(settings["title"])
    return (
        '<!doctype html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{title}</title>'
        f'<meta name="author" content="{escape(settings["author"])}">'
        f"<style>{fonts}</style>"
        f"{links}<style>{running_heads(entries)}</style></head><body>"
        f"{cover_html(settings)}{contents_html(entries, numbers)}"
        f"{with_numbers(body, numbers)}</body></html>"
    )


def destinations(pdf: pikepdf.Pdf) -> dict[str, int]:
    """List the places that links lead to, with the number of their page."""
    numbers = {page.objgen: n for n, page in enumerate(pdf.pages, start=1)}
    found = {}
    for name, place in pdf.Root.Dests.items():
        array = place.D if isinstance(place, pikepdf.Dictionary) else place
        found[unquote(name.removeprefix("/"))] = numbers[array[0].objgen]  # type: ignore[index]
    return found


def own_fonts(folder: Path) -> str:
    """Write the style that names the fonts of the pages, which are in a folder."""
    return "".join(
        f'@font-face {{ font-family: "Book"; src: url("{file.resolve().as_uri()}"); '
        f"font-weight: 400 700; font-style: {slant} }}"
        for slant in ("normal", "italic")
        if (file := folder / f"book-{slant}.woff2").is_file()
    )


def print_page(html: Path, pdf: Path) -> None:
    """Let Chromium print a page of a file."""
    from playwright.sync_api import sync_playwright

    if chromium.PATH is None:
        raise SystemExit(f"the PDF is printed by Chromium, but {chromium.MISSING}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.PATH, args=chromium.FLAGS
        )
        # No scripts: figures that move show their still picture then.
        page = browser.new_page(java_script_enabled=False)
        page.set_default_timeout(TOO_LONG)
        page.goto(html.as_uri())
        page.pdf(
            path=pdf,
            outline=True,
            tagged=True,
            print_background=True,
            prefer_css_page_size=True,
        )
        browser.close()


def finish(
    draft: Path, target: Path, settings: Mapping[str, Any], headings: list[str]
) -> None:
    """Complete what Chromium printed: title, author, the outline; a third the size."""
    whole = {re.sub(r"\s", "", text): text for text in headings}

    def mend(items: list[pikepdf.OutlineItem]) -> None:
        # Chromium loses the space where a heading's line was broken.
        for item in items:
            item.title = whole.get(re.sub(r"\s", "", item.title), item.title)
            mend(item.children)

    with pikepdf.open(draft) as pdf:
        with pdf.open_outline() as outline:
            mend(outline.root)
        pdf.docinfo["/Title"] = settings["title"]
        pdf.docinfo["/Author"] = settings["author"]
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        target.parent.mkdir(parents=True, exist_ok=True)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def make(source: Path, pages: Path, pdf: Path, settings: Mapping[str, Any]) -> None:
    """Print the book of `source`, built in `pages`, as `pdf`."""
    contents = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))
    listed = chapters(contents)
    names = {chapter.page for chapter in listed}
    base = str(pages.resolve())
    body = "\n".join(
        chapter_html(
            (pages / f"{chapter.page}.html").read_text(encoding="utf-8"),
            chapter,
            names,
            base,
        )
        for chapter in listed
    )
    entries = contents_of(body, listed)
    katex = pages / "_static" / "katex" / "katex.min.css"
    fonts = own_fonts(pages / "_static" / "fonts")
    styles = [path.resolve(strict=True).as_uri() for path in (katex, *STYLES)]
    with tempfile.TemporaryDirectory() as folder:
        html, draft = Path(folder) / "book.html", Path(folder) / "book.pdf"
        numbers: dict[str, int] = {}
        for _ in range(2):
            text = document(settings, body, entries, numbers, styles, fonts)
            html.write_text(text, encoding="utf-8")
            print_page(html, draft)
            with pikepdf.open(draft) as printed:
                numbers = destinations(printed)
        finish(draft, pdf, settings, headings(body))


def main(argv: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tools/site_pdf.py")
    parser.add_argument("--source", type=Path, required=True, help="the book's folder")
    parser.add_argument("--pages", type=Path, required=True, help="the built pages")
    parser.add_argument("--target", type=Path, required=True, help="file to write")
    options = parser.parse_args(argv)
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    make(options.source, options.pages, options.target, settings)


if __name__ == "__main__":
    main()
