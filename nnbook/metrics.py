"""How well it does: accuracy and the confusion matrix (chapter 1)."""

from __future__ import annotations

import numpy as np

from nnbook._checks import (
    check_same_length,
    class_numbers,
    integer_at_least,
    labels,
)
from nnbook._types import ArrayLike

__all__ = ["accuracy", "confusion_matrix"]


def accuracy(y: ArrayLike, predicted: ArrayLike) -> float:
    """Give the share of samples whose label was predicted rightly.

    Parameters
    ----------
    y : array_like, shape (N,)
        The labels: numbers or strings.
    predicted : array_like, shape (N,)
        What the model said.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the lengths differ or there are no samples.

    Notes
    -----
    Equation (1.1) of the book.

    Examples
    --------
    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    """
    y = labels("y", y)
    predicted = labels("predicted", predicted)
    check_same_length("y", y, "predicted", predicted)
    if (y.dtype.kind in "US") != (predicted.dtype.kind in "US") and "O" not in (
        y.dtype.kind + predicted.dtype.kind
    ):
        raise TypeError(
            f"y and predicted must hold labels of one kind, got dtype {y.dtype} and "
            f"dtype {predicted.dtype}"
        )
    return float(np.mean(y == predicted))


def confusion_matrix(
    y: ArrayLike, predicted: ArrayLike, n_classes: int | None = None
) -> np.ndarray:
    """Count how often each class was taken for each other.

    Parameters
    ----------
    y : array_like of int, shape (N,)
        The labels 0, 1, ..., K - 1.
    predicted : array_like of int, shape (N,)
        What the model said.
    n_classes : int, optional
        K; by default the largest label in either plus 1.

    Returns
    -------
    ndarray of int, shape (K, K)
        Entry [i, j] counts the samples of class i that were predicted as j: right
        answers stand on the diagonal.

    Raises
    ------
    TypeError, ValueError
        If the labels are not whole numbers, are not below `n_classes`, or the
        lengths differ.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1], [0, 1, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    y = class_numbers("y", y)
    predicted = class_numbers("predicted", predicted)
    check_same_length("y", y, "predicted", predicted)
    largest = int(max(y.max(), predicted.max()))
    if n_classes is None:
        n_classes = largest + 1
    n_classes = integer_at_least("n_classes", n_classes, 1)
    if n_classes <= largest:
        raise ValueError(
            f"n_classes must be above the largest label {largest}, got {n_classes}"
        )
    counts = np.bincount(y * n_classes + predicted, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)
