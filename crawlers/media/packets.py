"""Transport streams (ISO/IEC 13818-1 §2.4.3): where their packets begin, whatever stands before."""

from __future__ import annotations

import re
from typing import Final

PACKET_BYTES: Final = 188
_DISGUISE_BYTES: Final = 256 * 2**10
_ONE_OF_FIVE = re.compile(
    rb"\x47(?=.{187}\x47.{187}\x47.{187}\x47.{187}\x47)",
    re.DOTALL,
)


def packets_in(body: bytes, *, within: int) -> bytes:
    """Return the whole packets from the first that begins in so many bytes; b"" without any."""
    found = _ONE_OF_FIVE.search(body[: within + 5 * PACKET_BYTES])
    body = body[found.start() :] if found else b""
    return body[: len(body) // PACKET_BYTES * PACKET_BYTES]


def undisguised(segment: bytes) -> bytes:
    """Return a segment without the picture in front of it, by which hosts of pictures take it.

    What has no packets, or begins with one, stays as it is.
    """
    if _ONE_OF_FIVE.match(segment):
        return segment
    return packets_in(segment, within=_DISGUISE_BYTES) or segment
