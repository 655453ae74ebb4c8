"""The canonical form of notebooks: one test a rule of tools/notebooks.py."""

import copy
import json

import notebooks
import pytest
from notebooks import NotebookError, canonical, canonical_text, serialise


def notebook(*cells, **fields):
    return {
        "cells": list(cells),
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
        **fields,
    }


def code(source="1 + 1", *, outputs=(), **fields):
    return {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "execution_count": 7,
        "source": source,
        "outputs": list(outputs),
        **fields,
    }


def markdown(source, **fields):
    return {
        "cell_type": "markdown",
        "id": "m",
        "metadata": {},
        "source": source,
        **fields,
    }


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(data, kind="display_data", **metadata):
    output = {"output_type": kind, "data": data, "metadata": metadata}
    return output | ({"execution_count": 3} if kind == "execute_result" else {})


def outputs_of(*outputs):
    return canonical(notebook(code(outputs=outputs)))["cells"][0]["outputs"]


MESSY = notebook(
    markdown("# Title  \n\ntext \n\n"),
    code(
        ["x = 1 \n", "print(x)\n"],
        outputs=[stream("1\n"), stream(["2\n", "3\n"]), stream("!", "stderr")],
        metadata={"tags": ["a", "a"], "collapsed": True},
    ),
    code("   \n", id="empty"),
    code("fig", id="a", outputs=[shown({"image/png": "x", "text/plain": "<Figure>"})]),
    metadata={"kernelspec": {"name": "py312"}, "widgets": {"state": {}}},
    nbformat_minor=2,
)


def test_a_canonical_notebook_stays_as_it_is():
    once = canonical_text(json.dumps(MESSY))
    assert canonical_text(once) == once


def test_the_argument_is_not_changed():
    before = copy.deepcopy(MESSY)
    canonical(MESSY)
    assert before == MESSY


def test_only_the_kernels_name_is_left_of_the_notebooks_metadata():
    nb = canonical(MESSY)
    assert (nb["nbformat"], nb["nbformat_minor"]) == (4, 5)
    assert nb["metadata"] == {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }


def test_trailing_white_space_and_empty_cells_go():
    cells = canonical(MESSY)["cells"]
    assert ["".join(cell["source"]) for cell in cells] == [
        "# Title\n\ntext",
        "x = 1\nprint(x)",
        "fig",
    ]


def test_indentation_of_the_first_line_stays():
    cell = canonical(notebook(markdown("\n\n    quoted\n")))["cells"][0]
    assert cell["source"] == ["    quoted"]


def test_a_source_is_stored_as_lines():
    cell = canonical(notebook(code("a = 1\nb = 2")))["cells"][0]
    assert cell["source"] == ["a = 1\n", "b = 2"]


def test_execution_counts_go():
    result = shown({"text/plain": "2"}, "execute_result")
    cell = canonical(notebook(code(outputs=[result])))["cells"][0]
    assert cell["execution_count"] is None
    assert cell["outputs"][0]["execution_count"] is None


def test_cell_metadata_keep_tags_once_and_settings_of_the_book():
    metadata = {
        "tags": ["hide-input", "slow", "hide-input"],
        "mystnb": {"image": {"alt": "text"}},
        "nbgrader": {"grade_id": "softmax", "solution": True},
        "collapsed": False,
        "execution": {"iopub.status.busy": "2026"},
    }
    cell = canonical(notebook(code(metadata=metadata)))["cells"][0]
    assert cell["metadata"] == {
        "tags": ["hide-input", "slow"],
        "mystnb": {"image": {"alt": "text"}},
        "nbgrader": {"grade_id": "softmax", "solution": True},
    }


def test_empty_tags_go():
    cell = canonical(notebook(code(metadata={"tags": []})))["cells"][0]
    assert cell["metadata"] == {}


def test_neighbouring_pieces_of_a_stream_are_joined_others_not():
    outputs = outputs_of(
        stream("a"), stream(["b\n", "c"]), stream("e", "stderr"), stream("d")
    )
    assert outputs == [
        stream(["ab\n", "c"]),
        stream(["e"], "stderr"),
        stream(["d"]),
    ]


def test_an_empty_stream_goes_and_does_not_keep_its_neighbours_apart():
    assert outputs_of(stream("a"), stream("", "stderr"), stream("b")) == [
        stream(["ab"])
    ]


@pytest.mark.parametrize("mime", ["image/png", "image/svg+xml", "image/jpeg"])
def test_a_figure_leaves_nothing(mime):
    text = "<Figure size 640x480 with 1 Axes>"
    assert outputs_of(shown({mime: "x", "text/plain": text})) == []


def test_the_line_that_stands_for_a_figure_goes_without_a_picture_too():
    assert outputs_of(shown({"text/plain": "<Figure size 500x300 with 12 Axes>"})) == []


def test_a_picture_goes_and_text_beside_it_stays():
    outputs = outputs_of(shown({"image/png": "x", "text/plain": "Network(3)"}))
    assert outputs == [shown({"text/plain": ["Network(3)"]})]


def test_a_text_that_only_mentions_a_figure_stays():
    text = "see <Figure size 500x300 with 1 Axes>"
    assert outputs_of(shown({"text/plain": text})) == [shown({"text/plain": [text]})]


def test_a_widget_goes_with_its_text():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "0f3"}}
    assert outputs_of(shown({**view, "text/plain": "interactive(...)"})) == []


def test_the_sentence_of_an_explorer_stays():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "0f3"}}
    said = "One neuron: It fires (here) for 3 of 4 points."
    assert outputs_of(shown({**view, "text/plain": said})) == [
        shown({"text/plain": [said]})
    ]


def test_html_and_plain_text_stay_and_other_types_go():
    data = {"text/html": "<b>1</b>", "text/plain": "1", "application/json": {"a": 1}}
    assert outputs_of(shown(data, isolated=True)) == [
        shown({"text/html": ["<b>1</b>"], "text/plain": ["1"]})
    ]


def test_what_glue_hands_to_the_prose_stays():
    scrapbook = {"name": "acc", "mime_prefix": "application/papermill.record/"}
    data = {"application/papermill.record/text/plain": "'96%'"}
    outputs = outputs_of(shown(data, scrapbook=scrapbook))
    assert outputs == [
        shown({"application/papermill.record/text/plain": ["'96%'"]})
        | {"metadata": {"scrapbook": scrapbook}}
    ]


def test_an_error_keeps_its_message_without_the_traceback():
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "X has 3 columns",
        "traceback": ["\x1b[31mFile ~/secret/path.py:3\x1b[0m"],
    }
    assert outputs_of(error) == [
        {**error, "traceback": ["ValueError: X has 3 columns"]}
    ]


def test_a_warning_does_not_name_the_kernels_temporary_file():
    text = "/tmp/ipykernel_4711/123.py:2: RuntimeWarning: overflow\n  np.exp(z)\n"
    expected = ["<cell>:2: RuntimeWarning: overflow\n", "  np.exp(z)\n"]
    assert outputs_of(stream(text, "stderr")) == [stream(expected, "stderr")]


def ids_of(nb):
    return [cell["id"] for cell in canonical(nb)["cells"]]


def test_valid_ids_stay():
    nb = notebook(code(id="first"), markdown("text", id="B-2_c"))
    assert ids_of(nb) == ["first", "B-2_c"]


@pytest.mark.parametrize("bad", [None, "", "with space", "ü", "x" * 65, 12])
def test_an_invalid_id_is_replaced_by_one_that_depends_on_the_text(bad):
    first = ids_of(notebook(code("a", id=bad), code("b", id="kept")))
    again = ids_of(notebook(code("a", id=bad), code("c", id="kept")))
    assert first == again
    assert first[0] != bad
    assert notebooks.VALID_ID.fullmatch(first[0])


def test_missing_ids_of_equal_cells_differ():
    cell = {k: v for k, v in code("same").items() if k != "id"}
    ids = ids_of(notebook(cell, cell, cell))
    assert len(set(ids)) == 3


def test_the_first_of_two_equal_ids_keeps_it():
    ids = ids_of(notebook(code("a", id="twice"), code("b", id="twice")))
    assert ids[0] == "twice"
    assert ids[1] != "twice"


def test_a_derived_id_does_not_take_one_that_a_later_cell_has():
    derived = ids_of(notebook(code("a", id=None)))[0]
    nb = notebook(code("a", id=None), code("b", id=derived))
    assert ids_of(nb) == [derived + "-2", derived]


def test_the_file_is_written_as_jupyter_writes_it():
    text = serialise(notebook(markdown("θ"), nbformat=4))
    assert text.startswith('{\n "cells": [\n  {\n   "cell_type": "markdown",\n')
    assert "θ" in text
    assert text.endswith("}\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"cells": [}', "line 1, column 12"),
        ("", "line 1, column 1"),
        ("[1, 2]", "it has no list of cells"),
        ('{"cells": {}}', "it has no list of cells"),
        ('{"cells": [], "nbformat": 3}', "in notebook format 3; expected 4"),
        ('{"cells": []}', "in notebook format None; expected 4"),
        ('{"cells": [{"metadata": {}}], "nbformat": 4}', "KeyError: 'cell_type'"),
        ('{"cells": [7], "nbformat": 4}', "not a well-formed notebook"),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_name_and_the_reason(text, message):
    with pytest.raises(NotebookError, match=r"^x\.ipynb is") as caught:
        canonical_text(text, "x.ipynb")
    assert message in str(caught.value)


def test_the_command_rewrites_what_is_not_canonical(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(MESSY))
    assert notebooks.main([str(path)]) == 0
    assert path.read_text() == canonical_text(json.dumps(MESSY))
    assert capsys.readouterr().out == f"rewrote {path}\n"
    assert notebooks.main([str(path)]) == 0
    assert capsys.readouterr().out == ""


def test_check_changes_nothing_and_says_what_to_run(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(MESSY))
    assert notebooks.main(["--check", str(path)]) == 1
    assert path.read_text() == json.dumps(MESSY)
    assert "make notebooks" in capsys.readouterr().out
    path.write_text(canonical_text(json.dumps(MESSY)))
    assert notebooks.main(["--check", str(path)]) == 0


def test_a_bad_file_is_reported_and_the_others_are_still_treated(tmp_path, capsys):
    bad, good = tmp_path / "bad.ipynb", tmp_path / "good.ipynb"
    bad.write_text("{")
    good.write_text(json.dumps(MESSY))
    missing = tmp_path / "missing.ipynb"
    assert notebooks.main([str(bad), str(missing), str(good)]) == 1
    assert good.read_text() == canonical_text(json.dumps(MESSY))
    errors = capsys.readouterr().err
    assert f"{bad} is not valid JSON" in errors
    assert str(missing) in errors


@pytest.mark.slow
def test_execute_fills_in_the_outputs(tmp_path):
    path = tmp_path / "a.ipynb"
    cell = code("from pathlib import Path\nprint(Path.cwd().name)")
    path.write_text(json.dumps(notebook(cell)))
    assert notebooks.main(["--execute", str(path)]) == 0
    outputs = json.loads(path.read_text())["cells"][0]["outputs"]
    assert outputs == [stream([tmp_path.name + "\n"])]
