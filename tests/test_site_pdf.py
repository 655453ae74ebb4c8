"""The book as a PDF: its links, its outline, its solutions, its page numbers."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import browser as bench
import pikepdf
import pytest
import site_pdf
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parent.parent
SETTINGS = {"title": "A Book", "author": "its authors"}
TOC = """
root: index
parts:
  - caption: One
    chapters:
      - file: 01_first
      - file: deep/02_second
        sections:
          - file: deep/03_third
"""
LONG = "A heading that is so long that it cannot possibly stand on one line of the page"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g/></svg>'
PAGES = {
    "index": '<h1>A book<a class="headerlink" href="#x">#</a></h1><p>Start.</p>',
    "01_first": (
        f'<h1>1. First</h1><p class="run-it">Run it</p><section id="two"><h2>{LONG}'
        '</h2><a href="deep/02_second.html#there">over there</a>'
        '<a href="https://example.org/">outside</a><a href="search.html">search</a>'
        '</section><div class="exercise" id="ex"><p>Try it.</p></div>'
        '<details class="solution"><summary>Solution to 1</summary><p>Answer</p>'
        '</details><details class="hide"><summary>Show</summary><pre>x = 1</pre>'
        '</details><section id="check-yourself"><p>Choose an answer before you unfold '
        "it.</p><p><strong>Question 1.</strong> Who?</p>"
        "<details><summary>A. You.</summary><div><p>No. Me.</p></div></details>"
        "<details><summary>B. I.</summary><div><p>Right.</p></div></details></section>"
        '<img src="_images/a.svg" alt="a">'
        '<svg><defs><g id="own"></g></defs><use href="#own"></use></svg>'
    ),
    "deep/02_second": (
        '<h1>2. Second</h1><section id="there"><h2>There</h2>'
        '<a href="../01_first.html">back</a><a href="03_third.html">on</a></section>'
    ),
    "deep/03_third": "<h1>Third</h1><h2>Inside</h2>",
}
LISTED = [
    site_pdf.Chapter("index"),
    site_pdf.Chapter("01_first", 1, "One"),
    site_pdf.Chapter("deep/02_second"),
    site_pdf.Chapter("deep/03_third", 2),
]


def chapter(index):
    listed = LISTED[index]
    html = f'<article class="bd-article">{PAGES[listed.page]}</article>'
    made = site_pdf.chapter_html(html, listed, set(PAGES), "/site")
    return BeautifulSoup(made, "html.parser")


def test_pages_are_listed_in_reading_order():
    assert site_pdf.chapters(yaml.safe_load(TOC)) == LISTED


@pytest.mark.parametrize(
    ("href", "there"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("#x", "#page-deep-02-second--x"),
        ("03_third.html", "#page-deep-03-third"),
        ("../01_first.html#a%20b", "#page-01-first--a b"),
        ("../genindex.html", ""),
        ("../notebooks/01_first.ipynb", ""),
    ],
)
def test_where_a_link_leads(href, there):
    assert site_pdf.target(href, "deep/02_second", set(PAGES)) == there


def test_links_stay_in_the_book_or_lead_out():
    links = {a.get_text(): a["href"] for a in chapter(1).select("a")}
    assert links == {
        "over there": "#page-deep-02-second--there",
        "outside": "https://example.org/",
        "Solution": "#page-01-first--solution-1",
    }


def test_solutions_go_to_the_end_and_the_rest_unfolds():
    soup = chapter(1)
    assert soup.select("details, summary, .run-it, .headerlink") == []
    assert soup.select_one(".exercise + .to-solution a").get_text() == "Solution"
    assert soup.select_one("article > :last-child .solution p + p").string == "Answer"
    assert soup.select_one(".hide.unfolded").get_text() == "x = 1"


def test_a_question_is_not_answered_beside_its_choices():
    soup = chapter(1)
    asked = [p.get_text() for p in soup.select("[id$=check-yourself] p")]
    assert asked == [site_pdf.CHECKED, "Question 1. Who?", "A. You.", "B. I."]
    assert soup.select_one(".solutions h2 + p").get_text() == (
        "Question 1. A. No. Me. B. Right."
    )


def test_it_is_printed_in_the_font_of_the_pages(tmp_path):
    assert site_pdf.own_fonts(tmp_path) == ""
    (tmp_path / "book-italic.woff2").touch()
    assert f'url("{(tmp_path / "book-italic.woff2").as_uri()}")' in (
        site_pdf.own_fonts(tmp_path)
    )


def test_a_page_below_another_has_smaller_headings():
    assert [h.name for h in chapter(3).select("h1, h2, h3")] == ["h2", "h3"]


def test_a_drawing_keeps_the_names_of_its_parts():
    soup = chapter(1)
    assert soup.select_one("svg #own")
    assert soup.select_one("img")["src"] == "file:///site/_images/a.svg"


def links_of(pdf):
    """List the names that links inside a PDF lead to."""
    notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
    return [str(note.Dest).removeprefix("/") for note in notes if "/Dest" in note]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    bench.need_browser()
    folder = tmp_path_factory.mktemp("pdf")
    source, pages = folder / "book", folder / "html"
    source.mkdir()
    (source / "_toc.yml").write_text(TOC)
    for name, html in PAGES.items():
        page = pages / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f'<article class="bd-article">{html}</article>')
    katex = pages / "_static" / "katex" / "katex.min.css"
    katex.parent.mkdir(parents=True)
    katex.touch()
    (pages / "_images").mkdir()
    (pages / "_images" / "a.svg").write_text(SVG)
    # In a thread: the tests' own browser has a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(
            site_pdf.make, source, pages, folder / "book.pdf", SETTINGS
        )
        made.result()
    with pikepdf.open(folder / "book.pdf") as pdf:
        yield pdf


def titles(items, depth=0):
    for item in items:
        yield depth, item.title
        yield from titles(item.children, depth + 1)


@pytest.mark.slow
def test_the_outline_names_every_heading_whole(printed):
    with printed.open_outline() as outline:
        assert list(titles(outline.root)) == [
            (0, "Contents"),
            (0, "A book"),
            (0, "1. First"),
            (1, LONG),
            (1, "Solutions"),
            (0, "2. Second"),
            (1, "There"),
            (1, "Third"),
            (2, "Inside"),
        ]


@pytest.mark.slow
def test_links_lead_to_the_page_of_their_chapter(printed):
    places = site_pdf.destinations(printed)
    links = links_of(printed)
    assert "page-deep-02-second--there" in links
    assert [name for name in links if name not in places] == []
    # Cover, contents, preface, first, second and third.
    assert places["page-01-first"] == 4
    assert places["page-deep-02-second--there"] == places["page-deep-03-third"] == 5


@pytest.mark.slow
def test_it_says_what_it_is_and_can_be_read_aloud(printed):
    assert str(printed.docinfo["/Title"]) == "A Book"
    assert str(printed.docinfo["/Author"]) == "its authors"
    assert printed.Root.MarkInfo.Marked
    assert str(printed.Root.Lang) == "en"


def test_page_numbers_are_written_where_they_are_known():
    entries = [site_pdf.Entry("A & B", "page-a", 1, "Part")]
    html = site_pdf.contents_html(entries, {"page-a": 7})
    soup = BeautifulSoup(html, "html.parser")
    assert soup.select_one(".contents-1 a")["href"] == "#page-a"
    assert soup.select_one(".contents-page").string == "7"
    assert soup.select_one(".contents-text").string == "A & B"
    body = '<p class="to-solution"><a href="#page-a--s">Solution</a></p>'
    assert "Solution on page 9<" in site_pdf.with_numbers(body, {"page-a--s": 9})
    assert site_pdf.with_numbers(body, {}) == body


@pytest.mark.slow
def test_every_link_of_the_whole_book_leads_somewhere():
    path = ROOT / "_build" / "how-neural-networks-learn.pdf"
    if not path.is_file():
        pytest.skip("the PDF has not been made: make pdf")
    with pikepdf.open(path) as pdf:
        places, links = site_pdf.destinations(pdf), links_of(pdf)
        assert len(links) > 500
        assert sorted({name for name in links if name not in places}) == []
