"""What stands behind the pages: KaTeX's files and the site's own extension."""

import io
import subprocess
import tarfile
from pathlib import Path

import book_fonts
import book_glosses
import book_pages
import book_site
import book_style
import katex_assets
import npm_package
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from fontTools.ttLib import TTFont
from myst_nb.core import render
from nbformat.v4 import new_output
from sphinx.application import Sphinx
from sphinxcontrib.katex import katex_version

BUILD = Path(__file__).parent.parent / "_build"
TEMPLATES = Path(__file__).parent.parent / "book" / "_templates"


def archive_of(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


CSS = (
    b'@font-face{src:url(fonts/A.woff2) format("woff2"),'
    b'url(fonts/A.woff) format("woff"),url(fonts/A.ttf) format("truetype")}'
)
PACKAGE = {
    "package/LICENSE": b"MIT",
    "package/dist/katex.min.css": CSS,
    "package/dist/katex.min.js": b"script",
    "package/dist/fonts/A.woff2": b"font",
    "package/dist/fonts/A.ttf": b"old font",
}


def test_the_pinned_katex_is_the_one_that_renders():
    assert katex_version == katex_assets.PACKAGE.version


def test_only_what_the_pages_need_is_unpacked(tmp_path):
    katex_assets.unpack(archive_of(PACKAGE), tmp_path)
    files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")}
    assert files == {"katex.min.css", "fonts/A.woff2"}
    assert (tmp_path / "LICENSE").read_bytes() == b"MIT"
    css = (tmp_path / "katex.min.css").read_text()
    assert css == '@font-face{src:url(fonts/A.woff2) format("woff2")}'


def test_an_archive_that_is_not_the_pinned_one_is_refused():
    with pytest.raises(SystemExit, match="Nothing was installed"):
        npm_package.check_integrity(archive_of(PACKAGE), katex_assets.PACKAGE)


def test_another_renderer_than_the_pinned_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(katex_assets, "katex_version", "1.0.0")
    with pytest.raises(SystemExit, match=r"renders with KaTeX 1\.0\.0"):
        katex_assets.fetch(tmp_path)


def test_a_download_that_fails_says_why(tmp_path, monkeypatch):
    def fails(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "ENOTFOUND")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(SystemExit, match=r"needs the network(.|\n)*ENOTFOUND"):
        katex_assets.fetch(tmp_path / "katex")
    assert not (tmp_path / "katex").exists()


def test_files_that_are_there_are_not_fetched_again(tmp_path, monkeypatch):
    def download(package):
        raise AssertionError("asked npm again")

    (tmp_path / "VERSION").write_text(katex_assets.PACKAGE.version)
    monkeypatch.setattr(npm_package, "download", download)
    katex_assets.fetch(tmp_path)


@pytest.fixture
def warnings(monkeypatch):
    found = []

    def warning(text, *values, location):
        assert location is not None
        found.append(text % values)

    monkeypatch.setattr(book_site.LOGGER, "warning", warning)
    return found


def document(*children):
    doctree = new_document("page")
    doctree.extend(children)
    return doctree


LONG = "Two curves that rise,\n the upper one more steeply."


def test_a_picture_with_text_and_caption_passes(warnings):
    image = nodes.image(uri="a.svg", alt=LONG)
    figure = nodes.figure("", nodes.container("", image), nodes.caption("", "Text"))
    book_site.check_pictures(None, document(figure))
    assert warnings == []
    assert image["alt"] == "Two curves that rise, the upper one more steeply."


@pytest.mark.parametrize("alt", [{}, {"alt": ""}, {"alt": "too short"}])
def test_a_picture_without_text_fails_the_build(warnings, alt):
    image = nodes.image(uri="a.svg", **alt)
    book_site.check_pictures(None, document(nodes.figure("", image)))
    assert len(warnings) == 1
    assert "alternative text" in warnings[0]


def test_a_picture_without_caption_fails_the_build(warnings):
    image = nodes.image(uri="a.svg", alt=LONG)
    book_site.check_pictures(None, document(nodes.container("", image)))
    assert warnings == ["a picture has no caption"]


def test_an_admonition_that_would_need_a_script_to_fold_fails_the_build(warnings):
    folded = nodes.admonition("", classes=["dropdown"])
    book_site.check_dropdowns(None, document(folded, nodes.admonition("")))
    assert len(warnings) == 1


class Config(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


@pytest.mark.parametrize("address", ["", "https://example.org/b/"])
def test_the_sites_address_becomes_the_canonical_one(address):
    config = Config(book_address=address, html_baseurl="")
    book_site.add_address(None, config)
    assert config.html_baseurl == address


@pytest.mark.parametrize(
    ("repository", "links"),
    [
        ("", []),
        (
            "https://github.com/a/b",
            ["https://github.com/a/b/edit/main/book/part/one.md"],
        ),
        ("https://code.example.org/a/b", []),
    ],
    ids=["none", "GitHub", "elsewhere"],
)
def test_a_footer_links_the_source_if_the_repository_is_known(
    tmp_path, repository, links
):
    source = tmp_path / "book"
    (source / "part").mkdir(parents=True)
    (source / "conf.py").write_text(
        "extensions = ['myst_nb', 'book_pages']\n"
        f"templates_path = [{str(TEMPLATES)!r}]\n"
        "html_theme = 'basic'\n"
        "def setup(app):\n"
        "    app.add_config_value('book_address', '', 'html')\n"
        f"    app.add_config_value('book_repository', {repository!r}, 'html')\n"
    )
    (source / "index.md").write_text("# Book\n\n```{toctree}\npart/one\n```\n")
    (source / "part" / "one.md").write_text("# One\n")
    out = tmp_path / "out"
    Sphinx(source, source, out, tmp_path / "trees", "html", status=None).build()

    def footer(page):
        soup = BeautifulSoup((out / page).read_text(), "html.parser")
        return [a["href"] for a in soup.select("body > footer a")[1:]]

    own = [repository] if repository else []
    assert footer("part/one.html") == links + own
    assert footer("search.html") == own  # has no source of its own


def test_a_printed_line_that_arrives_in_pieces_stays_one_line():
    book_site.prepare_outputs()
    pieces = ["error below 1e-7: ", "True\n", "\n", "next\n"]
    outputs = [new_output("stream", name="stdout", text=text) for text in pieces]
    (joined,) = render.coalesce_streams(outputs)
    assert (joined.output_type, joined.name) == ("stream", "stdout")
    assert joined.text == "error below 1e-7: True\n\nnext\n"


def test_a_script_loses_its_notes_and_nothing_else():
    script = "  // Says why.\n  f(`a ${b}`); // and here\n\n\t/* kept */\n"
    assert book_style.shorter(script) == "f(`a ${b}`); // and here\n/* kept */\n"
    with pytest.raises(ValueError, match="must end in the line where it begins: g"):
        book_style.shorter("g(`a\n  b`)")


def test_links_name_the_definitions_that_the_page_brings_along():
    link = '<a class="term reference internal" href="reference/glossary.html#term-{}"'
    body = "".join(link.format(word) + ">" for word in ("b", "a", "b", "lost"))
    known = {"term-a": "A", "term-b": "B"}
    described, needed = book_glosses.describe(body, known)
    assert needed == ["B", "A"]
    assert described == "".join(
        [
            f'{link.format("b")} aria-describedby="gloss-1">',
            f'{link.format("a")} aria-describedby="gloss-2">',
            f'{link.format("b")} aria-describedby="gloss-1">',
            link.format("lost") + ">",
        ]
    )


@pytest.mark.parametrize(("source", "name"), book_fonts.FILES.items())
def test_a_font_of_the_site_is_part_of_the_whole_one(source, name):
    files = BUILD / "npm" / "node_modules" / book_fonts.PACKAGE / "files"
    ours = BUILD / "html" / "_static" / "fonts"
    assert "SIL OPEN FONT LICENSE" in (ours / "LICENSE").read_text()
    with TTFont(files / source) as whole, TTFont(ours / name) as part:
        had, has = whole.getBestCmap(), part.getBestCmap()
        assert has.keys() == had.keys() & set(map(ord, book_fonts.LETTERS))
        for letter in has:  # as wide as before
            assert part["hmtx"][has[letter]][0] == whole["hmtx"][had[letter]][0]
        (weight,) = part["fvar"].axes
        assert (weight.minValue, weight.maxValue) == book_fonts.WEIGHTS
        # The licence keeps the name for the whole font, but for the copyright's line.
        names = {e.nameID for e in part["name"].names if "Source" in str(e)}
        assert names == {0}
    assert (ours / name).stat().st_size < (files / source).stat().st_size / 2


def line_of(*parts):
    """Give a paragraph as `keep_together` leaves it, with bars around what is whole."""
    found = document(nodes.paragraph("", "", *parts))
    book_pages.keep_together(None, found, "page")
    return "".join(
        f"|{part.astext()}|" if isinstance(part, nodes.inline) else part.astext()
        for part in found[0].children
    )


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ((nodes.literal("", "a"), nodes.Text(", and")), "|a,| and"),
        ((nodes.Text("so ("), nodes.math("", "x"), nodes.Text(")")), "so |(x)|"),
        ((nodes.literal("", "X @ W"), nodes.Text(" is")), "|X @ W| is"),
        ((nodes.math("", "x = 1"), nodes.Text(" is")), "|x = 1| is"),
        ((nodes.math("", "x"), nodes.Text(" is")), "x is"),
        ((nodes.literal("", "a" * 30), nodes.Text(", and")), "a" * 30 + ", and"),
        # A long formula takes the mark in.
        (
            (nodes.math("", "x + y" * 9), nodes.Text(", so")),
            "x + y" * 9 + r"\text{,} so",
        ),
    ],
)
def test_short_code_and_formulas_stay_whole_with_their_marks(parts, line):
    assert line_of(*parts) == line


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("0.5 · 2 + (1 − 3) = −1", True),
        ("2 + 1 = 3", True),
        ("So 2 + 1 = 3", False),
        ("2026", False),
    ],
)
def test_a_sum_by_hand_is_set_apart(text, apart):
    found = document(nodes.paragraph("", text))
    book_pages.set_apart(None, found, "page")
    assert found[0]["classes"] == (["by-hand"] if apart else [])
