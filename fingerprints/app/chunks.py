"""Long binaries in pieces whose borders their content sets, so that what is moved is still found.

Content-defined chunking (Muthitacharoen, Chen, Mazières, "A low-bandwidth network file system",
2001), with a multiplicative hash of eight bytes for the rolling one: a whole block at once.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

AVERAGE: Final = 4096
"""Bytes from one border to the next, on average."""

_BLOCK: Final = 4 << 20
_LEAST: Final = 512
_MOST: Final = 64 << 10
_WINDOW: Final = 8
_LEAST_VALUES: Final = 24  # different bytes in a chunk: padding and fillers say nothing
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_START: Final = np.uint64(0x2545F4914F6CDD1D)


def chunks(source: BinaryIO) -> Iterator[int]:
    """Yield a 64-bit digest of each chunk of a file from its place on, whatever its length."""
    waiting = b""
    while block := source.read(_BLOCK):
        content = waiting + block
        start = 0
        for end in _borders(content):
            yield from _digest(content, start, end)
            start = end
        waiting = content[start:]
        if len(waiting) > _MOST:
            yield from _digest(waiting, 0, len(waiting))
            waiting = b""
    yield from _digest(waiting, 0, len(waiting))


def _digest(content: bytes, start: int, end: int) -> Iterator[int]:
    piece = content[start:end]
    if len(piece) >= _LEAST and len(set(piece[:_MOST])) >= _LEAST_VALUES:
        yield int.from_bytes(hashlib.blake2b(piece, digest_size=8).digest(), "little")


def _borders(content: bytes) -> list[int]:
    """Return where chunks end: after eight bytes whose hash is among the lowest.

    None is right behind another, so that no content costs more than a piece of its length.
    """
    count = len(content) - _WINDOW + 1
    if count <= 0:
        return []
    words: NDArray[np.uint64] = np.ndarray((count,), "<u8", content, strides=(1,))
    hashed = (words ^ _START) * _FACTOR
    ends = np.flatnonzero(hashed < np.uint64(2**64 // AVERAGE)) + _WINDOW
    apart: list[int] = ends[np.diff(ends, prepend=-_LEAST) >= _LEAST].tolist()
    return apart
