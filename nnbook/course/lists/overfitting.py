"""Assignment 5, "Too good to be true": gap, stopping, penalty, choice (chapter 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnbook._types import Array
from nnbook.course.lists import _judging as judging
from nnbook.course.lists import _layers as layers
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Seed, Written
from nnbook.errors import cross_entropy

__all__ = ["ASSIGNMENT"]

_RNG = np.random.default_rng(7)

Piles = tuple[np.ndarray, np.ndarray, np.ndarray]


# ---- split_piles ------------------------------------------------------------


def _cut(order: np.ndarray, n_valid: int, n_new: int) -> Piles:
    return order[n_valid + n_new :], order[:n_valid], order[n_valid:][:n_new]


def _split_piles(n: int, n_valid: int, n_new: int, rng: np.random.Generator) -> Piles:
    return _cut(rng.permutation(n), n_valid, n_new)


def _drawn_again(n: int, n_valid: int, n_new: int, rng: np.random.Generator) -> Piles:
    return _cut(rng.integers(n, size=n), n_valid, n_new)


def _pile_by_pile(n: int, n_valid: int, n_new: int, rng: np.random.Generator) -> Piles:
    def drawn(size: int) -> np.ndarray:
        return rng.choice(n, size, replace=False)

    return drawn(n - n_valid - n_new), drawn(n_valid), drawn(n_new)


def _trained_on_all(
    n: int, n_valid: int, n_new: int, rng: np.random.Generator
) -> Piles:
    order = rng.permutation(n)
    return order, order[:n_valid], order[n_valid:][:n_new]


def _judge_piles(probe: Probe, value: Any) -> str | None:
    n, n_valid, n_new, _ = probe.args
    sizes = (n - n_valid - n_new, n_valid, n_new)
    if not isinstance(value, (list, tuple)) or len(value) != 3:
        return "expected three arrays of indices: training, validation, unseen"
    piles = [judging.indices(pile) for pile in value]
    found = [pile for pile in piles if pile is not None]
    if len(found) < 3:
        return "each pile must be an array of whole numbers"
    lengths = tuple(map(len, found))
    if len(found[0]) == n:
        return "the training pile holds every sample"
    if lengths != sizes:
        return f"expected {sizes} indices in the three piles, got {lengths}"
    fault = judging.same_members(np.concatenate(found), n)
    if fault == "some samples come twice":
        within = any(len(np.unique(pile)) < len(pile) for pile in found)
        return f"{fault} in one pile" if within else "the piles share samples"
    if fault is None and any(np.ptp(pile) == len(pile) - 1 for pile in found):
        return "a pile holds neighbours only: the samples were not shuffled"
    return fault


def _piles_probe(rng: np.random.Generator, n_valid: int, n_new: int) -> Probe:
    n, seed = (int(number) for number in rng.integers(40, 99, size=2))
    return Probe((n, n_valid, n_new, Seed(seed)), f"{n} samples")


_SPLIT_PILES = Exercise(
    name="split_piles",
    statement=(
        "Part the n samples 0 to n - 1 at random into three piles: give the indices "
        "for training, for validation (n_valid of them) and to be left unseen (n_new "
        "of them). Each sample belongs to one pile. Draw with rng."
    ),
    points=3,
    reference=_split_piles,
    public=(
        Probe((30, 8, 7, Seed(0)), "30 samples, 8 to validate, 7 unseen"),
        Probe((60, 20, 20, Seed(1)), "60 samples in equal piles"),
    ),
    hidden=lambda rng: (
        _piles_probe(rng, 5, 15),
        _piles_probe(rng, 12, 9),
    ),
    mistakes=(
        Mistake(
            "not shuffled",
            "Data often come sorted, by class or by day: shuffle the indices before "
            "you cut them.",
            lambda n, n_valid, n_new, rng: _cut(np.arange(n), n_valid, n_new),
        ),
        Mistake(
            "drawn with replacement",
            "Random numbers repeat, so some samples come twice: take "
            "rng.permutation(n).",
            _drawn_again,
        ),
        Mistake(
            "piles overlap",
            "The unseen pile must be unseen: shuffle once and cut the one order, "
            "instead of drawing each pile by itself.",
            _pile_by_pile,
        ),
        Mistake(
            "trained on everything",
            "Take the validation and the unseen samples out of the training pile.",
            _trained_on_all,
        ),
    ),
    judge=_judge_piles,
)


# ---- gap --------------------------------------------------------------------


def _gap(p: Array, Y: Array, p_new: Array, Y_new: Array) -> float:
    return cross_entropy(p_new, Y_new) - cross_entropy(p, Y)


def _surprise(p: Array, Y: Array) -> float:
    return float(-np.sum(Y * np.log(p)))


def _difference_of_accuracies(p: Array, Y: Array, p_new: Array, Y_new: Array) -> float:
    def right(p: Array, Y: Array) -> float:
        return float(np.mean(p.argmax(axis=1) == Y.argmax(axis=1)))

    return right(p, Y) - right(p_new, Y_new)


def _gap_probe(
    rng: np.random.Generator, N: int, N_new: int, K: int, shows: str
) -> Probe:
    p, p_new = (rng.dirichlet(np.ones(K), size=n) for n in (N, N_new))
    Y, Y_new = (layers.labels(rng, n, K) for n in (N, N_new))
    return Probe((p, Y, p_new, Y_new), shows)


_GAP = Exercise(
    name="gap",
    statement=(
        "Give the gap: the error on unseen samples minus the error on training "
        "samples. p and Y are the probabilities and the labels of the training "
        "samples, p_new and Y_new those of the unseen ones."
    ),
    points=2,
    reference=_gap,
    public=(
        Probe(
            (
                np.array([[0.9, 0.1], [0.2, 0.8]]),
                np.eye(2),
                np.array([[0.5, 0.5], [0.4, 0.6], [0.7, 0.3]]),
                np.eye(2)[[0, 1, 1]],
            ),
            "two training samples and three unseen ones",
        ),
        _gap_probe(_RNG, 4, 9, 3, "three classes"),
        _gap_probe(_RNG, 5, 5, 5, "as many samples as classes"),
    ),
    hidden=lambda rng: (
        _gap_probe(rng, 6, 11, 3, "more unseen samples"),
        _gap_probe(rng, 10, 2, 4, "fewer unseen samples"),
    ),
    mistakes=(
        Mistake(
            "turned round",
            "A gap is positive where the unseen error is the larger: unseen minus "
            "training.",
            lambda p, Y, p_new, Y_new: _gap(p_new, Y_new, p, Y),
        ),
        Mistake(
            "no 1/N",
            "Each error is a mean over its own samples: sums of piles of different "
            "size cannot be compared.",
            lambda p, Y, p_new, Y_new: _surprise(p_new, Y_new) - _surprise(p, Y),
        ),
        Mistake(
            "divided by N K",
            "Divide by the number of samples N only, not by the number of entries.",
            lambda p, Y, p_new, Y_new: _gap(p, Y, p_new, Y_new) / Y.shape[1],
        ),
        Mistake(
            "one N for both",
            "The piles have different sizes: divide each by its own number of samples.",
            lambda p, Y, p_new, Y_new: (
                (_surprise(p_new, Y_new) - _surprise(p, Y)) / len(Y)
            ),
        ),
        Mistake(
            "accuracies compared",
            "The gap is between errors, -log p of the right class: accuracies do not "
            "see how sure the wrong answers are.",
            _difference_of_accuracies,
        ),
    ),
)


# ---- early_stop -------------------------------------------------------------


def _stop(
    errors: Sequence[float], patience: int, better: Callable[[float, float], bool]
) -> tuple[int, int]:
    best = 0
    for epoch, error in enumerate(errors):
        if better(error, errors[best]):
            best = epoch
        if epoch - best >= patience:
            return best, epoch
    return best, len(errors) - 1


def _early_stop(errors: Sequence[float], patience: int) -> tuple[int, int]:
    return _stop(errors, patience, lambda now, lowest: now < lowest)


def _saw_the_future(errors: Sequence[float], patience: int) -> tuple[int, int]:
    return int(np.argmin(errors)), _early_stop(errors, patience)[1]


def _kept_the_last(errors: Sequence[float], patience: int) -> tuple[int, int]:
    last = _early_stop(errors, patience)[1]
    return last, last


def _since_a_rise(errors: Sequence[float], patience: int) -> tuple[int, int]:
    rises = 0
    for epoch in range(1, len(errors)):
        rises = rises + 1 if errors[epoch] >= errors[epoch - 1] else 0
        if rises >= patience:
            return int(np.argmin(errors[: epoch + 1])), epoch
    return int(np.argmin(errors)), len(errors) - 1


def _counted_from_1(errors: Sequence[float], patience: int) -> tuple[int, int]:
    best, last = _early_stop(errors, patience)
    return best + 1, last + 1


def _stop_probe(rng: np.random.Generator, patience: int, shows: str) -> Probe:
    # Falls, rises again, and is bumpy all the way, with one decimal: ties occur.
    epochs = np.arange(24)
    valley = 0.4 + 0.004 * (epochs - 10.0) ** 2
    errors = (valley + 0.15 * rng.normal(size=24)).round(1)
    return Probe(([float(error) for error in errors], patience), shows)


_EARLY_STOP = Exercise(
    name="early_stop",
    statement=(
        "errors[e] is the validation error after epoch e. Training keeps the weights "
        "of the lowest error so far, the earlier one if two are equal, and stops after "
        "the first epoch that is patience epochs past it. Give (kept, last): the epoch "
        "whose weights are kept, and the last one that ran."
    ),
    points=3,
    reference=_early_stop,
    public=(
        Probe(([0.7, 0.5, 0.4, 0.6, 0.5, 0.3, 0.2], 2), "a lower error after the stop"),
        Probe(([0.7, 0.5, 0.6, 0.4, 0.3], 3), "errors that never stop it"),
        Probe(([0.6, 0.4, 0.5, 0.4, 0.45, 0.44, 0.43], 3), "two equal errors"),
        Probe(([0.9, 0.5, 0.8, 0.7, 0.6, 0.55, 0.52], 4), "errors that fall again"),
    ),
    hidden=lambda rng: (
        _stop_probe(rng, 2, "24 epochs and a patience of 2"),
        _stop_probe(rng, 4, "24 epochs and a patience of 4"),
        _stop_probe(rng, 1, "24 epochs and a patience of 1"),
        _stop_probe(rng, 100, "a patience without end"),
    ),
    mistakes=(
        Mistake(
            "saw the future",
            "Epochs after the stop have not been run: only the lowest error so far can "
            "be kept.",
            _saw_the_future,
        ),
        Mistake(
            "kept the last weights",
            "Keep the weights of the lowest validation error: those at the stop are "
            "worse.",
            _kept_the_last,
        ),
        Mistake(
            "counted rises in a row",
            "Patience counts the epochs since the lowest error, whether the error "
            "rises or falls in between.",
            _since_a_rise,
        ),
        Mistake(
            "one epoch too patient",
            "Stop as soon as the lowest error is patience epochs ago: >=, not >.",
            lambda errors, patience: _early_stop(errors, patience + 1),
        ),
        Mistake(
            "later of two equals",
            "An equal error is no new lowest: <, not <=.",
            lambda errors, patience: _stop(errors, patience, lambda a, b: a <= b),
        ),
        Mistake(
            "counted from 1",
            "Epochs count from 0 here, as errors[0] does.",
            _counted_from_1,
        ),
    ),
)


# ---- penalty ----------------------------------------------------------------


def _penalty(thetas: Sequence[Array], l2: float) -> float:
    return l2 / 2 * float(sum(np.sum(theta[1:] ** 2) for theta in thetas))


def _penalty_probe(
    rng: np.random.Generator, sizes: Sequence[int], l2: float, shows: str
) -> Probe:
    return Probe((layers.weights(rng, sizes), l2), shows)


_PENALTY = Exercise(
    name="penalty",
    statement=(
        "Give the L2 penalty of a network's weights: half of l2 times the sum of the "
        "squared weights of all layers. The weights from bias nodes go free."
    ),
    points=2,
    reference=_penalty,
    public=(
        Probe(
            ([np.array([[5.0, 5.0], [1.0, -2.0], [3.0, 0.0]])], 0.1),
            "one layer with large biases",
        ),
        _penalty_probe(_RNG, (2, 5, 3), 0.01, "two layers"),
        _penalty_probe(_RNG, (2, 3, 4), 2.0, "weights that are all square"),
    ),
    hidden=lambda rng: (
        _penalty_probe(rng, (3, 2, 4, 2), 0.03, "three layers"),
        _penalty_probe(rng, (4, 2), 0.5, "no hidden layer"),
    ),
    mistakes=(
        Mistake(
            "biases priced",
            "The biases go free: leave row 0 of each theta out.",
            lambda thetas, l2: l2 / 2 * sum(np.sum(theta**2) for theta in thetas),
        ),
        Mistake(
            "first column left out",
            "The biases are row 0, not column 0: theta[1:], not theta[:, 1:].",
            lambda thetas, l2: (
                l2 / 2 * sum(np.sum(theta[:, 1:] ** 2) for theta in thetas)
            ),
        ),
        Mistake(
            "no half",
            "Half of l2: then the slope of the penalty is l2 times the weight.",
            lambda thetas, l2: 2 * _penalty(thetas, l2),
        ),
        Mistake(
            "last layer only",
            "Every layer's weights have their price: add up over all thetas.",
            lambda thetas, l2: _penalty(thetas[-1:], l2),
        ),
        Mistake(
            "not squared",
            "L2 sums the squares of the weights, not their sizes.",
            lambda thetas, l2: (
                l2 / 2 * sum(np.sum(np.abs(theta[1:])) for theta in thetas)
            ),
        ),
        Mistake(
            "mean of squares",
            "Sum the squares: a mean would make each weight the cheaper the more "
            "there are.",
            lambda thetas, l2: (
                l2 / 2 * sum(np.mean(theta[1:] ** 2) for theta in thetas)
            ),
        ),
    ),
)


# ---- penalised_slopes -------------------------------------------------------


def _penalised_slopes(
    grads: Sequence[Array], thetas: Sequence[Array], l2: float
) -> list[Array]:
    new = [grad.copy() for grad in grads]
    for grad, theta in zip(new, thetas, strict=True):
        grad[1:] += l2 * theta[1:]
    return new


def _penalised_in_place(
    grads: list[Array], thetas: Sequence[Array], l2: float
) -> list[Array]:
    for grad, theta in zip(grads, thetas, strict=True):
        grad[1:] += l2 * theta[1:]
    return grads


def _biases_priced(
    grads: Sequence[Array], thetas: Sequence[Array], l2: float
) -> list[Array]:
    return [g + l2 * theta for g, theta in zip(grads, thetas, strict=True)]


def _sign_of_the_weight(
    grads: Sequence[Array], thetas: Sequence[Array], l2: float
) -> list[Array]:
    return _penalised_slopes(grads, [np.sign(theta) for theta in thetas], l2)


def _slopes_probe(
    rng: np.random.Generator, sizes: Sequence[int], l2: float, shows: str
) -> Probe:
    return Probe((layers.weights(rng, sizes), layers.weights(rng, sizes), l2), shows)


_PENALISED_SLOPES = Exercise(
    name="penalised_slopes",
    statement=(
        "From the slopes of the error alone, grads, give those of the error with its "
        "L2 penalty, as new arrays."
    ),
    points=3,
    reference=_penalised_slopes,
    public=(
        Probe(
            (
                [np.array([[0.1, -0.1], [0.0, 0.2]])],
                [np.array([[3.0, 4.0], [1.0, -2.0]])],
                0.1,
            ),
            "one square layer",
        ),
        _slopes_probe(_RNG, (2, 5, 3), 0.03, "two layers"),
    ),
    hidden=lambda rng: (
        _slopes_probe(rng, (3, 2, 4, 2), 0.2, "three layers"),
        _slopes_probe(rng, (4, 2), 0.0, "a strength of 0"),
    ),
    mistakes=(
        Mistake(
            "biases priced",
            "The biases go free: add nothing to row 0.",
            _biases_priced,
        ),
        Mistake(
            "twice the strength",
            "The half in the penalty cancels the 2 of the square: add l2 * theta.",
            lambda grads, thetas, l2: _penalised_slopes(grads, thetas, 2 * l2),
        ),
        Mistake(
            "half the strength",
            "The slope of a square brings a 2, which cancels the half: add l2 * theta.",
            lambda grads, thetas, l2: _penalised_slopes(grads, thetas, l2 / 2),
        ),
        Mistake(
            "sign flipped",
            "Large weights cost, so the penalty's slope is added: training subtracts "
            "slopes.",
            lambda grads, thetas, l2: _penalised_slopes(grads, thetas, -l2),
        ),
        Mistake(
            "sign of the weight",
            "The slope of a square grows with the weight: add l2 * theta, not l2 * "
            "sign(theta).",
            _sign_of_the_weight,
        ),
        Mistake(
            "grads changed in place",
            "The grads that came in were changed: copy them before you add to them.",
            _penalised_in_place,
        ),
    ),
)


# ---- choose_strength --------------------------------------------------------


def _choose(
    strengths: Sequence[float], by: Array, unseen: Array
) -> tuple[float, float]:
    column = int(np.argmin(by))
    return strengths[column], float(unseen.mean(axis=0)[column])


def _choose_strength(
    strengths: Sequence[float], validation: Array, unseen: Array
) -> tuple[float, float]:
    return _choose(strengths, validation.mean(axis=0), unseen)


def _luckiest_run(
    strengths: Sequence[float], validation: Array, unseen: Array
) -> tuple[float, float]:
    return _choose(strengths, validation.min(axis=0), unseen)


def _flattering_report(
    strengths: Sequence[float], validation: Array, unseen: Array
) -> tuple[float, float]:
    return _choose(strengths, validation.mean(axis=0), validation)


def _lowest_unseen(
    strengths: Sequence[float], validation: Array, unseen: Array
) -> tuple[float, float]:
    strength, _ = _choose_strength(strengths, validation, unseen)
    return strength, float(unseen.mean(axis=0).min())


def _errors_probe(rng: np.random.Generator, S: int, L: int, shows: str) -> Probe:
    """Make errors whose lowest mean, luckiest run and lowest unseen error differ."""
    best, other, lucky = (int(n) for n in rng.permutation(L)[:3])
    validation = rng.uniform(0.5, 0.6, size=(S, L))
    unseen = rng.uniform(0.55, 0.65, size=(S, L))
    validation[:, best] -= 0.2
    unseen[:, other] -= 0.2
    validation[:, lucky] += 0.3
    validation[0, lucky] = 0.1
    strengths = sorted(10.0 ** rng.uniform(-4, 0, size=L))
    return Probe(([float(x) for x in strengths], validation, unseen), shows)


_CHOOSE_STRENGTH = Exercise(
    name="choose_strength",
    statement=(
        "validation and unseen hold errors, one row a seed and one column a strength. "
        "Give the strength that is best on average over seeds, and the mean unseen "
        "error that you report for it. The unseen data have no say in the choice."
    ),
    points=3,
    reference=_choose_strength,
    public=(
        Probe(
            (
                [0.0, 0.01, 1.0],
                np.array([[0.5, 0.4, 0.7], [0.7, 0.3, 0.1]]),
                np.array([[0.6, 0.5, 0.4], [0.5, 0.7, 0.4]]),
            ),
            "two seeds and three strengths",
        ),
        _errors_probe(_RNG, 3, 5, "three seeds and five strengths"),
        _errors_probe(_RNG, 4, 4, "as many seeds as strengths"),
    ),
    hidden=lambda rng: (
        _errors_probe(rng, 5, 6, "five seeds and six strengths"),
        _errors_probe(rng, 6, 3, "six seeds and three strengths"),
    ),
    mistakes=(
        Mistake(
            "chosen by unseen data",
            "The unseen data leak into the choice: choose by the validation errors "
            "alone.",
            lambda strengths, validation, unseen: _choose(
                strengths, unseen.mean(axis=0), unseen
            ),
        ),
        Mistake(
            "luckiest run",
            "One lucky seed proves little: average over seeds before you compare "
            "strengths.",
            _luckiest_run,
        ),
        Mistake(
            "validation error reported",
            "The validation error of the winner flatters: it won by it. Report its "
            "unseen error.",
            _flattering_report,
        ),
        Mistake(
            "lowest unseen error reported",
            "Report the unseen error of the strength that was chosen, not the lowest "
            "there is.",
            _lowest_unseen,
        ),
        Mistake(
            "highest error chosen",
            "An error is better the lower it is: argmin, not argmax.",
            lambda strengths, validation, unseen: _choose(
                strengths, -validation.mean(axis=0), unseen
            ),
        ),
    ),
)


ASSIGNMENT = Assignment(
    name="overfitting",
    title="Too good to be true",
    exercises=(
        _SPLIT_PILES,
        _GAP,
        _EARLY_STOP,
        _PENALTY,
        _PENALISED_SLOPES,
        _CHOOSE_STRENGTH,
    ),
    written=(
        Written("written_diagnosis", 2, "Question A"),
        Written("written_report", 2, "Question B"),
    ),
)
