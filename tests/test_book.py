"""The chapters keep the rules of CONTRIBUTING.md; the rules find what breaks them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import book_rules as rules
import notebooks
import pytest
import yaml

ROOT = Path(__file__).parent.parent
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))
PAGES = sorted(p for p in BOOK.rglob("*.md") if not p.name.startswith("_"))


def named(paths):
    return [pytest.param(path, id=path.stem) for path in paths]


def cells_of(path, kind):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind]


def gather(find, cells):
    """List the faults of a chapter's cells, each with the first line of its cell."""
    return [
        f"{fault} (cell beginning {rules.text_of(cell).splitlines()[0]!r})"
        for cell in cells
        for fault in find(cell)
    ]


# ---- the chapters -----------------------------------------------------------


@pytest.mark.parametrize("path", named(notebooks.default_files()))
def test_a_notebook_is_in_canonical_form(path):
    text = path.read_text(encoding="utf-8")
    canonical = notebooks.canonical_text(text, path.name)
    assert text == canonical, "run: make notebooks"


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_cells_are_short_and_narrow(path):
    code = cells_of(path, "code")
    assert gather(lambda c: rules.faults_in_size(rules.text_of(c)), code) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_code_has_no_magic_no_installing_no_global_seed(path):
    code = cells_of(path, "code")
    assert gather(lambda c: rules.faults_in_code(rules.text_of(c)), code) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_tags_are_ones_that_something_reads(path):
    assert gather(rules.faults_in_tags, cells_of(path, "code")) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_every_figure_has_a_name_a_caption_and_an_alternative_text(path):
    drawing = [cell for cell in cells_of(path, "code") if rules.draws(cell)]
    assert gather(rules.faults_in_figure, drawing) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_only_cells_that_do_nothing_but_draw_escape_the_comparison(path):
    ignored = [
        cell
        for cell in cells_of(path, "code")
        if "nbval-ignore-output" in cell["metadata"].get("tags", [])
    ]
    assert gather(lambda c: rules.faults_in_drawing(rules.text_of(c)), ignored) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_a_chapter_opens_with_its_question(path):
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    question = not path.name.startswith("00_")
    assert rules.faults_in_title(first, question=question) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_exercises_have_solutions(path):
    text = "\n\n".join(map(rules.text_of, cells_of(path, "markdown")))
    assert rules.faults_in_exercises(text) == []


# The refresher asks its questions first.
@pytest.mark.parametrize("path", named(CHAPTERS[1:]))
def test_readers_can_check_themselves(path):
    text = "\n\n".join(map(rules.text_of, cells_of(path, "markdown")))
    assert rules.faults_in_questions(text) == []


@pytest.mark.parametrize("path", named(CHAPTERS))
def test_a_chapters_prose_is_free_of_filler(path):
    cells = cells_of(path, "markdown")
    prose = gather(
        lambda c: rules.faults_in_prose(rules.prose_of(rules.text_of(c))), cells
    )
    assert prose + gather(rules.faults_in_captions, cells_of(path, "code")) == []


@pytest.mark.parametrize("path", named(PAGES))
def test_a_pages_prose_is_free_of_filler(path):
    text = path.read_text(encoding="utf-8")
    assert rules.faults_in_prose(rules.prose_of(text)) == []


def test_every_chapter_stands_in_the_table_of_contents():
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    listed = {entry["file"] for part in toc["parts"] for entry in part["chapters"]}
    assert {path.stem for path in CHAPTERS} <= listed


# ---- the rules find what breaks them ----------------------------------------


def cell(source="x", kind="code", **metadata):
    return {
        "cell_type": kind,
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
    }


FIGURE = {
    "figure": {"name": "fig-a", "caption": "What is seen."},
    "image": {"alt": "Two curves that rise, the upper one more steeply."},
}


def without(section, key):
    return {
        name: {k: v for k, v in values.items() if (name, k) != (section, key)}
        for name, values in FIGURE.items()
    }


@pytest.mark.parametrize(
    ("find", "good", "bad"),
    [
        (rules.faults_in_size, "a\n" * 12, "a\n" * 13),
        (rules.faults_in_size, "a" * 79, "a" * 80),
        (rules.faults_in_code, "rng = np.random.default_rng(0)", "np.random.seed(0)"),
        (rules.faults_in_code, "x = rng.normal()", "x = np.random.normal(3)"),
        (rules.faults_in_code, "plt.plot(x)", "plt.rcParams['font.size'] = 8"),
        (rules.faults_in_code, "import nnbook", "%pip install nnbook"),
        (rules.faults_in_code, "import nnbook", "!pip install nnbook"),
        (rules.faults_in_code, "import matplotlib", "%matplotlib inline"),
        (rules.faults_in_drawing, "ax.plot(x);", "ax.plot(x)"),
        (rules.faults_in_drawing, "ax = plot(x)", "print(3)\nax = plot(x)"),
        (rules.faults_in_drawing, "ax = plot(x)", "assert x\nax = plot(x)"),
        (rules.faults_in_drawing, "ax = plot(x)", "nnbook.glue('a', '3');"),
        (rules.faults_in_prose, "It is unjust.", "It is just so."),
        (rules.faults_in_prose, "A matter of courses.", "Of\ncourse it is."),
        (rules.faults_in_prose, "Easter", "An EASY task"),
        (rules.faults_in_prose, "x != y", "Look here!"),
        (rules.faults_in_prose, "a range 3–5, semi-open", "a picture — of it"),
        (rules.faults_in_prose, "a-b", "a picture -- of it"),
        (rules.faults_in_tags, cell(tags=["hide-input"]), cell(tags=["hide_inputs"])),
        (
            rules.faults_in_figure,
            cell(mystnb=FIGURE),
            cell(mystnb=without("image", "alt")),
        ),
        (
            rules.faults_in_figure,
            cell(mystnb=FIGURE),
            cell(mystnb=without("figure", "caption")),
        ),
        (
            rules.faults_in_figure,
            cell(mystnb=FIGURE),
            cell(mystnb=without("figure", "name")),
        ),
        (
            rules.faults_in_figure,
            cell(mystnb=FIGURE),
            cell(mystnb=FIGURE | {"image": {"alt": "too short"}}),
        ),
        (
            rules.faults_in_figure,
            cell(mystnb=FIGURE),
            cell(mystnb=FIGURE | {"image": {"alt": "_images/" + "6f702a67" * 8}}),
        ),
        (
            rules.faults_in_captions,
            cell(mystnb=FIGURE),
            cell(mystnb=FIGURE | {"figure": {"caption": "Clearly a curve."}}),
        ),
    ],
)
def test_a_rule_lets_the_good_pass_and_names_the_bad(find, good, bad):
    assert find(good) == []
    assert len(find(bad)) == 1


@pytest.mark.parametrize(
    ("first", "question", "faults"),
    [
        (cell("# Why?", "markdown"), True, 0),
        (cell("# What you need", "markdown"), False, 0),
        (cell("# What you need", "markdown"), True, 1),
        (cell("Why?", "markdown"), True, 1),
        (cell("# Why?", "code"), True, 1),
    ],
)
def test_the_rule_for_titles(first, question, faults):
    assert len(rules.faults_in_title(first, question=question)) == faults


def exercise(label, solution=True):
    text = f"```{{exercise}} Title\n:label: {label}\n\nWhy?\n```\n\n"
    solved = f"````{{solution}} {label}\n:class: dropdown\n\nSo.\n````\n\n"
    return text + (solved if solution else "")


FOUR = "".join(map(exercise, "abcd"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (FOUR + exercise("e", solution=False), "no solution to e"),
        (FOUR + "```{solution} e\nSo.\n```", "a solution to no exercise: 'e'"),
        (FOUR + "```{solution} a\nSo.\n```", "two solutions to a"),
        (FOUR + "```{exercise}\nWhy?\n```", "an exercise has no label"),
        ("".join(map(exercise, "abc")), "3 exercises, want 4 to 6"),
        ("".join(map(exercise, "abcdefg")), "7 exercises, want 4 to 6"),
    ],
)
def test_the_rule_for_exercises(text, fault):
    assert rules.faults_in_exercises(FOUR) == []
    assert rules.faults_in_exercises(text) == [fault]


GOOD_QUESTION = """**Question 1.** Why?

:::{dropdown} A. So.
**Right.** So it is.
:::

:::{dropdown} B. Not so.
**No.** It is so.
:::
"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no section 'Check yourself'"),
        ("\n## Check yourself\n\n" + GOOD_QUESTION * 2, "2 questions, want 3 or more"),
        (
            "\n## Check yourself\n\n" + GOOD_QUESTION.replace("Right", "No") * 3,
            "question 1: want one right answer among several",
        ),
        (
            "\n## Check yourself\n\n" + GOOD_QUESTION.replace("**No.** ", "") * 3,
            "question 1: an answer without its verdict",
        ),
    ],
)
def test_the_rule_for_questions(text, fault):
    assert fault in rules.faults_in_questions(text)
    good = "\n## Check yourself\n\n" + GOOD_QUESTION * 3 + "\n## Exercises\n"
    assert rules.faults_in_questions(good) == []


def test_prose_is_what_is_left_without_code_and_mathematics():
    markdown = """# A title

Words with `code` and $n! = n$ and {glue:text}`just`.

```{exercise} The name
:label: ex-simply

Inside an exercise.
```

````{solution} ex-simply
:class: dropdown

Inside a solution.

```python
print("just!")
```

After its code.
````

:::{note}
Inside a note.
:::

```
just!
```

$$
just!
$$

![](figure.svg) The end.
"""
    words = rules.prose_of(markdown).split()
    assert " ".join(words) == (
        "# A title Words with and and . The name Inside an exercise. ex-simply "
        "Inside a solution. After its code. Inside a note. [](figure.svg) The end."
    )


@pytest.mark.slow
def test_nbval_compares_cells_that_hold_no_execution_count(tmp_path):
    for name, printed in [("right", "2\n"), ("wrong", "3\n")]:
        output = {"output_type": "stream", "name": "stdout", "text": [printed]}
        code = cell("print(1 + 1)") | {"outputs": [output]}
        nb = {"cells": [code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        text = notebooks.canonical_text(json.dumps(nb))
        (tmp_path / f"{name}.ipynb").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "--nbval", "-v"]
    result = subprocess.run(
        [*command, "-c", ROOT / "pyproject.toml", "--rootdir", ROOT, tmp_path],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "right.ipynb::Cell 0 PASSED" in result.stdout, result.stdout
    assert "wrong.ipynb::Cell 0 FAILED" in result.stdout, result.stdout
