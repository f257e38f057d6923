"""Mobipocket and Kindle books (MOBI, AZW3) and PalmDOC texts, none of them encrypted.

A Palm database (Palm file format specification) whose first record tells how the text in the next
is packed, as the MobileRead wiki describes it: not at all, by PalmDOC's LZ77, or by HUFF and CDIC
records, which are in `huffcdic`. Of a book in both old and new form the old one is read: it has the
same text. Pictures are records as they are.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, Final

from fingerprints.document.huffcdic import Dictionary
from fingerprints.document.parts import as_file
from fingerprints.errors import Encrypted, TooLarge, Undecodable, Unsupported
from fingerprints.sizes import read_whole
from fingerprints.text.charset import decoded
from fingerprints.text.page import page_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fingerprints.contract import Limits

_MARKS: Final = (b"BOOKMOBI", b"TEXtREAd")
_MARK: Final = slice(60, 68)
_LIST: Final = 78
_PLAIN, _PALMDOC, _HUFF = 1, 2, 17480
_CHARSETS: Final = {1252: "windows-1252", 65001: "utf-8"}
_FLAGS_FROM: Final = 0xE4
"""A header of this length tells what trails the records."""
_LONGEST_RECORD: Final = 1 << 16
_MOST_TRAILERS: Final = 15
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")


def is_book(head: bytes) -> bool:
    """Whether a file that begins so is one of these; 68 bytes suffice."""
    return head[_MARK] in _MARKS


def text(source: BinaryIO, limits: Limits) -> str:
    """Return what the book says; raises `Encrypted`, `Undecodable` and `TooLarge`."""
    data = read_whole(source, limits)
    try:
        records = _records(data)
        raw, media_type = _raw(records, limits)
    except (struct.error, IndexError) as error:
        raise Undecodable("a Mobipocket book cut short") from error
    written = decoded(raw, media_type)
    return page_text(written, depth_limit=limits.markup_depth) if "<" in written else written


def pictures(source: BinaryIO, limits: Limits) -> Iterator[BinaryIO]:
    """Yield the pictures in the order they are kept, the cover among them; raises `Undecodable`."""
    try:
        records = _records(read_whole(source, limits))
    except (struct.error, IndexError) as error:
        raise Undecodable("a Mobipocket book cut short") from error
    for record in records:
        if record.startswith(_PICTURES):
            yield as_file(record)


def _records(data: bytes) -> list[bytes]:
    (count,) = struct.unpack_from(">H", data, _LIST - 2)
    starts = [row[0] for row in struct.iter_unpack(">I4x", data[_LIST : _LIST + 8 * count])]
    if not starts or sorted(starts) != starts:
        raise Undecodable("a Palm database without order")
    return [data[start:end] for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _raw(records: list[bytes], limits: Limits) -> tuple[bytes, str]:
    """The text unpacked, and the media type with its charset where it is told."""
    first = records[0]
    packing, count, encryption = struct.unpack_from(">H6xH2xH", first)
    if encryption:
        raise Encrypted
    unpacked = _unpacker(packing, records)
    charset, flags = _told(first)
    most = min(limits.whole_bytes, 4 * limits.text_characters)
    kept: list[bytes] = []
    for record in records[1 : 1 + count]:
        piece = unpacked(_without_trailers(record, flags))
        most -= len(piece)
        if most < 0:
            raise TooLarge("text_characters", limits.text_characters)
        kept.append(piece)
    return b"".join(kept), f"text/html; charset={charset}" if charset else "text/html"


def _told(first: bytes) -> tuple[str, int]:
    """What a MOBI header tells: the charset, "" if unknown, and the flags of what trails."""
    if first[16:20] != b"MOBI":
        return "", 0
    length, _, charset = struct.unpack_from(">III", first, 20)
    flags = struct.unpack_from(">H", first, 0xF2)[0] if length >= _FLAGS_FROM else 0
    return _CHARSETS.get(charset, ""), flags


def _unpacker(packing: int, records: list[bytes]) -> Callable[[bytes], bytes]:
    if packing == _PLAIN:
        return bytes
    if packing == _PALMDOC:
        return palmdoc
    if packing == _HUFF:
        start, count = struct.unpack_from(">II", records[0], 0x70)
        return Dictionary(records[start], records[start + 1 : start + count]).unpacked
    raise Unsupported(f"Mobipocket compression {packing}")


def _without_trailers(record: bytes, flags: int) -> bytes:
    """Cut off the entries that end a record: their sizes stand last, seven bits a byte."""
    for bit in range(_MOST_TRAILERS, 0, -1):
        if flags >> bit & 1:
            size = _backward(record)
            record = record[: len(record) - size] if 0 < size <= len(record) else b""
    if flags & 1 and record:
        record = record[: max(0, len(record) - (record[-1] & 3) - 1)]
    return record


def _backward(record: bytes) -> int:
    size = shift = 0
    for byte in record[:-5:-1]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte & 0x80:
            break
    return size


def palmdoc(packed: bytes) -> bytes:
    """Unpack one record of PalmDOC; raises `Undecodable` where it grows beyond a record."""
    out = bytearray()
    at = iter(packed)
    for byte in at:
        out += _token(byte, at, out)
        if len(out) > _LONGEST_RECORD:
            raise Undecodable("a PalmDOC record that doesn't end")
    return bytes(out)


def _token(byte: int, rest: Iterator[int], out: bytearray) -> bytes:
    if 1 <= byte <= 8:  # noqa: PLR2004 - so many bytes as they are
        return bytes(one for _, one in zip(range(byte), rest, strict=False))
    if byte < 0x80:  # noqa: PLR2004 - a byte as it is
        return bytes((byte,))
    if byte >= 0xC0:  # noqa: PLR2004 - a space and a letter
        return bytes((0x20, byte ^ 0x80))
    pair = byte << 8 | next(rest, 0)
    distance, length = pair >> 3 & 0x7FF, (pair & 7) + 3
    if not 0 < distance <= len(out):
        return b""
    period = bytes(out[-distance:])[:length]
    return (period * (length // len(period) + 1))[:length]
