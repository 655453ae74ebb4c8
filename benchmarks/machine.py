"""What the benchmarks share: one thread, the machine's description, the results."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"

#: Settings that hold each library to one thread, read when it is imported.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NPROC": "1",  # XLA's own count of processors
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "JAX_PLATFORMS": "cpu",
}

_PACKAGES = (
    "nnbook",
    "numpy",
    "scikit-learn",
    "torch",
    "jax",
    "jaxlib",
    "joblib",
    "dask",
    "distributed",
)


def hold_to_one_thread() -> None:
    """Refuse to go on without the settings above, and pin the process to one core.

    The core holds even a library that would overlook its setting.
    """
    missing = [name for name, value in ONE_THREAD.items() if os.getenv(name) != value]
    if missing:
        raise SystemExit(
            f"{missing[0]} is not set: run this script as `python benchmarks NAME`, "
            "which sets one thread for every library"
        )
    if hasattr(os, "sched_setaffinity"):  # not on macOS or Windows
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def describe() -> dict[str, Any]:
    """Say what machine, which versions and which BLAS a result comes from."""
    from threadpoolctl import threadpool_info

    pools = [
        {key: pool.get(key) for key in ("prefix", "version", "architecture")}
        | {"threads": pool["num_threads"]}
        for pool in threadpool_info()
    ]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in _PACKAGES},
        "thread_pools": pools,
        "thread_settings": {name: os.getenv(name) for name in ONE_THREAD},
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # macOS and Windows have no such file
        return platform.processor()
    models = [line.split(":")[1].strip() for line in lines if "model name" in line]
    return models[0] if models else platform.processor()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def record(question: str, results: dict[str, Any]) -> None:
    """Put one script's results, with the machine they come from, into the file."""
    everything = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    everything[question] = {"machine": describe(), **results}
    RESULTS.write_text(json.dumps(everything, indent=2) + "\n")


def write(path: Path, results: dict[str, Any]) -> None:
    """Write results that have a file of their own, with the machine."""
    text = json.dumps({"machine": describe(), **results}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    print(f"written: {path.name}")


def rounded(value: float, digits: int = 4) -> float:
    """Keep as many digits as a timing deserves."""
    return float(f"{value:.{digits}g}")
