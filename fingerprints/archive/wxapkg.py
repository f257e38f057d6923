"""Members of a mini-program package of WeChat (.wxapkg), as it is unencrypted on a device.

A head of 14 bytes between two marks, a list of names with places, then the files one after the
other; numbers are big-endian. Sizes are bounds on what is read, never believed.
"""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.archive.member import Member
from fingerprints.archive.streams import part_of
from fingerprints.errors import Undecodable
from fingerprints.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive.budget import Budget

HEAD: Final = struct.Struct(">B3IB")
_MARKS: Final = (0xBE, 0xED)
_COUNT: Final = struct.Struct(">I")
_PLACE: Final = struct.Struct(">2I")
_LONGEST_LIST: Final = 16 << 20


def is_wxapkg(head: bytes) -> bool:
    """Tell by the first bytes, `HEAD.size` of them or more."""
    return len(head) >= HEAD.size and (head[0], head[HEAD.size - 1]) == _MARKS


def members(source: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Yield the files of a package in its own order, up to the first whose name can't be read."""
    source.seek(0)
    head = source.read(HEAD.size)
    if not is_wxapkg(head):
        raise Undecodable("no mini-program")
    listed = source.read(min(HEAD.unpack(head)[2], _LONGEST_LIST))
    length = size_of(source)
    at = _COUNT.size
    for _ in range(int.from_bytes(listed[:at], "big")):
        size = int.from_bytes(listed[at : at + _COUNT.size], "big")
        name_at = at + _COUNT.size
        at = name_at + size + _PLACE.size
        if at > len(listed):
            return
        name = listed[name_at : name_at + size].decode("utf-8", "replace").lstrip("/")
        place, size = _PLACE.unpack_from(listed, name_at + size)
        size = max(0, min(size, length - place))
        budget.take_member()
        yield Member(name, size, partial(_open, source, budget, place, size))


def _open(source: BinaryIO, budget: Budget, place: int, size: int) -> BinaryIO:
    budget.take(size)
    return part_of(source, place, size)
