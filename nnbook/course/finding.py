"""Find out who handed in what: folders, the archives of platforms, single notebooks.

An entry of an archive goes under a name of ours, so that no name in it can lead
anywhere.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from nnbook.course.plain import printable
from nnbook.course.reading import MOST_NESTED, is_ours, opened, whole
from nnbook.course.submissions import Submission
from nnbook.course.unusable import UnusableError

__all__ = ["find"]

_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(file|onlinetext)_?")
_CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_late)?_(?P<id>\d+)_(?P<nth>\d+)_.+", re.IGNORECASE
)
_GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
_METADATA = "submission_metadata.yml"


def find(place: Path) -> list[Submission]:
    """Give all that was handed in.

    Parameters
    ----------
    place : Path
        A folder (one notebook, one archive or one folder a student), a platform's
        archive, or a notebook.

    Returns
    -------
    list of Submission
        Several a student, where there are several.

    Raises
    ------
    UnusableError
        If there is no such place, or it cannot be read.
    """
    if place.is_dir():
        found = list(_grouped(_in_folder(place)))
        if _of_nbgrader(place):
            found = [_collected(each, place) for each in found]
        return found
    if not place.exists():
        raise UnusableError(f"{place} does not exist")
    if not zipfile.is_zipfile(place):
        return [_of_student(_Entry((place.name,), place, (), _time_of(place)))]
    try:
        entries = _without_cover(list(_in_archive(place)))
        with zipfile.ZipFile(place) as archive:
            people = _gradescope_people(archive, entries)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise UnusableError(
            f"{place} cannot be read as a zip archive: {error}"
        ) from None
    return list(_grouped(entries, people))


@dataclass(frozen=True)
class _Entry:
    """A file that was found: its path in parts, and where it is read from."""

    parts: tuple[str, ...]
    file: Path
    inner: tuple[str, ...]
    when: datetime | None
    problem: str = ""
    written: datetime | None = None


def _time_of(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime)


def _in_folder(folder: Path) -> Iterator[_Entry]:
    """Give the files below a folder; a student's folder without any counts too."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            below = [
                p for p in sorted(path.rglob("*")) if p.is_symlink() or p.is_file()
            ]
        else:
            below = [path]
        for found in below:
            parts = found.relative_to(folder).parts
            if not _hidden(parts):
                yield _Entry(parts, found, (), _time_of(found))
        if path.is_dir() and not below and not _hidden((path.name,)):
            yield _Entry((path.name, ""), path, (), None, "the folder is empty")


def _of_nbgrader(folder: Path) -> bool:
    """Say whether nbgrader has collected into this folder."""
    course = folder.resolve().parent
    beside = ("nbgrader_config.py", "gradebook.db", "source")
    return folder.resolve().name == "submitted" and any(
        (course / name).exists() for name in beside
    )


def _collected(found: Submission, folder: Path) -> Submission:
    """Add what nbgrader noted: a notebook's own time is the student's to set."""
    parts = found.file.relative_to(folder).parts
    if len(parts) < 3:
        return found
    try:
        said = (folder / parts[0] / parts[1] / "timestamp.txt").read_text("utf-8")[:99]
        when = datetime.fromisoformat(said.strip().removesuffix(" UTC"))
    except (OSError, ValueError):
        return replace(found, assignment=parts[1])
    came = _local(when if when.tzinfo else when.replace(tzinfo=UTC))
    return replace(found, assignment=parts[1], when=came)


def _in_archive(place: Path) -> Iterator[_Entry]:
    with zipfile.ZipFile(place) as archive:
        for info in archive.infolist():
            parts = _parts(info.filename)
            if not info.is_dir() and parts and not _hidden(parts):
                yield _Entry(parts, place, (info.filename,), _zip_time(info))


def _zip_time(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time)
    except ValueError:
        return None


def _parts(name: str) -> tuple[str, ...]:
    """Give the parts of an entry's name that are names, not ways up or out."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(p for p in parts if p not in ("/", "..", ".") and not p.endswith(":"))


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _without_cover(entries: list[_Entry]) -> list[_Entry]:
    """Take off the one folder that holds everything, where it is no student's."""
    tops = {entry.parts[0] for entry in entries if len(entry.parts) > 1}
    if len(tops) != 1 or any(len(entry.parts) == 1 for entry in entries):
        return entries
    top = next(iter(tops))
    several = len([e for e in entries if _is_notebook(e.parts[-1])]) > 1
    deeper = any(len(entry.parts) > 2 for entry in entries)
    if _MOODLE.match(top) or _GRADESCOPE.fullmatch(top) or not (several or deeper):
        return entries
    return [replace(entry, parts=entry.parts[1:]) for entry in entries]


def _is_notebook(name: str) -> bool:
    return ".ipynb" in name.lower()


def _grouped(
    entries: Iterable[_Entry],
    people: dict[str, tuple[str, str, datetime | None]] | None = None,
) -> Iterator[Submission]:
    """Give each student's notebooks, or the reason why there is none."""
    by_student: dict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        if len(entry.parts) == 1 and entry.parts[0] == _METADATA:
            continue
        by_student[entry.parts[0]].append(entry)
    for top, found in sorted(by_student.items()):
        notebooks = [n for entry in found for n in _notebooks(entry)]
        if not notebooks:
            names = ", ".join(entry.parts[-1] for entry in found[:3] if entry.parts[-1])
            said = found[0].problem or f"no notebook was handed in, but {names}"
            notebooks = [replace(found[0], problem=said)]
        for notebook in notebooks:
            submission = _of_student(notebook)
            if people and top in people:
                student, name, when = people[top]
                student, name = _clean(student), _clean(name)
                submission = replace(submission, student=student, name=name, when=when)
            yield submission


def _notebooks(entry: _Entry) -> Iterator[_Entry]:
    """Give the notebook that an entry is, or those in it, if it is an archive."""
    name = entry.parts[-1]
    if _is_notebook(name):
        yield entry
    elif name.lower().endswith(".zip"):
        try:
            with (
                opened(entry.file, entry.inner) as source,
                whole(source) as file,
                zipfile.ZipFile(file) as archive,
            ):
                for info in archive.infolist():
                    parts = _parts(info.filename)
                    if parts and not _hidden(parts) and _is_notebook(parts[-1]):
                        inner = (*entry.inner, info.filename)
                        yield replace(entry, inner=inner, written=_zip_time(info))
        except Exception as error:
            if is_ours(error):
                raise
            yield replace(
                entry, problem="the archive that was handed in cannot be read"
            )


def _of_student(entry: _Entry) -> Submission:
    """Find out whose it is from the names that platforms give."""
    top = entry.parts[0]
    one_file = len(entry.parts) == 1
    student, name, late, when = top, "", False, entry.when
    if one_file:
        student = re.sub(r"(?i)\.(ipynb|zip)\b.*$", "", top)
    if match := _MOODLE.match(top):
        student, name = match["id"], match["name"].strip()
    elif one_file and (match := _CANVAS.fullmatch(top)):
        # The archive's times are those of the download; the name tells who was late.
        student, name, late, when = (
            match["id"],
            match["name"],
            bool(match["late"]),
            None,
        )
    return Submission(
        student=_clean(student) or "unnamed",
        name=_clean(name),
        file=entry.file,
        inner=entry.inner,
        when=when,
        written=entry.written,
        late=late,
        problem=entry.problem,
    )


def _clean(name: str) -> str:
    """Give a name as every file can hold it: the same in all of them."""
    return " ".join(printable(name).split())


def _gradescope_people(
    archive: zipfile.ZipFile, entries: list[_Entry]
) -> dict[str, tuple[str, str, datetime | None]]:
    """Read who is who from Gradescope's own file, if the archive has one.

    It lies beside the students' folders. What lies in a folder is a student's, whatever
    it is called, and says nothing about anybody.
    """
    names = [each.inner[0] for each in entries if each.parts == (_METADATA,)]
    if not names:
        return {}
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        raise UnusableError(
            "this is an export of Gradescope, whose file of names is in YAML; install "
            "its reader first: pip install PyYAML"
        ) from None
    with archive.open(names[0]) as file:
        try:
            listed = yaml.safe_load(file.read(MOST_NESTED))
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise UnusableError(f"{names[0]} is no YAML: {error}") from None
    people = {}
    for key, about in listed.items() if isinstance(listed, dict) else ():
        if not (isinstance(about, dict) and _GRADESCOPE.fullmatch(str(key))):
            continue
        submitters = about.get(":submitters")
        who = submitters[0] if isinstance(submitters, list) and submitters else {}
        who = who if isinstance(who, dict) else {}
        student = str(who.get(":sid") or who.get(":email") or key)
        when = about.get(":created_at")
        people[str(key)] = (student, str(who.get(":name") or ""), _local(when))
    return people


def _local(when: Any) -> datetime | None:
    if not isinstance(when, datetime):
        return None
    # Not by astimezone alone: of an hour that comes twice it does not say which.
    return datetime.fromtimestamp(when.timestamp()) if when.tzinfo else when
