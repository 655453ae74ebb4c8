"""Settings and fixtures: Hypothesis's examples, and a browser over the built book."""

import browser as bench
import chromium
import pytest
from hypothesis import settings

# Hypothesis looks for counterexamples in the same way on every run.
settings.register_profile(
    "nnbook", derandomize=True, database=None, deadline=None, max_examples=60
)
settings.load_profile("nnbook")


@pytest.fixture(scope="session")
def site():
    """Serve the built book; gives its address, which ends in a slash."""
    bench.need_book()
    with bench.serving() as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """Start Chromium once for all tests."""
    path = bench.need_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser, site):
    """Open an empty page, of a desktop's size, in a fresh profile.

    `page.goto(site + "03_activations.html")` opens a chapter. When the test ends,
    what the page did must be without fault: see `browser.Seen`.
    """
    context = browser.new_context(viewport=bench.DESKTOP)
    opened = context.new_page()
    seen = bench.watch(opened, site)
    opened.seen = seen
    yield opened
    context.close()
    assert seen.faults() == []


@pytest.fixture
def seen(page):
    """Give what the test's page has met so far: requests, messages, missing files."""
    return page.seen
