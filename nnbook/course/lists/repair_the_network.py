"""Assignment 7, "Repair the network": six faults in one training script (chapter 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from nnbook._types import Array
from nnbook.backpropagation import backprop, forward
from nnbook.course.lists import _judging as judging
from nnbook.course.lists import _layers as layers
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Seed, Written
from nnbook.learning import step
from nnbook.probabilities import log_softmax, softmax

__all__ = ["ASSIGNMENT"]

_RNG = np.random.default_rng(9)

Pair = tuple[Array, Array]
Batches = list[np.ndarray]


# ---- scaled -----------------------------------------------------------------


def _by(known: Array, *piles: Array) -> Pair:
    mean, deviation = known.mean(axis=0), known.std(axis=0)
    train, new = ((pile - mean) / deviation for pile in piles)
    return train, new


def _scaled(X_train: Array, X_new: Array) -> Pair:
    return _by(X_train, X_train, X_new)


def _each_by_itself(X_train: Array, X_new: Array) -> Pair:
    return _by(X_train, X_train, X_train)[0], _by(X_new, X_new, X_new)[1]


def _one_scale_for_all(X_train: Array, X_new: Array) -> Pair:
    mean, deviation = X_train.mean(), X_train.std()
    return (X_train - mean) / deviation, (X_new - mean) / deviation


def _scale_probe(
    rng: np.random.Generator, N: int, N_new: int, D: int, shows: str
) -> Probe:
    """Make columns in different units; the unseen samples come from elsewhere."""
    unit, zero = 10.0 ** rng.integers(-1, 3, size=D), rng.integers(-9, 9, size=D)
    X, X_new = (zero + unit * rng.normal(size=(n, D)) for n in (N, N_new))
    return Probe((X.round(3), (X_new + 2 * unit).round(3)), shows)


_SCALED = Exercise(
    name="scaled",
    statement=(
        "Scale every column so that the training samples have mean 0 and standard "
        "deviation 1 in it, and treat the unseen samples in the same way. Give "
        "(training, unseen)."
    ),
    points=3,
    reference=_scaled,
    public=(
        Probe(
            (
                np.array([[1.0, 100.0], [3.0, 300.0], [2.0, 200.0]]),
                np.array([[2.0, 9000.0], [5.0, 200.0]]),
            ),
            "an unseen sample far outside",
        ),
        _scale_probe(_RNG, 8, 3, 4, "four columns in different units"),
        _scale_probe(_RNG, 3, 3, 3, "as many samples as columns"),
    ),
    hidden=lambda rng: (
        _scale_probe(rng, 9, 4, 2, "two columns"),
        _scale_probe(rng, 6, 1, 5, "one unseen sample"),
    ),
    mistakes=(
        Mistake(
            "unseen data leak",
            "The training features change when unseen samples do: fit mean and "
            "deviation on the training samples only.",
            lambda X, X_new: _by(np.vstack([X, X_new]), X, X_new),
        ),
        Mistake(
            "each pile by itself",
            "The same input must give the same feature in both piles: scale the unseen "
            "samples by the training samples' mean and deviation.",
            _each_by_itself,
        ),
        Mistake(
            "unseen samples forgotten",
            "The network knows scaled inputs only: scale the unseen samples too.",
            lambda X, X_new: (_scaled(X, X_new)[0], X_new),
        ),
        Mistake(
            "one scale for all columns",
            "Columns have units of their own: take mean and deviation down each "
            "column, axis=0.",
            _one_scale_for_all,
        ),
        Mistake(
            "divided by the variance",
            "Divide by the standard deviation, the root of the variance.",
            lambda X, X_new: (
                (X - X.mean(axis=0)) / X.var(axis=0),
                (X_new - X.mean(axis=0)) / X.var(axis=0),
            ),
        ),
    ),
    withheld=("datasets.standardize",),
)


# ---- start_weights ----------------------------------------------------------


_glorot = judging.SPREADS["sqrt(2 / (D + H))"]


def _judge_start(probe: Probe, value: Any) -> str | None:
    return judging.start_fits(value, probe.args[0], "sqrt(2 / (D + H))")


def _twins(rng: np.random.Generator, d: int, h: int) -> Array:
    return np.repeat(rng.normal(scale=_glorot(d, h), size=(d, 1)), h, axis=1)


def _start_probe(seed: int, sizes: Sequence[int], shows: str) -> Probe:
    return Probe((tuple(sizes), Seed(seed)), shows)


def _wide_probe(rng: np.random.Generator, before: int, after: int) -> Probe:
    seed, more = (int(n) for n in rng.integers(100, size=2))
    return _start_probe(seed, (before, 900 + more, after), "a wide layer")


_START_WEIGHTS = Exercise(
    name="start_weights",
    statement=(
        "Draw starting weights for a tanh network with these sizes, such as (2, 12, "
        "3): one theta a layer, (1 + D, H), biases 0, and each weight drawn for itself "
        "around 0 with Glorot's spread, sqrt(2 / (D + H)). Draw with rng."
    ),
    points=3,
    reference=layers.start_by(
        lambda rng, d, h: rng.normal(scale=_glorot(d, h), size=(d, h))
    ),
    public=(
        _start_probe(0, (2, 12, 3), "the script's network"),
        _start_probe(1, (4, 900, 5), "layers of 4, 900 and 5 nodes"),
    ),
    hidden=lambda rng: (_wide_probe(rng, 5, 4), _wide_probe(rng, 4, 6)),
    mistakes=(
        Mistake(
            "nodes that are twins",
            "Nodes that start alike get the same slopes and stay alike: draw each "
            "weight for itself.",
            layers.start_by(_twins),
        ),
        Mistake(
            "all weights 0",
            "With all weights 0 every hidden node is the same node: draw them.",
            layers.start_by(lambda rng, d, h: np.zeros((d, h))),
        ),
        Mistake(
            "never negative",
            "Draw around 0: numbers from 0 to 1 need to be shifted first.",
            layers.start_by(lambda rng, d, h: 3.5 * _glorot(d, h) * rng.random((d, h))),
        ),
        Mistake(
            "spread of 1",
            "The spread must shrink with the number of nodes: sqrt(2 / (D + H)).",
            layers.start_by(lambda rng, d, h: rng.normal(size=(d, h))),
        ),
        Mistake(
            "He's start",
            "sqrt(2 / D) is He's start, for ReLU. For tanh take Glorot's.",
            layers.start_by(
                lambda rng, d, h: rng.normal(scale=np.sqrt(2 / d), size=(d, h))
            ),
        ),
        Mistake(
            "no bias row",
            "Each theta has a row for the bias node: 1 + D rows.",
            lambda sizes, rng: [
                rng.normal(scale=_glorot(d, h), size=(d, h)) for d, h in pairwise(sizes)
            ],
        ),
    ),
    withheld=("init_thetas",),
    judge=_judge_start,
)


# ---- epoch_batches ----------------------------------------------------------


def _cut(order: np.ndarray, size: int) -> Batches:
    return np.split(order, range(size, len(order), size))


def _every_epoch(
    order: Callable[[int, np.random.Generator], np.ndarray],
) -> Callable[..., list[Batches]]:
    """Give a function that draws a new order for each epoch, and cuts it."""

    def batches(
        n: int, size: int, epochs: int, rng: np.random.Generator
    ) -> list[Batches]:
        return [_cut(order(n, rng), size) for _ in range(epochs)]

    return batches


_epoch_batches = _every_epoch(lambda n, rng: rng.permutation(n))


def _shuffled_once(
    n: int, size: int, epochs: int, rng: np.random.Generator
) -> list[Batches]:
    return [_cut(rng.permutation(n), size)] * epochs


def _same_batches_in_turn(
    n: int, size: int, epochs: int, rng: np.random.Generator
) -> list[Batches]:
    batches = _cut(np.arange(n), size)
    return [[batches[i] for i in rng.permutation(len(batches))] for _ in range(epochs)]


def _as_many_batches_as_size(
    n: int, size: int, epochs: int, rng: np.random.Generator
) -> list[Batches]:
    return [np.array_split(rng.permutation(n), size) for _ in range(epochs)]


def _short_batch_lost(
    n: int, size: int, epochs: int, rng: np.random.Generator
) -> list[Batches]:
    return [
        [batch for batch in epoch if len(batch) == size]
        for epoch in _epoch_batches(n, size, epochs, rng)
    ]


def _judge_batches(probe: Probe, value: Any) -> str | None:
    n, size, epochs, _ = probe.args
    if not isinstance(value, (list, tuple)) or len(value) != epochs:
        return f"expected a list of {epochs} epochs, each a list of batches"
    seen = []
    for epoch in value:
        batches = _batches_of(epoch)
        if batches is None:
            return "each batch must be an array of whole numbers"
        order = np.concatenate(batches)
        fault = judging.same_members(order, n)
        if fault:
            return f"in one epoch {fault}"
        if sorted(map(len, batches)) != sorted(map(len, _cut(order, size))):
            return f"expected batches of {size} samples, the last one of the rest"
        seen.append(order)
    if all(np.array_equal(order, np.arange(n)) for order in seen):
        return "the samples come in their old order"
    if len({order.tobytes() for order in seen}) < epochs:
        return "two epochs have the same batches"
    if len({_contents(epoch) for epoch in value}) < epochs:
        return "two epochs have the same batches, in another order"
    return None


def _batches_of(epoch: Any) -> Batches | None:
    if not isinstance(epoch, (list, tuple)) or not epoch:
        return None
    batches = [judging.indices(batch) for batch in epoch]
    found = [batch.astype(int) for batch in batches if batch is not None]
    return found if len(found) == len(batches) else None


def _contents(epoch: Sequence[Any]) -> frozenset[frozenset[int]]:
    return frozenset(frozenset(int(n) for n in batch) for batch in epoch)


def _batches_probe(
    rng: np.random.Generator, n: int, size: int, epochs: int, shows: str
) -> Probe:
    more, seed = (int(number) for number in rng.integers(5, size=2))
    return Probe((n + more, size, epochs, Seed(seed)), shows)


_EPOCH_BATCHES = Exercise(
    name="epoch_batches",
    statement=(
        "For each of the epochs give a list of batches of the n samples, each an array "
        "of size indices, the last one of what is left over. In one epoch every sample "
        "comes once, and each epoch shuffles anew. Draw with rng."
    ),
    points=3,
    reference=_epoch_batches,
    public=(
        Probe((14, 4, 3, Seed(0)), "14 samples in batches of 4, three epochs"),
        Probe((20, 4, 2, Seed(1)), "20 samples in batches of 4, two epochs"),
    ),
    hidden=lambda rng: (
        _batches_probe(rng, 30, 7, 4, "four epochs"),
        _batches_probe(rng, 21, 5, 2, "two epochs"),
    ),
    mistakes=(
        Mistake(
            "never shuffled",
            "The samples come in the order of the data, which may be sorted: permute "
            "them every epoch.",
            _every_epoch(lambda n, rng: np.arange(n)),
        ),
        Mistake(
            "shuffled once",
            "Each epoch has the same batches: permute inside the loop over epochs, "
            "with the rng that came in.",
            _shuffled_once,
        ),
        Mistake(
            "same batches in another order",
            "The same samples meet in every epoch: permute the samples, not the "
            "batches.",
            _same_batches_in_turn,
        ),
        Mistake(
            "drawn with replacement",
            "Random numbers repeat, so some samples come twice and others never: take "
            "rng.permutation(n).",
            _every_epoch(lambda n, rng: rng.integers(n, size=n)),
        ),
        Mistake(
            "size for number",
            "size is the number of samples in a batch, not the number of batches.",
            _as_many_batches_as_size,
        ),
        Mistake(
            "last batch lost",
            "The samples left over make a last, smaller batch: do not drop them.",
            _short_batch_lost,
        ),
    ),
    judge=_judge_batches,
)


# ---- mean_error -------------------------------------------------------------


def _mean_error(z: Array, Y: Array) -> float:
    return float(-np.sum(Y * log_softmax(z)) / len(Y))


def _right_ones(p: Array, Y: Array) -> float:
    return float(-np.mean(np.log(p[Y == 1])))


def _unshifted(z: Array) -> Array:
    e: Array = np.exp(z)
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


_LOG_0 = (
    "A probability so small that it rounds to 0 has no logarithm: use log-softmax, "
    "the scores less the logarithm of the sum of their exponentials."
)
_OVERFLOW = (
    "exp(1000) overflows: subtract each row's largest score first, and work with "
    "log-softmax."
)


def _scores_probe(
    rng: np.random.Generator, N: int, K: int, size: float, shows: str
) -> Probe:
    z = size * rng.normal(size=(N, K))
    return Probe((z.round(2), layers.labels(rng, N, K)), shows)


_MEAN_ERROR = Exercise(
    name="mean_error",
    statement=(
        "From the scores z, one row a sample, and the one-hot labels Y give the "
        "cross-entropy: the mean over samples of -log p of the right class, where p is "
        "softmax of z. It must be finite for scores of any size."
    ),
    points=2,
    reference=_mean_error,
    public=(
        Probe(
            (np.zeros((2, 3)), np.eye(3)[[0, 2]]), "a network that knows nothing: ln 3"
        ),
        _scores_probe(_RNG, 5, 4, 1.0, "five samples and four classes"),
        Probe((np.full((2, 3), 1000.0), np.eye(3)[[1, 2]]), "scores of 1000"),
        Probe(
            (np.array([[0.0, -900.0], [-800.0, 5.0]]), np.eye(2)[[1, 1]]),
            "a sure and wrong answer",
        ),
    ),
    hidden=lambda rng: (
        _scores_probe(rng, 7, 3, 2.0, "seven samples"),
        _scores_probe(rng, 3, 3, 700.0, "large scores"),
    ),
    mistakes=(
        Mistake(
            "divided by N K",
            "It is K times too small: divide by the number of samples N only. np.mean "
            "of Y * log p counts every entry.",
            lambda z, Y: _mean_error(z, Y) / Y.shape[1],
        ),
        Mistake(
            "no 1/N",
            "The error is a mean over samples: divide the sum by N.",
            lambda z, Y: _mean_error(z, Y) * len(Y),
        ),
        Mistake("overflow", _OVERFLOW, lambda z, Y: _right_ones(_unshifted(z), Y)),
        Mistake(
            "overflow",
            _OVERFLOW,
            lambda z, Y: -np.sum(Y * np.log(_unshifted(z))) / len(Y),
        ),
        Mistake("log(0)", _LOG_0, lambda z, Y: _right_ones(softmax(z), Y)),
        Mistake(
            "log(0)", _LOG_0, lambda z, Y: -np.sum(Y * np.log(softmax(z))) / len(Y)
        ),
        Mistake(
            "sign flipped",
            "The logarithm of a probability is negative, and an error is positive: "
            "-log p.",
            lambda z, Y: -_mean_error(z, Y),
        ),
    ),
    withheld=("cross_entropy", "log_softmax", "network_error"),
)


# ---- train_epoch ------------------------------------------------------------


def _epoch_by(
    grads_of: Callable[..., list[Array]],
) -> Callable[..., list[Array]]:
    """Give an epoch that takes one step a batch, down the slopes of `grads_of`."""

    def epoch(
        X: Array, Y: Array, thetas: list[Array], rate: float, batches: Batches
    ) -> list[Array]:
        for batch in batches:
            outputs = forward(X[batch], thetas)
            thetas = step(thetas, grads_of(outputs, Y[batch], thetas), rate)
        return thetas

    return epoch


_train_epoch = _epoch_by(backprop)


def _too_early(
    X: Array, Y: Array, thetas: list[Array], rate: float, batches: Batches
) -> list[Array]:
    early = _epoch_by(layers.variant(early=rate))
    return early(X, Y, thetas, rate, batches)


def _in_place(
    X: Array, Y: Array, thetas: list[Array], rate: float, batches: Batches
) -> list[Array]:
    for theta, new in zip(
        thetas, _train_epoch(X, Y, thetas, rate, batches), strict=True
    ):
        theta[:] = new
    return thetas


def _one_long_step(
    X: Array, Y: Array, thetas: list[Array], rate: float, batches: Batches
) -> list[Array]:
    new = thetas
    for batch in batches:  # slopes at the old weights, every time
        grads = backprop(forward(X[batch], thetas), Y[batch], thetas)
        new = step(new, grads, rate)
    return new


def _all_samples_each_time(
    X: Array, Y: Array, thetas: list[Array], rate: float, batches: Batches
) -> list[Array]:
    everything = np.arange(len(X))
    return _train_epoch(X, Y, thetas, rate, [everything for _ in batches])


def _mean_over_all(
    X: Array, Y: Array, thetas: list[Array], rate: float, batches: Batches
) -> list[Array]:
    short = _epoch_by(layers.variant(start=lambda p, Y_batch: (p - Y_batch) / len(Y)))
    return short(X, Y, thetas, rate, batches)


def _epoch_probe(
    rng: np.random.Generator,
    N: int,
    sizes: Sequence[int],
    rate: float,
    batch_size: int,
    shows: str,
) -> Probe:
    outputs, Y, thetas = layers.case(rng, N, sizes)
    batches = _cut(rng.permutation(N), batch_size)
    return Probe((outputs[0], Y, thetas, rate, batches), shows)


_TRAIN_EPOCH = Exercise(
    name="train_epoch",
    statement=(
        "Go through the batches, each an array of indices, and take one step of "
        "gradient descent for each: tanh in the hidden layers, softmax on top. Give "
        "the list of the new weights and leave thetas as they are."
    ),
    points=4,
    reference=_train_epoch,
    public=(
        _epoch_probe(_RNG, 6, (2, 4, 3), 0.5, 6, "one batch of six samples"),
        _epoch_probe(_RNG, 11, (2, 4, 3), 0.5, 4, "batches of 4, 4 and 3"),
        _epoch_probe(_RNG, 8, (2, 3, 4), 0.3, 3, "weights that are all square"),
    ),
    hidden=lambda rng: (
        _epoch_probe(rng, 10, (3, 5, 2), 0.2, 4, "batches of 4, 4 and 2"),
        _epoch_probe(rng, 12, (2, 5, 3), 1.0, 5, "a rate of 1"),
    ),
    mistakes=(
        Mistake(
            "weights updated too early",
            "The last layer is right after one batch, the one before is not: all "
            "slopes first, then all steps.",
            _too_early,
        ),
        Mistake(
            "no activation factor",
            "Multiply by the slope of tanh, 1 - a**2, when blame goes back through the "
            "hidden nodes.",
            _epoch_by(layers.variant(back=lambda delta, theta, a: delta @ theta[1:].T)),
        ),
        Mistake(
            "no 1/N",
            "Divide by the number of samples in the batch: the error is a mean over "
            "them.",
            _epoch_by(layers.variant(start=lambda p, Y: p - Y)),
        ),
        Mistake(
            "divided by all samples",
            "A batch's error is the mean over that batch: divide by its own number of "
            "samples.",
            _mean_over_all,
        ),
        Mistake(
            "bias slope averaged",
            "The bias row is the sum of the deltas: the 1/N is in already.",
            _epoch_by(layers.variant(collect=layers.collect_averaged)),
        ),
        Mistake(
            "forward pass not repeated",
            "Each batch starts from the weights that the batch before left: go forward "
            "again with the new ones.",
            _one_long_step,
        ),
        Mistake(
            "all samples in every step",
            "Each step uses the samples of its batch: X[batch], Y[batch].",
            _all_samples_each_time,
        ),
        Mistake(
            "thetas changed in place",
            "The thetas that came in were changed. Make new arrays: theta - rate * "
            "grad, not theta -= rate * grad.",
            _in_place,
        ),
    ),
    withheld=(*layers.TRAINERS, "step"),
)


# ---- share_right ------------------------------------------------------------


def _share_right(p: Array, Y: Array) -> float:
    return float(np.mean(p.argmax(axis=1) == Y.argmax(axis=1)))


def _answers_probe(rng: np.random.Generator, N: int, K: int, shows: str) -> Probe:
    """Make answers of which about half are right, most of them by less than half."""
    Y = layers.labels(rng, N, K)
    p = 1 + rng.random((N, K)) + 0.7 * Y
    return Probe((p / p.sum(axis=1, keepdims=True), Y), shows)


_SHARE_RIGHT = Exercise(
    name="share_right",
    statement=(
        "Give the accuracy: the share of samples whose most probable class is the "
        "right one."
    ),
    points=2,
    reference=_share_right,
    public=(
        Probe(
            (
                np.array([[0.4, 0.3, 0.3], [0.2, 0.7, 0.1], [0.6, 0.1, 0.3]]),
                np.eye(3)[[0, 1, 2]],
            ),
            "three samples and three classes",
        ),
        _answers_probe(_RNG, 13, 3, "13 samples"),
        _answers_probe(_RNG, 9, 4, "four classes"),
    ),
    hidden=lambda rng: (
        _answers_probe(rng, 23, 3, "23 samples"),
        _answers_probe(rng, 17, 5, "five classes"),
    ),
    mistakes=(
        Mistake(
            "entries counted",
            "Count samples, not entries: with three classes two of three entries are "
            "right without knowing anything.",
            lambda p, Y: np.mean((p > 0.5) == (Y == 1)),
        ),
        Mistake(
            "only above one half",
            "With three classes the most probable one may have less than one half: "
            "take argmax.",
            lambda p, Y: np.mean(np.all((p > 0.5) == (Y == 1), axis=1)),
        ),
        Mistake(
            "down the columns",
            "A row is a sample: look for its largest entry along axis=1.",
            lambda p, Y: np.mean(p.argmax(axis=0) == Y.argmax(axis=0)),
        ),
        Mistake(
            "share of the wrong",
            "That is the share of wrong answers.",
            lambda p, Y: 1 - _share_right(p, Y),
        ),
        Mistake(
            "count for share",
            "A share lies between 0 and 1: divide the count by N.",
            lambda p, Y: _share_right(p, Y) * len(Y),
        ),
        Mistake(
            "probability of the right class",
            "Accuracy asks which class is the most probable, not how sure the network "
            "is.",
            lambda p, Y: np.mean(p[Y == 1]),
        ),
    ),
    withheld=("accuracy",),
)


ASSIGNMENT = Assignment(
    name="repair_the_network",
    title="Repair the network",
    exercises=(
        _SCALED,
        _START_WEIGHTS,
        _EPOCH_BATCHES,
        _MEAN_ERROR,
        _TRAIN_EPOCH,
        _SHARE_RIGHT,
    ),
    written=(
        Written("written_bill", 2, "Question A"),
        Written("written_reply", 1, "Question B"),
    ),
)
