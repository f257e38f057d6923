"""Members of a tar: only regular files; links, devices and sparse files are passed over.

POSIX.1-2001 (ustar, pax) and GNU long names. Headers bound what is read; none is believed.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.archive.member import Member
from fingerprints.archive.streams import part_of
from fingerprints.archive.zip_names import EncodedName, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive.budget import Budget

_BLOCK: Final = 512
_LONGEST_HEADER: Final = 1 << 16
_MAGIC: Final = slice(257, 262)
_CHECKSUM: Final = slice(148, 156)
_REGULAR: Final = (b"0", b"\0", b"7")
_FARTHEST: Final = 1 << 62
_GNU_NAME, _PAX, _PAX_GLOBAL = b"L", b"x", b"g"
_PAX_RECORD: Final = re.compile(rb"\d+ (path|size)=([^\n]*)\n")


def is_tar(source: BinaryIO) -> bool:
    """Whether the file begins with a header whose checksum is right."""
    source.seek(0)
    block = source.read(_BLOCK)
    return block[_MAGIC] == b"ustar" or (block[:1] != b"\0" and _is_header(block))


def members(source: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Yield the files of a tar in its own order, up to its end or the first broken header."""
    at, long_name, told_size = 0, b"", -1
    while at < _FARTHEST:
        source.seek(at)
        block = source.read(_BLOCK)
        if not _is_header(block):
            return
        size = max(0, told_size if told_size >= 0 else _number(block[124:136]))
        kind = block[156:157]
        start = at + _BLOCK
        at = start + -(-size // _BLOCK) * _BLOCK
        if kind in (_GNU_NAME, _PAX, _PAX_GLOBAL):
            budget.take_member()
            content = source.read(min(size, _LONGEST_HEADER))
            if kind == _GNU_NAME:
                long_name = content.partition(b"\0")[0]
            elif kind == _PAX:
                long_name, told_size = _pax(content, long_name)
            continue
        if kind in _REGULAR:
            budget.take_member()
            name = _decoded(long_name or _short_name(block))
            if not name.endswith("/"):
                yield Member(name, size, partial(part_of, source, start, size))
        long_name, told_size = b"", -1


def _is_header(block: bytes) -> bool:
    """Whether the checksum is the sum of the header's bytes, itself counted as spaces."""
    if len(block) < _BLOCK:
        return False
    told = _number(block[_CHECKSUM])
    return 0 < told == sum(block) - sum(block[_CHECKSUM]) + 8 * ord(" ")


def _number(field: bytes) -> int:
    """Octal digits, or binary where the first bit says so; −1 for what is neither."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big") & ((1 << 62) - 1)
    digits = field.strip(b" \0").partition(b"\0")[0]
    return int(digits, 8) if re.fullmatch(rb"[0-7]+", digits) else -1 if digits else 0


def _short_name(block: bytes) -> bytes:
    name, prefix = block[:100].partition(b"\0")[0], block[345:500].partition(b"\0")[0]
    is_posix = block[257:263] == b"ustar\0"
    return prefix + b"/" + name if prefix and is_posix else name


def _pax(content: bytes, name: bytes) -> tuple[bytes, int]:
    size = -1
    for record in _PAX_RECORD.finditer(content):
        if record[1] == b"path":
            name = record[2]
        elif record[2].isdigit():
            size = int(record[2][:18])
    return name, size


def _decoded(raw: bytes) -> str:
    return decoded([EncodedName(raw, b"", is_utf8=True)])[0]
