"""Tell whose a name in a teacher's file is, however it came to be written there."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping

__all__ = ["bare", "folded", "whose"]


def folded(name: str) -> str:
    """Give a name as it is compared: no accents' forms, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def bare(name: str) -> str:
    """Give a number as a spreadsheet keeps it: without zeros in front."""
    kept = folded(name)
    return kept.lstrip("0") if kept.isdecimal() else kept


def whose(
    written: Collection[str], students: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Say which student each name in a file means.

    A name that a student has, letter by letter, means that student. Those that are left
    are compared as `folded` gives them, and at last as `bare` does: there a name means
    a student if it can mean no other, and no other name can mean them.

    Parameters
    ----------
    written : collection of str
    students : mapping of str to collection of str
        The names that each has.

    Returns
    -------
    dict of str to str
        Those that mean nobody, or one of several, are not in it.
    """
    found: dict[str, str] = {}
    left = [(name, who) for who, names in students.items() for name in {*names}]
    for spelled in (str, folded, bare):
        open_ = [name for name in written if name not in found]
        alike = Counter(map(spelled, open_))
        owners: dict[str, set[str]] = {}
        for name, who in left:
            owners.setdefault(spelled(name), set()).add(who)
        for name in open_:
            those = owners.get(spelled(name), set())
            if len(those) == 1 == alike[spelled(name)]:
                found[name] = next(iter(those))
        taken = {spelled(name) for name in open_ if name in found}
        left = [(name, who) for name, who in left if spelled(name) not in taken]
    return found
