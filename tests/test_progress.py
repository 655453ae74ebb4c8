"""The progress bar, where threads can be started and where they cannot."""

import sys

import pytest
from tqdm.auto import tqdm

from nnbook._progress import progress_bar


@pytest.mark.parametrize(("platform", "interval"), [("linux", 10), ("emscripten", 0)])
def test_a_thread_looks_after_the_bar_but_not_in_a_browser(
    monkeypatch, platform, interval
):
    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    monkeypatch.setattr(sys, "platform", platform)
    with progress_bar(range(2), total=2, unit="run") as bar:
        assert list(bar) == [0, 1]
    assert tqdm.monitor_interval == interval
