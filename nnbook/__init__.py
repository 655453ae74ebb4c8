"""nnbook: neural networks in NumPy, each module reading like its chapter.

The names below are the book's vocabulary. `nnbook.plots` (matplotlib) is imported
only when it is asked for.
"""

from nnbook import datasets, experiments, metrics
from nnbook.activations import (
    ACTIVATIONS,
    Activation,
    identity,
    identity_prime,
    relu,
    relu_prime,
    sigmoid,
    sigmoid_prime,
    tanh,
    tanh_prime,
)
from nnbook.backpropagation import backprop, forward, network_error
from nnbook.errors import cross_entropy, one_hot
from nnbook.gradient_check import numerical_gradient, relative_error
from nnbook.learning import DivergenceWarning, init_thetas, step, train
from nnbook.metrics import accuracy, confusion_matrix
from nnbook.network import Network
from nnbook.probabilities import log_softmax, softmax
from nnbook.prose import glue
from nnbook.running import running_example
from nnbook.weighted_sums import weighted_sum, with_bias

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "DivergenceWarning",
    "Network",
    "accuracy",
    "backprop",
    "confusion_matrix",
    "cross_entropy",
    "datasets",
    "experiments",
    "forward",
    "glue",
    "identity",
    "identity_prime",
    "init_thetas",
    "log_softmax",
    "metrics",
    "network_error",
    "numerical_gradient",
    "one_hot",
    "relative_error",
    "relu",
    "relu_prime",
    "running_example",
    "sigmoid",
    "sigmoid_prime",
    "softmax",
    "step",
    "tanh",
    "tanh_prime",
    "train",
    "weighted_sum",
    "with_bias",
]
