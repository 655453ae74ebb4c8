"""The generators, the digits, the split and the scaling (chapter 1)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from helpers import normal, unchanged

from nnbook.datasets import (
    load_digits,
    make_blobs,
    make_circles,
    make_moons,
    make_spirals,
    make_xor,
    standardize,
    train_test_split,
)

GENERATORS = [make_moons, make_circles, make_spirals, make_blobs, make_xor]
each = pytest.mark.parametrize("make", GENERATORS)


@each
def test_shapes_and_default_size(make: Callable) -> None:
    X, y = make(random_state=0)
    assert X.shape == (200, 2)
    assert X.dtype == np.float64
    assert y.shape == (200,)
    assert y.dtype.kind == "i"
    assert np.bincount(y).tolist() == [100, 100]


@each
@pytest.mark.parametrize(("n", "counts"), [(2, [1, 1]), (7, [4, 3]), (50, [25, 25])])
def test_classes_are_balanced(make: Callable, n: int, counts: list[int]) -> None:
    _, y = make(n, random_state=0)
    assert np.bincount(y).tolist() == counts


@pytest.mark.parametrize("make", [make_spirals, make_blobs])
def test_any_number_of_classes(make: Callable) -> None:
    _, y = make(11, n_classes=4, random_state=0)
    assert np.bincount(y).tolist() == [3, 3, 3, 2]
    assert np.bincount(make(3, n_classes=3)[1]).tolist() == [1, 1, 1]


@each
def test_samples_come_in_random_order(make: Callable) -> None:
    _, y = make(200, random_state=0)
    changes = (np.diff(y) != 0).sum()
    # A random order changes class 100 times on average, with a deviation of 7.
    assert 70 < changes < 130


@each
def test_seeds(make: Callable) -> None:
    X, y = make(50, random_state=3)
    again = make(50, random_state=3)
    assert X.tobytes() == again[0].tobytes()
    assert (y == again[1]).all()
    from_generator = make(50, random_state=np.random.default_rng(3))
    assert (from_generator[0] == X).all()
    assert (make(50, random_state=4)[0] != X).any()
    assert (make(50)[0] != X).any()  # None: fresh each time
    rng = np.random.default_rng(3)
    assert (make(50, random_state=rng)[0] != make(50, random_state=rng)[0]).any()


@each
def test_noise_is_normal_with_the_stated_deviation(make: Callable) -> None:
    """The same seed gives the same points, with and without noise."""
    bare, with_noise = (make(5000, noise=s, random_state=0)[0] for s in (0, 0.3))
    noise = (with_noise - bare) / 0.3
    # Of 10,000 standard normal numbers, to four standard errors.
    assert abs(noise.mean()) < 4 / 100
    assert abs(noise.std() - 1) < 4 / math.sqrt(20_000)
    assert abs((np.abs(noise) < 1).mean() - 0.6827) < 4 * 0.0047
    assert abs(np.corrcoef(noise.T)[0, 1]) < 4 / math.sqrt(5000)


def test_noise_is_drawn_last_and_added() -> None:
    rng = np.random.default_rng(0)
    rng.permutation(6)  # the order of the classes; blobs draw nothing more
    bare, with_noise = (make_blobs(6, noise=s, random_state=0)[0] for s in (0, 0.3))
    np.testing.assert_allclose(with_noise - bare, rng.normal(0, 0.3, (6, 2)))


@pytest.mark.parametrize(
    ("make", "noise"),
    [
        *[(make_moons, 0.2), (make_circles, 0.1), (make_spirals, 0.05)],
        *[(make_blobs, 0.5), (make_xor, 0.1)],
    ],
)
def test_default_noise(make: Callable, noise: float) -> None:
    default, explicit = make(random_state=0), make(noise=noise, random_state=0)
    assert (default[0] == explicit[0]).all()


def exact(a: np.ndarray, b: np.ndarray | float) -> None:
    np.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


def test_moons_without_noise_lie_on_two_half_circles() -> None:
    X, y = make_moons(2000, noise=0, random_state=0)
    upper, lower = X[y == 0], X[y == 1]
    exact(np.hypot(upper[:, 0], upper[:, 1]), 1)
    exact(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0.5).all()
    # Evenly along the arc, to four standard errors of the mean sine.
    for height in (upper[:, 1], 0.5 - lower[:, 1]):
        assert abs(height.mean() - 2 / np.pi) < 4 * 0.308 / math.sqrt(1000)
    for moon, left in ((upper, -1), (lower, 0)):  # from end to end
        np.testing.assert_allclose(moon[:, 0].min(), left, atol=1e-4)
        np.testing.assert_allclose(moon[:, 0].max(), left + 2, atol=1e-4)


def test_circles_without_noise_are_two_whole_rings() -> None:
    X, y = make_circles(2000, noise=0, random_state=0)
    exact(np.hypot(X[:, 0], X[:, 1]), np.where(y == 0, 1.0, 0.5))
    for ring in (X[y == 0], 2 * X[y == 1]):
        # Evenly around, to four standard errors of the mean sine and cosine.
        assert (abs(ring.mean(axis=0)) < 4 / math.sqrt(2 * 1000)).all()
        np.testing.assert_allclose(ring.min(axis=0), -1, atol=1e-3)
        np.testing.assert_allclose(ring.max(axis=0), 1, atol=1e-3)


@pytest.mark.parametrize("n_classes", [2, 5])
def test_spirals_without_noise_lie_on_their_arms(n_classes: int) -> None:
    X, y = make_spirals(3000, noise=0, n_classes=n_classes, random_state=0)
    radius = np.hypot(X[:, 0], X[:, 1])
    angle = 3 * np.pi * radius + 2 * np.pi * y / n_classes
    np.testing.assert_allclose(X, radius[:, None] * np.c_[np.cos(angle), np.sin(angle)])
    assert math.sqrt(0.02) <= radius.min() < 0.16
    assert 0.999 < radius.max() <= 1
    # Evenly over the disc's area: the squared radius is uniform on (0.02, 1).
    assert abs((radius**2).mean() - 0.51) < 4 * 0.98 / math.sqrt(12 * 3000)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_blobs_without_noise_are_their_centres(n_classes: int) -> None:
    X, y = make_blobs(30, noise=0, n_classes=n_classes, random_state=0)
    angle = 2 * np.pi * y / n_classes
    exact(X, np.c_[np.cos(angle), np.sin(angle)])


def test_xor_without_noise_fills_the_quarters_of_its_class() -> None:
    X, y = make_xor(4000, noise=0, random_state=0)
    assert (((X[:, 0] > 0) != (X[:, 1] > 0)) == (y == 1)).all()
    assert (np.abs(X) <= 1).all()
    quarters = 2 * (X[:, 0] > 0) + (X[:, 1] > 0)
    # 1,000 in each quarter, to four standard deviations of a binomial count.
    assert (abs(np.bincount(quarters) - 1000) < 4 * math.sqrt(4000 / 4 * 3 / 4)).all()
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=4 / math.sqrt(3 * 4000))
    np.testing.assert_allclose(X.std(axis=0), 1 / math.sqrt(3), atol=0.02)


def test_digits_are_those_of_scikit_learn() -> None:
    X, y = load_digits()
    assert X.shape == (1797, 64)
    assert X.dtype == np.float64
    assert y.dtype == np.int64
    assert (X.min(), X.max()) == (0, 16)
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    assert (theirs.data == X).all()
    assert (y == theirs.target).all()


def test_digits_are_a_fresh_copy_each_time() -> None:
    load_digits()[0].fill(0)
    assert load_digits()[0].max() == 16


# ---- the split --------------------------------------------------------------


def test_split_shares_every_sample_out_once_with_its_label() -> None:
    X, y = np.arange(40.0).reshape(20, 2), np.arange(20)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    assert (len(X_train), len(X_test)) == (15, 5)
    for part, labels in ((X_train, y_train), (X_test, y_test)):
        assert (part == X[labels]).all()
    together = np.concatenate([y_train, y_test])
    assert sorted(together) == list(range(20))
    assert (np.diff(together) != 1).any()  # in random order
    assert not np.shares_memory(X_train, X)


@pytest.mark.parametrize(
    ("n", "test_size", "expected"),
    [
        *[(10, 0.3, 3), (10, 0.25, 2), (10, 0.35, 4), (10, 0.01, 1)],
        *[(10, 0.99, 9), (2, 0.5, 1), (2, 0.9, 1), (2, 0.1, 1), (3, 0.5, 2)],
    ],
)
def test_split_rounds_and_leaves_one_on_each_side(
    n: int, test_size: float, expected: int
) -> None:
    X_train, X_test, _, _ = train_test_split(normal(n, 2), range(n), test_size)
    assert (len(X_train), len(X_test)) == (n - expected, expected)


def test_split_seeds_and_kinds() -> None:
    X, y = normal(30, 2).astype(np.float32), np.array(["a", "b", "c"] * 10)
    first, again, other = (train_test_split(X, y, random_state=s) for s in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert (first[0] != other[0]).any()
    assert first[0].dtype == np.float32
    assert first[2].dtype == y.dtype
    assert (train_test_split(X, y)[0] != train_test_split(X, y)[0]).any()


# ---- scaling ----------------------------------------------------------------


def test_standardize_by_hand() -> None:
    train, other = standardize([[1, 10], [3, 30]], [[2, 40]])
    assert train.tolist() == [[-1, -1], [1, 1]]
    assert other.tolist() == [[0, 2]]


def test_standardize_gives_mean_0_and_deviation_1() -> None:
    (X,) = standardize(normal(50, 3) * [1, 100, 1e-3] + [0, 5, 1])
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1, rtol=1e-12)


def test_unseen_rows_do_not_leak_into_the_scaling() -> None:
    X, unseen = normal(20, 2), 50 + normal(5, 2, seed=1)
    alone = standardize(X)[0]
    beside, scaled, more = standardize(X, unseen, unseen[:1])
    assert (alone == beside).all()
    np.testing.assert_allclose(scaled, (unseen - X.mean(axis=0)) / X.std(axis=0))
    assert (more == scaled[:1]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e6, 1 / 3])
def test_a_constant_column_is_only_shifted(value: float, dtype: type) -> None:
    """Its mean may differ from it by rounding, which must not be blown up."""
    X = np.column_stack([np.full(1000, value), normal(1000)]).astype(dtype)
    train, other = standardize(X, X[:1] + dtype(2))
    assert train.dtype == dtype
    tolerance = 1e3 * np.finfo(dtype).eps * max(abs(value), 1)
    assert np.abs(train[:, 0]).max() <= tolerance
    assert abs(other[0, 0] - 2) <= tolerance
    assert train[:, 1].std() == pytest.approx(1, rel=1e-5)


def test_rounding_in_a_column_is_not_taken_for_spread() -> None:
    X = [[0.3], [0.1 + 0.2]]  # they differ in the last bit
    assert np.abs(standardize(X)[0]).max() < 1e-15
    for steps, scaled in [(10, False), (11, True)]:  # of rounding, at 1
        (X,) = standardize([[1.0], [1 + steps * np.finfo(float).eps]])
        assert (np.abs(X).max() > 0.5) == scaled
    steps = 5 * np.finfo(float).eps * np.array([[-1], [1]])  # 10 in all, to the bit
    assert np.abs(standardize(1 + steps)[0]).max() < 0.5


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_small_spread_around_a_large_mean_is_kept(dtype: type) -> None:
    X = np.array([[1000.0], [1000.1]], dtype)
    np.testing.assert_allclose(standardize(X)[0], [[-1], [1]], rtol=1e-3)


def test_a_spread_too_small_to_square_is_no_reason_to_divide_by_0() -> None:
    assert np.isfinite(standardize([[0.0], [1e-200]])[0]).all()


def test_arguments_are_not_changed() -> None:
    X, other = normal(10, 2), normal(3, 2)
    with unchanged(X, other):
        standardize(X, other)
        train_test_split(X, np.arange(10))
