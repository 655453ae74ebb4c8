"""The Chromium that prints the book and tests its pages: where it is, how it starts."""

from __future__ import annotations

import shutil

#: Its path, or None where there is none.
PATH = shutil.which("chromium") or shutil.which("google-chrome")

#: Without a screen, as any user, and without asking other hosts for anything.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MISSING = "no Chromium is here. On Debian or Ubuntu: sudo apt-get install chromium"
