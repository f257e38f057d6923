"""How lines of text lie on a page: how far apart, and at which angle.

Lines of running text make a wave across the page; its peak in the spectrum (Postl 1986 found skew
so) tells pitch and angle to a part in hundreds, without finding a single line. Photographs and
drawings have no such peak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE: Final = 512  # of the spectrum: the longer side of what is looked at
_NEAR: Final = 31  # pixels: as far paper and ink are told apart by what is around them
_NOISE: Final = 8.0  # of 255: less contrast than this is none
_MOST_INK: Final = 3.0
_STRIP: Final = 256
_STEP: Final = 96
_MOST_ACROSS: Final = 24  # periods over `_SIDE`
_PITCHES: Final = (4.5, 46.0)  # pixels of that
_SLOPE: Final = 0.2  # steepest: 11 degrees
_LEAST_PEAK: Final = 30.0  # times the median
_LEAST_SHARE: Final = 0.0025  # of all power
_WAYS: Final = 3
_ALSO: Final = 0.25  # of the first, weighed: less is no second way
_WIDTH: Final = 2.0  # rows of the spectrum

_COLUMNS: Final = 16  # a page in so many shows its lines, a photograph little
_SAMPLES: Final = 4  # of each column
_BESIDE: Final = 15  # pixels
_LEAST_LINED: Final = 60.0  # squared grey levels
_LEAST_LINED_SHARE: Final = 0.3  # of what unaveraged pixels show


class Pose(NamedTuple):
    """`pitch`: from line to line, a share of the longer side; `slope`: lines fall to the right."""

    pitch: float
    slope: float


def ink(luminance: NDArray[np.uint8], near: int = _NEAR) -> NDArray[np.float32]:
    """(h, w) how far a pixel is on the side of the ink, in local standard deviations.

    Light text on dark ground is ink as well: what there is less of.
    """
    values = luminance.astype(np.float32)
    size = (near | 1, near | 1)
    away = cv2.boxFilter(values, -1, size, borderType=cv2.BORDER_REFLECT) - values
    spread = cv2.boxFilter(away * away, -1, size, borderType=cv2.BORDER_REFLECT)
    away /= np.sqrt(np.maximum(spread, 0)) + _NOISE
    if float((away * away * away).sum()) < 0:
        away = -away
    clipped: NDArray[np.float32] = np.clip(away, -1, _MOST_INK)
    return clipped


def is_lined(luminance: NDArray[np.uint8]) -> bool:
    """Tell in a fraction of a millisecond whether there may be lines of text.

    Rows averaged over a column keep the contrast of lines; that of most photographs is lost.
    """
    averaged, sampled = (
        _contrast(cv2.resize(luminance, (columns, len(luminance)), interpolation=way))
        for columns, way in (
            (_COLUMNS, cv2.INTER_AREA),
            (_SAMPLES * _COLUMNS, cv2.INTER_NEAREST),
        )
    )
    return averaged >= max(_LEAST_LINED, _LEAST_LINED_SHARE * sampled)


def _contrast(columns: NDArray[np.generic]) -> float:
    """Return the mean square of how far pixels are from those above and below."""
    values = columns.astype(np.float32)
    values -= cv2.blur(values, (1, _BESIDE), borderType=cv2.BORDER_REFLECT)
    return float(np.square(values).mean())


def poses(luminance: NDArray[np.uint8]) -> list[Pose]:
    """Find the lines on a picture, longer side at most 512: none, or up to three ways they may lie.

    Spectra of overlapping strips are added up (Welch 1967): paragraphs need not be in step. Of
    pages with lines at two distances, one copy shows more of one and another more of the other.
    """
    if not is_lined(luminance):
        return []
    power, total = _spectrum(ink(luminance))
    low = round(_STRIP / _PITCHES[1])
    rows = np.arange(low, len(power) - 1)[:, None]
    wedge = np.abs(np.arange(power.shape[1]) - _MOST_ACROSS) * _STRIP <= rows * _SLOPE * _SIDE
    inside = power[low:-1] * wedge
    least = max(_LEAST_PEAK * float(np.median(inside[wedge])), _LEAST_SHARE * total)
    weighed = inside * rows  # overtones of headings are no lines: near lines are preferred
    found: list[Pose] = []
    first = float(weighed.max())
    while len(found) < _WAYS:
        row, column = np.unravel_index(int(np.argmax(weighed)), inside.shape)
        if not 0 < first <= weighed[row, column] / _ALSO or inside[row, column] < least:
            break
        down, across = _between(power, int(row) + low, int(column))
        weighed = weighed * _elsewhere(rows, down)
        down, across = down / _STRIP, across / _SIDE
        pitch = 1 / float(np.hypot(down, across)) / max(luminance.shape)
        found.append(Pose(pitch, -across / down))
    return found


def _elsewhere(rows: NDArray[np.intp], down: float) -> NDArray[np.bool_]:
    """Tell which rows of a spectrum are not those of a wave found, nor its over- and undertone."""
    away = np.abs(rows - down * np.array([0.5, 1, 2]))
    clear: NDArray[np.bool_] = np.all(away > _WIDTH, axis=1)[:, None]
    return clear


def _spectrum(shown: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """(n, 2m + 1) power of waves down the page, m periods left … right across it; and of all."""
    height = len(shown)
    power = np.zeros((round(_STRIP / _PITCHES[0]) + 2, 2 * _MOST_ACROSS + 1))
    total = 0.0
    taper = np.sqrt(np.hanning(_STRIP + 2)[1:-1, None]).astype(np.float32)
    for start in range(0, max(1, height - _STRIP // 2), _STEP):
        strip = shown[start : start + _STRIP]
        field = np.zeros((_STRIP, _SIDE), np.float32)
        field[: len(strip), : strip.shape[1]] = (strip - strip.mean()) * taper[: len(strip)]
        power += _wedge(cv2.dft(field).astype(np.float32, copy=False), len(power))
        total += float(np.square(field).sum()) * field.size / 2
    return cv2.GaussianBlur(power, (3, 3), 0).astype(np.float64, copy=False), total


def _wedge(waves: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Take the power out of a spectrum packed as OpenCV packs it: real and imaginary by turns."""
    most = _MOST_ACROSS
    right = np.square(waves[:, 1 : 2 * most : 2]) + np.square(waves[:, 2 : 2 * most + 1 : 2])
    straight = np.square(waves[1:-1:2, 0]) + np.square(waves[2::2, 0])
    down = np.arange(1, count)
    power = np.zeros((count, 2 * most + 1), np.float32)
    power[1:, most] = straight[down - 1]
    power[1:, most + 1 :] = right[down]
    power[1:, :most] = right[-down][:, ::-1]
    return power


def _between(power: NDArray[np.float64], row: int, column: int) -> tuple[float, float]:
    """Return the peak's place to a part of a period: y down, x across."""
    left, right = max(0, column - 1), min(power.shape[1], column + 2)
    around = power[row - 1 : row + 2, left:right]
    down = float((around.sum(axis=1) * np.arange(row - 1, row + 2)).sum() / around.sum())
    across = float((around.sum(axis=0) * np.arange(left, right)).sum() / around.sum())
    return down, across - _MOST_ACROSS
