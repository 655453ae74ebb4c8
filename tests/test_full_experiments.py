"""Stored results belong to the chapters that show them; the tool that stores them."""

import json
from typing import Any

import full_experiments as tool
import notebooks
import pytest


def cell(source: str, *tags: str, glued: dict[str, str] | None = None) -> Any:
    outputs = [
        {
            "output_type": "display_data",
            "data": {"application/papermill.record/text/plain": [repr(text)]},
            "metadata": {"scrapbook": {"name": name}},
        }
        for name, text in (glued or {}).items()
    ]
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": list(tags)},
        "outputs": outputs,
        "source": source.splitlines(keepends=True),
    }


def notebook(*cells: Any) -> notebooks.Notebook:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


SIZE = "SEEDS = experiments.size(2, full=5)"


@pytest.mark.parametrize("path", tool.chapters(), ids=lambda path: path.stem)
def test_what_is_stored_was_made_by_the_chapter_as_it_stands(path: Any) -> None:
    nb = notebooks.parse(path.read_text(encoding="utf-8"))
    stored = json.loads((tool.STORE / f"{path.stem}.json").read_text(encoding="utf-8"))
    redo = f"run: make experiments CHAPTER={path.stem}"
    assert stored["settings"] == tool.sizes(nb), redo
    assert stored["made"]["code"] == tool.fingerprint(nb), redo


def test_sizes_are_read_off_the_chapter() -> None:
    nb = notebook(cell("x = 3"), cell(f"{SIZE}\nEPOCHS = 7", "experiment"))
    assert tool.sizes(nb) == {"SEEDS": 5}


@pytest.mark.parametrize(
    ("source", "tags", "message"),
    [
        ("run(experiments.size(2, full=5))", ["experiment"], "on a line of its own"),
        (SIZE, [], "tag the cell"),
    ],
)
def test_a_size_nobody_could_store_is_refused(
    source: str, tags: list[str], message: str
) -> None:
    with pytest.raises(notebooks.NotebookError, match=message):
        tool.sizes(notebook(cell(source, *tags)))


def test_the_fingerprint_sees_code_and_not_its_layout() -> None:
    def print_of(source: str, other: str = "") -> str:
        return tool.fingerprint(notebook(cell(source, "experiment"), cell(other)))

    assert print_of("x = f(1)") == print_of("x = f( 1 )  # why", other="y = 2")
    assert print_of("x = f(1)") != print_of("x = f(2)")
    assert print_of("x = f(a=1)") != print_of("x = f(b=1)")
    assert print_of("f(None)") != print_of("f()")


def test_the_fingerprint_is_the_same_on_every_python() -> None:
    """Of the two quotes of this f-string, 3.11 and 3.12 choose different ones."""
    nb = notebook(cell("""f"{d['a']:.2f}" + f'{x!r}' + 'b'""", "experiment"))
    assert tool.fingerprint(nb) == "cbd533ab8ec449b7"


def test_glued_numbers_are_collected() -> None:
    nb = notebook(cell("...", glued={"a": "1.5", "b": "it's 7%"}), cell("x"))
    assert tool.glued(nb) == {"a": "1.5", "b": "it's 7%"}


def test_a_full_run_stores_what_it_glued(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run in a real kernel: the full size counts, and no stored number is read."""
    monkeypatch.setenv(tool.FULL, "")  # so that it is put back afterwards
    path = tmp_path / "99_test.ipynb"
    nb = notebook(
        cell(f"import nnbook\nfrom nnbook import experiments\n{SIZE}", "experiment"),
        cell("nnbook.glue('seeds', str(SEEDS))"),
        cell("full = experiments.stored('99_test')"),
    )
    path.write_text(notebooks.serialise(notebooks.canonical(nb)), encoding="utf-8")
    found = tool.run(path)
    assert found["settings"] == {"SEEDS": 5}
    assert found["values"] == {"seeds": "5"}
    assert found["made"]["code"] == tool.fingerprint(nb)


def test_an_unknown_chapter_is_named() -> None:
    with pytest.raises(SystemExit, match="no chapter 'nowhere'"):
        tool.main(["nowhere"])
