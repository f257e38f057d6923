"""Packed bytes to unpacked ones, a bounded piece at a time.

What is cut short gives what is there: half a novel is still recognised.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, TypeAlias

import inflate64

from fingerprints.archive.streams import CHUNK
from fingerprints.errors import TooLarge, Undecodable, Unsupported

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE: Final = 1 << 18
_MOST_MEMORY: Final = 192 << 20
"""For a decompressor's dictionary; the strongest settings in use need 64 MiB."""
_RAW: Final = -15
_GZIP: Final = 31
_LZMA_HEADER: Final = 4


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Deflate:
    """zlib behind the interface that bz2, lzma and zstd share."""

    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Deflate64:
    """Gives all that a piece unpacks to, so it is fed small ones."""

    unused_data = b""
    _SMALL: Final = 1 << 10

    def __init__(self) -> None:
        self._inner = inflate64.Inflater()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002
        waiting = self._waiting + data
        self._waiting = waiting[self._SMALL :]
        return bytes(self._inner.inflate(waiting[: self._SMALL]))


Make: TypeAlias = Callable[[], _Decompressor]

__all__ = ["STREAMS", "Make", "stream", "zipped", "zstd"]

STREAMS: Final[dict[bytes, Make]] = {
    b"\x1f\x8b\x08": lambda: _Deflate(_GZIP),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MOST_MEMORY),
    b"\x28\xb5\x2f\xfd": zstd.ZstdDecompressor,
}
"""Ways to unpack a file that is one packed stream, by its first bytes."""

_METHODS: Final[dict[int, Make]] = {
    8: lambda: _Deflate(_RAW),
    9: _Deflate64,
    12: bz2.BZ2Decompressor,
    20: zstd.ZstdDecompressor,
    93: zstd.ZstdDecompressor,
    95: lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, _MOST_MEMORY),
}
_ZIP_LZMA: Final = 14


def stream(source: BinaryIO, make: Make) -> Iterator[bytes]:
    """Unpack a whole file of one or more streams, as gzip's are; what follows them is left."""
    source.seek(0)
    decompressor = make()
    place, waiting = 0, b""
    while True:
        if not waiting and decompressor.needs_input:
            source.seek(place)
            waiting = source.read(CHUNK)
            place += len(waiting)
            if not waiting:
                return
        chunk = decompressor.decompress(waiting, _PIECE)
        waiting = b""
        if chunk:
            yield chunk
        if decompressor.eof:
            waiting = decompressor.unused_data
            if not waiting:
                source.seek(place)
                waiting = source.read(CHUNK)
                place += len(waiting)
            if waiting[:2] not in {magic[:2] for magic in STREAMS}:
                return
            decompressor = make()


def zipped(source: BinaryIO, start: int, size: int, method: int) -> Iterator[bytes]:
    """Unpack `size` bytes of a zip from `start`; raises `Unsupported` for an unknown method."""
    if method == _ZIP_LZMA:
        decompressor, start, size = _zip_lzma(source, start, size)
    elif make := _METHODS.get(method):
        decompressor = make()
    else:
        raise Unsupported(f"zip method {method}")
    return _bounded(source, start, start + size, decompressor)


def _bounded(
    source: BinaryIO, place: int, end: int, decompressor: _Decompressor
) -> Iterator[bytes]:
    while not decompressor.eof:
        piece = b""
        if decompressor.needs_input:
            source.seek(place)
            piece = source.read(min(CHUNK, end - place))
            place += len(piece)
            if not piece:
                return
        if chunk := decompressor.decompress(piece, _PIECE):
            yield chunk


def _zip_lzma(source: BinaryIO, start: int, size: int) -> tuple[_Decompressor, int, int]:
    """Read the properties that stand before LZMA's data (APPNOTE 5.8.8)."""
    source.seek(start)
    header = source.read(_LZMA_HEADER)
    length = int.from_bytes(header[2:4], "little")
    properties = source.read(length)
    if length != 5 or len(properties) != length:  # noqa: PLR2004 (a byte and a 32-bit size)
        raise Undecodable("LZMA properties in a zip")
    dictionary = int.from_bytes(properties[1:], "little")
    if dictionary > _MOST_MEMORY:
        raise TooLarge("archive_bytes", _MOST_MEMORY, dictionary)
    packed = properties[0]
    filters = [
        {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(dictionary, 4096),
            "lc": packed % 9,
            "lp": packed // 9 % 5,
            "pb": packed // 45,
        }
    ]
    skipped = _LZMA_HEADER + length
    try:
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    except (lzma.LZMAError, ValueError) as error:
        raise Undecodable(f"LZMA properties in a zip: {error}") from error
    return decompressor, start + skipped, size - skipped
