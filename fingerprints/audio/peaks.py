"""Peaks of a constant-Q spectrogram: what stays of music however it is played back.

After J. Six and M. Leman: "Panako: a scalable acoustic fingerprinting system handling time-scale
and pitch modification" (2014): local maxima in time and logarithmic frequency, of the level above
that of the neighbourhood, so that an equaliser or a louder passage changes little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np
import scipy.fft  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

SAMPLE_RATE: Final = 11_025
OCTAVE: Final = 1200
"""Cents."""

_FRAME: Final = 2048
_HOP: Final = 512
_LOWEST_HZ: Final = 110.0
_STEPS: Final = 36  # of an octave
_CENTS: Final = OCTAVE / _STEPS
_BANDS: Final = 189
_SHARED: Final = 24  # bands multiplied at once, of few bins: too small for BLAS to start threads
_FLOOR: Final = 3e-5  # of power: what rounding to 16 bits leaves
_BLOCK: Final = 32  # frames transformed at once

# Neighbourhoods, (frames, bands): of the local level, and of ever more dominant peaks.
_LEVEL: Final = (43, 37)
_DOMINANCE: Final = ((5, 5), (13, 13), (17, 15), (21, 17))
_SMOOTHING: Final = (1.0, 0.7)
_LEAST_RISES: Final = (
    0.05,
    0.8,
)  # octaves of amplitude above the local level; of the ranks above 0
_RISE_STEPS: Final = 16

_CHUNK: Final = 1292  # frames, a minute
_MARGIN: Final = 40


class Peaks(NamedTuple):
    """Peaks in order of time, then pitch.

    Each (n,) int64. `times`: milliseconds. `cents`: above 110 Hz. `rises`: above the local level,
    sixteenths of an octave of amplitude, to 255. `ranks`: 0 to 3, how wide a neighbourhood has none
    higher; the many of rank 0 are what may be left of music under other sound.
    """

    times: NDArray[np.int64]
    cents: NDArray[np.int64]
    rises: NDArray[np.int64]
    ranks: NDArray[np.int64]

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.times.size)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Peaks:
        """Return the chosen ones."""
        return Peaks(*(column[chosen] for column in self))


def together(some: Sequence[Peaks]) -> Peaks:
    """Return the peaks of all, one after the other."""
    none = np.empty(0, np.int64)
    columns = zip(*some, strict=True) if some else ((none,) for _ in Peaks._fields)
    return Peaks(*(np.concatenate(column) for column in columns))


def _filters() -> NDArray[np.float32]:
    """(1025, bands): how much of each FFT bin's power goes to each band; triangles."""
    hz = np.arange(_FRAME // 2 + 1)[:, None] * SAMPLE_RATE / _FRAME
    centre = _LOWEST_HZ * 2 ** (np.arange(_BANDS) / _STEPS)
    wide = np.maximum(centre * (2 ** (1 / _STEPS) - 1), SAMPLE_RATE / _FRAME)
    weights = np.maximum(0, 1 - np.abs(hz - centre) / wide)
    return np.asarray(weights / weights.sum(axis=0), np.float32)


def _banded(columns: slice) -> tuple[slice, NDArray[np.float32]]:
    """Leave out the bins that none of the bands takes of; bins are counted from the first used."""
    weights = _FILTERS[_USED, columns]
    used = np.flatnonzero(weights.any(axis=1))
    rows = slice(int(used[0]), int(used[-1]) + 1)
    return rows, np.ascontiguousarray(weights[rows])


_WINDOW: Final = (np.hanning(_FRAME) / 32768).astype(np.float32)
_FILTERS: Final = _filters()
_USED: Final = slice(*(np.flatnonzero(_FILTERS.any(axis=1))[[0, -1]] + (0, 1)).tolist())
_PARTS: Final = tuple(_banded(slice(at, at + _SHARED)) for at in range(0, _BANDS, _SHARED))


class PeakFinder:
    """Finds the peaks of sound that comes in blocks; holds about a minute of spectrogram."""

    def __init__(self) -> None:
        self._left = np.zeros(_FRAME // 2, np.int16)
        self._rows: list[NDArray[np.float32]] = []
        self._held = 0  # rows in the list
        self._first = 0  # number of the first of them
        self._done = 0  # rows whose peaks were found
        self._found: list[Peaks] = []

    def feed(self, samples: NDArray[np.int16]) -> None:
        """Take the next mono samples at 11,025 Hz."""
        held = np.concatenate([self._left, samples])
        count = max(0, (held.size - _FRAME) // _HOP + 1)
        if count:
            frames = np.lib.stride_tricks.sliding_window_view(held, _FRAME)[::_HOP]
            self._rows += [_bands(frames[at : at + _BLOCK]) for at in range(0, count, _BLOCK)]
            self._held += count
        self._left = held[count * _HOP :].copy()
        while self._first + self._held >= self._done + _CHUNK + _MARGIN:
            self._find(self._done + _CHUNK)

    def finish(self) -> Peaks:
        """Return all peaks; nothing can be fed afterwards."""
        self.feed(np.zeros(_FRAME // 2, np.int16))
        self._find(self._first + self._held)
        found = together(self._found)
        return found.where(np.lexsort((found.cents, found.times)))

    def _find(self, end: int) -> None:
        """Find the peaks of the rows up to `end`, and forget what no later peak needs."""
        rows = np.concatenate([np.empty((0, _BANDS), np.float32), *self._rows])
        found = _peaks(rows[: end + _MARGIN - self._first])
        number = found.frames + self._first
        mine = (number >= self._done) & (number < end)
        self._found.append(_measured(found, self._first, mine))
        self._done = end
        rows = rows[max(0, end - _MARGIN - self._first) :]
        self._first = max(self._first, end - _MARGIN)
        self._rows, self._held = [rows], len(rows)


def find(samples: NDArray[np.int16]) -> Peaks:
    """Find the peaks of mono samples at 11,025 Hz."""
    finder = PeakFinder()
    finder.feed(samples)
    return finder.finish()


class _Raw(NamedTuple):
    frames: NDArray[np.int64]
    past: NDArray[np.float64]
    bands: NDArray[np.float64]
    rises: NDArray[np.float32]
    ranks: NDArray[np.int64]


def _bands(frames: NDArray[np.int16]) -> NDArray[np.float32]:
    """(n, bands) octaves of amplitude."""
    spectra = scipy.fft.rfft(frames * _WINDOW, axis=1, overwrite_x=True)[:, _USED]
    power = spectra.real**2
    power += spectra.imag**2
    bands = np.concatenate([power[:, bins] @ weights for bins, weights in _PARTS], axis=1)
    bands += np.float32(_FLOOR)
    np.log2(bands, out=bands)
    bands *= np.float32(0.5)
    return np.asarray(bands)


def _peaks(rows: NDArray[np.float32]) -> _Raw:
    if len(rows) < 3:  # noqa: PLR2004 (a peak has two sides)
        none = np.empty(0)
        return _Raw(none.astype(int), none, none, none.astype(np.float32), none.astype(int))
    past_s, beside_s = _SMOOTHING
    smooth = np.asarray(cv2.GaussianBlur(rows, (0, 0), sigmaX=beside_s, sigmaY=past_s), np.float32)
    rise = smooth - cv2.blur(smooth, _LEVEL[::-1], borderType=cv2.BORDER_REFLECT)
    highest = list(_highest(rise))
    is_peak = (rise >= highest[0]) & (rise > _LEAST_RISES[0])
    is_peak[[0, -1]] = is_peak[:, [0, -1]] = False
    frame, band = np.nonzero(is_peak)
    value = rise[frame, band]
    ranks = np.zeros(frame.size, np.int64)
    stands_out = value > _LEAST_RISES[1]
    for wider in highest[1:]:
        ranks += stands_out & (value >= wider[frame, band])
    past = _vertex(smooth[frame - 1, band], smooth[frame, band], smooth[frame + 1, band])
    beside = _vertex(smooth[frame, band - 1], smooth[frame, band], smooth[frame, band + 1])
    return _Raw(frame, past, band + beside, value, ranks)


def _highest(rise: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Yield the highest value of each neighbourhood around each place, the wider from the last."""
    done = (1, 1)
    for size in _DOMINANCE:
        more = (size[0] - done[0] + 1, size[1] - done[1] + 1)
        rise = np.asarray(cv2.dilate(rise, np.ones(more, np.uint8)), np.float32)
        yield rise
        done = size


def _vertex(
    before: NDArray[np.float32], at: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Where between its neighbours a parabola through the three has its top: −0.5 to 0.5."""
    bend = before - 2.0 * at + after
    slope = np.divide(0.5 * (before - after), bend, out=np.zeros(bend.shape), where=bend < 0)
    return np.asarray(slope.clip(-0.5, 0.5))


def _measured(found: _Raw, first: int, chosen: NDArray[np.bool_]) -> Peaks:
    seconds = (found.frames + first + found.past) * _HOP / SAMPLE_RATE
    return Peaks(
        np.round(seconds[chosen] * 1000).astype(np.int64),
        np.round(found.bands[chosen] * _CENTS).astype(np.int64),
        np.minimum(255, np.round(found.rises[chosen] * _RISE_STEPS)).astype(np.int64),
        found.ranks[chosen],
    )
