"""Change the package in small ways, and see whether its tests notice.

python tools/mutants.py                 every module of the mathematics
python tools/mutants.py learning        one of them
python tools/mutants.py --named         the mistakes named in mutants.toml alone

A mutant is one function with one change: `<` for `<=`, 2 for 1, an argument left out.
mutmut makes them. They are run here rather than by mutmut itself, which starts pytest
anew for each: pytest collects once, and each mutant is a fork of that process, in
which the function has the mutant's code. The tests that call it are run there, all
those of its own module and the quick ones of others, the quickest first, until one
fails. A mutant that none notices has survived. It fails this command, unless
mutants.toml says why no test could notice it.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import textwrap
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_suffix(".toml")
PACKAGE = ROOT / "nnbook"
NOT_MUTATED = {"__init__", "__main__", "_types"}
MODULES = sorted(f.stem for f in PACKAGE.glob("*.py") if f.stem not in NOT_MUTATED)
# Of tests/test_NAME.py.
TESTS = ["agreement", "checks", "progress", "properties", *MODULES]
LEAST = 95.0  # per cent
QUICK = 0.1  # seconds: another module's slower tests are not asked


class Mutant(NamedTuple):
    """One changed function."""

    module: str
    function: str  # with its class, as in Network.fit
    was: str  # the changed lines, in one
    now: str
    code: str
    name: str = ""  # of a mistake in the table

    def __str__(self) -> str:
        """Say what is changed."""
        said = f"{self.module}.{self.function}: {self.was}  ->  {self.now}"
        return f"{self.name}: {said}" if self.name else said


# ---- making mutants -----------------------------------------------------------


def changed(before: str, after: str) -> tuple[str, str]:
    """Give the lines that differ, before and after, each in one line."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    was, now = (
        " ".join(" ".join(line[2:] for line in lines if line[0] == sign).split())
        for sign in "-+"
    )
    return was, now


def mutants_of(module: str) -> Iterator[Mutant]:
    """Make the mutants of every function of a module."""
    import libcst
    from mutmut.mutation.file_mutation import MutationVisitor
    from mutmut.mutation.mutators import mutation_operators
    from mutmut.mutation.pragma_handling import IgnoredCode

    source = (PACKAGE / f"{module}.py").read_text("utf-8")
    visitor = MutationVisitor(mutation_operators, IgnoredCode(set(), set(), set()))
    tree = libcst.MetadataWrapper(libcst.parse_module(source)).visit(visitor)
    names = {}
    for node in tree.body:
        if isinstance(node, libcst.FunctionDef):
            names[node] = node.name.value
        elif isinstance(node, libcst.ClassDef):
            for method in node.body.body:
                if isinstance(method, libcst.FunctionDef):
                    names[method] = f"{node.name.value}.{method.name.value}"
    for mutation in visitor.mutations:
        function = mutation.contained_by_top_level_function
        if function not in names:
            continue  # a constant of the module
        mutated = function.deep_replace(mutation.original_node, mutation.mutated_node)
        before, after = (tree.code_for_node(f) for f in (function, mutated))
        yield Mutant(module, names[function], *changed(before, after), after)


def named_mutants(table: list[dict[str, str]]) -> Iterator[Mutant]:
    """Make the mistakes that the table spells out."""
    for row in table:
        module, function = row["function"].split(".", 1)
        source = (PACKAGE / f"{module}.py").read_text("utf-8")
        node: Any = ast.parse(source)
        for name in function.split("."):
            (node,) = [n for n in node.body if getattr(n, "name", "") == name]
        before = ast.get_source_segment(source, node, padded=True) or ""
        if before.count(row["was"]) != 1:
            sys.exit(f"mutants.toml: {row['was']!r} is not, once, in {row['function']}")
        after = before.replace(row["was"], row["now"])
        yield Mutant(module, function, row["was"], row["now"], after, row["name"])


def put_in_place(mutant: Mutant) -> None:
    """Give the function, wherever it has been imported, the mutant's code."""
    module = importlib.import_module(f"nnbook.{mutant.module}")
    new: dict[str, Any] = {}
    code = f"from __future__ import annotations\n{textwrap.dedent(mutant.code)}"
    exec(code, vars(module), new)
    *owner, name = mutant.function.split(".")
    holder = getattr(module, owner[0]) if owner else module
    old, made = (bare(place[name]) for place in (vars(holder), new))
    old.__code__ = made.__code__
    old.__defaults__, old.__kwdefaults__ = made.__defaults__, made.__kwdefaults__


def bare(function: Any) -> Any:
    """Take a function out of its decorator."""
    for inside in ("fget", "__func__", "__wrapped__"):
        function = getattr(function, inside, function)
    return function


# ---- running tests ------------------------------------------------------------


class Runner:
    """A pytest plugin that runs mutants instead of the tests."""

    def __init__(self, mutants: list[Mutant], jobs: int) -> None:
        self.mutants, self.jobs = mutants, jobs
        self.survivors: list[Mutant] = []
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notice a failure."""
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, to see what calls what, and then the mutants."""
        items = {item.nodeid: item for item in session.items}
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder, "notes.json")
            pid = self.fork(lambda: self.take_notes(session.items, notes), 3600)
            if os.waitpid(pid, 0)[1]:
                sys.exit("The tests fail as they are: run pytest.")
            seconds, callers = json.loads(notes.read_text())
        print(f"The tests as they are take {sum(seconds.values()):.0f} s.", flush=True)
        gc.freeze()  # a fork copies no page for the collector's sake
        running: dict[int, Mutant] = {}
        began = time.monotonic()
        for n, mutant in enumerate([*self.mutants, *[None] * self.jobs], start=1):
            if len(running) == self.jobs or mutant is None:
                if not running:
                    break
                pid, status = os.wait()
                gone = running.pop(pid)
                if status == 0:
                    self.survivors.append(gone)
                    print(f"survived: {gone}", flush=True)
            if mutant is not None:
                own = f"test_{mutant.module.lstrip('_')}.py"
                names = callers.get(f"{mutant.module}.{mutant.function}", [])
                names = [n for n in names if own in n or seconds[n] < QUICK]
                names.sort(key=lambda n: seconds[n] * (1 if own in n else 10))
                tests = [items[name] for name in names]
                limit = 10 * sum(map(seconds.__getitem__, names)) + 10
                pid = self.fork(lambda m=mutant, t=tests: self.try_out(m, t), limit)
                running[pid] = mutant
                if n % 100 == 0:
                    spent = time.monotonic() - began
                    print(f"{n} of {len(self.mutants)}, {spent:.0f} s", flush=True)
        return True

    def fork(self, work: Any, seconds: float) -> int:
        """Do some work in a child, in silence and within so much time of the CPU."""
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            return pid
        status = 2
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
            signal.alarm(60 * int(seconds))  # and one that waits for ever
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            status = work()
        finally:
            os._exit(status)

    def run(self, item: pytest.Item) -> None:
        """Run one test as pytest does, warnings being errors and all."""
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)

    def try_out(self, mutant: Mutant, tests: list[pytest.Item]) -> int:
        """Run tests until one fails: 0 if none does, so that the mutant survives."""
        put_in_place(mutant)
        for item in tests:
            self.run(item)
            if self.failed:
                return 1
        return 0

    def take_notes(self, tests: list[pytest.Item], notes: Path) -> int:
        """Write down how long each test takes, and which functions it calls."""
        callers: dict[str, list[str]] = defaultdict(list)
        seconds = {}
        folder = str(PACKAGE)
        called: set[Any] = set()

        def watch(frame: FrameType, event: str, argument: object) -> None:
            if event == "call":
                called.add(frame.f_code)

        for item in tests:
            called.clear()
            start = time.process_time()
            sys.setprofile(watch)
            self.run(item)
            sys.setprofile(None)
            seconds[item.nodeid] = time.process_time() - start
            for name in {
                f"{Path(code.co_filename).stem}.{code.co_qualname.split('.<')[0]}"
                for code in called
                if code.co_filename.rpartition(os.sep)[0] == folder
            }:
                callers[name].append(item.nodeid)
        notes.write_text(json.dumps([seconds, callers]))
        return int(self.failed)


def main() -> int:
    """Make the mutants, run them, and compare the survivors with the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("modules", nargs="*", choices=[[], *MODULES], default=[])
    parser.add_argument("--named", action="store_true", help="the named mistakes alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    table = tomllib.loads(TABLE.read_text("utf-8"))
    named = list(named_mutants(table["mistake"]))
    modules = [] if options.named else options.modules or MODULES
    made = [mutant for module in modules for mutant in mutants_of(module)]
    runner = Runner(named + made, options.jobs)
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))  # this copy of the package, whatever is installed
    # A fork has none of the threads that it would wait for.
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    files = [f"tests/test_{name}.py" for name in TESTS]
    files = [file for file in files if Path(file).exists()]
    doctests = [f"nnbook/{module}.py" for module in MODULES]
    words = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    pytest.main([*words, *files, *doctests], plugins=[runner])
    missed = [mutant for mutant in runner.survivors if mutant.name]
    survivors = [mutant for mutant in runner.survivors if not mutant.name]
    known = {(r["function"], r["was"], r["now"]) for r in table.get("equivalent", [])}
    keys = {(f"{m.module}.{m.function}", m.was, m.now): m for m in survivors}
    new = [mutant for key, mutant in keys.items() if key not in known]
    stale = [key for key in known - keys.keys() if key[0].split(".")[0] in modules]
    for title, rows in (
        ("No test notices these mistakes", missed),
        ("No test notices these mutants, and mutants.toml does not say why", new),
        ("mutants.toml lists these, but they did not survive", stale),
    ):
        if rows:
            print(f"\n{title}:", *rows, sep="\n  ")
    print(f"\n{len(named) - len(missed)} of {len(named)} named mistakes are noticed.")
    share = 100.0
    if made:
        killed = len(made) - len(survivors)
        share = 100 * killed / len(made)
        print(f"{killed} of {len(made)} mutants are killed: {share:.1f} %.")
        print(
            f"{len(survivors) - len(new)} survivors are equivalent, {len(new)} are not."
        )
    return int(bool(missed or new or stale) or share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
