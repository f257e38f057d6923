"""Packed scripts: what Dean Edwards' packer and lz-string made small. They are read, never run.

The packer (`eval(function(p,a,c,k,e,d){…}('…',62,99,'a|b|c'.split('|'),0,{}))`) puts words by their
number in place of numerals; manhuagui-like readers keep the words in lz-string's base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CHARACTERS: Final = 2_000_000
_MOST_PACKED: Final = 20
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LARGEST_BASE: Final = len(_DIGITS)
_PACKED: Final = re.compile(
    r"\}\s{0,9}\(\s{0,9}(?P<q>[\"'])(?P<code>(?:\\.|(?!(?P=q))[^\\\n]){1,400000})(?P=q)\s{0,9},"
    r"\s{0,9}(?P<base>\d{1,3})\s{0,9},\s{0,9}(?P<count>\d{1,6})\s{0,9},"
    r"\s{0,9}(?P<r>[\"'])(?P<words>(?:\\.|(?!(?P=r))[^\\\n]){0,400000})(?P=r)"
    r"\s{0,9}(?P<how>\.split|\[[\"'][^\"']{1,60}[\"']\])",
)
_SIGN: Final = re.compile(r"function\s{0,4}\(\s{0,4}p\s{0,4},\s{0,4}a\s{0,4},\s{0,4}c")
_WORD: Final = re.compile(r"\b\w{1,8}\b", re.ASCII)
_ESCAPED: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_BASE64_OF_HTTP: Final = re.compile(r"aHR0c[\w+/-]{12,3000}={0,2}", re.ASCII)
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SIX_BITS: Final = {sign: place for place, sign in enumerate(_BASE64)}
_END: Final = 2


def unpacked(script: str) -> Iterator[str]:
    """Yield what each packed part of a script says."""
    begins = [found.start() for found in _SIGN.finditer(script)][:_MOST_PACKED]
    for begin, end in pairwise([*begins, len(script)]):
        found = _PACKED.search(script, begin, end)
        if found is not None:
            yield _of(found)


def plain(literal: str) -> str:
    """Undo the escapes of a JavaScript string."""
    return _ESCAPED.sub(_signs, literal) if "\\" in literal else literal


def from_base64(text: str) -> str:
    """Return the text that is in base64, of either alphabet, padded or not; "" for none."""
    padded = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4)).decode()
    except (ValueError, binascii.Error):
        return ""


def opened(address: str) -> str:
    """Undo base64, in which some hide an address; others stay as they are."""
    return from_base64(address) if _BASE64_OF_HTTP.fullmatch(address) else address


def from_lz_base64(text: str) -> str:
    """Undo lz-string's `compressToBase64`; "" for what isn't such (pieroxy.net, LZString 1.5)."""
    values = [_SIX_BITS[sign] for sign in text.rstrip("=") if sign in _SIX_BITS]
    if not values or len(values) < len(text.rstrip("=")):
        return ""
    return "".join(_lz(_Bits(values)))


def _of(found: re.Match[str]) -> str:
    base = int(found["base"])
    if not _END <= base <= _LARGEST_BASE:
        return ""
    words = found["words"]
    listed = plain(words).split("|")
    if "|" not in words and found["how"] != ".split":
        listed = from_lz_base64(words).split("|")
    names = {_numeral(number, base): word for number, word in enumerate(listed) if word}
    left = _MOST_CHARACTERS

    def word(numeral: re.Match[str]) -> str:
        nonlocal left
        said = names.get(numeral[0], numeral[0])
        left -= len(said)
        return said if left > 0 else ""

    return _WORD.sub(word, plain(found["code"]))


def _numeral(number: int, base: int) -> str:
    """Write a number as the packer does: 0–9, a–z, then from the 36th on A–Z."""
    said = ""
    while True:
        number, rest = divmod(number, base)
        said = _DIGITS[rest] + said
        if not number:
            return said


def _signs(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _NAMED.get(found[3], found[3])


class _Bits:
    """Bits of numbers of six, the highest first; numbers are read with the lowest bit first."""

    def __init__(self, values: list[int]) -> None:
        self._values = values
        self._place = 0

    def read(self, count: int) -> int | None:
        """Return a number of so many bits, None at the end."""
        if self._place + count > 6 * len(self._values):
            return None
        number = 0
        for power in range(count):
            whole, bit = divmod(self._place + power, 6)
            number |= (self._values[whole] >> (5 - bit) & 1) << power
        self._place += count
        return number


def _lz(bits: _Bits) -> Iterator[str]:
    """Yield the stretches that lz-string's dictionary stands for."""
    known: dict[int, str] = {}
    width, room, following, before = 2, 1, 3, ""
    left = _MOST_CHARACTERS
    while left > 0:
        code = bits.read(width)
        if code is None or code == _END:
            return
        if code < _END:
            sign = bits.read(8 if code == 0 else 16)
            if sign is None:
                return
            code, known[following] = following, chr(sign)
            following += 1
            width, room = _widened(width, room - 1)
        entry = known.get(code) or (before + before[:1] if code == following else "")
        if not entry:
            return
        if before:
            known[following] = before + entry[0]
            following += 1
            width, room = _widened(width, room - 1)
        left -= len(entry)
        yield entry
        before = entry


def _widened(width: int, room: int) -> tuple[int, int]:
    return (width, room) if room else (width + 1, 1 << width)
