"""Withhold the package's own functions while they are what is being graded.

A student may compare their softmax with `nnbook.softmax` in their notebook, and the
comparison runs in the grader as it did at home. But handing `nnbook.softmax` in, or
calling it from the function that is graded, is not the student's work. So each of
these functions gets new code, in place, wherever a reference to it may have gone: it
works as before, except while it is withheld.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection
from typing import Any

__all__ = ["Guard", "WithheldError"]


class WithheldError(Exception):
    """The graded function called what it was to be written instead of."""


class Guard:
    """Knows what is withheld at the moment, and what was called in spite of it.

    Parameters
    ----------
    names : collection of str
        All that any exercise withholds: names of the package, with dots where they
        lie deeper. Those that the package lacks are left out.
    """

    def __init__(self, names: Collection[str]) -> None:
        self.names = tuple(names)
        self._active: frozenset[str] = frozenset()
        self._called: set[str] = set()

    def withhold(self, names: Collection[str]) -> None:
        """Withhold these names from now on, and no others."""
        self._active = frozenset(names)
        self._called.clear()

    def called(self) -> list[str]:
        """Give the withheld names that were called since `withhold`."""
        return sorted(self._called)

    def put_on(self, package: Any) -> None:
        """Mask the functions in a package that has been loaded."""
        for name in self.names:
            found = package
            for part in name.split("."):
                found = getattr(found, part, None)
            if isinstance(found, type):
                for method in vars(found).values():
                    if isinstance(method, types.FunctionType):
                        self._mask(name, method)
            elif isinstance(found, types.FunctionType):
                self._mask(name, found)

    def _mask(self, name: str, function: types.FunctionType) -> None:
        if function.__code__.co_freevars:
            raise ValueError(f"{name} cannot be masked: it has variables of its own")
        real = types.FunctionType(
            function.__code__,
            function.__globals__,
            function.__name__,
            function.__defaults__,
        )
        real.__kwdefaults__ = function.__kwdefaults__

        def guarded(*args: Any, **kwargs: Any) -> Any:
            if name in self._active:
                self._called.add(name)
                raise WithheldError(
                    f"nnbook.{name} is what this exercise asks you to write"
                )
            return real(*args, **kwargs)

        # The new code finds `guarded` where the old code found its own globals.
        key = f"_guarded_{id(real)}"
        function.__globals__[key] = guarded
        namespace: dict[str, Callable[..., Any]] = {}
        exec(  # our own text, with our own name in it
            f"def masked(*args, **kwargs):\n    return {key}(*args, **kwargs)",
            namespace,
        )
        function.__code__ = namespace["masked"].__code__
        function.__defaults__ = None
        function.__kwdefaults__ = None
