"""Pictures in documents, as the image modality decodes them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from fingerprints.errors import FingerprintError
from fingerprints.image.decode import Picture, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fingerprints.contract import Limits

MOST_PAGES: Final = 3000
"""Of one document; the rest is left out."""
MOST_PIXELS: Final = 50
"""So many times the limit of pixels may all pictures of a document have; likewise."""
_BLANK_SIDE: Final = 64
_LEAST_SIDE: Final = 100
"""Pixels: smaller ones are bullets, rules and buttons in a text."""


def bounded(found: Iterable[Picture], limits: Limits) -> Iterator[Picture]:
    """Yield pictures as long as they are neither too many nor too large all together."""
    left = MOST_PIXELS * limits.image_pixels
    for picture in islice(found, MOST_PAGES):
        left -= picture.width * picture.height
        if left < 0:
            return
        yield picture


def blank() -> Picture:
    """Return what stands for a page without anything to see."""
    return Picture(np.full((_BLANK_SIDE, _BLANK_SIDE), 255, np.uint8), _BLANK_SIDE, _BLANK_SIDE)


def page(source: BinaryIO, limits: Limits) -> Picture:
    """Decode a picture that is a page; blank where it can't be read."""
    try:
        return decode(source, limits)
    except FingerprintError:
        return blank()


def illustrations(files: Iterable[BinaryIO], limits: Limits) -> Iterator[Picture]:
    """Decode pictures that stand in a text; those that can't be read and small ones are left out.

    Raises what opening one raises.
    """
    yield from bounded(_illustrations(files, limits), limits)


def _illustrations(files: Iterable[BinaryIO], limits: Limits) -> Iterator[Picture]:
    for file in files:
        try:
            picture = decode(file, limits)
        except FingerprintError:
            continue
        if min(picture.width, picture.height) >= _LEAST_SIDE:
            yield picture
