"""Draw the README's picture: one network at four moments of its training.

python tools/readme_picture.py  writes book/_assets/learning.svg
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

import nnbook
from nnbook import plots

TARGET = Path(__file__).parent.parent / "book" / "_assets" / "learning.svg"
MOMENTS = (0, 100, 400, 1000)


class Frozen:
    """The running example's network with the weights of one moment."""

    def __init__(self, thetas: list[np.ndarray]) -> None:
        self.thetas = thetas

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Give the probability of each class (N, K) for the samples X (N, D)."""
        return nnbook.forward(X, self.thetas)[-1]


def main() -> None:
    """Train the running example and draw it."""
    X, y, thetas = nnbook.running_example()
    seen = {0: thetas}

    def remember(epoch: int, thetas: list[np.ndarray], error: float) -> None:
        if epoch + 1 in MOMENTS:
            seen[epoch + 1] = thetas

    nnbook.train(X, nnbook.one_hot(y), thetas, epochs=MOMENTS[-1], on_epoch=remember)
    models = [Frozen(seen[moment]) for moment in MOMENTS]
    titles = [f"after {moment:,} passes" for moment in MOMENTS]
    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "nnbook"
    axes = plots.boundaries(models, X, y, titles=titles, resolution=100)
    axes[0].figure.savefig(TARGET, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
