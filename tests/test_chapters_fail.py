"""A chapter fails when the function that it teaches is broken.

Each breakage below is a change of one line in a copy of the package. The chapter's
cells run against that copy, without a kernel, and one of its assertions must fail.
That the chapters pass with the package as it is, nbval sees to.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
CHAPTERS = sorted((ROOT / "book").glob("[0-9][0-9]_*.ipynb"))

RUN = """
import json, sys
import matplotlib
matplotlib.use("agg")
cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
names = {"__name__": "__main__"}
for cell in cells:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
"""


class Breakage(NamedTuple):
    """One line of a module, and what breaks it."""

    module: str
    line: str
    broken: str


SOFTMAX = Breakage(
    "probabilities.py",
    "p: Array = e / e.sum(axis=-1, keepdims=True)",
    "p: Array = e / e.sum(axis=0, keepdims=True)",
)
#: What each chapter teaches, broken. The refresher teaches no function of ours.
TAUGHT = {
    "01_the_problem": Breakage(
        "metrics.py",
        "return float(np.mean(y == predicted))",
        "return float(np.mean(y != predicted))",
    ),
    "02_weighted_sums": Breakage(
        "weighted_sums.py",
        "return with_bias(a) @ theta",
        "return a @ theta[1:]",
    ),
    "03_activations": Breakage(
        "activations.py",
        "return np.subtract(1.0, np.square(a, out=out), out=out)",
        "return np.subtract(1.0, np.abs(a, out=out), out=out)",
    ),
    "04_softmax": SOFTMAX,
    "05_backprop": Breakage(
        "backpropagation.py",
        "delta = (a[-1] - Y) / len(Y)",
        "delta = (a[-1] - Y)",
    ),
    "06_learning": Breakage(
        "learning.py",
        "new.append(theta - learning_rate * grad)",
        "new.append(theta - 0.99 * learning_rate * grad)",
    ),
    "07_overfitting": Breakage(
        "backpropagation.py",
        "grad[1:] += l2 * layers[n][1:]",
        "grad += l2 * layers[n]",
    ),
    "08_relu": Breakage(
        "activations.py",
        "return np.greater(a, 0, out=np.empty_like(a) if out is None else out)",
        "return np.greater_equal(a, 0, out=np.empty_like(a) if out is None else out)",
    ),
    "09_capstone": Breakage(
        "learning.py",
        "order = self._rng.permutation(len(self._rows))",
        "order = np.zeros(len(self._rows), int)",
    ),
}


def run(chapter: Path, breakage: Breakage | None, folder: Path) -> str:
    """Run a chapter against a copy of the package; give what it ended with."""
    package = folder / "nnbook"
    shutil.copytree(ROOT / "nnbook", package)
    if breakage is not None:
        module = package / breakage.module
        code = module.read_text(encoding="utf-8")
        assert code.count(breakage.line) == 1, f"{breakage.line!r} is not there once"
        module.write_text(code.replace(breakage.line, breakage.broken), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(chapter)],
        cwd=chapter.parent,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stderr if done.returncode else ""


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_fails_when_what_it_teaches_is_broken(
    chapter: Path, tmp_path: Path
) -> None:
    if chapter.stem == "00_refresher":
        pytest.skip("teaches no function of the package")
    assert "AssertionError" in run(chapter, TAUGHT[chapter.stem], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "chapter", [c for c in CHAPTERS if c.stem > "05"], ids=lambda path: path.stem
)
def test_later_chapters_fail_when_softmax_is_broken(
    chapter: Path, tmp_path: Path
) -> None:
    ended = run(chapter, SOFTMAX, tmp_path)
    # Where the chapter asserts nothing before it, `cross_entropy` refuses what came.
    assert "AssertionError" in ended or "each row of p must sum to 1" in ended


@pytest.mark.slow
def test_a_chapter_passes_with_a_copy_that_nothing_broke(tmp_path: Path) -> None:
    assert run(CHAPTERS[2], None, tmp_path) == ""
