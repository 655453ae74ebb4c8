"""Every state of an explorer, as pieces of text that a page can exchange.

A state is a list of pieces: the layers of its panels, its sentence and what else
changes. Each piece is stored once for every value that it takes, with the controls
on which it depends, which are found by looking. Where a page would hold too much, it
is split: what belongs to each combination of some controls is loaded when it is asked.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

Pieces: TypeAlias = dict[str, str]  # place on the page: what stands there


@dataclass(frozen=True)
class Piece:
    """What stands in one place, in every state.

    Attributes
    ----------
    place : str
        Where it stands.
    controls : list of int
        The controls that change it.
    texts : list of str
        All that may stand there.
    index : list of int
        Which of the texts does, for each combination of those controls, the last
        of them running fastest.
    """

    place: str
    controls: list[int]
    texts: list[str]
    index: list[int]


def every_state(shape: Sequence[int]) -> Iterable[tuple[int, ...]]:
    """List the states, the last control running fastest."""
    return itertools.product(*map(range, shape))


def tabulate(
    shape: Sequence[int], state: Callable[[tuple[int, ...]], Pieces]
) -> list[Piece]:
    """Ask for every state, and store each piece that changes.

    Parameters
    ----------
    shape : sequence of int
        The number of stops of each control.
    state : callable
        Gives the pieces at the stops with these numbers.

    Raises
    ------
    ValueError
        If two states differ in the places that they have.
    """
    texts: dict[str, dict[str, int]] = {}
    chosen: dict[str, list[int]] = {}
    for stops in every_state(shape):
        pieces = state(stops)
        for place, text in pieces.items():
            known = texts.setdefault(place, {})
            chosen.setdefault(place, []).append(known.setdefault(text, len(known)))
    return [
        _reduced(place, shape, list(texts[place]), chosen[place])
        for place in texts
        if len(texts[place]) > 1
    ]


def _reduced(
    place: str, shape: Sequence[int], texts: list[str], chosen: list[int]
) -> Piece:
    """Leave out the controls that make no difference to a piece."""
    index = np.array(chosen).reshape(tuple(shape))
    controls = []
    for axis in range(len(shape)):
        if (index == index.take([0], axis=axis)).all():
            index = index.take([0], axis=axis)
        else:
            controls.append(axis)
    return Piece(place, controls, texts, index.ravel().tolist())


def split(
    pieces: Iterable[Piece], shape: Sequence[int], apart: Sequence[int]
) -> tuple[list[Piece], list[list[Piece]]]:
    """Take apart what a page need not load before somebody asks for it.

    Parameters
    ----------
    pieces : iterable of Piece
        All that changes.
    shape : sequence of int
        The number of stops of each control.
    apart : sequence of int
        The controls that a part is chosen by.

    Returns
    -------
    common : list of Piece
        What depends on those controls alone, or on none of them.
    parts : list of list of Piece
        The rest, one part for each combination of those controls, the last of them
        running fastest; none without such controls.
    """
    pieces = list(pieces)
    by_both = [
        p for p in pieces if 0 < len(set(p.controls) & set(apart)) < len(p.controls)
    ]
    common = [piece for piece in pieces if piece not in by_both]
    combinations = every_state([shape[c] for c in apart]) if apart else []
    return common, [
        [_at(piece, shape, dict(zip(apart, stops, strict=True))) for piece in by_both]
        for stops in combinations
    ]


def _at(piece: Piece, shape: Sequence[int], chosen: dict[int, int]) -> Piece:
    """Give a piece where some controls stand still."""
    index = np.array(piece.index).reshape([shape[c] for c in piece.controls])
    index = index[tuple(chosen.get(c, slice(None)) for c in piece.controls)]
    kept, places = np.unique(index, return_inverse=True)
    controls = [c for c in piece.controls if c not in chosen]
    texts = [piece.texts[k] for k in kept]
    return Piece(piece.place, controls, texts, places.ravel().tolist())


def as_data(pieces: Iterable[Piece]) -> list[list[Any]]:
    """Give the pieces as plain lists, in the order in which the page's script reads.

    What all texts of a piece begin and end with is written once, at the end.
    """
    return [[p.place, p.controls, *_shared(p.texts, p.index)] for p in pieces]


def _shared(texts: list[str], index: list[int]) -> list[Any]:
    """Take apart what all texts begin with, what differs, and what they end with."""
    head = _beginning(texts)
    rest = [text[len(head) :] for text in texts]
    tail = _beginning([text[::-1] for text in rest])[::-1]
    return [[text[: len(text) - len(tail)] for text in rest], index, head, tail]


def _beginning(texts: list[str]) -> str:
    """Give what all texts begin with: what the first and the last in order do."""
    low, high = min(texts), max(texts)
    differ = (k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b)
    return low[: next(differ, len(low))]
