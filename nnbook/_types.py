"""Names for the types that the package's signatures share."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: An array of float32 or float64.
Array: TypeAlias = NDArray[np.floating]

__all__ = ["Array", "ArrayLike"]
