"""The network as one object: what it learns, and scikit-learn's manners."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from helpers import check_refusal, refusals
from scipy import sparse
from sklearn.base import clone, is_classifier
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import estimator_checks_generator

from nnbook import (
    DivergenceWarning,
    Network,
    accuracy,
    backprop,
    datasets,
    forward,
    init_thetas,
    one_hot,
    train,
)

X, y = datasets.make_moons(60, random_state=0)
NAMES = np.array(["upper", "lower"])[y]


def fitted(**params: Any) -> Network:
    return Network(**{"epochs": 30, "random_state": 0, **params}).fit(X, y)


# ---- scikit-learn's own checks ------------------------------------------------

EXPECTED_FAILURES = {
    "check_dtype_object": (
        "an object array is refused by design, even one of numbers: it may hold "
        "anything, and what it holds is for the caller to say"
    ),
}

with warnings.catch_warnings():
    # "does not inherit from BaseEstimator": the package does not need scikit-learn.
    warnings.filterwarnings(
        "ignore", message=".*does not inherit", category=UserWarning
    )
    CHECKS = list(
        estimator_checks_generator(
            # 100 passes are enough for the accuracy that the checks ask for.
            Network(epochs=100),
            expected_failed_checks=EXPECTED_FAILURES,
            mark="xfail",
        )
    )


def check_name(case: Any) -> str:
    check = getattr(case, "func", case)
    return str(getattr(check, "__name__", type(case).__name__))


@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=check_name)
def test_check_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


# ---- what fit learns ----------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 16])
def test_fit_is_init_thetas_then_train(batch_size: int | None) -> None:
    network = Network(
        (4, 3),
        activation="relu",
        learning_rate=0.3,
        epochs=7,
        batch_size=batch_size,
        l2=0.01,
        init="he",
        random_state=5,
    ).fit(X, NAMES)

    rng = np.random.default_rng(5)
    start = init_thetas((2, 4, 3, 2), rng, "he")
    thetas, errors = train(
        X,
        one_hot(1 - y, 2),  # "lower" comes before "upper"
        start,
        activation="relu",
        learning_rate=0.3,
        epochs=7,
        batch_size=batch_size,
        l2=0.01,
        rng=rng,
    )
    assert network.classes_.tolist() == ["lower", "upper"]
    assert network.n_features_in_ == 2
    assert network.activation_ == "relu"
    np.testing.assert_array_equal(network.loss_curve_, errors)
    for ours, theirs in zip(network.thetas_, thetas, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    p = forward(X, thetas, "relu")[-1]
    np.testing.assert_array_equal(network.predict_proba(X), p)
    expected = np.where(p[:, 0] > p[:, 1], "lower", "upper")
    assert network.predict(X).tolist() == expected.tolist()
    assert network.score(X, NAMES) == accuracy(NAMES, expected)


def test_defaults_are_those_of_the_design() -> None:
    assert Network().get_params() == {
        "hidden_layer_sizes": (3,),
        "activation": "tanh",
        "learning_rate": 0.5,
        "epochs": 200,
        "batch_size": None,
        "l2": 0.0,
        "init": "glorot",
        "random_state": None,
        "progress": False,
    }


def test_logistic_regression_has_slope_zero_at_the_end() -> None:
    X, y = datasets.make_blobs(150, noise=1, n_classes=3, random_state=0)
    network = Network((), learning_rate=1, epochs=1000, random_state=0).fit(X, y)
    [grad] = backprop(forward(X, network.thetas_), one_hot(y, 3), network.thetas_)
    assert np.abs(grad).max() < 1e-12
    reference = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(
        network.predict_proba(X), reference.predict_proba(X), atol=1e-7
    )


def test_penalised_logistic_regression_has_the_weights_of_scikit_learn() -> None:
    X, y = datasets.make_blobs(150, noise=1, n_classes=3, random_state=0)
    network = Network((), learning_rate=1, epochs=1000, l2=0.1, random_state=0)
    network.fit(X, y)
    # scikit-learn divides the penalty by C, and sums the error over the samples.
    reference = LogisticRegression(C=1 / (0.1 * 150), tol=1e-10, max_iter=1000)
    reference.fit(X, y)
    np.testing.assert_allclose(network.thetas_[0][1:].T, reference.coef_, atol=1e-7)
    np.testing.assert_allclose(network.thetas_[0][0], reference.intercept_, atol=1e-7)


def test_one_feature_and_one_hidden_node() -> None:
    network = Network((1,), epochs=300, random_state=0)
    network.fit([[0], [1], [2], [3]], [7, 7, 9, 9])
    assert [theta.shape for theta in network.thetas_] == [(2, 1), (2, 2)]
    assert network.predict([[-5], [8]]).tolist() == [7, 9]


def test_float32_stays_float32() -> None:
    network = fitted().fit(X.astype(np.float32), y)
    assert {theta.dtype for theta in network.thetas_} == {np.dtype(np.float32)}
    assert network.predict_proba(X.astype(np.float32)).dtype == np.float32


def test_inputs_are_not_changed() -> None:
    samples, labels = X.copy(), NAMES.copy()
    network = Network(epochs=5, batch_size=7, random_state=0).fit(samples, labels)
    network.predict_proba(samples)
    network.score(samples, labels)
    np.testing.assert_array_equal(samples, X)
    np.testing.assert_array_equal(labels, NAMES)


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    small = fitted(batch_size=len(X))
    large = fitted(batch_size=10 * len(X))
    np.testing.assert_array_equal(small.thetas_[0], large.thetas_[0])


def test_fit_starts_afresh() -> None:
    network = fitted()
    first = [theta.copy() for theta in network.thetas_]
    network.fit(X[:10, :1], NAMES[:10])
    assert network.n_features_in_ == 1
    assert network.predict(X[:, :1]).dtype == NAMES.dtype
    network.fit(X, y)
    for theta, before in zip(network.thetas_, first, strict=True):
        np.testing.assert_array_equal(theta, before)


def test_a_fit_that_fails_keeps_the_one_before() -> None:
    network = fitted()
    before = network.predict_proba(X)
    with pytest.raises(ValueError, match="two classes"):
        network.fit(X[:, :1], np.zeros(len(X)))
    with pytest.raises(ValueError, match="activation must be one of"):
        network.set_params(activation="step").fit(X, y)
    np.testing.assert_array_equal(network.predict_proba(X), before)


def test_set_params_after_fit_does_not_change_what_was_learned() -> None:
    network = fitted()
    before = network.predict_proba(X)
    network.set_params(activation="relu", hidden_layer_sizes=(9,))
    np.testing.assert_array_equal(network.predict_proba(X), before)


def test_on_epoch_sees_every_epoch_and_can_stop() -> None:
    seen: list[tuple[int, float]] = []

    def watch(epoch: int, thetas: list[Any], error: float) -> bool:
        assert [theta.shape for theta in thetas] == [(3, 3), (4, 2)]
        seen.append((epoch, error))
        return epoch == 4

    network = Network(random_state=0).fit(X, y, on_epoch=watch)
    assert [epoch for epoch, _ in seen] == [0, 1, 2, 3, 4]
    assert [error for _, error in seen] == network.loss_curve_.tolist()


def test_progress_shows_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    fitted(progress=True)
    assert "30/30" in capsys.readouterr().err
    fitted()
    assert capsys.readouterr().err == ""


def test_a_rate_that_blows_up_warns_and_keeps_finite_weights() -> None:
    network = Network(learning_rate=1e6, activation="relu", random_state=0)
    with pytest.warns(DivergenceWarning, match="learning rate 1e"):
        network.fit(X, y)
    assert len(network.loss_curve_) < network.epochs
    assert np.isfinite(network.loss_curve_).all()
    assert all(np.isfinite(theta).all() for theta in network.thetas_)


# ---- randomness ---------------------------------------------------------------


@pytest.mark.parametrize("batch_size", [None, 8])
def test_the_same_seed_gives_the_same_network(batch_size: int | None) -> None:
    one, two = fitted(batch_size=batch_size), fitted(batch_size=batch_size)
    other = fitted(batch_size=batch_size, random_state=1)
    for a, b, c in zip(one.thetas_, two.thetas_, other.thetas_, strict=True):
        np.testing.assert_array_equal(a, b)
        assert (a != c).any()


def test_without_a_seed_each_fit_starts_elsewhere() -> None:
    network = fitted(random_state=None)
    before = network.thetas_[0]
    assert (network.fit(X, y).thetas_[0] != before).any()


def test_a_generator_moves_on() -> None:
    network = fitted(random_state=np.random.default_rng(0))
    first = network.thetas_[0]
    np.testing.assert_array_equal(first, fitted(random_state=0).thetas_[0])
    assert (network.fit(X, y).thetas_[0] != first).any()


def test_a_clone_has_its_own_generator() -> None:
    network = Network(epochs=5, random_state=np.random.default_rng(0))
    twin = clone(network)
    assert twin.random_state is not network.random_state
    np.testing.assert_array_equal(
        network.fit(X, y).thetas_[0], twin.fit(X, y).thetas_[0]
    )


# ---- labels -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (y, [0, 1]),
        (y * 10 - 5, [-5, 5]),
        (y.astype(float), [0.0, 1.0]),
        (y == 1, [False, True]),
        ((y == 1).tolist(), [False, True]),
        (NAMES, ["lower", "upper"]),
        (NAMES.tolist(), ["lower", "upper"]),
        (NAMES.astype(object), ["lower", "upper"]),
        (NAMES.astype(bytes), [b"lower", b"upper"]),
        (y.astype(object), [0, 1]),
        (y.astype(np.uint8), [0, 1]),
    ],
    ids=lambda value: type(value).__name__ + str(getattr(value, "dtype", "")),
)
def test_labels_of_every_kind(labels: Any, classes: list[Any]) -> None:
    network = Network(epochs=200, random_state=0).fit(X, labels)
    assert network.classes_.tolist() == classes
    predicted = network.predict(X)
    assert predicted.dtype == network.classes_.dtype
    assert set(predicted.tolist()) == set(classes)
    assert network.score(X, labels) == np.mean(predicted == np.asarray(labels)) > 0.8


def test_several_classes_in_the_order_of_classes_() -> None:
    X, y = datasets.make_blobs(90, noise=0.2, n_classes=3, random_state=0)
    names = np.array(["pear", "apple", "fig"])[y]
    network = Network(epochs=100, random_state=0).fit(X, names)
    assert network.classes_.tolist() == ["apple", "fig", "pear"]
    p = network.predict_proba(X)
    assert p.shape == (90, 3)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    assert (network.classes_[p.argmax(axis=1)] == names).all()
    assert network.score(X, names) == 1.0


def test_a_column_of_labels_is_taken_with_a_warning() -> None:
    with pytest.warns(DataConversionWarning, match="column-vector y") as caught:
        network = Network(epochs=30, random_state=0).fit(X, y[:, None])
    assert [w.filename for w in caught] == [__file__]  # the caller's line is named
    np.testing.assert_array_equal(network.thetas_[0], fitted().thetas_[0])
    with pytest.warns(DataConversionWarning, match="column-vector y"):
        share = network.score(X, y[:, None])
    assert share == network.score(X, y)


REFUSALS = refusals("network_refusals.txt")


@pytest.mark.parametrize("call", REFUSALS)
def test_refusal(call: str) -> None:
    check_refusal(call, globals(), REFUSALS[call])


def test_its_own_error_and_warning_where_scikit_learn_is_not_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "sklearn.exceptions")
    with pytest.raises(ValueError, match="not fitted yet") as caught:
        Network().predict(X)
    assert type(caught.value).__module__ == "nnbook.network"
    said = (
        "A column-vector y was passed when a 1d array was expected: y.ravel() makes it"
    )
    with pytest.warns(UserWarning, match="column-vector") as warned:
        Network(epochs=1).fit(X, y[:, None])
    assert [(w.category, str(w.message)) for w in warned] == [
        (UserWarning, f"{said} one")
    ]


with_nan = np.where(np.arange(60) == 7, np.nan, y)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (None, ValueError, "target y is None"),
        (np.zeros(60), ValueError, "got one class only: 0.0"),
        (["a"] * 60, ValueError, "got one class only: 'a'"),
        (with_nan, ValueError, r"y must be finite, got NaN \(nan\) at position \(7,\)"),
        (np.where(y == 1, np.inf, 0), ValueError, "y must be finite, got inf"),
        (np.where(np.arange(60) > 6, 0.5, y), ValueError, r"n 0.5 at position \(7,\)"),
        (["a", *NAMES[1:-1], np.nan], TypeError, r"got nan at position \(59,\) beside"),
        ([None, *NAMES[1:]], TypeError, r"got None at position \(0,\)$"),
        ([1, "a"] * 30, TypeError, r"got 'a' at position \(1,\) beside 1"),
        (y.astype("M8[D]"), TypeError, "got dtype datetime64"),
        (one_hot(y, 2), ValueError, r"got shape \(60, 2\); .*argmax"),
        (np.zeros((60, 1, 1)), ValueError, r"1-dimensional, got shape \(60, 1, 1\)"),
        (3, ValueError, r"1-dimensional, got shape \(\)"),
        ([], ValueError, "y is empty"),
        (y[:-1], ValueError, "got X with 60 and y with 59"),
    ],
)
def test_labels_that_are_refused(labels: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        Network().fit(X, labels)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([*y[:-1], 2], ValueError, r"labels that fit met, 0, 1, got 2 at position"),
        (y[:-1], ValueError, "got y with 59 and predicted with 60"),
        (NAMES, TypeError, "labels of one kind"),
        (None, ValueError, "target y is None"),
    ],
)
def test_score_refuses(labels: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        fitted().score(X, labels)


@pytest.mark.parametrize(
    ("count", "listed"),
    [
        (10, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        (11, r"0, 1, 2, 3, 4, \.\.\., 10"),
    ],
)
def test_many_classes_are_not_all_listed(count: int, listed: str) -> None:
    network = Network((), epochs=1).fit(np.arange(count)[:, None], np.arange(count))
    with pytest.raises(ValueError, match=f"labels that fit met, {listed}, got 99"):
        network.score([[1.0]], [99])


# ---- samples ------------------------------------------------------------------

BAD_X = [
    ([["a", "b"]] * 60, TypeError, r"X must hold real numbers, got .* dtype <U1"),
    (X.astype(object), TypeError, "X must hold real numbers, got .* dtype object"),
    (sparse.csr_array(X), TypeError, r"sparse csr_array; X\.toarray\(\)"),
    (sparse.coo_matrix(X), TypeError, r"sparse coo_matrix; X\.toarray\(\)"),
    (X * 1j, ValueError, "Complex data not supported"),
    (X * np.nan, ValueError, r"X must be finite, got NaN \(nan\) at position \(0, 0\)"),
    (X[:, 0], ValueError, r"X must be 2-dimensional, got shape \(60,\)"),
    (X[None], ValueError, r"X must be 2-dimensional, got shape \(1, 60, 2\)"),
    ([[1.0], [1.0, 2.0]], ValueError, "X must be rectangular"),
    (np.empty((0, 2)), ValueError, r"X is empty: 0 sample\(s\) \(shape=\(0, 2\)\)"),
    (np.empty((60, 0)), ValueError, r"X is empty: 0 feature\(s\) \(shape=\(60, 0\)\)"),
]


@pytest.mark.parametrize(("samples", "error", "message"), BAD_X)
def test_samples_that_are_refused(samples: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        Network().fit(samples, y)
    with pytest.raises(error, match=message):
        fitted().predict(samples)


@pytest.mark.parametrize("width", [1, 3])
def test_samples_of_another_width(width: int) -> None:
    with pytest.raises(ValueError, match=f"X has {width} features, but Network is exp"):
        fitted().predict(np.zeros((4, width)))


def test_integers_and_truth_values_are_converted() -> None:
    whole = np.round(X).astype(int)
    expected = fitted().fit(whole.astype(float), y).predict_proba(whole.astype(float))
    for samples in (whole, whole.astype(np.int8), whole.tolist()):
        network = fitted().fit(samples, y)
        np.testing.assert_array_equal(network.predict_proba(samples), expected)


# ---- parameters ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"hidden_layer_sizes": 3}, TypeError, r"such as \(3,\) .*got 3"),
        ({"hidden_layer_sizes": "3"}, TypeError, "got '3'"),
        ({"hidden_layer_sizes": np.array(3)}, TypeError, "got 3"),
        (
            {"hidden_layer_sizes": (3, 0)},
            ValueError,
            r"hidden_layer_sizes\[1\] must be",
        ),
        ({"hidden_layer_sizes": (2.5,)}, TypeError, r"hidden_layer_sizes\[0\] must be"),
        ({"activation": "than"}, ValueError, "did you mean 'tanh'"),
        (
            {"init": "glorott"},
            ValueError,
            "init must be one of .* did you mean 'glorot'",
        ),
        ({"learning_rate": 0}, ValueError, "learning_rate must be greater than 0"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"l2": -1}, ValueError, "l2 must be at least 0"),
        ({"random_state": "zero"}, ValueError, "random_state must be None, an integer"),
        ({"random_state": -1}, ValueError, "random_state must be None, an integer"),
    ],
)
def test_parameters_are_checked_by_fit(params: Any, error: Any, message: str) -> None:
    network = Network(**params)  # not here: clone and grids rely on it
    with pytest.raises(error, match=message):
        network.fit(X, y)


@pytest.mark.parametrize("sizes", [(4,), [4], np.array([4]), (np.int64(4),)])
def test_sizes_come_in_any_sequence(sizes: Any) -> None:
    assert fitted(hidden_layer_sizes=sizes).thetas_[0].shape == (3, 4)


def test_set_params() -> None:
    network = Network()
    assert network.set_params(epochs=3, l2=0.5) is network
    assert network.get_params()["epochs"] == 3
    assert network.get_params(deep=False)["l2"] == 0.5
    with pytest.raises(ValueError, match=r"parameter .*'epochs'.*got 'epoch'; did you"):
        network.set_params(l2=9.0, epoch=1)
    assert network.l2 == 0.5


def test_repr_shows_what_differs_from_the_defaults() -> None:
    assert repr(Network()) == "Network()"
    assert repr(Network((4, 4), l2=0.1, random_state=0)) == (
        "Network(hidden_layer_sizes=(4, 4), l2=0.1, random_state=0)"
    )


# ---- scikit-learn's tools -----------------------------------------------------


def test_not_fitted() -> None:
    with pytest.raises(NotFittedError, match="not fitted yet: call fit"):
        Network().predict(X)


def test_without_scikit_learn() -> None:
    """It is loaded by nothing, and errors and warnings still have their kind."""
    program = """
import sys, warnings
import numpy as np
from nnbook import Network
X, y = [[0.0], [1.0], [2.0], [3.0]], np.array([[0], [0], [1], [1]])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    network = Network(epochs=2).fit(X, y)
assert [w.category for w in caught] == [UserWarning], caught
network.score(X, y.ravel())
network.set_params(**network.get_params())
repr(network)
try:
    Network().predict(X)
except ValueError as error:
    assert isinstance(error, AttributeError)
    print(type(error).__name__)
loaded = {"sklearn", "scipy", "matplotlib", "ipywidgets", "pandas"} & set(sys.modules)
assert not loaded, loaded
assert Network().__sklearn_tags__().estimator_type == "classifier"
assert "sklearn" in sys.modules
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    assert run.stdout == "NotFittedError\n"


def test_tags() -> None:
    tags = get_tags(Network())
    assert is_classifier(Network())
    assert tags.target_tags.required
    assert tags.classifier_tags.multi_class
    assert not tags.input_tags.sparse


def test_clone_copies_parameters_and_not_the_fit() -> None:
    network = fitted(hidden_layer_sizes=(5,), activation="sigmoid")
    twin = clone(network)
    assert twin.get_params() == network.get_params()
    assert not hasattr(twin, "thetas_")


@pytest.mark.parametrize(
    "copied", [lambda n: pickle.loads(pickle.dumps(n)), copy.deepcopy]
)
def test_pickles_and_copies(copied: Any) -> None:
    network = fitted(random_state=np.random.default_rng(0)).fit(X, NAMES)
    twin = copied(network)
    np.testing.assert_array_equal(twin.predict_proba(X), network.predict_proba(X))
    assert twin.predict(X).tolist() == network.predict(X).tolist()
    twin.thetas_[0][:] = 0
    assert (network.thetas_[0] != 0).any()
    assert twin.fit(X, NAMES).random_state is not network.random_state


@pytest.mark.parametrize("scoring", [None, "roc_auc", "neg_log_loss", "f1_macro"])
def test_cross_val_score(scoring: str | None) -> None:
    network = Network(learning_rate=2, epochs=500, random_state=0)
    scores = cross_val_score(network, X, NAMES, cv=5, scoring=scoring)
    assert scores.shape == (5,)
    assert np.isfinite(scores).all()
    if scoring is None:
        right = cross_val_predict(network, X, NAMES, cv=5) == NAMES
        assert scores.mean() == pytest.approx(right.mean(), abs=1e-12)


def test_pipeline_and_grid_search() -> None:
    """On unscaled moons, tanh units beat the straight line, which a grid finds."""
    wide = X * [1000.0, 0.001]
    pipeline = make_pipeline(
        StandardScaler(), Network(learning_rate=2, epochs=1000, random_state=0)
    )
    search = GridSearchCV(pipeline, {"network__hidden_layer_sizes": [(), (8,)]}, cv=3)
    search.fit(wide, NAMES)
    line, units = search.cv_results_["mean_test_score"]
    assert units > line
    assert search.best_params_ == {"network__hidden_layer_sizes": (8,)}
    assert search.best_estimator_[-1].thetas_[0].shape == (3, 8)
    assert search.score(wide, NAMES) == 1.0
