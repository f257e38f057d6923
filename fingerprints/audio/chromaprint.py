"""Chromaprint, the fingerprint that AcoustID and MusicBrainz use: 32 bits every 0.124 s.

After L. Lalinský, "How does Chromaprint work?" (2011) and the filters and thresholds that were
learnt for its algorithm 2 ("TEST2", fpcalc's default). Ke, Hoiem, Sukthankar: "Computer Vision for
Music Identification" (2005) is where the filters come from, Bartsch and Wakefield: "To Catch a
Chorus" (2001) the chroma. The bits are those of libchromaprint for the same samples, but where the
rounding of a transform decides: at one item in some 85,000 of music.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import scipy.fft  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE: Final = 11_025
FRAME: Final = 4096
HOP: Final = FRAME // 3
ITEM_S: Final = HOP / SAMPLE_RATE
"""Seconds from one item to the next."""

_NOTES: Final = 12
_LOWEST_HZ: Final = 28
_HIGHEST_HZ: Final = 3520
_FIRST_NOTE_HZ: Final = 440 / 16
_SMOOTHING: Final = (0.25, 0.75, 1.0, 0.75, 0.25)
_LEAST_NORM: Final = 0.01
_WIDTH: Final = 16
_GRAY: Final = np.array([0, 1, 3, 2], np.uint32)
_BLOCK: Final = 16  # frames transformed at once, too few for BLAS to start threads

FIRST_ITEM_SAMPLES: Final = FRAME + (len(_SMOOTHING) + _WIDTH - 2) * HOP
"""Samples that the first item needs; each further one needs `HOP` more."""


class _Kind(IntEnum):
    """Which of a filter's area is compared with the rest of it."""

    WHOLE = 0
    UPPER_HALF = 1
    LATER_HALF = 2
    CORNERS = 3
    MIDDLE_NOTES = 4
    MIDDLE_FRAMES = 5


class _Filter(NamedTuple):
    """Compares areas of the chroma picture: how, from which note, notes high, frames wide."""

    kind: _Kind
    note: int
    high: int
    wide: int
    thresholds: tuple[float, float, float]


_FILTERS: Final = (
    _Filter(_Kind.WHOLE, 4, 3, 15, (1.98215, 2.35817, 2.63523)),
    _Filter(_Kind.MIDDLE_NOTES, 4, 6, 15, (-1.03809, -0.651211, -0.282167)),
    _Filter(_Kind.UPPER_HALF, 0, 4, 16, (-0.298702, 0.119262, 0.558497)),
    _Filter(_Kind.CORNERS, 8, 2, 12, (-0.105439, 0.0153946, 0.135898)),
    _Filter(_Kind.CORNERS, 4, 4, 8, (-0.142891, 0.0258736, 0.200632)),
    _Filter(_Kind.MIDDLE_NOTES, 0, 3, 5, (-0.826319, -0.590612, -0.368214)),
    _Filter(_Kind.UPPER_HALF, 2, 2, 9, (-0.557409, -0.233035, 0.0534525)),
    _Filter(_Kind.LATER_HALF, 7, 3, 4, (-0.0646826, 0.00620476, 0.0784847)),
    _Filter(_Kind.LATER_HALF, 6, 2, 16, (-0.192387, -0.029699, 0.215855)),
    _Filter(_Kind.LATER_HALF, 1, 3, 2, (-0.0397818, -0.00568076, 0.0292026)),
    _Filter(_Kind.MIDDLE_FRAMES, 10, 1, 15, (-0.53823, -0.369934, -0.190235)),
    _Filter(_Kind.CORNERS, 6, 2, 10, (-0.124877, 0.0296483, 0.139239)),
    _Filter(_Kind.LATER_HALF, 1, 1, 14, (-0.101475, 0.0225617, 0.231971)),
    _Filter(_Kind.CORNERS, 5, 6, 4, (-0.0799915, -0.00729616, 0.063262)),
    _Filter(_Kind.UPPER_HALF, 9, 2, 12, (-0.272556, 0.019424, 0.302559)),
    _Filter(_Kind.CORNERS, 4, 2, 14, (-0.164292, -0.0321188, 0.0846339)),
)


def _bins_of_notes() -> tuple[slice, NDArray[np.float32]]:
    """Which FFT bins count, and (bins, 12) to which note's energy each is added."""
    first, last = (round(FRAME * hz / SAMPLE_RATE) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    hz = np.arange(first, last) * SAMPLE_RATE / FRAME
    octave = np.log2(hz / _FIRST_NOTE_HZ)
    note = ((octave - np.floor(octave)) * _NOTES).astype(int)
    return slice(first, last), np.eye(_NOTES, dtype=np.float32)[note]


_WINDOW: Final = (np.hamming(FRAME) / 32767).astype(np.float32)
_BINS, _TO_NOTES = _bins_of_notes()


class Chroma:
    """Gathers the 12 note energies of each frame from sound that comes in blocks."""

    def __init__(self) -> None:
        self._left = np.empty(0, np.int16)
        self._energies: list[NDArray[np.float64]] = []

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Take the next mono samples at 11,025 Hz."""
        held = np.concatenate([self._left, samples])
        count = max(0, (held.size - FRAME) // HOP + 1)
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(held, FRAME)[::HOP]
            for start in range(0, count, _BLOCK):
                self._energies.append(_energies(frames[start : start + _BLOCK]))
        self._left = held[count * HOP :].copy()

    def items(self) -> NDArray[np.uint32]:
        """(n,) the fingerprint of all samples so far; empty below 2.6 seconds."""
        rows = np.concatenate([np.empty((0, _NOTES)), *self._energies])
        return _items(_normalised(_smoothed(rows)))


def fingerprint(samples: NDArray[np.int16]) -> NDArray[np.uint32]:
    """(n,) the fingerprint of mono samples at 11,025 Hz; empty below 2.6 seconds."""
    chroma = Chroma()
    chroma.feed(samples)
    return chroma.items()


def _energies(frames: NDArray[np.int16]) -> NDArray[np.float64]:
    spectra = scipy.fft.rfft(frames * _WINDOW, axis=1, overwrite_x=True)[:, _BINS]
    return np.asarray((spectra.real**2 + spectra.imag**2) @ _TO_NOTES)


def _smoothed(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    count = max(0, len(rows) - len(_SMOOTHING) + 1)
    found = np.zeros((count, _NOTES))
    for shift, weight in enumerate(_SMOOTHING):
        found += weight * rows[shift : shift + count]
    return found


def _normalised(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.where(norms < _LEAST_NORM, 0.0, rows / np.maximum(norms, _LEAST_NORM))


def _items(rows: NDArray[np.float64]) -> NDArray[np.uint32]:
    count = len(rows) - _WIDTH + 1
    if count <= 0:
        return np.empty(0, np.uint32)
    # (n + 1, 13): an area's sum is four corners of it.
    sums = np.zeros((len(rows) + 1, _NOTES + 1))
    sums[1:, 1:] = rows.cumsum(axis=0).cumsum(axis=1)
    items = np.zeros(count, np.uint32)
    for one in _FILTERS:
        level = np.searchsorted(np.array(one.thresholds), _response(sums, one, count), "right")
        items = (items << np.uint32(2)) | _GRAY[level]
    return items


def _response(sums: NDArray[np.float64], one: _Filter, count: int) -> NDArray[np.float64]:
    """(count,) what the filter says at each frame: how much more is in some of it than the rest."""
    wide, high = one.wide, one.high
    inner = {
        _Kind.WHOLE: [(0, wide, 0, high)],
        _Kind.UPPER_HALF: [(0, wide, high // 2, high)],
        _Kind.LATER_HALF: [(wide // 2, wide, 0, high)],
        _Kind.CORNERS: [(0, wide // 2, high // 2, high), (wide // 2, wide, 0, high // 2)],
        _Kind.MIDDLE_NOTES: [(0, wide, high // 3, 2 * high // 3)],
        _Kind.MIDDLE_FRAMES: [(wide // 3, 2 * wide // 3, 0, high)],
    }[one.kind]

    def area(left: int, right: int, low: int, top: int) -> NDArray[np.float64]:
        between = sums[right : right + count] - sums[left : left + count]
        return np.asarray(between[:, one.note + top] - between[:, one.note + low])

    some = sum((area(*place) for place in inner), np.zeros(count))
    return np.asarray(np.log((1 + some) / (1 + area(0, wide, 0, high) - some)))
