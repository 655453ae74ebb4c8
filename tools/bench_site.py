"""Measure what depends on the machine: Lighthouse's performance and the build's times.

`make bench-site` runs it and writes `benchmarks/site.json`: for each page the median
of five runs of Lighthouse for a phone, from a compressing server under the content
security policy; the seconds of a cold build (every notebook run anew), and of a build
after the edit of one chapter's text.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import browser as bench  # type: ignore[import-not-found]  # noqa: E402
import chromium  # noqa: E402
import machine  # noqa: E402

RESULTS = ROOT / "benchmarks" / "site.json"
KINDS = ("performance", "accessibility", "best-practices", "seo")
RUNS = 5


def lighthouse(address: str) -> dict[str, float]:
    """Run Lighthouse once for a page; the four scores of 100, and seconds."""
    node = Path(sys.executable).with_name("node")
    program = bench.npm_tools() / "lighthouse" / "cli" / "index.js"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                *(str(node), str(program), address, "--quiet", "--output=json"),
                f"--output-path={report}",
                f"--only-categories={','.join(KINDS)}",
                f"--chrome-flags={' '.join(chromium.FLAGS)}",
            ],
            env={**os.environ, "CHROME_PATH": str(chromium.PATH)},
            check=True,
            capture_output=True,
        )
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    scores = {kind: 100 * found["categories"][kind]["score"] for kind in KINDS}
    failed = [
        name
        for name, audit in found["audits"].items()
        if audit["score"] == 0 and audit["scoreDisplayMode"] == "binary"
    ]
    if failed:
        print(f"    not passed: {', '.join(failed)}")
    paints = {
        name: found["audits"][name]["numericValue"] / 1000
        for name in (
            "first-contentful-paint",
            "largest-contentful-paint",
            "speed-index",
        )
    }
    blocked = found["audits"]["total-blocking-time"]["numericValue"] / 1000
    return scores | paints | {"blocked": blocked}


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
            runs = [lighthouse(site + page) for _ in range(RUNS)]
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


PARTS = {"pages": pages, "builds": builds}


def main() -> None:
    """Measure all, or the parts that are named, and write each when it is done."""
    asked = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        raise SystemExit(f"no part is called {unknown[0]!r}; there are: pages, builds")
    for part in asked:
        known = json.loads(RESULTS.read_text(encoding="utf-8"))
        del known["machine"]
        machine.write(RESULTS, known | PARTS[part]())


if __name__ == "__main__":
    main()
