"""A training run that can be stepped, stopped and taken back to its start."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop, forward, network_error
from nnbook.errors import one_hot
from nnbook.explorers.building.settings import Settings
from nnbook.learning import DivergenceWarning, init_thetas, train
from nnbook.metrics import accuracy

#: A history that has grown longer than this loses every second of its moments.
MOST_MOMENTS = 400

Until = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Moment:
    """A run as it was after some epochs.

    Attributes
    ----------
    epoch : int
        The epochs that were run through.
    thetas : list of ndarray
        The weights.
    seen, unseen : float
        The error on the training points and on the unseen ones.
    trouble : str
        Why the run has ended, if it has.
    """

    epoch: int
    thetas: list[Array]
    seen: float
    unseen: float
    trouble: str = ""


class Run:
    """A network in training, on the settings' points.

    The weights after some epochs are those of one call of :func:`nnbook.train` over
    as many epochs, however the steps on the way there were cut.

    Parameters
    ----------
    settings : Settings
        All that decides it.

    Attributes
    ----------
    moments : list of Moment
        The start, and where each step has led; the last one is now.
    asked : int
        The epochs that were asked for: those of `now`, and in a run that has broken
        down more.

    Examples
    --------
    >>> run = Run(Settings(data="xor", hidden_layer_sizes=(4,)))
    >>> run.step(100)
    >>> run.now.epoch
    100
    >>> run.rewind()
    >>> run.now.epoch
    0
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.samples = settings.samples
        k = self.samples.n_classes
        self._Y = one_hot(self.samples.y, k)
        self._Y_unseen = one_hot(self.samples.labels, k)
        self.moments: list[Moment] = []
        self.rewind()

    @property
    def now(self) -> Moment:
        """The latest moment."""
        return self.moments[-1]

    def rewind(self) -> None:
        """Go back to the start: the same weights, the same order of the batches."""
        self.asked = 0
        self._rng, thetas = self._start()
        self.moments = [self._moment(0, thetas)]

    def step(self, epochs: int = 1, *, until: Until | None = None) -> None:
        """Train on for some epochs; a run that has broken down stays as it is.

        Parameters
        ----------
        epochs : int
            How many, at least 1.
        until : callable, optional
            Asked after each epoch; True ends the step there.
        """
        if self.now.trouble:
            return
        self.asked = self.now.epoch + epochs
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", DivergenceWarning)
                thetas, errors = self._train(self.now.thetas, epochs, self._rng, until)
        except DivergenceWarning:
            self._break_down()
        else:
            self.asked = self.now.epoch + len(errors)
            self._keep(self._moment(self.asked, thetas))

    def slopes(self, moment: Moment) -> list[Array]:
        """Give the slope of the error, with its penalty, for every weight."""
        s = self.settings
        outputs = forward(self.samples.X, moment.thetas, s.activation)
        return backprop(outputs, self._Y, moment.thetas, s.activation, s.l2)

    def right(self, moment: Moment) -> float:
        """Give the share of unseen points that are classified right."""
        p = forward(self.samples.unseen, moment.thetas, self.settings.activation)[-1]
        return accuracy(self.samples.labels, p.argmax(axis=1))

    def _start(self) -> tuple[np.random.Generator, list[Array]]:
        """Draw the starting weights; the generator then shuffles the batches."""
        rng = np.random.default_rng(self.settings.seed)
        return rng, init_thetas(self.settings.sizes, rng, self.settings.init)

    def _train(
        self,
        thetas: list[Array],
        epochs: int,
        rng: np.random.Generator,
        until: Until | None = None,
    ) -> tuple[list[Array], Array]:
        s = self.settings
        return train(
            self.samples.X,
            self._Y,
            thetas,
            activation=s.activation,
            learning_rate=s.learning_rate,
            epochs=epochs,
            batch_size=s.batch_size,
            l2=s.l2,
            rng=rng,
            on_epoch=None if until is None else lambda *_: until(),
        )

    def _break_down(self) -> None:
        """End where one call over all epochs ends.

        A step that fails at once has no weights to go back to but those that it began
        with, while one long call has; so make that call.
        """
        rng, start = self._start()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            thetas, errors = self._train(start, self.asked, rng)
        self._keep(self._moment(len(errors), thetas, str(caught[-1].message)))

    def _moment(self, epoch: int, thetas: list[Array], trouble: str = "") -> Moment:
        s, name = self.samples, self.settings.activation
        with np.errstate(over="ignore"):
            seen = network_error(s.X, self._Y, thetas, name)
            unseen = network_error(s.unseen, self._Y_unseen, thetas, name)
        return Moment(epoch, thetas, seen, unseen, trouble)

    def _keep(self, moment: Moment) -> None:
        self.moments.append(moment)
        if len(self.moments) > MOST_MOMENTS:
            del self.moments[1:-1:2]
