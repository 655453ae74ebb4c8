"""The command line: ``python -m nnbook``, one module a command.

A command is a module with three names: `HELP`, one line; `add_arguments(parser)`;
and `run(options)`, which gives the exit code and raises `Refused` for what the user
can mend. To add one, write the module and list it in `COMMANDS`.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, Protocol

import nnbook
from nnbook.cli import grading, releasing, training
from nnbook.cli.refused import Refused

__all__ = ["COMMANDS", "main"]


class Command(Protocol):
    """What a command's module must hold."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


COMMANDS: dict[str, Command] = {
    "train": training,
    "release": releasing,
    "grade": grading,
}


class _Parser(argparse.ArgumentParser):
    """Complains in one line, where argparse would print its usage as well."""

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message} ({self.prog} --help lists the options)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="nnbook",
        description="Neural networks from the command line.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"nnbook {nnbook.__version__}"
    )
    commands = parser.add_subparsers(
        dest="command", metavar="command", required=True, title="commands"
    )
    for name, command in COMMANDS.items():
        command.add_arguments(
            commands.add_parser(
                name,
                help=command.HELP,
                description=command.__doc__,
                allow_abbrev=False,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the program's name; by default those it was called with.

    Returns
    -------
    int
        The exit code: 0, or what the command gives; 2 where it could not do what
        was asked, 130 after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        # A name from the user's file may hold a letter that the terminal lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(argv)
        return COMMANDS[options.command].run(options)
    except (Refused, MemoryError) as reason:
        print(f"nnbook: error: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nnbook: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader, such as `head`, has left. Python would complain once more when
        # it empties its buffer at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
