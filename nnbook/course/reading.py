"""Read what was handed in, piece by piece and in bounds, wherever it lies.

An archive is never unpacked: its entries are read, and links are not followed.
"""

from __future__ import annotations

import errno
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Protocol

from nnbook.course.submissions import Submission
from nnbook.course.unusable import UnusableError

__all__ = ["MOST_BYTES", "copy_to", "is_ours", "opened", "whole"]

#: The most that is read of one file.
MOST_BYTES = 256 * 2**20
#: The most that is read of an archive within an archive.
MOST_NESTED = 64 * 2**20

#: What is wrong with the grader's machine, and no student's doing.
_OURS = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Sink(Protocol):
    """What a submission can be copied into: a file, or a digest."""

    def write(self, data: bytes, /) -> object: ...


def copy_to(submission: Submission, sink: Sink) -> str:
    """Read a submission's notebook, piece by piece.

    Parameters
    ----------
    submission : Submission
    sink : object with a method `write`

    Returns
    -------
    str
        What is wrong with the file; empty where it was read to its end.
    """
    if submission.problem:
        return submission.problem
    try:
        with opened(submission.file, submission.inner) as source:
            shutil.copyfileobj(_Bounded(source, MOST_BYTES), sink)
    except UnusableError as reason:
        return str(reason)
    except Exception as error:
        if is_ours(error):
            raise
        return f"the file cannot be read ({type(error).__name__})"
    return ""


class _Bounded:
    """Reads a file up to a size, however much an archive says or unpacks."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._left, self._most = file, most, most

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes."""
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise UnusableError(f"the file is larger than {self._most // 2**20} MB")
        return data


@contextmanager
def opened(file: Path, inner: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """Open a file, or an entry of the archive that it is."""
    found = file.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise UnusableError(
            "what was handed in is not a file of its own (a link, or a folder)"
        )
    with ExitStack() as stack:
        source: IO[bytes] = stack.enter_context(file.open("rb"))
        for depth, name in enumerate(inner):
            if depth:
                source = stack.enter_context(whole(source))
            archive = stack.enter_context(zipfile.ZipFile(source))
            source = stack.enter_context(archive.open(name))
        yield source


def whole(entry: IO[bytes]) -> IO[bytes]:
    """Give an archive that lies in an archive as a file of its own, in bounds."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    with ExitStack() as stack:
        stack.push(file)
        shutil.copyfileobj(_Bounded(entry, MOST_NESTED), file)
        file.seek(0)
        stack.pop_all()
    return file


def is_ours(error: Exception) -> bool:
    """Say whether the grader's own machine is at its end: nobody's mark hangs on it."""
    return isinstance(error, OSError) and error.errno in _OURS
