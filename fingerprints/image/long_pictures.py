"""Long pictures: strips of comics, pages joined to one picture, screenshots of whole sites.

Made small as a whole, nothing on them is to be seen. So they are looked at piece by piece, too:
each as long as a page is, each half over the last, so that wherever a copy is cut, most of what is
on it is on one piece.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

BREADTH: Final = 342
"""Pixels of the shorter side from which pieces have all the detail that a page has."""
MOST: Final = 200
"""Pieces of one picture; of a longer one they lie further apart."""

_LONG: Final = 2.5  # times the shorter side: more than a telephone's screen
_LEAST_BREADTH: Final = 160  # pixels: below are banners, bars and rules
_PIECE: Final = 1.5  # times the shorter side, as pages are
_STEP: Final = 0.75


def is_long(width: int, height: int) -> bool:
    """Tell whether a picture of that many pixels is looked at piece by piece."""
    return min(width, height) >= _LEAST_BREADTH and max(width, height) > _LONG * min(width, height)


def pieces(luminance: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """Yield the pieces of a long picture (h, w), from its top, or from its left where it is wide.

    They are views of it, not copies.
    """
    height, width = luminance.shape
    along = luminance if height >= width else luminance.T
    length, breadth = along.shape
    piece = min(length, round(_PIECE * breadth))
    count = min(MOST, ceil((length - piece) / (_STEP * breadth)) + 1)
    for start in np.linspace(0, length - piece, count).round().astype(int).tolist():
        some = along[start : start + piece]
        yield some if height >= width else some.T
