"""A Java class file, read as a Dalvik program is: instructions and strings.

"The Java Virtual Machine Specification", chapters 4 and 6.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.app import grams
from fingerprints.app.dex import Program
from fingerprints.app.libraries import is_framework, is_library
from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC: Final = b"\xca\xfe\xba\xbe"

# Bytes after the tag, by tag of the constant pool; 1 (UTF-8) says its own length.
_SIZES: Final = dict(
    zip(
        (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 20),
        (4, 4, 8, 8, 2, 2, 4, 4, 4, 4, 3, 2, 4, 4, 2, 2),
        strict=True,
    )
)
_UTF8, _STRING, _WIDE = 1, 8, (5, 6)
_MULTIPLIERS: Final = (np.uint64(0x8CB92BA72F3D8DD7), np.uint64(0xA0761D6478BD642F))
_EMPTY: Final = Program(np.zeros(0, np.uint64), frozenset(), 0)

# First opcode, last, bytes an instruction; the rest have one.
_LENGTHS_BY_RANGE: Final = (
    (0x10, 0x10, 2),
    (0x11, 0x11, 3),
    (0x12, 0x12, 2),
    (0x13, 0x14, 3),
    (0x15, 0x19, 2),
    (0x36, 0x3A, 2),
    (0x84, 0x84, 3),
    (0x99, 0xA8, 3),
    (0xA9, 0xA9, 2),
    (0xB2, 0xB8, 3),
    (0xB9, 0xBA, 5),
    (0xBB, 0xBB, 3),
    (0xBC, 0xBC, 2),
    (0xBD, 0xBD, 3),
    (0xC0, 0xC1, 3),
    (0xC5, 0xC5, 4),
    (0xC6, 0xC7, 3),
    (0xC8, 0xC9, 5),
)
# First opcode, last, the kind they become; compilers choose freely between them.
_JOINED: Final = (
    (0x01, 0x11, 0x01),
    (0x13, 0x13, 0x12),
    (0x14, 0x14, 0x01),
    (0x15, 0x2D, 0x15),
    (0x36, 0x4E, 0x36),
    (0xA7, 0xA7, 0x00),
    (0xAC, 0xB1, 0xAC),
    (0xB6, 0xB7, 0xB6),
    (0xB9, 0xB9, 0xB6),
    (0xC4, 0xC4, 0x00),
    (0xC8, 0xC8, 0x00),
)
_TABLE_SWITCH, _LOOKUP_SWITCH, _WIDENED, _INCREMENT = 0xAA, 0xAB, 0xC4, 0x84
_NAMES: Final = frozenset((*range(0xB2, 0xBA), 0xBB, 0xBD, 0xC0, 0xC1))


def _table(default: list[int], ranges: tuple[tuple[int, int, int], ...]) -> list[int]:
    for first, last, value in ranges:
        default[first : last + 1] = [value] * (last - first + 1)
    return default


_LENGTHS: Final = _table([1] * 256, _LENGTHS_BY_RANGE)
_KINDS: Final = _table(list(range(256)), _JOINED)


class _Constant(NamedTuple):
    tag: int
    first: int
    second: int
    text: bytes


_NOTHING: Final = _Constant(0, 0, 0, b"")


class _Class(NamedTuple):
    content: bytes
    pool: list[_Constant]

    def constant(self, number: int) -> _Constant:
        return self.pool[number] if number < len(self.pool) else _NOTHING

    def name(self, number: int) -> bytes:
        """Name of a class of the pool, as a descriptor begins."""
        return b"L" + self.constant(self.constant(number).first).text

    def named(self, number: int) -> int:
        """Hash of what of the framework a constant names; 0 for what can be renamed."""
        one = self.constant(number)
        if one.tag in _SIZES and _SIZES[one.tag] == 2:  # noqa: PLR2004 (a class)
            name = self.name(number)
            return zlib.crc32(name) | 1 if is_framework(name) else 0
        owner = self.name(one.first)
        if not is_framework(owner):
            return 0
        member = self.constant(self.constant(one.second).first).text
        return (zlib.crc32(owner) | 1) << 32 | zlib.crc32(member)


def read(content: bytes, *, everything: bool = False) -> Program:
    """Read one class, a known library's only with `everything`; raises `Undecodable`."""
    try:
        return _read(content, everything=everything)
    except (struct.error, IndexError) as error:
        raise Undecodable(f"a class file cut short: {error}") from error


def _read(content: bytes, *, everything: bool) -> Program:
    pool, at = _pool(content)
    one = _Class(content, pool)
    if not everything and is_library(one.name(struct.unpack_from(">H", content, at + 2)[0])):
        return _EMPTY
    codes = list(_codes(one, at))
    kinds, named, owners = [], [], []
    for number, (start, end) in enumerate(codes):
        for kind, name in _instructions(one, start, end):
            kinds.append(kind)
            named.append(name)
            owners.append(number)
    tokens = np.array(kinds, np.uint64) * _MULTIPLIERS[0]
    tokens += np.array(named, np.uint64) * _MULTIPLIERS[1]
    runs = grams.grams(grams.mixed(tokens), np.array(owners, np.int64))
    strings = frozenset(one.constant(each.first).text for each in pool if each.tag == _STRING)
    return Program(runs, strings, len(codes))


def _pool(content: bytes) -> tuple[list[_Constant], int]:
    """Read the constants, and say where they end."""
    (count,) = struct.unpack_from(">H", content, 8)
    pool, at = [_NOTHING], 10
    while len(pool) < count:
        tag = content[at]
        if tag == _UTF8:
            (size,) = struct.unpack_from(">H", content, at + 1)
            pool.append(_Constant(tag, 0, 0, content[at + 3 : at + 3 + size]))
            at += 3 + size
            continue
        size = _SIZES.get(tag, 0)
        if not size:
            raise Undecodable(f"constant of kind {tag}")
        first = int.from_bytes(content[at + 1 : at + 3], "big")
        second = int.from_bytes(content[at + 3 : at + 5], "big")
        pool.append(_Constant(tag, first, second, b""))
        if tag in _WIDE:
            pool.append(_NOTHING)
        at += 1 + size
    return pool, at


def _codes(one: _Class, at: int) -> Iterator[tuple[int, int]]:
    """Yield where the instructions of each method begin and end."""
    content = one.content
    at += 8 + 2 * struct.unpack_from(">H", content, at + 6)[0]
    for _ in range(2):  # fields, then methods
        (members,) = struct.unpack_from(">H", content, at)
        at += 2
        for _ in range(members):
            (attributes,) = struct.unpack_from(">H", content, at + 6)
            at += 8
            for _ in range(attributes):
                name, size = struct.unpack_from(">HI", content, at)
                if one.constant(name).text == b"Code":
                    (length,) = struct.unpack_from(">I", content, at + 10)
                    yield at + 14, min(at + 14 + length, len(content))
                at += 6 + size


def _instructions(one: _Class, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the kind of each instruction and what of the framework it names."""
    content, at = one.content, start
    while at < end:
        opcode = content[at]
        if kind := _KINDS[opcode]:
            names = opcode in _NAMES
            yield kind, one.named(content[at + 1] << 8 | content[at + 2]) if names else 0
        at += _LENGTHS[opcode] if opcode not in (0xAA, 0xAB, 0xC4) else _long(content, at, start)


def _long(content: bytes, at: int, start: int) -> int:
    """Length of an instruction that says its own; a switch's lies on a multiple of four."""
    if content[at] == _WIDENED:
        return 6 if content[at + 1] == _INCREMENT else 4
    padded = at + 4 - (at - start) % 4
    if content[at] == _LOOKUP_SWITCH:
        (pairs,) = struct.unpack_from(">i", content, padded + 4)
        return int(padded - at + 8 + 8 * max(0, pairs))
    low, high = struct.unpack_from(">2i", content, padded + 4)
    return int(padded - at + 12 + 4 * max(0, high - low + 1))
