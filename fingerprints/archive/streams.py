"""Bytes out of an archive as seekable files: a slice of it, or unpacked as far as is read."""

from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from fingerprints.errors import FingerprintError, Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive.budget import Budget

CHUNK: Final = 1 << 16
_IN_MEMORY: Final = 4 << 20


class _Seekable(io.RawIOBase):
    """A place in bytes whose number may not be known yet."""

    def __init__(self) -> None:
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = max(0, offset + (self._length() if start is None else start))
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (a buffer of any kind)
        piece = self._piece(self._at, len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _length(self) -> int:
        raise NotImplementedError

    def _piece(self, at: int, count: int) -> bytes:
        raise NotImplementedError


class _Slice(_Seekable):
    def __init__(self, source: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._source, self._start, self._size = source, start, size

    def _length(self) -> int:
        return self._size

    def _piece(self, at: int, count: int) -> bytes:
        self._source.seek(self._start + at)
        return self._source.read(max(0, min(count, self._size - at)))


class _Unpacked(_Seekable):
    """What the chunks give, kept in memory and, past some size, in a nameless file."""

    def __init__(self, chunks: Iterator[bytes], budget: Budget) -> None:
        super().__init__()
        self._chunks, self._budget = chunks, budget
        self._kept = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed with us)
        self._kept_bytes = 0
        self._is_whole = False

    def close(self) -> None:
        self._kept.close()
        super().close()

    def _length(self) -> int:
        self._unpack(None)
        return self._kept_bytes

    def _piece(self, at: int, count: int) -> bytes:
        self._unpack(at + count)
        self._kept.seek(at)
        return self._kept.read(count)

    def _unpack(self, until: int | None) -> None:
        while not self._is_whole and (until is None or self._kept_bytes < until):
            chunk = self._next()
            if chunk is None:
                self._is_whole = True
                return
            self._budget.take(len(chunk))
            self._kept.seek(self._kept_bytes)
            self._kept.write(chunk)
            self._kept_bytes += len(chunk)

    def _next(self) -> bytes | None:
        try:
            return next(self._chunks, None)
        except FingerprintError:
            raise
        except Exception as error:  # unpackers raise anything on hostile bytes
            raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error


def part_of(source: BinaryIO, start: int, size: int) -> BinaryIO:
    """Return a slice of a seekable file as a file."""
    return io.BufferedReader(_Slice(source, start, size), CHUNK)


def unpacked(chunks: Iterator[bytes], budget: Budget) -> BinaryIO:
    """Return what the chunks give as a seekable file, drawn and counted as it is read."""
    return io.BufferedReader(_Unpacked(chunks, budget), CHUNK)
