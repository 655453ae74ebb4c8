"""Assignments 4 to 7: what is right counts, however made; what is wrong is named."""

from itertools import pairwise

import numpy as np
import pytest

from nnbook.course.calls import call
from nnbook.course.lists import find_exercise
from nnbook.course.verdict import judge_outcomes, probes_of

SEEDS = [0, 1, 2026]


def verdict(name, function, seed=0):
    exercise = find_exercise(name)
    probes = probes_of(exercise, "all", seed)
    return judge_outcomes(exercise, probes, [call(function, p) for p in probes])


# ---- piles ------------------------------------------------------------------


def shuffled_list(n, n_valid, n_new, rng):
    order = list(range(n))
    rng.shuffle(order)
    return order[n_valid + n_new :], order[:n_valid], order[n_valid : n_valid + n_new]


def sorted_piles(n, n_valid, n_new, rng):
    keys = rng.random(n).argsort()
    cuts = np.split(keys, [n - n_valid - n_new, n - n_new])
    return [np.sort(pile) for pile in cuts]


def ranks_of(n, n_valid, n_new, rng):
    left = set(range(n))
    piles = []
    for size in (n_valid, n_new):
        drawn = rng.choice(sorted(left), size, replace=False)
        left -= set(drawn.tolist())
        piles.append(drawn)
    return np.array(sorted(left)), piles[0], piles[1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("function", [shuffled_list, sorted_piles, ranks_of])
def test_any_way_to_part_at_random_is_right(function, seed):
    assert verdict("split_piles", function, seed).right


def with_choice(n, n_valid, n_new, rng):
    order = rng.choice(n, n)
    return order[n_valid + n_new :], order[:n_valid], order[n_valid:][:n_new]


def unseen_first(n, n_valid, n_new, rng):
    order = np.arange(n)
    return order[n_new + n_valid :], order[n_new:][:n_valid], order[:n_new]


def three_shuffles(n, n_valid, n_new, rng):
    return (
        rng.permutation(n)[: n - n_valid - n_new],
        rng.permutation(n)[:n_valid],
        rng.permutation(n)[:n_new],
    )


@pytest.mark.parametrize(
    ("function", "mistake"),
    [
        (with_choice, "drawn with replacement"),
        (unseen_first, "not shuffled"),
        (three_shuffles, "piles overlap"),
    ],
)
def test_a_fault_in_the_piles_is_named_however_it_is_drawn(function, mistake):
    assert verdict("split_piles", function).mistake == mistake


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (np.arange(3), "expected three arrays of indices"),
        ((np.arange(30),), "expected three arrays of indices"),
        ((np.arange(15.0), np.arange(8), np.arange(7)), "of whole numbers"),
        (([True] * 15, list(range(8)), list(range(7))), "of whole numbers"),
        ((np.arange(14), np.arange(8), np.arange(8)), "expected (15, 8, 7) indices"),
        (tuple(np.split(np.arange(1, 31), [15, 23])), "from 0 to 29"),
    ],
)
def test_what_is_no_set_of_piles_is_said(value, says):
    assert says in verdict("split_piles", lambda *args: value).difference


# ---- starts -----------------------------------------------------------------


def start(spread, draw):
    def drawn(sizes, rng):
        return [
            np.concatenate([np.zeros((1, h)), spread(d, h) * draw(rng, (d, h))])
            for d, h in pairwise(sizes)
        ]

    return drawn


def normal(rng, shape):
    return rng.standard_normal(shape)


def uniform(rng, shape):
    return rng.uniform(-np.sqrt(3), np.sqrt(3), size=shape)


def signs(rng, shape):
    return rng.choice([-1.0, 1.0], size=shape)


def he(d, h):
    return np.sqrt(2 / d)


def glorot(d, h):
    return np.sqrt(2 / (d + h))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("draw", [normal, uniform], ids=["normal", "uniform"])
@pytest.mark.parametrize(
    ("name", "right", "wrong", "mistake"),
    [
        ("he_start", he, glorot, "Glorot's start"),
        ("start_weights", glorot, he, "He's start"),
        ("he_start", he, lambda d, h: 1, "spread of 1"),
        ("start_weights", glorot, lambda d, h: 1, "spread of 1"),
        ("he_start", he, lambda d, h: np.sqrt(2 / (3 * d)), "width for spread"),
    ],
)
def test_a_start_counts_by_its_spread_whatever_is_drawn(
    name, right, wrong, mistake, draw, seed
):
    assert verdict(name, start(right, draw), seed).right
    assert verdict(name, start(wrong, draw), seed).mistake == mistake


def test_a_start_of_twins_is_refused_even_if_they_are_few():
    def two_alike(sizes, rng):
        thetas = start(he, normal)(sizes, rng)
        for theta in thetas:
            theta[:, 1] = theta[:, 0]
        return thetas

    assert (
        "two nodes have the same weights" in verdict("he_start", two_alike).difference
    )


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda thetas: thetas[:1], "a list of 2 arrays"),
        (lambda thetas: [theta.tolist() for theta in thetas], "an array of numbers"),
        (lambda thetas: [theta[1:] for theta in thetas], "expected shape (3, 3)"),
        (lambda thetas: [0.3 * theta for theta in thetas], "asked for is 0.63"),
        (lambda thetas: [theta * np.inf for theta in thetas], "a nan or an infinite"),
        (lambda thetas: [theta + 0.1 for theta in thetas], "biases must start at 0"),
    ],
)
def test_what_is_no_start_is_said(spoil, says):
    def spoilt(sizes, rng):
        return spoil(start(he, normal)(sizes, rng))

    assert says in verdict("he_start", spoilt).difference


# ---- batches ----------------------------------------------------------------


def by_shuffle(n, size, epochs, rng):
    order = np.arange(n)
    found = []
    for _ in range(epochs):
        rng.shuffle(order)
        found.append([order[i : i + size].copy() for i in range(0, n, size)])
    return found


def lists_with_the_rest_first(n, size, epochs, rng):
    rest = n % size or size
    found = []
    for _ in range(epochs):
        order = rng.permutation(n).tolist()
        cuts = [0, *range(rest, n + 1, size)]
        found.append(tuple(order[i:j] for i, j in pairwise(cuts)))
    return tuple(found)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("function", [by_shuffle, lists_with_the_rest_first])
def test_any_shuffled_batches_are_right(function, seed):
    assert verdict("epoch_batches", function, seed).right


def views_of_one_order(n, size, epochs, rng):
    order = np.arange(n)
    found = []
    for _ in range(epochs):
        rng.shuffle(order)  # and with it what was cut from it before
        found.append([order[i : i + size] for i in range(0, n, size)])
    return found


def seeded_anew(n, size, epochs, rng):
    found = []
    for _ in range(epochs):
        order = np.random.default_rng(0).permutation(n)
        found.append(np.split(order, range(size, n, size)))
    return found


def batches_in_turn(n, size, epochs, rng):
    order = rng.permutation(n)
    batches = [order[i : i + size] for i in range(0, n, size)]
    return [
        [batches[(i + e) % len(batches)] for i in range(len(batches))]
        for e in range(epochs)
    ]


def too_few_batches(n, size, epochs, rng):
    keys = [rng.random(n).argsort() for _ in range(epochs)]
    return [[order[i::size] for i in range(size)] for order in keys]


def drawn_batch_by_batch(n, size, epochs, rng):
    sizes = [min(size, n - i) for i in range(0, n, size)]
    return [[rng.integers(n, size=s) for s in sizes] for _ in range(epochs)]


@pytest.mark.parametrize(
    ("function", "mistake"),
    [
        (views_of_one_order, "shuffled once"),
        (seeded_anew, "shuffled once"),
        (drawn_batch_by_batch, "drawn with replacement"),
        (batches_in_turn, "same batches in another order"),
        (too_few_batches, "size for number"),
    ],
)
def test_a_fault_in_the_batches_is_named_however_it_is_made(function, mistake):
    assert verdict("epoch_batches", function).mistake == mistake


@pytest.mark.parametrize(
    "value",
    [
        [[]] * 3,
        [[np.arange(14)]] * 3,
        [[[0.5]]] * 3,
        [np.arange(14)] * 3,
        [[["a"]]] * 3,
    ],
    ids=repr,
)
def test_what_is_no_set_of_batches_is_refused(value):
    told = verdict("epoch_batches", lambda *args: value)
    assert not told.right
    assert told.difference


# ---- the same number, found in another way ------------------------------------


def ones_before(a):
    return np.insert(a, 0, 1, axis=1)


def sample_by_sample(a, delta):
    return sum(np.outer([1, *row], d) for row, d in zip(a, delta, strict=True))


def slopes_from_singles(prime):
    """Give a backprop that takes one sample at a time and averages in the end."""

    def backprop(outputs, Y, thetas):
        total = [np.zeros_like(theta) for theta in thetas]
        for i in range(len(Y)):
            delta = outputs[-1][i] - Y[i]
            for n in range(len(thetas) - 1, -1, -1):
                a = outputs[n][i]
                total[n] += np.outer(np.append(1, a), delta)
                delta = (thetas[n][1:] @ delta) * prime(a)
        return tuple(grad / len(Y) for grad in total)

    return backprop


def softmax(z):
    e = np.exp((z.T - z.max(1)).T)
    return (e.T / e.sum(1)).T


def forward(X, thetas):
    outputs = [X]
    for theta in thetas[:-1]:
        outputs.append(np.tanh(ones_before(outputs[-1]) @ theta))
    return [*outputs, softmax(ones_before(outputs[-1]) @ thetas[-1])]


def one_step(X, Y, thetas, rate):
    grads = slopes_from_singles(lambda a: 1 - a * a)(forward(X, thetas), Y, thetas)
    new = [theta.copy() for theta in thetas]
    for theta, grad in zip(new, grads, strict=True):
        theta -= rate * grad
    return new


def train_epoch(X, Y, thetas, rate, batches):
    for batch in batches:
        thetas = one_step(np.take(X, batch, axis=0), Y[list(batch)], thetas, rate)
    return thetas


def read_check(mine, nudged):
    def apart(g, m):
        return np.sqrt(((g - m) ** 2).sum()) / (
            np.sqrt((g**2).sum()) + np.sqrt((m**2).sum())
        )

    wrong = [n for n, (g, m) in enumerate(zip(mine, nudged, strict=True))]
    wrong = [n for n in wrong if apart(mine[n], nudged[n]) >= 1e-6]
    if not wrong:
        return "none"
    if len(mine) - 1 not in wrong:
        return "passing back"
    factor = mine[-1][0, 0] / nudged[-1][0, 0]
    scaled = [apart(g, factor * m) < 1e-6 for g, m in zip(mine, nudged, strict=True)]
    return "start" if all(scaled) else "collecting"


def stop_by_looking_back(errors, patience):
    for last in range(len(errors)):
        kept = int(np.argmin(errors[: last + 1]))
        if last - kept >= patience:
            return [kept, last]
    return [kept, last]


def price_one_by_one(thetas, l2):
    total = 0
    for theta in thetas:
        for row in theta[1:]:
            for weight in row:
                total += weight * weight
    return np.float64(l2 * total / 2)


def slopes_by_a_mask(grads, thetas, l2):
    found = []
    for grad, theta in zip(grads, thetas, strict=True):
        free = np.ones_like(theta)
        free[0] = 0
        found.append(grad + l2 * theta * free)
    return found


def choose_by_sorting(strengths, validation, unseen):
    best = validation.sum(axis=0).argsort()[0]
    return np.array(strengths)[best], np.average(unseen, axis=0)[best]


def surprise(p, Y):
    return sum(-np.log(row @ y) for row, y in zip(p, Y, strict=True)) / len(p)


def log_sum_exp(z, Y):
    top = z.max(axis=1)
    total = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    return np.average(total - (z * Y).sum(axis=1))


OTHER_WAYS = [
    (
        "output_delta",
        lambda p, Y: np.array(
            [(a - b) / p.shape[0] for a, b in zip(p, Y, strict=True)]
        ),
    ),
    ("weight_slopes", sample_by_sample),
    ("weight_slopes", lambda a, d: np.vstack([d.sum(0), np.einsum("nd,nh->dh", a, d)])),
    ("pass_back", lambda d, t, a: (d @ t.T)[:, 1:] * (1 - a) * (1 + a)),
    ("pass_back", lambda d, t, a: (d @ t.T)[:, 1:] / np.cosh(np.arctanh(a)) ** 2),
    ("my_backprop", slopes_from_singles(lambda a: 1 - np.square(a))),
    ("one_step", one_step),
    (
        "how_far_apart",
        lambda g, m: (
            np.hypot.reduce((g - m).ravel())
            / (np.hypot.reduce(g.ravel()) + np.hypot.reduce(m.ravel()))
        ),
    ),
    ("find_the_bug", read_check),
    ("gap", lambda p, Y, q, Z: surprise(q, Z) - surprise(p, Y)),
    ("early_stop", stop_by_looking_back),
    ("penalty", price_one_by_one),
    ("penalised_slopes", slopes_by_a_mask),
    ("choose_strength", choose_by_sorting),
    ("relu_mask", lambda a: a > 0),
    ("relu_mask", lambda a: np.sign(a).astype(int)),
    ("relu_mask", lambda a: np.heaviside(a, 0)),
    ("relu_back", lambda d, t, a: np.where(a == 0, 0, (d @ t.T)[:, 1:])),
    ("relu_backprop", slopes_from_singles(lambda a: (a > 0) * 1.0)),
    ("dead_nodes", lambda outputs: [a.max(axis=0) == 0 for a in outputs[1:-1]]),
    ("dead_nodes", lambda outputs: [~a.any(axis=0) for a in outputs[1:-1]]),
    ("delta_factor", lambda H, s, f: s * (H * (f * f).mean()) ** 0.5),
    ("scaled", lambda X, Z: [(part - X.mean(0)) / X.std(0) for part in (X, Z)]),
    ("mean_error", log_sum_exp),
    ("train_epoch", train_epoch),
    ("share_right", lambda p, Y: (Y[np.arange(len(p)), p.argmax(1)]).sum() / len(Y)),
]


@pytest.mark.parametrize(
    ("name", "function"), OTHER_WAYS, ids=lambda v: getattr(v, "__name__", v)
)
def test_another_right_way_is_right(name, function):
    for seed in SEEDS:
        found = verdict(name, function, seed)
        assert found.right, found.difference
