"""Which peaks are of a loop: bars of drums and bass that come again and again.

One loop is in many works, so finding it says little of whose a recording is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.audio.peaks import Peaks

LONGEST_MS: Final = 10_000
_SHORTEST_MS: Final = 1_000
_BIN_MS: Final = 20
_ROW_CENTS: Final = 20
_SAME_MS: Final = 20


def looped(peaks: Peaks) -> NDArray[np.bool_]:
    """(n,) which peaks come again at their pitch, up to four loops before or after.

    A loop lasts what most peaks of one pitch are apart.
    """
    rows, width = peaks.cents // _ROW_CENTS, int(peaks.times.max(initial=0)) + 6 * LONGEST_MS
    keys = np.sort(rows * width + peaks.times)
    loop = _loop_ms(keys)
    again = np.zeros(peaks.size, bool)
    ends = np.append(keys, np.iinfo(np.int64).max)
    for row in (-1, 0, 1):
        for turns in (-4, -3, -2, -1, 1, 2, 3, 4):
            place = (rows + row) * width + peaks.times + turns * loop
            again |= ends[np.searchsorted(keys, place - _SAME_MS)] <= place + _SAME_MS
    return again


def _loop_ms(keys: NDArray[np.int64]) -> int:
    """Milliseconds that most are apart; `keys`: times, those of each pitch far from others'."""
    counts = np.zeros(LONGEST_MS // _BIN_MS + 1, np.int64)
    for ahead in range(1, keys.size):
        apart = keys[ahead:] - keys[:-ahead]
        near = apart[apart < LONGEST_MS]
        if not near.size:
            break
        counts += np.bincount(near // _BIN_MS, minlength=counts.size)
    shortest = _SHORTEST_MS // _BIN_MS
    wide = (counts[:-1] + counts[1:])[shortest:]
    return (shortest + int(wide.argmax()) + 1) * _BIN_MS
