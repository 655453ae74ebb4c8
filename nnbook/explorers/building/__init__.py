"""What stands behind the page "Build your own": a run, and the code that repeats it.

A run is settings and a network in training (chapter 6). It can be stepped and taken
back to its start, and nothing in it knows of widgets or pages.
"""

from nnbook.explorers.building.program import code
from nnbook.explorers.building.run import Moment, Run
from nnbook.explorers.building.settings import Settings

__all__ = ["Moment", "Run", "Settings", "code"]
