"""Assignment 1: what one neuron adds up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nnbook._types import Array
from nnbook.course.lists._draws import numbers
from nnbook.course.model import Assignment, Exercise, Mistake, Probe, Written

# ---- one node ---------------------------------------------------------------


def one_sum(a: Array, weights: Array) -> float:
    """Give one node's weighted sum for one sample."""
    return float(weights[0] + sum(w * x for w, x in zip(weights[1:], a, strict=True)))


ONE_SUM = Exercise(
    name="one_sum",
    statement="Give the weighted sum of one node for one sample: its bias, "
    "`weights[0]`, plus each output in `a` times its weight. `a` has shape (D,), "
    "`weights` has shape (1 + D,), and the result is one number.",
    points=2,
    reference=one_sum,
    public=(
        Probe(
            (np.array([2.0, -1.0]), np.array([0.5, 1.0, 3.0])), "two inputs, bias 0.5"
        ),
        Probe((np.zeros(3), np.array([0.7, 1.0, 2.0, 3.0])), "a sample of zeros"),
        Probe((numbers(1, 4), numbers(2, 5)), "four inputs"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 1), numbers(rng, 2)), "one input"),
        Probe((numbers(rng, 6), numbers(rng, 7)), "six inputs"),
    ),
    mistakes=(
        Mistake(
            "no bias",
            "Add the bias, weights[0]: with inputs of 0 the sum is the bias.",
            lambda a, weights: weights[1:] @ a,
        ),
        Mistake(
            "bias subtracted",
            "The bias is added, not subtracted.",
            lambda a, weights: weights[1:] @ a - weights[0],
        ),
        Mistake(
            "bias in the last place",
            "The bias is the first weight, weights[0]; the inputs' weights follow it.",
            lambda a, weights: weights[-1] + np.sum(weights[:-1] * a),
        ),
        Mistake(
            "bias once an input",
            "Add the bias once, not with every product.",
            lambda a, weights: np.sum(weights[0] + weights[1:] * a),
        ),
        Mistake(
            "return inside the loop",
            "The return stands inside the loop, so that it ends after one product.",
            lambda a, weights: weights[0] + weights[1] * a[0],
        ),
        Mistake(
            "products not added up",
            "Add the products up: one node has one sum.",
            lambda a, weights: weights[0] + weights[1:] * a,
        ),
    ),
    withheld=("weighted_sum",),
)

# ---- the column of ones -----------------------------------------------------


def with_bias(a: Array) -> Array:
    """Put a column of ones before the columns of a."""
    return np.hstack([np.ones((len(a), 1)), a])


WITH_BIAS = Exercise(
    name="with_bias",
    statement="Put the bias node's output before the others: a first column of ones. "
    "`a` has shape (N, D), the result (N, 1 + D). `a` itself stays as it is.",
    points=2,
    reference=with_bias,
    public=(
        Probe((numbers(3, 3, 2),), "3 samples, 2 inputs"),
        Probe((numbers(4, 1, 4),), "a single sample"),
        Probe((numbers(5, 3, 3),), "as many samples as inputs"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, 1),), "one input"),
        Probe((numbers(rng, 4, 6),), "4 samples, 6 inputs"),
    ),
    mistakes=(
        Mistake(
            "ones at the end",
            "The column of ones comes first, since the bias is row 0 of theta.",
            lambda a: np.hstack([a, np.ones((len(a), 1))]),
        ),
        Mistake(
            "a row of ones",
            "Each sample gets its 1: a column of ones, not a row. np.hstack puts "
            "arrays side by side.",
            lambda a: np.vstack([np.ones((1, a.shape[1])), a]),
        ),
        Mistake(
            "rows laid end to end",
            "The rows now lie end to end in one: np.insert needs axis=1 to put in a "
            "column.",
            lambda a: np.insert(a, 0, 1.0),
        ),
        Mistake(
            "zeros for ones",
            "The bias node's output is always 1.",
            lambda a: np.hstack([np.zeros((len(a), 1)), a]),
        ),
        Mistake(
            "ones in place of an input",
            "No input may be lost: the column of ones is one more column.",
            lambda a: np.hstack([np.ones((len(a), 1)), a[:, 1:]]),
        ),
        Mistake(
            "ones added to the inputs",
            "The ones stand beside the inputs; nothing is added to them.",
            lambda a: a + np.ones((len(a), 1)),
        ),
    ),
    withheld=("with_bias",),
)

# ---- a layer ----------------------------------------------------------------


def weighted_sum(a: Array, theta: Array) -> Array:
    """Give a layer's weighted sums for a batch."""
    return with_bias(a) @ theta


WEIGHTED_SUM = Exercise(
    name="weighted_sum",
    statement="Give the weighted sums of a whole layer for a whole batch, without a "
    "loop. `a` has shape (N, D), `theta` has shape (1 + D, H) with the biases in row "
    "0, and the result has shape (N, H).",
    points=4,
    reference=weighted_sum,
    public=(
        Probe((numbers(6, 4, 3), numbers(7, 4, 2)), "4 samples, 3 inputs, 2 nodes"),
        Probe((np.zeros((3, 2)), numbers(8, 3, 4)), "samples of zeros"),
        Probe((numbers(9, 5, 2), numbers(10, 3, 3)), "a square theta"),
        Probe((numbers(11, 3, 3), numbers(12, 4, 3)), "as many samples as inputs"),
        Probe((numbers(13, 1, 3), numbers(14, 4, 2)), "a single sample"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 6, 4), numbers(rng, 5, 3)), "6 samples, 4 inputs, 3 nodes"),
        Probe((numbers(rng, 2, 1), numbers(rng, 2, 5)), "one input, 5 nodes"),
        Probe((numbers(rng, 3, 3), numbers(rng, 4, 4)), "a square theta"),
        Probe((numbers(rng, 7, 5), numbers(rng, 6, 1)), "a single node"),
    ),
    mistakes=(
        Mistake(
            "no bias",
            "Add the bias, row 0 of theta, to every sum.",
            lambda a, theta: a @ theta[1:],
        ),
        Mistake(
            "bias subtracted",
            "The bias is added, not subtracted.",
            lambda a, theta: a @ theta[1:] - theta[0],
        ),
        Mistake(
            "summed over samples",
            "Keep one row per sample: the product alone adds up what has to be added.",
            lambda a, theta: (with_bias(a) @ theta).sum(axis=0),
        ),
        Mistake(
            "summed over samples",
            "Keep one row per sample: the product alone adds up what has to be added.",
            lambda a, theta: (a @ theta[1:]).sum(axis=0) + theta[0],
        ),
        Mistake(
            "summed over nodes",
            "Keep one column per node: each node has a sum of its own.",
            lambda a, theta: (with_bias(a) @ theta).sum(axis=1),
        ),
        Mistake(
            "theta transposed",
            "theta is (in, out): row 0 holds the biases, and each column belongs to "
            "one node. Multiply by theta, not by theta.T.",
            lambda a, theta: with_bias(a) @ theta.T,
        ),
        Mistake(
            "theta transposed",
            "theta is (in, out): row 0 holds the biases, and each column belongs to "
            "one node. Multiply by theta, not by theta.T.",
            lambda a, theta: a @ theta[:, 1:].T + theta[:, 0],
        ),
        Mistake(
            "bias in the last row",
            "The bias is row 0 of theta, not its last row.",
            lambda a, theta: a @ theta[:-1] + theta[-1],
        ),
        Mistake(
            "result on its side",
            "Samples are rows and nodes are columns; this is the other way round.",
            lambda a, theta: (with_bias(a) @ theta).T,
        ),
    ),
    withheld=("weighted_sum", "with_bias"),
)

# ---- the line ---------------------------------------------------------------


def border(weights: Array, x1: Array) -> Array:
    """Give the height of a node's line at each x1."""
    height: Array = -(weights[0] + weights[1] * x1) / weights[2]
    return height


BORDER = Exercise(
    name="border",
    statement="A node with two inputs has the weights `weights`: its bias, then those "
    "of x1 and x2. For each number in the array `x1` give the x2 at which the node's "
    "weighted sum is 0. `weights[2]` is not 0.",
    points=3,
    reference=border,
    public=(
        Probe(
            (np.array([1.0, 2.0, -4.0]), np.array([0.0, 1.0, 2.0])),
            "z = 1 + 2 x1 - 4 x2",
        ),
        Probe(
            (np.array([0.2, 0.9, -0.8]), numbers(15, 4)), "z = 0.2 + 0.9 x1 - 0.8 x2"
        ),
        Probe((np.array([-0.5, 0.0, 2.0]), numbers(16, 3)), "a line that is level"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 3), numbers(rng, 5)), "a line of your grader's"),
        Probe((numbers(rng, 3), numbers(rng, 1)), "a single x1"),
    ),
    mistakes=(
        Mistake(
            "sign flipped",
            "Put your x2 into the sum: does it give 0? Moving a term to the other "
            "side of the equation turns its sign.",
            lambda weights, x1: (weights[0] + weights[1] * x1) / weights[2],
        ),
        Mistake(
            "no bias",
            "The bias belongs to the sum, so it shifts the line.",
            lambda weights, x1: -weights[1] * x1 / weights[2],
        ),
        Mistake(
            "sign of the bias",
            "Both terms move to the other side of the equation, so both turn their "
            "sign: mind the brackets.",
            lambda weights, x1: (weights[0] - weights[1] * x1) / weights[2],
        ),
        Mistake(
            "only one term divided",
            "Divide the whole other side by the weight of x2: mind the brackets.",
            lambda weights, x1: -weights[0] - weights[1] * x1 / weights[2],
        ),
        Mistake(
            "not divided",
            "x2 still has its weight: divide by weights[2].",
            lambda weights, x1: -(weights[0] + weights[1] * x1),
        ),
        Mistake(
            "x1 and x2 exchanged",
            "Solve for x2: its weight is weights[2], that of x1 is weights[1].",
            lambda weights, x1: -(weights[0] + weights[2] * x1) / weights[1],
        ),
    ),
)

# ---- how many weights -------------------------------------------------------


def count_weights(sizes: tuple[int, ...]) -> int:
    """Give the number of weights of a network."""
    return sum((1 + d) * h for d, h in pairwise(sizes))


COUNT_WEIGHTS = Exercise(
    name="count_weights",
    statement="Give the number of weights of a network. `sizes` lists the nodes of its "
    "layers, inputs first, as in `(2, 3, 2)`; bias nodes are not listed, but the "
    "weights on their edges count.",
    points=2,
    reference=count_weights,
    public=(
        Probe(((2, 3, 2),), "sizes (2, 3, 2)"),
        Probe(((4, 1),), "sizes (4, 1), no hidden layer"),
        Probe(((64, 16, 16, 10),), "sizes (64, 16, 16, 10)"),
    ),
    hidden=lambda rng: tuple(
        Probe((tuple(rng.integers(2, 40, size=n).tolist()),), f"{n} layers")
        for n in (2, 3, 5)
    ),
    mistakes=(
        Mistake(
            "no bias",
            "Each layer but the last has a bias node too, and its edges carry weights.",
            lambda sizes: sum(d * h for d, h in pairwise(sizes)),
        ),
        Mistake(
            "edges into bias nodes",
            "No edge leads into a bias node: only the layer that the edges come from "
            "has one more node.",
            lambda sizes: sum((1 + d) * (1 + h) for d, h in pairwise(sizes)),
        ),
        Mistake(
            "bias on the wrong side",
            "The bias node belongs to the layer that the edges come from: (1 + D) * H, "
            "not D * (1 + H).",
            lambda sizes: sum(d * (1 + h) for d, h in pairwise(sizes)),
        ),
        Mistake(
            "one bias a layer",
            "Every node has a bias of its own: a layer of H nodes has H of them.",
            lambda sizes: sum(1 + d * h for d, h in pairwise(sizes)),
        ),
        Mistake(
            "nodes counted",
            "The weights are on the edges: count edges, not nodes.",
            lambda sizes: sum(sizes),
        ),
        Mistake(
            "first layer only",
            "Go through all pairs of neighbouring layers; the return belongs after "
            "the loop.",
            lambda sizes: (1 + sizes[0]) * sizes[1],
        ),
    ),
)

# ---- two layers in one ------------------------------------------------------


def combined(first: Array, second: Array) -> Array:
    """Give the one layer that does what two layers of sums do."""
    theta: Array = first @ second[1:]
    theta[0] += second[0]
    return theta


COMBINED = Exercise(
    name="combined",
    statement="Two layers of weighted sums follow one another, with nothing between "
    "them. `first` has shape (1 + D, H), `second` has shape (1 + H, K). Give the theta "
    "of shape (1 + D, K) with which one layer does what the two do together.",
    points=3,
    reference=combined,
    public=(
        Probe((numbers(17, 3, 4), numbers(18, 5, 2)), "2 inputs, 4 nodes, 2 nodes"),
        Probe((numbers(19, 4, 1), numbers(20, 2, 3)), "3 inputs, 1 node, 3 nodes"),
        Probe((numbers(21, 3, 3), numbers(22, 4, 3)), "a square first theta"),
    ),
    hidden=lambda rng: (
        Probe((numbers(rng, 5, 3), numbers(rng, 4, 2)), "4 inputs, 3 nodes, 2 nodes"),
        Probe((numbers(rng, 2, 6), numbers(rng, 7, 1)), "1 input, 6 nodes, 1 node"),
    ),
    mistakes=(
        Mistake(
            "second bias lost",
            "The second layer's biases belong to the result: add them to its biases.",
            lambda first, second: first @ second[1:],
        ),
        Mistake(
            "first bias lost",
            "The first layer's biases pass through the second layer's weights too.",
            lambda first, second: np.vstack([second[:1], first[1:] @ second[1:]]),
        ),
        Mistake(
            "first bias not multiplied",
            "The first layer's biases pass through the second layer's weights, as "
            "everything else does.",
            lambda first, second: np.vstack(
                [second[0] + first[0].sum(), first[1:] @ second[1:]]
            ),
        ),
        Mistake(
            "bias in every row",
            "A bias belongs into row 0 alone; the other rows hold the inputs' weights.",
            lambda first, second: first @ second[1:] + second[0],
        ),
        Mistake(
            "bias row cut at the wrong end",
            "The second layer's biases are its row 0; the weights that its inputs "
            "meet are second[1:].",
            lambda first, second: first @ second[:-1],
        ),
    ),
)

ASSIGNMENT = Assignment(
    name="weighted_sums",
    title="Weighted sums",
    exercises=(ONE_SUM, WITH_BIAS, WEIGHTED_SUM, BORDER, COUNT_WEIGHTS, COMBINED),
    written=(
        Written("written_bias", 2, "Question A"),
        Written("written_line", 2, "Question B"),
    ),
)
