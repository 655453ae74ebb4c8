"""The lines of nnbook that repeat a run."""

from __future__ import annotations

from nnbook.explorers.building.settings import DATA, N, Settings


def code(settings: Settings, epochs: int) -> str:
    """Write the program that leads to the same weights.

    Parameters
    ----------
    settings : Settings
        All that decides the run.
    epochs : int
        How many it has run, 0 or more.

    Returns
    -------
    str
        Lines of Python that leave the weights in `thetas`. One's own points are
        taken from `X` and `y`.

    Examples
    --------
    >>> print(code(Settings(data="xor"), epochs=0))
    import numpy as np
    <BLANKLINE>
    from nnbook import init_thetas, network_error, one_hot
    from nnbook.datasets import make_xor
    <BLANKLINE>
    X, y = make_xor(200, noise=0.1, random_state=0)
    unseen, labels = make_xor(200, noise=0.1, random_state=1)
    <BLANKLINE>
    rng = np.random.default_rng(0)
    thetas = init_thetas((2, 3, 2), rng, scheme="glorot")
    <BLANKLINE>
    print(network_error(unseen, one_hot(labels, 2), thetas, "tanh"))
    """
    s, k = settings, settings.samples.n_classes
    maker = "train_test_split" if s.own else DATA[s.data].make.__name__
    functions = ["init_thetas", "network_error", "one_hot"] + ["train"] * (epochs > 0)
    lines = [
        "import numpy as np",
        "",
        f"from nnbook import {', '.join(functions)}",
        f"from nnbook.datasets import {maker}",
        "",
        *(_own_points() if s.own else _made_points(s, maker)),
        "",
        f"rng = np.random.default_rng({s.seed})",
        f'thetas = init_thetas({s.sizes}, rng, scheme="{s.init}")',
    ]
    if epochs > 0:
        lines += _training(s, k, epochs)
    error = f'network_error(unseen, one_hot(labels, {k}), thetas, "{s.activation}")'
    return "\n".join([*lines, "", f"print({error})"])


def _made_points(s: Settings, maker: str) -> list[str]:
    return [
        f"{names} = {maker}({N}, noise={s.noise!r}, random_state={seed})"
        for seed, names in enumerate(("X, y", "unseen, labels"))
    ]


def _own_points() -> list[str]:
    return [
        "# X and y hold your own points and their labels.",
        "classes, y = np.unique(y, return_inverse=True)",
        "X, unseen, y, labels = train_test_split(X, y, random_state=0)",
    ]


def _training(s: Settings, n_classes: int, epochs: int) -> list[str]:
    arguments = [
        "X",
        f"one_hot(y, {n_classes})",
        "thetas",
        f'activation="{s.activation}"',
        f"learning_rate={s.learning_rate!r}",
        f"epochs={epochs}",
    ]
    if s.batch_size is not None:
        arguments += [f"batch_size={s.batch_size}", "rng=rng"]
    if s.l2 > 0:
        arguments.append(f"l2={s.l2!r}")
    inside = [f"    {argument}," for argument in arguments]
    return ["thetas, errors = train(", *inside, ")"]
