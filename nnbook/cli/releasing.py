"""Make what is handed out of one or more assignments.

Proves each assignment first: the reference must get full marks, the blank copy none,
no known mistake full marks, and each mistake must be told its own hint. Then writes
the students' notebooks (students/), an archive for the school's platform (NAME.zip)
and the instructors' set (instructors/). Nothing is written of an assignment that
fails.

An assignment of your own is a notebook and, beside it, its list of the same name:
release path/to/flowers.ipynb reads path/to/flowers.py.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from nnbook.cli.options import whole
from nnbook.cli.refused import Refused
from nnbook.course.lists import NAMES, find_assignment
from nnbook.course.model import Assignment
from nnbook.course.release import ReleaseError, release

__all__ = ["HELP", "add_arguments", "run"]

HELP = "make the notebooks that students get of an assignment"

# In a clone, where the package lies beside the book; and where one works in a clone.
BOOKS = (Path("book"), Path(__file__).resolve().parents[2] / "book")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``release``."""
    parser.add_argument(
        "assignments",
        nargs="*",
        metavar="NAME|NOTEBOOK",
        help=f"{', '.join(NAMES)}, or a notebook of your own with its list beside it "
        "(default: all of the course)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("release"),
        metavar="FOLDER",
        help="the folder to write to (default: release)",
    )
    parser.add_argument(
        "--seed",
        type=whole(0),
        default=0,
        metavar="N",
        help="varies the values of the hidden probes; grade with the same (default: 0)",
    )
    parser.add_argument(
        "--install",
        default="",
        metavar="SOURCE",
        help="begin the students' notebooks with a cell that installs nnbook from "
        "there where it is missing: a name, an address or a wheel that pip takes",
    )
    parser.add_argument(
        "--nbgrader",
        action="store_true",
        help="also write nbgrader/source, which nbgrader generate_assignment takes",
    )
    parser.add_argument(
        "--notebooks",
        type=Path,
        metavar="FOLDER",
        help="where the course's notebooks lie (default: book/assignments)",
    )


def run(options: argparse.Namespace) -> int:
    """Do what ``release`` is for.

    Parameters
    ----------
    options : argparse.Namespace
        As :func:`add_arguments` declares them.

    Returns
    -------
    int
        0; or 1 if an assignment was not released, with the reasons.

    Raises
    ------
    Refused
        If there is no such assignment, or no such notebook.
    """
    chosen = [_found(name, options.notebooks) for name in options.assignments or NAMES]
    failed = 0
    for path, assignment in chosen:
        try:
            release(
                path,
                assignment,
                options.out,
                seed=options.seed,
                install=options.install,
                nbgrader=options.nbgrader,
            )
        except ReleaseError as error:
            failed += 1
            print(f"{assignment.name}: not released")
            for fault in error.faults:
                print(f"  - {fault}")
        except ValueError as error:
            raise Refused(str(error)) from None
        except OSError as error:
            raise Refused(f"--out: {options.out}: {error.strerror or error}") from None
        else:
            print(
                f"{assignment.name}: released, {assignment.points} points "
                f"({options.out / 'students' / path.name})",
                flush=True,
            )
    return 1 if failed else 0


def _found(name: str, folder: Path | None) -> tuple[Path, Assignment]:
    """Give an assignment's notebook and its list."""
    own = name.endswith(".ipynb")
    try:
        if own:
            path = Path(name)
            return path, find_assignment(str(path.with_suffix(".py")))
        assignment = find_assignment(name)
    except ValueError as error:
        raise Refused(str(error)) from None
    folders = [folder] if folder else [book / "assignments" for book in BOOKS]
    file = f"{name}.ipynb"
    path = next((f / file for f in folders if (f / file).is_file()), folders[0] / file)
    if not path.is_file():
        raise Refused(
            f"there is no notebook {path}; run this in a clone of the book, or say "
            "with --notebooks where the notebooks lie"
        )
    return path, assignment
