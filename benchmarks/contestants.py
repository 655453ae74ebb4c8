"""One training problem, five ways to solve it: each from a call to fitted weights.

Every `*_run` takes a problem and gives a function of no arguments, the call that is
timed. It starts from the problem's weights, meets the same batches in the same
order, and ends with `Trained`: weights in nnbook's form and the mean error of the
last epoch as the library itself reports it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnbook import one_hot, train

jax.config.update("jax_enable_x64", True)  # float32 arrays stay float32

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Problem:
    """What to train, on what, for how long."""

    name: str
    X: Array
    y: Array
    thetas: list[Array]
    activation: str
    learning_rate: float
    batch_size: int | None
    epochs: int

    @property
    def Y(self) -> Array:
        return one_hot(self.y, self.thetas[-1].shape[1])

    @property
    def batches(self) -> int:
        """Steps an epoch. The sizes are chosen so that no smaller batch is left."""
        batches, rest = divmod(len(self.X), self.batch_size or len(self.X))
        assert rest == 0, "the batch size must divide the number of samples"
        return batches

    @property
    def steps(self) -> int:
        return self.epochs * self.batches

    def rng(self) -> np.random.Generator:
        """Give the generator whose permutations are the epochs' orders."""
        return np.random.default_rng(7)

    def lasting(self, steps: int) -> Problem:
        """Give the same problem for another number of steps, in whole epochs."""
        epochs, rest = divmod(steps, self.batches)
        assert rest == 0, f"{steps} steps are not a whole number of epochs"
        return replace(self, epochs=epochs)


class Trained(NamedTuple):
    """Weights, and the mean error of the last epoch."""

    thetas: list[Array]
    error: float


Run = Callable[[], Trained]


def nnbook_run(problem: Problem) -> Run:
    """The package's own loop."""
    p, Y = problem, problem.Y

    def run() -> Trained:
        thetas, errors = train(
            p.X,
            Y,
            p.thetas,
            activation=p.activation,
            learning_rate=p.learning_rate,
            epochs=p.epochs,
            batch_size=p.batch_size,
            rng=p.rng() if p.batch_size else None,
        )
        return Trained(thetas, float(errors[-1]))

    return run


# ---- scikit-learn -------------------------------------------------------------


class _SameOrders(np.random.RandomState):
    """Makes scikit-learn go through the samples in the same order as nnbook.

    It shuffles what the epoch before left, so what is handed out is the way from
    that order to the next one.
    """

    def follow(self, rng: np.random.Generator) -> _SameOrders:
        self._rng = rng
        self._before: Array | None = None
        return self

    def shuffle(self, x: Any) -> None:
        order = self._rng.permutation(len(x))
        x[:] = order if self._before is None else np.argsort(self._before)[order]
        self._before = order


class _SameStart(MLPClassifier):
    """Starts from given weights instead of drawing them."""

    def start_from(self, thetas: list[Array], softmax_of_two: bool) -> _SameStart:
        self._given = iter(thetas)
        self._softmax_of_two = softmax_of_two
        return self

    def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> tuple[Array, Array]:
        theta = next(self._given).astype(dtype)
        return theta[1:].copy(), theta[0].copy()

    def _initialize(self, y: Array, layer_units: list[int], dtype: Any) -> None:
        super()._initialize(y, layer_units, dtype)
        if self._softmax_of_two:
            self.out_activation_ = "softmax"


def sklearn_run(problem: Problem, softmax_of_two: bool = False) -> Run:
    """MLPClassifier with plain gradient descent: no momentum, constant rate.

    For two classes it has a single logistic output, one column of weights where
    softmax has two: less work, the same start, but another descent. With
    `softmax_of_two`, it gets one-hot targets and the softmax it uses for three
    classes, which makes its work, and so its losses, the same as everyone else's.
    """
    p, thetas = problem, problem.thetas
    target = p.y
    if softmax_of_two:
        target = p.Y.astype(int)
    elif thetas[-1].shape[1] == 2:
        thetas = [*thetas[:-1], np.diff(thetas[-1], axis=1)]

    def run() -> Trained:
        model = _SameStart(
            tuple(theta.shape[1] for theta in thetas[:-1]),
            activation=p.activation,
            solver="sgd",
            alpha=0.0,
            batch_size=p.batch_size or len(p.X),
            learning_rate_init=p.learning_rate,
            momentum=0.0,
            nesterovs_momentum=False,
            max_iter=p.epochs,
            n_iter_no_change=p.epochs,
            shuffle=p.batch_size is not None,
            random_state=_SameOrders().follow(p.rng()),
        ).start_from(thetas, softmax_of_two)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(p.X, target)
        layers = zip(model.intercepts_, model.coefs_, strict=True)
        return Trained([np.vstack(layer) for layer in layers], model.loss_)

    return run


# ---- PyTorch ------------------------------------------------------------------

_TORCH_ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}


def torch_run(problem: Problem) -> Run:
    """Eager PyTorch, as its tutorials write it: Sequential, CrossEntropyLoss, SGD."""
    torch.set_num_threads(1)
    p = problem
    X, y = torch.from_numpy(p.X), torch.from_numpy(p.y)

    def build() -> torch.nn.Sequential:
        layers: list[torch.nn.Module] = []
        for theta in p.thetas:
            layer = torch.nn.Linear(len(theta) - 1, theta.shape[1], dtype=X.dtype)
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(theta[1:].T))
                layer.bias.copy_(torch.from_numpy(theta[0]))
            layers += [layer, _TORCH_ACTIVATIONS[p.activation]()]
        return torch.nn.Sequential(*layers[:-1])

    def run() -> Trained:
        model, rng = build(), p.rng()
        loss_of = torch.nn.CrossEntropyLoss()
        optimiser = torch.optim.SGD(model.parameters(), lr=p.learning_rate)
        for _ in range(p.epochs):
            total = 0.0
            batches: Iterable[tuple[Any, Any]] = [(X, y)]
            if p.batch_size is not None:
                order = torch.from_numpy(rng.permutation(len(X)))
                batches = ((X[i], y[i]) for i in order.split(p.batch_size))
            for inputs, targets in batches:
                optimiser.zero_grad()
                loss = loss_of(model(inputs), targets)
                loss.backward()
                optimiser.step()
                total += loss.item()
        thetas = [
            np.vstack([layer.bias.detach().numpy(), layer.weight.detach().numpy().T])
            for layer in model
            if isinstance(layer, torch.nn.Linear)
        ]
        return Trained(thetas, total / p.batches)

    return run


# ---- JAX ----------------------------------------------------------------------

_JAX_ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu}


def jax_run(problem: Problem) -> Run:
    """JAX: all steps in one compiled scan. The first call compiles it."""
    p = problem
    X, Y = jnp.asarray(p.X), jnp.asarray(p.Y.astype(p.X.dtype))
    start = [(jnp.asarray(theta[0]), jnp.asarray(theta[1:])) for theta in p.thetas]
    f = _JAX_ACTIVATIONS[p.activation]

    def error(layers: Any, inputs: Any, targets: Any) -> Any:
        a = inputs
        for bias, weights in layers[:-1]:
            a = f(a @ weights + bias)
        bias, weights = layers[-1]
        log_p = jax.nn.log_softmax(a @ weights + bias)
        return -(targets * log_p).sum() / len(targets)

    @jax.jit
    def all_steps(layers: Any, X: Any, Y: Any, chosen: Any) -> Any:
        def one_step(layers: Any, chosen: Any) -> Any:
            inputs, targets = (X, Y) if chosen is None else (X[chosen], Y[chosen])
            value, slopes = jax.value_and_grad(error)(layers, inputs, targets)
            moved = jax.tree.map(lambda t, g: t - p.learning_rate * g, layers, slopes)
            return moved, value

        return jax.lax.scan(one_step, layers, chosen, length=p.steps)

    def run() -> Trained:
        chosen = None
        if p.batch_size is not None:
            rng = p.rng()
            orders = [rng.permutation(len(p.X)) for _ in range(p.epochs)]
            chosen = np.reshape(orders, (p.steps, p.batch_size))
        layers, errors = jax.block_until_ready(all_steps(start, X, Y, chosen))
        thetas = [np.vstack(layer) for layer in layers]
        return Trained(thetas, float(errors[-p.batches :].mean()))

    return run


# ---- the floor ------------------------------------------------------------------


def products_run(problem: Problem, transposed: bool) -> Callable[[], None]:
    """The matrix products of each step and nothing else, on one batch's arrays.

    One hidden layer. `transposed` lays the arrays out as `train` does, one column a
    sample; otherwise one row a sample. Neither is faster on every machine.
    """
    p = problem
    rng = np.random.default_rng(0)
    n = p.batch_size or len(p.X)
    (d, h), (_, k) = (theta.shape for theta in p.thetas)

    def array(*shape: int) -> Array:
        return rng.normal(size=shape).astype(p.X.dtype)

    x, into, out = array(n, d), array(d, h), array(1 + h, k)
    slope_in, slope_out = np.empty_like(into), np.empty_like(out)
    if transposed:
        a, z, delta, back = array(1 + h, n), array(k, n), array(k, n), array(h, n)

        def run() -> None:
            for _ in range(p.steps):
                np.dot(into.T, x.T, out=a[1:])
                np.dot(out.T, a, out=z)
                np.dot(a, delta.T, out=slope_out)
                np.dot(out[1:], delta, out=back)
                np.dot(x.T, back.T, out=slope_in)

    else:
        a, z, delta, back = array(n, 1 + h), array(n, k), array(n, k), array(n, h)
        hidden = array(n, h)

        def run() -> None:
            for _ in range(p.steps):
                np.dot(x, into, out=hidden)
                np.dot(a, out, out=z)
                np.dot(a.T, delta, out=slope_out)
                np.dot(delta, out[1:].T, out=back)
                np.dot(x.T, back, out=slope_in)

    return run
