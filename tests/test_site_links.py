"""The site's own links: to places, to the words of the glossary, to the package."""

import sys
from types import ModuleType, SimpleNamespace

import book_api
import book_places
import book_terms
import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.addnodes import pending_xref

import nnbook


def document(*children):
    doctree = new_document("page")
    doctree.extend(children)
    return doctree


def paragraph(*parts, cls=nodes.paragraph):
    """Make a paragraph of strings and nodes; a string in a list is in italics."""
    node = cls()
    for part in parts:
        if isinstance(part, list):
            part = nodes.emphasis("", *map(nodes.Text, part))
        node += nodes.Text(part) if isinstance(part, str) else part
    return node


def section(title, *children, id="a-place"):
    return nodes.section("", nodes.title("", title), *children, ids=[id])


# ---- places -----------------------------------------------------------------


LABELS = ("eq-1-1", "eq-1-10", "ex-01-a")
DOMAIN = SimpleNamespace(anonlabels={label: ("01_sums", label) for label in LABELS})
PAGE = document(section("What’s a “sum”?", id="what-s-a-sum"))
ENV = SimpleNamespace(
    found_docs={"index", "02_lines", "01_sums", "reference/glossary"},
    get_domain=lambda name: DOMAIN,
    get_doctree=lambda name: PAGE,
    toc_secnumbers={"01_sums": {"#what-s-a-sum": (1, 2)}},
)


def reference(kind, target):
    return book_places.pending(kind, target, target, "reference/notation")


def test_chapters_are_in_the_order_of_reading():
    assert list(book_places.chapters(ENV).items()) == [(1, "01_sums"), (2, "02_lines")]


@pytest.mark.parametrize(
    ("kind", "target", "place"),
    [
        ("chapter", "1", ("01_sums", "")),
        ("chapter", "7", None),
        ("equation", "1.1", ("01_sums", "eq-1-1")),
        ("equation", "1.10", ("01_sums", "eq-1-10")),
        ("equation", "7.1", None),
        ("section", '1: What\'s a "sum"?', ("01_sums", "what-s-a-sum")),
        ("section", '1: what\'s a  "sum"?', ("01_sums", "what-s-a-sum")),
        ("section", "7: Not written yet", None),
    ],
)
def test_a_place_is_found_if_its_chapter_is_there(kind, target, place):
    assert book_places.find_place(ENV, reference(kind, target)) == place


@pytest.mark.parametrize(
    ("kind", "target", "says"),
    [
        ("equation", "1.7", r"no equation \(1\.7\): put \(eq-1-7\)="),
        ("section", "1: Sums", r"no section 'sums'; it has: what's a"),
        ("section", "Sums", "does not begin with a chapter's number"),
        ("chapter", "x", "does not begin with a chapter's number"),
    ],
)
def test_a_place_that_is_not_in_its_chapter_is_refused(kind, target, says):
    with pytest.raises(LookupError, match=says):
        book_places.find_place(ENV, reference(kind, target))


APP = SimpleNamespace(
    builder=SimpleNamespace(get_relative_uri=lambda start, end: f"../{end}.html")
)


@pytest.fixture
def warnings(monkeypatch):
    found = []

    def warning(text, *values, location):
        assert location is not None
        found.append(text % values)

    for module in (book_places, book_terms, book_api):
        monkeypatch.setattr(module.LOGGER, "warning", warning)
    return found


@pytest.mark.parametrize(
    ("kind", "target", "address", "text"),
    [
        ("chapter", "2", "../02_lines.html", "2"),
        ("equation", "1.1", "../01_sums.html#eq-1-1", "1.1"),
        (
            "section",
            '1: What\'s a "sum"?',
            "../01_sums.html#what-s-a-sum",
            '1.2 1: What\'s a "sum"?',
        ),
    ],
)
def test_a_reference_becomes_a_link(warnings, kind, target, address, text):
    node = reference(kind, target)
    link = book_places.resolve(APP, ENV, node, node[0])
    assert link["refuri"] == address
    assert link.astext() == text
    assert warnings == []


def test_a_reference_to_a_chapter_to_come_stays_plain(warnings):
    node = reference("equation", "7.1")
    assert book_places.resolve(APP, ENV, node, node[0]) is node[0]
    assert warnings == []


def test_a_wrong_reference_fails_the_build(warnings):
    node = reference("equation", "1.7")
    assert book_places.resolve(APP, ENV, node, node[0]) is node[0]
    assert len(warnings) == 1


def test_references_of_other_kinds_are_left_alone():
    node = pending_xref("", reftype="doc", reftarget="1")
    assert book_places.resolve(APP, ENV, node, node) is None


@pytest.mark.parametrize(
    ("kind", "text", "shown", "target"),
    [
        ("chapter", "4", "chapter 4", "4"),
        ("chapter", "Chapter 4", "Chapter 4", "4"),
        ("equation", "4.1", "(4.1)", "4.1"),
        ("section", "4: Three\nclasses", "Three classes", "4: Three classes"),
    ],
)
def test_roles(kind, text, shown, target):
    env = SimpleNamespace(docname="reference/notation")
    page = new_document("notation.md")
    page.settings.env = env
    inliner = SimpleNamespace(document=page)
    (node,), _ = book_places.role(kind, "", text, 1, inliner)
    assert (node.astext(), node["reftarget"]) == (shown, target)
    assert (node.source, node.line) == ("notation.md", 1)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("Equation (4.1) of the book, computed as (4.2): yes", ["4.1", "4.2"]),
        ("Equations (5.2) to (5.4) of the book.", ["5.2", "5.4"]),
        ("Algorithm (6.3) of the book.", ["6.3"]),
        ("half of it (3.6), or with the margin (9)", []),
        ("The equation is short (3.6).", []),
        ("Activations (chapters 3 and 8).", ["3", "8"]),
        ("Softmax (chapter 4).", ["4"]),
        ("Takes 3 and 8).", []),
    ],
)
def test_what_a_docstring_mentions(text, targets):
    parts = book_places.mentions(text, "reference/api/errors")
    found = [part["reftarget"] for part in parts if isinstance(part, pending_xref)]
    assert found == targets
    assert "".join(part.astext() for part in parts) == text


def test_mentions_are_linked_in_the_packages_pages_only():
    for name, count in [("reference/api/errors", 1), ("reference/notation", 0)]:
        doctree = document(paragraph("Equation (1.1)."))
        app = SimpleNamespace(env=SimpleNamespace(docname=name))
        book_places.link_mentions(app, doctree)
        assert len(list(doctree.findall(pending_xref))) == count


def test_a_mention_in_a_title_or_in_code_is_left_alone():
    literal = nodes.literal("", "chapter 4")
    doctree = document(section("See chapter 4", paragraph(literal)))
    app = SimpleNamespace(env=SimpleNamespace(docname="reference/api/errors"))
    book_places.link_mentions(app, doctree)
    assert list(doctree.findall(pending_xref)) == []


# ---- words ------------------------------------------------------------------


def glossary(*entries):
    items = [
        nodes.definition_list_item(
            "",
            *(nodes.term("", word, ids=[f"term-{word}"]) for word in words),
            nodes.definition(
                "", paragraph(*(book_terms.Introduced(chapter=n) for n in chapters))
            ),
        )
        for words, chapters in entries
    ]
    return document(nodes.definition_list("", *items))


def test_terms_are_read_from_the_glossary(warnings):
    page = glossary((["slope", "derivative"], [3]), (["score (of a class)"], [4]))
    assert book_terms.terms_of(page) == [
        book_terms.Term("slope", "slope", "term-slope", 3, ordinary=False),
        book_terms.Term("derivative", "slope", "term-slope", 3, ordinary=False),
        book_terms.Term("score", "score", "term-score (of a class)", 4, ordinary=True),
    ]
    assert warnings == []


@pytest.mark.parametrize("chapters", [[], [3, 4]])
def test_an_entry_without_its_chapter_fails_the_build(warnings, chapters):
    assert book_terms.terms_of(glossary((["slope"], chapters))) == []
    assert "'slope' must name one chapter" in warnings[0]


@pytest.mark.parametrize(
    ("word", "plural"),
    [
        ("slope", "slopes"),
        ("class", "classes"),
        ("batch", "batches"),
        ("cross-entropy", "cross-entropies"),
        ("delay", "delays"),
        ("bias node", "bias nodes"),
    ],
)
def test_the_plural(word, plural):
    assert book_terms.forms(word) == [word, plural]


def term(word, chapter=1, *, entry=None, ordinary=False):
    entry = entry or word
    return book_terms.Term(word, entry, f"term-{entry}", chapter, ordinary)


TERMS = [
    term("node"),
    term("bias node"),
    term("class"),
    term("slope", 3),
    term("derivative", 3, entry="slope"),
    term("score", 4, ordinary=True),
    term("edge", 2, ordinary=True),
]


def found(*children, chapter=3):
    return [
        str(use.text)[use.start : use.end]
        for use in book_terms.uses(document(*children), TERMS, chapter)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A node and a node.", ["node"]),
        ("Nodes come first.", ["Nodes"]),
        ("The bias node is a node.", ["bias node", "node"]),
        ("Two bias\nnodes", ["bias\nnodes"]),
        ("anode, nodes-to-be, sub-class, classy", []),
        ("The derivative is the slope.", ["derivative"]),
        ("The node’s classes.", ["node", "classes"]),
    ],
)
def test_first_uses(text, words):
    assert found(paragraph(text)) == words


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: nodes.title("", text),
        lambda text: nodes.literal("", text),
        lambda text: nodes.literal_block("", text),
        lambda text: nodes.math("", text),
        lambda text: nodes.caption("", text),
        lambda text: paragraph(nodes.reference("", text)),
        lambda text: paragraph(pending_xref("", nodes.inline("", text))),
        lambda text: nodes.container("", paragraph(text), classes=["cell"]),
        lambda text: nodes.sidebar("", paragraph(text)),
        lambda text: nodes.admonition(
            "", paragraph(text), classes=["admonition-in-this-chapter"]
        ),
        lambda text: nodes.table("", paragraph(text)),
        lambda text: paragraph("Next: ", f"chapter 4 takes the {text}"),
        lambda text: paragraph("Next, ", nodes.reference("", "chapter 4"), f" {text}"),
    ],
)
def test_what_is_set_apart_is_not_linked(wrap):
    assert found(wrap("node"), paragraph("A node.")) == ["node"]
    uses = list(book_terms.uses(document(wrap("node")), TERMS, 3))
    assert uses == []


def test_what_stands_in_an_admonition_a_list_or_italics_is_linked():
    assert found(nodes.admonition("", paragraph("A node."))) == ["node"]
    assert found(nodes.list_item("", paragraph("A node."))) == ["node"]
    assert found(paragraph("A ", ["node"], ".")) == ["node"]
    assert found(paragraph("Next come nodes.")) == ["nodes"]


def test_an_ordinary_word_is_linked_from_its_introduction_on():
    text = paragraph("The score of a game. These are ", ["scores"], ". A score.")
    assert found(text, chapter=3) == []
    assert found(text, chapter=4) == ["scores"]
    assert found(text, chapter=5) == ["score"]


@pytest.mark.parametrize(
    ("text", "chapter", "elsewhere"), [("4", 4, ()), ("4, not 6 7", 4, (6, 7))]
)
def test_what_is_said_of_the_chapters(text, chapter, elsewhere):
    (node,), _ = book_terms.introduced_role("introduced", "", text, 1, None)
    assert (node["chapter"], node["elsewhere"]) == (chapter, elsewhere)


@pytest.mark.parametrize("text", ["", "four", "4, 5", "4, not"])
def test_a_chapter_that_cannot_be_read_fails_the_build(warnings, text):
    assert book_terms.introduced_role("introduced", "", text, 1, None) == ([], [])
    assert "must be like `4`" in warnings[0]


def test_a_word_is_not_linked_where_it_has_another_sense():
    other = term("edge", 2, ordinary=True)._replace(elsewhere=(9,))
    page = document(paragraph("On the edge."))
    assert list(book_terms.uses(page, [other], 9)) == []
    assert len(list(book_terms.uses(page, [other], 8))) == 1


def test_an_ordinary_word_without_italics_is_linked_at_once():
    assert found(paragraph("On its edges"), chapter=2) == ["edges"]
    assert found(paragraph("On its edges"), chapter=1) == []


def test_a_word_that_a_later_chapter_is_said_to_bring_is_not_used_yet():
    look_ahead = "Nodes go. (Chapter 3 brings the slope.) Then more."
    assert found(paragraph(look_ahead), chapter=1) == ["Nodes"]
    assert found(paragraph("Chapter 3 goes on. A slope."), chapter=1) == ["slope"]
    assert found(paragraph("Chapter 1 has no slope."), chapter=2) == ["slope"]
    assert found(paragraph("A slope; chapter 8 has more."), chapter=3) == ["slope"]


def test_first_uses_become_links():
    doctree = document(paragraph("A node, a bias node, ", ["slopes"], " and a node."))
    uses = list(book_terms.uses(doctree, TERMS, 3))
    book_terms.link_uses(doctree, uses, "reference/glossary.html")
    links = list(doctree.findall(nodes.reference))
    assert doctree.astext() == "A node, a bias node, slopes and a node."
    assert [link.astext() for link in links] == ["node", "bias node", "slopes"]
    assert links[1]["refuri"] == "reference/glossary.html#term-bias node"
    assert links[1]["ids"] == ["word-bias-node"]
    assert isinstance(links[2].parent, nodes.emphasis)


def test_no_terms_no_uses():
    assert list(book_terms.uses(document(paragraph("A node.")), [], 1)) == []


def environment(*chapters):
    pages = {name: document(paragraph(text)) for name, text in chapters}
    pages["reference/glossary"] = glossary((["node"], [1]))
    return SimpleNamespace(
        found_docs=set(pages) | {"index"},
        get_doctree=pages.__getitem__,
        get_domain=lambda name: DOMAIN,
    )


def test_pages_are_written_anew_when_what_they_lead_to_has_changed():
    env = environment(("01_sums", "A node."), ("02_lines", "None."))
    pages = {"01_sums", "02_lines", "reference/glossary"}
    assert set(book_terms.collect(None, env)) == pages
    assert env.book_facts[1] == {1: ["node"], 2: []}
    assert book_terms.collect(None, env) == []
    changed = environment(("01_sums", "A node."), ("02_lines", "A node."))
    changed.book_facts = env.book_facts
    assert set(book_terms.collect(None, changed)) == pages


def test_the_refresher_introduces_no_words():
    env = environment(("00_refresher", "A node."), ("01_sums", "A node."))
    assert book_terms.chapters(env) == {1: "01_sums"}
    assert "00_refresher" in book_terms.collect(None, env)
    assert env.book_facts[1] == {1: ["node"]}


def test_a_book_without_a_glossary_builds():
    assert book_terms.collect(None, SimpleNamespace(found_docs={"index"})) == []


# ---- the package's names ----------------------------------------------------


KNOWN = {"nnbook.softmax", "nnbook.plots.line", "nnbook.Network"}


@pytest.mark.parametrize(
    ("before", "code", "name"),
    [
        ("", "nnbook.softmax", "nnbook.softmax"),
        ("", "nnbook.softmax(z)", "nnbook.softmax"),
        ("", "plots.line", "nnbook.plots.line"),
        ("The package’s ", "softmax", "nnbook.softmax"),
        ("our ", "softmax", ""),
        ("The package’s ", "thetas", ""),
        ("", "np.tanh", ""),
        ("", "nnbook", ""),
        ("", "thetas[0]", ""),
        ("", "nnbook.sofmax", "nnbook.sofmax"),  # the build will complain
    ],
)
def test_the_name_that_code_means(before, code, name):
    literal = nodes.literal("", code)
    paragraph(before, literal)
    assert book_api.full_name(literal, KNOWN) == name


class Page(book_api.LinkNames):
    """The transform, on a page that was made by hand."""

    def __init__(self, doctree):
        entry = SimpleNamespace(docname="reference/api/x", node_id="nnbook.softmax")
        domain = SimpleNamespace(objects={"nnbook.softmax": entry})
        self.document = doctree
        self.environment = SimpleNamespace(
            docname="01_sums", found_docs={"01_sums"}, get_domain=lambda name: domain
        )

    env = property(lambda self: self.environment)
    app = property(lambda self: APP)


def test_the_first_mention_of_a_name_becomes_a_link(warnings):
    code = [nodes.literal("", "nnbook.softmax") for _ in range(3)]
    doctree = document(section("A title"), paragraph(code[1], " and ", code[2]))
    doctree[0][0] += code[0]  # in the title: no mention
    Page(doctree).run()
    (link,) = doctree.findall(nodes.reference)
    assert link.children == [code[1]]
    assert link["refuri"] == "../reference/api/x.html#nnbook.softmax"
    assert warnings == []


def test_a_name_that_the_package_has_not_fails_the_build(warnings):
    Page(document(paragraph(nodes.literal("", "nnbook.sofmax")))).run()
    assert "nnbook.sofmax has no entry" in warnings[0]


SOURCE = '''
"""A module (chapter 4)."""

__all__ = ["ALONE", "FIRST", "SECOND", "THIRD", "Oops", "Thing", "late"]

class Thing:
    """A thing."""

#: The first two.
FIRST = 1
SECOND = 2
#: The last.
THIRD = 3
HIDDEN = 4

ALONE = 5


def late():
    """Come late."""


class Oops(Exception):
    """An error."""
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "made_by_hand.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import made_by_hand

    yield made_by_hand
    del sys.modules["made_by_hand"]


def test_constants_share_the_comment_before_them(module):
    assert book_api.constants_of(module) == [
        (["FIRST", "SECOND"], ["The first two.", ""]),
        (["THIRD"], ["The last.", ""]),
        (["ALONE"], []),
    ]


def test_functions_stand_in_the_order_of_the_code(module):
    assert book_api.functions_of(module) == ["Thing", "late", "Oops"]
    assert set(book_api.public_names(module)) == set(module.__all__)


def test_entries_are_of_the_right_kind(module):
    kinds = [book_api.entry(module, name)[0] for name in ("Thing", "late", "Oops")]
    assert kinds == [
        ".. autoclass:: made_by_hand.Thing",
        ".. autofunction:: made_by_hand.late",
        ".. autoexception:: made_by_hand.Oops",
    ]
    assert book_api.constants_entry(module, ["A", "B"], ["Words."]) == [
        ".. py:data:: A",
        "             B",
        "   :module: made_by_hand",
        "",
        "   Words.",
        "",
    ]


def test_a_package_may_keep_its_constants_in_any_of_its_files(tmp_path, monkeypatch):
    package = tmp_path / "made_of_files"
    package.mkdir()
    (package / "a.py").write_text("def run():\n    pass\n", encoding="utf-8")
    (package / "b.py").write_text("#: Said here.\nLOOK = 1\n", encoding="utf-8")
    (package / "__init__.py").write_text(
        "from made_of_files.a import run\nfrom made_of_files.b import LOOK\n"
        "__all__ = ['LOOK', 'run']\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    import made_of_files

    assert isinstance(made_of_files, ModuleType)
    assert book_api.constants_of(made_of_files) == [(["LOOK"], ["Said here.", ""])]
    assert book_api.functions_of(made_of_files) == ["run"]


@pytest.mark.parametrize(
    ("module", "name", "public"),
    [
        ("probabilities", "softmax", "nnbook.softmax"),
        ("datasets", "make_moons", "nnbook.datasets.make_moons"),
        ("learning", "INIT_SCHEMES", "nnbook.learning.INIT_SCHEMES"),
    ],
)
def test_a_name_is_that_under_which_it_is_imported(module, name, public):
    home = sys.modules[f"nnbook.{module}"]
    assert book_api.public_name(home, name) == public
    assert nnbook.__all__


def test_modules_come_in_the_order_of_the_chapters(module):
    assert book_api.chapter_of(module) == (4, "made_by_hand")
    module.__doc__ = "No chapter."
    assert book_api.chapter_of(module) == (99, "made_by_hand")
