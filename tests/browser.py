"""A real browser over the built pages: what every test that needs one shares.

The fixtures `site`, `browser`, `page` and `seen` of `conftest.py` are made of these.
Pages come as a strict host would serve them: compressed, and under a content
security policy that lets a page run scripts from files of the site and no others.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import chromium
import npm_package
import pytest

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
NPM = ROOT / "_build" / "npm-tests"  # axe-core and lighthouse, at the pinned versions
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}

#: The header with which the book can be served; the README gives it too.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'self'"
)
COMPRESSED = {".html", ".css", ".js", ".svg", ".json", ".xml", ".txt", ".ipynb"}


@cache
def compressed(path: Path, changed: float) -> bytes:
    """Compress a file once, as long as it stays the same."""
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder compressed, with the policy, and with its 404 page."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the browser may have left
            super().handle()

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        status = 200 if path.is_file() else 404
        if status == 404:
            path = Path(self.directory) / "404.html"
        squeeze = path.suffix in COMPRESSED
        if not path.is_file():
            body, squeeze = b"not found", False
        elif squeeze:
            body = compressed(path, path.stat().st_mtime)
        else:
            body = path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        if not self.path.startswith("/lite/"):  # JupyterLite is a site by itself
            self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-cache")
        if squeeze:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal."""


@contextlib.contextmanager
def serving(folder: Path = HTML) -> Iterator[str]:
    """Serve a folder on a free port; gives the address, ending in a slash."""
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Seen:
    """What a browser met on its way: requests, messages, what did not arrive."""

    home: str = ""  # what the addresses of the site begin with
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """The requests that left the site."""
        kept = (self.home or "http://127.0.0.1", "data:", "blob:", "file:", "about:")
        return [address for address in self.requests if not address.startswith(kept)]

    def faults(self) -> list[str]:
        """Everything that a page of this book must not do."""
        return [
            *(f"asked another host: {address}" for address in self.elsewhere),
            *(f"console: {message}" for message in self.messages),
            *(f"missing: {address}" for address in self.missing),
        ]


def watch(page: Any, home: str = "") -> Seen:
    """Let a page of Playwright, of either kind, write down what happens on it."""
    seen = Seen(home)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda m: seen.messages.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda error: seen.messages.append(f"error: {error}"))
    # A request that the page itself gave up, when it was left for another, is no fault.
    page.on(
        "requestfailed",
        lambda request: (
            None
            if "ERR_ABORTED" in (request.failure or "")
            else seen.missing.append(request.url)
        ),
    )
    page.on(
        "response",
        lambda r: (
            seen.missing.append(f"{r.status} {r.url}") if r.status > 399 else None
        ),
    )
    return seen


def need_browser() -> str:
    """Skip without a browser, except where all is tested; give its path."""
    if chromium.PATH is None:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up(chromium.MISSING)
    return chromium.PATH


def need_book() -> None:
    assert (HTML / "index.html").is_file(), "The book is not built. Run: make book"


def npm_tools() -> Path:
    """Give the folder of the pinned npm packages, installed when they change."""
    return npm_package.install(NPM)
