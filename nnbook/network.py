"""The network as one object, with scikit-learn's manners (chapter 6)."""

from __future__ import annotations

import inspect
import numbers
import sys
import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from nnbook._checks import (
    check_ndim,
    check_same_length,
    choice,
    finite_array,
    generator,
    hidden_sizes,
    labels,
)
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS
from nnbook.backpropagation import forward
from nnbook.errors import one_hot
from nnbook.learning import INIT_SCHEMES, OnEpoch, init_thetas, train
from nnbook.metrics import accuracy

__all__ = ["Network"]

# Nothing here imports scikit-learn by itself. Its own error and warning classes are
# used where a program has loaded it, since its tools look for them.


class Network:
    """A classifier: hidden layers, softmax on top, trained by gradient descent.

    Parameters
    ----------
    hidden_layer_sizes : sequence of int
        Nodes in each hidden layer, bias nodes not counted. ``()`` leaves the
        softmax alone: multinomial logistic regression.
    activation : {"tanh", "sigmoid", "relu", "identity"}
        The hidden layers' activation, by its name in `ACTIVATIONS`.
    learning_rate : float
        How far a step goes for each unit of slope.
    epochs : int
        How many times to go through the samples.
    batch_size : int, optional
        Samples a step, in a new order every epoch; None takes all, in order.
    l2 : float
        Strength of the penalty l2/2 times the sum of the squared weights, the
        weights from bias nodes left out.
    init : {"glorot", "he", "normal"}
        How the starting weights are drawn; see :func:`nnbook.init_thetas`.
    random_state : int, numpy.random.Generator or None
        Draws the starting weights and shuffles the batches. An int gives the same
        network every time; a Generator moves on, so that a second `fit` differs.
    progress : bool
        Show a progress bar while fitting.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        The labels met in `fit`, sorted. Column k of `predict_proba` belongs to
        ``classes_[k]``.
    thetas_ : list of ndarray, each (1 + D, H)
        The learned weights, one array a layer; row 0 comes from the bias node.
    activation_ : str
        The activation these weights were learned with.
    loss_curve_ : ndarray, shape (epochs run,)
        The error of each epoch, without the penalty.
    n_features_in_ : int
        The number of columns of the X that was fitted.

    Examples
    --------
    >>> from nnbook import Network, datasets
    >>> X, y = datasets.make_moons(random_state=0)
    >>> network = Network(random_state=0).fit(X, y)
    >>> network.predict(X[:3]).shape
    (3,)
    """

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (3,),
        activation: str = "tanh",
        learning_rate: float = 0.5,
        epochs: int = 200,
        batch_size: int | None = None,
        l2: float = 0.0,
        init: str = "glorot",
        random_state: int | np.random.Generator | None = None,
        progress: bool = False,
    ) -> None:
        # Kept as they came: scikit-learn's `clone` requires it. `fit` checks them.
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.l2 = l2
        self.init = init
        self.random_state = random_state
        self.progress = progress

    def fit(
        self, X: ArrayLike, y: ArrayLike, *, on_epoch: OnEpoch | None = None
    ) -> Self:
        """Learn the weights from samples and their labels, from a fresh start.

        Parameters
        ----------
        X : array_like, shape (N, D)
            Samples, one a row. In float32 everything is computed in float32.
        y : array_like, shape (N,)
            Their labels: whole numbers, truth values or strings, at least two
            different ones.
        on_epoch : callable, optional
            ``on_epoch(epoch, thetas, error)`` is called after each epoch, as in
            :func:`nnbook.train`; returning True stops the run.

        Returns
        -------
        Network
            This network.

        Raises
        ------
        TypeError, ValueError
            If X or y is of the wrong kind or shape, y holds one class only, or a
            parameter of the network is out of its range. What an earlier `fit`
            learned is then kept.

        Warns
        -----
        DivergenceWarning
            If the error stops being finite; see :func:`nnbook.train`.
        """
        X = finite_array("X", X, ndim=2)
        y = _labels(y)
        check_same_length("X", X, "y", y)
        classes, places = _classes(y)
        choice("activation", self.activation, ACTIVATIONS)
        choice("init", self.init, INIT_SCHEMES)
        rng = generator("random_state", self.random_state)
        sizes = (X.shape[1], *hidden_sizes(self.hidden_layer_sizes), len(classes))
        self.thetas_, self.loss_curve_ = train(
            X,
            one_hot(places, len(classes)),
            init_thetas(sizes, rng, self.init),
            activation=self.activation,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            batch_size=self.batch_size,
            l2=self.l2,
            rng=rng,
            progress=self.progress,
            on_epoch=on_epoch,
        )
        self.activation_ = self.activation
        self.classes_ = classes
        self.n_features_in_ = X.shape[1]
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """Give the probability of each class for each sample.

        Parameters
        ----------
        X : array_like, shape (N, D)
            Samples with the columns of those that were fitted.

        Returns
        -------
        ndarray, shape (N, K)
            Rows sum to 1; columns are in the order of `classes_`.

        Raises
        ------
        TypeError, ValueError
            If X is of the wrong kind or shape, or the network is not fitted yet
            (scikit-learn's NotFittedError where scikit-learn is loaded).
        """
        if not self.__sklearn_is_fitted__():
            raise _not_fitted(type(self).__name__)
        X = finite_array("X", X, ndim=2)
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input: X must have the columns "
                "of the X that was fitted"
            )
        return forward(X, self.thetas_, self.activation_)[-1]

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Give the most probable label of each sample.

        Parameters
        ----------
        X : array_like, shape (N, D)
            Samples with the columns of those that were fitted.

        Returns
        -------
        ndarray, shape (N,)
            Labels, as they were given to `fit`.

        Raises
        ------
        TypeError, ValueError
            As :meth:`predict_proba` does.
        """
        most_probable = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[most_probable])

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Give the share of samples whose label is predicted rightly.

        Parameters
        ----------
        X : array_like, shape (N, D)
            Samples.
        y : array_like, shape (N,)
            Their labels, each one of `classes_`.

        Returns
        -------
        float
            Accuracy, 0 to 1.

        Raises
        ------
        TypeError, ValueError
            If X does not fit, the lengths differ, or y holds a label that `fit`
            never met.
        """
        predicted = self.predict(X)
        y = _labels(y)
        share = accuracy(y, predicted)
        unseen = ~np.isin(y, self.classes_)
        if unseen.any():
            where = int(np.argmax(unseen))
            raise ValueError(
                f"y must hold labels that fit met, {_listed(self.classes_)}, got "
                f"{y[where].item()!r} at position ({where},)"
            )
        return share

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return sorted(
            n for n in inspect.signature(cls.__init__).parameters if n != "self"
        )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the parameters by name.

        Parameters
        ----------
        deep : bool
            Accepted for scikit-learn's sake; there is nothing deeper.

        Returns
        -------
        dict
            What the constructor was given.
        """
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params: Any) -> Network:
        """Change parameters by name.

        Parameters
        ----------
        **params
            New values, by the constructor's names.

        Returns
        -------
        Network
            This network; a fit made before stays as it is.

        Raises
        ------
        ValueError
            If a name is not one of the parameters; then nothing is changed.
        """
        for name in params:
            choice("the name of a parameter", name, self._parameter_names())
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Show the constructor's call, without what was left at its default."""
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name].default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn whether `fit` has run."""
        return hasattr(self, "thetas_")

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what kind of estimator this is."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(),
        )


class NotFittedError(ValueError, AttributeError):
    """A network was asked before it had learned; scikit-learn's has these bases."""


def _not_fitted(name: str) -> Exception:
    kind = _sklearn_class("NotFittedError", NotFittedError)
    error: Exception = kind(f"this {name} is not fitted yet: call fit(X, y) first")
    return error


def _sklearn_class(name: str, fallback: type) -> Any:
    """Give scikit-learn's error or warning where it is loaded."""
    return getattr(sys.modules.get("sklearn.exceptions"), name, fallback)


def _labels(y: Any) -> np.ndarray:
    """Give y as a one-dimensional array of numbers, truth values or strings."""
    if y is None:
        raise ValueError(
            "y must hold one label a sample: Network requires y to be passed, but the "
            "target y is None"
        )
    # A list must not go through NumPy's own choice of dtype, which turns
    # ["a", nan] into ["a", "nan"].
    array = np.asarray(y, dtype=None if hasattr(y, "dtype") else object)
    if array.ndim == 2 and array.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected: y.ravel() "
            "makes it one",
            _sklearn_class("DataConversionWarning", UserWarning),
            stacklevel=3,
        )
        array = array.ravel()
    if array.ndim == 2:
        raise ValueError(
            f"y must be 1-dimensional, got shape {array.shape}; if these are one-hot "
            "targets, y.argmax(axis=1) gives the labels"
        )
    check_ndim("y", array, 1)
    return labels("y", _of_one_kind(array) if array.dtype == object else array)


def _of_one_kind(y: np.ndarray) -> np.ndarray:
    """Give an object array as numbers or as strings, refusing a mixture."""
    values = y.tolist()
    kinds = [
        "string" if isinstance(v, str) else "number" if _is_number(v) else "other"
        for v in values
    ]
    for where, kind in enumerate(kinds):
        if kind == "other" or kind != kinds[0]:
            beside = "" if kind == "other" else f" beside {values[0]!r}"
            raise TypeError(
                "y must hold numbers or strings, all of one kind, got "
                f"{values[where]!r:.60} at position ({where},){beside}"
            )
    return np.asarray(values)


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real | np.bool_)


def _classes(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the sorted labels, and each sample's place among them."""
    if y.dtype.kind not in "biufUS":
        raise TypeError(f"y must hold numbers or strings, got dtype {y.dtype}")
    if y.dtype.kind == "f" and (y != np.floor(y)).any():
        where = int(np.argmax(y != np.floor(y)))
        raise ValueError(
            f"y must hold class labels, got the fraction {y[where]} at position "
            f"({where},) (Unknown label type: continuous); a network with softmax on "
            "top classifies"
        )
    classes, places = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            "y must hold at least two classes, got one class only: "
            f"{classes[0].item()!r}"
        )
    return classes, places


def _listed(classes: np.ndarray) -> str:
    """Name the classes, the middle ones left out where there are many."""
    names = [repr(label) for label in classes.tolist()]
    if len(names) > 10:
        names[5:-1] = ["..."]
    return ", ".join(names)
