"""The grader's side inside the sandbox: runs a notebook, then answers probes.

It holds no expected value, no reference and no known mistake, so that there is
nothing in here to steal. The notebook's code cells run first; only then do the
probes' inputs come in, one exercise at a time, and what the functions give goes out
as plain data. Whoever takes over this process, which a notebook can, gains nothing but
the right to say what their functions give.

The messages, one a line, are JSON; `nnbook.course.plain` writes the values. In:
a `setup`, then any number of exercises. Out: ``{"cell": n}`` before each cell,
``{"fault": ...}`` where one fails, ``{"ran": ...}``, then an outcome a probe.
"""

from __future__ import annotations

import ast
import os
import random
import signal
import sys
import time
import types
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO

import numpy as np

import nnbook
from nnbook.course import cells, plain
from nnbook.course.calls import MESSAGE_LENGTH, TOO_LONG, Outcome, call
from nnbook.course.causes import Cause, Causes, shortened
from nnbook.course.masking import Guard
from nnbook.course.model import Probe

__all__ = ["main"]

#: How often the clock rings again for code that catches the first interruption.
RINGS_EVERY = 0.2
ANSWER_LENGTH = 20_000
RECURSION_LIMIT = sys.getrecursionlimit()

# What a notebook may have replaced, and the grader stands on.
_OURS = (
    "ast",
    "binascii",
    "builtins",
    "json",
    "json.decoder",
    "json.encoder",
    "nnbook.course.calls",
    "nnbook.course.causes",
    "nnbook.course.cells",
    "nnbook.course.child",
    "nnbook.course.plain",
    "numpy",
    "os",
    "random",
    "signal",
    "time",
    "types",
    "warnings",
)


class TimeIsUp(BaseException):
    """Raised in the middle of the student's code by the clock."""


class Channel:
    """The two ends that the grader's messages go through, out of the way of `print`.

    Standard input and output, which a notebook may read and flood, become
    ``/dev/null``.
    """

    def __init__(self) -> None:
        self._in, self._out = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        os.close(null)
        self._ends = self._seen()
        self._reader: BinaryIO = os.fdopen(self._in, "rb", closefd=False)

    def _seen(self) -> list[tuple[int, int]]:
        return [
            (found.st_dev, found.st_ino)
            for found in map(os.fstat, (self._in, self._out))
        ]

    def whole(self) -> bool:
        """Say whether the notebook has left both ends alone."""
        try:
            return self._seen() == self._ends
        except OSError:
            return False

    def hear(self) -> Any:
        """Give the next message, or None at the end."""
        line = self._reader.readline()
        return plain.loads(line) if line else None

    def say(self, message: Any) -> None:
        """Send one message."""
        line = plain.dumps(message)
        while line:
            line = line[os.write(self._out, line) :]


class Clock:
    """Interrupts what takes too long, where the system can."""

    def __init__(self) -> None:
        self._running = False

    def _ring(self, *_: object) -> None:
        if self._running:
            raise TimeIsUp

    def within(self, seconds: float, action: Callable[[], Any]) -> Any:
        """Do `action`, and raise `TimeIsUp` if it takes longer."""
        if not hasattr(signal, "setitimer"):  # Windows; there the parent ends it
            return action()
        signal.signal(signal.SIGALRM, self._ring)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
        # Kept here, since the action may put something else into the module.
        set_timer, timer = signal.setitimer, signal.ITIMER_REAL
        try:
            self._running = True
            set_timer(timer, seconds, RINGS_EVERY)
            return action()
        finally:
            self._running = False
            set_timer(timer, 0)


class Order:
    """Puts back what a notebook may have replaced: the modules the grader stands on."""

    def __init__(self) -> None:
        self._kept: list[tuple[dict[str, Any], dict[str, Any]]] = [
            (vars(sys.modules[name]), dict(vars(sys.modules[name])))
            for name in _OURS
            if name in sys.modules
        ]
        self._kept.append((sys.modules, dict(sys.modules)))
        self._files = [_null("r"), _null("w"), _null("w")]

    def restore(self) -> None:
        """Put everything back; this module's own names first, which it needs."""
        for now, then in self._kept:
            now.update(then)

    def begin(self) -> None:
        """Put everything back, and have a call find what every call finds."""
        self.restore()
        sys.settrace(None)
        sys.setprofile(None)
        sys.setrecursionlimit(RECURSION_LIMIT)
        if any(file.closed for file in self._files):
            self._files = [_null("r"), _null("w"), _null("w")]
        sys.stdin, sys.stdout, sys.stderr = self._files
        random.seed(0)
        # Students may draw from NumPy's own generator, as older lessons do.
        np.random.seed(0)  # noqa: NPY002


def _null(mode: str) -> Any:
    return open(os.devnull, mode, encoding="utf-8", errors="replace")  # noqa: PTH123


def limit(limits: dict[str, int]) -> None:
    """Hold this process, and all that it may start, to the limits of the system.

    Parameters
    ----------
    limits : dict of str to int
        By the names of `resource`, without their RLIMIT.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is not None:
            try:
                resource.setrlimit(kind, (most, most))
            except (OSError, ValueError):  # macOS knows some, and refuses them
                continue


def _said(error: BaseException) -> str:
    """Give what an error says; its class may be the student's."""
    try:
        return str(str(error)[:MESSAGE_LENGTH])
    except BaseException:  # noqa: BLE001
        return ""


class Notebook:
    """The student's notebook, being run."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.clock, self.causes = channel, Clock(), Causes()
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.namespace = vars(main)
        self.namespace.update(cells.stand_ins())
        self.order = Order()

    def run(self, sources: list[str], skip: dict[str, str], seconds: float) -> None:
        """Run the cells in turn. No cell gets more than half of what time is left."""
        for n, source in enumerate(sources):
            started = time.monotonic()
            self.channel.say({"cell": n, "seconds": seconds / 2})
            self._cell(n, source, seconds / 2, skip.get(str(n), ""))
            if not self.channel.whole():
                os._exit(1)  # the notebook has closed the line: no more can be said
            seconds = max(seconds - (time.monotonic() - started), 0.2)

    def _cell(self, n: int, source: str, seconds: float, skip: str) -> None:
        """Run a cell; of one that ended its process, what it defines, or nothing."""
        left_out = Cause(n, "was left out, since it ended its process")
        if skip == "all":  # even to read it may be what ends the process
            self.causes.note(source, None, left_out)
            return
        try:
            tree = cells.runnable(source)
        except (SyntaxError, RecursionError, MemoryError) as error:
            self._fault(n, error, source, None)
            return
        if skip:
            self.causes.note(source, tree, left_out)
            self._define(tree, 0, n, seconds)
            return
        fault = self._execute(tree, n, seconds)
        if fault is not None:
            self._fault(n, fault, source, tree)
            self._define(tree, _line_of(fault, _name(n)), n, seconds)

    def _execute(
        self, tree: ast.Module, n: int, seconds: float
    ) -> BaseException | None:
        """Run some statements, and give what ended them before their end."""
        order = self.order
        try:
            code = compile(tree, _name(n), "exec", dont_inherit=True)
            self.clock.within(seconds, partial(exec, code, self.namespace))
        except BaseException as error:  # noqa: BLE001 (exit() and Ctrl-C included)
            return error
        finally:
            order.restore()
        return None

    def _define(self, tree: ast.Module, after: int, n: int, seconds: float) -> None:
        for statement in cells.definitions(tree, after):
            self._execute(ast.Module([statement], []), n, seconds)

    def _fault(
        self, n: int, error: BaseException, source: str, tree: ast.Module | None
    ) -> None:
        """Say that a cell failed, and which one failed first, if it needs that one."""
        late = isinstance(error, TimeIsUp)
        name = TOO_LONG if late else str(type(error).__name__)[:80]
        said = _said(error).replace("(<unknown>, line", "(line")
        fault: dict[str, Any] = {"fault": n, "error": name, "message": said}
        cause = self.causes.of(name, said)
        if cause is not None:
            fault["after"] = cause.cell
        else:
            what = f"stopped with {name}" + (f": {shortened(said)}" if said else "")
            cause = Cause(n, "ran out of time" if late else what)
        self.causes.note(source, tree, cause)
        self.channel.say(fault)


def _name(n: int) -> str:
    return f"<cell {n + 1}>"


def _line_of(error: BaseException, name: str) -> int:
    """Give the line of the cell in which an error arose."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


def _outcome(
    function: Any, args: tuple[Any, ...], clock: Clock, seconds: float
) -> Outcome:
    """Call the function within the time that a call has."""
    try:
        outcome: Outcome = clock.within(seconds, lambda: call(function, Probe(args)))
    except TimeIsUp:
        return Outcome(error=TOO_LONG, message=f"a call took more than {seconds:g} s")
    except BaseException as error:  # noqa: BLE001 (KeyboardInterrupt, or one of theirs)
        return Outcome(error=str(type(error).__name__)[:80], message=_said(error))
    return outcome


def _answer(asked: dict[str, Any], notebook: Notebook, guard: Guard) -> None:
    """Call one function on the probes of its exercise, and say what came of each."""
    probes = [plain.decode(form) for form in asked["probes"]]
    function = notebook.namespace.get(asked["exercise"])
    late = False
    for args in probes:
        notebook.order.begin()
        guard.withhold(asked["withheld"])
        if late:  # the rest would take as long, and the marks are lost already
            outcome = Outcome(error=TOO_LONG, message="not called")
        else:
            outcome = _outcome(function, args, notebook.clock, asked["seconds"])
        notebook.order.restore()
        called = guard.called()
        guard.withhold(())
        late = late or outcome.error == TOO_LONG
        told = notebook.causes.told(outcome.error, outcome.message)
        outcome = replace(outcome, message=told)
        try:
            message = {"outcome": plain.encode_outcome(outcome), "withheld": called}
            notebook.channel.say(message)
        except (plain.NotPlain, UnicodeError) as reason:
            strange = plain.encode_outcome(Outcome(strange=f"{reason}"))
            notebook.channel.say({"outcome": strange, "withheld": called})


def _unchecked(*args: Any, **kwargs: Any) -> None:
    """Stand for `nnbook.course.check`: the check is the grade."""


def main() -> None:
    """Do all of it, over the line that is standard input and output at first."""
    channel = Channel()
    setup = channel.hear()
    limit(setup["limits"])
    try:
        with open(setup["notebook"], "rb") as file:  # noqa: PTH123 (pathlib is slow to load)
            found = cells.read_notebook(file.read())
    except (cells.Unreadable, MemoryError) as error:
        reason = str(error) or "the file is too large to be read"
        channel.say({"unreadable": reason})
        return
    guard = Guard(setup["withheld"])
    nnbook.call_when_awake(lambda: guard.put_on(nnbook))  # type: ignore[attr-defined]
    nnbook.course.check = _unchecked
    nnbook.course.checks = lambda *args, **kwargs: _unchecked
    notebook = Notebook(channel)
    notebook.run(cells.code_cells(found), setup["skip"], setup["seconds"])
    functions = [n for n in setup["functions"] if callable(notebook.namespace.get(n))]
    answers = cells.answers_of(found, setup["written"])
    causes = notebook.causes.by_name
    channel.say(
        {
            "ran": functions,
            "lost": {n: str(causes[n]) for n in setup["functions"] if n in causes},
            "answers": {name: text[:ANSWER_LENGTH] for name, text in answers.items()},
        }
    )
    while (asked := channel.hear()) is not None:
        _answer(asked, notebook, guard)
    os._exit(0)
