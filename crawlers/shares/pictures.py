"""Shares that a picture names in QR codes. Its decoders meet hostile bytes: run it confined."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from PIL import Image

from crawlers.shares.links import shares_in_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crawlers.shares.share import Share

_MOST_BYTES: Final = 16 * 2**20
_MOST_PIXELS: Final = 40_000_000
_LARGEST_PX: Final = 2400
_SMALL_PX: Final = 600
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_LONGEST: Final = 4096


def links_in_picture(data: bytes) -> list[Share]:
    """Return the shares that QR codes of a picture name; none where it can't be read.

    `data` is a file in PNG, JPEG, GIF, WebP or BMP. For the examining process only.
    """
    return shares_in_text("\n".join(words_in_codes(data)))


def words_in_codes(data: bytes) -> list[str]:
    """Return what the QR codes of a picture say, each once."""
    pixels = _grey(data)
    if pixels is None:
        return []
    for view in _views(pixels):
        said = _read(view)
        if said:
            return said
    return []


def _views(pixels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return a picture as it is, framed in white, enlarged if it is small, and inverted."""
    framed = cv2.copyMakeBorder(pixels, 32, 32, 32, 32, cv2.BORDER_CONSTANT, value=255)
    views: list[NDArray[np.uint8]] = [pixels, np.asarray(framed, np.uint8)]
    if max(pixels.shape) < _SMALL_PX:
        larger = cv2.resize(framed, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
        views.append(np.asarray(larger, np.uint8))
    return [*views, np.asarray(255 - framed, np.uint8)]


def _read(pixels: NDArray[np.uint8]) -> list[str]:
    detector = cv2.QRCodeDetector()
    try:
        found, words, _, _ = detector.detectAndDecodeMulti(pixels)
        said = list(words) if found else []
        if not any(said):
            said = [detector.detectAndDecode(pixels)[0]]
    except (cv2.error, UnicodeDecodeError):
        return []
    return list(dict.fromkeys(word[:_LONGEST] for word in said if word))


def _grey(data: bytes) -> NDArray[np.uint8] | None:
    if len(data) > _MOST_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("L", (_LARGEST_PX, _LARGEST_PX))
            shown = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    ground = Image.new("RGBA", shown.size, "white")
    ground.alpha_composite(shown)
    grey = ground.convert("L")
    grey.thumbnail((_LARGEST_PX, _LARGEST_PX))
    return np.asarray(grey, np.uint8)
