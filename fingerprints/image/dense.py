"""Makes exact how one picture lies on another, without features.

A mark all over a picture hides its features, but not what shows between the letters. Where one may
lie on the other, enhanced correlation of their local contrast (Evangelidis and Psarakis, 2008)
makes that exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from fingerprints.image.alignment import Similarity
from fingerprints.image.overlay import SIDE
from fingerprints.image.places import Band, contrast, size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.image.overlay import Canvas

EXACT: Final = Band(0.7, 2.5, 1.5, 13)
_NO_MASK: Final = np.empty(0, np.uint8)
_STEPS: Final = cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 1e-3


def refined(ours: Canvas, theirs: Canvas, lie: Similarity) -> Similarity | None:
    """Make a lie exact where it is nearly right; None where nothing agrees or it runs away."""
    if abs(lie.turn) > 1:
        back = refined(theirs, ours, lie.inverse())
        return back.inverse() if back else None
    scale = abs(lie.turn)
    small = contrast(ours.averages, size(ours.width, ours.height, SIDE * scale), EXACT)
    large = contrast(theirs.averages, size(theirs.width, theirs.height, SIDE), EXACT)
    if lie.mirrored:
        large = np.ascontiguousarray(large[:, ::-1])
        lie = Similarity(False, lie.turn.conjugate(), theirs.width - lie.shift.conjugate())  # noqa: FBT003
        found = _exact(small, large, lie)
        if found is None:
            return None
        return Similarity(True, found.turn.conjugate(), theirs.width - found.shift.conjugate())  # noqa: FBT003
    return _exact(small, large, lie)


def _exact(
    small: NDArray[np.float32], large: NDArray[np.float32], lie: Similarity
) -> Similarity | None:
    """Fit an affine map in pixels, and take the similarity in it; neither side is mirrored."""
    side = np.array([small.shape[1] / 2, small.shape[0] / 2])
    unit = lie.turn / abs(lie.turn)
    shift = lie.shift * SIDE + (unit - 1) * (0.5 + 0.5j)
    start = np.array(
        [[unit.real, -unit.imag, shift.real], [unit.imag, unit.real, shift.imag]], np.float32
    )
    try:
        found = cv2.findTransformECC(
            small, large, start, cv2.MOTION_AFFINE, _STEPS, _NO_MASK, gaussFiltSize=1
        )
    except cv2.error:  # nothing lies together, or all of it is flat
        return None
    warp = np.asarray(found[1], np.float64)
    turn = complex(warp[0, 0] + warp[1, 1], warp[1, 0] - warp[0, 1]) / 2
    moved = complex(*(warp[:, :2] @ side + warp[:, 2]))
    whole = turn * (0.5 + 0.5j) - (0.5 + 0.5j)
    shift = (moved - turn * complex(*side) - whole) / SIDE
    turn *= abs(lie.turn)
    return Similarity(False, turn, shift) if abs(turn - lie.turn) < abs(lie.turn) / 4 else None  # noqa: FBT003
