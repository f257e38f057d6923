"""Postings in files that never change: mapped into memory, shared by all processes.

A folder holds three arrays, little-endian: `buckets` (2ᵇ + 1,) uint64: where the postings of each
bucket of keys start; `keys` (n,) uint32: the remainders, ascending in a bucket; `parts` (n,)
uint32.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np

from index.embedded.postings.block import Block, merged
from index.embedded.postings.keys import BITS, buckets, remainders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_WORD: Final = np.dtype("<u4")
_PLACE: Final = np.dtype("<u8")
_LEAST_BITS: Final = 16
_MOST_BITS: Final = 26
_PER_BUCKET_BITS: Final = 3
_AT_ONCE: Final = 1 << 21


class Broken(Exception):
    """The files of a segment are not there, or not what was written."""


class Segment:
    """One folder of postings, opened for reading."""

    def __init__(self, folder: Path, count: int) -> None:
        """Map the files of a segment of `count` postings. Raises `Broken`."""
        try:
            self._buckets = _mapped(folder / "buckets", _PLACE)
            self._keys = _mapped(folder / "keys", _WORD) if count else _none()
            self._parts = _mapped(folder / "parts", _WORD) if count else _none()
        except (OSError, ValueError) as error:
            raise Broken(f"{folder}: {error}") from error
        self._bits = len(self._buckets).bit_length() - 1
        if {len(self._keys), len(self._parts), int(self._buckets[-1])} != {count}:
            raise Broken(f"{folder}: not {count} postings")

    def __len__(self) -> int:
        """Return how many postings there are."""
        return len(self._keys)

    def ranges(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each of (n,) keys where its postings start and end."""
        bucket = buckets(keys, self._bits)
        low = self._buckets[bucket].astype(np.int64)
        high = self._buckets[bucket + 1].astype(np.int64)
        wanted = remainders(keys).astype(np.int64)
        starts = self._bisected(low, high, wanted)
        ends = starts.copy()
        inside = np.flatnonzero(starts < high)
        here = inside[self._keys[starts[inside]] == wanted[inside]]
        ends[here] = self._bisected(starts[here], high[here], wanted[here] + 1)
        return starts, ends

    def parts_at(self, places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the parts of the postings at these places."""
        return self._parts[places]

    def block(self, first: int, end: int) -> Block:
        """Return the postings whose keys start with 16 bits in [first, end)."""
        finer = self._bits - _LEAST_BITS
        borders = self._buckets[first << finer : (end << finer) + 1].astype(np.int64)
        inside = slice(int(borders[0]), int(borders[-1]))
        coarse = borders[:: 1 << finer]
        high = np.repeat(np.arange(first, end, dtype=np.uint64), np.diff(coarse))
        keys = (high << np.uint64(BITS - _LEAST_BITS)) | self._keys[inside].astype(np.uint64)
        return Block(keys, self._parts[inside].astype(np.int64))

    def strides(self) -> NDArray[np.int64]:
        """Return (65537,) places: where the postings start whose keys start with these 16 bits."""
        return self._buckets[:: 1 << (self._bits - _LEAST_BITS)].astype(np.int64)

    def _bisected(
        self, low: NDArray[np.int64], high: NDArray[np.int64], wanted: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return where in [low, high) the first key of at least `wanted` is, for each at once."""
        low, high = low.copy(), high.copy()
        open_ = np.flatnonzero(low < high)
        while open_.size:
            middle = (low[open_] + high[open_]) >> 1
            less = self._keys[middle] < wanted[open_]
            low[open_[less]] = middle[less] + 1
            high[open_[~less]] = middle[~less]
            open_ = open_[low[open_] < high[open_]]
        return low


def write(folder: Path, blocks: Iterable[Block], count: int) -> int:
    """Write blocks, ascending and with no key in two of them, as a segment; return its postings.

    `count`: about how many there will be. The folder appears when all of it is on the disk.
    """
    bits = min(max(count.bit_length() - _PER_BUCKET_BITS, _LEAST_BITS), _MOST_BITS)
    sizes = np.zeros((1 << bits) + 1, np.int64)
    work = folder.with_name(f".{folder.name}.incoming")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with (work / "keys").open("wb") as keys, (work / "parts").open("wb") as parts:
        for block in blocks:
            bucket = buckets(block.keys, bits)
            if bucket.size:
                span = slice(int(bucket[0]) + 1, int(bucket[-1]) + 2)
                sizes[span] += np.bincount(bucket - bucket[0])
            keys.write(remainders(block.keys).astype(_WORD).tobytes())
            parts.write(block.parts.astype(_WORD).tobytes())
        _flush(keys)
        _flush(parts)
    with (work / "buckets").open("wb") as file:
        file.write(np.cumsum(sizes).astype(_PLACE).tobytes())
        _flush(file)
    _flush_folder(work)
    work.rename(folder)
    _flush_folder(folder.parent)
    return int(sizes.sum())


def in_order(segments: Sequence[Segment]) -> Iterator[Block]:
    """Yield the postings of all segments in order of their keys, a few million at once."""
    strides = np.sum([segment.strides() for segment in segments], axis=0)
    first = 0
    while first < len(strides) - 1:
        end = int(np.searchsorted(strides, strides[first] + _AT_ONCE, "right")) - 1
        end = min(max(end, first + 1), len(strides) - 1)
        yield merged([segment.block(first, end) for segment in segments])
        first = end


def _mapped(file: Path, kind: np.dtype[Any]) -> NDArray[Any]:
    """Map a file as a plain array: `np.memmap` itself costs a microsecond at each look."""
    return np.asarray(np.memmap(file, kind, "r"))


def _none() -> NDArray[np.uint32]:
    return np.empty(0, _WORD)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
