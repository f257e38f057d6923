"""Matroska and WebM in part: what describes the tracks, then clusters from all over the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawlers.media.portions import windows

if TYPE_CHECKING:
    from crawlers.media.portions import Portion, Read

_EBML: Final = b"\x1aE\xdf\xa3"
_CLUSTER: Final = b"\x1fC\xb6u"
_SEEK_HEAD: Final = b"\x11M\x9bt"
_LONGEST_SIZE: Final = 8
_VOID: Final = b"\xec"
_MOST_HEAD: Final = 8 * 2**20


def is_one(head: bytes) -> bool:
    """Tell whether a file begins as these do (RFC 9559)."""
    return head.startswith(_EBML)


async def taken(read: Read, whole_bytes: int, head: bytes, portion: Portion) -> list[bytes] | None:
    """Return the head up to the first cluster, and of each stretch what begins with a cluster."""
    at = _cluster(head)
    if at < 0:
        head = await read(0, _MOST_HEAD)
        at = _cluster(head)
    if at < 0:
        return None
    found = [_without_places(head[:at])]
    for begin, end in windows(at, whole_bytes, portion):
        stretch = await read(begin, end)
        first = _cluster(stretch)
        if first >= 0:
            found.append(stretch[first:])
    return found


def _cluster(body: bytes) -> int:
    """Return where the first cluster begins: its identifier, then its time code's close behind."""
    at = body.find(_CLUSTER)
    while at >= 0:
        if b"\xe7" in body[at + 5 : at + 32]:
            return at
        at = body.find(_CLUSTER, at + 1)
    return -1


def _without_places(head: bytes) -> bytes:
    """Blank the list of where things lie in the file: they don't lie there any more."""
    at = head.find(_SEEK_HEAD)
    if at < 0 or at + 5 > len(head) or not head[at + 4]:
        return head
    width = _LONGEST_SIZE + 1 - head[at + 4].bit_length()
    size = int.from_bytes(head[at + 4 : at + 4 + width], "big") & ((1 << 7 * width) - 1)
    end = at + 4 + width + size
    if end > len(head) or end - at < 1 + _LONGEST_SIZE:
        return head
    blank = end - at - 1 - _LONGEST_SIZE
    length = ((1 << 56) | blank).to_bytes(_LONGEST_SIZE, "big")
    return head[:at] + _VOID + length + bytes(blank) + head[end:]
