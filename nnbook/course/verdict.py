"""Judge what a function gave: right or not, how it differs, and which mistake it is.

The mistake is found by making it: each wrong implementation that the exercise knows is
called on the same probes, and the first one that gives what the student's function
gave is named, with its hint.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnbook._checks import choice
from nnbook.course.calls import Outcome, call
from nnbook.course.compare import difference, kind_of, shown
from nnbook.course.model import Exercise, Probe

NOT_WRITTEN = "NotImplementedError"
#: The difference that is told where the function is still the stub.
STILL_STUB = "it is not written yet"


@dataclass(frozen=True)
class Answers:
    """What the reference and the known mistakes give for some probes.

    Parameters
    ----------
    expected : tuple of Outcome
        The reference's, one a probe.
    mistaken : tuple of tuple of Outcome
        Those of each of the exercise's mistakes, in their order.
    """

    expected: tuple[Outcome, ...]
    mistaken: tuple[tuple[Outcome, ...], ...]


@dataclass(frozen=True)
class Verdict:
    """What is to be said about one function.

    Parameters
    ----------
    right : bool
        Whether all probes came out right.
    failed : int or None
        The position of the first probe that did not.
    difference : str
        How the result of that probe differs, in a sentence without its full stop.
    expected, got : str
        Both results as texts; empty where showing them says no more.
    mistake : str
        The name of the known mistake that gives the same; empty if none does.
    hint : str
        That mistake's hint, or what else may help; may be empty.
    written : bool
        Whether the function does more than raise NotImplementedError.
    """

    right: bool
    failed: int | None = None
    difference: str = ""
    expected: str = ""
    got: str = ""
    mistake: str = ""
    hint: str = ""
    written: bool = True


def answers(exercise: Exercise, probes: Sequence[Probe]) -> Answers:
    """Call the reference and the known mistakes on the probes.

    Parameters
    ----------
    exercise : Exercise
    probes : sequence of Probe

    Returns
    -------
    Answers
        The same for every submission: worth keeping.

    Raises
    ------
    ValueError
        If the reference does not give a plain value for a probe.
    """
    expected = tuple(call(exercise.reference, probe) for probe in probes)
    for probe, outcome in zip(probes, expected, strict=True):
        if not outcome.returned:
            came = outcome.strange or f"{outcome.error}: {outcome.message}"
            raise ValueError(
                f"exercise {exercise.name}: the reference must give a plain value for "
                f"the probe {probe.shows!r}, got {came}"
            )
    mistaken = tuple(
        tuple(call(mistake.wrong, probe) for probe in probes)
        for mistake in exercise.mistakes
    )
    return Answers(expected, mistaken)


def judge_outcomes(
    exercise: Exercise,
    probes: Sequence[Probe],
    outcomes: Sequence[Outcome],
    known: Answers | None = None,
) -> Verdict:
    """Judge what a function gave for the probes.

    Parameters
    ----------
    exercise : Exercise
    probes : sequence of Probe
    outcomes : sequence of Outcome
        One a probe. Where the function's run ended early, an outcome with an error
        stands for each call that was not made.
    known : Answers, optional
        What `answers` gave for these probes, so that it need not be computed again.

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError
        If there is not one outcome for each probe.
    """
    if len(outcomes) != len(probes):
        raise ValueError(
            f"outcomes must hold one for each of the {len(probes)} probes, got "
            f"{len(outcomes)}"
        )
    known = answers(exercise, probes) if known is None else known
    faults = _faults(exercise, probes, known.expected, outcomes)
    failed = next((n for n, fault in enumerate(faults) if fault), None)
    if failed is None:
        return Verdict(right=True)
    outcome = outcomes[failed]
    if all(each.error == NOT_WRITTEN for each in outcomes):
        stub = _other_stub(exercise, outcome)
        said = f"it calls {stub}, which is not written yet" if stub else STILL_STUB
        return Verdict(False, failed, said, written=False)
    n = _mistake(exercise, probes, known, outcomes, faults)
    comparable = outcome.returned and exercise.judge is None
    return Verdict(
        right=False,
        failed=failed,
        difference=faults[failed] or "",
        expected=shown(known.expected[failed].value) if comparable else "",
        got=shown(outcome.value) if outcome.returned else "",
        mistake="" if n is None else exercise.mistakes[n].name,
        hint=_general(exercise, outcome, known.expected[failed])
        if n is None
        else exercise.mistakes[n].hint,
    )


def probes_of(exercise: Exercise, which: str, seed: int = 0) -> tuple[Probe, ...]:
    """Give an exercise's probes.

    Parameters
    ----------
    exercise : Exercise
    which : {"public", "hidden", "all"}
    seed : int
        The teacher's, from which the hidden probes' values come.

    Returns
    -------
    tuple of Probe
        The public ones first.

    Raises
    ------
    ValueError
        If the exercise does not give hidden probes.
    """
    choice("which", which, ["public", "hidden", "all"])
    public = () if which == "hidden" else exercise.public
    if which == "public":
        return public
    # Each exercise draws from a stream of its own: adding one changes no other.
    rng = np.random.default_rng([seed, zlib.crc32(exercise.name.encode())])
    try:
        hidden: object = exercise.hidden(rng)
    except Exception as error:  # whatever a teacher's own function may raise
        what = f"{type(error).__name__}: {error}"
        raise ValueError(
            f"exercise {exercise.name}: hidden(rng) stops with {what}"
        ) from error
    if not (isinstance(hidden, tuple) and all(isinstance(p, Probe) for p in hidden)):
        raise ValueError(
            f"exercise {exercise.name}: hidden(rng) must give a tuple of probes, as in "
            f"(Probe(...),) with its comma, got {type(hidden).__name__}"
        )
    return (*public, *hidden)


def _faults(
    exercise: Exercise,
    probes: Sequence[Probe],
    expected: Sequence[Outcome],
    outcomes: Sequence[Outcome],
) -> list[str | None]:
    """Say for each probe what is wrong; None where nothing is."""
    rows = zip(probes, expected, outcomes, strict=True)
    return [_fault(exercise, probe, right, got) for probe, right, got in rows]


def _fault(
    exercise: Exercise, probe: Probe, right: Outcome, got: Outcome
) -> str | None:
    if got.error:
        return f"it stops with {got.error}" + (
            f": {got.message}" if got.message else ""
        )
    if got.strange:
        return f"expected {kind_of(right.value)}, got {got.strange}"
    fault = difference(exercise, probe, right.value, got.value)
    if fault is None and got.changed and not right.changed:
        return "the result is right, but an argument was changed"
    return fault


def _mistake(
    exercise: Exercise,
    probes: Sequence[Probe],
    known: Answers,
    outcomes: Sequence[Outcome],
    faults: Sequence[str | None],
) -> int | None:
    """Find the first known mistake that gives the same as the student's function."""
    for n, mistaken in enumerate(known.mistaken):
        pairs = zip(mistaken, outcomes, strict=True)
        if not any(a.returned and b.returned for a, b in pairs):
            continue  # two functions that always fail need not fail for one reason
        if exercise.judge is not None:
            if _faults(exercise, probes, known.expected, mistaken) == list(faults):
                return n
            continue
        rows = zip(probes, mistaken, outcomes, strict=True)
        if all(_same(exercise, probe, wrong, got) for probe, wrong, got in rows):
            return n
    return None


def _same(exercise: Exercise, probe: Probe, wrong: Outcome, got: Outcome) -> bool:
    if not (wrong.returned and got.returned):
        return wrong.error == got.error and bool(wrong.strange) == bool(got.strange)
    return difference(exercise, probe, wrong.value, got.value) is None


_SHAPES = (
    "Print both shapes: in A @ B, A needs as many columns as B has rows. A missing "
    "column of ones shows here, and so does a transpose."
)
_LENGTHS = (
    "Print both shapes: read from the right, two lengths must be equal, or one of them "
    "1. keepdims=True keeps an axis that a sum takes away."
)
_NAME = (
    "No cell that ran to its end defines this name: repair the first cell that stops "
    "with an error, or the spelling."
)
_TRUTH = (
    "An if asks for one truth value, and an array holds many: treat all of them at "
    "once, as np.where and np.maximum do."
)
# What NumPy and Python say, in part, and what may help whoever reads it.
_RAISED = (
    ("not aligned", _SHAPES),
    ("mismatch in its core dimension", _SHAPES),
    ("could not be broadcast", _LENGTHS),
    ("truth value of an array", _TRUTH),
    ("' is not defined", _NAME),
    ("positional argument", "Keep the arguments that the function had at first."),
)


def _other_stub(exercise: Exercise, outcome: Outcome) -> str:
    """Give the exercise whose stub raised, as students get it; empty if its own."""
    said, _, name = outcome.message.partition("write ")
    return "" if said or not name.isidentifier() or name == exercise.name else name


def _general(exercise: Exercise, outcome: Outcome, right: Outcome) -> str:
    """Give a hint where no known mistake fits."""
    if outcome.error == NOT_WRITTEN:
        stub = _other_stub(exercise, outcome)
        part = f"It calls {stub}, which" if stub else "Part of it"
        return f"{part} is not written yet."
    if outcome.error:
        return next((hint for said, hint in _RAISED if said in outcome.message), "")
    if outcome.returned and outcome.value is None:
        return "Does every way through the function end in a return?"
    if isinstance(right.value, np.ndarray) and isinstance(outcome.value, (list, tuple)):
        return "np.array(...) makes an array of a list."
    if outcome.returned and outcome.changed:
        return "Work on a copy: z - 1 makes a new array, z -= 1 changes the caller's."
    return ""
