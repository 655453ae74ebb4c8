"""How the network gets better: starting weights, one step, many steps (chapter 6).

`train` has two faces with one behaviour. The readable one is three functions,
repeated: `forward`, `backprop`, `step`. The fast one, inside `train`, does the
same arithmetic in buffers it allocates once; a test holds the two equal.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from nnbook._checks import (
    check_list,
    check_same_shape,
    check_thetas,
    choice,
    finite_array,
    integer_at_least,
    listed,
    real_number,
)
from nnbook._progress import progress_bar
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS, Activation, relu, tanh, tanh_prime
from nnbook.backpropagation import check_samples
from nnbook.weighted_sums import with_bias

__all__ = ["INIT_SCHEMES", "DivergenceWarning", "init_thetas", "step", "train"]

# Beyond this, unscaled inputs are a likelier cause of trouble than the rate.
_LARGE_INPUT = 100.0

OnEpoch = Callable[[int, list[Array], float], "bool | None"]


class DivergenceWarning(RuntimeWarning):
    """The error stopped being a finite number, so training was stopped."""


#: Standard deviation of the starting weights into a layer, from the number of
#: nodes before it and in it.
INIT_SCHEMES: dict[str, Callable[[int, int], float]] = {
    "glorot": lambda before, after: math.sqrt(2 / (before + after)),
    "he": lambda before, after: math.sqrt(2 / before),
    "normal": lambda before, after: 1.0,
}


def init_thetas(
    sizes: Sequence[int], rng: np.random.Generator, scheme: str = "glorot"
) -> list[Array]:
    """Draw starting weights from a normal distribution around 0; biases start at 0.

    Parameters
    ----------
    sizes : sequence of int
        Number of nodes in each layer, inputs first, bias nodes not counted:
        ``(2, 3, 2)`` is the network of the running example.
    rng : numpy.random.Generator
        Where the random numbers come from.
    scheme : {"glorot", "he", "normal"}
        The standard deviation: sqrt(2 / (before + after)) after Glorot and Bengio
        (2010), sqrt(2 / before) after He et al. (2015), or 1.

    Returns
    -------
    list of ndarray of float64, each (1 + D, H)
        One theta a layer; row 0, the weights from the bias node, is zero.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two layers, a size is not an integer of at least
        1, `rng` is not a Generator, or the scheme is not known.

    Notes
    -----
    Equation (6.1) of the book.

    Examples
    --------
    >>> thetas = init_thetas((2, 3, 2), np.random.default_rng(0))
    >>> [theta.shape for theta in thetas]
    [(3, 3), (4, 2)]
    """
    spread = INIT_SCHEMES[choice("scheme", scheme, INIT_SCHEMES)]
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            "rng must be a generator, for example np.random.default_rng(0), got "
            f"{type(rng).__name__}"
        )
    wanted = "sizes must list at least two layers, inputs first, such as (2, 3, 2)"
    given: Any = sizes
    if not isinstance(given, str):  # whose letters are refused below, one by one
        given = listed(given, ValueError, wanted)
    if len(given) < 2:
        raise ValueError(f"{wanted}, got {given!r}")
    checked = [integer_at_least(f"sizes[{n}]", s, 1) for n, s in enumerate(given)]
    thetas = []
    for before, after in itertools.pairwise(checked):
        weights = rng.normal(scale=spread(before, after), size=(before, after))
        thetas.append(np.vstack([np.zeros((1, after)), weights]))
    return thetas


def step(
    thetas: Sequence[ArrayLike], grads: Sequence[ArrayLike], learning_rate: float
) -> list[Array]:
    """Move every weight a little downhill: against its slope.

    Parameters
    ----------
    thetas : sequence of array_like
        The weights; they are not changed.
    grads : sequence of array_like
        The slopes, shaped like `thetas`.
    learning_rate : float
        How far to go for each unit of slope; greater than 0.

    Returns
    -------
    list of ndarray
        New weights, theta - learning_rate * grad.

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, a value is not finite, or the rate is not positive.

    Notes
    -----
    Equation (6.2) of the book.

    Examples
    --------
    >>> step([[[1.0], [2.0]]], [[[10.0], [-10.0]]], learning_rate=0.1)
    [array([[0.],
           [3.]])]
    """
    old = check_thetas(thetas)
    learning_rate = real_number("learning_rate", learning_rate, above=0)
    check_list("grads", grads)
    if len(grads) != len(old):
        raise ValueError(
            f"grads must hold one array a layer, got {len(grads)} for {len(old)} "
            "layers of weights"
        )
    new = []
    for n, theta in enumerate(old):
        grad = finite_array(f"grads[{n}]", grads[n])
        check_same_shape(f"grads[{n}]", grad, f"thetas[{n}]", theta)
        new.append(theta - learning_rate * grad)
    return new


def train(
    X: ArrayLike,
    Y: ArrayLike,
    thetas: Sequence[ArrayLike],
    *,
    activation: str = "tanh",
    learning_rate: float = 0.5,
    epochs: int = 200,
    batch_size: int | None = None,
    l2: float = 0.0,
    rng: np.random.Generator | None = None,
    progress: bool = False,
    on_epoch: OnEpoch | None = None,
) -> tuple[list[Array], Array]:
    """Learn: forward, backprop, step, over and over.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Samples, one a row. In float32 everything is computed in float32.
    Y : array_like, shape (N, K)
        Targets, one-hot.
    thetas : sequence of array_like, each (1 + D, H)
        The starting weights; they are not changed.
    activation : str
        Name in `ACTIVATIONS` of the hidden layers' activation.
    learning_rate : float
        How far a step goes for each unit of slope; greater than 0.
    epochs : int
        How many times to go through all samples; at least 1.
    batch_size : int, optional
        Samples a step, drawn in a new order every epoch (the last batch may be
        smaller). None takes all samples in every step, in order.
    l2 : float
        Strength of the penalty l2/2 times the sum of the squared weights, bias
        rows left out.
    rng : numpy.random.Generator, optional
        Shuffles the samples; needed with `batch_size`.
    progress : bool
        Show a progress bar.
    on_epoch : callable, optional
        ``on_epoch(epoch, thetas, error)`` is called after each epoch with copies
        of the weights; returning True stops the run.

    Returns
    -------
    thetas : list of ndarray
        The weights after the last step.
    errors : ndarray, shape (epochs run,)
        ``errors[e]`` is the mean over the samples of the errors met during epoch
        e, each before the step it led to, without the L2 penalty.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind, shape or size.

    Warns
    -----
    DivergenceWarning
        If the error stops being finite. The run stops at once and gives the last
        weights whose error was finite.

    Notes
    -----
    Algorithm (6.3) of the book.

    Examples
    --------
    >>> X, Y = [[-1.0], [1.0]], [[1.0, 0.0], [0.0, 1.0]]
    >>> thetas, errors = train(X, Y, [np.zeros((2, 2))], epochs=10)
    >>> [round(float(e), 2) for e in errors[[0, -1]]]
    [0.69, 0.11]
    """
    X, Y, start = check_samples(X, Y, thetas)
    slopes = ACTIVATIONS[choice("activation", activation, ACTIVATIONS)]
    learning_rate = real_number("learning_rate", learning_rate, above=0)
    epochs = integer_at_least("epochs", epochs, 1)
    l2 = real_number("l2", l2, minimum=0)
    if batch_size is not None:
        batch_size = min(integer_at_least("batch_size", batch_size, 1), len(X))
        if not isinstance(rng, np.random.Generator):
            raise ValueError(
                "rng must be a generator when batch_size is given, since the samples "
                "are shuffled every epoch: rng=np.random.default_rng(0); got "
                f"{rng!r}"
            )
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise TypeError(
            "rng must be None or a generator, such as np.random.default_rng(0), got "
            f"{type(rng).__name__}"
        )
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch must be callable, got {type(on_epoch).__name__}")

    weights = _Weights(start, X.dtype, shrink=1 - learning_rate * l2)
    batches = _Batches(X, Y, batch_size, rng)
    errors: list[float] = []
    # Overflow is not an accident here: it is watched for, and ends the run.
    with np.errstate(over="ignore", invalid="ignore"), _bar(epochs, progress) as bar:
        descend = _Descent(weights, slopes, learning_rate, batches.sizes)
        try:
            for epoch in range(epochs):
                total = 0.0
                for columns, targets in batches:
                    total += descend(columns, targets)
                error = total / len(X)
                errors.append(error)
                if bar is not None:
                    bar.set_postfix(error=f"{error:.4f}", refresh=False)
                    bar.update()
                if on_epoch is not None:
                    weights.check_finite()
                    if on_epoch(epoch, weights.copy(), error):
                        break
            weights.check_finite()  # the very last step has no error to tell on it
        except _Diverged as stop:
            weights.go_back()
            _warn_diverged(stop, epoch, learning_rate, l2, float(np.abs(X).max()))
    return weights.copy(), np.array(errors)


class _Diverged(Exception):
    """The error, or a weight, is no longer finite."""


def _bar(epochs: int, progress: bool) -> Any:
    """Give a context that holds a progress bar, or None where nobody asked for one."""
    if not progress:
        return contextlib.nullcontext()
    return progress_bar(total=epochs, unit="epoch")


def _warn_diverged(
    stop: _Diverged, epoch: int, learning_rate: float, l2: float, largest: float
) -> None:
    cause = f"The learning rate {learning_rate:g} is probably too high: try a tenth."
    if learning_rate * l2 > 2:
        cause = (
            f"The penalty throws each weight beyond 0, further than it was: lower l2 "
            f"({l2:g}) or the learning rate ({learning_rate:g}) until their product "
            "is below 1."
        )
    elif largest > _LARGE_INPUT:
        cause = (
            f"The largest number in X is {largest:g}: scale the columns of X first "
            "(datasets.standardize), or lower the learning rate."
        )
    warnings.warn(
        f"training stopped in epoch {epoch}: {stop}. {cause} The last weights whose "
        "error was finite are kept.",
        DivergenceWarning,
        stacklevel=3,
    )


class _Weights:
    """All layers' weights in one flat array, so that one call moves them all.

    There are two such arrays. `now` holds the weights; `free` receives the slopes
    and then, in their place, the new weights, and the two change roles. So the old
    weights survive until the next slopes are written, which is after the error of
    the new ones is known: going back costs nothing.
    """

    def __init__(self, thetas: list[Array], dtype: np.dtype, shrink: float) -> None:
        flat = np.concatenate([theta.ravel() for theta in thetas]).astype(dtype)
        self.now = _Layers(flat, thetas)
        self.free = _Layers(flat.copy(), thetas)
        self._shrunk: Array | None = None
        if shrink != 1:
            self._shrunk = np.empty_like(flat)
            self._factors = np.full_like(flat, shrink)
            for bias in _Layers(self._factors, thetas).biases:
                bias.fill(1)

    def move(self) -> None:
        """Subtract the scaled slopes that `free` holds from the weights."""
        old = self.now.flat
        if self._shrunk is not None:
            old = np.multiply(old, self._factors, out=self._shrunk)
        np.subtract(old, self.free.flat, out=self.free.flat)
        self.now, self.free = self.free, self.now

    def go_back(self) -> None:
        """Take the weights from before the last move again."""
        self.now, self.free = self.free, self.now

    def check_finite(self) -> None:
        if not np.isfinite(self.now.flat).all():
            raise _Diverged("a weight is no longer a finite number")

    def copy(self) -> list[Array]:
        return [theta.copy() for theta in self.now.thetas]


class _Layers:
    """One flat array seen as the layers' thetas, and the views each step needs."""

    def __init__(self, flat: Array, like: list[Array]) -> None:
        ends = np.cumsum([theta.size for theta in like])[:-1]
        parts = np.split(flat, ends)
        self.flat = flat
        self.thetas = [
            part.reshape(theta.shape) for part, theta in zip(parts, like, strict=True)
        ]
        self.transposed = [theta.T for theta in self.thetas]
        self.biases = [theta[0] for theta in self.thetas]
        self.weights = [theta[1:] for theta in self.thetas]


class _Batches:
    """Goes through all samples once each time it is iterated over.

    Gives pairs, one column a sample: the batch's inputs with their bias row,
    (1 + D, n), and its targets, (K, n). The same arrays are filled again and again.
    """

    def __init__(
        self,
        X: Array,
        Y: Array,
        batch_size: int | None,
        rng: np.random.Generator | None,
    ) -> None:
        self._rows = with_bias(X)
        self._targets = np.ascontiguousarray(Y.T, dtype=X.dtype)
        self._rng = rng if batch_size is not None else None
        self._size = batch_size or len(X)
        self.sizes = {self._size, len(X) % self._size or self._size}
        self._buffers = {
            n: (np.empty_like(self._rows[:n]), np.empty((Y.shape[1], n), X.dtype))
            for n in (self.sizes if self._rng else ())
        }

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        if self._rng is None:
            yield self._rows.T, self._targets
            return
        order = self._rng.permutation(len(self._rows))
        for first in range(0, len(order), self._size):
            chosen = order[first : first + self._size]
            rows, targets = self._buffers[len(chosen)]
            # "clip" only spares NumPy a copy: every index is in range.
            self._rows.take(chosen, axis=0, out=rows, mode="clip")
            self._targets.take(chosen, axis=1, out=targets, mode="clip")
            yield rows.T, targets


class _Descent:
    """One step: forward, backward, move, in buffers allocated once.

    Inside, samples are columns: a layer's buffer is (1 + H, n) with a first row of
    ones, and the part below it is contiguous, which a part beside a column of ones
    would not be. The arithmetic is that of `forward`, `backprop` and `step`, with
    the learning rate and the 1/n taken into the first delta.
    """

    def __init__(
        self,
        weights: _Weights,
        activation: Activation,
        learning_rate: float,
        batch_sizes: set[int],
    ) -> None:
        dtype = weights.now.flat.dtype
        self._weights = weights
        self._f, self._prime = activation
        if activation.f is tanh and activation.prime is tanh_prime:
            quick = _QuickTanh(dtype)
            self._f, self._prime = quick.f, quick.prime
        elif activation.f is relu:
            self._f = _QuickRelu(dtype, max(batch_sizes)).f
        # A plan for each batch size and each of the two roles of the weights.
        self._plans: dict[tuple[int, int], _Plan] = {}
        for n in batch_sizes:
            buffers = _Buffers(weights.now.thetas, n)
            rate = np.array(learning_rate / n, dtype)  # NumPy is slow with a float
            for now, free in ((weights.now, weights.free), (weights.free, weights.now)):
                self._plans[n, id(now)] = _Plan(now, free, buffers, rate)

    def __call__(self, columns: Array, targets: Array) -> float:
        """Take one step, and give the error it started from, summed over samples."""
        plan = self._plans[columns.shape[1], id(self._weights.now)]
        error = self._forward(plan, columns, targets)
        if not math.isfinite(error):
            raise _Diverged(f"the error became {error}")
        self._backward(plan, columns, targets)
        self._weights.move()
        return error

    def _forward(self, plan: _Plan, columns: Array, targets: Array) -> float:
        """Fill the buffers; `scores` ends as the probabilities."""
        dot, f = np.dot, self._f
        below = columns
        for theta, a, first, with_ones in plan.up:
            dot(theta, below, out=a)
            # An infinite weight makes its node's sum infinite or nan in every sample,
            # but an activation may hide it: tanh(inf) is 1. So look at one sample.
            if not math.isfinite(dot(first, first)):
                self._weights.check_finite()
            f(a, out=a)
            below = with_ones
        z, row = plan.scores, plan.row
        dot(plan.top, below, out=z)
        np.subtract(z, np.maximum.reduce(z, axis=0, out=row), out=z)
        right = float(np.vdot(targets, z))
        np.exp(z, out=z)
        # A product with ones adds up, and on a batch quicker than a sum does.
        np.divide(z, dot(plan.over_classes, z, out=row), out=z)
        return float(dot(np.log(row, out=row), plan.over_samples)) - right

    def _backward(self, plan: _Plan, columns: Array, targets: Array) -> None:
        """Write every layer's slopes, times the learning rate, over `free`."""
        dot, prime = np.dot, self._prime
        delta = plan.scores  # which by now holds the probabilities
        np.subtract(delta, targets, out=delta)
        np.multiply(delta, plan.rate, out=delta)
        for with_ones, slopes, weights, before, a, a_prime in plan.down:
            dot(with_ones, delta.T, out=slopes)
            dot(weights, delta, out=before)
            delta = np.multiply(before, prime(a, out=a_prime), out=before)
        dot(columns, delta.T, out=plan.bottom)


class _Plan:
    """All that one step reads and writes, as views made once, in the order of use."""

    def __init__(
        self, now: _Layers, free: _Layers, buffers: _Buffers, rate: Array
    ) -> None:
        b = buffers
        self.up = list(
            zip(now.transposed[:-1], b.outputs, b.firsts, b.with_ones, strict=True)
        )
        self.top = now.transposed[-1]
        self.scores, self.row = b.scores, b.row
        self.over_classes, self.over_samples = b.over_classes, b.over_samples
        self.rate = rate
        down = zip(
            b.with_ones,
            free.thetas[1:],
            now.weights[1:],
            b.deltas,
            b.outputs,
            b.primes,
            strict=True,
        )
        self.down = list(down)[::-1]
        self.bottom = free.thetas[0]


class _QuickTanh:
    """tanh as 1 - 2 / (e^(2z) + 1), and its slope, with constants made once.

    NumPy has no vector code for tanh on many processors, and there this takes three
    quarters of the time. It loses digits near 0, but never more than rounding loses
    of an output near 1. An exponential that overflows gives 1, which is right.
    """

    def __init__(self, dtype: np.dtype) -> None:
        self._one, self._minus_two = np.array(1, dtype), np.array(-2, dtype)

    def f(self, z: Array, out: Array) -> Array:
        np.exp(np.add(z, z, out=out), out=out)
        np.divide(self._minus_two, np.add(out, self._one, out=out), out=out)
        np.add(out, self._one, out=out)
        return out

    def prime(self, a: Array, out: Array) -> Array:
        np.subtract(self._one, np.multiply(a, a, out=out), out=out)
        return out


class _QuickRelu:
    """ReLU against a row of zeros, made once.

    NumPy compares float32 arrays with each other several times as fast as with a
    number.
    """

    def __init__(self, dtype: np.dtype, samples: int) -> None:
        self._zeros = np.zeros(samples, dtype)

    def f(self, z: Array, out: Array) -> Array:
        np.maximum(z, self._zeros[: z.shape[1]], out=out)
        return out


class _Buffers:
    """Room for one batch of n samples, one column a sample."""

    def __init__(self, thetas: list[Array], n: int) -> None:
        dtype = thetas[0].dtype
        hidden = [theta.shape[1] for theta in thetas[:-1]]
        self.with_ones = [np.ones((1 + width, n), dtype) for width in hidden]
        self.outputs = [a[1:] for a in self.with_ones]
        self.firsts = [a[:, 0] for a in self.outputs]  # the first sample's
        self.deltas = [np.empty((width, n), dtype) for width in hidden]
        self.primes = [np.empty((width, n), dtype) for width in hidden]
        self.scores = np.empty((thetas[-1].shape[1], n), dtype)
        self.row = np.empty(n, dtype)
        self.over_classes = np.ones(len(self.scores), dtype)
        self.over_samples = np.ones(n, dtype)
