"""The links that run a chapter, and the copies that they lead to."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import book_run
import lite_lock
import lite_program
import notebook_copies
import notebooks
import pytest
import site_copies
import without_solutions
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from nnbook.course.cells import source_of
from nnbook.course.handout import student_copy
from nnbook.course.lists import NAMES

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "book"
HTML = ROOT / "_build" / "html"
LITE = HTML / "lite"
FACTS = ROOT / "_build" / ".doctrees" / "facts.json"
CHAPTERS = sorted(BOOK.glob("[0-9]*.ipynb"))
GITHUB = "https://github.com/someone/a-book"
WHEEL = "nnbook-0.1.0-py3-none-any.whl"

needs_lite = pytest.mark.skipif(
    not LITE.is_dir(), reason="the book was built without JupyterLite (LITE=0)"
)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


# ---- the cell that is added --------------------------------------------------


def run_setup(code, monkeypatch):
    """Run the cell where nnbook is missing; gives what %pip was asked to install."""
    monkeypatch.setitem(sys.modules, "nnbook", None)
    asked = []
    plain = re.sub(r"%pip install --quiet (\S+)", r"pip('\1')", code)
    exec(plain, {"pip": asked.append})
    return asked


@pytest.mark.parametrize(
    ("address", "repository", "source"),
    [
        ("https://a.org/book/", "", f"https://a.org/book/notebooks/{WHEEL}"),
        ("https://a.org/book", GITHUB, f"https://a.org/book/notebooks/{WHEEL}"),
        ("", GITHUB + "/", f"git+{GITHUB}"),
    ],
    ids=["site", "both", "repository"],
)
def test_where_nnbook_is_missing_it_is_installed(
    address, repository, source, monkeypatch
):
    code = notebook_copies.setup_code(WHEEL, address, repository)
    assert run_setup(code, monkeypatch) == [source]


def test_without_an_address_the_cell_says_what_to_do(monkeypatch, capsys):
    with pytest.raises(ModuleNotFoundError):
        run_setup(notebook_copies.setup_code(WHEEL), monkeypatch)
    assert f"%pip install ./{WHEEL}" in capsys.readouterr().out


def test_where_nnbook_is_the_cell_does_nothing(capsys):
    exec(notebook_copies.setup_code(WHEEL), {})
    assert capsys.readouterr().out == ""


# ---- the links ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (GITHUB, "someone/a-book"),
        (GITHUB + ".git", "someone/a-book"),
        (GITHUB + "/", "someone/a-book"),
        ("https://gitlab.com/someone/a-book", ""),
        ("https://github.com/someone", ""),
        ("", ""),
    ],
    ids=["plain", "git", "slash", "elsewhere", "no name", "none"],
)
def test_a_repository_on_github_is_known(address, name):
    assert book_run.github(address) == name


def test_links_of_a_chapter_where_all_is_known():
    found = dict(book_run.links("part/03_a", "../", GITHUB, lite=True))
    assert list(found.values()) == [
        "../lite/notebooks/index.html?path=part/03_a.ipynb",
        "https://colab.research.google.com/github/someone/a-book/blob/notebooks/part/03_a.ipynb",
        "https://mybinder.org/v2/gh/someone/a-book/notebooks?urlpath=lab%2Ftree%2Fpart%2F03_a.ipynb",
        "../notebooks/part/03_a.ipynb",
    ]


def test_without_a_repository_there_is_no_link_to_other_hosts():
    found = book_run.links("03_a", "", "", lite=False)
    assert [address for _, address in found] == ["notebooks/03_a.ipynb"]


def test_a_page_built_with_an_address_has_all_links(tmp_path, monkeypatch):
    """A small book, built with the extension and the repository's address."""
    monkeypatch.setenv("BOOK_LITE", "1")
    source = tmp_path / "book"
    source.mkdir()
    (source / "conf.py").write_text(
        "extensions = ['myst_nb', 'book_run']\n"
        f"book_repository = {GITHUB!r}\n"
        "nb_execution_mode = 'off'\n"
        "def setup(app):\n"
        "    app.add_config_value('book_repository', '', 'html')\n"
    )
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"}
    nb = {"cells": [cell], "metadata": notebooks.NOTEBOOK_METADATA}
    nb |= {"nbformat": 4, "nbformat_minor": 5}
    (source / "01_a.ipynb").write_text(json.dumps(nb))
    (source / "index.md").write_text("# Book\n\n```{toctree}\n01_a\n```\n")
    app = Sphinx(source, source, tmp_path / "o", tmp_path / "d", "html", status=None)
    app.build()
    page = BeautifulSoup((tmp_path / "o" / "01_a.html").read_text(), "html.parser")
    hosts = [a["href"].split("/")[2] for a in page.select(".run-it a")[1:3]]
    assert hosts == ["colab.research.google.com", "mybinder.org"]
    assert page.select_one("h1 + .run-it a")["href"].startswith("lite/")
    assert book_run.PDF_PLACE in (tmp_path / "o" / "index.html").read_text()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_chapter_has_its_links_and_copies(path):
    page = (HTML / path.name).with_suffix(".html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    links = [a["href"].partition("?") for a in soup.select("h1 + .run-it a")]
    assert links[-1][0] == f"notebooks/{path.name}"
    for address, _, query in links:
        assert (HTML / address).is_file()
        assert query in ("", f"path={path.name}")
    copy = read(HTML / "notebooks" / path.name)
    assert "import nnbook" in "".join(copy["cells"][0]["source"])
    if LITE.is_dir():
        assert read(LITE / "files" / path.name) == copy


def test_the_wheel_lies_beside_the_copies():
    (wheel,) = (HTML / "notebooks").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert "nnbook/__init__.py" in archive.namelist()


def test_a_solution_that_is_left_out_is_in_no_copy(tmp_path):
    source, pages = tmp_path / "source", tmp_path / "pages"
    without_solutions.copy(BOOK, source)
    for path in CHAPTERS:
        (pages / path.name).with_suffix(".html").parent.mkdir(exist_ok=True)
        (pages / path.name).with_suffix(".html").touch()
    target, code = tmp_path / "copies", "import nnbook"
    facts = notebook_copies.facts_of(FACTS.read_text(encoding="utf-8"))
    names = notebook_copies.write(source, pages, target, code, facts)
    assert [name.name for name in names] == [path.name for path in CHAPTERS]
    for name in names:
        assert "Solution to" not in (target / name).read_text()


@pytest.mark.parametrize("name", NAMES)
def test_assignments_are_on_the_site_as_students_get_them(name):
    copy = read(HTML / "assignments" / f"{name}.ipynb")
    own = read(BOOK / "assignments" / f"{name}.ipynb")
    assert copy["cells"][1:] == student_copy(own)["cells"]
    assert "import nnbook" in source_of(copy["cells"][0])
    if LITE.is_dir():
        assert read(LITE / "files" / "assignments" / f"{name}.ipynb") == copy


def test_no_instructors_notebook_is_on_the_site():
    assert not list(HTML.rglob("assignments/*.html"))
    for path in HTML.rglob("*.ipynb"):
        assert "### BEGIN SOLUTION" not in path.read_text(encoding="utf-8"), path


# ---- what is put beside the pages ---------------------------------------------


def test_folders_are_listed_as_jupyter_lists_them(tmp_path):
    files = {Path(name): tmp_path / "copy" for name in ("01.ipynb", "more/02.ipynb")}
    (tmp_path / "copy").write_text("{}")
    root = site_copies.listing(files, Path())
    kinds = [(model["path"], model["type"]) for model in root["content"]]
    assert kinds == [("more", "directory"), ("01.ipynb", "notebook")]
    below = site_copies.listing(files, Path("more"))
    assert [model["path"] for model in below["content"]] == ["more/02.ipynb"]
    assert below["content"][0]["size"] == 2


def test_the_pdf_is_linked_when_it_is_there_and_only_then(tmp_path):
    index, pdf = tmp_path / "index.html", tmp_path / "book.pdf"
    index.write_text(f"<h1>Book</h1>{book_run.PDF_PLACE}")
    pdf.write_bytes(bytes(2_000_000))
    site_copies.link_pdf(index, pdf)
    site_copies.link_pdf(index, pdf)
    assert index.read_text().count(f'href="{site_copies.PDF}"') == 1
    assert "2.0 MB" in index.read_text()
    site_copies.link_pdf(index, None)
    assert index.read_text() == f"<h1>Book</h1>{book_run.PDF_PLACE}"


# ---- the lock file -------------------------------------------------------------


def wheel(folder, name, *needs):
    path = folder / f"{name}-1.0-py3-none-any.whl"
    lines = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\n{lines}")
    return path


def test_a_wheel_is_described_as_the_lock_file_does(tmp_path):
    path = wheel(tmp_path, "my_own", "NumPy>=1", 'pytest; extra == "test"')
    made = lite_lock.entry(path)
    assert made["name"] == "my-own"
    assert made["imports"] == ["my_own"]
    assert made["depends"] == ["numpy"]
    assert made["file_name"] == path.name


def test_a_package_that_is_nowhere_is_named(tmp_path):
    packages = {"a": {"depends": ["b"]}}
    with pytest.raises(ValueError, match="a needs the package 'b'"):
        lite_lock.needed(packages, ["a"])


def test_what_is_needed_is_followed_to_its_end():
    packages = {
        "a": {"depends": ["b"]},
        "b": {"depends": ["C_c", "a"]},
        "c-c": {"depends": []},
        "d": {"depends": []},
    }
    assert lite_lock.needed(packages, ["A"]) == ["a", "b", "c-c"]


@needs_lite
def test_the_lock_file_of_the_site():
    lock = read(LITE / "pyodide" / lite_lock.LOCK)["packages"]
    settings = read(LITE / "jupyter-lite.json")["jupyter-config-data"]
    kernel = settings["litePluginSettings"][
        "@jupyterlite/pyodide-kernel-extension:kernel"
    ]
    assert kernel["disablePyPIFallback"] is True
    assert "nnbook" in kernel["loadPyodideOptions"]["packages"]
    address = kernel["pyodideUrl"].removesuffix("pyodide.mjs")
    assert {"numpy", "matplotlib", "joblib", "tqdm"} <= set(lock)
    assert set(lock["nnbook"]["depends"]) <= set(lock)
    for package in lock.values():
        file = LITE / "pyodide" / package["file_name"]
        if file.is_file():
            assert lite_lock.entry(file)["sha256"] == package["sha256"]
        else:
            assert package["file_name"].startswith(address)
    (beside,) = (HTML / "notebooks").glob("*.whl")
    assert lock["nnbook"]["sha256"] == lite_lock.entry(beside)["sha256"]


@needs_lite
def test_jupyterlite_lists_the_chapters():
    content = read(LITE / "api" / "contents" / "all.json")["content"]
    names = {model["name"] for model in content}
    assert {path.name for path in CHAPTERS} <= names
    assert [name for name in names if not (LITE / "files" / name).exists()] == []


# ---- a Pyodide of the site's own -------------------------------------------------


@pytest.fixture
def distribution(tmp_path):
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in lite_program.INTERPRETER:
        (folder / name).write_text(name)
    (folder / "numpy.whl").write_text("numpy")
    numpy = {"file_name": "numpy.whl", "sha256": "1", "depends": []}
    lock = {"packages": {"numpy": numpy}}
    (folder / lite_lock.LOCK).write_text(json.dumps(lock))
    return folder, lock


def test_what_is_needed_of_pyodide_is_hosted(distribution, tmp_path):
    folder, lock = distribution
    (folder / "scipy.whl").write_text("not needed")
    site = tmp_path / "site"
    site.mkdir()
    lite_program.host(folder, lock, site)
    assert {p.name for p in site.iterdir()} == {*lite_program.INTERPRETER, "numpy.whl"}


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("pyodide-lock.json", "holds no pyodide-lock.json"),
        ("numpy.whl", "lacks numpy.whl"),
        ("pyodide.asm.wasm", "lacks pyodide.asm.wasm"),
    ],
)
def test_a_distribution_that_is_not_whole_is_refused(
    distribution, tmp_path, lost, words
):
    folder, lock = distribution
    (folder / lost).unlink()
    with pytest.raises(SystemExit, match=words):
        lite_program.host(folder, lock, tmp_path)


def test_another_version_is_refused(distribution, tmp_path):
    folder, _ = distribution
    numpy = {"file_name": "numpy.whl", "sha256": "2", "depends": []}
    with pytest.raises(SystemExit, match="its numpy is another"):
        lite_program.host(folder, {"packages": {"numpy": numpy}}, tmp_path)


@pytest.mark.parametrize("package", ["./", f"./{WHEEL}"], ids=["source", "wheel"])
def test_binder_installs_the_package_with_the_pinned_versions(tmp_path, package):
    script = ROOT / ".binder" / "postBuild"
    assert script.stat().st_mode & 0o111
    if package.endswith(".whl"):
        (tmp_path / package).touch()
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    path = {"PATH": f"{python.parent}:{os.environ['PATH']}"}
    asked = subprocess.run(
        [script], cwd=tmp_path, env=path, capture_output=True, text=True, check=True
    )
    assert asked.stdout.split()[-3:] == ["--constraint", "requirements.txt", package]


def test_binder_has_a_python_that_is_tested():
    runtime = (ROOT / ".binder" / "runtime.txt").read_text().strip()
    version = runtime.removeprefix("python-")
    ci = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert f'"{version}"' in ci


def test_the_branch_of_the_copies_is_the_one_that_is_linked():
    ci = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    assert f'.git" {book_run.COPIES}\n' in ci
