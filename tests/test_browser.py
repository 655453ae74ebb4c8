"""The bench itself: what it serves, and that it sees what a page does wrong."""

import browser as bench
import pytest


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "index.html").write_text(
        '<!doctype html><title>t</title><link rel="icon" href="data:,"><p>hello',
        encoding="utf-8",
    )
    return tmp_path


def faults(browser, folder, body):
    (folder / "index.html").write_text(
        f'<!doctype html><title>t</title><link rel="icon" href="data:,">{body}',
        encoding="utf-8",
    )
    with bench.serving(folder) as address:
        context = browser.new_context()
        page = context.new_page()
        seen = bench.watch(page, address)
        page.goto(address, wait_until="load")
        page.wait_for_timeout(100)
        context.close()
    return " ".join(seen.faults())


def test_pages_are_compressed_and_under_the_policy(browser, folder):
    with bench.serving(folder) as address:
        context = browser.new_context()
        page = context.new_page()
        headers = page.goto(address).headers
        context.close()
    assert headers["content-encoding"] == "gzip"
    assert "script-src 'self';" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<img src="https://example.org/a.png" alt="">', "asked another host"),
        ('<img src="gone.png" alt="">', "missing: 404"),
        ("<script>document.title = 1</script>", "Content Security Policy"),
    ],
)
def test_a_fault_is_seen(browser, folder, body, says):
    assert says in faults(browser, folder, body)


def test_a_page_without_fault_has_none(browser, folder):
    (folder / "a.js").write_text("document.title = 'b'", encoding="utf-8")
    assert faults(browser, folder, '<script src="a.js"></script>') == ""
