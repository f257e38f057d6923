"""How a work lies on a copy: shifted in time, and perhaps played faster or higher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Lie:
    """Millisecond t of the copy is `factor` · t + `offset` of the work, `cents` lower than it."""

    cents: float
    factor: float
    offset: float

    def times(self, copy: NDArray[np.int64] | float) -> NDArray[np.float64]:
        """Return the milliseconds in the work."""
        return np.asarray(self.factor * copy + self.offset, np.float64)

    def copy_times(self, work: NDArray[np.int64] | float) -> NDArray[np.float64]:
        """Return the milliseconds in the copy."""
        return np.asarray((work - self.offset) / self.factor, np.float64)
