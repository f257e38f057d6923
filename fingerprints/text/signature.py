"""How a part's normalised characters and their places in the text are stored as bytes.

A version byte; a header; the characters, one byte each where all are below U+0100, else as UTF-16;
and the map, as the jumps in it: by how many code points (one byte, 255 stands for the next number
of a list of larger ones) after how many characters (one byte, so a jump by one fills longer gaps).
Nothing is compressed: it would save a quarter, and take longer than all the rest of `extract`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from fingerprints.errors import Undecodable
from fingerprints.text.align import LONGEST_INSERTION
from fingerprints.text.normalise import Normalised, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fingerprints.contract import Part

LAYOUT: Final = 1
_HEADER: Final = struct.Struct("<BQQIIII")
_LARGE: Final = 255


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some of a text's normalised characters; `first` is the number of the first in the whole."""

    first: int
    text: Normalised


def packed(stretch: Stretch) -> bytes:
    """Bytes that `unpacked` turns back into the stretch."""
    characters, offsets = stretch.text.characters, stretch.text.offsets
    kind, written = _written(characters)
    steps = offsets[1:] - offsets[:-1]
    is_jump = steps != 1
    is_jump[_LARGE - 1 :: _LARGE] = True
    jumps = np.flatnonzero(is_jump)
    gaps = jumps.astype(np.uint8)  # differences of at most 255 are right modulo 256
    gaps[1:] -= gaps[:-1].copy()
    gaps[:1] += 1
    sizes = steps.take(jumps)
    large = sizes[sizes >= _LARGE].astype("<u4")
    header = _HEADER.pack(
        LAYOUT,
        stretch.first,
        int(offsets[0]) if offsets.size else 0,
        kind,
        len(written),
        jumps.size,
        large.size,
    )
    small = np.minimum(sizes, _LARGE)
    rows = (gaps.tobytes(), small.astype(np.uint8).tobytes(), large.tobytes())
    return b"".join((header, written, *rows))


def unpacked(signature: bytes) -> Stretch:
    """Read what `packed` wrote; raises `Undecodable` on anything else."""
    try:
        layout, first, origin, kind, size, jump_count, large_count = _HEADER.unpack_from(signature)
        if layout != LAYOUT:
            raise Undecodable(f"text signature of layout {layout}")
        at = _HEADER.size
        characters = _read(kind, signature[at : at + size])
        at += size
        gaps = np.frombuffer(signature, np.uint8, jump_count, at)
        sizes = np.frombuffer(signature, np.uint8, jump_count, at + jump_count).astype(np.int64)
        large = np.frombuffer(signature, "<u4", large_count, at + 2 * jump_count)
        sizes[sizes == _LARGE] = large
        offsets = np.ones(characters.size, np.int64)
        offsets[:1] = origin
        offsets[np.cumsum(gaps, dtype=np.int64)] = sizes
    except (struct.error, ValueError, IndexError) as error:
        raise Undecodable("the text signature is damaged") from error
    return Stretch(first, Normalised(characters, np.cumsum(offsets)))


def _written(characters: NDArray[np.uint32]) -> tuple[int, bytes]:
    """How the characters are written (bytes a unit; 4 means UTF-16 with surrogates), and they."""
    greatest = int(characters.max()) if characters.size else 0
    if greatest < 1 << 8:
        return 1, characters.astype(np.uint8).tobytes()
    if greatest < 1 << 16:
        return 2, characters.astype("<u2").tobytes()
    return 4, characters.tobytes().decode("utf-32-le").encode("utf-16-le")


def _read(kind: int, written: bytes) -> NDArray[np.uint32]:
    if kind == 1:
        return np.frombuffer(written, np.uint8).astype(np.uint32)
    if kind == 2:  # noqa: PLR2004 (bytes a unit)
        return np.frombuffer(written, "<u2").astype(np.uint32)
    return np.frombuffer(written.decode("utf-16-le").encode("utf-32-le"), np.uint32)


def whole(parts: Sequence[Part], gap: int) -> Normalised:
    """Characters of all parts; where some are missing between, a `gap` no passage can cross."""
    stretches = sorted((unpacked(part.signature) for part in parts), key=lambda one: one.first)
    pieces: list[Normalised] = []
    reached = stretches[0].first if stretches else 0
    for stretch in stretches:
        if stretch.first > reached:
            unequal = np.full(LONGEST_INSERTION + 1, gap, np.uint32)
            pieces.append(Normalised(unequal, np.zeros(LONGEST_INSERTION + 1, np.int64)))
        pieces.append(stretch.text[max(0, reached - stretch.first) :])
        reached = max(reached, stretch.first + stretch.text.characters.size)
    return joined(pieces)
