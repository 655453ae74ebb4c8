"""What there is to learn: data that are made, shipped or read, and their two parts."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnbook import datasets
from nnbook._types import Array
from nnbook.cli.csv_file import read_csv
from nnbook.cli.refused import Refused
from nnbook.errors import one_hot

__all__ = ["CSV_PRESET", "DEFAULT_SAMPLES", "PRESETS", "Data", "Part", "load", "split"]


class Preset(NamedTuple):
    """What is taken where an option is not given; it depends on the data."""

    hidden: tuple[int, ...]
    learning_rate: float
    epochs: int


# Measured over 20 seeds, 40 for the moons: all but one learn their task.
PRESETS = {
    "moons": Preset((3,), 2.0, 2000),
    "circles": Preset((4,), 2.0, 2000),
    "spirals": Preset((16, 16), 1.0, 2000),
    "xor": Preset((4,), 2.0, 2000),
    "blobs": Preset((3,), 2.0, 2000),
    "digits": Preset((32,), 0.5, 200),
}
CSV_PRESET = Preset((8,), 0.5, 1000)

GENERATORS: dict[str, Callable[..., tuple[Array, np.ndarray]]] = {
    "moons": datasets.make_moons,
    "circles": datasets.make_circles,
    "spirals": datasets.make_spirals,
    "xor": datasets.make_xor,
    "blobs": datasets.make_blobs,
}
DEFAULT_SAMPLES = 400


class Data(NamedTuple):
    """Samples to learn from, and what is known about them.

    Attributes
    ----------
    title : str
        What the data are called.
    X : ndarray, shape (N, D)
    y : ndarray, shape (N,)
        Labels: integers or strings.
    features : list of str
        The names of the D columns.
    label : str
        What the labels are called.
    preset : Preset
    standardise : bool
        Whether the columns differ in scale, and need a common one.
    images : bool
        Whether the samples are 8 by 8 images.
    """

    title: str
    X: Array
    y: np.ndarray
    features: list[str]
    label: str
    preset: Preset
    standardise: bool
    images: bool = False


def _exists(path: str) -> bool:
    try:
        return path != "" and Path(path).exists()
    except OSError:  # a name that is too long, for example
        return False


def load(options: argparse.Namespace) -> Data:
    """Make or load the data that the options name.

    Parameters
    ----------
    options : argparse.Namespace
        With `data`, `label`, `samples`, `noise` and `seed`.

    Returns
    -------
    Data

    Raises
    ------
    Refused
        If there are no such data, or an option does not go with them.
    """
    name: str = options.data
    generated = name in GENERATORS
    for option in ("samples", "noise"):
        if getattr(options, option) is not None and not generated:
            raise Refused(
                f"--{option} goes with data that are made ({', '.join(GENERATORS)}), "
                f"not with --data {name}"
            )
    if options.label is not None and name in PRESETS:
        raise Refused(f"--label goes with a CSV file, not with --data {name}")
    if generated:
        samples = DEFAULT_SAMPLES if options.samples is None else options.samples
        noise = {} if options.noise is None else {"noise": options.noise}
        X, y = GENERATORS[name](samples, **noise, random_state=options.seed)
        title = name + "".join(f", noise {value:g}" for value in noise.values())
        return Data(title, X, y, ["x1", "x2"], "class", PRESETS[name], False)
    if name == "digits":
        X, y = datasets.load_digits()
        pixels = [f"pixel {n}" for n in range(X.shape[1])]
        title = "handwritten digits"
        return Data(title, X, y, pixels, "digit", PRESETS[name], True, images=True)
    if not _exists(name):
        close = difflib.get_close_matches(name, PRESETS, n=1)
        guess = f"; did you mean {close[0]}?" if close else ""
        raise Refused(
            f"--data: there is no file {name!r}, and the data sets are called "
            f"{', '.join(PRESETS)}{guess}"
        )
    table = read_csv(name, options.label)
    return Data(name, *table, CSV_PRESET, True)


class Part(NamedTuple):
    """The samples to learn from, or the unseen ones.

    Attributes
    ----------
    raw : ndarray, shape (N, D)
        As they came.
    X : ndarray, shape (N, D)
        As the networks get them.
    y : ndarray, shape (N,)
        Labels.
    Y : ndarray, shape (N, K)
        The same, one-hot.
    """

    raw: Array
    X: Array
    y: np.ndarray
    Y: Array


def split(data: Data, options: argparse.Namespace) -> tuple[Part, Part]:
    """Set a part of the data aside, and standardise both where that is needed.

    Parameters
    ----------
    data : Data
    options : argparse.Namespace
        With `data`, `test_size` and `seed`.

    Returns
    -------
    train, test : Part

    Raises
    ------
    Refused
        If a class is left without samples to learn from, or numbers overflow.
    """
    *raw, y_train, y_test = datasets.train_test_split(
        data.X, data.y, options.test_size, random_state=options.seed
    )
    classes = np.unique(data.y)
    missing = np.setdiff1d(classes, y_train)
    if len(missing):
        raise Refused(
            f"--data {options.data}: every sample of class {missing[0].item()!r} is "
            "among the unseen, none is left to learn from; more samples, a smaller "
            "--test-size or another --seed may help"
        )
    scaled = tuple(raw)
    if data.standardise:
        with np.errstate(over="ignore", invalid="ignore"):
            finite = np.isfinite(raw[0].std(axis=0))
        if not finite.all():
            column = data.features[int(np.argmin(finite))]
            raise Refused(
                f"--data {options.data}: the numbers in column {column!r} are too "
                "large to compute with"
            )
        scaled = datasets.standardize(*raw)
    targets = [
        one_hot(np.searchsorted(classes, y), len(classes)) for y in (y_train, y_test)
    ]
    train, test = map(Part, raw, scaled, (y_train, y_test), targets)
    return train, test
