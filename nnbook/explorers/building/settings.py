"""What a run of the playground is made of: data, a network, a way to train it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from nnbook._checks import (
    choice,
    finite_array,
    hidden_sizes,
    integer_at_least,
    real_number,
)
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS
from nnbook.datasets import (
    make_blobs,
    make_circles,
    make_moons,
    make_spirals,
    make_xor,
    train_test_split,
)
from nnbook.learning import INIT_SCHEMES
from nnbook.network import Network

#: More cannot be drawn so that one could still see it.
MOST_LAYERS, MOST_NODES, MOST_CLASSES = 4, 8, 4

#: Points to train on, and as many unseen ones.
N = 200


class DataSet(NamedTuple):
    """A generator of points, and the noise that suits it."""

    make: Callable[..., tuple[Array, np.ndarray]]
    noise: float


DATA = {
    "moons": DataSet(make_moons, 0.2),
    "circles": DataSet(make_circles, 0.1),
    "spirals": DataSet(make_spirals, 0.05),
    "xor": DataSet(make_xor, 0.1),
    "blobs": DataSet(make_blobs, 0.5),
}


class Samples(NamedTuple):
    """Points to train on and unseen ones, with the numbers of their classes."""

    X: Array
    y: np.ndarray
    unseen: Array
    labels: np.ndarray
    n_classes: int


@dataclass(frozen=True, eq=False)
class Settings:
    """All that decides a run, checked.

    Parameters
    ----------
    data : str
        A name in `DATA`; not looked at where `X` and `y` are given.
    noise : float, optional
        Of the data set; by default what suits it.
    hidden_layer_sizes : sequence of int
        Nodes in each hidden layer: at most 4 layers of at most 8.
    activation, init : str
        As in :class:`nnbook.Network`.
    learning_rate, l2 : float
        As in :func:`nnbook.train`; by default a rate at which one sees it learn.
    batch_size : int, optional
        As in :func:`nnbook.train`.
    seed : int
        Of the starting weights and of the order of the batches. The data stay.
    X, y : array_like, shapes (N, 2) and (N,), optional
        One's own points and their labels; a quarter of them is kept unseen.

    Raises
    ------
    TypeError, ValueError
        If one of them is not as above.
    """

    data: str = "moons"
    noise: float | None = None
    hidden_layer_sizes: Sequence[int] = (3,)
    activation: str = "tanh"
    init: str = "glorot"
    learning_rate: float = 3.0
    batch_size: int | None = None
    l2: float = 0.0
    seed: int = 0
    X: ArrayLike | None = None
    y: ArrayLike | None = None

    def __post_init__(self) -> None:
        """Check every setting, and give the optional ones their values."""
        choice("data", self.data, DATA)
        noise = DATA[self.data].noise if self.noise is None else self.noise
        self._set("noise", real_number("noise", noise, minimum=0))
        self._set("hidden_layer_sizes", _checked_sizes(self.hidden_layer_sizes))
        choice("activation", self.activation, ACTIVATIONS)
        choice("init", self.init, INIT_SCHEMES)
        rate = real_number("learning_rate", self.learning_rate, above=0)
        self._set("learning_rate", rate)
        if self.batch_size is not None:
            self._set("batch_size", integer_at_least("batch_size", self.batch_size, 1))
        self._set("l2", real_number("l2", self.l2, minimum=0))
        self._set("seed", integer_at_least("seed", self.seed, 0))
        if (self.X is None) != (self.y is None):
            raise ValueError(
                "X and y belong together: points (N, 2) and a label for each, got "
                f"{'y' if self.X is None else 'X'} alone"
            )
        self._set("_samples", self._own() if self.own else self._made())

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def own(self) -> bool:
        """Whether the points are one's own."""
        return self.X is not None

    @property
    def samples(self) -> Samples:
        """The points of the run."""
        samples: Samples = self._samples  # type: ignore[attr-defined]
        return samples

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of nodes in each layer, inputs first."""
        return (2, *self.hidden_layer_sizes, self.samples.n_classes)

    def _made(self) -> Samples:
        """Draw the points; training and unseen ones differ in their seed."""
        make = DATA[self.data].make
        X, y = make(N, noise=self.noise, random_state=0)
        unseen, labels = make(N, noise=self.noise, random_state=1)
        return Samples(X, y, unseen, labels, 2)

    def _own(self) -> Samples:
        """Check one's own points, number their labels, and keep a quarter unseen."""
        X = finite_array("X", self.X, ndim=2, columns=2)
        # A fit knows every way in which labels can be wrong, and says so.
        given: Any = self.y
        classes = Network((), epochs=1, learning_rate=1e-9).fit(X, given).classes_
        if len(classes) > MOST_CLASSES:
            raise ValueError(
                f"y must hold at most {MOST_CLASSES} classes, which the playground has "
                f"marks for, got {len(classes)}"
            )
        y = np.unique(np.asarray(given), return_inverse=True)[1]
        X, unseen, y, labels = train_test_split(X, y, random_state=0)
        return Samples(X, y, unseen, labels, len(classes))


def _checked_sizes(sizes: Any) -> tuple[int, ...]:
    """Give the sizes of the hidden layers, refusing what cannot be drawn."""
    checked = tuple(hidden_sizes(sizes))
    if len(checked) > MOST_LAYERS or max(checked, default=0) > MOST_NODES:
        raise ValueError(
            f"hidden_layer_sizes: the playground draws at most {MOST_LAYERS} layers of "
            f"at most {MOST_NODES} nodes, got {checked}; nnbook.Network takes any"
        )
    return checked
