"""The room in which a submission runs: what is in it, its walls, and the line to it.

The walls are bubblewrap's (name spaces of Linux, without any privilege), a filter of
system calls, and the limits that the kernel keeps for each process. The room holds
Python, NumPy and what else is installed beside it, read-only; of this package what a
student may use, and the grader's side of the line; the one submission; and a little
memory to write into. Whether all this works on a machine is tried, by `problem`.
"""

from __future__ import annotations

import atexit
import compileall
import contextlib
import functools
import os
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import nnbook
from nnbook.course import plain, seccomp

__all__ = ["Child", "Ended", "Limits", "problem", "room", "start", "use_room"]

#: What of nnbook.course the room holds: no list, no reference, no judge.
CHILD_MODULES = ("calls", "causes", "cells", "child", "masking", "model", "plain")
#: What of nnbook it does not hold.
LEFT_OUT = ("course", "cli", "explorers", "__pycache__", "__init__.py", "__main__.py")

SUBMISSION = "/submission.ipynb"
HOME = "/home/student"
WRITABLE = ("/tmp", HOME, "/dev/shm")
STARTING_SECONDS = 30.0
#: How often a child is looked at, whether it says something or not.
LOOKS_EVERY = 0.2

#: Nobody's number, also inside the sandbox.
NOBODY = "65534"


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Parameters
    ----------
    memory : int
        In MB, all of it together.
    disk : int
        In MB; it is memory too, and gone in the end.
    threads : int
        How many threads may run at once.
    files : int
        How many files there may be: an empty one takes memory as well.
    cpu : int
        Seconds of computing after which the kernel ends the process, whatever the
        grader does.
    """

    memory: int = 2048
    disk: int = 32
    threads: int = 128
    files: int = 20_000
    cpu: int = 600

    def by_name(self) -> dict[str, int]:
        """Give the limits of a process, by their names in `resource`."""
        return {
            "AS": self.memory * 2**20,
            "FSIZE": self.disk * 2**20,
            "CORE": 0,
            "NOFILE": 128,
            "MSGQUEUE": 0,
            "MEMLOCK": 0,
            "CPU": self.cpu,
        }


class Ended(Exception):
    """The line to the child is dead: it ended, was ended, or said what makes no sense.

    Parameters
    ----------
    reason : str
        In words that may follow "the process".
    late : bool
        Whether it was ended because its time was up.
    """

    def __init__(self, reason: str, *, late: bool = False) -> None:
        super().__init__(reason)
        self.late = late


# ---- what is in the room ----------------------------------------------------


_given_room: Path | None = None


def use_room(folder: Path) -> None:
    """Have `room` give a folder that another process has made, and will remove."""
    global _given_room
    _given_room = folder


def room() -> Path:
    """Give the folder from which the child imports."""
    return _given_room or _own_room()


@functools.cache
def _own_room() -> Path:
    """Make it; it lives as long as this process does."""
    folder = Path(tempfile.mkdtemp(prefix="nnbook-room-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    source, target = Path(nnbook.__file__).parent, folder / "nnbook"
    shutil.copytree(
        source, target, ignore=lambda at, names: LEFT_OUT if at == str(source) else ()
    )
    shutil.copy(source / "__init__.py", target / "_awake.py")
    shutil.copy(source / "course" / "asleep.py", target / "__init__.py")
    course = target / "course"
    course.mkdir()
    for name in CHILD_MODULES:
        shutil.copy(source / "course" / f"{name}.py", course)
    compileall.compile_dir(folder, quiet=2, workers=1)
    return folder


@functools.cache
def site_folders() -> tuple[str, ...]:
    """Give the folders of installed packages, NumPy's first."""
    found = [str(Path(np.__file__).parent.parent)]
    found += [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    return tuple(dict.fromkeys(path for path in found if Path(path).is_dir()))


def _boot(where: str, then: str = "main()") -> str:
    paths = [where, *site_folders()]
    return (
        f"import sys; sys.path[:0] = {paths!r}\n"
        f"from nnbook.course.child import main\n{then}"
    )


def _python() -> list[str]:
    """Give the command that starts Python: no site, no user's settings, one thread."""
    return [os.path.realpath(sys.executable), "-S", "-s", "-P", "-B", "-X", "utf8"]


ENVIRONMENT = {
    "HOME": HOME,
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": f"{HOME}/matplotlib",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "TMPDIR": "/tmp",
    "TZ": "UTC",
}


def _fonts() -> Path | None:
    """Give matplotlib's list of fonts, which takes it a second to make."""
    cache = (
        Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "matplotlib"
    )
    return max(cache.glob("fontlist-*.json"), default=None)


# ---- the walls --------------------------------------------------------------


def _nothing_at(folder: str) -> list[str]:
    """Give the arguments that put an empty folder over one, for reading alone."""
    return ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]


@functools.cache
def _walls(disk: int) -> tuple[str, ...]:
    """Give bubblewrap's arguments that are the same for every submission."""
    words = [
        shutil.which("bwrap") or "bwrap",
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"),
        *("--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox", "--clearenv"),
    ]
    for name, value in ENVIRONMENT.items():
        words += ["--setenv", name, value]
    # First, since Python may lie below one of them.
    size = str(disk * 2**20)
    for folder in WRITABLE[:2]:
        words += ["--size", size, "--tmpfs", folder]
    words += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    for name in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts"):
        words += ["--ro-bind-try", name, name]
    prefix = sys.base_prefix
    if not Path(prefix).is_relative_to("/usr"):
        words += ["--ro-bind", prefix, prefix]
    for folder in site_folders():
        words += ["--ro-bind", folder, folder]
        if Path(folder, "nnbook").is_dir():
            words += _nothing_at(f"{folder}/nnbook")  # the whole package stays outside
    words += ["--proc", "/proc"]
    # Process 1 is bubblewrap's own; its memory is none of a submission's business.
    words += _nothing_at("/proc/1")
    # The kernel's settings belong to root, who may be the one that grades.
    words += ["--remount-ro", "/proc"]
    words += ["--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm"]
    words += ["--remount-ro", "/dev"]
    fonts = _fonts()
    if fonts is not None:
        words += ["--ro-bind", str(fonts), f"{HOME}/matplotlib/{fonts.name}"]
    words += ["--ro-bind", str(room()), "/room", "--chdir", HOME]
    return tuple(words)


def start(submission: Path, limits: Limits, *, trust: bool = False) -> Child:
    """Start the child for one submission; it waits for its `setup`.

    Parameters
    ----------
    submission : Path
        A file that is its own, no link.
    limits : Limits
    trust : bool
        Without walls, for systems that have none: the submission runs as the
        teacher, and can do what the teacher can.

    Returns
    -------
    Child
    """
    if trust:
        home = Path(tempfile.mkdtemp(prefix="nnbook-home-"))
        words = [*_python(), "-c", _boot(str(room()))]
        environment = {**os.environ, **ENVIRONMENT, "HOME": str(home)}
        environment.update(TMPDIR=str(home), MPLCONFIGDIR=str(home / "matplotlib"))
        environment["PATH"] = os.environ.get("PATH", "")
        return Child(words, str(submission), limits, home=home, environment=environment)
    reading, writing = os.pipe()
    os.write(writing, seccomp.program())
    os.close(writing)
    words = [*_walls(limits.disk), "--ro-bind", str(submission), SUBMISSION]
    words += ["--remount-ro", "/", "--seccomp", str(reading)]
    words += ["--", *_python(), "-c", _boot("/room")]
    try:
        # What the teacher's environment holds is not even bubblewrap's to know.
        return Child(words, SUBMISSION, limits, keep=(reading,), environment={})
    finally:
        os.close(reading)


# ---- the line ---------------------------------------------------------------


class Child:
    """One running child, and the line to it.

    It is used as a context, at whose end nothing of it is left.
    """

    def __init__(
        self,
        words: list[str],
        notebook: str,
        limits: Limits,
        *,
        keep: tuple[int, ...] = (),
        home: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.notebook, self.limits, self._home = notebook, limits, home
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=keep,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
        self._held = bytearray()
        self._looked = time.monotonic()

    def __enter__(self) -> Child:
        """Give the child itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.end()

    def end(self) -> None:
        """End the child and all that it started: the walls fall with their process."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)

    def say(self, message: Any, seconds: float) -> None:
        """Send one message; a child that does not listen is ended.

        Raises
        ------
        Ended
        """
        stream = self._process.stdin
        assert stream is not None
        line = memoryview(plain.dumps(message))
        os.set_blocking(stream.fileno(), False)
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as ready:
            ready.register(stream, selectors.EVENT_WRITE)
            while line:
                if not ready.select(max(until - time.monotonic(), 0)):
                    raise Ended("does not listen", late=True)
                try:
                    line = line[os.write(stream.fileno(), line) :]
                except BlockingIOError:
                    continue
                except OSError:
                    raise Ended(self._ending()) from None

    def hear(self, seconds: float) -> dict[str, Any]:
        """Give the next message, reading no more than a message may be long.

        Raises
        ------
        Ended
            If none comes in time, or it is no message.
        """
        stream = self._process.stdout
        assert stream is not None
        until = time.monotonic() + seconds
        seen = 0
        with selectors.DefaultSelector() as ready:
            ready.register(stream, selectors.EVENT_READ)
            while (end := self._held.find(b"\n", seen)) < 0:
                seen = len(self._held)
                if seen > plain.MOST_BYTES:
                    raise Ended("says more than a message may hold")
                self._look()
                while not ready.select(
                    min(max(until - time.monotonic(), 0), LOOKS_EVERY)
                ):
                    if time.monotonic() >= until:
                        raise Ended("ran out of time", late=True)
                    self._look()
                more = os.read(stream.fileno(), 2**18)
                if not more:
                    raise Ended(self._ending())
                self._held += more
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        try:
            message = plain.loads(line)
        except plain.NotPlain as reason:
            raise Ended(f"sends {reason}") from None
        if not isinstance(message, dict):
            raise Ended("sends a message of another form")
        return message

    def _look(self) -> None:
        """Count the threads and files inside, which no limit of the kernel does.

        Raises
        ------
        Ended
            If there are too many of them.
        """
        if time.monotonic() < self._looked + LOOKS_EVERY:
            return
        self._looked = time.monotonic()
        threads, pids, last = 0, [self._process.pid], 0
        with contextlib.suppress(OSError, ValueError):
            while pids:
                last = pids.pop(0)
                tasks = Path("/proc", str(last), "task")
                threads += len(list(tasks.iterdir()))
                children = (tasks / str(last) / "children").read_text()
                pids += map(int, children.split())
        if threads > self.limits.threads:
            raise Ended("started too many threads", late=True)
        if self._home is None and self._files(last) > self.limits.files:
            raise Ended("made too many files", late=True)

    @staticmethod
    def _files(pid: int) -> int:
        """Count the files where a process in the sandbox may write."""
        count = 0
        for folder in WRITABLE:
            with contextlib.suppress(OSError):
                found = os.statvfs(f"/proc/{pid}/root{folder}")
                count += found.f_files - found.f_ffree
        return count

    def _ending(self) -> str:
        """Say how it ended."""
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "closed the line to the grader"
        number = code - 128 if code > 128 else -code
        if number > 0:
            with contextlib.suppress(ValueError):
                return f"was ended by {signal.Signals(number).name}"
        return "ended by itself"


# ---- does it work here ------------------------------------------------------

_TRIAL = """
import os, socket, sys
def refused(action):
    try:
        action()
    except OSError:
        return True
    return False
walls = {
    "another process": lambda: os.fork() or os._exit(0),
    "the network": lambda: socket.socket(socket.AF_INET).close(),
    "a file outside": lambda: open("/usr/nnbook", "w").close(),
}
open_walls = [name for name, action in walls.items() if not refused(action)]
print("open: " + ", ".join(open_walls) if open_walls else "closed")
"""

_ELSEWHERE = (
    "On a system without it, grade in a Linux machine (a virtual one, WSL 2 on "
    "Windows), or, if you would run every one of these notebooks on your own account, "
    "add --trust."
)


@functools.cache
def problem(trust: bool = False) -> str | None:
    """Try the sandbox.

    Parameters
    ----------
    trust : bool
        Whether to do without.

    Returns
    -------
    str or None
        What is wrong with it on this machine, and what to do; None if it works.
    """
    if trust:
        # Windows cannot wait for a pipe and a clock at the same time.
        return "on Windows, grade in WSL 2" if sys.platform == "win32" else None
    if not sys.platform.startswith("linux"):
        return f"the sandbox needs Linux, this is {sys.platform}. {_ELSEWHERE}"
    if shutil.which("bwrap") is None:
        return (
            "the sandbox needs the command bwrap, which is not here. On Debian or "
            f"Ubuntu: sudo apt-get install bubblewrap. {_ELSEWHERE}"
        )
    try:
        filter_ = seccomp.program()
    except ValueError as reason:
        return f"{reason}. {_ELSEWHERE}"
    reading, writing = os.pipe()
    os.write(writing, filter_)
    os.close(writing)
    words = [*_walls(1), "--remount-ro", "/", "--seccomp", str(reading), "--"]
    try:
        tried = subprocess.run(
            [*words, *_python(), "-c", _boot("/room", _TRIAL)],
            pass_fds=(reading,),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=STARTING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap did not start ({error}). {_ELSEWHERE}"
    finally:
        os.close(reading)
    if tried.stdout.strip() == "closed":
        return None
    said = " ".join((tried.stdout + tried.stderr).split())[-300:]
    return (
        f"bubblewrap is here but does not work ({said}). It must be 0.7 or newer, and "
        "it needs user namespaces, "
        "which some systems forbid: Ubuntu 24.04 and later until sudo sysctl "
        "kernel.apparmor_restrict_unprivileged_userns=0, Docker until it is started "
        f"with --security-opt seccomp=unconfined and --cap-add SYS_ADMIN. {_ELSEWHERE}"
    )
