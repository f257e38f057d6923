"""Ways in which files get damaged, by accident and on purpose."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_WITHIN = 0.5
_TELLING_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def damaged(content: bytes, other: bytes, chance: Random) -> bytes:
    """Return the content after one to four damages; `other` is a file to take pieces from.

    Of every second zip it is a member that is damaged and packed anew, since damages of what is
    packed come no further than the unpacking.
    """
    if content.startswith(b"PK") and chance.random() < _WITHIN:
        return _with_damaged_member(content, other, chance)
    result = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        chance.choice(_WAYS)(result, other, chance)
    return bytes(result)


def _with_damaged_member(content: bytes, other: bytes, chance: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(members))
    members[name] = damaged(members[name], other, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, member in members.items():
            archive.writestr(zipfile.ZipInfo(path), member)
    return out.getvalue()


def _flip_bits(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    for _ in range(chance.choice((1, 8, 64))):
        if content:
            content[_place(content, chance)] ^= 1 << chance.randrange(8)


def _flip_header(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    for _ in range(4):
        if content:
            content[chance.randrange(min(256, len(content)))] = chance.randrange(256)


def _truncate(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    del content[_place(content, chance) :]


def _zero(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    start = _place(content, chance)
    end = min(len(content), start + chance.choice((16, 512, 8192)))
    content[start:end] = bytes(end - start)


def _lie(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    """Put a telling number where a size, a count or an offset may be."""
    number = chance.choice(_TELLING_NUMBERS)
    packed = struct.pack(chance.choice(("<I", ">I")), number)
    start = chance.choice((_place(content, chance), chance.randrange(512)))
    content[start : start + 4] = packed


def _splice(content: bytearray, other: bytes, chance: Random) -> None:
    start, end = sorted((_place(other, chance), _place(other, chance)))
    at = _place(content, chance)
    content[at : at + (end - start) // 2] = other[start:end]


def _repeat(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    start = _place(content, chance)
    piece = content[start : start + chance.choice((4, 64, 1024))]
    content[start:start] = piece * chance.choice((2, 16, 64))


def _remove(content: bytearray, other: bytes, chance: Random) -> None:  # noqa: ARG001
    start = _place(content, chance)
    del content[start : start + chance.choice((1, 16, 1024))]


def _place(content: bytes | bytearray, chance: Random) -> int:
    """Anywhere, but every other time near one of the ends, where the structure is."""
    size = len(content)
    if not size:
        return 0
    near = min(size, 1024)
    return chance.choice(
        (chance.randrange(size), chance.randrange(near), size - 1 - chance.randrange(near))
    )


_WAYS: tuple[Callable[[bytearray, bytes, Random], None], ...] = (
    _flip_bits,
    _flip_header,
    _truncate,
    _zero,
    _lie,
    _splice,
    _repeat,
    _remove,
)
