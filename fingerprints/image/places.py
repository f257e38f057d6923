"""Searches for all places where one picture may lie on another, upright or mirrored.

Pictures are reduced to their local contrast; normalised correlation over all shifts, at a ladder of
scales, says where one may lie in the other (by Fourier transforms: Lewis, "Fast Normalized
Cross-Correlation", 1995).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.image.alignment import Similarity
from fingerprints.image.overlay import SIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from fingerprints.image.overlay import Canvas

_LEAST_SIDE: Final = 8


class Band(NamedTuple):
    """What is kept of a picture: the difference of two blurs, as strong everywhere but for noise.

    `around`: cells, of the square whose contrast is made the same.
    """

    fine: float
    coarse: float
    noise: float
    around: int


class Search(NamedTuple):
    """How closely one looks.

    `cells`: of the longer side. `step`, `steps`: the ladder of scales. `strokes`: thinner than half
    of so many cells of a canvas is taken out of both, 0 for nothing. `overlap`: of the smaller one,
    at least. `likely`: least sureness in standard deviations. `tried`: so many places at most, of
    which no two lay all corners within `apart` of the longer side; below 0 they may be the same.
    """

    cells: int
    step: float
    steps: int
    band: Band
    strokes: int
    overlap: float
    likely: float
    tried: int
    apart: float

    def scales(self) -> list[float]:
        """Return the scales, 1 first."""
        return [self.step**-place for place in range(self.steps)]


DETAILS: Final = Search(48, 1.05, 22, Band(1.0, 3.0, 2.0, 13), 0, 0.25, 8.0, 3, -1.0)
"""By what is small. The best place in nine of ten strangers is less likely than that."""

SHADES: Final = Search(32, 1.06, 13, Band(1.0, 4.0, 1.0, 11), 5, 0.6, 0.0, 10, 0.05)
"""By where it is light and dark, whatever is written over it."""


class _Place(NamedTuple):
    """Where a picture made smaller fits in another; `sureness`: in standard deviations."""

    sureness: float
    mirrored: bool
    scale: float
    x: float
    y: float


class _Waves(NamedTuple):
    """Transforms of a picture made smaller and smaller, their sizes, and of it as it is."""

    shrunk: NDArray[np.complex64]
    sizes: tuple[tuple[int, int], ...]
    upright: NDArray[np.complex64]
    mirrored: NDArray[np.complex64]


def places(ours: Canvas, theirs: Canvas, search: Search) -> list[Similarity]:
    """Return where either may lie in the other, upright or mirrored, likeliest first; often none.

    Whichever is the smaller has at least the ladder's last scale of the other's longer side.
    """
    mine, other = _waves(*_key(ours), search), _waves(*_key(theirs), search)
    there = [(one, False) for one in _fits(mine, other, search)]
    back = [(one, True) for one in _fits(other, mine, search)]
    both = (
        _similarity(one, ours.width).inverse() if inverse else _similarity(one, theirs.width)
        for one, inverse in sorted(there + back, key=lambda one: -one[0].sureness)
    )
    return distinct(both, ours, search.apart, search.tried)


def distinct(lies: Iterable[Similarity], ours: Canvas, apart: float, most: int) -> list[Similarity]:
    """Return the first that lay a corner of ours further than that from where any earlier does."""
    corners = np.array([0, ours.width, 1j * ours.height, complex(ours.width, ours.height)])
    taken: list[Similarity] = []
    there = np.empty((0, len(corners)), np.complex128)
    for one in lies:
        laid = one.there(corners)
        if (np.abs(there - laid).max(axis=1) > apart).all():
            taken.append(one)
            there = np.vstack([there, laid])
        if len(taken) == most:
            break
    return taken


def contrast(averages: NDArray[np.uint8], size: tuple[int, int], band: Band) -> NDArray[np.float32]:
    """Shrink to (width, height) and keep a band only, all of it as strong but the faintest."""
    sized = cv2.resize(averages, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    kept = cv2.GaussianBlur(sized, (0, 0), band.fine) - cv2.GaussianBlur(sized, (0, 0), band.coarse)
    around = cv2.blur(kept * kept, (band.around, band.around))
    strength = np.sqrt(np.maximum(around, 0)) + band.noise
    return np.asarray(np.clip(kept / strength, -2, 2), np.float32)


def size(width: float, height: float, longer: float) -> tuple[int, int]:
    """Return the cells of a picture's sides, of whose longer one there are so many."""
    return max(_LEAST_SIDE, round(width * longer)), max(_LEAST_SIDE, round(height * longer))


def _key(canvas: Canvas) -> tuple[bytes, float, float]:
    return canvas.averages.tobytes(), canvas.width, canvas.height


@lru_cache(maxsize=64)  # one query meets its candidates, by both searches; a megabyte each at most
def _waves(averages: bytes, width: float, height: float, search: Search) -> _Waves:
    cells = np.frombuffer(averages, np.uint8).reshape(SIDE, SIDE)
    if search.strokes:
        cells = np.asarray(cv2.medianBlur(cells, search.strokes), np.uint8)
    sizes = [size(width, height, search.cells * scale) for scale in search.scales()]
    laid = np.zeros((len(sizes) + 1, search.cells, search.cells), np.float32)
    for place, (wide, high) in enumerate(sizes):
        laid[place, :high, :wide] = contrast(cells, (wide, high), search.band)
    wide, high = sizes[0]
    laid[-1, :high, :wide] = laid[0, :high, :wide][:, ::-1]
    waves = _transformed(laid)
    return _Waves(waves[:-1], tuple(sizes), waves[0], waves[-1])


def _transformed(laid: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Transform (n, side, side) as if below and to the right were as much again, all of it 0.

    That way no shift wraps around; and the lower half need not be transformed row by row.
    """
    grid = 2 * laid.shape[-1]
    return np.asarray(np.fft.fft(np.fft.rfft(laid, n=grid), n=grid, axis=1), np.complex64)


def _fits(small: _Waves, large: _Waves, search: Search) -> Iterator[_Place]:
    """Yield the best place at each scale, as it is and mirrored, where that is a likely one."""
    grid = 2 * search.cells
    conjugate = small.shrunk.conj()
    weights = _weights(small.sizes, large.sizes[0], search)
    for mirrored, waves in ((False, large.upright), (True, large.mirrored)):
        sureness = np.fft.irfft2(conjugate * waves, s=(grid, grid))
        sureness = (sureness * weights).reshape(len(weights), -1)
        best = sureness.argmax(axis=1)
        for row, scale in enumerate(search.scales()):
            sure = float(sureness[row, best[row]])
            if sure >= search.likely:
                y, x = divmod(int(best[row]), grid)
                shift = [at - grid if at > search.cells else at for at in (x, y)]
                place = (shift[0] / search.cells, shift[1] / search.cells)
                yield _Place(sure, mirrored, scale, *place)


@lru_cache(maxsize=16)  # nearly a megabyte each; most pictures have one of a few shapes
def _weights(
    sizes: tuple[tuple[int, int], ...], large: tuple[int, int], search: Search
) -> NDArray[np.float32]:
    """Say for each size and shift one by the root of the cells that overlap; 0 for too few."""
    by_cells = np.zeros(search.cells**2 + 1, np.float32)
    by_cells[1:] = 1 / np.sqrt(np.arange(1, len(by_cells)))
    weights = np.empty((len(sizes), 2 * search.cells, 2 * search.cells), np.float32)
    for place, small in enumerate(sizes):
        wide, high = (
            _overlaps(mine, other, search.cells) for mine, other in zip(small, large, strict=True)
        )
        least = search.overlap * min(small[0] * small[1], large[0] * large[1])
        enough = by_cells.copy()
        enough[: int(np.ceil(least))] = 0
        np.take(enough, high[:, None] * wide[None], out=weights[place], mode="clip")
    return weights


@lru_cache(maxsize=4096)
def _overlaps(mine: int, other: int, cells: int) -> NDArray[np.intp]:
    """(2 · cells,) how many cells of two sides lie together at each shift."""
    shift = np.arange(2 * cells)
    shift = np.where(shift > cells, shift - 2 * cells, shift)
    together = np.minimum(shift + mine, other) - np.maximum(shift, 0)
    return np.asarray(np.maximum(together, 0), np.intp)


def _similarity(place: _Place, width: float) -> Similarity:
    """Say it as a map into the large picture, of that width, which was mirrored and not ours."""
    turn, shift = complex(place.scale), complex(place.x, place.y)
    if place.mirrored:
        return Similarity(mirrored=True, turn=turn, shift=width - shift.conjugate())
    return Similarity(mirrored=False, turn=turn, shift=shift)
