"""The fonts of a page, and what text set in them shows."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from fingerprints.text.glyphs import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_FONTS: Final = 4


class Lettering:
    """Reads text as the fonts of a page draw it; each font is looked at once, and a few at most.

    `faces`: URLs of each family; `resources`: fonts that were fetched, by URL.
    """

    def __init__(self, faces: Mapping[str, Sequence[str]], resources: Mapping[str, bytes]) -> None:
        self._faces = faces
        self._resources = resources
        self._left = _MOST_FONTS

    def read(self, families: Sequence[str], pieces: Sequence[str]) -> list[str]:
        """Return the pieces as the first family the page brings a font for shows them."""
        font = next(filter(None, map(self._font, families)), None)
        if font is None or not self._left:
            return list(pieces)
        self._left -= 1
        table = str.maketrans(shown(font, set().union(*pieces)))
        return [piece.translate(table) for piece in pieces] if table else list(pieces)

    def _font(self, family: str) -> bytes | None:
        for url in self._faces.get(family, ()):
            if font := self._resources.get(url) or embedded(url):
                return font
        return None


def embedded(url: str) -> bytes | None:
    """Bytes of a `data:` URL (RFC 2397)."""
    head, comma, body = url.partition(",")
    if not comma or not head.lower().startswith("data:"):
        return None
    data = unquote_to_bytes(body)
    if not head.lower().endswith(";base64"):
        return data
    try:
        return base64.b64decode(data)
    except (binascii.Error, ValueError):
        return None
