"""The reference pages as built: words, the package, the post, the bibliography."""

import importlib
import json
import pkgutil
import re
from functools import cache
from pathlib import Path

import book_rules
import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_file

import nnbook

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "book"
HTML = ROOT / "_build" / "html"
REFERENCE = HTML / "reference"
CHAPTERS = sorted(HTML.glob("[0-9][0-9]_*.html"))
# The refresher, chapter 0, introduces no words: who needs it not may skip it.
NUMBERED = [page for page in CHAPTERS if not page.name.startswith("00")]
API = REFERENCE / "api"
PAGES_OF_API = sorted(p for p in API.glob("*.html") if p.stem != "index")

# What is no function to learn from, and no chapter teaches.
NOT_TAUGHT = {"course", "prose"}

# Works that are on paper only, as far as we know.
ON_PAPER = {"cauchy1847methode", "werbos1974beyond"}

SOURCES_OF_THE_POST = {
    "almasri2019backpropagation",
    "britz2015implementing",
    "ng2020networks",
    "missinglink2020activation",
    "wikipedia2020rectifier",
    "wikipedia2020softmax",
}


@cache
def soup_of(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def number_of(page):
    return int(page.name[:2])


def named(pages):
    return [pytest.param(page, id=page.stem) for page in pages]


# ---- the glossary -----------------------------------------------------------


def glossary():
    """Give each entry's place, its first word, and the chapter that introduces it."""
    entries = []
    for definition in soup_of(REFERENCE / "glossary.html").select("dl.glossary > dd"):
        term = definition.find_previous_sibling("dt")
        while (before := term.find_previous_sibling(["dt", "dd"])) is not None:
            if before.name == "dd":
                break
            term = before
        word = "".join(term.find_all(string=True, recursive=False)).strip()
        chapter = int(definition.select_one(".introduced").get_text().split()[1])
        entries.append((term["id"], word.partition(" (")[0], chapter))
    return entries


def links_to_words(page):
    """List the places of the glossary that a chapter leads to, in order."""
    links = soup_of(page).select("a.term")
    return [link["href"].rpartition("#")[2] for link in links]


def early_uses(entries, uses):
    """Find the words that are used before the chapter that introduces them.

    `uses` maps the number of each chapter, in order, to the places it leads to.
    """
    found = set()
    for place, word, chapter in entries:
        first = next((n for n, places in uses.items() if place in places), None)
        if first is not None and first < chapter:
            found.add((word, first))
    return found


def unused(entries, uses):
    """Find the words that do not occur in the chapter said to introduce them."""
    return [
        f"{word}: chapter {chapter}"
        for place, word, chapter in entries
        if chapter in uses and place not in uses[chapter]
    ]


def uses_by_chapter():
    return {number_of(page): links_to_words(page) for page in NUMBERED}


def test_no_word_is_used_before_the_chapter_that_introduces_it():
    early = early_uses(glossary(), uses_by_chapter())
    assert early == set(), (
        "words of the glossary are used before they are introduced (word, chapter): "
        "use another word there, or let the glossary name that chapter if it "
        "explains the word, or, if the word is ordinary English there, put its "
        "sense in brackets behind it in the glossary, as in 'score (of a class)'"
    )


def test_every_word_occurs_in_the_chapter_that_introduces_it():
    assert unused(glossary(), uses_by_chapter()) == [], (
        "the chapter does not use the word in its running text: name another "
        "chapter in book/reference/glossary.md, or write the word as the chapter does"
    )


@pytest.mark.parametrize("page", named(NUMBERED))
def test_a_chapter_leads_to_each_word_once(page):
    places = links_to_words(page)
    assert places
    assert len(places) == len(set(places))


@pytest.mark.parametrize("page", named(NUMBERED))
def test_only_running_text_leads_to_the_glossary(page):
    apart = "h1, h2, h3, pre, code, .math, figcaption, table, aside, .cell"
    apart += ", .admonition-title, .admonition-in-this-chapter"
    strays = [
        link.get_text()
        for box in soup_of(page).select(apart)
        for link in box.select("a.term")
    ]
    assert strays == []


def test_an_entry_leads_back_to_the_first_use():
    built = {number_of(page) for page in NUMBERED}
    for definition in soup_of(REFERENCE / "glossary.html").select("dl.glossary > dd"):
        introduced = definition.select_one(".introduced")
        number = int(introduced.get_text().split()[1])
        if number in built:
            assert "#word-" in introduced.find("a")["href"]
        else:
            assert introduced.find("a") is None


def test_entries_stand_in_the_order_of_the_alphabet():
    words = [word.lower() for _, word, _ in glossary()]
    assert words == sorted(words, key=lambda word: word.replace("-", " "))


# ---- the package's pages ----------------------------------------------------


def public_modules():
    """List the modules whose functions a reader may use."""
    found = []
    for info in pkgutil.iter_modules(nnbook.__path__):
        if info.name.startswith("_") or info.name == "cli":
            continue
        module = importlib.import_module(f"nnbook.{info.name}")
        if hasattr(module, "__all__"):
            found.append(module)
    return found


@cache
def documented():
    """Give every id of the package's pages, with the page."""
    return {
        tag["id"]: page
        for page in PAGES_OF_API
        for tag in soup_of(page).select("dt.sig[id]")
    }


@pytest.mark.parametrize("module", public_modules(), ids=lambda m: m.__name__)
def test_all_that_is_public_is_documented(module):
    name = module.__name__.removeprefix("nnbook.")
    assert (API / f"{name}.html").is_file(), (
        f"write book/reference/api/{name}.md (a title, and ```{{api}} nnbook.{name}) "
        "and put it into book/_toc.yml"
    )
    entries = documented()
    for public in module.__all__:
        names = {f"nnbook.{public}", f"nnbook.{name}.{public}"} & set(entries)
        assert names, f"{public} has no entry"
        assert {entries[n].stem for n in names} == {name}


def test_what_the_package_offers_at_its_top_is_documented_there():
    modules = {"datasets", "experiments", "metrics"}
    wanted = {f"nnbook.{name}" for name in set(nnbook.__all__) - modules}
    assert wanted - set(documented()) == set()


def test_every_entry_says_something():
    silent = [
        tag.find("dt")["id"]
        for page in PAGES_OF_API
        for tag in soup_of(page).select("dl.py")
        if not tag.find("dd").get_text(strip=True)
    ]
    assert silent == [], "give these a docstring, or a comment that begins with #:"


@pytest.mark.parametrize("page", named(PAGES_OF_API))
def test_equations_that_docstrings_name_are_links(page):
    built = {number_of(chapter) for chapter in CHAPTERS}
    for paragraph in soup_of(page).select("article p"):
        text = " ".join(paragraph.get_text().split())
        if not re.search(r"\b(?:equation|algorithm)s? \(\d", text, re.IGNORECASE):
            continue
        linked = [a.get_text() for a in paragraph("a", href=re.compile(r"#eq-"))]
        there = [
            number
            for number in re.findall(r"\(\d+\.\d+\)", text)
            if int(number[1:].partition(".")[0]) in built
        ]
        assert linked == there, text


@pytest.mark.parametrize("page", named(PAGES_OF_API))
def test_a_modules_page_says_which_chapter_teaches_it(page):
    if page.stem in NOT_TAUGHT:
        return
    opening = [
        paragraph
        for paragraph in soup_of(page).select("article p")
        if paragraph.find_parent("dl") is None
    ]
    text = " ".join(paragraph.get_text() for paragraph in opening)
    numbers = {int(n) for n in re.findall(r"[Cc]hapters? (\d+)", text)}
    assert numbers, "name the chapter in the module's docstring: (chapter 4)"
    built = numbers & {number_of(chapter) for chapter in CHAPTERS}
    linked = {
        int(a["href"].rpartition("/")[2][:2])
        for paragraph in opening
        for a in paragraph("a", href=re.compile(r"/\d\d_\w+\.html"))
    }
    assert linked >= built


@pytest.mark.parametrize("page", named(CHAPTERS))
def test_the_first_mention_of_a_function_leads_to_its_entry(page):
    seen = set()
    for code in soup_of(page).select("article code"):
        name = code.get_text().partition("(")[0]
        if name not in documented() or code.find_parent("figcaption"):
            continue
        link = code.find_parent("a")
        if name in seen:
            assert link is None, f"{name}: a second link"
        else:
            assert link is not None, name
            assert link["href"].endswith(f"#{name}")
        seen.add(name)


# ---- the post, line by line -------------------------------------------------


VERDICTS = {"holds": "Holds", "limit": "Holds with a limit", "errs": "Errs"}


def statements():
    return soup_of(REFERENCE / "original_post.html").select(".verdict")


def test_the_posts_statements_are_numbered_in_order():
    titles = [card.select_one(".sd-card-title").get_text() for card in statements()]
    numbers = [int(title.partition(".")[0]) for title in titles]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 40


def test_every_statement_has_its_place_its_test_and_its_verdict():
    for card in statements():
        title = card.select_one(".sd-card-title").get_text()
        taught, tested = (li.get_text() for li in card.select(".sd-card-body li"))
        assert taught.startswith("Taught "), title
        assert re.match(r"Tested |Settled |Nothing to test", tested), title
        assert re.search(r"\d", taught), f"{title}: no section, equation or chapter"
        kinds = set(card["class"]) & set(VERDICTS)
        said = card.select_one(".sd-card-footer strong").get_text().rstrip(".")
        assert [VERDICTS[kind] for kind in kinds] == [said], title


def test_equations_and_figures_of_the_post_are_all_there():
    text = soup_of(REFERENCE / "original_post.html").get_text()
    for kind in ("Equation", "Figure"):
        for number in (1, 2, 3):
            assert f"{kind} {number}:" in text


def test_the_posts_own_sources_are_cited():
    source = (BOOK / "reference" / "original_post.md").read_text(encoding="utf-8")
    assert cited_in(source) >= SOURCES_OF_THE_POST


# ---- notation ---------------------------------------------------------------


def test_the_table_of_names_is_explained_in_full():
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in table.splitlines() if line.count("|") == 4]
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(names) > 10
    page = soup_of(REFERENCE / "notation.html").find("article")
    explained = {code.get_text() for code in page("code")}
    spelt = " ".join(explained)
    missing = [n for n in sorted(names) if not re.search(rf"\b{n}\b", spelt)]
    assert missing == [], "explain them in book/reference/notation.md"


# ---- the bibliography -------------------------------------------------------


def cited_in(text):
    found = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
    return {key.strip() for keys in found for key in keys.split(",")}


def cited():
    texts = [path.read_text(encoding="utf-8") for path in BOOK.rglob("*.md")]
    for path in BOOK.glob("[0-9][0-9]_*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts += [book_rules.text_of(c) for c in cells if c["cell_type"] == "markdown"]
        texts += [
            c["metadata"].get("mystnb", {}).get("figure", {}).get("caption", "")
            for c in cells
        ]
    return set().union(*map(cited_in, texts))


def entries_of_the_bibliography():
    return parse_file(str(BOOK / "references.bib")).entries


def test_every_work_is_cited_somewhere():
    uncited = set(entries_of_the_bibliography()) - cited()
    assert uncited == set(), "cite these, or take them out of book/references.bib"


def test_every_citation_has_its_work():
    assert cited() - set(entries_of_the_bibliography()) == set()


def test_every_work_can_be_found():
    lost = [
        key
        for key, entry in entries_of_the_bibliography().items()
        if not {"doi", "url", "howpublished", "isbn"} & set(entry.fields)
        and key not in ON_PAPER
    ]
    assert lost == [], "give these a doi, or a url where they have none"


# ---- the checks find what breaks them ---------------------------------------


ENTRIES = [("term-a", "a", 1), ("term-b", "b", 2), ("term-c", "c", 3)]


def test_a_word_used_too_early_is_found():
    assert early_uses(ENTRIES, {1: ["term-a"], 2: ["term-b", "term-c"]}) == {("c", 2)}
    assert early_uses(ENTRIES, {1: ["term-a"], 2: ["term-b"], 3: ["term-c"]}) == set()


def test_a_word_that_its_chapter_does_not_use_is_found():
    assert unused(ENTRIES, {1: ["term-a"], 2: []}) == ["b: chapter 2"]


def test_citations_are_found_in_all_their_forms():
    text = "{cite:t}`a`, {cite}`b, c` and {cite:p}`d`"
    assert cited_in(text) == {"a", "b", "c", "d"}
