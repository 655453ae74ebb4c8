"""What several test files share: networks, a readable `train`, exact refusals."""

from __future__ import annotations

import contextlib
import itertools
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnbook

ACTIVATIONS = ("tanh", "sigmoid", "relu", "identity")


@cache
def explorer_of(name: str) -> Any:
    """Make one of the book's explorers, without its look at every control's stops.

    The look calls `draw` many times, and is tested with explorers that draw fast.
    """
    from nnbook import explorers
    from nnbook.explore import Explorer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Explorer, "one_by_one", lambda self: [])
        return getattr(explorers, name)()


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def make_case(
    depth: int, n_classes: int = 3, n_samples: int = 20, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Give X with three columns, Y, and weights for `depth` hidden layers.

    The biases are not 0, since zeros can hide a wrong formula, and no two layers
    have the same width, since equal widths can hide a wrong transpose.
    """
    rng = np.random.default_rng(seed)
    sizes = (3, *(6, 4, 7)[:depth], n_classes)
    X = rng.normal(size=(n_samples, 3))
    Y = np.eye(n_classes)[rng.permutation(np.arange(n_samples) % n_classes)]
    thetas = [
        rng.normal(size=(1 + before, after)) / np.sqrt(before)
        for before, after in itertools.pairwise(sizes)
    ]
    return X, Y, thetas


def flat(arrays: Any) -> np.ndarray:
    return np.concatenate([np.ravel(a) for a in arrays])


def readable_steps(
    X: np.ndarray,
    Y: np.ndarray,
    thetas: list[np.ndarray],
    *,
    activation: str = "tanh",
    learning_rate: float = 0.5,
    batch_size: int | None = None,
    l2: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Iterator[tuple[int, float, list[np.ndarray]]]:
    """Do for ever what `train` says it does, with the book's three functions.

    Gives, before each step, the number of samples, their error and the weights.
    """
    size = len(X) if batch_size is None else batch_size
    while True:
        order = np.arange(len(X)) if rng is None else rng.permutation(len(X))
        for first in range(0, len(X), size):
            rows = order[first : first + size]
            error = nnbook.network_error(X[rows], Y[rows], thetas, activation)
            yield len(rows), error, thetas
            outputs = nnbook.forward(X[rows], thetas, activation)
            grads = nnbook.backprop(outputs, Y[rows], thetas, activation, l2)
            thetas = nnbook.step(thetas, grads, learning_rate)


def train_readably(
    X: np.ndarray, Y: np.ndarray, thetas: list[np.ndarray], epochs: int, **options: Any
) -> tuple[list[np.ndarray], np.ndarray]:
    """Give what `train` should: the last weights, and each epoch's mean error."""
    errors = np.zeros(epochs)
    seen = 0
    for n, error, now in readable_steps(X, Y, thetas, **options):
        if seen == epochs * len(X):
            return now, errors / len(X)
        errors[seen // len(X)] += n * error
        seen += n
    raise AssertionError("readable_steps never ends")


def train_and_catch(
    *args: Any, **kwargs: Any
) -> tuple[list[np.ndarray], np.ndarray, list[warnings.WarningMessage]]:
    """Train, and give the warnings beside the result."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thetas, errors = nnbook.train(*args, **kwargs)
    return thetas, errors, caught


@contextlib.contextmanager
def unchanged(*arrays: np.ndarray) -> Iterator[None]:
    """Assert that what runs inside leaves these arrays as they are."""
    kept = [array.copy() for array in arrays]
    yield
    for array, copy in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


def refusals(file: str) -> dict[str, str]:
    """Give each bad call and, from the line below it, the exception it must raise."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line and line[0] != "#"]
    return dict(zip(lines[::2], lines[1::2], strict=True))


def check_refusal(call: str, names: dict[str, Any], expected: str) -> None:
    """Make a bad call, and compare the exception with the table's, word for word."""
    with pytest.raises((TypeError, ValueError)) as caught:
        eval(call, names)  # the table is ours
    assert f"{caught.type.__name__}: {caught.value}" == expected
