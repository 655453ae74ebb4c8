"""Which weight is to blame: forward and backward through the layers (chapter 5)."""

from __future__ import annotations

from collections.abc import Sequence

from nnbook._checks import (
    check_list,
    check_same_length,
    check_same_shape,
    check_thetas,
    choice,
    finite_array,
    real_number,
)
from nnbook._types import Array, ArrayLike
from nnbook.activations import ACTIVATIONS
from nnbook.errors import check_targets
from nnbook.probabilities import log_softmax, softmax
from nnbook.weighted_sums import weighted_sum, with_bias

__all__ = ["backprop", "forward", "network_error"]


def _hidden_outputs(X: Array, thetas: Sequence[Array], activation: str) -> list[Array]:
    """Give [X, a1, ...]: every output before the last layer's weighted sum."""
    f = ACTIVATIONS[choice("activation", activation, ACTIVATIONS)].f
    outputs = [X]
    for theta in thetas[:-1]:
        outputs.append(f(weighted_sum(outputs[-1], theta)))
    return outputs


def _checked_input(
    X: ArrayLike, thetas: Sequence[ArrayLike]
) -> tuple[Array, list[Array]]:
    X = finite_array("X", X, ndim=2)
    return X, check_thetas(thetas, n_inputs=X.shape[1])


def check_samples(
    X: ArrayLike, Y: ArrayLike, thetas: Sequence[ArrayLike]
) -> tuple[Array, Array, list[Array]]:
    """Give samples, targets and weights as arrays that fit each other."""
    X, layers = _checked_input(X, thetas)
    Y = check_targets(Y)
    check_same_length("X", X, "Y", Y)
    if Y.shape[1] != layers[-1].shape[1]:
        raise ValueError(
            "Y must have one column for each node of the last layer, got Y "
            f"{Y.shape} and thetas[{len(layers) - 1}] {layers[-1].shape}"
        )
    return X, Y, layers


def forward(
    X: ArrayLike, thetas: Sequence[ArrayLike], activation: str = "tanh"
) -> list[Array]:
    """Send samples through every layer and keep what each layer gives.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Samples, one a row.
    thetas : sequence of array_like, each (1 + D, H)
        The weights of each layer; row 0 comes from the bias node.
    activation : str
        Name in `ACTIVATIONS` of the hidden layers' activation. The last layer's
        is always softmax.

    Returns
    -------
    list of ndarray
        ``[X, a1, ..., p]``: layer 0's outputs are the inputs, the last layer's
        are the probabilities, shape (N, K).

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a value is not finite, or the activation is
        not known.

    Notes
    -----
    Equation (5.1) of the book.

    Examples
    --------
    >>> outputs = forward([[1.0, 2.0]], [np.zeros((3, 3)), np.zeros((4, 2))])
    >>> [a.shape for a in outputs]
    [(1, 2), (1, 3), (1, 2)]
    >>> outputs[-1]
    array([[0.5, 0.5]])
    """
    X, layers = _checked_input(X, thetas)
    outputs = _hidden_outputs(X, layers, activation)
    return [*outputs, softmax(weighted_sum(outputs[-1], layers[-1]))]


def backprop(
    outputs: Sequence[ArrayLike],
    Y: ArrayLike,
    thetas: Sequence[ArrayLike],
    activation: str = "tanh",
    l2: float = 0.0,
) -> list[Array]:
    """Find the slope of the error with respect to every weight, last layer first.

    Parameters
    ----------
    outputs : sequence of array_like
        ``[X, a1, ..., p]``, as :func:`forward` gives them for these `thetas`.
    Y : array_like, shape (N, K)
        Targets, one-hot.
    thetas : sequence of array_like, each (1 + D, H)
        The weights of each layer, unchanged since the forward pass.
    activation : str
        Name in `ACTIVATIONS` of the hidden layers' activation.
    l2 : float
        Strength of the penalty l2/2 times the sum of the squared weights; the
        weights from bias nodes are left out of it.

    Returns
    -------
    list of ndarray
        One `grad` a layer, shaped like its theta. The 1/N of the mean is in.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a value is not finite, or the activation is
        not known.

    Notes
    -----
    Equations (5.2) to (5.4) of the book, after Rumelhart, Hinton and Williams
    (1986): at the end delta is (p - Y)/N; each layer's grad is the outputs before
    it, transposed, times delta; and delta passes to the layer before through the
    weights (without their bias row) and the activation's slope.

    Examples
    --------
    >>> outputs = forward([[1.0, 2.0]], [np.zeros((3, 2))])
    >>> backprop(outputs, [[1.0, 0.0]], [np.zeros((3, 2))])[0]
    array([[-0.5,  0.5],
           [-0.5,  0.5],
           [-1. ,  1. ]])
    """
    layers = check_thetas(thetas)
    prime = ACTIVATIONS[choice("activation", activation, ACTIVATIONS)].prime
    l2 = real_number("l2", l2, minimum=0)
    Y = check_targets(Y)
    a = _checked_outputs(outputs, layers)
    check_same_shape("Y", Y, "the probabilities outputs[-1]", a[-1])

    delta = (a[-1] - Y) / len(Y)
    grads: list[Array] = []
    for n in reversed(range(len(layers))):
        grad = with_bias(a[n]).T @ delta
        grad[1:] += l2 * layers[n][1:]
        grads.insert(0, grad)
        if n > 0:
            delta = delta @ layers[n][1:].T * prime(a[n])
    return grads


def _checked_outputs(
    outputs: Sequence[ArrayLike], thetas: Sequence[Array]
) -> list[Array]:
    """Give [X, a1, ..., p] as arrays that fit the weights and each other."""
    check_list("outputs", outputs)
    if len(outputs) != len(thetas) + 1:
        raise ValueError(
            f"outputs must hold {len(thetas) + 1} arrays for {len(thetas)} layers of "
            f"weights, got {len(outputs)}; forward(X, thetas) gives them"
        )
    widths = [len(thetas[0]) - 1, *(theta.shape[1] for theta in thetas)]
    checked = [
        finite_array(f"outputs[{n}]", a, ndim=2, columns=width)
        for n, (a, width) in enumerate(zip(outputs, widths, strict=True))
    ]
    for n, a in enumerate(checked):
        check_same_length(f"outputs[{n}]", a, "outputs[0]", checked[0])
    return checked


def network_error(
    X: ArrayLike,
    Y: ArrayLike,
    thetas: Sequence[ArrayLike],
    activation: str = "tanh",
    l2: float = 0.0,
) -> float:
    """Give the number whose slopes :func:`backprop` finds: error plus penalty.

    Parameters
    ----------
    X : array_like, shape (N, D)
        Samples, one a row.
    Y : array_like, shape (N, K)
        Targets, one-hot.
    thetas : sequence of array_like, each (1 + D, H)
        The weights of each layer.
    activation : str
        Name in `ACTIVATIONS` of the hidden layers' activation.
    l2 : float
        Strength of the penalty l2/2 times the sum of the squared weights, bias
        rows left out. With 0, the result is the error E alone.

    Returns
    -------
    float
        E + penalty. Computed through :func:`nnbook.log_softmax`, so it is finite
        even where a probability rounds to 0.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a value is not finite, or the activation is
        not known.

    Notes
    -----
    Equations (4.6) and (7.1) of the book.

    Examples
    --------
    >>> round(network_error([[1.0]], [[1.0, 0.0]], [np.zeros((2, 2))]), 4)
    0.6931
    """
    X, Y, layers = check_samples(X, Y, thetas)
    l2 = real_number("l2", l2, minimum=0)
    outputs = _hidden_outputs(X, layers, activation)
    log_p = log_softmax(weighted_sum(outputs[-1], layers[-1]))
    right = Y > 0  # elsewhere 0 * log p counts as 0, even where log p is -inf
    error = 0.0 - float((Y[right] * log_p[right]).sum()) / len(Y)
    if l2 == 0:  # then squares that overflow must not spoil it
        return error
    return error + l2 / 2 * sum(float((theta[1:] ** 2).sum()) for theta in layers)
