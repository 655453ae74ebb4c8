"""Submissions of every kind, and what each of them must get.

Each is a notebook made from right answers, with something odd, broken, runaway or
hostile in it. A function that can only be right by way of an escape (`STOLEN`) shows
by its marks whether the escape worked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

POINTS = {
    "one_sum": 2,
    "with_bias": 2,
    "weighted_sum": 4,
    "border": 3,
    "count_weights": 2,
    "combined": 3,
}
FULL = sum(POINTS.values())

IMPORTS = "import numpy as np\nimport nnbook\nfrom nnbook.course import check"

RIGHT = {
    "one_sum": "def one_sum(a, weights):\n    return weights[0] + weights[1:] @ a",
    "with_bias": "def with_bias(a):\n    return np.hstack([np.ones((len(a), 1)), a])",
    "weighted_sum": "def weighted_sum(a, theta):\n    return with_bias(a) @ theta",
    "border": "def border(weights, x1):\n"
    "    return -(weights[0] + weights[1] * x1) / weights[2]",
    "count_weights": "def count_weights(sizes):\n"
    "    return sum((1 + d) * h for d, h in zip(sizes[:-1], sizes[1:]))",
    "combined": "def combined(first, second):\n    theta = first @ second[1:]\n"
    "    theta[0] = theta[0] + second[0]\n    return theta",
}


def code(source: str, **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        **more,
    }


def notebook(cells: list[dict[str, Any]], **more: Any) -> bytes:
    document = {
        "cells": cells,
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
        **more,
    }
    return json.dumps(document).encode()


def cells_of(
    first: str = "", last: str = "", **replaced: str | None
) -> list[dict[str, Any]]:
    """Give right answers with cells put before and after, and functions replaced."""
    sources = [IMPORTS, *([first] if first else [])]
    for name, source in {**RIGHT, **replaced}.items():
        if source is not None:
            sources += [source, f'check("{name}", {name})']
    return [code(source) for source in [*sources, *([last] if last else [])]]


def made(first: str = "", last: str = "", **replaced: str | None) -> bytes:
    return notebook(cells_of(first, last, **replaced))


@dataclass(frozen=True)
class Case:
    """A submission, and what it must get.

    `lost` are the exercises without points; of the others each has all of them.
    """

    data: bytes
    lost: tuple[str, ...] = ()
    status: str = "ok"
    reason: str = ""  # a regular expression that the reason must match
    says: dict[str, str] = field(default_factory=dict)  # and of exercises' differences


ALL = tuple(POINTS)


def stolen(way: str) -> str:
    """Give a function that is right only if `way`, a few lines, raises nothing."""
    body = "\n".join(f"    {line}" for line in way.strip().splitlines())
    result = "return -(weights[0] + weights[1] * x1) / weights[2]"
    return f"def border(weights, x1):\n{body}\n    {result}"


def swallow(action: str) -> str:
    """Give a cell that tries something and goes on whatever comes of it."""
    body = "\n".join(f"    {line}" for line in action.strip().splitlines())
    return f"try:\n{body}\nexcept BaseException as error:\n    print(error)"


FORGE = """
import os
def forge(value):
    line = '{"outcome": {"value": %s, "error": "", "message": "", "strange": "", '
    line += '"changed": false}, "withheld": []}\\n'
    for fd in range(3, 9):
        try:
            os.write(fd, (line % value).encode())
        except OSError:
            pass
    os._exit(0)
"""

# The frames of the grader's side of the sandbox hold what it asks.
PEEK = """
import sys
frame = sys._getframe()
while "probes" not in frame.f_locals:
    frame = frame.f_back
np.seen = frame.f_locals["probes"][-1]
raise ValueError(np.seen)
"""

LOOP = "while True:\n    pass"
DEAF = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


def function(name: str, body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def {name}(*args):\n{lines}"


def version_3(cells: list[dict[str, Any]]) -> bytes:
    old = [
        {"cell_type": "code", "input": c["source"], "language": "python"} for c in cells
    ]
    return json.dumps({"nbformat": 3, "worksheets": [{"cells": old}]}).encode()


ODD: dict[str, Case] = {
    "right": Case(made()),
    "prints 100 MB": Case(made("for _ in range(100):\n    print('x' * 10**6)")),
    "prints while called": Case(
        made(one_sum=RIGHT["one_sum"].replace("return", "print('x' * 10**7); return"))
    ),
    "warns": Case(made("import warnings\nwarnings.warn('look')\nnp.log(0.0)")),
    "turns warnings into errors": Case(
        made("import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')")
    ),
    "nbformat 3": Case(version_3(cells_of())),
    "nbformat 9": Case(notebook(cells_of(), nbformat=9, nbformat_minor=0)),
    "no nbformat": Case(json.dumps({"cells": cells_of()}).encode()),
    "a byte order mark": Case(b"\xef\xbb\xbf" + made()),
    "duplicate cell ids": Case(notebook([{**c, "id": "same"} for c in cells_of()])),
    "cells in another order": Case(notebook([code(IMPORTS), *cells_of()[:0:-1]])),
    "check cells deleted": Case(
        notebook([c for c in cells_of() if not c["source"].startswith("check")])
    ),
    "check renamed": Case(made(last="check_it = check\ncheck_it('one_sum', one_sum)")),
    "sources as lists": Case(
        notebook([code(c["source"].splitlines(keepends=True)) for c in cells_of()])
    ),
    "cells that are no cells": Case(
        notebook(
            [
                7,
                None,
                {"cell_type": "code"},
                {"cell_type": "code", "source": 3},
                *cells_of(),
            ]
        )
    ),
    "for Jupyter": Case(
        made(
            "%matplotlib inline\n!pip install numpy\nx = !ls\nnp.sum?\n"
            "from IPython.display import display, HTML\ndisplay(HTML('<b>hi</b>'))\n"
            "get_ipython().run_line_magic('time', 'pass')",
            last="%%time\nassert one_sum(np.ones(1), np.ones(2)) == 2",
        )
    ),
    "another language": Case(made("%%bash\nrm -rf ~ && exit 1")),
    "draws": Case(
        made("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    ),
    "compares with nnbook": Case(
        made(
            last="X = np.ones((3, 2))\ntheta = np.ones((3, 4))\n"
            "z = nnbook.weighted_sum(X, theta)\n"
            "assert np.allclose(z, weighted_sum(X, theta))\n"
            "net = nnbook.Network(epochs=2).fit(X, [0, 1, 0])"
        )
    ),
    "a cell fails before the definition": Case(
        made(border="open('data.csv')\n" + RIGHT["border"]),
        reason=r"code cell \d+ stops with FileNotFoundError",
    ),
    "trains for minutes": Case(
        made(with_bias="import time\ntime.sleep(600)\n" + RIGHT["with_bias"]),
        status="REVIEW",
        reason="code cell 4 ran out of time",
    ),
    "draws from NumPy's own generator": Case(
        made(
            one_sum="def one_sum(a, weights):\n    np.random.rand()\n"
            "    return weights[0] + weights[1:] @ a"
        )
    ),
}

BROKEN: dict[str, Case] = {
    "not JSON": Case(b"\x89PNG not a notebook", ALL, "REVIEW", "not JSON"),
    "empty": Case(b"", ALL, "REVIEW", "empty"),
    "another JSON": Case(b"[1, 2]", ALL, "REVIEW", "not a notebook"),
    "no cells": Case(b'{"nbformat": 4}', ALL, "REVIEW", "no cells"),
    "nested": Case(b"[" * 10**6, ALL, "REVIEW", "nested|not JSON"),
    "blank": Case(
        made(
            **{n: f"def {n}(*args):\n    raise NotImplementedError('?')" for n in ALL}
        ),
        ALL,
        says={"border": "not written"},
    ),
    "a syntax error": Case(
        made(weighted_sum="def weighted_sum(a, theta)\n    return a @ theta"),
        ("weighted_sum",),
        reason=r"^code cell 6 stops with SyntaxError: expected ':' \(line 1\) "
        r"\(1 later cell needs what it defines\)$",
        says={
            "weighted_sum": "^there is no function of this name, because code cell 6 "
            "stopped with SyntaxError: expected ':'"
        },
    ),
    "cells that need one that fails": Case(
        made(
            first="thetas = load('thetas.npy')\nhelp = 1",
            with_bias="a = thetas[0]\nz = a @ a",
            weighted_sum="print(z)\nraise ValueError('mine')",
            border="def border(*args):\n    return args[0] @ z",
        ),
        ("with_bias", "weighted_sum", "border"),
        reason="^code cell 2 stops with NameError: name 'load' is not defined "
        r"\(2 later cells need what it defines\); code cell 6 stops with NameError: "
        "name 'with_bias' is not defined; 1 more cell fails$",
        says={
            "border": "^it stops with NameError: name 'z' is not defined, because "
            "code cell 2 stopped with NameError: name 'load' is not defined$",
        },
    ),
    "a cell that ends its process, and one that needs it": Case(
        made(
            first="import os\nos._exit(1)\nA, (B, *C) = 1, (2, 3)",
            border="def border(*args):\n    return B",
            combined="print(C)\n" + RIGHT["combined"],
        ),
        ("border",),
        "REVIEW",
        "^in code cell 2 the process ended by itself$",
        says={"border": "'B' is not defined, because code cell 2 was left out"},
    ),
    "an import that fails": Case(
        made("import torch.nn\nnet = torch.nn.Linear", last="print(net)\nprint(torch)"),
        reason="^code cell 2 stops with ModuleNotFoundError: No module named 'torch' "
        r"\(1 later cell needs what it defines\)$",
    ),
    "cells after one that is not written": Case(
        made(
            with_bias="def with_bias(a):\n"
            "    raise NotImplementedError('write with_bias')",
            border="z = with_bias(np.ones((2, 2)))\n" + RIGHT["border"],
            combined="print(z.shape)\n" + RIGHT["combined"],
        ),
        ("with_bias", "weighted_sum"),
        reason="^$",
        says={
            "with_bias": "^it is not written yet$",
            "weighted_sum": "^it calls with_bias, which is not written yet$",
        },
    ),
    "a missing function": Case(made(combined=None), ("combined",)),
    "a null character": Case(made(first="x = 1\0"), reason="SyntaxError"),
    "a function that is none": Case(
        made(border="border = np.array([1.0])"),
        ("border",),
        says={"border": "no function"},
    ),
    "raises": Case(
        made(border=function("border", "raise KeyError('theta')")),
        ("border",),
        says={"border": "KeyError: 'theta'"},
    ),
    "returns None": Case(
        made(border=function("border", "pass")), ("border",), says={"border": "None"}
    ),
    "returns a list": Case(
        made(border=function("border", "return [1.0]")),
        ("border",),
        says={"border": "list"},
    ),
    "returns a generator": Case(
        made(border=function("border", "yield 1")),
        ("border",),
        says={"border": "generator"},
    ),
    "returns its own class": Case(
        made(
            first="class Mine:\n    def __eq__(self, other):\n        return True\n"
            "    __array__ = __len__ = __float__ = __iter__ = __eq__",
            border=function("border", "return Mine()"),
        ),
        ("border",),
        says={"border": "Mine"},
    ),
    "returns a subclass of an array": Case(
        made(
            first="class Mine(np.ndarray):\n"
            "    def __eq__(self, other):\n        return True",
            border=function("border", "return np.ones(3).view(Mine)"),
        ),
        ("border",),
        says={"border": "Mine"},
    ),
    "returns an array of objects": Case(
        made(border=function("border", "return np.array([None, {}])")), ("border",)
    ),
    "returns 8 TB of zeros": Case(
        made(border=function("border", "return np.broadcast_to(0.0, (10**6, 10**6))")),
        ("border",),
        says={"border": "MemoryError"},
    ),
    "returns 80 MB": Case(
        made(border=function("border", "return np.zeros(10**7)")), ("border",)
    ),
    "returns lists in lists": Case(
        made(border=function("border", "x = []\nx.append(x)\nreturn x")), ("border",)
    ),
    "returns half a letter": Case(
        made(border=function("border", r"return '\ud800'")), ("border",)
    ),
    "raises what cannot be printed": Case(
        made(
            first="class Mine(Exception):\n    def __str__(self):\n        raise self",
            border=function("border", "raise Mine"),
            combined=function("combined", r"raise ValueError('\ud800\x00<b>')"),
        ),
        ("border", "combined"),
    ),
    "changes its argument": Case(
        made(
            with_bias="def with_bias(a):\n    a += 1\n    a -= 1\n    a[:] = 0\n"
            "    return np.hstack([np.ones((len(a), 1)), a])"
        ),
        ("with_bias", "weighted_sum"),
    ),
}

RUNAWAY: dict[str, Case] = {
    "loops in a cell": Case(made(LOOP), (), "REVIEW", "code cell 2 ran out of time"),
    "loops in a cell, deaf": Case(
        made(DEAF), (), "REVIEW", "code cell 2 the process ran"
    ),
    "computes what nothing interrupts": Case(
        made("x = 7 ** (7 ** 10)"), (), "REVIEW", "code cell 2"
    ),
    "loops in a function": Case(
        made(border=function("border", LOOP)), ("border",), says={"border": "TimeLimit"}
    ),
    "loops in a function, deaf": Case(
        made(border=function("border", DEAF)), ("border",), says={"border": "TimeLimit"}
    ),
    "sleeps in a function": Case(
        made(border=function("border", "import time\ntime.sleep(99)")), ("border",)
    ),
    "recurses for ever": Case(
        made(border=function("border", "return border(*args)")),
        ("border",),
        says={"border": "RecursionError"},
    ),
    "recurses beyond the stack": Case(
        made(
            border=function(
                "border",
                "import sys\nsys.setrecursionlimit(10**9)\n"
                "f = lambda x: sorted([x], key=f)\nreturn f(1)",
            )
        ),
        ("border",),
        "ok|REVIEW",  # it crashes Python 3.11, and later ones see it coming
    ),
    "hardly any recursion": Case(made("import sys\nsys.setrecursionlimit(60)")),
    "30 GB in a cell": Case(
        made("x = np.ones(4 * 10**9)"), reason="Memory|Unable to allo"
    ),
    "30 GB in a function": Case(
        made(border=function("border", "return np.ones(4 * 10**9)")),
        ("border",),
        says={"border": "Memory"},
    ),
    "30 GB in small pieces": Case(
        made(
            border=function(
                "border", "x = []\nwhile True:\n    x.append(np.ones(10**6))"
            )
        ),
        ("border",),
    ),
    "30 GB behind the limit": Case(
        made(
            border=stolen(
                "import resource\n"
                "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nnp.ones(4 * 10**9)"
            )
        ),
        ("border",),
    ),
    "memory that no process owns": Case(
        made(
            border=stolen("import os\nf = os.memfd_create('x')\nos.write(f, b'x')"),
            combined=stolen(
                "import ctypes\nc = ctypes.CDLL(None)\n"
                "if c.shmget(0, 4096, 0o1600) < 0:\n    raise OSError"
            ).replace("border(weights, x1)", "combined(weights, x1)"),
        ),
        ("border", "combined"),
    ),
    "a thousand processes": Case(
        made(
            "import os\nfor _ in range(1000):\n    os.fork()",
            border=stolen("import os\nos.waitpid(os.fork() or os._exit(0), 0)"),
            combined=function(
                "combined", "import subprocess\nsubprocess.run(['true'])"
            ),
        ),
        ("border", "combined"),
        reason="PermissionError",
    ),
    "ten thousand threads": Case(
        made(
            "import threading, time\nthreading.stack_size(2**16)\n"
            "for _ in range(10_000):\n"
            "    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
        ),
        (),
        "REVIEW",
        "in code cell 2 the process started too many threads",
    ),
    "a full disk": Case(
        made(
            "import os\n"
            "for folder in ('.', '/tmp', '/dev/shm', '/dev', '/', '/room'):\n"
            "    try:\n        for n in range(1000):\n"
            "            with open(f'{folder}/{n}', 'wb') as file:\n"
            "                for _ in range(30):\n"
            "                    file.write(bytes(10**6))\n"
            "    except OSError as error:\n        print(error)\n"
            "assert sum(os.path.getsize(f'{d}/{f}') for d in ('.', '/tmp', '/dev/shm')"
            " for f in os.listdir(d) if f.isdigit()) < 2**27"
        )
    ),
    "a million empty files": Case(
        made(
            "import os\nfor n in range(10**6):\n    os.mknod(f'/tmp/{n}')\n",
        ),
        (),
        "REVIEW",
        "in code cell 2 the process made too many files",
    ),
    "a million empty files, talking": Case(
        made(
            "import os, time\nfor n in range(10**6):\n    os.mknod(f'/dev/shm/{n}')\n"
            "    if n % 500 == 0:\n"
            '        line = b\'{"fault": 1, "error": "E", "message": ""}\\n\'\n'
            "        for fd in range(3, 9):\n            try:\n"
            "                os.write(fd, line)\n"
            "            except OSError:\n                pass",
        ),
        (),
        "REVIEW",
        "in code cell 2 the process made too many files",
    ),
    "an array of many axes": Case(
        made(border=function("border", "return np.zeros((2,) * 18)")),
        ("border",),
        says={"border": "shape"},
    ),
    "an array of a trillion empty rows": Case(
        made(border=function("border", "return np.zeros((2**40, 0))")),
        ("border",),
        "REVIEW",
    ),
    "a word of a million letters": Case(
        made(border=function("border", "return np.array(['x' * 10**5])")), ("border",)
    ),
    "20,000 cells": Case(notebook([*cells_of(), *[code("x = 1")] * 20_000])),
    "a cell of brackets": Case(
        made("(" * 10_000), reason="SyntaxError|MemoryError|Recurs"
    ),
}

HOSTILE: dict[str, Case] = {
    "exits in a cell": Case(
        made(border="import os\nos._exit(0)\n" + RIGHT["border"]),
        (),
        "REVIEW",
        "in code cell 8 the process ended by itself",
    ),
    "exits in a function": Case(
        made(border=function("border", "import os\nos._exit(0)")),
        ("border",),
        "REVIEW",
        "border: the process ended by itself",
    ),
    "leaves politely": Case(
        made(
            border="exit()\n" + RIGHT["border"],
            combined=function("combined", "raise SystemExit"),
        ),
        ("combined",),
        reason="NameError|SystemExit",
    ),
    "raises what nothing catches": Case(
        made(
            "raise KeyboardInterrupt",
            border=function("border", "class Mine(BaseException): pass\nraise Mine"),
        ),
        ("border",),
        reason="KeyboardInterrupt",
    ),
    "kills its parent": Case(
        made(
            "import os, signal\nfor pid in (os.getppid(), 1, 0, -1):\n"
            "    if pid:\n        "
            + swallow("os.kill(pid, 9)").replace("\n", "\n        ")
        )
    ),
    "kills itself": Case(
        made(border=function("border", "import os\nos.kill(os.getpid(), 9)")),
        ("border",),
        "REVIEW",
        "border: the process was ended by SIGKILL",
    ),
    "crashes": Case(
        made(border=function("border", "import ctypes\nctypes.string_at(0)")),
        ("border",),
        "REVIEW",
        "border: the process was ended by SIGSEGV",
    ),
    "becomes another program": Case(
        made("import os\nos.execv('/usr/bin/env', ['env', 'true'])"),
        (),
        "REVIEW",
        "cell 2",
    ),
    "patches NumPy": Case(
        made(
            last="for name in ('array', 'asarray', 'allclose', 'isclose', 'prod',"
            " 'array_equal', 'errstate', 'frombuffer'):\n"
            "    setattr(np, name, lambda *a, **k: True)"
        )
    ),
    "patches Python": Case(
        made(
            last="import builtins, json, warnings\n"
            "json.dumps = json.loads = lambda *a, **k: '{}'\n"
            "warnings.catch_warnings = None\n"
            "builtins.type = builtins.str = lambda *a: None"
        )
    ),
    "patches the checker": Case(
        made(
            border=function("border", "return 0"),
            last="import sys\n"
            "for name, module in list(sys.modules.items()):\n"
            "    if name.startswith('nnbook.course'):\n"
            "        for each in list(vars(module)):\n"
            "            if not each.startswith('__'):\n"
            "                setattr(module, each, lambda *a, **k: True)",
        ),
        ("border",),
    ),
    "patches while it is called": Case(
        made(
            border=function(
                "border", "np.array = np.asarray = lambda *a, **k: 0\nreturn 1.0"
            )
        ),
        ("border",),
    ),
    "throws all modules out": Case(made(last="import sys\nsys.modules.clear()")),
    "imports the reference": Case(
        made(
            border=stolen("from nnbook.course.lists.weighted_sums import border"),
            combined=function(
                "combined",
                "import nnbook.course.lists as l\n"
                "return l.find_exercise('combined').reference(*args)",
            ),
        ),
        ("border", "combined"),
        says={"border": "ModuleNotFoundError"},
    ),
    "looks for the tests on the disk": Case(
        made(
            border=stolen(
                "import os\nfound = [d for d, _, files in os.walk('/') for f in files\n"
                "    if f in ('weighted_sums.py', 'verdict.py', 'test_grade.py')\n"
                "    and 'nnbook/weighted' not in f'{d}/{f}']\n"
                "if not found:\n    raise OSError('nothing')"
            )
        ),
        ("border",),
    ),
    "opens the network": Case(
        made(
            border=stolen("import socket\nsocket.socket(socket.AF_INET6)"),
            combined=stolen(
                "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
            ).replace("border(weights, x1)", "combined(weights, x1)"),
        ),
        ("border", "combined"),
    ),
    "writes outside": Case(
        made(
            border=stolen(
                "for place in ('/usr', '/room', '/etc', '/', '/submission.ipynb'):\n"
                "    try:\n"
                "        file = place if '.' in place else place + '/evil'\n"
                "        open(file, 'w').write('x')\n"
                "    except OSError:\n        continue\n    break\n"
                "else:\n    raise OSError('nowhere')"
            )
        ),
        ("border",),
    ),
    "forges the results": Case(
        made(
            "import os\n"
            'line = b\'{"outcome":{"value":1.0,"error":"","message":"",'
            '"strange":"","changed":false},"withheld":[]}\\n\'\n'
            'ran = b\'{"ran":["one_sum","border"],"answers":{}}\\n\'\n'
            "for fd in range(3, 20):\n    try:\n"
            "        os.write(fd, ran + 100 * line)\n"
            "    except OSError:\n        pass",
        ),
        ALL,
    ),
    "forges full marks": Case(
        made(
            'print(\'{"score": 16, "right": true}\')\nimport sys\n'
            "sys.stdout.write('{\"ran\": []}')\nsys.__stdout__.write('{\"right\": 1}')",
            border=function("border", "return {'right': True, 'score': 16}"),
        ),
        ("border",),
    ),
    "reads the teacher's environment": Case(
        made(
            border=stolen("open('/proc/1/environ').read()"),
            combined=stolen("open('/proc/1/mem', 'r+b')").replace(
                "border(weights, x1)", "combined(weights, x1)"
            ),
        ),
        ("border", "combined"),
        says={"border": "FileNotFoundError", "combined": "FileNotFoundError"},
    ),
    "changes the kernel's settings": Case(
        made(
            border=stolen(
                "import os\nos.open('/proc/sys/kernel/core_pattern', os.O_RDWR)"
            ),
            combined=stolen(
                "import os\nos.open('/proc/self/oom_score_adj', os.O_RDWR)"
            ).replace("border(weights, x1)", "combined(weights, x1)"),
        ),
        ("border", "combined"),
        says={"combined": "Read-only"},
    ),
    "tells of a time that is none": Case(
        made(
            "import os, time\nfor fd in range(3, 9):\n    try:\n"
            '        os.write(fd, b\'{"cell": 1, "seconds": NaN}\\n\')\n'
            "    except OSError:\n        pass\ntime.sleep(9)"
        ),
        (),
        "REVIEW",
        "in code cell 2 the process sends a message of another form",
    ),
    **{
        f"forges {name}": Case(
            made(one_sum=function("one_sum", f"{FORGE}forge({value!r})")),
            ("one_sum",),
            "REVIEW",
            "^one_sum: the process sends",
        )
        for name, value in {
            "an endless number": "9" * 4000,
            "a generator's seed": '{"seed": -1}',
            "a function's name": '{"named": "bowl"}',
            "an array of no size": '{"array": ["<f8", [%s0], ""]}' % (31 * f"{2**39},"),
        }.items()
    },
    "floods the line": Case(
        made(
            "import os\nwhile True:\n    for fd in range(3, 9):\n        try:\n"
            "            os.write(fd, b'x' * 10**6)\n"
            "        except OSError:\n            pass"
        ),
        (),
        "REVIEW",
        "in code cell 2",
    ),
    "talks for ever": Case(
        made(
            "import os\nwhile True:\n    for fd in range(3, 9):\n        try:\n"
            '            os.write(fd, b\'{"cell": 1, "seconds": 9e9}\\n\')\n'
            "        except OSError:\n            pass"
        ),
        (),
        "REVIEW",
        "code cell 2",
    ),
    "closes all files": Case(
        made("import os\nos.closerange(0, 128)"), (), "REVIEW", "in code cell 2"
    ),
    "stops the clock": Case(
        made(
            border=function(
                "border",
                "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
                "signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
            )
        ),
        ("border",),
    ),
    "leaves threads behind": Case(
        made(
            "import threading\ndef busy():\n    while True:\n        pass\n"
            "threading.Thread(target=busy, daemon=True).start()"
        )
    ),
    "hands in nnbook's own": Case(
        made(
            weighted_sum="from nnbook import weighted_sum",
            with_bias="import nnbook\nwith_bias = nnbook.weighted_sums.with_bias",
        ),
        ("weighted_sum", "with_bias"),
        "REVIEW",
        "with_bias: uses nnbook's own with_bias; "
        "weighted_sum: uses nnbook's own weighted_sum",
    ),
    "calls nnbook's own": Case(
        made(
            weighted_sum="def weighted_sum(a, theta):\n"
            "    from nnbook.weighted_sums import weighted_sum as own\n"
            "    return own(a, theta)"
        ),
        ("weighted_sum",),
        "REVIEW",
        "weighted_sum: uses nnbook's own weighted_sum",
    ),
    "looks for the hidden probes early": Case(
        made(
            border=function("border", PEEK),
            combined=function("combined", "return str(np.seen)"),
        ),
        ("border", "combined"),
    ),
    "tells them as a name": Case(
        made(
            border=RIGHT["border"]
            .replace(
                "    return",
                "    if len(x1) > 4:\n"
                "        raise NotImplementedError(f'write x{int(x1[0] * 1000)}')\n"
                "    return",
            )
            .replace("int(", "abs(int(")
            .replace("1000)", "1000))")
        ),
        ("border",),
    ),
    "tells the hidden probes": Case(
        made(
            border=RIGHT["border"].replace(
                "    return",
                "    if len(x1) > 4:\n        raise ValueError(list(x1))\n    return",
            )
        ),
        ("border",),
    ),
}

GROUPS = {"odd": ODD, "broken": BROKEN, "runaway": RUNAWAY, "hostile": HOSTILE}
CASES: dict[str, Case] = {
    name: case for group in GROUPS.values() for name, case in group.items()
}
