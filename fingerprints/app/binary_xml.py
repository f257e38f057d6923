"""Android's compiled resources: string pools and XML.

Formats as in AOSP's public ResourceTypes.h. Nothing in a header is believed further than the bytes
go; what can't be read is left out.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = struct.Struct("<HHI")
_POOL_FIELDS: Final = struct.Struct("<5I")
POOL: Final = 0x0001
"""Kind of the chunk that is a string pool."""

_MAP: Final = 0x0180
_START_ELEMENT: Final = 0x0102
_UTF8: Final = 0x100
_ELEMENT: Final = struct.Struct("<2I3H")
_ATTRIBUTE: Final = struct.Struct("<3IHBBI")
_MOST_STRINGS: Final = 500_000
_LONGEST: Final = 8192
_STRING: Final = 3
_REFERENCES: Final = frozenset({1, 2, 7, 8})
_NOTHING: Final = 0xFFFFFFFF
_LEAST_TOKENS: Final = 10
_MOST_TOKENS: Final = 20_000
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value`: a string, or the number in the file; `kind`: its type there (3: string)."""

    name: str
    resource: int
    kind: int
    value: str | int


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag."""

    name: str
    attributes: tuple[Attribute, ...]


class Chunk(NamedTuple):
    """`start`, `end`: where it is; `header`: bytes before its content."""

    kind: int
    start: int
    header: int
    end: int


def is_binary_xml(head: bytes) -> bool:
    """Tell by its first bytes; tampered headers keep the header's length."""
    return head[2:4] == b"\x08\x00" and head[:2] in {b"\x03\x00", b"\x00\x00", b"\x01\x00"}


def elements(content: bytes) -> Iterator[Element]:
    """Yield the start tags of a compiled XML file, as far as it can be read."""
    pool: list[str] = []
    resources: tuple[int, ...] = ()
    for chunk in chunks(content, 8):
        if chunk.kind == POOL and not pool:
            pool = strings(content, chunk.start)
        elif chunk.kind == _MAP:
            count = max(0, (chunk.end - chunk.start - chunk.header) // 4)
            resources = struct.unpack_from(f"<{count}I", content, chunk.start + chunk.header)
        elif chunk.kind == _START_ELEMENT:
            element = _element(content, chunk, pool, resources)
            if element is not None:
                yield element


def skeleton(content: bytes) -> bytes | None:
    """Digest what no rebuilding changes: tags, attributes and plain values, in order.

    None where there is too little to tell one file from others.
    """
    tokens: list[str] = []
    for element in elements(content):
        tokens.append("<" if "." in element.name else f"<{element.name[:_LONGEST_NAME]}")
        for one in element.attributes:
            renamed = one.kind == _STRING or one.kind in _REFERENCES
            name = one.name[:_LONGEST_NAME]
            tokens.append(name if renamed else f"{name}={one.kind}:{one.value}")
        if len(tokens) > _MOST_TOKENS:
            break
    if len(tokens) < _LEAST_TOKENS:
        return None
    return hashlib.blake2b("\n".join(tokens).encode("utf-8", "replace"), digest_size=8).digest()


def strings(content: bytes, start: int) -> list[str]:
    """Return the strings of the pool that begins there; "" for those that lie outside."""
    if start + 28 > len(content):
        return []
    count, _, flags, strings_at, _ = _POOL_FIELDS.unpack_from(content, start + 8)
    header = _CHUNK.unpack_from(content, start)[1]
    there = max(0, (len(content) - start - header) // 4)
    count = min(count, there, _MOST_STRINGS)
    offsets = struct.unpack_from(f"<{count}I", content, start + header)
    read = _utf8 if flags & _UTF8 else _utf16
    found, left = [], len(content)
    for offset in offsets:
        found.append(read(content, start + strings_at + offset))
        left -= len(found[-1])
        if left < 0:  # strings lie over each other
            break
    return found


def _utf8(content: bytes, at: int) -> str:
    for _ in range(2):  # its length in UTF-16, then in bytes
        length, at = _short(content, at)
    return content[at : at + min(length, _LONGEST)].decode("utf-8", "replace")


def _short(content: bytes, at: int) -> tuple[int, int]:
    head = content[at : at + 2]
    if len(head) < 2:  # noqa: PLR2004
        return 0, at
    if head[0] & 0x80:
        return (head[0] & 0x7F) << 8 | head[1], at + 2
    return head[0], at + 1


def _utf16(content: bytes, at: int) -> str:
    head = content[at : at + 4]
    if len(head) < 4:  # noqa: PLR2004
        return ""
    length, low = struct.unpack("<2H", head)
    at += 2
    if length & 0x8000:
        length, at = (length & 0x7FFF) << 16 | low, at + 2
    return content[at : at + 2 * min(length, _LONGEST)].decode("utf-16-le", "replace")


def chunks(content: bytes, start: int, end: int | None = None) -> Iterator[Chunk]:
    """Yield the chunks that follow each other from there, up to the first that can't be."""
    end = len(content) if end is None else end
    while start + _CHUNK.size <= end:
        kind, header, size = _CHUNK.unpack_from(content, start)
        if size < _CHUNK.size:
            return
        yield Chunk(kind, start, header, min(start + size, end))
        start += size


def _element(
    content: bytes, chunk: Chunk, pool: list[str], resources: tuple[int, ...]
) -> Element | None:
    at = chunk.start + 16
    if at + _ELEMENT.size > chunk.end:
        return None
    _, name, start, size, count = _ELEMENT.unpack_from(content, at)
    size = max(size, _ATTRIBUTE.size)
    there = max(0, (chunk.end - at - start) // size)
    places = range(at + start, at + start + min(count, there) * size, size)
    found = (_attribute(content, place, pool, resources) for place in places)
    return Element(_of(pool, name), tuple(found))


def _attribute(content: bytes, at: int, pool: list[str], resources: tuple[int, ...]) -> Attribute:
    _, name, raw, _, _, kind, data = _ATTRIBUTE.unpack_from(content, at)
    value: str | int = _of(pool, data if raw == _NOTHING else raw) if kind == _STRING else data
    return Attribute(_of(pool, name), resources[name] if name < len(resources) else 0, kind, value)


def _of(pool: list[str], number: int) -> str:
    return pool[number] if number < len(pool) else ""
