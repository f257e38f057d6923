"""Details of a frame: small oriented patches, each a 63-bit hash, that survive crops and overlays.

The image modality's local features, fewer of them and smaller, because a film shows each for long.
Corners are found at six scales (FAST, oriented by intensity centroid as in ORB: Rublee et al.
2011), the patch around each is turned upright, and the signs of its low cosine frequencies are its
code: what the global hash does for a picture, done for a patch. A mirrored patch has the odd
vertical frequencies negated, so every code is stored in the one of its two forms in which the
first of them is positive, and `mirrored` says which it was: mirrored copies share the codes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE: Final = 320
SCALES: Final = 1.25 ** np.arange(6)
QUOTAS: Final = (9, 8, 7, 6, 5, 5)
WEAKEST: Final = 3
TERM_BITS: Final = 28
CODE_BITS: Final = 63
NEAR: Final = 1 + WEAKEST + WEAKEST * (WEAKEST - 1) // 2
UNIT: Final = 255
"""Places are told in so many steps along the longer side."""

_PATCH: Final = 24
_RADIUS: Final = 22.0
_FREQUENCIES: Final = 8
_CELLS: Final = 4
_CELL_SHARE: Final = 0.2  # of a scale's quota that one of the 4 × 4 cells may take
_EDGE: Final = 16
_FAST: Final = 8
_LEAST_SIDE: Final = 2 * _EDGE + 8
_ANGLES: Final = 256
_NO_SPREAD: Final = 1.0

# The steadiest (vertical, horizontal) frequencies, and their spread on photographs.
_TERM: Final = {
    (0, 2): 5.5, (2, 0): 5.1, (1, 1): 2.9, (2, 2): 2.8, (0, 4): 3.2, (3, 0): 2.6, (1, 2): 1.9,
    (3, 2): 1.8, (3, 1): 1.9, (3, 3): 1.7, (1, 3): 2.0, (4, 0): 3.3, (2, 4): 1.8, (4, 2): 2.0,
    (4, 4): 1.5, (1, 4): 1.7, (3, 4): 1.6, (4, 3): 1.7, (4, 1): 1.7, (2, 5): 1.7, (0, 5): 2.7,
    (1, 5): 1.4, (5, 0): 2.2, (5, 2): 1.5, (0, 6): 2.1, (6, 0): 2.0, (3, 5): 1.3, (4, 5): 1.4,
}  # fmt: skip
_TERM_PLACES: Final = np.array([v * _FREQUENCIES + h - 1 for v, h in _TERM])
_TERM_SPREAD: Final = np.array(list(_TERM.values()), np.float32)
_ODD: Final = (np.arange(1, _FREQUENCIES**2) // _FREQUENCIES) % 2 == 1
_FIRST_ODD: Final = _FREQUENCIES - 1  # vertical 1, horizontal 0
_BIT: Final = 1 << np.arange(63, dtype=np.uint64)
_TERM_BIT: Final = (1 << np.arange(TERM_BITS)).astype(np.int64)
_PAIRS: Final = np.triu_indices(WEAKEST, 1)


@dataclass(frozen=True, slots=True)
class Details:
    """(n,) arrays, a feature each, the surest terms first.

    `x`, `y`: steps from the top left. `scale`: index in `SCALES`. `angle`: 256ths of a turn.
    `mirrored`: its code was negated. `code`: 63 bits. `weakest`: (n, 3) which bits of its term are
    the least sure, the least sure first.
    """

    x: NDArray[np.uint8]
    y: NDArray[np.uint8]
    scale: NDArray[np.uint8]
    angle: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    code: NDArray[np.uint64]
    weakest: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.code)

    def __getitem__(self, chosen: NDArray[np.generic] | slice) -> Details:
        return Details(*(getattr(self, one.name)[chosen] for one in fields(self)))


def joined(several: list[Details]) -> Details:
    """Return the details of several frames as one."""
    return Details(
        *(np.concatenate([getattr(one, of.name) for one in several]) for of in fields(Details))
    )


def none() -> Details:
    """Return no details."""
    return _described(np.empty((0, 2)), np.empty((0, 2)), np.empty((0, _PATCH, _PATCH)))


def details(luminance: NDArray[np.uint8]) -> Details:
    """Find at most 40 features, spread over the frame and over scales."""
    sized = _sized(luminance)
    longer, smaller = max(sized.shape), sized
    points, patches, levels = [], [], []
    for level, (scale, quota) in enumerate(zip(SCALES.tolist(), QUOTAS, strict=True)):
        if level:
            # Each from the one before: linear is fast, and enough for so small a step.
            size = round(sized.shape[1] / scale), round(sized.shape[0] / scale)
            smaller = cv2.resize(smaller, _positive(size)).astype(np.uint8, copy=False)
        corners = _corners(smaller, quota)
        if len(corners):
            points.append((corners[:, :2] + 0.5) * scale / longer)
            levels.append(np.stack([np.full(len(corners), level), corners[:, 2]], axis=1))
            patches.append(_patches(smaller, corners))
    if not points:
        return none()
    return _described(np.concatenate(points), np.concatenate(levels), np.concatenate(patches))


def terms(found: Details) -> NDArray[np.int64]:
    """(n,) the steadiest 28 bits of each code, in [0, 2**28)."""
    bits = (found.code[:, None] >> _TERM_PLACES.astype(np.uint64)) & np.uint64(1)
    taken: NDArray[np.int64] = bits.astype(np.int64) @ _TERM_BIT
    return taken


def near_terms(found: Details) -> NDArray[np.int64]:
    """(n, 7) each term, and it with one or two of its weakest bits flipped."""
    own = terms(found)[:, None]
    one = _TERM_BIT[found.weakest]
    return np.concatenate([own, own ^ one, own ^ (one[:, _PAIRS[0]] | one[:, _PAIRS[1]])], axis=1)


def _sized(luminance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = luminance.shape
    scale = SIDE / max(height, width)
    if scale == 1:
        return luminance
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = _positive((round(width * scale), round(height * scale)))
    return cv2.resize(luminance, size, interpolation=way).astype(np.uint8, copy=False)


def _positive(size: tuple[int, int]) -> tuple[int, int]:
    return max(1, size[0]), max(1, size[1])


def _corners(luminance: NDArray[np.uint8], quota: int) -> NDArray[np.float32]:
    """(n, 3) x, y in pixels and angle in radians of the strongest corners, well spread."""
    height, width = luminance.shape
    if min(height, width) < _LEAST_SIDE:
        return np.empty((0, 3), np.float32)
    finder = cv2.ORB.create(
        3 * quota, nlevels=1, edgeThreshold=_EDGE, fastThreshold=_FAST, scoreType=cv2.ORB_FAST_SCORE
    )
    found = [(*key.pt, np.deg2rad(key.angle), key.response) for key in finder.detect(luminance)]
    corners = np.array(found, np.float32).reshape(-1, 4)
    # By strength, then place: the finder's own order is not promised.
    corners = corners[np.lexsort((corners[:, 0], corners[:, 1], -corners[:, 3]))]
    cells = (corners[:, 1] * _CELLS // height) * _CELLS + corners[:, 0] * _CELLS // width
    return corners[_rank_in(cells) < _CELL_SHARE * quota][:quota, :3]


def _rank_in(groups: NDArray[np.float32]) -> NDArray[np.int64]:
    """(n,) how many of the same group come before each."""
    ranks = np.zeros(len(groups), np.int64)
    for group in np.unique(groups):
        members = groups == group
        ranks[members] = np.arange(np.count_nonzero(members))
    return ranks


def _offsets() -> NDArray[np.float32]:
    steps = ((np.arange(_PATCH) + 0.5) / _PATCH * 2 - 1) * _RADIUS
    return np.stack(np.meshgrid(steps, steps)).astype(np.float32)


_OFFSETS: Final = _offsets()


def _patches(luminance: NDArray[np.uint8], corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, 24, 24) the surroundings of each corner, turned upright."""
    blurred = cv2.GaussianBlur(luminance, (0, 0), 1.0)
    x, y, angle = (corners[:, column, None, None] for column in range(3))
    right, down = _OFFSETS
    across = (x + np.cos(angle) * right - np.sin(angle) * down).reshape(-1, _PATCH)
    along = (y + np.sin(angle) * right + np.cos(angle) * down).reshape(-1, _PATCH)
    found = cv2.remap(blurred, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return found.reshape(-1, _PATCH, _PATCH).astype(np.float32)


def _cosines() -> NDArray[np.float32]:
    place = (np.arange(_PATCH) + 0.5) / _PATCH
    frequency = np.arange(_FREQUENCIES)[:, None]
    found = np.sqrt(2 / _PATCH) * np.cos(np.pi * frequency * place)
    return np.asarray(found, np.float32)


def _window() -> NDArray[np.float32]:
    square = (_OFFSETS / _RADIUS) ** 2
    return np.asarray(np.exp(-square.sum(axis=0) / 2), np.float32)


_DCT: Final = _cosines()
_WINDOW: Final = _window()


def _described(
    points: NDArray[np.floating], levels: NDArray[np.floating], patches: NDArray[np.floating]
) -> Details:
    patches = patches - patches.mean(axis=(1, 2), keepdims=True)
    patches = patches / (patches.std(axis=(1, 2), keepdims=True) + _NO_SPREAD) * _WINDOW
    frequencies = (_DCT @ patches @ _DCT.T).reshape(-1, _FREQUENCIES**2)[:, 1:]
    mirrored = frequencies[:, _FIRST_ODD] < 0
    frequencies = np.where(mirrored[:, None] & _ODD, -frequencies, frequencies)
    sureness = np.abs(frequencies[:, _TERM_PLACES]) / _TERM_SPREAD
    # Surest first: they are what a copy is most likely to show with the very same term.
    order = np.argsort(-sureness.min(axis=1, initial=np.inf), kind="stable")
    found = Details(
        x=np.round(points[:, 0] * UNIT).astype(np.uint8),
        y=np.round(points[:, 1] * UNIT).astype(np.uint8),
        scale=levels[:, 0].astype(np.uint8),
        angle=(np.round(levels[:, 1] * (_ANGLES / (2 * np.pi))) % _ANGLES).astype(np.uint8),
        mirrored=mirrored.astype(np.uint8),
        code=((frequencies > 0) * _BIT).sum(axis=1, dtype=np.uint64),
        weakest=np.argsort(sureness, axis=1, kind="stable")[:, :WEAKEST].astype(np.uint8),
    )
    return found[order]
