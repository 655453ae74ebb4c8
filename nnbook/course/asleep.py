"""Stands in the sandbox for ``nnbook/__init__.py``, and loads that when it is needed.

Most submissions use NumPy alone, and loading the whole package would take as long as
grading one of them. The real file lies beside this one as ``_awake.py``. The first
name that is asked for wakes the package; `call_when_awake` says what happens then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

#: What works without the rest: the grader's own side of the sandbox.
_LIGHT = ("nnbook.course", "nnbook._checks", "nnbook._types", "nnbook._awake")

_waking = False
_then: Callable[[], None] | None = None


def call_when_awake(then: Callable[[], None]) -> None:
    """Have `then` called once, as soon as the package is loaded."""
    global _then
    _then = then


def _wake() -> None:
    global _waking
    if _waking:
        return
    _waking = True
    globals().update(
        {
            name: value
            for name, value in vars(import_module("nnbook._awake")).items()
            if name in ("__all__", "__doc__", "__version__") or name[:2] != "__"
        }
    )
    if _then is not None:
        _then()


def __getattr__(name: str) -> Any:
    # Python asks for names such as __path__ by itself; those wake nobody. Nor is there
    # anything to wake where this file has its own name.
    wakes = name[:2] != "__" or name in ("__all__", "__version__")
    if wakes and __name__ == "nnbook":
        _wake()
        if name in globals():
            return globals()[name]
    raise AttributeError(f"module 'nnbook' has no attribute {name!r}")


class _Waker:
    """Sees each import first, and wakes the package where one is for a part of it."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if not name.startswith("nnbook.") or name.startswith(_LIGHT):
            return None
        _wake()
        module = sys.modules.get(name)
        if module is None:
            return None
        # Waking has loaded the very module. A second copy would not be masked, and
        # Python makes one by the module's own specification, unless that has changed.
        module.__spec__ = ModuleSpec(
            name,
            _Loaded(),  # type: ignore[arg-type]
            is_package=hasattr(module, "__path__"),
        )
        return module.__spec__


class _Loaded:
    """Gives a module that is there already."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Give it."""
        return sys.modules[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: it has run."""


if __name__ == "nnbook":
    sys.meta_path.insert(0, _Waker)
