"""The notebooks that have changed are run before Sphinx reads them, and no others."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import book_ahead
import nbformat
import pytest
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A folder with three notebooks and a page; gives a function that runs it."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for name, code in {
        "one": "from pathlib import Path\nPath('ran').open('a').write('1')\nprint(1)",
        "two": "print(6 * 7)",
        "wrong": "1 / 0",
    }.items():
        cells = [new_code_cell(code)]
        nbformat.write(
            new_notebook(cells=cells, metadata=kernel), tmp_path / f"{name}.ipynb"
        )
    (tmp_path / "page.md").write_text("# A page\n", encoding="utf-8")
    files = {"page": "page.md"} | {n: f"{n}.ipynb" for n in ("one", "two", "wrong")}
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")

    def run(mode="cache"):
        settings = SimpleNamespace(
            execution_mode=mode,
            execution_cache_path=str(tmp_path / "cache"),
            execution_timeout=60,
        )
        env = SimpleNamespace(
            mystnb_config=settings, doc2path=lambda name: tmp_path / files[name]
        )
        with ThreadPoolExecutor(1) as thread:  # this one may have a loop of its own
            thread.submit(book_ahead.run_ahead, None, env, list(files)).result()
        return tmp_path

    return run


def printed(folder, name):
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    _, filled = get_cache(str(folder / "cache")).merge_match_into_notebook(notebook)
    return filled.cells[0].outputs[0].text


def test_the_outputs_are_there_when_the_pages_are_read(book):
    folder = book()
    assert (printed(folder, "one"), printed(folder, "two")) == ("1\n", "42\n")
    # What fails is left to MyST-NB, which says how.
    with pytest.raises(KeyError):
        printed(folder, "wrong")
    # A second build runs only what is not known.
    book()
    assert (folder / "ran").read_text(encoding="utf-8") == "1"


def test_a_book_whose_notebooks_are_not_to_be_run_is_left_alone(book):
    folder = book(mode="off")
    assert not (folder / "cache").exists()
    assert not (folder / "ran").exists()
