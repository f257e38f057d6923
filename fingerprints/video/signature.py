"""A minute of film in bytes: what `verify` and `probe` need of it, and nothing else.

Head (start, end, frames, hashed, toned, anchors, details, views of both), then column after
column: times and numbers of the frames, which have a hash and which have tones, those hashes and
tones, times and counts of the anchors (frames with details), all their details.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from fingerprints.video import details, frames, tones
from fingerprints.video.details import Details

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

VIEWS: Final = 4
"""Hashes a frame: of the whole, and of what is inside borders and windows; else the whole's."""

TONE_VIEWS: Final = 3
"""Tones a frame: of the whole, of what is inside borders, of a window; else the whole's."""

BARE: Final = 1
"""Of the tones' views: what is inside borders."""

_HEAD: Final = struct.Struct("<ddIIIIIBB")
_HASHED: Final = 1
_TONED: Final = 2
_STEP_S: Final = 0.01
_FIELDS: Final = (
    ("x", "u1", 1),
    ("y", "u1", 1),
    ("scale", "u1", 1),
    ("angle", "u1", 1),
    ("mirrored", "u1", 1),
    ("code", "<u8", 1),
    ("weakest", "u1", details.WEAKEST),
)


@dataclass(frozen=True, slots=True)
class Footage:
    """What is known of a film, or of some stretches of it, in order.

    `stretches`: (p, 2) start and end of each, seconds. `times`: (n,) of the frames that vote, and
    `hashes`: (n, 4, 4) words of their views, where they are `hashed`: (n,); `tones`: (n, 3, 2, 4)
    words, with nothing sure where there is enough in a frame without. `stills`: (n,) the same
    number as long as the film stands still. `anchors`: (m,) times of the frames with details;
    `anchor`: (k,) of which of them each detail is.
    """

    stretches: NDArray[np.float64]
    times: NDArray[np.float64]
    hashed: NDArray[np.bool_]
    hashes: NDArray[np.uint64]
    tones: NDArray[np.uint64]
    stills: NDArray[np.int64]
    anchors: NDArray[np.float64]
    anchor: NDArray[np.int64]
    details: Details

    @property
    def toned(self) -> NDArray[np.bool_]:
        """(n,) which frames have tones."""
        return np.asarray(self.tones[:, :, 1].any(axis=(1, 2)))


def packed(one: Footage) -> bytes:
    """Write one stretch."""
    start, end = one.stretches[0].tolist()
    counts = np.bincount(one.anchor, minlength=len(one.anchors))
    hashes, toned = one.hashes[one.hashed], one.tones[one.toned]
    views = _views(hashes), _views(toned)
    columns = [
        np.round((one.times - start) / _STEP_S).astype("<u2"),
        one.stills.astype("<u4"),
        (one.hashed * _HASHED | one.toned * _TONED).astype("u1"),
        hashes[:, : views[0]].astype("<u8"),
        toned[:, : views[1]].astype("<u8"),
        np.round((one.anchors - start) / _STEP_S).astype("<u2"),
        counts.astype("u1"),
        *(getattr(one.details, name).astype(kind) for name, kind, _ in _FIELDS),
    ]
    shown = len(one.times), len(hashes), len(toned)
    head = _HEAD.pack(start, end, *shown, len(one.anchors), len(one.details), *views)
    return head + b"".join(column.tobytes() for column in columns)


def _views(words: NDArray[np.uint64]) -> int:
    """Return how many views hold more than the whole once more: those after them are not kept."""
    others = np.moveaxis(words != words[:, :1], 1, 0)
    return max((view for view, other in enumerate(others) if other.any()), default=0) + 1


@lru_cache(maxsize=512)  # one query meets many references
def unpacked(signature: bytes) -> Footage:
    """Read what `packed` wrote."""
    start, end, shown, hashed, toned, anchors, found, *views = _HEAD.unpack_from(signature)
    reader = _Reader(signature, _HEAD.size)
    times = start + reader.column("<u2", shown) * _STEP_S
    stills = reader.column("<u4", shown).astype(np.int64)
    flags = reader.column("u1", shown)
    hashes = np.zeros((shown, VIEWS, frames.WORDS), np.uint64)
    hashes[flags & _HASHED > 0] = reader.words((hashed, views[0], frames.WORDS), VIEWS)
    light = np.zeros((shown, TONE_VIEWS, 2, tones.WORDS), np.uint64)
    light[flags & _TONED > 0] = reader.words((toned, views[1], 2, tones.WORDS), TONE_VIEWS)
    anchor_times = start + reader.column("<u2", anchors) * _STEP_S
    anchor = np.repeat(np.arange(anchors), reader.column("u1", anchors))
    columns = {}
    for name, kind, width in _FIELDS:
        column = reader.column(kind, found * width)
        columns[name] = column if width == 1 else column.reshape(-1, width)
    return Footage(
        np.array([[start, end]]),
        times,
        flags & _HASHED > 0,
        hashes,
        light,
        stills,
        anchor_times,
        anchor,
        Details(**columns),
    )


def joined(several: Sequence[Footage]) -> Footage:
    """Return stretches of one film as one footage, in order."""
    before = np.cumsum([0, *(len(one.anchors) for one in several)])
    return Footage(
        np.concatenate([one.stretches for one in several]),
        np.concatenate([one.times for one in several]),
        np.concatenate([one.hashed for one in several]),
        np.concatenate([one.hashes for one in several]),
        np.concatenate([one.tones for one in several]),
        np.concatenate([one.stills for one in several]),
        np.concatenate([one.anchors for one in several]),
        np.concatenate([one.anchor + n for one, n in zip(several, before, strict=False)]),
        details.joined([one.details for one in several]),
    )


def between(one: Footage, start: float, end: float) -> Footage:
    """Return what is known of a film between two times, as a footage of one stretch."""
    shown = (one.times >= start) & (one.times < end)
    kept = np.flatnonzero((one.anchors >= start) & (one.anchors < end))
    of_kept = np.isin(one.anchor, kept)
    return Footage(
        np.array([[start, end]]),
        one.times[shown],
        one.hashed[shown],
        one.hashes[shown],
        one.tones[shown],
        one.stills[shown],
        one.anchors[kept],
        np.searchsorted(kept, one.anchor[of_kept]),
        one.details[of_kept],
    )


class _Reader:
    def __init__(self, content: bytes, start: int) -> None:
        self._content, self._at = content, start

    def column(self, kind: str, count: int) -> NDArray[Any]:
        """Read the next; a copy, because reading unaligned numbers is slow."""
        values = np.frombuffer(self._content, kind, count, self._at).copy()
        self._at += values.nbytes
        return values

    def words(self, shape: tuple[int, ...], views: int) -> NDArray[np.uint64]:
        """Read words of the first views (axis 1); the others' are the whole picture's once more."""
        kept = self.column("<u8", math.prod(shape)).astype(np.uint64).reshape(shape)
        return np.concatenate([kept, *[kept[:, :1]] * (views - shape[1])], axis=1)
