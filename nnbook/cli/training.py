"""Train a network, and compare it with logistic regression on unseen data.

Makes or loads data, sets a part of it aside as unseen, trains the network and, as
the baseline, logistic regression on the rest, prints the error (cross-entropy) and
the accuracy of both on both parts, and saves a picture of what they learned.
"""

from __future__ import annotations

import argparse
import difflib
import math
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnbook import datasets
from nnbook._types import Array
from nnbook.activations import ACTIVATIONS
from nnbook.backpropagation import network_error
from nnbook.cli.csv_file import read_csv
from nnbook.cli.refused import Refused
from nnbook.errors import one_hot
from nnbook.learning import INIT_SCHEMES, DivergenceWarning
from nnbook.network import Network

__all__ = ["HELP", "add_arguments", "run"]

HELP = "train a network and compare it with logistic regression"

PICTURE_KINDS = (".png", ".svg", ".pdf")

# How many points a learning curve gets at most.
_CURVE_POINTS = 500


class Preset(NamedTuple):
    """What is taken where an option is not given; it depends on the data."""

    hidden: tuple[int, ...]
    learning_rate: float
    epochs: int


# Measured over ten seeds and more: enough for the network to learn its task from
# nearly every start.
PRESETS = {
    "moons": Preset((3,), 2.0, 1000),
    "circles": Preset((4,), 2.0, 1000),
    "spirals": Preset((16, 16), 1.0, 2000),
    "xor": Preset((4,), 2.0, 1000),
    "blobs": Preset((3,), 2.0, 1000),
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
DEFAULT_SAMPLES = 1000


# ---- options ------------------------------------------------------------------


def _whole(minimum: int) -> Callable[[str], int]:
    """Make a reader of whole numbers for argparse."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"expected a whole number, got {text!r}"
            ) from None
        if value < minimum:
            raise argparse.ArgumentTypeError(f"must be at least {minimum}, got {text}")
        return value

    return read


def _number(
    *, above: float | None = None, minimum: float | None = None, below: float = math.inf
) -> Callable[[str], float]:
    """Make a reader of finite numbers for argparse."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise argparse.ArgumentTypeError(f"expected a number, got {text!r}")
        if above is not None and not value > above:
            raise argparse.ArgumentTypeError(
                f"must be greater than {above:g}, got {text}"
            )
        if minimum is not None and not value >= minimum:
            raise argparse.ArgumentTypeError(
                f"must be at least {minimum:g}, got {text}"
            )
        if not value < below:
            raise argparse.ArgumentTypeError(f"must be below {below:g}, got {text}")
        return value

    return read


def _hidden(text: str) -> tuple[int, ...]:
    """Read the sizes of the hidden layers: "3", "16,16" or "none"."""
    if text.strip().lower() == "none":
        return ()
    hint = "write 3 for one layer, 16,16 for two, none for no hidden layer"
    try:
        sizes = tuple(int(size) for size in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected sizes separated by commas, got {text!r}: {hint}"
        ) from None
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError(
            f"a layer needs at least 1 node, got {min(sizes)}: {hint}"
        )
    return sizes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``train``."""
    data = parser.add_argument_group("data")
    data.add_argument(
        "--data",
        default="moons",
        metavar="NAME|FILE",
        help=f"{', '.join(PRESETS)}, or a CSV file whose first line names the columns: "
        "one of labels, the others of numbers (default: moons)",
    )
    data.add_argument(
        "--label",
        metavar="NAME",
        help="the CSV file's label column (default: the last)",
    )
    data.add_argument(
        "--samples",
        type=_whole(2),
        metavar="N",
        help=f"how many samples to make (default: {DEFAULT_SAMPLES})",
    )
    data.add_argument(
        "--noise",
        type=_number(minimum=0),
        metavar="SD",
        help="standard deviation of the noise (default: the data set's own)",
    )
    data.add_argument(
        "--test-size",
        type=_number(above=0, below=1),
        default=0.25,
        metavar="SHARE",
        help="share of the samples to set aside as unseen (default: 0.25)",
    )

    network = parser.add_argument_group("network and training")
    network.add_argument(
        "--hidden",
        type=_hidden,
        metavar="SIZES",
        help="nodes in the hidden layers: 3, or 16,16 for two layers, or none",
    )
    network.add_argument(
        "--activation",
        choices=list(ACTIVATIONS),
        default="tanh",
        help="the hidden layers' activation (default: tanh)",
    )
    network.add_argument(
        "--epochs", type=_whole(1), metavar="N", help="times to go through the samples"
    )
    network.add_argument(
        "--learning-rate",
        type=_number(above=0),
        metavar="RATE",
        help="length of a step for each unit of slope",
    )
    network.add_argument(
        "--batch-size",
        type=_whole(1),
        metavar="N",
        help="samples a step (default: all of them)",
    )
    network.add_argument(
        "--l2",
        type=_number(minimum=0),
        default=0.0,
        metavar="STRENGTH",
        help="penalty on large weights (default: 0)",
    )
    network.add_argument(
        "--init",
        choices=list(INIT_SCHEMES),
        default="glorot",
        help="how the starting weights are drawn (default: glorot)",
    )
    network.add_argument(
        "--seed",
        type=_whole(0),
        default=0,
        metavar="N",
        help="seed of the data, the split, the starting weights and the batches: the "
        "same seed gives the same numbers (default: 0)",
    )

    output = parser.add_argument_group("output")
    output.add_argument(
        "--picture",
        default="nnbook-train.png",
        metavar="FILE",
        help=f"where to save the picture, {_either(PICTURE_KINDS)}; an older one is "
        "replaced (default: nnbook-train.png)",
    )
    output.add_argument(
        "--no-picture",
        dest="picture",
        action="store_const",
        const=None,
        help="save no picture",
    )
    output.add_argument(
        "--no-progress", action="store_true", help="show no progress bar"
    )
    parser.epilog = _preset_table()


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _preset_table() -> str:
    rows = [("defaults for", "--hidden", "--learning-rate", "--epochs")] + [
        (name, ",".join(map(str, p.hidden)), f"{p.learning_rate:g}", str(p.epochs))
        for name, p in [*PRESETS.items(), ("a CSV file", CSV_PRESET)]
    ]
    return "\n".join(f"  {a:14}{b:>9}{c:>17}{d:>10}" for a, b, c, d in rows)


# ---- data ---------------------------------------------------------------------


class Data(NamedTuple):
    """Samples to learn from, and what is known about them."""

    title: str
    X: Array
    y: np.ndarray
    features: list[str]
    label: str
    preset: Preset
    standardise: bool


def _load(options: argparse.Namespace) -> Data:
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
        return Data("handwritten digits", X, y, pixels, "digit", PRESETS[name], True)
    if not Path(name).exists():
        close = difflib.get_close_matches(name, PRESETS, n=1)
        guess = f"; did you mean {close[0]}?" if close else ""
        raise Refused(
            f"--data: there is no file {name!r}, and the data sets are called "
            f"{', '.join(PRESETS)}{guess}"
        )
    table = read_csv(name, options.label)
    return Data(name, *table, CSV_PRESET, True)


class Part(NamedTuple):
    """The samples to learn from, or the unseen ones."""

    raw: Array  # as they came
    X: Array  # as the networks get them
    y: np.ndarray
    Y: Array


def _split(data: Data, options: argparse.Namespace) -> tuple[Part, Part]:
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
            scaled = datasets.standardize(*raw)
        finite = np.isfinite(np.vstack(scaled)).all(axis=0)
        if not finite.all():
            column = data.features[int(np.argmin(finite))]
            raise Refused(
                f"--data {options.data}: the numbers in column {column!r} are too "
                "large to compute with"
            )
    targets = [
        one_hot(np.searchsorted(classes, y), len(classes)) for y in (y_train, y_test)
    ]
    train, test = map(Part, raw, scaled, (y_train, y_test), targets)
    return train, test


# ---- training -----------------------------------------------------------------


@dataclass
class Curve:
    """The error on both parts after so many epochs."""

    epochs: list[int] = field(default_factory=list)
    training: list[float] = field(default_factory=list)
    unseen: list[float] = field(default_factory=list)


class Score(NamedTuple):
    """Error and accuracy on one part of the data; nan where numbers overflow."""

    error: float
    accuracy: float


class Trained(NamedTuple):
    """A network after training, and how it got there."""

    name: str
    network: Network
    curve: Curve
    training: Score
    unseen: Score
    warnings: list[str]


def _train(network: Network, train: Part, test: Part, show: bool) -> Trained:
    """Fit a network, and watch its error on both parts."""
    from tqdm import tqdm

    name = _name(network, train)
    curve = Curve()
    every = math.ceil(network.epochs / _CURVE_POINTS)

    def watch(epoch: int, thetas: list[Array], error: float) -> None:
        bar.update()
        if epoch % every == 0 or epoch == network.epochs - 1:
            curve.epochs.append(epoch + 1)
            curve.training.append(_error(train, thetas, network.activation))
            curve.unseen.append(_error(test, thetas, network.activation))

    with (
        tqdm(
            total=network.epochs, desc=f"{name:20}", unit=" epochs", disable=not show
        ) as bar,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always", DivergenceWarning)
        network.fit(train.X, train.y, on_epoch=watch)
    return Trained(
        name,
        network,
        curve,
        _score(network, train),
        _score(network, test),
        [str(warning.message) for warning in caught],
    )


def _error(part: Part, thetas: list[Array], activation: str) -> float:
    """Give the cross-entropy, nan where a diverging run's numbers overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            return network_error(part.X, part.Y, thetas, activation)
        except ValueError:
            return math.nan


def _score(network: Network, part: Part) -> Score:
    error = _error(part, network.thetas_, network.activation)
    return Score(error, network.score(part.X, part.y) if error == error else math.nan)


# ---- what is printed ----------------------------------------------------------


def _count(number: int, noun: str) -> str:
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number} {noun if number == 1 else plural}"


def _listed(names: Iterable[object], most: int = 6) -> str:
    texts = [str(name) for name in names]
    if len(texts) > most:
        texts[most - 2 : -1] = ["..."]
    return ", ".join(texts)


def _name(network: Network, train: Part) -> str:
    if not network.hidden_layer_sizes:
        return "logistic regression"
    sizes = (train.X.shape[1], *network.hidden_layer_sizes, train.Y.shape[1])
    return f"network {'-'.join(map(str, sizes))}"


def _description(data: Data, train: Part, test: Part, network: Network) -> str:
    """Say what is learned from, and how."""
    classes = np.unique(data.y).tolist()
    scaled = (
        "each standardised by its mean and spread in the training part"
        if data.standardise
        else "as they are"
    )
    kind = f", {network.activation}" if network.hidden_layer_sizes else ""
    batch = min(network.batch_size or len(train.y), len(train.y))
    step = "all samples" if batch == len(train.y) else _count(batch, "sample")
    penalty = f", L2 penalty {network.l2:g}" if network.l2 else ""
    return (
        f"data      {data.title}: {len(data.y)} samples, of which {len(train.y)} to "
        f"learn from and {len(test.y)} unseen\n"
        f"features  {data.X.shape[1]} ({_listed(data.features)}), {scaled}\n"
        f"classes   {len(classes)} in {data.label!r} ({_listed(classes)})\n"
        f"model     {_name(network, train)}{kind}; {network.init} start, seed "
        f"{network.random_state}\n"
        f"training  {_count(network.epochs, 'epoch')}, {step} a step, learning rate "
        f"{network.learning_rate:g}{penalty}"
    )


def _short(error: float) -> str:
    return f"{error:.4f}" if error < 1000 else f"{error:.3g}"


def _table(rows: list[Trained]) -> str:
    """Lay out errors and accuracies, one network a line."""
    width = max(len(row.name) for row in rows)
    lines = [
        f"{'':{width}}  {'error (cross-entropy)':^22}  {'accuracy':^18}",
        f"{'':{width}}  {'training':>11}{'unseen':>11}  {'training':>9}{'unseen':>9}",
    ]
    for row in rows:
        a, b = row.training, row.unseen
        lines.append(
            f"{row.name:{width}}  {_short(a.error):>11}{_short(b.error):>11}  "
            f"{a.accuracy:9.1%}{b.accuracy:9.1%}"
        )
    return "\n".join(lines)


def _mistakes(rows: list[Trained], n_unseen: int) -> str:
    """Say the accuracies on unseen data once more, as what they count."""
    wrong = [
        f"{row.name} {round((1 - row.unseen.accuracy) * n_unseen)}"
        for row in rows
        if math.isfinite(row.unseen.accuracy)
    ]
    return f"Mistakes on {_count(n_unseen, 'unseen sample')}: {', '.join(wrong)}."


# ---- the command --------------------------------------------------------------


def _networks(data: Data, options: argparse.Namespace) -> list[Network]:
    """Give the baseline and the network; one of them where they are the same."""

    def chosen(name: str) -> Any:
        given = getattr(options, name)
        return getattr(data.preset, name) if given is None else given

    hidden = chosen("hidden")
    return [
        Network(
            sizes,
            activation=options.activation,
            learning_rate=chosen("learning_rate"),
            epochs=chosen("epochs"),
            batch_size=options.batch_size,
            l2=options.l2,
            init=options.init,
            random_state=options.seed,
        )
        for sizes in dict.fromkeys([(), hidden])
    ]


def _check_picture(path: str) -> None:
    """Refuse a picture that could not be saved, before time goes into training."""
    file = Path(path)
    if file.suffix.lower() not in PICTURE_KINDS:
        raise Refused(
            f"--picture: the file's name must end in {_either(PICTURE_KINDS)}, got "
            f"{path!r}"
        )
    new = not file.exists()
    try:
        with file.open("ab"):
            pass
        if new:
            file.unlink()
    except OSError as error:
        raise Refused(f"--picture: {path}: {error.strerror or error}") from None


def run(options: argparse.Namespace) -> int:
    """Do what ``train`` is for.

    Parameters
    ----------
    options : argparse.Namespace
        As :func:`add_arguments` declares them.

    Returns
    -------
    int
        0; or 1 where a run diverged, since a script must not take its numbers for
        those of a trained network.

    Raises
    ------
    Refused
        If the data or the picture's path cannot be used.
    """
    data = _load(options)
    train, test = _split(data, options)
    networks = _networks(data, options)
    if options.picture is not None:
        _check_picture(options.picture)
    print(_description(data, train, test, networks[-1]), end="\n\n", flush=True)
    rows = [_train(n, train, test, not options.no_progress) for n in networks]
    print(_table(rows), end="\n\n")
    print(_mistakes(rows, len(test.y)))
    for row in rows:
        for warning in row.warnings:
            print(f"nnbook: {row.name}: {warning}", file=sys.stderr)
    return 1 if any(row.warnings for row in rows) else 0
