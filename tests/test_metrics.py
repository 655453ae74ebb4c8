"""Accuracy and the confusion matrix (chapter 1)."""

from __future__ import annotations

import numpy as np
import pytest

from nnbook import accuracy, confusion_matrix


@pytest.mark.parametrize(
    ("y", "predicted", "expected"),
    [
        ([0, 1, 1, 0], [0, 1, 0, 0], 0.75),
        ([0, 1], [1, 0], 0.0),
        (["cat", "dog"], ["cat", "dog"], 1.0),
        ([1, 2, 3], [1.0, 2.0, 4.0], 2 / 3),
        ([True, False], [1, 1], 0.5),
        (np.array(["a", "b"], object), ["a", "c"], 0.5),
        (["a", "b"], np.array(["b", "b"], object), 0.5),
    ],
)
def test_accuracy(y: list, predicted: list, expected: float) -> None:
    share = accuracy(y, predicted)
    assert share == expected
    assert type(share) is float


def test_confusion_matrix_counts_rows_by_truth_and_columns_by_prediction() -> None:
    counts = confusion_matrix([0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 0, 1])
    assert counts.tolist() == [[1, 1, 0], [1, 2, 0], [0, 1, 0]]
    assert counts.dtype.kind == "i"
    assert np.trace(counts) / counts.sum() == accuracy([0, 0, 1, 1], [0, 1, 1, 0])


def test_confusion_matrix_size() -> None:
    assert confusion_matrix([0], [0]).tolist() == [[1]]
    assert confusion_matrix([0], [2]).shape == (3, 3)  # from either side
    assert confusion_matrix([2], [0]).shape == (3, 3)
    assert confusion_matrix([0], [0], 4).sum() == 1
    assert confusion_matrix([0], [0], np.uint8(20)).shape == (20, 20)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint64", "float64"])
def test_confusion_matrix_of_small_integers_does_not_overflow(dtype: str) -> None:
    y = np.arange(20, dtype=dtype)
    assert (confusion_matrix(y, y) == np.eye(20)).all()
    assert (confusion_matrix(y, np.arange(20)) == np.eye(20)).all()
