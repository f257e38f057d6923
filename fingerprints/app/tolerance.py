"""APKs whose zip lies: Android reads what other readers refuse.

Android's installer ignores the flag for encryption, and takes every method but "deflated" for
"stored"; packers set both so that analysts' tools stop there. The directory is read as Android
reads it, in a view of the file, which stays as it is.
"""

from __future__ import annotations

import io
import struct
from typing import Any, BinaryIO, Final

from fingerprints.sizes import size_of

_END: Final = struct.Struct("<4s4H2IH")
_MAGIC: Final = b"PK\x05\x06"
_ENTRY_MAGIC: Final = b"PK\x01\x02"
_ENTRY: Final = 46
_TAIL: Final = 65_557
_LARGEST: Final = 32 << 20
_FLAGS, _METHOD, _PACKED, _SIZE, _LENGTHS = 8, 10, 20, 24, 28
_DEFLATED: Final = 8
_HIDDEN: Final = 0x41
"""Flags of encryption, plain and strong."""


class _Patched(io.RawIOBase):
    """A file with other bytes at one place."""

    def __init__(self, source: BinaryIO, start: int, patch: bytes) -> None:
        super().__init__()
        self._source, self._start, self._patch = source, start, patch
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset, whence = offset + self._at, io.SEEK_SET
        self._at = self._source.seek(offset, whence)
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (a buffer of any kind)
        self._source.seek(self._at)
        piece = bytearray(self._source.read(len(buffer)))
        first = max(self._at, self._start)
        last = min(self._at + len(piece), self._start + len(self._patch))
        if first < last:
            piece[first - self._at : last - self._at] = self._patch[
                first - self._start : last - self._start
            ]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def as_android_reads(source: BinaryIO) -> BinaryIO:
    """Return the file, or a view of it with an honest directory where its own lies."""
    found = _directory(source)
    if found is None:
        return source
    start, directory = found
    honest = _honest(directory)
    if honest == directory:
        return source
    return io.BufferedReader(_Patched(source, start, honest), 1 << 16)


def _directory(source: BinaryIO) -> tuple[int, bytes] | None:
    length = size_of(source)
    source.seek(max(0, length - _TAIL))
    tail = source.read(_TAIL)
    at = tail.rfind(_MAGIC)
    if at < 0 or at + _END.size > len(tail):
        return None
    *_, size, start, _ = _END.unpack_from(tail, at)
    if not 0 < size <= _LARGEST or start + size > length:
        return None
    source.seek(start)
    return start, source.read(size)


def _honest(directory: bytes) -> bytes:
    found = bytearray(directory)
    at = 0
    while found.startswith(_ENTRY_MAGIC, at) and at + _ENTRY <= len(found):
        found[at + _FLAGS] &= ~_HIDDEN & 0xFF
        (method,) = struct.unpack_from("<H", found, at + _METHOD)
        if method not in {0, _DEFLATED}:
            struct.pack_into("<H", found, at + _METHOD, 0)
            size = struct.unpack_from("<I", found, at + _SIZE)
            struct.pack_into("<I", found, at + _PACKED, *size)
        at += _ENTRY + sum(struct.unpack_from("<3H", found, at + _LENGTHS))
    return bytes(found)
