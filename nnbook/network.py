"""The network as one object, with scikit-learn's manners (chapter 6)."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnbook._checks import (
    check_same_length,
    choice,
    finite_array,
    generator,
    integer_at_least,
    labels,
)
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS
from nnbook.backpropagation import forward
from nnbook.errors import one_hot
from nnbook.learning import INIT_SCHEMES, init_thetas, train
from nnbook.metrics import accuracy

__all__ = ["Network"]


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
        network every time.
    progress : bool
        Show a progress bar while fitting.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        The labels met in `fit`, sorted. Column k of `predict_proba` belongs to
        ``classes_[k]``.
    thetas_ : list of ndarray, each (1 + D, H)
        The learned weights, one array a layer; row 0 comes from the bias node.
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

    def fit(self, X: ArrayLike, y: ArrayLike) -> Network:
        """Learn the weights from samples and their labels, from a fresh start.

        Parameters
        ----------
        X : array_like, shape (N, D)
            Samples, one a row. In float32 everything is computed in float32.
        y : array_like, shape (N,)
            Their labels: numbers or strings, at least two different ones.

        Returns
        -------
        Network
            This network.

        Raises
        ------
        TypeError, ValueError
            If X or y is of the wrong kind or shape, y holds one class only, or a
            parameter of the network is out of its range.
        """
        X = finite_array("X", X, ndim=2)
        y = labels("y", y)
        check_same_length("X", X, "y", y)
        classes, numbers = _classes(y)
        if isinstance(self.hidden_layer_sizes, str) or not isinstance(
            self.hidden_layer_sizes, Sequence | np.ndarray
        ):
            raise TypeError(
                "hidden_layer_sizes must be a sequence of integers such as (3,), got "
                f"{self.hidden_layer_sizes!r}"
            )
        hidden = [
            integer_at_least(f"hidden_layer_sizes[{n}]", size, 1)
            for n, size in enumerate(self.hidden_layer_sizes)
        ]
        choice("init", self.init, INIT_SCHEMES)
        choice("activation", self.activation, ACTIVATIONS)
        rng = generator("random_state", self.random_state)
        start = init_thetas((X.shape[1], *hidden, len(classes)), rng, self.init)
        self.thetas_, self.loss_curve_ = train(
            X,
            one_hot(numbers, len(classes)),
            start,
            activation=self.activation,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            batch_size=self.batch_size,
            l2=self.l2,
            rng=rng,
            progress=self.progress,
        )
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
            If X is of the wrong kind or shape, or the network is not fitted yet.
        """
        self._check_fitted()
        X = finite_array("X", X, ndim=2)
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but Network is expecting "
                f"{self.n_features_in_} features as input: it was fitted with X of "
                f"{self.n_features_in_} columns"
            )
        return forward(X, self.thetas_, self.activation)[-1]

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
            Their labels.

        Returns
        -------
        float
            Accuracy, 0 to 1.
        """
        return accuracy(y, self.predict(X))

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
            If a name is not one of the parameters.
        """
        for name, value in params.items():
            choice("parameter", name, self._parameter_names())
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

    def _check_fitted(self) -> None:
        if not hasattr(self, "thetas_"):
            raise _not_fitted()

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


def _classes(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the sorted labels, and each sample's place among them."""
    if y.dtype.kind == "f" and (y != np.floor(y)).any():
        raise ValueError(
            "y must hold class labels, got fractions such as "
            f"{y[y != np.floor(y)][0]} (Unknown label type: continuous); a network "
            "with softmax on top classifies"
        )
    if y.dtype.kind not in "biufUSO":
        raise TypeError(f"y must hold numbers or strings, got dtype {y.dtype}")
    try:
        classes, numbers = np.unique(y, return_inverse=True)
    except TypeError:
        raise TypeError(
            "y must hold labels of one kind, got a mixture that cannot be sorted"
        ) from None
    if len(classes) < 2:
        raise ValueError(
            f"y must hold at least two classes, got one class only: {classes[0]!r}"
        )
    return classes, numbers


def _not_fitted() -> Exception:
    """Make scikit-learn's own error where it is loaded, a ValueError elsewhere."""
    message = "this Network is not fitted yet: call fit(X, y) first"
    exceptions = sys.modules.get("sklearn.exceptions")
    if exceptions is None:
        return ValueError(message)
    return exceptions.NotFittedError(message)  # type: ignore[no-any-return]
