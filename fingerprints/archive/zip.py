"""Members of a zip, as far as they can be made out.

PKWARE's APPNOTE 6.3.10. The central directory says what there is; where it is missing or damaged
(a download cut short), the local headers do. Sizes are bounds on what is read, never believed.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from fingerprints.archive import unpacking
from fingerprints.archive.member import Member
from fingerprints.archive.streams import CHUNK, part_of, unpacked
from fingerprints.archive.zip_names import EncodedName, decoded, extra_field
from fingerprints.errors import Encrypted, Undecodable
from fingerprints.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive.budget import Budget

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x01\x02", b"PK00PK\x03\x04")
_END: Final = b"PK\x05\x06"
_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_LOCAL_FIELDS: Final = struct.Struct("<4s5H3I2H")
_CENTRAL_FIELDS: Final = struct.Struct("<4s6H3I5H2I")
_END_FIELDS: Final = struct.Struct("<4s4H2IH")
_END64_LOCATOR: Final = struct.Struct("<4sIQI")
_END64_FIELDS: Final = struct.Struct("<4sQ2H2I4Q")
_LONGEST_COMMENT: Final = 0xFFFF
_MOST_CENTRAL: Final = 64 << 20
_IN_EXTRA: Final = 0xFFFFFFFF
_ZIP64_EXTRA: Final = 1
_STORED: Final = 0
_ENCRYPTED: Final = 1
_UTF8: Final = 0x800
_LONGEST_NAME: Final = 4096


class _Sizes(NamedTuple):
    unpacked: int
    packed: int
    header: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """`header`: where the local header is. `packed` is −1 where only the data itself tells."""

    name: EncodedName
    flags: int
    method: int
    packed: int
    size: int
    header: int


def members(source: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Yield the files of a zip in the directory's order; raises `Undecodable` where none is."""
    entries = list(_entries(source, budget))
    for entry, name in zip(entries, decoded([one.name for one in entries]), strict=True):
        if not name.endswith(("/", "\\")):
            path = name.replace("\\", "/")
            yield Member(path, entry.size, partial(_open, source, entry, budget))


def _entries(source: BinaryIO, budget: Budget) -> Iterator[_Entry]:
    directory = _central(source)
    entries = _central_entries(directory) if directory is not None else iter(())
    first = next(entries, None)
    if first is None and directory is None:
        entries = _local_entries(source)
        first = next(entries, None)
        if first is None:
            raise Undecodable("no member of the zip can be found")
    while first is not None:
        budget.take_member()
        yield first
        first = next(entries, None)


def _open(source: BinaryIO, entry: _Entry, budget: Budget) -> BinaryIO:
    if entry.flags & _ENCRYPTED:
        raise Encrypted
    source.seek(entry.header)
    header = source.read(_LOCAL_FIELDS.size)
    if len(header) < _LOCAL_FIELDS.size or not header.startswith(_LOCAL):
        raise Undecodable(f"no member of the zip at {entry.header}")
    *_, name_length, extra_length = _LOCAL_FIELDS.unpack(header)
    start = entry.header + _LOCAL_FIELDS.size + name_length + extra_length
    packed = max(0, size_of(source) - start)
    if entry.packed >= 0:
        packed = min(packed, entry.packed)
    if entry.method == _STORED:
        budget.take(packed)
        return part_of(source, start, packed)
    return unpacked(unpacking.zipped(source, start, packed, entry.method), budget)


class _Directory(NamedTuple):
    """`shift`: how far everything lies behind where it says, after a stub of a program."""

    content: bytes
    shift: int


def _central(source: BinaryIO) -> _Directory | None:
    """Read the central directory; None where it isn't whole."""
    length = size_of(source)
    tail_at = max(0, length - _LONGEST_COMMENT - _END_FIELDS.size)
    source.seek(tail_at)
    tail = source.read(_LONGEST_COMMENT + _END_FIELDS.size)
    at = tail.rfind(_END)
    while at >= 0:
        found = _directory_before(source, tail_at + at, length)
        if found is not None:
            return found
        at = tail.rfind(_END, 0, at)
    return None


def _directory_before(source: BinaryIO, end_at: int, length: int) -> _Directory | None:
    """Read the directory that the end record there speaks of."""
    source.seek(end_at)
    record = source.read(_END_FIELDS.size)
    if len(record) < _END_FIELDS.size:
        return None
    *_, count, size, offset, _ = _END_FIELDS.unpack(record)
    directory_end = end_at
    if (found := _zip64_end(source, end_at)) is not None:
        count, size, offset, directory_end = found
    if not count and not size:
        return _Directory(b"", 0)
    start = directory_end - size
    if not 0 <= start <= length or not 0 < size <= _MOST_CENTRAL:
        return None
    if not _is_at(source, start, _CENTRAL):
        start = offset  # something stands between the directory and its end
        if not _is_at(source, start, _CENTRAL):
            return None
    source.seek(start)
    return _Directory(source.read(size), start - offset)


def _zip64_end(source: BinaryIO, end_at: int) -> tuple[int, int, int, int] | None:
    """Count, size and offset of a zip64 directory, and where its own end record is."""
    at = end_at - _END64_LOCATOR.size
    if at < 0:
        return None
    source.seek(at)
    magic, _, record_at, _ = _END64_LOCATOR.unpack(source.read(_END64_LOCATOR.size))
    if magic != b"PK\x06\x07":
        return None
    for place in (at - _END64_FIELDS.size, record_at):
        if 0 <= place < end_at and _is_at(source, place, b"PK\x06\x06"):
            source.seek(place)
            fields = _END64_FIELDS.unpack(source.read(_END64_FIELDS.size))
            return fields[-3], fields[-2], fields[-1], place
    return None


def _is_at(source: BinaryIO, place: int, magic: bytes) -> bool:
    if place >= 1 << 62:
        return False
    source.seek(place)
    return source.read(len(magic)) == magic


def _central_entries(directory: _Directory) -> Iterator[_Entry]:
    content, at = directory.content, 0
    while content.startswith(_CENTRAL, at) and at + _CENTRAL_FIELDS.size <= len(content):
        fields = _CENTRAL_FIELDS.unpack_from(content, at)
        flags, method, packed, size = fields[3], fields[4], fields[8], fields[9]
        name_length, extra_length, comment_length, header = *fields[10:13], fields[16]
        name_at = at + _CENTRAL_FIELDS.size
        extra_at = name_at + name_length
        extra = content[extra_at : extra_at + extra_length]
        sizes = _zip64_sizes(_Sizes(size, packed, header), extra)
        yield _Entry(
            EncodedName(content[name_at:extra_at], extra, is_utf8=bool(flags & _UTF8)),
            flags,
            method,
            sizes.packed,
            sizes.unpacked,
            sizes.header + directory.shift,
        )
        at = extra_at + extra_length + comment_length


def _zip64_sizes(sizes: _Sizes, extra: bytes) -> _Sizes:
    """Sizes of 64 bits stand in an extra field, only those that don't fit, in this order."""
    wide = extra_field(extra, _ZIP64_EXTRA)
    found = []
    for value in sizes:
        if value == _IN_EXTRA and len(wide) >= 8:  # noqa: PLR2004 (64 bits)
            found.append(int.from_bytes(wide[:8], "little") & ((1 << 62) - 1))
            wide = wide[8:]
        else:
            found.append(value)
    return _Sizes(*found)


def _local_entries(source: BinaryIO) -> Iterator[_Entry]:
    """Look for local headers; those inside another member's data are that member's."""
    at = _next_header(source, 0)
    while at >= 0:
        entry = _local_entry(source, at)
        if entry is None:
            at = _next_header(source, at + 4)
            continue
        after = at + _LOCAL_FIELDS.size + len(entry.name.raw)
        following = _next_header(source, after + max(0, entry.packed))
        if entry.packed < 0 and entry.method == _STORED:
            end = size_of(source) if following < 0 else following
            entry = _Entry(
                entry.name, entry.flags, entry.method, max(0, end - after), entry.size, at
            )
        yield entry
        at = following


def _local_entry(source: BinaryIO, at: int) -> _Entry | None:
    source.seek(at)
    header = source.read(_LOCAL_FIELDS.size)
    if len(header) < _LOCAL_FIELDS.size:
        return None
    fields = _LOCAL_FIELDS.unpack(header)
    flags, method, packed, size, name_length, extra_length = *fields[2:4], *fields[7:11]
    if not 0 < name_length <= _LONGEST_NAME:
        return None
    raw, extra = source.read(name_length), source.read(extra_length)
    sizes = _zip64_sizes(_Sizes(size, packed, 0), extra)
    unknown = not sizes.packed and flags & 8
    return _Entry(
        EncodedName(raw, extra, is_utf8=bool(flags & _UTF8)),
        flags,
        method,
        -1 if unknown else sizes.packed,
        -1 if unknown else sizes.unpacked,
        at,
    )


def _next_header(source: BinaryIO, at: int) -> int:
    """Return where the next local header is; −1 where no more is."""
    if at >= 1 << 62:
        return -1
    source.seek(at)
    before = b""
    while block := source.read(16 * CHUNK):
        found = (before + block).find(_LOCAL)
        if found >= 0:
            return at - len(before) + found
        at += len(block)
        before = block[-3:]
    return -1
