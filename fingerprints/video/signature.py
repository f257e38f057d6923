"""A minute of film in bytes: what `verify` and `probe` need of it, and nothing else.

Head (start, end, frames, anchors, details, views), then column after column: times, hashes and
numbers of the frames, times and counts of the anchors (frames with details), all their details.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from fingerprints.video import details, frames
from fingerprints.video.details import Details

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

VIEWS: Final = 4
"""Hashes a frame: of the whole, and of what is inside borders and windows; else the whole's."""

_HEAD: Final = struct.Struct("<ddIIIB")
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
    `hashes`: (n, 4, 4) words of their views; `stills`: (n,) the same number as long as the film
    stands still. `anchors`: (m,) times of the frames with details;
    `anchor`: (k,) of which of them each detail is.
    """

    stretches: NDArray[np.float64]
    times: NDArray[np.float64]
    hashes: NDArray[np.uint64]
    stills: NDArray[np.int64]
    anchors: NDArray[np.float64]
    anchor: NDArray[np.int64]
    details: Details


def packed(one: Footage) -> bytes:
    """Write one stretch."""
    start, end = one.stretches[0].tolist()
    counts = np.bincount(one.anchor, minlength=len(one.anchors))
    views = _views(one)
    columns = [
        np.round((one.times - start) / _STEP_S).astype("<u2"),
        one.hashes[:, :views].astype("<u8"),
        one.stills.astype("<u4"),
        np.round((one.anchors - start) / _STEP_S).astype("<u2"),
        counts.astype("u1"),
        *(getattr(one.details, name).astype(kind) for name, kind, _ in _FIELDS),
    ]
    head = _HEAD.pack(start, end, len(one.times), len(one.anchors), len(one.details), views)
    return head + b"".join(column.tobytes() for column in columns)


def _views(one: Footage) -> int:
    """Return how many views hold more than the whole once more: those after them are not kept."""
    others = (one.hashes != one.hashes[:, :1]).any(axis=(0, 2))
    return int(np.flatnonzero(others).max(initial=0)) + 1


@lru_cache(maxsize=512)  # one query meets many references
def unpacked(signature: bytes) -> Footage:
    """Read what `packed` wrote."""
    start, end, shown, anchors, found, views = _HEAD.unpack_from(signature)
    reader = _Reader(signature, _HEAD.size)
    times = start + reader.column("<u2", shown) * _STEP_S
    kept = reader.column("<u8", shown * views * frames.WORDS).astype(np.uint64)
    kept = kept.reshape(-1, views, frames.WORDS)
    hashes = np.concatenate([kept, *[kept[:, :1]] * (VIEWS - views)], axis=1)
    stills = reader.column("<u4", shown).astype(np.int64)
    anchor_times = start + reader.column("<u2", anchors) * _STEP_S
    anchor = np.repeat(np.arange(anchors), reader.column("u1", anchors))
    columns = {}
    for name, kind, width in _FIELDS:
        column = reader.column(kind, found * width)
        columns[name] = column if width == 1 else column.reshape(-1, width)
    return Footage(
        np.array([[start, end]]),
        times,
        hashes,
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
        np.concatenate([one.hashes for one in several]),
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
        one.hashes[shown],
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
