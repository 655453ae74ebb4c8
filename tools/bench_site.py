"""Measure what depends on the machine: Lighthouse's performance and the build's times.

`make bench-site` runs it and writes `benchmarks/site.json`: for each page the median
of five runs of Lighthouse for a phone, from a compressing server under the content
security policy; the seconds of a cold build (every notebook run anew), and of a build
after the edit of one chapter's text; and those until JupyterLite shows a notebook.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import browser as bench  # type: ignore[import-not-found]  # noqa: E402
import chromium  # noqa: E402
import lighthouse  # noqa: E402
import lite_time  # noqa: E402
import machine  # noqa: E402

RESULTS = ROOT / "benchmarks" / "site.json"
CHAPTER = "03_activations"
SECONDS = {
    "first-contentful-paint": "first-contentful-paint",
    "largest-contentful-paint": "largest-contentful-paint",
    "speed-index": "speed-index",
    "blocked": "total-blocking-time",
}
RUNS = 5


def measured(address: str) -> dict[str, float]:
    """Run Lighthouse once for a page; the four scores of 100, and seconds."""
    kinds = ("performance", *lighthouse.STEADY)
    found = lighthouse.report(address, bench.npm_tools(), kinds)
    if failed := lighthouse.failed(found):
        print(f"    not passed: {', '.join(failed)}")
    seconds = {
        name: found["audits"][audit]["numericValue"] / 1000
        for name, audit in SECONDS.items()
    }
    return lighthouse.scores(found) | seconds


def chapters() -> list[str]:
    """List the chapters' names."""
    return sorted(path.stem for path in (ROOT / "book").glob("[0-9][0-9]_*.ipynb"))


def build() -> float:
    """Build the book and give the seconds."""
    start = time.perf_counter()
    subprocess.run(["make", "book"], cwd=ROOT, check=True, capture_output=True)
    return round(time.perf_counter() - start, 1)


def warm_build(chapter: Path) -> float:
    """Give the seconds of a build after a word of a chapter has changed."""
    before = chapter.read_text(encoding="utf-8")
    notebook = json.loads(before)
    text = next(c for c in notebook["cells"][1:] if c["cell_type"] == "markdown")
    text["source"] = [*text["source"], "\n\nOne more line."]
    try:
        chapter.write_text(json.dumps(notebook), encoding="utf-8")
        return build()
    finally:
        chapter.write_text(before, encoding="utf-8")


def pages() -> dict[str, Any]:
    """Give Lighthouse's median scores of the cover and of each chapter."""
    scores = {}
    with bench.serving() as site:
        for page in ("index.html", *(f"{name}.html" for name in chapters())):
            runs = [measured(site + page) for _ in range(RUNS)]
            scores[page] = {
                key: round(statistics.median(run[key] for run in runs), 2)
                for key in runs[0]
            }
            print(page, scores[page], flush=True)
    return {f"lighthouse, mobile, median of {RUNS}": scores}


def builds() -> dict[str, Any]:
    """Give the seconds of a build after the edit of each chapter, and of a cold one."""
    build()
    warm = {}
    for name in chapters():
        warm[name] = warm_build(ROOT / "book" / f"{name}.ipynb")
        print(name, warm[name], "s", flush=True)
    build()
    shutil.rmtree(ROOT / "_build" / ".jupyter_cache", ignore_errors=True)
    shutil.rmtree(ROOT / "_build" / ".doctrees", ignore_errors=True)
    (ROOT / "_build" / ".book").unlink(missing_ok=True)
    return {"seconds, cold": build(), "seconds, one chapter edited": warm}


def lite() -> dict[str, Any]:
    """Give the seconds from the click to the notebook, in JupyterLite.

    Each time in a fresh profile, without the Python that comes from elsewhere: that is
    fetched when the notebook is there.
    """
    from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
    from playwright.sync_api import sync_playwright

    seconds = []
    with bench.serving() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.PATH, args=chromium.FLAGS
        )
        for _ in range(RUNS):
            context = browser.new_context()
            context.route(f"{PYODIDE_CDN_URL}/**", lambda route: route.abort())
            page = context.new_page()
            seconds.append(lite_time.seconds_to_notebook(page, site, CHAPTER))
            context.close()
        browser.close()
    found = {
        "median": round(statistics.median(seconds), 2),
        "worst": round(max(seconds), 2),
    }
    print("JupyterLite", found, "s", flush=True)
    return {f"seconds to the notebook in JupyterLite, of {RUNS}": found}


PARTS = {"pages": pages, "builds": builds, "lite": lite}


def main() -> None:
    """Measure all, or the parts that are named, and write each when it is done."""
    asked = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        raise SystemExit(
            f"no part is called {unknown[0]!r}; there are: {', '.join(PARTS)}"
        )
    for part in asked:
        known = json.loads(RESULTS.read_text(encoding="utf-8"))
        del known["machine"]
        machine.write(RESULTS, known | PARTS[part]())


if __name__ == "__main__":
    main()
