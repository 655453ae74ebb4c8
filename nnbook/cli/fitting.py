"""Training a network while its error on both parts of the data is watched."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import network_error
from nnbook.cli.task import Part
from nnbook.learning import DivergenceWarning
from nnbook.network import Network

__all__ = ["Curve", "Score", "Trained", "fit", "name_of"]

# How many points a learning curve gets at most.
_CURVE_POINTS = 500


@dataclass
class Curve:
    """The error on both parts after so many epochs, a point each time it was taken."""

    epochs: list[int] = field(default_factory=list)
    training: list[float] = field(default_factory=list)
    unseen: list[float] = field(default_factory=list)


class Score(NamedTuple):
    """Error and accuracy on one part of the data; nan where numbers overflow."""

    error: float
    accuracy: float


class Trained(NamedTuple):
    """A network after training, and how it got there.

    Attributes
    ----------
    name : str
        As :func:`name_of` gives it.
    network : Network
    curve : Curve
        The error during training.
    training, unseen : Score
        Error and accuracy at the end.
    warning : str
        Why the run stopped early, empty where it did not.
    """

    name: str
    network: Network
    curve: Curve
    training: Score
    unseen: Score
    warning: str


def name_of(network: Network, train: Part) -> str:
    """Name a network by the sizes of its layers, such as "network 2-3-2"."""
    if not network.hidden_layer_sizes:
        return "logistic regression"
    sizes = (train.X.shape[1], *network.hidden_layer_sizes, train.Y.shape[1])
    return f"network {'-'.join(map(str, sizes))}"


def fit(network: Network, train: Part, test: Part, progress: bool) -> Trained:
    """Fit a network, and watch its error on both parts.

    Parameters
    ----------
    network : Network
        With the settings for the run; it is fitted in place.
    train, test : Part
        The samples to learn from and the unseen ones.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Trained
    """
    from tqdm import tqdm

    name = name_of(network, train)
    curve = Curve()
    every = math.ceil(network.epochs / _CURVE_POINTS)

    def watch(epoch: int, thetas: list[Array], error: float) -> None:
        bar.update()
        if epoch % every == 0 or epoch == network.epochs - 1:
            curve.epochs.append(epoch + 1)
            curve.training.append(_error(train, thetas, network.activation))
            curve.unseen.append(_error(test, thetas, network.activation))

    with (
        tqdm(
            total=network.epochs,
            desc=f"{name:20}",
            unit=" epochs",
            disable=not progress,
        ) as bar,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always", DivergenceWarning)
        network.fit(train.X, train.y, on_epoch=watch)
    return Trained(
        name,
        network,
        curve,
        _score(network, train),
        _score(network, test),
        "".join(str(w.message) for w in caught),
    )


def _error(part: Part, thetas: list[Array], activation: str) -> float:
    """Give the cross-entropy, nan where a diverging run's numbers overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            return network_error(part.X, part.Y, thetas, activation)
        except ValueError:
            return math.nan


def _score(network: Network, part: Part) -> Score:
    error = _error(part, network.thetas_, network.activation)
    return Score(error, network.score(part.X, part.y) if error == error else math.nan)
