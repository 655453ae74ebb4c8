"""The copies of the chapters: plain Markdown that says what the pages say."""

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import nbformat
import notebooks
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbclient import NotebookClient
from plain_markdown import Facts, PlainError, Work, pieces, plain, solution

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "book"
BUILD = ROOT / "_build"
COPIES = BUILD / "html" / "notebooks"
CHAPTERS = sorted(path.stem for path in BOOK.glob("[0-9]*.ipynb"))
# Every notebook that is a page has a copy.
NOTEBOOKS = sorted(
    path.relative_to(BOOK).with_suffix("").as_posix()
    for path in BOOK.rglob("*.ipynb")
    if (BUILD / "html" / path.relative_to(BOOK)).with_suffix(".html").is_file()
)

FACTS = Facts(
    syntax=("amsmath", "attrs_inline", "colon_fence", "dollarmath", "smartquotes"),
    numbers={"ex-a": "Exercise 4.1", "fig-a": "Fig. 4.2", "sum": "(4.3)"},
    titles={"01_b": "The second", "part/02_c": "The third"},
    works={
        "bridle": Work("Bridle", "1990", "https://doi.org/10.1000/(1)<2>"),
        "two": Work("Glorot and Bengio", "2010", "https://a.org/2"),
        "none": Work("Cauchy", "1847", ""),
    },
    copies=frozenset({"01_b", "part/02_c"}),
    page="04_a",
    glue={"share": "86%", "odd": "a_b*c"},
    exercises={"ex-a": "Three `p` forecasters"},
)

# ---- within a line -----------------------------------------------------------


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("about {glue:text}`share` of it", "about 86% of it"),
        ("{glue:text}`odd`", r"a\_b\*c"),
        ("see {numref}`fig-a`.", "see Fig. 4.2."),
        ("from {eq}`sum` follows", "from (4.3) follows"),
        ("{cite:t}`two` found", "[Glorot and Bengio (2010)](https://a.org/2) found"),
        ("so {cite}`none, two`", "so (Cauchy, 1847; [Glorot and Bengio, 2010](https://a.org/2))"),
        ("{cite:t}`bridle`", "[Bridle (1990)](<https://doi.org/10.1000/(1)%3C2%3E>)"),
        ("a {term}`hidden node <node>`", "a *hidden node*"),
        ("{term}`two\nwords`", "*two words*"),
        ("{chapter}`4`, {equation}`4.1`", "chapter 4, (4.1)"),
        ("by [(4.3)](#eq-4-3)", "by (4.3)"),
        ("[*{glue:text}`share`* of `it`](#here)", "*86%* of `it`"),
        ("[](#fig-a)", "Fig. 4.2"),
        ("[b](01_b.ipynb#there)", "[b](01_b.ipynb)"),
        ("[](01_b)", "[The second](01_b.ipynb)"),
        ("[words](reference/glossary.md)", "words"),
        ("[a](https://a.org#y) <https://b.org>", "[a](https://a.org#y) <https://b.org>"),
        ("![a picture](a.png)", "![a picture](a.png)"),
        # What only looks like a role stays.
        ("`{numref}` or `` {eq}`a` ``", "`{numref}` or `` {eq}`a` ``"),
        ("$x_{1}$ and $\\{a\\}`$", "$x_{1}$ and $\\{a\\}`$"),
        ("| {glue:text}`share` | {glue:text}`odd` |\n|---|---|\n| [a](#b) | $c$ |",
         "| 86% | a\\_b\\*c |\n|---|---|\n| a | $c$ |"),
    ],
)  # fmt: skip
def test_roles_and_links_become_words(myst, markdown):
    assert plain(myst, FACTS) == markdown


def test_with_the_sites_address_links_lead_there():
    facts = replace(FACTS, address="https://a.org/book/", page="part/02_c")
    assert (
        plain("[b](../01_b.ipynb#there) [w](../reference/glossary.md)", facts)
        == "[b](https://a.org/book/01_b.html#there) "
        "[w](https://a.org/book/reference/glossary.html)"
    )
    assert plain("[b](../01_b)", replace(facts, address="")) == "[b](../01_b.ipynb)"


# ---- blocks ------------------------------------------------------------------


@pytest.mark.parametrize("fence", [":::", "```"])
def test_a_box_becomes_a_quotation(fence):
    myst = f"Text\n{fence}{{admonition}} Predict\n:class: predict\n*b* $c$\n{fence}\nOn"
    assert plain(myst, FACTS) == "Text\n\n> **Predict**\n>\n> *b* $c$\n\nOn"


def test_a_formula_in_a_quotation_is_on_one_line():
    myst = ":::{note}\nSo\n\n$$\na \\\\\nb\n$$\n\nOn\n:::"
    made = plain(myst, FACTS)
    assert made == "> **Note**\n>\n> So\n>\n> $$ a \\\\ b $$\n>\n> On"


def test_a_margin_note_has_no_title():
    assert (
        plain("```{margin}\n{cite:t}`none` did.\n```", FACTS) == "> Cauchy (1847) did."
    )


def test_what_unfolds_becomes_details():
    made = plain(
        ":::{dropdown} A `b` and $c_1 * d_1$\n1. {glue:text}`share`\n:::", FACTS
    )
    assert made == (
        '<details>\n<summary>A <code>b</code> and <span class="math inline">'
        "$c_1 * d_1$</span></summary>\n\n1. 86%\n\n</details>"
    )


def test_an_exercise_has_its_number_and_its_code():
    myst = (
        ":::{exercise} Three `p` forecasters\n:label: ex-a\n\nMend:\n\n    x = 1\n\n"
        "```python\ny\n\n\nz\n```\n:::"
    )
    assert plain(myst, FACTS) == (
        "> **Exercise 4.1 (Three `p` forecasters)**\n>\n> Mend:\n>\n>     x = 1\n>\n"
        "> ```python\n> y\n>\n>\n> z\n> ```"
    )


def test_a_box_in_a_list_stays_there():
    myst = "- one\n\n  :::{tip}\n  two\n  :::\n- three"
    assert plain(myst, FACTS) == "- one\n\n  > **Tip**\n  >\n  > two\n\n- three"


def test_labels_and_comments_go_and_formulas_stay():
    myst = "(eq-4-3)=\n$$\na_{1} \\\\\n\\tag{4.3}\n$$\n\n% not to be read\nText"
    assert plain(myst, FACTS) == "$$\na_{1} \\\\\n\\tag{4.3}\n$$\n\nText"


@pytest.mark.parametrize(
    ("myst", "words"),
    [
        ("{numref}`fig-b`", "knows no number of 'fig-b'"),
        ("{glue:text}`lost`", "knows no glued text 'lost'"),
        ("{cite:t}`lost`", "has no work 'lost'"),
        ("{kbd}`x`", "role {kbd}`x` has no plain form"),
        ("```{mermaid}\na\n```", "directive {mermaid} has no plain form"),
        ("- ```{note}\n  a\n  ```", "{note} stands behind other signs"),
        ("[a]{.b}", "a span with attributes has no plain form"),
    ],
)
def test_what_has_no_plain_form_is_refused(myst, words):
    with pytest.raises(PlainError, match=re.escape(words)):
        plain(myst, FACTS)


# ---- solutions ---------------------------------------------------------------


def test_a_solution_stretches_over_cells():
    name = "Solution to Exercise 4.1 (Three <code>p</code> forecasters)"
    first, label = pieces("Before\n```{solution-start} ex-a\n```\n\nSo", "", FACTS)
    assert label == "ex-a"
    assert [solution(piece, FACTS) for piece in first] == [
        "Before",
        f"<details>\n<summary>{name}</summary>\n\nSo\n\n</details>",
    ]
    last, label = pieces("And so\n\n```{solution-end}\n```\nAfter", label, FACTS)
    assert label == ""
    assert [solution(piece, FACTS) for piece in last] == [
        f"<details>\n<summary>{name}, continued</summary>\n\nAnd so\n\n</details>",
        "After",
    ]


def test_a_solution_that_begins_with_code_says_so():
    (piece,), _ = pieces("```{solution-start} ex-a\n```", "", FACTS)
    assert solution(piece, FACTS).endswith("is in the folded cells below.")
    assert pieces("```{solution-end}\n```", "ex-a", FACTS) == ([], "")


# ---- the chapters ------------------------------------------------------------


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def texts(nb):
    return [
        notebooks.text_of(cell["source"])
        for cell in nb["cells"]
        if cell["cell_type"] == "markdown"
    ]


def page_of(name):
    html = (BUILD / "html" / f"{name}.html").read_text(encoding="utf-8")
    html = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)  # large
    return BeautifulSoup(html, "html.parser").select_one("article")


def common_markdown():
    """Make what notebook programs have: CommonMark, tables and mathematics."""
    return MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)


def words(soup):
    for node in soup.select(
        ".cell, .math, .headerlink, .section-number, .run-it, figure, script"
    ):
        node.decompose()
    return re.findall(r"\w+", soup.get_text(" ").lower())


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_copy_says_word_for_word_what_its_page_says(name):
    cells = [c for c in read(COPIES / f"{name}.ipynb")["cells"]
             if not c["id"].endswith("-caption")]  # fmt: skip
    html = "\n".join(map(common_markdown().render, texts({"cells": cells})))
    html = re.sub(r"<summary>[^\n]*, continued</summary>", "", html)
    html = html.replace(" is in the folded cells below.", "")
    assert words(BeautifulSoup(html, "html.parser")) == words(page_of(name))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_copy_holds_what_only_myst_can_read(name):
    md = common_markdown()
    for text in texts(read(COPIES / f"{name}.ipynb")):
        for token in md.parse(text):
            shown = [token, *(token.children or [])]
            assert not any("{" in t.info for t in shown if t.type == "fence")
            read_as = "".join(t.content for t in shown[1:] if t.type == "text")
            assert not re.search(r":::|\{[\w:]+\}$|^\([\w-]+\)=", read_as), text
            assert not any(
                str(t.attrs.get("href", "")).startswith("#") for t in shown
            ), text


def formulas(nb):
    md = common_markdown()
    found = [
        " ".join(t.content.split())
        for text in nb
        for token in md.parse(re.sub(r"^> ?", "", text, flags=re.MULTILINE))
        for t in [token, *(token.children or [])]
        if t.type.startswith("math")
    ]
    return Counter(found)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_formula_stays(name):
    # A directive's content is text for this parser once its fences are gone.
    source = [
        re.sub(r"^\s*(?:`{3}|:{3}).*$", "", text, flags=re.MULTILINE)
        for text in texts(read(BOOK / f"{name}.ipynb"))
    ]
    copy = texts(read(COPIES / f"{name}.ipynb"))
    assert formulas(source) - formulas(copy) == Counter()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_code_of_a_copy_is_the_chapters(name):
    def code(nb):
        return [(c["id"], c["source"], c["outputs"]) for c in nb["cells"]
                if c["cell_type"] == "code"]  # fmt: skip

    assert code(read(COPIES / f"{name}.ipynb"))[1:] == code(
        read(BOOK / f"{name}.ipynb")
    )


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_have_the_captions_of_the_page(name):
    captions = [
        BeautifulSoup(
            common_markdown().render(notebooks.text_of(cell["source"])), "html.parser"
        )
        for cell in read(COPIES / f"{name}.ipynb")["cells"]
        if cell["id"].endswith("-caption")
    ]
    numbers = [c.find(["strong", "summary"]).get_text().split() for c in captions]
    on_page = page_of(name).select("figcaption .caption-number")
    assert numbers == [number.get_text().split() for number in on_page]
    assert numbers


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_copy_is_a_valid_notebook_whose_solutions_are_folded(name):
    nb = nbformat.read(COPIES / f"{name}.ipynb", as_version=4)
    nbformat.validate(nb)
    solutions = [c for c in nb.cells if "solution" in c.metadata.get("tags", [])]
    assert solutions
    for cell in solutions:
        if cell.cell_type == "code":
            assert cell.metadata.jupyter == {
                "source_hidden": True,
                "outputs_hidden": True,
            }
        else:
            assert re.match("<details>|.*is in the folded cells below", cell.source)


def test_a_copy_runs(tmp_path):
    # nbval runs the same code for all chapters; here it is the copy's first cell too.
    nb = nbformat.read(COPIES / "02_weighted_sums.ipynb", as_version=4)
    NotebookClient(
        nb,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
