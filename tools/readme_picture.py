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


def draw() -> np.ndarray:
    """Train the running example and draw it: one Axes a moment."""
    X, y, thetas = nnbook.running_example()
    seen = {0: thetas}

    def remember(epoch: int, thetas: list[np.ndarray], error: float) -> None:
        if epoch + 1 in MOMENTS:
            seen[epoch + 1] = thetas

    nnbook.train(X, nnbook.one_hot(y), thetas, epochs=MOMENTS[-1], on_epoch=remember)
    titles = [f"after {moment:,} passes" for moment in seen]
    return plots.boundaries(list(seen.values()), X, y, titles=titles, resolution=100)


def save(file: Path) -> None:
    """Draw, and write the picture; the same one every time."""
    mpl.use("Agg")
    with mpl.rc_context({"svg.hashsalt": "nnbook"}):
        draw()[0].figure.savefig(file, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    save(TARGET)
