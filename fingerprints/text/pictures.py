"""Small pictures of single characters, read by their shapes as glyphs are."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from fingerprints.text.glyphs import SIDE, nearest_of_any_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_BYTES: Final = 1 << 16
_LARGEST_PX: Final = 160
_SMALLEST_PX: Final = 6
_FORMATS: Final = ("PNG", "GIF", "JPEG", "WEBP", "BMP")
_LEAST_CONTRAST: Final = 50
_INK: Final = 0.35
_MANY: Final = 1.8
_BAR: Final = 6
"""What is so many times as long as high shows several characters, unless it is a bar («一»)."""


def pictured_character(data: bytes) -> str:
    """The character that a picture shows; "" where it shows none, several, or can't be read."""
    ink = _ink(data) if len(data) <= _MOST_BYTES else None
    if ink is None:
        return ""
    dark = ink > _INK * ink.max()
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    if max(height, width) < _SMALLEST_PX or _MANY * height < width < _BAR * height:
        return ""
    if width >= _BAR * height:
        return "一"
    way = cv2.INTER_AREA if min(height, width) >= SIDE else cv2.INTER_LINEAR
    pixels = cv2.resize(ink, (SIDE, SIDE), interpolation=way)
    return nearest_of_any_size(np.asarray(pixels, np.uint8), height, width)


def _ink(data: bytes) -> NDArray[np.uint8] | None:
    """How much each pixel stands out from the ground, 0–255; None where nothing does."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if max(picture.size) > _LARGEST_PX:
                return None
            pixels = np.asarray(picture.convert("RGBA")).astype(np.int16)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    alpha = pixels[:, :, 3]
    if alpha.max() - alpha.min() >= _LEAST_CONTRAST:
        ink = alpha
    else:
        grey = pixels[:, :, :3].mean(axis=2)
        border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
        ink = np.abs(grey - np.median(border))
    if ink.max() < _LEAST_CONTRAST:
        return None
    scaled: NDArray[np.uint8] = (ink * (255.0 / ink.max())).astype(np.uint8)
    return scaled
