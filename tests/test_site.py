"""The built pages: complete, whole, readable by all, and asking no other host."""

import re
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import book_fonts
import pytest
import yaml
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
# The theme leaves templates among its static files; JupyterLite is no page of ours.
OTHERS = {"_static", "lite"}
PAGES = sorted(
    page
    for page in HTML.rglob("*.html")
    if not OTHERS.intersection(page.relative_to(HTML).parts)
)
# What a browser loads by itself: (element, attribute).
LOADED = [
    ("script", "src"),
    ("link", "href"),
    ("img", "src"),
    ("img", "srcset"),
    ("source", "src"),
    ("source", "srcset"),
    ("iframe", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("image", "href"),
    ("use", "href"),
]
# Of these links, the browser loads nothing by itself.
NOT_LOADED = {"canonical", "index", "search", "next", "prev", "author", "license"}
OTHER_HOST = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
CSS_ADDRESS = re.compile(
    r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""", re.IGNORECASE
)


def for_each_page(test):
    pages = [pytest.param(p, id=str(p.relative_to(HTML))) for p in PAGES]
    return pytest.mark.parametrize("page", pages)(test)


@cache
def soup_of(page):
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@cache
def ids_of(page):
    return {tag["id"] for tag in soup_of(page).find_all(id=True)}


def files_of(entry):
    """List the files of a table of contents, however deep they stand."""
    if isinstance(entry, list):
        return [file for item in entry for file in files_of(item)]
    own = [entry[key] for key in ("root", "file") if key in entry]
    parts = ("parts", "chapters", "sections", "subtrees", "entries")
    return own + [f for key in parts if key in entry for f in files_of(entry[key])]


def outside_addresses(soup):
    """List what a page would load from another host."""
    found = [
        tag[attribute]
        for name, attribute in LOADED
        for tag in soup.find_all(name)
        if tag.has_attr(attribute)
        and not NOT_LOADED & set(tag.get("rel", []))
        and OTHER_HOST.match(tag[attribute])
    ]
    styles = [tag.get_text() for tag in soup.find_all("style")]
    styles += [tag["style"] for tag in soup.find_all(style=True)]
    return found + [address for css in styles for address in CSS_ADDRESS.findall(css)]


def broken_addresses(page, soup):
    """List the links of a page, within the site, that lead nowhere."""
    broken = []
    for tag in soup.find_all(["a", "link", "img", "script", "source", "iframe"]):
        address = tag.get("href") or tag.get("src")
        if not address or urlsplit(address).scheme or OTHER_HOST.match(address):
            continue
        parts = urlsplit(address)
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        fragment = unquote(parts.fragment)
        if not target.is_file():
            broken.append(f"{address}: no such file")
        elif fragment and target.suffix == ".html" and fragment not in ids_of(target):
            broken.append(f"{address}: no such place on that page")
    return broken


def unnamed_pictures(soup):
    """List the pictures without a text, or with their own address for one."""
    return [
        str(img)[:120]
        for img in soup.find_all("img")
        if not img.get("alt", "").strip()
        or Path(urlsplit(img["src"]).path).name in img["alt"]
        or "_images/" in img["alt"]
    ]


def repeated_ids(soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    return sorted({name for name in ids if ids.count(name) > 1})


def test_the_book_is_built():
    assert (HTML / "index.html").is_file(), (
        "There is no built book in _build/html. Run: make book"
    )


def test_every_file_of_the_table_of_contents_has_its_page():
    toc = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    missing = [f for f in files_of(toc) if not (HTML / f"{f}.html").is_file()]
    assert missing == []


@for_each_page
def test_a_page_loads_nothing_from_another_host(page):
    assert outside_addresses(soup_of(page)) == []


def test_style_sheets_load_nothing_from_another_host():
    sheets = sorted(HTML.rglob("*.css"))
    assert sheets
    found = {
        sheet.name: addresses
        for sheet in sheets
        if (addresses := CSS_ADDRESS.findall(sheet.read_text(encoding="utf-8")))
    }
    assert found == {}


@for_each_page
def test_links_within_the_site_lead_somewhere(page):
    assert broken_addresses(page, soup_of(page)) == []


@for_each_page
def test_pictures_have_a_text(page):
    assert unnamed_pictures(soup_of(page)) == []


@for_each_page
def test_a_page_has_one_heading_of_the_first_level(page):
    assert len(soup_of(page).find_all("h1")) == 1


@for_each_page
def test_ids_are_unique(page):
    assert repeated_ids(soup_of(page)) == []


@for_each_page
def test_controls_have_a_name(page):
    unnamed = [
        str(control)[:120]
        for control in soup_of(page).find_all(["button", "summary", "input"])
        if not control.get_text(strip=True)
        and not any(control.get(key) for key in ("aria-label", "title"))
        and control.get("type") != "hidden"
        and not control.find_parent("label")
        and not soup_of(page).find("label", attrs={"for": control.get("id", "-")})
    ]
    assert unnamed == []


@for_each_page
def test_rows_of_a_table_with_an_empty_corner_have_heads(page):
    for table in soup_of(page).select("article table:has(thead)"):
        if not table.select_one("thead tr > *").get_text(strip=True):
            heads = [row.find(["th", "td"]).name for row in table.select("tbody tr")]
            assert set(heads) == {"th"}


@for_each_page
def test_nothing_of_the_defaults_is_left(page):
    text = page.read_text(encoding="utf-8").lower()
    left = ["copyright 2023", "mathjax", "require.js", "html-manager", "thebe"]
    assert [word for word in left if word in text] == []


@for_each_page
def test_a_page_does_not_name_a_folder_of_the_machine_that_built_it(page):
    assert str(ROOT) not in page.read_text(encoding="utf-8")


@for_each_page
def test_mathematics_is_rendered(page):
    soup = soup_of(page)
    assert all(tag.find("math") for tag in soup.find_all(class_="math"))
    assert soup.find(class_="katex-error") is None


# ---- the checks find what breaks them ---------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example.org/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.example.org/a.css">',
        '<link rel="preload" href="https://example.org/a.woff2">',
        '<img src="HTTP://example.org/a.png">',
        '<img src="a.png" srcset="https://example.org/b.png 2x">',
        "<style>@import 'https://example.org/a.css';</style>",
        '<p style="background: url(//example.org/a.png)">',
    ],
)
def test_an_address_on_another_host_is_found(html):
    assert len(outside_addresses(BeautifulSoup(html, "html.parser"))) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<script src="_static/a.js"></script>',
        '<link rel="canonical" href="https://example.org/page.html">',
        '<a href="https://example.org/">a link to follow</a>',
        '<img src="data:image/png;base64,AA//BB">',
        '<p style="background: url(_images/a.png)">',
    ],
)
def test_what_stays_at_home_is_left_alone(html):
    assert outside_addresses(BeautifulSoup(html, "html.parser")) == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "a.html"
    (tmp_path / "b.html").write_text('<p id="here">', encoding="utf-8")
    good = '<a href="b.html#here"></a><a href="#top"></a><a href="mailto:x"></a>'
    bad = '<a href="c.html"></a><a href="b.html#there"></a><img src="a%20b.png">'
    page.write_text(f'<p id="top">{good}{bad}', encoding="utf-8")
    assert broken_addresses(page, soup_of(page)) == [
        "c.html: no such file",
        "b.html#there: no such place on that page",
        "a%20b.png: no such file",
    ]


@pytest.mark.parametrize("alt", ["", 'alt=""', 'alt="_images/x"', 'alt="f.svg"'])
def test_a_picture_without_a_text_is_found(alt):
    soup = BeautifulSoup(f'<img src="_images/f.svg" {alt}>', "html.parser")
    assert len(unnamed_pictures(soup)) == 1


def entries_of_the_glossary():
    """Give what each entry says, without the way to its chapter, by its id."""
    found = {}
    for term in soup_of(HTML / "reference" / "glossary.html").select(".glossary dt"):
        entry = BeautifulSoup(str(term.find_next_sibling("dd")), "html.parser")
        for node in entry.select(".introduced, .katex-html, annotation"):
            node.decompose()
        found[term["id"]] = entry.get_text().strip()
    return found


def test_what_a_linked_word_means_is_the_glossarys_own_text():
    entries, seen = entries_of_the_glossary(), set()
    for page in PAGES:
        for link in soup_of(page).select("a.term"):
            place = link["href"].partition("#")[2]
            (gloss,) = soup_of(page).select(f"#{link['aria-describedby']}")
            assert gloss["role"] == "tooltip"
            assert gloss.get_text().partition(": ")[2].strip() == entries[place]
            assert gloss.find(["a", "button"]) is None
            seen.add(place)
    assert len(seen) > len(entries) / 2


def test_the_fonts_have_the_letters_of_the_pages():
    files = ROOT / "_build" / "npm" / "node_modules" / book_fonts.PACKAGE / "files"
    used = set().union(*(unescape(page.read_text(encoding="utf-8")) for page in PAGES))
    used -= {"\N{THIN SPACE}", "\N{ZERO WIDTH SPACE}"}  # nothing is seen of them
    for name in book_fonts.FILES:
        with TTFont(files / name) as whole:
            assert used & set(map(chr, whole.getBestCmap())) <= set(book_fonts.LETTERS)


def test_the_refreshers_figures_and_exercises_have_its_number():
    said = soup_of(HTML / "00_refresher.html").select(".caption-number")
    assert {text.get_text().strip() for text in said} >= {"Fig. 0.1", "Exercise 0.1"}
    assert [text for text in said if " 0." not in text.get_text()] == []
    first = soup_of(HTML / "index.html").select_one("figcaption .caption-number")
    assert first.get_text().strip() == "Fig. 1"


def test_a_comma_stays_on_the_line_of_its_formula():
    loose = re.compile(r"[,.;:!?)\]”’]")
    for page in sorted(HTML.glob("0*.html")):
        for formula in soup_of(page).select("article p > .math"):
            if len(formula.annotation.get_text()) < 20:
                assert not loose.match(str(formula.next_sibling or "")), formula
        assert soup_of(page).select("span.whole > .math") != [], page
