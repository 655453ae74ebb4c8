"""The playground, alive where there is a kernel and recorded where there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nnbook.explore import Explorer
from nnbook.explore.explorer import PAGE
from nnbook.explorers.building.records import recorded
from nnbook.explorers.building.settings import Settings

if TYPE_CHECKING:
    from nnbook.explorers.building.live import Playground

__all__ = ["playground"]


def playground(**settings: Any) -> Playground | Explorer:
    """Choose data and a network, train it, and see how it learns.

    Parameters
    ----------
    **settings
        How it begins: `data`, `noise`, `hidden_layer_sizes`, `activation`, `init`,
        `learning_rate`, `batch_size`, `l2`, `seed`, or one's own points as `X`, shape
        (N, 2), and `y`, shape (N,).

    Returns
    -------
    Playground or Explorer
        In a live kernel the controls of a run. In a built book, whose pages have no
        kernel, the recorded runs of :func:`recorded`.

    Raises
    ------
    TypeError, ValueError
        If a setting is not one that can be trained with.

    Examples
    --------
    >>> from nnbook import explorers
    >>> shown = explorers.playground(data="spirals", hidden_layer_sizes=(8, 8))
    >>> shown.run.step(10)
    >>> shown.run.now.epoch
    10
    """
    if os.environ.get(PAGE):
        Settings(**settings)  # refused here as in a kernel
        return recorded()
    from nnbook.explorers.building.live import Playground  # ipywidgets, only here

    return Playground(**settings)
