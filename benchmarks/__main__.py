"""Run the benchmarks: `python benchmarks`, or `python benchmarks steps` for one.

Each script gets a process of its own, with every library held to one thread before
it is imported, since most of them read these settings only then.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from machine import ONE_THREAD

HERE = Path(__file__).parent
QUESTIONS = ("steps", "growth", "sweep", "digits", "grading")


def main() -> None:
    """Run the scripts that were asked for, or all of them."""
    asked = sys.argv[1:] or QUESTIONS
    unknown = sorted(set(asked) - set(QUESTIONS))
    if unknown:
        raise SystemExit(
            f"no benchmark is called {unknown[0]!r}; there are: {', '.join(QUESTIONS)}"
        )
    for question in asked:
        ended = subprocess.run(
            [sys.executable, str(HERE / f"{question}.py")],
            env={**os.environ, **ONE_THREAD},
            check=False,
        )
        if ended.returncode:
            raise SystemExit(f"the benchmark {question!r} failed; see above")


if __name__ == "__main__":
    main()
