"""Run the package as a program: ``python -m nnbook``."""

from __future__ import annotations

import sys

from nnbook.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
