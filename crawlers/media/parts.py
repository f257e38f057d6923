"""Files too large to be fetched whole: parts of them, made into a file that can be examined.

Each kind of container has its own way to be read in part; which it is its first bytes show. What
can't be read but from the beginning to the end is taken from the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawlers.media import matroska, mp4
from crawlers.media.packets import PACKET_BYTES, packets_in
from crawlers.media.portions import windows
from fingerprints.media_type import sniff

if TYPE_CHECKING:
    from crawlers.media.portions import Portion, Read

HEAD_BYTES: Final = 256 * 2**10
# Decoders find the next frame by themselves, wherever they are dropped.
_ANYWHERE: Final = frozenset({"audio/mpeg", "audio/aac", "video/mpeg", "audio/ogg", "video/ogg"})
_FROM_THE_BEGINNING: Final = frozenset(
    {
        *("video/x-flv", "video/x-msvideo", "video/x-ms-asf", "application/vnd.rn-realmedia"),
        *("audio/flac", "audio/wav", "audio/aiff", "audio/x-ape", "audio/x-wavpack"),
    }
)


async def taken(read: Read, whole_bytes: int, portion: Portion) -> list[bytes] | None:
    """Return the parts of a file, to be joined; None for a kind that is of no use in parts."""
    head = await read(0, HEAD_BYTES)
    kind = sniff(head[:4096])
    if mp4.is_one(head):
        return await mp4.taken(read, whole_bytes, head, portion)
    if matroska.is_one(head):
        return await matroska.taken(read, whole_bytes, head, portion)
    if kind == "video/mp2t":
        stretches = windows(0, whole_bytes, portion)
        return [await _packets(read, begin, end) for begin, end in stretches]
    if kind in _ANYWHERE:
        stretches = windows(len(head), whole_bytes, portion)
        return [head, *[await read(begin, end) for begin, end in stretches]]
    if kind in _FROM_THE_BEGINNING:
        return [await read(0, portion.size_bytes)]
    return None


async def _packets(read: Read, begin: int, end: int) -> bytes:
    """Return a stretch of a transport stream from the first packet that begins in it."""
    return packets_in(await read(begin, end), within=PACKET_BYTES)
