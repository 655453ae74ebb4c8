"""Grade many submissions: in this machine's processes or on a Dask cluster.

What is graded is written down at once, one line a submission, so that a run that was
stopped goes on where it was, and a submission that has not changed is not graded
again. A line is used again only if the file, the assignment, the seed and nnbook's
own code are the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import itertools
import json
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import nnbook
from nnbook.course import sandbox
from nnbook.course.grading import Grade, Key, Mark, Settings, grade, key_for, nothing
from nnbook.course.lists import find_assignment
from nnbook.course.reading import copy_to
from nnbook.course.submissions import Submission
from nnbook.course.unusable import UnusableError

__all__ = ["Order", "Result", "Store", "fingerprint", "grade_all"]

#: How often a submission is sent again after a worker has died over it.
ATTEMPTS = 3
#: How many submissions wait in line for each worker.
AHEAD = 3


@dataclass(frozen=True)
class Order:
    """What a worker needs to know beside the submission.

    Parameters
    ----------
    assignment : str
        Its name, or the path of a list of one's own.
    seed : int
        The teacher's.
    settings : Settings
    source : str
        That list's text, for machines that do not have the file.
    """

    assignment: str
    seed: int
    settings: Settings
    source: str = ""

    def key(self) -> Key:
        """Give what to grade with; each process makes it once."""
        return _key(self.assignment, self.seed, self.source)


@cache
def _key(assignment: str, seed: int, source: str) -> Key:
    if not source:
        return key_for(find_assignment(assignment), seed)
    with tempfile.TemporaryDirectory(prefix="nnbook-list-") as folder:
        path = Path(folder, Path(assignment).name)
        path.write_text(source, encoding="utf-8")
        return key_for(find_assignment(str(path)), seed)


@dataclass(frozen=True)
class Result:
    """A graded submission.

    Parameters
    ----------
    student : str
    digest : str
        Of the file, the assignment and the settings.
    grade : Grade
    seconds : float
        How long grading took; 0 where it was done before.
    """

    student: str
    digest: str
    grade: Grade
    seconds: float = 0.0


def fingerprint(order: Order) -> str:
    """Give a digest of what is asked.

    The limits are not in it: a student who ran out of time can be graded again with
    more of it, and keeps that grade when the others are graded.
    """
    parts = [code_digest(), str(order.seed), order.source or order.assignment]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def code_digest() -> str:
    """Give a digest of the code on which grades hang: the course, and what it uses.

    A list may be edited, and an update of nnbook may mend a judge: then everybody is
    graded again, and a cluster whose machines have another state of it is refused.
    """
    package = Path(nnbook.__file__).parent
    files = [*package.glob("*.py"), *package.glob("course/**/*.py")]
    sha = hashlib.sha256(nnbook.__version__.encode())
    for file in sorted(files, key=lambda file: file.relative_to(package).parts):
        name = "/".join(file.relative_to(package).parts)
        sha.update(f"\0{name}\0{file.read_text(encoding='utf-8')}".encode())
    return sha.hexdigest()


# ---- one submission ---------------------------------------------------------


def grade_file(submission: Submission, order: Order) -> tuple[Grade, float]:
    """Grade one submission, in a worker; whatever happens, there is a grade."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="nnbook-grade-") as folder:
        path = Path(folder, "submission.ipynb")
        with path.open("wb") as file:
            problem = copy_to(submission, file)
        found = _grade(path, order, problem)
    return found, time.perf_counter() - started


def grade_bytes(data: bytes | str, order: Order) -> tuple[Grade, float]:
    """Grade one submission that came over the network, or say what is wrong with it."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="nnbook-grade-") as folder:
        path = Path(folder, "submission.ipynb")
        if isinstance(data, bytes):
            path.write_bytes(data)
        found = _grade(path, order, data if isinstance(data, str) else "")
    return found, time.perf_counter() - started


def _grade(file: Path, order: Order, problem: str) -> Grade:
    key = order.key()
    if problem:
        return nothing(key.assignment, problem)
    try:
        return grade(file, key, order.settings)
    except Exception as error:  # noqa: BLE001 (one submission must not stop the batch)
        reason = f"the grader failed: {type(error).__name__}: {str(error)[:200]}"
        return nothing(key.assignment, reason, final=False)


# ---- what is done already ---------------------------------------------------


class Store:
    """The file of what has been graded, a line a submission.

    Parameters
    ----------
    path : Path
        It is made where it is missing. A last line that was cut off is left out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, Grade] = {}
        if path.exists():
            for line in path.read_bytes().splitlines():
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    self._take(json.loads(line))

    def _take(self, row: dict[str, Any]) -> None:
        found = row["grade"]
        marks = tuple(Mark(**mark) for mark in found.pop("marks"))
        self.known[row["digest"]] = Grade(marks=marks, **found)

    def add(self, result: Result) -> None:
        """Write one result down, for good."""
        self.known[result.digest] = result.grade
        row = {"digest": result.digest, "grade": asdict(result.grade)}
        with self.path.open("ab+") as file:
            # After a line that was cut off, the next one needs a line of its own.
            if file.tell() and not self._ends_a_line():
                file.write(b"\n")
            file.write(json.dumps(row).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _ends_a_line(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def digest_of(submission: Submission, mark: str) -> str:
    """Give the digest of a submission's content together with `mark`."""
    sha = hashlib.sha256(mark.encode())
    sink = _Digest(sha.update)
    sha.update(copy_to(submission, sink).encode())
    return sha.hexdigest()


@dataclass(frozen=True)
class _Digest:
    """Lets a digest stand where a file may."""

    write: Callable[[bytes], object]


# ---- all of them ------------------------------------------------------------


def grade_all(
    submissions: list[Submission],
    order: Order,
    store: Store,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    again: Collection[str] = (),
    only_again: bool = False,
) -> Iterator[Result]:
    """Grade all submissions that are not graded yet.

    Parameters
    ----------
    submissions : list of Submission
        One a student.
    order : Order
    store : Store
    workers : int
        Processes of this machine.
    scheduler : str, optional
        The address of a Dask scheduler, whose workers do it instead.
    again : collection of str
        Students to be graded even if nothing has changed.
    only_again : bool
        Whether nobody else may be graded.

    Yields
    ------
    Result
        In the order in which they are done; those that were done before come first.

    Raises
    ------
    UnusableError
        If the cluster cannot be used, or others would have to be graded as well.
    """
    mark = fingerprint(order)
    digests = [digest_of(submission, mark) for submission in submissions]
    waiting: list[tuple[Submission, str]] = []
    for submission, digest in zip(submissions, digests, strict=True):
        if submission.student in again or digest not in store.known:
            waiting.append((submission, digest))
    others = [s for s, _ in waiting if s.student not in again]
    if only_again and others:
        raise UnusableError(
            f"{len(others)} other submissions are new or have changed; grade those "
            "first, without --student"
        )
    done = {submission.student for submission, _ in waiting}
    for submission, digest in zip(submissions, digests, strict=True):
        if submission.student not in done:
            yield Result(submission.student, digest, store.known[digest])
    grades = (
        _on_dask(waiting, order, scheduler)
        if scheduler
        else _here(waiting, order, workers)
    )
    for n, found, seconds in grades:
        submission, digest = waiting[n]
        result = Result(submission.student, digest, found, seconds)
        if found.final:
            store.add(result)
        yield result


Graded = Iterator[tuple[int, Grade, float]]


def _here(waiting: list[tuple[Submission, str]], order: Order, workers: int) -> Graded:
    """Grade in processes of this machine; one that dies is replaced."""
    if not waiting:
        return
    attempts = [0] * len(waiting)
    left = list(range(len(waiting)))[::-1]
    alone = False
    while left:
        running: dict[Future[tuple[Grade, float]], int] = {}
        # A process that is ended leaves its copy of a submission; this takes it away.
        copies = tempfile.TemporaryDirectory(
            prefix="nnbook-grade-", ignore_cleanup_errors=True
        )
        pool = ProcessPoolExecutor(
            1 if alone else workers,
            multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(os.getpid(), sandbox.room(), copies.name),
        )
        try:
            while left or running:
                while left and len(running) < (1 if alone else AHEAD * workers):
                    n = left.pop()
                    running[pool.submit(grade_file, waiting[n][0], order)] = n
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    found, seconds = future.result()
                    yield running.pop(future), found, seconds
        except BrokenProcessPool:
            # Which submission it was cannot be told: all that were on their way come
            # again, and one that was there each time is given up.
            for n in sorted(running.values(), reverse=True):
                attempts[n] += 1
                if attempts[n] < ATTEMPTS:
                    left.append(n)
                else:
                    reason = "the grader's own process died over it"
                    lost = nothing(order.key().assignment, reason, final=False)
                    yield n, lost, 0.0
            alone = any(attempts[n] == ATTEMPTS - 1 for n in left)
        finally:
            processes = list((pool._processes or {}).values())  # shutdown forgets them
            pool.shutdown(wait=False, cancel_futures=True)
            _stop(processes)
            copies.cleanup()


def _stop(processes: Collection[BaseProcess]) -> None:
    """End a pool's processes, and with them the sandboxes they wait for."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _begin(parent: int, room: Path, copies: str) -> None:
    """Have a worker share the room, and end with its parent, however that ends."""
    sandbox.use_room(room)
    tempfile.tempdir = copies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _on_dask(
    waiting: list[tuple[Submission, str]], order: Order, scheduler: str
) -> Graded:
    """Grade on a Dask cluster, whose workers need not see this machine's files."""
    distributed = _distributed()
    try:
        client = distributed.Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UnusableError(
            f"--scheduler: no Dask scheduler answers at {scheduler} ({error})"
        ) from None
    with client:
        _check_workers(client, order)
        ahead = AHEAD * max(sum(client.nthreads().values()), 1)
        numbers = iter(range(len(waiting)))
        futures: dict[Any, int] = {}
        done = distributed.as_completed(loop=client.loop)

        def send(n: int) -> None:
            data = io.BytesIO()
            problem = copy_to(waiting[n][0], data)
            future = client.submit(
                grade_bytes,
                problem or data.getvalue(),
                order,
                pure=False,
                retries=ATTEMPTS,
            )
            futures[future] = n
            done.add(future)

        for n in itertools.islice(numbers, ahead):
            send(n)
        for future in done:
            n = futures.pop(future)
            if future.status == "finished":
                found, seconds = future.result()
            else:
                lost = type(future.exception()).__name__
                reason = f"the cluster lost it ({lost})"
                assignment = order.key().assignment
                found, seconds = nothing(assignment, reason, final=False), 0.0
            yield n, found, seconds
            for following in itertools.islice(numbers, 1):
                send(following)


def _check_workers(client: Any, order: Order) -> None:
    """Refuse a cluster whose workers would give other grades, or none."""
    found = client.run(worker_state, order.settings.trust)
    if not found:
        raise UnusableError("--scheduler: the cluster has no workers yet; start some")
    for state in found.values():
        version, code, problem = (*state, None)[:3]  # an older one says less
        if (version, code) != (nnbook.__version__, code_digest()):
            other = version if version != nnbook.__version__ else "of another state"
            raise UnusableError(
                f"--scheduler: a worker has nnbook {other}, this is "
                f"{nnbook.__version__}; install the same on all machines"
            )
        if problem:
            raise UnusableError(f"--scheduler: on a worker, {problem}")


def worker_state(trust: bool) -> tuple[str, str, str | None]:
    """Give a worker's nnbook, its code's digest, and what ails its sandbox."""
    return nnbook.__version__, code_digest(), sandbox.problem(trust)


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError:
        raise UnusableError(
            "--scheduler needs Dask, which is not here: pip install 'nnbook[dask]'"
        ) from None
