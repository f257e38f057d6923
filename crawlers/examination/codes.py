"""What the codes in pictures say, on the channels where people hide links in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.documents import Channel
from index.errors import NotFound

if TYPE_CHECKING:
    from index.blobs import Blobs
    from index.documents import Sighting

QR: Final = "qr:"
"""What the facts begin with that codes in a picture say."""
_READ_ON: Final = frozenset({Channel.CLOUDSHARE, Channel.SOCIAL})
_LARGEST_BYTES: Final = 16 * 2**20
_LONGEST: Final = 500


def said_in_codes(blobs: Blobs, sighting: Sighting, media_type: str) -> tuple[str, ...]:
    """Return what the QR codes of a picture say, as facts; `media_type` is what it really is."""
    is_read = sighting.channel in _READ_ON and media_type.startswith("image/")
    if not is_read or sighting.payload is None or sighting.size_bytes > _LARGEST_BYTES:
        return ()
    from crawlers.shares.pictures import words_in_codes  # noqa: PLC0415  brings OpenCV

    try:
        with blobs.open(sighting.payload) as source:
            words = words_in_codes(source.read())
    except NotFound:
        return ()
    return tuple(f"{QR}{word[:_LONGEST]}" for word in words)
