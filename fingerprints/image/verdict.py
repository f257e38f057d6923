"""Where the line between a copy and a stranger lies, for each kind of witness.

The lines were drawn on photographs, wallpapers and game screenshots so that about one pair of
strangers in a million crosses them; a score says how far on which side of its line a pair is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fingerprints.image.hashes import BITS
from fingerprints.image.views import ViewKind

if TYPE_CHECKING:
    from fingerprints.contract import Region
    from fingerprints.image.alignment import Alignment

STRANGERS: Final = BITS // 2
"""Bits by which two unrelated hashes differ on average."""

_VIEW_LINE: Final = 60
_LADDER_LINE: Final = 57
_QUALITY_LINES: Final = ((50, 60), (20, 40), (0, 24))  # plain pictures have like hashes
_ALIGNED_LINES: Final = ((12, 80), (8, 72), (6, 66), (5, 60), (4, 56), (3, 50), (2, 42))
_PLAIN_LINE: Final = 40  # for areas of low quality
_LEAST_ALIGNED_QUALITY: Final = 10
_LEAST_SHARE: Final = 0.1
_LEAST_COVERED: Final = 0.2


def view_line(ours: ViewKind, theirs: ViewKind, quality: int) -> int:
    """Distance at which two views are as likely a copy as not, given the poorer's quality."""
    kind = _LADDER_LINE if ViewKind.LADDER in (ours, theirs) else _VIEW_LINE
    return min(kind, next(line for least, line in _QUALITY_LINES if quality >= least))


def aligned_line(found: Alignment) -> int:
    """Do the same for pictures laid over each other; 0 where too little of them overlaps."""
    if found.share < _LEAST_SHARE:
        return 0
    line = next((line for least, line in _ALIGNED_LINES if found.inliers >= least), 0)
    return line if found.quality >= _LEAST_ALIGNED_QUALITY else min(line, _PLAIN_LINE)


def is_evidence(ours: Region, theirs: Region) -> bool:
    """Tell whether the areas are much of at least one of the pictures: a shared logo is not."""
    return max(_area(ours), _area(theirs)) >= _LEAST_COVERED


def _area(region: Region) -> float:
    return (region.right - region.left) * (region.bottom - region.top)


def score(distance: int, line: int) -> float:
    """1.0 at distance 0, 0.5 at the line, 0.0 where strangers are."""
    if line and distance <= line:
        return 1 - 0.5 * distance / line
    beyond = max(0, STRANGERS - distance) / (STRANGERS - line)
    return min(0.499, 0.5 * beyond)
