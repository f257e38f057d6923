"""How a part's Chromaprint items and peaks are stored as bytes, and put together again.

A header (layout, number of the first item, milliseconds where the part begins, how many items and
peaks), the items, then the peaks column by column: milliseconds from the beginning, cents, rises,
ranks.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.audio.peaks import Peaks, together
from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LAYOUT: Final = 2
PART_S: Final = 60
_HEADER: Final = struct.Struct("<BIIHH")
_COLUMNS: Final = ("<u2", "<u2", "u1", "u1")


class Sound(NamedTuple):
    """`numbers`: (n,) int64 ascending, which item of the whole each is; `items`: (n,) uint32."""

    numbers: NDArray[np.int64]
    items: NDArray[np.uint32]
    peaks: Peaks


def packed(sound: Sound, begin_ms: int) -> bytes:
    """Write a part that begins there and lasts at most a minute."""
    first = int(sound.numbers[0]) if sound.numbers.size else 0
    peaks = sound.peaks
    columns = peaks._replace(times=peaks.times - begin_ms)
    return b"".join(
        [
            _HEADER.pack(LAYOUT, first, begin_ms, sound.items.size, peaks.size),
            sound.items.astype("<u4").tobytes(),
            *(
                column.astype(kind).tobytes()
                for column, kind in zip(columns, _COLUMNS, strict=True)
            ),
        ]
    )


@lru_cache(maxsize=256)  # one query meets many references
def unpacked(signature: bytes) -> Sound:
    """Read what `packed` wrote; raises `Undecodable` on anything else."""
    try:
        layout, first, begin_ms, items, peaks = _HEADER.unpack_from(signature)
        if layout != LAYOUT:
            raise Undecodable(f"audio signature of layout {layout}")
        at = _HEADER.size
        values = np.frombuffer(signature, "<u4", items, at)
        at += values.nbytes
        columns = []
        for kind in _COLUMNS:
            columns.append(np.frombuffer(signature, kind, peaks, at))
            at += columns[-1].nbytes
    except (struct.error, ValueError) as error:
        raise Undecodable("the audio signature is damaged") from error
    found = Peaks(*(column.astype(np.int64) for column in columns))
    found = found._replace(times=found.times + begin_ms)
    return Sound(np.arange(first, first + items), values.astype(np.uint32), found)


def joined(sounds: Iterable[Sound]) -> Sound:
    """Put parts together, what they share only once."""
    parts = list(sounds)
    if len(parts) == 1:
        return parts[0]
    numbers = np.concatenate([np.empty(0, np.int64), *(part.numbers for part in parts)])
    items = np.concatenate([np.empty(0, np.uint32), *(part.items for part in parts)])
    numbers, chosen = np.unique(numbers, return_index=True)
    peaks = together([part.peaks for part in parts])
    _, once = np.unique(peaks.times << 16 | peaks.cents, return_index=True)
    return Sound(numbers, items[chosen], Peaks(*(column[once] for column in peaks)))
