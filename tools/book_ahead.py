"""Run the notebooks that have changed, several at a time, before they are read.

Sphinx reads one page after the other, and MyST-NB runs each notebook when it comes to
it: one core works and the others wait. Here the outputs are put into MyST-NB's cache
first. A notebook that fails is left to MyST-NB, which runs it again and says how.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

AT_ONCE = 4  # kernels at most; each takes some 200 MB


async def run(notebook: NotebookNode, folder: Path, timeout: int) -> float:
    """Run a notebook in place and give the seconds; inf if it fails."""
    client = NotebookClient(
        notebook,
        timeout=timeout,
        record_timing=False,  # else the cache would not know the cells again
        resources={"metadata": {"path": str(folder)}},
    )
    start = time.perf_counter()
    try:
        await client.async_execute()
    except (CellControlSignal, DeadKernelError):  # an error, or no end
        return float("inf")
    return time.perf_counter() - start


async def run_all(waiting: dict[Path, NotebookNode], timeout: int) -> list[float]:
    """Run notebooks, as many at a time as there are cores."""
    gate = asyncio.Semaphore(min(AT_ONCE, os.cpu_count() or 1))

    async def one(path: Path, notebook: NotebookNode) -> float:
        async with gate:
            return await run(notebook, path.parent, timeout)

    return await asyncio.gather(*(one(*each) for each in waiting.items()))


def run_ahead(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Run those of the pages to be read whose outputs are not known."""
    settings = env.mystnb_config  # type: ignore[attr-defined]
    if settings.execution_mode != "cache":
        return
    cache = get_cache(settings.execution_cache_path)
    waiting: dict[Path, NotebookNode] = {}
    for path in map(Path, map(env.doc2path, names)):
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                waiting[path] = notebook
    # One thread each for matrix products: more would wait for each other.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    took = asyncio.run(run_all(waiting, settings.execution_timeout))
    for (path, notebook), seconds in zip(waiting.items(), took, strict=True):
        if seconds < float("inf"):
            record = cache.add_nb_to_project(str(path))
            data = {"execution_seconds": seconds}
            cache.cache_notebook_bundle(
                CacheBundleIn(notebook, record.uri, data=data),
                check_validity=False,
                overwrite=True,
            )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("env-before-read-docs", run_ahead)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
