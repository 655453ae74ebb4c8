"""Numbers for the book's prose: computed in a cell, shown in a sentence."""

from __future__ import annotations

__all__ = ["glue"]


def glue(name: str, text: str) -> None:
    """Hand a formatted number to the book, where ``{glue:text}`` shows it.

    Parameters
    ----------
    name : str
        The name under which the prose asks for it, one a notebook.
    text : str
        The number as it is to be read, already rounded, such as ``"86.5%"``.

    Raises
    ------
    TypeError
        If `text` is not a string: how many digits to show is for the author to say.

    Notes
    -----
    Where myst-nb is not installed (Colab, a phone's notebook) it does nothing.

    Examples
    --------
    >>> glue("accuracy", f"{0.8651:.1%}")
    """
    if not isinstance(text, str):
        raise TypeError(
            f"text must be a string such as f'{{x:.2f}}', got {type(text).__name__}"
        )
    try:
        from myst_nb import glue as hand_over
    except ImportError:
        return
    hand_over(name, text, display=False)
