"""Terms of where a picture is light and where dark: what a smooth one has when features are few.

A window's lowest cosine frequencies are hardly changed by a mark all over the picture, nor by the
few hundredths by which a crop misses a window. Each window of a ladder is a term of the signs of 20
of them; what may be a copy is asked for by the whole and by what is left without two of its edges,
as one of them lies nearer to a window, upright and mirrored, with some of the least sure signs
turned (multi-probe: Lv et al. 2007).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.image.overlay import SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.contract import Region

_WINDOWS: Final = (1.0, 1), (0.9, 3), (0.81, 5), (0.73, 6)
"""Shares of each side, and places along each side: 71 windows."""

_ASKED: Final = 0.95
"""Share of each side that is asked for as well, in each of the four corners."""

_BITS: Final = 20
_FREQUENCIES: Final = 5  # of a side: 0 to 4
_TURNED: Final = 7  # of the least sure bits, one or two at a time
_TURNED_OF_CORNERS: Final = 6
_FAINTEST: Final = 1.5  # of 255: the contrast of a window that has something in it


def _lowest() -> NDArray[np.int64]:
    """(20, 2) vertical and horizontal frequencies, the lowest first, without the mean."""
    every = [(down, across) for down in range(_FREQUENCIES) for across in range(_FREQUENCIES)]
    every.sort(key=lambda one: (one[0] ** 2 + one[1] ** 2, one))
    return np.array(every[1 : _BITS + 1])


_DOWN, _ACROSS = _lowest().T
# Pictures have less of the higher ones.
_RADIUS: Final = np.asarray(np.hypot(_DOWN, _ACROSS), np.float32)
_ODD: Final = np.where(_ACROSS % 2, -1, 1)
_BIT: Final = np.int64(1) << np.arange(_BITS)


def terms(averages: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n,) distinct, at most 71, in [0, 2**20): of all windows of (80, 80) that have contrast."""
    found = [_frequencies(averages, windows, windows) for windows in _ladder()]
    return np.unique(_codes(_told(np.concatenate(found))))


def asked_terms(averages: NDArray[np.uint8], region: Region) -> NDArray[np.int64]:
    """(n,) distinct, at most 234: of a part of a picture, upright and mirrored."""
    down, across = _asked(region.top, region.bottom), _asked(region.left, region.right)
    whole = _frequencies(averages, down[:1], across[:1])
    corners = _frequencies(averages, down[1:], across[1:])
    windows = (_told(whole), _TURNED), (_told(corners), _TURNED_OF_CORNERS)
    probed = [
        _probed(side, turned) for upright, turned in windows for side in (upright, upright * _ODD)
    ]
    return np.unique(np.concatenate(probed))


def _frequencies(
    averages: NDArray[np.uint8], down: NDArray[np.float32], across: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(n·m, 20) of each of n times m windows."""
    level = averages.astype(np.float32) - averages.mean(dtype=np.float32)
    rows = down.reshape(-1, SIDE) @ level @ across.reshape(-1, SIDE).T
    every = rows.reshape(len(down), _FREQUENCIES, len(across), _FREQUENCIES)
    found = every[:, _DOWN, :, _ACROSS].reshape(_BITS, -1)  # the frequencies come first
    return np.asarray(found.T * _RADIUS, np.float32)


def _told(frequencies: NDArray[np.float32]) -> NDArray[np.float32]:
    """Leave out windows with next to nothing in them."""
    contrast = np.sqrt((frequencies**2).mean(axis=1))
    return frequencies[np.flatnonzero(contrast > _FAINTEST)]


def _codes(frequencies: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.asarray((frequencies > 0) @ _BIT, np.int64)


def _probed(frequencies: NDArray[np.float32], bits: int) -> NDArray[np.int64]:
    """The codes, and those with one and with two of the least sure `bits` turned: for 7 (n·29,)."""
    weakest = np.int64(1) << np.argsort(np.abs(frequencies), axis=1)[:, :bits]
    first, second = np.triu_indices(bits, 1)
    turned = np.concatenate(
        [np.zeros_like(weakest[:, :1]), weakest, weakest[:, first] | weakest[:, second]], axis=1
    )
    return np.asarray(_codes(frequencies)[:, None] ^ turned, np.int64).ravel()


def _asked(start: float, end: float) -> NDArray[np.float32]:
    """(3, 5, 80) waves over all of [start, end) of a side, its first and its last."""
    part = _ASKED * (end - start)
    return np.stack([_waves(start, end), _waves(start, start + part), _waves(end - part, end)])


@cache
def _ladder() -> list[NDArray[np.float32]]:
    """Waves of each size's windows along one side, (places, 5, 80)."""
    found = []
    for share, places in _WINDOWS:
        starts = np.linspace(0, 1 - share, places)
        found.append(np.stack([_waves(start, start + share) for start in starts]))
    return found


def _waves(start: float, end: float) -> NDArray[np.float32]:
    """(5, 80) mean products with cosines over [start, end) of a side; a cell cut counts less."""
    edges = np.clip(np.arange(SIDE + 1) / SIDE, start, end)
    place = ((np.arange(SIDE) + 0.5) / SIDE - start) / (end - start)
    cosines = np.cos(np.pi * np.arange(_FREQUENCIES)[:, None] * place)
    return np.asarray(cosines * (np.diff(edges) / (end - start)), np.float32)
