"""What a classifier answers, all over the plane."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from nnbook._checks import finite_array, integer_at_least
from nnbook._types import Array, ArrayLike
from nnbook.backpropagation import forward
from nnbook.plots.plane import (
    draw_points,
    limits_of,
    marked,
    place_legend,
    plane,
    samples,
    sides,
)
from nnbook.plots.style import CHART, COLOURS, INK, STYLE, figure
from nnbook.plots.texts import checked_names

_LEADS = np.array([0.0, 0.2, 0.4, 0.6, 0.8])  # where a region's colour deepens
_SHEET = 0.1  # opacity of each of the sheets that lie upon one another


class Classifier(Protocol):
    """Anything that gives probabilities of classes."""

    def predict_proba(self, X: Array, /) -> ArrayLike:
        """Give the probability of each class (N, K) for the samples X (N, D)."""
        ...


#: A classifier, or the weights of a network's layers, each (1 + D, H).
Model: TypeAlias = Classifier | Sequence[ArrayLike]


def regions(
    model: Model,
    X: ArrayLike,
    y: ArrayLike,
    *,
    activation: str = "tanh",
    probability: bool = True,
    resolution: int = 200,
    include: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    legend: bool = True,
    size: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Colour the plane by a classifier's answers, and draw the samples on top.

    Parameters
    ----------
    model : object with predict_proba, or list of array_like, each (1 + D, H)
        ``predict_proba(X)`` gives probabilities (N, K). Where the object has
        `classes_`, they say which label each column belongs to. A list holds the
        weights `thetas` of a network, whose answers `forward` gives.
    X, y : array_like, shapes (N, 2) and (N,)
        Samples and their labels, as in :func:`data`.
    activation : str
        Name in `ACTIVATIONS` of the hidden layers' activation, where `model` is a
        list of weights.
    probability : bool
        Let the colour grow, in five bands, with the lead of the most probable
        class over the next one; otherwise the answer alone is shown.
    resolution : int
        Places along the longer side at which the model is asked.
    include : array_like, shape (M, 2), optional
        Further points that the picture must have room for, such as unseen data
        that :func:`data` will draw upon it.
    class_names : sequence of str, optional
        Names for the legend, in the order of the columns.
    legend, size, ax
        As in :func:`data`.

    Returns
    -------
    Axes
        The line where two classes are equally probable is drawn in black.

    Raises
    ------
    TypeError, ValueError
        If the model is neither of the two or gives something else than (N, K)
        probabilities, or X and y are wrong.

    Examples
    --------
    >>> X, y, thetas = nnbook.running_example()
    >>> ax = plots.regions(thetas, X, y, resolution=20)
    """
    X, y = samples(X, y)
    resolution = integer_at_least("resolution", resolution, 2)
    room = X
    if include is not None:
        room = np.concatenate([X, finite_array("include", include, ndim=2, columns=2)])
    limits = limits_of(room)
    surface = _surface(_asked(model, activation), limits, resolution)
    n_classes = surface[2].shape[-1]
    classes = np.asarray(getattr(model, "classes_", np.arange(n_classes)))
    if len(classes) != n_classes:
        raise ValueError(
            f"model.classes_ must name the {n_classes} columns of predict_proba, got "
            f"{len(classes)} classes"
        )
    places, names = marked(y, classes, class_names)
    with plane(ax, limits) as ax:
        border = _draw_regions(ax, *surface, list(names), probability)
        draw_points(ax, X, places, names, size=size)
        if legend:
            place_legend(ax, border)
    return ax


def _asked(model: Any, activation: str) -> Callable[[Array], ArrayLike]:
    """Give the function that answers with probabilities."""
    if callable(getattr(model, "predict_proba", None)):
        return model.predict_proba  # type: ignore[no-any-return]
    if isinstance(model, (list, tuple)):
        return lambda X: forward(X, model, activation)[-1]
    raise TypeError(
        "model must have a method predict_proba(X), or be a list of weights, one "
        f"array a layer, got {type(model).__name__}"
    )


def _surface(
    ask: Callable[[Array], ArrayLike], limits: Bbox, resolution: int
) -> tuple[Array, Array, Array]:
    """Ask the model at every place of a grid: (n1,), (n2,), (n2, n1, K)."""
    both, even = sides(limits)
    share = both / both.max() if even else np.ones(2)
    # Odd, so that every second place includes the last.
    n1, n2 = (2 * max(1, round(part * (resolution - 1) / 2)) + 1 for part in share)
    x1 = np.linspace(limits.x0, limits.x1, n1)
    x2 = np.linspace(limits.y0, limits.y1, n2)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    p = finite_array("predict_proba(X)", ask(grid))
    if p.ndim != 2 or len(p) != len(grid) or p.shape[1] < 2:
        raise ValueError(
            "model.predict_proba(X) must give one row a sample with the "
            f"probabilities of two classes or more, got shape {p.shape} for "
            f"{len(grid)} samples"
        )
    return x1, x2, p.reshape(n2, n1, -1)


def _draw_regions(
    ax: Axes, x1: Array, x2: Array, p: Array, places: list[int], probability: bool
) -> Array:
    """Fill each class's region, and draw and return the border between them."""
    levels = _LEADS if probability else _LEADS[:1]
    border: list[Any] = [np.empty((0, 2))]
    for k, place in enumerate(places):
        lead = p[..., k] - np.delete(p, k, axis=-1).max(axis=-1)
        # One sheet upon another, from the whole region to its surest part: sheets
        # side by side would show a seam. Half the grid is fine enough for them.
        for level in levels[levels < lead.max()]:
            ax.contourf(
                x1[::2],
                x2[::2],
                lead[::2, ::2],
                levels=[level, 2],
                colors=COLOURS[place % len(COLOURS)],
                alpha=_SHEET if probability else 0.22,
                antialiased=True,
                zorder=0,
            )
        # The last class's borders have all been drawn with the others'.
        if k < len(places) - 1 and lead.min() < 0 < lead.max():
            drawn = ax.contour(
                x1, x2, lead, levels=[0], colors=INK, linewidths=1.6, zorder=2
            )
            border += [path.vertices for path in drawn.get_paths()]
    return np.concatenate(border)


def boundaries(
    models: Sequence[Model],
    X: ArrayLike,
    y: ArrayLike,
    *,
    activation: str = "tanh",
    titles: Sequence[str] | None = None,
    probability: bool = True,
    resolution: int = 200,
    class_names: Sequence[str] | None = None,
    axes: Sequence[Axes] | np.ndarray | None = None,
) -> np.ndarray:
    """Draw the regions of several classifiers side by side, on the same samples.

    Parameters
    ----------
    models : sequence of objects with predict_proba, or of lists of weights
        Classifiers or the weights of networks, as in :func:`regions`.
    X, y : array_like, shapes (N, 2) and (N,)
        Samples and their labels, as in :func:`data`.
    titles : sequence of str, optional
        One a model.
    activation, probability, resolution, class_names
        As in :func:`regions`.
    axes : sequence of Axes, optional
        Where to draw, one a model; by default a new figure with shared scales, up
        to three in a row, and four as two by two.

    Returns
    -------
    ndarray of Axes, shape (number of models,)

    Raises
    ------
    TypeError, ValueError
        If there is no model, titles or axes are too few or too many, or as in
        :func:`regions`.
    """
    _check_models(models)
    count = integer_at_least("the number of models", len(models), 1)
    titles = checked_names("titles", titles, [""] * count)
    X, y = samples(X, y)
    own = axes is None
    axes = _panels(count, limits_of(X)) if axes is None else np.ravel(np.asarray(axes))
    if len(axes) != count:
        raise ValueError(f"axes must hold {count} Axes, one a model, got {len(axes)}")
    options: dict[str, Any] = {
        "activation": activation,
        "probability": probability,
        "resolution": resolution,
        "class_names": class_names,
        "legend": False,
    }
    with mpl.rc_context(STYLE):
        try:
            for model, title, ax in zip(models, titles, axes, strict=True):
                regions(model, X, y, ax=ax, **options).set_title(title)
        except (TypeError, ValueError):
            if own:  # a notebook would show what is half drawn
                plt.close(axes[0].figure)
            raise
        if own:
            for ax in axes:
                ax.label_outer()
            marks = axes[0].get_legend_handles_labels()[0]
            axes[0].figure.legend(
                handles=marks, loc="outside lower center", ncols=len(marks)
            )
    return axes


def _check_models(models: Any) -> None:
    """Refuse a single model: an object, or the weights of one network."""
    single = ""
    if not isinstance(models, Sequence):
        single = type(models).__name__
    elif any(isinstance(model, np.ndarray) for model in models):
        single = "a list of weights"
    if single:
        raise TypeError(
            f"models must be a list of models, got {single}; plots.regions draws a "
            "single one"
        )


def _panels(count: int, limits: Bbox) -> np.ndarray:
    """Make the Axes for several planes, the spare ones of the last row removed."""
    ncols = count if count <= 3 else 2 if count == 4 else 3
    nrows = math.ceil(count / ncols)
    width = CHART[0]
    panel = (width - 0.6) / ncols
    height = nrows * (panel * limits.height / limits.width + 0.35) + 0.9
    _, axes = figure(width, height, nrows=nrows, ncols=ncols, sharex=True, sharey=True)
    axes = np.ravel(axes)
    for spare in axes[count:]:
        spare.remove()
    return axes[:count]
