"""Compound files ([MS-CFB]): what Word and PowerPoint wrote until 2007, and WPS Office still does.

A file system in a file: chains of sectors, and a directory that says where named streams begin.
"""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from fingerprints.contract import Limits
from fingerprints.document.media_types import DOC, PPT
from fingerprints.errors import FingerprintError, Undecodable
from fingerprints.media_type import COMPOUND_MAGIC
from fingerprints.sizes import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WORD: Final = "WordDocument"
POWERPOINT: Final = "PowerPoint Document"

_FORMS: Final = {WORD: DOC, POWERPOINT: PPT}
_HEADER: Final = struct.Struct("<8s22xH16xI4xII4xI4x")
_SHIFTS: Final = frozenset({9, 12})
_MINI_BYTES: Final = 64
_ENTRY: Final = struct.Struct("<64sHB49xII4x")
_STREAM, _ROOT = 2, 5
_MARKS_FROM: Final = 0xFFFFFFFA
"""Such numbers are marks, no sectors."""


class Compound:
    """The streams of a file; raises `Undecodable` and `TooLarge`.

    Of a file that is cut short, a stream is as much as is there.
    """

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._data = read_whole(source, limits)
        head = self._data[:512]
        if len(head) < 512 or not head.startswith(COMPOUND_MAGIC):  # noqa: PLR2004 - the header's size
            raise Undecodable("no compound file")
        _, shift, directory, self._least_bytes, mini_table, more = _HEADER.unpack_from(head)
        if shift not in _SHIFTS:
            raise Undecodable("a compound file with sectors of no size")
        self._sector_bytes = 1 << shift
        self._most = -(-len(self._data) // self._sector_bytes)
        # No more of them than tell of every sector: a hostile list names one again and again.
        needed = self._most * 4 // self._sector_bytes + 1
        table = islice(self._table_sectors(_numbers(head[76:]), more), needed)
        self._next = _numbers(b"".join(map(self._sector, table)))
        self._mini_next = _numbers(self._chain(mini_table))
        self._mini = b""
        self._places: dict[str, tuple[int, int]] = {}
        self._read_directory(self._chain(directory))

    @property
    def media_type(self) -> str | None:
        """Return what the streams make of it; None where another program wrote it."""
        return next((form for name, form in _FORMS.items() if name in self._places), None)

    def stream(self, name: str) -> bytes:
        """Return what a stream holds; b"" where there is none."""
        start, size = self._places.get(name, (0, 0))
        if size >= self._least_bytes:
            return self._chain(start)[:size]
        most = len(self._mini) // _MINI_BYTES + 1
        found = (one * _MINI_BYTES for one in _followed(self._mini_next, start, most))
        return b"".join(self._mini[at : at + _MINI_BYTES] for at in found)[:size]

    def _table_sectors(self, listed: NDArray[np.uint32], more: int) -> Iterator[int]:
        """Yield the sectors of the table of sectors: those in the header, then in a chain."""
        seen: set[int] = set()
        yield from listed[listed < _MARKS_FROM].tolist()
        while more < _MARKS_FROM and more not in seen:
            seen.add(more)
            listed = _numbers(self._sector(more))
            yield from listed[:-1][listed[:-1] < _MARKS_FROM].tolist()
            more = int(listed[-1]) if listed.size else _MARKS_FROM

    def _read_directory(self, content: bytes) -> None:
        for at in range(0, len(content) - _ENTRY.size + 1, _ENTRY.size):
            name, length, kind, start, size = _ENTRY.unpack_from(content, at)
            if kind == _ROOT:
                self._mini = self._chain(start)[:size]
            elif kind == _STREAM:
                said = name[: max(0, length - 2)].decode("utf-16-le", "replace")
                self._places.setdefault(said, (start, size))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._sector_bytes
        return self._data[start : start + self._sector_bytes]

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._sector, _followed(self._next, start, self._most)))


def kind(source: BinaryIO) -> str | None:
    """Return the media type of a compound file, None where it is no document that is read.

    The source's place is its start then.
    """
    try:
        return Compound(source, Limits()).media_type
    except FingerprintError:
        return None
    finally:
        source.seek(0)


def _numbers(content: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(content, "<u4", len(content) // 4)


def _followed(following: NDArray[np.uint32], number: int, most: int) -> Iterator[int]:
    """Yield the numbers of a chain: at most so many, for one may lead back into itself."""
    for _ in range(most):
        if number >= len(following):
            return
        yield number
        number = int(following[number])
