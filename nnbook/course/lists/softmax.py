"""Assignment 3: how sure the network is, and how wrong."""

from __future__ import annotations

import numpy as np

from nnbook._types import Array
from nnbook.course.lists._draws import numbers
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Written

LARGE = np.array([[1000.0, 1001.0, 1002.0], [-1000.0, -1000.5, -999.0]])


def _distributions(rng: np.random.Generator | int, n: int, k: int) -> Array:
    """Give n rows of k probabilities."""
    return softmax(numbers(rng, n, k))


def _targets(rng: np.random.Generator | int, n: int, k: int) -> Array:
    """Give n rows of k, a 1 in each."""
    rng = np.random.default_rng(rng)
    return one_hot(rng.integers(k, size=n), k)


# ---- probabilities ----------------------------------------------------------


def softmax(z: Array) -> Array:
    """Turn each row of scores into probabilities."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p: Array = e / e.sum(axis=1, keepdims=True)
    return p


def _over_all(z: Array) -> Array:
    e = np.exp(z - z.max())
    p: Array = e / e.sum()
    return p


def _changing(z: Array) -> Array:
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z


SOFTMAX = Exercise(
    name="softmax",
    statement="Turn each row of scores into probabilities: exp of each score, divided "
    "by the sum of the row's. `z` has shape (N, K), and so has the result. It must "
    "also work for scores of 1000, and leave `z` as it is.",
    points=4,
    reference=softmax,
    public=(
        Probe((np.array([[0.0, 1.0, 2.0], [1.0, 1.0, -1.0]]),), "2 samples, 3 classes"),
        Probe((numbers(51, 3, 3),), "as many samples as classes"),
        Probe((numbers(52, 1, 4),), "a single sample"),
        Probe((LARGE,), "scores of 1000 and -1000"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, 2),), "5 samples, 2 classes"),
        Probe((numbers(rng, 4, 4, spread=2),), "as many samples as classes"),
        Probe((numbers(rng, 3, 5, spread=800),), "scores in the hundreds"),
    ),
    mistakes=(
        Mistake(
            "softmax over columns",
            "Normalise each row: the probabilities of one sample add up to 1.",
            lambda z: np.exp(z - z.max(axis=0)) / np.exp(z - z.max(axis=0)).sum(axis=0),
        ),
        Mistake(
            "softmax over columns",
            "Normalise each row: the probabilities of one sample add up to 1.",
            lambda z: np.exp(z) / np.exp(z).sum(axis=0),
        ),
        Mistake(
            "divided by the sum of everything",
            "Sum each row by itself: the probabilities of one sample add up to 1.",
            _over_all,
        ),
        Mistake(
            "divided by the sum of everything",
            "Sum each row by itself: the probabilities of one sample add up to 1.",
            lambda z: np.exp(z) / np.exp(z).sum(),
        ),
        Mistake(
            "no keepdims",
            "Sum with keepdims=True, so that each row is divided by its own sum.",
            lambda z: np.exp(z) / np.exp(z).sum(axis=1),
        ),
        Mistake(
            "no keepdims",
            "Sum with keepdims=True, so that each row is divided by its own sum.",
            lambda z: (
                np.exp(z - z.max(axis=1, keepdims=True))
                / np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)
            ),
        ),
        Mistake(
            "overflow",
            "Subtract the row's largest score first: exp(1000) is too large, and "
            "inf / inf is nan.",
            lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
        ),
        Mistake(
            "one maximum for all rows",
            "Subtract each row's own largest score: where another row's is far larger, "
            "all of this row becomes 0 / 0.",
            lambda z: (
                np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True)
            ),
        ),
        Mistake(
            "no exp",
            "Take exp of the scores before dividing; scores may be negative.",
            lambda z: z / z.sum(axis=1, keepdims=True),
        ),
        Mistake(
            "sigmoid for softmax",
            "The classes compete: exp of a score is divided by the sum of its row.",
            lambda z: 1 / (1 + np.exp(-z)),
        ),
        Mistake(
            "argument changed",
            "z is changed after the call: write z = z - m, which makes a new array, "
            "not z -= m.",
            _changing,
        ),
    ),
    withheld=("softmax", "log_softmax"),
)


def log_softmax(z: Array) -> Array:
    """Give the logarithms of the probabilities, without taking log of 0."""
    shifted = z - z.max(axis=1, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_p


LOG_SOFTMAX = Exercise(
    name="log_softmax",
    statement="Give the natural logarithm of softmax(z), row by row, without computing "
    "a probability first: from each score subtract the logarithm of the row's sum of "
    "exp. It must also work where a probability is too small for a number.",
    points=3,
    reference=log_softmax,
    public=(
        Probe((np.array([[0.0, 1.0, 2.0], [1.0, 1.0, -1.0]]),), "2 samples, 3 classes"),
        Probe((numbers(53, 3, 3),), "as many samples as classes"),
        Probe((np.array([[0.0, 800.0]]),), "a probability too small for a number"),
        Probe((LARGE,), "scores of 1000 and -1000"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, 2),), "5 samples, 2 classes"),
        Probe((numbers(rng, 3, 4, spread=900),), "scores in the hundreds"),
    ),
    mistakes=(
        Mistake(
            "log of 0",
            "A probability that is too small for a number is 0, and log(0) is -inf: "
            "subtract logarithms instead of taking the log of a quotient.",
            lambda z: np.log(softmax(z)),
        ),
        Mistake(
            "overflow",
            "Subtract the row's largest score first, as in softmax.",
            lambda z: z - np.log(np.exp(z).sum(axis=1, keepdims=True)),
        ),
        Mistake(
            "no keepdims",
            "Sum with keepdims=True, so that each row loses its own logarithm.",
            lambda z: (
                (z - z.max(axis=1, keepdims=True))
                - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1))
            ),
        ),
        Mistake(
            "softmax over columns",
            "Sum over each row, axis=1.",
            lambda z: log_softmax(z.T).T,
        ),
        Mistake(
            "logarithm left out",
            "These are the probabilities; their logarithms are asked for.",
            softmax,
        ),
        Mistake(
            "another base",
            "The natural logarithm is np.log; np.log2 and np.log10 have other bases.",
            lambda z: log_softmax(z) / np.log(2),
        ),
        Mistake(
            "another base",
            "The natural logarithm is np.log; np.log2 and np.log10 have other bases.",
            lambda z: log_softmax(z) / np.log(10),
        ),
        Mistake(
            "maximum subtracted once",
            "What is subtracted inside exp has to be subtracted from the score too.",
            lambda z: (
                z - np.log(np.exp(z - z.max(axis=1)[:, None]).sum(axis=1)[:, None])
            ),
        ),
    ),
    withheld=("log_softmax", "softmax"),
)

# ---- labels -----------------------------------------------------------------


def one_hot(y: np.ndarray, n_classes: int) -> Array:
    """Write each label as a row with a 1 in its place."""
    Y: Array = np.eye(n_classes)[y]
    return Y


ONE_HOT = Exercise(
    name="one_hot",
    statement="Write each label as a row of zeros with a 1 in the label's place. `y` "
    "has shape (N,) and holds labels 0, 1, ..., `n_classes` - 1; the result has shape "
    "(N, n_classes).",
    points=2,
    reference=one_hot,
    public=(
        Probe((np.array([0, 2, 1, 2]), 3), "labels 0, 2, 1, 2"),
        Probe((np.array([1, 0]), 4), "labels 1 and 0 of four classes"),
        Probe((np.array([2, 1, 0]), 3), "as many samples as classes"),
    ),
    hidden=lambda rng: (
        Probe((rng.integers(5, size=7), 5), "7 labels of five classes"),
        Probe((rng.integers(3, size=4), 6), "labels of which some never occur"),
    ),
    mistakes=(
        Mistake(
            "classes counted in y",
            "Use n_classes: a class may be missing among these labels.",
            lambda y, n_classes: np.eye(y.max() + 1)[y],
        ),
        Mistake(
            "classes counted in y",
            "Use n_classes: a class may be missing among these labels.",
            lambda y, n_classes: np.eye(len(np.unique(y)))[
                np.unique(y).searchsorted(y)
            ],
        ),
        Mistake(
            "counted from 1",
            "Labels begin at 0: label 0 puts the 1 into column 0.",
            lambda y, n_classes: np.eye(n_classes)[y - 1],
        ),
        Mistake(
            "result on its side",
            "One row a sample: the result has shape (N, n_classes).",
            lambda y, n_classes: np.eye(n_classes)[y].T,
        ),
        Mistake(
            "label in place of 1",
            "Put a 1 into the label's place, not the label itself.",
            lambda y, n_classes: np.eye(n_classes)[y] * y[:, None],
        ),
        Mistake(
            "whole columns set",
            "Y[:, y] = 1 fills whole columns: pair each row with its label, "
            "Y[np.arange(N), y] = 1.",
            lambda y, n_classes: np.tile(np.eye(n_classes)[y].max(axis=0), (len(y), 1)),
        ),
    ),
    withheld=("one_hot",),
)

# ---- errors -----------------------------------------------------------------


def cross_entropy(p: Array, Y: Array) -> float:
    """Give the mean over the samples of minus the log of the right probability."""
    return float(-np.sum(Y * np.log(p)) / len(Y))


CROSS_ENTROPY = Exercise(
    name="cross_entropy",
    statement="Give the error: for each sample minus the natural logarithm of the "
    "probability of its right class, and of these the mean over the samples. `p` and "
    "`Y` have shape (N, K), `Y` is one-hot, and the result is one number.",
    points=3,
    reference=cross_entropy,
    public=(
        Probe(
            (np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[1.0, 0.0], [0.0, 1.0]])),
            "two samples, probabilities 0.5 and 0.8",
        ),
        Probe(
            (_distributions(54, 4, 3), _targets(55, 4, 3)),
            "4 samples, 3 classes",
        ),
        Probe(
            (_distributions(56, 3, 3), _targets(57, 3, 3)),
            "as many samples as classes",
        ),
    ),
    hidden=lambda rng: (
        Probe((_distributions(rng, 6, 4), _targets(rng, 6, 4)), "6 samples, 4 classes"),
        Probe((_distributions(rng, 3, 5), _targets(rng, 3, 5)), "3 samples, 5 classes"),
    ),
    mistakes=(
        Mistake(
            "no 1/N",
            "The error is a mean: divide by the number of samples.",
            lambda p, Y: -np.sum(Y * np.log(p)),
        ),
        Mistake(
            "divided by N K",
            "Divide by N only: np.mean over the whole array divides by N times K.",
            lambda p, Y: -np.mean(Y * np.log(p)),
        ),
        Mistake(
            "sign missing",
            "The logarithm of a probability is negative: put a minus before it.",
            lambda p, Y: np.sum(Y * np.log(p)) / len(Y),
        ),
        Mistake(
            "another base",
            "The natural logarithm is np.log; np.log2 and np.log10 have other bases.",
            lambda p, Y: -np.sum(Y * np.log2(p)) / len(Y),
        ),
        Mistake(
            "another base",
            "The natural logarithm is np.log; np.log2 and np.log10 have other bases.",
            lambda p, Y: -np.sum(Y * np.log10(p)) / len(Y),
        ),
        Mistake(
            "one number a sample",
            "These are the samples' errors; their mean is asked for.",
            lambda p, Y: -np.sum(Y * np.log(p), axis=1),
        ),
        Mistake(
            "wrong classes counted too",
            "Only the right class counts, the one whose Y is 1.",
            lambda p, Y: -np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p)) / len(Y),
        ),
        Mistake(
            "logarithm of the mean",
            "Take the logarithm of each sample's probability first, and the mean then.",
            lambda p, Y: -np.log(np.sum(Y * p) / len(Y)),
        ),
    ),
    withheld=("cross_entropy",),
)


def error_from_scores(z: Array, Y: Array) -> float:
    """Give the error from the scores, without log of 0."""
    return float(-np.sum(Y * log_softmax(z)) / len(Y))


ERROR_FROM_SCORES = Exercise(
    name="error_from_scores",
    statement="Give the same error from the scores `z` and the one-hot `Y`, so that a "
    "right class with a hopeless score gives a large number, not inf.",
    points=2,
    reference=error_from_scores,
    public=(
        Probe((numbers(58, 4, 3), _targets(59, 4, 3)), "4 samples, 3 classes"),
        Probe(
            (np.array([[0.0, 900.0], [3.0, 1.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])),
            "a right class that trails by 900",
        ),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, 2), _targets(rng, 5, 2)), "5 samples, 2 classes"),
        Probe(
            (numbers(rng, 4, 4, spread=900), _targets(rng, 4, 4)),
            "scores in the hundreds",
        ),
    ),
    mistakes=(
        Mistake(
            "log of 0",
            "The probability has become 0, and log(0) is -inf: use log_softmax(z).",
            lambda z, Y: -np.sum((Y * np.log(softmax(z)))[Y > 0]) / len(Y),
        ),
        Mistake(
            "log of 0",
            "The probability has become 0, and log(0) is -inf: use log_softmax(z).",
            lambda z, Y: -np.sum(Y * np.log(softmax(z))) / len(Y),
        ),
        Mistake(
            "log of almost 0",
            "A small number added inside the log hides how wrong the network is: use "
            "log_softmax(z).",
            lambda z, Y: -np.sum(Y * np.log(softmax(z) + 1e-12)) / len(Y),
        ),
        Mistake(
            "no 1/N",
            "The error is a mean: divide by the number of samples.",
            lambda z, Y: -np.sum(Y * log_softmax(z)),
        ),
        Mistake(
            "divided by N K",
            "Divide by N only: np.mean over the whole array divides by N times K.",
            lambda z, Y: -np.mean(Y * log_softmax(z)),
        ),
        Mistake(
            "scores for probabilities",
            "Turn the scores into logarithms of probabilities first: log_softmax(z).",
            lambda z, Y: -np.sum(Y * z) / len(Y),
        ),
        Mistake(
            "sign missing",
            "The logarithm of a probability is negative: put a minus before it.",
            lambda z, Y: np.sum(Y * log_softmax(z)) / len(Y),
        ),
    ),
    withheld=("cross_entropy", "log_softmax", "network_error"),
)


def error_slope(p: Array, Y: Array) -> Array:
    """Give the slope of the error with respect to the scores."""
    return (p - Y) / len(Y)


ERROR_SLOPE = Exercise(
    name="error_slope",
    statement="Give the slope of the error with respect to the scores: (p - Y) / N. "
    "`p` and `Y` have shape (N, K), and so has the result.",
    points=2,
    reference=error_slope,
    public=(
        Probe(
            (np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[1.0, 0.0], [0.0, 1.0]])),
            "two samples, probabilities 0.5 and 0.8",
        ),
        Probe(
            (_distributions(60, 4, 3).round(2), _targets(61, 4, 3)),
            "4 samples, 3 classes",
        ),
    ),
    hidden=lambda rng: (
        Probe((_distributions(rng, 6, 2), _targets(rng, 6, 2)), "6 samples, 2 classes"),
        Probe((_distributions(rng, 3, 5), _targets(rng, 3, 5)), "3 samples, 5 classes"),
    ),
    mistakes=(
        Mistake(
            "sign flipped",
            "The slope is p - Y: where the right class has too little, more score "
            "makes the error smaller.",
            lambda p, Y: (Y - p) / len(Y),
        ),
        Mistake(
            "no 1/N",
            "The error is a mean over N samples, so its slope has 1/N too.",
            lambda p, Y: p - Y,
        ),
        Mistake(
            "divided by N K",
            "Divide by N only, the number of samples.",
            lambda p, Y: (p - Y) / Y.size,
        ),
        Mistake(
            "divided by K",
            "Divide by the number of samples, len(Y), not by the number of classes.",
            lambda p, Y: (p - Y) / Y.shape[1],
        ),
        Mistake(
            "averaged over samples",
            "Keep one row per sample: the slope has the shape of p.",
            lambda p, Y: (p - Y).mean(axis=0),
        ),
        Mistake(
            "slope with respect to p",
            "-Y / p is the slope with respect to p. With respect to the scores, with "
            "softmax between, it becomes p - Y.",
            lambda p, Y: -Y / p / len(Y),
        ),
    ),
    withheld=("backprop",),
)

ASSIGNMENT = Assignment(
    name="softmax",
    title="Softmax and error",
    exercises=(
        SOFTMAX,
        ONE_HOT,
        CROSS_ENTROPY,
        LOG_SOFTMAX,
        ERROR_FROM_SCORES,
        ERROR_SLOPE,
    ),
    written=(
        Written("written_sure", 2, "Question A"),
        Written("written_log", 2, "Question B"),
    ),
)
