"""Places in running text, and what the ink around each of them looks like, coded.

The page is laid straight and to a set distance of lines, so that no place needs a scale or a
direction of its own. Places are where ink is densest along a line. A code holds the signs of slow
waves in the ink around one, some words or ten Chinese characters long: above, below, and in its own
line as a whole and between its upper and lower half. In small print, through blur and noise letters
are lost, but how dark and how wide they are is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from fingerprints.layout.pose import ink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.layout.pose import Pose

_PITCH: Final = 10.0  # pixels from line to line
_NEAR: Final = 31  # pixels: by what is around so far, paper and ink are told apart
_BLUR: Final = 2.0  # pixels, as all that follows
_WORD: Final = (4.0, 12.0)  # a place is darker at the first width than at the second
_LINE: Final = 2.5
_APART: Final = (7, 9)  # rows and columns of which a place is the darkest
_LEAST_DARK: Final = 0.12
_REACH: Final = 46.0  # to both sides of a place
_SAMPLES: Final = 24
_ROWS: Final = np.array([-13, -10, -7, -3, 0, 3, 7, 10, 13], np.float32)
_MOST: Final = 400
_TWIN: Final = 8  # bits: dot leaders and ruled tables are all alike on one page

_WAVES: Final = 21
_PLACES: Final = np.arange(_SAMPLES)
_TAPER: Final = np.sqrt(np.hanning(_SAMPLES + 2)[1:-1])
_BASIS: Final = _TAPER[:, None] * np.cos(
    np.pi * (_PLACES[:, None] + 0.5) * np.arange(_WAVES) / _SAMPLES
)
# Which waves of which band are bits: those that a term is of first. Even waves of a place's own
# line are left out: a place is dark by choice, so they are the same everywhere.
_ABOVE, _BELOW, _OWN, _BETWEEN = range(4)
_OF_TERM: Final = (
    *((_ABOVE, wave) for wave in range(2, 14)),
    *((_BELOW, wave) for wave in range(2, 14)),
    *((_OWN, wave) for wave in range(1, 18, 2)),
    *((_BETWEEN, wave) for wave in (*range(2, 6), 7)),
)
_BITS: Final = (
    *_OF_TERM,
    *((_ABOVE, wave) for wave in range(14, 19)),
    *((_BELOW, wave) for wave in range(14, 19)),
    (_OWN, 19),
    *((_BETWEEN, wave) for wave in (1, 6, *range(8, 21))),
)
_BANDS: Final = np.array(_BITS)[:, 0]
_LEAST_BESIDE: Final = 0.15  # of the power of a place's own line
TERM_BITS: Final = len(_OF_TERM)


class Letters(NamedTuple):
    """Places, best to be found by first.

    `places`: (n, 2) right and down, in lines. `codes`: (n,) uint64. `weakest`: (n, 2), the bits of
    the term that change first. `laid`: (2, 3) from shares of the page to places.
    """

    places: NDArray[np.float32]
    codes: NDArray[np.uint64]
    weakest: NDArray[np.uint8]
    laid: NDArray[np.float32]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.codes)


def letters(luminance: NDArray[np.uint8], pose: Pose) -> Letters:
    """Find and code the places of a page, at most 400."""
    page, laid = _straight(luminance, pose)
    shown = ink(page, _NEAR)
    x, y = _dark(shown)
    soft = cv2.GaussianBlur(shown, (0, 0), _BLUR).astype(np.float32, copy=False)
    waves = _waves(soft, x, y)
    bits = np.packbits(waves > 0, axis=1, bitorder="little")
    codes = np.ascontiguousarray(bits).view("<u8").reshape(-1)
    telling = _without_twins(codes) & _among_lines(waves)
    x, y, waves, codes = x[telling], y[telling], waves[telling], codes[telling]
    strength = np.abs(waves[:, :TERM_BITS])
    weakest = np.argsort(strength, axis=1, kind="stable")[:, :2].astype(np.uint8)
    order = np.argsort(-strength.min(axis=1, initial=np.inf), kind="stable")
    places = np.column_stack([x, y]).astype(np.float32) / np.float32(_PITCH)
    return Letters(places[order], codes[order], weakest[order], laid)


def _straight(
    luminance: NDArray[np.uint8], pose: Pose
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Lay the page so that lines are level and `_PITCH` apart; say from where a place came."""
    high, wide = luminance.shape
    scale = _PITCH / (pose.pitch * max(high, wide))
    angle = np.arctan(pose.slope)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    smaller = luminance
    if scale < 1:
        size = (max(1, round(wide * scale)), max(1, round(high * scale)))
        smaller = cv2.resize(luminance, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    of_shares = turn * np.array([wide * scale, high * scale])
    corners = of_shares @ np.array([[0, 1, 1, 0], [0, 0, 1, 1]])
    shift = -corners.min(axis=1)
    of_pixels = of_shares / np.array(smaller.shape[::-1])
    size = tuple(np.ceil(np.ptp(corners, axis=1)).astype(int).tolist())
    page = cv2.warpAffine(
        smaller, np.column_stack([of_pixels, shift]), size, borderMode=cv2.BORDER_REPLICATE
    )
    laid = np.column_stack([of_shares, shift]) / _PITCH
    return page.astype(np.uint8, copy=False), laid.astype(np.float32)


def _dark(shown: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Find where a line is darkest, so far from the border that all around it is seen."""
    near, far = (cv2.GaussianBlur(shown, (0, 0), sigmaX=wide, sigmaY=_LINE) for wide in _WORD)
    dark = near - far
    most = cv2.dilate(dark, np.ones(_APART, np.uint8))
    found = (dark == most) & (dark > _LEAST_DARK)
    side, end = int(_REACH), int(_ROWS[-1])
    found[:end] = found[max(0, len(found) - end) :] = False
    found[:, :side] = found[:, max(0, found.shape[1] - side) :] = False
    rows, columns = np.nonzero(found)
    best = np.argsort(-dark[rows, columns], kind="stable")[:_MOST]
    y, x = rows[best], columns[best]
    across = _summit(dark[y, x - 1], dark[y, x], dark[y, x + 1])
    down = _summit(dark[y - 1, x], dark[y, x], dark[y + 1, x])
    return x.astype(np.float32) + across, y.astype(np.float32) + down


def _summit(
    before: NDArray[np.float32], here: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return by how much of a pixel the top of a parabola is beside the darkest pixel."""
    bend = np.maximum(2 * here - before - after, np.float32(1e-6))
    beside: NDArray[np.float32] = np.clip((after - before) / (2 * bend), -0.5, 0.5)
    return beside


def _waves(
    soft: NDArray[np.float32], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.float64]:
    """(n, 64) strengths of the waves whose signs are the bits."""
    if not len(x):
        return np.zeros((0, len(_BITS)))
    steps = np.linspace(-_REACH, _REACH, _SAMPLES, dtype=np.float32)
    columns = np.repeat(x[:, None] + steps, len(_ROWS), axis=0).astype(np.float32)
    rows = np.repeat((y[:, None] + _ROWS).reshape(-1, 1), _SAMPLES, axis=1).astype(np.float32)
    around = cv2.remap(soft, columns, rows, cv2.INTER_LINEAR).reshape(len(x), len(_ROWS), -1)
    above, own, below = (around[:, at : at + 3].sum(axis=1) for at in (0, 3, 6))
    bands = np.stack([above, below, own, around[:, 3] - around[:, 5]], axis=1)
    waves = (bands - bands.mean(axis=2, keepdims=True)) @ _BASIS
    band, wave = np.array(_BITS).T
    taken: NDArray[np.float64] = waves[:, band, wave]
    return taken


def _without_twins(codes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    away = np.bitwise_count(codes[:, None] ^ codes)
    alone: NDArray[np.bool_] = (away <= _TWIN).sum(axis=1) == 1
    return alone


def _among_lines(waves: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which are not in a line that stands alone: heads, titles and page numbers are shared."""
    above, below, own = (
        np.square(waves[:, band == _BANDS]).mean(axis=1) for band in (_ABOVE, _BELOW, _OWN)
    )
    among: NDArray[np.bool_] = np.maximum(above, below) >= _LEAST_BESIDE * own
    return among
