"""Write files so that neither a stop nor a second run leaves half of one."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from nnbook.course.unusable import UnusableError

__all__ = ["alone", "write_atomically"]


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file as a whole or not at all, so that a stop leaves the old one.

    Parameters
    ----------
    path : Path
        Its folder is made where it is missing.
    content : str or bytes
        A text is written in UTF-8.

    Raises
    ------
    OSError
        If it cannot be written; the old file is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    if isinstance(content, str):
        content = content.encode("utf-8", "replace")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a folder to one run at a time; the system lets go when a run ends.

    Parameters
    ----------
    folder : Path
        It is made where it is missing.

    Raises
    ------
    UnusableError
        If another run has the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UnusableError(
                    f"another run is grading into {folder}; wait for its end, or "
                    "name another --out"
                ) from None
            except OSError:  # a file system that has no locks
                pass
        yield
