"""The progress bar, the same for every loop."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def progress_bar(*items: Iterable[Any], total: int, unit: str) -> Any:
    """Give a progress bar over items or, without any, one that is moved on by hand."""
    from tqdm.auto import tqdm  # slow to import, and most runs show no bar

    if sys.platform == "emscripten":
        # In a browser no thread can be started, and tqdm would warn that the one
        # which looks after its bars cannot.
        tqdm.monitor_interval = 0
    return tqdm(*items, total=total, unit=unit)
