"""A program for Android, read as far as recognising it needs: instructions and strings.

The Dalvik executable format (public document "Dalvik executable format", Android Open Source
Project), with numpy and without an object for each thing. Counts and offsets are clipped to the
file, never believed, so that damaged and hostile files give what is there.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from fingerprints.app import grams, opcodes
from fingerprints.app.libraries import is_framework, is_library
from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

MAGIC: Final = b"dex\n"

_HEADER: Final = struct.Struct("<14I")
_TABLES_AT: Final = 0x38
_CLASS_DEF: Final = 32
_CODE_HEADER: Final = 16
_CODE_SIZE_AT: Final = 12
_LEAST_ACTIVE: Final = 48  # methods below which numpy costs more than a plain loop
_LONGEST_STRING: Final = 1 << 16
_MOST_IDS: Final = 1 << 16  # what an index in an instruction can reach
_ULEB_BYTES: Final = 5
_TOKEN: Final = (np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F))


@dataclass(frozen=True, slots=True)
class Program:
    """What is outside known libraries. `grams`: (n,) uint64, distinct, of runs of instructions.

    `strings`: constants. `methods`: how many methods of that kind have code. `own_grams`,
    `own_strings`: of those, what is in the packages that were named as the program's own.
    """

    grams: NDArray[np.uint64]
    strings: frozenset[bytes]
    methods: int
    own_grams: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    own_strings: frozenset[bytes] = frozenset()


class _Ids(NamedTuple):
    """Columns of the tables: which strings and classes things are named by."""

    strings: NDArray[np.int64]  # where each lies
    types: NDArray[np.int64]
    fields: NDArray[np.int64]  # (n, 2) class, name
    methods: NDArray[np.int64]


def read(content: bytes, *, own: tuple[bytes, ...] = (), everything: bool = False) -> Program:
    """Read one .dex, known libraries only with `everything`; raises `Undecodable` for no dex.

    `own`: what the descriptors of the program's own classes begin with: "Lcom/maker/".
    """
    if not content.startswith(MAGIC) or len(content) < _TABLES_AT + _HEADER.size:
        raise Undecodable("no Dalvik executable")
    return _Dex(content, own, everything=everything).program()


class _Dex:
    def __init__(self, content: bytes, own: tuple[bytes, ...], *, everything: bool) -> None:
        self._content, self._own, self._everything = content, own, everything
        header = _HEADER.unpack_from(content, _TABLES_AT)
        strings, types, _, fields, methods, classes = zip(
            header[:12:2], header[1:12:2], strict=True
        )
        self._classes = self._table(classes, "<u4", 8)[:, [0, 6]].astype(np.int64)
        self._ids = _Ids(
            self._table(strings, "<u4", 1)[:, 0].astype(np.int64),
            self._table(types, "<u4", 1)[:_MOST_IDS, 0].astype(np.int64),
            self._members(fields),
            self._members(methods),
        )

    def program(self) -> Program:
        starts, ends, is_own = self._code()
        units = np.frombuffer(self._content, "<u2", len(self._content) // 2)
        places = _instructions(units, starts, ends)
        codes = (units[places] & 0xFF).astype(np.uint8)
        named = self._named(units, places, codes)
        owners = np.searchsorted(starts, places, side="right")
        kinds = opcodes.KINDS[codes]
        kept = kinds != opcodes.DROPPED
        tokens = grams.mixed(kinds[kept].astype(np.uint64) * _TOKEN[0] + named[kept] * _TOKEN[1])
        own = np.append(False, is_own)[owners]
        return Program(
            grams.grams(tokens, owners[kept]),
            self._constants(units, places, codes),
            int(starts.size),
            grams.grams(tokens[own[kept]], owners[kept & own]),
            self._constants(units, places[own], codes[own]),
        )

    def _table(self, place: tuple[int, int], kind: str, columns: int) -> NDArray[np.generic]:
        count, start = place
        width = np.dtype(kind).itemsize * columns
        there = max(0, min(count, (len(self._content) - start) // width))
        found = np.frombuffer(self._content, kind, there * columns, start if there else 0)
        return found.reshape(there, columns)

    def _members(self, place: tuple[int, int]) -> NDArray[np.int64]:
        """(n, 2): class and name of fields or methods, eight bytes each."""
        halves = self._table(place, "<u2", 4)[:_MOST_IDS].astype(np.int64)
        return np.stack([halves[:, 0], halves[:, 2] | halves[:, 3] << 16], axis=1)

    def _string(self, number: int) -> bytes:
        """MUTF-8 bytes of a string; empty where there is none."""
        if not 0 <= number < self._ids.strings.size:
            return b""
        start = int(self._ids.strings[number])
        skipped = 0
        while skipped < _ULEB_BYTES and self._content[start : start + 1] >= b"\x80":
            start, skipped = start + 1, skipped + 1
        end = self._content.find(b"\0", start + 1, start + 1 + _LONGEST_STRING)
        return self._content[start + 1 : end] if end >= 0 else b""

    def _type(self, number: int) -> bytes:
        types = self._ids.types
        return self._string(int(types[number])) if 0 <= number < types.size else b""

    def _code(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """(n,) each: first unit of a method's code, ascending, the unit after it, is it own code.

        Known libraries are left out. Where code lies over other code, the earlier ends where the
        later begins.
        """
        own, others = self._class_datas()
        own_places = np.fromiter(self._code_places(own), np.int64)
        places = np.fromiter(self._code_places(others), np.int64)
        places = np.unique(np.concatenate([own_places, places]))
        places = places[(places % 2 == 0) & (places <= len(self._content) - _CODE_HEADER)]
        is_own = np.isin(places, own_places)
        if not places.size:
            return places, places, is_own
        content = np.frombuffer(self._content, np.uint8)
        at = places[:, None] + _CODE_SIZE_AT + np.arange(4)
        sizes = content[at].astype(np.int64) @ (1 << np.arange(0, 32, 8))
        starts = (places + _CODE_HEADER) // 2
        limits = np.append(starts[1:], len(self._content) // 2)
        return starts, np.minimum(starts + sizes, limits), is_own

    def _class_datas(self) -> tuple[list[int], list[int]]:
        """Return where the class_data_items of own classes are, and those of others."""
        own, others = [], []
        for kind, data in self._classes.tolist():
            if not data:
                continue
            name = self._type(kind)
            if self._own and name.startswith(self._own):
                own.append(data)
            elif self._everything or not is_library(name):
                others.append(data)
        return own, others

    def _code_places(self, classes: Iterable[int]) -> Iterable[int]:
        """Yield where the code of every method of these class_data_items is.

        All together are at most as long as the file: hostile ones lie over each other.
        """
        left = len(self._content)
        for start in classes:
            if left <= 0:
                return
            numbers = _Numbers(self._content, int(start))
            static, instance, direct, virtual = (numbers.next() for _ in range(4))
            for _ in range(static + instance):
                if not numbers.skip(2):
                    break
            for _ in range(direct + virtual):
                if not numbers.skip(2):
                    break
                if place := numbers.next():
                    yield place
            left -= numbers.place - int(start)

    def _named(
        self, units: NDArray[np.uint16], places: NDArray[np.int64], codes: NDArray[np.uint8]
    ) -> NDArray[np.uint64]:
        """(n,) hash of what of the framework each instruction names; 0 for what can be renamed."""
        found = np.zeros(places.size, np.uint64)
        indices = units[np.minimum(places + 1, units.size - 1)].astype(np.int64)
        framework = self._framework_types()
        for mask, table in (
            (opcodes.NAMES_TYPE, framework),
            (opcodes.NAMES_FIELD, self._framework_members(self._ids.fields, framework)),
            (opcodes.NAMES_METHOD, self._framework_members(self._ids.methods, framework)),
        ):
            at = np.flatnonzero(mask[codes])
            at = at[indices[at] < table.size]
            found[at] = table[indices[at]]
        return found

    def _framework_types(self) -> NDArray[np.uint64]:
        """(types,) hash of the descriptor; 0 for classes outside the framework."""
        descriptors = (self._string(int(number)) for number in self._ids.types)
        hashes = (zlib.crc32(one) | 1 if is_framework(one) else 0 for one in descriptors)
        return np.fromiter(hashes, np.uint64, self._ids.types.size)

    def _framework_members(
        self, ids: NDArray[np.int64], framework: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        found = np.zeros(len(ids), np.uint64)
        at = np.flatnonzero(ids[:, 0] < framework.size)
        at = at[framework[ids[at, 0]] > 0]
        names, inverse = np.unique(ids[at, 1], return_inverse=True)
        hashes = np.fromiter((zlib.crc32(self._string(int(one))) for one in names), np.uint64)
        found[at] = framework[ids[at, 0]] << np.uint64(32) | hashes[inverse]
        return found

    def _constants(
        self, units: NDArray[np.uint16], places: NDArray[np.int64], codes: NDArray[np.uint8]
    ) -> frozenset[bytes]:
        at = places[opcodes.NAMES_STRING[codes]]
        at = at[at + 2 < units.size]
        numbers = units[at + 1].astype(np.int64)
        wide = (units[at] & 0xFF) == opcodes.JUMBO_STRING
        numbers[wide] |= units[at[wide] + 2].astype(np.int64) << 16
        found, left = set(), len(self._content)
        for number in np.unique(numbers).tolist():
            one = self._string(number)
            found.add(one)
            left -= len(one)
            if left < 0:  # strings lie over each other
                break
        return frozenset(found)


class _Numbers:
    """Reads unsigned LEB128 numbers one after the other."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content, self._at = content, at

    @property
    def place(self) -> int:
        """Where the next number begins."""
        return self._at

    def next(self) -> int:
        """Return the next number; 0 past the end."""
        value = shift = 0
        content = self._content
        while self._at < len(content) and shift < 7 * _ULEB_BYTES:
            byte = content[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 (the last byte's top bit is clear)
                break
            shift += 7
        return value

    def skip(self, count: int) -> bool:
        """Pass over so many numbers; False past the end."""
        for _ in range(count):
            self.next()
        return self._at < len(self._content)


def _instructions(
    units: NDArray[np.uint16], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(n,) ascending: where instructions begin; all methods are walked at once, step by step."""
    is_start = np.zeros(units.size, bool)
    alive = starts < ends
    at, end = starts[alive], ends[alive]
    while at.size >= _LEAST_ACTIVE:
        is_start[at] = True
        first = units[at]
        at = at + opcodes.LENGTHS[first & 0xFF]
        for place in np.flatnonzero((first & 0xFF == 0) & (first > 0) & (first <= 0x300)):  # noqa: PLR2004
            at[place] += _table_length(units, int(at[place]) - 1) - 1
        alive = at < end
        at, end = at[alive], end[alive]
    for one, last in zip(at.tolist(), end.tolist(), strict=True):
        _walk(units, one, last, is_start)
    return np.flatnonzero(is_start)


def _walk(units: NDArray[np.uint16], at: int, end: int, is_start: NDArray[np.bool_]) -> None:
    lengths = opcodes.LENGTHS.tolist()
    code = units[at:end].tolist()
    place, found = 0, []
    while place < len(code):
        found.append(place)
        first = code[place]
        if first & 0xFF == 0 and first:
            place += _table_length(units, at + place)
        else:
            place += lengths[first & 0xFF]
    is_start[at + np.array(found, np.int64)] = True


def _table_length(units: NDArray[np.uint16], at: int) -> int:
    """Units of a switch's or an array's table; 1 where none begins there."""
    head = [int(one) for one in units[at : at + 4]] + [0] * 4
    match head[0]:
        case opcodes.PACKED_SWITCH:
            return head[1] * 2 + 4
        case opcodes.SPARSE_SWITCH:
            return head[1] * 4 + 2
        case opcodes.ARRAY_DATA:
            return (head[1] * (head[2] | head[3] << 16) + 1) // 2 + 4
    return 1
