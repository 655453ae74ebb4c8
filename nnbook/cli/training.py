"""Train a network, and compare it with logistic regression on unseen data.

Makes or loads data, sets a part of it aside as unseen, trains the network and, as
the baseline, logistic regression on the rest, prints the error (cross-entropy) and
the accuracy of both on both parts, and saves a picture of what they learned.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from nnbook.activations import ACTIVATIONS
from nnbook.cli.fitting import Trained, fit, name_of
from nnbook.cli.options import either, number, sizes, whole
from nnbook.cli.refused import Refused
from nnbook.cli.task import (
    CSV_PRESET,
    DEFAULT_SAMPLES,
    PRESETS,
    Data,
    Part,
    load,
    split,
)
from nnbook.learning import INIT_SCHEMES
from nnbook.network import Network

__all__ = ["HELP", "add_arguments", "run"]

HELP = "train a network and compare it with logistic regression"

MOST_SAMPLES = 10_000_000
PICTURE_KINDS = (".png", ".svg", ".pdf")


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
        type=whole(2, MOST_SAMPLES),
        metavar="N",
        help=f"how many samples to make (default: {DEFAULT_SAMPLES})",
    )
    data.add_argument(
        "--noise",
        type=number(minimum=0, below=1e6),
        metavar="SD",
        help="standard deviation of the noise (default: the data set's own)",
    )
    data.add_argument(
        "--test-size",
        type=number(above=0, below=1),
        default=0.25,
        metavar="SHARE",
        help="share of the samples to set aside as unseen (default: 0.25)",
    )

    network = parser.add_argument_group("network and training")
    network.add_argument(
        "--hidden",
        type=sizes,
        metavar="SIZES",
        help="nodes in the hidden layers: 3, or 16,16 for two layers, or none "
        "(default: see below)",
    )
    network.add_argument(
        "--activation",
        choices=list(ACTIVATIONS),
        default="tanh",
        help="the hidden layers' activation (default: tanh)",
    )
    network.add_argument(
        "--epochs",
        type=whole(1),
        metavar="N",
        help="times to go through the samples (default: see below)",
    )
    network.add_argument(
        "--learning-rate",
        type=number(above=0),
        metavar="RATE",
        help="length of a step for each unit of slope (default: see below)",
    )
    network.add_argument(
        "--batch-size",
        type=whole(1),
        metavar="N",
        help="samples a step (default: all of them)",
    )
    network.add_argument(
        "--l2",
        type=number(minimum=0),
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
        type=whole(0),
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
        help=f"where to save the picture, {either(PICTURE_KINDS)}; an older one is "
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


def _preset_table() -> str:
    rows = [("defaults for", "--hidden", "--learning-rate", "--epochs")] + [
        (name, ",".join(map(str, p.hidden)), f"{p.learning_rate:g}", str(p.epochs))
        for name, p in [*PRESETS.items(), ("a CSV file", CSV_PRESET)]
    ]
    return "\n".join(f"  {a:14}{b:>9}{c:>17}{d:>10}" for a, b, c, d in rows)


def _count(number: int, noun: str) -> str:
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number} {noun if number == 1 else plural}"


def _listed(names: Iterable[object], most: int = 6) -> str:
    texts = [" ".join(str(name).split()) for name in names]
    if len(texts) > most:
        texts[most - 2 : -1] = ["..."]
    return ", ".join(texts)


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
        f"model     {name_of(network, train)}{kind}; {network.init} start, seed "
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
            f"--picture: the file's name must end in {either(PICTURE_KINDS)}, got "
            f"{path!r}"
        )
    try:
        new = not file.exists()
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
        0; or 1 where a run diverged: a script must not take its numbers for those of
        a trained network. Then no picture is saved.

    Raises
    ------
    Refused
        If the data or the picture's path cannot be used.
    """
    data = load(options)
    train, test = split(data, options)
    networks = _networks(data, options)
    if options.picture is not None:
        _check_picture(options.picture)
    print(_description(data, train, test, networks[-1]), end="\n\n", flush=True)
    rows = [fit(n, train, test, not options.no_progress) for n in networks]
    print(_table(rows), end="\n\n")
    print(_mistakes(rows, len(test.y)), flush=True)
    diverged = [row for row in rows if row.warning]
    for row in diverged:
        print(f"nnbook: {row.name}: {row.warning}", file=sys.stderr)
    if options.picture is not None and not diverged:
        _save_picture(options.picture, data, train, test, rows)
    return 1 if diverged else 0


def _save_picture(
    path: str, data: Data, train: Part, test: Part, rows: list[Trained]
) -> None:
    from nnbook.cli.picture import draw  # loads matplotlib

    try:
        draw(path, data, train, test, rows)
    except OSError as error:
        raise Refused(f"--picture: {path}: {error.strerror or error}") from None
    print(f"Picture saved as {path}.")
