"""How long JupyterLite takes from the click to the notebook."""

from __future__ import annotations

import time
from typing import Any

LINK = ".run-it a[href*='lite/']"
# The chapter's title, drawn as a heading: the notebook has been read and rendered.
NOTEBOOK = ".jp-Notebook .jp-RenderedMarkdown h1"
TOO_LONG = 60_000  # milliseconds


def seconds_to_notebook(page: Any, site: str, chapter: str) -> float:
    """Open a chapter, click its link to JupyterLite, wait until the notebook shows.

    Parameters
    ----------
    page : playwright.sync_api.Page
        A page of a browser.
    site : str
        The address of the served book, with a slash at its end.
    chapter : str
        A chapter's name, such as "03_activations".

    Returns
    -------
    float
        The seconds from the click to the first line of the notebook.
    """
    page.goto(f"{site}{chapter}.html")
    link = page.locator(LINK)
    start = time.perf_counter()
    link.click()
    page.locator(NOTEBOOK).first.wait_for(timeout=TOO_LONG)
    return time.perf_counter() - start
