"""A stretch of a copy that is a stretch of a work, at some speed and shift of pitch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Segment(NamedTuple):
    """Second t of the copy within `span` is second `factor` · t + `offset` of the work.

    `evidence`: its witness's own measure. `distance`: what of the witness disagrees, [0, 1].
    `cents`: how much higher the work sounds.
    """

    evidence: float
    span: tuple[float, float]
    factor: float
    offset: float
    distance: float
    cents: float

    def work(self, second: float) -> float:
        """Return the second of the work that is that second of the copy."""
        return self.factor * second + self.offset


def best_run(gains: NDArray[np.float64]) -> tuple[int, int, float]:
    """Return first, last and sum of the run with the largest sum; (0, -1, 0.0) where none gains.

    J. Bentley: "Algorithm Design Techniques" (1984).
    """
    if not gains.size:
        return 0, -1, 0.0
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    lowest = np.minimum.accumulate(sums[:-1])
    rise = sums[1:] - lowest
    last = int(rise.argmax())
    if rise[last] <= 0:
        return 0, -1, 0.0
    first = int(sums[: last + 1].argmin())
    return first, last, float(rise[last])
