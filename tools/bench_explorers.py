"""Measure how fast the explorers follow: on the built page, and in a live kernel.

`make bench-explorers` runs it and writes `benchmarks/explorers.json`: for each
explorer the milliseconds of script that a moved slider takes in Chromium (median and
worst), the milliseconds from a moved widget to its new picture in a live kernel (median
and worst, after every state has been computed once), the bytes of its states, and the
seconds that it takes to compute all of them.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import browser as bench  # type: ignore[import-not-found]  # noqa: E402
import chromium  # noqa: E402
import live_kernel  # type: ignore[import-not-found]  # noqa: E402
import machine  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from nnbook import explorers  # noqa: E402
from nnbook.explore.explorer import PAGE, Explorer  # noqa: E402

RESULTS = ROOT / "benchmarks" / "explorers.json"

#: Moves every slider through its stops; gives the milliseconds of each move.
MOVES = """figure => {
  const taken = [];
  for (const input of figure.querySelectorAll("input[type=range]")) {
    for (let stop = 0; stop <= input.max; stop++) {
      input.value = stop;
      const start = performance.now();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      taken.push(performance.now() - start);
    }
  }
  return taken;
}"""


def on_the_page(page: Any, site: str, explorer: Explorer) -> dict[str, float]:
    """Move an explorer where it stands in the book."""
    marked = f'id="{explorer.name}"'
    chapter = next(
        p.name for p in bench.HTML.glob("*.html") if marked in p.read_text("utf-8")
    )
    page.goto(site + chapter)
    figure = page.locator(f"figure#{explorer.name}")
    figure.hover()
    figure.locator("xpath=self::*[@data-ready]").wait_for()
    taken = figure.evaluate(MOVES)
    folder, keys = (figure.get_attribute(f"data-{what}") for what in ("states", "keys"))
    files = [bench.HTML / folder / f"{key}.js" for key in keys.split()]
    return {
        "page, ms of script, median": round(statistics.median(taken), 2),
        "page, ms of script, worst": round(max(taken), 2),
        "states, KB compressed": round(
            sum(len(gzip.compress(file.read_bytes())) for file in files) / 1000, 1
        ),
    }


def in_a_kernel(kernel: Any, name: str, explorer: Explorer) -> dict[str, float]:
    """Move every control through its stops, over the kernel's own channels."""
    picture, models = kernel.show(name, len(explorer.controls))
    taken = []
    for control, model in zip(explorer.controls, models, strict=True):
        for stop in (*range(len(control)), control.start):
            start = time.perf_counter()
            changed = kernel.move(model, stop)
            if picture in changed:  # not where the stop was the one before
                taken.append(1000 * (time.perf_counter() - start))
    return {
        "kernel, ms of a redraw, median": round(statistics.median(taken), 2),
        "kernel, ms of a redraw, worst": round(max(taken), 2),
    }


def seconds_for_all(name: str) -> float:
    """Compute every state, as a built page holds them."""
    os.environ[PAGE] = "1"
    start = time.process_time()
    getattr(explorers, name)()
    del os.environ[PAGE]
    return round(time.process_time() - start, 2)


def pictures_a_second(kernel: Any) -> dict[str, float]:
    """Let the playground train as a browser asks it to, a picture after the other."""
    kernel.run("playground()")
    clock = kernel.find("PlayModel")
    kernel.send(kernel.find("ToggleButtonModel"), value=True)
    taken = []
    for tick in range(1, 101):
        start = time.perf_counter()
        changed = kernel.send(clock, value=tick)
        taken.append(time.perf_counter() - start)
    (picture,) = [s["value"] for s in changed.values() if "<svg" in str(s)]
    return {
        "kernel, ms of a picture, median": round(1000 * statistics.median(taken), 2),
        "kernel, pictures a second": round(1 / statistics.mean(taken), 1),
        "KB of a picture": round(len(picture) / 1000, 1),
    }


def main() -> None:
    """Measure and write the results."""
    # First, while nothing of it has been computed and kept.
    found: dict[str, Any] = {
        name: {"all states, s of CPU": seconds_for_all(name)}
        for name in live_kernel.ON_PAGES
    }
    with bench.serving() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.PATH, args=chromium.FLAGS
        )
        page = browser.new_page()
        for name in live_kernel.ON_PAGES:
            found[name] |= on_the_page(page, site, getattr(explorers, name)())
        browser.close()
    with live_kernel.live() as kernel:
        for name in live_kernel.ON_PAGES:
            found[name] |= in_a_kernel(kernel, name, getattr(explorers, name)())
            print(name, found[name], flush=True)
        found["playground"] = pictures_a_second(kernel)
        print("playground", found["playground"], flush=True)
    machine.write(RESULTS, {"explorers": found})


if __name__ == "__main__":
    main()
