"""Do nnbook, scikit-learn and PyTorch reach the same accuracy on the digits?

The same split, sizes, batches' size, learning rate and number of epochs; each
library draws its own starting weights and its own orders. To see what the start
does, nnbook also trains from weights drawn as PyTorch draws them. And once more all
three, from the same weights and with the same batches: then they must agree image
by image. Chapter 9 shows the result, and the package carries it.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from typing import Any

import machine

machine.hold_to_one_thread()  # before any library can start a thread

import numpy as np
import torch
from contestants import Array, Problem, nnbook_run, sklearn_run, torch_run
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnbook import Network, datasets, forward, init_thetas, one_hot, train
from nnbook.experiments import Interval, mean_interval

STORED = machine.HERE.parent / "nnbook" / "data" / "full" / "digits_benchmark.json"

SPLIT = 0  # the chapter's seed of the split
SEEDS = range(100)
SAME_START_SEEDS = range(10)
HIDDEN = 64
LEARNING_RATE = 0.2
BATCH_SIZE = 32
EPOCHS = 30

NNBOOK, SKLEARN, TORCH = "nnbook", "scikit-learn", "PyTorch"
TORCH_START = "nnbook, PyTorch's start"


def digits() -> tuple[Array, Array, Array, Array]:
    """Give the chapter's training images and its unseen ones, with their labels."""
    X, y = datasets.load_digits()
    X_known, X_new, y_known, y_new = datasets.train_test_split(
        X / 16, y, 0.2, random_state=SPLIT
    )
    X_train, _, y_train, _ = datasets.train_test_split(
        X_known, y_known, 0.25, random_state=SPLIT
    )
    return X_train, y_train, X_new, y_new


# ---- each library as it comes ---------------------------------------------------

#: (images, labels, unseen images, seed) -> the labels of the unseen images
Contestant = Callable[[Array, Array, Array, int], Array]


def with_nnbook(X: Array, y: Array, X_new: Array, seed: int) -> Array:
    """Normal starting weights after He, biases 0."""
    network = Network(
        (HIDDEN,),
        "relu",
        learning_rate=LEARNING_RATE,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        init="he",
        random_state=seed,
    )
    return network.fit(X, y).predict(X_new)


def with_sklearn(X: Array, y: Array, X_new: Array, seed: int) -> Array:
    """Uniform starting weights after Glorot, biases too; plain gradient descent."""
    model = MLPClassifier(
        (HIDDEN,),
        activation="relu",
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH_SIZE,
        learning_rate_init=LEARNING_RATE,
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(model.fit(X, y).predict(X_new))


def with_torch(X: Array, y: Array, X_new: Array, seed: int) -> Array:
    """PyTorch's own starting weights: uniform, within 1 / sqrt(inputs)."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(X.shape[1], HIDDEN, dtype=torch.float64),
        torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, 10, dtype=torch.float64),
    )
    loss_of = torch.nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    inputs, targets = torch.from_numpy(X), torch.from_numpy(y)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(X)).split(BATCH_SIZE):
            optimiser.zero_grad()
            loss_of(model(inputs[batch]), targets[batch]).backward()
            optimiser.step()
    with torch.no_grad():
        return model(torch.from_numpy(X_new)).argmax(dim=1).numpy()


def with_torch_start(X: Array, y: Array, X_new: Array, seed: int) -> Array:
    """Train with nnbook from PyTorch's distribution of weights and biases."""
    rng = np.random.default_rng(seed)
    start = [
        rng.uniform(-1, 1, (1 + before, after)) / np.sqrt(before)
        for before, after in ((X.shape[1], HIDDEN), (HIDDEN, 10))
    ]
    thetas, _ = train(
        X,
        one_hot(y, 10),
        start,
        activation="relu",
        learning_rate=LEARNING_RATE,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        rng=rng,
    )
    return forward(X_new, thetas, "relu")[-1].argmax(axis=1)


CONTESTANTS: dict[str, Contestant] = {
    NNBOOK: with_nnbook,
    SKLEARN: with_sklearn,
    TORCH: with_torch,
    TORCH_START: with_torch_start,
}


def measure() -> dict[str, list[int]]:
    """Count each library's right answers on the unseen images, for every seed."""
    X, y, X_new, y_new = digits()
    return {
        name: [int(np.sum(run(X, y, X_new, seed) == y_new)) for seed in SEEDS]
        for name, run in CONTESTANTS.items()
    }


# ---- from the same weights ------------------------------------------------------


def same_start(seed: int) -> dict[str, int]:
    """Count the unseen images that another library takes for something else.

    From nnbook's starting weights, with the same batches in the same order. The
    training images are cut to a whole number of batches, as `Problem` asks.
    """
    X, y, X_new, _ = digits()
    whole = len(X) // BATCH_SIZE * BATCH_SIZE
    thetas = init_thetas((64, HIDDEN, 10), np.random.default_rng(seed), "he")
    problem = Problem(
        "digits",
        X[:whole],
        y[:whole],
        thetas,
        "relu",
        LEARNING_RATE,
        BATCH_SIZE,
        EPOCHS,
    )
    runs = {NNBOOK: nnbook_run, SKLEARN: sklearn_run, TORCH: torch_run}
    answers = {
        name: forward(X_new, run(problem)().thetas, "relu")[-1].argmax(axis=1)
        for name, run in runs.items()
    }
    return {
        name: int(np.sum(answers[name] != answers[NNBOOK])) for name in (SKLEARN, TORCH)
    }


# ---- what is kept ---------------------------------------------------------------


def in_percent(right: list[int], unseen: int) -> Interval:
    """Give the mean accuracy over seeds with its interval, in percent."""
    return mean_interval([100 * count / unseen for count in right])


def listed(counts: list[int]) -> str:
    """Give counts as one text: a line in the file, not a hundred."""
    return " ".join(map(str, counts))


def store(results: dict[str, Any], right: dict[str, list[int]]) -> None:
    """Write what chapter 9 reads: its numbers as texts, with what made them."""
    made = machine.describe()
    values: dict[str, str] = {}
    for name, counts in right.items():
        mean, low, high = in_percent(counts, results["unseen_images"])
        values |= {
            f"{name}-mean": f"{mean:.1f}",
            f"{name}-low": f"{low:.1f}",
            f"{name}-high": f"{high:.1f}",
            f"{name}-right": listed(counts),
        }
    for name, different in results[
        "different_from_nnbook_after_the_same_start"
    ].items():
        values[f"{name}-same-start-different"] = f"{different}"
    stored = {
        "settings": {
            key: value
            for key, value in results.items()
            if isinstance(value, int | float)
        },
        "values": values,
        "made": {
            "by": "benchmarks/digits.py",
            "date": made["date"],
            "cpu": made["cpu"],
            "system": made["system"],
            "python": made["python"],
            **{
                name: str(made["versions"][name])
                for name in ("nnbook", "numpy", "scikit-learn", "torch")
            },
        },
    }
    STORED.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def show(right: dict[str, list[int]], unseen: int) -> None:
    """Print the table."""
    print(f"\nAccuracy on {unseen} unseen digits, {len(SEEDS)} seeds, 95% intervals")
    for name, counts in right.items():
        mean, low, high = in_percent(counts, unseen)
        print(f"  {name:24}{mean:6.2f}%  ({low:.2f} to {high:.2f})")


def draw(right: dict[str, list[int]], unseen: int) -> None:
    """Draw every seed's accuracy as a dot, and the means with their intervals."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(5.2, 2.6), layout="constrained")
    rng = np.random.default_rng(0)
    for place, counts in enumerate(right.values()):
        mean, low, high = in_percent(counts, unseen)
        heights = place + rng.uniform(0.1, 0.35, len(counts))
        axes.plot(
            100 * np.array(counts) / unseen, heights, ".", color="0.6", markersize=4
        )
        axes.errorbar(
            mean, place, xerr=[[mean - low], [high - mean]], fmt="o", color="#0072B2"
        )
    axes.set_yticks(range(len(right)), right)
    axes.set(xlabel="accuracy on unseen digits (%)", ylim=(-0.4, len(right) - 0.4))
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(machine.HERE / "digits.svg", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Measure, print, record, store and draw."""
    X, _, X_new, _ = digits()
    right = measure()
    show(right, len(X_new))
    different = [same_start(seed) for seed in SAME_START_SEEDS]
    results: dict[str, Any] = {
        "seeds": len(SEEDS),
        "same_start_seeds": len(SAME_START_SEEDS),
        "training_images": len(X),
        "unseen_images": len(X_new),
        "hidden_nodes": HIDDEN,
        "learning_rate": LEARNING_RATE,
        "batch_size": BATCH_SIZE,
        "epochs": EPOCHS,
        "right_answers": {name: listed(counts) for name, counts in right.items()},
        "different_from_nnbook_after_the_same_start": {
            name: sum(row[name] for row in different) for name in (SKLEARN, TORCH)
        },
    }
    print(
        f"from the same weights, over {len(SAME_START_SEEDS)} seeds, "
        "answers that differ from nnbook's:",
        results["different_from_nnbook_after_the_same_start"],
    )
    machine.record("digits", results)
    store(results, right)
    draw(right, len(X_new))


if __name__ == "__main__":
    main()
