"""Build your own network and watch it train: the page "Build your own"."""

from nnbook.explorers.playground.code import code
from nnbook.explorers.playground.recorded import recorded
from nnbook.explorers.playground.run import Moment, Run
from nnbook.explorers.playground.settings import Settings

__all__ = ["Moment", "Run", "Settings", "code", "recorded"]
