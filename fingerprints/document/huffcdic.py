"""Mobipocket's Huffman coding of phrases, as the MobileRead wiki describes it.

A HUFF record has the code lengths, CDIC records the phrases; a phrase may be packed itself.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from fingerprints.errors import Undecodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST: Final = 1 << 16
_DEEPEST: Final = 20
_WORD: Final = 32
_ALL: Final = (1 << _WORD) - 1
_TERMINAL, _LENGTH, _PACKED_SIZE, _IS_PLAIN = 0x80, 0x1F, 0x7FFF, 0x8000


class Dictionary:
    """The code and the phrases of one book; raises `Undecodable` and what `struct` raises."""

    def __init__(self, huff: bytes, cdics: Iterable[bytes]) -> None:
        if huff[:4] != b"HUFF":
            raise Undecodable("a Mobipocket book without its code")
        near, far = struct.unpack_from(">II", huff, 8)
        self._near = struct.unpack_from(">256I", huff, near)
        bounds = struct.unpack_from(">64I", huff, far)
        self._least = [0, *bounds[0::2]]
        self._greatest = [0, *bounds[1::2]]
        self._phrases: list[tuple[bytes, bool]] = []
        for cdic in cdics:
            self._phrases.extend(_phrases(cdic, len(self._phrases)))

    def unpacked(self, packed: bytes, depth: int = 0) -> bytes:
        """Unpack one record."""
        if depth > _DEEPEST:
            raise Undecodable("phrases in phrases without end")
        out = bytearray()
        for number in self._numbers(packed):
            if number >= len(self._phrases):
                raise Undecodable("a phrase that the book doesn't have")
            out += self._phrase(number, depth)
            if len(out) > _LONGEST:
                raise Undecodable("a record that doesn't end")
        return bytes(out)

    def _phrase(self, number: int, depth: int) -> bytes:
        phrase, is_plain = self._phrases[number]
        if not is_plain:
            phrase = self.unpacked(phrase, depth + 1)
            self._phrases[number] = phrase, True
        return phrase

    def _numbers(self, packed: bytes) -> Iterator[int]:
        """Numbers of the phrases that the bits stand for."""
        at, end = 0, 8 * len(packed)
        padded = packed + bytes(8)
        while at < end:
            window = int.from_bytes(padded[at // 8 : at // 8 + 8], "big")
            code = window >> (_WORD - at % 8) & _ALL
            length, greatest = self._code(code)
            at += length
            if at > end:
                return
            yield (greatest - code & _ALL) >> (_WORD - length)

    def _code(self, code: int) -> tuple[int, int]:
        """How many bits a code has, and the greatest code of that length, in 32 bits."""
        entry = self._near[code >> 24]
        length, greatest = entry & _LENGTH, entry >> 8
        if not entry & _TERMINAL:
            while 0 < length <= _WORD and code < self._least[length] << (_WORD - length):
                length += 1
            if length <= _WORD:
                greatest = self._greatest[length]
        if not 0 < length <= _WORD:
            raise Undecodable("a code without length")
        return length, (greatest + 1 << (_WORD - length)) - 1


def _phrases(cdic: bytes, known: int) -> Iterator[tuple[bytes, bool]]:
    """Phrases of one record, and whether each is plain."""
    if cdic[:4] != b"CDIC":
        raise Undecodable("a Mobipocket book without its phrases")
    count, bits = struct.unpack_from(">II", cdic, 8)
    here = max(0, min(1 << min(bits, 16), count - known))
    for start in struct.unpack_from(f">{here}H", cdic, 16):
        (size,) = struct.unpack_from(">H", cdic, 16 + start)
        phrase = cdic[18 + start : 18 + start + (size & _PACKED_SIZE)]
        yield phrase, bool(size & _IS_PLAIN)
