"""Lighthouse's opinion of a page that is served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromium

#: What does not hang on the machine's speed.
STEADY = ("accessibility", "best-practices", "seo")


def report(
    address: str, npm: Path, kinds: Sequence[str], *options: str
) -> dict[str, Any]:
    """Run Lighthouse once for a page.

    Parameters
    ----------
    address : str
        Of the page.
    npm : Path
        The folder in which npm's packages lie.
    kinds : sequence of str
        The categories that are wanted.
    *options : str
        More of Lighthouse's own options.

    Returns
    -------
    dict
        What Lighthouse reports.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.
    """
    words = [
        str(Path(sys.executable).with_name("node")),
        str(npm / "lighthouse" / "cli" / "index.js"),
        *(address, "--quiet", "--output=json", *options),
        f"--only-categories={','.join(kinds)}",
        f"--chrome-flags={' '.join(chromium.FLAGS)}",
    ]
    environment = {**os.environ, "CHROME_PATH": str(chromium.PATH)}
    ended = subprocess.run(words, env=environment, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def scores(found: dict[str, Any]) -> dict[str, float]:
    """Give a report's scores, of 100."""
    return {kind: 100 * part["score"] for kind, part in found["categories"].items()}


def failed(found: dict[str, Any]) -> list[str]:
    """Name what a report says was not passed."""
    return [
        name
        for name, audit in found["audits"].items()
        if audit["score"] == 0 and audit["scoreDisplayMode"] == "binary"
    ]
