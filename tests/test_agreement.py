"""The same losses and gradients from PyTorch (where installed) and scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import ACTIVATIONS, flat, make_case

from nnbook import backprop, forward, network_error, train

RATE = 0.2
EPOCHS = 3


def pytorch(
    X: np.ndarray, Y: np.ndarray, thetas: list[np.ndarray], activation: str, l2: float
) -> tuple[float, list[np.ndarray]]:
    """Give the error with its penalty, and the gradients, by autograd."""
    torch = pytest.importorskip("torch")
    f = getattr(torch, activation, torch.clone)
    layers = [torch.tensor(theta, requires_grad=True) for theta in thetas]
    a = torch.tensor(X)
    for theta in layers[:-1]:
        a = f(theta[0] + a @ theta[1:])
    scores = layers[-1][0] + a @ layers[-1][1:]
    E = torch.nn.functional.cross_entropy(scores, torch.tensor(Y))
    E = E + l2 / 2 * sum((theta[1:] ** 2).sum() for theta in layers)
    grads = torch.autograd.grad(E, layers)
    return E.item(), [grad.numpy() for grad in grads]


def scikit_learn(
    X: np.ndarray, Y: np.ndarray, thetas: list[np.ndarray], activation: str, l2: float
) -> tuple[float, list[np.ndarray]]:
    """Give the same from one step of `MLPClassifier`, seen in its weights."""
    neural_network = pytest.importorskip("sklearn.neural_network")
    names = {"sigmoid": "logistic"}
    network = neural_network.MLPClassifier(
        hidden_layer_sizes=[theta.shape[1] for theta in thetas[:-1]],
        activation=names.get(activation, activation),
        solver="sgd",
        alpha=l2 * len(X),  # its penalty is divided by the number of samples
        learning_rate_init=1.0,
        momentum=0.0,
        shuffle=False,
    )
    y = Y.argmax(axis=1)
    network.partial_fit(X, y, classes=range(Y.shape[1]))  # makes the arrays
    for coef, intercept, theta in zip(
        network.coefs_, network.intercepts_, thetas, strict=True
    ):
        coef[:], intercept[:] = theta[1:], theta[0]
    network.partial_fit(X, y)
    layers = zip(network.intercepts_, network.coefs_, strict=True)
    after = [np.vstack(pair) for pair in layers]
    return network.loss_, [a - b for a, b in zip(thetas, after, strict=True)]


@pytest.mark.parametrize("batch_size", [None, 7])  # of 20 samples
@pytest.mark.parametrize("l2", [0.0, 0.1])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("theirs", "n_classes"),
    [
        *[(pytorch, 2), (pytorch, 3), (pytorch, 5)],
        # scikit-learn's network of two classes has a single logistic output.
        *[(scikit_learn, 3), (scikit_learn, 5)],
    ],
)
def test_losses_and_gradients_agree(
    theirs: Any,
    n_classes: int,
    activation: str,
    depth: int,
    l2: float,
    batch_size: int | None,
) -> None:
    X, Y, start = make_case(depth, n_classes)
    rng, size = np.random.default_rng(0), batch_size or len(X)
    thetas, errors = start, np.zeros(EPOCHS)
    for epoch in range(EPOCHS):
        order = rng.permutation(len(X)) if batch_size else np.arange(len(X))
        for rows in np.split(order, range(size, len(X), size)):
            loss, grads = theirs(X[rows], Y[rows], thetas, activation, l2)
            ours = network_error(X[rows], Y[rows], thetas, activation, l2)
            assert ours == pytest.approx(loss, rel=0, abs=1e-9)
            outputs = forward(X[rows], thetas, activation)
            our_grads = backprop(outputs, Y[rows], thetas, activation, l2)
            np.testing.assert_allclose(flat(our_grads), flat(grads), rtol=0, atol=1e-9)
            squares = sum(float((theta[1:] ** 2).sum()) for theta in thetas)
            errors[epoch] += len(rows) / len(X) * (loss - l2 / 2 * squares)
            thetas = [t - RATE * g for t, g in zip(thetas, grads, strict=True)]

    learned, our_errors = train(
        *(X, Y, start),
        activation=activation,
        learning_rate=RATE,
        epochs=EPOCHS,
        batch_size=batch_size,
        l2=l2,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_allclose(flat(learned), flat(thetas), rtol=0, atol=1e-9)
    np.testing.assert_allclose(our_errors, errors, rtol=0, atol=1e-9)
